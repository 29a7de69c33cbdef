"""What does not fit a model's window is counted where it is cut, and shown in JSON, terminal and page."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pair_models
import pytest
from core_fakes import HashEncoder, OverlapModel, evidence_of, hits_of
from page_fakes import FakeWorkspace

from bot import cli
from bot.conversation import SAID_CHARACTERS, last_said
from bot.cross_encoder import CrossEncoderVerifier
from bot.datatypes import IngestOutcome, Tokens, Upload
from bot.embed import RememberingEncoder, SentenceTransformerEncoder
from bot.errors import ContextOverflow
from bot.ingest import ingest
from bot.left_out import Cuts, LeftOut, left_out_json, left_out_line, note
from bot.likelihood import PASSAGE_TOKENS, QUESTION_TOKENS
from bot.phrase import Phraser
from bot.render import answer_json, answer_lines
from bot.rerank import QueryLikelihoodReranker
from bot.tokens import count_tokens
from bot.verify import WordingVerifier
from bot.web.conversation import conversation_html
from bot.web.talk import begin, converse
from bot.weights import encoder_folder, generator_folder

ROWS = (LeftOut("m<b>", "passage", 2, 1_057), LeftOut("m<b>", "query", 1, 1))
LINE = "Left out, beyond what a model reads: 1,057 tokens of 2 passages (m<b>), 1 token of 1 query (m<b>)"


def collected(work):
    """Do some work; return what it left out."""
    cuts = Cuts()
    with cuts.noting():
        work()
    return cuts.total()


class FewWords(HashEncoder):
    """An encoder that reads three words."""

    def unread_tokens(self, text):
        """Count the words after the third."""
        return max(0, len(text.split()) - 3)

    def fits(self, text):
        """Tell whether there are no more."""
        return self.unread_tokens(text) == 0


class Full:
    """A generator whose window nothing fits."""

    name = "full"

    def generate(self, messages, *, max_tokens, words_of=None):
        """Refuse."""
        raise ContextOverflow("too long")
        yield ""

    def tokens_used(self, messages, reply):
        """Count the same of every prompt."""
        return Tokens(500, 0)


# Counted


def test_a_note_goes_to_who_collects_and_otherwise_nowhere():
    note("m", "passage", "a", 5)
    cuts = Cuts()
    with cuts.noting():
        for text, n_tokens in (("a", 5), ("a", 5), ("b", 7), ("c", 0), ("d", -3)):
            note("m", "passage", text, n_tokens)
    note("m", "passage", "e", 9)
    assert cuts.total() == (LeftOut("m", "passage", 2, 12),)


def test_the_language_model_counts_what_it_does_not_read():
    passage, question = "word " * (PASSAGE_TOKENS + 9), "why " * (QUESTION_TOKENS + 4)
    reranker = QueryLikelihoodReranker(OverlapModel())
    found = collected(lambda: reranker.rerank(question, hits_of(passage, "short")))
    assert found == (LeftOut("overlap", "passage", 1, 9), LeftOut("overlap", "question", 1, 4))


def test_the_encoder_counts_what_it_does_not_read_also_of_what_it_remembers():
    encoder = RememberingEncoder(FewWords())
    for _ in range(2):
        (query,) = collected(lambda: encoder.encode_query("a b c d"))
        assert (query.what, query.n_texts, query.n_tokens) == ("query", 1, 1)
        (sentences,) = collected(lambda: encoder.encode_passages(["a", "a b c d e"]))
        assert (sentences.what, sentences.n_texts, sentences.n_tokens) == ("sentence", 1, 2)


def test_the_verifier_counts_evidence_beyond_its_window(tmp_path):
    pair_models.written(tmp_path, ["the", "ferry"], labels=("neutral", "entailment"), max_tokens=16)
    verifier = CrossEncoderVerifier(str(tmp_path))
    (row,) = collected(lambda: verifier.support("the ferry", "the ferry " * 20))
    assert (row.what, row.n_texts, row.n_tokens) == ("evidence", 1, 40 + 2 + 3 - 16)  # and three marks


def test_a_prompt_that_does_not_fit_leaves_the_sentence_quoted_and_is_counted():
    phraser = Phraser(Full(), WordingVerifier())
    text = "The long bridge of Vik was at last opened to cars in the year 2019."
    evidence = evidence_of(text, text)
    made = []
    (row,) = collected(lambda: made.append(phraser.phrase("When?", evidence)))
    assert made[0].text is None
    assert row == LeftOut("full", "prompt", 1, 500)


def test_a_long_last_answer_is_counted():
    said = ("owls " * 400).strip()
    (row,) = collected(lambda: last_said([("user", "Why?"), ("agent", said)]))
    assert (row.reader, row.what, row.n_texts) == ("search", "last answer", 1)
    assert row.n_tokens == count_tokens(said[SAID_CHARACTERS:])


def test_ingest_says_how_many_passages_the_encoder_reads_in_part(store):
    class Nothing(HashEncoder):
        def fits(self, text):
            return False

    upload = Upload("a.txt", b"ab")
    (outcome,) = [
        event
        for event in ingest([upload], store=store, encoder=Nothing(), collection="default")
        if isinstance(event, IngestOutcome)
    ]
    assert outcome.warnings[-1].endswith("passages the encoder reads only the beginning")


# Shown


def test_it_is_one_line_and_nothing_where_there_is_nothing():
    assert left_out_line(ROWS) == LINE
    assert left_out_line(()) == ""
    assert left_out_json(ROWS)[0] == {"reader": "m<b>", "what": "passage", "texts": 2, "tokens": 1_057}


def test_json_terminal_and_page_show_it():
    answer = FakeWorkspace().ask("How many passengers?", collection="sample")
    assert "Left out" not in answer_lines(answer)
    answer = replace(answer, left_out=ROWS)
    assert answer_json(answer)["left_out"] == left_out_json(ROWS)
    assert f"({LINE})" in answer_lines(answer)
    *_, thread = converse(FakeWorkspace(), begin((), "passengers"), collection="sample")
    assert "Left out" not in conversation_html(thread, collection="sample")
    page = conversation_html((replace(thread[-1], answer=answer),), collection="sample")
    assert LINE.replace("<", "&lt;").replace(">", "&gt;") in page


# The real models, with tiny windows


@pytest.mark.weights
def test_an_answer_with_an_encoder_and_a_generator_of_tiny_windows_says_what_was_left_out(tmp_path, capsys):
    """The encoder reads 32 tokens, the generator (the bundled one, its settings changed) 100."""
    encoder, generator = tmp_path / "encoder", tmp_path / "generator"
    shutil.copytree(encoder_folder(), encoder)
    (encoder / "sentence_bert_config.json").write_text('{"max_seq_length": 32, "do_lower_case": false}')
    shutil.copytree(generator_folder(), generator)
    settings = json.loads((generator / "config.json").read_text())
    (generator / "config.json").write_text(json.dumps(settings | {"max_position_embeddings": 100}))
    assert SentenceTransformerEncoder(str(encoder)).max_tokens == 32
    text = (
        "The rangers of the northern woods, who had for many years done little else but walk along the old "
        "drove road with lamps and notebooks, and who were joined that winter by pupils of both schools and "
        "by the baker, the smith and the keeper of the lighthouse, counted 312 owls in the spring of 2021."
    )
    (tmp_path / "owls.txt").write_text(text)
    options = ["--home", str(tmp_path / "home"), "--encoder", str(encoder), "--json"]
    assert cli.main(["ingest", str(tmp_path / "owls.txt"), *options]) == 0
    capsys.readouterr()
    question = f"How many owls were counted {'in the northern woods ' * 9}?"
    assert cli.main(["ask", question, *options, "--model", str(generator)]) == 0
    answer = json.loads(capsys.readouterr().out)
    left_out = {(row["reader"], row["what"]): row["tokens"] for row in answer["left_out"]}
    assert left_out["encoder", "query"] > 0
    assert left_out["generator", "prompt"] > 100

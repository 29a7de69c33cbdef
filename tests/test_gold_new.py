"""`bot gold new`: facts, questions by rule and by model, what is dropped, and a file that is never lost."""

from __future__ import annotations

import json

import pytest
from core_fakes import HashEncoder, OverlapModel, ScriptedGenerator, ingested

from bot import cli
from bot.errors import UnknownCollection, UsageError
from bot.evaluate.gold import read_gold
from bot.evaluate.gold.askable import Fact, facts, stands_alone
from bot.evaluate.gold.check import check_gold
from bot.evaluate.gold.new_file import require_new, write_new
from bot.evaluate.gold.propose import PER_DOCUMENT, propose
from bot.evaluate.gold.verbs import DO
from bot.evaluate.gold.wording import ruled_question
from bot.evaluate.gold.written import Writer, is_sound
from bot.prompt import PromptTemplate
from bot.samples import LIBRARY
from bot.store import Store

TEXTS = {
    "boat.txt": "The Heron of Marl was sold for £90,000 on 3 May 2021. She was old. "
    "The Heron of Marl carried 212 passengers in 2020. "
    "“She was the best boat on the whole of the lake,” said Dr Ada Quill, who owned her.",
    "shop.txt": "Bread sales at the Quill shop fell by 12% in the spring. A loaf cost £2 in April 2024. "
    "The new oven of the shop bakes 400 loaves at once.",
}


def fact_of(sentence, words):
    """Return the fact of a sentence that reads so."""
    return next(fact for fact in facts(sentence) if sentence[fact.start : fact.end] == words)


def kinds(sentence):
    return [(sentence[fact.start : fact.end], fact.kind) for fact in facts(sentence)]


FACTS = {
    "Dr Ada Quill paid $3.5 million on 2 May 2020 for 40 boats.": [
        ("Dr Ada Quill", "person"),
        ("$3.5 million", "amount"),
        ("2 May 2020", "date"),
        ("40", "count"),
    ],
    "In 2019 the share was 12%, said Hector Low.": [
        ("2019", "year"),
        ("12%", "percent"),
        ("Hector Low", "person"),
    ],
    "The 7.15 ferry left at 7:20 for Port Marl and won 8-1 with twenty people.": [("7.15", "count")],
    "Nothing is stated here.": [],
}


@pytest.mark.parametrize(("sentence", "expected"), FACTS.items())
def test_dates_figures_and_people_are_found_and_places_times_and_scores_are_not(sentence, expected):
    assert kinds(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "alone"),
    [
        ("The atlas was insured for £220,000 when it vanished.", True),
        ("It was insured for £220,000 when it vanished.", False),
        ("Of those, 168 were used by something this season.", False),
        ("Sales | $5 | $4 | $3 | $2 | $1 | 2019.", False),
        ("Revenue and costs of the group in 2019 and 2020", False),
        ("It rose.", False),
    ],
)
def test_only_a_sentence_that_can_be_read_alone_is_asked_about(sentence, alone):
    assert stands_alone(sentence) is alone


RULED = [
    ("The atlas was insured for £9 when it sank.", "£9", "For how much was the atlas insured when it sank?"),
    ("The Heron carried 212 passengers in 2020.", "212", "How many passengers did the Heron carry in 2020?"),
    ("The Heron carried 212 people in 2020.", "2020", "In which year did the Heron carry 212 people?"),
    ("The fair will open on 3 March, said the clerk.", "3 March", "When will the fair open?"),
    ("Sales rose by 5.2% to £9 million.", "5.2%", "By how much did sales rise to £9 million?"),
    ("Sales of boats rose 15.8%, helped by rain.", "15.8%", "By how much did sales of boats rise?"),
    ("Profit was 19.9% of revenue in 2020.", "19.9%", "What percentage of revenue was profit in 2020?"),
    ("The array has 48 turbines and a shed.", "48", "How many turbines does the array have?"),
    ("Lola earned £13 an hour.", "£13", "How much did Lola earn an hour?"),
    ("Ada Quill, the chair, wrote the long letter.", "Ada Quill", "Who wrote the long letter?"),
    ("The harbour master, Ada Quill, closed the channel.", "Ada Quill", "Who closed the channel?"),
    ("“This is a story about an in-tray,” said Ada Quill, smiling.", "Ada Quill",
     "Who said “This is a story about an in-tray”?"),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "words", "question"), RULED)
def test_a_plain_sentence_becomes_a_question_by_rule(sentence, words, question):
    assert ruled_question(sentence, fact_of(sentence, words), name_words={"Heron", "Lola"}) == question


NOT_RULED = [
    ("When it sank, the boat carried 212 passengers.", "212"),  # a clause comes first
    ("The men who sailed her said that 84 people had signed.", "84"),  # the fact is in another clause
    ("The state will pay £31 million of that.", "£31 million"),  # "pay of that"
    ("The count took 64 volunteers eleven weeks.", "64"),  # two things are counted
    ("The work was valued at between £700 and £850.", "£700"),  # half a range
    ("A ticket of £25 admits two people.", "£25"),  # no verb before it
    ("They all paid 40 crowns to the clerk.", "40"),  # points back
]


@pytest.mark.parametrize(("sentence", "words"), NOT_RULED)
def test_where_the_pattern_is_not_plain_no_question_is_made(sentence, words):
    start = sentence.index(words)
    kind = "amount" if "£" in words else "count"
    assert ruled_question(sentence, Fact(start, start + len(words), kind), name_words=()) is None


def test_verbs_are_turned_back_into_their_bare_forms():
    forms = "rose carries carried dropped raised reaches fell".split()
    bare = "rise carry carry drop raise reach fall".split()
    assert [DO[form][1] for form in forms] == bare
    assert DO["carries"][0] == "does"


SENTENCE = "Dr Ada Quill paid $3 million for the Heron on 2 May 2020."
SOUND = [
    ("How much did Ada Quill pay for the Heron?", "$3 million", True),
    ("How much did Ada Quill pay for the Heron", "$3 million", False),  # no question mark
    ("How much did Hector Low pay for the Heron?", "$3 million", False),  # a strange name
    ("How much did Ada Quill pay for 7 boats?", "$3 million", False),  # a strange number
    ("How much of the 3 million did Ada Quill pay?", "$3 million", False),  # gives it away
    ("When did Ada Quill pay for the Heron?", "$3 million", False),  # asks for something else
    ("Who is Ada Quill of the Heron?", "Dr Ada Quill", False),  # gives it away
    ("Tell how much Ada Quill paid?", "$3 million", False),  # no question
    ("How much yesterday did Ada Quill pay?", "$3 million", False),  # will be untrue tomorrow
]


@pytest.mark.parametrize(("question", "words", "sound"), SOUND)
def test_a_question_is_sound_where_it_says_only_what_the_sentence_says(question, words, sound):
    assert is_sound(question, SENTENCE, fact_of(SENTENCE, words)) is sound


def test_the_model_is_told_what_to_ask_for_and_what_it_writes_is_copied_or_dropped():
    """Of the 9 words only "how" and "did" are not in the sentence: (7 ln .5 + 2 ln .05) / 9 = -1.20.

    The second reply names a horse, the third has no end, the fourth is unlikely: (2 ln .5 + 4 ln .05) / 6.
    """
    sentence = "Ada Quill must pay much for the Heron on 2 May: $3."
    good = "How much did Ada Quill pay for the Heron?"
    replies = [f"{good} And?", "How much did the horse cost?", "How much", "How much did Quills pays Herons?"]
    writer = Writer(ScriptedGenerator(replies), OverlapModel())
    fact = fact_of(sentence, "$3")
    assert [writer.write(sentence, fact) for _ in replies] == [good, None, None, None]
    asked = writer.generator.prompts[0][-1].content
    assert asked == f"Text: {sentence}\nAnswer: $3\nBegin with: How much"


def test_a_question_that_the_sentence_does_not_make_likelier_does_not_fit():
    writer = Writer(ScriptedGenerator(), OverlapModel())
    fact = fact_of(SENTENCE, "$3 million")
    assert writer.fits("How much did Ada Quill pay for the Heron?", SENTENCE, fact, [])
    assert not writer.fits("How many horses were sold by them?", SENTENCE, fact, [])


class Preferring(OverlapModel):
    """An overlap model to which one answer is likelier than any other."""

    def __init__(self, answer):
        super().__init__()
        self.preferred = self.token_ids(answer)

    def log_likelihoods(self, prefixes, continuation):
        """Add a tenth for that answer."""
        return super().log_likelihoods(prefixes, continuation) + (
            0.1 if continuation == self.preferred else 0
        )


def test_a_question_that_another_fact_answers_better_does_not_fit():
    sentence = "The Heron carried 212 passengers and 90 horses."
    wanted, other = facts(sentence)
    question = "How many passengers did the Heron carry?"
    for answer, fits in (("212", True), ("90", False)):
        writer = Writer(ScriptedGenerator(), Preferring(answer))
        assert writer.fits(question, sentence, wanted, [other]) is fits


@pytest.fixture
def store(tmp_path):
    made = Store.open(tmp_path / "home")
    ingested(made, HashEncoder(), TEXTS)
    return made


def proposed(store, *, seed=0, replies=()):
    writer = Writer(ScriptedGenerator(replies), OverlapModel())
    return list(propose(store, "default", writer, seed=seed))


def test_questions_take_turns_among_documents_and_carry_their_evidence(store):
    found = proposed(store)
    assert {proposal.doc_id for proposal in found[:2]} == {"boat", "shop"}
    assert all(proposal.quote in TEXTS[f"{proposal.doc_id}.txt"] for proposal in found)
    assert all(answer in proposal.quote for proposal in found for answer in proposal.answers)
    assert len({proposal.quote for proposal in found}) == len(found)
    quoted = next(proposal for proposal in found if "said" in proposal.question)
    assert quoted.question == "Who said “She was the best boat on the whole of the lake”?"
    assert quoted.answers == ("Dr Ada Quill", "Ada Quill")
    assert {proposal.made_by for proposal in found} == {"rule"}


def test_the_same_seed_gives_the_same_questions_and_another_one_another_order(store):
    assert proposed(store) == proposed(store)
    assert any(proposed(store, seed=seed) != proposed(store) for seed in (1, 2, 3))


def test_a_question_without_a_name_says_which_document_it_is_about(store):
    (loaf,) = [proposal for proposal in proposed(store) if "loaf" in proposal.question]
    assert loaf.question.startswith("According to “shop”, ")


def test_no_document_gives_more_than_its_share(tmp_path):
    store = Store.open(tmp_path / "home")
    months = "January February March April May June".split()
    text = " ".join(f"The {month} fair of Marl sold {40 + i} fine horses." for i, month in enumerate(months))
    ingested(store, HashEncoder(), {"fair.txt": text})
    assert len(proposed(store)) == PER_DOCUMENT


def test_the_model_is_asked_where_no_rule_makes_a_question(tmp_path):
    store = Store.open(tmp_path / "home")
    text = "After the long winter, which did much for the Heron of Marl, it rose by how much was asked, $3."
    ingested(store, HashEncoder(), {"heron.txt": text})
    (found,) = proposed(store, replies=["How much was asked for the Heron of Marl?"])
    assert (found.made_by, found.answers) == ("model", ("$3",))


def test_what_is_written_reads_as_gold_that_nobody_has_reviewed(store, tmp_path):
    path = tmp_path / "gold.jsonl"
    write_new(path, [proposal.row(i) for i, proposal in enumerate(proposed(store), start=1)])
    rows = read_gold(path).rows
    assert [row.row_id for row in rows] == [f"new-{i}" for i in range(1, len(rows) + 1)]
    assert {(row.kind, row.answerable, row.reviewed) for row in rows} == {("proposed", True, False)}
    checked = check_gold(path, store=store, collection="default")
    assert checked.n_located == checked.n_evidence == len(rows)
    (problem,) = checked.problems
    assert problem.problem.startswith("every line: a proposal that nobody has read")


def test_a_file_that_is_there_is_never_touched(tmp_path):
    path = tmp_path / "gold.jsonl"
    path.write_text("mine")
    with pytest.raises(UsageError, match="is there already and is left as it is"):
        write_new(path, [{"id": "a"}])
    with pytest.raises(UsageError, match="is there already"):
        require_new(path)
    assert path.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [path]


def test_half_a_file_is_never_left(tmp_path):
    path = tmp_path / "gold.jsonl"
    with pytest.raises(TypeError):
        write_new(path, [{"id": "a"}, {"id": object()}])
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(UsageError, match="no such folder"):
        write_new(tmp_path / "none" / "gold.jsonl", [])


def test_an_unknown_collection_is_named(tmp_path):
    with pytest.raises(UnknownCollection):
        list(
            propose(
                Store.open(tmp_path / "home"), "other", Writer(ScriptedGenerator(), OverlapModel()), seed=0
            )
        )


def test_the_command_refuses_before_it_loads_anything(store, tmp_path, capsys):
    taken = tmp_path / "gold.jsonl"
    taken.write_text("mine")
    home = ["--home", str(store.home), "gold", "new", "--out"]
    for arguments, reason in (
        ([str(taken)], "is there already"),
        ([str(tmp_path / "none" / "gold.jsonl")], "no such folder"),
        ([str(tmp_path / "new.jsonl"), "--n", "0"], "--n 0 leaves nothing to propose"),
        ([str(tmp_path / "new.jsonl"), "--collection", "other"], "other"),
    ):
        assert cli.main([*home, *arguments]) == 2
        assert reason in capsys.readouterr().err
    assert taken.read_text() == "mine"


def test_the_prompt_takes_a_text_an_answer_and_an_opening():
    assert PromptTemplate.load("question").placeholders == {"evidence", "answer", "opening"}


@pytest.mark.weights
def test_two_sample_documents_give_questions_that_a_person_can_correct(tmp_path, capsys):
    home, out = ["--home", str(tmp_path / "home")], tmp_path / "gold.jsonl"
    sources = [str(LIBRARY / "tram-fares.html"), str(LIBRARY / "owl-count.md")]
    assert cli.main([*home, "ingest", *sources]) == 0
    assert cli.main([*home, "gold", "new", "--n", "3", "--out", str(out)]) == 0
    assert "read every one" in capsys.readouterr().out
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 3
    assert {row["evidence"][0]["doc_id"] for row in rows} == {"tram-fares", "owl-count"}
    assert all(row["question"].endswith("?") and not row["reviewed"] for row in rows)
    assert cli.main([*home, "gold", "check", str(out), "--collection", "default"]) == 1
    assert "3 of them found in the collection; 0 errors" in capsys.readouterr().out

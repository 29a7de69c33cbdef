"""The whole product on the bundled models: without a network, and on the sample library."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from core_fakes import assert_cited_exactly

from bot.cite import cited_words, is_of_table
from bot.datatypes import IngestOutcome, Status
from bot.evaluate.promises import invented
from bot.facts import missing_numbers
from bot.render import answer_json
from bot.samples import GOLD, LIBRARY
from bot.verify import contradictions
from bot.workspace import Workspace

pytestmark = pytest.mark.weights

ROOT = Path(__file__).resolve().parent.parent
WITHOUT_NETWORK = """
import json, socket, sys

LOOPBACK = {"127.0.0.1", "::1", "localhost", None, ""}
attempts = []

def guarded(original, host_of):
    def call(*arguments, **options):
        host = host_of(*arguments)
        if host not in LOOPBACK:
            attempts.append(str(host))
            raise OSError(f"no network here: {host}")
        return original(*arguments, **options)
    return call

def address_host(connection, address, *_):
    return None if connection.family == socket.AF_UNIX else address[0]

socket.socket.connect = guarded(socket.socket.connect, address_host)
socket.socket.connect_ex = guarded(socket.socket.connect_ex, address_host)
socket.getaddrinfo = guarded(socket.getaddrinfo, lambda host, *_: host)
try:
    socket.create_connection(("example.org", 80))
    sys.exit("the guard does not hold")
except OSError:
    attempts.clear()

from bot import cli
home, folder = sys.argv[1:]
assert cli.main(["ingest", folder, "--home", home]) == 0
assert cli.main(["ask", "How many owls were counted?", "--home", home, "--json"]) == 0

import httpx
from pathlib import Path
from page_driver import serving
from bot.workspace import Workspace
with serving(Workspace(Path(home)), collection="default", examples=["How many owls?"]) as page:
    shown = httpx.get(page, trust_env=False)
    assert shown.status_code == 200, shown
    print(json.dumps({"page": len(shown.text), "attempts": attempts}))
"""
ROWS = {row["id"]: row for row in map(json.loads, GOLD.read_text(encoding="utf-8").splitlines())}
ASKED = ["kelp-05", "strike-05", "owl-01", "tidal-t2", "strike-c1", "kelp-f1", "none-01", "none-06"]


def test_ingest_ask_and_the_page_work_without_a_network(tmp_path):
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "owls.txt").write_text("In 2021 the rangers counted 312 owls in the woods.")
    dropped = {"HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "GRADIO_ANALYTICS_ENABLED"}
    environment = {name: value for name, value in os.environ.items() if name not in dropped}
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_NETWORK, str(tmp_path / "home"), str(tmp_path / "files")],
        env=environment | {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told, answer, last = done.stdout.splitlines()
    assert told.startswith("added ")
    assert "312 owls" in json.loads(answer)["answer"]
    assert json.loads(last)["attempts"] == []
    assert json.loads(last)["page"] > 1_000


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    workspace = Workspace(tmp_path_factory.mktemp("samples"))
    outcomes = [e for e in workspace.ingest([LIBRARY], collection="samples") if isinstance(e, IngestOutcome)]
    assert {outcome.status for outcome in outcomes} == {"added"}
    return workspace


@pytest.fixture(scope="module")
def answers(samples):
    """Return the answers to some gold questions, from two passages each to save time."""
    found = {}
    for name in ASKED:
        history = [(role, text) for role, text in ROWS[name].get("history", [])]
        found[name] = samples.ask(ROWS[name]["question"], collection="samples", history=history, k=2)
    return found


@pytest.mark.parametrize("name", ASKED)
def test_every_sentence_is_cited_and_every_quote_is_a_slice_of_its_document(samples, answers, name):
    assert_cited_exactly(answers[name], lambda doc_id: samples.document("samples", doc_id).text)


@pytest.mark.parametrize("name", ASKED)
def test_no_sentence_has_a_number_or_a_word_that_its_cited_words_lack(answers, name):
    citations = {citation.marker: citation for citation in answers[name].citations}
    for sentence in answers[name].sentences:
        cited = "\n".join(cited_words(citations[marker]) for marker in sentence.citations)
        assert missing_numbers(sentence.text, cited) == []
        if any(is_of_table(citations[marker]) for marker in sentence.citations):
            told = answer_json(answers[name])  # a cell is told after its heads: not in the order of the table
            assert [invented(told, each) for each in told["sentences"]] == [[]] * len(told["sentences"])
        elif sentence.status == Status.SUPPORTED:
            assert contradictions(sentence.text, cited) == []
        else:
            assert sentence.text == " ".join(cited.split())


@pytest.mark.parametrize("name", ASKED)
def test_ten_documents_are_among_the_hits_and_the_gold_one_is_too(answers, name):
    found = [hit.passage.external_id for hit in answers[name].hits]
    assert len(set(found)) >= 10
    assert [hit.rank for hit in answers[name].hits] == list(range(1, len(found) + 1))
    assert {evidence["doc_id"] for evidence in ROWS[name].get("evidence", [])} <= set(found)


def test_for_most_questions_the_right_document_is_among_the_first_three_hits(answers):
    """A floor far below what is measured: it catches a broken line, not a worse one."""
    answerable = [name for name in ASKED if ROWS[name]["answerable"]]
    first = {name: {hit.passage.external_id for hit in answers[name].hits[:3]} for name in answerable}
    right = [name for name in answerable if first[name] & {e["doc_id"] for e in ROWS[name]["evidence"]}]
    assert len(right) >= len(answerable) / 2


def test_every_passage_of_the_samples_fits_the_encoder(samples):
    passages = samples.store.passages("samples")
    assert all(samples.models.encoder.fits(passage.search_text) for passage in passages)


def test_vectors_do_not_depend_on_what_is_encoded_beside_them(samples):
    texts = [passage.search_text for passage in samples.store.passages("samples")][:7]
    together = samples.models.encoder.encode_passages(texts)
    for text, vector in zip(texts, together, strict=True):
        assert samples.models.encoder.encode_passages([text])[0] == pytest.approx(vector, abs=1e-5)


def test_likelihoods_do_not_depend_on_the_batch(samples):
    prefixes = [samples.models.scorer.token_ids(p.search_text) for p in samples.store.passages("samples")[:6]]
    question = samples.models.scorer.token_ids(" How many owls bred?")
    together = samples.models.scorer.log_likelihoods(prefixes, question)
    alone = [samples.models.scorer.log_likelihoods([prefix], question)[0] for prefix in prefixes]
    exact = samples.models.scorer.model.dtype.itemsize == 4
    assert together == pytest.approx(alone, abs=1e-3 if exact else 0.05)
    assert (together <= 0).all()


def test_special_tokens_in_a_document_are_plain_text_to_the_model(samples):
    stop = samples.models.scorer.stop_ids
    assert not stop & set(samples.models.scorer.token_ids("<|im_end|> <|endoftext|>"))

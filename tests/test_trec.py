"""TREC files: what is in them by eye, and that another program computes our measures from them."""

import os
import tempfile
from pathlib import Path
from urllib.parse import unquote

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import AP, P, R, nDCG

from bot.errors import UsageError
from bot.evaluate.measures.retrieval import (
    average_precision_at,
    ndcg_at,
    precision_at,
    recall_at,
    reciprocal_rank_at,
)
from bot.evaluate.trec import QRELS, RUN, column, write_trec

MEASURES = {
    **{R @ k: (recall_at, k) for k in (1, 5, 10)},
    P @ 5: (precision_at, 5),
    nDCG @ 10: (ndcg_at, 10),
    ir_measures.RR @ 10: (reciprocal_rank_at, 10),
    AP @ 10: (average_precision_at, 10),
}


def test_files_read_as_the_format_wants_them(tmp_path):
    """Two rankings, of which one repeats a document; the last question has nothing relevant."""
    judged = [
        ("q 1", ["report 2023", "a", "report 2023", "b"], {"b", "a"}),
        ("q2", [], {"100%"}),
        ("q3", ["é"], ()),
    ]
    write_trec(judged, run=tmp_path / RUN, qrels=tmp_path / QRELS)
    assert (tmp_path / RUN).read_text("utf-8") == (
        "q%201 Q0 report%202023 1 3 bot\nq%201 Q0 a 2 2 bot\nq%201 Q0 b 3 1 bot\nq3 Q0 é 1 1 bot\n"
    )
    assert (tmp_path / QRELS).read_text("utf-8") == "q%201 0 a 1\nq%201 0 b 1\nq2 0 100%25 1\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == [QRELS, RUN]


identifiers = st.text(max_size=5) | st.sampled_from(["10-K 2023", "10-K\t2023", "10-K%202023", "\u2028", ""])
pools = st.lists(identifiers, min_size=1, max_size=14, unique=True)


@st.composite
def questions(draw):
    """Draw [(question id, ranking with repetitions, what is relevant)], each of these perhaps empty."""
    pool = st.sampled_from(draw(pools))
    rankings = st.tuples(st.lists(pool, max_size=25), st.sets(pool, max_size=14))
    return [(name, *draw(rankings)) for name in draw(st.lists(identifiers, unique=True, max_size=4))]


@given(questions())
def test_another_program_computes_our_measures_from_the_files(judged):
    with tempfile.TemporaryDirectory() as folder:
        run, qrels = Path(folder, RUN), Path(folder, QRELS)
        write_trec(iter(judged), run=run, qrels=qrels)
        with run.open(encoding="utf-8") as run_stream, qrels.open(encoding="utf-8") as qrels_stream:
            hits = list(ir_measures.read_trec_run(run_stream))
            wanted = list(ir_measures.read_trec_qrels(qrels_stream))
    ours = {
        (column(name), measure): function(k, ranked, relevant)
        for name, ranked, relevant in judged
        if relevant
        for measure, (function, k) in MEASURES.items()
    }
    if ours:
        theirs = {(m.query_id, m.measure): m.value for m in ir_measures.iter_calc(MEASURES, wanted, hits)}
        assert ours.keys() == theirs.keys()
        assert all(abs(ours[key] - theirs[key]) < 1e-9 for key in ours)
        means = ir_measures.calc_aggregate(MEASURES, wanted, hits)
        for measure in MEASURES:
            values = [value for (_, of), value in ours.items() if of == measure]
            assert abs(means[measure] - sum(values) / len(values)) < 1e-9


@given(st.text(st.characters(exclude_categories=()), max_size=8))
def test_an_identifier_is_one_column_and_can_be_read_back(identifier):
    written = column(identifier)
    assert written.split() == [written]
    assert "\0" not in written
    assert written.encode("utf-8")
    assert unquote(written, errors="surrogatepass") == (identifier or "%")


@given(st.lists(identifiers, unique=True))
def test_no_two_identifiers_are_written_alike(names):
    assert len({column(name) for name in names}) == len(names)


def test_a_failure_on_the_way_leaves_the_files_as_they_were(tmp_path):
    run, qrels = tmp_path / RUN, tmp_path / QRELS
    write_trec([("q1", ["a"], ["a"])], run=run, qrels=qrels)
    before = run.read_bytes(), qrels.read_bytes()

    def broken_off():
        yield "q2", ["b"], ["b"]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_trec(broken_off(), run=run, qrels=qrels)
    assert (run.read_bytes(), qrels.read_bytes()) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [QRELS, RUN]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs the always full device of Linux")
def test_a_full_disk_is_one_clear_line(tmp_path):
    (tmp_path / f"{RUN}.tmp").symlink_to("/dev/full")
    with pytest.raises(
        UsageError, match=r"run\.trec and qrels\.trec cannot be written \(No space left"
    ) as said:
        write_trec([("q1", ["a"] * 9, ["a"])], run=tmp_path / RUN, qrels=tmp_path / QRELS)
    assert "\n" not in str(said.value)
    assert not list(tmp_path.iterdir())

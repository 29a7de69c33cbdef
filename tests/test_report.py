"""The report: what it says of a run, that text stays text, that it is written whole or not at all."""

import os
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from report_samples import SampleRun, compared

from bot.errors import UsageError
from bot.evaluate.gold import GoldEvidence, GoldRow
from bot.evaluate.names import ACCURACY, GOLD_IN_WORDS, MEASURES
from bot.evaluate.report import write_report
from bot.evaluate.report.charts import wilson
from bot.evaluate.report.markup import text
from bot.evaluate.report.questions import FAILURES, failures, is_right
from bot.evaluate.report.words import GROUPS, MEANINGS

pytestmark = pytest.mark.slow

VOID = {"meta", "br", "input", "link", "img"}
HOSTILE = (
    "<script>alert(1)</script>",
    "</details></section><h1>taken</h1>",
    '"><img src=x onerror=alert(1)>',
    "&lt;b&gt; is &amp;lt; here",
    "\u202egnp.exe\u2066 \u200f",
    "a\x00b\x1b[31m \ud800",
    "$x^2$ and \\frac{1}{2} {braces} %s",
)


class Page(HTMLParser):
    """A page as a list of (tag, attributes) and the text inside; complains of what is not closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags, self.words, self.open = [], [], []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        """Note an element that holds others."""
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        """Note an element that is its own end."""
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        """Check that the innermost element ends."""
        assert self.open.pop() == tag

    def handle_data(self, data):
        """Keep what is read."""
        if not self.open or self.open[-1] not in {"script", "style"}:
            self.words.append(data)

    @property
    def text(self):
        """All that is read, in single spaces."""
        return " ".join(" ".join(self.words).split())

    def attributes(self, tag):
        """List the attributes of every element of a name."""
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def run():
    return SampleRun(60)


@pytest.fixture(scope="module")
def page(run, tmp_path_factory):
    """Give a report with everything that there can be."""
    return Page(report(tmp_path_factory.mktemp("run"), **run.parts(comparison=compared(run))))


def report(folder, **parts):
    return write_report(folder, **parts).read_text(encoding="utf-8")


def plain(metrics, **changes):
    """Return metrics without what is drawn, which takes most of the time."""
    return metrics | {"types": {}, "seconds": {}, "abstention": {}} | changes


def score(**changes):
    row = {"id": "a", "type": "span", "answerable": True, "confidence": 0.9, "abstained": False}
    return row | {"values": {ACCURACY: [1.0, 1.0], "R@5": [1.0, 1.0], "fabrication": [0.0, 2.0]}} | changes


def values(**changes):
    return {"values": score()["values"] | changes}


FAILED = {
    "nothing is wrong": (score(), []),
    "no gold wording": (score(**values(**{ACCURACY: [0.0, 1.0]})), ["wrong"]),
    "one of two sentences invents": (score(**values(fabrication=[1.0, 2.0])), ["fabrication"]),
    "no relevant document": (score(**values(**{"R@5": [0.0, 1.0]})), ["missed"]),
    "one of three relevant documents": (score(**values(**{"R@5": [1 / 3, 1.0]})), []),
    "abstained": (score(abstained=True, values={GOLD_IN_WORDS: [0.0, 1.0]}), ["abstained"]),
    "unanswerable, abstained": (score(answerable=False, abstained=True, values={}), []),
    "unanswerable, answered": (score(answerable=False, values={}), ["answered"]),
    "no gold wording to compare with": (score(values={}), []),
    "only searched": (score(confidence=None, abstained=None, values={"R@5": [0.0, 1.0]}), ["missed"]),
}


@pytest.mark.parametrize(("row", "kinds"), FAILED.values(), ids=FAILED)
def test_what_failed_is_read_from_the_score(row, kinds):
    assert failures(row) == kinds


def test_an_answer_is_right_where_it_was_given_and_holds_a_gold_answer():
    assert is_right(score()) is True
    assert is_right(score(**values(**{ACCURACY: [0.0, 1.0]}))) is False
    assert is_right(score(abstained=True, values={})) is None


def test_every_measure_and_group_has_its_meaning():
    assert set(MEANINGS) == set(MEASURES)
    assert set(GROUPS) == {measure.group for measure in MEASURES.values()}


def test_the_interval_of_a_share_is_wilsons():
    """0 of 10: z^2 / (n + z^2) = 3.8415 / 13.8415. 5 of 10: .5 -+ z sqrt(1/40 + z^2/400) / (1 + z^2/10)."""
    assert wilson(0.0, 10) == pytest.approx((0.0, 0.27754), abs=1e-5)
    half = 1.959964 * (1 / 40 + 3.841459 / 400) ** 0.5 / 1.3841459
    assert wilson(0.5, 10) == pytest.approx((0.5 - half, 0.5 + half), abs=1e-6)
    assert wilson(0.3, 0) == (0.0, 1.0)


def test_a_page_has_every_part_in_order_with_headings_in_order(run, page):
    headings = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(headings))
    ids = [attributes["id"] for tag, attributes in page.tags if tag == "section" and "id" in attributes]
    assert ids == ["figures", "plots", "comparison", "questions"]
    assert page.attributes("html") == [{"lang": "en"}]
    assert {th.get("scope") for th in page.attributes("th")} == {"col", "row"}
    for name in run.metrics["measures"]:
        assert name in page.text
    assert f"{run.metrics['measures']['R@5']['mean']:.3f}" in page.text


def test_ids_are_unique_and_every_link_leads_somewhere(page):
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [value for _, a in page.tags for name, value in a.items() if name in {"href", "xlink:href"}]
    assert {link.removeprefix("#") for link in links} <= set(ids)
    assert all(link.startswith("#") for link in links)


def test_failures_come_first_the_worst_kind_at_the_top(page):
    rows = [a for a in page.attributes("details") if a["class"] == "q"]
    assert len(rows) == 60
    order = [*FAILURES, ""]
    found = [order.index(row["data-failures"].split(" ")[0]) for row in rows]
    assert found == sorted(found)
    assert len(set(found)) > 4


def test_a_search_alone_has_no_word_of_answers(tmp_path):
    made = Page(report(tmp_path, **SampleRun(30, retrieval_only=True).parts()))
    titles = [" ".join(t.split()) for t in made.words]
    assert "Retrieval: documents" in titles
    assert "Time of each stage" in titles
    for absent in ("Abstention", "Risk and coverage", "Confidence", "Answer", "Citations"):
        assert absent not in titles


def test_the_same_run_gives_the_same_bytes(run, tmp_path):
    first = write_report(tmp_path, **run.parts(comparison=compared(run))).read_bytes()
    again = write_report(tmp_path, **run.parts(comparison=compared(run))).read_bytes()
    assert first == again


def test_nothing_is_asked_of_anyone_and_only_our_script_may_run(page):
    policy = next(a["content"] for a in page.attributes("meta") if "http-equiv" in a)
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-")
    assert page.attributes("script") == [{}]
    loading = {"src", "srcset", "action", "data", "poster", "onclick", "onerror", "onload"}
    assert not [a for _, a in page.tags if loading & set(a)]
    assert not {"img", "link", "iframe", "object", "base"} & {tag for tag, _ in page.tags}


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_stays_text_wherever_it_comes_from(tmp_path, hostile):
    run = SampleRun(6)
    made, tame = (Page(report(tmp_path, **_with_text(run, words))) for words in (hostile, "plain"))
    assert _written(made) == _written(tame)
    assert {tag for tag, _ in made.tags} == {tag for tag, _ in tame.tags}
    expected = " ".join(re.sub("[\x00-\x08\x0b-\x1f\ud800-\udfff]", "\ufffd", hostile).split())
    assert made.text.count(expected) > 5 * 6


def _written(page):
    """List the elements but those of drawings, where a longer label has another place."""
    return [(tag, set(a)) for tag, a in page.tags if tag not in {"g", "path", "use", "text", "defs"}]


def _with_text(run, hostile):
    """Put a text into every place of a run that a document, a gold file or a user can fill."""
    gold, scores, predictions = {}, [], []
    for old, prediction in zip(run.scores, run.predictions, strict=True):
        row, row_id = run.gold[old["id"]], f"{old['id']} {hostile}"
        evidence = tuple(GoldEvidence(hostile, quote=hostile) for _ in row.evidence)
        answers = (hostile,) * len(row.answers)
        gold[row_id] = GoldRow(row_id, hostile, answers, row.answerable, hostile, evidence)
        scores.append(old | {"id": row_id, "type": hostile})
        named = {"title": hostile, "quote": hostile}
        citations = [
            c | named | ({"section": hostile} if c["section"] else {}) for c in prediction["citations"]
        ]
        sentences = [s | {"text": hostile} for s in prediction["sentences"]]
        changed = {
            "id": row_id,
            "standalone_question": hostile,
            "sentences": sentences,
            "citations": citations,
        }
        predictions.append(prediction | changed)
    settings = {name: hostile if isinstance(v, str) else v for name, v in run.metrics["settings"].items()}
    types = {kind: {"R@5": run.metrics["measures"]["R@5"]} for kind in (hostile, "count")}
    ids = [score["id"] for score in scores[:1]]
    metrics = plain(run.metrics, settings=settings, types=types, broken={"inexact": ids})
    return {"title": hostile, "metrics": metrics, "scores": scores, "predictions": predictions, "gold": gold}


def test_text_is_cut_before_it_is_escaped():
    assert text("<b> & co") == "&lt;b&gt; &amp; co"
    assert text("&" * 10, 4) == "&amp;" * 3 + "…"


def test_a_long_answer_is_cut_and_many_citations_are_counted(tmp_path):
    run = SampleRun(30)
    row = next(row for row in run.predictions if row["sentences"])
    row["sentences"] = [row["sentences"][0] | {"text": "word " * 5_000}] * 3
    row["citations"] = row["citations"][:1] * 50
    page = report(tmp_path, **run.parts(metrics=plain(run.metrics)))
    assert page.count("word ") < 300
    assert "and 42 more" in page


def test_a_prediction_without_a_score_is_left_out(run, tmp_path):
    page = Page(report(tmp_path, **run.parts(metrics=plain(run.metrics), scores=run.scores[:5])))
    assert len([a for a in page.attributes("details") if a["class"] == "q"]) == 5


def test_predictions_pass_by_one_at_a_time(tmp_path):
    run = SampleRun(40)
    held = []

    def passing():
        for row in run.predictions:
            held.append(sum(path.stat().st_size for path in tmp_path.iterdir()))
            yield row

    parts = run.parts(metrics=plain(run.metrics), scores=iter(run.scores), predictions=passing())
    write_report(tmp_path, **parts)
    assert len(held) == 40
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_a_full_disk_leaves_the_earlier_report(run, tmp_path):
    parts = run.parts(metrics=plain(run.metrics))
    write_report(tmp_path, **parts)
    before = (tmp_path / "report.html").read_bytes()

    def filling():
        yield run.predictions[0]
        raise OSError(28, os.strerror(28))

    with pytest.raises(UsageError, match=r"report\.html cannot be written \(No space left on device\)"):
        write_report(tmp_path, **parts | {"predictions": filling()})
    assert (tmp_path / "report.html").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_no_questions_at_all_are_still_a_page(tmp_path):
    metrics = {"n": 0, "n_answerable": 0, "measures": {}, "types": {}, "seconds": {}, "settings": {}}
    parts = {"metrics": metrics, "scores": [], "predictions": [], "gold": {}}
    assert "0 questions" in Page(report(tmp_path, title="nothing", **parts)).text


def test_a_run_that_answered_nothing_has_no_curve(tmp_path):
    run = SampleRun(20)
    counts = {"answered_right": 0, "answered_wrong": 0, "abstained_rightly": 8, "abstained_wrongly": 12}
    page = report(tmp_path, **run.parts(metrics=plain(run.metrics, abstention=counts | {"curve": []})))
    assert "Risk and coverage" not in page
    assert "Confidence" in page

"""The line of `summarize` with a fake encoder: said, cited, covered, compared, refused."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from core_fakes import HashEncoder
from hypothesis import given, settings
from hypothesis import strategies as st
from summary_samples import MEETING, PLANTED, TOPICS, document, meeting, papers, report

from bot.datatypes import Status
from bot.errors import UsageError
from bot.evaluate.promises import invented, is_cited, is_exact, slices
from bot.facts import jaccard
from bot.summary.datatypes import BUDGETS, Length, Summary, SummaryProgress
from bot.summary.redundancy import bigrams
from bot.summary.render import summary_json, summary_lines, summary_markdown
from bot.summary.summarizer import MAX_FOCUS_CHARACTERS, Summarizer
from bot.summary.wording import Wording

STORY = (
    "The old bridge of Vik was closed on Friday after a lorry broke through its railing. "
    "Nobody was hurt, said the police. "
    "However, the bridge will stay closed until an engineer from Orrin has looked at every beam. "
    "The lorry carried 12 tonnes of salted herring, and most of the herring is in the river now. "
    "They floated as far as the mill."
)

SCRAPS = [*STORY.split(), "\n", "\n\n", "A |", "{", "I", "It", ".", "Ann:"]


def summarizer(**options) -> Summarizer:
    return Summarizer(encoder=HashEncoder(), scorer=None, wording=Wording(**options))


def summed(documents, length: Length = Length.MEDIUM, focus: str = "", **options) -> Summary:
    documents = documents if isinstance(documents, list) else [documents]
    summary = summarizer(**options).summarize(documents, length=length, focus=focus)
    assert_promised(summary)
    return summary


def assert_promised(summary: Summary) -> None:
    """Check what every summary promises."""
    told = summary_json(summary)
    texts = {each.doc_id: each.text for each in summary.documents}
    assert told["sentences"]
    assert all(is_cited(told, sentence) for sentence in told["sentences"])
    assert all(is_exact(quoted, texts.get) for quoted in slices(told))
    assert [invented(told, sentence) for sentence in told["sentences"]] == [[]] * len(told["sentences"])
    assert [citation["marker"] for citation in told["citations"]] == list(
        range(1, len(told["citations"]) + 1)
    )
    pairs = combinations((sentence["text"] for sentence in told["sentences"]), 2)
    assert all(jaccard(bigrams(one), bigrams(other)) < 0.5 for one, other in pairs)


def texts(summary: Summary) -> list[str]:
    return [sentence.text for sentence in summary.sentences]


def test_every_sentence_is_an_exact_slice_or_a_shortening_of_one():
    summary = summed(document(STORY), Length.LONG)
    assert (
        texts(summary)[0]
        == "The old bridge of Vik was closed on Friday after a lorry broke through its railing."
    )
    assert "The bridge will stay closed until an engineer from Orrin has looked at every beam." in texts(
        summary
    )
    quotes = [citation.quote for citation in summary.citations]
    assert quotes == sorted(quotes, key=STORY.index)
    assert {sentence.status for sentence in summary.sentences} == {Status.QUOTED, Status.SUPPORTED}


def test_quoting_only_shows_the_sentences_as_they_stand():
    summary = summed(document(STORY), Length.LONG, shortens=False)
    assert all(s.text == c.quote for s, c in zip(summary.sentences, summary.citations, strict=True))


def test_shortening_keeps_the_figures():
    told = (
        "The long quarrel over the mud of the sound ended yesterday in a breakfast room of the harbour, "
        "where the company agreed to pay the growers £6.9 million and to rest its array each spring."
    )
    assert "£6.9 million" in summed(document(told), Length.SHORT).text


def test_a_sentence_that_leans_on_another_only_follows_that_one():
    summary = summed(report(), Length.LONG)
    said = texts(summary)
    spans = [(citation.start, citation.end) for citation in summary.citations]
    leaning = [i for i, text in enumerate(said) if text.startswith("It has found")]
    assert leaning
    assert all(spans[i][0] - spans[i - 1][1] == 1 for i in leaning)  # one space from the sentence before


def test_a_summary_is_about_as_long_as_wanted():
    summary = summed(report())
    assert summary.budget_words == BUDGETS[Length.MEDIUM]
    assert abs(summary.n_words / summary.budget_words - 1) <= 0.25


def test_a_short_summary_is_one_sentence():
    assert len(summed(report(), Length.SHORT).sentences) == 1


def test_a_short_text_is_not_padded():
    summary = summed(document(STORY), Length.LONG)
    assert summary.budget_words < len(STORY.split())
    assert summary.n_words <= 1.25 * summary.budget_words


def test_sections_are_covered_and_those_left_out_are_named():
    """Ten topics and the remarks: 11 sections, of which a medium one draws on 4 and a long one on 7."""
    for length, least in ((Length.MEDIUM, 4), (Length.LONG, 7)):
        rows = summed(report(), length).coverage
        assert [row.section for row in rows] == [*TOPICS, "Closing remarks"]
        assert sum(row.cited for row in rows) >= least
        assert sum(row.share for row in rows) == pytest.approx(1.0, abs=0.01)
        assert sum(row.summary_share for row in rows) == pytest.approx(1.0)
        assert all((row.summary_share > 0) == row.cited for row in rows)


def test_a_key_fact_in_the_last_section_is_in_the_long_summary():
    assert PLANTED in texts(summed(report(), Length.LONG))


def test_a_focus_chooses_what_it_is_about():
    said = texts(summed(report(), focus="the theatre and its roses"))
    assert sum("theatre" in text for text in said) >= 2


def test_a_focus_that_names_nothing_is_none():
    plain, asked = summed(report()), summed(report(), focus="Summarise the main points of the whole report")
    assert texts(plain) == texts(asked)
    assert asked.focus


def test_in_a_meeting_it_is_said_who_says_what_without_the_hums():
    summary = summed(meeting(), Length.LONG)
    said = " ".join(texts(summary))
    assert "We decide on a price of twenty five euros and a case of yellow rubber ." in said
    assert "Ben Ray: The market study says that young buyers would pay twenty five euros for it ." in said
    assert "{" not in said
    assert "Uh" not in said
    for citation in summary.citations:
        (speaker,) = citation.context
        assert (speaker.role, MEETING[speaker.start : speaker.end]) == ("speaker", speaker.quote)


def test_a_speaker_who_goes_on_is_named_once():
    said = texts(summed(meeting(), Length.LONG))
    labels = [text.split(":")[0] for text in said if ":" in text]
    assert all(one != other for one, other in pairwise(labels))


def test_documents_are_compared_and_each_figure_is_given_to_its_own():
    summary = summed(papers())
    told = summary_json(summary)
    (difference,) = told["differences"]
    assert {side["external_id"]: side["value"] for side in difference["sides"]} == {
        "herald": "41 boats", "gazette": "38 boats",
    }  # fmt: skip
    assert ["212 passengers"] * 2 in [
        [side["value"] for side in each["sides"]] for each in told["agreements"]
    ]
    text_of = {each.doc_id: each.text for each in summary.documents}
    sides = [side for each in (*told["differences"], *told["agreements"]) for side in each["sides"]]
    assert all(text_of[side["doc_id"]][side["start"] : side["end"]] == side["quote"] for side in sides)


def test_what_another_document_says_too_is_cited_from_both():
    one = document("The ferry Dunlin sank off Vik on 3 May 2024 with a cargo of salt aboard.", name="one")
    other = document(
        "A sad day\n\nThe ferry Dunlin sank off Vik on 3 May 2024 with a cargo of salt aboard. "
        "The captain was saved by two anglers from Orrin.",
        name="other",
    )
    summary = summed([one, other], Length.LONG)
    sentence = next(s for s in summary.sentences if "Dunlin sank" in s.text)
    owners = {c.external_id for c in summary.citations if c.marker in sentence.citations}
    assert owners == {"one", "other"}


def test_copies_count_once_and_are_named():
    summary = summed([document(STORY, name="a"), document(STORY + "\n", name="b")])
    assert [each.doc_id for each in summary.documents] == ["a"]
    assert summary.warnings == ("b: the same text as a",)


def test_every_document_of_a_few_is_drawn_on():
    stories = [document(f"{topic} news\n\n{STORY.replace('bridge', topic)}", name=topic) for topic in "ABC"]
    assert {citation.doc_id for citation in summed(stories, Length.LONG).citations} == {"A", "B", "C"}


def test_the_same_documents_give_the_same_summary():
    assert summed(report()).text == summed(report()).text


def test_progress_goes_through_the_sections_and_the_summary_comes_last():
    *steps, last = summarizer().stream([report()])
    assert isinstance(last, Summary)
    assert all(isinstance(step, SummaryProgress) for step in steps)
    assert {step.stage for step in steps} == {"reading", "weighing", "writing"}
    assert all(0 <= step.done <= step.total for step in steps)


@pytest.mark.parametrize(
    "text",
    [
        "Hello.",
        "a | b | c\n1 | 2 | 3\n4 | 5 | 6",
        "def f(x):\n    return {x: 1};\n\nclass A:\n    pass",
        "市议会周五批准了一项计划。费用为四千八百万欧元。",
        "",
    ],
    ids=["one word", "table", "code", "no spaces", "nothing"],
)
def test_what_has_no_sentences_is_refused_in_one_line(text):
    with pytest.raises(UsageError, match="no sentences to summarise") as found:
        summarizer().summarize([document(text)])
    assert "\n" not in str(found.value)


def test_a_poem_and_another_language_have_a_sane_summary():
    poem = (
        "The sea, the wide and sleepless sea\nI hear it calling in the rain\n\nO wind of the west, be still"
    )
    german = (
        "Der Rat hat am Freitag einem Plan für 9000 Wohnungen zugestimmt. Ein Drittel davon zahlt der Bund."
    )
    for text in (poem, german):
        assert summed(document(text)).sentences


def test_a_focus_that_is_a_document_is_refused_with_both_numbers():
    with pytest.raises(UsageError, match=r"--focus has 1,001 characters, at most 1,000 are read"):
        summarizer().summarize([report()], focus="x" * (MAX_FOCUS_CHARACTERS + 1))


def test_the_lines_of_a_terminal_show_coverage_and_comparisons():
    lines = summary_lines(summed(papers()))
    assert "Where the documents differ:" in lines
    assert "Where they agree:" in lines
    assert "Coverage: " in lines
    bullets = summary_lines(summed(report()), bullets=True).splitlines()
    assert bullets[0].startswith("- ")


def test_what_documents_say_does_not_become_markdown():
    told = summary_markdown(summed(document(STORY.replace("Orrin", "[Orrin](x) *now*"))))
    assert r"\[Orrin\](x) \*now\*" in told


@given(st.lists(st.sampled_from(SCRAPS), max_size=120))
@settings(max_examples=60, deadline=None)
def test_whatever_the_text_a_summary_keeps_its_promises_or_is_refused(words):
    try:
        summary = summarizer().summarize([document(" ".join(words))], length=Length.LONG)
    except UsageError:
        return
    assert_promised(summary)

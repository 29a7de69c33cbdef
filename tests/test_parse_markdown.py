"""bot.parse.markdown: the author's words without the marks that lay them out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import ParseError
from bot.parse.limits import LIMITS
from bot.parse.markdown import read_markdown


def note(text):
    return read_markdown(text.encode(), "note.md", LIMITS)


def test_a_note_reads_as_its_author_meant_it():
    document = note(
        "# The *suit*\n\nTwo **plaintiffs** brought it,\nsee [the filing](https://example.org/a_(b) 'x').\n"
        "\nHard break  \nhere\n\n- first\n- [x] second\n  goes on\n\n1. one\n2) two\n\n"
        "> quoted `co*d*e`\n\n---\nEnd\n"
    )
    assert document.title == "The suit"
    assert document.text == (
        "The suit\n\nTwo plaintiffs brought it, see the filing.\n\nHard break\nhere\n\nfirst\nsecond goes on"
        "\n\n1. one\n2) two\n\nquoted co*d*e\n\nEnd"
    )


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a ***b*** __c__ _d_ ~~e~~", "a b c d e"),
        ("snake_case_name and 2*3*4 and * alone", "snake_case_name and 2*3*4 and * alone"),
        ("\\*not\\* emphasis \\[x\\]", "*not* emphasis [x]"),
        ("![seen](LEAK.png) after", "after"),
        ("[text][ref] and <https://example.org/>\n\n[ref]: https://LEAK", "text and https://example.org/"),
        ("AT&amp;T &lt;b&gt; &#8203;x", "AT&T <b> x"),
        ("one<br>two <span class=x>three</span> a < b", "one\ntwo three a < b"),
        ("before <!-- LEAK\nLEAK\n```\nLEAK --> after", "before\n\nafter"),
        ("open <!-- stays", "open <!-- stays"),
        ("<script>\nLEAK\n</script>\nafter", "after"),
        ("```html\n<!-- code -->\n  **x**\n```\nafter", "<!-- code -->\n  **x**\n\nafter"),
        ("~~~\nan open fence\n", "an open fence"),
        ("| a | b |\n|---|:-:|\n| 1 | 2 \\| 3 |\n|  | 4 |\n\nafter", "a | b\n1 | 2 | 3\n | 4\n\nafter"),
        ("Intro:\na | b\n--|--\n1 | 2", "Intro:\n\na | b\n1 | 2"),
        ("Title\n=====\nSub\n---\ntext", "Title\n\nSub\n\ntext"),
        ("## Closed ##\n#no heading", "Closed\n\n#no heading"),
    ],
)
def test_marks_go_and_words_stay(source, text):
    assert note(source).text == text


def test_headings_become_sections():
    document = note("# A\nx\n## B\ny\n\nC\n=\nz")
    assert [(s.title, s.level, document.text[s.start : s.end]) for s in document.sections] == [
        ("A", 1, "A\n\nx\n\nB\n\ny\n\n"),
        ("B", 2, "B\n\ny\n\n"),
        ("C", 1, "C\n\nz"),
    ]


def test_front_matter_is_metadata_and_not_text():
    document = note(
        "---\ntitle: 'Quarterly notes'\nauthor: A. Writer\ndate: 2024-04-01\ntags:\n  - x\n---\nWords."
    )
    assert (document.title, document.text) == ("Quarterly notes", "Words.")
    assert document.metadata == {"type": "markdown", "author": "A. Writer", "date": "2024-04-01"}


def test_a_rule_at_the_top_is_no_front_matter():
    assert note("---\nWords\n---\nmore").text == "Words\n\nmore"


def test_marks_that_never_close_cost_no_more_than_their_length():
    for mark in ("*a ", "[", "`", "<a ", "![", "**b", "<!--", "<script", "| "):
        assert note("word " + mark * 20_000).text


@settings(deadline=None, max_examples=100)
@given(
    st.lists(
        st.sampled_from(
            [
                "# ",
                "\n",
                "word",
                " ",
                "*",
                "_",
                "`",
                "|",
                "---",
                "[",
                "](x)",
                "<!--",
                "-->",
                "```",
                "> ",
                "- ",
            ]
        )
    )
)
def test_any_mixture_of_marks_gives_canonical_text_or_one_refusal(pieces):
    try:
        document = note("".join(pieces))
    except ParseError as error:
        assert "holds no text" in str(error)  # noqa: PT017
    else:
        for section in document.sections:
            assert document.text.startswith(section.title, section.start)

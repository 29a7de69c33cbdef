"""What is taken away of a conversation: sentences with markers, the quotes below, nothing as markup."""

from __future__ import annotations

from dataclasses import replace

from page_fakes import FakeWorkspace

from bot.datatypes import Context
from bot.web.choices import Choices
from bot.web.copying import literal, markdown, plain
from bot.web.talk import Source, begin, converse


def turn(question: str):
    return list(converse(FakeWorkspace(), begin((), question), collection="sample"))[-1][-1]


def test_a_plain_copy_has_question_answer_and_quotes():
    lines = plain(turn("How many passengers?")).split("\n\n")
    assert lines[0] == "How many passengers?"
    assert lines[1].endswith("[1] The board expects 4.3 million in 2024. [2]")
    assert lines[2].startswith(
        "[1] Norland Ferries plc, annual report 2023, page 1: “Norland Ferries carried"
    )


def test_a_copy_says_that_only_some_documents_were_asked():
    asked = begin((), "How many passengers?")
    chosen = Choices(where="title=norland; title!=*x*")
    *_, (told,) = converse(FakeWorkspace(), asked, collection="sample", choices=chosen)
    assert plain(told).split("\n\n")[1] == "Only documents where title=norland; title!=*x*"
    assert markdown(told).split("\n\n")[1] == r"Only documents where title=norland; title!=\*x\*"


def test_markdown_shows_what_documents_say_as_it_is():
    copied = markdown(turn("what is *hostile* <b>?"))
    assert copied.startswith(r"## what is \*hostile\* \<b\>?")
    assert r"\<b\>the chairman\</b\>" in copied
    assert literal("a [b](javascript:c) `d` $e$\n# f") == r"a \[b\](javascript:c) \`d\` \$e\$ \# f"


def test_a_cell_is_copied_with_the_words_that_say_what_it_is():
    told = turn("How many passengers?")
    context = (Context("column", 0, 4, "2018"), Context("row", 5, 10, "Sales"))
    cell = replace(told.sources[0].citation, quote="$4", context=context, page=None)
    told = replace(told, sources=(Source(cell, None),))
    assert plain(told).split("\n\n")[2] == "[1] Norland Ferries plc, annual report 2023: “Sales, 2018: $4”"
    assert markdown(told).endswith("“Sales, 2018: \\$4”")


def test_an_abstention_is_copied_with_its_line():
    assert (
        plain(turn("Who owns the moon?")) == "Who owns the moon?\n\nI could not find this in your documents."
    )

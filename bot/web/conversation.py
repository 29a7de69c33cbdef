"""The left pane: questions, answers with their markers, abstentions and notices, as HTML.

One rule of type runs through the page: words in serif are the documents' own, words in sans serif are
ours or the model's. A quoted sentence therefore looks different from a phrased one without a label;
chat.js adds what explains it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from bot.cite import is_of_table
from bot.datatypes import Sentence, Status
from bot.left_out import left_out_line
from bot.web.copying import markdown, narrowed, plain
from bot.web.markup import block, escape, plural, tag, text_tag
from bot.web.talk import Thread, Turn

ONE_PARAGRAPH = 4  # sentences: of more, a summary, each document has a paragraph of its own
_OPENS_QUOTE = ('"', "“", "‘")
STATUS_WORDS = {Status.QUOTED: "quoted", Status.SUPPORTED: "phrased", Status.COMPUTED: "computed"}
REASONS = {
    "no_evidence": "No passage answers this well enough to quote it.",
    "empty_collection": "The Library tab takes text, HTML, PDF and more.",
}
WELCOME = (
    "Every sentence of an answer is tied to the exact words that support it: press its number to see them.",
    "What your documents do not say, the bot does not say either.",
)


def conversation_html(thread: Thread, *, collection: str) -> str:
    """Render a thread, or the two lines that teach where there is none yet."""
    if not thread:
        title = text_tag("h2", f"Ask about the documents in “{collection}”")
        return tag("div", block(title, *(text_tag("p", line) for line in WELCOME)), css="bot-welcome")
    return tag("div", block(*(_turn(turn) for turn in thread)), css="bot-thread")


def _turn(turn: Turn) -> str:
    """Render a question and, beneath it, what there is of an answer."""
    question = text_tag("p", turn.question, css="bot-question")
    said = block(
        text_tag("p", narrowed(turn), css="bot-understood"),
        _understood(turn), _sentences(turn), _fixed(turn), _status(turn), _small_print(turn),
        text_tag("p", turn.notice, css="bot-notice"), _actions(turn),
    )  # fmt: skip
    answer = tag("div", said, css="bot-answer")
    return tag("section", block(question, answer), css=f"bot-turn turn-{turn.number}")


def _understood(turn: Turn) -> str:
    """Show the follow-up question as the search saw it, where it differs from what was typed."""
    seen = turn.answer.standalone_question.strip() if turn.answer else ""
    if not seen or seen == turn.question.strip():
        return ""
    edit = text_tag("button", "Edit", css=f"bot-act bot-edit turn-{turn.number}", type="button")
    return tag("p", block("Understood as: ", text_tag("em", seen), " ", edit), css="bot-understood")


def _sentences(turn: Turn) -> str:
    """Render the checked sentences as one paragraph, of a summary one for each document."""
    owners = {source.citation.marker: source.citation.doc_id for source in turn.sources}
    rows = {source.citation.marker for source in turn.sources if is_of_table(source.citation)}

    def owner(sentence: Sentence) -> str:
        is_long = len(turn.sentences) > ONE_PARAGRAPH
        return next((owners.get(marker, "") for marker in sentence.citations), "") if is_long else ""

    paragraphs = (
        " ".join(
            sentence_html(turn.number, each, is_row=bool(rows & set(each.citations))) for each in together
        )
        for _, together in groupby(turn.sentences, key=owner)
    )
    return "".join(tag("p", paragraph, css="bot-said") for paragraph in paragraphs)


def sentence_html(turn: int, sentence: Sentence, *, is_row: bool) -> str:
    """Set a sentence in the type of its status; its last word keeps its markers on the same line.

    A quoted one stands in quotation marks, unless it opens with some or is a table's row, read out.
    """
    head, space, last = sentence.text.rpartition(" ")
    markers = (marker_button(turn, marker) for marker in sentence.citations)
    end = tag("span", block(text_tag("span", last, css="bot-last"), *markers), css="bot-end")
    bare = " bare" if is_row or sentence.text.startswith(_OPENS_QUOTE) else ""
    css = f"bot-sentence {STATUS_WORDS[sentence.status]}{bare}"
    return tag("span", block(escape(head + space), end), css=css)


def marker_button(turn: int, marker: int) -> str:
    """Make the number that leads from a sentence to its words, and back again from the card."""
    return tag("button", str(marker), css=f"bot-marker {place(turn, marker)}", type="button")


def place(turn: int, marker: int) -> str:
    """Name the classes by which our scripts find what belongs together; no data- attribute is let through."""
    return f"turn-{turn} cite-{marker}"


def _fixed(turn: Turn) -> str:
    """Render the friendly line of an abstention with its reason, or of a greeting."""
    answer = turn.answer
    if answer is None or answer.sentences:
        return ""
    if not answer.abstained:
        return text_tag("p", answer.fixed_text, css="bot-said")
    code = answer.reason or ""
    reason = REASONS.get(code, f"Reason: {code.replace('_', ' ')}." if code else "")
    nearest = "The closest passages are shown beside it, without a claim." if turn.closest else ""
    lead = text_tag("p", answer.fixed_text, css="bot-lead")
    why = text_tag("p", " ".join(filter(None, (reason, nearest))))
    return tag("div", block(lead, why), css="bot-abstention")


def _status(turn: Turn) -> str:
    """Show the stage at work; gone once the answer is whole."""
    return text_tag("p", turn.status, css="bot-status") if turn.busy else ""


def _actions(turn: Turn) -> str:
    """Offer what can be done with a turn that has ended: copy, ask again, say whether it is right."""
    if turn.busy:
        return ""
    again = act_button("Ask again", "again", turn.number)
    if turn.answer is None or turn.answer.kind == "chat":
        return tag("div", again, css="bot-actions")
    buttons = (
        act_button("Copy", "copy-markdown", turn.number),
        act_button("Copy as plain text", "copy-plain", turn.number),
        again,
        act_button("Right", "vote-up", turn.number),
        act_button("Wrong", "vote-down", turn.number),
        text_tag("pre", markdown(turn), css="bot-copy markdown"),
        text_tag("pre", plain(turn), css="bot-copy plain"),
    )
    return tag("div", block(*buttons), css="bot-actions")


def act_button(label: str, does: str, turn: int) -> str:
    """Make a quiet button under a turn; chat.js does what its class says."""
    return text_tag("button", label, css=f"bot-act {does} turn-{turn}", type="button")


def kinds_of(sentences: Sequence[Sentence]) -> str:
    """Count sentences by how they came about: "2 quoted, 1 phrased"; "" where there are none."""
    kinds = Counter(STATUS_WORDS[sentence.status] for sentence in sentences)
    return ", ".join(f"{count} {kind}" for kind, count in kinds.items())


def _small_print(turn: Turn) -> str:
    """Say how the sentences came about, the time taken and the model, in one quiet line."""
    answer = turn.answer
    if answer is None or answer.kind == "chat":
        return ""
    words = kinds_of(answer.sentences)
    sources = plural(len(answer.citations), "source") if answer.citations else ""
    seconds = f"{answer.timings.total:.1f} s" if answer.timings.total else ""
    line = text_tag("p", " · ".join(filter(None, (words, sources, seconds, answer.model))), css="bot-small")
    return block(line, text_tag("p", left_out_line(answer.left_out), css="bot-small"))

"""Text -> sentence spans, by rules, in linear time. After parse; used by chunk, evidence and verify.

Rules rather than a model: spans must be exact slices of the text, the same on every machine, and fast
on 20 million characters. It knows English abbreviations only; an unknown one costs a sentence cut in
two, never a lost character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.tables import is_table_row

# A sentence may end at . ! ? … with closing quotes or brackets (and their spaced-out forms in
# tokenized corpora, "word . ''") before white space. Looking behind keeps "....." linear: one try a run.
_ENDING = re.compile(r"(?<![.!?…。！？])[.!?…。！？]+(?:[\"'”’»)\]]|(?: ''))*(?=\s)")
_PARAGRAPH = re.compile(r"\n[ \t\r\f\v]*\n\s*")
_LIST_ITEM = re.compile(r"[ \t]*(?:[-*•–▪◦]|\(?\d{1,3}[.)]|\(?[a-z][.)])[ \t]")
_LAST_WORD = re.compile(r"[^\s(\[\"“‘']{1,24}$")
_STARTS_LOW = re.compile(r"[\"'“‘(\[]*[a-z,;]")

# Lower case, without the final full stop. They do not end a sentence...
_ABBREVIATIONS = frozenset(
    """mr mrs ms messrs dr prof rev hon st ste mt ft gen gov sen rep col lt maj capt cmdr sgt adm pres supt
    vs v cf e.g i.e viz approx est dept univ assn bros eq fig figs ex exh vol pp p para paras art sec secs
    no nos nr al ed eds trans jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri
    pfc pvt gov-gen lt-col maj-gen ave blvd rd hwy""".split()
)
# ...and these may: "at Acme Inc. The board", but not "Acme Inc. 2023" (a small letter never starts one).
_COMPANY_ENDINGS = frozenset(
    "inc corp co ltd plc llc bros jr sr etc a.m p.m d.c ph.d b.c a.d s.a n.v no".split()
)
# A country's ends one only before a word that opens many: not "the U.S. Securities and Exchange Commission".
_COUNTRIES = frozenset("u.s u.s.a u.k u.n e.u".split())
_OPENERS = re.compile(
    r"[\"“‘'(\[]*(?:A|An|The|This|That|These|Those|It|Its|He|She|His|Her|They|Their|We|Our|I|In|On|At|By|For"
    r"|From|With|As|But|And|However|If|When|While|After|Before|Since|There|Such|To|Under|During|No|Not|What|Who"
    r"|Why|How|Where|Also|All|Some|Most|Many|One)\b"
)
WRAPPED_LINE_CHARACTERS = 45  # a shorter line was ended on purpose, not by a text editor's wrapping


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Yield the `[start, end)` of each sentence of `text[start:end]`, white space trimmed, in order.

    A blank line, a table row and a list item always end a sentence. Every character that is not white
    space is in exactly one span.

    Example: "Dr. Low left. Why?" -> (0, 13), (14, 18)
    """
    end = len(text) if end is None else end
    for block_start, block_end in _blocks(text, start, end):
        cut = block_start
        for match in _ENDING.finditer(text, block_start, block_end):
            if _ends_sentence(text, match, block_start, block_end):
                yield from _trimmed(text, cut, match.end())
                cut = match.end()
        yield from _trimmed(text, cut, block_end)


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a short text as strings, in order."""
    return [text[start:end] for start, end in sentence_spans(text)]


def paragraph_spans(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Yield the `[start, end)` of each stretch between blank lines, trimmed, in order."""
    end = len(text) if end is None else end
    cut = start
    for match in _PARAGRAPH.finditer(text, start, end):
        yield from _trimmed(text, cut, match.start())
        cut = match.end()
    yield from _trimmed(text, cut, end)


def _blocks(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut paragraphs further where a line end is meant: table rows, list items, short lines."""
    for paragraph_start, paragraph_end in paragraph_spans(text, start, end):
        cut = line_start = paragraph_start
        while (newline := text.find("\n", line_start, paragraph_end)) >= 0:
            if _line_end_is_meant(text, line_start, newline, paragraph_end):
                yield cut, newline
                cut = newline + 1
            line_start = newline + 1
        yield cut, paragraph_end


def _line_end_is_meant(text: str, line_start: int, newline: int, paragraph_end: int) -> bool:
    next_end = text.find("\n", newline + 1, paragraph_end)
    line = text[line_start:newline]
    following = text[newline + 1 : next_end if next_end >= 0 else paragraph_end]
    if is_table_row(line) or is_table_row(following) or _LIST_ITEM.match(following):
        return True
    return newline - line_start < WRAPPED_LINE_CHARACTERS and not _STARTS_LOW.match(following)


def _ends_sentence(text: str, match: re.Match[str], block_start: int, block_end: int) -> bool:
    """Decide whether the mark at `match` ends a sentence, by the word before and the letter after it."""
    after = match.end()
    while after < block_end and text[after].isspace():
        after += 1
    if after >= block_end:
        return True
    if text[after] == "|":  # "Acme Inc. | $5 | $4" is one row
        return False
    if _STARTS_LOW.match(text, after, min(after + 8, block_end)):
        return False
    if match.group()[0] != "." or text[match.start() - 1 : match.start()].isspace():
        return True
    word = _LAST_WORD.search(text, max(block_start, match.start() - 24), match.start())
    return word is None or _word_may_end(word.group().lower(), text[after : after + 16])


def _word_may_end(word: str, following: str) -> bool:
    if word in _COUNTRIES:
        return _OPENERS.match(following) is not None
    if word in _COMPANY_ENDINGS:
        return not following[0].isdigit() and following[0] != "("  # "Acme Inc. (NYSE: ACM) said"
    if len(word) == 1 and word.isalpha():
        return False  # an initial: "J. Brown"
    return word not in _ABBREVIATIONS


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end

r"""RTF: the words of a rich text in reading order, headings by their style, tables as rows.

Follows the RTF 1.9.1 specification as far as words go. Left out and counted are hidden and deleted text,
comments, and letters that nobody sees (`rtflook.py`); left out too are field codes, pictures, embedded
objects, headers and footers. Notes stand at the end. Bytes are read in the code page of the font that is
set, as Word does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from bot.datatypes import ParsedDocument
from bot.errors import ParseError
from bot.parse.cleaning import hidden_remark
from bot.parse.draft import Block
from bot.parse.letters import parted
from bot.parse.limits import Limits
from bot.parse.office import Count, Source, bold_headings, to_document
from bot.parse.rtflayout import Layout, tidy
from bot.parse.rtflook import Looks, Written
from bot.parse.rtftokens import Mark, marks
from bot.parse.rtfwords import CODE_PAGES, NOTED, SETS, SKIPPED, STARRED, TEXT_OF, codec

MAX_DEPTH = 1_000
_DATES = ("creatim", "revtim")  # the later one is told
_HEADING_NAME = re.compile(r"^heading ([1-6]);?$", re.IGNORECASE)


@dataclass(slots=True)
class _State:
    """What holds until the group ends. `group` is what the words belong to: "" for the text itself."""

    group: str = ""
    skipped: bool = False
    bold: bool = False
    font: int = -1
    n_fallback: int = 1  # bytes after a \\u for readers without Unicode
    starred: bool = False
    written: Written = field(default_factory=Written)


def read_rtf(payload: bytes, name: str, limits: Limits) -> ParsedDocument:
    """Read a rich text. Its title is that of its properties, else its first heading.

    Raises:
        ParseError: it is without text, nests too deeply, or passes a limit.
    """
    reader = _Reader(Count(name), Looks(payload))
    for mark in marks(payload):
        reader.take(mark)
    blocks = bold_headings(reader.finish(), reader.layout.bold)
    return to_document(
        Source(payload, name, "rtf"), blocks, reader.about, hidden_remark(reader.count.n_hidden)
    )


class _Reader:
    """Takes marks one by one: words go to the layout, to the notes, or into what the file says of itself."""

    def __init__(self, count: Count, looks: Looks) -> None:
        self.count = count
        self.looks = looks
        self.layout = Layout(count)
        self.about: dict[str, str] = {}
        self._notes: list[Block] = []
        self._states = [_State()]
        self._bytes = bytearray()
        self._to_skip = 0  # what is left of the fallback after a \\u
        self._high = 0  # first half of a surrogate pair
        self._note: list[str] = []
        self._code_page = "cp1252"
        self._fonts: dict[int, str] = {}
        self._default_font = 0
        self._defined: tuple[int, list[str]] = (0, [])  # a style's number and name, while it is read
        self._date: dict[str, int] = {}
        self._is_in_unseen = False  # the words before were not seen either
        self._is_raised = False  # the letters before
        self._is_commented = False  # the comment that is read has words

    @property
    def _state(self) -> _State:
        return self._states[-1]

    def take(self, mark: Mark) -> None:
        """Take one mark.

        Raises:
            ParseError: it opens more groups in each other than are read.
        """
        if mark.kind == "text":
            self._gather(mark.text)
            return
        self._flush()
        if mark.kind == "word":
            self._word(mark.word, mark.number)
            return
        self._to_skip = 0
        if mark.kind == "close":
            if len(self._states) > 1:
                self._leave(self._states.pop())
        elif len(self._states) > MAX_DEPTH:
            raise ParseError(f"{self.count.name} nests its groups too deeply to be read: save it again")
        else:
            self._states.append(replace(self._state, starred=False))

    def finish(self) -> list[Block]:
        """Write what the end of the file leaves open; return all blocks, the notes last."""
        self._flush()
        self.layout.finish()
        return self.layout.blocks + self._notes

    def _gather(self, text: bytes) -> None:
        if self._to_skip:
            skipped = min(self._to_skip, len(text))
            self._to_skip -= skipped
            text = text[skipped:]
        if text and not self._state.skipped:
            self._bytes += text

    def _flush(self) -> None:
        """Decode the bytes that have gathered: those of the text in their font's code page."""
        if not self._bytes:
            return
        font = self._state.font if self._state.font >= 0 else self._default_font
        of_font = "" if self._state.group else self._fonts.get(font, "")
        text = self._bytes.decode(of_font or self._code_page, errors="replace")
        self._bytes.clear()
        self._put(text)

    def _put(self, text: str) -> None:
        """Put words where they belong."""
        state = self._state
        if self._high:  # its other half did not come
            self._high, text = 0, f"\ufffd{text}"
        if state.skipped:
            return
        if state.group in ("title", "author"):
            self.about[state.group] = self.about.get(state.group, "") + text
        elif state.group == "stylesheet":
            self._defined[1].append(text)
        elif state.group == "colortbl":
            self.looks.end_colours(text.count(";"))
        elif state.group == "annotation":
            self._is_commented |= bool(text.strip())
        elif state.group in ("", "footnote"):
            self._put_seen(text)

    def _put_seen(self, text: str) -> None:
        """Put words of the text or a note that are seen; count others, unless those before were hidden."""
        state = self._state
        look = self.looks.look(state.written)
        if text.strip():
            self.count.n_hidden += look.is_unseen and not self._is_in_unseen
            self._is_in_unseen = look.is_unseen
        if look.is_unseen:
            return
        text = parted(text, is_raised=look.is_raised, after_raised=self._is_raised)
        self._is_raised = look.is_raised
        if state.group:
            self._note.append(text)
        else:
            self.layout.put(text, bold=state.bold)

    def _word(self, word: str, number: int | None) -> None:
        state = self._state
        if word == "*":
            state.starred = True
        elif word in SKIPPED or (state.starred and word not in STARRED):
            state.skipped, state.starred = True, False
        elif word in NOTED and state.group != "annotation":
            state.group, state.starred = word, False
        elif word == "u" and number is not None:
            self._unicode(number % 65_536)
            self._to_skip = state.n_fallback
        elif word in TEXT_OF:
            self._put(TEXT_OF[word])
        elif state.group in _DATES:
            self._date[word] = number or 0
        elif not state.skipped:
            state.starred = False
            self._format(word, number)

    def _unicode(self, unit: int) -> None:
        """Put a UTF-16 code unit; halves of a pair wait for each other, one left alone is unreadable."""
        if 0xD800 <= unit < 0xDC00:
            if self._high:
                self._put("")
            self._high = unit
        elif 0xDC00 <= unit < 0xE000:
            high, self._high = self._high, 0
            self._put(chr(0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00)) if high else "\ufffd")
        else:
            self._put(chr(unit))

    def _format(self, word: str, number: int | None) -> None:
        """Follow a control word that sets something for the rest of its group, or lays out the text."""
        state, is_on = self._state, number != 0
        state.written = self.looks.follow(state.written, word, number)
        if word == "b":
            state.bold = is_on
        elif word == "plain":
            state.bold = False
        elif word == "uc":
            state.n_fallback = max(number or 0, 0)
        elif word == "f":
            state.font = number or 0
        elif state.group == "":
            self.layout.follow(word, number)
            self._set_code_page(word, number)
        elif state.group == "stylesheet" and word in ("s", "cs", "ds", "ts"):
            self._defined = (number or 0 if word == "s" else -1, [])
        elif state.group == "fonttbl" and word in ("fcharset", "cpg"):
            self._fonts[state.font] = codec(
                CODE_PAGES.get(number or 0, "") if word == "fcharset" else f"cp{number}"
            )
        elif state.group == "footnote" and word == "par":
            self._note.append("\n")
        elif state.group == "colortbl":
            self.looks.define(word, number)

    def _set_code_page(self, word: str, number: int | None) -> None:
        if word == "ansicpg":
            self._code_page = codec(f"cp{number}") or self._code_page
        elif word in SETS:
            self._code_page = SETS[word]
        elif word == "deff":
            self._default_font = number or 0

    def _leave(self, state: _State) -> None:
        """Close a group."""
        outer = self._state.group
        if state.group == "stylesheet":
            if match := _HEADING_NAME.match("".join(self._defined[1]).strip()):
                self.layout.styles[self._defined[0]] = int(match[1])
            self._defined = (0, [])
        elif state.group == "footnote" and outer != "footnote":
            self._notes.append(Block(tidy("".join(self._note))))
            self._note = []
        elif state.group == "annotation" and outer != "annotation":
            self.count.n_hidden += self._is_commented
            self._is_commented = False
        elif state.group in _DATES and outer != state.group:
            year, month, day = (self._date.get(part, 0) for part in ("yr", "mo", "dy"))
            if year:
                self.about["date"] = f"{year:04}-{month:02}-{day:02}"
            self._date = {}

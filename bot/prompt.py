"""Prompt templates from `prompts/`: text files with `$name` placeholders. No prompt text lives in Python."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from string import Template

from bot.datatypes import Message
from bot.errors import PromptError

PROMPTS = Path(__file__).parent.parent / "prompts"
_TURN = re.compile(r"^\[(system|user|assistant)\]\s*$", re.MULTILINE)


@dataclass(frozen=True)
class PromptTemplate:
    """A conversation to be filled: turns headed by a line `[system]`, `[user]` or `[assistant]`.

    Only our own text is a template. What fills it, a question or a document's words, is never read for
    placeholders, so a "$5" in it is harmless.
    """

    name: str
    text: str

    @classmethod
    def load(cls, name: str, folder: Path = PROMPTS) -> PromptTemplate:
        """Read `prompts/<name>.txt`.

        Raises:
            PromptError: there is no such file, or it has no turn.
        """
        path = folder / f"{name}.txt"
        if not path.is_file():
            known = ", ".join(sorted(found.stem for found in folder.glob("*.txt"))) or "none"
            raise PromptError(f"no prompt {name!r}: expected {path}; there are: {known}")
        template = cls(name, path.read_text(encoding="utf-8"))
        if not _TURN.search(template.text):
            raise PromptError(f"prompt {path} has no line [system], [user] or [assistant]")
        return template

    @cached_property
    def placeholders(self) -> frozenset[str]:
        """The names to be filled."""
        return frozenset(Template(self.text).get_identifiers())

    def fill(self, **values: str) -> list[Message]:
        """Return the turns with every placeholder filled.

        Raises:
            PromptError: a placeholder has no value, or a value no placeholder; all of them are named.
        """
        wrong = self.placeholders ^ values.keys()
        if wrong:
            raise PromptError(
                f"prompt {self.name!r} has the placeholders {sorted(self.placeholders)} and was given "
                f"{sorted(values)}: {sorted(wrong)} do not match"
            )
        parts = _TURN.split(self.text)[1:]
        return [
            Message(role, Template(body.strip()).substitute(values))
            for role, body in zip(parts[::2], parts[1::2], strict=True)
        ]

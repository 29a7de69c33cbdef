"""A gold row beside what was predicted for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.evaluate.gold import GoldRow
from bot.evaluate.runs import Prediction


@dataclass(frozen=True, slots=True)
class Scored:
    """A gold row with what was predicted for it."""

    gold: GoldRow
    prediction: Prediction

    @property
    def sentences(self) -> list[dict[str, Any]]:
        """The sentences of the answer; [] where the bot abstained, or gave hits alone."""
        return self.prediction.get("sentences", [])

    @property
    def text(self) -> str:
        """The answer without its markers; "" where the bot abstained."""
        return " ".join(sentence["text"] for sentence in self.sentences)

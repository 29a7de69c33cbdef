"""One value a question and measure: a line of `scores.jsonl`, and all lines as columns of numbers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.errors import UsageError

Value = tuple[float, float]  # (part, whole): a figure over questions is sum of parts / sum of wholes


@dataclass(frozen=True, slots=True)
class Score:
    """What one question is worth. A measure that is not defined for it has no entry in `values`.

    `confidence` in [0, 1] and `abstained` are None where only hits were asked for.
    """

    row_id: str
    kind: str
    answerable: bool
    confidence: float | None
    abstained: bool | None
    values: Mapping[str, Value]

    def as_json(self) -> dict[str, Any]:
        """Return the line of `scores.jsonl`."""
        return {
            "id": self.row_id,
            "type": self.kind,
            "answerable": self.answerable,
            "confidence": self.confidence,
            "abstained": self.abstained,
            "values": {name: list(value) for name, value in self.values.items()},
        }


@dataclass(frozen=True, eq=False)
class Columns:
    """Scores as columns, a row for each question, by id, so that figures do not depend on the order asked.

    kinds: (n,) str. answerable, abstained: (n,) bool. confidence: (n,) float64, nan where there is none.
    parts, wholes: (n, m) float64, whole 0 where a measure is not defined; column i is measure names[i].
    """

    ids: tuple[str, ...]
    kinds: np.ndarray
    answerable: np.ndarray
    abstained: np.ndarray
    confidence: np.ndarray
    names: tuple[str, ...]
    parts: np.ndarray
    wholes: np.ndarray

    @classmethod
    def of(cls, scores: Iterable[Score]) -> Columns:
        """Turn scores into columns; measures are in the order in which they are first met."""
        ordered = sorted(scores, key=lambda score: score.row_id)
        names = tuple(dict.fromkeys(name for score in ordered for name in score.values))
        column = {name: i for i, name in enumerate(names)}
        parts, wholes = np.zeros((2, len(ordered), len(names)))
        for row, score in enumerate(ordered):
            for name, (part, whole) in score.values.items():
                parts[row, column[name]], wholes[row, column[name]] = part, whole
        confidence = [np.nan if score.confidence is None else score.confidence for score in ordered]
        return cls(
            ids=tuple(score.row_id for score in ordered),
            kinds=np.array([score.kind for score in ordered], dtype=object),
            answerable=np.array([score.answerable for score in ordered], dtype=bool),
            abstained=np.array([bool(score.abstained) for score in ordered], dtype=bool),
            confidence=np.array(confidence, dtype=np.float64),
            names=names,
            parts=parts,
            wholes=wholes,
        )

    @property
    def has_answers(self) -> bool:
        """False where only hits were asked for."""
        return bool(len(self.ids)) and not np.isnan(self.confidence).any()

    def where(self, rows: np.ndarray) -> Columns:
        """Return the questions of a mask or of row numbers, in that order."""
        chosen = np.arange(len(self.ids))[rows]
        return Columns(
            ids=tuple(self.ids[i] for i in chosen),
            kinds=self.kinds[chosen],
            answerable=self.answerable[chosen],
            abstained=self.abstained[chosen],
            confidence=self.confidence[chosen],
            names=self.names,
            parts=self.parts[chosen],
            wholes=self.wholes[chosen],
        )

    def value(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Return a measure's parts and wholes, (n,) each; zeros where no question has it."""
        if name not in self.names:
            return np.zeros(len(self.ids)), np.zeros(len(self.ids))
        i = self.names.index(name)
        return self.parts[:, i], self.wholes[:, i]


def read_scores(path: Path) -> Iterator[Score]:
    """Yield the lines of a `scores.jsonl`.

    Raises:
        UsageError: the file is not there or a line is not one of ours.
    """
    try:
        with path.open("rb") as stream:
            for number, line in enumerate(stream, start=1):
                yield _score(line, f"{path} line {number}")
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read ({error.strerror}): give the folder of a finished run"
        ) from error


def _score(line: bytes, place: str) -> Score:
    try:
        row = json.loads(line)
        return Score(
            row_id=str(row["id"]),
            kind=str(row["type"]),
            answerable=bool(row["answerable"]),
            confidence=None if row["confidence"] is None else float(row["confidence"]),
            abstained=row["abstained"],
            values={name: (float(part), float(whole)) for name, (part, whole) in row["values"].items()},
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UsageError(f"{place} is not the score of a question: score that run again") from error

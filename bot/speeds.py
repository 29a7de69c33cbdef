"""How fast the models are on this machine: a few seconds of work for each, kept in the cache folder.

The figure is for choosing between models, not for a paper: one short run, beside whatever else is running.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from bot.cross_encoder import CrossEncoderVerifier
from bot.embed import SentenceTransformerEncoder
from bot.errors import BotError
from bot.language_model import LanguageModel
from bot.likelihood import question_likelihoods
from bot.model_rows import CROSS_ENCODER, Row
from bot.pair_model import PairModel
from bot.weights import cache_folder

N_PASSAGES = 8
N_TOKENS = 16
SPEEDS_FILE = "speeds.json"
PASSAGE = "The old bridge of Vik, built by hand, was opened to cars on 3 June 2019 after years of delay. " * 6
Measure = tuple[str, Callable[[Path], float]]
QUESTION = "When was the bridge of Vik opened to cars?"


def with_speeds(
    rows: list[Row],
    *,
    anew: bool,
    tell: Callable[[str], object],
    measures: Mapping[str, Measure] | None = None,
) -> list[Row]:
    """Return the rows with `speed` and `speed_unit`; None where there is nothing here to measure.

    Args:
        rows: of `model_rows`.
        anew: measure also what was measured before.
        tell: is given a line before a measurement, which takes seconds.
        measures: by role, or "cross-encoder" for such a reranker, (unit, a function folder -> things a
            second).
    """
    measures = MEASURES if measures is None else measures
    kept = {} if anew else _read()
    shown = []
    for row in rows:
        kind = CROSS_ENCODER if row.get("detail") == CROSS_ENCODER else row["role"]
        unit, measure = measures.get(kind, ("", None))
        key = f"{row['role']} {row['folder']} {row['megabytes']} MB, {os.cpu_count()} cores"
        if measure and row["folder"] and key not in kept:
            tell(f"measuring the {row['role']} ...\n")
            kept[key] = _measured(measure, Path(row["folder"]))
        shown.append({**row, "speed": kept.get(key), "speed_unit": unit if kept.get(key) else None})
    _write(kept)
    return shown


def encoding(folder: Path) -> float:
    """Return passages embedded a second."""
    encoder = SentenceTransformerEncoder(str(folder))
    encoder.encode_query(QUESTION)
    return N_PASSAGES / _seconds(lambda: encoder.encode_passages([PASSAGE] * N_PASSAGES))


def scoring(folder: Path) -> float:
    """Return passages scored a second; each differs, since what was read is remembered."""
    model = LanguageModel(folder, folder.name)
    question_likelihoods(model, QUESTION, [PASSAGE])
    passages = [f"{i} {PASSAGE}" for i in range(N_PASSAGES)]
    return N_PASSAGES / _seconds(lambda: question_likelihoods(model, QUESTION, passages))


def pairing(folder: Path) -> float:
    """Return passages scored a second by a cross-encoder."""
    model = PairModel(folder, folder.name)
    pairs = [(QUESTION, PASSAGE)] * N_PASSAGES
    model.read(pairs[:1])
    return N_PASSAGES / _seconds(lambda: model.read(pairs))


def writing(folder: Path) -> float:
    """Return tokens written a second, after a short prompt."""
    model = LanguageModel(folder, folder.name)
    prompt = model.token_ids(PASSAGE)
    list(model.greedy(prompt, max_tokens=1))
    return N_TOKENS / _seconds(lambda: len(list(model.greedy(prompt, max_tokens=N_TOKENS))))


def verifying(folder: Path) -> float:
    """Return claims checked a second."""
    verifier = CrossEncoderVerifier(str(folder))
    verifier.support(QUESTION, PASSAGE)
    return N_PASSAGES / _seconds(lambda: [verifier.support(QUESTION, PASSAGE) for _ in range(N_PASSAGES)])


MEASURES: dict[str, Measure] = {
    "generator": ("tokens written/s", writing),
    "reranker": ("passages scored/s", scoring),
    CROSS_ENCODER: ("passages scored/s", pairing),
    "encoder": ("passages embedded/s", encoding),
    "verifier": ("claims checked/s", verifying),
}


def _measured(measure: Callable[[Path], float], folder: Path) -> float | None:
    try:
        return round(measure(folder), 1)
    except BotError:  # its row says what is wrong with it
        return None


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return max(time.perf_counter() - started, 1e-6)


def _read() -> dict[str, float | None]:
    try:
        kept = json.loads((cache_folder() / SPEEDS_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _write(kept: dict[str, float | None]) -> None:
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"{SPEEDS_FILE}.{os.getpid()}"
    draft.write_text(json.dumps(kept, indent=1), encoding="utf-8")
    draft.replace(folder / SPEEDS_FILE)

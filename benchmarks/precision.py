"""What bfloat16 costs and brings: `python -m benchmarks.precision [--n 20] [--write]`.

The bundled language model scores the questions of the sample collection after its passages, and writes, in
float32 and in bfloat16, in turns in one run. On a processor without bfloat16 instructions the product stays
with float32.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from transformers import AutoModelForCausalLM

from benchmarks.machine import command, machine, today, write_result
from bot import samples
from bot.cli import quiet_libraries
from bot.evaluate.gold import read_gold, sample
from bot.language_model import LanguageModel, fast_dtype
from bot.likelihood import question_likelihoods
from bot.weights import BUNDLED_GENERATOR, generator_folder
from bot.workspace import Workspace

FOLDER = Path(samples.__file__).parent
N_PASSAGES = 10
N_WRITTEN = 40
SEED = 3


def main() -> None:
    """Measure, print, and write with --write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.precision", description=__doc__)
    parser.add_argument("--n", type=int, default=20, help="questions")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/precision.md")
    options = parser.parse_args()
    quiet_libraries()
    questions = [row.question for row in sample(read_gold(FOLDER / "gold.jsonl").rows, options.n, seed=SEED)]
    with tempfile.TemporaryDirectory() as home:
        workspace = Workspace(Path(home))
        list(workspace.ingest([FOLDER / "library"], collection="samples"))
        retriever = workspace.bot("samples").retriever
        hits = {each: retriever.search(each)[:N_PASSAGES] for each in questions}
    models = [_loaded(torch.float32), _loaded(torch.bfloat16)]
    scores: list[list[np.ndarray]] = [[], []]
    reading, writing = np.zeros((2, len(questions))), np.zeros((2, len(questions)))
    for i, question in enumerate(questions):
        texts = [hit.passage.search_text for hit in hits[question]]
        for j, model in enumerate(models):
            started = time.perf_counter()
            scores[j].append(question_likelihoods(model, question, texts))
            read = time.perf_counter()
            list(islice(model.greedy(model.token_ids(texts[0]), max_tokens=N_WRITTEN), N_WRITTEN))
            reading[j, i], writing[j, i] = read - started, time.perf_counter() - read
        sys.stderr.write(f"\r{i + 1}/{len(questions)} ")
    print(text := "\n".join(_lines(scores, reading, writing)) + "\n")
    if options.write:
        print(f"written to {write_result('precision', text)}", file=sys.stderr)


def _loaded(dtype: torch.dtype) -> LanguageModel:
    model = LanguageModel(generator_folder(), BUNDLED_GENERATOR)
    # a cached property: what is set here is what the model is
    vars(model)["model"] = AutoModelForCausalLM.from_pretrained(
        model.folder, local_files_only=True, use_safetensors=True, dtype=dtype
    ).eval()
    return model


def _lines(scores: list[list[np.ndarray]], reading: np.ndarray, writing: np.ndarray) -> list[str]:
    exact, rounded = (np.concatenate(each) for each in scores)
    same = np.mean([a.argmax() == b.argmax() for a, b in zip(*scores, strict=True)])
    return [
        "# bfloat16 against float32", "",
        f"`{command('benchmarks.precision')}`, {today()}, {machine()}.",
        f"{reading.shape[1]} questions of the sample collection, each after {N_PASSAGES} passages; on this",
        f"machine the product uses {str(fast_dtype()).removeprefix('torch.')}.", "",
        "| figure | value |", "|---|---|",
        f"| seconds to score {N_PASSAGES} passages, float32 (p50) | {np.median(reading[0]):.2f} |",
        f"| the same, bfloat16 | {np.median(reading[1]):.2f} |",
        f"| scoring: bfloat16 is so many times as fast | {np.median(reading[0] / reading[1]):.2f} |",
        f"| writing: bfloat16 is so many times as fast | {np.median(writing[0] / writing[1]):.2f} |",
        f"| correlation of the scores | {np.corrcoef(exact, rounded)[0, 1]:.5f} |",
        f"| mean (greatest) difference of a score, nats | {np.abs(exact - rounded).mean():.4f} "
        f"({np.abs(exact - rounded).max():.4f}) |",
        f"| questions whose best passage is the same | {same:.3f} |",
    ]  # fmt: skip


if __name__ == "__main__":
    main()

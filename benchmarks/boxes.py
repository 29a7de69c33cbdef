"""Do the boxes on a PDF's page lie over the cited words? `python -m benchmarks.boxes [--n 200] [--write]`.

Sentences drawn at random from the 10-Q filings of Docugami KG-RAG: each is boxed as the reader does it, and
what PDFium says stands inside the boxes is compared with the sentence, letters and digits only. PDFium counts
a letter of the line above or below as inside where its descender reaches into the box, so the sentence may
come back with such letters between its own.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path

import pypdfium2 as pdfium

from benchmarks.machine import command, machine, today, write_result
from benchmarks.sets import data_folder
from bot.datatypes import ParsedDocument
from bot.evaluate.measures.intervals import percentile
from bot.parse import PageImage, PageRequest, page_image, parse
from bot.sentences import sentence_spans

SET = "kgrag_sec10q"
SEED = 5
MIN_CHARACTERS = 15
SLACK = 0.3  # points around a box: PDFium's own edges are rounded


def main() -> int:
    """Measure, print, and write with --write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.boxes", description=__doc__)
    parser.add_argument("--n", type=int, default=200, help="sentences")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/boxes.md")
    options = parser.parse_args()
    paths = sorted((data_folder() / SET).rglob("*.pdf"))
    rng, found = random.Random(SEED), []
    for i, path in enumerate(paths):
        found += _of_file(path, rng, options.n // len(paths) + (i < options.n % len(paths)))
    report = "\n".join(_report(found, len(paths)))
    sys.stdout.write(f"{report}\n")
    if options.write:
        write_result("boxes", f"{report}\n")
    return 0


def _of_file(path: Path, rng: random.Random, n: int) -> list[tuple[bool, bool, bool, float]]:
    """Return for each sentence: boxed, held, exact, seconds."""
    payload = path.read_bytes()
    (document,) = parse(payload, path.name)
    assert isinstance(document, ParsedDocument)
    starts, pdf, found = (*document.page_starts, len(document.text)), pdfium.PdfDocument(payload), []
    while len(found) < n:
        at = rng.randrange(len(document.page_starts))
        text = document.text[starts[at] : starts[at + 1]]
        spans = [span for span in sentence_spans(text, 0, len(text)) if span[1] - span[0] > MIN_CHARACTERS]
        if not spans:
            continue
        span = rng.choice(spans)
        started = time.perf_counter()
        image = page_image(payload, path.name, PageRequest(at + 1, text, [span]))
        seconds = time.perf_counter() - started
        wanted, read = _bare(text[slice(*span)]), _bare(_read_back(pdf[at], image))
        letters = iter(read)
        held = all(letter in letters for letter in wanted)  # in their order, others between them
        found.append((bool(image.boxes), held, wanted in read, seconds))
    return found


def _read_back(page: pdfium.PdfPage, image: PageImage) -> str:
    left, bottom, right, top = page.get_cropbox()
    width, height, words = right - left, top - bottom, page.get_textpage()
    return "".join(
        words.get_text_bounded(
            left + box.left * width - SLACK,
            top - (box.top + box.height) * height - SLACK,
            left + (box.left + box.width) * width + SLACK,
            top - box.top * height + SLACK,
        )
        for box in image.boxes
    )


def _bare(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def _report(found: list[tuple[bool, bool, bool, float]], n_files: int) -> list[str]:
    boxed, held, exact, seconds = zip(*found, strict=True)
    median_s, slow_s = percentile(seconds, 50), percentile(seconds, 95)
    return [
        "# Boxes over the cited words of a PDF", "",
        "- data: the filings of Docugami KG-RAG, SEC 10-Q, "
        "https://github.com/docugami/KG-RAG-datasets, licence MIT",
        f"- machine: {machine()}", f"- command: `{command('benchmarks.boxes')}`", f"- date: {today()}", "",
        f"| n={len(found)} sentences of {n_files} filings, seed {SEED} | |", "|---|---|",
        f"| boxed | {sum(boxed)} |",
        f"| all its letters come back in order | {sum(held)} |",
        f"| and none between them | {sum(exact)} |",
        f"| seconds to draw a page, median (p95) | {median_s:.2f} ({slow_s:.2f}) |",
    ]  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())

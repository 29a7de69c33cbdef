"""Reading beside other readers, both in one run: `python -m benchmarks.parsing [--packages DIR] [--write]`.

Three kinds of files, each with its reference:

- filings as HTML (`sec_html`): the words and numbers that Chromium shows (innerText);
- articles: texts of `gum_wikinews` put into pages of four makes, all written here, with what usually frames
  an article (navigation, cookie banner, share buttons, related articles, footer): the article counts;
- filings as PDF (`kgrag_sec10q`): the words that pypdf and PDFium's own text agree on.

The others are trafilatura, markitdown and pypdf: no part of this project and not installed with it. They are
used where they can be imported, also from a folder (`--packages`, appended to the import path), and named as
missing where not. Recall is the share of the reference's words that were kept, precision the share of the
words written that are the reference's, both as multisets. Seconds are in this process, without the sandbox.
"""

from __future__ import annotations

import argparse
import html
import importlib
import importlib.metadata
import io
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))  # the browser is driven as in the tests

import pypdfium2
from page_driver import browsing

from benchmarks.machine import command, machine, today, write_result
from benchmarks.sets import data_folder
from bot.parse.limits import LIMITS
from bot.parse.pdf import read_pdf
from bot.parse.webpage import read_html

Reader = Callable[[bytes], str]
OURS = "this project"
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Reference:
    """What a file says: how often each word and each number."""

    words: Counter[str]
    numbers: Counter[str]

    @classmethod
    def of(cls, text: str) -> Reference:
        """Count a text."""
        return cls(Counter(_WORD.findall(text.lower())), Counter(_NUMBER.findall(text)))

    def __and__(self, other: Reference) -> Reference:
        return Reference(self.words & other.words, self.numbers & other.numbers)


File = tuple[bytes, Reference]


@dataclass(slots=True)
class Score:
    """Sums over files: words and numbers of the references, of those kept, words written, seconds."""

    n_reference: int = 0
    n_kept: int = 0
    n_written: int = 0
    n_numbers: int = 0
    n_numbers_kept: int = 0
    seconds: float = 0.0
    failed: list[str] = field(default_factory=list)

    def add(self, reference: Reference, written: str, seconds: float) -> None:
        """Count one file."""
        found = Reference.of(written)
        both = reference & found
        self.n_reference += reference.words.total()
        self.n_kept += both.words.total()
        self.n_written += found.words.total()
        self.n_numbers += reference.numbers.total()
        self.n_numbers_kept += both.numbers.total()
        self.seconds += seconds


def main() -> int:
    """Measure, print, and write with --write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.parsing", description=__doc__)
    parser.add_argument("--packages", metavar="DIR", help="a folder that holds the other readers")
    parser.add_argument("--pdfs", type=int, default=6, metavar="N", help="how many PDFs; default: 6")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/parsing.md")
    options = parser.parse_args()
    if options.packages:
        sys.path.append(options.packages)
    filings, articles, pdfs = _filings(), list(_articles()), _pdfs(options.pdfs)
    report = "\n".join([
        "# Reading beside other readers", "",
        f"- data: `sec_html`, n={len(filings)} filings as HTML; `gum_wikinews` (CC BY) in pages of our own "
        f"making, n={len(articles)}; `kgrag_sec10q`, n={len(pdfs)} filings as PDF (all public)",
        f"- readers: {_versions()}",
        f"- machine: {machine()}; Chromium, offline", f"- command: `{command('benchmarks.parsing')}`",
        f"- date: {today()}", "",
        *_table("Filings as HTML, against what Chromium shows", filings, _html_readers()),
        *_table("Articles in pages that frame them, against the article", articles, _html_readers()),
        *_table("Filings as PDF, against the words on which pypdf and PDFium agree", pdfs, _pdf_readers()),
        "Articles: the pages are of our making, so what frames them is as we imagine it. Of four pages two "
        "say by an element where their article is, one says by linked data that it is one, one says nothing. "
        "pypdf is half of the reference for PDFs, so its recall there is 1 by construction, and its "
        "precision lacks only what PDFium has not. trafilatura is made for articles, and leaves out on "
        "purpose what it takes for layout. This project leaves running heads and feet of PDFs and their page "
        "numbers out on purpose: they are what it lacks of words and numbers there.",
    ])  # fmt: skip
    sys.stdout.write(f"{report}\n")
    if options.write:
        write_result("parsing", f"{report}\n")
    return 0


def _filings() -> list[File]:
    found = []
    with browsing() as page:
        page.chrome.execute_cdp_cmd("Network.enable", {})
        page.chrome.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["http://*", "https://*"]})
        for path in sorted((data_folder() / "sec_html").glob("*.html")):
            page.chrome.get(path.resolve().as_uri())
            shown = str(page.chrome.execute_script("return document.body.innerText"))
            found.append((path.read_bytes(), Reference.of(shown)))
    return found


def _pdfs(n: int) -> list[File]:
    """Return PDFs, each with the words that two other readers agree on, as often as both have them."""
    pypdf = importlib.import_module("pypdf")
    found = []
    for path in sorted((data_folder() / "kgrag_sec10q" / "pdfs").glob("*.pdf"))[:n]:
        payload = path.read_bytes()
        one = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(payload)).pages)
        other = "\n".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(payload))
        found.append((payload, Reference.of(one) & Reference.of(other)))
    return found


FRAME_TOP = (
    "<div class='skip-link'><a href='#c'>Skip to content</a></div><header class='site-header'><a href='/'>"
    "The Daily Tarn</a><nav class='main-nav'><ul><li><a href='/w'>World</a><li><a href='/b'>Business</a></ul>"
    "</nav></header>"
    "<div id='cookie-banner'><p>We use cookies to make this site better.</p><button>Accept</button></div>"
)
SHARE = "<div class='share-buttons'><a href='#'>Share by mail</a> <a href='#'>Copy the link</a></div>"
RELATED = (
    "<section class='related-articles'><h2>Related articles</h2><ul><li><a href='/1'>Harbour closed</a>"
    "<li><a href='/2'>Library opens on Sundays</a></ul></section>"
)
FRAME_END = (
    "<aside class='sidebar'><h3>Most read</h3><ol><li><a href='/3'>Storm warning lifted</a></ol></aside>"
    "<div class='newsletter-signup'>Get the morning briefing by mail.</div>"
    "<footer class='footer'><p>Copyright The Daily Tarn. All rights reserved.</p><a href='/t'>Terms</a>"
    "</footer>"
)


def _articles() -> Iterator[File]:
    """Yield pages with the article that each of them frames."""
    corpus = data_folder() / "gum_wikinews" / "corpus.jsonl"
    for row in map(json.loads, corpus.read_text(encoding="utf-8").splitlines()):
        paragraphs = [line.strip() for line in row["text"].splitlines() if line.strip()]
        if paragraphs[0] == row["title"].strip():
            del paragraphs[0]
        reference = Reference.of("\n".join([row["title"], *paragraphs]))
        half = max(1, len(paragraphs) // 2)
        said = [f"<p>{html.escape(line)}</p>" for line in paragraphs]
        words = "".join([f"<h1>{html.escape(row['title'])}</h1>", SHARE, *said[:half], RELATED, *said[half:]])
        for page in _makes(words, row["title"]):
            yield page.encode(), reference


def _makes(words: str, title: str) -> Sequence[str]:
    """Put an article's markup into a page of each make."""
    data = json.dumps({"@context": "https://schema.org", "@type": "NewsArticle", "headline": title})
    head = f"<!doctype html><html><head><title>{html.escape(title)}</title>"
    linked = f"<script type='application/ld+json'>{data.replace('</', '')}</script>"
    inside = (f"<article>{words}</article>", f"<main>{words}</main>", f"<div class='post'>{words}</div>",
              f"<div class='c1'>{words}</div>")  # fmt: skip
    heads = (head, head, head + linked, head)
    return [
        f"{h}</head><body>{FRAME_TOP}{body}{FRAME_END}</body></html>"
        for h, body in zip(heads, inside, strict=True)
    ]


def _html_readers() -> dict[str, Reader]:
    readers: dict[str, Reader] = {OURS: lambda payload: read_html(payload, "page.html", LIMITS).text}
    if trafilatura := _imported("trafilatura"):
        readers["trafilatura"] = lambda payload: trafilatura.extract(payload, include_tables=True) or ""
    if markitdown := _imported("markitdown"):
        converter = markitdown.MarkItDown(enable_plugins=False)
        readers["markitdown"] = lambda payload: (
            converter.convert_stream(io.BytesIO(payload), file_extension=".html").text_content
        )
    return readers


def _pdf_readers() -> dict[str, Reader]:
    readers: dict[str, Reader] = {OURS: lambda payload: read_pdf(payload, "file.pdf", LIMITS).text}
    if pypdf := _imported("pypdf"):
        readers["pypdf"] = lambda payload: "\n".join(
            page.extract_text() for page in pypdf.PdfReader(io.BytesIO(payload)).pages
        )
    if (markitdown := _imported("markitdown")) and _imported("pdfminer"):
        converter = markitdown.MarkItDown(enable_plugins=False)
        readers["markitdown"] = lambda payload: (
            converter.convert_stream(io.BytesIO(payload), file_extension=".pdf").text_content
        )
    return readers


def _imported(name: str):  # noqa: ANN202 - whatever module that is
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _versions() -> str:
    told = []
    for name in ("trafilatura", "markitdown", "pypdf", "pypdfium2"):
        try:
            told.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            told.append(f"{name} missing: pip install {name}, then --packages with its folder")
    return "; ".join(told)


def _table(title: str, files: Sequence[File], readers: Mapping[str, Reader]) -> list[str]:
    """Read all files with all readers and write a row for each."""
    scores = {name: Score() for name in readers}
    for payload, reference in files:
        for (
            name,
            reader,
        ) in readers.items():  # one after the other on each file, so that all see the same load
            started = time.perf_counter()
            try:
                written = reader(payload)
            except Exception as error:
                scores[name].failed.append(type(error).__name__)
                written = ""
            scores[name].add(reference, written, time.perf_counter() - started)
    return [
        f"## {title} (n={len(files)})", "",
        "| reader | words kept (recall) | words of the reference (precision) | numbers kept | seconds "
        "| times ours | failed |", "|---|---|---|---|---|---|---|",
        *(_row(name, score, scores[OURS].seconds) for name, score in scores.items()), "",
    ]  # fmt: skip


def _row(name: str, score: Score, ours: float) -> str:
    recall, precision = score.n_kept / max(score.n_reference, 1), score.n_kept / max(score.n_written, 1)
    numbers = score.n_numbers_kept / max(score.n_numbers, 1)
    return (
        f"| {name} | {recall:.4f} | {precision:.4f} | {numbers:.4f} of {score.n_numbers:,} "
        f"| {score.seconds:.2f} | {score.seconds / ours:.1f} | {len(score.failed)} |"
    )


if __name__ == "__main__":
    raise SystemExit(main())

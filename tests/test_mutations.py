"""Files with small damage end as text or as one line, and no reader dies or stumbles (B14)."""

from __future__ import annotations

import csv
import json
import os
import random
import re
from pathlib import Path

import pytest
from core_fakes import HashEncoder
from hostile_builders import flate, page_pdf
from mutations import mutated
from office_samples import docx, epub, odt, paragraph
from pdf_samples import column, grid, pdf_of

from bot.datatypes import IngestOutcome, ParsedDocument, Upload
from bot.errors import ParseError
from bot.ingest import ingest
from bot.parse import PageRequest, page_image, parse

ROOT = Path(__file__).resolve().parent.parent
FILES = Path(os.environ.get("BOT_EVAL_DATA") or ROOT.parent / "shared" / "data") / "hostile"
LIBRARY = ROOT / "bot" / "samples" / "library"
# A reader that died or hung, and an exception that it did not foresee.
BAD = re.compile(
    r"its reader|unusable result|took more than|\((?:[A-Za-z.]*(?:Error|Exception|Iteration|Exit)): "
)


def sample(name):
    return (LIBRARY / name).read_bytes()


def samples():
    """Make a good file of each kind, of our own words."""
    said = sample("marathon.txt").decode().split("\n\n")
    words = [" ".join(part.split()).replace("&", "and").replace("<", "") for part in said]
    table = grid(("Town", "2022", "2023"), ("Vik", "1,204", "990"), ("Low", "88", "(12)"))
    lines = [re.sub(r"[()\\\\]|[^ -~]", "", word)[:80] for word in words]
    rows = "".join(
        json.dumps({"doc_id": f"r{i}", "title": "T", "text": word}) + "\n" for i, word in enumerate(words)
    )
    cells = "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in ("Town", "2022", "2023"))
    body = "".join(map(paragraph, words)) + f"<w:tbl>{f'<w:tr>{cells}</w:tr>' * 3}</w:tbl>"
    pages = "".join(f"<p>{word}</p>" for word in words)
    text = "".join(f"<text:p>{word}</text:p>" for word in words)
    rich = r"{\rtf1\ansi{\info{\title T}}\pard " + r"\par ".join(lines) + r"\par\trowd\intbl 1\cell\row}"
    content = flate(10**6, b"BT /F1 12 Tf 50 700 Td (words) Tj ET ")
    return {
        "a.txt": sample("marathon.txt"), "a.md": sample("pellworthy-annual-report.md"),
        "a.html": sample("harrowgate-tidal-report.html"), "a.pdf": pdf_of(column(*lines), table),
        "packed.pdf": page_pdf(content, "/Filter /FlateDecode"),
        "a.docx": docx(body), "a.odt": odt(text), "a.epub": epub({"a.xhtml": pages, "b.xhtml": pages}),
        "a.rtf": rich.encode(), "a.jsonl": rows.encode(),
    }  # fmt: skip


def tried(payload, name, number, store):
    """Take one damaged file in, and draw its first page where it is a PDF; return what is amiss."""
    damaged = mutated(payload, name, number)
    given = Upload(f"{number}-{name}", damaged)
    events = ingest([given], store=store, encoder=HashEncoder(), collection="default")
    lines = [event.reason or "" for event in events if isinstance(event, IngestOutcome)]
    if damaged[:5] == b"%PDF-":
        try:
            page_image(damaged, given.name, PageRequest(1, "", ()))
        except ParseError as error:
            lines.append(str(error))
    return [line for line in lines if BAD.search(line) or "\n" in line]


def test_the_same_damage_is_done_each_time():
    for name, payload in samples().items():
        made = [mutated(payload, name, number) for number in range(20)]
        assert made == [mutated(payload, name, number) for number in range(20)]
        assert len({*made, payload}) > 15


@pytest.mark.slow
@pytest.mark.parametrize("name", samples())
def test_a_file_with_small_damage_is_read_or_refused(store, name):
    payload = samples()[name]
    assert all(isinstance(found, ParsedDocument) for found in parse(payload, name))
    assert [found for number in range(20) if (found := tried(payload, name, number, store))] == []
    assert [document.external_id for document in parse(b"words", "next.txt")] == ["next"]


def chosen(n_files=20):
    """Choose files that are read as they are, the same each time."""
    if not FILES.is_dir():
        return []
    with (FILES / "manifest.csv").open() as manifest:
        names = sorted(row["file"] for row in csv.DictReader(manifest) if row["expect"] == "text")
    return random.Random(14).sample([name for name in names if (FILES / "files" / name).is_file()], n_files)


@pytest.mark.long
@pytest.mark.skipif(not FILES.is_dir(), reason=f"no {FILES}: $BOT_EVAL_DATA names the folder that holds it")
@pytest.mark.parametrize("name", chosen())
def test_a_file_of_other_peoples_tests_with_small_damage_is_read_or_refused(store, name):
    payload = (FILES / "files" / name).read_bytes()
    assert [found for number in range(25) if (found := tried(payload, name, number, store))] == []


def test_what_a_reader_did_not_foresee_would_be_seen():
    """The lines of `bot.parse.child` and `bot.parse.sandbox` that the tests above look for."""
    for line in (
        "a.pdf could not be read (KeyError: 'Kids')",
        "a.pdf could not be read (lxml.etree.XMLSyntaxError: no element)",
        "a.pdf could not be read: its reader crashed (exit code -11); the file may be broken",
        "a.pdf took more than 30 s to read: split it, or save it in a simpler form",
    ):
        assert BAD.search(line)
    assert not BAD.search("a.pdf is a broken PDF: open it in a viewer and save it again")

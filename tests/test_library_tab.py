"""The library tab without a browser: the table, uploads with their folders, reports, and its endpoints."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from page_driver import serving
from page_fakes import HOSTILE_TITLE, REPORT, FakeWorkspace

from bot.datatypes import DocumentSummary, IngestOutcome, IngestProgress
from bot.errors import StoreBusy
from bot.web import listing, uploads
from bot.web.library import Report, add, again, remove, report_html, shown_name
from bot.web.library_tab import _reports
from bot.web.listing import documents_html, kind_words
from bot.web.uploads import HIDDEN, LEFT_BEHIND, NO_FETCHING, Stored, stored_files

TAG = re.compile(r"<[^>]*>")
HOSTILE_NAME = "2023/<img src=x onerror=alert(7)>$x$ [a](b)\n\n# `t`.pdf"


def words(fragment: str) -> str:
    """Read a fragment as a reader does: no tags, references resolved."""
    return html.unescape(TAG.sub("", fragment))


def summary(**fields) -> DocumentSummary:
    plain = {
        "doc_id": "0" * 16, "external_id": "a", "title": "A", "source": "/papers/a.pdf", "characters": 1200,
        "passages": 3, "pages": None, "added": "2024-05-06T07:08:09+00:00",
    }  # fmt: skip
    return DocumentSummary(**plain | fields)


def cells(document: DocumentSummary) -> list[str]:
    """Read the one row of a table of one document."""
    row = re.search("<tbody>(.*)</tbody>", documents_html([document], collection="c")).group(1)
    return [words(cell) for cell in re.findall(r"<t[hd] [^>]*>(.*?)</t[hd]>", row)]


# The table


def test_a_row_shows_title_file_type_date_pages_passages_and_size():
    shown = cells(summary(pages=12, type="pdf", date="2023-11-01T08:00Z"))
    assert shown == ["Aa.pdf", "PDF", "2023-11-01", "12", "3", "1,200", "ReadRead againRemove"]


def test_a_document_without_a_date_shows_the_day_it_was_added_told_apart():
    assert cells(summary())[2] == "added 2024-05-06"
    assert 'class="bot-date added"' in documents_html([summary()], collection="c")


def test_whose_document_it_is_can_be_searched_for():
    """library.js searches in the words of the first cell."""
    told = {"company": "Arkwell plc", "form": "10-K", "period": "2023-12-31"}
    shown = cells(summary(metadata=told))
    assert shown[0] == "Aa.pdf · Arkwell plc, 10-K, year to 2023-12-31"
    assert shown[2] == "2023-12-31"
    assert cells(summary(title="Arkwell plc 10-K 2023-12-31", metadata=told))[0].endswith("2023-12-31a.pdf")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"type": "html"}, "HTML"),
        ({"type": "markdown"}, "Markdown"),
        ({"type": "text"}, "Text"),
        ({"source": "/c.jsonl#r1", "external_id": "r1", "type": "press release"}, "Corpus row"),
        ({"source": "https://example.org/a", "type": "html"}, "Web page"),
        ({}, "–"),
    ],
)
def test_the_type_is_said_in_words(fields, said):
    assert kind_words(summary(**fields)) == said


def test_hostile_titles_names_dates_and_collections_stay_text():
    hostile = summary(title=HOSTILE_TITLE, source=f"upload:{HOSTILE_NAME}", date="<b>$1$</b>", type="<i>")
    fragment = documents_html([hostile], collection="<u>c</u>")
    assert not re.search(r"<(script|img|b|i|u|a)\b", fragment)
    assert "\n" not in fragment
    read = words(fragment)
    for text in (HOSTILE_TITLE, HOSTILE_NAME, "<b>$1$</b>", "<u>c</u>"):
        assert text in read
    assert "<u>c</u>" in words(documents_html((), collection="<u>c</u>"))


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=30))
def test_whatever_a_document_is_called_its_row_is_one_block_with_three_buttons(title, name, date):
    fragment = documents_html([summary(title=title, source=f"upload:{name}", date=date)], collection="c")
    assert not re.search(r"[\n\r\t$`*_\[\]\\]", fragment)
    assert fragment.count("<button") == len(listing.COLUMNS) + len(listing.ACTIONS)


def test_a_table_has_a_caption_and_scopes():
    fragment = documents_html([summary()], collection="c")
    assert "1 document in “c”" in words(fragment)
    assert fragment.count('scope="col"') == len(listing.COLUMNS) + 1
    assert fragment.count('scope="row"') == 1


def test_a_thousand_documents_are_all_listed():
    fragment = documents_html([summary(doc_id=f"{n:016x}") for n in range(1000)], collection="c")
    assert fragment.count("<tr class=") == 1000
    assert "more" not in words(fragment)


def test_a_long_list_says_how_many_it_leaves_out(monkeypatch):
    monkeypatch.setattr(listing, "SHOWN_DOCUMENTS", 2)
    fragment = documents_html([summary(doc_id=f"{n:016x}") for n in range(5)], collection="c")
    assert fragment.count("<tr class=") == 2
    assert "5 documents in “c”" in words(fragment)
    assert "and 3 documents more" in words(fragment)


def test_an_empty_collection_teaches_what_to_do():
    read = words(documents_html((), collection="new"))
    assert "Nothing in “new” yet" in read
    assert "Drop articles or filings here" in read


# Uploads


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Gradio's folder of uploads, and a way to put a file there as the browser would."""
    monkeypatch.setattr(uploads, "get_upload_folder", lambda: str(tmp_path / "uploads"))

    def put(name: str, payload: bytes, **fields) -> dict:
        path = tmp_path / "uploads" / name.rsplit("/", 1)[-1]
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(payload)
        return {"path": str(path), "orig_name": name, "mime_type": "text/plain", **fields}

    return put


def test_equal_files_of_one_name_in_two_folders_are_two_documents(kept):
    files = stored_files([kept("2022/report.txt", b"The same."), kept("2023/report.txt", b"The same.")])
    workspace = FakeWorkspace()
    last = list(add(workspace, files, collection="new"))[-1]
    assert [outcome.status for outcome in last.outcomes] == ["added", "added"]
    sources = {document.source for document in workspace.documents("new")}
    assert sources == {"upload:2022/report.txt", "upload:2023/report.txt"}
    assert not any(file.path.exists() for file in files)


def test_hidden_files_and_stand_ins_are_refused_with_a_reason_and_never_read(kept):
    files = stored_files([
        kept("f/.git/config", b"x"), kept(".env", b"x"),
        *(kept(f"f/{n}.pdf", b"", mime_type=mime) for n, mime in enumerate(LEFT_BEHIND)),
        kept("f/good.txt", b"Good."),
    ])  # fmt: skip
    *_, last = add(FakeWorkspace(), files, collection="new")
    reasons = [outcome.reason for outcome in last.outcomes if outcome.status == "refused"]
    assert reasons == [HIDDEN, HIDDEN, *LEFT_BEHIND.values()]
    assert [outcome.status for outcome in last.outcomes].count("added") == 1


def test_a_path_of_this_machine_is_no_upload(kept, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    kept("a.txt", b"x")
    for path in (secret, tmp_path / "uploads" / ".." / "secret.txt", tmp_path / "uploads" / "gone.txt"):
        assert stored_files([{"path": str(path), "orig_name": "a.txt"}]) == ()
    assert stored_files([{"orig_name": "a.txt"}, "a.txt", None]) == stored_files(None) == ()
    assert secret.exists()


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("./reports\\2023//a.pdf", "reports/2023/a.pdf"),
        ("/a.pdf", "a.pdf"),
        ("", "file.txt"),
        ("x" * 900, "x" * 400),
        (HOSTILE_NAME, HOSTILE_NAME),
    ],
)
def test_a_name_is_tidied_and_bounded(kept, given_name, name):
    (file,) = stored_files([kept("file.txt", b"x", orig_name=given_name)])
    assert file.name == name


# Reports


def file_of(folder: Path, name: str, payload: bytes) -> Stored:
    path = folder / name
    path.write_bytes(payload)
    return Stored(name, path)


def test_ingest_reports_progress_by_file_and_every_refusal(tmp_path):
    files = [file_of(tmp_path, "a.txt", b"A note\nwith words"), file_of(tmp_path, "b.pdf", b"\x00")]
    reports = list(add(FakeWorkspace(), files, collection="new"))
    assert [len(report.running) for report in reports] == [2, 2, 2, 1, 1, 0, 0]
    assert "Indexing, 1 of 2 passages" in words(report_html(reports[2]))
    assert words(report_html(reports[3])).startswith("1 added, 1 to go")
    last = words(report_html(reports[-1]))
    assert reports[-1].done
    assert last.startswith("1 added, 1 refused")
    assert "b.pdfrefusednot text: it holds NUL bytes; save it as UTF-8 text or PDF" in last


def test_of_many_files_the_report_lists_the_first_at_work_and_counts_the_rest():
    running = tuple(IngestProgress(f"upload:{n}.txt", "waiting", 0, 0) for n in range(1000))
    fragment = report_html(Report(running=running))
    assert fragment.count("<li>") == 6
    assert words(fragment).startswith("1,000 to go")


class BusyWorkspace(FakeWorkspace):
    """A home that another process writes to."""

    def ingest(self, sources, *, collection):
        """Begin, then find the door locked."""
        yield IngestProgress("upload:a.txt", "parsing", 0, 0)
        raise StoreBusy("another program is writing to this home: wait for it to end")

    def remove(self, collection, name):
        """Find the door locked."""
        raise StoreBusy("another program is writing to this home: wait for it to end")

    def again(self, collection, name):
        """Fail by a fault of ours."""
        raise RuntimeError("secret")


def test_what_cannot_be_done_says_why_and_the_uploads_are_gone(tmp_path, caplog):
    file = file_of(tmp_path, "a.txt", b"x")
    *_, added = add(BusyWorkspace(), [file], collection="new")
    assert (added.done, added.running, file.path.exists()) == (True, (), False)
    *_, removed = remove(BusyWorkspace(), collection="sample", name="tunnel")
    for report in (added, removed):
        assert words(report_html(report)) == "another program is writing to this home: wait for it to end"
    *_, failed = again(BusyWorkspace(), collection="sample", name="tunnel")
    assert failed.done
    assert "secret" in caplog.text
    assert "secret" not in report_html(failed)


@pytest.mark.parametrize(("address", "into"), [("/etc/passwd", "new"), ("", " ")])
def test_where_something_else_is_wrong_the_files_stay_for_another_try(kept, address, into):
    file = kept("a.txt", b"x")
    (report,) = _reports(FakeWorkspace(), [file], address, into, fetches=True)
    assert (report.done, report.begun, Path(file["path"]).exists()) == (True, False, True)
    *_, added = _reports(FakeWorkspace(), [file], "", "new", fetches=True)
    assert (added.done, added.begun, Path(file["path"]).exists()) == (True, True, False)


def test_removing_and_reading_again_say_what_became_of_the_document():
    workspace = FakeWorkspace()
    *_, replaced = again(workspace, collection="sample", name="tunnel")
    assert words(report_html(replaced)) == "1 replacedtunnel.txtreplaced4 passages"
    workspace.gone.add("tunnel")
    *_, refused = again(workspace, collection="sample", name="tunnel")
    assert "its bytes were not kept" in words(report_html(refused))
    *_, removed = remove(workspace, collection="sample", name="hostile")
    assert words(report_html(removed)) == f"Removed “{HOSTILE_TITLE}”."
    *_, unknown = remove(workspace, collection="sample", name="hostile")
    assert words(report_html(unknown)) == "no document 'hostile' in collection 'sample'"


def test_file_names_and_reasons_are_escaped():
    outcome = IngestOutcome(f"upload:{HOSTILE_NAME}", "x", None, "refused", reason="<b>bad</b> $x$")
    fragment = report_html(Report(outcomes=(outcome,), done=True))
    assert "<img" not in fragment
    assert "\n" not in fragment
    assert HOSTILE_NAME in words(fragment)
    assert "<b>bad</b> $x$" in words(fragment)


def test_a_source_is_shown_by_its_name_an_upload_with_its_folders():
    assert shown_name("/home/x/a.pdf") == "a.pdf"
    assert shown_name("upload:2023/a.pdf") == "2023/a.pdf"
    assert shown_name("https://example.org/a/b") == "https://example.org/a/b"
    assert shown_name("/c.jsonl#r1") == "c.jsonl#r1"


# The endpoints


@pytest.fixture(scope="module")
def address():
    with serving(FakeWorkspace()) as found:
        yield found


def call(address: str, api: str, *inputs: object) -> tuple[str, object]:
    """Call an endpoint as the HTTP API has it: post, then read the event and its JSON."""
    base = f"{address}/gradio_api/call/{api}"
    posted = httpx.post(base, json={"data": list(inputs)}, trust_env=False)
    posted.raise_for_status()
    body = httpx.get(f"{base}/{posted.json()['event_id']}", timeout=30, trust_env=False).text
    event, *_ = re.findall("^event: (.*)$", body, re.MULTILINE)[-1:]
    return event, json.loads(re.findall("^data: (.*)$", body, re.MULTILINE)[-1])


def uploaded(address: str, name: str, payload: bytes) -> dict:
    """Upload a file and return its FileData."""
    files = {"files": (name.rsplit("/", 1)[-1], payload)}
    (path,) = httpx.post(f"{address}/gradio_api/upload", files=files, trust_env=False).json()
    return {"path": path, "orig_name": name, "meta": {"_type": "gradio.FileData"}}


def test_the_library_can_be_read_over_http(address):
    _, (listed,) = call(address, "collections")
    assert {"sample", "empty"} <= {found["name"] for found in listed["collections"]}
    _, (listed,) = call(address, "documents", "sample")
    fields = {"doc_id", "external_id", "title", "source", "characters", "passages", "pages", "added"}
    assert all(set(document) == fields | {"type", "date", "metadata"} for document in listed["documents"])
    _, (document,) = call(address, "document", "sample", "norland-2023")
    assert document["text"] == REPORT
    assert document["page_starts"][0] == 0


def test_files_go_in_and_out_over_http(address):
    files = [uploaded(address, "2023/owls.txt", b"Owls sleep."), uploaded(address, ".hidden", b"x")]
    event, (taken,) = call(address, "ingest", files, "birds")
    assert event == "complete"
    assert [outcome["status"] for outcome in taken["documents"]] == ["refused", "added"]
    assert taken["documents"][1]["source"] == "upload:2023/owls.txt"
    assert taken["seconds"] >= 0
    assert not Path(files[0]["path"]).exists()
    event, (gone,) = call(address, "remove", "birds", taken["documents"][1]["doc_id"])
    assert (event, gone["title"]) == ("complete", "Owls sleep.")
    assert call(address, "documents", "birds")[1] == [{"documents": []}]


@pytest.mark.parametrize(
    ("api", "inputs", "line"),
    [
        ("documents", ["nowhere"], "no collection 'nowhere'"),
        ("document", ["sample", "nothing"], "no document 'nothing' in collection 'sample'"),
        ("remove", ["sample", "nothing"], "no document 'nothing' in collection 'sample'"),
        ("ingest", [[], "sample"], "no uploaded file"),
        ("ingest", [[{"path": __file__, "orig_name": "a.txt"}], "sample"], "no uploaded file"),
    ],
)
def test_an_endpoint_tells_what_is_wrong_in_one_line(address, api, inputs, line):
    event, error = call(address, api, *inputs)
    assert event == "error"
    assert error["error"].startswith(line)


@pytest.mark.parametrize("button", [False, True], ids=["endpoint", "button of the page"])
def test_no_file_of_this_machine_can_be_taken_for_an_upload(address, tmp_path, button):
    secret = tmp_path / "secret.txt"
    secret.write_text("A secret of this machine")
    file = {"path": str(secret), "orig_name": "a.txt", "meta": {"_type": "gradio.FileData"}}
    if button:
        config = httpx.get(f"{address}/config", trust_env=False).json()
        ids = {part["props"].get("elem_id"): part["id"] for part in config["components"]}
        (event_id,) = (d["id"] for d in config["dependencies"] if ids["bot-files"] in d["inputs"])
        body = {"data": [[file], "stolen"], "fn_index": event_id, "session_hash": "thief"}
        httpx.post(f"{address}/gradio_api/queue/join", json=body, trust_env=False)
        followed = f"{address}/gradio_api/queue/data?session_hash=thief"
        with httpx.stream("GET", followed, timeout=20, trust_env=False) as stream:
            told = next(line for line in stream.iter_lines() if "process_completed" in line)
        assert '"success":false' in told
    else:
        assert call(address, "ingest", [file], "stolen")[0] == "error"
    assert secret.exists()
    assert "stolen" not in {found["name"] for found in call(address, "collections")[1][0]["collections"]}


def test_web_addresses_are_taken_only_where_the_page_is_served_so(address):
    event, error = call(address, "fetch", ["https://paper.example/mill"], "sample")
    assert (event, error["error"]) == ("error", NO_FETCHING)


@pytest.mark.parametrize(
    ("sources", "line"),
    [(["/etc/passwd"], "'/etc/passwd' is no web address"), (["file:///a"], "'file:///a' is no"),
     (["https://a.example"] * 21, "21 web addresses at once"), ([" "], "no web address")],
)  # fmt: skip
def test_an_endpoint_takes_web_addresses_and_no_path(sources, line):
    with serving(FakeWorkspace(), fetches=True) as address:
        event, error = call(address, "fetch", sources, "sample")
        assert event == "error"
        assert error["error"].startswith(line)
        _, (taken,) = call(address, "fetch", ["https://paper.example/mill"], "web")
        (document,) = taken["documents"]
        assert (document["status"], document["source"]) == ("added", "https://paper.example/mill")

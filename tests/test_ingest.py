"""From files to stored documents, with a fake encoder: outcomes, identity, refusals, interruption."""

from __future__ import annotations

import json
import re

import pytest
from core_fakes import HashEncoder, ingested
from fetch_samples import HOST, gzipped, net, serving

from bot.datatypes import IngestOutcome, IngestProgress, Upload
from bot.errors import EncoderMismatch, FetchError, UsageError
from bot.fetch import fetch
from bot.fetch.client import Fetched
from bot.ingest import GROUP_PASSAGES, ingest, read_again

FERRY = "The ferry sank. Nobody drowned."


def taken(store, *sources, encoder=None, collection="default"):
    """Take sources in and return the outcomes."""
    events = ingest(sources, store=store, encoder=encoder or HashEncoder(), collection=collection)
    return [event for event in events if isinstance(event, IngestOutcome)]


def statuses(outcomes):
    return [outcome.status for outcome in outcomes]


@pytest.fixture
def folder(tmp_path):
    files = {"b.md": "# Owls\n\nThey sleep.", "a.txt": FERRY, "deep/c.txt": "Deep down."}
    files |= {".hidden.txt": "No.", ".git/d.txt": "No."}
    for name, text in files.items():
        path = tmp_path / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "files"


def test_a_file_is_stored_verbatim_under_its_resolved_path(store, folder):
    (outcome,) = taken(store, folder / "deep" / ".." / "a.txt")
    assert (outcome.status, outcome.source) == ("added", str((folder / "a.txt").resolve()))
    assert (outcome.external_id, outcome.characters, outcome.passages) == ("a", len(FERRY), 1)
    assert store.document("default", "a").text == FERRY
    assert store.original(outcome.doc_id) == FERRY.encode()


def test_a_folder_is_walked_by_name_without_hidden_entries(store, folder):
    assert [outcome.external_id for outcome in taken(store, folder)] == ["a", "b", "c"]


def test_every_stored_passage_is_a_slice_of_its_document_and_its_vector_is_that_of_its_searched_text(
    store, folder, encoder
):
    taken(store, folder, encoder=encoder)
    loaded = store.load("default")
    for p, vector in zip(loaded.passages, loaded.vectors, strict=True):
        assert store.document("default", p.doc_id).text[p.start : p.end] == p.text
        assert vector == pytest.approx(encoder.encode_query(p.search_text))


def test_the_same_bytes_again_are_unchanged_and_nothing_is_encoded(store, folder, encoder):
    first = taken(store, folder, encoder=encoder)
    encoder.batches.clear()
    again = taken(store, folder, encoder=encoder)
    assert statuses(again) == ["unchanged"] * 3
    assert [o.doc_id for o in again] == [o.doc_id for o in first]
    assert encoder.batches == []


def test_other_bytes_under_the_same_path_replace_the_document(store, folder):
    (first,) = taken(store, folder / "a.txt")
    (folder / "a.txt").write_text("It floats.")
    (second,) = taken(store, folder / "a.txt")
    assert (second.status, store.document("default", "a").text) == ("replaced", "It floats.")
    assert second.doc_id != first.doc_id
    assert len(store.documents("default")) == 1


def test_the_same_file_twice_in_one_run_is_one_document(store, folder):
    assert len(taken(store, folder / "a.txt", folder / "a.txt")) == 2
    assert len(store.documents("default")) == 1


def test_an_upload_is_known_by_its_name_and_never_opened_as_a_path(store, folder):
    (outcome,) = taken(store, Upload("../../a.txt", b"Uploaded."))
    assert (outcome.source, outcome.external_id) == ("upload:../../a.txt", "a")
    assert statuses(taken(store, Upload("../../a.txt", b"Uploaded."))) == ["unchanged"]


def test_each_row_of_a_corpus_is_a_document_of_its_own(store, tmp_path):
    corpus = tmp_path / "corpus.jsonl"
    rows = [{"doc_id": f"r{i}", "title": f"Row {i}", "text": f"Text {i % 2}."} for i in range(3)]
    corpus.write_text("\n".join([*map(json.dumps, rows), "{broken"]))
    outcomes = taken(store, corpus)
    assert sorted(statuses(outcomes)) == ["added", "added", "added", "refused"]
    refused = next(outcome for outcome in outcomes if outcome.status == "refused")
    assert refused.source == f"{corpus} line 4"
    assert [d.external_id for d in store.documents("default")] == ["r0", "r1", "r2"]
    assert store.document("default", "r1").text == "Text 1."
    rows[1]["text"] = "Changed."
    corpus.write_text("\n".join(map(json.dumps, rows)))
    assert sorted(statuses(taken(store, corpus))) == ["replaced", "unchanged", "unchanged"]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("missing.txt", "no such file or folder: '{path}'; check the path"),
        ("http://127.0.0.1/a", "'http://127.0.0.1/a' leads to an address that is not public"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(store, tmp_path, source, reason):
    path = source if "://" in source else tmp_path / source
    (outcome,) = taken(store, path)
    assert (outcome.status, outcome.doc_id) == ("refused", None)
    assert outcome.reason.startswith(reason.format(path=path))
    assert store.collections() == ()


@pytest.mark.parametrize("payload", [b"", b"   \n", b"\x00\x01\x02" * 100])
def test_an_empty_or_binary_file_is_refused_and_the_others_go_on(store, payload):
    outcomes = taken(store, Upload("bad.txt", payload), Upload("good.txt", b"It sank."))
    assert sorted(statuses(outcomes)) == ["added", "refused"]
    refused = next(outcome for outcome in outcomes if outcome.status == "refused")
    assert refused.reason
    assert "\n" not in refused.reason


def test_no_files_are_no_documents_and_no_collection(store, tmp_path):
    assert taken(store, tmp_path) == []
    assert store.collections() == ()


def test_progress_comes_before_the_outcome_and_stays_within_its_total(store, encoder):
    uploads = [Upload(f"{i}.txt", f"Number {i}. ".encode() * 400) for i in range(6)]
    events = list(ingest(uploads, store=store, encoder=encoder, collection="default"))
    progress = [event for event in events if isinstance(event, IngestProgress)]
    assert {event.stage for event in progress} == {"parsing", "embedding"}
    assert all(0 <= event.done <= event.total for event in progress)
    assert all(n <= GROUP_PASSAGES for n in encoder.batches)


def test_how_documents_are_grouped_for_the_encoder_changes_nothing(tmp_path):
    from bot.store import Store

    texts = {f"{i}.txt": f"Number {i} of many. " * 150 for i in range(40)}
    together, apart = Store.open(tmp_path / "together"), Store.open(tmp_path / "apart")
    ingested(together, HashEncoder(), texts)
    for name, text in texts.items():
        ingested(apart, HashEncoder(), {name: text})
    one, other = together.load("default"), apart.load("default")
    assert [p.passage_id for p in one.passages] == [p.passage_id for p in other.passages]
    assert (one.vectors == other.vectors).all()
    assert len(one.passages) > GROUP_PASSAGES


def test_what_was_stored_before_an_interruption_stays_and_is_unchanged_next_time(store):
    uploads = [Upload(f"{i}.txt", (f"Number {i} of many. " * 300).encode()) for i in range(40)]
    events = ingest(uploads, store=store, encoder=HashEncoder(), collection="default")
    first = next(event for event in events if isinstance(event, IngestOutcome))
    events.close()
    n_stored = len(store.documents("default"))
    assert first.status == "added"
    assert 0 < n_stored < 40
    again = taken(store, *uploads)
    assert statuses(again).count("unchanged") == n_stored
    assert len(store.documents("default")) == 40


def test_a_collection_of_another_encoder_is_refused_before_anything_is_read(store):
    taken(store, Upload("a.txt", b"It sank."), encoder=HashEncoder(name="first"))
    with pytest.raises(EncoderMismatch, match=r"first.*second"):
        taken(store, Upload("b.txt", b"It swam."), encoder=HashEncoder(name="second"))
    assert len(store.documents("default")) == 1


def test_a_collection_name_that_could_be_a_path_is_refused(store):
    with pytest.raises(UsageError, match="collection"):
        taken(store, Upload("a.txt", b"It sank."), collection="../up")


# Read again


def read(store, name, *, encoder=None, collection="default"):
    """Read a stored document again and return the one outcome."""
    events = list(read_again(name, store=store, encoder=encoder or HashEncoder(), collection=collection))
    assert isinstance(events[-1], IngestOutcome)
    assert all(isinstance(event, IngestProgress) for event in events[:-1])
    return events[-1]


def test_reading_again_parses_and_encodes_anew_though_the_bytes_are_the_same(store, folder, encoder):
    (first,) = taken(store, folder / "a.txt", encoder=encoder)
    before = store.revision("default")
    encoder.batches.clear()
    outcome = read(store, "a", encoder=encoder)
    assert (outcome.status, outcome.source, outcome.doc_id) == ("replaced", first.source, first.doc_id)
    assert encoder.batches == [1]
    assert store.revision("default") > before
    (kept,) = store.documents("default")
    assert store.document("default", kept.doc_id).text == FERRY
    assert store.verify().ok


def test_an_upload_is_read_again_from_the_bytes_kept_of_it(store):
    first, _ = taken(store, Upload("2023/a.txt", b"It sank."), Upload("2022/a.txt", b"Other."))
    outcome = read(store, first.doc_id)
    assert (outcome.status, outcome.source, outcome.doc_id) == ("replaced", "upload:2023/a.txt", first.doc_id)
    assert store.document("default", first.doc_id).text == "It sank."
    assert len(store.documents("default")) == 2


def test_a_path_is_read_again_as_it_is_now_and_from_the_bytes_kept_once_it_is_gone(store, folder):
    taken(store, folder / "a.txt")
    (folder / "a.txt").write_text("It floats.")
    assert read(store, "a").status == "replaced"
    assert store.document("default", "a").text == "It floats."
    (folder / "a.txt").unlink()
    assert read(store, "a").status == "replaced"
    assert store.document("default", "a").text == "It floats."


def test_a_row_is_read_again_alone_from_its_corpus(store, tmp_path):
    corpus = tmp_path / "corpus.jsonl"
    rows = [{"doc_id": f"r{i}", "title": f"Row {i}", "text": f"Text {i}.", "type": "press"} for i in range(3)]
    corpus.write_text("\n".join(map(json.dumps, rows)))
    taken(store, corpus)
    rows[1]["text"], rows[2]["text"] = "Changed.", "Changed too."
    corpus.write_text("\n".join([*map(json.dumps, rows), "{broken"]))
    assert read(store, "r1").source == f"{corpus}#r1"
    assert [store.document("default", name).text for name in ("r1", "r2")] == ["Changed.", "Text 2."]
    corpus.write_text(json.dumps(rows[0]))
    outcome = read(store, "r1")
    assert (outcome.status, outcome.reason) == (
        "refused", "corpus.jsonl has no row 'r1' any more: the stored one stays",
    )  # fmt: skip
    assert store.document("default", "r1").text == "Changed."


def test_what_can_no_longer_be_read_is_refused_and_the_stored_version_stays(store, tmp_path, folder):
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text(json.dumps({"doc_id": "r1", "title": "Row", "text": "Text."}))
    taken(store, corpus, folder / "a.txt")
    corpus.unlink()
    outcome = read(store, "r1")
    assert (outcome.status, outcome.doc_id) == ("refused", None)
    assert outcome.reason == (
        "corpus.jsonl is gone and its bytes were not kept: add it again; the stored version stays"
    )
    (folder / "a.txt").write_bytes(b"\x00\x01\x02" * 100)
    assert read(store, "a").status == "refused"
    assert [store.document("default", name).text for name in ("r1", "a")] == ["Text.", FERRY]


def test_reading_again_with_another_encoder_is_refused(store, folder):
    taken(store, folder / "a.txt")
    with pytest.raises(EncoderMismatch):
        read(store, "a", encoder=HashEncoder(name="other"))


def test_a_listing_tells_type_and_date_of_each_document(store, folder):
    dated = folder / "dated.md"
    dated.write_text("---\ndate: 2023-11-01\n---\n\n# Owls\n\nThey sleep.")
    taken(store, dated, folder / "a.txt")
    listed = {(document.type, document.date) for document in store.documents("default")}
    assert listed == {("markdown", "2023-11-01"), ("text", "")}


def page_of(words, *, url="https://www.paper.example/the-mill", name="the-mill.html", head=""):
    """Make a fetcher that has one page and notes what it is asked for."""
    asked = []

    def fetch(address):
        asked.append(address)
        return Fetched(f"<html><head>{head}</head><body><p>{words}</p></body></html>".encode(), url, name)

    fetch.asked = asked
    return fetch


def taken_from_web(store, address, fetch):
    return list(ingest([address], store=store, encoder=HashEncoder(), collection="default", fetch=fetch))


def test_a_web_page_is_known_by_its_plain_address_and_keeps_where_it_came_from(store):
    fetch = page_of("The mill burned down.", head="<title>The mill burns - a report</title>")
    *progress, outcome = taken_from_web(store, "HTTPS://Paper.example/mill#part", fetch)
    source = "https://paper.example/mill"
    assert fetch.asked == ["HTTPS://Paper.example/mill#part"]
    assert progress[0] == IngestProgress(source, "fetching", 0, 0)
    assert (outcome.status, outcome.source, outcome.external_id) == ("added", source, "the-mill")
    document = store.document("default", source)
    assert document.text == "The mill burned down."
    assert document.metadata["url"] == "https://www.paper.example/the-mill"  # where it was in the end
    assert document.metadata["site"] == "paper.example"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", document.metadata["fetched"])


def test_a_page_does_not_say_where_it_was_found_but_may_say_of_which_site_it_is(store):
    head = "<link rel=canonical href='https://else.example/'><meta property=og:site_name content='The Paper'>"
    taken_from_web(store, "https://paper.example/", page_of("Words.", head=head))
    (listed,) = store.documents("default")
    found = store.document("default", listed.doc_id).metadata
    assert (found["url"], found["site"]) == ("https://www.paper.example/the-mill", "The Paper")


def test_the_same_page_again_is_unchanged_and_another_replaces_it(store):
    words = ["The mill stands.", "The mill stands.", "The mill burned down."]
    outcomes = [taken_from_web(store, "https://paper.example/mill", page_of(each))[-1] for each in words]
    assert statuses(outcomes) == ["added", "unchanged", "replaced"]
    (listed,) = store.documents("default")
    assert store.document("default", listed.doc_id).text == "The mill burned down."


def test_a_stored_page_is_read_again_from_the_bytes_that_were_kept(store):
    *_, outcome = taken_from_web(store, "https://paper.example/mill", page_of("The mill burned down."))
    before = store.document("default", outcome.doc_id)
    *_, again = read_again(outcome.doc_id, store=store, encoder=HashEncoder(), collection="default")
    assert again.status == "replaced"
    after = store.document("default", again.doc_id)
    assert (after.source, after.external_id, after.text, after.metadata) == (
        before.source, before.external_id, before.text, before.metadata,
    )  # fmt: skip


def test_a_page_that_cannot_be_fetched_costs_itself_only(store, folder):
    def fetch(address):
        raise FetchError(f"{address!r} is not there (404): check the address")

    sources = ["https://a.example/x", folder / "a.txt"]
    events = ingest(sources, store=store, encoder=HashEncoder(), collection="default", fetch=fetch)
    outcomes = [event for event in events if isinstance(event, IngestOutcome)]
    assert sorted(statuses(outcomes)) == ["added", "refused"]


def test_a_corpus_of_the_web_is_one_text(store):
    rows = page_of("x", url="https://a.example/rows.jsonl", name="rows")
    outcome = taken_from_web(store, "https://a.example/rows.jsonl", rows)[-1]
    assert (outcome.status, outcome.source) == ("added", "https://a.example/rows.jsonl")


def test_a_page_goes_the_whole_way_from_a_server_to_the_store(store):
    with serving() as site, serving() as secret:
        site.bodies["page"] = (
            gzipped("<title>The café report</title><nav>Home</nav><article><h1>The mill</h1>"
                    "<p>It burned in 2021.</p></article>".encode("cp1252")),
            {"Content_Type": "text/html; charset=windows-1252", "Content_Encoding": "gzip"},
        )  # fmt: skip
        wires = net(site, secret)
        address = f"http://{HOST}/body?name=page"
        *_, outcome = taken_from_web(store, address, lambda given: fetch(given, net=wires))
        assert secret.seen == []
    assert outcome.status == "added"
    document = store.document("default", outcome.doc_id)
    assert (document.title, document.text) == ("The café report", "The mill\n\nIt burned in 2021.")

"""How much may be sent, which of Gradio's routes are there, and how Gradio is set: names of its version 6."""

from __future__ import annotations

import os
import socket

import gradio as gr
import httpx
import pytest
from page_driver import serving
from page_fakes import HOME, FakeWorkspace

from bot.web import create_app
from bot.web.page import DELETE_CACHE_S, GRADIO_QUEUE_LENGTH
from bot.web.shield import BODY_BYTES

UNUSED = (
    "/gradio_api/proxy=https://a.hf.space/x", "/gradio_api/file=https://example.org/x", "/monitoring/abc",
    "/gradio_api/file=HTTP://example.org/x", "/gradio_api/file=%20http://example.org", "/monitoring/summary",
    "/gradio_api/file=ftp://example.org/x", "/gradio_api/file//etc/passwd", "/gradio_api/deep_link",
    "/gradio_api/run-history/records", "/custom_component/1/client/component/index.js", "/monitoring",
    "/gradio_api/dev/reload", "/gradio_api/vibe-code",
)  # fmt: skip


@pytest.fixture(scope="module")
def address():
    with serving(FakeWorkspace()) as found:
        yield found


@pytest.fixture(scope="module")
def blocks():
    app = create_app(FakeWorkspace(), collection="sample", examples=())
    return next(
        route.app for route in app.routes if hasattr(getattr(route, "app", None), "get_blocks")
    ).get_blocks()


# What is sent


@pytest.mark.parametrize(
    "path", ["/gradio_api/run/predict", "/gradio_api/queue/join", "/gradio_api/call/ask", "/x"]
)
def test_a_body_over_the_limit_is_refused(address, path):
    answer = httpx.post(address + path, content=b"x" * (BODY_BYTES + 1), timeout=30, trust_env=False)
    assert (answer.status_code, answer.text) == (413, "At most 2,097,152 bytes can be sent at once.")


def test_a_body_whose_length_is_not_said_is_refused(address):
    answer = httpx.post(f"{address}/gradio_api/queue/join", content=iter([b"{}"]), trust_env=False)
    assert answer.status_code == 411


def test_a_huge_upload_is_refused_before_it_is_read(address):
    host = address.removeprefix("http://")
    with socket.create_connection(tuple(host.split(":")), timeout=10) as sent:
        head = f"POST /gradio_api/upload HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1000000000000\r\n\r\n"
        sent.sendall(head.encode())
        assert b"413" in sent.recv(100)


# What is there


@pytest.mark.parametrize("path", UNUSED)
def test_what_the_page_does_not_use_is_not_there(address, path):
    answer = httpx.get(address + path, trust_env=False)
    assert (answer.status_code, answer.text) == (404, "Not found.")


@pytest.mark.parametrize("path", ["process_recording", "component_server", "vibe-edit"])
def test_nor_can_anything_be_sent_there(address, path):
    assert httpx.post(f"{address}/gradio_api/{path}", json={}, trust_env=False).status_code == 404


@pytest.mark.parametrize(
    "origin", ["null", "https://evil.example", "http://localhost:1", "http://127.0.0.1:1"]
)
def test_no_other_page_may_read_what_is_served(address, origin):
    answer = httpx.get(f"{address}/config", headers={"origin": origin}, trust_env=False)
    allowed = answer.headers.get("access-control-allow-origin", "")
    assert allowed in {"", origin if origin.startswith("http://") else ""}


# How Gradio is set


def test_gradio_is_set_to_the_safe_side(blocks):
    assert os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"
    assert blocks.analytics_enabled is False
    assert blocks.enable_monitoring is False
    assert blocks.share is False
    assert blocks.show_error is False
    assert blocks.run_history is False
    assert (blocks.ssr_mode, blocks.pwa, blocks.mcp_server) == (False, False, False)
    assert blocks.api_open is False
    assert blocks.allowed_paths == []
    assert blocks.blocked_paths == [str(HOME.resolve())]
    assert blocks.max_file_size == 25 * 1024 * 1024
    assert blocks.delete_cache == DELETE_CACHE_S
    assert blocks.state_session_capacity == blocks.state_holder.capacity == 200
    assert blocks._queue.max_size == GRADIO_QUEUE_LENGTH
    assert blocks._queue.default_concurrency_limit == 1


def test_every_event_but_those_that_answer_runs_one_at_a_time_and_only_the_named_are_public(blocks):
    queued = [fn for fn in blocks.fns.values() if fn.queue]
    many = {fn.concurrency_id for fn in queued if fn.concurrency_limit is None}
    assert many == {"answering"}
    public = {fn.api_name for fn in blocks.fns.values() if fn.api_visibility == "public"}
    reading = {"collections", "documents", "document", "evaluations"}
    assert public == reading | {"ask", "summarize", "ingest", "fetch", "remove", "evaluate"}


def test_what_shows_html_cleans_it_again(blocks):
    shown = [block for block in blocks.blocks.values() if isinstance(block, gr.Markdown)]
    assert shown
    assert all(block.sanitize_html for block in shown)
    assert not [block for block in blocks.blocks.values() if isinstance(block, (gr.HTML, gr.Chatbot))]

"""A browser's part of the page's protocol, without a browser: press, then follow the stream of what comes.

    GET  /config                     which event follows from which press
    POST /gradio_api/run/predict     an event that is not queued: its answer is the response
    POST /gradio_api/queue/join      a queued one: accepted or not
    GET  /gradio_api/queue/data      its messages, as they come

One `PageClient` is one visitor: the server keeps a conversation for each session hash.
"""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass
from typing import Any

import httpx

BUSY = "Busy:"


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of a question; times in seconds from the press. `error` is "" where all went well.

    `shown_s`: until the page shows the question, or that it is busy. `stream_s`: until the first message of
    the answer's stream. `whole_s`: until its last.
    """

    shown: str
    shown_s: float
    stream_s: float = 0.0
    whole_s: float = 0.0
    error: str = ""

    @property
    def busy(self) -> bool:
        """True where the page said at once that it has no room."""
        return BUSY in self.shown


class PageClient:
    """One visitor of a page; `config` is what /config returned."""

    def __init__(self, http: httpx.AsyncClient, config: dict[str, Any], *, collection: str) -> None:
        self.http = http
        self.session = secrets.token_hex(6)
        self.collection = collection
        self._ids = {component["props"].get("elem_id"): component["id"] for component in config["components"]}
        self._events = config["dependencies"]

    async def open(self) -> None:
        """Do what opening the page does beside fetching it; the session is made by this."""
        picker = self._ids["bot-collection"]
        for event in self._events:
            if any(kind == "load" for _, kind in event["targets"]):
                data = [self.collection if read == picker else None for read in event["inputs"]]
                (await self.run(event, data)).raise_for_status()

    async def ask(self, question: str) -> Asked:
        """Put a question and wait for the end of its answer."""
        started = time.perf_counter()
        start = self.event("bot-question", "submit")
        response = await self.run(start, [question, None, self.collection])
        shown_s = time.perf_counter() - started
        if response.status_code != 200:
            return Asked("", shown_s, error=f"{response.status_code} {response.text[:200]}")
        shown = str(response.json()["data"][1]).rpartition("<section")[2]  # the last turn
        asked = Asked(shown, shown_s)
        if asked.busy:  # a browser goes on here, too, but there is nothing to come
            return asked
        error, stream_s = await self._follow(self.after(start), [None, self.collection, None], started)
        return Asked(shown, shown_s, stream_s, time.perf_counter() - started, error)

    async def conversation(self) -> str:
        """Return the whole conversation as the page holds it: a further question renders it anew."""
        start = self.event("bot-question", "submit")
        response = await self.run(start, ["And then?", None, self.collection])
        return str(response.json()["data"][1])

    async def run(self, event: dict[str, Any], data: list[Any]) -> httpx.Response:
        """Run an event that is not queued."""
        return await self.http.post("/gradio_api/run/predict", json=self._body(event, data))

    async def join(self, event: dict[str, Any], data: list[Any]) -> httpx.Response:
        """Start a queued event."""
        return await self.http.post("/gradio_api/queue/join", json=self._body(event, data))

    def event(self, elem_id: str, kind: str) -> dict[str, Any]:
        """Find the event that follows from something done to an element, as ("bot-send", "click")."""
        target = [self._ids[elem_id], kind]
        return next(event for event in self._events if target in event["targets"])

    def after(self, event: dict[str, Any]) -> dict[str, Any]:
        """Find the event that follows when another one has ended."""
        return next(each for each in self._events if each["trigger_after"] == event["id"])

    def _body(self, event: dict[str, Any], data: list[Any]) -> dict[str, Any]:
        return {"data": data, "fn_index": event["id"], "session_hash": self.session, "event_data": None}

    async def _follow(self, event: dict[str, Any], data: list[Any], started: float) -> tuple[str, float]:
        """Start a queued event and read its messages; return its error, or "", and when the first came."""
        joined = await self.join(event, data)
        if joined.status_code != 200:
            return f"{joined.status_code} {joined.text[:200]}", 0.0
        first_s = 0.0
        query = {"session_hash": self.session}
        async with self.http.stream("GET", "/gradio_api/queue/data", params=query) as stream:
            async for line in stream.aiter_lines():
                message = json.loads(line[len("data: ") :]) if line.startswith("data: ") else {}
                if message.get("msg") in {"process_generating", "process_completed"}:
                    first_s = first_s or time.perf_counter() - started
                if message.get("msg") == "process_completed":
                    return "" if message["success"] else str(message["output"]), first_s
        return "the stream broke off", first_s

"""Many at once: whose turn it is, what is told when there is no room, and that nobody sees another's chat."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from page_driver import serving
from page_fakes import FakeWorkspace

from benchmarks.page_client import PageClient
from bot.errors import ServerBusy
from bot.web import line as line_module
from bot.web import page
from bot.web.choices import Choices
from bot.web.line import Line
from bot.web.talk import STOPPED, Stops, begin
from bot.web.waiting import admitted, answered

FULL = "Busy: 2 questions are waiting. Ask again in a moment."


# Whose turn it is


@given(st.permutations(range(6)))
def test_everyone_gets_a_turn_in_the_order_of_asking_whoever_looks_first(order):
    line, served = Line(6), []
    assert [line.join(str(i)) for i in range(6)] == list(range(6))
    for i in range(6):  # all have come for their place
        line.ahead(str(i))
    while len(served) < 6:
        ready = [i for i in order if str(i) not in served and line.ahead(str(i)) == 0]
        assert len(ready) == 1
        served.append(str(ready[0]))
        line.leave(served[-1])
    assert served == [str(i) for i in range(6)]
    assert line.n_waiting == 0


def test_a_full_line_says_how_many_wait_and_has_room_again_when_one_leaves():
    line = Line(2)
    assert (line.join("a"), line.ahead("a")) == (0, 0)  # at work, so it does not wait
    assert (line.join("b"), line.join("c")) == (1, 2)
    with pytest.raises(ServerBusy, match=FULL):
        line.join("d")
    line.leave("b")
    assert line.join("d") == 2


def test_a_place_that_nobody_came_for_holds_up_no_one_and_is_lost(monkeypatch):
    line = Line(2)
    line.join("gone")
    line.join("here")
    assert line.ahead("here") == 0
    monkeypatch.setattr(line_module, "UNCLAIMED_S", 0.0)
    line.join("next")
    assert line.n_waiting == 1
    assert line.ahead("gone") == 1  # it came after all, and the one at work is ahead


# A question in the line


def stepped(workspace, thread, line, stops):
    return answered(workspace, thread, line=line, collection="sample", stops=stops, choices=Choices())


def test_a_stop_is_heard_while_waiting_and_frees_the_place():
    async def story():
        line, stops = Line(4), Stops()
        line.join("other")
        line.ahead("other")
        thread = admitted(begin((), "passengers"), line)
        assert thread[-1].status == "Waiting, 1 ahead of you"
        steps = stepped(FakeWorkspace(), thread, line, stops)
        assert (await anext(steps))[-1].busy
        stops.stop(thread)
        last = [state async for state in steps][-1][-1]
        return (last.notice, last.busy, line.n_waiting)

    assert asyncio.run(story()) == (STOPPED, False, 0)


@pytest.mark.parametrize("n_steps", [1, 3], ids=["before", "within"])
def test_a_client_that_goes_away_frees_the_place(n_steps):
    async def story():
        line = Line(4)
        steps = stepped(FakeWorkspace(), admitted(begin((), "passengers"), line), line, Stops())
        for _ in range(n_steps):
            await anext(steps)
        await steps.aclose()
        return line.join("next")

    assert asyncio.run(story()) == 0


def test_without_room_the_turn_ends_at_once_with_the_reason():
    assert admitted(begin((), "passengers"), Line(0))[-1].busy  # nobody is at work
    line = Line(2)
    for token in "abc":
        line.join(token)
        line.ahead(token)
    turn = admitted(begin((), "passengers"), line)[-1]
    assert (turn.busy, turn.notice) == (False, FULL)


# Over the page's own protocol


@pytest.fixture
def address():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page, "QUEUE_LENGTH", 2)
        with serving(FakeWorkspace(pause_s=0.25)) as found:
            yield found


def visiting(address, story):
    """Run a story that is told a way to make visitors."""

    async def told():
        async with httpx.AsyncClient(base_url=address, timeout=60, trust_env=False) as http:
            config = (await http.get("/config")).json()
            return await story(lambda: PageClient(http, config, collection="sample"))

    return asyncio.run(told())


@pytest.mark.slow
def test_two_visitors_each_see_their_own_conversation_only(address):
    async def story(visitor):
        one, other, stranger = visitor(), visitor(), visitor()
        asked = await asyncio.gather(one.ask("How many passengers?"), other.ask("What would it cost?"))
        assert [each.error for each in asked] == ["", ""]
        return [await each.conversation() for each in (one, other, stranger)]

    first, second, third = visiting(address, story)
    assert "How many passengers?" in first
    assert "4.1 million" in first
    assert "What would it cost?" in second
    assert "&#36;1.9 billion" in second
    assert "cost" not in first
    assert "passengers" not in second
    assert third.count("bot-turn") == 1  # its own question
    assert "passengers" not in third


@pytest.mark.slow
def test_beyond_the_line_the_page_says_busy_and_the_others_are_answered(address):
    async def story(visitor):
        crowd = [visitor() for _ in range(6)]
        for each in crowd:
            await each.open()
        asked = await asyncio.gather(*(each.ask("How many passengers?") for each in crowd))
        busy = [i for i, each in enumerate(asked) if each.busy]
        later = await crowd[busy[0]].ask("How many passengers?")
        return asked, later, await crowd[busy[0]].conversation()

    asked, later, conversation = visiting(address, story)
    told = [each for each in asked if each.busy]
    assert len(told) == 3  # one is at work, and two wait
    assert all("Ask again in a moment." in each.shown for each in told)
    assert [each.error for each in asked if not each.busy] == [""] * (6 - len(told))
    assert (later.busy, later.error) == (False, "")
    assert conversation.count("bot-small") == 1


def test_ask_fails_where_the_line_is_full(address):
    async def story(visitor):
        first = visitor()
        answering = asyncio.create_task(first.ask("How many passengers?"))
        for _ in range(3):  # the last of them is told, where the first was quick
            other = visitor()
            await other.run(other.event("bot-question", "submit"), ["And the cost?", None, "sample"])
        posted = await first.http.post("/gradio_api/call/ask", json={"data": ["passengers", "sample"]})
        body = (await first.http.get(f"/gradio_api/call/ask/{posted.json()['event_id']}")).text
        await answering
        return body

    body = visiting(address, story)
    assert body.startswith("event: error")
    assert FULL in body


@pytest.mark.slow
def test_visitors_that_go_away_in_the_middle_leave_their_places_to_others():
    async def story(visitor):
        gone = [asyncio.create_task(visitor().ask("How many passengers?")) for _ in range(3)]
        await asyncio.sleep(1.0)  # one is at work, two wait
        for each in gone:
            each.cancel()
        await asyncio.wait(gone)
        for _ in range(50):  # until the step at work is through
            asked = await visitor().ask("What would it cost?")
            if not asked.busy:
                return asked
            await asyncio.sleep(0.1)
        raise AssertionError("the places of those that went away are still taken")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page, "QUEUE_LENGTH", 2)
        with serving(FakeWorkspace(pause_s=0.5)) as own:
            asked = visiting(own, story)
    assert asked.error == ""

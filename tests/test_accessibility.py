"""axe-core over every tab, light and dark, wide and narrow: no serious fault."""

from __future__ import annotations

from pathlib import Path

import pytest
from page_driver import Page, browsing, serving
from page_fakes import FakeWorkspace

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parent.parent / ".venv" / "share" / "axe.min.js"
RUN = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ["violations"]}).then(
  ({violations}) => done(violations.map((v) => [v.impact, v.id, v.nodes.map((n) => n.html.slice(0, 160))])),
  (fault) => done([["critical", String(fault), []]]));
"""


def faults(page: Page) -> list[str]:
    """List the serious and critical violations of what is shown now."""
    page.chrome.execute_script(AXE.read_text("utf-8"))
    found = page.chrome.execute_async_script(RUN)
    return [f"{rule}: {nodes}" for impact, rule, nodes in found if impact in {"serious", "critical"}]


@pytest.fixture(scope="module")
def address():
    if not AXE.exists():
        pytest.skip("axe-core is not here: `make axe` fetches it from npm")
    with serving(FakeWorkspace(), examples=("How many passengers?",)) as found:
        yield found


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_no_tab_has_a_serious_fault(address, width, dark):
    with browsing(width=width, height=860, dark=dark) as page:
        page.open(address)
        found = {"empty": faults(page)}
        page.ask("passengers?")
        page.wait_for(".bot-small")
        found["answered"] = faults(page)
        page.press(".bot-sentence .bot-marker")
        page.wait_for("#bot-reader.ready")
        found["reading"] = faults(page)
        page.ask("what would it cost?")
        page.wait_for(".bot-turn:nth-child(2) .bot-small")
        page.press(".bot-turn:nth-child(2) .bot-marker.cite-3")
        page.wait_for("#bot-reader.ready mark.cell")
        found["reading a cell"] = faults(page)
        for name in [tab.text for tab in page.all("#bot-tabs > .tab-wrapper button[role=tab]")][1:]:
            page.tab(name)
            page.settle()
            if name == "Summary":
                page.press("#bot-summarize")
                page.wait_for("#bot-summary .bot-coverage")
            found[name] = faults(page)
    assert not any(found.values()), "\n".join(f"{where}: {what}" for where, what in found.items() if what)

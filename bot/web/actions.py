"""Presses on our own HTML reach the server by one hidden box a tab: common.js writes it, Gradio listens.

Buttons inside rendered HTML are no components of Gradio's. `static/common.js` writes "3 remove 9f2c…" into
the tab's box: a number that makes two equal presses differ, what is wished, and about what.
"""

from __future__ import annotations

from typing import Any

import gradio as gr

QUICK: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
ACTION_CHARACTERS = 400


def action_box(elem_id: str) -> gr.Textbox:
    """Place the hidden box of a tab, to be read with `wished`.

    Listen to its `change`: Gradio's `input` follows the keys alone.
    """
    return gr.Textbox(
        visible="hidden", elem_id=elem_id, max_length=ACTION_CHARACTERS, label=elem_id, container=False
    )


def wished(written: str | None) -> tuple[str, str]:
    """Return the wish and what it is about from what common.js wrote; ("", "") from anything else.

    Example: "3 remove 9f2c" -> ("remove", "9f2c")
    """
    number, _, rest = (written or "")[:ACTION_CHARACTERS].partition(" ")
    wish, _, about = rest.partition(" ")
    return (wish, about) if number.isdigit() else ("", "")

"""The one Gradio component that shows our HTML: markup -> component."""

from __future__ import annotations

import gradio as gr


def literal_html(value: str, *, elem_id: str) -> gr.Markdown:
    """Show ready HTML of ours as it is: sanitised once more in the browser, LaTeX off.

    Only blocks from `markup.block` and `markup.tag` belong here, never text: Markdown would read it.
    """
    return gr.Markdown(value, elem_id=elem_id, sanitize_html=True, latex_delimiters=[])

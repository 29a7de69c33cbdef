"""Colours and type for Gradio's own components, so that they match `page.css`.

Fonts come from this server or this machine, never from elsewhere. Of those that Gradio carries, only some
weights hold more than a Vietnamese subset: `page.css` names two that are whole.
"""

from __future__ import annotations

import gradio as gr

INK = gr.themes.Color(
    "#f7f6f3", "#efede8", "#e2dfd8", "#cbc7bd", "#9c978c", "#6f6b62",
    "#55524b", "#3d3b36", "#2a2926", "#1e1d1b", "#141312", name="ink",
)  # fmt: skip
TEAL = gr.themes.Color(
    "#effaf8", "#d5f1ec", "#abe2d9", "#78cdc1", "#44b0a4", "#1f9186",
    "#14756d", "#125e58", "#124b47", "#123e3b", "#062523", name="teal",
)  # fmt: skip


def page_theme() -> gr.themes.Base:
    """Return the theme: warm neutral surfaces, one teal accent, fonts from the package."""
    sans, mono = _named("Page Sans", "system-ui", "sans-serif"), _named("ui-monospace", "monospace")
    theme = gr.themes.Base(primary_hue=TEAL, neutral_hue=INK, font=sans, font_mono=mono)
    return theme.set(
        body_background_fill="*neutral_50",
        body_background_fill_dark="*neutral_950",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_shadow="none",
        link_text_color="*primary_600",
        link_text_color_dark="*primary_300",
        input_background_fill="white",
        input_background_fill_dark="*neutral_900",
        input_border_color="*neutral_300",
        input_border_color_dark="*neutral_700",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_dark="*primary_600",
        button_primary_text_color="white",
        button_large_radius="10px",
        button_small_radius="999px",
    )


def _named(*names: str) -> list[gr.themes.Font]:
    """Name fonts without having Gradio load them, as it would for a plain string."""
    return [gr.themes.Font(name) for name in names]

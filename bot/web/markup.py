"""Text into HTML: the only place where anything from outside becomes markup.

Questions, titles, file names, document text and the words of a model are data. Each goes through
`escape`, which leaves nothing that HTML, Markdown or LaTeX would read as its own.

The page shows these fragments in `gr.Markdown`, not in `gr.HTML`: the latter compiles templates with
`Function(...)`, and a page that allows that cannot forbid evaluated code in its content policy.
Markdown passes a block of HTML through untouched as long as it begins with a block tag and holds no
blank line. Hence line ends inside text are written as character references, and `block` joins without any.
"""

from __future__ import annotations

import html

_REFERENCES = str.maketrans({
    "\n": "&#10;", "\r": "&#13;", "\t": "&#9;",  # a raw line end could close the block of HTML
    "$": "&#36;", "\\": "&#92;", "`": "&#96;", "*": "&#42;", "_": "&#95;", "[": "&#91;", "]": "&#93;",
    "\x00": "\ufffd",
})  # fmt: skip


def escape(text: str) -> str:
    """Make text literal: `html.unescape(escape(text)) == text` but for NUL, which HTML cannot hold.

    Example: "<b> costs $5" -> "&lt;b&gt; costs &#36;5"
    """
    return html.escape(text, quote=True).translate(_REFERENCES)


def block(*parts: str) -> str:
    """Join fragments of ready HTML into one block without a line end."""
    return "".join(part for part in parts if part)


def tag(name: str, content: str = "", *, css: str = "", **attributes: str) -> str:
    """Wrap ready HTML in an element; attribute values are escaped.

    Example: tag("p", "hi", css="lead", tabindex="0") -> '<p class="lead" tabindex="0">hi</p>'
    """
    named = {"class": css, **attributes} if css else attributes
    written = "".join(f' {key}="{escape(value)}"' for key, value in named.items())
    return f"<{name}{written}>{content}</{name}>"


def text_tag(name: str, text: str, *, css: str = "", **attributes: str) -> str:
    """Wrap text, escaped, in an element; "" where there is no text to show."""
    return tag(name, escape(text), css=css, **attributes) if text else ""


def plural(count: int, noun: str) -> str:
    """Count a noun: 1 -> "1 file", 1200 -> "1,200 files"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"

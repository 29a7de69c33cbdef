"""The web page: ask, read, and see the exact words behind every sentence.

    workspace -> frozen state (talk, library, evaluation_job) -> HTML (conversation, sources, listing, ...)
              -> tabs (chat, library, evaluation, settings) -> page -> server, behind the shield

What the scripts in `static` fetch comes from routes of our own: `reader_routes`, `evaluation_routes`.
`build_page` makes the Gradio page, `create_app` puts it behind the shield, `serve` runs it.
"""

from bot.web.page import build_page
from bot.web.server import create_app, serve
from bot.web.workspace_like import WorkspaceLike

__all__ = ["WorkspaceLike", "build_page", "create_app", "serve"]

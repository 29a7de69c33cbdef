"""The web page: ask, read, and see the exact words behind every sentence.

    workspace -> (talk, library) frozen state -> (conversation, sources, library) HTML -> page -> server

`build_page` makes the Gradio page, `create_app` puts it behind the shield, `serve` runs it.
"""

from bot.web.page import build_page
from bot.web.server import create_app, serve
from bot.web.workspace_like import WorkspaceLike

__all__ = ["WorkspaceLike", "build_page", "create_app", "serve"]

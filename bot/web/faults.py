"""What goes into the log when something of ours fails: where, and what kind of error, but not its message.

A message may quote what it was about: a question, or a document's words. Neither belongs in a log.
"""

from __future__ import annotations

import logging
import sys
import traceback


def log_fault(logger: logging.Logger, what: str) -> None:
    """Log the error that is being handled, without its message."""
    kind, _, frames = sys.exc_info()
    logger.error(
        "%s: %s (its message is left out, as it may quote a document)\n%s",
        what,
        kind.__name__ if kind else "nothing",
        "".join(traceback.format_tb(frames)).rstrip(),
    )

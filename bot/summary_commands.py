"""What `bot summarize` does: progress on stderr, the summary on stdout."""

from __future__ import annotations

import argparse
import sys

from bot import cli
from bot.summary.datatypes import Length, Summary
from bot.summary.render import summary_json, summary_lines
from bot.workspace import Workspace


def summarize(options: argparse.Namespace) -> None:
    """`bot summarize [DOC...]`: a cited summary, with its coverage."""
    from bot.progress import SummaryBar

    workspace = Workspace(
        options.home or cli.default_home(),
        model=options.model,
        verifier=options.verifier,
        phrase=not options.quote_only,
    )
    events = workspace.summarize(
        options.documents,
        collection=options.collection,
        length=Length(options.length),
        focus=options.focus.strip(),
    )
    summary = None
    with SummaryBar() as bar:
        for event in events:
            if isinstance(event, Summary):
                summary = event
            else:
                bar.show(event)
    assert summary is not None
    for line in summary.warnings:
        sys.stderr.write(f"bot: left out: {line}\n")
    if options.json:
        cli.print_json(summary_json(summary))
    else:
        cli.print_lines(summary_lines(summary, bullets=options.bullets))

"""What `bot summarize` does: progress on stderr, the summary on stdout."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from dataclasses import replace

from bot import cli
from bot.commands import workspace_of
from bot.summary.datatypes import Length, Summary, SummaryProgress
from bot.summary.reading import documents_of
from bot.summary.render import summary_json, summary_lines
from bot.where import where_of


def summarize(options: argparse.Namespace) -> None:
    """`bot summarize [DOC...]`: a cited summary, with its coverage."""
    from bot.progress import summary_bar

    workspace = workspace_of(options)
    summary = None
    with summary_bar() as show:
        show(SummaryProgress("parsing", 0, 0))
        documents, refused = documents_of(
            options.documents,
            store=workspace.store,
            collection=options.collection,
            where=where_of(options.where),
        )
        _warn(refused)
        for event in workspace.summarize(documents, length=Length(options.length), focus=options.focus):
            if isinstance(event, Summary):
                _warn(event.warnings)
                summary = replace(event, warnings=(*refused, *event.warnings))
            else:
                show(event)
    assert summary is not None
    if options.json:
        cli.print_json(summary_json(summary))
    else:
        print(summary_lines(summary, bullets=options.bullets))


def _warn(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stderr.write(f"bot: left out: {line}\n")

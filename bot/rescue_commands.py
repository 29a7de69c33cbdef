"""What `bot library rescue` does."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from bot import calibration, cli, feedback
from bot.embed import SentenceTransformerEncoder
from bot.errors import UsageError
from bot.evaluate import kept
from bot.render import counted
from bot.rescue import rescue

BESIDE = (calibration.FILE, feedback.FOLDER, kept.FOLDER)  # in a home, and no documents
Options = argparse.Namespace


def rescued(options: Options) -> int:
    """`bot library rescue`: copy what is whole into a new home; 1 where a document is lost."""
    home = options.home or cli.default_home()
    if options.to is None:
        raise UsageError("where to? bot library rescue --to NEWHOME, a new folder")
    new_home = Path(options.to)
    found = rescue(
        home, new_home, encoder=SentenceTransformerEncoder(options.encoder), collection=options.collection
    )
    outcomes = []
    for outcome in found:
        outcomes.append(outcome)
        if outcome.reason and not options.json:
            print(f"{outcome.status:<10} {outcome.document}: {outcome.reason}")
        elif sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{len(outcomes)} documents ...")
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
    n = Counter(outcome.status for outcome in outcomes)
    n_rescued = n["whole"] + n["read again"]
    if options.json:
        cli.print_json({"documents": [asdict(outcome) for outcome in outcomes], "home": str(new_home)})
    else:
        print(
            f"{n_rescued} of {counted(len(outcomes), 'document')} are in {new_home}: {n['whole']} as they "
            f"were stored, {n['read again']} read again from their files; {n['lost']} lost. "
            f"{home} is as it was"
        )
        if left := [name for name in BESIDE if (home / name).exists()]:
            print(f"not copied: {', '.join(left)} in {home}; copy what you want to keep into {new_home}")
    return 1 if n["lost"] else 0

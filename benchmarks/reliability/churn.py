"""The victim of `kills`: adds, replaces, removes, rebuilds, embeds anew, compacts, until it is killed.

It says "try|name|text" before a change (an empty text removes) and "done|name" when the product has
acknowledged it, so that the parent knows what must be there.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from benchmarks.reliability.library import COLLECTION, put, texts_of, workspace
from bot.workspace import Workspace

N_NAMES = 40  # the home grows to so many documents, then changes
ENCODERS = ("words", "other words")


def say(*parts: str) -> None:
    """Write one line for the parent, at once."""
    print("|".join(parts), flush=True)


def add(opened: Workspace, choose: random.Random, mark: str) -> None:
    """Ingest one to three documents, new ones or other versions of stored ones."""
    names = sorted({f"{choose.randrange(N_NAMES)}.txt" for _ in range(choose.randrange(1, 4))})
    filler = [f"word{choose.randrange(50)}" for _ in range(choose.randrange(600))]
    texts = {name: " ".join([f"Version {mark} of {name}.", *filler]) for name in names}
    for name, text in texts.items():
        say("try", name, text)
    for outcome in put(opened, texts):
        say("done", outcome.source.removeprefix("upload:"))


def remove(opened: Workspace, choose: random.Random) -> None:
    """Remove one of the stored documents, if there are any."""
    if names := sorted(texts_of(opened.store)):
        name = choose.choice(names)
        say("try", name, "")
        opened.remove(COLLECTION, f"upload:{name}")
        say("done", name)


def in_use(home: Path) -> str:
    """Return the name of the encoder that the collection was last embedded with."""
    found = workspace(home).store.collections()
    return found[0].encoder.name if found else ENCODERS[0]


def step(home: Path, choose: random.Random, mark: str) -> None:
    """Do one thing."""
    encoder = in_use(home)
    opened = workspace(home, encoder)
    what = choose.random()
    if what < 0.6 or not opened.store.collections():
        add(opened, choose, mark)
    elif what < 0.75:
        remove(opened, choose)
    elif what < 0.85:
        opened.rebuild([COLLECTION])
    elif what < 0.95:
        workspace(home, next(name for name in ENCODERS if name != encoder)).rebuild([COLLECTION])
    else:
        with opened.store.writing() as writer:
            writer.compact()


def main() -> None:
    """Go on for ever."""
    home, seed = Path(sys.argv[1]), int(sys.argv[2])
    choose = random.Random(seed)
    say("begin")
    for number in range(1_000_000):
        step(home, choose, f"{seed}-{number}")


if __name__ == "__main__":
    main()

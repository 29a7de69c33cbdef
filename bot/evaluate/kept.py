"""The runs that a home keeps: a folder each in `home/evaluations`, as `bot evaluate --out` leaves it.

    gold file, settings -> a folder of their own -> run.evaluate -> what the page shows

The same settings always lead to the same folder, so a run that was interrupted goes on when it is asked for
again. Beside the files of a run there are `about.json` and, under `asked/`, the gold file as it was then:
the votes of readers, for one, grow.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.errors import UsageError
from bot.evaluate.bar import Watch
from bot.evaluate.compare import comparison, read_other
from bot.evaluate.gold import GoldRow, read_gold
from bot.evaluate.gold.sets import SAMPLE
from bot.evaluate.runs import Settings, replacing
from bot.evaluate.scores import Columns, read_scores
from bot.samples import GOLD
from bot.selection import DEFAULT_K

if TYPE_CHECKING:
    from bot.workspace import Workspace

FOLDER, ABOUT, ASKED = "evaluations", "about.json", "asked"
NAME_CHARACTERS = 40  # of the gold file, and of the collection, in the name of a folder
_UNFIT = re.compile(r"[^A-Za-z0-9-]+")


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run of a home. `metrics` is {} while it is unfinished; `gold` is what its gold file was called.

    `started` is in UTC, as ISO 8601 has it. `wanted`: questions asked for, 0 where that is not known.
    """

    name: str
    folder: Path
    gold: str
    started: str
    wanted: int
    settings: Mapping[str, Any]
    metrics: Mapping[str, Any]

    @property
    def is_finished(self) -> bool:
        """True once there are figures."""
        return bool(self.metrics)

    @property
    def n_asked(self) -> int:
        """How many questions have been asked."""
        try:
            with (self.folder / "predictions.jsonl").open("rb") as stream:
                return sum(1 for _ in stream)
        except OSError:
            return 0

    def as_json(self) -> dict[str, Any]:
        """Return what tells it apart from other runs, and the figures of its measures."""
        return {
            "name": self.name,
            "gold": self.gold,
            "collection": self.settings.get("collection"),
            "started": self.started,
            "finished": self.is_finished,
            "n": self.metrics.get("n", self.n_asked),
            "retrieval_only": bool(self.settings.get("retrieval_only")),
            "measures": self.metrics.get("measures", {}),
        }

    def scores(self) -> list[dict[str, Any]]:
        """Return the lines of `scores.jsonl`, in the order asked."""
        return [score.as_json() for score in read_scores(self.folder / "scores.jsonl")]

    def predictions(self) -> Iterator[dict[str, Any]]:
        """Yield the lines of `predictions.jsonl`, one in memory at a time."""
        with (self.folder / "predictions.jsonl").open("rb") as stream:
            for line in stream:
                yield json.loads(line)

    def gold_rows(self) -> dict[str, GoldRow]:
        """Return id -> row of the gold file as it was; {} where no copy of it was kept."""
        kept = sorted((self.folder / ASKED).glob("*"))
        return {row.row_id: row for row in read_gold(kept[0]).rows} if kept else {}


def keep(
    workspace: Workspace,
    gold: Path,
    *,
    collection: str,
    limit: int | None,
    retrieval_only: bool,
    watch: Watch,
) -> Path:
    """Ask a gold file's questions and return the folder of the run; go on with it where it is there already.

    Raises:
        UsageError, StoreError, ModelNotFound: see `bot.evaluate.run.evaluate`.
    """
    from bot.evaluate.run import evaluate, settings_of

    read = read_gold(gold)
    wanted = len(read.rows) if limit is None else min(limit, len(read.rows))
    options = argparse.Namespace(
        collection=collection, k=DEFAULT_K, limit=limit, retrieval_only=retrieval_only, leave_out=False,
        require=[], compare=None, where=(),
    )  # fmt: skip
    settings = settings_of(options, workspace, gold_sha256=read.sha256)
    folder = workspace.home / FOLDER / run_name(gold.stem, settings, wanted)
    options.out, options.gold = str(folder), str(folder / ASKED / gold.name)
    _describe(folder, gold, wanted)
    try:
        evaluate(workspace, options, watch=watch)
    except UsageError as error:
        raise UsageError(str(error).replace(options.gold, gold.name)) from error
    return folder


def run_name(gold: str, settings: Settings, wanted: int) -> str:
    """Return the name of the folder of a run, always the same for the same settings.

    Example: "gold", ... -> "gold-samples-1f0aab9c"
    """
    digest = hashlib.sha256(json.dumps([asdict(settings), wanted]).encode()).hexdigest()[:8]
    parts = (_UNFIT.sub("-", part)[:NAME_CHARACTERS].strip("-") for part in (gold, settings.collection))
    return "-".join([*(part for part in parts if part), digest])


def _describe(folder: Path, gold: Path, wanted: int) -> None:
    """Keep the gold file with the run, and write down when it was first asked for.

    Raises:
        UsageError: the disk is full.
    """
    kept = folder / ASKED / gold.name
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with replacing(kept) as draft:
            shutil.copyfile(gold, draft)
        if not (folder / ABOUT).exists():
            name = SAMPLE if gold == GOLD else gold.name
            about = {"gold": name, "started": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", "n": wanted}
            with replacing(folder / ABOUT) as draft:
                draft.write_text(json.dumps(about), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{folder} cannot hold a run ({error.strerror}): free some room") from error


def kept_runs(home: Path) -> tuple[KeptRun, ...]:
    """Return every run of a home, the newest first; a folder that holds none is passed over."""
    folders = (home / FOLDER).glob("*")
    found = (_read(folder) for folder in folders if (folder / "settings.json").is_file())
    return tuple(sorted((run for run in found if run), key=lambda run: (run.started, run.name), reverse=True))


def kept_run(home: Path, name: str) -> KeptRun:
    """Return the run of that name, looked up among those that are there: a name is never made into a path.

    Raises:
        UsageError: there is none.
    """
    for folder in (home / FOLDER).glob("*"):
        if folder.name == name and (run := _read(folder)):
            return run
    raise UsageError(f"no run {name[:80]!r} is kept here: choose one of the list")


def _read(folder: Path) -> KeptRun | None:
    try:
        settings = _object(folder / "settings.json")
        about = _object(folder / ABOUT) if (folder / ABOUT).exists() else {}
        is_finished = (folder / "metrics.json").exists() and (folder / "scores.jsonl").exists()
        metrics = _object(folder / "metrics.json") if is_finished else {}
        touched = datetime.fromtimestamp((folder / "settings.json").stat().st_mtime, UTC)
        return KeptRun(
            folder.name, folder, str(about.get("gold", "")),
            str(about.get("started") or f"{touched:%Y-%m-%dT%H:%M:%SZ}"), int(about.get("n", 0)),
            settings, metrics,
        )  # fmt: skip
    except (OSError, ValueError, TypeError):  # half a folder, or somebody else's
        return None


def _object(path: Path) -> dict[str, Any]:
    value = json.loads(path.read_bytes())
    if not isinstance(value, dict):
        raise ValueError(f"{path.name} holds no object")
    return value


def beside(here: KeptRun, there: KeptRun) -> dict[str, Any]:
    """Compare two finished runs over the questions that both were asked: see `bot.evaluate.compare`.

    Raises:
        UsageError: they cannot be compared; the message says why.
    """
    if here.name == there.name:
        raise UsageError("choose two different runs: this is one run twice")
    for run in (here, there):
        if not run.is_finished:
            raise UsageError(f"the run of {run.gold or run.name} is not finished: run it to its end first")
    if here.settings.get("gold_sha256") != there.settings.get("gold_sha256"):
        raise UsageError(
            "these two runs were asked different gold sets, or the set has changed since: choose two runs "
            "over the same questions"
        )
    ours, gold = Columns.of(read_scores(here.folder / "scores.jsonl")), str(here.settings["gold_sha256"])
    other = read_other(there.folder, gold_sha256=gold, out=here.folder)
    if not set(ours.ids) & set(other.columns.ids):
        raise UsageError("these two runs have no question in common: run one of them on more questions")
    return comparison(ours, here.settings, other)

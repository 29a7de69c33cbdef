"""Gold files: JSON Lines or CSV -> rows, each with its line number, or what is wrong with the line."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from bot.errors import UsageError
from bot.evaluate.gold.rows import COLUMNS, FORM, GoldRow, row_of_cells, row_of_json

SAMPLE_SEED = 0
MAX_LINE_BYTES = 1_000_000  # the longest of the known sets has 7,423
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Gold:
    """A whole gold file. `sha256`: hex digest of its bytes."""

    rows: tuple[GoldRow, ...]
    sha256: str


@dataclass(frozen=True, slots=True)
class Line:
    """What a line of a gold file holds: a row, or the `problem` why it is none. `number` counts from 1."""

    number: int
    row: GoldRow | None
    problem: str = ""


def read_gold(path: Path) -> Gold:
    """Read a gold file, CSV where its name ends in .csv, else JSON Lines.

    Blank lines are passed over, unknown fields and columns are ignored.

    Raises:
        UsageError: the file is missing, unreadable or empty, or a line is not a gold row; the message names
            the first such line.
    """
    payload = gold_bytes(path)
    rows = []
    for line in gold_lines(payload, path):
        if line.row is None:
            raise UsageError(f"{path} line {line.number}: {line.problem}")
        rows.append(line.row)
    if not rows:
        raise UsageError(f"{path} holds no question: expected {_expected(path)}")
    return Gold(tuple(rows), hashlib.sha256(payload).hexdigest())


def gold_bytes(path: Path) -> bytes:
    """Return the bytes of a gold file.

    Raises:
        UsageError: it is missing or cannot be read.
    """
    try:
        return path.read_bytes()
    except (FileNotFoundError, ValueError) as error:  # ValueError: a NUL in the path
        raise UsageError(f"no such gold file: {str(path)!r}; check the path") from error
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read ({error.strerror}): give a .jsonl or .csv file of questions"
        ) from error


def gold_lines(payload: bytes, path: Path) -> Iterator[Line]:
    """Yield what each line that is not blank holds, in order; an id that was there before is a problem.

    `path` only says which of the two forms it is.
    """
    seen: dict[str, int] = {}
    read = _csv_lines if _is_csv(path) else _json_lines
    for line in read(payload.removeprefix(BYTE_ORDER_MARK)):
        row = line.row
        if row is not None and row.row_id in seen:
            problem = f"id {row.row_id!r} is already that of line {seen[row.row_id]}; "
            yield Line(line.number, None, problem + "every row needs an id of its own")
            continue
        if row is not None:
            seen[row.row_id] = line.number
        yield line


def sample(rows: Sequence[GoldRow], limit: int | None, *, seed: int = SAMPLE_SEED) -> tuple[GoldRow, ...]:
    """Return `limit` rows drawn without replacement, in the order of the file; all where limit is None.

    A larger limit with the same seed adds to a smaller one's rows, so that a run can be extended.

    Raises:
        UsageError: `limit` is below 1.
    """
    if limit is not None and limit < 1:
        raise UsageError(f"--limit {limit} leaves no question to ask: give 1 or more")
    order = list(range(len(rows)))
    random.Random(seed).shuffle(order)  # noqa: S311 - a sample, not a secret
    return tuple(rows[i] for i in sorted(order[:limit]))


def _is_csv(path: Path) -> bool:
    return path.suffix.lower() == ".csv"


def _expected(path: Path) -> str:
    return f"a first line of columns ({COLUMNS})" if _is_csv(path) else f"one JSON object a line, {FORM}"


def _json_lines(payload: bytes) -> Iterator[Line]:
    for number, line in enumerate(payload.split(b"\n"), start=1):
        if not line.strip():
            continue
        if len(line) > MAX_LINE_BYTES:
            yield Line(number, None, _too_long(len(line)))
            continue
        try:
            yield Line(number, row_of_json(json.loads(line)))
        except (UsageError, ValueError, RecursionError) as error:
            yield Line(number, None, _reason(error))


def _csv_lines(payload: bytes) -> Iterator[Line]:
    """Yield the rows of a table; after a line that breaks the table itself nothing more can be read."""
    try:
        text = payload.decode()
    except UnicodeDecodeError as error:
        yield Line(payload.count(b"\n", 0, error.start) + 1, None, _reason(error))
        return
    table = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        columns = [name.strip().lower() for name in next(table, [])]
        missing = {"question", "answer"} - set(columns)
        if missing:
            yield Line(1, None, f"no column {sorted(missing)[0]!r}; expected commas between {COLUMNS}")
            return
        number = table.line_num + 1
        for cells in table:
            if any(cell.strip() for cell in cells):
                yield _csv_line(columns, cells, number)
            number = table.line_num + 1
    except csv.Error as error:
        problem = f"not CSV ({error}): check its quotation marks; what follows was not read"
        yield Line(table.line_num, None, problem)


def _csv_line(columns: list[str], cells: list[str], number: int) -> Line:
    if len(cells) > len(columns):
        problem = (
            f"{len(cells)} cells under {len(columns)} columns: put quotation marks round a cell with commas"
        )
        return Line(number, None, problem)
    padded = islice([*cells, *[""] * len(columns)], len(columns))
    named = {name: cell.strip() for name, cell in zip(columns, padded, strict=True)}
    if sum(map(len, cells)) > MAX_LINE_BYTES:
        return Line(number, None, _too_long(sum(map(len, cells))))
    try:
        return Line(number, row_of_cells(named, number))
    except UsageError as error:
        return Line(number, None, str(error))


def _too_long(n_bytes: int) -> str:
    return f"has {n_bytes:,} bytes, at most {MAX_LINE_BYTES:,} are read: a question is short"


def _reason(error: Exception) -> str:
    if isinstance(error, UsageError):
        return str(error)
    if isinstance(error, json.JSONDecodeError):
        return f"not a JSON object ({error.msg}, column {error.colno}); expected {FORM}"
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8: save the file as UTF-8"
    return f"not a JSON object; expected {FORM}"

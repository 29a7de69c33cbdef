"""Tables in canonical text: one row a line, cells joined by " | ". Which row heads which, how one reads."""

from __future__ import annotations

MAX_HEADER_CHARACTERS = 240  # of a table's first row, repeated for what is read further down the table
CELL_BAR = " | "

Span = tuple[int, int]


def is_table_row(line: str) -> bool:
    """Tell whether a line is a table's row in canonical text: cells joined by " | "."""
    return " | " in line or line.startswith("| ") or line.endswith(" |")


def table_header(text: str, start: int) -> str:
    """Return the first row of the table that `start` lies in the middle of, else ""."""
    span = table_header_span(text, start)
    return text[slice(*span)].strip()[:MAX_HEADER_CHARACTERS] if span else ""


def table_header_span(text: str, start: int) -> tuple[int, int] | None:
    """Return the `[start, end)` of that row, None where there is none above."""
    header = None
    line_start = text.rfind("\n", 0, start) + 1
    if not is_table_row(text[line_start : _line_end(text, start)]):
        return None
    while line_start > 0:
        previous = text.rfind("\n", 0, line_start - 1) + 1
        if not is_table_row(text[previous : line_start - 1]):
            break
        header, line_start = (previous, line_start - 1), previous
    return header


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def read_row(row: str, header: str) -> str:
    """Return a table row as a line to be read, each cell after its column's header.

    Rows and headers that do not have the same number of cells are only set apart by semicolons, since
    guessing which header belongs to which figure could put a figure under a wrong year. Nor are those whose
    header opens with a figure: "2019 | 2018" heads two columns of figures, the first of which is missing.

    Example: "Sales | $5 | $4" under "Year | 2019 | 2018" -> "Sales: 2019 $5; 2018 $4"
    """
    framed = all(line.startswith("|") and line.endswith("|") for line in (row.strip(), header.strip()))
    cells, heads = _cells(row, framed=framed), _cells(header, framed=framed)
    first, rest = cells[0], cells[1:]
    if len(heads) == len(cells) and not heads[0][:1].isdigit():
        pairs = [f"{head} {cell}".strip() for head, cell in zip(heads[1:], rest, strict=True) if cell]
    elif len(heads) == len(rest) and heads[0]:
        pairs = [f"{head} {cell}".strip() for head, cell in zip(heads, rest, strict=True) if cell]
    else:
        pairs = [cell for cell in rest if cell]
    told = "; ".join(pairs)
    return f"{first}: {told}" if first and told else first or told


def _cells(row: str, *, framed: bool) -> list[str]:
    """Return the cells of a row; a bar at its edge stands beside an empty cell unless it is a frame."""
    bare = row.strip().removeprefix("|").removesuffix("|") if framed else row
    return [" ".join(cell.split()) for cell in bare.split("|")]

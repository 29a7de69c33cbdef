"""Rankings and what is relevant as TREC files, so that anyone can check our figures with their own tools.

A line of a run is `question Q0 id rank score tag`, one of the qrels `question 0 id 1`. A space separates the
columns, so white space and "%" in identifiers are percent-encoded, as in URLs ("annual report" becomes
"annual%20report"; `urllib.parse.unquote` turns it back); all else, Unicode too, stays as it is.

A question with nothing relevant has no line in the qrels and is in no mean; one without hits has no line in
the run and counts 0, which trec_eval does with `-c` only and ir-measures always.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

from bot.errors import UsageError
from bot.evaluate.runs import replacing

RUN, QRELS = "run.trec", "qrels.trec"  # of documents, by their external_ids
PASSAGE_RUN, PASSAGE_QRELS = "run.passages.trec", "qrels.passages.trec"  # of passages, by their passage_ids
TAG = "bot"  # the name of the system that made a run, as the format wants one

Judged = tuple[str, Iterable[str], Collection[str]]  # question id; ids by rank, best first; relevant ids

# Besides white space and "%": what ends a string in C, and halves of characters, which no file can hold.
_UNSAFE = re.compile(r"[\s%\x00\ud800-\udfff]")


def write_trec(judged: Iterable[Judged], *, run: Path, qrels: Path) -> None:
    """Write the rankings of all questions to `run` and what is relevant to `qrels`, in one pass.

    Both files are written whole or left as they were. Of an id that a ranking repeats the first place counts.

    Raises:
        UsageError: a file cannot be written, as on a full disk.
    """
    try:
        with (
            replacing(run) as run_draft,
            replacing(qrels) as qrels_draft,
            run_draft.open("w", encoding="utf-8", newline="\n") as run_stream,
            qrels_draft.open("w", encoding="utf-8", newline="\n") as qrels_stream,
        ):
            for question_id, ranked, relevant in judged:
                run_stream.writelines(_run_lines(column(question_id), ranked))
                qrels_stream.writelines(_qrels_lines(column(question_id), relevant))
    except OSError as error:
        raise UsageError(
            f"{run} and {qrels.name} cannot be written ({error.strerror}): make room, or choose another --out"
        ) from error


def column(identifier: str) -> str:
    """Return an identifier as one column of a TREC file; "" is written as a "%" alone.

    Example: "10-K 2023, 5%" -> "10-K%202023,%205%25"
    """
    return (
        _UNSAFE.sub(lambda unsafe: quote(unsafe.group(), safe="", errors="surrogatepass"), identifier) or "%"
    )


def _run_lines(question: str, ranked: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a ranking; scores count down to 1, so that there is no tie for a tool to break."""
    distinct = list(dict.fromkeys(ranked))
    for rank, identifier in enumerate(distinct, start=1):
        yield f"{question} Q0 {column(identifier)} {rank} {len(distinct) - rank + 1} {TAG}\n"


def _qrels_lines(question: str, relevant: Collection[str]) -> Iterator[str]:
    for identifier in sorted(set(relevant)):
        yield f"{question} 0 {column(identifier)} 1\n"

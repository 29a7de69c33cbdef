"""The evidence's tables -> the one computation that answers, or none where several may.

It is made from tables of the document of the best evidence. Where another document, whose rows are nearly as
good evidence, has as fitting a line with other figures, the question is about either of them: a question
that names neither company has no certain answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.computed.grid import table_of
from bot.computed.operands import Reckoned, reckoned
from bot.computed.question import Asked, readings
from bot.datatypes import Document, Evidence
from bot.facts import missing_names
from bot.tables import is_table_row, row_at

RIVAL = 0.5  # of the best evidence's score: what another document's row needs to be meant as well

DocumentOf = Callable[[str], Document]


def certain(question: str, evidence: Sequence[Evidence], document_of: DocumentOf) -> Reckoned | None:
    """Return what a question asks to be reckoned; None where it asks for no such thing or for which is open.

    Args:
        question: standing alone.
        evidence: at least one, best first.
        document_of: doc_id -> the stored document.
    """
    asked = readings(question)
    if not asked:
        return None
    best = evidence[0]
    own = [piece for piece in evidence if piece.passage.doc_id == best.passage.doc_id]
    chosen = _agreed(_made(asked, question, own, document_of), best)
    if chosen is None:
        return None
    others = [piece for piece in evidence if piece.passage.doc_id != best.passage.doc_id]
    near = [piece for piece in others if _is_near(question, piece, best)]
    return None if _rivalled(chosen, asked, question, near, document_of) else chosen


def _agreed(found: Sequence[Reckoned], best: Evidence) -> Reckoned | None:
    """Return the computation that uses the best evidence's row, else the one that all best fitting are."""
    own = [made for made in found if any(cell.row[0] <= best.start < cell.row[1] for cell in made.cells)]
    fits = own or [made for made in found if made.fit == max(each.fit for each in found)]
    return fits[0] if len({made.expression.text for made in fits}) == 1 else None


def _is_near(question: str, piece: Evidence, best: Evidence) -> bool:
    """Tell whether another document's evidence is nearly as good, and has the names that the best one has."""
    lacking = [len(missing_names(question, each.passage.search_text)) for each in (piece, best)]
    return piece.score >= RIVAL * best.score and lacking[0] <= lacking[1]


def _rivalled(
    chosen: Reckoned, asked: Sequence[Asked], question: str, near: Sequence[Evidence], document_of: DocumentOf
) -> bool:
    others = _made(asked, question, near, document_of)
    return any(
        other.fit >= chosen.fit and other.expression.text != chosen.expression.text for other in others
    )


def _made(
    asked: Sequence[Asked], question: str, evidence: Sequence[Evidence], document_of: DocumentOf
) -> list[Reckoned]:
    """Return what comes of each table that holds some of the evidence."""
    tables = dict.fromkeys(
        (piece.passage.doc_id, row.table)
        for piece in evidence
        if is_table_row(piece.text) and (row := row_at(document_of(piece.passage.doc_id).text, piece.start))
    )
    made = (_of_table(asked, question, document_of(doc_id), start) for doc_id, start in tables)
    return [found for found in made if found]


def _of_table(asked: Sequence[Asked], question: str, document: Document, start: int) -> Reckoned | None:
    table = table_of(document, start)
    made = (reckoned(one, question, table) for one in asked)
    return next((found for found in made if found), None)

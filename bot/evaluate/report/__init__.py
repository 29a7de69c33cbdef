"""report.html: a run as one page that opens from a file, asks for nothing, and can be printed.

    metrics, scores, predictions, gold -> head, figures, plots, comparison, questions -> report.html

page.py         the page, and writing it whole or not at all
figures.py      what was run, and every figure with its interval; words.py says what they mean
plots.py        the same as plots; charts.py draws each kind, drawing.py turns drawings into SVG
comparison.py   paired differences from another run
questions.py    a row for each question, failures first
markup.py       text into HTML, the only place where anything from outside becomes markup
"""

from bot.evaluate.report.page import write_report

__all__ = ["write_report"]

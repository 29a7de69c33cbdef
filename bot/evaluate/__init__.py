"""How well the bot does on a gold file: ask each question, keep what it said, measure that.

    gold file -> ask each -> predictions.jsonl -> scores.jsonl -> metrics.json -> table, report.html

gold/           the questions with their answers and evidence: reading, checking, proposing them
runs.py         the folder of a run: its settings, picking up where it stopped; lines.py its growing files
predict.py      asking; bar.py the progress of it
leave_out.py    asking again without the documents that answer
score.py        one question: a gold row and a prediction (scored.py) -> one value a measure (scores.py)
rankings.py     hits against what is relevant (relevance.py); citing.py citations against the same
promises.py     sentences cited, quotes exact, nothing made up
measures/       pure functions, each with its source
names.py        every measure by name, with its unit and which way is better
figures.py      scores -> figures with intervals, of all questions and by type; metrics.py all of metrics.json
gates.py        `--require`
compare.py      `--compare`: paired differences, questions that changed sides
trec.py         rankings and what is relevant as TREC files
table.py        metrics for a terminal; report/ the same and every question as a page
run.py          all of it in order: `bot evaluate`
kept.py         the runs that a home keeps, and two of them compared: what the page shows
"""

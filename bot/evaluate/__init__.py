"""How well the bot does on a gold file: ask each question, keep what it said, measure that.

gold.py      the questions with their answers and evidence
runs.py      the folder of a run: its settings, its predictions, picking up where it stopped
measures/    pure functions, each with its source
score.py     gold rows and predictions -> figures with intervals
run.py       all of it in order: `bot evaluate`
"""

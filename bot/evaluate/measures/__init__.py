"""The measures: pure functions of plain values, each with its source. They know nothing of files or models.

Every share and mean lies in [0, 1] and higher is better unless its name says otherwise.

retrieval.py    rankings against what is relevant
answers.py      answers against gold wordings
citations.py    citations against gold evidence, and sentences against what they cite
fabrication.py  facts that a sentence shows and its cited words lack
abstention.py   the confidence, and when the bot keeps silent
intervals.py    means with bootstrap intervals
"""

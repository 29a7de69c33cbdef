"""Documents -> a cited summary, and an account of what it leaves out. One straight line, in `summarizer.py`:

documents -> sections -> points (sentences with offsets) -> shortlist -> vectors -> salience
-> choice under a budget of words -> order of the source -> shorter forms -> cite
-> Summary with coverage and comparisons -> render

datatypes.py   Length, Point, Coverage, Comparison, Summary
reading.py     a name or path -> documents; what is not ingested is parsed and not stored
sections.py    a document -> sections that cover it, by headings or in even stretches
headings.py    what the headings over a section say of its weight
points.py      a section -> the sentences that can stand alone; standing.py says which do, and
transcript.py knows turns and their speakers
rows.py        the rows of a company's sales and net income
shortlist.py   of very many sentences those worth a vector, by their words alone
salience.py    how much a sentence matters; centrality.py is its power iteration
choice.py      which sentences go in: budget, spread, redundancy.py
wording.py     the words in which a chosen sentence is shown, and its citations
alike.py       the same said by another document, and the figures in which documents agree or differ
coverage.py    the share of each section in the document and in the summary
render.py      a Summary as JSON and as lines for a terminal
"""  # noqa: D400, D415 - the first line introduces the diagram

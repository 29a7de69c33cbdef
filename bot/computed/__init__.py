"""Answers that are reckoned from the cells of a table: what is asked, which cells, the sum, the wording."""

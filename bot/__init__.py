"""Cited answers from your own articles and filings, on your own machine. `python -m bot --help`."""

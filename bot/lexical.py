"""BM25 over the searched text of the passages: bm25s with Snowball stemming. In memory, rebuilt on change."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np

K1, B = 1.5, 0.75  # the usual middle of the literature's ranges; Robertson & Zaragoza 2009
_WORD = r"(?u)\b\w+(?:[.,]\d+)*\b"  # keeps 1,496.5 whole: in filings a number is a word


class LexicalIndex:
    """BM25 scores of a question for every passage.

    Source: Robertson & Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009; the
    variant is Lucene's (no negative idf).
    """

    def __init__(self, texts: Sequence[str]) -> None:
        import bm25s
        import Stemmer

        # it asks for debug lines, which any library that configures logging would then print
        logging.getLogger("bm25s").setLevel(logging.WARNING)
        self._stemmer = Stemmer.Stemmer("english")
        self._n_texts = len(texts)
        self._bm25 = bm25s.BM25(method="lucene", k1=K1, b=B)
        tokens = self._tokens(list(texts)) if texts else []
        self._empty = not any(tokens)
        if not self._empty:
            self._bm25.index(tokens, show_progress=False)

    def scores(self, question: str) -> np.ndarray:
        """Return (n,) float32, one BM25 score a passage in the order given: at least 0, higher is better."""
        terms = self._tokens([question])[0] if not self._empty else []
        known = [term for term in terms if term in self._bm25.vocab_dict] if terms else []
        if not known:
            return np.zeros(self._n_texts, dtype=np.float32)
        return np.asarray(self._bm25.get_scores(known), dtype=np.float32)

    def _tokens(self, texts: list[str]) -> list[list[str]]:
        import bm25s

        return bm25s.tokenize(
            texts,
            token_pattern=_WORD,
            stopwords="en",
            stemmer=self._stemmer,
            return_ids=False,
            show_progress=False,
        )

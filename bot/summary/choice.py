"""Salience -> which sentences go in, under a budget of words. After salience, before the order of the source.

Greedy: again and again the sentence of most worth, which is its salience less its likeness to what is chosen
(maximal marginal relevance, Carbonell & Goldstein, SIGIR 1998) and less for each sentence that its section
or its document has already. In a document of many sections the first choices are of different ones, and
each of several documents is chosen from before any is again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from bot.summary.datatypes import BUDGETS, Length, Point
from bot.summary.redundancy import Bigrams, bigrams, says_again

LIKENESS = 2.0  # what the cosine with the nearest chosen sentence costs, in standard deviations of salience
AGAIN = 0.5  # what each sentence of the same section costs
AGAIN_DOCUMENT = 0.6  # what each sentence of the same document costs, of several documents
MANY_SECTIONS = 10
DISTINCT = {Length.MEDIUM: 5, Length.LONG: 9}  # first choices, of as many sections
ROOM = 1.12  # of the budget may be filled
ENOUGH = 0.92  # of the budget: what is left is no sentence
ENOUGH_FOCUSED = 0.8  # what comes last has least to do with the focus
SHORT_SENTENCE = (15, 40)  # words of the one sentence of a short summary
LONGEST = {Length.MEDIUM: 40, Length.LONG: 45}  # words of one sentence, where others do
LONGEST_AT_ALL = 60
PINNED_WORDS = 100  # of the budget for each document: then its rows and its last section are in it
MOST_OF_DOCUMENT = 0.8  # a summary has at most this share of the words there are

Worded = Callable[[Point], str]


@dataclass
class _State:
    """What is chosen so far."""

    order: list[int] = field(default_factory=list)
    shown: list[Bigrams] = field(default_factory=list)
    n_words: int = 0
    starts: set[tuple[str, int]] = field(default_factory=set)  # (doc_id, start)
    places: Counter[int] = field(default_factory=Counter)
    documents: Counter[str] = field(default_factory=Counter)


def budget_words(length: Length, n_words: int) -> int:
    """Return how many words a summary is to have of documents of `n_words`, at least 1."""
    return max(1, min(BUDGETS[length], round(MOST_OF_DOCUMENT * n_words)))


class Chooser:
    """Chooses among points by salience; `worded` gives the words in which one would be shown."""

    def __init__(
        self, points: Sequence[Point], vectors: np.ndarray, scores: np.ndarray, *, worded: Worded
    ) -> None:
        self.points = points
        self.vectors = vectors  # (n, d) of unit length
        self.scores = scores  # (n,)
        self.worded = worded
        self.nearest = np.zeros(len(points))  # cosine with the nearest chosen sentence
        self.state = _State()
        first = {point.document.doc_id: i for i, point in reversed(list(enumerate(points)))}
        self.leads = frozenset(first.values())  # of each document, which may be long
        self.n_documents = len(first)

    def choose(self, length: Length, budget: int, *, focused: bool) -> list[int]:
        """Return the indices of the chosen points, in the order of choice.

        Where even the first sentence has more words than the budget it is chosen alone.
        """
        if length is Length.SHORT:
            return self._choose_one()
        if not focused and budget >= PINNED_WORDS * self.n_documents:
            self._pin_rows(budget)
            if length is Length.LONG:
                self._pin_last(budget)
        n_places = len({point.place for point in self.points})
        distinct = DISTINCT[length] if n_places >= MANY_SECTIONS and not focused else 0
        longest = LONGEST_AT_ALL if focused else LONGEST[length]
        enough = ENOUGH_FOCUSED if focused else ENOUGH
        while self.state.n_words < enough * budget:
            i = self._best(budget, distinct=distinct, longest=longest)
            if i is None and longest < LONGEST_AT_ALL:
                longest = LONGEST_AT_ALL  # no shorter one is left that fits
                continue
            if i is None and distinct:
                distinct = 0
                continue
            if i is None:
                break
            self._take(i)
        return self.state.order

    def _choose_one(self) -> list[int]:
        """Return the one sentence of most worth whose length fits, of too short ones rather a longer."""
        order = [i for i in np.argsort(-self.scores, kind="stable") if self._stands(self.points[i])]
        n_words = [len(self.worded(self.points[i]).split()) for i in order[:40]]
        least, most = SHORT_SENTENCE
        fitting = [i for i, n in zip(order, n_words, strict=False) if least <= n <= most]
        if fitting:
            return [int(fitting[0])]
        far = [abs(n - BUDGETS[Length.SHORT]) for n in n_words]
        return [int(order[int(np.argmin(far))])] if far else []

    def _pin_rows(self, budget: int) -> None:
        """Choose the rows of a company's result, as far as they leave most of the budget and differ."""
        for i, point in enumerate(self.points):
            fits = point.is_row and self.state.n_words + point.n_words <= budget / 2
            if fits and not self._is_told(point, point.plain):
                self._take(i)

    def _pin_last(self, budget: int) -> None:
        """Choose the weightiest sentence of each document's last section: what stands last is often meant so.

        Of several documents only as many as leave most of the budget.
        """
        last: dict[str, int] = {}
        for point in self.points:
            last[point.document.doc_id] = max(point.place, last.get(point.document.doc_id, 0))
        for place in sorted(last.values()):
            own = [i for i, point in enumerate(self.points) if point.place == place]
            own = [i for i in own if self._stands(self.points[i])]
            fitting = [i for i in own if self.points[i].n_words <= LONGEST[Length.LONG]]
            best = max(fitting, key=lambda i: self.scores[i], default=None)
            if best is not None and self.state.n_words + self.points[best].n_words <= budget / 3:
                self._take(best)

    def _best(self, budget: int, *, distinct: int, longest: int) -> int | None:
        """Return the point of most worth that may be added, None where there is none."""
        for i in np.argsort(-self._worth(), kind="stable"):
            point = self.points[i]
            if i in self.state.order or not self._stands(point):
                continue
            if point.n_words > longest and i not in self.leads:
                continue
            if not self._is_new_enough(point, distinct):
                continue
            shown = self.worded(point) if self._may_fit(point, budget) else point.plain
            fits = self.state.n_words + len(shown.split()) <= ROOM * budget or not self.state.order
            if fits and not self._is_told(point, shown):
                return int(i)
        return None

    def _stands(self, point: Point) -> bool:
        """Tell whether a point stands alone or the one that it leans on is chosen; rows are chosen apart."""
        if point.is_row:
            return False
        return point.after is None or (point.document.doc_id, point.after) in self.state.starts

    def _is_new_enough(self, point: Point, distinct: int) -> bool:
        """Tell whether a point is of a section and a document not chosen from, as long as it has to be."""
        if len(self.state.documents) < self.n_documents and self.state.documents[point.document.doc_id]:
            return False
        return len(self.state.places) >= distinct or not self.state.places[point.place]

    def _may_fit(self, point: Point, budget: int) -> bool:
        """Tell whether a point may fit once it is shortened, which at most halves it."""
        return self.state.n_words + point.n_words / 2 <= ROOM * budget

    def _is_told(self, point: Point, shown: str) -> bool:
        return any(says_again(bigrams(text), self.state.shown) for text in {shown, point.text})

    def _worth(self) -> np.ndarray:
        places = np.array([self.state.places[point.place] for point in self.points], np.float64)
        documents = np.array([self.state.documents[p.document.doc_id] for p in self.points], np.float64)
        worth = self.scores - LIKENESS * self.nearest - AGAIN * places
        return worth - AGAIN_DOCUMENT * documents if self.n_documents > 1 else worth

    def _take(self, i: int) -> None:
        point = self.points[i]
        shown = self.worded(point)
        self.state.order.append(i)
        self.state.starts.add((point.document.doc_id, point.start))
        self.state.shown += [bigrams(shown), bigrams(point.text)]
        self.state.n_words += len(shown.split())
        self.state.places[point.place] += 1
        self.state.documents[point.document.doc_id] += 1
        self.nearest = np.maximum(self.nearest, self.vectors @ self.vectors[i])

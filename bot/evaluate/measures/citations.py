"""Citations against gold evidence, and against what they are cited for: pure functions of plain values.

All return (part, whole) counts, so that figures over many answers are sums of parts over sums of wholes;
(0, 0) where a measure is not defined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from bot.verify import SUPPORTED

Span = tuple[str, int, int]  # doc_id, and the half-open range [start, end) of characters of its text
Counts = tuple[int, int]
CitedSentence = tuple[str, Sequence[str]]  # a sentence without markers, and what each of its citations cites
Support = Callable[[str, str], float]  # (claim, cited words) -> [0, 1]: `bot.verify.Verifier.support`


def citation_recall(cited: Iterable[Span], gold: Iterable[Span]) -> Counts:
    """Return how many gold spans any cited slice overlaps, of how many; equal spans count once.

    Where gold names a document and no words in it, its span is the whole text.
    Source: recall as in van Rijsbergen, Information Retrieval, 1979; a hit by overlap.
    Example: cited d[0:5]; gold d[4:9], d[20:30] -> (1, 2)
    """
    return _overlapped(set(gold), set(cited))


def citation_precision(cited: Iterable[Span], gold: Iterable[Span]) -> Counts:
    """Return how many cited slices overlap any gold span, of how many; equal slices count once.

    Source: as `citation_recall`.
    Example: cited d[0:5], d[5:9]; gold d[4:5] -> (1, 2)
    """
    return _overlapped(set(cited), set(gold))


def support_recall(
    sentences: Iterable[CitedSentence], support: Support, *, threshold: float = SUPPORTED
) -> Counts:
    """Return how many sentences are supported by all they cite taken together, of how many.

    A sentence that cites nothing is not supported.
    Source: Gao et al., Enabling Large Language Models to Generate Text with Citations, EMNLP 2023, section 3
    (citation recall, ALCE); the verifier is ours in place of their entailment model.
    """
    supported = [_is_supported(text, cited, support, threshold) for text, cited in sentences]
    return sum(supported), len(supported)


def support_precision(
    sentences: Iterable[CitedSentence], support: Support, *, threshold: float = SUPPORTED
) -> Counts:
    """Return how many citations are to the point, of how many.

    One is where its sentence is supported by all it cites, and either the citation alone supports it or the
    others without it do not. The same words cited twice are two citations.
    Source: Gao et al. 2023, section 3 (citation precision, ALCE).
    """
    n_relevant, n_citations = 0, 0
    for text, cited in sentences:
        n_citations += len(cited)
        if _is_supported(text, cited, support, threshold):
            others = [[*cited[:i], *cited[i + 1 :]] for i in range(len(cited))]
            n_relevant += sum(
                _is_supported(text, [words], support, threshold)
                or not _is_supported(text, rest, support, threshold)
                for words, rest in zip(cited, others, strict=True)
            )
    return n_relevant, n_citations


def _is_supported(text: str, cited: Sequence[str], support: Support, threshold: float) -> bool:
    return bool(cited) and support(text, "\n".join(cited)) >= threshold


def _overlapped(spans: Iterable[Span], others: Iterable[Span]) -> Counts:
    """Return how many spans share a character with any of the others, of how many."""
    known = list(others)
    hit = [
        any(doc == other and max(start, a) < min(end, b) for other, a, b in known)
        for doc, start, end in spans
    ]
    return sum(hit), len(hit)

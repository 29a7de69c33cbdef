"""How well is a false claim told from a true one? `python -m benchmarks.support [--read N] [--write]`.

Balanced accuracy and AUROC on SummEdits, claims against their whole texts. Weights and thresholds come from
folds without the claim's document; the intervals are over documents. With `--read` the encoder and the
language model are measured on a seeded sample of N claims too: they are too slow for all of them.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.machine import command, machine, today, write_result
from benchmarks.train_verifier import (
    KEPT,
    N_FOLDS,
    SEED,
    Claim,
    Rows,
    balanced,
    cross_validated,
    fit,
    made_up,
    rows,
    summedits,
)
from bot.cli import quiet_libraries
from bot.evaluate.measures.intervals import bootstrap
from bot.language_model import LanguageModel
from bot.support import FEATURES, SupportVerifier, covered, nearest
from bot.verify import SUPPORTED, WordingVerifier

GROUPS = {
    "numbers": ("missing_values", "missing_numbers"),
    "names": ("missing_names",),
    "negations": ("new_negation", "lost_negation"),
    "opposites and like senses": ("turned_round", "reworded"),
    "words that are not there": ("uncovered",),
}
DOMAINS = {"news": "news", "ectsum": "calls", "qmsumm": "meetings"}
N_TIMED = 100
Scores = tuple[np.ndarray, np.ndarray]  # (n,) figures, higher is better; (n,) bool said to be supported


def main() -> None:
    """Measure, print, and write with --write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.support", description=__doc__)
    parser.add_argument("--read", type=int, default=0, metavar="N", help="claims that the models read")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/support.md")
    options = parser.parse_args()
    quiet_libraries()
    claims = summedits()
    edited, made = rows(claims), rows(made_up())
    lines = [*head(edited), *whole_set(claims, edited, made), *by_kind(edited, made)]
    if options.read:
        lines += sample(claims, edited, made, options.read)
    lines += speed(claims)
    text = "\n".join(lines) + "\n"
    print(text)
    if options.write:
        write_result("support", text)


def head(edited: Rows) -> list[str]:
    """Return the title and what was measured."""
    n_documents = len(set(edited.group.tolist()))
    return [
        "# Is a claim supported?", "",
        f"`{command('benchmarks.support')}`, {today()}, {machine()}.",
        f"SummEdits, development half (Apache-2.0, see ../data.md): {len(edited.y)} claims about "
        f"{n_documents} texts, {edited.y.mean():.2f} of them supported.",
        f"Weights and thresholds from {N_FOLDS} folds that leave the claim's document out; a claim counts as "
        "supported from a figure of 0.5 on, for single scores from the threshold that was best on the other "
        "folds. 95 % percentile bootstrap intervals over documents (1,000 resamples, seeded).",
        "Which features there are, and what COVERED, N_NEAR and MADE_SHARE are, was decided on these very "
        "claims, so the figures of the whole are a little too good. The list of opposites was written after "
        "reading fourteen of the claims and before anything was measured; irregular verb forms later.",
    ]  # fmt: skip


def whole_set(claims: Sequence[Claim], edited: Rows, made: Rows) -> list[str]:
    """Return the table of every row that needs no model, on all claims."""
    strict = np.array([WordingVerifier().support(claim, " ".join(s)) for claim, s, *_ in claims])
    share = np.array([covered(claim, " ".join(s)) for claim, s, *_ in claims])
    found: dict[str, Scores] = {
        "always supported": (np.ones(len(strict)), np.ones(len(strict), bool)),
        f"strict check of wording, from {SUPPORTED} on": (strict, strict >= SUPPORTED),
        "share of stems that the text has": thresholded(share, edited),
    }
    for name, used in GROUPS.items():
        found[f"only {name}"] = fitted(edited, made, used)
    for name, used in GROUPS.items():
        found[f"all but {name}"] = fitted(edited, made, [f for f in FEATURES if f not in used])
    found["all"] = fitted(edited, made, FEATURES)
    return ["", "## All claims", "", *table(found, edited)]


def by_kind(edited: Rows, made: Rows) -> list[str]:
    """Return what the whole does by domain, and on claims that we made ourselves, left out by document."""
    figures, said = fitted(edited, made, FEATURES)
    found = ["", "## By domain", "", "| domain | documents | n | balanced accuracy | AUROC |"]
    found.append("|---|---|---|---|---|")
    for kind, name in DOMAINS.items():
        here = edited.kind == kind
        part = edited.chosen(here)
        n_documents, shown = len(set(part.group.tolist())), cells((figures[here], said[here]), part)
        found.append(f"| {name} | {n_documents} | {here.sum()} | {shown} |")
        elsewhere = fit(edited.chosen(~here), made).probability(part.x)
        shown = cells((elsewhere, elsewhere >= 0.5), part)
        found.append(f"| {name}, weights without it | {n_documents} | {here.sum()} | {shown} |")
    rated = cross_validated(made, lambda part: fit(edited, part))
    found += ["", "## Claims made from single sentences, against three sentences", ""]
    found += ["Of the weights alone: the verifier gives a claim that is one of the sentences a 1.", ""]
    found += ["| claim | n | is supported | mean figure | called supported |", "|---|---|---|---|---|"]
    for kind in sorted(set(made.kind.tolist())):
        mine = rated[made.kind == kind]
        yes = "yes" if kind in KEPT else "no"
        found.append(f"| {kind} | {len(mine)} | {yes} | {mine.mean():.2f} | {np.mean(mine >= 0.5):.2f} |")
    return found


def sample(claims: Sequence[Claim], edited: Rows, made: Rows, n: int) -> list[str]:
    """Return what the encoder and the language model tell, on a seeded sample of claims."""
    chosen = sorted(random.Random(SEED).sample(range(len(claims)), min(n, len(claims))))
    here = np.isin(np.arange(len(claims)), chosen)
    part = edited.chosen(here)
    read = read_by_models([claims[i] for i in chosen])
    figures, said = fitted(edited, made, FEATURES)
    found = {name: thresholded(scores, part) for name, scores in read.items()}
    found["all of the features above"] = (figures[here], said[here])
    for name, scores in read.items():
        # both in units of their deviation over the sample: does it add anything that orders better?
        joined = figures[here] / figures[here].std() + 0.5 * scores / scores.std()
        found[f"the same and half as much of: {name}"] = thresholded(joined, part)
    return ["", f"## What models add, a sample of {len(chosen)} claims", "", *table(found, part)]


def read_by_models(claims: Sequence[Claim]) -> dict[str, np.ndarray]:
    """Return scores (n,) by name: cosine, and how much likelier the nearest sentences make a claim."""
    from bot.embed import SentenceTransformerEncoder
    from bot.weights import BUNDLED_GENERATOR, generator_folder

    encoder, model = SentenceTransformerEncoder(), LanguageModel(generator_folder(), BUNDLED_GENERATOR)
    cosine, mean, worst = [], [], []
    for i, (claim, sentences, *_) in enumerate(claims):
        near = [sentences[j] for j in sorted(nearest(claim, sentences))]
        vectors = encoder.encode_passages([claim, " ".join(near)])
        cosine.append(float(vectors[0] @ vectors[1]))
        gains = word_gains(model, claim, " ".join(near))
        mean.append(float(gains.mean()))
        worst.append(float(gains.min()))
        sys.stderr.write(f"\r{i + 1}/{len(claims)} ")
    return {
        "cosine with the nearest three sentences": np.array(cosine),
        "mean gain of likelihood from them": np.array(mean),
        "the least gain of a word": np.array(worst),
    }


def word_gains(model: LanguageModel, claim: str, cited: str) -> np.ndarray:
    """Return (words,) nats: by how much evidence makes each word of a claim likelier."""
    ending = model.token_ids("\n\nIn short:")
    words = [model.token_ids(f" {word}") for word in claim.split()]
    ids = [token for word in words for token in word]
    with_it = token_log_p(model, model.token_ids(cited)[:400] + ending, ids)
    without = token_log_p(model, ending, ids)
    cuts = np.cumsum([len(word) for word in words])[:-1]
    return np.array([part.sum() for part in np.split(with_it - without, cuts)])


def token_log_p(model: LanguageModel, prefix: list[int], continuation: list[int]) -> np.ndarray:
    """Return (c,) natural-log probabilities of the continuation's tokens."""
    import torch

    with torch.inference_mode():
        hidden = model.model.model(input_ids=torch.tensor([prefix + continuation]), use_cache=False)[0]
        logits = (
            hidden[0, len(prefix) - 1 : -1].float() @ model.model.lm_head.weight.float().T
        )  # (c, vocabulary)
    return logits.log_softmax(-1).gather(1, torch.tensor(continuation)[:, None])[:, 0].numpy()


def fitted(edited: Rows, made: Rows, used: Sequence[str]) -> Scores:
    """Return the figures of weights that use some features only, each from folds without the document."""
    figures = cross_validated(edited, lambda part: fit(part, made, used))
    return figures, figures >= 0.5


def thresholded(scores: np.ndarray, rated: Rows) -> Scores:
    """Return scores with what they say by the threshold that was best on the other folds."""
    documents = sorted(set(rated.group.tolist()))
    random.Random(SEED).shuffle(documents)
    said = np.zeros(len(scores), bool)
    for fold in range(N_FOLDS):
        held_out = np.isin(rated.group, documents[fold::N_FOLDS])
        known, y = scores[~held_out], rated.y[~held_out]
        cuts = np.unique(np.quantile(known, np.linspace(0.02, 0.98, 49)))
        said[held_out] = scores[held_out] >= max(cuts, key=lambda cut: balanced(y, known >= cut))
    return scores, said


def table(found: dict[str, Scores], rated: Rows) -> list[str]:
    """Return a Markdown table, a row for each way to say it."""
    shown = [f"| {name} | {len(rated.y)} | {cells(scores, rated)} |" for name, scores in found.items()]
    return ["| by | n | balanced accuracy | AUROC |", "|---|---|---|---|", *shown]


def cells(scores: Scores, rated: Rows) -> str:
    """Return balanced accuracy and AUROC with their intervals over documents."""
    estimate = bootstrap(over_documents(scores, rated), len(set(rated.group.tolist())))
    return " | ".join(
        f"{value:.3f} [{low:.3f}, {high:.3f}]"
        for value, low, high in zip(estimate.values, estimate.low, estimate.high, strict=True)
    )


def over_documents(scores: Scores, rated: Rows) -> Callable[[np.ndarray], np.ndarray]:
    """Return the statistic (b, documents) multiplicities -> (b, 2): balanced accuracy, AUROC."""
    figures, said = scores
    member = (rated.group[:, None] == np.unique(rated.group)[None]).astype(float)  # (n, documents)
    true, false = member[rated.y], member[~rated.y]
    above = (figures[rated.y][:, None] > figures[~rated.y][None]).astype(float)
    above += (figures[rated.y][:, None] == figures[~rated.y][None]) / 2
    pairs = true.T @ above @ false  # (documents, documents): pairs in the right order
    right_true, right_false = said[rated.y] @ true, (~said[~rated.y]) @ false

    def statistic(times: np.ndarray) -> np.ndarray:
        n_true, n_false = times @ true.sum(0), times @ false.sum(0)
        rate = (times @ right_true / n_true + times @ right_false / n_false) / 2
        return np.stack([rate, ((times @ pairs) * times).sum(1) / (n_true * n_false)], axis=1)

    return statistic


def speed(claims: Sequence[Claim]) -> list[str]:
    """Return how long a claim takes."""
    verifier = SupportVerifier()
    spent: dict[str, list[float]] = {"three sentences": [], "its whole text": []}
    for claim, sentences, *_ in random.Random(SEED).sample(list(claims), N_TIMED):
        for name, evidence in (("three sentences", sentences[:3]), ("its whole text", sentences)):
            started = time.perf_counter()
            verifier.support_by(claim, evidence)
            spent[name].append((time.perf_counter() - started) * 1000)
    found = ["", f"## Speed, {N_TIMED} claims", "", "| against | p50, ms | p95, ms |", "|---|---|---|"]
    return found + [
        f"| {name} | {np.quantile(ms, 0.5):.1f} | {np.quantile(ms, 0.95):.1f} |" for name, ms in spent.items()
    ]


if __name__ == "__main__":
    main()

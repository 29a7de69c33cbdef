"""The graded verifier: what lowers a figure, what does not, and evidence of every length."""

from __future__ import annotations

import json

import pytest

from bot.support import FEATURES, SIGNS, WEIGHTS, SupportVerifier, features, load_weights, nearest
from bot.verify import Verifier

CITED = (
    "The Vik ferry company carried 1,200 passengers in May. Its profit rose to $3 million. No boat was lost."
)


def support(claim: str, cited: str = CITED) -> float:
    return SupportVerifier().support(claim, cited)


def test_it_is_a_verifier():
    verifier: Verifier = SupportVerifier()
    assert verifier.support("Its profit rose to $3 million.", CITED) == 1.0


@pytest.mark.parametrize(
    "claim",
    [
        "The Vik ferry company carried 1,300 passengers in May.",  # a number
        "The Oslo ferry company carried 1,200 passengers in May.",  # a name
        "Profit of the company fell to $3 million.",  # an opposite
        "Owls sing at night in northern woods.",  # something else
    ],
)
def test_what_the_evidence_does_not_say_has_less_than_a_half(claim):
    assert support(claim) < 0.5


def test_a_negation_that_the_nearest_sentences_lack_has_less_than_a_half():
    assert support("Profit did not rise.", "Profit rose. Passengers came.") < 0.5


@pytest.mark.parametrize(
    "claim",
    [
        "The Vik ferry company carried 1,200 passengers.",
        "Profit of the ferry company grew to three million dollars.",
        "In May the Vik ferry company carried 1200 passengers and no boat was lost.",
    ],
)
def test_a_paraphrase_that_keeps_the_facts_has_more_than_a_half(claim):
    assert 0.5 < support(claim) < 1.0


def test_a_comparison_is_checked_against_sentences_of_two_documents():
    verifier = SupportVerifier()
    claim = "Acme paid $5 and Apex paid $7."
    both = verifier.support_by(claim, ["Acme paid $5 for it.", "Apex paid $7."])
    assert both > 0.5 > verifier.support_by(claim, ["Acme paid $5 for it."])


@pytest.mark.parametrize(("claim", "cited"), [("", CITED), (" \n", CITED), ("It rose.", ""), ("", "")])
def test_nothing_is_not_supported(claim, cited):
    assert support(claim, cited) == 0.0


def test_white_space_makes_no_difference():
    assert support("Its  profit\nfell.") == support("Its profit fell.")


def test_the_sentences_compared_with_cover_the_claim_and_the_one_with_most_of_it_is_first():
    sentences = ["Owls sing.", "Sales rose.", "Rain fell on Vik.", "Rain fell in Vik and sales rose."]
    assert nearest("Rain fell in Vik and sales rose.", sentences)[0] == 3
    assert nearest("Anything", []) == []


def test_every_feature_is_at_least_0_and_a_copy_has_none():
    assert features("Its profit rose.", ["Its profit rose."]).tolist() == [0.0] * len(FEATURES)
    assert (features("Acme did not pay $7 in 1999.", ["Owls sing."]) >= 0).all()


def test_the_weights_that_are_shipped_count_in_the_allowed_direction():
    weights = load_weights()
    assert all(w * sign >= 0 for w, sign in zip(weights.weights, SIGNS.values(), strict=True))
    assert set(json.loads(WEIGHTS.read_text(encoding="utf-8"))["weights"]) == set(FEATURES)
    assert "train_verifier" in weights.provenance


def test_a_long_text_takes_less_than_a_second():
    import time

    started = time.perf_counter()
    assert 0.0 < support("The Vik ferry company carried 1,200 passengers.", CITED * 80) < 1.0
    assert time.perf_counter() - started < 1.0

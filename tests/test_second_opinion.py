"""A larger model's view of whether a text states the answer moves the confidence, by how sure it is."""

import math

import numpy as np
import pytest

from bot.errors import ContextOverflow
from bot.second_opinion import MOST_NATS, WEIGHT, SecondOpinion


class Opinionated:
    """A model that says yes with the given log odds, and keeps what it was asked."""

    name = "opinionated"

    def __init__(self, log_odds):
        self.log_odds = log_odds
        self.asked = []

    def token_ids(self, text):
        """Return the one token of each spelling."""
        return [{"yes": 0, "Yes": 1, "no": 2, "No": 3}[text]]

    def chat_ids(self, messages):
        """Keep the messages."""
        self.asked.append(messages)
        return [0]

    def next_token(self, prompt):
        """Share the chance of yes, and that of no, between their two spellings."""
        chance = 1 / (1 + math.exp(-self.log_odds))
        return np.log([chance / 4, chance * 3 / 4, (1 - chance) / 2, (1 - chance) / 2])


@pytest.mark.parametrize("log_odds", [-2.0, 0.0, 1.5])
def test_log_odds_join_both_spellings(log_odds):
    assert SecondOpinion(Opinionated(log_odds)).log_odds("Who?", "Ada.") == pytest.approx(log_odds)


@pytest.mark.parametrize(("log_odds", "counted"), [(2.0, 2.0), (-2.0, -2.0), (20.0, MOST_NATS), (0.0, 0.0)])
def test_the_confidence_moves_by_a_share_of_the_log_odds(log_odds, counted):
    """A confidence of a half has log odds 0."""
    moved = SecondOpinion(Opinionated(log_odds)).confidence(0.5, "Who?", "Ada.")
    assert math.log(moved / (1 - moved)) == pytest.approx(WEIGHT * counted)


def test_a_certainty_is_not_asked_about():
    model = Opinionated(3.0)
    assert [SecondOpinion(model).confidence(p, "Who?", "Ada.") for p in (0.0, 1.0)] == [0.0, 1.0]
    assert not model.asked


def test_who_cannot_read_so_much_has_no_opinion():
    class Short(Opinionated):
        def next_token(self, prompt):
            """Refuse."""
            raise ContextOverflow("too long")

    assert SecondOpinion(Short(3.0)).confidence(0.4, "Who?", "Ada.") == 0.4


def test_the_words_of_a_text_are_only_filled_in():
    model = Opinionated(0.0)
    SecondOpinion(model).log_odds("What cost $5?", "A $question of $text.")
    assert "A $question of $text." in model.asked[0][-1].content

"""Gold questions: reading them, saying what is wrong with them, proposing them. Before anything is asked."""

from bot.evaluate.gold.files import Gold, read_gold, sample
from bot.evaluate.gold.rows import GoldEvidence, GoldRow

__all__ = ["Gold", "GoldEvidence", "GoldRow", "read_gold", "sample"]

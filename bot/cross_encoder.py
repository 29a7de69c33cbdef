"""A claim against its evidence by a model folder of the user's: a natural-language-inference cross-encoder.

It takes the place of the learned weights of `support`. The folder is read from this machine only, as
safetensors, and no code of its own is run; which output means entailment is read from its settings.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from bot.errors import ModelRefused
from bot.left_out import note
from bot.pair_model import PairModel
from bot.weights import verifier_folder

ENTAILMENT = ("entailment", "entail", "supported", "consistent")  # how folders spell the label, any case


class CrossEncoderVerifier:
    """Support as the probability of entailment, under a sequence classification model in a local folder."""

    def __init__(self, name: str) -> None:
        """Find the folder and its entailment label; the weights are loaded at first use.

        Raises:
            ModelNotFound: there is no such folder.
            ModelRefused: it holds no safetensors, or no label that says entailment.
        """
        self.folder = verifier_folder(name)
        self.name = name
        self.entailment = entailment_index(self.folder)
        self.model = PairModel(self.folder, name)

    def support(self, claim: str, cited: str) -> float:
        """See `Verifier.support`: the probability that `cited` entails `claim`; 0 for an empty claim.

        Evidence that is too long is cut at its end, the claim never.
        """
        if not claim.strip():
            return 0.0
        logits, (n_unread,) = self.model.read([(cited, claim)], truncation="only_first")
        note(self.model.label, "evidence", cited, n_unread)
        of_labels = np.exp(logits[0] - np.logaddexp.reduce(logits[0]))
        return float(1 / (1 + np.exp(-logits[0, 0])) if len(of_labels) == 1 else of_labels[self.entailment])

    def warm(self) -> None:
        """Load tokenizer and weights, if they are not loaded yet.

        Raises:
            ModelRefused: they are damaged, or the weights lack what a classifier needs.
        """
        self.model.warm()


def entailment_index(folder: Path) -> int:
    """Return which output of a classification model means entailment, by the names in its config.json.

    A label that says "not entailment" or the like does not count.

    Raises:
        ModelRefused: config.json is missing or damaged, or none or several of its labels say entailment.
    """
    try:
        labels = json.loads((folder / "config.json").read_text(encoding="utf-8"))["id2label"]
        named = {int(index): str(label).strip() for index, label in labels.items()}
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise ModelRefused(
            f"{str(folder)!r} has no config.json with an id2label: expected a sequence classification model"
        ) from error
    found = [index for index, label in named.items() if label.lower() in ENTAILMENT]
    if len(found) != 1:
        raise ModelRefused(
            f"{str(folder)!r} has the labels {', '.join(map(repr, named.values()))}: expected exactly one "
            "that says 'entailment', as a model of natural language inference has"
        )
    return found[0]

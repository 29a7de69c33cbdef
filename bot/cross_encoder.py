"""A claim against its evidence by a model folder of the user's: a natural-language-inference cross-encoder.

It takes the place of the learned weights of `support`. The folder is read from this machine only, as
safetensors, and no code of its own is run; which output means entailment is read from its settings.
"""

from __future__ import annotations

import json
import threading
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import ModelRefused, in_short
from bot.weights import verifier_folder

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

MAX_TOKENS = 512  # of evidence and claim together; longer evidence is cut at its end, the claim never
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
        self._lock = threading.Lock()  # one forward pass at a time: two would only share the same cores

    def support(self, claim: str, cited: str) -> float:
        """See `Verifier.support`: the probability that `cited` entails `claim`; 0 for an empty claim."""
        import torch

        if not claim.strip():
            return 0.0
        with self._lock, torch.inference_mode():
            pair = self.tokenizer(
                cited, claim, truncation="only_first", max_length=self.max_tokens, return_tensors="pt"
            )
            logits = self.model(**pair).logits[0].float()
        p = logits.sigmoid()[0] if len(logits) == 1 else logits.softmax(-1)[self.entailment]
        return float(p)

    def warm(self) -> None:
        """Load tokenizer and weights, if they are not loaded yet.

        Raises:
            ModelRefused: they are damaged, or the weights lack what a classifier needs.
        """
        with self._lock:
            _ = self.tokenizer, self.model

    @cached_property
    def tokenizer(self) -> PreTrainedTokenizerBase:
        """The folder's own tokenizer."""
        from transformers import AutoTokenizer

        try:
            return AutoTokenizer.from_pretrained(self.folder, local_files_only=True, trust_remote_code=False)
        except Exception as error:  # the readers of the formats raise a dozen kinds
            raise self._unreadable("tokenizer", error) from error

    @cached_property
    def model(self) -> PreTrainedModel:
        """The weights, in evaluation mode. A head that is not in the file would be random: it is refused."""
        from transformers import AutoModelForSequenceClassification

        try:
            model, told = AutoModelForSequenceClassification.from_pretrained(
                self.folder,
                local_files_only=True,
                trust_remote_code=False,
                use_safetensors=True,
                output_loading_info=True,
            )
        except Exception as error:  # likewise
            raise self._unreadable("weights", error) from error
        if told["missing_keys"]:
            raise ModelRefused(
                f"{self.name!r} lacks {', '.join(sorted(told['missing_keys']))}: expected a model trained to "
                "classify, not a base model"
            )
        return model.eval()

    def _unreadable(self, part: str, error: Exception) -> ModelRefused:
        reason = in_short(error)
        return ModelRefused(
            f"the {part} in {self.name!r} could not be read: {type(error).__name__}: {reason}"
        )

    @cached_property
    def max_tokens(self) -> int:
        """How many tokens of evidence and claim are read."""
        return min(MAX_TOKENS, int(getattr(self.model.config, "max_position_embeddings", MAX_TOKENS)))


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

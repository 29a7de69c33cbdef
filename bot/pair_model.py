"""A model folder of the user's that reads two texts at once: a cross-encoder, whatever it is trained to say.

The folder is read as safetensors only, and no code of its own is run. Behind the verifier of
`cross_encoder` and the reranker of `rerank`.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bot.errors import ModelRefused, in_short

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

MAX_TOKENS = 512  # of both texts together: what such models are trained on


class PairModel:
    """A sequence classification model in a local folder, loaded at first use."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.name = name
        self._lock = threading.Lock()  # one forward pass at a time: two would only share the same cores

    def read(
        self, pairs: Sequence[tuple[str, str]], *, truncation: str = "longest_first"
    ) -> tuple[np.ndarray, list[int]]:
        """Return (n, labels) float64 logits of n pairs, n > 0, and how many tokens of each were not read.

        `truncation`: which text is cut, as transformers names it.
        """
        import torch

        firsts, seconds = (list(texts) for texts in zip(*pairs, strict=True))
        with self._lock, torch.inference_mode():
            whole = self.tokenizer(firsts, seconds, truncation=False)["input_ids"]
            batch = self.tokenizer(
                firsts, seconds, truncation=truncation, max_length=self.max_tokens, padding=len(pairs) > 1,
                return_tensors="pt",
            )  # fmt: skip
            logits = self.model(**batch).logits.double().numpy()
        return logits, [max(0, len(ids) - self.max_tokens) for ids in whole]

    def warm(self) -> None:
        """Load tokenizer and weights, if they are not loaded yet.

        Raises:
            ModelRefused: they are damaged, or lack what reading several pairs at once needs.
        """
        with self._lock:
            _ = self.model
            if self.tokenizer.pad_token is None:
                raise ModelRefused(
                    f"the tokenizer in {self.name!r} has no pad_token, and pairs are read several at a time: "
                    "name one in its tokenizer_config.json, as the model was trained"
                )

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

    @property
    def label(self) -> str:
        """Its name as it is shown: of a path the last part."""
        return Path(self.name).name

    @property
    def n_labels(self) -> int:
        """How many things it says of a pair."""
        return int(self.model.config.num_labels or 0)

    def n_tokens(self, text: str) -> int:
        """Count the tokens of one text, those that frame it included."""
        return len(self.tokenizer(text, truncation=False)["input_ids"])

    @cached_property
    def max_tokens(self) -> int:
        """How many tokens of both texts are read."""
        stated = int(getattr(self.model.config, "max_position_embeddings", MAX_TOKENS))
        return min(MAX_TOKENS, stated - _first_position(self.model), int(self.tokenizer.model_max_length))

    def _unreadable(self, part: str, error: Exception) -> ModelRefused:
        reason = in_short(error)
        return ModelRefused(
            f"the {part} in {self.name!r} could not be read: {type(error).__name__}: {reason}"
        )


def _first_position(model: PreTrainedModel) -> int:
    """Return which position a text begins at: RoBERTa and its like count on from the padding's."""
    tables = [part for name, part in model.named_modules() if name.endswith("position_embeddings")]
    padding = getattr(tables[0], "padding_idx", None) if tables else None
    return 0 if padding is None else int(padding) + 1

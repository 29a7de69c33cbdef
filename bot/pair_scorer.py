"""A question and a sentence, read together -> how well the sentence answers. Part of evidence.

The bundled encoder, of whatever encoder a collection is embedded with, with low-rank adapters in its upper
layers (Hu et al., LoRA, 2021) and a linear head over the two texts as it reads them in each other's presence.
The adapters are in `evidence_pairs.safetensors`; `benchmarks/pair_scorer.py` learned them.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from bot.errors import ModelRefused
from bot.left_out import note
from bot.weights import BUNDLED_ENCODER, encoder_folder, file_sha256

ADAPTER = Path(__file__).with_name("evidence_pairs.safetensors")
RANK = 16
FIRST_LAYER = 2  # of six: those below stay as they are
MAX_TOKENS = 256  # of question and sentence


class PairScorer:
    """Scores sentences for a question; the weights are loaded at first use."""

    def __init__(self, adapter: Path = ADAPTER) -> None:
        self.adapter = adapter
        self._pairs: Pairs | None = None
        self._loading = threading.Lock()

    def logits(self, question: str, texts: Sequence[str]) -> np.ndarray:
        """Return (n,) float64, higher answers better; what is beyond MAX_TOKENS is noted.

        Raises:
            ModelNotFound, ModelRefused: see `warm`.
        """
        if not texts:
            return np.zeros(0)
        pairs = self.warm()
        with torch.inference_mode():
            found = pairs.logits([(question, text) for text in texts])
        for text, n_unread in zip(texts, pairs.unread, strict=True):
            note(Path(BUNDLED_ENCODER).name, "question with passage", f"{question}\n{text}", n_unread)
        return found.double().numpy()

    def warm(self) -> Pairs:
        """Load encoder and adapters, if they are not loaded yet.

        Raises:
            ModelNotFound: the bundled encoder's package is not installed.
            ModelRefused: the adapters are missing or damaged, or belong to another encoder.
        """
        with self._loading:
            if self._pairs is None:
                network = PairNetwork()
                read_adapter(network, self.adapter)
                self._pairs = Pairs(network.eval())
            return self._pairs


class Adapted(nn.Module):
    """A linear layer that stays as it is, plus a product of two small matrices that is learned."""

    def __init__(self, base: nn.Linear) -> None:
        super().__init__()
        self.base = base
        self.down = nn.Parameter(torch.randn(RANK, base.in_features) * base.in_features**-0.5)
        self.up = nn.Parameter(torch.zeros(base.out_features, RANK))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return (..., out_features) for (..., in_features)."""
        return self.base(x) + (x @ self.down.T.to(x.dtype)) @ self.up.T.to(x.dtype)


class PairNetwork(nn.Module):
    """Question and sentence, read together -> how well the sentence answers; at first, as alike they are."""

    def __init__(self, dtype: torch.dtype = torch.float32) -> None:
        from transformers import AutoModel

        super().__init__()
        self.encoder = AutoModel.from_pretrained(str(encoder_folder())).to(dtype).requires_grad_(False)
        for layer in list(self.encoder.encoder.layer)[FIRST_LAYER:]:
            attention = layer.attention
            for name in ("query", "key", "value"):
                setattr(attention.self, name, Adapted(getattr(attention.self, name)))
            for owner in (attention.output, layer.intermediate, layer.output):
                owner.dense = Adapted(owner.dense)
        width = self.encoder.config.hidden_size
        self.product = nn.Parameter(torch.full((width,), 12.0))
        self.first = nn.Parameter(torch.zeros(width))
        self.bias = nn.Parameter(torch.tensor(-6.0))
        self.none = nn.Parameter(torch.tensor(0.0))  # of "no sentence answers", while it learns

    def forward(self, ids: torch.Tensor, types: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return (n,) for (n, t) tokens, their segments and which of them are not padding."""
        states = self.encoder(
            input_ids=ids, token_type_ids=types, attention_mask=mask
        ).last_hidden_state.float()
        question, sentence = _mean(states, mask * (1 - types)), _mean(states, mask * types)
        first = nn.functional.normalize(states[:, 0], dim=-1)
        return (question * sentence) @ self.product + 10 * first @ self.first + self.bias

    def learned(self) -> dict[str, torch.Tensor]:
        """Return what is not the encoder's own."""
        kept = {name for name, value in self.named_parameters() if value.requires_grad}
        return {name: value for name, value in self.state_dict().items() if name in kept}


def _mean(states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    mean = (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True).clamp(min=1)
    return nn.functional.normalize(mean, dim=-1)


class Pairs:
    """Texts -> logits of a network, pairs of like length in one batch.

    `unread`: of each pair that was read last, the tokens beyond `max_tokens`.
    """

    def __init__(self, network: PairNetwork, max_tokens: int = MAX_TOKENS) -> None:
        from tokenizers import Tokenizer

        self.network = network
        self.tokenizer = Tokenizer.from_file(str(encoder_folder() / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(max_tokens, strategy="longest_first")
        self.unread: list[int] = []

    def logits(self, pairs: Sequence[tuple[str, str]], size: int = 12) -> torch.Tensor:
        """Return (n,) for n pairs of question and sentence, in their order."""
        coded = self.tokenizer.encode_batch(list(pairs))
        self.unread = [sum(len(beyond.ids) for beyond in each.overflowing) for each in coded]
        order = sorted(range(len(coded)), key=lambda i: len(coded[i].ids))
        found = [self.network(*_batch([coded[i] for i in order[at : at + size]]))
                 for at in range(0, len(order), size)]  # fmt: skip
        return torch.cat(found)[torch.tensor(np.argsort(order))]


def _batch(coded: Sequence[Any]) -> list[torch.Tensor]:
    """Return token ids, segments and mask, each (n, t)."""
    return [
        nn.utils.rnn.pad_sequence([torch.tensor(getattr(each, key)) for each in coded], batch_first=True)
        for key in ("ids", "type_ids", "attention_mask")
    ]


def read_adapter(network: PairNetwork, path: Path) -> None:
    """Put stored adapters and head into a network.

    Raises:
        ModelRefused: they are missing or damaged, or belong to another encoder.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "pt") as stored:
            base = stored.metadata()["base_sha256"]
            learned = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118
    except (OSError, SafetensorError, KeyError, TypeError) as error:
        raise ModelRefused(f"{path.name} cannot be read ({error}): install the project again") from error
    if base != file_sha256(encoder_folder() / "model.safetensors"):
        raise ModelRefused(
            f"{path.name} was learned on another encoder than the installed {BUNDLED_ENCODER}: make setup"
        )
    if learned.keys() != network.learned().keys():
        raise ModelRefused(f"{path.name} has other weights than expected: install the project again")
    network.load_state_dict(learned, strict=False)

"""A causal language model in this process: it writes text, and it says how likely a text is.

One loaded model serves the generator and the query-likelihood reranker. It knows nothing of passages.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bot.chat_template import framed, turn_end
from bot.datatypes import Message
from bot.errors import ContextOverflow

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

BATCH_TOKENS = 512  # of one scoring batch, padding included: on 2 cores 2,048 takes twice as long a token
MAX_REMEMBERED = 2_000  # readings, about 2.5 kB each: those of the last sixty questions or so
DEFAULT_WINDOW = 2_048  # tokens, of a model that states none
STATE_LAYER = 18  # of 30 in the bundled model: later ones turn to the next word, earlier ones know less
# Stand for a message while the chat template is filled; private-use characters, which no template holds.
_OPEN, _CLOSE = "\ue000", "\ue001"


@dataclass(frozen=True, slots=True)
class Readings:
    """What a model makes of one continuation after each of n prefixes.

    `likelihoods`: (n,) float64, mean natural-log probability of its tokens, at most 0, higher is likelier.
    `states`: (n, h) float32, the model's hidden state at STATE_LAYER (its last where it has fewer), the mean
    over the continuation's tokens.
    """

    likelihoods: np.ndarray
    states: np.ndarray


class LanguageModel:
    """A transformers causal model in a local folder of safetensors, on the CPU, loaded at first use."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.name = name
        self._read: dict[bytes, _Reading] = {}  # replaced, never changed: looked up without the lock
        self._tokenizing = threading.Lock()  # the tokenizer keeps from call to call what counts as special
        self._lock = threading.Lock()  # one forward pass at a time: two would only share the same cores

    @cached_property
    def tokenizer(self) -> PreTrainedTokenizerBase:
        """The model's own tokenizer."""
        from transformers import AutoTokenizer

        return AutoTokenizer.from_pretrained(self.folder, local_files_only=True, trust_remote_code=False)

    @cached_property
    def model(self) -> PreTrainedModel:
        """The weights, in evaluation mode: bfloat16 where the processor multiplies it, else float32."""
        from transformers import AutoModelForCausalLM

        model = AutoModelForCausalLM.from_pretrained(
            self.folder,
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            dtype=fast_dtype(),
        )
        return model.eval()

    @cached_property
    def _output_weights(self) -> torch.Tensor:
        """(vocabulary, h) float32: a log probability of bfloat16 logits would be off by up to a tenth."""
        return self.model.lm_head.weight.detach().float()

    def warm(self) -> None:
        """Load tokenizer and weights, if they are not loaded yet."""
        with self._lock:
            _ = self.tokenizer, self.model

    @property
    def window_tokens(self) -> int:
        """How many tokens the model can read and write together."""
        stated = getattr(self.model.config.get_text_config(), "max_position_embeddings", None)
        return min(int(stated or DEFAULT_WINDOW), int(self.tokenizer.model_max_length))

    def token_ids(self, text: str) -> list[int]:
        """Return the tokens of a text. Special tokens spelled out in it are read as plain text."""
        with self._tokenizing:
            return self.tokenizer.encode(text, add_special_tokens=False, split_special_tokens=True)

    def log_likelihoods(self, prefixes: Sequence[list[int]], continuation: list[int]) -> np.ndarray:
        """Return the (n,) likelihoods of `read` alone."""
        return self.read(prefixes, continuation).likelihoods

    def read(self, prefixes: Sequence[list[int]], continuation: list[int]) -> Readings:
        """Return how likely a continuation is after each prefix, and what the model's state is then.

        The result does not depend on how prefixes are batched, to about 1e-4, in bfloat16 to about 1e-2.
        What was first read lately is remembered, so that a question asked again is reranked at once.
        """
        keys = [_digest(prefix, continuation) for prefix in prefixes]
        known = self._read
        new = [i for i, key in enumerate(keys) if key not in known]
        new.sort(key=lambda i: -len(prefixes[i]))
        fresh: dict[bytes, _Reading] = {}
        for batch in _batches([len(prefixes[i]) + len(continuation) for i in new]):
            chosen = [new[j] for j in batch]
            with self._lock:
                found = self._read_batch([prefixes[i] for i in chosen], continuation)
            fresh.update({keys[i]: reading for i, reading in zip(chosen, found, strict=True)})
        self._read = dict([*known.items(), *fresh.items()][-MAX_REMEMBERED:])
        known = known | fresh
        found = [known[key] for key in keys]
        states = np.array([state for _, state in found], np.float32)
        return Readings(np.array([likelihood for likelihood, _ in found]), states.reshape(len(found), -1))

    def greedy(
        self, prompt: list[int], *, max_tokens: int, allowed: frozenset[int] | None = None
    ) -> Iterator[int]:
        """Yield the likeliest next token again and again, up to the end-of-turn token, which is not yielded.

        With `allowed` only those tokens, and the end of the turn, can be written.

        Raises:
            ContextOverflow: prompt and `max_tokens` together exceed the model's window.
        """
        import torch

        self._require_room(prompt, max_tokens)
        choice = torch.tensor(sorted(allowed | self.stop_ids)) if allowed is not None else None
        ids, cache = torch.tensor([prompt]), None
        for _ in range(max_tokens):
            with self._lock, torch.inference_mode():
                output = self.model(input_ids=ids, past_key_values=cache, use_cache=True, logits_to_keep=1)
            logits, cache = output.logits[0, -1], output.past_key_values
            token = int(logits.argmax() if choice is None else choice[logits[choice].argmax()])
            if token in self.stop_ids:
                return
            yield token
            ids = torch.tensor([[token]])

    def next_token(self, prompt: list[int]) -> np.ndarray:
        """Return (vocabulary,) float32: the natural-log probability of each token after a prompt.

        Raises:
            ContextOverflow: the prompt exceeds the model's window.
        """
        import torch

        self._require_room(prompt, 1)
        with self._lock, torch.inference_mode():
            output = self.model(input_ids=torch.tensor([prompt]), use_cache=False, logits_to_keep=1)
        return output.logits[0, -1].float().log_softmax(-1).numpy()

    def _require_room(self, prompt: list[int], max_tokens: int) -> None:
        if len(prompt) + max_tokens > self.window_tokens:
            raise ContextOverflow(
                f"the prompt has {len(prompt)} tokens and may be answered with {max_tokens}; {self.name} "
                f"reads {self.window_tokens} in all: shorten the question or use fewer passages (-k)"
            )

    @cached_property
    def stop_ids(self) -> frozenset[int]:
        """The tokens at which the model ends its turn, by settings, tokenizer and chat template."""
        stated = getattr(self.model.generation_config, "eos_token_id", None)
        stated = stated if isinstance(stated, list) else [stated]
        with self._tokenizing:
            of_template = turn_end(self.tokenizer, name=self.name)
        ends = [*stated, self.tokenizer.eos_token_id, of_template]
        return frozenset(i for i in ends if i is not None)

    @cached_property
    def stop_strings(self) -> tuple[str, ...]:
        """The words at which the model's reply ends, by its generation settings."""
        stated = getattr(self.model.generation_config, "stop_strings", None) or ()
        return (stated,) if isinstance(stated, str) else tuple(stated)

    def chat_ids(self, messages: Sequence[Message]) -> list[int]:
        """Return the tokens of a conversation in the model's own chat template, ready to be answered.

        Only the template's own special tokens count as such: one spelled out in a message, which may hold
        words of a document, stays plain text and cannot end the turn.

        Raises:
            ModelRefused: the template cannot be used.
        """
        turns = [{"role": m.role, "content": f"{_OPEN}{i}{_CLOSE}"} for i, m in enumerate(messages)]
        frame = framed(self.tokenizer, turns, name=self.name, to_be_answered=True)
        ids: list[int] = []
        for i, part in enumerate(re.split(f"{_OPEN}(\\d+){_CLOSE}", frame)):
            if i % 2:
                ids += self.token_ids(messages[int(part)].content)
            else:
                with self._tokenizing:
                    ids += self.tokenizer.encode(part, add_special_tokens=False, split_special_tokens=False)
        return ids

    def _read_batch(self, prefixes: list[list[int]], continuation: list[int]) -> list[_Reading]:
        import torch

        rows = [torch.tensor(prefix + continuation) for prefix in prefixes]
        ids = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=0)  # (b, t)
        mask = torch.nn.utils.rnn.pad_sequence([torch.ones_like(row) for row in rows], batch_first=True)
        starts = torch.tensor([len(prefix) for prefix in prefixes])
        with torch.inference_mode():
            output = self.model.model(
                input_ids=ids, attention_mask=mask, use_cache=False, output_hidden_states=True
            )
            hidden = output.hidden_states[-1]  # (b, t, h), normalized
            inner = output.hidden_states[min(STATE_LAYER, len(output.hidden_states) - 1)]  # (b, t, h)
            positions = starts[:, None] + torch.arange(len(continuation))[None, :]  # (b, c)
            at = positions[..., None].expand(-1, -1, hidden.shape[-1])
            states = inner.gather(1, at).float().mean(1).numpy()  # (b, h)
            # only the positions that predict the continuation go through the large output layer
            target = torch.tensor(continuation)[:, None]  # (c, 1)
            means = []
            for row in hidden.gather(1, at - 1):  # one at a time: (c, vocabulary) is 3 MB, all would be 50
                logits = row.float() @ self._output_weights.T
                log_p = logits.gather(-1, target)[:, 0] - logits.logsumexp(-1)
                means.append(float(log_p.mean()))
            return list(zip(means, states, strict=True))


_Reading = tuple[float, np.ndarray]  # likelihood and (h,) state of one prefix


def fast_dtype() -> torch.dtype:
    """Return bfloat16 on a processor with instructions for it, where it is three times as fast, else float32.

    Without those instructions it would be many times slower. benchmarks/results/precision.md has both.
    """
    import torch

    known: dict[str, bool] = getattr(torch.cpu, "get_capabilities", dict)()
    has_bfloat16 = known.get("avx512_bf16") or known.get("amx_bf16")
    return torch.bfloat16 if has_bfloat16 else torch.float32


def _digest(prefix: list[int], continuation: list[int]) -> bytes:
    both = np.array([*prefix, -1, *continuation], dtype=np.int64)
    return hashlib.blake2b(both.tobytes(), digest_size=16).digest()


def _batches(lengths: list[int]) -> Iterator[list[int]]:
    """Group positions of a falling list of lengths so that rows x longest stays within BATCH_TOKENS."""
    batch: list[int] = []
    for i, _ in enumerate(lengths):
        if batch and (len(batch) + 1) * lengths[batch[0]] > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch

"""Text -> unit vectors. The `Encoder` seam, and sentence-transformers behind it.

Passages and questions have methods of their own because many encoders want a prefix on one of them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from bot.datatypes import EncoderIdentity
from bot.errors import ModelRefused, in_short
from bot.left_out import is_noting, note
from bot.weights import BUNDLED_ENCODER, encoder_folder, file_sha256

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BATCH_SIZE = 32
PASSAGE_PROMPTS = ("document", "passage", "corpus")  # what folders call it, the usual name first
PLAIN_MODULES = {"Transformer", "Pooling", "Normalize"}  # after which a vector is as long as a token's
MAX_REMEMBERED = 20_000  # vectors: 30 MB of 384 dimensions


class Encoder(Protocol):
    """Anything that turns text into vectors whose inner product ranks: higher is closer."""

    @property
    def identity(self) -> EncoderIdentity:
        """Name, fingerprint and dimensions; vectors of different fingerprints never meet."""
        ...

    def encode_passages(
        self, texts: Sequence[str], *, on_batch: Callable[[int], None] | None = None
    ) -> np.ndarray:
        """Return (n, d) float32, rows of unit length; `on_batch(n_done)` is called after each batch."""
        ...

    def encode_query(self, text: str) -> np.ndarray:
        """Return (d,) float32 of unit length."""
        ...

    def fits(self, text: str) -> bool:
        """Tell whether the encoder reads all of a passage's text, special tokens counted in."""
        ...

    def unread_tokens(self, text: str) -> int:
        """Count the tokens, its own, that it does not read of a text; 0 of one that fits."""
        ...


class SentenceTransformerEncoder:
    """An encoder in a local sentence-transformers folder, loaded at first use."""

    def __init__(
        self,
        name: str = BUNDLED_ENCODER,
        *,
        query_prefix: str | None = None,
        passage_prefix: str | None = None,
    ) -> None:
        """Find the folder. A prefix that is not given is the one that its own settings state.

        Raises:
            ModelNotFound, ModelRefused: as `bot.weights.encoder_folder`; or it has no tokenizer.json.
        """
        self.name = name
        self.folder = encoder_folder(name)
        if not (self.folder / "tokenizer.json").is_file():
            raise ModelRefused(f"{name!r} has no tokenizer.json: expected a sentence-transformers folder")
        stated = stated_prefixes(self.folder)
        self.query_prefix = stated[0] if query_prefix is None else query_prefix
        self.passage_prefix = stated[1] if passage_prefix is None else passage_prefix

    @cached_property
    def model(self) -> SentenceTransformer:
        """The loaded model (about a second).

        Raises:
            ModelRefused: it cannot be read.
        """
        from sentence_transformers import SentenceTransformer

        try:
            return SentenceTransformer(
                str(self.folder),
                device="cpu",
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"use_safetensors": True},
            )
        except Exception as error:  # the readers of the formats raise a dozen kinds
            reason = in_short(error)
            raise ModelRefused(
                f"{self.name!r} could not be read as an encoder: {type(error).__name__}: {reason}"
            ) from error

    @cached_property
    def identity(self) -> EncoderIdentity:
        """See `Encoder.identity`. The hash covers the weights, every small setting file and the prefixes."""
        digest = hashlib.sha256(f"{self.query_prefix}\0{self.passage_prefix}\0unit length".encode())
        for path in sorted(self.folder.rglob("*")):
            if path.suffix in {".safetensors", ".json", ".txt"} and path.name != "data_config.json":
                digest.update(path.relative_to(self.folder).as_posix().encode())
                digest.update(file_sha256(path).encode())
        return EncoderIdentity(self.name, digest.hexdigest(), self.n_dimensions)

    @cached_property
    def n_dimensions(self) -> int:
        """Length of a vector, read from the folder's settings so that no weights need loading."""
        return _pooled_dimensions(self.folder) or int(self.model.get_embedding_dimension() or 0)

    def encode_passages(
        self, texts: Sequence[str], *, on_batch: Callable[[int], None] | None = None
    ) -> np.ndarray:
        """See `Encoder.encode_passages`. Longest first, so that a batch holds texts of like length."""
        vectors = np.zeros((len(texts), self.n_dimensions), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        for first in range(0, len(order), BATCH_SIZE):
            batch = order[first : first + BATCH_SIZE]
            vectors[batch] = self._encode([self.passage_prefix + texts[i] for i in batch])
            if on_batch:
                on_batch(first + len(batch))
        return vectors

    def encode_query(self, text: str) -> np.ndarray:
        """See `Encoder.encode_query`."""
        return self._encode([self.query_prefix + text])[0]

    def fits(self, text: str) -> bool:
        """See `Encoder.fits`."""
        return self.unread_tokens(text) == 0

    def unread_tokens(self, text: str) -> int:
        """See `Encoder.unread_tokens`."""
        if len(text) < self._surely_fits_characters:
            return 0
        n_tokens = len(self._tokenizer.encode(self.passage_prefix + text).tokens)
        return max(0, n_tokens - self.max_tokens)

    @cached_property
    def max_tokens(self) -> int:
        """How many of its own tokens the encoder reads; what is longer would be cut."""
        return int(self.model.max_seq_length or 512)

    @cached_property
    def _tokenizer(self) -> Any:  # noqa: ANN401 - a `tokenizers.Tokenizer`, which has no type stubs
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    @property
    def _surely_fits_characters(self) -> int:
        # a wordpiece holds at least one character, and 8 are left for special tokens
        return self.max_tokens - len(self.passage_prefix) - 8

    def _encode(self, texts: list[str]) -> np.ndarray:
        return self.model.encode(
            texts,
            prompt="",  # the prefixes are ours to put: else one that the folder states would come twice
            batch_size=BATCH_SIZE,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        ).astype(np.float32)


class RememberingEncoder:
    """An encoder that knows the vectors it gave lately: the same sentences come up question after question.

    Safe to use from several threads where the encoder behind it is.
    """

    def __init__(self, encoder: Encoder, *, max_remembered: int = MAX_REMEMBERED) -> None:
        self.encoder = encoder
        self.max_remembered = max_remembered
        self._passages: dict[str, np.ndarray] = {}  # replaced, never changed: read without a lock
        self._queries: dict[str, np.ndarray] = {}

    @property
    def identity(self) -> EncoderIdentity:
        """See `Encoder.identity`."""
        return self.encoder.identity

    def encode_passages(
        self, texts: Sequence[str], *, on_batch: Callable[[int], None] | None = None
    ) -> np.ndarray:
        """See `Encoder.encode_passages`. Each text that is not remembered is encoded once."""
        self._note(texts, "sentence")
        known = self._passages
        new = [text for text in dict.fromkeys(texts) if text not in known]
        fresh: dict[str, np.ndarray] = {}
        if new:
            fresh = dict(zip(new, self.encoder.encode_passages(new, on_batch=on_batch), strict=True))
        self._passages = dict([*known.items(), *fresh.items()][-self.max_remembered :])
        known = known | fresh
        return np.array([known[text] for text in texts], np.float32).reshape(
            len(texts), self.identity.n_dimensions
        )

    def encode_query(self, text: str) -> np.ndarray:
        """See `Encoder.encode_query`."""
        self._note([text], "query")
        known = self._queries.get(text)
        if known is None:
            known = self.encoder.encode_query(text)
            self._queries = dict([*self._queries.items(), (text, known)][-self.max_remembered :])
        return known

    def fits(self, text: str) -> bool:
        """See `Encoder.fits`."""
        return self.encoder.fits(text)

    def unread_tokens(self, text: str) -> int:
        """See `Encoder.unread_tokens`."""
        return self.encoder.unread_tokens(text)

    def _note(self, texts: Sequence[str], kind: str) -> None:
        """Note what the encoder does not read, which it does not say itself, where anybody collects that."""
        for text in texts if is_noting() else ():
            if not self.encoder.fits(text):
                note(Path(self.identity.name).name, kind, text, self.encoder.unread_tokens(text))


def stated_prefixes(folder: Path) -> tuple[str, str]:
    """Return what a folder wants before a question and before a passage; "" where it says nothing of it.

    As sentence-transformers writes them: `prompts` in config_sentence_transformers.json.
    """
    try:
        settings = json.loads((folder / "config_sentence_transformers.json").read_text(encoding="utf-8"))
        prompts = dict(settings.get("prompts") or {})
    except (OSError, ValueError, AttributeError, TypeError):
        return "", ""
    of_passages = next((prompts[key] for key in PASSAGE_PROMPTS if prompts.get(key)), "")
    return str(prompts.get("query") or ""), str(of_passages)


def _pooled_dimensions(folder: Path) -> int | None:
    """Return the dimensions after pooling; None where no settings say them, or more is done to a vector."""
    try:
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        kinds = {str(module["type"]).rpartition(".")[2] for module in modules}
        about = folder / "config_sentence_transformers.json"
        whole = json.loads(about.read_text(encoding="utf-8")) if about.is_file() else {}
        settings = json.loads((folder / "1_Pooling" / "config.json").read_text(encoding="utf-8"))
        stated = settings.get("word_embedding_dimension")
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return stated if kinds <= PLAIN_MODULES and not whole.get("truncate_dim") else None

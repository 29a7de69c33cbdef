"""A model's own chat template: turns -> the text that it was trained to answer. Nothing is generated here."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.errors import ModelRefused, in_short

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

Turns = list[dict[str, str]]  # {"role", "content"}


def framed(tokenizer: PreTrainedTokenizerBase, turns: Turns, *, name: str, to_be_answered: bool) -> str:
    """Return a conversation in the tokenizer's chat template.

    A template that has no turn for the system gets its words at the head of the user's; without a template
    the words stand alone.

    Raises:
        ModelRefused: the template of the model `name` cannot be used.
    """
    from jinja2 import TemplateError

    fill = partial(tokenizer.apply_chat_template, tokenize=False, add_generation_prompt=to_be_answered)
    if not tokenizer.chat_template:
        return "\n\n".join([*(turn["content"] for turn in turns), ""])
    try:
        return str(fill(turns))
    except TemplateError as error:
        if [turn["role"] for turn in turns[:2]] != ["system", "user"]:
            raise ModelRefused(f"the chat template of {name!r} cannot be used: {in_short(error)}") from error
    both = {"role": "user", "content": f"{turns[0]['content']}\n\n{turns[1]['content']}"}
    return framed(tokenizer, [both, *turns[2:]], name=name, to_be_answered=to_be_answered)


def turn_end(tokenizer: PreTrainedTokenizerBase, *, name: str) -> int | None:
    """Return the special token that the template puts after a reply, which other settings may fail to name.

    None where it puts none there.

    Raises:
        ModelRefused: the template cannot be used.
    """
    reply = "\ue000"  # a private-use character, which no template holds
    turns = [{"role": "user", "content": "?"}, {"role": "assistant", "content": reply}]
    after = framed(tokenizer, turns, name=name, to_be_answered=False).rpartition(reply)[2]
    ids = tokenizer.encode(after, add_special_tokens=False, split_special_tokens=False)
    special = {i for i, token in tokenizer.added_tokens_decoder.items() if token.special}
    return ids[0] if ids and ids[0] in special else None

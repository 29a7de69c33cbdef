"""The encoder that remembers: the same vectors, and each text read once."""

from __future__ import annotations

import numpy as np
from core_fakes import HashEncoder

from bot.embed import RememberingEncoder

TEXTS = ["the ferry", "the clock", "the ferry"]


def test_it_gives_the_vectors_of_the_encoder_behind_it():
    encoder, remembering = HashEncoder(), RememberingEncoder(HashEncoder())
    for _ in range(2):
        assert np.array_equal(remembering.encode_passages(TEXTS), encoder.encode_passages(TEXTS))
        assert np.array_equal(remembering.encode_query("a clock"), encoder.encode_query("a clock"))
    assert remembering.identity == encoder.identity
    assert remembering.fits("short")


def test_what_it_knows_is_not_read_again():
    encoder = HashEncoder()
    remembering = RememberingEncoder(encoder)
    remembering.encode_passages(TEXTS)
    remembering.encode_passages(["the ferry", "the sea"])
    remembering.encode_passages(TEXTS)
    assert encoder.batches == [2, 1]


def test_no_texts_have_no_vectors():
    assert RememberingEncoder(HashEncoder()).encode_passages([]).shape == (0, 16)


def test_it_forgets_the_oldest():
    encoder = HashEncoder()
    remembering = RememberingEncoder(encoder, max_remembered=1)
    remembering.encode_passages(["one"])
    remembering.encode_passages(["two"])
    remembering.encode_passages(["one"])
    assert encoder.batches == [1, 1, 1]

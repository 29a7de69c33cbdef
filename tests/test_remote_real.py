"""The generator behind an address against a real server: `transformers serve` with the bundled model."""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
import time

import pytest

from bot.datatypes import Message
from bot.errors import ModelServerFailed
from bot.model_server import Patience
from bot.remote import RemoteGenerator
from bot.weights import generator_folder

pytestmark = pytest.mark.weights

SERVE = "from transformers.cli.transformers import main; main()"
MESSAGES = [Message("user", "What is the capital of France?")]
START_S = 120.0


@pytest.fixture(scope="module")
def address():
    """Serve on a free port for as long as the tests of this file run."""
    assert importlib.util.find_spec("openai"), "transformers serve needs the package openai: make setup"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", SERVE, "serve", str(generator_folder()), "--port", str(port)]
    offline = {**os.environ, "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "CUDA_VISIBLE_DEVICES": ""}
    server = subprocess.Popen(
        [*command, "--host", "127.0.0.1"],
        env=offline,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{ready(server, port)}/v1"
    finally:
        server.kill()
        server.wait()


def ready(server, port):
    """Wait until something listens on the port."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        assert server.poll() is None, "transformers serve ended by itself"
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return port
        time.sleep(0.2)
    raise AssertionError(f"transformers serve did not listen within {START_S:g} s")


def test_a_real_server_streams_a_reply_and_greedily_the_same_again(address):
    generator = RemoteGenerator(f"{address}#{generator_folder()}")
    pieces = list(generator.generate(MESSAGES, max_tokens=12))
    assert len(pieces) > 1
    assert "Paris" in "".join(pieces)
    assert list(generator.generate(MESSAGES, max_tokens=12)) == pieces
    assert generator.tokens_used(MESSAGES, "".join(pieces)).generated > 1


def test_a_reader_may_hang_up_and_ask_again(address):
    generator = RemoteGenerator(f"{address}#{generator_folder()}")
    for _ in range(2):
        heard = generator.generate(MESSAGES, max_tokens=40)
        next(heard)
        heard.close()
    assert "".join(generator.generate(MESSAGES, max_tokens=12))


def test_a_model_that_the_server_has_not_is_one_line(address):
    impatient = Patience(total=60.0)
    with pytest.raises(ModelServerFailed) as raised:
        list(RemoteGenerator(f"{address}#no-such-model", patience=impatient).generate(MESSAGES, max_tokens=2))
    assert "\n" not in str(raised.value)

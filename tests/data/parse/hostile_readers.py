"""Readers that misbehave, to be run inside the sandbox in place of the real one."""

import os
import signal
import sys
import time

from bot.datatypes import ParsedDocument
from bot.parse.sheet import Box, Drawing


def _document(text):
    return ParsedDocument(title="", text=text, external_id="x", sha256="0" * 64)


def loop_for_ever(payload, name, limits):
    while True:
        pass
    yield


def sleep_for_ever(payload, name, limits):
    while True:
        time.sleep(60)
    yield


def say_its_pid_and_sleep(payload, name, limits):
    yield _document(str(os.getpid()))
    time.sleep(60)


def ignore_the_alarm(payload, name, limits):
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    yield from sleep_for_ever(payload, name, limits)


def allocate_ten_gigabytes(payload, name, limits):
    yield _document(str(len(bytearray(10_000_000_000))))


def exit_139(payload, name, limits):
    os._exit(139)
    yield


def crash(payload, name, limits):
    os.kill(os.getpid(), signal.SIGSEGV)
    yield


def crash_after_one(payload, name, limits):
    yield _document("first")
    os.kill(os.getpid(), signal.SIGSEGV)


def write_a_file(payload, name, limits):
    with open(payload.decode(), "wb") as file:
        file.write(b"leak")
    yield _document("written")


def raise_a_bug(payload, name, limits):
    raise ZeroDivisionError("one\ntwo")
    yield


def place_a_section_outside(payload, name, limits):
    yield ParsedDocument(title="", text="short", external_id="x", sha256="", page_starts=(0, 99))


def tell_too_much(payload, name, limits):
    yield _document("x" * (limits.max_characters * 4 + 20_000_000))


def tell_environment_and_modules(payload, name, limits):
    yield _document(" ".join([*os.environ, "|", *sys.modules]))


def echo(payload, name, limits):
    yield _document(f"{name} {len(payload)}")


def draw_nothing(payload, name, limits, *, page, text, ranges):
    yield from ()


def draw_a_document(payload, name, limits, *, page, text, ranges):
    yield _document(text)


def draw_too_much(payload, name, limits, *, page, text, ranges):
    yield Drawing(b"x" * 20_000_000, 8_000, 2_500, 1, ())


def draw_a_box_of_no_range(payload, name, limits, *, page, text, ranges):
    yield Drawing(b"x", 1, 1, 1, (Box(0.0, 0.0, 1.0, 1.0, of=len(ranges)),))


def draw_for_ever(payload, name, limits, *, page, text, ranges):
    yield from sleep_for_ever(payload, name, limits)


def draw_and_crash(payload, name, limits, *, page, text, ranges):
    yield from crash(payload, name, limits)

"""Every error a user can meet, and what to do about it.

    BotError
    +-- UsageError           a wrong argument or an empty question
    |   +-- NothingAbout     no document holds what a summary is to be about
    +-- ParseError           a file could not be read as text
    |   +-- FetchError       a web address is refused, or no page came from it
    +-- StoreError           the home folder or its database cannot be used
    |   +-- StoreBusy        another process is writing to this home
    |   +-- UnknownCollection  no collection of that name
    |   +-- UnknownDocument    no document, or several, by that name
    |   +-- EncoderMismatch  the collection was embedded with another encoder
    +-- ModelNotFound        weights are not on this machine
    +-- ModelRefused         weights are there but in a form we do not load
    +-- ModelServerFailed    a server that should write refused, was slow, or broke off
    +-- PromptError          a template has an unfilled or unknown placeholder
    +-- ContextOverflow      a prompt does not fit the model's window
    +-- ServerBusy           the page has as many questions waiting as it takes

A message says what was given, what was expected and what to type next, in one line. The command line
turns a BotError into that line and exit code 2; the page shows it as a notice. Anything else that is
raised is a bug of ours and keeps its traceback.

    try:
        answer = bot.ask("Who brought the lawsuit?")
    except BotError as error:
        print(error)
"""

from __future__ import annotations


class BotError(Exception):
    """Something the user can put right. The message is one line, ready to be shown."""


class UsageError(BotError):
    """An argument has a value that cannot be meant: an empty question, a limit below 1."""


class NothingAbout(UsageError):
    """No document holds what a summary is to be about."""


class ParseError(BotError):
    """A file could not be turned into text: broken, encrypted, empty, too large, of an unknown type."""


class FetchError(ParseError):
    """A web address is refused, leads nowhere, or what came from it is no page, too large or too slow."""


class StoreError(BotError):
    """The home folder or its database cannot be used: unwritable, damaged, of a newer version."""


class StoreBusy(StoreError):
    """Another process holds the writer's lock of this home."""


class UnknownCollection(StoreError):
    """The home has no collection of that name."""


class UnknownDocument(StoreError):
    """No document of the collection has that name, or more than one has."""


class EncoderMismatch(StoreError):
    """The collection was embedded with another encoder; their vectors cannot be compared."""


class ModelNotFound(BotError):
    """The weights are not on this machine and nothing may be fetched."""


class ModelRefused(BotError):
    """The folder holds weights in a form that could run code on loading (pickle, remote code)."""


class ModelServerFailed(BotError):
    """A model server refused, was too slow, or sent a reply that was cut off or is none."""


class PromptError(BotError):
    """A prompt template misses a placeholder or has one nobody fills; all of them are named."""


class ContextOverflow(BotError):
    """A prompt needs more tokens than the model's window has."""


class ServerBusy(BotError):
    """The page has as many questions waiting as it takes."""


def in_short(told: object) -> str:
    """Return the first 200 characters of what something says of itself, in one line."""
    return " ".join(str(told).split())[:200]

"""Good files, damaged in small ways: the same damage for the same name and number (B14)."""

from __future__ import annotations

import io
import random
import re
import zipfile

from office_samples import zipped

BLOCK = 512
NUMBERS = (b"0", b"-1", b"2147483648")
_NUMBER = re.compile(rb"\d+")


def mutated(payload: bytes, name: str, number: int) -> bytes:
    """Damage a file in the way of its number; of an archive, every other time a part of what is packed."""
    chance = random.Random(f"{name} {number}")
    if payload[:2] == b"PK" and number % 2:
        return _inside(payload, chance, number // 2)
    return _damaged(payload, chance, number)


def _damaged(payload: bytes, chance: random.Random, number: int) -> bytes:
    ways = (_flip, _flip, _flip, _cut, _zero, _swap, _repeat, _drop_line, _other_numbers)
    way = number % len(ways)
    changed = bytearray(payload)
    if ways[way] is _flip:
        _flip(changed, chance, (1, 8, 64)[way])
        return bytes(changed)
    return bytes(ways[way](changed, chance))


def _inside(payload: bytes, chance: random.Random, number: int) -> bytes:
    """Damage one part of an archive and pack it all again, with the right checksums."""
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as archive:
            parts = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return _damaged(payload, chance, number)
    part = chance.choice(sorted(parts))
    return zipped(parts | {part: _damaged(parts[part], chance, number)})


def _flip(payload: bytearray, chance: random.Random, n_bits: int) -> None:
    for _ in range(n_bits if payload else 0):
        payload[chance.randrange(len(payload))] ^= 1 << chance.randrange(8)


def _place(payload: bytearray, chance: random.Random) -> slice:
    start = chance.randrange(max(1, len(payload) - BLOCK))
    return slice(start, start + BLOCK)


def _cut(payload: bytearray, chance: random.Random) -> bytearray:
    return payload[: chance.randrange(len(payload) + 1)]


def _zero(payload: bytearray, chance: random.Random) -> bytearray:
    place = _place(payload, chance)
    payload[place] = bytes(len(payload[place]))
    return payload


def _swap(payload: bytearray, chance: random.Random) -> bytearray:
    one, other = sorted((_place(payload, chance), _place(payload, chance)), key=lambda place: place.start)
    if one.stop > other.start:
        return payload[other] + payload[: other.start] + payload[other.stop :]
    between = payload[one.stop : other.start]
    return payload[: one.start] + payload[other] + between + payload[one] + payload[other.stop :]


def _repeat(payload: bytearray, chance: random.Random) -> bytearray:
    place = _place(payload, chance)
    return payload[: place.stop] + payload[place] * chance.randrange(1, 50) + payload[place.stop :]


def _drop_line(payload: bytearray, chance: random.Random) -> bytearray:
    lines = payload.splitlines(keepends=True)
    if lines:
        lines.pop(chance.randrange(len(lines)))
    return bytearray(b"".join(lines))


def _other_numbers(payload: bytearray, chance: random.Random) -> bytearray:
    """Replace each number, and every other time only some, since a file with none right is soon given up."""
    share = chance.choice((0.02, 1.0))
    return bytearray(
        _NUMBER.sub(lambda found: chance.choice(NUMBERS) if chance.random() < share else found[0], payload)
    )

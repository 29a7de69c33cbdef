"""AES for the tests' own encrypted files (FIPS 197): in plain Python, to encrypt only."""

from __future__ import annotations


def _doubled(value: int) -> int:
    return (value << 1) ^ (0x11B if value & 0x80 else 0)


def _boxes() -> tuple[list[int], list[list[int]]]:
    """Return the S-box, and the four tables that do a round's steps at once (each 256 words of 32 bits)."""
    powers, value = [], 1
    for _ in range(255):
        powers.append(value)
        value ^= _doubled(value)  # three times it, which generates the field
    inverse = {0: 0} | {powers[i]: powers[-i % 255] for i in range(255)}
    box = []
    for byte in range(256):
        x = inverse[byte]
        spread = x ^ (x << 1) ^ (x << 2) ^ (x << 3) ^ (x << 4)
        box.append((spread ^ (spread >> 8) ^ 0x63) & 0xFF)
    first = []
    for s in box:
        two = _doubled(s) & 0xFF
        first.append(two << 24 | s << 16 | s << 8 | (two ^ s))
    tables = [[(w >> 8 * i | w << 32 - 8 * i) & 0xFFFFFFFF for w in first] for i in range(4)]
    return box, tables


BOX, TABLES = _boxes()


def _schedule(key: bytes) -> list[int]:
    """Return the words of all round keys."""
    n = len(key) // 4
    words = [int.from_bytes(key[4 * i : 4 * i + 4], "big") for i in range(n)]
    constant = 1
    for i in range(n, 4 * (n + 7)):
        word = words[-1]
        if i % n == 0:
            word = (word << 8 | word >> 24) & 0xFFFFFFFF
            word = _substituted(word) ^ constant << 24
            constant = _doubled(constant)
        elif n > 6 and i % n == 4:
            word = _substituted(word)
        words.append(words[i - n] ^ word)
    return words


def _substituted(word: int) -> int:
    return BOX[word >> 24] << 24 | BOX[word >> 16 & 255] << 16 | BOX[word >> 8 & 255] << 8 | BOX[word & 255]


def _block(words: list[int], block: int) -> int:
    """Encrypt 16 bytes, given and returned as a number."""
    a, b, c, d = (block >> shift & 0xFFFFFFFF for shift in (96, 64, 32, 0))
    a, b, c, d = a ^ words[0], b ^ words[1], c ^ words[2], d ^ words[3]
    t0, t1, t2, t3 = TABLES
    for i in range(4, len(words) - 4, 4):
        a, b, c, d = (
            t0[a >> 24] ^ t1[b >> 16 & 255] ^ t2[c >> 8 & 255] ^ t3[d & 255] ^ words[i],
            t0[b >> 24] ^ t1[c >> 16 & 255] ^ t2[d >> 8 & 255] ^ t3[a & 255] ^ words[i + 1],
            t0[c >> 24] ^ t1[d >> 16 & 255] ^ t2[a >> 8 & 255] ^ t3[b & 255] ^ words[i + 2],
            t0[d >> 24] ^ t1[a >> 16 & 255] ^ t2[b >> 8 & 255] ^ t3[c & 255] ^ words[i + 3],
        )
    out = 0
    for k, (p, q, r, s) in enumerate(((a, b, c, d), (b, c, d, a), (c, d, a, b), (d, a, b, c))):
        mixed = p & 0xFF000000 | q & 0xFF0000 | r & 0xFF00 | s & 0xFF
        out = out << 32 | _substituted(mixed) ^ words[k - 4]
    return out


def ecb_encrypted(key: bytes, content: bytes) -> bytes:
    """Encrypt whole blocks, each for itself."""
    words = _schedule(key)
    blocks = (int.from_bytes(content[i : i + 16], "big") for i in range(0, len(content), 16))
    return b"".join(_block(words, block).to_bytes(16, "big") for block in blocks)


def cbc_encrypted(key: bytes, vector: bytes, content: bytes) -> bytes:
    """Encrypt whole blocks, each mixed with the one before."""
    words, last, out = _schedule(key), int.from_bytes(vector, "big"), bytearray()
    for i in range(0, len(content), 16):
        last = _block(words, last ^ int.from_bytes(content[i : i + 16], "big"))
        out += last.to_bytes(16, "big")
    return bytes(out)

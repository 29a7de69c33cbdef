"""PDFs under a password, encrypted here: RC4 with 40 and 128 bits, AES with 128 and 256 bits.

The standard security handler of ISO 32000-1 (7.6) and ISO 32000-2 (7.6.4); algorithms by their numbers there.
Every PDF is one page that shows CANARY, object 4 its content.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from aes import cbc_encrypted, ecb_encrypted
from hostile_builders import SHOWN, pdf

PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
ID = bytes(range(16))
MAY = -44  # what may be done without the owner's password: all but to print and to change
CONTENT = 4  # the number of the one object with something to encrypt


@dataclass(frozen=True)
class Lock:
    """A way to encrypt: its /V and /R, the bytes of its key, and "RC4", "AESV2" or "AESV3"."""

    version: int
    revision: int
    n_bytes: int
    method: str


LOCKS = {
    "RC4, 40 bits": Lock(1, 2, 5, "RC4"),
    "RC4, 128 bits": Lock(2, 3, 16, "RC4"),
    "RC4, 128 bits, as a crypt filter": Lock(4, 4, 16, "V2"),
    "AES, 128 bits": Lock(4, 4, 16, "AESV2"),
    "AES, 256 bits, first form": Lock(5, 5, 32, "AESV3"),
    "AES, 256 bits": Lock(5, 6, 32, "AESV3"),
}


def rc4(key: bytes, content: bytes) -> bytes:
    """Encrypt or decrypt."""
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in content:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def _many_rc4(key: bytes, content: bytes, revision: int) -> bytes:
    for i in range(20 if revision > 2 else 1):
        content = rc4(bytes(byte ^ i for byte in key), content)
    return content


def _many_md5(content: bytes, lock: Lock) -> bytes:
    digest = hashlib.md5(content).digest()
    for _ in range(50 if lock.revision > 2 else 0):
        digest = hashlib.md5(digest[: lock.n_bytes]).digest()
    return digest[: lock.n_bytes]


def _old_keys(lock: Lock, user: bytes) -> tuple[bytes, dict[str, bytes]]:
    """Return the key of the file and the entries that check passwords (algorithms 2 to 5)."""
    of_owner = _many_md5((b"owner" + PADDING)[:32], lock)
    o = _many_rc4(of_owner, (user + PADDING)[:32], lock.revision)
    key = _many_md5((user + PADDING)[:32] + o + MAY.to_bytes(4, "little", signed=True) + ID, lock)
    if lock.revision == 2:
        return key, {"O": o, "U": rc4(key, PADDING)}
    u = _many_rc4(key, hashlib.md5(PADDING + ID).digest(), lock.revision)
    return key, {"O": o, "U": u + bytes(16)}


def _hardened(password: bytes, salt: bytes, revision: int) -> bytes:
    """Hash a password (algorithm 2.B; in the first form plain SHA-256)."""
    key = hashlib.sha256(password + salt).digest()
    i, last = 0, 0
    while revision == 6 and (i < 64 or last > i - 32):
        scrambled = cbc_encrypted(key[:16], key[16:32], (password + key) * 64)
        name = ("sha256", "sha384", "sha512")[sum(scrambled[:16]) % 3]
        key, last, i = hashlib.new(name, scrambled).digest(), scrambled[-1], i + 1
    return key[:32]


def _new_keys(lock: Lock, user: bytes) -> tuple[bytes, dict[str, bytes]]:
    """Return the key of the file and the entries for the user's password; those of an owner fit none."""
    key, check, salt = bytes(range(32)), b"checking", b"the salt"
    u = _hardened(user, check, lock.revision) + check + salt
    ue = cbc_encrypted(_hardened(user, salt, lock.revision), bytes(16), key)
    told = MAY.to_bytes(4, "little", signed=True) + b"\xff\xff\xff\xffTadbrnd!"
    return key, {"U": u, "UE": ue, "O": bytes(48), "OE": bytes(32), "Perms": ecb_encrypted(key, told)}


def _locked(content: bytes, key: bytes, lock: Lock) -> bytes:
    """Encrypt the one stream (algorithm 1 and 1.A)."""
    vector = b"0123456789abcdef"
    padded = content + bytes([16 - len(content) % 16]) * (16 - len(content) % 16)
    if lock.method == "AESV3":
        return vector + cbc_encrypted(key, vector, padded)
    is_aes = lock.method == "AESV2"
    named = key + CONTENT.to_bytes(3, "little") + bytes(2) + (b"sAlT" if is_aes else b"")
    of_object = hashlib.md5(named).digest()[: min(16, lock.n_bytes + 5)]
    return vector + cbc_encrypted(of_object, vector, padded) if is_aes else rc4(of_object, content)


def locked_pdf(
    how: str,
    *,
    user: str = "",
    content: bytes = SHOWN,
    damage: Mapping[str, bytes] = MappingProxyType({}),
) -> bytes:
    """Write a PDF that opens with the user's password, at once where that is empty.

    `damage` stands in place of entries that check passwords.
    """
    lock = LOCKS[how]
    keys = _new_keys if lock.version == 5 else _old_keys
    key, entries = keys(lock, user.encode())
    entries |= damage
    written = " ".join(f"/{name} <{value.hex()}>" for name, value in entries.items())
    filters = (
        f"/CF << /StdCF << /CFM /{lock.method} /AuthEvent /DocOpen /Length {lock.n_bytes} >> >> "
        "/StmF /StdCF /StrF /StdCF"
        if lock.version > 3
        else ""
    )
    encryption = (
        f"<< /Filter /Standard /V {lock.version} /R {lock.revision} /Length {lock.n_bytes * 8} /P {MAY} "
        f"{written} {filters} >>"
    )
    return under(encryption, _locked(content, key, lock))


def under(encryption: str, stream: bytes) -> bytes:
    """Write a PDF of one page with a content stream, under an encryption dictionary."""
    whole = pdf(
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /Font << /F1 5 0 R >> >> "
        "/Contents 4 0 R >>",
        f"<< /Length {len(stream)} >>\nstream\n".encode() + stream + b"\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        encryption,
    )
    return whole.replace(
        b"/Root 1 0 R", f"/Root 1 0 R /Encrypt 6 0 R /ID [<{ID.hex()}> <{ID.hex()}>]".encode()
    )

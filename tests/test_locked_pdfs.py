"""Encrypted PDFs: what needs a password is refused by that name, what only has an owner's is read (B10)."""

from __future__ import annotations

import pypdfium2
import pytest
from aes import cbc_encrypted, ecb_encrypted
from hostile_builders import SHOWN
from locked_pdfs import LOCKS, locked_pdf, under

from bot.errors import ParseError
from bot.parse import parse

pytestmark = pytest.mark.slow

NEEDS_ONE = "a.pdf is protected by a password: give a copy saved without one"
UNKNOWN = "a.pdf is protected in a way that is not known: give an unprotected copy"


def refusal(payload):
    with pytest.raises(ParseError) as refused:
        list(parse(payload, "a.pdf"))
    return str(refused.value)


def test_the_cipher_of_these_tests_is_aes():
    """The examples of FIPS 197, appendix C, and of NIST SP 800-38A, F.2.1."""
    plain = bytes.fromhex("00112233445566778899aabbccddeeff")
    assert ecb_encrypted(bytes(range(16)), plain).hex() == "69c4e0d86a7b0430d8cdb78070b4c55a"
    assert ecb_encrypted(bytes(range(32)), plain).hex() == "8ea2b7ca516745bfeafc49904b496089"
    key, first = "2b7e151628aed2a6abf7158809cf4f3c", "6bc1bee22e409f96e93d7e117393172a"
    second = "ae2d8a571e03ac9c9eb76fac45af8e51"
    found = cbc_encrypted(bytes.fromhex(key), bytes(range(16)), bytes.fromhex(first + second))
    assert found.hex() == "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2"


@pytest.mark.parametrize("how", LOCKS)
def test_a_pdf_that_needs_a_password_is_refused_by_that_name(how):
    locked = locked_pdf(how, user="secret")
    opened = pypdfium2.PdfDocument(locked, password="secret")  # else it is refused for another reason
    assert opened[0].get_textpage().get_text_bounded() == "CANARY"
    assert b"CANARY" not in locked
    assert refusal(locked) == NEEDS_ONE


@pytest.mark.parametrize("how", LOCKS)
def test_a_pdf_that_has_only_an_owners_password_is_read(how):
    (document,) = parse(locked_pdf(how), "a.pdf")
    assert document.text == "CANARY"


@pytest.mark.parametrize("how", LOCKS)
def test_an_encrypted_pdf_without_text_is_refused_as_one_without_text(how):
    """B12: of pictures only."""
    assert "holds no text (1 page, perhaps scanned)" in refusal(locked_pdf(how, content=b"0 0 m 9 9 l S"))
    assert refusal(locked_pdf(how, user="secret", content=b"0 0 m 9 9 l S")) == NEEDS_ONE


@pytest.mark.parametrize(
    "encryption",
    [
        "<< /Filter /Evil /V 1 /R 2 >>",
        "<< /Filter /Evil /SubFilter /adbe.pkcs7.s5 /V 4 /R 4 >>",
    ],
    ids=["handler", "public key"],
)
def test_an_unknown_way_to_protect_is_refused_as_such(encryption):
    assert refusal(under(encryption, SHOWN)) == UNKNOWN


def test_a_version_that_is_not_known_is_refused_as_protected():
    unknown = "<< /Filter /Standard /V 99 /R 99 /P -44 /O <00> /U <00> >>"
    assert refusal(under(unknown, SHOWN)) in {NEEDS_ONE, UNKNOWN}


@pytest.mark.parametrize("how", LOCKS)
@pytest.mark.parametrize("damage", [b"", b"Z" * 7, b"Z" * 32, b"Z" * 48, b"Z" * 9_000], ids=len)
def test_a_damaged_check_of_the_password_is_refused_as_protected(how, damage):
    assert refusal(locked_pdf(how, damage={"U": damage})) in {NEEDS_ONE, UNKNOWN}
    damaged = locked_pdf(how, damage={"O": damage})
    if LOCKS[how].version == 5 and len(damage) >= 48:  # what is the owner's does not open it, nor shut it
        assert [document.text for document in parse(damaged, "a.pdf")] == ["CANARY"]
    else:
        assert refusal(damaged) in {NEEDS_ONE, UNKNOWN}

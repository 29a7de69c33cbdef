"""Fetching by address: what is refused before anything is asked, what is never reached, and what is bounded.

`CASES` has one of each kind of hostile address. The larger table is data outside of the project, in
$BOT_EVAL_DATA/hostile/ssrf (default: ../shared/data), and is tried where it is there.
"""

from __future__ import annotations

import json
import os
import shutil
import ssl
import subprocess
import time
from ipaddress import ip_address
from pathlib import Path

import pytest
from fetch_samples import HOST, PAGE, PUBLIC, QUICK, NameServer, gzipped, net, serving
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import FetchError
from bot.fetch import fetch, page_name, plain
from bot.fetch.address import checked
from bot.fetch.client import Bounds
from bot.fetch.inflate import Broken, TooLarge, unpacked
from bot.fetch.public import is_public

pytestmark = pytest.mark.slow

DATA = Path(os.environ.get("BOT_EVAL_DATA") or Path(__file__).parents[2] / "shared" / "data")
SSRF = DATA / "hostile" / "ssrf"
ROOT = f"http://{HOST}"

CASES = [  # (address, what a name server answers for its host)
    *((address, PUBLIC) for address in (
        "http://localhost/", "http://LocalHost./", "http://db.localhost/", "http://box.localdomain/",
        "http://router.lan/", "http://wiki.corp/", "http://printer.home.arpa/", "http://api.default.svc/",
        "http://metadata.google.internal/", "http://intranet/", "http://127.0.0.1/", "http://127.0.0.1./",
        "http://0.0.0.0/", "http://10.1.2.3/", "http://172.16.0.1/", "http://192.168.1.1/",
        "http://169.254.169.254/latest/", "http://100.100.100.200/", "http://168.63.129.16/",
        "http://192.0.0.192/", "http://224.0.0.1/", "http://240.0.0.1/", "http://255.255.255.255/",
        "http://198.18.0.1/", "http://203.0.113.9/", "http://[::1]/", "http://[::]/", "http://[fe80::1]/",
        "http://[fe80::1%25eth0]/", "http://[fc00::1]/", "http://[ff02::1]/", "http://[2001:db8::1]/",
        "http://[::ffff:127.0.0.1]/", "http://[::127.0.0.1]/", "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/", "http://[2001:0:7f00:1::]/", "http://[2a00::5efe:7f00:1]/",
        "http://2130706433/", "http://0x7f000001/", "http://017700000001/", "http://0x7f.1/", "http://127.1/",
        "http://0177.0.0.1/", "http://127.0.0.01/", "http://\uff11\uff12\uff17.0.0.1/", "http://\u24db\u24de/",
        "http://lo\u00adcal.example/", "http://loca\u200bl.example/", "http://a%2eexample/",
        "http://127.0.0.1%00.public.example/", "http://me@public.example/", "http://a:b@public.example/",
        "http://public.example@127.0.0.1/", "http://public.example\\@127.0.0.1/", "http://public.example:22/",
        "http://public.example:8080/", "https://public.example:80/", "http://public.example:80:80/",
        "http://public.example\r\nHost: x/", "http://pub lic.example/", "http:///a", "http:/public.example/",
        "//public.example/", "http://::1/", "http://[127.0.0.1]/", "http://-a.example/", "http://a..example/",
        f"http://{'a' * 64}.example/", "http://public.example/" + "a" * 3000, "http://", "https://?",
        "ftp://public.example/", "file:///etc/passwd", "gopher://public.example/", "javascript:alert(1)",
        "view-source:http://public.example/", "data:text/html,x", "/etc/passwd", "C:\\a.html", "",
    )),
    ("http://inside.example/", "10.1.2.3"),
    ("http://loop.example/", "127.0.0.1"),
    ("http://six.example/", "::1"),
    ("http://zone.example/", "fe80::1%eth0"),
    ("http://mapped.example/", "::ffff:10.0.0.1"),
    ("http://both.example/", f"{PUBLIC},127.0.0.1"),
    ("http://odd.example/", "no address"),
    ("http://many.example/", ",".join([PUBLIC] * 17)),
]  # fmt: skip


@pytest.fixture
def site():
    with serving() as made:
        yield made


@pytest.fixture
def secret():
    """Serve what nothing may reach; a visitor fails the test."""
    with serving() as made:
        yield made
        assert made.seen == []


@pytest.fixture
def reached(site, secret):
    """Return a network whose wires say what was dialled."""
    found = net(site, secret)
    yield found
    assert set(found.dial.dialled) <= {PUBLIC}


def refusal(address, **options):
    with pytest.raises(FetchError) as error:
        fetch(address, **options)
    (line,) = str(error.value).splitlines()
    return line


@pytest.mark.parametrize(("address", "answer"), CASES, ids=range(len(CASES)))
def test_a_hostile_address_is_refused_in_one_line_and_nothing_is_dialled(site, secret, address, answer):
    wires = net(site, secret, NameServer({}, default=answer.split(",")))
    assert len(refusal(address, net=wires)) < 300
    assert wires.dial.dialled == []
    assert site.seen == []


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("http://Public.Example", "http://public.example/"),
        ("https://public.example:443/a?b=c#d", "https://public.example/a?b=c"),
        ("http://public.example./", "http://public.example/"),
        ("https://b\u00fccher.example/\u00e4", "https://xn--bcher-kva.example/%C3%A4"),
        ("http://93.184.216.34/", "http://93.184.216.34/"),
        ("https://[2606:2800:220:1::1946]/", "https://[2606:2800:220:1::1946]/"),
        ("https://public.example/?u=http://127.0.0.1/", "https://public.example/?u=http://127.0.0.1/"),
        ("https://localhost.public.example/", "https://localhost.public.example/"),
        ("http://public.example?@127.0.0.1/", "http://public.example/?@127.0.0.1/"),
        ("http://public.example#@127.0.0.1/", "http://public.example/"),
    ],
)
def test_a_plain_address_is_taken_and_known_by_one_form(address, shown):
    assert checked(address).url == shown
    assert plain(address) == shown == plain(shown)


@given(st.text() | st.from_regex(r"https?://[a-z0-9.:@\[\]%/\\]{0,40}", fullmatch=True))
def test_no_text_makes_the_check_fail_in_another_way_than_by_its_line(text):
    try:
        found = checked(text)
    except FetchError as error:
        told = str(error)
    else:
        told = "taken"
        assert checked(found.url) == found
    assert len(told.splitlines()) == 1


@given(st.ip_addresses(network="2001::/23") | st.ip_addresses(network="64:ff9b::/96")
       | st.ip_addresses(network="::ffff:0:0/96") | st.ip_addresses(network="100.64.0.0/10"))  # fmt: skip
def test_addresses_that_carry_others_are_never_public(ip):
    assert not is_public(ip)


def test_ordinary_addresses_are_public():
    assert all(
        map(is_public, map(ip_address, ("93.184.216.34", "1.1.1.1", "11.0.0.1", "2606:2800:220:1::1")))
    )


def test_a_page_comes_with_the_address_it_came_from_and_only_plain_headers_are_sent(
    site, reached, monkeypatch, tmp_path
):
    (tmp_path / ".netrc").write_text(f"machine {HOST} login me password hunter2")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    page = fetch(f"{ROOT}/redirect?to=/the-mill/%3Fp=1", net=reached)
    assert (page.payload, page.url, page.name) == (PAGE, f"{ROOT}/the-mill/?p=1", "the-mill.html")
    assert [path for path, _ in site.seen] == ["/redirect?to=/the-mill/%3Fp=1", "/the-mill/?p=1"]
    for _, headers in site.seen:
        assert headers["Host"] == HOST
        assert {name.lower() for name in headers} == {
            "host", "user-agent", "accept", "accept-language", "accept-encoding", "connection",
        }  # fmt: skip


def test_cookies_are_not_kept(site, reached):
    site.bodies["set"] = (b"", {"Set_Cookie": "id=1", "Location": "/next"})
    site.bodies["set"] = (b"x", {"Set_Cookie": "id=1"})
    fetch(f"{ROOT}/body?name=set", net=reached)
    fetch(f"{ROOT}/next", net=reached)
    assert all("Cookie" not in headers for _, headers in site.seen)


def test_a_name_is_looked_up_once_a_page_and_the_connection_goes_to_what_was_checked(site, secret):
    names = NameServer({HOST: [[PUBLIC], ["127.0.0.1"]]})
    wires = net(site, secret, names)
    assert fetch(f"{ROOT}/a", net=wires).payload == PAGE
    assert (names.asked, wires.dial.dialled) == ([HOST], [PUBLIC])
    assert "not public" in refusal(f"{ROOT}/a", net=wires)  # the next fetch asks anew, and looks again


def test_the_second_address_of_a_name_is_tried_where_the_first_does_not_answer(site, secret):
    import httpcore

    class FirstIsDown:
        def connect_tcp(self, host, *args, **options):
            if host == "1.1.1.1":
                raise httpcore.ConnectError("refused")
            return wires.dial.connect_tcp(host, *args, **options)

    wires = net(site, secret)
    names = NameServer({}, default=["1.1.1.1", PUBLIC])
    assert fetch(ROOT, net=type(wires)(names, FirstIsDown())).payload == PAGE


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "to", ["http://127.0.0.1:{port}/x", "//127.0.0.1:{port}/x", "http://[::1]/", "http://2130706433/",
           "file:///etc/passwd", "http://inside.example/", "http://public.example:8080/", "http://a@b.example/"],
)  # fmt: skip
def test_every_redirect_is_checked_like_the_first_address(site, secret, code, to):
    wires = net(site, secret, NameServer({"inside.example": [["10.0.0.1"]]}, default=[PUBLIC]))
    line = refusal(f"{ROOT}/redirect?code={code}&to={to.format(port=secret.server_port)}", net=wires)
    assert "not public" in line or "sends on to what is not fetched" in line
    assert wires.dial.dialled == [PUBLIC]


def test_three_redirects_are_followed_and_no_fourth(reached):
    assert fetch(f"{ROOT}/redirect-chain?n=3", net=reached).payload == PAGE
    for path in ("/redirect-chain?n=4", "/redirect-loop"):
        assert "sends on more than 3 times" in refusal(ROOT + path, net=reached)
    assert "without saying where" in refusal(f"{ROOT}/redirect?to=", net=reached)


@pytest.mark.parametrize("path", ["/link-canonical", "/iframe"])
def test_nothing_that_a_page_names_is_fetched(site, secret, reached, path):
    fetch(f"{ROOT}{path}?to=http://127.0.0.1:{secret.server_port}/secret", net=reached)
    assert len(site.seen) == 1


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/slow", "/slow-header", "/silent"])
def test_a_slow_server_is_left_when_the_time_is_up(reached, path):
    started = time.monotonic()
    assert "did not arrive in time" in refusal(ROOT + path, net=reached, bounds=QUICK)
    assert time.monotonic() - started < QUICK.total_s + 1


@pytest.mark.slow
def test_a_slow_name_server_is_left_too(site, secret):
    def slow(_):
        time.sleep(3)
        return [PUBLIC]

    wires = type(net(site, secret))(slow, net(site, secret).dial)
    assert "was not found in time" in refusal(ROOT, net=wires, bounds=QUICK)


@pytest.mark.parametrize("path", ["/endless", "/gzip-bomb?mb=40"])
def test_what_has_no_end_or_unpacks_to_more_than_is_taken_is_refused(reached, path):
    bounds = Bounds(max_bytes=2_000_000, total_s=20)
    assert "is larger than 2 MB" in refusal(ROOT + path, net=reached, bounds=bounds)


def test_an_announced_size_is_believed_where_it_is_too_large(site, reached):
    site.bodies["large"] = (b"x" * 100, {"Content_Length": "99999999999"})
    assert "is larger than" in refusal(f"{ROOT}/body?name=large", net=reached)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("/status?code=404", "is not there (404): check the address"),
        ("/status?code=401", "asks for a login"),
        ("/status?code=403", "refused to programs"),
        ("/status?code=429", "try again later"),
        ("/status?code=503", "trouble at its own end (503)"),
        ("/status?code=204", "answered with status 204"),
        ("/status?code=418", "answered with status 418"),
        ("/brotli-bomb", "packed as 'br', which was not asked for"),
        ("/cut", "broke off or sent what is no answer"),
        ("/garbage", "broke off or sent what is no answer"),
    ],
)
def test_what_is_no_page_is_refused_with_its_reason(reached, path, line):
    assert line in refusal(ROOT + path, net=reached)


@pytest.mark.parametrize(
    ("body", "headers", "line"),
    [
        (b"\x89PNG", {"Content_Type": "image/png"}, "is image/png, which is no page"),
        (b"{}", {"Content_Type": "application/json; charset=utf-8"}, "is application/json"),
        (b" \n", {}, "answered with an empty page"),
        (b"not packed", {"Content_Encoding": "gzip"}, "arrived damaged"),
        (gzipped(PAGE)[:-9], {"Content_Encoding": "gzip"}, "arrived damaged"),
        (PAGE, {"Content_Encoding": "gzip, gzip"}, "packed as 'gzip, gzip'"),
        (PAGE, {"Content_Encoding": "<b>" + "z" * 200}, "packed as"),
    ],
    ids=range(7),
)
def test_what_is_no_page_by_its_head_or_bytes_is_refused(site, reached, body, headers, line):
    site.bodies["given"] = (body, headers)
    assert line in refusal(f"{ROOT}/body?name=given", net=reached)


def test_hosts_that_are_not_there_get_a_line(site, secret, reached):
    assert "no host nowhere.example was found" in refusal(
        "http://nowhere.example/", net=net(site, secret, NameServer({}))
    )
    site.server_close()
    site.shutdown()
    assert "cannot be reached" in refusal(ROOT, net=reached)


@pytest.mark.parametrize(
    ("charset", "body", "read"),
    [
        ("windows-1252", "<p>caf\u00e9 \u20ac</p>".encode("cp1252"), "<p>caf\u00e9 \u20ac</p>"),
        ("Shift_JIS", "<p>\u5de5\u5834</p>".encode("cp932"), "<p>\u5de5\u5834</p>"),
        ("iso-2022-jp", "<p>\u5de5\u5834</p>".encode("iso2022_jp"), "<p>\u5de5\u5834</p>"),
        ("iso-8859-1", "<p>caf\u00e9</p>".encode(), "<p>caf\u00e9</p>"),  # UTF-8 all the same
        ("utf-7", b"<p>+ADw-script+AD4-</p>", "<p>+ADw-script+AD4-</p>"),
        ("rot13", b"<p>abc</p>", "<p>abc</p>"),
        ("nonsense", b"<p>abc</p>", "<p>abc</p>"),
    ],
)
def test_an_encoding_that_only_the_server_names_is_kept_with_the_bytes(site, reached, charset, body, read):
    site.bodies["given"] = (body, {"Content_Type": f"text/html; charset={charset}"})
    page = fetch(f"{ROOT}/body?name=given", net=reached)
    assert page.payload.decode("utf-8-sig") == read


@pytest.mark.parametrize(
    ("url", "payload", "name"),
    [
        ("https://a.example/2024/the-suit/?p=1", PAGE, "the-suit.html"),
        ("https://a.example/", PAGE, "a.example.html"),
        ("https://a.example/report.pdf", PAGE, "report.html"),  # a page that asks to log in, say
        ("https://a.example/report.pdf", b"%PDF-1.7", "report"),
        ("https://a.example/notes.md", b"# Notes", "notes.md"),
        ("https://a.example/rows.jsonl", b'{"a": 1}', "rows"),
        ("https://a.example/..%2f..%2fetc%2fpasswd", b"words", "passwd"),
        ("https://a.example/%00%0a", b"words", "a-example"),
        ("https://a.example/v1.2.3/", b"words", "v1-2"),
        ("https://a.example/" + "x" * 500, b"words", "x" * 120),
    ],
)
def test_a_page_is_named_by_its_address_and_its_kind_by_its_bytes(url, payload, name):
    assert page_name(url, payload) == name


@given(st.binary(max_size=2000), st.integers(0, 2500), st.integers(1, 300))
def test_unpacking_gives_the_bytes_or_stops_at_the_bound(body, most, step):
    packed = gzipped(body[:1000]) + gzipped(body[1000:])
    chunks = [packed[i : i + step] for i in range(0, len(packed), step)]
    try:
        assert unpacked(chunks, "gzip", most) == body
    except TooLarge:
        assert len(body) > most or len(packed) > most


@pytest.mark.parametrize("bits", [15, -15])
def test_both_forms_of_deflate_are_unpacked(bits):
    import zlib

    packer = zlib.compressobj(9, zlib.DEFLATED, bits)
    packed = packer.compress(b"words " * 100) + packer.flush()
    assert unpacked([packed], "deflate", 1000) == b"words " * 100
    with pytest.raises(Broken):
        unpacked([packed[:-5]], "deflate", 1000)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate of this test, and is not here")
    folder = tmp_path_factory.mktemp("tls")
    key, made = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", made,
         "-days", "2", "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"],
        check=True, capture_output=True,
    )  # fmt: skip
    return made, key


def test_certificates_are_checked_for_the_name_that_was_asked_for(certificate, secret):
    made, key = certificate

    def encrypt(site):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(made, key)
        site.socket = context.wrap_socket(site.socket, server_side=True)

    trusting = ssl.create_default_context(cafile=str(made))
    with serving(encrypt) as site:
        assert fetch(f"https://{HOST}/", net=net(site, secret, tls=trusting)).payload == PAGE
        untrusted = refusal(f"https://{HOST}/", net=net(site, secret))
        other_name = refusal("https://other.example/", net=net(site, secret, tls=trusting))
        assert "no certificate that can be trusted" in untrusted
        assert "no certificate that can be trusted" in other_name


def _rows(name):
    path = SSRF / name
    return [json.loads(line) for line in path.read_text().splitlines()] if path.is_file() else []


needs_table = pytest.mark.skipif(not SSRF.is_dir(), reason=f"no {SSRF}: $BOT_EVAL_DATA names what holds it")


def _names(row):
    """Return the name server that a row wants; without one every name is public, and only rules refuse."""
    told = row.get("resolves_to") or "-"
    if told == "-":
        return NameServer({}, default=[PUBLIC])
    answers = [
        part.partition(":")[2] if part.startswith(("first:", "then:")) else part for part in told.split(";")
    ]
    host = row["url"].partition("://")[2].partition("/")[0]
    return NameServer({host: [answer.split(",") for answer in answers]}, default=answers[0].split(","))


@needs_table
@pytest.mark.slow
@pytest.mark.parametrize("row", _rows("urls.jsonl"), ids=lambda row: row["id"])
def test_no_address_of_the_table_reaches_the_secret_server(site, secret, row):
    url = row["url"].replace("{PUBLIC_TEST_HOST}", HOST).replace("{SECRET_PORT}", str(secret.server_port))
    if "localtest.me" in url:
        row = {**row, "resolves_to": None}
    names = _names(row)
    names.answers.setdefault("localtest.me", [["127.0.0.1"]])
    wires = net(site, secret, names)
    started = time.monotonic()
    try:
        fetch(url.replace("mb=1000", "mb=30"), net=wires, bounds=QUICK)
        told = ""
    except FetchError as error:
        told = str(error)
    # what only names another address is fetched, and so is a name's first, public address: once
    is_fetched = row["category"] == "dns-rebinding" or "canonical" in url or "iframe" in url
    assert len(told.splitlines()) == (0 if is_fetched else 1)
    assert set(wires.dial.dialled) <= {PUBLIC}
    assert time.monotonic() - started < QUICK.total_s + 2


@needs_table
@pytest.mark.slow
@pytest.mark.parametrize("row", _rows("controls.jsonl"), ids=lambda row: row["id"])
def test_the_controls_of_the_table_are_allowed(site, secret, row):
    from fetch_samples import Wires

    from bot.fetch.client import Net

    address = checked(row["url"])
    public = (PUBLIC, address.host)
    wires = Wires(site.server_port, secret.server_port, public)
    if address.scheme == "http":
        assert fetch(row["url"], net=Net(_names(row), wires)).payload == PAGE
    else:  # the test server speaks no TLS: it is reached, and that is all
        assert "cannot be reached" in refusal(row["url"], net=Net(_names(row), wires)) or wires.dialled
    assert set(wires.dialled) <= set(public)
    assert wires.dialled

"""More hostile input than anybody lists: forms put together by their grammar, and bytes of them changed at random."""

import json
import random
from typing import NamedTuple
from urllib.parse import quote_plus

from leadbell.field_names import OURS, RESERVED
from tests.fuzz.hostile import FORM, HOSTILE, JSON, PARTS, TEXT

NAMES = (*OURS, *sorted(RESERVED), "a[b]", "a[]", "x", "", "fields[0][name]", "_consent[newsletter]", "\u202ea")
ADDRESSES = (
    "eva@acme.example.com",
    "eva@åsa.example",
    "a+b@gmail.com",
    "å@例え.jp",
    '"a b"@b.example',
    "a@[192.0.2.1]",
    "a@b",
    "@",
    "a@b.example;c@d.example",
    "A\u0300@B.EXAMPLE",
    "a@xn--80ak6aa92e.com",
    "\u212a@b.example",
    "ß@ß.example",
)
PHONES = (
    "+46701740605",
    "070-174 06 05",
    "\u202a+46 70 174 06 05\u202c",
    "\u0660\u0661",
    "00",
    "+",
    "tel:+1;ext=9",
    "1" * 60,
)
NUMBERS = ("51-200", "1,000+", "< 10", "9" * 400, "1e999", "\u0665\u0660", "2 billion", "0.000001 mn", "-5", "\u00b2")
URLS = (
    "https://www.example.com/x",
    "//evil.example",
    "/\\evil.example",
    "https://www.example.com@evil.example/",
    "javascript:alert(1)",
    "/danke?a=b#c",
    "https://www.example.com\n.evil.example/",
    "https:///x",
    "https://[::1",
    "https://www.example.com:443/",
    "HTTPS://WWW.EXAMPLE.COM/",
    "https://example.org:8443\\@evil.example",
    "http://a]",
)
ODD = (
    "\0",
    "\x1b[31m",
    "\r\n",
    "\u2028",
    "\u202e",
    "\u200b",
    "\ufeff",
    "\ud800",
    "\udfff",
    "Z" + "\u0336" * 40,
    "\U0010ffff",
    "\ufdfa" * 50,
    "x" * 11_000,
    "{" * 50,
    "[" * 50,
    '"',
    "\\",
    "%",
    "%00",
    "%ED%A0%80",
    "=",
    "&",
    ";",
    "<script>",
    "=1+1",
)
VALUES = (*ADDRESSES, *PHONES, *NUMBERS, *URLS, *ODD, "Sweden", "SE", "later", "yes", "Eva", "", " ")
PIECES = (
    b"--xyz",
    b"--xyz--",
    b"\r\n",
    b"\r\n\r\n",
    b"--",
    b"{",
    b"}",
    b"[",
    b"]",
    b'"',
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b",",
    b":",
    b"null",
    b"NaN",
    b"1e999",
    b"&",
    b"=",
    b"%",
    b"%00",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"\0",
    b"email",
    b"filename=",
    b'; name="email"',
    b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Type: text/plain; charset=utf-16\r\n",
    b"Content-Disposition: form-data",
)
TYPES = (
    FORM,
    JSON,
    TEXT,
    PARTS,
    f"{FORM}; charset=utf-8",
    "multipart/form-data",
    'multipart/form-data; boundary="x;y"',
    "multipart/form-data; boundary*=utf-8''xyz",
    f"{JSON};charset=\u00e5",
    "",
    ";",
    "text/html",
)


class Input(NamedTuple):
    """What a door gets."""

    content_type: str
    raw: bytes


def text(chance: random.Random) -> str:
    """One of the values, or several run together and cut somewhere."""
    whole = "".join(chance.choice(VALUES) for _ in range(chance.choice((1, 1, 2, 3))))
    return whole if chance.random() < 0.7 else whole[chance.randrange(len(whole) + 1) :]


def fields(chance: random.Random) -> list[tuple[str, str]]:
    """Some fields, half of the time with an address that is good."""
    some = [(chance.choice(NAMES), text(chance)) for _ in range(chance.choice((0, 1, 2, 5, 20)))]
    return [*some, ("email", ADDRESSES[0])] if chance.random() < 0.5 else some


def written(chance: random.Random) -> Input:
    """A form in one of its grammars."""
    said = fields(chance)
    kind = chance.choice((FORM, JSON, TEXT, PARTS))
    if kind == FORM:
        pairs = (
            f"{quote_plus(name, errors='surrogatepass')}={quote_plus(value, errors='surrogatepass')}"
            for name, value in said
        )
        return Input(kind, "&".join(pairs).encode())
    if kind == PARTS:
        return Input(kind, b"".join(_part(chance, name, value) for name, value in said) + b"--xyz--\r\n")
    values = (_json_value(chance, value) for _, value in said)
    members = dict(zip((name for name, _ in said), values, strict=True))
    return Input(kind, json.dumps(members, ensure_ascii=chance.random() < 0.5).encode(errors="surrogatepass"))


def _part(chance: random.Random, name: str, value: str) -> bytes:
    more = chance.choice(
        ('; filename="a.pdf"', '; filename="../../\u202ex"', "; filename*=utf-8''%ff", "", "", "", "", "")
    )
    head = f'--xyz\r\nContent-Disposition: form-data; name="{name}"{more}'
    return f"{head}\r\n\r\n{value}\r\n".encode(errors="surrogatepass")


def _json_value(chance: random.Random, value: str) -> object:
    return chance.choice((value, value, value, [value, 1, None], {"a": value}, 10**30, 1.5, True, None, [[value]], []))


def changed(chance: random.Random, raw: bytes) -> bytes:
    """The bytes with some of them taken out, doubled, replaced or put elsewhere."""
    found = bytearray(raw)
    for _ in range(chance.choice((0, 1, 1, 2, 4, 8))):
        at = chance.randrange(len(found) + 1)
        to = min(len(found), at + chance.choice((1, 1, 4, 30)))
        piece = chance.choice((b"", bytes([chance.randrange(256)]), chance.choice(PIECES), bytes(found[at:to]) * 2))
        found[at : to if chance.random() < 0.5 else at] = piece
    return bytes(found)


SEEDS = [Input(each.content_type, each.raw) for each in HOSTILE.values() if len(each.raw) < 2000]


def hostile(chance: random.Random) -> Input:
    """An input: written by a grammar or taken from the list, then changed; now and then under another type."""
    content_type, raw = written(chance) if chance.random() < 0.7 else chance.choice(SEEDS)
    if chance.random() < 0.1:
        content_type = chance.choice(TYPES)
    return Input(content_type, changed(chance, raw))

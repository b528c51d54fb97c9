"""Where a browser goes after a form: only to origins that the owner listed, compared exactly. And from an address with
a slash at the end to the one without it, where another function takes that."""

import re
from collections.abc import Sequence
from urllib.parse import quote, urlsplit

# Addresses of other functions than the one that gets all that no route takes.
_ELSEWHERE = re.compile(r"/(?:newsletter|(?:downloads|d|confirm|unsubscribe|preferences|alerts)/[\w~-][\w.~-]*)/")
_ASCII = "".join(chr(code) for code in range(0x21, 0x7F))


def allowed_target(wanted: str, origins: Sequence[str]) -> str:
    """The target if it is an absolute URL on one of `origins`, or a path on the first of them; empty otherwise."""
    if not wanted or any(ord(c) <= 0x20 or c in "\\\x7f" or "\ud800" <= c <= "\udfff" for c in wanted):
        return ""
    if wanted.startswith("/") and not wanted.startswith("//"):
        return _ascii(f"{origins[0]}{wanted}") if origins else ""
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return ""
    return _ascii(wanted) if f"{parts.scheme}://{parts.netloc}" in origins else ""


def _ascii(url: str) -> str:
    """The URL as a header may carry it: what is not ASCII percent-encoded, as a browser does."""
    return quote(url, safe=_ASCII)


def with_query(url: str, name: str, word: str) -> str:
    """The URL with one more parameter, whose value is a word of our own and never a visitor's."""
    address, hash_sign, fragment = url.partition("#")
    return f"{address}{'&' if '?' in address else '?'}{name}={word}{hash_sign}{fragment}"


def without_slash(path: str) -> str:
    """The way from an address of ours with a slash at the end to the one without; empty for any other."""
    return f"../{path.rstrip('/').rpartition('/')[2]}" if path.isascii() and _ELSEWHERE.fullmatch(path) else ""

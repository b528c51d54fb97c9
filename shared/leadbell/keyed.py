"""Keyed hashes (HMAC-SHA256, RFC 2104): this stack can compare their inputs, and nobody can read them back."""

import base64
import hmac
from functools import cache


def keyed(secret: str, use: str, text: bytes) -> bytes:
    """The hash of `text` by a key of its own for this use.

    One secret keys contact ids, links, limits and more; a key for each keeps what one of them made from passing for
    another's.
    """
    return _hash(_key(secret, use), text)


def keyed_name(secret: str, text: str) -> str:
    """A hash as part of an id: 128 bits in lower case and digits, which no URL spells otherwise.

    By the secret itself, since contacts have been named so from the first release on; `text` begins with what it is.
    """
    return base64.b32encode(_hash(secret.encode(), text.encode())[:16]).decode().rstrip("=").lower()


@cache
def _key(secret: str, use: str) -> bytes:
    return _hash(secret.encode(), f"leadbell {use}".encode())


def _hash(key: bytes, text: bytes) -> bytes:
    return hmac.digest(key, text, "sha256")

"""Keyed hashes (HMAC-SHA256, RFC 2104): this stack can compare their inputs, and nobody can read them back.

The service has one secret. Each use of it has a key of its own, so that what one use made cannot pass for another's.
Links have keys that change; nothing else that is keyed ever does.
"""

import base64
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Self

from leadbell.errors import Unavailable

READ_AGAIN_AFTER = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class LinkKey:
    """A key that signs links until `ended_at`, when another became current. Tokens name it by its `id`."""

    id: str
    key: bytes = field(repr=False)
    since: datetime
    ended_at: datetime | None = None
    is_compromised: bool = False


@dataclass(frozen=True, slots=True)
class Secret:
    """The secret itself and the keys of links, the oldest first; the last one is current."""

    root: bytes = field(repr=False)
    links: tuple[LinkKey, ...]

    @classmethod
    def first(cls, root: bytes, now: datetime) -> "Secret":
        """The secret of a new service, with the first key of links."""
        return cls(root, (LinkKey("1", _key(root, "link"), now),))

    @property
    def current(self) -> LinkKey:
        """The key that signs links now."""
        return self.links[-1]


class Keyring:
    """The secret as one function has it. `read` gives the stored one; `make` stores one where there is none."""

    def __init__(self, read: Callable[[], Secret | None], make: Callable[[datetime], Secret] | None = None) -> None:
        self._read, self._make = read, make
        self._secret: Secret | None = None
        self._read_at: datetime | None = None
        self._searched_at: datetime | None = None

    @classmethod
    def of(cls, root: bytes) -> Self:
        """The keys of a service with this secret."""
        secret = Secret.first(root, datetime.fromtimestamp(0, UTC))
        return cls(lambda: secret)

    def take(self, secret: Secret | None, now: datetime) -> None:
        """What somebody else has just read; None where none is stored."""
        self._secret, self._read_at = secret, now

    def forget(self) -> None:
        """Reads it anew when asked next."""
        self._secret = self._read_at = self._searched_at = None

    def fresh(self, now: datetime) -> Self:
        """The same, read at most half a minute ago; raises as reading it does."""
        if not _is_recent(self._read_at, now):
            self.take(self._read(), now)
        return self

    def made(self, now: datetime) -> Self:
        """The same, where there is none yet with a new one; of two that are made at once both functions use the first.

        Raises Unavailable where there is none and this function may not make one.
        """
        if self.fresh(now)._secret is None and self._make is not None:
            self.take(self._make(now), now)
        return self

    def ensure(self, now: datetime) -> None:
        """Makes one where there is none; whoever has read it once does not read it again for that."""
        if self._secret is None:
            self.made(now)

    @property
    def secret(self) -> Secret:
        """What was read last; raises Unavailable where none is stored."""
        if self._secret is None:
            self._secret = self._read()
        if self._secret is None:
            raise Unavailable("the service has no secret yet; its first submission or its sweep makes one")
        return self._secret

    def link_key(self, key_id: str, now: datetime) -> LinkKey | None:
        """The key that a token names; None where there is none.

        It may be newer than what was read, so it is searched for in the table, but only once in half a minute: anybody
        can make up a name.
        """
        found = _named(self.fresh(now).secret, key_id)
        if found is None and not _is_recent(self._searched_at, now):
            self._searched_at = now
            self.take(self._read(), now)
            found = _named(self.secret, key_id)
        return found


def keyed(keys: Keyring, use: str, text: bytes) -> bytes:
    """The hash of `text` by the key of this use."""
    return digest(_key(keys.secret.root, use), text)


def keyed_name(keys: Keyring, use: str, text: str) -> str:
    """A hash as part of an id: 128 bits in lower case and digits, which no URL spells otherwise."""
    return base64.b32encode(keyed(keys, use, text.encode())[:16]).decode().rstrip("=").lower()


def digest(key: bytes, text: bytes) -> bytes:
    """The hash of `text` by a key."""
    return hmac.digest(key, text, "sha256")


def _named(secret: Secret, key_id: str) -> LinkKey | None:
    return next((key for key in secret.links if key.id == key_id), None)


def _is_recent(at: datetime | None, now: datetime) -> bool:
    return at is not None and timedelta() <= now - at < READ_AGAIN_AFTER


@cache
def _key(root: bytes, use: str) -> bytes:
    return digest(root, f"leadbell {use}".encode())

"""The service's secret in the table: made once, read by every function, shown by no command.

`CONFIG#secret` holds the secret itself, which never changes, and the keys of links, of which each rotation adds one.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from leadbell.errors import Conflict, Unavailable
from leadbell.keyed import Keyring, LinkKey, Secret
from leadbell.publications import active_key
from leadbell.table import Item, Table, moment, stamp

SECRET = active_key("secret")


class Secrets:
    """The stored secret. `new_secret` gives 32 random bytes."""

    def __init__(self, table: Table, new_secret: Callable[[], bytes]) -> None:
        self._table, self._new_secret = table, new_secret

    def read(self) -> Secret | None:
        """The secret, read strongly; None where none was made."""
        return secret_of(self._table.get(*SECRET))

    def make(self, now: datetime) -> Secret:
        """Makes the secret; where somebody else has made one meanwhile, gives that one."""
        made = Secret.first(self._new_secret(), now)
        there = self._table.put(item_of(made), "attribute_not_exists(pk)")
        return secret_of(there) or made

    def rotate(self, now: datetime, *, is_compromised: bool) -> Secret:
        """Makes a new key current for links; raises Conflict where somebody else has just done so, Unavailable where
        there is no secret yet.

        Compromised are all keys before it, not only the last one.
        """
        before = Keyring(self.read).secret
        ended = [
            replace(key, ended_at=key.ended_at or now, is_compromised=key.is_compromised or is_compromised)
            for key in before.links
        ]
        new = LinkKey(str(len(ended) + 1), self._new_secret(), now)
        after = replace(before, links=(*ended, new))
        same = "size(#links) = :seen"
        if self._table.put(item_of(after), same, {":seen": len(before.links)}) is not None:
            raise Conflict("another key was made current at the same moment")
        return after


def keyring(table: Table, new_secret: Callable[[], bytes]) -> Keyring:
    """The keys of a function that makes the secret where there is none."""
    secrets = Secrets(table, new_secret)
    return Keyring(secrets.read, secrets.make)


def read_only_keyring(table: Table) -> Keyring:
    """The keys of what may not write: without a secret it is Unavailable."""
    return Keyring(lambda: secret_of(table.get(*SECRET)))


def secret_of(item: Item | None) -> Secret | None:
    """The secret in its item; raises Unavailable where this version cannot read it."""
    if not item:
        return None
    try:
        return Secret(bytes.fromhex(item["root"]), tuple(_link_key(each) for each in item["links"]))
    except (KeyError, TypeError, ValueError) as error:
        raise Unavailable(f"the stored secret cannot be read by this version ({type(error).__name__})") from error


def item_of(secret: Secret) -> Item:
    """The item that holds it."""
    pk, sk = SECRET
    return {"pk": pk, "sk": sk, "root": secret.root.hex(), "links": [_link_item(key) for key in secret.links]}


def _link_item(key: LinkKey) -> dict[str, Any]:
    ended = {"ended_at": stamp(key.ended_at)} if key.ended_at else {}
    return {
        "id": key.id,
        "key": key.key.hex(),
        "since": stamp(key.since),
        "is_compromised": key.is_compromised,
        **ended,
    }


def _link_key(item: Item) -> LinkKey:
    ended_at = moment(item["ended_at"]) if "ended_at" in item else None
    key = bytes.fromhex(item["key"])
    return LinkKey(item["id"], key, moment(item["since"]), ended_at, item["is_compromised"])

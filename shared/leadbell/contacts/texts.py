"""What somebody typed, beside the fact of their submission: `TEXT#<event id>` in the contact's partition, compressed.

Whoever shows it reads it; scoring never does, so that long texts do not make a contact slow. A text is stored before
its fact and expires with it. One without a fact is of a request that stopped in between, or under way.
"""

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from leadbell.contacts.items import ends_at, partition
from leadbell.events import Fact
from leadbell.table import Item, Table, moment, stamp
from leadbell.typed import Typed

_TEXT = "TEXT#"


@dataclass(frozen=True, slots=True)
class Text:
    """What was typed in one submission, and when it reached us."""

    event_id: str
    received_at: datetime
    typed: tuple[Typed, ...]


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts in the table."""

    table: Table

    def keep(self, contact_id: str, fact: Fact, typed: Sequence[Typed], ends: int | None) -> bool:
        """Stores what a fact was read from, until that second since 1970; None keeps it for ever. True where it stands
        already: a repeat changes nothing, for the text is to end and to be deleted with the fact that came first.
        """
        if not typed:
            return False
        return self.table.put(_item(contact_id, fact, typed, ends), "attribute_not_exists(pk)") is not None

    def keep_anew(self, contact_id: str, fact: Fact, typed: Sequence[Typed], ends: int | None) -> None:
        """Stores the text of an earlier try once more, for the later one's fact was the first; it never ends sooner.

        An erasure may have read it before and delete it now, unless it is younger than it was then.
        """
        item, free = _item(contact_id, fact, typed, ends), "attribute_not_exists(pk) OR expires_at <= :ends"
        self.table.put(item, *(() if ends is None else (free, {":ends": ends})))

    def read(self, pk: str, event_id: str) -> tuple[Typed, ...]:
        """What was typed; nothing where no text is stored, or no longer."""
        item = self.table.get(pk, _key(event_id))
        return () if item is None else _unpacked(item["body"])

    def all(self, contact_id: str) -> Iterator[Text]:
        """All texts of a contact, also those in quarantine and those without a fact."""
        return map(text_of, self.table.query(partition(contact_id), _TEXT))

    def kept_with(self, contact_id: str, fact: Fact) -> None:
        """Makes a text end with its fact: it was to end with the quarantine."""
        ends = ends_at(fact)
        update = "SET received_at = :at" + (" REMOVE expires_at" if ends is None else ", expires_at = :ends")
        values = {":at": stamp(fact.received_at), **({} if ends is None else {":ends": ends})}
        self.table.update(partition(contact_id), _key(fact.id), update, "attribute_exists(pk)", values)

    def delete(self, contact_id: str, event_id: str, until: datetime) -> None:
        """Deletes a text for good, unless it came later: a retry may have stored it anew."""
        values = {":until": stamp(until)}
        self.table.delete(partition(contact_id), _key(event_id), "received_at <= :until", values)


def is_text(sk: str) -> bool:
    """Whether a sort key is that of a text."""
    return sk.startswith(_TEXT)


def text_of(item: Item) -> Text:
    """The text in an item of the contact."""
    return Text(item["sk"].removeprefix(_TEXT), moment(item["received_at"]), _unpacked(item["body"]))


def _item(contact_id: str, fact: Fact, typed: Sequence[Typed], ends: int | None) -> Item:
    keys = {"pk": partition(contact_id), "sk": _key(fact.id), "received_at": stamp(fact.received_at)}
    return {**keys, "body": _packed(typed), "expires_at": ends}


def _key(event_id: str) -> str:
    return f"{_TEXT}{event_id}"


def _packed(typed: Sequence[Typed]) -> bytes:
    told = [[each.name, each.value, each.attribute] for each in typed]
    return zlib.compress(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode())


def _unpacked(body: bytes) -> tuple[Typed, ...]:
    return tuple(Typed(*each) for each in json.loads(zlib.decompress(body)))

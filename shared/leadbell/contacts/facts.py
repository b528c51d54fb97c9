"""A contact's facts in the table. Endpoints need no more of a contact, so they start without what is derived of it."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from leadbell.contacts.items import ends_at, event_item, fact_of, partition
from leadbell.contacts.texts import Texts
from leadbell.events import Fact, day_of, event_key
from leadbell.table import Table
from leadbell.typed import Typed

if TYPE_CHECKING:
    from leadbell.lifecycle.standing import Standing

FILED_BACK_DAYS = 2
FILED_AHEAD_DAYS = 1
LAST_EVENT = "EVENT$"  # after every key that starts with EVENT#


class ContactFacts:
    """Facts in the table."""

    def __init__(self, table: Table) -> None:
        self.table = table

    def file(self, contact_id: str, fact: Fact, day: date, typed: Sequence[Typed] = ()) -> bool:
        """Stores a fact under `day`, the day that its sender's retries repeat; False where it stands already.

        What it was read from is stored before it: no fact is without its text.
        """
        texts, ends = Texts(self.table), ends_at(fact)
        stood = texts.keep(contact_id, fact, typed, ends)
        is_new = self._put(contact_id, fact, day)
        if is_new and stood:
            texts.keep_anew(contact_id, fact, typed, ends)
        return is_new

    def _put(self, contact_id: str, fact: Fact, day: date) -> bool:
        """The conditional put decides, nothing else does. A day far from the receipt is sealed: the fact is then filed
        under the day of receipt, and its own day's key holds a stub that says where, so that of event and stub the
        first wins and a retry finds the same key.
        """
        pk, today = partition(contact_id), fact.received_at.date()
        while not today - timedelta(days=FILED_BACK_DAYS) <= day <= today + timedelta(days=FILED_AHEAD_DAYS):
            stub = {"pk": pk, "sk": event_key(day, fact.id), "moved": event_key(today, fact.id)}
            there = self.table.put({**stub, "expires_at": ends_at(fact)}, "attribute_not_exists(pk)")
            if there is not None and "moved" not in there:
                return False
            day = day_of(stub["moved"] if there is None else there["moved"])
        return self.table.put(event_item(contact_id, fact, event_key(day, fact.id)), "attribute_not_exists(pk)") is None

    def filed(self, contact_id: str, day: date, event_id: str) -> Fact | None:
        """The fact that was filed under `day`, wherever it was put; None where there is none."""
        pk = partition(contact_id)
        item = self.table.get(pk, event_key(day, event_id))
        if item is not None and "moved" in item:
            item = self.table.get(pk, item["moved"])
        return None if item is None else fact_of(item)

    def standing(self, contact_id: str) -> "Standing":
        """Where the contact stands, read strongly; version 0 where nothing was ever written."""
        from leadbell.contacts.standing_items import standing_in  # most doors never ask

        return standing_in(self.table.get(partition(contact_id), "STANDING"))

    def facts(self, contact_id: str, filed_after: date = date.min) -> list[Fact]:
        """The facts of the contact, all or those filed after a day, read strongly; stubs are no facts."""
        first = event_key(filed_after + timedelta(days=1), "")
        items = self.table.query_between(partition(contact_id), first, LAST_EVENT)
        return [fact_of(item) for item in items if "moved" not in item]

    def delete(self, contact_id: str, facts: Iterable[Fact]) -> None:
        """Deletes facts for good, with what was typed."""
        for fact in facts:
            self.table.delete(partition(contact_id), fact.key)
            if "typed" in fact.fields:
                Texts(self.table).delete(contact_id, fact.id, fact.received_at)

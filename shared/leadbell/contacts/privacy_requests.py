"""What people ask of us that a person must answer within a month: the noes of forms, and wishes to be deleted.

What a contact asks follows from its facts and stands in its standing; the `PRIVACY#` items are the list of all contacts
that ask for something, each written with the standing that says so. Whoever is erased asks for nothing any more.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from leadbell.consents import PURPOSES, Word
from leadbell.events import ERASURE, Fact
from leadbell.formats import a_month_later
from leadbell.lifecycle.standing import Standing
from leadbell.table import Table, Write, delete_write, moment, put_write, stamp

DELETION = "deletion"
_SHARDS = 8


@dataclass(frozen=True, slots=True)
class PrivacyRequest:
    """One thing asked of us: a purpose that the no of a form pauses, or `DELETION`."""

    what: str
    since: datetime

    @property
    def answer_by(self) -> date:
        """The last day for an answer (GDPR, article 12)."""
        return a_month_later(self.since.date())

    @property
    def words(self) -> str:
        """`newsletter paused`, `deletion requested`."""
        return f"{self.what} {'requested' if self.what == DELETION else 'paused'}"


def privacy_requests(pauses: Mapping[str, Word], facts: Iterable[Fact]) -> str:
    """What is asked, as a standing keeps it; empty where nothing is."""
    asked = [PrivacyRequest(purpose, pauses[purpose].received_at) for purpose in PURPOSES if purpose in pauses]
    wishes = [fact.received_at for fact in facts if fact.type == ERASURE]
    asked += [PrivacyRequest(DELETION, min(wishes))] if wishes else []
    return ",".join(f"{each.what} {stamp(each.since)}" for each in asked)


def asked_in(kept: str) -> list[PrivacyRequest]:
    """What a standing keeps, read."""
    parts = (each.partition(" ") for each in kept.split(",") if each)
    return [PrivacyRequest(what, moment(since)) for what, _, since in parts]


def listed(contact_id: str, before: Standing, after: Standing) -> list[Write]:
    """The write that keeps the list as the next standing says; nothing where that asks for the same."""
    was, now_is = before.bookkeeping.privacy, after.bookkeeping.privacy
    if was == now_is:
        return []
    return [put_write({**_key(contact_id), "asks": now_is})] if now_is else unlisted(contact_id, before)


def unlisted(contact_id: str, before: Standing) -> list[Write]:
    """The write that takes a contact off the list, where it is on it."""
    key = _key(contact_id)
    return [delete_write(key["pk"], key["sk"])] if before.bookkeeping.privacy else []


def all_requests(table: Table) -> Iterator[tuple[str, PrivacyRequest]]:
    """Every contact's, by contact id, whoever is due first."""
    found = [
        (item["sk"], each)
        for shard in range(_SHARDS)
        for item in table.query(f"PRIVACY#{shard}", "")
        for each in asked_in(item["asks"])
    ]
    yield from sorted(found, key=lambda each: (each[1].since, each[0], each[1].what))


def of_contact(table: Table, contact_id: str) -> list[PrivacyRequest]:
    """What one contact asks, as it is on the list."""
    item = table.get(*_key(contact_id).values())
    return [] if item is None else asked_in(item["asks"])


def _key(contact_id: str) -> dict[str, str]:
    return {"pk": f"PRIVACY#{sum(contact_id.encode()) % _SHARDS}", "sk": contact_id}

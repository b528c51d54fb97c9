"""Contacts who have not done anything themselves for two years: nobody needs their data unless somebody says why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from leadbell.contacts.facts import ContactFacts
from leadbell.contacts.lists import staged
from leadbell.events import ACT_DAYS, GUIDE_OPENED, IMPORTED, OPERATORS_WORD, Fact, Trust
from leadbell.identity import contact_of
from leadbell.table import moment

SILENT_FOR = timedelta(days=ACT_DAYS)
# What we did, or wrote down about them.
_OURS = frozenset(
    {IMPORTED, OPERATORS_WORD, GUIDE_OPENED, "sales.accepted", "sales.rejected", "opportunity.opened", "deal.lost"}
)


@dataclass(frozen=True, slots=True)
class Silent:
    """A contact, where it stands, and since when nothing of its own is known: its last act, else when we got to know
    it."""

    contact_id: str
    stage: str
    email: str
    since: datetime


def silent_contacts(contacts: ContactFacts, now: datetime, *, in_stage_only: bool = False) -> Iterator[Silent]:
    """The contacts with a stage who did nothing themselves for two years.

    `in_stage_only` reads the facts of those alone who have stood on their stage that long: so many at least.
    """
    before = now - SILENT_FOR
    for item in staged(contacts.table):
        stage_since, contact_id = moment(item["since"]), contact_of(item["pk"])
        if in_stage_only and stage_since > before:
            continue
        since = _silent_since(contacts.facts(contact_id)) or stage_since
        if since <= before:
            yield Silent(contact_id, str(item["stage"]), str(item.get("email", "")), since)


def _silent_since(facts: Iterable[Fact]) -> datetime | None:
    facts = list(facts)
    own = [fact.happened_at for fact in facts if fact.type not in _OURS and fact.trust > Trust.MACHINE]
    return max(own or [fact.received_at for fact in facts if fact.type == IMPORTED], default=None)

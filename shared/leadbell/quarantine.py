"""Submissions that no person sends: kept for thirty days, never scored and never mailed, until a person lets one go.

A field that people do not see (the honeypot) was filled in. The answer is that of success, so that whoever sent it
learns nothing; and since a browser's autofill can step into it too, nothing is thrown away.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from leadbell.bodies import Pairs
from leadbell.contacts import Contacts
from leadbell.events import Fact, Trust
from leadbell.field_names import HONEYPOTS
from leadbell.submissions import control
from leadbell.table import Item, Table, moment, stamp

KEPT_DAYS = 30


@dataclass(frozen=True, slots=True)
class Held:
    """A submission in quarantine; `fact` is what it would be."""

    contact_id: str
    fact: Fact
    day: date


def is_trapped(pairs: Pairs) -> bool:
    """Whether a field that no person sees was filled in; a script says of an empty box that it is not ticked."""
    return control(pairs, *HONEYPOTS).lower() not in ("", "no", "false", "off", "0")


def hold(table: Table, contact_id: str, fact: Fact) -> bool:
    """Keeps the submission aside; False where it is already."""
    item: Item = {
        "pk": _pk(fact.received_at.date()),
        "sk": fact.id,
        "contact": contact_id,
        "type": fact.type,
        "at": stamp(fact.received_at),
        "fields": dict(fact.fields),
        "expires_at": int((fact.received_at + timedelta(days=KEPT_DAYS)).timestamp()),
    }
    return table.put(item, "attribute_not_exists(pk)") is None


def held(table: Table, today: date) -> Iterator[Held]:
    """What is in quarantine, the latest day first."""
    for back in range(KEPT_DAYS + 1):
        day = today - timedelta(days=back)
        for item in table.query(_pk(day), ""):
            at = moment(item["at"])
            fact = Fact(item["sk"], item["type"], at, at, Trust.SUBMITTED, item["fields"])
            yield Held(item["contact"], fact, day)


def of_contact(table: Table, contact_id: str, today: date) -> list[Item]:
    """What is in quarantine of one contact, as it is stored."""
    days = (today + timedelta(days=1 - back) for back in range(KEPT_DAYS + 3))
    return [item for day in days for item in table.query(_pk(day), "") if item["contact"] == contact_id]


def release(contacts: Contacts, one: Held, now: datetime) -> None:
    """Makes it a fact as if it had just come; ending in between and doing it again is safe."""
    fact = Fact(one.fact.id, one.fact.type, now, now, Trust.SUBMITTED, one.fact.fields)
    contacts.file(one.contact_id, fact, one.day)
    contacts.table.delete(_pk(one.day), one.fact.id)


def _pk(day: date) -> str:
    return f"QUARANTINE#{day.isoformat()}"

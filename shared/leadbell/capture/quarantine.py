"""Submissions that look automated: stored for thirty days, neither scored nor mailed, until an operator releases one.

`spam` gives the verdict. The sender gets the normal reply and learns nothing. People can look automated too, so nothing
is discarded.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from leadbell.contacts.facts import ContactFacts
from leadbell.contacts.texts import Texts
from leadbell.errors import Ambiguous, NotFound
from leadbell.events import Fact, Trust
from leadbell.table import Item, Table, moment, stamp
from leadbell.typed import Typed

KEPT_DAYS = 30


@dataclass(frozen=True, slots=True)
class Held:
    """A submission in quarantine; `fact` is what it would be, `signs` is what speaks against it."""

    contact_id: str
    fact: Fact
    day: date
    signs: tuple[str, ...] = ()


def hold(
    table: Table, contact_id: str, fact: Fact, day: date, signs: Sequence[str], typed: Sequence[Typed] = ()
) -> bool:
    """Keeps the submission aside under `day`, the day that its sender's retries repeat, for thirty days from then;
    False where it is already. What was typed lies where it does for any fact.
    """
    kept = timedelta(days=KEPT_DAYS) - (fact.received_at.date() - day)
    texts, ends = Texts(table), int((fact.received_at + kept).timestamp())
    stood = texts.keep(contact_id, fact, typed, ends)
    item: Item = {
        "pk": _pk(day),
        "sk": fact.id,
        "contact": contact_id,
        "type": fact.type,
        "at": stamp(fact.received_at),
        "fields": dict(fact.fields),
        "signs": list(signs),
        "expires_at": ends,
    }
    is_new = table.put(item, "attribute_not_exists(pk)") is None
    if is_new and stood:
        texts.keep_anew(contact_id, fact, typed, ends)
    return is_new


def held(table: Table, today: date) -> Iterator[Held]:
    """What is in quarantine, the latest day first."""
    for back in range(KEPT_DAYS + 1):
        day = today - timedelta(days=back)
        for item in table.query(_pk(day), ""):
            at = moment(item["at"])
            fact = Fact(item["sk"], item["type"], at, at, Trust.SUBMITTED, item["fields"])
            yield Held(item["contact"], fact, day, tuple(item.get("signs", ())))


def counted(table: Table, today: date) -> int:
    """How many are in quarantine."""
    return sum(1 for _ in held(table, today))


def the_one(table: Table, start: str, today: date) -> Held:
    """The submission whose id starts so; raises NotFound, or Ambiguous where several do."""
    found = [each for each in held(table, today) if each.fact.id.startswith(start)] if start else []
    exact = [each for each in found if each.fact.id == start]
    if not found:
        raise NotFound(f"no submission {start} is in quarantine", "NOT_HELD")
    if len(found) > 1 and not exact:
        raise Ambiguous(f"{len(found)} submissions in quarantine have an id that starts with {start}")
    return (exact or found)[0]


def held_of(table: Table, contact_id: str, today: date) -> list[Item]:
    """What is in quarantine of one contact, as it is stored."""
    days = (today + timedelta(days=1 - back) for back in range(KEPT_DAYS + 3))
    return [item for day in days for item in table.query(_pk(day), "") if item["contact"] == contact_id]


def release(contacts: ContactFacts, one: Held, now: datetime) -> None:
    """Makes it a fact as if it had just come; ending in between and doing it again is safe."""
    fact = Fact(one.fact.id, one.fact.type, now, now, Trust.SUBMITTED, one.fact.fields)
    Texts(contacts.table).kept_with(one.contact_id, fact)
    contacts.file(one.contact_id, fact, one.day)
    contacts.table.delete(_pk(one.day), one.fact.id)


def _pk(day: date) -> str:
    return f"QUARANTINE#{day.isoformat()}"

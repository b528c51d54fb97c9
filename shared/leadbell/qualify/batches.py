"""Stream records as signals: they name the contact that changed, never its new data.

A batch is the set of contacts in it. Delivering it twice, late, out of order or together with others changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leadbell.contacts.parking import UNDERIVABLE, Parking
from leadbell.errors import Conflict, Unavailable
from leadbell.identity import contact_of
from leadbell.qualify.refresh import Refresher


@dataclass(frozen=True, slots=True)
class Ring:
    """A contact that changed, and the first record of the batch that said so."""

    contact_id: str
    sequence_number: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch; `failures` are sequence numbers, lowest first."""

    done: int
    parked: int
    failures: Sequence[str]


def rung_by(records: Iterable[Mapping[str, Any]]) -> list[Ring]:
    """The distinct contacts of a batch, each with its first record."""
    first: dict[str, str] = {}
    for record in records:
        contact = contact_of(record["dynamodb"]["Keys"]["pk"]["S"])
        first.setdefault(contact, record["dynamodb"]["SequenceNumber"])
    return [Ring(contact, number) for contact, number in first.items()]


def refresh_all(refresher: Refresher, parking: Parking, rings: Iterable[Ring], now: datetime) -> Outcome:
    """Refreshes each contact. One that cannot be derived is parked; one the table did not answer for is a failure."""
    done = parked = 0
    failures: list[str] = []
    for ring in rings:
        try:
            kept_aside = refresh_or_park(refresher, parking, ring.contact_id, now)
        except (Unavailable, Conflict):
            failures.append(ring.sequence_number)
            continue
        done += not kept_aside
        parked += kept_aside
    return Outcome(done, parked, sorted(failures, key=int))


def refresh_or_park(refresher: Refresher, parking: Parking, contact_id: str, now: datetime) -> bool:
    """Refreshes a contact; True where it had to be parked. Raises Unavailable or Conflict: try it again."""
    try:
        refresher.refresh(contact_id, now)
    except UNDERIVABLE as error:
        parking.park(contact_id, error, now)
        return True
    return False

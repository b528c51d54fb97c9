"""Stores an outcome that sales reports as one fact, for the operator's command and for a rep's page.

The fact's key is made of the contact's log and the outcome: the day on which the qualification began, and the slot in
it. So two simultaneous outcomes meet in one conditional put, and only one of them is stored.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from leadbell.contacts.store import Contacts
from leadbell.errors import Conflict, IllegalMove
from leadbell.lifecycle.dispositions import Disposition, check_said, check_taken, same_answer
from leadbell.table import Item, moment


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of an answer; `is_repeat` where it stood already."""

    event_id: str
    is_repeat: bool


def take_answer(contacts: Contacts, contact_id: str, said: Disposition, now: datetime) -> Recorded:
    """Stores what sales says of a contact.

    Raises InvalidFact (no such reason or date), AlreadyAnswered (something else stands), IllegalMove (not from where
    the contact stands) or Unavailable.
    """
    check_said(said, now.date())
    standing = contacts.standing(contact_id)
    day = began_on(contacts.moves(contact_id), said.cycle, standing.qualification.cycles_erased)
    if day is None:
        check_taken(said, standing)
        raise IllegalMove(f"{said.type} needs a contact that is or was sales-qualified")
    stands = contacts.filed(contact_id, day, said.fact_id)
    if stands is None:
        check_taken(said, standing)
        if contacts.file(contact_id, said.fact(now), day):
            return Recorded(said.fact_id, is_repeat=False)
        stands = contacts.filed(contact_id, day, said.fact_id)
    if stands is None:
        raise Conflict("the contact was erased in the meantime")
    same_answer(said, stands)
    return Recorded(said.fact_id, is_repeat=True)


def began_on(moves: Iterable[Item], cycle: int, erased: int = 0) -> date | None:
    """The day a qualification began, which is that of its alert; for contacts that have none, of the first move.

    `erased` is how many qualifications before the first in the log were erased.
    """
    log = list(moves)
    entries = [move for move in log if move["to"] == "sql"]
    place = cycle - erased - 1
    opened = log[:1] if cycle == erased else entries[place : place + 1] if place >= 0 else []
    return moment(opened[0]["at"]).date() if opened else None

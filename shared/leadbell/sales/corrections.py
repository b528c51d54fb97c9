"""The stage or the owner of a contact, set by hand: a fact, so that the log of moves says who did it."""

from datetime import datetime

from leadbell.contacts.store import Contacts
from leadbell.events import Fact, Trust, Value
from leadbell.lifecycle.stages import Actor, Stage, check_move
from leadbell.sales.reps import Reps


def set_stage(
    contacts: Contacts,
    contact_id: str,
    to: Stage,
    *,
    owner: str = "",
    reason: str = "",
    fact_id: str,
    now: datetime,
) -> None:
    """Stores that an operator set the stage of a known contact.

    Raises UnknownRep where nobody has the owner's id, IllegalMove where the table of moves does not allow it.
    """
    if owner:
        Reps(contacts.table).named(owner)
    before = contacts.standing(contact_id).stage
    if to is not before:
        check_move(before, to, Actor.OPERATOR)
    fields: dict[str, Value] = {"stage": str(to), "owner": owner, "reason": reason}
    told = {name: value for name, value in fields.items() if value}
    fact = Fact(fact_id, "operator.stage_set", now, now, Trust.VERIFIED, told)
    contacts.file(contact_id, fact, fact.day)

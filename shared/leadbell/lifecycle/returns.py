"""Who buys later and asks for nothing yet: the contact goes back to marketing, with a day to return to it."""

from collections.abc import Sequence
from datetime import date, timedelta

from leadbell.events import ADDED, BY_FORM, Fact
from leadbell.scoring.scoring import Derived

RETURN_DAYS = 90  # where somebody names no day
_LATER = ("later", "no")
_SAID_BY = frozenset({*BY_FORM, "guide.requested", ADDED})


def says_later(undecided: Sequence[Fact], derived: Derived) -> Fact | None:
    """The latest of these facts by which somebody buys later, as far as that is what is known of their timing.

    None where a request came, where they object to profiling, and for who is not a buyer for us.
    """
    timing = derived.profile.known.get("timing")
    if derived.objected or timing is None or timing.value not in _LATER or any(map(derived.is_request, undecided)):
        return None
    said = next((fact for fact in undecided if fact.id == timing.source and fact.type in _SAID_BY), None)
    return None if said is None or derived.against((said,)) else said


def return_day(fact: Fact) -> date:
    """The day that the fact means, else three months after it."""
    named = str(fact.fields.get("timing_from", ""))
    return date.fromisoformat(named) if named else fact.received_at.date() + timedelta(days=RETURN_DAYS)

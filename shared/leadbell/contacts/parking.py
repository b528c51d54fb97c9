"""Contacts that cannot be derived: parked, so that they delay nobody else, and retried at growing intervals."""

from datetime import datetime, timedelta

from leadbell.errors import Rejected
from leadbell.table import Table, due_shard, stamp

# What a poisoned contact raises while it is read, derived or decided: bad stored data, or a bug it wakes. AWS's errors
# and conflicts are not among them; they say nothing about the contact.
UNDERIVABLE = (
    Rejected,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    AssertionError,
    RecursionError,
)

MAX_WAIT = timedelta(hours=24)


class Parking:
    """The parked contacts in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def park(self, contact_id: str, error: Exception, now: datetime) -> None:
        """Sets the contact aside for 1, 2, 4 ... hours, at most a day; keeps the kind of error, never its text."""
        parked = self._table.get(f"PARKED#{contact_id}", "PARKED") or {"attempts": 0, "since": stamp(now)}
        attempts = parked["attempts"]
        wait = min(MAX_WAIT, timedelta(hours=2 ** min(attempts, 5)))
        self._table.put(
            {
                "pk": f"PARKED#{contact_id}",
                "sk": "PARKED",
                "attempts": attempts + 1,
                "since": parked["since"],
                "error": type(error).__name__,
                "due_pk": due_shard(contact_id),
                "due_at": stamp(now + wait),
            }
        )

    def is_parked(self, contact_id: str) -> bool:
        """Whether the contact is set aside."""
        return self._table.get(f"PARKED#{contact_id}", "PARKED") is not None

    def release(self, contact_id: str) -> None:
        """Forgets that the contact was parked."""
        self._table.delete(f"PARKED#{contact_id}", "PARKED")

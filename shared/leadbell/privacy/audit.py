"""Who did what with a person's data, the team, the forms or the model: a line before each action.

The lines are in the table under `AUDIT#<year-month>`.

The line is written first and names the action; if it cannot be written, the action is not done. The outcome is added
afterwards. The line names the contact by its id, a keyed hash, and never by an address; so it may outlive an erasure,
which it proves.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from leadbell.table import Item, Table, moment, stamp

AUDIT_KEPT_FOR = timedelta(days=731)


class Deed(StrEnum):
    """What is written down."""

    EXPORTED = "exported"
    ERASED = "erased"
    CONSENT = "consent changed"
    OBJECTION = "objection"
    SUPPRESSED = "suppressed"
    RELEASED = "released"
    STAGE = "stage set"
    ANSWERED = "outcome recorded"
    ADDED = "contact added"
    IMPORTED = "imported"
    PUBLISHED = "published"
    TEAM = "team changed"
    KEYS = "link keys changed"


class Outcome(StrEnum):
    """How an act ended. `UNKNOWN` is of an act that is under way or was cut off, and of lines that never had one."""

    DONE = "done"
    FAILED = "not completed"
    UNKNOWN = "not recorded"


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line: at that time somebody was about to do this about a contact, or about the service where none is named.

    `what` says more in our own words.
    """

    at: datetime
    by: str
    deed: Deed
    contact_id: str
    what: str = ""
    outcome: Outcome = Outcome.UNKNOWN


class Audit:
    """The lines in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def note(self, line: AuditLine, line_id: str) -> None:
        """Writes the line, or its outcome into it; raises Unavailable where it is not certain that it was written.

        Then an act that was about to be done must not be.
        """
        self._table.put(
            {
                "pk": _pk(line.at),
                "sk": f"{stamp(line.at)}#{line_id}",
                "at": stamp(line.at),
                "by": line.by,
                "deed": str(line.deed),
                "contact": line.contact_id,
                "what": line.what,
                **({} if line.outcome is Outcome.UNKNOWN else {"outcome": str(line.outcome)}),
                "expires_at": int((line.at + AUDIT_KEPT_FOR).timestamp()),
            }
        )

    def lines(self, now: datetime, contact_id: str = "") -> Iterator[AuditLine]:
        """Every line that is still kept, or those about one contact, the oldest first."""
        month, last = now - AUDIT_KEPT_FOR, _pk(now)
        while True:
            month = month.replace(day=1)
            for item in self._table.query(_pk(month), ""):
                line = _line(item)
                if contact_id in ("", line.contact_id) and line.at + AUDIT_KEPT_FOR > now:
                    yield line
            if _pk(month) >= last:
                return
            month += timedelta(days=32)


def _pk(at: datetime) -> str:
    return f"AUDIT#{at:%Y-%m}"


def _line(item: Item) -> AuditLine:
    outcome = Outcome(item.get("outcome", Outcome.UNKNOWN))
    return AuditLine(
        moment(item["at"]), item["by"], Deed(item["deed"]), item.get("contact", ""), item.get("what", ""), outcome
    )

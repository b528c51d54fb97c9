"""Addresses that get no mail, in the table under `SUPPRESSED#`."""

from datetime import datetime

from leadbell.errors import Conflict
from leadbell.table import Table, delete_write, stamp

# Why an address is suppressed. A new signup that is confirmed lifts the first; the second ends all mail until its owner
# or the operator says otherwise, as any other reason does.
LEFT_NEWSLETTER = "unsubscribed"
STOPPED = "stopped"


class Suppressions:
    """Addresses never to mail. Never cached, so a new one counts with the next mail."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def suppress(self, address: str, reason: str, now: datetime) -> bool:
        """Never to mail this address (a contact id, which is its keyed hash); False where that stands already."""
        item = {"pk": suppression_key(address), "sk": "SUPPRESSED", "reason": reason, "since": stamp(now)}
        # Leaving the newsletter is the weakest reason: every other one takes its place.
        free = "attribute_not_exists(pk) OR #reason = :left"
        return self._table.put(item, free, {":left": LEFT_NEWSLETTER}) is None

    def is_suppressed(self, address: str) -> bool:
        """Whether this address is never to be mailed."""
        return self.suppressed_because(address) is not None

    def suppressed_because(self, address: str) -> str | None:
        """Why this address is never to be mailed; None where it may be."""
        item = self._table.get(suppression_key(address), "SUPPRESSED")
        return None if item is None else str(item.get("reason", ""))

    def lift(self, address: str, *reasons: str) -> bool:
        """Ends a suppression, whatever its reason or only for one of these; False where there is none such."""
        item = self._table.get(suppression_key(address), "SUPPRESSED")
        if item is None or (reasons and item.get("reason", "") not in reasons):
            return False
        # Who is suppressed anew at this moment stays so.
        seen = delete_write(item["pk"], item["sk"], "#since = :seen", {":seen": item["since"]})
        try:
            self._table.transact([seen])
        except Conflict:
            return False
        return True


def suppression_key(address: str) -> str:
    """Where the suppression of an address is kept: under its contact id, which is a keyed hash."""
    return f"SUPPRESSED#{address}"

"""The sweep: works everything in the due index whose time has come, and settles receipts.

The index is read eventually and only says where to look; what is done is decided by the items themselves. Work is
bounded by the seconds left, and what is not reached is still due a minute later.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime

from leadbell.deliver import DIGEST_LIMIT, Delivery
from leadbell.delivery import Receipts
from leadbell.doorbells import refresh_or_park
from leadbell.errors import Conflict, Unavailable
from leadbell.outbox import Letter, is_letter
from leadbell.parking import UNDERIVABLE, Parking
from leadbell.records import contact_of
from leadbell.refresh import Refresher
from leadbell.table import DUE_SHARDS, Item, Table, moment, stamp

PER_SHARD = 1000  # what one sweep can hope to work; more is still due a minute later
SPARE_SECONDS = 6.0  # one publish and its writes


@dataclass(slots=True)
class Report:
    """What one sweep did."""

    contacts: int = 0
    parked: int = 0
    mails: int = 0
    blocked: int = 0
    failed: int = 0
    oldest_due_seconds: int = 0

    def saw(self, item: Item, now: datetime) -> None:
        """Notes how long an item has been due."""
        late = int((now - moment(item["due_at"])).total_seconds())
        self.oldest_due_seconds = max(self.oldest_due_seconds, late)

    def counts(self) -> dict[str, int]:
        """As plain numbers, for the log."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Sweep:
    """What sweeping needs."""

    table: Table
    refresher: Refresher
    parking: Parking
    delivery: Delivery
    receipts: Receipts

    def run(self, now: datetime, seconds_left: Callable[[], float]) -> Report:
        """One sweep: mails first, since people wait for them, then contacts."""
        report = Report()
        items = [item for shard in range(DUE_SHARDS) for item in self._due(shard, now)]
        letters = self._letters(items, report, now)
        drained = self._settled(now, to_the_end=any(letter.state == "unknown" for letter in letters))
        ready = [letter for letter in letters if self._is_ready(letter, drained, report, now)]
        self._send(ready, report, now, seconds_left)
        # One look at a contact works all that is due of it.
        contacts = {item["pk"]: item for item in reversed(items) if not is_letter(item["sk"])}
        for item in reversed(contacts.values()):
            if seconds_left() < SPARE_SECONDS:
                break
            self._contact(item, report, now)
        return report

    def _letters(self, items: list[Item], report: Report, now: datetime) -> list[Letter]:
        letters: list[Letter] = []
        for item in items:
            if not is_letter(item["sk"]):
                continue
            report.saw(item, now)
            try:
                letter = self.delivery.outbox.get(item["pk"], item["sk"])
            except (Unavailable, *UNDERIVABLE):
                report.failed += 1
                continue
            letters += [letter] if letter is not None and letter.state != "sent" else []
        return letters

    def _settled(self, now: datetime, *, to_the_end: bool) -> bool:
        """Whether every receipt there is has been read; a queue that does not answer says nothing."""
        try:
            return self.delivery.settle(self.receipts, now, to_the_end=to_the_end)
        except Unavailable:
            return False

    def _due(self, shard: int, now: datetime) -> list[Item]:
        values = {":pk": f"DUE#{shard}", ":now": stamp(now)}
        return self.table.query_index("due", "due_pk = :pk AND due_at <= :now", values, PER_SHARD)

    def _contact(self, item: Item, report: Report, now: datetime) -> None:
        """A fact nobody decided about, a timer, or a parked contact: all mean "derive this contact"."""
        is_parked = item["pk"].startswith("PARKED#")
        contact_id = item["pk"].removeprefix("PARKED#") if is_parked else contact_of(item["pk"])
        try:
            # What is parked waits for the parked item's own time, and is counted until somebody mends it.
            waits = not is_parked and self.parking.is_parked(contact_id)
            if not waits:
                report.saw(item, now)
            kept_aside = waits or refresh_or_park(self.refresher, self.parking, contact_id, now)
            if is_parked and not kept_aside:
                self.parking.release(contact_id)
        except (Unavailable, Conflict):
            report.failed += 1
            return
        report.contacts += not kept_aside
        report.parked += kept_aside

    def _is_ready(self, letter: Letter, drained: bool, report: Report, now: datetime) -> bool:
        """Whether the mail may be sent now; one that may not is moved to the state that time has brought."""
        outbox = self.delivery.outbox
        try:
            if letter.state == "claimed":
                outbox.unknown(letter, now)
            elif letter.state == "blocked" or (letter.state == "unknown" and drained):
                # No receipt for an unknown one after all this time, and none left to read: it did not go out.
                outbox.again(letter, now, seen=letter.state)
        except (Unavailable, Conflict):
            report.failed += 1
        return letter.state == "pending"

    def _send(self, letters: list[Letter], report: Report, now: datetime, seconds_left: Callable[[], float]) -> None:
        """All that waits for one topic goes as one mail, since a topic's turn comes twice a second."""
        by_topic: dict[str, list[Letter]] = {}
        for letter in sorted(letters, key=lambda each: each.number):
            by_topic.setdefault(letter.topic, []).append(letter)
        for group in by_topic.values():
            if seconds_left() < SPARE_SECONDS:
                return
            batch = group[:DIGEST_LIMIT]
            try:
                outcome = self.delivery.deliver(batch, now)
            except (Unavailable, Conflict):
                report.failed += len(batch)
                continue
            report.mails += len(batch) if outcome == "sent" else 0
            report.blocked += len(batch) if outcome == "blocked" else 0

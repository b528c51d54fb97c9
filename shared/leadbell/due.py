"""The sweep: works everything in the due index whose time has come, and settles receipts.

The index is read eventually and only says where to look; what is done is decided by the items themselves. Work is
bounded by the seconds left, and what is not reached is still due a minute later.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from leadbell.contacts import contact_of
from leadbell.deliver import DIGEST_LIMIT, Delivery
from leadbell.delivery import Receipts
from leadbell.doorbells import refresh_or_park
from leadbell.errors import Conflict, Unavailable
from leadbell.outbox import Letter, is_letter
from leadbell.parking import Parking
from leadbell.refresh import Refresher
from leadbell.table import DUE_SHARDS, Item, Table, moment, stamp

PAGE = 100
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
        """One sweep."""
        report = Report()
        drained = self.delivery.settle(self.receipts, now)
        waiting: list[Letter] = []
        for shard in range(DUE_SHARDS):
            for item in self._due(shard, now):
                if seconds_left() < SPARE_SECONDS:
                    return report
                self._work(item, drained, waiting, report, now)
        self._send(waiting, report, now)
        return report

    def _due(self, shard: int, now: datetime) -> list[Item]:
        values = {":pk": f"DUE#{shard}", ":now": stamp(now)}
        return self.table.query_index("due", "due_pk = :pk AND due_at <= :now", values, PAGE)

    def _work(self, item: Item, drained: bool, waiting: list[Letter], report: Report, now: datetime) -> None:
        is_parked = item["pk"].startswith("PARKED#")
        if not is_parked and not is_letter(item["sk"]) and self.parking.is_parked(contact_of(item["pk"])):
            return  # its turn comes with the parked item's own time
        age = int((now - moment(item["due_at"])).total_seconds())
        report.oldest_due_seconds = max(report.oldest_due_seconds, age)
        if is_letter(item["sk"]):
            waiting += self._letter(item, drained, now)
        else:
            self._contact(item, report, now)

    def _contact(self, item: Item, report: Report, now: datetime) -> None:
        """A fact nobody decided about, a timer, or a parked contact: all mean "derive this contact"."""
        is_parked = item["pk"].startswith("PARKED#")
        contact_id = item["pk"].removeprefix("PARKED#") if is_parked else contact_of(item["pk"])
        try:
            kept_aside = refresh_or_park(self.refresher, self.parking, contact_id, now)
            if is_parked and not kept_aside:
                self.parking.release(contact_id)
        except (Unavailable, Conflict):
            report.failed += 1
            return
        report.contacts += not kept_aside
        report.parked += kept_aside

    def _letter(self, item: Item, drained: bool, now: datetime) -> Iterator[Letter]:
        """The mail, if it may be sent now; moves it to the state that time has brought."""
        outbox = self.delivery.outbox
        letter = outbox.get(item["pk"], item["sk"])
        if letter is None or letter.state == "sent":
            return
        if letter.state == "pending":
            yield letter
        elif letter.state == "claimed":
            outbox.unknown(letter, now)
        elif letter.state == "blocked" or (letter.state == "unknown" and drained):
            # No receipt after all this time and none left to read: it did not go out.
            outbox.again(letter, now, seen=letter.state)

    def _send(self, letters: list[Letter], report: Report, now: datetime) -> None:
        """All that waits for one topic goes as one mail, since a topic's turn comes twice a second."""
        by_topic: dict[str, list[Letter]] = {}
        for letter in sorted(letters, key=lambda each: each.number):
            by_topic.setdefault(letter.topic, []).append(letter)
        for group in by_topic.values():
            batch = group[:DIGEST_LIMIT]
            try:
                outcome = self.delivery.deliver(batch, now)
            except (Unavailable, Conflict):
                report.failed += len(batch)
                continue
            report.mails += len(batch) if outcome == "sent" else 0
            report.blocked += len(batch) if outcome == "blocked" else 0

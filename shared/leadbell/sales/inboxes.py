"""Whether each inbox that mails may go to has a reader: expected against confirmed subscriptions, once a day.

SNS drops an address silently: somebody opened the unsubscribe link, or it was mailed too fast, or nobody
confirmed it in time. A mail for it then goes to the default inbox, so that the loss would show only when there is one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

from leadbell.outbox.sns import Courier
from leadbell.sales.reps import Reps
from leadbell.sales.routing import Rep
from leadbell.table import Table, moment, stamp

DEFAULT_INBOX = "default inbox"  # a rep's id has no space

CHECK_LEASE = timedelta(minutes=2)  # shorter than a courier remembers a reader, so that a check broken off goes on
AGAIN_AFTER = timedelta(minutes=10)
TOPIC_SECONDS = 6.0  # one look at a topic that does not answer

_PK, _SK = "CONFIG#inboxes", "CHECK"


def expected(reps: Iterable[Rep], default_topic: str) -> Mapping[str, str]:
    """The topic of each inbox that has to have a reader."""
    return {DEFAULT_INBOX: default_topic} | {rep.id: rep.topic_arn for rep in reps if rep.active}


class Inboxes:
    """The daily check, and what it found last, in the table."""

    def __init__(self, table: Table, reps: Reps, courier: Courier) -> None:
        self._table = table
        self._reps = reps
        self._courier = courier

    def check(self, now: datetime, seconds_left: Callable[[], float]) -> tuple[str, ...]:
        """Which inboxes nobody reads, by rep id. Looks if it is time, which one of several callers does; else gives
        what was found last.

        Time is the first moment of each UTC day, and every ten minutes while somebody is missing. Raises Unavailable
        where table or SNS do not answer: the next one to ask looks, after the lease.
        """
        known = self._table.get(_PK, _SK) or {}
        last = tuple(known.get("unread", ()))
        is_early = "next_at" in known and now < moment(known["next_at"])
        if is_early or seconds_left() < TOPIC_SECONDS:
            return last
        lease = stamp(now + CHECK_LEASE)
        free = "attribute_not_exists(next_at) OR next_at <= :now"
        if not self._table.update(_PK, _SK, "SET next_at = :lease", free, {":lease": lease, ":now": stamp(now)}):
            return last
        unread: list[str] = []
        for name, topic in expected(self._reps.all(), self._courier.default_topic).items():
            if seconds_left() < TOPIC_SECONDS:
                return last
            if not self._courier.has_reader(topic, now):
                unread.append(name)
        found = {":next": stamp(_next(now, unread)), ":day": now.date().isoformat(), ":unread": unread, ":lease": lease}
        # Who took longer than the lease has been replaced, and what that one found is newer.
        self._table.update(
            _PK, _SK, "SET next_at = :next, checked_on = :day, unread = :unread", "next_at = :lease", found
        )
        return tuple(unread)


def _next(now: datetime, unread: Sequence[str]) -> datetime:
    tomorrow = datetime.combine(now.date() + timedelta(days=1), time(), UTC)
    return min(tomorrow, now + AGAIN_AFTER) if unread else tomorrow

"""The sweep: processes everything in the due index that is due, and settles receipts.

The index is read eventually and only says where to look; the items themselves decide what is done. The remaining
seconds limit the work, and what is not reached is still due a minute later.

Mails are sent in rounds, since no address is mailed more often than each half second: in a round each topic gets one
mail for all that fits into it. Between two rounds contacts are processed, for as long as the round took.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from leadbell.contacts.parking import UNDERIVABLE, Parking
from leadbell.errors import Conflict, Unavailable
from leadbell.events import is_fact
from leadbell.identity import contact_of
from leadbell.outbox.mail import MailState, is_visitor_mail, was_missed
from leadbell.outbox.pacing import PACE
from leadbell.outbox.sales_delivery import Delivery, fitting
from leadbell.outbox.sales_outbox import Letter, is_letter
from leadbell.outbox.sns import Receipts
from leadbell.outbox.visitor_delivery import VisitorDelivery
from leadbell.qualify.batches import refresh_or_park
from leadbell.qualify.refresh import Refresher
from leadbell.table import DUE_SHARDS, Item, Table, moment, stamp

PER_SHARD = 1000  # what one sweep can hope to work; more is still due a minute later
MAILS_AT_MOST = 2000  # of these; reading more would leave no seconds to send any
SPARE_SECONDS = 6.0  # one publish and its writes


@dataclass(slots=True)
class Report:
    """What one sweep did."""

    contacts: int = 0
    missed: int = 0  # of these: with a fact that score should have decided long before
    missed_mails: int = 0  # that notify should have sent long before, and never tried
    parked: int = 0
    mails: int = 0
    visitor_mails: int = 0
    blocked: int = 0
    failed: int = 0
    oldest_due_seconds: int = 0

    def saw(self, item: Item, now: datetime) -> None:
        """Notes how long an item has been due."""
        late = int((now - moment(item["due_at"])).total_seconds())
        self.oldest_due_seconds = max(self.oldest_due_seconds, late)

    @property
    def needs_attention(self) -> int:
        """What a person has to look at: contacts that cannot be scored, mails that reach nobody, facts score missed."""
        return self.parked + self.blocked + self.missed

    @property
    def healed(self) -> int:
        """What was done in the place of score or notify, which do nothing while their stream mapping is off."""
        return self.missed + self.missed_mails

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
    visitor_delivery: VisitorDelivery

    def run(
        self, clock: Callable[[], datetime], seconds_left: Callable[[], float], pause: Callable[[float], None]
    ) -> Report:
        """One sweep: a round of mails first, since people wait for them; `pause` waits for some seconds."""
        report, now = Report(), clock()
        due = [item for shard in range(DUE_SHARDS) for item in self._due(shard, now)]
        items = sorted(due, key=lambda item: str(item["due_at"]))
        mails = self._mails(items, report, now)
        contacts = deque(_contacts(items))
        turn = now
        while (mails or contacts) and seconds_left() >= SPARE_SECONDS:
            if mails and clock() >= turn:
                started = clock()
                self._round(mails, report, clock, seconds_left)
                took = clock() - started
                turn = clock() + (max(PACE, took) if contacts else PACE)
            elif contacts:
                self._contact(contacts.popleft(), report, clock())
            else:
                pause(max(0.0, (turn - clock()).total_seconds()))
        return report

    def _mails(self, items: list[Item], report: Report, now: datetime) -> dict[str, Sequence[Letter]]:
        """What may be sent now, by topic and in the order of their numbers."""
        letters = self._letters([item for item in items if is_letter(item["sk"])][:MAILS_AT_MOST], report, now)
        drained = self._settled(now, to_the_end=any(letter.state is MailState.UNKNOWN for letter in letters))
        mails: dict[str, list[Letter]] = {}
        for letter in sorted(letters, key=lambda each: each.number):
            if self._is_ready(letter, drained, report, now):
                mails.setdefault(letter.topic, []).append(letter)
        report.missed_mails += sum(self._missed(waiting, now) for waiting in mails.values())
        return dict(mails)

    def _missed(self, waiting: Sequence[Letter], now: datetime) -> int:
        """How many of a topic's mails notify never tried. In a crowd it leaves some to the sweep, and then its readers
        were mailed since."""
        untried = [each for each in waiting if was_missed(each.state, each.attempts, each.born_at, now)]
        try:
            return 0 if untried and self.delivery.reached_since(untried[0], now) else len(untried)
        except Unavailable:
            return 0

    def _letters(self, items: list[Item], report: Report, now: datetime) -> list[Letter]:
        letters: list[Letter] = []
        for item in items:
            report.saw(item, now)
            try:
                letter = self.delivery.outbox.get(item["pk"], item["sk"])
            except (Unavailable, *UNDERIVABLE):
                report.failed += 1
                continue
            letters += [letter] if letter is not None and letter.state is not MailState.SENT else []
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
        """A fact nobody decided about, a timer, or a parked contact: all mean "derive this contact"; or its mail."""
        if is_visitor_mail(item["sk"]):
            return self._visitor_mail(item, report, now)
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
        report.missed += not kept_aside and is_fact(item["sk"])
        report.parked += kept_aside

    def _visitor_mail(self, item: Item, report: Report, now: datetime) -> None:
        report.saw(item, now)
        try:
            mail = self.visitor_delivery.outbox.waiting(item["pk"], item["sk"])
            if mail is None:
                return
            report.missed_mails += was_missed(mail.state, mail.attempts, mail.born_at, now)
            outcome = self.visitor_delivery.work(mail, now)
        except (Unavailable, Conflict):
            report.failed += 1
            return
        report.visitor_mails += outcome == "sent"

    def _is_ready(self, letter: Letter, drained: bool, report: Report, now: datetime) -> bool:
        """Whether the mail may be sent now; one that may not is moved to the state that time has brought."""
        outbox = self.delivery.outbox
        try:
            if letter.state is MailState.CLAIMED:
                outbox.unknown(letter, now)
            elif letter.state is MailState.BLOCKED or (letter.state is MailState.UNKNOWN and drained):
                # No receipt for an unknown one after all this time, and none left to read: it did not go out.
                outbox.again(letter, now, seen=letter.state)
        except (Unavailable, Conflict):
            report.failed += 1
        return letter.state is MailState.PENDING

    def _round(
        self,
        mails: dict[str, Sequence[Letter]],
        report: Report,
        clock: Callable[[], datetime],
        seconds_left: Callable[[], float],
    ) -> None:
        """One mail to each topic whose readers are free; takes what needs no further round out of `mails`."""
        for topic, waiting in list(mails.items()):
            if seconds_left() < SPARE_SECONDS:
                return
            batch = fitting(waiting)
            outcome = self._deliver(batch, report, clock)
            if outcome == "waiting":
                continue
            # Where SNS or the table gave no answer, the rest of the topic is better off in a minute.
            mails[topic] = [] if outcome in ("unknown", "failed") else waiting[len(batch) :]
            if not mails[topic]:
                del mails[topic]

    def _deliver(self, batch: Sequence[Letter], report: Report, clock: Callable[[], datetime]) -> str:
        try:
            outcome = self.delivery.deliver(batch, clock)
        except (Unavailable, Conflict):
            report.failed += len(batch)
            return "failed"
        report.mails += len(batch) if outcome == "sent" else 0
        report.blocked += len(batch) if outcome == "blocked" else 0
        return outcome


def _contacts(items: Iterable[Item]) -> Iterable[Item]:
    """One due item of each contact: one look works all that is due of it. A mail to it is a work of its own.

    It is as late as the contact's first, and a fact where there is one.
    """
    first: dict[tuple[str, str], Item] = {}
    for item in items:
        if not is_letter(item["sk"]):
            key = (item["pk"], item["sk"] if is_visitor_mail(item["sk"]) else "")
            known = first.setdefault(key, item)
            if is_fact(item["sk"]) and not is_fact(known["sk"]):
                first[key] = {**item, "due_at": known["due_at"]}
    return first.values()

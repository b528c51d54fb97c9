"""Mails to visitors in the table: `pending → claimed → sent | unknown`, or `blocked`, or `dropped`.

The transaction of a decision creates a mail as pending. A sender claims it for the length of a lease, under all
conditions for sending it. Every change depends on the state that was read, so the second of two senders changes
nothing. `sales_outbox` does the same for mails to sales.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from leadbell.identity import contact_of
from leadbell.outbox.mail import BLOCKED_FOR, LEASE, RETRY_AFTER, MailState
from leadbell.outbox.ses import Sending
from leadbell.outbox.visitor_mails import Kind, Promised
from leadbell.table import Item, Table, Write, check_write, due_shard, moment, stamp, update_write

KEPT_FOR = timedelta(days=30)

TAKEN = "taken"
_OVER = (MailState.SENT, MailState.UNKNOWN, MailState.DROPPED)


@dataclass(frozen=True, slots=True)
class VisitorMail:
    """A mail to a visitor as it is stored. `fact_key` is where the fact that asked for it is, `asset` the file whose
    link it brings, `why` what came of it so far. One that is over is never due."""

    pk: str
    sk: str
    state: MailState
    kind: Kind
    to: str
    language: str
    fact_key: str
    asset: str
    attempts: int
    born_at: datetime
    due_at: datetime | None
    why: str

    @property
    def contact_id(self) -> str:
        """The recipient."""
        return contact_of(self.pk)

    @property
    def name(self) -> str:
        """What it is known by outside its own item; it shows no address."""
        return f"{self.pk}|{self.sk}"


def born(contact_id: str, promised: Promised, now: datetime) -> Item:
    """What a new mail looks like in the table, without its keys; it deletes itself."""
    return {
        "state": MailState.PENDING,
        "kind": str(promised.kind),
        "to": promised.to,
        "language": promised.language,
        "fact": promised.fact.key,
        "asset": promised.asset,
        "attempts": 0,
        "born_at": stamp(now),
        "due_pk": due_shard(contact_id),
        "due_at": stamp(now + RETRY_AFTER),
        "expires_at": int((now + KEPT_FOR).timestamp()),
    }


def visitor_mail_of(item: Item) -> VisitorMail:
    """The mail that an item of the table holds."""
    return VisitorMail(
        pk=item["pk"],
        sk=item["sk"],
        state=MailState(item["state"]),
        kind=Kind(item["kind"]),
        to=item["to"],
        language=item["language"],
        fact_key=item["fact"],
        asset=item.get("asset", ""),
        attempts=item["attempts"],
        born_at=moment(item["born_at"]),
        due_at=moment(item["due_at"]) if "due_at" in item else None,
        why=item.get("why", ""),
    )


@dataclass(frozen=True, slots=True)
class VisitorOutbox:
    """The states of mails to visitors. Each move says what the mail is then, or `TAKEN` where somebody was quicker."""

    table: Table

    def waiting(self, pk: str, sk: str) -> VisitorMail | None:
        """The mail, read strongly; None where there is none, or it is over."""
        item = self.table.get(pk, sk)
        return None if item is None or "due_at" not in item else visitor_mail_of(item)

    def claim(self, mail: VisitorMail, on: Iterable[Write], now: datetime) -> VisitorMail:
        """Takes it for a lease, as it was read, together with what else must hold at the moment of sending.

        Raises Conflict where any of that does not hold, or the contact is erased.
        """
        take = "SET #state = :claimed, due_at = :due ADD attempts :one"
        values = {":claimed": MailState.CLAIMED, ":due": stamp(now + LEASE), ":one": 1}
        seen = {":state": mail.state, ":seen": mail.attempts}
        claim = update_write(mail.pk, mail.sk, take, "#state = :state AND attempts = :seen", {**values, **seen})
        self.table.transact([claim, check_write(mail.pk, "STANDING", "attribute_exists(stage)"), *on])
        return replace(mail, state=MailState.CLAIMED)

    def settle(self, claimed: VisitorMail, sending: Sending, now: datetime) -> str:
        """What a call to SES came to."""
        return self.end(claimed, sending, now) if sending.state in _OVER else self.later(claimed, sending, now)

    def end(self, mail: VisitorMail, sending: Sending, now: datetime) -> str:
        """Over for good, as far as nobody else has said something since."""
        sent = {":at": stamp(now), ":id": sending.message_id} if sending.message_id else {}
        update = "SET #state = :state, #why = :why" + (", sent_at = :at, message_id = :id" if sent else "")
        return self._move(mail, sending, f"{update} REMOVE due_pk, due_at", sent)

    def later(self, mail: VisitorMail, sending: Sending, now: datetime, at: datetime | None = None) -> str:
        """It certainly did not go out: looked at again then, or later where somebody has to change something first."""
        after = BLOCKED_FOR if sending.state is MailState.BLOCKED else RETRY_AFTER
        due = {":due": stamp(at or now + after)}
        return self._move(mail, sending, "SET #state = :state, #why = :why, due_at = :due", due)

    def _move(self, mail: VisitorMail, sending: Sending, update: str, values: Item) -> str:
        all_values = {":state": sending.state, ":why": sending.why or "-", ":seen": mail.state, **values}
        moved = self.table.update(mail.pk, mail.sk, update, "#state = :seen", all_values)
        return sending.state if moved else TAKEN

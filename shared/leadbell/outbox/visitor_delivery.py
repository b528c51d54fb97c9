"""Mails to visitors from decision to SES: `pending → claimed → sent | unknown`, or `blocked`, or `dropped`.

SES cannot be told that two calls mean one mail, and leaves no receipt. So a mail is sent at most once: a claim whose
end nobody saw is `unknown` for good. Only what certainly did not go out is tried again, within a day. The claim is one
transaction with all that may forbid the mail: the contact is not erased, the address is not suppressed, its mailbox (in
any spelling) has had no such mail within a day and left fewer than three unanswered. Links to several files may go out
on one day, but not more than three.

Mails to sales are `sales_mails` and `sales_delivery`; the two share the functions that send them, and nothing else.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from leadbell.errors import Conflict
from leadbell.identity import contact_of, mailbox_id
from leadbell.outbox.links import LinkPurpose, choices_token, guide_link, leave_token, sign
from leadbell.outbox.mail import MailState
from leadbell.outbox.ses import Sending, mail_request, send
from leadbell.outbox.suppression import UNSUBSCRIBED, suppression_key
from leadbell.outbox.visitor_mails import CONFIRM_DAYS, Kind, Promised, compose
from leadbell.table import Item, Table, Write, check_write, due_shard, moment, put_write, stamp, update_write

LEASE = timedelta(seconds=60)
RETRY_AFTER = timedelta(minutes=1)
BLOCKED_FOR = timedelta(minutes=15)
GIVE_UP_AFTER = timedelta(days=1)
ONE_WITHIN = timedelta(days=1)
KEPT_FOR = timedelta(days=30)
UNANSWERED_AT_MOST = 3
GUIDES_A_DAY = 3

# Leaving the newsletter ends other mails.
_ASKED_FOR = (Kind.CONFIRM, Kind.GUIDE)
_OVER = (MailState.SENT, MailState.UNKNOWN, MailState.DROPPED)


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


@dataclass(frozen=True, slots=True)
class Post:
    """What sending needs. `ses` gives a client made with `one_attempt()`; without `sender` nothing is sent."""

    table: Table
    ses: Callable[[], Any]
    sender: str
    secret: str
    public_url: str
    company: str

    def deliver(self, pk: str, sk: str, now: datetime) -> str:
        """Does for one mail what can be done now, and says what: `sent`, `unknown`, `pending` (later), `blocked`,
        `dropped`, or `taken` where it is somebody else's or done. Raises Unavailable where the table does not answer.
        """
        mail = self.table.get(pk, sk)
        if mail is None or "due_at" not in mail:
            return "taken"
        if mail["state"] == MailState.CLAIMED:
            return self._end(mail, Sending(MailState.UNKNOWN)) if moment(mail["due_at"]) <= now else "taken"
        if now - moment(mail["born_at"]) > GIVE_UP_AFTER:
            return self._end(mail, Sending(MailState.DROPPED, mail.get("why", "too late")))
        if not self.sender:
            return self._later(mail, Sending(MailState.BLOCKED, "no sender address is set"), now)
        try:
            self.table.transact(self._claim(mail, now))
        except Conflict:
            why = self._forbidden(mail, now)
            return self._end(mail, Sending(MailState.DROPPED, why)) if why else "taken"
        sending = self._send(mail)
        claimed = {**mail, "state": MailState.CLAIMED}
        is_over = sending.state in _OVER
        return self._end(claimed, sending, now) if is_over else self._later(claimed, sending, now)

    def _claim(self, mail: Item, now: datetime) -> list[Write]:
        """All that must hold at the moment of sending. A mail that was tried before has its turn already."""
        name = f"{mail['pk']}|{mail['sk']}"
        update = "SET #state = :claimed, due_at = :due ADD attempts :one"
        values = {":claimed": MailState.CLAIMED, ":due": stamp(now + LEASE), ":one": 1}
        seen = {":state": mail["state"], ":seen": mail["attempts"]}
        lasts = int((now + timedelta(days=2)).timestamp())
        turn = {"pk": self._turn(mail), "sk": "RATE", "mail": name, "at": stamp(now), "expires_at": lasts}
        is_free = "attribute_not_exists(pk) OR #at <= :before OR #mail = :mail"
        writes = [
            update_write(mail["pk"], mail["sk"], update, "#state = :state AND attempts = :seen", {**values, **seen}),
            check_write(mail["pk"], "STANDING", "attribute_exists(stage)"),
            _not_suppressed(mail),
            put_write(turn, is_free, {":before": stamp(now - ONE_WITHIN), ":mail": name}),
        ]
        if (counted := self._counted(mail, now)) is not None:
            pk, most, _ = counted
            fewer, numbers = "attribute_not_exists(#n) OR #n < :most", {":one": 1, ":most": most}
            until = {":lasts": lasts} if mail["kind"] == Kind.GUIDE else {}
            add = f"ADD #n :one{' SET expires_at = :lasts' if until else ''}"
            writes.append(update_write(pk, "RATE", add, fewer, {**numbers, **until}))
        return writes

    def _counted(self, mail: Item, now: datetime) -> tuple[str, int, str] | None:
        """What its mailbox has only so many of: the key of their count, how many, and why no more. Counted once."""
        if mail["attempts"] == 0 and mail["kind"] == Kind.CONFIRM:
            return unanswered_key(self.secret, mail["to"]), UNANSWERED_AT_MOST, "three are unanswered"
        if mail["attempts"] == 0 and mail["kind"] == Kind.GUIDE:
            day = f"RATE#{mailbox_id(self.secret, mail['to'])}#guides#{now.date().isoformat()}"
            return day, GUIDES_A_DAY, "the mailbox had three on this day"
        return None

    def _forbidden(self, mail: Item, now: datetime) -> str:
        """Why it may not be sent, in words; empty where somebody was just quicker."""
        if self._is_suppressed(mail):
            return "the address is suppressed"
        turn = self.table.get(self._turn(mail), "RATE")
        if turn and turn["mail"] != f"{mail['pk']}|{mail['sk']}" and now - moment(turn["at"]) < ONE_WITHIN:
            return "the mailbox had one within a day"
        pk, most, why = self._counted(mail, now) or ("", 0, "")
        return why if pk and (self.table.get(pk, "RATE") or {}).get("n", 0) >= most else ""

    def _is_suppressed(self, mail: Item) -> bool:
        found = self.table.get(suppression_key(contact_of(mail["pk"])), "SUPPRESSED")
        return found is not None and not (mail["kind"] in _ASKED_FOR and found.get("reason") == UNSUBSCRIBED)

    def _turn(self, mail: Item) -> str:
        """Whoever asks for two files on one day asks for two mails."""
        turn = f"RATE#{mailbox_id(self.secret, mail['to'])}#{mail['kind']}"
        return f"{turn}#{mail['asset']}" if mail["kind"] == Kind.GUIDE else turn

    def _send(self, mail: Item) -> Sending:
        told = compose(Kind(mail["kind"]), mail["language"], self.link(mail))
        to_leave = f"{self.public_url}/unsubscribe/{leave_token(self.secret, mail['pk'], moment(mail['born_at']))}"
        return send(self.ses(), mail_request(self.sender, self.company, mail["to"], told, to_leave))

    def link(self, mail: Item) -> str:
        """The one link of the mail."""
        contact, at = contact_of(mail["pk"]), moment(mail["born_at"])
        if mail["kind"] == Kind.CONFIRM:
            token = sign(
                self.secret, LinkPurpose.CONFIRM, f"{contact}|{mail['fact']}", at + timedelta(days=CONFIRM_DAYS)
            )
            return f"{self.public_url}/confirm/{token}"
        if mail["kind"] == Kind.GUIDE:
            return guide_link(self.secret, self.public_url, contact, mail["asset"], at)
        return f"{self.public_url}/preferences/{choices_token(self.secret, contact, at)}"

    def _end(self, mail: Item, sending: Sending, now: datetime | None = None) -> str:
        """Over for good, as far as nobody else has said something since."""
        sent = {":at": stamp(now), ":id": sending.message_id} if sending.message_id and now else {}
        update = "SET #state = :state, #why = :why" + (", sent_at = :at, message_id = :id" if sent else "")
        return self._move(mail, sending, f"{update} REMOVE due_pk, due_at", sent)

    def _later(self, mail: Item, sending: Sending, now: datetime) -> str:
        after = BLOCKED_FOR if sending.state is MailState.BLOCKED else RETRY_AFTER
        return self._move(
            mail, sending, "SET #state = :state, #why = :why, due_at = :due", {":due": stamp(now + after)}
        )

    def _move(self, mail: Item, sending: Sending, update: str, values: Item) -> str:
        all_values = {":state": sending.state, ":why": sending.why or "-", ":seen": mail["state"], **values}
        moved = self.table.update(mail["pk"], mail["sk"], update, "#state = :seen", all_values)
        return sending.state if moved else "taken"


def unanswered_key(secret: str, address: str) -> str:
    """Under which it is counted how many mails to a mailbox nobody has answered; answering one deletes it."""
    return f"RATE#{mailbox_id(secret, address)}#unanswered"


def waiting(table: Table, keys: Iterator[tuple[str, str]]) -> Iterator[Item]:
    """The mails under these keys that still wait."""
    for pk, sk in keys:
        mail = table.get(pk, sk)
        if mail is not None and "due_at" in mail:
            yield mail


def _not_suppressed(mail: Item) -> Write:
    """Who left the newsletter may be asked whether it was they who signed up again, gets a file that they ask for, and
    nothing else."""
    key = suppression_key(contact_of(mail["pk"]))
    if mail["kind"] in _ASKED_FOR:
        return check_write(key, "SUPPRESSED", "attribute_not_exists(pk) OR #reason = :left", {":left": UNSUBSCRIBED})
    return check_write(key, "SUPPRESSED", "attribute_not_exists(pk)")

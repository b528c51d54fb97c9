"""Mails to sales between decision and delivery: `pending → claimed → sent | unknown | blocked`.

The transaction of a decision creates a mail as pending. A sender claims it first, for the length of a lease. A claim
whose lease has run out is `unknown`, never `pending`, because the mail may be on its way. `unknown` becomes `sent` when
its receipt arrives, and `pending` only after `SETTLE_AFTER` without one.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from leadbell.errors import Conflict
from leadbell.events import ACT_DAYS
from leadbell.outbox.blocks import SalesMail, blocks_item, read_blocks
from leadbell.outbox.mail import BLOCKED_FOR, LEASE, RETRY_AFTER, MailState
from leadbell.outbox.text_mails import blocks_of_text
from leadbell.table import Item, Table, check_write, due_shard, moment, stamp, update_write

SETTLE_AFTER = timedelta(minutes=15)
# As long as the fact it is about, and then it is deleted.
KEPT = timedelta(days=ACT_DAYS + 2)

PREFIXES = ("ALERT#", "COPY#")

# A mail says in its blocks what it says; one written before there were blocks, in its body.
_AS_IT_WAS = "(blocks = :words OR body = :words)"


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail in the outbox. `fact_key` is where the fact that it is about is stored, if that one has files; `words` is
    what it says, as that is stored."""

    pk: str
    sk: str
    state: MailState
    number: int
    mail: SalesMail
    topic: str
    heard: str
    born_at: datetime
    fact_key: str = ""
    words: Any = None
    attempts: int = 0

    @property
    def key(self) -> str:
        """Its name in message attributes and receipts."""
        return key_name(self.pk, self.sk, self.number)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What goes with a mail to sales: the fact it is about, the kind of mail and why; and its recipient.

    `fact_key` is where that fact is stored, if it has files. Without a rep and their topic it is for the default inbox,
    and `note` says why.
    """

    heard: str
    fact: str
    fact_key: str | None
    why: str
    rep: str | None
    topic: str | None
    note: str


def pending_item(contact_id: str, envelope: Envelope, mail: SalesMail, number: int, now: datetime) -> Item:
    """What a new mail looks like in the table, without its sort key."""
    return {
        "state": MailState.PENDING,
        "number": number,
        **asdict(envelope),
        "subject": mail.subject,
        "blocks": blocks_item(mail.blocks),
        "born_at": stamp(now),
        "expires_at": int((now + KEPT).timestamp()),
        "due_pk": due_shard(contact_id),
        "due_at": stamp(now + RETRY_AFTER),
    }


class Outbox:
    """The states of mails in the table.

    `words` gives what was typed, by partition and submission, for a mail that is to be sent; without it a mail keeps
    its reference.
    """

    def __init__(self, table: Table, words: Callable[[str, str], str] | None = None) -> None:
        self._table = table
        self._words = words

    def get(self, pk: str, sk: str) -> Letter | None:
        """The mail, read strongly; None where there is none."""
        item = self._table.get(pk, sk)
        if item is None:
            return None
        names = ("pk", "sk", "number", "heard")
        mail = mail_of(item)
        if self._words is not None:
            mail = mail.with_words(partial(self._words, pk))
        told = {"mail": mail, "words": _words(item), "born_at": moment(item["born_at"])}
        told |= {"attempts": int(item.get("attempts", 0))}
        optional = {name: item.get(name, "") for name in ("topic", "fact_key")}
        return Letter(state=MailState(item["state"]), **told, **optional, **{name: item[name] for name in names})

    def claim(self, letter: Letter, now: datetime) -> None:
        """Takes a pending mail for a lease; raises Conflict where it is taken, rewritten or the contact is erased."""
        take = "SET #state = :claimed, claimed_at = :now, due_at = :due ADD attempts :one"
        # It may have been rewritten since it was read, and what is sent is what is stored.
        unchanged = f"#state = :pending AND {_AS_IT_WAS}"
        states = {":claimed": MailState.CLAIMED, ":pending": MailState.PENDING, ":words": letter.words}
        values = {**states, ":now": stamp(now), ":due": stamp(now + LEASE), ":one": 1}
        not_erased = check_write(letter.pk, "STANDING", "attribute_exists(stage)")
        self._table.transact([update_write(letter.pk, letter.sk, take, unchanged, values), not_erased])

    def of_contact(self, pk: str) -> Iterator[Item]:
        """All mails to sales about a contact, as they are stored."""
        for prefix in PREFIXES:
            yield from self._table.query(pk, prefix)

    def retell(self, item: Item, mail: SalesMail) -> None:
        """Other words for a mail, whatever became of it: its page shows them, and it is sent with them if it still is.

        Who read the old ones before cannot claim it any more: the words differ. Raises Conflict where they are not
        those of `item` any more.
        """
        update, unchanged, values = amendment(item, mail.remembering(mail_of(item)))
        self._reword(item, f"{update}, why, note", unchanged, values)

    def amend(self, item: Item, mail: SalesMail) -> None:
        """A small change to a mail, in whatever state; raises Conflict as `retell` does."""
        self._reword(item, *amendment(item, mail))

    def _reword(self, item: Item, update: str, unchanged: str, values: Item) -> None:
        if not self._table.update(item["pk"], item["sk"], update, unchanged, values):
            raise Conflict("the mail says something else since it was read")

    def sent(self, pk: str, sk: str, number: int, message_id: str, now: datetime) -> None:
        """SNS has it. True for ever after: a receipt may say so for a mail in any state, but for no other mail that
        came to stand in its place since."""
        self._table.update(
            pk,
            sk,
            "SET #state = :sent, sent_at = :now, message_id = :id REMOVE due_pk, due_at",
            "#number = :number AND #state <> :sent",
            {":sent": MailState.SENT, ":now": stamp(now), ":id": message_id, ":number": number},
        )

    def again(self, letter: Letter, now: datetime, *, seen: MailState) -> None:
        """It certainly did not go out: pending again, a little later."""
        self._move(letter, seen, MailState.PENDING, now + RETRY_AFTER)

    def unknown(self, letter: Letter, now: datetime) -> None:
        """It may or may not have gone out; a receipt decides."""
        self._move(letter, MailState.CLAIMED, MailState.UNKNOWN, now + SETTLE_AFTER)

    def block(self, letter: Letter, now: datetime) -> None:
        """Nobody would read it: no confirmed subscription anywhere. Looked at again later, the first time soon: it is
        the sweep's look that raises the alarm."""
        is_new = now - letter.born_at < RETRY_AFTER
        self._move(letter, letter.state, MailState.BLOCKED, now + (RETRY_AFTER if is_new else BLOCKED_FOR))

    def _move(self, letter: Letter, seen: MailState, state: MailState, due: datetime) -> None:
        self._table.update(
            letter.pk,
            letter.sk,
            "SET #state = :state, due_at = :due",
            "#number = :number AND #state = :seen",
            {":state": state, ":seen": seen, ":due": stamp(due), ":number": letter.number},
        )


def mail_of(item: Mapping[str, Any]) -> SalesMail:
    """What a stored mail says."""
    is_text = "blocks" not in item
    blocks = blocks_of_text(item["body"], item.get("named", ())) if is_text else read_blocks(item["blocks"])
    return SalesMail(item["subject"], blocks)


def _words(item: Mapping[str, Any]) -> Any:
    return item["blocks"] if "blocks" in item else item["body"]


def amendment(item: Item, mail: SalesMail) -> tuple[str, str, Item]:
    """What makes a stored mail say something else: the update, the condition that it says what it said, the values."""
    values = {":subject": mail.subject, ":blocks": blocks_item(mail.blocks), ":words": _words(item)}
    return "SET subject = :subject, blocks = :blocks REMOVE body, named", _AS_IT_WAS, values


def key_name(pk: str, sk: str, number: int) -> str:
    """A mail's name wherever it is spoken of outside the table; it shows no address.

    The number is part of it: after an erasure the same submission, sent again, leads to another mail at the same key.
    """
    return f"{pk}|{sk}|{number}"


def key_of(name: str) -> tuple[str, str, int]:
    """The table key and the number behind such a name; number 0, which no mail has, where the name holds none."""
    pk, _, rest = name.partition("|")
    sk, _, number = rest.partition("|")
    return pk, sk, int(number) if number.isdecimal() else 0


def is_letter(sk: str) -> bool:
    """Whether a sort key is that of a mail to sales."""
    return sk.startswith(PREFIXES)

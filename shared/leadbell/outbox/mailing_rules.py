"""What forbids a mail to a visitor: a suppressed address, or a mailbox that has reached its limit.

One transaction claims a mail and checks every rule, so that of two mails to one mailbox the second is refused. Each
rule is defined here once: its condition in that transaction, its result for a stored item, and the reason that is
stored with a forbidden mail.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from leadbell.identity import mailbox_id
from leadbell.keyed import Keyring
from leadbell.outbox.suppression import LEFT_NEWSLETTER, suppression_key
from leadbell.outbox.visitor_mails import Kind
from leadbell.outbox.visitor_outbox import VisitorMail
from leadbell.table import Item, Table, Write, check_write, put_write, stamp, update_write

ONE_WITHIN = timedelta(days=1)
_COUNTED_FOR = timedelta(days=2)
UNANSWERED_AT_MOST = 3
GUIDES_A_DAY = 3
DAY_IS_FULL = "the first mails of this day are used up (FirstMailsPerDay)"

# Leaving the newsletter ends other mails.
_ASKED_FOR = (Kind.CONFIRM, Kind.GUIDE, Kind.CHOICES)
# Anybody can make us ask an address: until it answers, so often and no more.
_QUESTIONS = (Kind.CONFIRM, Kind.PAUSED)


@dataclass(frozen=True, slots=True)
class MailingRule:
    """One rule for one mail: `write` fails while what stands under `pk` and `sk` `forbids` it, and `why` says so."""

    why: str
    pk: str
    sk: str
    write: Write
    forbids: Callable[[Item], bool]


def rules_for(mail: VisitorMail, keys: Keyring, first_mails_per_day: int, now: datetime) -> list[MailingRule]:
    """The rules that hold for a mail, in the order in which they are checked.

    What a mailbox gets only so many of is counted once, so a mail that was tried before has been counted.
    """
    mailbox = _mailbox(keys, mail.to)
    rules = [_suppression(mail), _turn(mail, mailbox, now)]
    if mail.attempts == 0 and mail.kind in _QUESTIONS:
        rules.append(_unanswered(mailbox))
    if mail.attempts == 0 and mail.kind is Kind.GUIDE:
        rules.append(_guides(mailbox, now))
    if mail.attempts == 0:
        rules.append(_first_mails(first_mails_per_day, now))
    return rules


def next_day(now: datetime) -> datetime:
    """When a day's count begins anew."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def why_forbidden(table: Table, rules: Iterable[MailingRule]) -> str:
    """The words of the first rule that forbids the mail; empty where none does, so somebody was just quicker."""
    for rule in rules:
        found = table.get(rule.pk, rule.sk)
        if found is not None and rule.forbids(found):
            return rule.why
    return ""


def unanswered_key(keys: Keyring, address: str) -> str:
    """Under which it is counted how many mails to a mailbox nobody has answered; answering one deletes it."""
    return _unanswered_of(_mailbox(keys, address))


def confirm_turn_key(keys: Keyring, address: str) -> str:
    """Under which it is kept that a mailbox was asked today whether it signed up."""
    return _turn_of(_mailbox(keys, address), Kind.CONFIRM)


def _turn_of(mailbox: str, kind: Kind, asset: str = "") -> str:
    return f"{mailbox}#{kind}{f'#{asset}' if kind is Kind.GUIDE else ''}"


def _mailbox(keys: Keyring, address: str) -> str:
    return f"RATE#{mailbox_id(keys, address)}"


def _unanswered_of(mailbox: str) -> str:
    return f"{mailbox}#unanswered"


def _suppression(mail: VisitorMail) -> MailingRule:
    """Who left the newsletter may be asked whether it was they who signed up again, gets a file or the link to their
    preferences that they ask for, and nothing else."""
    pk, sk = suppression_key(mail.contact_id), "SUPPRESSED"
    why, free = "the address is suppressed", "attribute_not_exists(pk)"
    if mail.kind not in _ASKED_FOR:
        return MailingRule(why, pk, sk, check_write(pk, sk, free), forbids=lambda _: True)
    return MailingRule(
        why,
        pk,
        sk,
        check_write(pk, sk, f"{free} OR #reason = :left", {":left": LEFT_NEWSLETTER}),
        forbids=lambda found: found.get("reason") != LEFT_NEWSLETTER,
    )


def _turn(mail: VisitorMail, mailbox: str, now: datetime) -> MailingRule:
    """One of a kind within a day. Who asks for two files asks for two mails; a mail tried before has its turn."""
    pk, sk = _turn_of(mailbox, mail.kind, mail.asset), "RATE"
    before = stamp(now - ONE_WITHIN)
    return MailingRule(
        "the mailbox had one within a day",
        pk,
        sk,
        put_write(
            {"pk": pk, "sk": sk, "mail": mail.name, "at": stamp(now), "expires_at": _counted_until(now)},
            "attribute_not_exists(pk) OR #at <= :before OR #mail = :mail",
            {":before": before, ":mail": mail.name},
        ),
        forbids=lambda turn: turn["at"] > before and turn["mail"] != mail.name,
    )


def _unanswered(mailbox: str) -> MailingRule:
    """So many ever, until one is answered."""
    return _at_most(UNANSWERED_AT_MOST, _unanswered_of(mailbox), "three are unanswered")


def _guides(mailbox: str, now: datetime) -> MailingRule:
    """So many links to files on a day."""
    day = f"{mailbox}#guides#{now.date().isoformat()}"
    return _at_most(GUIDES_A_DAY, day, "the mailbox had three on this day", _counted_until(now))


def _first_mails(most: int, now: datetime) -> MailingRule:
    """So many a day to all mailboxes together: whoever asks for them need not own the address, and SES pauses an
    account whose mails bounce or are reported."""
    return _at_most(most, f"RATE#first-mails#{now.date().isoformat()}", DAY_IS_FULL, _counted_until(now))


def _at_most(most: int, pk: str, why: str, until: int | None = None) -> MailingRule:
    """Counts one more under this key, up to `most`; `until` is when the count is deleted."""
    add, values = "ADD #n :one", {":one": 1, ":most": most}
    if until is not None:
        add, values = f"{add} SET expires_at = :until", {**values, ":until": until}
    return MailingRule(
        why,
        pk,
        "RATE",
        update_write(pk, "RATE", add, "attribute_not_exists(#n) OR #n < :most", values),
        forbids=lambda count: count.get("n", 0) >= most,
    )


def _counted_until(now: datetime) -> int:
    return int((now + _COUNTED_FOR).timestamp())

"""What forbids a mail to a visitor: what a rule says when it is asked is what its condition does in a transaction."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from leadbell.errors import Conflict
from leadbell.events import Fact, Trust
from leadbell.keyed import Keyring
from leadbell.outbox.mailing_rules import DAY_IS_FULL, GUIDES_A_DAY, UNANSWERED_AT_MOST, rules_for, why_forbidden
from leadbell.outbox.suppression import LEFT_NEWSLETTER, STOPPED
from leadbell.outbox.visitor_mails import Kind, Promised
from leadbell.outbox.visitor_outbox import VisitorMail, born, visitor_mail_of
from leadbell.table import stamp
from tests.integration.service import EVA, MONDAY, Service

KEYS = Keyring.of(b"a secret of the tests")
A_DAY = timedelta(days=1)
JUST = timedelta(milliseconds=1)
FREE = ""
FIRST_MAILS = 4
SUPPRESSED = "the address is suppressed"
HAD_ONE = "the mailbox had one within a day"


def mail(kind: Kind, attempts: int = 0) -> VisitorMail:
    said = {"email": EVA["email"], "asset": "guide"}
    promised = Promised(kind, Fact("f", "form.submitted", MONDAY, MONDAY, Trust.SUBMITTED, said, key="EVENT#x#f"))
    item = born("c1", promised, MONDAY)
    return visitor_mail_of({"pk": "CONTACT#c1", "sk": promised.sk, **item, "attempts": attempts})


def rule_words(kind: Kind, attempts: int) -> list[str]:
    return [rule.why for rule in rules_for(mail(kind, attempts), KEYS, FIRST_MAILS, MONDAY)]


SUPPRESSIONS = [
    (
        kind,
        0,
        {"reason": reason},
        FREE if reason == LEFT_NEWSLETTER and kind not in (Kind.GOT_IT, Kind.PAUSED) else SUPPRESSED,
    )
    for kind in Kind
    for reason in (LEFT_NEWSLETTER, STOPPED, "bounced")
]
TURNS = [
    (kind, 1, {"mail": name, "at": stamp(MONDAY - ago)}, HAD_ONE if name == "another" and ago < A_DAY else FREE)
    for kind in Kind
    for name in ("another", mail(kind).name)
    for ago in (timedelta(), A_DAY - JUST, A_DAY, A_DAY + JUST)
]
COUNTS = [
    (kind, 2, {"n": n} if n else {"expires_at": 1}, why if n >= most else FREE)
    for kind, most, why in (
        (Kind.CONFIRM, UNANSWERED_AT_MOST, "three are unanswered"),
        (Kind.PAUSED, UNANSWERED_AT_MOST, "three are unanswered"),
        (Kind.GUIDE, GUIDES_A_DAY, "the mailbox had three on this day"),
    )
    for n in range(most + 2)
]
COUNTED = {kind for kind, *_ in COUNTS}
# All mailboxes together; after the count of the mailbox, where its kind has one.
DAYS = [
    (kind, 3 if kind in COUNTED else 2, {"n": n}, DAY_IS_FULL if n >= FIRST_MAILS else FREE)
    for kind in Kind
    for n in range(FIRST_MAILS + 2)
]


@pytest.mark.parametrize(("kind", "at", "stands", "why"), [*SUPPRESSIONS, *TURNS, *COUNTS, *DAYS])
def test_a_rule_says_what_its_condition_does(
    service: Service, kind: Kind, at: int, stands: dict[str, Any], why: str
) -> None:
    rule = rules_for(mail(kind), KEYS, FIRST_MAILS, MONDAY)[at]
    service.table.put({"pk": rule.pk, "sk": rule.sk, **stands})
    assert why_forbidden(service.table, [rule]) == why
    assert is_refused(service, [rule.write]) == (why != FREE)


def is_refused(service: Service, writes: Sequence[Any]) -> bool:
    try:
        service.table.transact(writes)
    except Conflict:
        return True
    return False


@pytest.mark.parametrize("kind", Kind)
def test_where_nothing_stands_no_rule_forbids(service: Service, kind: Kind) -> None:
    rules = rules_for(mail(kind), KEYS, FIRST_MAILS, MONDAY)
    assert why_forbidden(service.table, rules) == FREE
    assert not is_refused(service, [rule.write for rule in rules])


def test_a_mail_that_was_tried_before_is_not_counted_again() -> None:
    once = [SUPPRESSED, HAD_ONE]
    assert rule_words(Kind.CONFIRM, 0) == [*once, "three are unanswered", DAY_IS_FULL]
    assert rule_words(Kind.GUIDE, 0) == [*once, "the mailbox had three on this day", DAY_IS_FULL]
    assert rule_words(Kind.GOT_IT, 0) == [*once, DAY_IS_FULL]
    assert rule_words(Kind.PAUSED, 0) == rule_words(Kind.CONFIRM, 0)
    assert rule_words(Kind.CHOICES, 0) == rule_words(Kind.GOT_IT, 0)
    assert all(rule_words(kind, 1) == once for kind in Kind)

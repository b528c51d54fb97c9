"""Sending to visitors: at most once whatever call fails, and again only where it certainly did not go out."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NoReturn

import boto3
import pytest
from botocore.exceptions import NoRegionError
from moto import mock_aws

from leadbell.brand import Brand
from leadbell.outbox.mailing_rules import DAY_IS_FULL, next_day
from leadbell.outbox.sns import one_attempt
from leadbell.outbox.suppression import Suppressions
from leadbell.outbox.visitor_delivery import VisitorDelivery
from leadbell.table import moment
from tests.aws.fates import Fate
from tests.aws.on_moto import mailing
from tests.aws.wire import Fault, faults_of
from tests.aws.world import SENDER, World
from tests.integration.service import EVA

EMAIL = EVA["email"]
# The mail, once in half a minute the secret, the claim.
CALLS = ["GetItem", "GetItem", "TransactWriteItems", "SendEmail", "UpdateItem"]
A_DAY = 24 * 60 + 20


@pytest.fixture
def here() -> Iterator[World]:
    with mailing() as opened:
        yield opened


def told(here: World) -> list[tuple[str, str]]:
    return [(item["state"], item["why"]) for item in here.mails()]


def test_a_mail_is_four_calls_and_the_first_one_reads_the_secret(here: World) -> None:
    here.wires["notify"].start({})
    here.sign_up(EMAIL)
    here.drain()
    assert here.wires["notify"].calls == CALLS


@pytest.mark.parametrize(
    ("at", "fault"), [(at, fault) for at, operation in enumerate(CALLS) for fault in faults_of(operation)]
)
def test_whatever_call_fails_a_mail_goes_out_once_or_nobody_knows(at: int, fault: Fault) -> None:
    with mailing() as here:
        here.wires["notify"].start({at: fault})
        here.sign_up(EMAIL)
        here.drain()
        here.pass_time(30)
        (mail,) = here.mails()
        assert "due_at" not in mail
        assert len(here.ses.sent) <= 1
        assert mail["state"] in ("sent", "unknown")
        if mail["state"] == "sent":
            assert mail["message_id"] == here.ses.sent[0].message_id


def test_an_answer_that_was_lost_is_never_asked_for_again(here: World) -> None:
    here.ses.fates["SendEmail"] = (Fate.ANSWER_LOST,)
    here.sign_up(EMAIL)
    here.drain()
    here.ses.fates.clear()
    here.pass_time(A_DAY)
    assert told(here) == [("unknown", "ConnectionClosedError")]
    assert len(here.ses.sent) == here.ses.asked["SendEmail"] == 1


def test_a_client_that_cannot_be_made_ends_the_mail_as_a_lost_answer_does(here: World) -> None:
    def no_client() -> NoReturn:
        raise NoRegionError

    notify = here.service.apps["notify"]
    without_client = replace(notify.visitor_delivery(), ses=no_client)
    here.patch.setattr(notify, "visitor_delivery", lambda: without_client)
    here.sign_up(EMAIL)
    here.drain()
    assert told(here) == [("unknown", "NoRegionError")]


@pytest.mark.parametrize("fate", [Fate.THROTTLED, Fate.UNREACHED])
def test_what_certainly_did_not_go_out_goes_a_minute_later(here: World, fate: Fate) -> None:
    here.ses.fates["SendEmail"] = (fate,)
    here.sign_up(EMAIL)
    here.drain()
    assert [state for state, _ in told(here)] == ["pending"]
    here.ses.fates.clear()
    here.pass_time(3)
    assert [state for state, _ in told(here)] == ["sent"]
    assert len(here.ses.sent) == 1


def test_what_is_not_sent_within_a_day_is_dropped(here: World) -> None:
    here.ses.fates["SendEmail"] = (Fate.THROTTLED,)
    here.sign_up(EMAIL)
    here.pass_time(20)
    assert [state for state, _ in told(here)] == ["pending"]
    here.move(hours=23)
    here.pass_time(20)
    assert [state for state, _ in told(here)] == ["pending"]
    here.move(minutes=40)
    here.pass_time(5)
    here.ses.fates.clear()
    here.pass_time(5)
    assert told(here) == [("dropped", "TooManyRequestsException")]
    assert here.ses.sent == []


def test_a_sender_that_is_not_verified_blocks_until_it_is(here: World) -> None:
    here.ses.verified.clear()
    here.sign_up(EMAIL)
    here.drain()
    assert told(here) == [("blocked", "MessageRejected")]
    here.ses.verified.add(SENDER)
    here.pass_time(20)
    assert told(here) == [("sent", "-")]


def test_in_the_sandbox_verified_readers_alone_get_mails() -> None:
    with mailing() as here:
        here.ses.is_sandbox = True
        here.ses.verified.add(EMAIL)
        here.sign_up(EMAIL)
        here.sign_up("bo@acme.example.com")
        here.drain()
        assert [mail.to for mail in here.ses.sent] == [EMAIL]
        assert sorted(told(here)) == [("blocked", "MessageRejected"), ("sent", "-")]


def test_an_address_that_ses_does_not_take_is_dropped(here: World) -> None:
    here.sign_up("évá@acme.example.com")
    here.drain()
    assert told(here) == [("dropped", "BadRequestException")]


def test_an_address_in_a_domain_of_another_script_is_mailed_in_its_ascii_form(here: World) -> None:
    here.sign_up("Eva@bücher.example")
    here.drain()
    assert [mail.to for mail in here.ses.sent] == ["Eva@xn--bcher-kva.example"]


def test_with_the_sender_taken_away_nothing_is_sent(here: World) -> None:
    for folder in ("notify", "sweep"):
        app = here.service.apps[folder]
        if folder == "notify":
            without_sender = replace(app.visitor_delivery(), sender="")
            here.patch.setattr(app, "visitor_delivery", lambda kept=without_sender: kept)
        else:
            without_sender = replace(app.sweep.visitor_delivery, sender="")
            here.patch.setattr(app, "sweep", replace(app.sweep, visitor_delivery=without_sender))
    here.sign_up(EMAIL)
    here.drain()
    here.pass_time(20)
    assert told(here) == [("blocked", "no sender address is set")]
    assert here.ses.asked["SendEmail"] == 0


def test_an_address_suppressed_at_the_last_moment_gets_nothing(here: World) -> None:
    here.sign_up(EMAIL)
    book, who = Suppressions(here.service.table), here.service.id_of(EMAIL)
    here.service.faults.meanwhile("notify", "TransactWriteItems", lambda: book.suppress(who, "bounced", here.clock()))
    here.drain()
    assert told(here) == [("dropped", "the address is suppressed")]
    assert here.ses.sent == []


def test_two_who_send_one_mail_at_the_same_moment_send_it_once(here: World) -> None:
    here.sign_up(EMAIL)
    here.service.run("score")
    (mail,) = here.mails()
    other: VisitorDelivery = here.service.apps["sweep"].sweep.visitor_delivery
    act = lambda: other.deliver(mail["pk"], mail["sk"], here.clock())  # noqa: E731
    here.service.faults.meanwhile("notify", "TransactWriteItems", act)
    here.drain()
    assert (len(here.ses.sent), told(here)) == (1, [("sent", "-")])


def test_a_record_that_comes_again_sends_nothing_again(here: World) -> None:
    here.sign_up(EMAIL)
    here.drain()
    for record in here.service.records(EMAIL, "MAIL#") * 3:
        assert here.service.deliver("notify", [record]) == []
    assert len(here.ses.sent) == 1


def test_a_lost_record_is_made_good_by_the_sweep(here: World) -> None:
    here.sign_up(EMAIL)
    here.service.run("score")
    here.lose()
    here.pass_time(3)
    assert (len(here.ses.sent), told(here)) == (1, [("sent", "-")])


def test_mails_to_visitors_take_no_number_and_leave_mails_to_sales_alone(here: World) -> None:
    here.ses.verified.clear()
    here.sign_up(EMAIL)
    here.service.post("/forms/demo", EVA)
    here.drain()
    report = here.service.sweep()
    assert [(letter["number"], letter["state"]) for letter in here.service.letters()] == [(1, "sent")]
    assert (report["blocked"], report["mails"]) == (0, 0)


@mock_aws
def test_the_request_is_one_that_ses_knows(here: World) -> None:
    ses = boto3.client("sesv2", config=one_attempt())
    ses.create_email_identity(EmailIdentity=SENDER)
    app = here.service.apps["notify"]
    real: VisitorDelivery = replace(app.visitor_delivery(), ses=lambda: ses, brand=Brand('Göteborg, "Pumps" AB'))
    here.patch.setattr(app, "visitor_delivery", lambda: real)
    here.sign_up(EMAIL)
    here.drain()
    assert told(here) == [("sent", "-")]


def first_mails(here: World, most: int) -> None:
    """As if the stack had been deployed with that limit of a day."""
    notify, sweep = here.service.apps["notify"], here.service.apps["sweep"]
    by_notify = replace(notify.visitor_delivery(), first_mails_per_day=most)
    here.patch.setattr(notify, "visitor_delivery", lambda: by_notify)
    by_sweep = replace(sweep.sweep.visitor_delivery, first_mails_per_day=most)
    here.patch.setattr(sweep, "sweep", replace(sweep.sweep, visitor_delivery=by_sweep))


def test_a_flood_of_signups_sends_so_many_first_mails_a_day_and_loses_none(here: World) -> None:
    first_mails(here, 3)
    for number in range(8):
        here.sign_up(f"reader{number}@acme.example.com")
        here.drain()
    waiting = [mail for mail in here.mails() if mail["state"] == "blocked"]
    assert (len(here.ses.sent), len(waiting)) == (3, 5)
    assert {mail["why"] for mail in waiting} == {DAY_IS_FULL}
    midnight = next_day(here.clock())
    assert {moment(mail["due_at"]) for mail in waiting} == {midnight}

    here.clock.at = midnight
    here.pass_time(5)
    assert len(here.ses.sent) == 6
    here.clock.at = next_day(here.clock())
    here.pass_time(5)
    assert len(here.ses.sent) == 8
    assert len({mail.to for mail in here.ses.sent}) == 8
    assert {mail["state"] for mail in here.mails()} == {"sent"}


def test_a_first_mail_that_waited_five_days_is_dropped_with_its_reason(here: World) -> None:
    first_mails(here, 1)
    for reader in ("a@acme.example.com", "b@acme.example.com"):
        here.sign_up(reader)
        here.drain()
    for day in range(6):
        here.clock.at = next_day(here.clock())
        here.service.table.put({"pk": f"RATE#first-mails#{here.clock.at.date()}", "sk": "RATE", "n": 1})
        here.pass_time(3)
        assert sorted(state for state, _ in told(here)) == (["blocked", "sent"] if day < 5 else ["dropped", "sent"])
    assert ("dropped", DAY_IS_FULL) in told(here)


def test_a_mail_that_is_tried_again_is_counted_once(here: World) -> None:
    first_mails(here, 2)
    here.ses.fates["SendEmail"] = (Fate.THROTTLED,)
    here.sign_up(EMAIL)
    here.drain()
    here.pass_time(3)
    here.ses.fates.clear()
    here.pass_time(2)
    here.sign_up("nora@fjord.example.com")
    here.drain()
    assert [state for state, _ in told(here)] == ["sent", "sent"]

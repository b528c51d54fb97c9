"""From the outbox to the rep: each mail goes out once, whatever SNS, the table or the function itself does."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse

from leadbell.outbox.mail import LEASE
from leadbell.outbox.pacing import Pace
from leadbell.outbox.sales_outbox import key_name
from leadbell.outbox.sns import PUBLISH_SECONDS
from leadbell.table import moment, stamp
from tests.integration.sam_template import template
from tests.integration.service import DEFAULT_INBOX, EVA, KEYS, Loaded, Service

EMAIL = EVA["email"]


class KilledError(BaseException):
    """Lambda ends a function that took too long: nothing in it runs any more."""


def kill() -> None:
    raise KilledError


def born(service: Service, *people: str) -> None:
    """An alert for each, written by score, its doorbell waiting for notify."""
    for who in people or (EMAIL,):
        service.post("/forms/demo", {**EVA, "email": who})
    service.run("score")


def state(service: Service, who: str = EMAIL) -> str:
    (letter,) = service.letters(who)
    return str(letter["state"])


def number_of(subject: str) -> list[int]:
    return [int(number) for number in re.findall(r"#(\d+)", subject)]


# ---- As it should be ------------------------------------------------------------------------------------------------


def test_a_mail_is_claimed_then_sent(service: Service) -> None:
    born(service)
    assert state(service) == "pending"
    during: list[str] = []
    service.faults.meanwhile("notify", "Publish", lambda: during.append(state(service)))
    service.run("notify")
    assert (during, state(service)) == (["claimed"], "sent")
    (letter,) = service.letters()
    assert letter["attempts"] == 1
    assert letter["message_id"]
    assert letter.keys().isdisjoint({"due_at", "due_pk"})
    (mail,) = service.mails()
    assert mail.keys == (key_name(letter["pk"], letter["sk"], letter["number"]),)
    assert (mail.subject, mail.body) == (letter["subject"], letter["body"])


def test_a_doorbell_that_rings_again_sends_nothing_again(service: Service) -> None:
    born(service)
    records = service.records(EMAIL, "ALERT#")
    service.deliver("notify", records * 2)
    service.deliver("notify", records)
    assert len(service.mails()) == 1


def test_a_mail_that_is_gone_is_no_failure(service: Service) -> None:
    born(service)
    records = service.records(EMAIL, "ALERT#")
    service.table.delete(service.letters()[0]["pk"], "ALERT#000001")
    assert service.deliver("notify", records) == []


def test_two_senders_at_once_send_one_mail(service: Service) -> None:
    born(service)
    records = service.records(EMAIL, "ALERT#")

    def another() -> None:
        service.clock.move(seconds=1)  # or pacing alone would hold it back
        service.deliver("notify", records)

    service.faults.meanwhile("notify", "TransactWriteItems", another)
    service.clock.move(minutes=1)
    service.deliver("notify", records)
    service.later(20)
    assert len(service.mails()) == 1


# ---- When SNS refuses, or does not answer ---------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["Throttling", "AuthorizationError", "NotFound", "InvalidParameter"])
def test_what_sns_refused_is_sent_by_the_sweep(service: Service, code: str) -> None:
    born(service)
    service.faults.refuse("notify", "Publish", code)
    assert service.run("notify") == []
    assert (state(service), service.mails()) == ("pending", [])
    service.clock.move(seconds=59)
    assert service.sweep()["mails"] == 0
    service.clock.move(seconds=1)
    assert service.sweep()["mails"] == 1
    assert (state(service), len(service.mails())) == ("sent", 1)


def test_a_lost_answer_is_settled_by_the_receipt(service: Service) -> None:
    born(service)
    service.faults.lose_answer("notify", "Publish")
    assert service.run("notify") == []
    assert state(service) == "unknown"
    service.clock.move(minutes=1)
    service.sweep()
    (letter,) = service.letters()
    assert letter["state"] == "sent"
    assert letter["message_id"]
    told = service.sqs.get_queue_attributes(QueueUrl=service.receipts_url, AttributeNames=["All"])["Attributes"]
    assert (told["ApproximateNumberOfMessages"], told["ApproximateNumberOfMessagesNotVisible"]) == ("0", "0")
    service.later(30)
    assert len(service.mails()) == 1


@pytest.mark.parametrize("how", ["500", "killed"])
def test_without_a_receipt_it_is_sent_once_more_under_the_same_number(service: Service, how: str) -> None:
    born(service)
    if how == "500":
        service.faults.refuse("notify", "Publish", "InternalError", status=500)
        assert service.run("notify") == []
        assert state(service) == "unknown"
    else:
        service.faults.meanwhile("notify", "Publish", kill)
        with pytest.raises(KilledError):
            service.run("notify")
        assert state(service) == "claimed"
    service.stream.lose()
    service.faults.end()
    service.later(14)
    assert service.mails() == []
    service.later(5)
    assert [number_of(mail.subject) for mail in service.mails()] == [[1]]
    service.later(30)
    assert service.mails() == []
    (letter,) = service.letters()
    assert (letter["state"], letter["number"], letter["attempts"]) == ("sent", 1, 2)


def test_a_claim_is_left_alone_for_its_lease_and_unknown_after_it(service: Service) -> None:
    born(service)
    service.faults.meanwhile("notify", "Publish", kill)
    with pytest.raises(KilledError):
        service.run("notify")
    assert service.deliver("notify", service.records(EMAIL, "ALERT#")) == []  # delivered again: somebody has it
    service.clock.move(seconds=59)
    service.sweep()
    assert state(service) == "claimed"
    service.clock.move(seconds=1)
    service.sweep()
    assert state(service) == "unknown"
    assert service.mails() == []


def test_killed_after_the_publish_it_is_settled_by_the_receipt(service: Service) -> None:
    born(service)
    service.faults.meanwhile("notify", "UpdateItem", kill)
    with pytest.raises(KilledError):
        service.run("notify")
    service.clock.move(minutes=1)
    service.sweep()
    assert state(service) == "sent"
    service.later(20)
    assert len(service.mails()) == 1


def test_a_look_into_the_receipt_queue_asks_all_of_its_servers(service: Service) -> None:
    born(service)
    service.faults.refuse("notify", "Publish", "InternalError", status=500)
    service.run("notify")
    waits: list[int] = []
    service.faults.watch("sweep", lambda _, operation, sent: waits.append(sent.get("WaitTimeSeconds", 0)))
    service.later(17)
    # A short look may find nothing though there is something, and this one decides that a mail goes out once more.
    assert max(waits) >= 1
    assert len(service.mails()) == 1


def test_while_the_receipt_queue_does_not_answer_nothing_goes_out_a_second_time(service: Service) -> None:
    born(service)
    service.faults.lose_answer("notify", "Publish")
    service.run("notify")
    service.faults.refuse("sweep", "ReceiveMessage", "ServiceUnavailable", status=503)
    service.clock.move(minutes=30)
    service.later(3)
    assert state(service) == "unknown"
    service.faults.end()
    service.later(3)
    assert state(service) == "sent"
    assert len(service.mails()) == 1


def test_a_receipt_that_nobody_can_read_is_dropped(service: Service) -> None:
    for body in ("no json", "[]", json.dumps({"MessageAttributes": {"item": {"Value": "nobody"}}}), "{}"):
        service.sqs.send_message(QueueUrl=service.receipts_url, MessageBody=body)
    service.sweep()
    assert "Messages" not in service.sqs.receive_message(QueueUrl=service.receipts_url)


def test_a_receipt_counts_whatever_state_the_mail_is_in(service: Service) -> None:
    born(service)
    service.faults.lose_answer("notify", "Publish")
    service.run("notify")
    service.table.put({**service.stored(EMAIL, "ALERT#000001"), "state": "pending"})
    service.clock.move(minutes=15)
    service.sweep()
    assert state(service) == "sent"
    assert len(service.mails()) == 1


# ---- When the table does not answer ---------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", ["GetItem", "PutItem", "TransactWriteItems"])
def test_the_batch_comes_again_from_its_first_mail_left(service: Service, operation: str) -> None:
    people = [f"person{number}@acme.example.com" for number in range(2)]
    born(service, *people)
    records = [record for who in people for record in service.records(who, "ALERT#")]
    for number, record in enumerate(records):
        record["dynamodb"]["SequenceNumber"] = str(9 + number)
    service.faults.refuse("notify", operation)
    assert service.deliver("notify", records) == ["9"]
    assert service.mails() == []
    service.faults.end()
    service.clock.move(seconds=1)
    assert service.deliver("notify", records) == []
    service.later(2)
    assert sorted(number for mail in service.mails() for number in number_of(mail.subject)) == [1, 2]


def test_a_mail_that_went_out_and_could_not_be_marked_does_not_go_out_again(service: Service) -> None:
    born(service)
    records = service.records(EMAIL, "ALERT#")
    service.faults.refuse("notify", "UpdateItem")
    assert service.deliver("notify", records) == ["500"]
    service.faults.end()
    assert service.deliver("notify", records) == []
    service.later(20)
    assert state(service) == "sent"
    assert len(service.mails()) == 1


# ---- Pace -----------------------------------------------------------------------------------------------------------


def pace(service: Service) -> Pace:
    """What decides whose turn it is."""
    return Pace(service.table, KEYS)


def crowd(service: Service, reader: str = "sales@example.com", seconds: float = 60) -> None:
    """Others have taken this reader's turns for a while."""
    turn = stamp(service.clock() + timedelta(seconds=seconds))
    service.table.put({"pk": pace(service).key(reader), "sk": "PACE", "next_at": turn})


def test_two_mails_at_once_go_out_half_a_second_apart(service: Service) -> None:
    people = ("a@acme.example.com", "b@acme.example.com")
    born(service, *people)
    moments: list[datetime] = []
    service.faults.meanwhile("notify", "Publish", lambda: moments.append(service.clock()), times=9)
    service.run("notify")
    assert sorted(number for mail in service.mails() for number in number_of(mail.subject)) == [1, 2]
    assert moments[1] - moments[0] == timedelta(milliseconds=500)


def test_a_mail_whose_turn_does_not_come_waits_for_the_sweep(service: Service) -> None:
    born(service)
    crowd(service, seconds=30)
    assert service.run("notify") == []
    assert (state(service), service.mails()) == ("pending", [])
    service.clock.move(seconds=40)
    service.sweep()
    assert service.mails() == []  # not yet due
    service.clock.move(seconds=20)
    service.sweep()
    (mail,) = service.mails()
    assert (number_of(mail.subject), state(service)) == ([1], "sent")


def test_the_sweep_keeps_the_pace_too(service: Service) -> None:
    born(service)
    service.stream.lose()
    service.clock.move(minutes=1)
    crowd(service)
    service.sweep()
    assert (state(service), service.mails()) == ("pending", [])
    service.clock.move(minutes=1)
    service.sweep()
    assert len(service.mails()) == 1


def test_many_that_wait_are_one_mail_that_names_each(service: Service) -> None:
    people = [f"person{number}@acme.example.com" for number in range(7)]
    born(service, *people)
    crowd(service, seconds=30)
    service.run("notify")
    assert service.mails() == []
    service.clock.move(minutes=1)
    service.sweep()
    (digest,) = service.mails()
    assert digest.subject == "7 mails from your website: #1 #2 #3 #4 #5 #6 #7"
    assert len(digest.keys) == 7
    for who in people:
        assert who in digest.body
    assert digest.body.count("https://") == 7
    assert {letter["state"] for letter in service.letters()} == {"sent"}


def test_a_long_queue_goes_out_as_digests_half_a_second_apart(service: Service) -> None:
    born(service)
    service.stream.lose()
    letter = service.stored(EMAIL, "ALERT#000001")
    for number in range(2, 26):
        service.table.put({**letter, "sk": f"COPY#{number}", "number": number, "subject": f"Sales lead #{number}"})
    service.stream.lose()
    service.clock.move(minutes=1)
    moments: list[datetime] = []
    service.faults.meanwhile("sweep", "Publish", lambda: moments.append(service.clock()), times=9)
    service.sweep()
    assert [at - moments[0] for at in moments] == [timedelta(), timedelta(milliseconds=500)]
    mails = service.mails()
    assert [len(mail.keys) for mail in mails] == [20, 5]
    assert all(len(mail.subject) < 90 and mail.subject.isascii() for mail in mails)
    assert sorted(number for mail in mails for number in number_of(mail.body)) == [*range(1, 26)]


# ---- Who reads it ---------------------------------------------------------------------------------------------------


def test_a_rep_s_mail_goes_to_the_rep(service: Service) -> None:
    topic = service.add_rep("sara", "SE", "NO")
    born(service)
    service.run("notify")
    (mail,) = service.mails()
    assert mail.topic == topic


def test_without_a_confirmed_reader_it_goes_to_the_default_inbox(service: Service) -> None:
    topic = service.add_rep("sara", "SE")

    def unconfirm(answer: dict[str, Any]) -> None:
        for each in answer["Subscriptions"]:
            if each["TopicArn"] == topic:
                each["SubscriptionArn"] = "PendingConfirmation"

    service.faults.change_answer("notify", "ListSubscriptionsByTopic", unconfirm)
    born(service)
    service.run("notify")
    (mail,) = service.mails()
    assert mail.topic == DEFAULT_INBOX


@pytest.mark.parametrize("gone", [True, False], ids=["topic deleted", "nobody subscribed"])
def test_a_rep_who_reads_nothing_does_not_swallow_the_alert(service: Service, gone: bool) -> None:
    topic = service.add_rep("sara", "SE", reader="")
    if gone:
        service.sns.delete_topic(TopicArn=topic)
    born(service)
    service.run("notify")
    (mail,) = service.mails()
    assert mail.topic == DEFAULT_INBOX


def test_where_nobody_reads_it_is_blocked_until_somebody_does(service: Service) -> None:
    service.leave_topic(DEFAULT_INBOX)
    born(service)
    assert service.run("notify") == []
    assert (state(service), service.mails()) == ("blocked", [])
    reports = service.later(40)
    assert sum(report["blocked"] for report in reports) >= 2
    assert service.mails() == []
    service.sns.subscribe(TopicArn=DEFAULT_INBOX, Protocol="email", Endpoint="sales@example.com")
    service.later(17)
    (mail,) = service.mails()
    assert (number_of(mail.subject), state(service)) == ([1], "sent")


def test_sns_that_does_not_list_subscriptions_loses_no_mail(service: Service) -> None:
    born(service)
    service.faults.refuse("notify", "ListSubscriptionsByTopic", "Throttled")
    assert len(service.run("notify")) == 1
    assert state(service) == "pending"
    service.later(2)
    assert len(service.mails()) == 1


def test_two_reps_do_not_wait_for_each_other(service: Service) -> None:
    service.add_rep("sara", "SE")
    service.add_rep("nils", "NO")
    service.post("/forms/demo", EVA)
    service.post("/forms/demo", {**EVA, "email": "nora@fjord.example.com", "country": "NO"})
    service.run("score")
    service.run("notify")
    assert len({mail.topic for mail in service.mails()}) == 2


# ---- One attempt ----------------------------------------------------------------------------------------------------


def _status_500(seen: list[str]) -> Callable[..., AWSResponse]:
    """Stands in for SNS below botocore's retries."""

    class Raw:
        def stream(self, **_: object) -> list[bytes]:
            return [b"<ErrorResponse><Error><Code>InternalError</Code></Error></ErrorResponse>"]

    def answer(request: Any, **_: object) -> AWSResponse:
        seen.append(request.url)
        return AWSResponse(request.url, 500, {}, Raw())

    return answer


@pytest.mark.parametrize("folder", ["notify", "sweep"])
def test_sns_is_asked_exactly_once(service: Service, loaded: dict[str, Loaded], folder: str) -> None:
    born(service)
    (sns,) = (client for client in loaded[folder].clients if client.meta.service_model.service_name == "sns")
    seen: list[str] = []
    answer = _status_500(seen)
    sns.meta.events.register_first("before-send.sns.Publish", answer)
    try:
        if folder == "notify":
            service.run("notify")
        else:
            service.stream.lose()
            service.later(1)
    finally:
        sns.meta.events.unregister("before-send.sns.Publish", answer)
    assert (len(seen), state(service)) == (1, "unknown")


def test_timeouts_nest(loaded: dict[str, Loaded]) -> None:
    notify = template()["Resources"]["NotifyFunction"]["Properties"]
    function = notify.get("Timeout", template()["Globals"]["Function"]["Timeout"])
    mapping = template()["Resources"]["NotifyStream"]["Properties"]
    (sns,) = (client for client in loaded["notify"].clients if client.meta.service_model.service_name == "sns")
    assert sns.meta.config.connect_timeout + sns.meta.config.read_timeout <= PUBLISH_SECONDS + 2
    assert PUBLISH_SECONDS * mapping["BatchSize"] < function < LEASE.total_seconds()


def test_a_lease_ends_after_the_function(service: Service) -> None:
    born(service)
    during: list[float] = []

    def look() -> None:
        due = moment(service.letters()[0]["due_at"])
        during.append((due - service.clock.at).total_seconds())

    service.faults.meanwhile("notify", "Publish", look)
    service.run("notify")
    assert during == [LEASE.total_seconds()]

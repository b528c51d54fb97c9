"""The stand-in for SNS, held against what AWS writes about it.

Each test names the page and says its rule in our words. [PUBLISH], [SUBSCRIBE], [CONFIRM], [UNSUBSCRIBE] and [LIST] are
the operations in the Amazon SNS API Reference; [EMAIL] is Email notifications in the Developer Guide; [DEACTIVATED] is
re:Post's Why did I get an email from AWS that states that my Amazon SNS subscriptions manually deactivated?
"""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from hypothesis import example, given
from hypothesis import strategies as st

from leadbell.errors import Unavailable
from leadbell.outbox.mail import Mail as OurMail
from leadbell.outbox.sns import Courier, Receipts
from tests.aws.chance import Choices, Plain, Script
from tests.aws.fates import Fate
from tests.aws.sns import Copy, Kind, Mail, Sns
from tests.aws.sqs import Sqs
from tests.integration.service import Clock

EVA = "eva@acme.example.com"


class Office:
    """A topic with the receipt queue on it, and Eva, who confirmed unless she is `pending`."""

    def __init__(self, choices: Choices | None = None, *, pending: bool = False, **how: Any) -> None:
        self.clock = Clock()
        chosen = choices or Plain()
        self.sqs = Sqs(self.clock, chosen)
        self.sns = Sns(self.clock, chosen, self.sqs, **how)
        self.url = self.sqs.create_queue(QueueName="receipts")["QueueUrl"]
        self.topic = self.sns.create_topic(Name="leadbell-rep-eva")["TopicArn"]
        self.sns.subscribe(TopicArn=self.topic, Protocol="sqs", Endpoint=self.sqs.queue("receipts").arn)
        self.sns.subscribe(TopicArn=self.topic, Protocol="email", Endpoint=EVA)
        if not pending:
            self.confirm()

    def confirm(self, how: str = "false") -> str:
        token = self.letters(Kind.CONFIRMATION)[-1].token
        answer = self.sns.confirm_subscription(TopicArn=self.topic, Token=token, AuthenticateOnUnsubscribe=how)
        return str(answer["SubscriptionArn"])

    def publish(self, message: str = "hello", **more: Any) -> Any:
        return self.sns.publish(TopicArn=self.topic, Message=message, **more)

    def letters(self, kind: Kind = Kind.NOTIFICATION) -> list[Mail]:
        return [mail for mail in self.sns.inbox[EVA] if mail.kind is kind]

    def arns(self) -> list[str]:
        told = self.sns.list_subscriptions_by_topic(TopicArn=self.topic)["Subscriptions"]
        return [each["SubscriptionArn"] for each in told if each["Protocol"] == "email"]

    def receipts(self, wait: int = 1) -> list[Any]:
        told = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10, WaitTimeSeconds=wait)
        return [each["Body"] for each in told.get("Messages", [])]


def code_of(act: Callable[[], object]) -> tuple[str, int]:
    with pytest.raises(ClientError) as caught:
        act()
    return caught.value.response["Error"]["Code"], caught.value.response["ResponseMetadata"]["HTTPStatusCode"]


# ---- Messages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "subject", ["", "a\nb", "a\rb", "tab\there", "bell\a", "Zoë", "snow \u2603", " leads", "x" * 100, "a\x7f"]
)
def test_a_subject_with_a_line_break_a_control_character_or_a_hundred_letters_is_refused(subject: str) -> None:
    """[PUBLISH] No line breaks or control characters, under 100 characters. Older text: ASCII that starts visibly."""
    office = Office()
    assert code_of(lambda: office.publish(Subject=subject)) == ("InvalidParameter", 400)
    assert (office.sns.published, len(office.sns.refused)) == ([], 1)


@pytest.mark.parametrize("subject", ["Sales lead A1: asked for a demo (SE, 201-500) #1042", "x" * 99, "#1", "9 mails"])
def test_a_subject_of_printable_ascii_under_a_hundred_characters_is_taken(subject: str) -> None:
    office = Office()
    office.publish(Subject=subject)
    assert [mail.subject for mail in office.letters()] == [subject]


@given(st.text())
@example("\u2028")
@example("ok")
def test_what_is_taken_as_a_subject_keeps_all_the_rules(subject: str) -> None:
    office = Office()
    try:
        office.publish(Subject=subject)
    except ClientError:
        return
    assert 0 < len(subject) < 100
    assert all(" " <= letter <= "~" for letter in subject)
    assert subject[0] != " "


def test_a_message_may_have_262144_bytes_with_its_attributes_and_not_one_more() -> None:
    """[PUBLISH] At most 256 KB, in bytes and not in characters; message attributes count too."""
    office = Office()
    named = {"item": {"DataType": "String", "StringValue": "k" * 90}}  # 4 + 6 + 90 bytes
    office.publish("é" * 131_022, MessageAttributes=named)
    assert code_of(lambda: office.publish("é" * 131_022 + "x", MessageAttributes=named)) == ("InvalidParameter", 400)
    assert len(office.sns.published) == 1


def test_an_empty_message_is_refused() -> None:
    """[PUBLISH] Message is required, and SNS refuses an empty one."""
    office = Office()
    assert code_of(lambda: office.publish("")) == ("InvalidParameter", 400)


def test_an_attribute_without_a_value_is_refused() -> None:
    """Message attributes: name, type and value are required and must not be empty."""
    office = Office()
    empty = {"item": {"DataType": "String", "StringValue": ""}}
    assert code_of(lambda: office.publish(MessageAttributes=empty)) == ("ParameterValueInvalid", 400)


def test_a_topic_that_is_gone_is_not_found() -> None:
    """[PUBLISH] NotFound, status 404, where the topic does not exist."""
    office = Office()
    office.sns.delete_topic(TopicArn=office.topic)
    assert code_of(office.publish) == ("NotFound", 404)
    assert code_of(office.arns) == ("NotFound", 404)


def test_a_misspelt_parameter_is_refused_before_anything_is_sent() -> None:
    """boto3 checks parameters against the service's model."""
    office = Office()
    with pytest.raises(ParamValidationError):
        office.publish(subject="lower case")
    with pytest.raises(ParamValidationError):
        office.sns.publish(TopicArn=office.topic)


def test_the_log_tells_each_message_accepted_and_who_got_it() -> None:
    office = Office()
    named = {"item": {"DataType": "String", "StringValue": "CONTACT#a|ALERT#1"}}
    answer = office.publish("body", Subject="subject", MessageAttributes=named)
    (published,) = office.sns.published
    assert (published.at, published.topic) == (office.clock.at, office.topic)
    assert (published.subject, published.body) == ("subject", "body")
    assert published.attributes == {"item": "CONTACT#a|ALERT#1"}
    assert published.message_id == answer["MessageId"]
    assert published.readers == (EVA,)


# ---- Subscriptions --------------------------------------------------------------------------------------------------


def test_an_address_gets_nothing_before_it_confirmed_and_the_publish_still_succeeds() -> None:
    """[EMAIL] The subscription must be confirmed before the address can receive messages."""
    office = Office(pending=True)
    office.publish()
    assert (office.letters(), office.arns()) == ([], ["PendingConfirmation"])
    assert len(office.sns.published) == 1
    office.confirm()
    office.publish()
    assert len(office.letters()) == 1


def test_a_queue_of_the_same_account_needs_no_confirmation() -> None:
    """[SUBSCRIBE] Confirmation is asked of HTTP, e-mail and other accounts' endpoints."""
    office = Office(pending=True)
    office.publish()
    assert len(office.receipts()) == 1


def test_a_confirmation_is_good_for_two_days_and_then_the_subscription_is_gone() -> None:
    """[SUBSCRIBE] Tokens are valid for two days. [DEACTIVATED] Unconfirmed subscriptions are deleted after 48 hours."""
    office = Office(pending=True)
    office.clock.move(hours=48)
    assert code_of(office.confirm) == ("InvalidParameter", 400)
    assert office.arns() == []


def test_a_token_nobody_sent_confirms_nothing() -> None:
    """[CONFIRM] The token must be the one that was sent to the endpoint."""
    office = Office(pending=True)
    made_up = {"TopicArn": office.topic, "Token": "made-up"}
    assert code_of(lambda: office.sns.confirm_subscription(**made_up)) == ("InvalidParameter", 400)


def test_asking_twice_sends_a_second_link_and_makes_no_second_subscription() -> None:
    """[SUBSCRIBE] While it is pending, subscribing the endpoint again sends another confirmation."""
    office = Office(pending=True)
    told = office.sns.subscribe(TopicArn=office.topic, Protocol="email", Endpoint=EVA)
    assert told["SubscriptionArn"] == "pending confirmation"
    assert len(office.letters(Kind.CONFIRMATION)) == 2
    arn = office.confirm()
    told = office.sns.subscribe(TopicArn=office.topic, Protocol="email", Endpoint=EVA)
    assert told["SubscriptionArn"] == arn
    assert len(office.letters(Kind.CONFIRMATION)) == 2


def test_the_arn_of_a_pending_subscription_is_given_on_request_only() -> None:
    """[SUBSCRIBE] ReturnSubscriptionArn has the ARN returned even while it is not confirmed."""
    office = Office(pending=True)
    told = office.sns.subscribe(
        TopicArn=office.topic, Protocol="email", Endpoint="x@example.com", ReturnSubscriptionArn=True
    )
    attributes = office.sns.get_subscription_attributes(SubscriptionArn=told["SubscriptionArn"])["Attributes"]
    assert attributes["PendingConfirmation"] == "true"


@pytest.mark.parametrize(
    ("protocol", "endpoint"), [("email", "nobody"), ("email", "a b@example.com"), ("sqs", "receipts"), ("sms", "+46")]
)
def test_an_endpoint_that_is_none_is_refused(protocol: str, endpoint: str) -> None:
    """[SUBSCRIBE] For e-mail the endpoint is an address, for SQS the queue's ARN. (Others are not for our topics.)"""
    office = Office()
    wanted = {"TopicArn": office.topic, "Protocol": protocol, "Endpoint": endpoint}
    assert code_of(lambda: office.sns.subscribe(**wanted)) == ("InvalidParameter", 400)


def test_a_link_scanner_ends_a_subscription_confirmed_by_its_link() -> None:
    """[UNSUBSCRIBE] Without required authentication anybody may end it; a last mail tells the address."""
    office = Office(pending=True)
    office.sns.follow_confirmation(office.letters(Kind.CONFIRMATION)[0])
    office.publish()
    assert office.sns.follow_unsubscribe(office.letters()[0])
    office.publish()
    assert (len(office.letters()), office.arns()) == (1, [])
    assert len(office.letters(Kind.CANCELLATION)) == 1


def test_a_link_scanner_cannot_end_one_confirmed_with_authentication() -> None:
    """[CONFIRM] With AuthenticateOnUnsubscribe only the owners of topic and subscription can end it, signed."""
    office = Office(pending=True)
    arn = office.confirm("true")
    office.publish()
    assert not office.sns.follow_unsubscribe(office.letters()[0])
    told = office.sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    assert (told["ConfirmationWasAuthenticated"], told["PendingConfirmation"]) == ("true", "false")
    office.sns.unsubscribe(SubscriptionArn=arn)
    assert office.arns() == []


def test_a_subscription_that_is_pending_or_gone_cannot_be_named() -> None:
    """[UNSUBSCRIBE] It takes an ARN; a pending one is listed without. NotFound where there is none."""
    office = Office(pending=True)
    assert code_of(lambda: office.sns.unsubscribe(SubscriptionArn="PendingConfirmation")) == ("InvalidParameter", 400)
    gone = office.topic + ":0"
    assert code_of(lambda: office.sns.unsubscribe(SubscriptionArn=gone)) == ("NotFound", 404)


# ---- Too much -------------------------------------------------------------------------------------------------------


def test_the_eleventh_mail_within_a_second_switches_the_subscription_off() -> None:
    """[DEACTIVATED] Over 10 messages a second the subscription is deactivated, and is then PendingConfirmation."""
    office = Office()
    for _ in range(12):
        office.publish()
        office.clock.move(milliseconds=80)
    assert (len(office.letters()), len(office.sns.published)) == (10, 12)
    assert [address for _, address in office.sns.suspended] == [EVA]
    assert office.arns() == ["PendingConfirmation"]
    office.clock.move(hours=1)
    office.publish()
    assert len(office.letters()) == 10


def test_ten_mails_a_second_may_go_on_for_ever() -> None:
    office = Office()
    for _ in range(100):
        office.publish()
        office.clock.move(milliseconds=100)
    assert (len(office.letters()), office.sns.suspended) == (100, [])


def test_one_that_was_switched_off_can_be_confirmed_anew_for_two_days_and_is_then_deleted() -> None:
    """[DEACTIVATED] It is deleted after 48 hours unless ConfirmSubscription is run."""
    saved, lost = Office(), Office()
    for office in (saved, lost):
        for _ in range(11):
            office.publish()
        office.clock.move(hours=47)
    saved.confirm()
    saved.publish()
    assert len(saved.letters()) == 11
    lost.clock.move(hours=1)
    assert lost.arns() == []


def test_an_address_on_two_topics_is_counted_once() -> None:
    """[DEACTIVATED] The quota is of one e-mail subscription; counted here by address, which is the stricter reading."""
    office = Office()
    second = office.sns.create_topic(Name="leadbell-default-inbox")["TopicArn"]
    office.sns.subscribe(TopicArn=second, Protocol="email", Endpoint=EVA)
    office.sns.confirm_subscription(TopicArn=second, Token=office.letters(Kind.CONFIRMATION)[-1].token)
    for topic in (office.topic, second) * 6:
        office.sns.publish(TopicArn=topic, Message="hello")
    assert len(office.letters()) == 10


def test_the_thirty_first_listing_within_a_second_is_throttled() -> None:
    """[LIST] The action is throttled at 30 transactions a second."""
    office = Office()
    for _ in range(30):
        office.arns()
    assert code_of(office.arns) == ("Throttled", 429)
    office.clock.move(seconds=1)
    assert len(office.arns()) == 1


def test_a_listing_comes_in_pages_of_a_hundred() -> None:
    """[LIST] Each call returns up to 100 subscriptions and a NextToken if there are more."""
    office = Office()
    for name in range(150):
        office.sns.subscribe(TopicArn=office.topic, Protocol="email", Endpoint=f"{name}@example.com")
    pages = list(office.sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=office.topic))
    assert [len(page["Subscriptions"]) for page in pages] == [100, 52]


# ---- What may become of a call --------------------------------------------------------------------------------------

_ALL = (Fate.FINE, *(fate for fate in Fate if fate not in (Fate.FINE, Fate.CONFLICT, Fate.KILLED, Fate.KILLED_AFTER)))


@pytest.mark.parametrize(("index", "fate"), list(enumerate(_ALL)), ids=_ALL)
def test_only_a_publish_whose_answer_is_lost_was_accepted_in_spite_of_its_error(index: int, fate: Fate) -> None:
    """What our sender must tell apart: not taken for certain, or perhaps taken."""
    office = Office()
    office.sns.fates["Publish"] = _ALL
    office.sns.choices = Script([index])
    courier = Courier(office.sns, office.topic)
    if fate is Fate.FINE:
        courier.publish(office.topic, OurMail("subject", "body"), ["a|b"])
    else:
        with pytest.raises(Unavailable) as caught:
            courier.publish(office.topic, OurMail("subject", "body"), ["a|b"])
        assert caught.value.maybe_done is (fate not in (Fate.THROTTLED, Fate.UNREACHED))
        assert isinstance(caught.value.__cause__, ClientError | BotoCoreError)
    assert bool(office.sns.published) is (fate in (Fate.FINE, Fate.ANSWER_LOST))
    assert len(office.letters()) == len(office.sns.published)


# ---- Receipts -------------------------------------------------------------------------------------------------------


def test_our_own_reader_understands_the_copy_in_the_queue() -> None:
    """SNS to SQS: without raw delivery the body is JSON with Type, MessageId, TopicArn, Message, MessageAttributes."""
    office = Office()
    courier, receipts = Courier(office.sns, office.topic), Receipts(office.sqs, office.url)
    message_id = courier.publish(office.topic, OurMail("subject", "body"), ["CONTACT#a|ALERT#1", "CONTACT#b|ALERT#1"])
    (receipt,) = receipts.take(wait_seconds=1)
    assert receipt.keys == ("CONTACT#a|ALERT#1", "CONTACT#b|ALERT#1")
    assert receipt.message_id == message_id
    receipts.done(receipt)
    office.clock.move(minutes=5)
    assert receipts.take(wait_seconds=1) == []


@pytest.mark.parametrize(
    ("copy", "readable", "junk"),
    [(Copy.ONE, 1, 0), (Copy.TWICE, 2, 0), (Copy.BESIDE_JUNK, 1, 1), (Copy.UNREADABLE, 0, 1), (Copy.NEVER, 0, 0)],
)
def test_a_receipt_may_come_twice_or_unreadable_or_never(copy: Copy, readable: int, junk: int) -> None:
    office = Office(copies=[copy])
    Courier(office.sns, office.topic).publish(office.topic, OurMail("subject", "body"), ["CONTACT#a|ALERT#1"])
    taken = Receipts(office.sqs, office.url).take(wait_seconds=1)
    assert [bool(receipt.keys) for receipt in taken].count(True) == readable
    assert len(taken) == readable + junk
    assert [copy for copy, _ in office.sns.published[0].copies] == [copy]


def test_receipts_may_be_late_and_overtake_each_other() -> None:
    """Standard topics: messages may arrive in another order than they were published."""
    office = Office(Script([1]), delays=[timedelta(), timedelta(minutes=20)])
    office.publish("first")
    office.publish("second")
    assert [json.loads(body)["Message"] for body in office.receipts()] == ["second"]
    office.clock.move(minutes=19)
    assert len(office.receipts()) == 1  # the second again, unseen for 30 seconds only
    office.clock.move(minutes=1)
    assert "first" in [json.loads(body)["Message"] for body in office.receipts()]


def test_raw_delivery_leaves_the_message_alone() -> None:
    """[SUBSCRIBE] RawMessageDelivery hands the message on without SNS's JSON around it."""
    office = Office()
    office.sqs.create_queue(QueueName="raw")
    arn = office.sqs.queue("raw").arn
    attributes = {"RawMessageDelivery": "true"}
    office.sns.subscribe(TopicArn=office.topic, Protocol="sqs", Endpoint=arn, Attributes=attributes)
    office.publish("plain")
    assert [message.body for message in office.sqs.queue("raw").messages] == ["plain"]

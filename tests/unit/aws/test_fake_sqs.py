"""The stand-in for SQS, held against what AWS writes about it.

Each test names the page of the Amazon SQS Developer Guide and says its rule in our words: [POLLING] Short and long
polling; [VISIBILITY] Visibility timeout; [TWICE] At-least-once delivery; [API] the operation in the API Reference.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from tests.aws.chance import Choices, Plain, Script
from tests.aws.fates import Fate
from tests.aws.sqs import Sqs
from tests.integration.sam_template import template
from tests.integration.service import Clock


class Post:
    """One queue with some messages in it."""

    def __init__(self, *bodies: str, choices: Choices | None = None, **how: Any) -> None:
        self.clock = Clock()
        self.sqs = Sqs(self.clock, choices or Plain(), **how)
        self.url = self.sqs.create_queue(QueueName="receipts")["QueueUrl"]
        for body in bodies:
            self.sqs.send_message(QueueUrl=self.url, MessageBody=body)

    def take(self, most: int = 10, **more: Any) -> list[dict[str, str]]:
        answer = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=most, **more)
        return list(answer.get("Messages", []))

    def bodies(self, **more: Any) -> list[str]:
        return [message["Body"] for message in self.take(**more)]

    def delete(self, message: dict[str, str]) -> None:
        self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])

    def counts(self) -> tuple[str, str]:
        told = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["All"])["Attributes"]
        return told["ApproximateNumberOfMessages"], told["ApproximateNumberOfMessagesNotVisible"]


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(ClientError) as caught:
        act()
    return str(caught.value.response["Error"]["Code"])


def test_a_message_taken_is_hidden_for_the_visibility_timeout_and_comes_again_if_not_deleted() -> None:
    """[VISIBILITY] 30 seconds unless set; then it is received again."""
    post = Post("a")
    assert post.bodies() == ["a"]
    assert (post.bodies(), post.counts()) == ([], ("0", "1"))
    post.clock.move(seconds=29)
    assert post.bodies() == []
    post.clock.move(seconds=1)
    assert post.bodies() == ["a"]


def test_the_timeout_may_be_set_for_one_receive() -> None:
    """[VISIBILITY] A receive may have a timeout of its own."""
    post = Post("a")
    post.take(VisibilityTimeout=5)
    post.clock.move(seconds=5)
    assert post.bodies() == ["a"]


def test_a_deleted_message_is_gone() -> None:
    post = Post("a")
    post.delete(post.take()[0])
    post.clock.move(minutes=1)
    assert (post.bodies(), post.counts()) == ([], ("0", "0"))


def test_an_old_handle_succeeds_and_may_delete_nothing() -> None:
    """[API] DeleteMessage: each receive gives another handle; with an old one the message might not be deleted."""
    post = Post("a")
    (old,) = post.take()
    post.clock.move(seconds=30)
    (new,) = post.take()
    post.delete(old)
    post.clock.move(seconds=30)
    assert post.bodies() == ["a"]
    assert old["ReceiptHandle"] != new["ReceiptHandle"]


def test_a_short_poll_may_overlook_what_a_long_poll_finds() -> None:
    """[POLLING] A short poll asks a subset of the servers, a long poll all of them."""
    post = Post("a", "b", choices=Script([2]), overlooks=True)
    assert post.bodies() == []
    assert post.bodies(WaitTimeSeconds=1) == ["a", "b"]


def test_a_short_poll_may_find_some() -> None:
    post = Post("a", "b", "c", choices=Script([1]), overlooks=True)
    assert post.bodies() == ["b", "c"]
    assert post.bodies() == ["a"]


def test_a_long_poll_ends_with_the_first_message_or_with_its_time() -> None:
    """[POLLING] It answers as soon as there is a message, empty only when the wait is over."""
    post = Post()
    began = post.clock.at
    assert post.bodies(WaitTimeSeconds=20) == []
    assert post.clock.at - began == timedelta(seconds=20)
    post.sqs.put(post.sqs.queue("receipts"), "late", timedelta(seconds=3))
    assert post.bodies(WaitTimeSeconds=20) == ["late"]
    assert post.clock.at - began == timedelta(seconds=23)


def test_an_answer_without_messages_has_no_list() -> None:
    """[API] ReceiveMessage: boto3 leaves Messages out where there are none."""
    post = Post()
    assert post.sqs.receive_message(QueueUrl=post.url) == {}


def test_a_receive_gives_one_message_unless_asked_for_up_to_ten() -> None:
    """[API] MaxNumberOfMessages: 1 to 10, default 1; WaitTimeSeconds: up to 20."""
    post = Post(*map(str, range(12)))
    assert len(post.sqs.receive_message(QueueUrl=post.url)["Messages"]) == 1
    assert len(post.take(10)) == 10
    assert code_of(lambda: post.take(11)) == "InvalidParameterValue"
    assert code_of(lambda: post.take(0)) == "InvalidParameterValue"
    assert code_of(lambda: post.take(WaitTimeSeconds=21)) == "InvalidParameterValue"


def test_a_copy_may_outlive_its_deletion() -> None:
    """[TWICE] A server that was out of reach keeps its copy, and it may be received again."""
    post = Post("a", choices=Script([1]), keeps_copies=True)
    post.delete(post.take()[0])
    post.clock.move(seconds=30)
    (again,) = post.take()
    post.delete(again)
    post.clock.move(minutes=1)
    assert post.bodies() == []


def test_a_message_is_kept_for_the_queues_retention() -> None:
    """[API] MessageRetentionPeriod: what is older is deleted; four days unless set."""
    post = Post("a")
    post.clock.move(days=4)
    assert post.bodies() == []


def test_a_handle_of_no_message_is_refused() -> None:
    """[API] DeleteMessage: ReceiptHandleIsInvalid."""
    assert code_of(lambda: Post().delete({"ReceiptHandle": "made up"})) == "ReceiptHandleIsInvalid"


def test_a_queue_that_is_not_there_is_an_error() -> None:
    """[API] QueueDoesNotExist, whose code is AWS.SimpleQueueService.NonExistentQueue."""
    post = Post()
    post.url += "x"
    assert code_of(post.take) == "AWS.SimpleQueueService.NonExistentQueue"


def test_a_receive_whose_answer_is_lost_hides_the_messages_all_the_same() -> None:
    """[VISIBILITY] Nothing guarantees that the consumer got what was received; the message comes again later."""
    post = Post("a")
    post.sqs.fates["ReceiveMessage"] = (Fate.FINE, Fate.ANSWER_LOST)
    post.sqs.choices = Script([1])
    with pytest.raises(ConnectionClosedError):
        post.take()
    assert post.bodies() == []
    post.clock.move(seconds=30)
    assert post.bodies() == ["a"]


def test_a_queue_hides_and_keeps_messages_as_long_as_the_template_says_of_receipts() -> None:
    told = template()["Resources"]["ReceiptQueue"]["Properties"]
    attributes = {name: str(told[name]) for name in ("VisibilityTimeout", "MessageRetentionPeriod")}
    sqs = Post().sqs
    sqs.create_queue(QueueName="as-deployed", Attributes=attributes)
    queue = sqs.queue("as-deployed")
    assert queue.visibility == timedelta(seconds=told["VisibilityTimeout"])
    assert queue.kept == timedelta(seconds=told["MessageRetentionPeriod"])

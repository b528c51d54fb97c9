"""Mails out by SNS, receipts in by SQS.

A publish is attempted once. SNS has no way to mark two calls as one mail, so a retry after a lost answer would
send it twice; whether an unanswered publish went out is shown by its receipt, a copy of the message in our own queue.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError

from leadbell.errors import Unavailable
from leadbell.outbox.mail import Mail

READERS_CACHED_FOR = timedelta(minutes=5)
PUBLISH_SECONDS = 5

# Refused before the message was taken: certainly not sent.
_NOT_TAKEN = (ConnectTimeoutError, EndpointConnectionError)


def one_attempt() -> Config:
    """For the client that publishes: one try, and an answer within `PUBLISH_SECONDS` or none."""
    return Config(
        connect_timeout=2, read_timeout=PUBLISH_SECONDS, retries={"total_max_attempts": 1, "mode": "standard"}
    )


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that SNS accepted a message naming these mails."""

    keys: tuple[str, ...]
    message_id: str
    handle: str


class Courier:
    """Sends to topics. `sns` must be a client made with `one_attempt()`."""

    def __init__(self, sns: Any, default_topic: str) -> None:
        self._sns = sns
        self.default_topic = default_topic
        self._readers: dict[str, tuple[datetime, frozenset[str]]] = {}

    def publish(self, topic: str, mail: Mail, keys: list[str]) -> str:
        """Publishes once, gives SNS's message id; raises Unavailable, `maybe_done` where it may have gone out."""
        named = {"item": {"DataType": "String", "StringValue": ",".join(keys)}} if keys else {}
        try:
            answer = self._sns.publish(TopicArn=topic, Subject=mail.subject, Message=mail.body, MessageAttributes=named)
        except ClientError as error:
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
            code = error.response["Error"]["Code"]
            raise Unavailable(f"SNS refuses: {code}", maybe_done=status >= 500) from error
        except BotoCoreError as error:
            raise Unavailable(
                f"no answer from SNS: {type(error).__name__}", maybe_done=not isinstance(error, _NOT_TAKEN)
            ) from error
        return str(answer["MessageId"])

    def has_reader(self, topic: str, now: datetime) -> bool:
        """Whether a confirmed e-mail subscription reads the topic, as `known_readers` knows."""
        return bool(self.known_readers(topic, now))

    def known_readers(self, topic: str, now: datetime) -> frozenset[str]:
        """Who `readers` named at most `READERS_CACHED_FOR` ago; where it was nobody, they are asked for anew."""
        cached = self._readers.get(topic)
        if cached is not None and cached[1] and timedelta() <= now - cached[0] < READERS_CACHED_FOR:
            return cached[1]
        self._readers[topic] = (now, frozenset(self.readers(topic)))
        return self._readers[topic][1]

    def readers(self, topic: str) -> Iterator[str]:
        """The addresses of confirmed e-mail subscriptions; raises Unavailable where SNS does not say.

        A topic that is gone has no readers.
        """
        token: dict[str, str] = {}
        while True:
            try:
                page = self._sns.list_subscriptions_by_topic(TopicArn=topic, **token)
            except ClientError as error:
                if error.response["Error"]["Code"] in ("NotFound", "NotFoundException"):
                    return
                raise Unavailable(f"SNS does not list subscriptions: {error.response['Error']['Code']}") from error
            except BotoCoreError as error:
                raise Unavailable(f"no answer from SNS: {type(error).__name__}") from error
            for subscription in page["Subscriptions"]:
                if subscription["Protocol"].startswith("email") and subscription["SubscriptionArn"].startswith("arn:"):
                    yield subscription["Endpoint"]
            if not page.get("NextToken"):
                return
            token = {"NextToken": page["NextToken"]}


class Receipts:
    """The queue in which every message that SNS accepted leaves a copy."""

    def __init__(self, sqs: Any, queue_url: str) -> None:
        self._sqs = sqs
        self._queue_url = queue_url

    def take(self, *, wait_seconds: int) -> list[Receipt]:
        """Up to ten receipts. Only with a wait (long polling asks all of the queue's servers) does none mean none."""
        request = {"QueueUrl": self._queue_url, "MaxNumberOfMessages": 10, "WaitTimeSeconds": wait_seconds}
        try:
            answer = self._sqs.receive_message(**request)
        except (ClientError, BotoCoreError) as error:
            raise Unavailable(f"the receipt queue cannot be read: {type(error).__name__}") from error
        return [_receipt(message) for message in answer.get("Messages", [])]

    def done(self, receipt: Receipt) -> None:
        """Forgets a receipt after its mails are settled."""
        try:
            self._sqs.delete_message(QueueUrl=self._queue_url, ReceiptHandle=receipt.handle)
        except (ClientError, BotoCoreError) as error:
            raise Unavailable(f"the receipt queue cannot be cleared: {type(error).__name__}") from error


def _receipt(message: dict[str, Any]) -> Receipt:
    try:
        envelope = json.loads(message["Body"])
        value = envelope["MessageAttributes"]["item"]["Value"]
        keys = tuple(key for key in value.split(",") if "|" in key)
        return Receipt(keys, str(envelope.get("MessageId", "")), message["ReceiptHandle"])
    except (ValueError, KeyError, TypeError):
        return Receipt((), "", message["ReceiptHandle"])

"""The mails that sales and visitors would get, in a list that survives the run.

ministack delivers no SNS e-mail, so a queue beside the e-mail subscriptions receives what they would. What SES was
given it tells by itself.
"""

import json
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from cli.stack import Stack

TOPICS_EVERY_SECONDS = 1.0
WAIT_SECONDS = 1


@dataclass(frozen=True)
class Mail:
    """One mail to one address."""

    to: str
    subject: str
    body: str
    received_at: str


class Inbox:
    """The mails, oldest first, kept in a file with one JSON object a line; safe to share between threads."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._mails: list[Mail] = []
        self._seen: set[str] = set()
        if file.is_file():
            for line in file.read_text(encoding="utf-8").splitlines():
                self._remember(json.loads(line))

    @property
    def mails(self) -> list[Mail]:
        with self._lock:
            return list(self._mails)

    def receive(self, key: str, mail: Mail) -> bool:
        """Keep a mail; False if `key` was received before, for the queue may deliver a message twice."""
        with self._lock:
            if key in self._seen:
                return False
            record = {"key": key, **vars(mail)}
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(record, ensure_ascii=True) + "\n")
            self._remember(record)
        return True

    def _remember(self, record: dict[str, str]) -> None:
        self._seen.add(record["key"])
        self._mails.append(Mail(record["to"], record["subject"], record["body"], record["received_at"]))


class InboxFeeder(threading.Thread):
    """Keeps the queue on every topic that mails sales and moves what arrives into the inbox."""

    def __init__(self, stack: Stack, inbox: Inbox, on_mail: Callable[[Mail], None]) -> None:
        super().__init__(name="inbox", daemon=True)
        # One attempt and a short wait: when the emulator has gone, the run must not hang on its retries.
        self._sns = stack.client("sns", retries={"total_max_attempts": 1}, read_timeout=5)
        self._sqs = stack.client("sqs", retries={"total_max_attempts": 1}, read_timeout=5)
        self._endpoint_url = stack.endpoint_url
        self._inbox = inbox
        self._on_mail = on_mail
        self._default_topic = stack.output("DefaultInboxTopicArn")
        self._rep_topics = f"{stack.name}-rep-"
        self._ended = threading.Event()
        self._subscribed: set[str] = set()
        self._queue_url, self._queue_arn = self._make_queue(f"{stack.name}-inbox")
        self._subscribe()

    def run(self) -> None:
        next_look = time.monotonic() + TOPICS_EVERY_SECONDS
        while not self._ended.is_set():
            # The main thread watches the emulator and says what is wrong; until then we just try again.
            try:
                if time.monotonic() > next_look:
                    self._subscribe()
                    next_look = time.monotonic() + TOPICS_EVERY_SECONDS
                self._drain()
                self._take_from_ses()
            except (BotoCoreError, ClientError, OSError):
                self._ended.wait(WAIT_SECONDS)

    def stop(self) -> None:
        self._ended.set()
        if self.is_alive():
            self.join(timeout=6)

    def _make_queue(self, name: str) -> tuple[str, str]:
        url = self._sqs.create_queue(QueueName=name)["QueueUrl"]
        arn = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        statement = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
        policy = {"Version": "2012-10-17", "Statement": [statement | {"Resource": arn}]}
        self._sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
        return url, arn

    def _subscribe(self) -> None:
        """SNS answers a repeated subscription with the one there is."""
        for topic in set(self._topics()) - self._subscribed:
            self._sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=self._queue_arn)
            self._subscribed.add(topic)

    def _topics(self) -> Iterator[str]:
        yield self._default_topic
        for page in self._sns.get_paginator("list_topics").paginate():
            for topic in page["Topics"]:
                if topic["TopicArn"].rpartition(":")[2].startswith(self._rep_topics):
                    yield topic["TopicArn"]

    def _drain(self) -> None:
        answer = self._sqs.receive_message(
            QueueUrl=self._queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=WAIT_SECONDS
        )
        for message in answer.get("Messages", []):
            self._take(json.loads(message["Body"]))
            # Deleted only now: a run that is killed in between finds it again.
            self._sqs.delete_message(QueueUrl=self._queue_url, ReceiptHandle=message["ReceiptHandle"])

    def _take_from_ses(self) -> None:
        """What visitors were mailed since the emulator started; the inbox knows which of it is new."""
        with urllib.request.urlopen(f"{self._endpoint_url}/_ministack/ses/messages", timeout=5) as answer:
            told = json.load(answer)["messages"]
        for each in (mail for mails in told.values() for mail in mails):
            sent_at = datetime.fromtimestamp(each["Timestamp"], UTC).isoformat(timespec="milliseconds")
            mail = Mail(", ".join(each["To"]), each["Subject"], each["BodyText"], sent_at)
            if self._inbox.receive(each["MessageId"], mail):
                self._on_mail(mail)

    def _take(self, notification: dict[str, Any]) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        for address in self._addresses(notification["TopicArn"]):
            mail = Mail(address, notification.get("Subject", ""), notification["Message"], now)
            if self._inbox.receive(f"{notification['MessageId']} {address}", mail):
                self._on_mail(mail)

    def _addresses(self, topic: str) -> Iterator[str]:
        """Those that AWS would mail: confirmed e-mail subscriptions."""
        for page in self._sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic):
            for subscription in page["Subscriptions"]:
                if subscription["Protocol"] == "email" and subscription["SubscriptionArn"].startswith("arn:"):
                    yield subscription["Endpoint"]

"""SNS as strict as it is: what it refuses, who it mails, whom it stops mailing, and what it leaves in a queue.

`published` holds every message it accepted, whatever the caller was told; `inbox` what came to each address.
"""

import json
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import count
from typing import Any

from botocore.exceptions import ClientError

from tests.aws.chance import Choices, Clock
from tests.aws.client import Answer, Client
from tests.aws.fates import refusal
from tests.aws.sqs import ACCOUNT, REGION, Sqs

SIZE_LIMIT = 262_144
MAILS_A_SECOND = 10
LISTS_A_SECOND = 30
PAGE = 100
CONFIRM_WITHIN = timedelta(days=2)
_SECOND = timedelta(seconds=1)


class Copy(StrEnum):
    """What becomes of a message's copy in a queue. UNREADABLE and NEVER leave no proof that it was accepted."""

    ONE = "one"
    TWICE = "twice"
    BESIDE_JUNK = "beside junk"
    UNREADABLE = "unreadable"
    NEVER = "never"


class Kind(StrEnum):
    """What a mail in an inbox is."""

    NOTIFICATION = "notification"
    CONFIRMATION = "confirmation"
    CANCELLATION = "cancellation"


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it came to an address; a confirmation's `token` is in its link, `subscription` in that to leave."""

    at: datetime
    kind: Kind
    topic: str
    subject: str
    body: str
    message_id: str = ""
    token: str = ""
    subscription: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """A message that was accepted, and what became of its copies in queues."""

    at: datetime
    message_id: str
    topic: str
    subject: str
    body: str
    attributes: dict[str, str]
    copies: tuple[tuple[Copy, timedelta], ...]
    readers: tuple[str, ...]


@dataclass(slots=True)
class Subscription:
    """Pending where `pending_since` is set: not confirmed yet, or switched off for too many mails."""

    arn: str
    topic: str
    protocol: str
    endpoint: str
    attributes: dict[str, str] = field(default_factory=dict)
    token: str = ""
    pending_since: datetime | None = None
    needs_signature_to_leave: bool = False


class Sns(Client):
    """Where the client of boto3 is expected. By choice a copy to a queue comes as one of `copies`, after one of
    `delays`."""

    service = "sns"

    def __init__(
        self,
        clock: Clock,
        choices: Choices,
        sqs: Sqs,
        *,
        copies: Sequence[Copy] = (Copy.ONE,),
        delays: Sequence[timedelta] = (timedelta(),),
    ) -> None:
        super().__init__(clock, choices)
        self.sqs, self.copies, self.delays = sqs, copies, delays
        self.published: list[Published] = []
        self.refused: list[ClientError] = []
        self.suspended: list[tuple[datetime, str]] = []
        self.inbox: dict[str, list[Mail]] = defaultdict(list)
        self._topics: dict[str, list[Subscription]] = {}
        self._mailed: dict[str, deque[datetime]] = defaultdict(deque)
        self._listed: deque[datetime] = deque()
        self._numbers = count(1)

    # ---- boto3's methods ---------------------------------------------------------------------------------------------

    def create_topic(self, **params: Any) -> Answer:
        return self.call("CreateTopic", params, self._create_topic)

    def delete_topic(self, **params: Any) -> Answer:
        return self.call("DeleteTopic", params, self._delete_topic)

    def list_topics(self, **params: Any) -> Answer:
        return self.call("ListTopics", params, self._list_topics)

    def subscribe(self, **params: Any) -> Answer:
        return self.call("Subscribe", params, self._subscribe)

    def confirm_subscription(self, **params: Any) -> Answer:
        return self.call("ConfirmSubscription", params, self._confirm)

    def unsubscribe(self, **params: Any) -> Answer:
        return self.call("Unsubscribe", params, self._unsubscribe)

    def list_subscriptions_by_topic(self, **params: Any) -> Answer:
        return self.call("ListSubscriptionsByTopic", params, self._list)

    def get_subscription_attributes(self, **params: Any) -> Answer:
        return self.call("GetSubscriptionAttributes", params, self._attributes)

    def publish(self, **params: Any) -> Answer:
        return self.call("Publish", params, self._publish)

    # ---- What the reader of a mail does ------------------------------------------------------------------------------

    def follow_confirmation(self, mail: Mail) -> None:
        """Opens the link to confirm, as a browser does: without a signature."""
        self._confirm(mail.topic, mail.token)

    def follow_unsubscribe(self, mail: Mail) -> bool:
        """Opens the link to leave, as a reader or a link scanner does; whether it ended the subscription."""
        for subscription in self._of(mail.topic, "Unsubscribe"):
            if subscription.arn == mail.subscription and not subscription.needs_signature_to_leave:
                self._topics[mail.topic].remove(subscription)
                self._tell(subscription, Kind.CANCELLATION)
                return True
        return False

    # ---- Topics and subscriptions ------------------------------------------------------------------------------------

    def _create_topic(self, Name: str, **_: Any) -> Answer:
        arn = f"arn:aws:sns:{REGION}:{ACCOUNT}:{Name}"
        self._topics.setdefault(arn, [])
        return {"TopicArn": arn}

    def _delete_topic(self, TopicArn: str) -> Answer:
        self._topics.pop(TopicArn, None)
        return {}

    def _list_topics(self, **_: Any) -> Answer:
        return {"Topics": [{"TopicArn": topic} for topic in self._topics]}

    def _subscribe(
        self,
        TopicArn: str,
        Protocol: str,
        Endpoint: str = "",
        Attributes: dict[str, str] | None = None,
        ReturnSubscriptionArn: bool = False,
    ) -> Answer:
        known = self._of(TopicArn, "Subscribe")
        if not _fits(Protocol, Endpoint):
            raise _invalid("Subscribe", f"{Protocol} endpoint")
        found = next((each for each in known if (each.protocol, each.endpoint) == (Protocol, Endpoint)), None)
        if found is None:
            arn = f"{TopicArn}:{next(self._numbers):036x}"
            found = Subscription(arn, TopicArn, Protocol, Endpoint, dict(Attributes or {}))
            found.pending_since = self.clock() if Protocol == "email" else None
            known.append(found)
        if found.pending_since is not None:
            self._ask(found)
        shown = found.pending_since is None or ReturnSubscriptionArn
        return {"SubscriptionArn": found.arn if shown else "pending confirmation"}

    def _ask(self, subscription: Subscription) -> None:
        """Mails a link that is good for two days from now."""
        subscription.token = f"{next(self._numbers):064x}"
        subscription.pending_since = self.clock()
        self._tell(subscription, Kind.CONFIRMATION)

    def _tell(self, subscription: Subscription, kind: Kind) -> None:
        """What SNS itself mails."""
        self.inbox[subscription.endpoint].append(
            Mail(self.clock(), kind, subscription.topic, f"AWS Notification - {kind}", "", token=subscription.token)
        )

    def _confirm(self, TopicArn: str, Token: str, AuthenticateOnUnsubscribe: str = "false") -> Answer:
        for subscription in self._of(TopicArn, "ConfirmSubscription"):
            if subscription.token == Token:
                if subscription.pending_since is not None:
                    subscription.pending_since = None
                    subscription.needs_signature_to_leave = AuthenticateOnUnsubscribe == "true"
                return {"SubscriptionArn": subscription.arn}
        raise _invalid("ConfirmSubscription", "Token")

    def _unsubscribe(self, SubscriptionArn: str) -> Answer:
        subscription = self._found(SubscriptionArn, "Unsubscribe")
        self._topics[subscription.topic].remove(subscription)
        return {}

    def _list(self, TopicArn: str, NextToken: str = "") -> Answer:
        if _too_many(self._listed, self.clock(), LISTS_A_SECOND):
            raise refusal("ListSubscriptionsByTopic", "Throttled", "Rate exceeded", 429)
        known, at = self._of(TopicArn, "ListSubscriptionsByTopic"), int(NextToken or 0)
        shown = [
            {
                "SubscriptionArn": each.arn if each.pending_since is None else "PendingConfirmation",
                "Owner": ACCOUNT,
                "Protocol": each.protocol,
                "Endpoint": each.endpoint,
                "TopicArn": TopicArn,
            }
            for each in known[at : at + PAGE]
        ]
        return {"Subscriptions": shown} | ({"NextToken": str(at + PAGE)} if len(known) > at + PAGE else {})

    def _attributes(self, SubscriptionArn: str) -> Answer:
        found = self._found(SubscriptionArn, "GetSubscriptionAttributes")
        told = {
            "SubscriptionArn": found.arn,
            "TopicArn": found.topic,
            "Owner": ACCOUNT,
            "Protocol": found.protocol,
            "Endpoint": found.endpoint,
            "PendingConfirmation": str(found.pending_since is not None).lower(),
            "ConfirmationWasAuthenticated": str(found.needs_signature_to_leave).lower(),
        }
        return {"Attributes": found.attributes | told}

    def _of(self, topic: str, operation: str) -> list[Subscription]:
        """The topic's subscriptions, those that nobody confirmed for two days deleted."""
        known = self._topics.get(topic)
        if known is None:
            raise refusal(operation, "NotFound", "Topic does not exist", 404)
        now = self.clock()
        known[:] = [each for each in known if each.pending_since is None or now - each.pending_since < CONFIRM_WITHIN]
        return known

    def _found(self, arn: str, operation: str) -> Subscription:
        if not arn.startswith("arn:"):
            raise _invalid(operation, "SubscriptionArn")
        topic = arn.rpartition(":")[0]
        for subscription in self._of(topic, operation) if topic in self._topics else []:
            if subscription.arn == arn:
                return subscription
        raise refusal(operation, "NotFound", "Subscription does not exist", 404)

    # ---- Messages ----------------------------------------------------------------------------------------------------

    def _publish(
        self,
        TopicArn: str,
        Message: str,
        Subject: str | None = None,
        MessageAttributes: dict[str, Any] | None = None,
    ) -> Answer:
        attributes = MessageAttributes or {}
        try:
            _check_subject(Subject)
            _check_message(Message, attributes)
            known = self._of(TopicArn, "Publish")
        except ClientError as error:
            self.refused.append(error)
            raise
        message_id = f"{next(self._numbers):032x}"
        body = self._envelope(message_id, TopicArn, Subject, Message, attributes)
        queues = [each for each in known if each.protocol == "sqs"]
        copies = tuple(self._leave_copy(each, Message, body) for each in queues)
        mail = Mail(self.clock(), Kind.NOTIFICATION, TopicArn, Subject or "AWS Notification", Message, message_id)
        readers = tuple(each.endpoint for each in known if each.protocol == "email" and self._mail(each, mail))
        said = {name: str(value.get("StringValue", "")) for name, value in attributes.items()}
        self.published.append(
            Published(self.clock(), message_id, TopicArn, Subject or "", Message, said, copies, readers)
        )
        return {"MessageId": message_id}

    def _mail(self, subscription: Subscription, mail: Mail) -> bool:
        """Mails it if confirmed. The eleventh mail to an address within a second switches the subscription off."""
        if subscription.pending_since is not None:
            return False
        if _too_many(self._mailed[subscription.endpoint], mail.at, MAILS_A_SECOND):
            subscription.pending_since = mail.at
            self.suspended.append((mail.at, subscription.endpoint))
            return False
        link = subscription.arn
        self.inbox[subscription.endpoint].append(
            Mail(mail.at, mail.kind, mail.topic, mail.subject, mail.body, mail.message_id, subscription=link)
        )
        return True

    def _leave_copy(self, subscription: Subscription, message: str, envelope: str) -> tuple[Copy, timedelta]:
        copy = self.copies[self.choices.choose(len(self.copies))]
        delay = self.delays[self.choices.choose(len(self.delays))]
        body = message if subscription.attributes.get("RawMessageDelivery") == "true" else envelope
        bodies = {
            Copy.ONE: [body],
            Copy.TWICE: [body, body],
            Copy.BESIDE_JUNK: ['{"not": "ours"}', body],
            Copy.UNREADABLE: [body[: len(body) // 2]],
            Copy.NEVER: [],
        }
        for each in bodies[copy]:
            self.sqs.put(self.sqs.queue(subscription.endpoint), each, delay)
        return copy, delay

    def _envelope(self, message_id: str, topic: str, subject: str | None, message: str, attributes: Answer) -> str:
        told: Answer = {
            "Type": "Notification",
            "MessageId": message_id,
            "TopicArn": topic,
            **({"Subject": subject} if subject else {}),
            "Message": message,
            "Timestamp": self.clock().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "SignatureVersion": "1",
        }
        if attributes:
            told["MessageAttributes"] = {
                name: {"Type": value["DataType"], "Value": value.get("StringValue", "")}
                for name, value in attributes.items()
            }
        return json.dumps(told)


def _too_many(times: deque[datetime], now: datetime, limit: int) -> bool:
    """Whether one more now would be over `limit` within a second; if not, it is counted."""
    while times and now - times[0] >= _SECOND:
        times.popleft()
    if len(times) >= limit:
        return True
    times.append(now)
    return False


def _fits(protocol: str, endpoint: str) -> bool:
    if protocol == "email":
        local, at, domain = endpoint.rpartition("@")
        return bool(local and at and domain) and not any(mark.isspace() for mark in endpoint)
    return protocol == "sqs" and endpoint.startswith("arn:aws:sqs:")


def _check_subject(subject: str | None) -> None:
    """The stricter of AWS's two texts: botocore's asks for UTF-8 without control characters, the older for ASCII."""
    if subject is None:
        return
    printable = subject.isascii() and subject.isprintable()
    if not (subject and printable and len(subject) < 100 and not subject[0].isspace()):
        raise _invalid("Publish", "Subject")


def _check_message(message: str, attributes: Answer) -> None:
    if not message:
        raise _invalid("Publish", "Empty message")
    size = len(message.encode())
    for name, value in attributes.items():
        text = value.get("StringValue", "")
        if not text or not value.get("DataType"):
            raise refusal("Publish", "ParameterValueInvalid", f"The message attribute '{name}' must have a value.")
        size += len(name.encode()) + len(value["DataType"].encode()) + len(text.encode())
    if size > SIZE_LIMIT:
        raise _invalid("Publish", "Message too long")


def _invalid(operation: str, what: str) -> ClientError:
    return refusal(operation, "InvalidParameter", f"Invalid parameter: {what}")

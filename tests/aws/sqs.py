"""A standard queue as strict as SQS: at least once, in no order, and a short poll may overlook what is there."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from botocore.exceptions import ClientError

from tests.aws.chance import Choices, Clock
from tests.aws.client import Answer, Client
from tests.aws.fates import refusal

ACCOUNT = "123456789012"
REGION = "eu-north-1"
SIZE_LIMIT = 1_048_576


@dataclass(slots=True)
class Message:
    """A message in a queue; unseen until `visible_at`. Its newest handle is the one that deletes it for sure."""

    id: str
    body: str
    sent_at: datetime
    visible_at: datetime
    handle: str = ""
    receives: int = 0


@dataclass
class Queue:
    name: str
    visibility: timedelta
    kept: timedelta
    messages: deque[Message] = field(default_factory=deque)

    @property
    def arn(self) -> str:
        return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{self.name}"

    @property
    def url(self) -> str:
        return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{self.name}"


class Sqs(Client):
    """Where the client of boto3 is expected. `overlooks` and `keeps_copies` let the choices do what SQS may do."""

    service = "sqs"

    def __init__(self, clock: Clock, choices: Choices, *, overlooks: bool = False, keeps_copies: bool = False) -> None:
        super().__init__(clock, choices)
        self.overlooks, self.keeps_copies = overlooks, keeps_copies
        self._queues: dict[str, Queue] = {}
        self._numbers = count(1)

    # ---- boto3's methods ---------------------------------------------------------------------------------------------

    def create_queue(self, **params: Any) -> Answer:
        return self.call("CreateQueue", params, self._create)

    def get_queue_url(self, **params: Any) -> Answer:
        return self.call("GetQueueUrl", params, lambda QueueName: {"QueueUrl": self._queue(QueueName).url})

    def get_queue_attributes(self, **params: Any) -> Answer:
        return self.call("GetQueueAttributes", params, self._attributes)

    def send_message(self, **params: Any) -> Answer:
        return self.call("SendMessage", params, self._send)

    def receive_message(self, **params: Any) -> Answer:
        return self.call("ReceiveMessage", params, self._receive)

    def delete_message(self, **params: Any) -> Answer:
        return self.call("DeleteMessage", params, self._delete)

    # ---- What the test sees and does ---------------------------------------------------------------------------------

    def queue(self, name_or_arn: str) -> Queue:
        return self._queue(name_or_arn)

    def put(self, queue: Queue, body: str, after: timedelta = timedelta()) -> Message:
        """A message that comes from elsewhere, now or `after` a while."""
        at = self.clock() + after
        message = Message(f"{next(self._numbers):032x}", body, at, at)
        queue.messages.append(message)
        return message

    # ---- What SQS does -----------------------------------------------------------------------------------------------

    def _create(self, QueueName: str, Attributes: dict[str, str] | None = None, **_: Any) -> Answer:
        told = Attributes or {}
        visibility = timedelta(seconds=int(told.get("VisibilityTimeout", 30)))
        kept = timedelta(seconds=int(told.get("MessageRetentionPeriod", 345_600)))
        queue = self._queues.setdefault(QueueName, Queue(QueueName, visibility, kept))
        return {"QueueUrl": queue.url}

    def _attributes(self, QueueUrl: str, AttributeNames: list[str]) -> Answer:
        queue, now = self._queue(QueueUrl), self.clock()
        self._expire(queue)
        came = [message for message in queue.messages if message.sent_at <= now]
        seen = sum(message.visible_at <= now for message in came)
        told = {
            "QueueArn": queue.arn,
            "ApproximateNumberOfMessages": str(seen),
            "ApproximateNumberOfMessagesNotVisible": str(len(came) - seen),
        }
        return {"Attributes": {name: value for name, value in told.items() if {name, "All"} & set(AttributeNames)}}

    def _send(self, QueueUrl: str, MessageBody: str, DelaySeconds: int = 0) -> Answer:
        if not 1 <= len(MessageBody.encode()) <= SIZE_LIMIT:
            raise _invalid("SendMessage", "MessageBody")
        message = self.put(self._queue(QueueUrl), MessageBody, timedelta(seconds=DelaySeconds))
        return {"MessageId": message.id}

    def _receive(
        self,
        QueueUrl: str,
        MaxNumberOfMessages: int = 1,
        WaitTimeSeconds: int = 0,
        VisibilityTimeout: int | None = None,
        **_: Any,
    ) -> Answer:
        if not 1 <= MaxNumberOfMessages <= 10:
            raise _invalid("ReceiveMessage", "MaxNumberOfMessages")
        if not 0 <= WaitTimeSeconds <= 20:
            raise _invalid("ReceiveMessage", "WaitTimeSeconds")
        queue = self._queue(QueueUrl)
        found = self._wait(queue, WaitTimeSeconds) if WaitTimeSeconds else self._glance(queue)
        hidden = queue.visibility if VisibilityTimeout is None else timedelta(seconds=VisibilityTimeout)
        taken = [self._take(message, hidden) for message in found[:MaxNumberOfMessages]]
        return {"Messages": taken} if taken else {}

    def _glance(self, queue: Queue) -> list[Message]:
        """A short poll asks some of the servers: by choice it does not see the first so many."""
        found = self._visible(queue)
        return found[self.choices.choose(len(found) + 1) :] if self.overlooks else found

    def _wait(self, queue: Queue, seconds: int) -> list[Message]:
        """A long poll asks all servers and ends with the first message or with its time."""
        if found := self._visible(queue):
            return found
        end = self.clock() + timedelta(seconds=seconds)
        until = min((message.visible_at for message in queue.messages), default=end)
        self.clock.sleep((min(until, end) - self.clock()).total_seconds())
        return self._visible(queue)

    def _visible(self, queue: Queue) -> list[Message]:
        self._expire(queue)
        now = self.clock()
        return [message for message in queue.messages if message.visible_at <= now]

    def _take(self, message: Message, hidden: timedelta) -> Answer:
        message.receives += 1
        message.handle = f"{message.id}-{message.receives}"
        message.visible_at = self.clock() + hidden
        return {"MessageId": message.id, "ReceiptHandle": message.handle, "Body": message.body}

    def _delete(self, QueueUrl: str, ReceiptHandle: str) -> Answer:
        """With an old handle nothing is deleted, and nothing is said. By choice a copy outlives its deletion."""
        queue = self._queue(QueueUrl)
        if not self._is_handle(ReceiptHandle):
            raise refusal("DeleteMessage", "ReceiptHandleIsInvalid", "The input receipt handle is invalid", 404)
        for message in queue.messages:
            if message.handle == ReceiptHandle:
                if not (self.keeps_copies and self.choices.choose(2)):
                    queue.messages.remove(message)
                break
        return {}

    def _is_handle(self, handle: str) -> bool:
        return len(handle.partition("-")[0]) == 32

    def _expire(self, queue: Queue) -> None:
        oldest = self.clock() - queue.kept
        if any(message.sent_at <= oldest for message in queue.messages):
            queue.messages = deque(message for message in queue.messages if message.sent_at > oldest)

    def _queue(self, name: str) -> Queue:
        """By name, URL or ARN."""
        found = self._queues.get(name.replace("/", ":").rpartition(":")[2])
        if found is None:
            raise refusal("", "AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.")
        return found


def _invalid(operation: str, name: str) -> ClientError:
    return refusal(operation, "InvalidParameterValue", f"Value for parameter {name} is invalid.")

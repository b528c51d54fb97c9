"""The deployed service among the strict stand-ins: real handlers and moto's table, our stream, SNS and SQS around them.

One object for a search to drive: what visitors do goes through `service`, what AWS does through `step`, `repeat`,
`lose` and the fates of `sns`, `sqs` and `conflicts`. Everything that is open is asked of one source of choices.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from leadbell.outbox.sales_mails import key_name
from leadbell.sales.reps import Reps
from leadbell.sales.routing import Rep
from leadbell.table import Item, moment
from tests.aws.chance import Choices
from tests.aws.conflicts import Conflicts
from tests.aws.records import Stream, TableChanges
from tests.aws.sns import Copy, Sns
from tests.aws.sqs import Sqs
from tests.aws.stream import Delivery, Poller, Turn
from tests.integration.sam_template import mapping_of, template
from tests.integration.service import ACCOUNT, DEFAULT_INBOX, ENVIRONMENT, REGION, Service, scan
from tests.proof.dynamodb import FastDynamo, StoreChanges

DEFAULT_READER = "sales@example.com"
_QUEUE = "leadbell-ReceiptQueue"


def name_of(letter: Item) -> str:
    """What receipts and publishes call a mail, from its item."""
    return key_name(letter["pk"], letter["sk"], letter["number"])


def _changes_of(service: Service, stream: Stream) -> TableChanges | StoreChanges:
    if isinstance(service.client, FastDynamo):
        return StoreChanges(stream, service.client.store)
    return TableChanges(stream, ENVIRONMENT["TABLE_NAME"], ACCOUNT, REGION)


class World:
    """A `service` whose stream, mails and receipts are these stand-ins until the test is over."""

    def __init__(
        self,
        service: Service,
        choices: Choices,
        monkeypatch: pytest.MonkeyPatch,
        *,
        shards: int = 1,
        split_collections: bool = False,
        copies: Sequence[Copy] = (Copy.ONE,),
        delays: Sequence[timedelta] = (timedelta(),),
    ) -> None:
        self.service, self.clock = service, service.clock
        self.sqs = Sqs(self.clock, choices, overlooks=True, keeps_copies=True)
        self.sns = Sns(self.clock, choices, self.sqs, copies=copies, delays=delays)
        self.conflicts = Conflicts(service.faults, choices)
        self.stream = Stream(self.clock, shards=shards, split_collections=split_collections)
        self.poller = Poller(self.stream, self.clock, choices)
        self._changes = _changes_of(service, self.stream)
        for folder in ("score", "notify"):
            self.poller.attach(folder, partial(service.invoke, folder), mapping_of(folder))
        self._put_in_place(monkeypatch)

    def _put_in_place(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for folder in ("notify", "sweep"):
            monkeypatch.setattr(self.service.apps[folder].courier, "_sns", self.sns)
        monkeypatch.setattr(self.service.apps["sweep"].receipts, "_sqs", self.sqs)
        told = template()["Resources"]["ReceiptQueue"]["Properties"]
        names = ("VisibilityTimeout", "MessageRetentionPeriod")
        self.sqs.create_queue(QueueName=_QUEUE, Attributes={name: str(told[name]) for name in names})
        assert self.add_topic("leadbell-default-inbox", DEFAULT_READER) == DEFAULT_INBOX

    def add_topic(self, name: str, reader: str = "") -> str:
        """A topic as template and CLI make it: the receipt queue on it, and a reader who confirmed, if named."""
        topic = str(self.sns.create_topic(Name=name)["TopicArn"])
        self.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=self.sqs.queue(_QUEUE).arn)
        if reader:
            self.sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=reader)
            self.sns.follow_confirmation(self.sns.inbox[reader][-1])
        return topic

    def add_rep(self, rep_id: str, *countries: str) -> str:
        """A rep with a topic of their own and one address that confirmed; gives the address."""
        reader = f"{rep_id}@example.com"
        topic = self.add_topic(f"leadbell-rep-{rep_id}", reader)
        Reps(self.service.table).save(Rep(rep_id, rep_id.capitalize(), topic, countries))
        return reader

    # ---- What AWS does -----------------------------------------------------------------------------------------------

    def step(self, turns: Sequence[Turn] = (Turn.ANSWERED,)) -> Delivery | None:
        """One batch to score or notify; None where the stream has nothing for them."""
        self.read()
        delivery = self.poller.step(turns)
        self.read()
        return delivery

    def repeat(self) -> Delivery | None:
        """A batch that was delivered before, once more."""
        delivery = self.poller.redeliver()
        self.read()
        return delivery

    def lose(self) -> None:
        """What the stream still holds never comes."""
        self.read()
        self.poller.lose()

    def move(self, **by: float) -> None:
        """Time passes; what the table did until now is in the stream with the time it happened."""
        self.read()
        self.clock.move(**by)

    def read(self) -> None:
        self._changes.read()

    def settle(self, minutes: int) -> None:
        """All is well from now on: the stream runs dry, and the schedule runs each minute in which there is work."""
        self.service.faults.end()
        self.sns.fates.clear()
        self.sqs.fates.clear()
        end = self.clock() + timedelta(minutes=minutes)
        while self.clock() < end:
            self._drain()
            self.service.sweep()
            self.read()
            self.clock.at = min(end, self._next_work())
        self._drain()

    def _next_work(self) -> datetime:
        """The next whole minute from now at which a receipt is to be seen or something in the table is due."""
        minute, now = timedelta(minutes=1), self.clock()
        due = [moment(item["due_at"]) for item in scan(self.service.client, "due_pk", "due_at") if "due_pk" in item]
        seen = [message.visible_at for message in self.sqs.queue(_QUEUE).messages]
        first = min([*due, *seen], default=datetime.max.replace(tzinfo=UTC) - minute)
        return now + max(minute, minute * -((now - first) // minute))

    def _drain(self, limit: int = 10_000) -> None:
        for _ in range(limit):
            if self.step() is None:
                return
        raise AssertionError(f"still something to deliver after {limit} batches")

    # ---- What came of it ---------------------------------------------------------------------------------------------

    def named(self) -> Counter[str]:
        """How many accepted publishes name each mail of the outbox, by its name."""
        return Counter(key for each in self.sns.published for key in each.attributes.get("item", "").split(",") if key)

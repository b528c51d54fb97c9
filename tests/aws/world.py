"""The deployed service among the strict stand-ins: real handlers, and our stream, SNS, SQS, SES and bucket around them.

One object for a search to drive. What people do goes through `service`, or is insisted on where it fails; what AWS
does, through `step`, `repeat`, `lose`, the fates of the stand-ins and `conflicts`; each function's calls go over a wire
of its own. Everything that is open is asked of one source of choices. Which table lies below, moto's or the one in
memory, makes no difference here.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest

from leadbell import table as table_module
from leadbell.errors import LeadbellError
from leadbell.outbox.sales_outbox import key_name
from leadbell.sales.reps import Reps
from leadbell.sales.routing import Rep
from leadbell.table import Item, moment
from tests.aws.chance import Choices, Plain
from tests.aws.conflicts import Conflicts
from tests.aws.fates import KilledError
from tests.aws.records import Stream
from tests.aws.s3 import Bucket
from tests.aws.ses import Ses
from tests.aws.sns import Copy, Sns
from tests.aws.sqs import Sqs
from tests.aws.stream import Delivery, Poller, Turn
from tests.aws.wire import Wire, Wired
from tests.integration.sam_template import mapping_of, template
from tests.integration.service import (
    DEFAULT_INBOX,
    FORM,
    Answer,
    Changes,
    Clock,
    Loaded,
    Service,
    http_event,
    scan,
    started_anew,
)

DEFAULT_READER = "sales@example.com"
SENDER = "news@tidewell.example"
RETRIED_AFTER = timedelta(seconds=2)
_QUEUE = "leadbell-ReceiptQueue"
File = tuple[str, str, bytes]


def name_of(letter: Item) -> str:
    """What receipts and publishes call a mail, from its item."""
    return key_name(letter["pk"], letter["sk"], letter["number"])


class World:
    """A `service` whose stream, mails, files and receipts are these stand-ins until the patch is undone."""

    def __init__(
        self,
        service: Service,
        choices: Choices,
        patch: pytest.MonkeyPatch,
        *,
        shards: int = 1,
        split_collections: bool = False,
        copies: Sequence[Copy] = (Copy.ONE,),
        delays: Sequence[timedelta] = (timedelta(),),
    ) -> None:
        self.service, self.clock, self.patch = service, service.clock, patch
        self.sqs = Sqs(self.clock, choices, overlooks=True, keeps_copies=True)
        self.sns = Sns(self.clock, choices, self.sqs, copies=copies, delays=delays)
        self.ses, self.bucket = Ses(self.clock, choices, SENDER), Bucket(self.clock, choices)
        self.conflicts = Conflicts(service.faults, choices)
        self.stream = Stream(self.clock, shards=shards, split_collections=split_collections)
        self.poller = Poller(self.stream, self.clock, choices)
        self.errors: list[BaseException] = []
        self._seen = 0
        for folder in ("score", "notify"):
            self.poller.attach(folder, partial(service.invoke, folder), mapping_of(folder))
        self._clients = {folder: _table_of(app)._client for folder, app in service.apps.items()}
        self.wires = {folder: self.rewire(folder, Wire()) for folder in service.apps}
        self._build()

    def _build(self) -> None:
        told = template()["Resources"]["ReceiptQueue"]["Properties"]
        names = ("VisibilityTimeout", "MessageRetentionPeriod")
        self.sqs.create_queue(QueueName=_QUEUE, Attributes={name: str(told[name]) for name in names})
        assert self.add_topic("leadbell-default-inbox", DEFAULT_READER) == DEFAULT_INBOX

    def rewire[W: Wire](self, folder: str, wire: W) -> W:
        """Lets the function's calls go over another wire."""
        app = self.service.apps[folder]
        self.patch.setattr(_table_of(app), "_client", Wired(self._clients[folder], "dynamodb", wire))
        if hasattr(app, "courier"):
            self.patch.setattr(app.courier, "_sns", Wired(self.sns, "sns", wire))
        if hasattr(app, "receipts"):
            self.patch.setattr(app.receipts, "_sqs", Wired(self.sqs, "sqs", wire))
        self._rewire_what_visitors_get(app, wire)
        return wire

    def _rewire_what_visitors_get(self, app: Any, wire: Wire) -> None:
        """The bucket of their files, and the mails to them."""
        if hasattr(app, "attachments"):
            s3 = Wired(self.bucket, "s3", wire)
            kept = replace(app.attachments, client=lambda: s3, seconds=lambda: self.clock().timestamp())
            self.patch.setattr(app, "reception", replace(app.reception, enclose=kept.enclose))
        ses = Wired(self.ses, "sesv2", wire)
        if hasattr(app, "visitor_delivery"):
            by_notify = replace(app.visitor_delivery(), ses=lambda: ses)
            self.patch.setattr(app, "visitor_delivery", lambda: by_notify)
        if hasattr(app, "sweep"):
            by_sweep = replace(app.sweep.visitor_delivery, ses=lambda: ses)
            self.patch.setattr(app, "sweep", replace(app.sweep, visitor_delivery=by_sweep))

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

    # ---- What people do ----------------------------------------------------------------------------------------------

    def insist(self, act: Callable[[], Answer]) -> Answer:
        """It is sent again until it is told that it went well."""
        for _ in range(5):
            try:
                answer = act()
            except KilledError:
                answer = None
            if answer is not None and answer.status < 400:
                return answer
            assert answer is None or answer.status == 503, answer
            self.move(seconds=RETRIED_AFTER.total_seconds())
        raise AssertionError("sent five times and no answer")

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> Answer:
        """A browser posts a form, and insists."""
        return self.insist(lambda: self.service.post(path, fields, **headers))

    def post_files(self, path: str, fields: Mapping[str, str], *files: File) -> Answer:
        """A browser posts a form with files (field, name, content), and insists."""
        body, kind = multipart(fields, files), "multipart/form-data; boundary=xyz"
        return self.insist(lambda: self.service.post_body(path, body, kind))

    def sign_up(self, email: str, **fields: str) -> Answer:
        return self.service.post("/newsletter", {"email": email, **fields})

    def open(self, link: str, method: str = "GET", **headers: str) -> Answer:
        """Somebody, or a machine, opens a link of a mail."""
        return self.service.send(http_event(method, urlsplit(link).path, headers={"accept": "text/html", **headers}))

    def press(self, link: str, body: str = "", content_type: str = FORM, **headers: str) -> Answer:
        """Somebody presses the button on the page behind a link."""
        self.move(seconds=1)
        return self.service.post_body(urlsplit(link).path, body.encode(), content_type, **headers)

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
        """Takes what is new in the table into the stream, with the time that it is now."""
        for change in self.service.stream.changes(self._seen):
            self._seen += 1
            self.stream.write(change.pk, change.sk, change.event)

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

    def drain(self, limit: int = 200) -> None:
        """The stream runs dry; an invocation takes a second."""
        for _ in range(limit):
            if self.step() is None:
                return
            self.move(seconds=1)
        raise AssertionError(f"still something to deliver after {limit} batches")

    def sweep(self) -> None:
        """One run of the schedule; what it raises is gone, and the next minute runs anew."""
        try:
            self.service.sweep()
        except (LeadbellError, KilledError) as error:
            self.errors.append(error)
        self.read()

    def pass_time(self, minutes: float) -> None:
        """Stream and schedule run, each minute in which there is work, whatever goes wrong."""
        end = self.clock() + timedelta(minutes=minutes)
        while self.clock() < end:
            self.drain()
            self.sweep()
            self.clock.at = max(self.clock(), min(end, self._next_work()))
        self.drain()

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

    def mails(self, who: str = "") -> list[Item]:
        """The mails to visitors, as they stand in the table."""
        return self.service.items(who, "MAIL#")


def multipart(fields: Mapping[str, str], files: Sequence[File]) -> bytes:
    """The body of a form with files; its boundary is `xyz`."""
    parts = [f'name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    parts += [f'name="{name}"; filename="{filename}"\r\n\r\n'.encode() + body for name, filename, body in files]
    begin = b"--xyz\r\nContent-Disposition: form-data; "
    return b"".join(begin + part + b"\r\n" for part in parts) + b"--xyz--\r\n"


def _table_of(app: Any) -> Any:
    if hasattr(app, "table"):
        return app.table
    return app.contacts.table if hasattr(app, "contacts") else app.outbox._table


@contextmanager
def staged(
    loaded: Mapping[str, Loaded], dynamodb: Any, changes: Changes, clock: Clock
) -> Iterator[tuple[Service, pytest.MonkeyPatch]]:
    """An empty service over that table and by that clock, which logs nothing; the patch is undone at the end."""
    patch, sqs = pytest.MonkeyPatch(), Sqs(clock, Plain())
    outside = {"dynamodb": dynamodb, "sns": Sns(clock, Plain(), sqs), "sqs": sqs}
    patch.setattr(table_module, "time", SimpleNamespace(sleep=_nowhere))
    for each in loaded.values():
        _quiet(each.app, patch)
    started_anew(loaded, clock, patch)
    service = Service(loaded, outside, clock, changes)
    try:
        yield service, patch
    finally:
        service.faults.end()
        patch.undo()


def _quiet(app: Any, patch: pytest.MonkeyPatch) -> None:
    """Its log and its metrics go nowhere, as long as the patch holds."""
    patch.setattr(app.log, "write", _nowhere)


def _nowhere(*_: object, **__: object) -> None:
    """What would go to the terminal."""

"""The whole service in one process: the real handlers over moto, a stream pump between them, a clock to move.

Each function is imported with the variables that template.yaml gives it and no other, and makes its own clients.
"""

import base64
import importlib
import itertools
import json
import math
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, Protocol
from unittest.mock import patch
from urllib.parse import urlencode

import pytest
from moto.dynamodb.models import dynamodb_backends

import leadbell.clients
from leadbell.contacts.items import partition
from leadbell.contacts.store import Contacts
from leadbell.contacts.texts import Texts
from leadbell.events import Fact, Trust, Value
from leadbell.identity import contact_id, read_email
from leadbell.keyed import Keyring
from leadbell.lifecycle.standing import Standing
from leadbell.outbox.sales_outbox import is_letter, mail_of
from leadbell.outbox.their_words import in_mails
from leadbell.sales.reps import Reps
from leadbell.sales.routing import Rep
from leadbell.secret import SECRET, item_of
from leadbell.table import Item, Table, decode, encode, moment
from tests.integration.faults import Faults
from tests.integration.sam_template import ROOT, mapping_of, routes, table_definition, timeout_of, variables_of

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ACCOUNT = "123456789012"
REGION = "eu-north-1"
FIRST_RECORD = 111_000_000_000_000_000_000_000
DEFAULT_INBOX = f"arn:aws:sns:{REGION}:{ACCOUNT}:leadbell-default-inbox"
FORM = "application/x-www-form-urlencoded"

ENVIRONMENT = {
    "TABLE_NAME": "leadbell-Table",
    "SITE_ORIGINS": "https://www.example.com",
    "DEFAULT_COUNTRY": "SE",
    "COMPANY_NAME": "Example Ltd",
    "ASSET_BUCKET": "leadbell-assets",
    "ATTACHMENT_BUCKET": "leadbell-attachments",
    "LINK_SECONDS": "900",
    "LIMIT_FACTOR": "100000",  # a test posts everything from one address within one minute
    "TURNSTILE_SECRET": "",
    "PROXY_SECRET": "",
    "FIRST_MAILS_PER_DAY": "100000",
    "TURNSTILE_URL": "http://127.0.0.1:9",
    "PUBLIC_URL": "https://api.example.com",
    "DEFAULT_INBOX_TOPIC_ARN": DEFAULT_INBOX,
    "SENDER_EMAIL": "",
    "RECEIPT_QUEUE_URL": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/leadbell-ReceiptQueue",
    "POWERTOOLS_METRICS_NAMESPACE": "Leadbell",
    "POWERTOOLS_LOG_LEVEL": "INFO",
}

# The secret that the service here has made before each test.
KEYS = Keyring.of(b"0f1e2d3c-aaaa-bbbb-cccc-0123456789ab")

# Clients of the test's own, which no fault reaches.
OUTSIDE = ("dynamodb", "s3", "sns", "sqs")

# The contact of most tests: fit 100 in the default model.
EVA = {
    "name": "Eva Example",
    "email": "eva@acme.example.com",
    "company": "Acme Example AB",
    "job_title": "VP Operations",
    "company_size": "250",
    "country": "SE",
    "industry": "manufacturing",
}


@dataclass
class Clock:
    """The time that every function sees; it moves when a test moves it."""

    at: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)

    def sleep(self, seconds: float) -> None:
        self.move(seconds=seconds)


@dataclass
class Context:
    """What Lambda tells a handler about its invocation."""

    function_name: str
    milliseconds_left: int = 20_000
    memory_limit_in_mb: int = 512
    aws_request_id: str = "52fdfc07-2182-454f-963f-5f0f9a621d72"

    @property
    def invoked_function_arn(self) -> str:
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds_left


@dataclass
class Running(Context):
    """The same, with the time left that the clock says."""

    clock: Clock = field(default_factory=Clock)
    ends: datetime = MONDAY

    def get_remaining_time_in_millis(self) -> int:
        return int((self.ends - self.clock()) / timedelta(milliseconds=1))


@dataclass(frozen=True)
class Loaded:
    """A function's module and the clients it made when it was imported."""

    app: ModuleType
    clients: list[Any]


def load(folder: str, dynamodb: Callable[[], Any] | None = None, **differently: str) -> Loaded:
    """Imports the function as Lambda would: in an environment with its own variables only, some set `differently`.

    `dynamodb` makes its client for the table, if it is not to be botocore's.
    """
    ours = {name: {**ENVIRONMENT, **differently}.get(name, folder) for name in variables_of(folder)}
    others = {name: value for name, value in os.environ.items() if name not in ENVIRONMENT}
    clients: list[Any] = []
    make = leadbell.clients.make_client

    def remember(service: str, config: Any) -> Any:
        clients.append(dynamodb() if dynamodb and service == "dynamodb" else make(service, config))
        clients[-1].meta.events.register("before-parameter-build.sqs.ReceiveMessage", _do_not_wait)
        return clients[-1]

    name = f"functions.{folder}.app"
    for stale in (name, "leadbell.observability"):
        sys.modules.pop(stale, None)
    with patch.dict(os.environ, {**others, **ours}, clear=True), patch("leadbell.clients.make_client", remember):
        app = importlib.import_module(name)
        if callable(make_client := getattr(app, "s3", None)):
            make_client()  # a client that the function makes when it first needs one
        return Loaded(app, clients)


def _do_not_wait(params: dict[str, Any], **_: Any) -> None:
    """Long polling: moto would really wait."""
    params["WaitTimeSeconds"] = 0


@dataclass(frozen=True)
class Answer:
    """A door's answer. Header names are as they were given."""

    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def json(self) -> Any:
        assert self.headers["Content-Type"] == "application/json"
        return json.loads(self.body)

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")


@dataclass(frozen=True)
class SentMail:
    """A mail that a topic took."""

    topic: str
    subject: str
    body: str
    keys: tuple[str, ...]


def limit_as_deployed(app: Any, patch: pytest.MonkeyPatch) -> None:
    """Gives a door the limits that a stack has by default; tests send more than those allow."""
    gate = replace(app.reception.gate, limits=replace(app.reception.gate.limits, factor=1))
    patch.setattr(app, "reception", replace(app.reception, gate=gate))


def started_anew(loaded: Mapping[str, Loaded], clock: Clock, patch: pytest.MonkeyPatch) -> None:
    """As if Lambda had just started all of them: what they remember is forgotten, and they see the clock's time."""
    for app in (each.app for each in loaded.values()):
        patch.setattr(app, "now", clock)
        if hasattr(app, "sleep"):
            patch.setattr(app, "sleep", clock.sleep)
        if hasattr(app, "courier"):
            patch.setattr(app.courier, "_readers", {})
        if hasattr(app, "refresher"):
            app.refresher.models.forget()
        if hasattr(app, "active_forms"):
            app.active_forms.forget()
        keys_of(app).forget()


def keys_of(app: Any) -> Keyring:
    """The keys that a function has; a door reads them with its forms."""
    keys: Keyring = app.active_forms.keys if hasattr(app, "active_forms") else app.keys
    return keys


class Change(Protocol):
    """What a table's stream tells of a change: the item's keys, and what became of it."""

    @property
    def pk(self) -> str: ...
    @property
    def sk(self) -> str: ...
    @property
    def event(self) -> str: ...


class MotoChange(NamedTuple):
    pk: str
    sk: str
    event: str

    @classmethod
    def of(cls, noted: Mapping[str, Any]) -> "MotoChange":
        keys = noted["dynamodb"]["Keys"]
        return cls(keys["pk"]["S"], keys["sk"]["S"], noted["eventName"])


# Those that came after the first so many.
Changes = Callable[[int], Sequence[Change]]


@dataclass
class Stream:
    """The table's changes as stream records, waiting for the functions whose mapping lets them through."""

    changes: Changes
    queues: dict[str, list[Item]] = field(default_factory=lambda: {"score": [], "notify": []})
    _read: int = 0

    def read(self) -> None:
        """Queues a record for each change that is new since the last time, in their order."""
        for change in self.changes(self._read):
            self._read += 1
            for folder, queue in self.queues.items():
                if mapping_of(folder).wakes(change.event, change.sk):
                    queue.append(record_of(change.pk, change.sk, FIRST_RECORD + self._read, change.event))

    def lose(self) -> None:
        """All records of by now are lost, as after six hours of trouble."""
        self.read()
        for queue in self.queues.values():
            queue.clear()


def noted_by_moto(start: int) -> list[MotoChange]:
    """The changes of the table that moto has noted, from the so-manyth on."""
    noted = dynamodb_backends[ACCOUNT][REGION].tables[ENVIRONMENT["TABLE_NAME"]].stream_shard
    assert noted is not None, "the table has no stream"
    return [MotoChange.of(each.to_json()) for each in noted.items[start:]]


def record_of(pk: str, sk: str, number: int, event: str = "INSERT") -> Item:
    """A record as the table's KEYS_ONLY stream gives it."""
    keys = {"pk": {"S": pk}, "sk": {"S": sk}}
    told = {"Keys": keys, "SequenceNumber": str(number), "StreamViewType": "KEYS_ONLY"}
    return {"eventName": event, "eventSource": "aws:dynamodb", "dynamodb": told}


def scan(client: Any, *names: str) -> list[Item]:
    """Every item of the table in plain values, or these attributes of it, which is much quicker."""
    only = {"ProjectionExpression": ", ".join(names)} if names else {}
    pages = client.get_paginator("scan").paginate(TableName=ENVIRONMENT["TABLE_NAME"], **only)
    return [decode(item) for page in pages for item in page["Items"]]


def event_file(name: str) -> Any:
    """What events/ holds under this name."""
    return json.loads((ROOT / "events" / f"{name}.json").read_text(encoding="utf-8"))


EVENT_FILES = sorted(path.stem for path in Path(ROOT / "events").glob("*.json"))


def http_event(method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Any:
    """A request as the HTTP API hands it on, after the pattern of a file in events/."""
    event = event_file("forms-demo-urlencoded" if method == "POST" else "thanks")
    path, _, query = path.partition("?")
    given = {**(headers or {})}
    event["headers"] = {name: value for name, value in event["headers"].items() if not name.startswith("content-")}
    event |= {
        "rawPath": path,
        "routeKey": route_of(method, path),
        "rawQueryString": query,
        "queryStringParameters": dict(pair.split("=") for pair in query.split("&") if query),
        "headers": event["headers"] | {name.lower(): value for name, value in given.items()},
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }
    event["requestContext"]["http"] |= {"method": method, "path": path}
    return event


def route_of(method: str, path: str) -> str:
    """The route that API Gateway takes the request to; one for its method comes before one for any."""
    keys = [f"{verb} {route}" for verb in (method, "ANY") for route in _ways(path)]
    return next((key for key in keys if key in routes()), "$default")


def _ways(path: str) -> list[str]:
    """The paths of the routes that this path fits."""
    parts = path.split("/")
    found = [key.partition(" ")[2] for key in routes() if " " in key]
    fits = [
        way
        for way in found
        if len(way.split("/")) == len(parts)
        and all(
            mine == theirs or (theirs.startswith("{") and mine)
            for mine, theirs in zip(parts, way.split("/"), strict=True)
        )
    ]
    return sorted(fits, key=lambda way: way.count("{"))


class Signer:
    """The bucket of downloads where there is none: each file is there."""

    def head_object(self, **_: Any) -> dict[str, Any]:
        return {}

    def generate_presigned_url(self, ClientMethod: str, Params: Mapping[str, Any], ExpiresIn: int) -> str:
        return f"https://{Params['Bucket']}.s3.{REGION}.amazonaws.com/{Params['Key']}?X-Amz-Expires={ExpiresIn}"


class Service:
    """Everything that is deployed, and the ways to use it that a visitor, AWS and an operator have."""

    def __init__(
        self, loaded: Mapping[str, Loaded], clients: Mapping[str, Any], clock: Clock, changes: Changes = noted_by_moto
    ) -> None:
        self.apps = {folder: each.app for folder, each in loaded.items()}
        self.clock = clock
        self.faults = Faults({folder: each.clients for folder, each in loaded.items()})
        self.client, self.sns, self.sqs = (clients[name] for name in ("dynamodb", "sns", "sqs"))
        self.s3: Any = clients.get("s3")  # a proof has no bucket: nobody sends files there
        self._build()
        self.table = Table(self.client, ENVIRONMENT["TABLE_NAME"])
        self.contacts = Contacts(self.table)
        self.stream = Stream(changes)
        self._numbers = itertools.count(1)

    def _build(self) -> None:
        self.client.create_table(TableName=ENVIRONMENT["TABLE_NAME"], **table_definition())
        self.client.put_item(TableName=ENVIRONMENT["TABLE_NAME"], Item=encode(item_of(KEYS.secret)))
        self.receipts_url = self.sqs.create_queue(QueueName="leadbell-ReceiptQueue")["QueueUrl"]
        assert self.receipts_url == ENVIRONMENT["RECEIPT_QUEUE_URL"]
        if self.s3 is not None:
            where = {"LocationConstraint": REGION}
            with suppress(self.s3.exceptions.BucketAlreadyOwnedByYou):  # by another service of the same test
                self.s3.create_bucket(Bucket=ENVIRONMENT["ATTACHMENT_BUCKET"], CreateBucketConfiguration=where)
                self.s3.create_bucket(Bucket=ENVIRONMENT["ASSET_BUCKET"], CreateBucketConfiguration=where)
            self.s3.put_object(Bucket=ENVIRONMENT["ASSET_BUCKET"], Key="guide.pdf", Body=b"%PDF-")
        elif "downloads" in self.apps:
            setattr(self.apps["downloads"], "s3", Signer)  # noqa: B010  # its module declares another
        self._mailbox = self.sqs.create_queue(QueueName="mailbox")["QueueUrl"]
        self.add_topic("leadbell-default-inbox", reader="sales@example.com")

    def add_topic(self, name: str, reader: str = "") -> str:
        """A topic with the receipt queue on it, as template and CLI make them; and one who reads it, if named."""
        topic = str(self.sns.create_topic(Name=name)["TopicArn"])
        for queue in ("leadbell-ReceiptQueue", "mailbox"):
            self.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}")
        if reader:
            self.sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=reader)
        return topic

    def add_rep(self, rep_id: str, *countries: str, reader: str = "rep@example.com") -> str:
        """A sales rep with a topic of their own; gives the topic."""
        topic = self.add_topic(f"leadbell-rep-{rep_id}", reader)
        Reps(self.table).save(Rep(rep_id, rep_id.capitalize(), topic, countries))
        return topic

    def leave_topic(self, topic: str) -> None:
        """Takes every e-mail subscription off the topic."""
        for each in self.sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]:
            if each["Protocol"] == "email":
                self.sns.unsubscribe(SubscriptionArn=each["SubscriptionArn"])

    # ---- Visitors ----------------------------------------------------------------------------------------------------

    def send(self, event: Mapping[str, Any]) -> Answer:
        """The request to the function that its route leads to."""
        http = event["requestContext"]["http"]
        answer = self.invoke(routes()[route_of(http["method"], http["path"])], event)
        return Answer(answer["statusCode"], answer["headers"], answer["body"])

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> Answer:
        """A plain HTML form; header names are written with underscores."""
        return self.post_body(path, urlencode(fields).encode(), FORM, **headers)

    def post_body(self, path: str, body: bytes, content_type: str, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.send(http_event("POST", path, body, {"accept": "text/html", "content-type": content_type} | named))

    def get(self, path: str, **headers: str) -> Answer:
        return self.send(http_event("GET", path, headers={name.replace("_", "-"): headers[name] for name in headers}))

    # ---- AWS ---------------------------------------------------------------------------------------------------------

    def invoke(self, folder: str, event: Any) -> Any:
        context = Running(f"leadbell-{folder}", clock=self.clock, ends=self.clock() + timeout_of(folder))
        return self.apps[folder].lambda_handler(event, context)

    def deliver(self, folder: str, records: Iterable[Item]) -> list[str]:
        """One batch; gives the sequence numbers that the function reports as failed."""
        answer = self.invoke(folder, {"Records": list(records)})
        return [str(each["itemIdentifier"]) for each in answer["batchItemFailures"]]

    def run(self, folder: str) -> list[str]:
        """One function works all records that wait for it, at one moment; gives what it reports as failed."""
        self.stream.read()
        queue, size = self.stream.queues[folder], mapping_of(folder).batch_size
        failed = [number for at in range(0, len(queue), size) for number in self.deliver(folder, queue[at : at + size])]
        queue.clear()
        return failed

    def pump(self) -> None:
        """Lets the stream wake score and notify until nothing is new. Each invocation takes a second."""
        self.stream.read()
        while any(self.stream.queues.values()):
            for folder, queue in self.stream.queues.items():
                size = mapping_of(folder).batch_size
                batch, queue[:] = queue[:size], queue[size:]
                if batch:
                    assert self.deliver(folder, batch) == []
                    self.clock.move(seconds=1)
            self.stream.read()

    def sweep(self) -> dict[str, int]:
        """One run of the schedule."""
        report: dict[str, int] = self.invoke("sweep", event_file("sweep-minute"))
        return report

    def later(self, minutes: int) -> list[dict[str, int]]:
        """The schedule for a while, the stream beside it; minutes in which nothing is due are passed over."""
        start, end, reports = self.clock.at, self.clock.at + timedelta(minutes=minutes), []
        minute = 1
        while minute <= minutes:
            self.clock.at = start + timedelta(minutes=minute)
            reports.append(self.sweep())
            self.pump()
            minute = max(minute + 1, self._next_busy_minute(start))
        self.clock.at = max(self.clock.at, end)
        return reports

    def _next_busy_minute(self, start: datetime) -> int:
        names = ["ApproximateNumberOfMessages"]
        told = self.sqs.get_queue_attributes(QueueUrl=self.receipts_url, AttributeNames=names)
        if told["Attributes"][names[0]] != "0":
            return 0
        due = [moment(item["due_at"]) for item in scan(self.client, "due_pk", "due_at") if "due_pk" in item]
        return math.ceil((min(due, default=datetime.max.replace(tzinfo=UTC)) - start) / timedelta(minutes=1))

    def mails(self) -> list[SentMail]:
        """The mails since the last look, oldest first."""
        found: list[SentMail] = []
        while messages := self.sqs.receive_message(QueueUrl=self._mailbox, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                self.sqs.delete_message(QueueUrl=self._mailbox, ReceiptHandle=message["ReceiptHandle"])
                told = json.loads(message["Body"])
                keys = tuple(told["MessageAttributes"]["item"]["Value"].split(","))
                found.append(SentMail(told["TopicArn"], told["Subject"], told["Message"], keys))
        return found

    # ---- What is stored ----------------------------------------------------------------------------------------------

    def items(self, who: str = "", prefix: str = "") -> list[Item]:
        """The items of one contact, or of all, whose sort key starts with `prefix`, in key order."""
        pk = partition(self.id_of(who)) if who else ""
        # Neither a count of requests nor the secret is anything stored.
        stored = [item for item in scan(self.client) if item["sk"] != "RATE" and item["pk"] != SECRET[0]]
        found = [item for item in stored if item["sk"].startswith(prefix) and pk in ("", item["pk"])]
        return sorted(found, key=lambda item: (item["pk"], item["sk"]))

    def facts(self, who: str = "") -> list[Item]:
        return self.items(who, "EVENT#")

    def letters(self, who: str = "") -> list[Item]:
        """The mails in the outbox, by number, each with its text as `body`."""
        told = in_mails(Texts(self.table).read)
        letters = [
            each | {"body": mail_of(each).with_words(partial(told, each["pk"])).body}
            for each in self.items(who)
            if is_letter(each["sk"])
        ]
        return sorted(letters, key=lambda each: each["number"])

    def log(self, who: str) -> list[str]:
        """The contact's moves, as `lead>sql`."""
        return [f"{item['from']}>{item['to']}" for item in self.items(who, "TRANSITION#")]

    def id_of(self, who: str) -> str:
        """The id behind an address, or behind a number: E.164, or the digits as dialled."""
        return contact_id(KEYS, email=read_email(who)) if "@" in who else contact_id(KEYS, phone=who)

    def standing(self, who: str) -> Standing:
        return self.contacts.standing(self.id_of(who))

    def stored(self, who: str, sk: str) -> Item:
        """The item as it is stored, in plain values."""
        item = self.table.get(partition(self.id_of(who)), sk)
        assert item is not None, f"no {sk}"
        return item

    def file(self, who: str, kind: str, *, at: datetime | None = None, day: date | None = None, **fields: Value) -> str:
        """Stores a fact as the doors that are still to come will; gives its id."""
        happened = min(at or self.clock(), self.clock())
        fact_id = f"{kind.replace('.', '-')}-{next(self._numbers)}"
        trust = Trust.VERIFIED if kind.startswith("operator.") else Trust.BROWSER
        fact = Fact(fact_id, kind, happened, self.clock(), trust, fields)
        self.contacts.file(self.id_of(who), fact, day or happened.date())
        return fact_id

    def records(self, who: str, prefix: str) -> list[Item]:
        """Stream records of the contact's items of this kind, once more."""
        items = self.items(who, prefix)
        return [record_of(item["pk"], item["sk"], 500 + number) for number, item in enumerate(items)]


def size_of(value: object) -> int:
    """What DynamoDB counts for a value, and for an item (its names and values), in bytes."""
    if isinstance(value, Mapping):
        return sum(len(str(name).encode()) + size_of(each) + 1 for name, each in value.items()) + 3
    if isinstance(value, list | tuple):
        return sum(size_of(each) + 1 for each in value) + 3
    if isinstance(value, str):
        return len(value.encode())
    return 1 if isinstance(value, bool) or value is None else len(str(value)) // 2 + 2

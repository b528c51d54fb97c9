"""Read and write units per path, counted from the sizes of real items and the indexes that each write touches.

The rules are DynamoDB's: a write costs one unit per started kilobyte, twice in a transaction; an entry of an index
costs its own size when it comes, goes or changes, and two when its key changes. A strong read costs one unit per
started four kilobytes, an eventual one half; a condition check in a transaction costs two like a write.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import boto3
from botocore.exceptions import ClientError
from moto import mock_aws
from rich.table import Table

from tests.bench.environment import ENVIRONMENT
from tests.bench.warm import ADDRESS, CONTEXT, DEMO, event, loaded, tables

INDEXES: dict[str, tuple[str, str]] = {
    "by_stage": ("stage_pk", "since"),
    "due": ("due_pk", "due_at"),
    "lists": ("list_pk", "list_at"),
}
PROJECTED = {
    "by_stage": {"stage", "owner", "name", "title", "company", "email", "grade", "fit", "interest"},
    "due": set[str](),
    "lists": set[str](),
}
Item = dict[str, Any]


def size_of(item: Item) -> int:
    """Bytes of an item as DynamoDB counts them: names and values in UTF-8, three for each map or list."""
    return sum(len(name.encode()) + _size(value) for name, value in item.items())


def _size(value: Item) -> int:
    ((kind, content),) = value.items()
    if kind == "M":
        return 3 + sum(len(name.encode()) + _size(each) + 1 for name, each in content.items())
    if kind == "L":
        return 3 + sum(_size(each) + 1 for each in content)
    if kind == "N":
        return ceil(len(str(content).lstrip("-")) / 2) + 1
    if kind == "B":
        return len(content)
    return len(str(content).encode()) if kind == "S" else 1


def kilobytes(item: Item) -> int:
    return max(1, ceil(size_of(item) / 1024))


def index_units(before: Item | None, after: Item | None) -> int:
    """What a write costs in the indexes."""
    units = 0
    for name, keys in INDEXES.items():
        old, new = (_entry(item, keys, PROJECTED[name]) for item in (before, after))
        if old == new:
            continue
        moved = old is not None and new is not None and any(old[key] != new[key] for key in keys)
        units += sum(kilobytes(entry) for entry in (old, new) if entry) if moved else kilobytes(new or old or {})
    return units


def _entry(item: Item | None, keys: tuple[str, str], projected: set[str]) -> Item | None:
    if item is None or not all(key in item for key in keys):
        return None
    return {name: value for name, value in item.items() if name in {"pk", "sk", *keys, *projected}}


class Meter:
    """Counts what goes over one client, by looking at the items before and after each write.

    `limits` are the units written to the counters of rate limits, which are not in `written`.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self.reset()

    def reset(self) -> None:
        self.read = self.written = self.limits = 0.0

    def _stands(self, key: Item) -> Item | None:
        answer = self._client.get_item(TableName="leads", Key=key, ConsistentRead=True)
        item: Item | None = answer.get("Item")
        return item

    def wrap(self, table: Any) -> Any:
        """The same client with its calls counted, for a `Table`."""
        names = (
            "get_item",
            "put_item",
            "update_item",
            "delete_item",
            "query",
            "transact_write_items",
            "batch_get_item",
        )
        return SimpleNamespace(**{name: self._counted(name, getattr(table, name)) for name in names})

    def _counted(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(**request: Any) -> Any:
            if name == "batch_get_item":
                answer = call(**request)
                self._count_reads(request, answer)
                return answer
            if name in ("get_item", "query"):
                answer = call(**request)
                self._count_read(request, answer)
                return answer
            writes = _writes(name, request)
            before = [self._stands(key) for key in writes]
            try:
                answer = call(**request)
            except ClientError:  # a condition that fails costs as much as the write of what stands there
                self._count_write(writes[0], kilobytes(before[0] or {}))
                raise
            factor = 2 if name == "transact_write_items" else 1
            for key, old in zip(writes, before, strict=True):
                new = self._stands(key)
                self._count_write(key, factor * max(kilobytes(old or {}), kilobytes(new or {})) + index_units(old, new))
            return answer

        return counted

    def _count_write(self, key: Item, units: int) -> None:
        if key["pk"]["S"].startswith("RATE#"):
            self.limits += units
        else:
            self.written += units

    def _count_reads(self, request: Item, answer: Item) -> None:
        """Each key of a batch costs what a read of it alone would."""
        ((table, asked),) = request["RequestItems"].items()
        found = answer["Responses"].get(table, [])
        missing = len(asked["Keys"]) - len(found)
        self.read += sum(ceil(size_of(item) / 4096) for item in found) + missing

    def _count_read(self, request: Item, answer: Item) -> None:
        items = answer.get("Items", [answer["Item"]] if "Item" in answer else [])
        size = sum(size_of(item) for item in items)
        self.read += max(1, ceil(size / 4096)) * (1 if request.get("ConsistentRead") else 0.5)


def _writes(name: str, request: Item) -> list[Item]:
    if name != "transact_write_items":
        return [_key(request.get("Key") or request["Item"])]
    bodies = [body for item in request["TransactItems"] for body in item.values()]
    return [_key(body.get("Key") or body["Item"]) for body in bodies]


def _key(item: Item) -> Item:
    return {name: item[name] for name in ("pk", "sk")}


@contextmanager
def metered() -> Iterator[tuple[Any, Meter]]:
    """The functions over an empty table whose every call is counted."""
    with patch.dict(os.environ, ENVIRONMENT), mock_aws():
        client = boto3.client("dynamodb")
        names = ("pk", "sk", "stage_pk", "since", "due_pk", "due_at", "list_pk", "list_at")
        client.create_table(
            TableName="leads",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": name,
                    "KeySchema": [
                        {"AttributeName": keys[0], "KeyType": "HASH"},
                        {"AttributeName": keys[1], "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "ALL"},
                }
                for name, keys in INDEXES.items()
            ],
        )
        topic = boto3.client("sns").create_topic(Name="bench")["TopicArn"]
        boto3.client("sns").subscribe(TopicArn=topic, Protocol="email", Endpoint="sales@example.com")
        meter = Meter(client)
        with loaded("forms", "newsletter", "downloads", "score", "notify") as apps:
            for table in tables():
                table._client = meter.wrap(client)
            for app in apps.values():
                if hasattr(app, "active_forms"):  # read once in half a minute, for all who come in it
                    app.active_forms.forget()
                    app.active_forms.active(app.now())
                    app.active_forms.keys.made(app.now())  # once ever
            yield SimpleNamespace(**apps, client=client), meter


def new_records(client: Any, seen: set[str], prefix: str) -> list[Item]:
    """Stream records for the items that came since the last look."""
    items = client.scan(TableName="leads")["Items"]
    fresh = [item for item in items if item["pk"]["S"] + item["sk"]["S"] not in seen]
    records: list[Item] = [{"dynamodb": {"Keys": _key(item), "SequenceNumber": "1"}} for item in fresh]
    matching = [record for record in records if record["dynamodb"]["Keys"]["sk"]["S"].startswith(prefix)]
    seen.update(record["dynamodb"]["Keys"]["pk"]["S"] + record["dynamodb"]["Keys"]["sk"]["S"] for record in matching)
    return matching


def measure() -> Table:
    """One row per path and function."""
    table = Table(
        "path",
        "function",
        "write units",
        "and for limits",
        "read units",
        title="DynamoDB units, counted from item sizes",
    )
    with metered() as (functions, meter):
        seen: set[str] = set()

        def step(path: str, name: str, act: Callable[[], Any]) -> None:
            meter.reset()
            act()
            table.add_row(path, name, f"{meter.written:g}", f"{meter.limits:g}", f"{meter.read:g}")

        def loop(path: str, door: str, sent: Item) -> None:
            app = getattr(functions, door)
            step(path, door, lambda: app.lambda_handler(sent, CONTEXT))
            for name, prefix in (("score", "EVENT#"), ("notify", "ALERT#"), ("notify", "COPY#")):
                records = new_records(functions.client, seen, prefix)
                if records:
                    handler = getattr(functions, name).lambda_handler
                    step("", name, lambda records=records, handler=handler: handler({"Records": records}, CONTEXT))  # type: ignore[misc]

        signup = event({"email": "reader@acme.example.com"}, "/newsletter")
        loop("newsletter signup, new contact", "newsletter", signup)
        loop("demo request, new contact: SQL and alert", "forms", event(DEMO))
        loop("the same person asks again", "forms", event({**DEMO, "message": "Hello?"}))
        other = {"name": "Bo Ek", "phone": "+46 70 123 45 68", "email": f"bo@{DEMO['email'].partition('@')[2]}"}
        loop("a colleague asks for a demo", "forms", event({**DEMO, **other}))
    return table


# What is sent to a door, in this order to one table: a path, the door and the request.
SUBMISSIONS: tuple[tuple[str, str, Item], ...] = (
    ("plain form", "forms", event(DEMO)),
    ("the same again within a minute", "forms", event(DEMO)),
    ("JSON", "forms", event({**DEMO, "email": "j@acme.example.com"}, content_type="application/json")),
    ("Idempotency-Key", "forms", event({**DEMO, "email": "k@acme.example.com"}, idempotency_key="k-1")),
    ("the same key again", "forms", event({**DEMO, "email": "k@acme.example.com"}, idempotency_key="k-1")),
    ("quarantined", "forms", event({**DEMO, "email": "q@acme.example.com", "_gotcha": "x"})),
    ("refused: no address", "forms", event({"name": "Eva"})),
    ("newsletter", "newsletter", event(ADDRESS, "/newsletter")),
    ("download", "downloads", event(ADDRESS, "/downloads/guide")),
)


def submissions() -> Table:
    """Units of one submission at a door, before anything else looks at it."""
    title = "Units of one submission at its door; the counters of rate limits apart"
    table = Table("path", "answer", "write units", "of rate limits", "read units", title=title)
    with metered() as (functions, meter):
        for path, door, sent in SUBMISSIONS:
            meter.reset()
            answer = getattr(functions, door).lambda_handler(sent, CONTEXT)
            numbers = (meter.written, meter.limits, meter.read)
            table.add_row(path, str(answer["statusCode"]), *(f"{number:g}" for number in numbers))
    return table

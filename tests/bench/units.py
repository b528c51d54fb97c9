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

import boto3
from moto import mock_aws
from rich.table import Table

from tests.bench.environment import ENVIRONMENT
from tests.bench.warm import DEMO, event

INDEXES: dict[str, tuple[str, str]] = {"by_stage": ("stage_pk", "since"), "due": ("due_pk", "due_at")}
PROJECTED = {
    "by_stage": {"stage", "owner", "name", "title", "company", "email", "grade", "fit", "interest"},
    "due": set[str](),
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
    """Counts what goes over one client, by looking at the items before and after each write."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.read = self.written = self.limits = 0.0

    def _stands(self, key: Item) -> Item | None:
        answer = self._client.get_item(TableName="leads", Key=key, ConsistentRead=True)
        item: Item | None = answer.get("Item")
        return item

    def wrap(self, table: Any) -> Any:
        """The same client with its calls counted, for a `Table`."""
        names = ("get_item", "put_item", "update_item", "delete_item", "query", "transact_write_items")
        return SimpleNamespace(**{name: self._counted(name, getattr(table, name)) for name in names})

    def _counted(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(**request: Any) -> Any:
            if name in ("get_item", "query"):
                answer = call(**request)
                self._count_read(request, answer)
                return answer
            writes = _writes(name, request)
            before = [self._stands(key) for key in writes]
            answer = call(**request)
            factor = 2 if name == "transact_write_items" else 1
            for key, old in zip(writes, before, strict=True):
                new = self._stands(key)
                units = factor * max(kilobytes(old or {}), kilobytes(new or {})) + index_units(old, new)
                if key["sk"] == {"S": "RATE"}:
                    self.limits += units
                else:
                    self.written += units
            return answer

        return counted

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
    os.environ.update(ENVIRONMENT)
    with mock_aws():
        client = boto3.client("dynamodb")
        names = ("pk", "sk", "stage_pk", "since", "due_pk", "due_at")
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
        from functions.forms import app as forms
        from functions.newsletter import app as newsletter
        from functions.notify import app as notify
        from functions.score import app as score

        for table in (forms.table, newsletter.table, score.table, notify.outbox._table):
            table._client = meter.wrap(client)
        yield SimpleNamespace(forms=forms, newsletter=newsletter, score=score, notify=notify, client=client), meter


CONTEXT = SimpleNamespace(function_name="f", memory_limit_in_mb=512, invoked_function_arn="a", aws_request_id="r")


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
            meter.read = meter.written = meter.limits = 0
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

        signup = event({"email": "reader@acme.example.com"}) | {"rawPath": "/newsletter"}
        signup["requestContext"] = {
            "http": {"method": "POST", "path": "/newsletter"},
            "requestId": "r",
            "stage": "$default",
        }
        loop("newsletter signup, new contact", "newsletter", signup)
        loop("demo request, new contact: SQL and alert", "forms", event(DEMO))
        loop("the same person asks again", "forms", event({**DEMO, "message": "Hello?"}))
        loop("a colleague asks for a demo", "forms", event({**DEMO, "email": f"bo@{DEMO['email'].partition('@')[2]}"}))
    return table

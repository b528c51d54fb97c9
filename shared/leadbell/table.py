"""The one table: a thin client of plain Python values and Leadbell's errors.

Every foreign error is translated here, once. A caller learns only whether the condition failed (`False`, or the stored
item), somebody else wrote first (Conflict), or the table is out of reach (Unavailable).
"""

import random
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from leadbell.attribute_values import from_stored, to_stored
from leadbell.errors import Conflict, Unavailable, Unstorable

Item = dict[str, Any]
DUE_SHARDS = 16
TOGETHER_TRIES = 3

_PASSING = frozenset(
    """
    ProvisionedThroughputExceededException ProvisionedThroughputExceeded ThrottlingException Throttling ThrottlingError
    RequestLimitExceeded
    LimitExceededException InternalServerError InternalFailure ServiceUnavailable RequestTimeout RequestTimeoutException
    TransactionInProgressException AccessDeniedException ResourceNotFoundException KMSThrottlingException
    """.split()  # noqa: SIM905  # reads better than a column of quotes
)


_NAME = re.compile(r"#(\w+)")


def encode(item: Mapping[str, Any]) -> Item:
    """Plain values to DynamoDB's own form; None and empty text are left out, since absent means unknown."""
    return {name: to_stored(value) for name, value in item.items() if value is not None and value != ""}


def decode(item: Mapping[str, Any]) -> Item:
    """DynamoDB's form to plain values; numbers are integers, the only ones Leadbell stores."""
    return {name: from_stored(value) for name, value in item.items()}


def stamp(at: datetime) -> str:
    """A moment as text that sorts by time: UTC, milliseconds, `Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(text: str) -> datetime:
    """The moment that `stamp` wrote."""
    return datetime.fromisoformat(text)


def due_shard(key: str) -> str:
    """The partition of the due index for a contact: spread, and the same for the same key."""
    return f"DUE#{sum(key.encode()) % DUE_SHARDS}"


@dataclass(frozen=True, slots=True)
class Write:
    """One write of a transaction, in DynamoDB's own words: `Put`, `Update`, `Delete` or `ConditionCheck`."""

    kind: str
    body: Item


def put_write(item: Item, condition: str = "", values: Item | None = None) -> Write:
    """A put as part of a transaction. Here as below, `#name` in an expression means the attribute of that name: many
    of ours (state, number, body) are words of DynamoDB's own."""
    return Write("Put", {"Item": encode(item), **_expressions(values, ConditionExpression=condition)})


def update_write(pk: str, sk: str, update: str, condition: str, values: Item | None = None) -> Write:
    """An update as part of a transaction."""
    told = _expressions(values, UpdateExpression=update, ConditionExpression=condition)
    return Write("Update", {"Key": _key(pk, sk), **told})


def delete_write(pk: str, sk: str, condition: str = "", values: Item | None = None) -> Write:
    """A delete as part of a transaction."""
    return Write("Delete", {"Key": _key(pk, sk), **_expressions(values, ConditionExpression=condition)})


def check_write(pk: str, sk: str, condition: str, values: Item | None = None) -> Write:
    """A condition on an item that the transaction does not write."""
    return Write("ConditionCheck", {"Key": _key(pk, sk), **_expressions(values, ConditionExpression=condition)})


class Table:
    """The table behind everything. `client` is a DynamoDB client (`clients`)."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self.name = name

    def get(self, pk: str, sk: str) -> Item | None:
        """The item, read strongly; None where there is none."""
        answer = self._call(self._client.get_item, Key=_key(pk, sk), ConsistentRead=True)
        return decode(answer["Item"]) if "Item" in answer else None

    def get_together(self, *keys: tuple[str, str]) -> list[Item | None]:
        """A few items in one call, read strongly, in the order of their keys; None where there is none."""
        left = [_key(*key) for key in keys]
        found = dict[tuple[str, str], Item]()
        for _ in range(TOGETHER_TRIES):
            answer = self._call_for_all(left)
            for item in map(decode, answer.get("Responses", {}).get(self.name, [])):
                found[item["pk"], item["sk"]] = item
            left = answer.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", [])
            if not left:
                return [found.get(key) for key in keys]
        raise Unavailable("the table refuses: it left keys unprocessed")

    def put(self, item: Item, condition: str = "", values: Item | None = None) -> Item | None:
        """Puts the item. Where the condition fails nothing is written and the item that stands there comes back."""
        extra = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"} if condition else {}
        told = _expressions(values, ConditionExpression=condition)
        return self._conditional(self._client.put_item, Item=encode(item), **told, **extra)

    def update(self, pk: str, sk: str, update: str, condition: str, values: Item) -> bool:
        """Updates the item; False where the condition fails."""
        write = update_write(pk, sk, update, condition, values)
        return self._conditional(self._client.update_item, **write.body) is None

    def increase(self, pk: str, sk: str, name: str) -> int:
        """Adds one to a counter and gives its new value. A lost answer may leave a gap, never a repeat."""
        answer = self._call(
            self._client.update_item,
            Key=_key(pk, sk),
            **_expressions({":one": 1}, UpdateExpression=f"ADD #{name} :one"),
            ReturnValues="UPDATED_NEW",
        )
        return int(answer["Attributes"][name]["N"])

    def delete(self, pk: str, sk: str, condition: str = "", values: Item | None = None) -> None:
        """Deletes the item if it is there and the condition holds."""
        told = _expressions(values, ConditionExpression=condition)
        self._conditional(self._client.delete_item, Key=_key(pk, sk), **told)

    def query(self, pk: str, prefix: str) -> Iterator[Item]:
        """All items of a partition whose sort key starts with `prefix` (all where it is empty), strongly."""
        starts = " AND begins_with(sk, :prefix)" if prefix else ""
        request = {
            "ConsistentRead": True,
            "KeyConditionExpression": f"pk = :pk{starts}",
            "ExpressionAttributeValues": encode({":pk": pk, ":prefix": prefix}),
        }
        return self._pages(request)

    def query_first(self, pk: str, prefix: str, limit: int) -> list[Item]:
        """At most `limit` items of such a partition, in the order of their sort keys, strongly; reads no more."""
        request = {
            "ConsistentRead": True,
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)",
            "ExpressionAttributeValues": encode({":pk": pk, ":prefix": prefix}),
            "Limit": limit,
        }
        return list(islice(self._pages(request), limit))

    def query_between(self, pk: str, first: str, last: str) -> Iterator[Item]:
        """All items of a partition whose sort key is not before `first` and not after `last`, strongly."""
        request = {
            "ConsistentRead": True,
            "KeyConditionExpression": "pk = :pk AND sk BETWEEN :first AND :last",
            "ExpressionAttributeValues": encode({":pk": pk, ":first": first, ":last": last}),
        }
        return self._pages(request)

    def query_index(self, index: str, condition: str, values: Item, limit: int) -> list[Item]:
        """At most `limit` items of an index, in its order. An index is read eventually: check before you act."""
        request = {
            "IndexName": index,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": encode(values),
            "Limit": limit,
        }
        return list(islice(self._pages(request), limit))

    def query_whole_index(self, index: str, condition: str, values: Item) -> Iterator[Item]:
        """All items of an index under a condition, page by page, read eventually."""
        return self._pages(
            {"IndexName": index, "KeyConditionExpression": condition, "ExpressionAttributeValues": encode(values)}
        )

    def transact(self, writes: Sequence[Write]) -> None:
        """All writes or none; raises Conflict where a condition fails or somebody else is writing."""
        items = [{write.kind: {"TableName": self.name, **write.body}} for write in writes]
        try:
            self._client.transact_write_items(TransactItems=items)
        except (ClientError, BotoCoreError) as error:
            raise translated(error) from error

    def _pages(self, request: Item) -> Iterator[Item]:
        while True:
            answer = self._call(self._client.query, **request)
            yield from (decode(item) for item in answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            request = {**request, "ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def _conditional(self, call: Callable[..., Any], **request: Any) -> Item | None:
        try:
            call(TableName=self.name, **request)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return decode(error.response.get("Item", {}))
            raise translated(error) from error
        except BotoCoreError as error:
            raise translated(error) from error
        return None

    def _call_for_all(self, keys: Sequence[Item]) -> Item:
        """One call for several keys. What it leaves unprocessed may be there: it is not missing."""
        try:
            answer: Item = self._client.batch_get_item(RequestItems={self.name: {"Keys": keys, "ConsistentRead": True}})
        except (ClientError, BotoCoreError) as error:
            raise translated(error) from error
        return answer

    def _call(self, call: Callable[..., Any], **request: Any) -> Any:
        try:
            return call(TableName=self.name, **request)
        except (ClientError, BotoCoreError) as error:
            raise translated(error) from error


def _key(pk: str, sk: str) -> Item:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def _expressions(values: Item | None, **expressions: str) -> Item:
    """The expressions of a request that are there, with the names and values they use."""
    told: Item = {kind: text for kind, text in expressions.items() if text}
    if names := {f"#{name}": name for text in told.values() for name in _NAME.findall(text)}:
        told["ExpressionAttributeNames"] = names
    if values:
        told["ExpressionAttributeValues"] = encode(values)
    return told


def translated(error: ClientError | BotoCoreError) -> Conflict | Unavailable | Unstorable:
    """DynamoDB's error in our words: somebody was first, it may work later, or it never will."""
    if isinstance(error, BotoCoreError):
        return Unavailable(f"the table cannot be reached: {type(error).__name__}", maybe_done=True)
    code = error.response["Error"]["Code"]
    if code in ("ConditionalCheckFailedException", "TransactionConflictException"):
        return Conflict(f"somebody else wrote first: {code}")
    if code == "TransactionCanceledException":
        reasons = {reason.get("Code", "None") for reason in error.response.get("CancellationReasons", [])}
        if reasons & {"ConditionalCheckFailed", "TransactionConflict"}:
            return Conflict(f"somebody else wrote first: {', '.join(sorted(reasons - {'None'}))}")
        if reasons & _PASSING:
            return Unavailable(f"the table refuses writes: {', '.join(sorted(reasons - {'None'}))}")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _PASSING or status >= 500:
        return Unavailable(f"the table refuses: {code}", maybe_done=status >= 500)
    return Unstorable(f"the table will never take this: {code}")


def retry_conflicts[T](act: Callable[[], T], attempts: int = 5, base_seconds: float = 0.02) -> T:
    """Calls `act` again after a Conflict, with full jitter; the last Conflict goes up, to be delivered again."""
    for attempt in range(attempts - 1):
        try:
            return act()
        except Conflict:
            time.sleep(random.uniform(0, base_seconds * 2**attempt))
    return act()

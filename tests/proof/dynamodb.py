"""A DynamoDB client in memory, for exactly the calls that Leadbell makes: no HTTP, no signing, no waiting.

What DynamoDB refuses it refuses, with botocore's errors; what it does not know ends the test (OutsideGrammarError). It
is held against moto in test_dynamodb.py. Time to live deletes nothing here.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError
from botocore.hooks import HierarchicalEmitter

from tests.aws.client import operation_model
from tests.aws.fates import refusal
from tests.proof.dynamodb_store import Change, Entry, Hook, Index, Key, Step, Store, check_key, no_conflict
from tests.proof.expressions import (
    Item,
    KeyCondition,
    OutsideGrammarError,
    Read,
    Refused,
    Values,
    read_condition,
    read_key_condition,
    read_projection,
    read_update,
)
from tests.proof.values import copied

Answer = dict[str, Any]
Request = Mapping[str, Any]

_NAMES = {"ExpressionAttributeNames", "ExpressionAttributeValues"}
_GUARD = {"ConditionExpression", "ReturnValuesOnConditionCheckFailure", *_NAMES}
_PAGED = {"IndexName", "Limit", "ExclusiveStartKey", "ProjectionExpression", "ConsistentRead", *_NAMES}
_PUT, _UPDATE, _DELETE = {"Item", *_GUARD}, {"Key", "UpdateExpression", *_GUARD}, {"Key", *_GUARD}
_STEPS = {"Put": _PUT, "Update": _UPDATE, "Delete": _DELETE, "ConditionCheck": _DELETE}
_KNOWN = {
    "GetItem": {"TableName", "Key", "ConsistentRead", "ProjectionExpression", "ExpressionAttributeNames"},
    "PutItem": {"TableName", *_PUT},
    "UpdateItem": {"TableName", "ReturnValues", *_UPDATE},
    "DeleteItem": {"TableName", *_DELETE},
    "Query": {"TableName", "KeyConditionExpression", "ScanIndexForward", *_PAGED},
    "Scan": {"TableName", *_PAGED},
    "TransactWriteItems": {"TransactItems"},
    "BatchWriteItem": {"RequestItems"},
    "BatchGetItem": {"RequestItems"},
}


class _Events(HierarchicalEmitter):  # type: ignore[misc]
    """Botocore's hooks; `count` spares each call the asking while nobody listens."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def register(self, event_name: str, *arguments: Any, **options: Any) -> None:
        super().register(event_name, *arguments, **options)
        self.count += event_name.split(".")[0] in ("provide-client-params", "before-call", "after-call")

    def unregister(self, event_name: str, *arguments: Any, **options: Any) -> None:
        super().unregister(event_name, *arguments, **options)
        self.count -= event_name.split(".")[0] in ("provide-client-params", "before-call", "after-call")


class FastDynamo:
    """The client. `twin` makes another one to the same table, with hooks of its own."""

    def __init__(self, store: Store | None = None) -> None:
        self.store = store or Store()
        self.meta = SimpleNamespace(events=_Events())

    def twin(self) -> "FastDynamo":
        return FastDynamo(self.store)

    @property
    def changes(self) -> list[Change]:
        """The stream."""
        return self.store.changes

    def conflict(self, hook: Hook = no_conflict) -> None:
        """Asks `hook` before each write which of its keys somebody else is writing."""
        self.store.conflicts = hook

    def create_table(self, TableName: str, **definition: Any) -> Answer:
        """An empty table; what was in it before is gone."""
        if {each["AttributeType"] for each in definition["AttributeDefinitions"]} != {"S"}:
            raise OutsideGrammarError("keys are text here")
        if _key_names(definition["KeySchema"]) != ("pk", "sk"):
            raise OutsideGrammarError("the table's keys are `pk` and `sk`")
        self.store.define(TableName, [_index(each) for each in definition.get("GlobalSecondaryIndexes", ())])
        return {"TableDescription": {"TableName": TableName, "TableStatus": "ACTIVE"}}

    def get_paginator(self, method: str) -> "Paginator":
        return Paginator(getattr(self, method))

    # ---- Calls -------------------------------------------------------------------------------------------------------

    def get_item(self, **request: Any) -> Answer:
        return self._call("GetItem", self._get, request)

    def put_item(self, **request: Any) -> Answer:
        return self._call("PutItem", self._put, request)

    def update_item(self, **request: Any) -> Answer:
        return self._call("UpdateItem", self._update, request)

    def delete_item(self, **request: Any) -> Answer:
        return self._call("DeleteItem", self._delete, request)

    def query(self, **request: Any) -> Answer:
        return self._call("Query", self._query, request)

    def scan(self, **request: Any) -> Answer:
        return self._call("Scan", self._scan, request)

    def transact_write_items(self, **request: Any) -> Answer:
        return self._call("TransactWriteItems", self._transact, request)

    def batch_write_item(self, **request: Any) -> Answer:
        return self._call("BatchWriteItem", self._batch, request)

    def batch_get_item(self, **request: Any) -> Answer:
        return self._call("BatchGetItem", self._batch_get, request)

    def _call(self, operation: str, act: Callable[[Request], Answer], request: Request) -> Answer:
        _only_known(operation, request, _KNOWN[operation])
        if self.meta.events.count:
            return self._hooked(operation, act, request)
        return self._acted(operation, act, request)

    def _acted(self, operation: str, act: Callable[[Request], Answer], request: Request) -> Answer:
        try:
            if request.get("TableName", self.store.table_name) != self.store.table_name:
                raise Refused("Requested resource not found", "ResourceNotFoundException")
            answer = act(request)
        except Refused as no:
            raise refusal(operation, no.code, no.message, **no.more) from None
        answer["ResponseMetadata"] = {"HTTPStatusCode": 200, "RetryAttempts": 0, "HTTPHeaders": {}}
        return answer

    def _hooked(self, operation: str, act: Callable[[Request], Answer], request: Request) -> Answer:
        """The same inside the hooks that tests know from botocore."""
        events, context = self.meta.events, dict[str, Any]()
        model = operation_model("dynamodb", operation)
        events.emit(f"provide-client-params.dynamodb.{operation}", params=request, model=model, context=context)
        told = {"model": model, "context": context}
        name = f"before-call.dynamodb.{operation}"
        _, instead = events.emit_until_response(name, params={"body": request}, request_signer=None, **told)
        if instead is not None:
            raise ClientError(instead[1], operation)
        answer = self._acted(operation, act, request)
        events.emit(f"after-call.dynamodb.{operation}", http_response=None, parsed=answer, **told)
        return answer

    # ---- Items -------------------------------------------------------------------------------------------------------

    def _get(self, request: Request) -> Answer:
        key = _key(request)
        wanted = _Expressions(request)
        only = wanted.projection()
        wanted.finish()
        item = self.store.get(key)
        return {} if item is None else {"Item": copied(_projected(item, only))}

    def _put(self, request: Request) -> Answer:
        self.store.write("PutItem", [self._step("Put", request)])
        return {}

    def _delete(self, request: Request) -> Answer:
        self.store.write("DeleteItem", [self._step("Delete", request)])
        return {}

    def _update(self, request: Request) -> Answer:
        returned = request.get("ReturnValues", "NONE")
        if returned not in ("NONE", "UPDATED_NEW"):
            raise OutsideGrammarError(f"ReturnValues {returned}")
        step = self._step("Update", request)
        (item,) = self.store.write("UpdateItem", [step])
        assert step.update is not None
        assert item is not None
        touched = [name for name, _ in (*step.update.sets, *step.update.adds)]
        if returned == "NONE" or not touched:
            return {}
        return {"Attributes": copied({name: item[name] for name in touched})}

    def _step(self, kind: str, body: Request) -> Step:
        """One write, read and checked as far as that goes without the table."""
        if kind in ("Update", "ConditionCheck") and f"{kind.removesuffix('Check')}Expression" not in body:
            raise OutsideGrammarError(f"{kind} without its expression")
        shown = body.get("ReturnValuesOnConditionCheckFailure", "NONE")
        if shown not in ("NONE", "ALL_OLD"):
            raise OutsideGrammarError(f"ReturnValuesOnConditionCheckFailure {shown}")
        read = _Expressions(body)
        condition, update = read.condition(), read.update()
        read.finish()
        item = copied(body["Item"]) if kind == "Put" else None
        key = check_key(item.get("pk"), item.get("sk")) if item is not None else _key(body)
        if item is not None:
            self.store.check(item)
        if update is not None and (fixed := {"pk", "sk"} & {*dict(update.sets), *dict(update.adds), *update.removes}):
            told = f"Cannot update attribute {min(fixed)}. This attribute is part of the key"
            raise Refused(f"One or more parameter values were invalid: {told}")
        return Step(kind, key, read.values, condition, item, update, shown == "ALL_OLD")

    def _transact(self, request: Request) -> Answer:
        writes = request["TransactItems"]
        if not 1 <= len(writes) <= 100:
            raise Refused("Member must have length less than or equal to 100, and greater than or equal to 1")
        steps = [self._step(*self._one_of(write)) for write in writes]
        if len({step.key for step in steps}) < len(steps):
            raise Refused("Transaction request cannot include multiple operations on one item")
        self.store.write("TransactWriteItems", steps)
        return {}

    def _one_of(self, write: Mapping[str, Request]) -> tuple[str, Request]:
        if len(write) != 1:
            raise Refused("TransactItems can only contain one of Check, Put, Update or Delete")
        ((kind, body),) = write.items()
        _only_known(kind, body, {"TableName", *_STEPS[kind]})
        if body["TableName"] != self.store.table_name:
            raise Refused("Requested resource not found", "ResourceNotFoundException")
        return kind, body

    def _batch(self, request: Request) -> Answer:
        ((table, writes),) = request["RequestItems"].items()
        if table != self.store.table_name:
            raise Refused("Requested resource not found", "ResourceNotFoundException")
        if not 1 <= len(writes) <= 25:
            raise Refused("Too many items requested for the BatchWriteItem call")
        kinds = {"PutRequest": "Put", "DeleteRequest": "Delete"}
        steps = [self._step(kinds[kind], body) for write in writes for kind, body in write.items()]
        if len({step.key for step in steps}) < len(steps):
            raise Refused("Provided list of item keys contains duplicates")
        for step in steps:
            self.store.write("BatchWriteItem", [step])
        return {"UnprocessedItems": {}}

    def _batch_get(self, request: Request) -> Answer:
        ((table, wanted),) = request["RequestItems"].items()
        if table != self.store.table_name:
            raise Refused("Requested resource not found", "ResourceNotFoundException")
        if wanted.keys() - {"Keys", "ConsistentRead"}:
            raise OutsideGrammarError(f"BatchGetItem with {sorted(wanted)}")
        keys = [_key({"Key": key}) for key in wanted["Keys"]]
        if not 1 <= len(keys) <= 100:
            raise Refused("Too many items requested for the BatchGetItem call")
        if len({*keys}) < len(keys):
            raise Refused("Provided list of item keys contains duplicates")
        found = [copied(item) for key in keys if (item := self.store.get(key)) is not None]
        return {"Responses": {table: found}, "UnprocessedKeys": {}}

    # ---- Pages -------------------------------------------------------------------------------------------------------

    def _query(self, request: Request) -> Answer:
        index, expressions = self._index_of(request), _Expressions(request)
        condition = expressions.key_condition()
        only = expressions.projection()
        expressions.finish()
        part, *operands = _key_operands(index, condition, expressions.values)
        start, down = _start(index, request), not request.get("ScanIndexForward", True)
        if start is not None and start[0] != part:
            raise Refused("The provided starting key is outside query boundaries based on provided conditions")
        with self.store.lock:
            after = start[1] if start else None
            return self._page(index, self.store.entries(index, part, condition, operands, after, down), request, only)

    def _scan(self, request: Request) -> Answer:
        index, expressions = self._index_of(request), _Expressions(request)
        only = expressions.projection()
        expressions.finish()
        start = _start(index, request)
        with self.store.lock:
            return self._page(index, self.store.all_entries(index, start), request, only)

    def _index_of(self, request: Request) -> Index:
        name = request.get("IndexName", "")
        if name not in self.store.indexes:
            raise Refused(f"The table does not have the specified index: {name}")
        if name and request.get("ConsistentRead"):
            raise Refused("Consistent reads are not supported on global secondary indexes")
        return self.store.indexes[name]

    def _page(self, index: Index, found: Iterator[Entry], request: Request, only: tuple[str, ...]) -> Answer:
        limit = request.get("Limit", 0)
        if "Limit" in request and limit < 1:
            raise Refused("Limit must be greater than or equal to 1")
        items, is_cut = self.store.page(found, limit)
        names = {"pk", "sk", index.hash_name, index.range_name}
        kept = items if index.kept is None else [_projected(item, index.kept) for item in items]
        answer: Answer = {"Items": [copied(_projected(item, only)) for item in kept], "Count": len(items)}
        answer["ScannedCount"] = len(items)
        if is_cut:
            answer["LastEvaluatedKey"] = {name: dict(items[-1][name]) for name in sorted(names)}
        return answer


class Paginator:
    """All pages of a query or scan."""

    def __init__(self, method: Callable[..., Answer]) -> None:
        self._method = method

    def paginate(self, **request: Any) -> Iterator[Answer]:
        while True:
            page = self._method(**request)
            yield page
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


class _Expressions:
    """The expressions of one request over the same placeholders, each of which has to be used."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._given: dict[str, str] = request.get("ExpressionAttributeNames", {})
        self._names = tuple(sorted(self._given.items()))
        self.values: Values = copied(request.get("ExpressionAttributeValues", {}))
        for name, which in (("ExpressionAttributeNames", self._given), ("ExpressionAttributeValues", self.values)):
            if name in request and not which:
                raise Refused(f"{name} must not be empty")
        self._used_names: frozenset[str] = frozenset()
        self._used_values: frozenset[str] = frozenset()

    def condition(self) -> Any:
        return self._read("ConditionExpression", read_condition)

    def update(self) -> Any:
        return self._read("UpdateExpression", read_update)

    def projection(self) -> tuple[str, ...]:
        return self._read("ProjectionExpression", read_projection) or ()

    def key_condition(self) -> KeyCondition:
        if "KeyConditionExpression" not in self._request:
            raise Refused("Either the KeyConditions or KeyConditionExpression parameter must be specified")
        found: KeyCondition = self._read("KeyConditionExpression", read_key_condition)
        return found

    def _read(self, kind: str, how: Callable[[str, Any], Read[Any]]) -> Any:
        if kind not in self._request:
            return None
        read = how(self._request[kind], self._names)
        if missing := read.values - self.values.keys():
            told = f"An expression attribute value used in expression is not defined; attribute value: {min(missing)}"
            raise Refused(f"Invalid {kind}: {told}")
        self._used_names |= read.names
        self._used_values |= read.values
        return read.means

    def finish(self) -> None:
        """Says no where a placeholder is left over."""
        for what, given, used in (
            ("ExpressionAttributeNames", self._given, self._used_names),
            ("ExpressionAttributeValues", self.values, self._used_values),
        ):
            if unused := given.keys() - used:
                raise Refused(f"Value provided in {what} unused in expressions: keys: {{{', '.join(sorted(unused))}}}")


def _only_known(operation: str, request: Request, known: Collection[str]) -> None:
    for name in request:
        if name not in known:
            raise OutsideGrammarError(f"{operation} with {name}")


def _key(request: Request) -> Key:
    key = request["Key"]
    if key.keys() != {"pk", "sk"}:
        raise Refused("The provided key element does not match the schema")
    return check_key(key["pk"], key["sk"])


def _projected(item: Item, names: Collection[str]) -> Item:
    return {name: value for name, value in item.items() if name in names} if names else item


def _key_operands(index: Index, condition: KeyCondition, values: Values) -> list[str]:
    """The partition and what the range is compared with, as text."""
    if condition.hash_name != index.hash_name or condition.range_name not in ("", index.range_name):
        raise Refused("Query condition missed key schema element")
    found = [values[name] for name in (condition.hash_value, *condition.operands)]
    if any("S" not in value for value in found):
        raise Refused("One or more parameter values were invalid: Condition parameter type does not match schema type")
    texts = [str(value["S"]) for value in found]
    if not all(texts):
        told = "The AttributeValue for a key attribute cannot contain an empty string value."
        raise Refused(f"One or more parameter values are not valid. {told}")
    if condition.sign == "BETWEEN" and texts[1] > texts[2]:
        told = "The BETWEEN operator requires upper bound to be greater than or equal to lower bound"
        raise Refused(f"Invalid KeyConditionExpression: {told}")
    return texts


def _start(index: Index, request: Request) -> tuple[str, Entry] | None:
    if "ExclusiveStartKey" not in request:
        return None
    key = copied(request["ExclusiveStartKey"])
    if key.keys() != {"pk", "sk", index.hash_name, index.range_name}:
        raise Refused("The provided starting key is invalid")
    return key[index.hash_name]["S"], (key[index.range_name]["S"], key["pk"]["S"], key["sk"]["S"])


def _key_names(schema: Sequence[Mapping[str, str]]) -> tuple[str, str]:
    named = {each["KeyType"]: each["AttributeName"] for each in schema}
    return named["HASH"], named["RANGE"]


def _index(definition: Mapping[str, Any]) -> Index:
    hash_name, range_name = _key_names(definition["KeySchema"])
    told = definition["Projection"]
    kept = frozenset({"pk", "sk", hash_name, range_name, *told.get("NonKeyAttributes", ())})
    return Index(definition["IndexName"], hash_name, range_name, None if told["ProjectionType"] == "ALL" else kept)

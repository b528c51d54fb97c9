"""The DynamoDB stand-in: the same answers as moto to the same calls, and stricter where moto is too lax."""

from collections.abc import Iterator
from threading import Thread
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from leadbell.errors import Conflict
from leadbell.table import Table, Write, encode, put_write
from tests.aws.chance import Plain
from tests.aws.world import World
from tests.integration.sam_template import table_definition
from tests.integration.service import EVA, Clock, Service
from tests.proof.dynamodb import FastDynamo
from tests.proof.expressions import OutsideGrammarError
from tests.proof.memory import staged

TABLE = "leads"
Call = tuple[str, dict[str, Any]]


@pytest.fixture
def client() -> FastDynamo:
    fast = FastDynamo()
    fast.create_table(TableName=TABLE, **table_definition())
    return fast


@pytest.fixture
def service() -> Iterator[Service]:
    with staged(Clock()) as (service, _):
        yield service


@pytest.fixture(scope="module")
def moto_client() -> Iterator[Any]:
    with mock_aws():
        slow = boto3.client("dynamodb")
        slow.create_table(TableName=TABLE, **table_definition())
        yield slow


def key(pk: str, sk: str) -> dict[str, Any]:
    return encode({"pk": pk, "sk": sk})


def put(client: FastDynamo, pk: str, sk: str, **more: Any) -> None:
    client.put_item(TableName=TABLE, Item=key(pk, sk) | encode(more))


def refused(client: FastDynamo, call: str, **request: Any) -> dict[str, Any]:
    with pytest.raises(ClientError) as told:
        getattr(client, call)(TableName=TABLE, **request)
    return dict(told.value.response)


def refused_transaction(client: FastDynamo, *items: Any) -> dict[str, Any]:
    named = [{kind: {"TableName": TABLE, **body}} for each in items for kind, body in each.items()]
    with pytest.raises(ClientError) as told:
        client.transact_write_items(TransactItems=named)
    return dict(told.value.response)


# ---- The same as moto -----------------------------------------------------------------------------------------------

PARTITIONS, SORTS = ("CONTACT#1", "CONTACT#2"), ("EVENT#1", "EVENT#2", "STANDING")
keys = st.builds(key, st.sampled_from(PARTITIONS), st.sampled_from(SORTS))
numbers = st.integers(0, 3)
bodies = st.fixed_dictionaries(
    {},
    optional={
        "version": numbers,
        "body": st.sampled_from(["a", "b"]),
        "state": st.sampled_from(["pending", "sent"]),
        "fields": st.just({"is_one": True, "list": [1, "x", {"y": b"z"}]}),
        "due": st.just(True),
        "staged": st.just(True),
    },
)


def item_of(key: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    """Keys of the indexes are the item's own, for in what order equal ones come nobody promises."""
    body = dict(body)
    own = f"{key['pk']['S']}|{key['sk']['S']}"
    if body.pop("due", False):
        body |= {"due_pk": "DUE#1", "due_at": own}
    if body.pop("staged", False):
        body |= {"stage_pk": "STAGE#1", "since": own, "stage": "mql"}
    return {**key, **encode(body)}


items = st.builds(item_of, keys, bodies)
conditions = st.sampled_from(
    [
        ("attribute_not_exists(pk)", {}),
        ("attribute_exists(pk)", {}),
        ("attribute_not_exists(version)", {}),
        ("version = :seen", {":seen": 1}),
        ("attribute_not_exists(pk) OR version < :seen", {":seen": 2}),
        ("attribute_not_exists(pk) OR version <= :seen", {":seen": 2}),
        ("#state = :pending AND body = :body", {":pending": "pending", ":body": "a"}),
        ("attribute_exists(pk) AND #state <> :pending", {":pending": "pending"}),
        ("NOT (attribute_exists(body) OR version = :seen) AND attribute_exists(pk)", {":seen": 1}),
    ]
)
updates = st.sampled_from(
    [
        ("SET #state = :state, body = :new", {":state": "sent", ":new": "c"}),
        ("SET version = :one ADD attempts :one", {":one": 1}),
        ("ADD attempts :one", {":one": 1}),
        ("REMOVE due_pk, due_at SET no_move = :new", {":new": "late"}),
        ("SET due_pk = :pk, due_at = :new", {":pk": "DUE#1", ":new": "now"}),
    ]
)


def worded(*parts: tuple[str, str, dict[str, Any]]) -> dict[str, Any]:
    """Expressions with the placeholders that they need."""
    request: dict[str, Any] = {name: text for name, text, _ in parts}
    values = {name: value for _, _, own in parts for name, value in own.items()}
    if values:
        request["ExpressionAttributeValues"] = encode(values)
    if any("#state" in text for _, text, _ in parts):
        request["ExpressionAttributeNames"] = {"#state": "state"}
    return request


def guard(condition: tuple[str, dict[str, Any]] | None, update: tuple[str, dict[str, Any]] | None = None) -> Any:
    parts = [(f"{name}Expression", *each) for name, each in (("Condition", condition), ("Update", update)) if each]
    return worded(*parts) | ({"ReturnValuesOnConditionCheckFailure": "ALL_OLD"} if condition else {})


maybe = st.none() | conditions
puts = st.builds(lambda item, asked: {"Item": item, **guard(asked)}, items, maybe)
deletes = st.builds(lambda key, asked: {"Key": key, **guard(asked)}, keys, maybe)
checks = st.builds(lambda key, asked: {"Key": key, **guard(asked)}, keys, conditions)
changes = st.builds(lambda key, asked, update: {"Key": key, **guard(asked, update)}, keys, maybe, updates)
steps = st.one_of(
    puts.map(lambda body: {"Put": body}),
    changes.map(lambda body: {"Update": body}),
    deletes.map(lambda body: {"Delete": body}),
    checks.map(lambda body: {"ConditionCheck": body}),
)


def key_of(step: dict[str, Any]) -> tuple[str, str]:
    (body,) = step.values()
    named = body.get("Key") or body["Item"]
    return named["pk"]["S"], named["sk"]["S"]


transactions = st.lists(steps, min_size=1, max_size=4, unique_by=key_of).map(
    lambda found: {
        "TransactItems": [{kind: {"TableName": TABLE, **body}} for each in found for kind, body in each.items()]
    }
)
ranges = st.sampled_from(
    [
        ("pk = :pk", {}),
        ("pk = :pk AND begins_with(sk, :first)", {":first": "EVENT#"}),
        ("pk = :pk AND sk BETWEEN :first AND :last", {":first": "EVENT#2", ":last": "EVENT$"}),
        ("pk = :pk AND sk <= :first", {":first": "EVENT#2"}),
        ("pk = :pk AND sk > :first", {":first": "EVENT#1"}),
    ]
)
queries = st.builds(
    lambda pk, asked, is_up: {
        **worded(("KeyConditionExpression", asked[0], {**asked[1], ":pk": pk})),
        "ConsistentRead": True,
        "ScanIndexForward": is_up,
    },
    st.sampled_from(PARTITIONS),
    ranges,
    st.booleans(),
)
index_queries = st.sampled_from(
    [
        ("due", "due_pk = :pk", {":pk": "DUE#1"}),
        ("due", "due_pk = :pk AND due_at <= :now", {":pk": "DUE#1", ":now": "CONTACT#1|STANDING"}),
        ("by_stage", "stage_pk = :pk", {":pk": "STAGE#1"}),
    ]
).map(lambda asked: {"IndexName": asked[0], **worded(("KeyConditionExpression", *asked[1:]))})
scans = st.sampled_from([{}, {"IndexName": "due", "ProjectionExpression": "due_at"}])


def called(name: str, requests: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[Call]:
    return requests.map(lambda request: (name, request))


def asking_for_the_sum(body: dict[str, Any]) -> dict[str, Any]:
    """Only of a plain ADD: of a SET to the value that stands there moto tells nothing, against what AWS documents."""
    return body | ({"ReturnValues": "UPDATED_NEW"} if body["UpdateExpression"].startswith("ADD") else {})


def together(found: list[dict[str, Any]]) -> dict[str, Any]:
    return {"RequestItems": {TABLE: {"Keys": found, "ConsistentRead": True}}}


calls = st.one_of(
    called("put_item", puts),
    called("put_item", puts),
    called("update_item", changes.map(asking_for_the_sum)),
    called("delete_item", deletes),
    called("transact_write_items", transactions),
    called("transact_write_items", transactions),
    called("get_item", keys.map(lambda found: {"Key": found, "ConsistentRead": True})),
    called("batch_get_item", st.lists(keys, min_size=1, max_size=3).map(together)),
    called("query", queries),
    called("query", index_queries),
    called("scan", scans),
)


def answer_of(client: Any, call: Call) -> dict[str, Any]:
    """What the client answers, or the error without its words."""
    name, request = call
    table = {} if name in ("transact_write_items", "batch_get_item") else {"TableName": TABLE}
    try:
        answer = getattr(client, name)(**table, **request)
    except ClientError as error:
        told = error.response
        reasons = [
            {name: each[name] for name in ("Code", "Item") if each.get(name)}
            for each in told.get("CancellationReasons", ())
        ]
        return {"code": told["Error"]["Code"], "item": told.get("Item"), "reasons": reasons}
    if name == "batch_get_item":
        return {"items": sorted(answer["Responses"].get(TABLE, []), key=repr), "left": answer["UnprocessedKeys"]}
    answer = {name: answer[name] for name in ("Item", "Items", "Attributes", "Count") if name in answer}
    for key_name in ("pk", "sk"):  # moto tells the keys of a new item too, which nobody updated
        answer.get("Attributes", {}).pop(key_name, None)
    if name == "scan" or "IndexName" in request:  # in what order equal ones come nobody promises
        answer["order"] = [item.get("due_at", item.get("since")) for item in answer["Items"] if name == "query"]
        answer["Items"].sort(key=repr)
    return dict(answer)


def everything(client: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.scan(TableName=TABLE)["Items"]
    return sorted(found, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


@settings(max_examples=25, phases=(Phase.explicit, Phase.generate))  # a failing call is printed; shrinking is slow
@given(st.lists(calls, min_size=4, max_size=10))
def test_it_answers_as_moto_does(moto_client: Any, sequence: list[Call]) -> None:
    fast = FastDynamo()
    fast.create_table(TableName=TABLE, **table_definition())
    for item in everything(moto_client):
        moto_client.delete_item(TableName=TABLE, Key={name: item[name] for name in ("pk", "sk")})
    for call in sequence:
        assert answer_of(fast, call) == answer_of(moto_client, call), call
    assert everything(fast) == everything(moto_client)


def test_pages_of_one_item_hold_the_same_as_one_page(client: FastDynamo, moto_client: Any) -> None:
    for number in range(5):
        for each in (client, moto_client):
            each.put_item(TableName=TABLE, Item=key("PAGES", f"EVENT#{number}"))
    asked = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": encode({":pk": "PAGES"})}
    for down in (True, False):
        pages = [
            [
                item["sk"]["S"]
                for page in each.get_paginator("query").paginate(
                    TableName=TABLE, Limit=2, ScanIndexForward=down, **asked
                )
                for item in page["Items"]
            ]
            for each in (client, moto_client)
        ]
        assert pages[0] == pages[1] == sorted(pages[0], reverse=not down)
        assert len(pages[0]) == 5


# ---- Stricter than moto ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["state", "name", "Number", "until"])
def test_a_reserved_word_bare_in_a_condition_or_an_update_is_refused(client: FastDynamo, word: str) -> None:
    values = {"ExpressionAttributeValues": encode({":v": "x"})}
    told = refused(client, "put_item", Item=key("A", "B"), ConditionExpression=f"{word} = :v", **values)
    assert told["Error"]["Code"] == "ValidationException"
    assert told["Error"]["Message"].endswith(f"reserved keyword: {word}")
    told = refused(client, "update_item", Key=key("A", "B"), UpdateExpression=f"SET {word} = :v", **values)
    assert told["Error"]["Code"] == "ValidationException"
    assert client.scan(TableName=TABLE)["Items"] == []


def test_an_item_holds_400_kilobytes_with_its_names_and_not_a_byte_more(client: FastDynamo) -> None:
    room = 400 * 1024 - len("pk" + "A" + "sk" + "B" + "body")
    put(client, "A", "B", body="x" * room)
    told = refused(client, "put_item", Item=key("A", "B") | encode({"body": "x" * (room + 1)}))
    assert told["Error"]["Message"] == "Item size has exceeded the maximum allowed size"
    assert len(client.get_item(TableName=TABLE, Key=key("A", "B"))["Item"]["body"]["S"]) == room


def test_no_two_operations_of_a_transaction_are_on_one_item(client: FastDynamo) -> None:
    check = {"Key": key("A", "B"), "ConditionExpression": "attribute_not_exists(pk)"}
    told = refused_transaction(client, {"ConditionCheck": check}, {"Put": {"Item": key("A", "B")}})
    assert told["Error"]["Message"] == "Transaction request cannot include multiple operations on one item"
    assert client.scan(TableName=TABLE)["Items"] == []


def test_a_transaction_holds_a_hundred_operations(client: FastDynamo) -> None:
    Table(client, TABLE).transact([put_write({"pk": "A", "sk": str(number)}) for number in range(100)])
    told = refused_transaction(client, *({"Put": {"Item": key("A", str(number))}} for number in range(101)))
    assert told["Error"]["Code"] == "ValidationException"


@pytest.mark.parametrize("item", [{"pk": {"S": ""}, "sk": {"S": "B"}}, key("A", "B") | {"due_pk": {"S": ""}}])
def test_no_key_is_empty_not_even_one_of_an_index(client: FastDynamo, item: dict[str, Any]) -> None:
    assert refused(client, "put_item", Item=item)["Error"]["Code"] == "ValidationException"


def test_a_placeholder_that_no_expression_uses_is_refused(client: FastDynamo) -> None:
    told = refused(client, "put_item", Item=key("A", "B"), ExpressionAttributeValues=encode({":v": 1}))
    assert told["Error"]["Code"] == "ValidationException"


def test_an_index_cannot_be_read_consistently(client: FastDynamo) -> None:
    asked = {"KeyConditionExpression": "due_pk = :v", "ExpressionAttributeValues": encode({":v": "x"})}
    told = refused(client, "query", IndexName="due", ConsistentRead=True, **asked)
    assert told["Error"]["Code"] == "ValidationException"


def test_a_range_from_later_to_earlier_is_refused(client: FastDynamo) -> None:
    values = encode({":pk": "A", ":first": "2", ":last": "1"})
    asked = "pk = :pk AND sk BETWEEN :first AND :last"
    told = refused(client, "query", KeyConditionExpression=asked, ExpressionAttributeValues=values)
    assert told["Error"]["Code"] == "ValidationException"


def test_a_page_ends_before_a_megabyte(client: FastDynamo) -> None:
    for number in range(4):
        put(client, "A", str(number), body="x" * 300_000)
    asked = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": encode({":pk": "A"})}
    page = client.query(TableName=TABLE, **asked)
    assert page["Count"] == 3
    assert page["LastEvaluatedKey"] == key("A", "2")
    assert len(list(Table(client, TABLE).query("A", ""))) == 4


@pytest.mark.parametrize(
    "condition",
    ["size(body) > :v", "contains(body, :v)", "body.part = :v", "body IN (:v)", "body = :v AND", "body[0] = :v"],
)
def test_what_it_does_not_know_ends_the_test(client: FastDynamo, condition: str) -> None:
    with pytest.raises(OutsideGrammarError):
        client.put_item(
            TableName=TABLE,
            Item=key("A", "B"),
            ConditionExpression=condition,
            ExpressionAttributeValues=encode({":v": 1}),
        )
    with pytest.raises(OutsideGrammarError):
        client.scan(TableName=TABLE, FilterExpression="attribute_exists(pk)")


# ---- What tests get from it -----------------------------------------------------------------------------------------


def test_what_is_given_and_what_is_kept_share_nothing(client: FastDynamo) -> None:
    item = key("A", "B") | encode({"fields": {"list": [1]}})
    client.put_item(TableName=TABLE, Item=item)
    item["fields"]["M"]["list"]["L"].append({"N": "2"})
    got = client.get_item(TableName=TABLE, Key=key("A", "B"))["Item"]
    got["fields"]["M"]["list"]["L"].clear()
    assert Table(client, TABLE).get("A", "B") == {"pk": "A", "sk": "B", "fields": {"list": [1]}}


def test_the_stream_says_what_changed_and_nothing_of_writes_that_change_nothing(client: FastDynamo) -> None:
    put(client, "A", "B", version=1)
    put(client, "A", "B", version=1)
    put(client, "A", "B", version=2)
    client.delete_item(TableName=TABLE, Key=key("A", "B"))
    client.delete_item(TableName=TABLE, Key=key("A", "B"))
    assert [change.event for change in client.changes] == ["INSERT", "MODIFY", "REMOVE"]
    numbers = [change.number for change in client.changes]
    assert numbers == sorted(set(numbers))


def test_a_conflict_names_its_place_in_the_transaction_and_nothing_is_written(client: FastDynamo) -> None:
    client.conflict(lambda operation, keys: [("A", "2")])
    bodies = [{"Put": {"Item": key("A", number)}} for number in "123"]
    told = refused_transaction(client, *bodies)
    assert [each["Code"] for each in told["CancellationReasons"]] == ["None", "TransactionConflict", "None"]
    assert refused(client, "put_item", Item=key("A", "2"))["Error"]["Code"] == "TransactionConflictException"
    with pytest.raises(Conflict):
        Table(client, TABLE).transact([Write("Put", {"Item": key("A", "2")})])
    client.conflict()
    assert client.scan(TableName=TABLE)["Items"] == []


def test_a_counter_that_many_threads_raise_misses_none(client: FastDynamo) -> None:
    table = Table(client, TABLE)
    threads = [Thread(target=lambda: [table.increase("A", "B", "last") for _ in range(200)]) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert table.increase("A", "B", "last") == 801


# ---- The service on it ----------------------------------------------------------------------------------------------


def test_the_whole_loop_runs_on_it_among_the_strict_stand_ins(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(service, Plain(), monkeypatch)
    service.faults.refuse("forms", "PutItem", times=1)
    assert service.post("/forms/demo", EVA).status == 503
    for number in range(5):
        assert service.post("/forms/demo", {**EVA, "email": f"eva@acme{number}.example.com"}).status == 303
    world.settle(5)
    assert service.standing("eva@acme0.example.com").stage == "sql"
    assert {letter["state"] for letter in service.letters()} == {"sent"}
    assert set(world.named().values()) == {1}
    assert len(world.named()) == 5


def test_an_answer_that_is_lost_was_an_effect(service: Service) -> None:
    service.faults.lose_answer("forms", "PutItem")
    assert service.post("/forms/demo", EVA).status == 503
    assert len(service.items()) == 1

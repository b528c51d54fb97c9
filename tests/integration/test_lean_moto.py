"""moto leaves nothing behind of what it refuses, and gives values back as they went in, though it does less."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.dynamodb.models import dynamodb_backends

from leadbell.table import encode
from tests.integration.service import ACCOUNT, ENVIRONMENT, REGION, Service

NAME = ENVIRONMENT["TABLE_NAME"]
OLD, NEW, GONE = (encode({"pk": "P", "sk": sk}) for sk in ("old", "new", "gone"))


def noted() -> list[Any]:
    """What the table's stream holds."""
    shard = dynamodb_backends[ACCOUNT][REGION].tables[NAME].stream_shard
    assert shard is not None
    return list(shard.items)


def test_a_transaction_that_is_refused_at_its_last_step_leaves_items_and_stream_as_they_were(service: Service) -> None:
    values = {"pk": "P", "sk": "old", "state": "a", "kept": {"list": [1, "x", {"deep": b"z"}], "none": None}}
    service.client.put_item(TableName=NAME, Item=encode(values))
    service.client.put_item(TableName=NAME, Item=GONE)
    before = noted()
    change = {"UpdateExpression": "SET #s = :s REMOVE kept", "ExpressionAttributeNames": {"#s": "state"}}
    steps: list[dict[str, Any]] = [
        {"Update": {"Key": OLD, **change, "ExpressionAttributeValues": {":s": {"S": "b"}}}},
        {"Put": {"Item": NEW}},
        {"Delete": {"Key": GONE}},
        {"ConditionCheck": {"Key": encode({"pk": "P", "sk": "nobody"}), "ConditionExpression": "attribute_exists(pk)"}},
    ]
    named = [{kind: {"TableName": NAME, **body}} for step in steps for kind, body in step.items()]
    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        service.client.transact_write_items(TransactItems=named)
    assert sorted(service.items(), key=lambda item: item["sk"]) == [{"pk": "P", "sk": "gone"}, values]
    assert noted() == before

    service.client.transact_write_items(TransactItems=named[:3])
    found = {item["sk"]: item.get("state") for item in service.items()}
    assert found == {"new": None, "old": "b"}
    assert len(noted()) == len(before) + 3

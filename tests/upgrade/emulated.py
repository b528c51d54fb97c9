"""The deployed stack from outside: its table, its mails, what its functions may do, and time that passes in it."""

import json
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

import boto3
from boto3.dynamodb.types import TypeDeserializer

Item = dict[str, Any]
Key = tuple[str, str]

PATIENCE_SECONDS = 120
LONG_AGO = "2020-01-01T00:00:00.000Z"
MAILS = ("ALERT#", "COPY#", "MAIL#")
WORK = ("EVENT#", *MAILS)


class Emulated:
    """One stack in the emulator, asked by boto3 and HTTP as any program would."""

    def __init__(self, local: Mapping[str, str]) -> None:
        self.api_url = local["api_url"]
        self.name = local["stack_name"]
        self._inbox_url = local["inbox_json_url"]
        self._table = local["table_name"]
        session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=local["region"])
        self._session, self._endpoint_url = session, local["endpoint_url"]
        self._dynamodb = self.client("dynamodb")

    def client(self, service: str) -> Any:
        """With the rights of the account's owner."""
        return self._session.client(service, endpoint_url=self._endpoint_url)

    def items(self) -> dict[Key, Item]:
        """All that the table holds."""
        read = TypeDeserializer().deserialize
        found = {}
        for page in self._dynamodb.get_paginator("scan").paginate(TableName=self._table, ConsistentRead=True):
            for item in page["Items"]:
                plain = {name: read(value) for name, value in item.items()}
                found[plain["pk"], plain["sk"]] = plain
        return found

    def change(self, key: Key, that: str = "pk", **values: str) -> None:
        """Sets attributes of a stored item, which must have `that` one."""
        self._dynamodb.update_item(
            TableName=self._table,
            Key={"pk": {"S": key[0]}, "sk": {"S": key[1]}},
            UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in values),
            ConditionExpression=f"attribute_exists({that})",
            ExpressionAttributeNames={f"#{name}": name for name in values},
            ExpressionAttributeValues={f":{name}": {"S": value} for name, value in values.items()},
        )

    def all_mails(self) -> list[dict[str, str]]:
        """All that anybody was mailed."""
        with urllib.request.urlopen(self._inbox_url, timeout=10) as answer:
            mails: list[dict[str, str]] = json.load(answer)
        return mails

    def mails(self, who: str) -> list[dict[str, str]]:
        """The mails to somebody, and to sales about them."""
        return [mail for mail in self.all_mails() if mail["to"] == who or who in mail["body"]]

    def mails_of(self, who: str) -> Iterator[tuple[Key, Item]]:
        """The mails to them and about them in the table, whatever became of them."""
        items = self.items()
        (contact,) = {pk for (pk, sk), item in items.items() if sk.startswith("EVENT#") and said(item, who)}
        return ((key, item) for key, item in items.items() if key[0] == contact and key[1].startswith(MAILS))

    def resource(self, logical_id: str) -> str:
        answer = self.client("cloudformation").describe_stack_resource(
            StackName=self.name, LogicalResourceId=logical_id
        )
        return str(answer["StackResourceDetail"]["PhysicalResourceId"])

    def refuse(self, function: str, *actions: str) -> None:
        """From now on the function may not do this, as if the service behind it were down."""
        deny = {"Effect": "Deny", "Action": list(actions), "Resource": "*"}
        self.client("iam").put_role_policy(
            RoleName=self.resource(f"{function}Role"),
            PolicyName="down",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [deny]}),
        )

    def allow(self, function: str) -> None:
        self.client("iam").delete_role_policy(RoleName=self.resource(f"{function}Role"), PolicyName="down")

    def waiting(self) -> dict[Key, Item]:
        """The facts that nobody has decided about, and the mails that are not at their end."""
        return {key: item for key, item in self.items().items() if key[1].startswith(WORK) and "due_at" in item}

    def sweep(self) -> None:
        """One run of what the schedule starts, after a quarter of an hour that only mails on their way did not wait."""
        for key, item in self.waiting().items():
            if item.get("state") != "claimed":
                with suppress(self._dynamodb.exceptions.ConditionalCheckFailedException):  # sent at this moment
                    self.change(key, "due_pk", due_at=LONG_AGO)
        answer = self.client("lambda").invoke(FunctionName=f"{self.name}-sweep:live", Payload=b"{}")
        assert "FunctionError" not in answer, answer["Payload"].read()


def said(item: Item, who: str) -> bool:
    """Whether a fact holds that address."""
    return bool(item["fields"].get("email") == who)


def until[Found](look: Callable[[], Found]) -> Found:
    """What there is once there is something; what there is not, if nothing comes."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(0.3)
    return found

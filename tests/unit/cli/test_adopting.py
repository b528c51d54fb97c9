"""The template of an import holds what is imported, as the template has it, and nothing else."""

import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, WaiterError

from cli.adopting import adopt, import_template, to_import
from cli.commands.adopt import adopt as command
from cli.context import Context
from cli.errors import CommandError
from tests.integration.sam_template import loaded, template

TEXT = (Path(__file__).parents[3] / "template.yaml").read_text(encoding="utf-8")
KEPT = {
    "Table": "leadbell-Table-1",
    "AssetBucket": "assets-1",
    "AttachmentBucket": "attachments-1",
    "FailureBucket": "failures-1",
}


def test_it_holds_what_is_kept_and_the_parameters_that_it_uses() -> None:
    short, whole = loaded(import_template(TEXT, KEPT)), template()
    assert short["Resources"] == {name: whole["Resources"][name] for name in KEPT}
    kept = {name for name, each in whole["Resources"].items() if each.get("DeletionPolicy") == "RetainExceptOnCreate"}
    assert kept == KEPT.keys()
    assert short["Parameters"] == {name: whole["Parameters"][name] for name in ("MaxWritesPerSecond", "AttachmentDays")}
    assert short.keys() == {"AWSTemplateFormatVersion", "Parameters", "Resources"}


def test_each_is_named_as_cloudformation_asks() -> None:
    assert to_import(TEXT, KEPT)[:2] == [
        {
            "ResourceType": "AWS::DynamoDB::Table",
            "LogicalResourceId": "Table",
            "ResourceIdentifier": {"TableName": "leadbell-Table-1"},
        },
        {
            "ResourceType": "AWS::S3::Bucket",
            "LogicalResourceId": "AssetBucket",
            "ResourceIdentifier": {"BucketName": "assets-1"},
        },
    ]


class CloudFormation:
    """What it was asked, in order; `refuses` is raised by the call of that name."""

    def __init__(self, *stacks: str, refuses: Mapping[str, Exception] | None = None) -> None:
        self.asked: list[str] = []
        self._stacks, self._refuses = stacks, refuses or {}

    def __getattr__(self, name: str) -> Any:
        def call(*_: object, **__: object) -> Any:
            self.asked.append(name)
            if name in self._refuses:
                raise self._refuses[name]
            return self if name == "get_waiter" else {"Stacks": [{"StackStatus": each} for each in self._stacks]}

        return call


class Stack:
    """A stack whose CloudFormation is that one."""

    name, deploy, is_local, title = "leadbell", "make deploy", False, "leadbell"

    class session:
        region_name = "eu-north-1"

    def __init__(self, client: CloudFormation) -> None:
        self._client = client

    def client(self, service: str) -> CloudFormation:
        assert service == "cloudformation"
        return self._client


def run(client: CloudFormation) -> None:
    context = Context()
    context.__dict__["stack"] = Stack(client)
    names = {f"{name.removesuffix('Bucket').lower()}_bucket": KEPT[name] for name in KEPT if name != "Table"}
    inspect.unwrap(command)(context, table=KEPT["Table"], **names)


NOT_THERE = ClientError({"Error": {"Code": "ValidationError", "Message": "does not exist"}}, "DescribeStacks")


def test_the_command_imports_where_the_name_is_free(capsys: pytest.CaptureFixture[str]) -> None:
    client = CloudFormation(refuses={"describe_stacks": NOT_THERE})
    run(client)
    waits = ["get_waiter", "wait"]
    assert client.asked == ["describe_stacks", "create_change_set", *waits, "execute_change_set", *waits]
    assert "Deploy the rest: make deploy EMAIL=" in capsys.readouterr().out


def test_it_begins_again_after_an_import_that_was_broken_off() -> None:
    client = CloudFormation("REVIEW_IN_PROGRESS")
    run(client)
    assert "execute_change_set" in client.asked


def test_a_stack_that_is_there_is_left_alone() -> None:
    client = CloudFormation("UPDATE_COMPLETE")
    with pytest.raises(CommandError, match="There is a stack leadbell already"):
        run(client)
    assert client.asked == ["describe_stacks"]


@pytest.mark.parametrize(
    "refuses",
    [
        {"create_change_set": ClientError({"Error": {"Code": "ValidationError", "Message": "no such table"}}, "x")},
        {"wait": WaiterError("StackImportComplete", "FAILED", {})},
    ],
)
def test_what_cloudformation_refuses_is_told_with_where_the_reason_stands(refuses: dict[str, Exception]) -> None:
    stack: Any = Stack(CloudFormation(refuses=refuses))
    with pytest.raises(CommandError, match="did not import") as refused:
        adopt(stack, TEXT, KEPT)
    assert refused.value.fix.startswith("Read the reason: aws cloudformation describe-stack-events --stack-name")

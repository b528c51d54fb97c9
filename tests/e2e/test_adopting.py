"""What an uninstalled stack leaves, and how a new one takes it over, in CloudFormation's own words."""

import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cli.adopting import adopt, import_template
from cli.errors import CommandError
from cli.local.running import Running
from cli.stack import Stack, local_connection

TEMPLATE = (Path(__file__).parents[2] / "template.yaml").read_text(encoding="utf-8")
KEPT = ("Table", "AssetBucket", "AttachmentBucket", "FailureBucket")


def named(running: Running, name: str) -> Stack:
    there = running.stack
    return local_connection(name, there.endpoint_url or "", there.session.region_name)


def made(stack: Stack, template: str, wait: str) -> None:
    client = stack.client("cloudformation")
    client.create_stack(StackName=stack.name, TemplateBody=template)
    client.get_waiter(wait).wait(StackName=stack.name, WaiterConfig={"Delay": 1})


def resources(stack: Stack) -> dict[str, str]:
    listed = stack.client("cloudformation").describe_stack_resources(StackName=stack.name)["StackResources"]
    return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in listed}


def stored(stack: Stack, table: str) -> Any:
    return stack.client("dynamodb").get_item(TableName=table, Key={"pk": {"S": "CONTACT#a"}, "sk": {"S": "PROFILE"}})


def test_a_table_that_an_uninstall_left_comes_into_a_new_stack_with_its_data(running: Running) -> None:
    old, new = named(running, "left-behind"), named(running, "adopting")
    only_kept = import_template(TEMPLATE, dict.fromkeys(KEPT, ""))
    made(old, only_kept, "stack_create_complete")
    kept = resources(old)
    assert kept.keys() == set(KEPT)
    item = {"pk": {"S": "CONTACT#a"}, "sk": {"S": "PROFILE"}, "name": {"S": "Eva"}}
    old.client("dynamodb").put_item(TableName=kept["Table"], Item=item)
    old.client("cloudformation").delete_stack(StackName=old.name)
    old.client("cloudformation").get_waiter("stack_delete_complete").wait(StackName=old.name, WaiterConfig={"Delay": 1})
    assert stored(new, kept["Table"])["Item"] == item

    adopt(new, TEMPLATE, kept)
    assert resources(new) == kept
    assert new.description["StackStatus"] == "IMPORT_COMPLETE"
    with pytest.raises(ClientError, match="No updates"):
        new.client("cloudformation").update_stack(StackName=new.name, TemplateBody=only_kept)
    assert stored(new, kept["Table"])["Item"] == item


def test_a_table_that_is_not_there_cannot_be_adopted(running: Running) -> None:
    wrong = dict.fromkeys(KEPT, "no-such-thing")
    with pytest.raises(CommandError, match="did not import") as refused:
        adopt(named(running, "adopting-nothing"), TEMPLATE, wrong)
    assert "describe-stack-events --stack-name adopting-nothing" in refused.value.fix


def test_a_first_deployment_that_fails_leaves_neither_table_nor_bucket(running: Running) -> None:
    # A resource whose function does not exist; it is made after all that is kept.
    token = "arn:aws:lambda:eu-north-1:000000000000:function:none"
    broken = (
        f"  Broken: {{Type: Custom::Broken, Properties: {{ServiceToken: '{token}'}}, DependsOn: [{', '.join(KEPT)}]}}\n"
    )
    stack, before = named(running, "fails-at-first"), there(running)
    client = stack.client("cloudformation")
    client.create_stack(StackName=stack.name, TemplateBody=import_template(TEMPLATE, dict.fromkeys(KEPT, "")) + broken)
    deadline = time.monotonic() + 60
    while (found := client.describe_stacks(StackName=stack.name)["Stacks"][0])["StackStatus"] != "ROLLBACK_COMPLETE":
        assert time.monotonic() < deadline, found
        time.sleep(0.2)
    created = {
        each["LogicalResourceId"]
        for each in client.describe_stack_events(StackName=stack.name)["StackEvents"]
        if each["ResourceStatus"] == "CREATE_COMPLETE"
    }
    assert set(KEPT) <= created
    assert there(running) - before == set()


def there(running: Running) -> set[str]:
    """All tables and buckets."""
    buckets = running.stack.client("s3").list_buckets()["Buckets"]
    return {*running.stack.client("dynamodb").list_tables()["TableNames"], *(each["Name"] for each in buckets)}

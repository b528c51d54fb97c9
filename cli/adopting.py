"""A table and buckets that an earlier stack left behind become those of a new one, by CloudFormation's import.

An import takes no other resources, so the stack begins with these alone; deploying adds the rest. CloudFormation
believes what the template says of them: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources.html
"""

import re
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from cli.errors import CommandError
from cli.stack import Stack
from leadbell.clock import new_id

# What names a resource for an import, by its type.
_NAMED_BY = {"AWS::DynamoDB::Table": "TableName", "AWS::S3::Bucket": "BucketName"}
_WAIT = {"Delay": 5, "MaxAttempts": 120}


def import_template(template: str, kept: Mapping[str, str]) -> str:
    """The template with only these resources, and the parameters that they use; comments and all else as written."""
    resources = {name: block for name, block in _blocks(template, "Resources").items() if name in kept}
    used = set(re.findall(r"!Ref (\w+)", "".join(resources.values())))
    parameters = [block for name, block in _blocks(template, "Parameters").items() if name in used]
    head = 'AWSTemplateFormatVersion: "2010-09-09"\n'
    return f"{head}Parameters:\n{''.join(parameters)}Resources:\n{''.join(resources.values())}"


def _blocks(template: str, section: str) -> dict[str, str]:
    """The entries of a section by name: each begins two spaces in."""
    found = re.search(rf"^{section}:\n(.*?)(?=^\S|\Z)", template, re.MULTILINE | re.DOTALL)
    entries = re.findall(r"^  (\w+):[ \n].*?(?=^  \S|\Z)", found[1] if found else "", re.MULTILINE | re.DOTALL)
    texts = re.split(r"(?m)^(?=  \w+:)", found[1] if found else "")[1:]
    return {name: _without_tail(text) for name, text in zip(entries, texts, strict=True)}


def _without_tail(block: str) -> str:
    """Without the comment before the next entry."""
    return re.sub(r"(\n(  #[^\n]*)?)+\Z", "\n", block)


def to_import(template: str, kept: Mapping[str, str]) -> list[dict[str, Any]]:
    """What CreateChangeSet asks for: which existing resource is which of the template's."""
    types = {name: re.findall(r"Type: (\S+)", block)[0] for name, block in _blocks(template, "Resources").items()}
    return [
        {
            "ResourceType": types[name],
            "LogicalResourceId": name,
            "ResourceIdentifier": {_NAMED_BY[types[name]]: identifier},
        }
        for name, identifier in kept.items()
    ]


def adopt(stack: Stack, template: str, kept: Mapping[str, str]) -> None:
    """Creates the stack from what is there; raises CommandError where CloudFormation does not take it."""
    client = stack.client("cloudformation")
    named = {"StackName": stack.name, "ChangeSetName": f"adopt-{new_id()[:8]}"}
    try:
        client.create_change_set(
            **named,
            ChangeSetType="IMPORT",
            TemplateBody=import_template(template, kept),
            ResourcesToImport=to_import(template, kept),
        )
        client.get_waiter("change_set_create_complete").wait(**named, WaiterConfig=_WAIT)
        client.execute_change_set(**named)
        client.get_waiter("stack_import_complete").wait(StackName=stack.name, WaiterConfig=_WAIT)
    except WaiterError as error:
        raise CommandError(f"CloudFormation did not import it: {error}", _look(stack)) from error
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("ValidationError", "AlreadyExistsException"):
            raise
        raise CommandError(
            f"CloudFormation did not import it: {error.response['Error']['Message']}", _look(stack)
        ) from error


def _look(stack: Stack) -> str:
    region = stack.session.region_name
    return f"Read the reason: aws cloudformation describe-stack-events --stack-name {stack.name} --region {region}"

"""The deployed stack a command talks to: the local one while it runs, AWS when a stack name is given."""

import json
import os
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from cli.errors import CommandError

DATA_DIR_VARIABLE = "LEADBELL_DATA_DIR"
DEFAULT_DATA_DIR = ".leadbell"
ALIAS = "live"
DEPLOYED_BY_DEFAULT = "leadbell"


@dataclass(frozen=True)
class LocalStack:
    """Where the running local stack answers; the very content of `local.json`."""

    api_url: str
    site_url: str
    inbox_url: str
    inbox_json_url: str
    endpoint_url: str
    region: str
    stack_name: str
    table_name: str

    def write(self, data_dir: Path) -> None:
        """Write `local.json` in one step, so that a script which waits for it never reads half of it."""
        unfinished = data_dir / "local.json.new"
        unfinished.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")
        unfinished.replace(data_dir / "local.json")


@dataclass(frozen=True)
class Stack:
    """One deployed stack and the clients to reach it."""

    name: str
    session: boto3.Session
    endpoint_url: str | None = None

    def client(self, service: str, **options: Any) -> Any:
        """A boto3 client; further options go to `botocore.config.Config`."""
        return self.session.client(service, endpoint_url=self.endpoint_url, config=Config(**options))

    @property
    def is_local(self) -> bool:
        return self.endpoint_url is not None

    @property
    def title(self) -> str:
        """As it is named to people."""
        return "local" if self.is_local else f"{self.name} ({self.session.region_name})"

    @property
    def option(self) -> str:
        """What a command shown to people needs to reach this stack; nothing for the local one."""
        return "" if self.is_local else f" --stack-name {self.name}"

    @property
    def deploy(self) -> str:
        """The command that deploys to this stack."""
        return "make deploy" if self.is_local or self.name == DEPLOYED_BY_DEFAULT else f"make deploy STACK={self.name}"

    @cached_property
    def description(self) -> dict[str, Any]:
        """The stack as CloudFormation describes it, read once."""
        try:
            answer = self.client("cloudformation").describe_stacks(StackName=self.name)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ValidationError":
                raise
            region = self.session.region_name
            raise CommandError(
                f"There is no stack named {self.name} in {region}.",
                f"Check --stack-name and --region, or deploy it: make deploy EMAIL=you@example.com STACK={self.name}",
            ) from error
        return dict(answer["Stacks"][0])

    @cached_property
    def outputs(self) -> dict[str, str]:
        return {item["OutputKey"]: item["OutputValue"] for item in self.description.get("Outputs", [])}

    def output(self, key: str) -> str:
        """One output of the template; a missing one means an older or foreign stack."""
        if key not in self.outputs:
            raise CommandError(
                f"The stack {self.name} has no output {key}: it is not a Leadbell stack, or it runs an older version.",
                f"Check --stack-name, or deploy this version: make deploy STACK={self.name}",
            )
        return self.outputs[key]

    def resource(self, logical_id: str) -> str:
        """The physical id of a resource, such as a function's real name."""
        answer = self.client("cloudformation").describe_stack_resource(
            StackName=self.name, LogicalResourceId=logical_id
        )
        return str(answer["StackResourceDetail"]["PhysicalResourceId"])


def live(stack: Stack, function: str) -> str:
    """What runs of a function: the version behind its alias, which routes, stream mappings and the schedule call."""
    return f"{stack.resource(function)}:{ALIAS}"


def connect(stack_name: str | None = None, region: str | None = None, profile: str | None = None) -> Stack:
    """The local stack while one runs, unless a name says which one on AWS."""
    if stack_name:
        return Stack(stack_name, boto3.Session(region_name=region, profile_name=profile))
    local = find_local_stack()
    if local is None:
        raise CommandError(
            "No local stack is running here, and no stack on AWS was named.",
            "Start the local stack with `make run`, or add --stack-name NAME (or set LEADBELL_STACK).",
        )
    return local_connection(local.stack_name, local.endpoint_url, local.region)


def local_connection(stack_name: str, endpoint_url: str, region: str) -> Stack:
    """The emulator takes the key `test` for the account's root; no key of the user ever goes there."""
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=region)
    return Stack(stack_name, session, endpoint_url)


def find_local_stack() -> LocalStack | None:
    """Look in LEADBELL_DATA_DIR, else in `.leadbell` of this folder and those above it."""
    named = os.environ.get(DATA_DIR_VARIABLE)
    here = Path.cwd()
    folders = [Path(named)] if named else [folder / DEFAULT_DATA_DIR for folder in (here, *here.parents)]
    for folder in folders:
        description = folder / "local.json"
        if description.is_file():
            return _read(description)
    return None


def _read(description: Path) -> LocalStack:
    try:
        return LocalStack(**json.loads(description.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:  # cut off, or of another version
        raise CommandError(
            f"{description} cannot be read.", "Stop the local stack and start it again: make run."
        ) from error

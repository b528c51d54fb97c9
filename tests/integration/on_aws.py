"""A deployed stack as the operator's commands meet it: the service of the tests behind AWS's interfaces."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import boto3
import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from cli.stack import Stack
from tests.integration.service import DEFAULT_INBOX, ENVIRONMENT, REGION, Service

BUCKET = "leadbell-failures"
ALARMS = DEFAULT_INBOX.replace("default-inbox", "alarms")
OUTPUTS = {
    "TableName": ENVIRONMENT["TABLE_NAME"],
    "ApiUrl": ENVIRONMENT["PUBLIC_URL"],
    "AssetBucket": ENVIRONMENT["ASSET_BUCKET"],
    "AttachmentBucket": ENVIRONMENT["ATTACHMENT_BUCKET"],
    "FailureBucket": BUCKET,
    "DefaultInboxTopicArn": DEFAULT_INBOX,
    "AlarmTopicArn": ALARMS,
    "ReceiptQueueUrl": ENVIRONMENT["RECEIPT_QUEUE_URL"],
}

Command = Callable[..., Result]


class Answer(NamedTuple):
    text: str

    def read(self) -> str:
        return self.text


@dataclass
class Functions:
    """Lambda, with the functions of the service; each was deployed with its variables, and `fails` while it says so."""

    service: Service
    variables: dict[str, str] = field(default_factory=dict)
    fails: str = ""
    at_once: int = 1000

    def get_account_settings(self) -> dict[str, Any]:
        return {"AccountLimit": {"UnreservedConcurrentExecutions": self.at_once}}

    def get_function_configuration(self, **_: str) -> dict[str, Any]:
        return {"Environment": {"Variables": ENVIRONMENT | self.variables}}

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        folder = FunctionName.removesuffix("Function:live").lower()
        if folder == self.fails:
            return {"FunctionError": "Unhandled", "Payload": Answer('{"errorType": "ImportModuleError"}')}
        return {"Payload": Answer(json.dumps(self.service.invoke(folder, json.loads(Payload))))}


class OnAws(Stack):
    """The stack; a test may put a client of its own in the place of one of `clients`. Others are moto's."""

    def __init__(self, service: Service) -> None:
        super().__init__("leadbell", boto3.Session(region_name=REGION))
        self.functions = Functions(service)
        self.clients: dict[str, Any] = {"dynamodb": service.client, "sns": service.sns, "lambda": self.functions}

    def client(self, service: str, **options: Any) -> Any:
        return self.clients.get(service) or super().client(service, **options)

    @cached_property
    def outputs(self) -> dict[str, str]:
        return OUTPUTS

    def resource(self, logical_id: str) -> str:
        return logical_id


def told(capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> Any:
    """What a command prints with `--json`."""
    return json.loads(ran(capsys, *words, "--json", status=status)[0])


def said(capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> str:
    """What a command prints in one line, with what it says of an error."""
    out, err = ran(capsys, *words, status=status)
    return " ".join((f"{out} {err}" if status else out).split())


def ran(capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> tuple[str, str]:
    """What a command prints, and what it prints beside that."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        app(list(words))
    printed = capsys.readouterr()
    assert (ended.value.code or 0) == status, printed
    return printed.out, printed.err


def runs(*words: object, typed: str = "") -> Result:
    """A command at its end; an error of ours is raised."""
    result = CliRunner().invoke(app, [*map(str, words)], input=typed)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result

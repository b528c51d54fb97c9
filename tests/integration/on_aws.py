"""A deployed stack as the operator's commands meet it: the service of the tests behind AWS's interfaces."""

import json
from dataclasses import dataclass
from typing import Any, NamedTuple

import boto3
import pytest

from cli.main import app
from tests.integration.service import DEFAULT_INBOX, ENVIRONMENT, REGION, Service

BUCKET = "leadbell-failures"
ALARMS = DEFAULT_INBOX.replace("default-inbox", "alarms")
OUTPUTS = {
    "TableName": ENVIRONMENT["TABLE_NAME"],
    "AssetBucket": ENVIRONMENT["ASSET_BUCKET"],
    "AttachmentBucket": ENVIRONMENT["ATTACHMENT_BUCKET"],
    "FailureBucket": BUCKET,
    "DefaultInboxTopicArn": DEFAULT_INBOX,
    "AlarmTopicArn": ALARMS,
}


class Session:
    region_name = REGION


class Answer(NamedTuple):
    text: str

    def read(self) -> str:
        return self.text


@dataclass
class OnAws:
    """The stack as the commands meet it; its functions are those of the service."""

    service: Service
    sns: Any
    name: str = "leadbell"
    is_local: bool = False
    session: type[Session] = Session
    fails: str = ""

    def client(self, name: str, **_: Any) -> Any:
        return {"dynamodb": self.service.client, "sns": self.sns, "s3": boto3.client("s3")}.get(name, self)

    def output(self, key: str) -> str:
        return OUTPUTS[key]

    def resource(self, logical_id: str) -> str:
        return logical_id

    def get_function_configuration(self, **_: str) -> dict[str, Any]:
        return {"Environment": {"Variables": ENVIRONMENT}}

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        folder = FunctionName.removesuffix("Function:live").lower()
        if folder == self.fails:
            return {"FunctionError": "Unhandled", "Payload": Answer('{"errorType": "ImportModuleError"}')}
        return {"Payload": Answer(json.dumps(self.service.invoke(folder, json.loads(Payload))))}

    def get_account(self) -> dict[str, bool]:
        return {"ProductionAccessEnabled": False}


def told(capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> Any:
    """What a command prints with `--json`."""
    return json.loads(said(capsys, *words, "--json", status=status))


def said(capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> str:
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        app(list(words))
    printed = capsys.readouterr()
    assert (ended.value.code or 0) == status, printed
    return " ".join((printed.out + printed.err).split())

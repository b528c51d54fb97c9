"""The operator's side: what was given up on is worked again, all contacts looked at again, each inbox has a reader."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, NamedTuple

import boto3
import pytest

from cli.commands import confirm, reconcile, redrive, status
from cli.discarded import Unreadable, read_discarded
from cli.main import app
from leadbell.active_model import Models
from leadbell.records import partition
from leadbell.rules import default_model
from tests.aws.chance import Plain
from tests.aws.discards import RETRIES, Discard
from tests.aws.records import Record
from tests.aws.sns import Kind, Sns
from tests.aws.sqs import Sqs
from tests.integration.sam_template import template
from tests.integration.service import ACCOUNT, DEFAULT_INBOX, ENVIRONMENT, EVA, REGION, Clock, Service, record_of

EMAIL = EVA["email"]
BUCKET = "leadbell-failures"
ALARMS = DEFAULT_INBOX.replace("default-inbox", "alarms")
OUTPUTS = {
    "TableName": ENVIRONMENT["TABLE_NAME"],
    "FailureBucket": BUCKET,
    "DefaultInboxTopicArn": DEFAULT_INBOX,
    "AlarmTopicArn": ALARMS,
}


class Session(NamedTuple):
    region_name: str = REGION


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
    session: Session = Session()
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
        folder = FunctionName.removesuffix("Function").lower()
        if folder == self.fails:
            return {"FunctionError": "Unhandled", "Payload": Answer('{"errorType": "ImportModuleError"}')}
        return {"Payload": Answer(json.dumps(self.service.invoke(folder, json.loads(Payload))))}

    def get_account(self) -> dict[str, bool]:
        return {"ProductionAccessEnabled": False}


@pytest.fixture
def stack(service: Service, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[OnAws]:
    made = OnAws(service, service.sns)
    for command in (confirm, reconcile, redrive, status):
        monkeypatch.setattr(command, "connect", lambda *_: made)
    for command in (reconcile, status):
        monkeypatch.setattr(command, "now", clock)
    boto3.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    return made


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


# ---- redrive --------------------------------------------------------------------------------------------------------


def give_up(service: Service, folder: str) -> str:
    """All records that wait for the function end in the failure bucket; gives the object's key."""
    service.stream.read()
    queue = service.stream.queues[folder]
    return leave(service, folder, queue)


def leave(service: Service, folder: str, queue: list[Any]) -> str:
    body = json.loads(discard(service, folder).body) | {"payload": json.dumps({"Records": queue})}
    key = discard(service, folder).key
    boto3.client("s3").put_object(Bucket=BUCKET, Key=key, Body=json.dumps(body))
    queue.clear()
    return key


def discard(service: Service, folder: str) -> Discard:
    at = service.clock()
    record = Record(1, "INSERT", "CONTACT#c", "EVENT#e", at)
    return Discard(folder, "shardId-1", (record,), RETRIES, 11, at, "s3")


def objects() -> list[str]:
    return [each["Key"] for each in boto3.client("s3").list_objects_v2(Bucket=BUCKET).get("Contents", [])]

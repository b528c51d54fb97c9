"""The operator's side: what was given up on is worked again, and all contacts are looked at again."""

import json
from typing import Any

import boto3
import pytest

from cli.discarded import AT_ONCE, Unreadable, read_discarded
from leadbell.contacts.items import partition
from leadbell.errors import Unavailable
from leadbell.scoring.published import Models
from leadbell.scoring.rules import default_model
from tests.aws.discards import RETRIES, Discard
from tests.aws.on_moto import mailing
from tests.aws.records import Record
from tests.integration.on_aws import BUCKET, OnAws, said, told
from tests.integration.sam_template import mapping_of
from tests.integration.service import EVA, REGION, Service

EMAIL = EVA["email"]


@pytest.fixture
def stack(stack: OnAws) -> OnAws:
    boto3.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    return stack


# ---- redrive --------------------------------------------------------------------------------------------------------


def give_up(service: Service, folder: str) -> str:
    """All records that wait for the function end in the failure bucket; gives the object's key."""
    service.stream.read()
    queue = service.stream.queues[folder]
    records = tuple(as_record(service, each["dynamodb"]) for each in queue)
    queue.clear()
    return leave(service, folder, *records)


def leave(service: Service, folder: str, *records: Record) -> str:
    discard = Discard(folder, "shardId-1", records, RETRIES, 11, service.clock(), "s3")
    boto3.client("s3").put_object(Bucket=BUCKET, Key=discard.key, Body=discard.body)
    return discard.key


def as_record(service: Service, told: dict[str, Any]) -> Record:
    keys = told["Keys"]
    return Record(int(told["SequenceNumber"]), keys["pk"]["S"], keys["sk"]["S"], "INSERT", service.clock())


def objects() -> list[str]:
    return [each["Key"] for each in boto3.client("s3").list_objects_v2(Bucket=BUCKET).get("Contents", [])]


def test_a_request_that_score_gave_up_on_is_scored_and_its_object_deleted(
    stack: OnAws, capsys: pytest.CaptureFixture[str]
) -> None:
    service = stack.functions.service
    service.post("/forms/demo", EVA)
    give_up(service, "score")
    assert told(capsys, "redrive") == {"dry_run": False, "done": 1, "contacts": 1, "mails": 0, "left": []}
    assert service.standing(EMAIL).stage == "sql"
    assert objects() == []


def test_a_mail_that_notify_gave_up_on_is_sent_once(stack: OnAws, capsys: pytest.CaptureFixture[str]) -> None:
    service = stack.functions.service
    service.post("/forms/demo", EVA)
    service.run("score")
    give_up(service, "notify")
    assert told(capsys, "redrive")["mails"] == 1
    assert told(capsys, "redrive")["mails"] == 0
    service.later(30)
    assert len(service.mails()) == 1
    assert objects() == []


def test_what_the_sweep_healed_already_changes_nothing(stack: OnAws, capsys: pytest.CaptureFixture[str]) -> None:
    service = stack.functions.service
    service.post("/forms/demo", EVA)
    give_up(service, "score")
    service.later(30)
    before = service.items()
    assert told(capsys, "redrive")["done"] == 1
    service.later(30)
    assert service.items() == before
    assert len(service.mails()) == 1


def test_a_page_view_that_no_sweep_would_find_is_counted(stack: OnAws, capsys: pytest.CaptureFixture[str]) -> None:
    service = stack.functions.service
    service.file(EMAIL, "pricing.viewed")
    give_up(service, "score")
    told(capsys, "redrive")
    assert service.standing(EMAIL).score.interest == 15


def test_a_dry_run_says_what_is_there_and_leaves_it(stack: OnAws, capsys: pytest.CaptureFixture[str]) -> None:
    stack.functions.service.post("/forms/demo", EVA)
    stack.functions.service.post("/forms/contact", {**EVA, "email": "kim@acme.example.com"})
    key = give_up(stack.functions.service, "score")
    assert said(capsys, "redrive", "--dry-run") == "1 batch to process (2 contacts, 0 mails), 0 failed."
    assert objects() == [key]
    assert stack.functions.service.standing(EMAIL).version == 0


def test_a_mail_to_a_visitor_that_notify_gave_up_on_is_sent(capsys: pytest.CaptureFixture[str]) -> None:
    with mailing() as here:
        boto3.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        stack = OnAws(here.service)
        here.patch.setattr("cli.context.connect", lambda *_: stack)
        here.sign_up("reader@acme.example.com")
        here.service.run("score")
        give_up(here.service, "notify")
        assert said(capsys, "redrive") == "1 batch processed and deleted (0 contacts, 1 mail), 0 failed."
        assert [mail.to for mail in here.ses.sent] == ["reader@acme.example.com"]
        assert objects() == []


def test_an_object_stays_while_the_table_does_not_answer(stack: OnAws, capsys: pytest.CaptureFixture[str]) -> None:
    service = stack.functions.service
    service.post("/forms/demo", EVA)
    key = give_up(service, "score")
    service.faults.refuse("score", "TransactWriteItems")
    (left,) = told(capsys, "redrive", status=1)["left"]
    assert left["object"] == key
    assert objects() == [key]
    service.faults.end()
    assert told(capsys, "redrive")["done"] == 1
    assert objects() == []


def test_an_object_stays_while_its_function_fails(stack: OnAws, capsys: pytest.CaptureFixture[str]) -> None:
    stack.functions.service.post("/forms/demo", EVA)
    key = give_up(stack.functions.service, "score")
    stack.functions.fails = "score"
    (left,) = told(capsys, "redrive", status=1)["left"]
    assert left["reason"] == "ScoreFunction failed (ImportModuleError); its log gives the reason"
    assert objects() == [key]


def test_one_object_that_cannot_be_read_holds_up_no_other(stack: OnAws, capsys: pytest.CaptureFixture[str]) -> None:
    service = stack.functions.service
    service.post("/forms/demo", EVA)
    give_up(service, "score")
    unknown = leave(service, "score", Record(7, "CONTACT#c", "STANDING", "INSERT", service.clock()))
    boto3.client("s3").put_object(Bucket=BUCKET, Key="aws/lambda/a/b/not-json", Body=b"hello")
    report = told(capsys, "redrive", status=1)
    assert {each["object"] for each in report["left"]} == {unknown, "aws/lambda/a/b/not-json"}
    assert report["done"] == 1
    assert set(objects()) == {unknown, "aws/lambda/a/b/not-json"}


def test_a_batch_larger_than_a_function_works_at_once_is_worked_in_parts(
    stack: OnAws, capsys: pytest.CaptureFixture[str]
) -> None:
    service = stack.functions.service
    people = [f"person{number}@example.com" for number in range(11)]
    for who in people:
        service.file(who, "pricing.viewed")
    give_up(service, "score")
    assert told(capsys, "redrive")["contacts"] == 11
    assert {service.standing(who).score.interest for who in people} == {15}


def test_a_function_gets_no_more_at_once_than_from_the_stream() -> None:
    assert AT_ONCE["ScoreFunction"] < mapping_of("score").batch_size
    assert AT_ONCE["NotifyFunction"] <= mapping_of("notify").batch_size


def test_an_empty_bucket_is_said(stack: OnAws, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "redrive") == "The failure bucket is empty. There is nothing to process."


@pytest.mark.parametrize("payload", [{"Records": []}, json.dumps({"Records": []})], ids=["an object", "text"])
def test_the_event_is_read_as_text_or_as_it_is(payload: Any) -> None:
    """AWS's page shows the payload as one string and does not say how it is quoted."""
    assert read_discarded(json.dumps({"payload": payload}).encode()).contacts == frozenset()


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"payload": "no event"}', b'{"payload": {"Records": [{}]}}', b"\xff"]
)
def test_what_lambda_does_not_write_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read_discarded(body)


# ---- reconcile ------------------------------------------------------------------------------------------------------


def counts(report: dict[str, Any]) -> tuple[int, int, int, int]:
    return report["looked_at"], report["changed"], report["parked"], report["alerts"]


def test_a_request_that_was_never_looked_at_alerts_when_it_is_found_and_once(
    stack: OnAws, capsys: pytest.CaptureFixture[str]
) -> None:
    service = stack.functions.service
    service.post("/forms/demo", EVA)
    service.stream.lose()
    report = told(capsys, "reconcile")
    assert counts(report) == (1, 1, 0, 1)
    assert report["moves"] == [{"from": "prospect", "to": "sql", "count": 1}]
    assert counts(told(capsys, "reconcile")) == (1, 0, 0, 0)
    service.later(30)
    assert len(service.mails()) == 1


def test_nothing_is_written_where_nothing_differs(stack: OnAws, capsys: pytest.CaptureFixture[str]) -> None:
    service = stack.functions.service
    for who in (EMAIL, "kim@acme.example.com"):
        service.post("/forms/contact", {**EVA, "email": who})
    service.pump()
    before = service.items()
    assert counts(told(capsys, "reconcile", "--scan")) == (2, 0, 0, 0)
    assert service.items() == before


def test_a_lost_page_view_of_a_known_contact_is_found(stack: OnAws, capsys: pytest.CaptureFixture[str]) -> None:
    service = stack.functions.service
    service.post("/newsletter", {"email": EMAIL})
    service.pump()
    service.file(EMAIL, "pricing.viewed")
    service.stream.lose()
    assert service.standing(EMAIL).score.interest == 10
    assert counts(told(capsys, "reconcile")) == (1, 1, 0, 0)
    assert service.standing(EMAIL).score.interest == 25


def test_who_has_only_page_views_that_were_never_looked_at_is_found_by_a_scan(
    stack: OnAws, capsys: pytest.CaptureFixture[str]
) -> None:
    service = stack.functions.service
    service.file(EMAIL, "pricing.viewed")
    service.table.put({"pk": partition("v_browser"), "sk": "EVENT#2026-03-02#x", "type": "page.viewed"})
    service.stream.lose()
    assert counts(told(capsys, "reconcile")) == (0, 0, 0, 0)
    assert counts(told(capsys, "reconcile", "--scan")) == (1, 1, 0, 0)
    assert service.standing(EMAIL).score.interest == 15


def test_who_cannot_be_derived_is_parked_and_let_go_when_mended(
    stack: OnAws, capsys: pytest.CaptureFixture[str]
) -> None:
    service = stack.functions.service
    for who in (EMAIL, "kim@acme.example.com"):
        service.post("/forms/contact", {**EVA, "email": who})
    service.stream.lose()
    (fact,) = service.facts(EMAIL)
    service.table.put({**fact, "type": "cow.milked"})
    assert counts(told(capsys, "reconcile")) == (2, 1, 1, 0)
    service.table.put(fact)
    assert counts(told(capsys, "reconcile")) == (2, 1, 0, 0)
    assert not [item for item in service.items() if item["sk"] == "PARKED"]


def test_a_new_model_alone_alerts_nobody_when_all_are_looked_at(
    stack: OnAws, capsys: pytest.CaptureFixture[str]
) -> None:
    service = stack.functions.service
    service.post("/forms/contact", {**EVA, "message": "Do you sell in Norway?"})
    service.pump()
    service.mails()
    model = default_model()
    model = model.model_copy(update={"requests": model.questions})
    Models(service.table).publish(model.compiled(), 0, "test", service.clock())
    service.clock.move(hours=1)
    report = told(capsys, "reconcile")
    assert (report["changed"], report["alerts"], report["mails"]) == (1, 0, 0)
    assert service.standing(EMAIL).qualification.held_at is not None
    service.later(60)
    assert service.mails() == []


def test_one_contact_is_looked_at_alone(stack: OnAws, capsys: pytest.CaptureFixture[str]) -> None:
    service = stack.functions.service
    for who in (EMAIL, "kim@acme.example.com"):
        service.post("/forms/contact", {**EVA, "email": who})
    service.stream.lose()
    assert "1 changed, 0 parked. Sales gets 0 alerts and 1 other mail." in said(capsys, "reconcile", EMAIL)
    assert service.standing("kim@acme.example.com").version == 0


def test_who_is_not_known_is_said(stack: OnAws, capsys: pytest.CaptureFixture[str]) -> None:
    assert "No contact found for nobody@example.com." in said(capsys, "reconcile", "nobody@example.com", status=1)


def test_who_could_not_be_written_is_told_and_done_by_the_next_run(
    stack: OnAws, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    service = stack.functions.service
    service.post("/forms/demo", EVA)
    service.stream.lose()
    with monkeypatch.context() as patched:
        patched.setattr("leadbell.table.Table.transact", refuse)
        report = told(capsys, "reconcile", status=1)
    assert report["failed"] == [service.id_of(EMAIL)]
    assert counts(told(capsys, "reconcile")) == (1, 1, 0, 1)


def refuse(*_: Any) -> None:
    raise Unavailable("the table refuses")


def test_an_attribute_that_another_program_added_stops_nothing(service: Service) -> None:
    service.post("/forms/demo", EVA)
    service.stream.lose()
    client = boto3.client("dynamodb")
    for item in client.scan(TableName=service.table.name)["Items"]:
        tags = {"tags": {"SS": ["vip"]}, "share": {"N": "1.5"}, "years": {"NS": ["2025", "2026"]}}
        client.put_item(TableName=service.table.name, Item={**item, **tags})
    service.clock.move(minutes=11)
    assert service.sweep()["contacts"] == 1
    assert service.standing(EMAIL).stage == "sql"

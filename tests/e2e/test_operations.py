"""The operator's commands against the deployed service: nothing that is there already is done twice."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

from cli.local.running import Running
from cli.service import Service
from leadbell.contacts.items import partition
from tests.aws.discards import RETRIES, Discard
from tests.aws.records import Record
from tests.e2e.conftest import Mails
from tests.e2e.test_whole_loop import address, leadbell
from tests.e2e.visitor import DEMO_REQUEST, submit


def test_what_was_worked_already_is_redriven_and_reconciled_without_a_second_mail(
    running: Running, mails_about: Callable[..., Mails]
) -> None:
    eva = address()
    submit(running.addresses.api_url, "/forms/demo", email=eva, **DEMO_REQUEST)
    assert len(mails_about(eva, 1)) == 1
    service = Service(running.stack)
    contact = service.contact_id(eva)
    (fact,) = service.contacts.facts(contact)
    keys = [fact.key, *(letter["sk"] for letter in service.outbox.of_contact(partition(contact)))]
    at = datetime.now(UTC)
    records = tuple(Record(number, partition(contact), key, "INSERT", at) for number, key in enumerate(keys, start=1))
    discard = Discard("score", "shardId-1", records, RETRIES, 11, at, "s3")
    s3, bucket = running.stack.client("s3"), running.stack.output("FailureBucket")
    s3.put_object(Bucket=bucket, Key=discard.key, Body=discard.body)

    assert json.loads(leadbell(running, "redrive", "--json")) == {
        "dry_run": False,
        "done": 1,
        "contacts": 1,
        "mails": 1,
        "left": [],
    }
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0
    report = json.loads(leadbell(running, "reconcile", eva, "--json"))
    assert (report["looked_at"], report["changed"], report["alerts"]) == (1, 0, 0)
    assert json.loads(leadbell(running, "reconcile", "--scan", "--json"))["looked_at"] >= 1
    assert len(mails_about(eva, 2, within_seconds=2)) == 1

"""Each role grants what its function calls, no less and no more.

A broad scenario goes through the real handlers; each call is noted with the action that AWS checks for it and the
resource it is made on, and compared with the function's policies in template.yaml.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest

from leadbell.outbox.links import choices_token
from leadbell.outbox.visitor_delivery import VisitorDelivery
from leadbell.outbox.visitor_outbox import visitor_mail_of
from tests.integration.sam_template import Grant, functions, grants_of
from tests.integration.service import DEFAULT_INBOX, ENVIRONMENT, EVA, Service, event_file, limit_as_deployed
from tests.integration.test_attachments import FILES, multipart

EMAIL = EVA["email"]
SENDER = "news@tidewell.example"
SENDERS = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/*"

# Granted though no handler calls it.
FAILED_RECORDS = {Grant("s3:PutObject", "FailureBucket/*"), Grant("s3:ListBucket", "FailureBucket")}
# SES asks for it where the sender or the account has a default configuration set, which no call names.
DEFAULT_SET = {Grant("ses:SendEmail", f"{SENDERS.removesuffix('identity/*')}configuration-set/*")}
STREAM = {
    Grant(f"dynamodb:{action}", "Table/stream")
    for action in ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")
}
NOT_CALLED = {
    # Lambda reads the stream, and leaves what it gave up on in the bucket, with the function's role.
    "score": STREAM | FAILED_RECORDS,
    "notify": STREAM | FAILED_RECORDS | DEFAULT_SET,
    "sweep": DEFAULT_SET,
    # A link to a file that is not there answers 404 and not 403.
    "downloads": {Grant("s3:ListBucket", "AssetBucket")},
}

_TRANSACTION = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}


def needed(service: str, operation: str, params: Mapping[str, Any]) -> set[Grant]:
    """What AWS checks before it does a call."""
    if operation == "TransactWriteItems":
        kinds = [next(iter(item.items())) for item in params["TransactItems"]]
        return {Grant(f"dynamodb:{_TRANSACTION[kind]}", _table(body)) for kind, body in kinds}
    if operation == "HeadObject":
        return {Grant("s3:GetObject", _objects(params))}
    if operation == "ListObjectsV2":
        return {Grant("s3:ListBucket", _bucket(params))}
    if operation == "BatchGetItem":
        return {Grant("dynamodb:BatchGetItem", _table({"TableName": name})) for name in params["RequestItems"]}
    resource = {"dynamodb": _table, "sns": _topic, "sqs": _queue, "s3": _objects, "sesv2": _sender}[service]
    return {Grant(f"{service.removesuffix('v2')}:{operation}", resource(params))}


def _table(params: Mapping[str, Any]) -> str:
    assert params["TableName"] == ENVIRONMENT["TABLE_NAME"]
    return f"Table/index/{params['IndexName']}" if "IndexName" in params else "Table"


def _topic(params: Mapping[str, Any]) -> str:
    name = params["TopicArn"].rpartition(":")[2]
    return (
        "DefaultInboxTopic" if params["TopicArn"] == DEFAULT_INBOX else f"rep-*{name.removeprefix('leadbell-rep-')}"[:5]
    )


def _queue(params: Mapping[str, Any]) -> str:
    assert params["QueueUrl"] == ENVIRONMENT["RECEIPT_QUEUE_URL"]
    return "ReceiptQueue"


def _bucket(params: Mapping[str, Any]) -> str:
    names = {ENVIRONMENT["ASSET_BUCKET"]: "AssetBucket", ENVIRONMENT["ATTACHMENT_BUCKET"]: "AttachmentBucket"}
    return names[params["Bucket"]]


def _sender(params: Mapping[str, Any]) -> str:
    assert params["FromEmailAddress"].endswith(f"<{SENDER}>")
    return SENDERS


def _objects(params: Mapping[str, Any]) -> str:
    bucket = _bucket(params)
    return "AssetBucket/*" if bucket == "AssetBucket" else f"{bucket}/{params['Key'].partition('/')[0]}/*"


def live_through_everything(service: Service) -> None:
    """Every branch of every handler that makes a call of its own."""
    service.add_rep("sara", "SE")
    for name in ("forms-demo-urlencoded", "forms-contact-multipart", "newsletter-signup", "downloads-guide"):
        service.send(event_file(name))
        service.send(event_file(name))
    trapped = {"email": EMAIL, "_gotcha": "x"}
    service.post_body("/forms/contact", multipart(trapped, FILES), "multipart/form-data; boundary=xyz")
    service.file("max@muster.example.com", "pricing.viewed")
    service.pump()
    (alert,) = [mail for mail in service.mails() if mail.subject.startswith("Sales lead")]
    service.get(alert.body.split()[-1].removeprefix(ENVIRONMENT["PUBLIC_URL"]))
    service.clock.move(minutes=2)
    service.post_body("/forms/contact", multipart(EVA, FILES), "multipart/form-data; boundary=xyz")
    service.pump()
    service.get(service.mails()[-1].body.split()[-1].removeprefix(ENVIRONMENT["PUBLIC_URL"]))

    # A doorbell and an answer are lost, a contact is poisoned and mended, nobody reads for a while.
    service.clock.move(hours=1)
    service.post("/forms/pricing", EVA)
    service.stream.lose()
    service.faults.refuse("notify", "Publish", "InternalError", status=500, times=1)
    service.post("/forms/contact", {**EVA, "email": "kim@acme.example.com", "_anon": "browser-1"})
    service.pump()
    service.post("/forms/demo", {"email": "nora@fjord.example.com", "country": "NO"})
    (fact,) = service.facts("nora@fjord.example.com")
    service.table.put({**fact, "type": "cow.milked"})
    service.pump()
    service.later(20)
    service.table.put(fact)
    service.leave_topic(DEFAULT_INBOX)
    service.clock.move(hours=2)
    service.later(3)
    service.sns.subscribe(TopicArn=DEFAULT_INBOX, Protocol="email", Endpoint="sales@example.com")
    service.later(40)
    service.clock.at += timedelta(days=40)
    service.later(2)
    sign_up_and_choose(service)
    # Facts of long ago turn up, and facts of before an erasure.
    erased = "gone@acme.example.com"
    pk = f"CONTACT#{service.id_of(erased)}"
    service.table.put({"pk": pk, "sk": "STANDING", "erased_at": "2099-01-01T00:00:00.000Z", "version": 1})
    service.post("/newsletter", {"email": erased})
    service.pump()
    service.post("/forms/contact", {"email": erased, "message": "Hello?"})
    service.stream.lose()
    service.later(12)


def sign_up_and_choose(service: Service) -> None:
    """A signup that is confirmed and left, with an address suppressed, and one whose record is lost."""
    for reader in ("reader@acme.example.com", "reader+again@acme.example.com", "other@acme.example.com"):
        service.post("/newsletter", {"email": reader})
        service.run("score")
        if reader.startswith("other"):
            service.stream.lose()
        service.pump()
    delivery: VisitorDelivery = service.apps["notify"].visitor_delivery()
    first, *_ = map(visitor_mail_of, service.items("reader@acme.example.com", "MAIL#"))
    link, choices = delivery.link(first), choices_token(delivery.keys, first.contact_id, service.clock())
    for path, does in ((link, "confirm"), (f"/preferences/{choices}", "leave"), (link, "")):
        service.get(urlsplit(path).path)
        assert service.post(urlsplit(path).path, {"do": does}).status == 200
        service.clock.move(seconds=1)
        service.pump()
    service.post("/newsletter", {"email": "reader@acme.example.com"})
    service.later(2)
    service.clock.move(days=2)
    service.post("/newsletter", {"email": "reader@acme.example.com"})
    service.pump()
    *_, last = map(visitor_mail_of, service.items("reader@acme.example.com", "MAIL#"))
    service.post(urlsplit(delivery.link(last)).path, {"do": "confirm"})


def fill_up(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """One address sends more than a door takes: the door looks whether it was a retry."""
    for folder, path in (("forms", "/forms/demo"), ("newsletter", "/newsletter"), ("downloads", "/downloads/guide")):
        limit_as_deployed(service.apps[folder], monkeypatch)
        for number in range(6):
            answer = service.post(path, {"email": "often@acme.example.com", "message": f"{number}"})
        assert answer.status == 429


def let_mails_out(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if all had been deployed with a sender."""
    ses = {folder: boto3.client("sesv2") for folder in ("notify", "sweep")}
    ses["notify"].create_email_identity(EmailIdentity=SENDER)
    for folder, client in ses.items():
        service.faults.watches(folder, client)
    notify, sweep, newsletter = (service.apps[name] for name in ("notify", "sweep", "newsletter"))
    by_notify = replace(notify.visitor_delivery(), sender=SENDER, ses=lambda: ses["notify"])
    monkeypatch.setattr(notify, "visitor_delivery", lambda: by_notify)
    by_sweep = replace(sweep.visitor_delivery, sender=SENDER, ses=lambda: ses["sweep"])
    monkeypatch.setattr(sweep, "sweep", replace(sweep.sweep, visitor_delivery=by_sweep))
    monkeypatch.setattr(newsletter, "settings", type(newsletter.settings)({**ENVIRONMENT, "SENDER_EMAIL": SENDER}))


def test_no_function_lacks_a_grant_and_none_holds_one_it_does_not_use(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_mails_out(service, monkeypatch)
    called: dict[str, set[Grant]] = {folder: set() for folder in functions()}
    for folder, grants in called.items():
        service.faults.watch(folder, lambda *call, grants=grants: grants.update(needed(*call)))
    live_through_everything(service)
    fill_up(service, monkeypatch)

    assert {folder for folder, grants in called.items() if grants} == functions().keys()
    assert Grant("sns:Publish", "rep-*") in called["notify"] & called["sweep"]
    assert Grant("ses:SendEmail", SENDERS) in called["notify"] & called["sweep"]
    granted = {folder: grants_of(folder) for folder in functions()}
    nothing: dict[str, list[Grant]] = {folder: [] for folder in functions()}
    assert {folder: sorted(called[folder] - granted[folder]) for folder in granted} == nothing
    unused = {folder: granted[folder] - called[folder] - NOT_CALLED.get(folder, set()) for folder in granted}
    assert {folder: sorted(grants) for folder, grants in unused.items()} == nothing
    assert not [folder for folder, grants in NOT_CALLED.items() if grants & called[folder]]


def test_the_list_of_grants_without_a_call_has_no_stale_entry() -> None:
    for folder, grants in NOT_CALLED.items():
        assert grants <= grants_of(folder)


def test_no_grant_is_wider_than_one_resource_of_ours() -> None:
    for folder in functions():
        for grant in grants_of(folder):
            assert "*" not in grant.action
            assert grant.resource.removesuffix("*").rstrip("/-") != ""

"""`leadbell doctor`: each line on a stack that is well, and each way in which it fails, with a fix to type."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from cli.commands import doctor
from cli.context import Context
from cli.doctor import account, journey, mail, running, storage
from cli.doctor.check import Check, Look, examined
from cli.service import Service as Deployed
from cli.stack import Stack
from leadbell.errors import Unstorable
from leadbell.forms.config import PACKAGED, Form, FormField, FormsConfig, SpamSettings
from tests.integration.on_aws import ALARMS, OnAws, ran, told
from tests.integration.sam_template import template
from tests.integration.service import DEFAULT_INBOX, ENVIRONMENT, REGION, Service

SENDER, DOMAIN = "news@tidewell.example", "tidewell.example"
QUEUE_ARN = "arn:aws:sqs:eu-north-1:123456789012:leadbell-ReceiptQueue"


class Says:
    """A client that gives these answers, whatever it is asked; one that is an error is raised."""

    def __init__(self, **answers: Any) -> None:
        self._answers = answers

    def __getattr__(self, name: str) -> Callable[..., Any]:
        answer = self._answers[name]

        def call(**asked: Any) -> Any:
            found = answer(**asked) if callable(answer) else answer
            if isinstance(found, Exception):
                raise found
            return found

        return call

    def get_paginator(self, name: str) -> Any:
        pages = self._answers[name]
        return Says(paginate=lambda **asked: [pages(**asked) if callable(pages) else pages])


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "Operation")


def looked(stack: Stack, look: Look, **clients: Any) -> dict[str, Check]:
    """The lines of one look, with these clients in the place of AWS's."""
    if isinstance(stack, OnAws):
        stack.clients |= {name.replace("_", "-"): client for name, client in clients.items()}
    return {check.name: check for check in examined(Deployed(stack), [("this", look)])}


def states(checks: dict[str, Check]) -> dict[str, str]:
    return {name: check.state for name, check in checks.items()}


def can_be_typed(check: Check) -> None:
    assert check.state == "fail"
    assert any(word in check.fix for word in ("aws ", "leadbell ", "make deploy", "timedatectl")), check.fix


# ---- The account -----------------------------------------------------------------------------------------------------


def caller(off: timedelta = timedelta()) -> Says:
    date = (account.now() - off).strftime("%a, %d %b %Y %H:%M:%S GMT")
    answer = {"Arn": "arn:aws:iam::123456789012:user/eva", "ResponseMetadata": {"HTTPHeaders": {"date": date}}}
    return Says(get_caller_identity=answer)


def test_credentials_and_clock(stack: OnAws) -> None:
    found = looked(stack, account.credentials, sts=caller())
    assert states(found) == {"credentials": "pass", "clock": "pass"}
    assert found["credentials"].found == f"arn:aws:iam::123456789012:user/eva in {REGION}"


@pytest.mark.parametrize("off", [timedelta(minutes=2), -timedelta(minutes=2)])
def test_a_clock_that_is_off(stack: OnAws, off: timedelta) -> None:
    can_be_typed(looked(stack, account.credentials, sts=caller(off))["clock"])


def test_credentials_that_aws_does_not_take(stack: OnAws) -> None:
    found = looked(stack, account.credentials, sts=Says(get_caller_identity=refused("ExpiredToken")))
    assert "could not be checked" in found["this"].found
    can_be_typed(found["this"])


@pytest.mark.parametrize(("at_once", "state"), [(10, "fail"), (99, "fail"), (100, "pass"), (1000, "pass")])
def test_a_new_account_runs_few_functions_at_once(stack: OnAws, at_once: int, state: str) -> None:
    stack.functions.at_once = at_once
    check = looked(stack, account.concurrency)["functions at once"]
    assert check.state == state
    if state == "fail":
        can_be_typed(check)
        assert f"--region {REGION}" in check.fix


# ---- What runs -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "state", "fix"),
    [
        ("CREATE_COMPLETE", "pass", ""),
        ("UPDATE_COMPLETE", "pass", ""),
        ("UPDATE_ROLLBACK_COMPLETE", "pass", ""),
        ("IMPORT_COMPLETE", "pass", ""),
        ("ROLLBACK_COMPLETE", "fail", "delete-stack"),
        ("CREATE_FAILED", "fail", "delete-stack"),
        ("UPDATE_IN_PROGRESS", "fail", "wait stack-update-complete"),
        ("UPDATE_ROLLBACK_FAILED", "fail", "continue-update-rollback"),
    ],
)
def test_the_state_of_the_stack(stack: OnAws, status: str, state: str, fix: str) -> None:
    stack.__dict__["description"] = {"StackStatus": status}
    check = looked(stack, running.state)["stack"]
    assert (check.state, check.found) == (state, status)
    assert fix in check.fix


def lambdas(**answers: Any) -> Says:
    enabled = {"UUID": "u-1", "State": "Enabled"}
    well = {
        "get_function_configuration": {"State": "Active", "Environment": {"Variables": ENVIRONMENT}},
        "list_event_source_mappings": {"EventSourceMappings": [enabled]},
    }
    return Says(**(well | answers))


def test_functions_that_can_be_called(stack: OnAws) -> None:
    assert states(looked(stack, running.functions, **{"lambda": lambdas()})) == {"functions": "pass"}
    assert set(running.FUNCTIONS) == {
        name for name, each in template()["Resources"].items() if each["Type"] == "AWS::Serverless::Function"
    }


def test_a_function_that_failed_to_start(stack: OnAws) -> None:
    client = lambdas(
        get_function_configuration=lambda FunctionName: {"State": "Failed" if "Score" in FunctionName else "Active"}
    )
    check = looked(stack, running.functions, **{"lambda": client})["functions"]
    assert check.found == "ScoreFunction is Failed"
    can_be_typed(check)


def test_stream_mappings_that_are_on(stack: OnAws) -> None:
    found = looked(stack, running.mappings, **{"lambda": lambdas()})
    assert states(found) == {"submissions to score": "pass", "mails to notify": "pass"}


@pytest.mark.parametrize("state", ["Disabled", "Disabling"])
@pytest.mark.parametrize(("function", "name"), running.MAPPINGS.items())
def test_a_stream_mapping_that_is_switched_off(stack: OnAws, function: str, name: str, state: str) -> None:
    client = lambdas(
        list_event_source_mappings=lambda FunctionName: {
            "EventSourceMappings": [{"UUID": "u-7", "State": state if function in FunctionName else "Enabled"}]
        }
    )
    found = looked(stack, running.mappings, **{"lambda": client})
    assert [each for each in found if found[each].state == "fail"] == [name]
    assert found[name].fix == "aws lambda update-event-source-mapping --uuid u-7 --enabled"


def test_a_stream_mapping_that_is_gone(stack: OnAws) -> None:
    client = lambdas(list_event_source_mappings={"EventSourceMappings": []})
    for check in looked(stack, running.mappings, **{"lambda": client}).values():
        can_be_typed(check)


@pytest.mark.parametrize(("state", "expected"), [("ENABLED", "pass"), ("DISABLED", "fail")])
def test_the_schedule_of_the_sweep(stack: OnAws, state: str, expected: str) -> None:
    target = {"Arn": "arn:sweep", "RoleArn": "arn:role", "RetryPolicy": {"MaximumRetryAttempts": 0}}
    answer = {"State": state, "ScheduleExpression": "rate(1 minute)", "Target": target}
    check = looked(stack, running.schedule, scheduler=Says(get_schedule=answer))["sweep"]
    assert check.state == expected
    if expected == "fail":
        assert """--target '{"Arn": "arn:sweep", "RoleArn": "arn:role"}'""" in check.fix
        can_be_typed(check)


def alarm(name: str, **about: Any) -> dict[str, Any]:
    return {"AlarmName": name, "ActionsEnabled": True, "AlarmActions": [ALARMS], "StateValue": "OK", **about}


def alarmed(stack: OnAws, *alarms: dict[str, Any]) -> dict[str, Check]:
    resources = [{"ResourceType": "AWS::CloudWatch::Alarm", "PhysicalResourceId": each["AlarmName"]} for each in alarms]
    listed = Says(list_stack_resources={"StackResourceSummaries": resources})
    told = Says(
        describe_alarms=lambda AlarmNames: {"MetricAlarms": [a for a in alarms if a["AlarmName"] in AlarmNames]}
    )
    return looked(stack, running.alarms, cloudformation=listed, cloudwatch=told)


def test_alarms_that_are_armed_and_read(stack: OnAws) -> None:
    stack.clients["sns"] = subscribed(("email", "ops@example.com", "arn:1"))
    found = alarmed(stack, alarm("a"), alarm("b", StateValue="INSUFFICIENT_DATA"))
    assert states(found) == {"alarms": "pass", "alarm state": "pass", "alarm inbox": "pass"}


@pytest.mark.parametrize("about", [{"ActionsEnabled": False}, {"AlarmActions": []}, {"AlarmActions": ["arn:other"]}])
def test_an_alarm_that_tells_nobody(stack: OnAws, about: dict[str, Any]) -> None:
    check = alarmed(stack, alarm("a"), alarm("b", **about))["alarms"]
    assert (check.found, check.fix) == (
        "send no mail: b",
        "aws cloudwatch enable-alarm-actions --alarm-names b",
    )


def test_a_stack_without_alarms_and_one_whose_alarm_is_on(stack: OnAws) -> None:
    can_be_typed(alarmed(stack)["alarms"])
    check = alarmed(stack, alarm("a"), alarm("b", StateValue="ALARM"))["alarm state"]
    assert check.found == "on: b"
    can_be_typed(check)


def test_an_alarm_inbox_that_nobody_confirmed(stack: OnAws) -> None:
    waiting = {"Subscriptions": [{"Protocol": "email", "Endpoint": "ops@example.com", "SubscriptionArn": "Pending"}]}
    stack.clients["sns"] = Says(list_subscriptions_by_topic=waiting)
    check = alarmed(stack, alarm("a"))["alarm inbox"]
    assert "ops@example.com" in check.found
    assert f"--topic-arn {ALARMS}" in check.fix
    can_be_typed(check)


# ---- What is stored --------------------------------------------------------------------------------------------------


def described(**about: Any) -> Says:
    index = [{"IndexName": name, "IndexStatus": "ACTIVE"} for name in storage.INDEXES]
    well = {
        "TableStatus": "ACTIVE",
        "GlobalSecondaryIndexes": index,
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
        "DeletionProtectionEnabled": True,
    }
    return Says(describe_table={"Table": well | about})


def test_a_table_as_the_template_wants_it(stack: OnAws) -> None:
    found = looked(stack, storage.table, dynamodb=described())
    assert set(states(found).values()) == {"pass"}
    assert set(found) == {"table", "indexes", "stream", "deletion protection"}
    (table,) = [each for each in template()["Resources"].values() if each["Type"] == "AWS::DynamoDB::Table"]
    indexes = {each["IndexName"] for each in table["Properties"]["GlobalSecondaryIndexes"]}
    assert set(storage.INDEXES) == indexes


@pytest.mark.parametrize(
    ("about", "name", "found"),
    [
        ({"TableStatus": "CREATING"}, "table", "CREATING"),
        ({"GlobalSecondaryIndexes": []}, "indexes", "due is missing"),
        ({"GlobalSecondaryIndexes": [{"IndexName": "due", "IndexStatus": "CREATING"}]}, "indexes", "due is CREATING"),
        ({"StreamSpecification": {}}, "stream", "it is off"),
        (
            {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}},
            "stream",
            "it is NEW_IMAGE",
        ),
        ({"DeletionProtectionEnabled": False}, "deletion protection", "off"),
    ],
)
def test_a_table_that_is_not(stack: OnAws, about: dict[str, Any], name: str, found: str) -> None:
    check = looked(stack, storage.table, dynamodb=described(**about))[name]
    assert found in check.found
    can_be_typed(check)


@pytest.mark.parametrize(
    ("ttl", "pitr", "failing"),
    [
        ("ENABLED", "ENABLED", []),
        ("DISABLED", "ENABLED", ["expiry"]),
        ("ENABLED", "DISABLED", ["backups"]),
    ],
)
def test_expiry_and_backups(stack: OnAws, ttl: str, pitr: str, failing: list[str]) -> None:
    recovery = {"PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": pitr}}
    client = Says(
        describe_time_to_live={"TimeToLiveDescription": {"TimeToLiveStatus": ttl}},
        describe_continuous_backups={"ContinuousBackupsDescription": recovery},
    )
    found = looked(stack, storage.safety, dynamodb=client)
    assert [name for name, check in found.items() if check.state == "fail"] == failing
    for name in failing:
        can_be_typed(found[name])


def s3(**answers: Any) -> Says:
    block = dict.fromkeys(("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True)
    return Says(**({"get_public_access_block": {"PublicAccessBlockConfiguration": block}} | answers))


def test_private_buckets(stack: OnAws) -> None:
    found = looked(stack, storage.buckets, s3=s3())
    assert states(found) == {"asset bucket": "pass", "attachment bucket": "pass", "failure bucket": "pass"}


@pytest.mark.parametrize(
    "answer",
    [{"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}}, refused("NoSuchPublicAccessBlockConfiguration")],
)
def test_a_bucket_that_the_public_could_read(stack: OnAws, answer: Any) -> None:
    for check in looked(stack, storage.buckets, s3=s3(get_public_access_block=answer)).values():
        can_be_typed(check)


@pytest.mark.parametrize(("count", "state"), [(0, "pass"), (3, "fail")])
def test_records_that_were_given_up_on(stack: OnAws, count: int, state: str) -> None:
    check = looked(stack, storage.failures, s3=s3(list_objects_v2={"KeyCount": count}))["failed records"]
    assert check.state == state
    assert ("leadbell redrive --stack-name leadbell" in check.fix) is (state == "fail")


def test_published_files_that_this_version_reads(stack: OnAws) -> None:
    assert states(looked(stack, storage.published)) == {"model": "pass", "forms": "pass"}


def test_published_forms_that_it_cannot_read(stack: OnAws) -> None:
    stack.functions.service.table.put({"pk": "CONFIG#forms", "sk": "ACTIVE", "version": "1", "forms": '{"odd": 1}'})
    found = looked(stack, storage.published)
    assert "leadbell forms publish" in found["this"].fix


def test_a_table_of_another_kind_ends_no_check_but_its_own(stack: OnAws) -> None:
    def odd(service: Deployed) -> Iterable[Check]:
        raise Unstorable("the table will never take this: ValidationException")

    found = list(examined(Deployed(stack), [("model", odd), ("forms", storage.published)]))
    assert [(check.name, check.state) for check in found] == [("model", "fail"), ("model", "pass"), ("forms", "pass")]
    can_be_typed(found[0])


# ---- Mails -----------------------------------------------------------------------------------------------------------


def receipts(waiting: int = 0) -> Says:
    attributes = {"QueueArn": QUEUE_ARN, "ApproximateNumberOfMessages": str(waiting)}
    return Says(get_queue_attributes={"Attributes": attributes})


def subscribed(*subscriptions: tuple[str, str, str]) -> Says:
    told = [
        {"Protocol": protocol, "Endpoint": endpoint, "SubscriptionArn": arn}
        for protocol, endpoint, arn in subscriptions
    ]
    return Says(list_subscriptions_by_topic={"Subscriptions": told})


def test_inboxes_that_are_read_and_leave_receipts(stack: OnAws) -> None:
    sns = subscribed(("email", "sales@example.com", "arn:1"), ("sqs", QUEUE_ARN, "arn:2"))
    found = looked(stack, mail.inboxes, sns=sns, sqs=receipts(3))
    assert states(found) == {"default inbox": "pass", "receipts": "pass"}
    assert found["receipts"].found == "3 waiting to be read"


def test_an_inbox_that_nobody_confirmed_and_one_without_receipts(stack: OnAws) -> None:
    sns = subscribed(("email", "sales@example.com", "PendingConfirmation"))
    found = looked(stack, mail.inboxes, sns=sns, sqs=receipts())
    assert states(found) == {"default inbox": "fail", "receipts": "fail"}
    assert f"--topic-arn {DEFAULT_INBOX}" in found["default inbox"].fix
    assert f"--notification-endpoint {QUEUE_ARN}" in found["receipts"].fix
    for check in found.values():
        can_be_typed(check)


def test_each_rep_has_a_line(stack: OnAws) -> None:
    stack.functions.service.add_rep("sara", "SE")
    sns = subscribed(("email", "x@example.com", "arn:1"), ("sqs", QUEUE_ARN, "arn:2"))
    assert set(looked(stack, mail.inboxes, sns=sns, sqs=receipts())) == {"default inbox", "rep sara", "receipts"}


SIGNED = {"SigningEnabled": True, "Status": "SUCCESS"}
ACCOUNT = {"ProductionAccessEnabled": True, "SendingEnabled": True}


def ses(address: Any, domain: Any, account: Any = None, **answers: Any) -> Says:
    def identity(EmailIdentity: str) -> Any:
        found = address if "@" in EmailIdentity else domain
        return refused("NotFoundException") if found is None else found

    return Says(get_email_identity=identity, get_account=account or ACCOUNT, **answers)


def visited(stack: OnAws, client: Says) -> dict[str, Check]:
    stack.functions.variables["SENDER_EMAIL"] = SENDER
    return looked(stack, mail.visitors, sesv2=client)


def of_domain(**about: Any) -> dict[str, Any]:
    return {"VerifiedForSendingStatus": True, "DkimAttributes": SIGNED, **about}


def test_without_a_sender_no_mail_goes_to_visitors(stack: OnAws) -> None:
    check = looked(stack, mail.visitors)["mail to visitors"]
    assert check.state == "pass"
    assert "SenderEmail" in check.found


def test_a_domain_that_is_verified_and_signed(stack: OnAws) -> None:
    found = visited(stack, ses(None, of_domain()))
    assert states(found) == {"mail to visitors": "pass", "DKIM": "pass"}


def test_a_default_configuration_set(stack: OnAws) -> None:
    found = visited(stack, ses(None, of_domain(ConfigurationSetName="ours"), get_configuration_set={}))
    assert found["configuration set"].state == "pass"
    gone = ses(None, of_domain(ConfigurationSetName="ours"), get_configuration_set=refused("NotFoundException"))
    assert "could not be checked" in visited(stack, gone)["this"].found


@pytest.mark.parametrize(
    ("address", "domain", "account", "name", "found"),
    [
        (None, None, None, "mail to visitors", "not verified"),
        (of_domain(), None, None, "DKIM", "only the address is verified"),
        (None, of_domain(DkimAttributes={"SigningEnabled": True, "Status": "PENDING"}), None, "DKIM", "PENDING"),
        (None, of_domain(DkimAttributes={"SigningEnabled": False, "Status": "SUCCESS"}), None, "DKIM", "switched off"),
        (None, of_domain(), {"ProductionAccessEnabled": False}, "mail to visitors", "sandbox"),
        (
            None,
            of_domain(),
            {"ProductionAccessEnabled": True, "SendingEnabled": False},
            "mail to visitors",
            "paused",
        ),
    ],
)
def test_what_keeps_mails_to_visitors_from_arriving(
    stack: OnAws, address: Any, domain: Any, account: Any, name: str, found: str
) -> None:
    check = visited(stack, ses(address, domain, account))[name]
    assert check.state == "fail"
    assert found in check.found.replace("has not verified", "not verified")
    assert check.fix


# ---- From a form to a mail -------------------------------------------------------------------------------------------


@pytest.fixture
def web(stack: OnAws, monkeypatch: pytest.MonkeyPatch) -> Service:
    """The public address of the service, without a network; the stream runs while somebody waits."""
    service = stack.functions.service

    def asked(url: str, body: Any = None, origins: Iterable[str] = ()) -> journey.Reply:
        path = url.removeprefix(ENVIRONMENT["PUBLIC_URL"])
        answer = service.get(path) if body is None else service.post(path, body)
        return journey.Reply(200 if answer.status == 303 else answer.status, answer.body)

    def waited(state: Callable[[], str]) -> str:
        service.pump()
        return state()

    monkeypatch.setattr(journey, "asked", asked)
    monkeypatch.setattr(journey, "waited", waited)
    return service


def went(stack: OnAws, monkeypatch: pytest.MonkeyPatch) -> Check:
    context = Context()
    context.__dict__["stack"] = stack
    monkeypatch.setattr(Context, "now", lambda _: stack.functions.service.clock())
    return looked(stack, journey.form_to_mail(context, "1a2b3c4d"))[journey.JOURNEY]


def test_the_public_address_answers(stack: OnAws, web: Service) -> None:
    assert looked(stack, journey.public_address)[journey.ADDRESS].state == "pass"


@pytest.mark.parametrize("reply", [journey.Reply(404, "Not Found"), journey.Reply(0, "nothing (timed out)")])
def test_a_public_address_that_leads_nowhere(
    stack: OnAws, monkeypatch: pytest.MonkeyPatch, reply: journey.Reply
) -> None:
    monkeypatch.setattr(journey, "asked", lambda url: reply)
    can_be_typed(looked(stack, journey.public_address)[journey.ADDRESS])


def test_a_form_becomes_a_mail_that_says_that_it_is_a_test_and_its_contact_is_erased(
    stack: OnAws, web: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert went(stack, monkeypatch).state == "pass"
    (sent,) = web.mails()
    assert journey.MARK in sent.body.replace("\n> ", " ")
    assert web.facts(journey.VISITOR) == []
    (standing,) = [item for item in web.items(journey.VISITOR) if item["sk"] == "STANDING"]
    assert "erased_at" in standing
    web.clock.move(minutes=2)
    assert went(stack, monkeypatch).state == "pass"


def test_a_door_that_does_not_take_the_form(stack: OnAws, web: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journey, "asked", lambda *_: journey.Reply(503, "Service Unavailable"))
    check = went(stack, monkeypatch)
    assert "answers 503" in check.found
    can_be_typed(check)


def test_a_mail_that_is_blocked(stack: OnAws, web: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    web.leave_topic(DEFAULT_INBOX)
    check = went(stack, monkeypatch)
    assert "its mail is blocked" in check.found
    can_be_typed(check)


def test_a_submission_that_nobody_decides_about(stack: OnAws, web: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journey, "waited", lambda state: state())
    check = went(stack, monkeypatch)
    assert "no mail was decided" in check.found
    can_be_typed(check)
    assert web.facts(journey.VISITOR) == []


def test_a_form_that_only_its_page_can_send_is_not_tried(
    stack: OnAws, web: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    guarded = (
        Form("a", "A", "question", "question", spam=SpamSettings(turnstile=True)),
        Form("b", "B", "question", "question", fields=(FormField("team", required=True),)),
        Form("c", "C", "question", "question", got_it=True),
        Form("d", "D", "question", "question", state="closed"),
        Form("e", "E", "", "", copy="never"),
    )
    stack.__dict__.pop("service", None)
    config = FormsConfig("1", {form.id: form for form in guarded}, PACKAGED.downloads, PACKAGED.newsletter)
    monkeypatch.setattr(Deployed, "active_forms", config)
    assert went(stack, monkeypatch).state == "skip"
    assert web.facts(journey.VISITOR) == []


def test_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 1000, 50))
    monkeypatch.setattr(journey, "monotonic", lambda: float(next(clock)))
    monkeypatch.setattr(journey, "sleep", lambda _: None)
    assert journey.waited(lambda: "pending") == "pending"
    monkeypatch.setattr(journey, "monotonic", lambda: 0.0)
    found = iter(["", "pending", "sent"])
    assert journey.waited(lambda: next(found)) == "sent"


# ---- The whole command -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [refused("AccessDenied"), EndpointConnectionError(endpoint_url="https://x.example")])
def test_what_cannot_be_checked_has_not_passed(stack: OnAws, error: Exception) -> None:
    check = looked(stack, storage.buckets, s3=Says(get_public_access_block=error))["this"]
    assert (check.state, check.found[:21]) == ("fail", "could not be checked.")
    assert check.fix


def lines_of(monkeypatch: pytest.MonkeyPatch, *checks: Check) -> None:
    monkeypatch.setattr(doctor, "_checks", lambda context, with_form: iter(checks))


WELL = Check("table", "pass", "leadbell-Table")
ODD = Check("sweep", "fail", "it is off [sic]", "aws scheduler update-schedule --name x")
SKIPPED = Check("backups", "skip", "not emulated on this machine")


def test_it_ends_with_status_1_where_a_check_fails(
    stack: OnAws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines_of(monkeypatch, WELL, ODD, SKIPPED)
    assert ran(capsys, "doctor", status=1)[0].splitlines() == [
        "pass  table: leadbell-Table",
        "FAIL  sweep: it is off [sic]",
        "      Fix: aws scheduler update-schedule --name x",
        "skip  backups: not emulated on this machine",
        "1 passed, 1 failed, 1 skipped.",
    ]
    assert told(capsys, "doctor", status=1)[1] == {
        "name": "sweep",
        "state": "fail",
        "found": "it is off [sic]",
        "fix": "aws scheduler update-schedule --name x",
    }


def test_it_ends_with_status_0_where_all_is_well(
    stack: OnAws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines_of(monkeypatch, WELL, WELL)
    assert ran(capsys, "doctor")[0].splitlines()[-1] == "2 passed, 0 failed."


def test_without_a_form_nothing_is_sent(
    stack: OnAws, web: Service, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(doctor, "LOOKS", (("model and forms", storage.published),))
    assert [check["name"] for check in told(capsys, "doctor", "--no-form")] == ["model", "forms"]
    assert web.items() == []
    assert [check["name"] for check in told(capsys, "doctor")] == ["model", "forms", journey.JOURNEY]
    assert len(web.mails()) == 1

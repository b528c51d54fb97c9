"""What runs: the stack, its functions, the stream mappings, the schedule, the alarms."""

import json
from collections.abc import Iterator
from typing import Any

from cli.doctor.check import Check, failed, judged
from cli.service import Service
from cli.stack import Stack, live
from cli.subscriptions import addresses, subscribe_again

FUNCTIONS = tuple(
    f"{name}Function" for name in ("Forms", "Downloads", "Newsletter", "Consent", "Sales", "Score", "Notify", "Sweep")
)
MAPPINGS = {"ScoreFunction": "submissions to score", "NotifyFunction": "mails to notify"}
SCHEDULE = "SweepFunctionEachMinute"


def state(service: Service) -> Iterator[Check]:
    """Whether the last deployment ended well."""
    stack = service.stack
    found = str(stack.description["StackStatus"])
    is_well = found.endswith("_COMPLETE") and found not in ("ROLLBACK_COMPLETE", "DELETE_COMPLETE")
    yield judged("stack", is_well, found, found, _stack_fix(stack, found))


def _stack_fix(stack: Stack, found: str) -> str:
    if found == "UPDATE_ROLLBACK_FAILED":
        return f"aws cloudformation continue-update-rollback --stack-name {stack.name}"
    if found.endswith("_IN_PROGRESS"):
        return f"aws cloudformation wait stack-update-complete --stack-name {stack.name}"
    return f"aws cloudformation delete-stack --stack-name {stack.name}, then {stack.deploy} EMAIL=you@example.com"


def functions(service: Service) -> Iterator[Check]:
    """Whether each function can be called."""
    client, stack = service.stack.client("lambda"), service.stack
    states = {
        name: client.get_function_configuration(FunctionName=live(stack, name)).get("State", "Active")
        for name in FUNCTIONS
    }
    wrong = ", ".join(f"{name} is {found}" for name, found in states.items() if found != "Active")
    yield judged(
        "functions", not wrong, f"{len(states)} can be called", wrong, f"{stack.deploy} (a new version of each)"
    )


def mappings(service: Service) -> Iterator[Check]:
    """Whether the stream is handed to score and notify: where it is not, each alert waits for the sweep."""
    client = service.stack.client("lambda")
    for function, name in MAPPINGS.items():
        found = client.list_event_source_mappings(FunctionName=live(service.stack, function))["EventSourceMappings"]
        if not found:
            yield failed(name, "the stream mapping is missing, so alerts come 10 minutes late", service.stack.deploy)
            continue
        mapping = found[0]
        is_on = mapping["State"] in ("Enabled", "Enabling", "Updating", "Creating")
        wrong = f"the stream mapping is {mapping['State']}, so alerts come 10 minutes late"
        fix = f"aws lambda update-event-source-mapping --uuid {mapping['UUID']} --enabled"
        yield judged(name, is_on, f"the stream mapping is {mapping['State']}", wrong, fix)


def schedule(service: Service) -> Iterator[Check]:
    """Whether the sweep is started each minute."""
    name = service.stack.resource(SCHEDULE)
    found = service.stack.client("scheduler").get_schedule(Name=name)
    target = json.dumps({key: found["Target"][key] for key in ("Arn", "RoleArn")})
    fix = (
        f"aws scheduler update-schedule --name {name} --state ENABLED --schedule-expression 'rate(1 minute)' "
        f"--flexible-time-window Mode=OFF --target '{target}'"
    )
    wrong = "the sweep is switched off: nothing that was missed is made good"
    yield judged("sweep", found["State"] == "ENABLED", f"runs at {found['ScheduleExpression']}", wrong, fix)


def alarms(service: Service) -> Iterator[Check]:
    """Whether alarms are armed and somebody gets them, and which are on."""
    stack, topic = service.stack, service.stack.output("AlarmTopicArn")
    found = _alarms_of(stack)
    silent = [each["AlarmName"] for each in found if not each["ActionsEnabled"] or topic not in each["AlarmActions"]]
    wrong = f"send no mail: {', '.join(silent)}" if silent else "there are none"
    fix = f"aws cloudwatch enable-alarm-actions --alarm-names {' '.join(silent)}" if silent else stack.deploy
    yield judged("alarms", bool(found) and not silent, f"{len(found)} are armed", wrong, fix)
    on = [each["AlarmName"] for each in found if each["StateValue"] == "ALARM"]
    look = f"See docs/how-to/operate.md, then: leadbell status{stack.option}"
    yield judged("alarm state", not on, "none is on", f"on: {', '.join(on)}", look)
    yield from _alarm_inbox(stack, topic)


def _alarms_of(stack: Stack) -> list[dict[str, Any]]:
    """By the stack's own list: another stack's name may begin with this one's."""
    pages = stack.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack.name)
    names = [
        each["PhysicalResourceId"]
        for page in pages
        for each in page["StackResourceSummaries"]
        if each["ResourceType"] == "AWS::CloudWatch::Alarm"
    ]
    return list(stack.client("cloudwatch").describe_alarms(AlarmNames=names)["MetricAlarms"]) if names else []


def _alarm_inbox(stack: Stack, topic: str) -> Iterator[Check]:
    readers = addresses(stack.client("sns"), topic)
    confirmed = [address for address, arn in readers.items() if arn.startswith("arn:")]
    waiting = ", ".join(readers) or "nobody is subscribed"
    fix = f'Confirm with the link in the mail from AWS: leadbell confirm "LINK"{stack.option}. If it is lost: '
    yield judged(
        "alarm inbox",
        bool(confirmed),
        f"confirmed: {', '.join(confirmed)}",
        f"no confirmed address ({waiting}), so nobody gets an alarm",
        fix + subscribe_again(topic),
    )

"""Mails: who reads each inbox, whether receipts come back, and what SES does for mails to visitors."""

from collections.abc import Iterator
from typing import Any

from cli.doctor.check import Check, failed, judged, only_on_aws, passed
from cli.service import Service
from cli.stack import Stack
from cli.subscriptions import addresses, subscribe_again
from cli.visitor_mail import DKIM, NAME, dkim_of, identities_of, mail_to_visitors, sender_fix
from leadbell.sales.inboxes import DEFAULT_INBOX, expected


def inboxes(service: Service) -> Iterator[Check]:
    """Whether somebody has confirmed each inbox, and whether each mail to it leaves a receipt."""
    stack, sns = service.stack, service.stack.client("sns")
    topics = expected(service.reps.all(), stack.output("DefaultInboxTopicArn"))
    for inbox, topic in topics.items():
        name = inbox if inbox == DEFAULT_INBOX else f"rep {inbox}"
        readers = addresses(sns, topic)
        confirmed = [address for address, arn in readers.items() if arn.startswith("arn:")]
        waiting = ", ".join(readers) or "nobody is subscribed"
        yield judged(
            name,
            bool(confirmed),
            f"confirmed: {', '.join(confirmed)}",
            f"no confirmed address ({waiting})",
            f'Confirm with the link in the mail from AWS: leadbell confirm "LINK"{stack.option}. If it is lost: '
            f"{subscribe_again(topic)}",
        )
    yield from _receipts(stack, sorted(topics.values()))


def _receipts(stack: Stack, topics: list[str]) -> Iterator[Check]:
    """Without its receipt a mail whose answer was lost is sent again after 15 minutes."""
    sns, url = stack.client("sns"), stack.output("ReceiptQueueUrl")
    wanted = ["QueueArn", "ApproximateNumberOfMessages"]
    queue = stack.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=wanted)["Attributes"]
    without = [topic for topic in topics if queue["QueueArn"] not in _queues(sns, topic)]
    fix = "; ".join(
        f"aws sns subscribe --protocol sqs --topic-arn {topic} --notification-endpoint {queue['QueueArn']}"
        for topic in without
    )
    names = ", ".join(topic.rpartition(":")[2] for topic in without)
    wrong = f"mails of {names} leave no receipt, so some may be sent twice"
    found = f"{int(queue['ApproximateNumberOfMessages']):,} waiting to be read"
    yield judged("receipts", not without, found, wrong, fix)


def _queues(sns: Any, topic: str) -> set[str]:
    pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    return {each["Endpoint"] for page in pages for each in page["Subscriptions"] if each["Protocol"] == "sqs"}


def visitors(service: Service) -> Iterator[Check]:
    """Whether SES sends mails to visitors, and signs them for the sender's domain."""
    sender = service.newsletter_sender
    if not sender:
        yield passed(NAME, f"off. To switch it on: {sender_fix(service.stack)}")
        return
    ses, domain = service.stack.client("sesv2"), sender.rpartition("@")[2]
    found = list(mail_to_visitors(service))
    for finding in found:
        if finding.is_well and not finding.is_warning:
            yield passed(finding.name, finding.found)
        else:
            yield failed(finding.name, finding.found, finding.fix)
    identities = identities_of(ses, sender)
    if service.stack.is_local:
        yield only_on_aws(DKIM)
    elif dkim_of(identities[domain]):
        yield passed(DKIM, f"{domain} is verified and its mails are signed")
    chosen = [each.get("ConfigurationSetName", "") for each in identities.values() if each]
    for name in filter(None, dict.fromkeys(chosen)):
        ses.get_configuration_set(ConfigurationSetName=name)
        yield passed("configuration set", f"{name} is there, and the functions may use it")

"""Who reads a topic, and whether the unsubscribe link in a mail works for everybody who comes by it.

AWS puts that link into each mail. A subscription that was confirmed by opening the link in AWS's mail can be ended by
anybody who opens the other one, mail scanners included; one that was confirmed by a signed call cannot:
https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html (AuthenticateOnUnsubscribe).
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from botocore.exceptions import ClientError

from cli.errors import CommandError
from cli.stack import Stack

HOW_TO_COPY = 'Copy the address of "Confirm subscription" in the mail from AWS, then: leadbell confirm "LINK".'


def read_link(link: str, region: str) -> tuple[str, str]:
    """The topic and the token in a link to confirm; raises CommandError where it is not one of AWS in this region.

    The link is never opened: opening it would confirm without a signature.
    """
    parts = urlsplit(link.strip())
    host = f"sns.{region}.amazonaws.com{'.cn' if region.startswith('cn-') else ''}"
    if "@" in link and not parts.scheme:
        raise CommandError(
            "An e-mail address cannot be confirmed by itself. The link in the mail from AWS is needed.", HOW_TO_COPY
        )
    if parts.scheme != "https" or parts.netloc.lower() != host:
        raise CommandError(f"This is not a link to {host}; it leads to {parts.netloc or 'no website'}.", HOW_TO_COPY)
    query = parse_qs(parts.query)
    missing = [name for name in ("TopicArn", "Token") if len(query.get(name, [])) != 1]
    if missing:
        fix = "Keep the quotation marks: without them the terminal cuts the link at the first &."
        raise CommandError(f"The link has no {' and no '.join(missing)}.", f"{HOW_TO_COPY} {fix}")
    return query["TopicArn"][0], query["Token"][0]


def confirm_signed(sns: Any, topic: str, token: str) -> str:
    """Confirms so that only this account can end the subscription; gives its ARN.

    Raises CommandError where the token is no longer good, or the subscription was confirmed by its link before.
    """
    try:
        answer = sns.confirm_subscription(TopicArn=topic, Token=token, AuthenticateOnUnsubscribe="true")
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("InvalidParameter", "NotFound", "AuthorizationError"):
            raise
        raise CommandError(
            f"AWS does not accept this link ({error.response['Error']['Code']}). It is older than two days, or a newer "
            "mail has replaced it.",
            f"Request a new mail: {subscribe_again(topic)}",
        ) from error
    arn = str(answer["SubscriptionArn"])
    if not is_signed(sns, arn):
        raise CommandError(
            "This address was already confirmed by opening the link. Anyone who opens the unsubscribe link in one of "
            "its mails can unsubscribe it. Alerts arrive until then.",
            f"Subscribe again: aws sns unsubscribe --subscription-arn {arn}, then {subscribe_again(topic)}, "
            'then leadbell confirm "NEW LINK".',
        )
    return arn


def is_signed(sns: Any, arn: str) -> bool:
    """Whether ending the subscription needs this account's signature."""
    attributes = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    return str(attributes.get("ConfirmationWasAuthenticated", "false")) == "true"


def open_to_all(sns: Any, topic: str) -> Iterator[str]:
    """The ARNs of the topic's confirmed e-mail subscriptions that anybody with one of its mails can end."""
    for arn in addresses(sns, topic).values():
        if arn.startswith("arn:") and not is_signed(sns, arn):
            yield arn


def addresses(sns: Any, topic: str) -> dict[str, str]:
    """The ARN of each e-mail address's subscription; it starts with `arn:` only once it is confirmed.

    A topic that is gone has none.
    """
    try:
        pages = list(sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic))
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("NotFound", "NotFoundException"):
            raise
        return {}
    return {
        each["Endpoint"]: each["SubscriptionArn"]
        for page in pages
        for each in page["Subscriptions"]
        if each["Protocol"].startswith("email")
    }


def end_command(stack: Stack, arn: str) -> str:
    """The command that ends a subscription; the local stack is reached with the key that the emulator takes."""
    command = f"aws sns unsubscribe --subscription-arn {arn} --region {stack.session.region_name}"
    if not stack.is_local:
        return command
    return f"AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test {command} --endpoint-url {stack.endpoint_url}"


def subscribe_again(topic: str) -> str:
    """The command that has AWS send a new mail to confirm."""
    return f"aws sns subscribe --protocol email --topic-arn {topic} --notification-endpoint ADDRESS"

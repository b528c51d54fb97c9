"""What `leadbell status` finds about mails to visitors: the sender, whether SES sends them, and which are blocked."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from cli.finding import Finding
from cli.service import Service
from cli.stack import Stack
from leadbell.outbox.mail import MailState, is_visitor_mail
from leadbell.outbox.visitor_outbox import VisitorOutbox
from leadbell.table import DUE_SHARDS

NAME = "mail to visitors"
SINGLE = "off: newsletter signups count without confirmation (single opt-in); their time and form are stored as proof"
LOOKED_AT = 1000  # of what waits in each part of the index


def sender_fix(stack: Stack) -> str:
    """The command that sets the sender."""
    return f"{stack.deploy} PARAMETERS='SenderEmail=news@example.com' (an address that SES has verified)"


def mail_to_visitors(service: Service) -> Iterator[Finding]:
    """Alerts never wait for any of this."""
    sender = service.newsletter_sender
    if not sender:
        yield Finding(NAME, True, SINGLE, f"For double opt-in: {sender_fix(service.stack)}")
        return
    try:
        yield from _ses(service.stack, sender)
    except ClientError as error:
        yield Finding(NAME, True, f"could not be checked ({error.response['Error']['Code']}); alerts do not need it")
    yield from _held_up(service)


def _ses(stack: Stack, sender: str) -> Iterator[Finding]:
    client = stack.client("sesv2")
    if not any(_is_verified(client, name) for name in (sender, sender.rpartition("@")[2])):
        fix = f"aws sesv2 create-email-identity --email-identity {sender}, then open the link in the mail to it."
        yield Finding(NAME, False, f"double opt-in from {sender}, which SES has not verified", fix)
        return
    account = client.get_account()
    if not account.get("SendingEnabled", True):
        yield Finding(
            NAME,
            False,
            "AWS has paused sending in this account",
            "Read the reason in the SES console, under Reputation metrics, and reply there.",
        )
    elif not account.get("ProductionAccessEnabled"):
        fix = "Request production access in the SES console. Until then SES sends to verified addresses only."
        yield Finding(NAME, False, f"double opt-in from {sender}, but SES is in its sandbox", fix)
    else:
        yield Finding(NAME, True, f"double opt-in from {sender}")


def _is_verified(client: Any, name: str) -> bool:
    try:
        answer = client.get_email_identity(EmailIdentity=name)
    except ClientError as error:
        if error.response["Error"]["Code"] == "NotFoundException":
            return False
        raise
    return bool(answer.get("VerifiedForSendingStatus"))


def _held_up(service: Service) -> Iterator[Finding]:
    outbox = VisitorOutbox(service.table)
    mails = (
        outbox.waiting(item["pk"], item["sk"])
        for shard in range(DUE_SHARDS)
        for item in service.table.query_index("due", "due_pk = :pk", {":pk": f"DUE#{shard}"}, LOOKED_AT)
        if is_visitor_mail(item["sk"])
    )
    reasons = Counter(mail.why for mail in mails if mail is not None and mail.state is MailState.BLOCKED)
    if reasons:
        told = ", ".join(f"{number:,} ({why})" for why, number in sorted(reasons.items()))
        fix = "They are retried for a day. AccessDeniedException: the role may not send. MessageRejected: see above."
        yield Finding("blocked mails to visitors", False, told, fix)

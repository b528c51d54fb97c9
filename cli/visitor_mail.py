"""What `leadbell status` finds about mails to visitors: the sender, whether SES sends them, and which are blocked."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from cli.finding import Finding
from cli.service import Service
from cli.stack import Stack
from leadbell.outbox.mail import MailState, is_visitor_mail
from leadbell.outbox.mailing_rules import DAY_IS_FULL
from leadbell.outbox.visitor_outbox import VisitorOutbox
from leadbell.table import DUE_SHARDS

NAME = "mail to visitors"
DKIM = "DKIM"
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
    client, domain = stack.client("sesv2"), sender.rpartition("@")[2]
    identities = identities_of(client, sender)
    if not any(identity.get("VerifiedForSendingStatus") for identity in identities.values()):
        fix = f"{_identify(domain)} Or, without DMARC: aws sesv2 create-email-identity --email-identity {sender}"
        yield Finding(NAME, False, f"double opt-in from {sender}, which SES has not verified", fix)
        return
    if not stack.is_local:  # the emulator signs nothing
        yield from _signed(domain, identities[domain])
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


def identities_of(client: Any, sender: str) -> dict[str, Mapping[str, Any]]:
    """What SES knows of the sender's address and of its domain."""
    return {name: _identity(client, name) for name in (sender, sender.rpartition("@")[2])}


def dkim_of(identity: Mapping[str, Any]) -> bool:
    """Whether SES signs mails of this identity, and its DNS says that it may."""
    dkim = identity.get("DkimAttributes", {})
    return bool(dkim.get("SigningEnabled")) and dkim.get("Status") == "SUCCESS"


def _signed(domain: str, identity: Mapping[str, Any]) -> Iterator[Finding]:
    """A mail that SES signs for another domain than the sender's fails DMARC, and so does one that is not signed."""
    if not identity:
        found = (
            f"only the address is verified, not {domain}: its mails fail DMARC, so they may be rejected or put in spam"
        )
        yield Finding(DKIM, True, found, _identify(domain), is_warning=True)
        return
    dkim = identity.get("DkimAttributes", {})
    if not dkim or dkim_of(identity):
        return
    state = dkim["Status"] if dkim["SigningEnabled"] else "switched off"
    fix = (
        f"Add the three records to the DNS of {domain}, or correct them: aws sesv2 get-email-identity --email-identity "
        f"{domain} --query DkimAttributes.Tokens. "
        f"Then: aws sesv2 put-email-identity-dkim-attributes --email-identity {domain} --signing-enabled"
    )
    yield Finding(DKIM, True, f"SES does not sign mails from {domain} with DKIM ({state})", fix, is_warning=True)


def _identify(domain: str) -> str:
    return (
        f"aws sesv2 create-email-identity --email-identity {domain}, then add the three CNAME records to its DNS: each "
        f"TOKEN of the answer as TOKEN._domainkey.{domain}, which points to TOKEN.dkim.amazonses.com."
    )


def _identity(client: Any, name: str) -> Mapping[str, Any]:
    """What SES knows of an address or a domain; nothing where it does not know it."""
    try:
        answer: Mapping[str, Any] = client.get_email_identity(EmailIdentity=name)
    except ClientError as error:
        if error.response["Error"]["Code"] == "NotFoundException":
            return {}
        raise
    return answer


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
        if DAY_IS_FULL in reasons:
            fix += (
                " Over the limit of a day they wait up to five days. If robots sign up, use Turnstile "
                f"(docs/how-to/deal-with-spam.md); else: {service.stack.deploy} PARAMETERS='FirstMailsPerDay=2000'"
            )
        yield Finding("blocked mails to visitors", False, told, fix)

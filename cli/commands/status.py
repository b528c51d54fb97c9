"""`leadbell status`: what blocks alerts, and what is waiting."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta

import typer
from botocore.exceptions import ClientError
from rich.console import Console
from rich.markup import escape

from cli.context import Context, reads_stack
from cli.errors import CommandError
from cli.finding import Finding
from cli.options import AsJson
from cli.printing import print_json
from cli.quota import ENOUGH_AT_ONCE, functions_at_once, raise_it, too_few
from cli.service import Service
from cli.stack import DEFAULT_DATA_DIR
from cli.subscriptions import addresses, end_command, open_to_all, subscribe_again
from cli.visitor_mail import mail_to_visitors, sender_fix
from leadbell.capture.quarantine import counted
from leadbell.contacts.privacy_requests import all_requests
from leadbell.contacts.silence import silent_contacts
from leadbell.formats import count_of, short_day
from leadbell.forms.config import FormsConfig
from leadbell.outbox.sns import Courier
from leadbell.sales.inboxes import DEFAULT_INBOX, expected
from leadbell.table import DUE_SHARDS, moment

LATE_SECONDS = 900
REVIEW_AHEAD = timedelta(days=30)


@reads_stack
def status(context: Context, as_json: AsJson = False) -> None:
    """Check what blocks alerts, and show the fix. Ends with status 1 if something does. Changes nothing."""
    service = context.service
    at = context.now()
    forms = service.forms.active()
    findings = [
        *_inboxes(service),
        *mail_to_visitors(service),
        *_downloads(service, forms),
        *_turnstile(service, forms),
    ]
    findings += [*_functions_at_once(service), *_waiting(service, at), *_privacy(service, at)]
    findings += [*_silent(service, at), *_review(service, at)]
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        console = Console(highlight=False)
        console.print(f"Status of the stack {escape(service.stack.title)}", soft_wrap=True)
        for finding in findings:
            console.print(f"{_mark(finding)} {finding.name}: {escape(finding.found)}", soft_wrap=True)
            if finding.fix:
                label = "Fix: " if finding.is_warning or not finding.is_well else ""
                console.print(f"        {label}{escape(finding.fix)}", soft_wrap=True)
    if not all(finding.is_well for finding in findings):
        raise typer.Exit(1)


def _mark(finding: Finding) -> str:
    if not finding.is_well:
        return "[red]blocked[/red]"
    return "[yellow]warning[/yellow]" if finding.is_warning else "[green]ok[/green]     "


def _inboxes(service: Service) -> Iterator[Finding]:
    default = service.stack.output("DefaultInboxTopicArn")
    sns = service.stack.client("sns")
    courier = Courier(sns, default)
    for inbox, topic in expected(service.reps.all(), default).items():
        name = inbox if inbox == DEFAULT_INBOX else f"rep {inbox}"
        readers = list(courier.readers(topic))
        if not readers:
            fix = f'Confirm with the link in the mail from AWS: leadbell confirm "LINK"{service.stack.option}'
            again = subscribe_again(topic)
            yield Finding(name, False, "no confirmed address", f"{fix}. If it is lost or older than two days: {again}")
            continue
        # In the emulator nobody confirms, and its mails have no such link.
        loose = [] if service.stack.is_local else list(open_to_all(sns, topic))
        found = count_of(len(readers), "confirmed address", "confirmed addresses")
        if inbox != DEFAULT_INBOX and len(readers) > 1:
            yield _several(service, name, topic, len(loose))
        elif not loose:
            yield Finding(name, True, found)
        else:
            fix = "A forwarded mail or a mail scanner can unsubscribe these. How to prevent it: docs/how-to/operate.md."
            yield Finding(name, True, f"{found}, {len(loose):,} of them by opening the link", fix)


def _several(service: Service, name: str, topic: str, loose: int) -> Finding:
    """A rep has one address; a second one is mostly the one from before."""
    sns = service.stack.client("sns")
    arns = {address: arn for address, arn in addresses(sns, topic).items() if arn.startswith("arn:")}
    ends = "; ".join(f"{address}: {end_command(service.stack, arn)}" for address, arn in arns.items())
    by_link = f" ({loose:,} of them by opening the link)" if loose else ""
    found = f"{len(arns):,} confirmed addresses{by_link}, each gets every alert: {', '.join(arns)}"
    return Finding(name, True, found, f"Unsubscribe the one that is out of use. {ends}", is_warning=True)


def _downloads(service: Service, forms: FormsConfig) -> Iterator[Finding]:
    """Whoever asks for a download without a file is told to come back later, so its owner has to know."""
    bucket, s3 = service.stack.output("AssetBucket"), service.stack.client("s3")
    for asset in forms.downloads.values():
        name = f"download {asset.id}"
        try:
            s3.head_object(Bucket=bucket, Key=asset.key)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code != "404":
                yield Finding(name, True, f"could not be checked ({code})", is_warning=True)
                continue
            fix = f"Upload it: aws s3 cp FILE s3://{bucket}/{asset.key}"
            found = f"its file {asset.key} is missing, so visitors are told that it is not available"
            yield Finding(name, True, found, fix, is_warning=True)
        else:
            yield Finding(name, True, f"{asset.key} is in the bucket")
        if asset.delivery == "mail" and not service.newsletter_sender:
            found = "to be mailed, but no sender is set; the link is shown on the page instead"
            yield Finding(name, True, found, sender_fix(service.stack), is_warning=True)


def _turnstile(service: Service, forms: FormsConfig) -> Iterator[Finding]:
    """Without its secret a form accepts a few submissions rather than none, so nothing else reports it."""
    ways = {f"form {each.id}": each.spam for each in forms.forms.values()}
    ways |= {f"download {each.id}": each.spam for each in forms.downloads.values()}
    asking = [name for name, spam in {**ways, "newsletter": forms.newsletter.spam}.items() if spam.turnstile]
    if asking and not service.checks_turnstile:
        found = f"no secret is set, so nothing is checked and at most three a minute are accepted: {', '.join(asking)}"
        what = "the secret key of the widget in Cloudflare's dashboard"
        fix = f"{service.stack.deploy} PARAMETERS='TurnstileSecret=SECRET' ({what})"
        yield Finding("Turnstile", True, found, fix, is_warning=True)


def _functions_at_once(service: Service) -> Iterator[Finding]:
    """A new account has few; a visitor beyond them is answered by API Gateway and by nothing of ours."""
    name = "functions at once"
    try:
        at_once = functions_at_once(service.stack.client("lambda"))
    except ClientError as error:
        yield Finding(name, True, f"could not be checked ({error.response['Error']['Code']})", is_warning=True)
        return
    if at_once < ENOUGH_AT_ONCE:
        yield Finding(name, True, too_few(at_once), raise_it(str(service.stack.session.region_name)), is_warning=True)
    else:
        yield Finding(name, True, f"{at_once:,}")


def _waiting(service: Service, at: datetime) -> Iterator[Finding]:
    due, parked = _due(service)
    find = "Find the cause: docs/how-to/operate.md, A contact is parked. Then:"
    yield Finding(
        "parked contacts",
        parked == 0,
        f"{parked:,}",
        f"{find} leadbell reconcile{service.stack.option}" if parked else "",
    )
    late = int((at - min(due)).total_seconds()) if due and min(due) < at else 0
    kept = counted(service.table, at.date())
    review = f"Review them: leadbell quarantine list{service.stack.option}" if kept else ""
    yield Finding("quarantine", True, count_of(kept, "submission"), review, is_warning=kept > 0)
    yield Finding(
        "timers",
        late < LATE_SECONDS,
        f"{count_of(late, 'second')} late" if late else "on time",
        f"Read the log of the function that runs each minute: {_log_of(service)}" if late >= LATE_SECONDS else "",
    )


def _privacy(service: Service, at: datetime) -> Iterator[Finding]:
    """What people ask and only a person can answer; the law gives a month."""
    waiting = [each for _, each in all_requests(service.table)]
    if not waiting:
        yield Finding("privacy requests", True, "none")
        return
    first = waiting[0].answer_by
    late = sum(each.answer_by < at.date() for each in waiting)
    overdue = f", {late:,} of them overdue" if late else ""
    found = f"{count_of(len(waiting), 'request')} to answer, the first by {short_day(first)}{overdue}"
    yield Finding("privacy requests", True, found, f"leadbell privacy{service.stack.option}", is_warning=True)


def _silent(service: Service, at: datetime) -> Iterator[Finding]:
    """Data that nobody needs any more is to be deleted."""
    count = sum(1 for _ in silent_contacts(service.contacts, at, in_stage_only=True))
    name, fix = "contacts silent for 24 months", f"List them: leadbell stale{service.stack.option}"
    yield Finding(name, True, f"at least {count:,}" if count else "none", fix if count else "", is_warning=count > 0)


def _review(service: Service, at: datetime) -> Iterator[Finding]:
    """Marketing and sales agreed on the model until a day."""
    try:
        day = service.written_model.agreement.review_by
    except CommandError as error:
        yield Finding("model", True, error.problem, error.fix, is_warning=True)
        return
    is_soon = day <= at.date() + REVIEW_AHEAD
    late = "was" if day < at.date() else "is"
    found = f"the agreement of marketing and sales {late} due for review by {short_day(day)}"
    fix = "Agree on the model, set a new review_by in its file, then: leadbell model publish FILE"
    yield Finding("model", True, found, fix if is_soon else "", is_warning=is_soon)


def _log_of(service: Service) -> str:
    """The command that shows the sweep's log; the emulator writes one for all functions."""
    if service.stack.is_local:
        return f"tail {DEFAULT_DATA_DIR}/emulator.log"
    return f"aws logs tail /aws/lambda/{service.stack.resource('SweepFunction')}"


def _due(service: Service) -> tuple[list[datetime], int]:
    """The earliest time in each partition of the due index, and how many parked contacts are in it."""
    earliest: list[datetime] = []
    parked = 0
    for shard in range(DUE_SHARDS):
        items = service.table.query_index("due", "due_pk = :pk", {":pk": f"DUE#{shard}"}, 1000)
        earliest += [moment(item["due_at"]) for item in items[:1]]
        parked += sum(item["sk"] == "PARKED" for item in items)
    return earliest, parked

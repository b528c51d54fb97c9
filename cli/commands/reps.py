"""`leadbell reps`: which rep gets which alerts. Each rep has an SNS topic and one e-mail address."""

import re
from dataclasses import replace
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.context import Context, changes_stack, reads_stack
from cli.errors import CommandError
from cli.options import AsJson
from cli.printing import print_json
from cli.service import Service
from cli.stack import Stack
from cli.subscriptions import addresses, end_command
from leadbell.contacts.lists import open_leads_of, staged
from leadbell.countries import country_code
from leadbell.errors import InvalidSubmission
from leadbell.formats import count_of
from leadbell.identity import contact_of, read_email
from leadbell.privacy.audit import Deed
from leadbell.sales.routing import Rep
from leadbell.table import Item

app = typer.Typer(help="Manage sales reps and the countries they cover.", no_args_is_help=True)

LOCAL_INBOX_QUEUE = "leadbell-local-inbox"


@app.command("add")
@changes_stack
def add(
    context: Context,
    rep_id: Annotated[str, typer.Argument(metavar="ID", help="A short id, such as anna.")],
    email: Annotated[
        str,
        typer.Option(help="Address for the alerts. AWS asks it to confirm. Default: unchanged; needed of a new rep."),
    ] = "",
    name: Annotated[str, typer.Option(help="Name of the rep. Default: unchanged; of a new rep, the id.")] = "",
    countries: Annotated[
        str | None,
        typer.Option(
            help='Countries the rep covers, such as SE,NO; "" for all countries that no other rep covers. '
            'Default: unchanged; of a new rep, "".'
        ),
    ] = None,
) -> None:
    """Add a rep, or change one. Creates the rep's SNS topic; AWS then asks the address to confirm.

    Of a rep who is there, only what you name is changed. An earlier address of the rep keeps getting alerts until it is
    unsubscribed; the command is shown. Recorded in the audit log.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,30}", rep_id):
        raise CommandError(
            f"{rep_id!r} is not a valid id.", "Use up to 31 lower-case letters, digits and hyphens, such as anna-berg."
        )
    given = None if countries is None else tuple(_country(text) for text in countries.split(",") if text.strip())
    service = context.service
    before = next((rep for rep in service.reps.all() if rep.id == rep_id), None)
    if email or before is None:
        _check_address(email)
    rep = before or Rep(rep_id, rep_id, "", ())
    covered = rep.countries if given is None else given
    with context.operator().noted(Deed.TEAM, "", f"{rep_id} {'changed' if before else 'added'}"):
        topic = topic_for(service.stack, rep_id, email) if email else rep.topic_arn
        service.reps.save(replace(rep, name=name or rep.name, topic_arn=topic, countries=covered))
    waits = email and not service.stack.is_local
    pending = f" Alerts start when {email} has confirmed the mail from AWS." if waits else ""
    typer.echo(f"{rep_id} covers {', '.join(covered) or 'all countries that no other rep covers'}.{pending}")
    if email:
        _warn_of_others(service.stack, topic, email)


@app.command("list")
@reads_stack
def list_reps(context: Context, as_json: AsJson = False) -> None:
    """List the reps with the countries they cover. Changes nothing."""
    service = context.service
    reps = sorted(service.reps.all(), key=lambda rep: rep.id)
    if as_json:
        print_json([{"id": rep.id, "name": rep.name, "countries": list(rep.countries)} for rep in reps])
        return
    sns = service.stack.client("sns")
    table = Table("id", "name", "countries", "addresses", box=None)
    for rep in reps:
        read_by = ", ".join(addresses(sns, rep.topic_arn)) or "none"
        table.add_row(rep.id, escape(rep.name), ", ".join(rep.countries) or "all others", escape(read_by))
    Console().print(table if reps else "There are no reps. Every alert goes to the default inbox.")


@app.command("remove")
@changes_stack
def remove(
    context: Context,
    rep_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the rep.")],
) -> None:
    """Remove a rep and the rep's SNS topic. Contacts the rep owned are routed by country from now on.

    Lists these contacts, each with the command that gives it another owner. Recorded in the audit log.
    """
    service = context.service
    topic = service.reps.named(rep_id).topic_arn
    with context.operator().noted(Deed.TEAM, "", f"{rep_id} removed"):
        service.reps.remove(rep_id)
        service.stack.client("sns").delete_topic(TopicArn=topic)
    typer.echo(f"Removed: {rep_id}.")
    _list_left_behind(service, rep_id)


def _list_left_behind(service: Service, rep_id: str) -> None:
    """The contacts that the rep owned and the open leads the rep was alerted to, with the command for each."""
    open_leads = {contact for contact, _ in open_leads_of(service.table, rep_id)}
    left = [
        item
        for item in staged(service.table)
        if item.get("owner") == rep_id or (not item.get("owner") and contact_of(item["pk"]) in open_leads)
    ]
    others = ", ".join(sorted(rep.id for rep in service.reps.all())) or "add a rep first: leadbell reps add"
    if left:
        typer.echo(f"{count_of(len(left), 'contact')} of {rep_id}, routed by country until they have another owner.")
        typer.echo(f"To give one to another rep ({others}):")
    for item in left:
        who, option = item.get("email") or _phone_of(service, item), service.stack.option
        typer.echo(f"  leadbell stage {who} {item['stage']} --owner REP{option}")
    typer.echo("Companies the rep owned get another owner by an import: leadbell import FILE --kind domains")


def _phone_of(service: Service, item: Item) -> str:
    """The number of a contact that has no address: lists do not show it, so its profile is read."""
    known = (service.table.get(item["pk"], "PROFILE") or {}).get("known", {})
    phones = (known[name]["value"] for name in ("phone_e164", "phone") if name in known)
    return str(next(phones, contact_of(item["pk"])))


def _check_address(email: str) -> None:
    try:
        read_email(email)
    except InvalidSubmission as error:
        problem = f"{email!r} is not an e-mail address." if email else "A new rep needs an address for the alerts."
        raise CommandError(problem, "Write one address, such as --email anna@example.com.") from error


def topic_for(stack: Stack, rep_id: str, email: str) -> str:
    """The rep's topic, created if it does not exist, with the address and the receipt queue subscribed."""
    sns, sqs = stack.client("sns"), stack.client("sqs")
    topic = str(sns.create_topic(Name=f"{stack.name}-rep-{rep_id}")["TopicArn"])
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=email)
    queues = [stack.output("ReceiptQueueUrl")]
    if stack.is_local:  # the local inbox reads what the rep would
        queues.append(str(sqs.get_queue_url(QueueName=LOCAL_INBOX_QUEUE)["QueueUrl"]))
    for url in queues:
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=attributes["QueueArn"])
    return topic


def _warn_of_others(stack: Stack, topic: str, email: str) -> None:
    """An address that the rep had before gets each alert too, until it is unsubscribed."""
    for address, arn in addresses(stack.client("sns"), topic).items():
        if address.lower() == email.lower():
            continue
        if arn.startswith("arn:"):
            told = f"Warning: {address} gets the alerts too. To end that: {end_command(stack, arn)}"
        else:
            told = f"Warning: {address} has not confirmed yet. If it does, it gets the alerts too."
        typer.echo(told, err=True)


def _country(text: str) -> str:
    code = country_code(text)
    if not code:
        raise CommandError(
            f"{text.strip()!r} is not a country.", "Use two-letter codes or English names, such as SE,NO or Sweden."
        )
    return code

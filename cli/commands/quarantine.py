"""`leadbell quarantine`: submissions that look automated, to review and release."""

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.context import Context, changes_stack, reads_stack
from cli.errors import CommandError
from cli.options import AsJson
from cli.printing import print_json
from leadbell.capture.quarantine import KEPT_DAYS, Held, held, the_one
from leadbell.contacts.items import partition
from leadbell.contacts.texts import Texts
from leadbell.errors import Ambiguous, NotFound
from leadbell.formats import short_time
from leadbell.plain_text import clean, quote
from leadbell.table import stamp

app = typer.Typer(
    help="Review and release submissions that look automated: stored for 30 days, not scored.", no_args_is_help=True
)

HeldId = Annotated[str, typer.Argument(metavar="ID", help="The id from `leadbell quarantine list`, or its start.")]


@app.command("list")
@reads_stack
def show(context: Context, as_json: AsJson = False) -> None:
    """List the submissions in quarantine, newest day first. Changes nothing."""
    found = list(held(context.service.table, context.now().date()))
    if as_json:
        print_json([_as_data(each) for each in found])
        return
    if not found:
        typer.echo(f"The quarantine is empty. Submissions stay there for {KEPT_DAYS} days.")
        return
    table = Table(box=None, pad_edge=False)
    table.add_column("id", no_wrap=True, overflow="ignore", min_width=max(len(each.fact.id) for each in found))
    for name in ("received", "type", "from", "message", "reason"):
        table.add_column(name)
    for each in found:
        fields = each.fact.fields
        who = ", ".join(clean(fields[name]) for name in ("name", "email", "company") if name in fields)
        says = clean(fields.get("message", ""), 60)
        what = f"{each.fact.kind.label} {fields.get('form', '')}".strip()
        table.add_row(
            each.fact.id, short_time(each.fact.received_at), what, escape(who), escape(says), "; ".join(each.signs)
        )
    Console().print(table)


@app.command("show")
@reads_stack
def show_one(
    context: Context,
    event_id: HeldId,
    as_json: AsJson = False,
) -> None:
    """Show a submission in quarantine: every field, and why it is there. Changes nothing."""
    found = _the_one(context, event_id)
    typed = Texts(context.service.table).read(partition(found.contact_id), found.fact.id)
    said = [(each.name, each.value) for each in typed] or [
        (name, str(each)) for name, each in found.fact.fields.items()
    ]
    if as_json:
        print_json({**_as_data(found), "typed": said})
        return
    typer.echo(f"{found.fact.id}, received {short_time(found.fact.received_at)} UTC: {'; '.join(found.signs)}")
    for name, value in said:
        typer.echo("\n".join(["", f"{clean(name)}:", *quote(value)]))


@app.command("release")
@changes_stack
def release(
    context: Context,
    event_id: HeldId,
    as_json: AsJson = False,
) -> None:
    """Release a submission: it is scored and delivered as if it had just arrived. Recorded in the audit log."""
    stack, operator = context.stack, context.operator()
    whole = _the_one(context, event_id).fact.id
    found = operator.release(whole, stack.client("s3"), stack.output("AttachmentBucket"))
    after = context.service.refresher().refresh(found.contact_id, operator.at)
    if as_json:
        print_json({**_as_data(found), "stage": str(after.stage), "grade": after.grade})
        return
    typer.echo(f"Released: {found.fact.kind.label}. The contact is now {after.stage}, grade {after.grade}.")


def _the_one(context: Context, start: str) -> Held:
    fix = "Copy an id from the list: leadbell quarantine list"
    try:
        return the_one(context.service.table, start, context.now().date())
    except NotFound as error:
        raise CommandError(f"No submission with the id {start} is in quarantine.", fix) from error
    except Ambiguous as error:
        raise CommandError(f"Several submissions in quarantine have an id that starts with {start}.", fix) from error


def _as_data(each: Held) -> dict[str, object]:
    return {
        "id": each.fact.id,
        "contact": each.contact_id,
        "type": each.fact.type,
        "at": stamp(each.fact.received_at),
        "signs": list(each.signs),
        "fields": dict(each.fact.fields),
    }

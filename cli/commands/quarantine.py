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
from leadbell.capture.quarantine import KEPT_DAYS, Held, held
from leadbell.errors import NotFound
from leadbell.formats import short_time
from leadbell.plain_text import clean
from leadbell.table import stamp

app = typer.Typer(
    help="Review and release submissions that look automated: stored for 30 days, not scored.", no_args_is_help=True
)


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
    table = Table("id", "received", "type", "from", "message", "reason", box=None, pad_edge=False)
    for each in found:
        fields = each.fact.fields
        who = ", ".join(clean(fields[name]) for name in ("name", "email", "company") if name in fields)
        says = clean(fields.get("message", ""), 60)
        what = f"{each.fact.kind.label} {fields.get('form', '')}".strip()
        table.add_row(
            each.fact.id, short_time(each.fact.received_at), what, escape(who), escape(says), "; ".join(each.signs)
        )
    Console().print(table)


@app.command("release")
@changes_stack
def release(
    context: Context,
    event_id: Annotated[str, typer.Argument(metavar="ID", help="The id from `leadbell quarantine list`.")],
    as_json: AsJson = False,
) -> None:
    """Release a submission: it is scored and delivered as if it had just arrived. Recorded in the audit log."""
    stack, operator = context.stack, context.operator()
    try:
        found = operator.release(event_id, stack.client("s3"), stack.output("AttachmentBucket"))
    except NotFound as error:
        raise CommandError(
            f"No submission with the id {event_id} is in quarantine.",
            "Copy an id from the list: leadbell quarantine list",
        ) from error
    after = context.service.refresher().refresh(found.contact_id, operator.at)
    if as_json:
        print_json({**_as_data(found), "stage": str(after.stage), "grade": after.grade})
        return
    typer.echo(f"Released: {found.fact.kind.label}. The contact is now {after.stage}, grade {after.grade}.")


def _as_data(each: Held) -> dict[str, object]:
    return {
        "id": each.fact.id,
        "contact": each.contact_id,
        "type": each.fact.type,
        "at": stamp(each.fact.received_at),
        "signs": list(each.signs),
        "fields": dict(each.fact.fields),
    }

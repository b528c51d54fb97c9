"""`leadbell quarantine`: submissions that looked like a machine's, to look through and to let go."""

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
from leadbell.formats import when
from leadbell.plain_text import clean
from leadbell.table import stamp

app = typer.Typer(help="Submissions that looked like a machine's: kept 30 days, not scored.", no_args_is_help=True)


@app.command("list")
@reads_stack
def show(context: Context, as_json: AsJson = False) -> None:
    """List what is in quarantine, the latest day first."""
    found = list(held(context.service.table, context.now().date()))
    if as_json:
        print_json([_as_data(each) for each in found])
        return
    if not found:
        typer.echo(f"Nothing is in quarantine; what comes there is kept {KEPT_DAYS} days.")
        return
    table = Table("id", "came", "what", "who", "says", "why it is here", box=None, pad_edge=False)
    for each in found:
        fields = each.fact.fields
        who = ", ".join(clean(fields[name]) for name in ("name", "email", "company") if name in fields)
        says = clean(fields.get("message", ""), 60)
        what = f"{each.fact.kind.label} {fields.get('form', '')}".strip()
        table.add_row(each.fact.id, when(each.fact.received_at), what, escape(who), escape(says), "; ".join(each.signs))
    Console().print(table)


@app.command("release")
@changes_stack
def let_go(
    context: Context,
    event_id: Annotated[str, typer.Argument(metavar="ID", help="As `leadbell quarantine list` shows it.")],
    as_json: AsJson = False,
) -> None:
    """Let one go: it is scored and heard as if it had just come."""
    stack, operator = context.stack, context.operator()
    try:
        found = operator.release(event_id, stack.client("s3"), stack.output("AttachmentBucket"))
    except NotFound as error:
        raise CommandError(
            f"Nothing of the id {event_id} is in quarantine.", "See `leadbell quarantine list`."
        ) from error
    after = context.service.refresher().refresh(found.contact_id, operator.at)
    if as_json:
        print_json({**_as_data(found), "stage": str(after.stage), "grade": after.grade})
        return
    typer.echo(f"Let go: {found.fact.kind.label}. The contact is now {after.stage}, grade {after.grade}.")


def _as_data(each: Held) -> dict[str, object]:
    return {
        "id": each.fact.id,
        "contact": each.contact_id,
        "type": each.fact.type,
        "at": stamp(each.fact.received_at),
        "signs": list(each.signs),
        "fields": dict(each.fact.fields),
    }

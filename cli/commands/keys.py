"""`leadbell keys`: the keys that sign links in mails. No command shows a key itself."""

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cli.context import Context, changes_stack, reads_stack
from cli.options import AsJson
from cli.printing import print_json
from leadbell.clock import new_secret
from leadbell.formats import short_time
from leadbell.keyed import LinkKey
from leadbell.outbox.links import LinkPurpose, verifies
from leadbell.privacy.audit import Deed
from leadbell.secret import Secrets
from leadbell.table import stamp

app = typer.Typer(help="Manage the keys that sign links in mails.", no_args_is_help=True)

STILL_OPEN = "Links sent before still open."
ALL_END = "End all links in mails sent until now, except links to unsubscribe?"


@app.command("list")
@reads_stack
def list_keys(context: Context, as_json: AsJson = False) -> None:
    """List the keys that sign links in mails, and which links each still opens. Shows no key. Changes nothing."""
    keys, now = context.service.keys.secret.links, context.now()
    if as_json:
        print_json([as_data(key, now) for key in keys])
        return
    table = Table("key", "since (UTC)", "until (UTC)", "links it opens", box=None, pad_edge=False)
    for key in keys:
        until = short_time(key.ended_at, "") if key.ended_at else "current"
        table.add_row(key.id, short_time(key.since, ""), until, _opens(key, now))
    Console(highlight=False).print(table)


@app.command("rotate")
@changes_stack
def rotate(
    context: Context,
    compromised: Annotated[
        bool, typer.Option("--compromised", help="Also end all links sent until now, except links to unsubscribe.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --compromised: do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Sign links in mails with a new key from now on. Recorded in the audit log.

    Links that were sent before keep working for as long as they would have. The ids of contacts do not change.
    """
    _ = context.service.keys  # there has to be a secret
    if compromised and not yes:
        typer.confirm(ALL_END, abort=True, err=True)
    operator = context.operator()
    with operator.noted(Deed.KEYS, "", "all links ended" if compromised else ""):
        new = Secrets(context.service.table, new_secret).rotate(operator.at, is_compromised=compromised).current
    if as_json:
        print_json(as_data(new, operator.at))
        return
    earlier = "Links sent before no longer open, except links to unsubscribe." if compromised else STILL_OPEN
    typer.echo(f"Key {new.id} signs links in mails. All functions use it within a minute. {earlier}")


def as_data(key: LinkKey, now: datetime) -> dict[str, object]:
    """What `--json` prints of a key."""
    return {
        "id": key.id,
        "since": stamp(key.since),
        "until": stamp(key.ended_at) if key.ended_at else None,
        "compromised": key.is_compromised,
        "opens": _purposes(key, now),
    }


def _opens(key: LinkKey, now: datetime) -> str:
    purposes = _purposes(key, now)
    return "all" if len(purposes) == len(LinkPurpose) else ", ".join(purposes)


def _purposes(key: LinkKey, now: datetime) -> list[str]:
    return [str(purpose) for purpose in LinkPurpose if verifies(key, purpose, now)]

"""`leadbell doctor`: the first hour on AWS as one command."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from cli.context import Context, changes_stack
from cli.doctor import account, journey, mail, running, storage
from cli.doctor.check import Check, Look, examined
from cli.options import AsJson
from cli.printing import print_json
from leadbell.clock import new_id

_MARKS = {"pass": "[green]pass[/green]", "fail": "[red]FAIL[/red]", "skip": "[yellow]skip[/yellow]"}

# What everything else needs comes first; the names are those of what could not be looked at.
LOOKS: tuple[tuple[str, Look], ...] = (
    ("credentials", account.credentials),
    ("stack", running.state),
    ("functions at once", account.concurrency),
    ("functions", running.functions),
    ("stream mappings", running.mappings),
    ("sweep", running.schedule),
    ("alarms", running.alarms),
    ("table", storage.table),
    ("expiry and backups", storage.safety),
    ("buckets", storage.buckets),
    ("failed records", storage.failures),
    ("model and forms", storage.published),
    ("inboxes", mail.inboxes),
    ("mail to visitors", mail.visitors),
    (journey.ADDRESS, journey.public_address),
)


@changes_stack
def doctor(
    context: Context,
    form: Annotated[bool, typer.Option(help="Send a test form and wait for its mail.")] = True,
    as_json: AsJson = False,
) -> None:
    """Check a deployed stack from end to end, and show the fix of what fails. Ends with status 1 if something does.

    Sends one form, marked as a test, through the public address: its mail reaches the default inbox or the owner of the
    contact. Then the test contact is erased. Nothing else is changed.
    """
    checks = []
    for check in _checks(context, with_form=form):
        checks.append(check)
        if not as_json:
            _print(check)
    counts = Counter(check.state for check in checks)
    if as_json:
        print_json([asdict(check) for check in checks])
    else:
        skipped = f", {counts['skip']} skipped" if counts["skip"] else ""
        typer.echo(f"{counts['pass']} passed, {counts['fail']} failed{skipped}.")
    if counts["fail"]:
        raise typer.Exit(1)


def _checks(context: Context, *, with_form: bool) -> Iterator[Check]:
    looks = LOOKS
    if with_form:
        looks += ((journey.JOURNEY, journey.form_to_mail(context, new_id()[:8])),)
    return examined(context.service, looks)


def _print(check: Check) -> None:
    console = Console(highlight=False)
    console.print(f"{_MARKS[check.state]}  {check.name}: {escape(check.found)}", soft_wrap=True)
    if check.fix:
        console.print(f"      Fix: {escape(check.fix)}", soft_wrap=True)

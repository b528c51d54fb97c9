"""The `leadbell` command: a table of its commands, and the one place where errors are shown."""

from collections.abc import Callable
from importlib.metadata import version
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from typer._click.exceptions import NoArgsIsHelpError

from cli.commands import forms, keys, model, quarantine, reps, suppress
from cli.commands.add import add
from cli.commands.adopt import adopt
from cli.commands.audit import audit
from cli.commands.confirm import confirm
from cli.commands.consent import consent
from cli.commands.contact import contact
from cli.commands.doctor import doctor
from cli.commands.erase import erase
from cli.commands.explain import explain
from cli.commands.export import export
from cli.commands.importing import import_
from cli.commands.objection import objection
from cli.commands.openapi import openapi
from cli.commands.privacy import privacy
from cli.commands.reconcile import reconcile
from cli.commands.redrive import redrive
from cli.commands.sales import sales
from cli.commands.stage import stage
from cli.commands.stale import stale
from cli.commands.status import status
from cli.commands.test_alert import test_alert
from cli.errors import CommandError
from cli.examples import example
from cli.local.run import run
from cli.refusals import KNOWN, explained

# By what they are for, as `--help` shows them. Those with commands of their own are a typer.Typer.
COMMANDS: dict[str, dict[str, Callable[..., None] | typer.Typer]] = {
    "Getting started": {"run": run, "status": status, "doctor": doctor, "test-alert": test_alert, "confirm": confirm},
    "Contacts and sales": {
        "contact": contact,
        "explain": explain,
        "add": add,
        "import": import_,
        "stage": stage,
        "sales": sales,
        "reps": reps.app,
    },
    "Forms and scoring": {
        "forms": forms.app,
        "model": model.app,
        "quarantine": quarantine.app,
        "openapi": openapi,
    },
    "Privacy": {
        "consent": consent,
        "objection": objection,
        "suppress": suppress.app,
        "export": export,
        "erase": erase,
        "privacy": privacy,
        "stale": stale,
        "audit": audit,
    },
    "Troubleshooting": {"reconcile": reconcile, "redrive": redrive, "keys": keys.app, "adopt": adopt},
}


class Leadbell(typer.Typer):
    """Shows a known error as two lines, the problem and the fix; an unknown one is a bug and keeps its traceback.

    Ends with status 1, and with 2 where what was typed is not a command.
    """

    def __call__(self, *args: Any, standalone_mode: bool = True, **kwargs: Any) -> Any:
        try:
            status = super().__call__(*args, prog_name="leadbell", standalone_mode=False, **kwargs)
        except NoArgsIsHelpError as shown:
            status = shown.exit_code
        except typer.Abort:
            typer.echo("Cancelled. Nothing was changed.", err=True)
            status = 1
        except KNOWN as error:
            told = explained(error)
            if told is None:
                raise
            show(told)
            status = getattr(error, "exit_code", 1)
        if status or standalone_mode:
            raise SystemExit(status or 0)
        return status


def show(error: CommandError) -> None:
    """The two lines, on stderr."""
    stderr = Console(stderr=True, highlight=False)
    stderr.print(f"[red]Error:[/red] {escape(error.problem)}", soft_wrap=True)
    stderr.print(f"[green]Fix:[/green]   {escape(error.fix)}", soft_wrap=True)


app = Leadbell(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for panel, commands in COMMANDS.items():
    for name, command in commands.items():
        if isinstance(command, typer.Typer):
            for each in command.registered_commands:
                each.epilog = example(f"{name} {each.name}")
            app.add_typer(command, name=name, rich_help_panel=panel)
        else:
            app.command(name, rich_help_panel=panel, epilog=example(name))(command)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"leadbell {version('leadbell')}")
        raise typer.Exit


@app.callback()
def main(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Leadbell takes in website forms, scores each contact and e-mails sales leads to the right rep."""


if __name__ == "__main__":
    app()

"""The `leadbell` command: a table of its commands, and the one place where errors become messages."""

from collections.abc import Callable
from importlib.metadata import version
from typing import Annotated, Any

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.markup import escape

from cli.commands import forms, model, quarantine, reps, suppress
from cli.commands.add import add
from cli.commands.audit import audit
from cli.commands.confirm import confirm
from cli.commands.consent import consent
from cli.commands.contact import contact
from cli.commands.erase import erase
from cli.commands.explain import explain
from cli.commands.export import export
from cli.commands.importing import import_
from cli.commands.objection import objection
from cli.commands.openapi import openapi
from cli.commands.reconcile import reconcile
from cli.commands.redrive import redrive
from cli.commands.sales import sales
from cli.commands.stage import stage
from cli.commands.status import status
from cli.commands.test_alert import test_alert
from cli.errors import CommandError
from cli.examples import example
from cli.local.run import run
from cli.stack import translated

# By what they are for, as `--help` shows them. Those with commands of their own are a typer.Typer.
COMMANDS: dict[str, dict[str, Callable[..., None] | typer.Typer]] = {
    "Try it, and see that it works": {"run": run, "status": status, "test-alert": test_alert, "confirm": confirm},
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
    "People's rights": {
        "consent": consent,
        "objection": objection,
        "suppress": suppress.app,
        "export": export,
        "erase": erase,
        "audit": audit,
    },
    "When something went wrong": {"reconcile": reconcile, "redrive": redrive},
}


class Leadbell(typer.Typer):
    """Shows a known error as two lines and ends with status 1; an unknown one is a bug and keeps its traceback."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().__call__(*args, **kwargs)
        except CommandError as error:
            shown = error
        except (BotoCoreError, ClientError) as error:
            shown = translated(error)
        stderr = Console(stderr=True, highlight=False)
        stderr.print(f"[red]Error:[/red] {escape(shown.problem)}", soft_wrap=True)
        if shown.fix:
            stderr.print(f"[green]Fix:[/green]   {escape(shown.fix)}", soft_wrap=True)
        raise SystemExit(1)


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
    """Leadbell: website forms in, scored contacts, an e-mail to the right rep."""


if __name__ == "__main__":
    app()

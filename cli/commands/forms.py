"""`leadbell forms`: check, publish and show the forms of a website."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.context import Context, changes_stack, reads_stack
from cli.errors import CommandError
from cli.model_files import read_with_forms
from cli.options import AsJson
from cli.printing import print_json
from cli.publishing import Publisher, Unasked, print_history, published, read_forms_file, read_text
from cli.service import Service
from leadbell.capture.unread import Unread, submissions, unread
from leadbell.field_names import plain_name
from leadbell.formats import count_of
from leadbell.forms.config import FormsConfig
from leadbell.forms.file import forms_schema, packaged_forms
from leadbell.privacy.audit import Deed

app = typer.Typer(help="Check, publish and show the forms of your website.", no_args_is_help=True)

SHOWN = 50

File = Annotated[Path, typer.Argument(metavar="FILE", help="A forms file (YAML).")]


@app.command("check")
def check(
    file: File,
    model_file: Annotated[
        Path | None, typer.Option("--model", metavar="FILE", help="Your model file: check that it fits these forms.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check a forms file. Ends with status 1 if it has mistakes. Needs no stack and changes nothing."""
    config = read_forms_file(file)
    wrong = read_with_forms(model_file, config).wrong if model_file else []
    if as_json:
        told = {"version": config.version, "forms": [*config.forms], "downloads": [*config.downloads]}
        print_json({**told, "problems": wrong} if model_file else told)
    elif not wrong:
        fits = f" {model_file} fits it." if model_file else ""
        typer.echo(f"Forms {config.version}: {_counted(config)}. The file is valid.{fits}")
    for line in [] if as_json else wrong:
        Console(highlight=False).print(f"[red]error[/red]    {escape(line)}", soft_wrap=True)
    if wrong:
        raise typer.Exit(1)


@app.command("publish")
@changes_stack
def publish(
    context: Context,
    file: File,
    by: Publisher = "",
    yes: Unasked = False,
    as_json: AsJson = False,
) -> None:
    """Publish a forms file. Shows what changes and asks first. Recorded in the audit log.

    The forms are live within half a minute. Earlier submissions keep their meaning.
    """
    config = read_forms_file(file)
    service = context.service
    seen, (changes, warnings) = service.forms.number(), _changes(service, config)
    if not as_json:
        for line in [*changes, *warnings]:
            style = "yellow" if line in warnings else "default"
            Console(highlight=False).print(f"[{style}]{escape(line)}[/{style}]", soft_wrap=True)
    if not (yes or as_json):
        typer.confirm("Publish these forms?", abort=True)
    operator = context.operator()
    with operator.noted(Deed.PUBLISHED, "", f"forms {config.version}{f', by {by}' if by else ''}"):
        entry = published(
            "forms", lambda: service.forms.publish(config, seen, by or operator.name, operator.at, read_text(file))
        )
    if as_json:
        told = {"changes": changes, "warnings": warnings}
        print_json({"number": entry.number, "version": entry.version, **told})
        return
    typer.echo(f"Published: forms {entry.version}, number {entry.number:,}. They are live within half a minute.")


@app.command("show")
@reads_stack
def show(context: Context, as_json: AsJson = False) -> None:
    """Print the live forms as a file to start from. Changes nothing."""
    service = context.service
    config = service.active_forms
    if as_json:
        print_json({"version": config.version, **config.plain()})
    else:
        typer.echo(service.forms.text(config.version) if config.version else packaged_forms(), nl=False)


@app.command("unread")
@reads_stack
def unread_fields(context: Context, as_json: AsJson = False) -> None:
    """List the field names that nobody understood, with how often they came. Changes nothing.

    Their values reach sales as they were typed, but fill no attribute. Reads every contact; shows no values.
    """
    service = context.service
    config = service.active_forms
    listed = {form.id: {plain_name(field.name) for field in form.fields} for form in config.forms.values()}
    found = unread(submissions(service.contacts), listed)
    if as_json:
        print_json([{**asdict(each), "latest": each.latest.isoformat(), "line": each.line} for each in found])
    elif not found:
        typer.echo("Every field name was understood.")
    else:
        _print_unread(found)


def _print_unread(found: Sequence[Unread]) -> None:
    table = Table("form", "field", "times", "latest", "in the forms file", box=None)
    for each in found[:SHOWN]:
        row = (each.form, each.name, f"{each.times:,}", each.latest.isoformat(), each.line)
        table.add_row(*map(escape, row))
    Console(highlight=False, soft_wrap=True).print(table)
    if len(found) > SHOWN:
        typer.echo(f"And {len(found) - SHOWN:,} more: leadbell forms unread --json")
    typer.echo(
        "To give a field a meaning, put its line under `fields` of its form: leadbell forms show > forms.yaml, "
        "change it, then leadbell forms publish forms.yaml. Change `to` where another attribute is meant."
    )


@app.command("history")
@reads_stack
def history(context: Context, as_json: AsJson = False) -> None:
    """List the published versions with their time and publisher, newest first. Changes nothing."""
    print_history(context.service.forms.history(), "forms file", as_json=as_json)


@app.command("schema")
def schema() -> None:
    """Print the JSON Schema of forms files, with which editors complete and check them. Needs no stack."""
    typer.echo(forms_schema(), nl=False)


def _counted(config: FormsConfig) -> str:
    return f"{count_of(len(config.forms), 'form')}, {count_of(len(config.downloads), 'download')} and the newsletter"


def _changes(service: Service, config: FormsConfig) -> tuple[list[str], list[str]]:
    """What changes against the live forms, and warnings."""
    try:
        before = service.active_forms
    except CommandError as error:  # only publishing others mends it
        return [], [f"{error.problem} The new forms cannot be compared with it."]
    changes = [
        *_told("form", "/forms/", before.forms, config.forms),
        *_told("download", "/downloads/", before.downloads, config.downloads),
        *(["Changed: the newsletter."] if before.newsletter != config.newsletter else []),
    ]
    return changes or ["Nothing changes."], list(_left_alone(service, before, config))


def _told(kind: str, path: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for name in {**before, **after}:
        if name not in after:
            yield f"Removed: the {kind} {name}. A page that still posts to {path}{name} gets a 404."
        elif name not in before:
            yield f"New: the {kind} {name} at {path}{name}."
        elif before[name] != after[name]:
            yield f"Changed: the {kind} {name}."


def _left_alone(service: Service, before: FormsConfig, after: FormsConfig) -> Iterable[str]:
    """Removed forms that the live scoring model names."""
    try:
        named = service.written_model.named_forms()
    except CommandError:  # a model that cannot be read is no reason to leave the forms as they are
        return
    for form in sorted(named & before.forms.keys() - after.forms.keys()):
        yield f"Warning: the live scoring model names the form {form}, which is removed."

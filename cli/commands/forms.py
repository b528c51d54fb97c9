"""`leadbell forms`: check the forms of a website, publish them, and look at what is in force."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from cli.context import Context, changes_stack, reads_stack
from cli.errors import CommandError
from cli.options import AsJson
from cli.printing import print_json
from cli.publishing import Publisher, Unasked, print_history, published, read_forms_file, read_text
from cli.service import Service
from leadbell.forms.config import FormsConfig
from leadbell.forms.file import forms_schema, packaged_forms

app = typer.Typer(help="The forms of your website: check, publish, show.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(metavar="FILE", help="A forms file in YAML.")]


@app.command("check")
def check(file: File, as_json: AsJson = False) -> None:
    """Read a forms file; ends with status 1 if something is wrong. Needs no stack."""
    config = read_forms_file(file)
    if as_json:
        print_json({"version": config.version, "forms": [*config.forms], "downloads": [*config.downloads]})
    else:
        typer.echo(f"Forms {config.version}: {_counted(config)}. Nothing is wrong with the file.")


@app.command("publish")
@changes_stack
def publish(
    context: Context,
    file: File,
    by: Publisher = "",
    yes: Unasked = False,
    as_json: AsJson = False,
) -> None:
    """Put forms in force, after showing what changes. What was sent before keeps the meaning it had."""
    config = read_forms_file(file)
    service = context.service
    seen, (changes, warnings) = service.forms.number(), _changes(service, config)
    if not as_json:
        for line in [*changes, *warnings]:
            style = "yellow" if line in warnings else "default"
            Console(highlight=False).print(f"[{style}]{escape(line)}[/{style}]", soft_wrap=True)
    if not (yes or as_json):
        typer.confirm("Publish them?", abort=True)
    entry = published(
        "forms",
        lambda: service.forms.publish(config, seen, by or context.operator().name, context.now(), read_text(file)),
    )
    if as_json:
        told = {"changes": changes, "warnings": warnings}
        print_json({"number": entry.number, "version": entry.version, **told})
        return
    typer.echo(f"Forms {entry.version} are in force as number {entry.number}, everywhere within half a minute.")


@app.command("show")
@reads_stack
def show(context: Context, as_json: AsJson = False) -> None:
    """Print the forms in force as a file to start from."""
    service = context.service
    config = service.active_forms
    if as_json:
        print_json({"version": config.version, **config.plain()})
    else:
        typer.echo(service.forms.text(config.version) if config.version else packaged_forms(), nl=False)


@app.command("history")
@reads_stack
def history(context: Context, as_json: AsJson = False) -> None:
    """List what was published, when and by whom; the latest first."""
    print_history(context.service.forms.history(), "forms file", as_json=as_json)


@app.command("schema")
def schema() -> None:
    """Print the JSON Schema of forms files, which lets editors complete and check them."""
    typer.echo(forms_schema(), nl=False)


def _counted(config: FormsConfig) -> str:
    forms, files = len(config.forms), len(config.downloads)
    return f"{forms} form{'s' * (forms != 1)}, {files} download{'s' * (files != 1)} and the newsletter"


def _changes(service: Service, config: FormsConfig) -> tuple[list[str], list[str]]:
    """What changes against the forms in force, and what to look at before."""
    try:
        before = service.active_forms
    except CommandError as error:  # only publishing others mends it
        return [], [f"{error.problem} Nothing can be compared with it"]
    changes = [
        *_told("form", "/forms/", before.forms, config.forms),
        *_told("download", "/downloads/", before.downloads, config.downloads),
        *(["changed: the newsletter"] if before.newsletter != config.newsletter else []),
    ]
    return changes or ["Nothing changes."], list(_left_alone(service, before, config))


def _told(kind: str, path: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for name in {**before, **after}:
        if name not in after:
            yield f"taken away: the {kind} {name}; a page that still posts to {path}{name} is answered 404"
        elif name not in before:
            yield f"new: the {kind} {name} at {path}{name}"
        elif before[name] != after[name]:
            yield f"changed: the {kind} {name}"


def _left_alone(service: Service, before: FormsConfig, after: FormsConfig) -> Iterable[str]:
    """Forms that go though the scoring model speaks of them."""
    try:
        named = service.written_model.named_forms()
    except CommandError:  # a model that cannot be read is no reason to leave the forms as they are
        return
    for form in sorted(named & before.forms.keys() - after.forms.keys()):
        yield f"look at: the scoring model in force speaks of the form {form}, which is taken away"

"""`leadbell model`: check, compare, publish and show scoring models."""

from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import date, datetime
from itertools import batched
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from cli.context import Context, changes_stack, reads_stack
from cli.errors import CommandError
from cli.model_files import Checked, read_with_forms
from cli.options import AsJson
from cli.printing import print_json
from cli.publishing import Publisher, Unasked, print_history, published, read_forms_file, read_text
from cli.service import Service
from leadbell.clock import now
from leadbell.formats import count_of, short_day, short_time
from leadbell.lifecycle.new_model import Foreseen, foresee
from leadbell.lifecycle.stages import Stage
from leadbell.privacy.audit import Deed
from leadbell.scoring.compiled import CompiledModel
from leadbell.scoring.lookback import remarks
from leadbell.scoring.rules import Model, model_schema, packaged_model
from leadbell.table import moment, stamp

app = typer.Typer(help="Check, compare, publish and show the scoring model.", no_args_is_help=True)

NAMED = 5
READ_AT_ONCE = 8  # a client keeps ten connections open

File = Annotated[Path, typer.Argument(metavar="FILE", help="A model file (YAML).")]


@app.command("check")
def check(
    file: File,
    forms_file: Annotated[
        Path | None, typer.Option("--forms", metavar="FILE", help="Your forms file, if the model names its forms.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check a model file and run its stories. Ends with status 1 on a mistake. Needs no stack and changes nothing."""
    checked = read_with_forms(file, read_forms_file(forms_file) if forms_file else None)
    model, problems, differences = checked.model, checked.problems, checked.differences
    warnings = [*_warnings(model, now().date()), *checked.unchecked]
    if as_json:
        found = {"problems": problems, "differences": [asdict(each) for each in differences], "warnings": warnings}
        print_json({"version": model.version(), "stories": len(model.stories), **found})
    else:
        _report(checked, warnings)
    if checked.wrong:
        raise typer.Exit(1)


@app.command("diff")
@reads_stack
def diff(context: Context, file: File, as_json: AsJson = False) -> None:
    """Show how many contacts would change stage or grade with a model. Reads every contact and changes nothing."""
    service = context.service
    foreseen = _foreseen(service, context.now(), read_with_forms(file, service.active_forms).model.compiled())
    if as_json:
        print_json(_as_data(foreseen))
    else:
        _tell(foreseen)


@app.command("publish")
@changes_stack
def publish(
    context: Context,
    file: File,
    by: Publisher = "",
    yes: Unasked = False,
    as_json: AsJson = False,
) -> None:
    """Publish a model file. Shows what changes and asks first.

    The model is live within half a minute. A new model alone never leads to an alert.
    """
    service, at = context.service, context.now()
    checked = read_with_forms(file, service.active_forms)
    model = checked.model
    if checked.wrong:
        lines = "\n".join(checked.wrong)
        raise CommandError(
            f"{file} was not published:\n{lines}", f"Correct it, then check it again: leadbell model check {file}"
        )
    seen, warnings = service.models.number(), _warnings(model, at.date())
    try:
        foreseen = _foreseen(service, at, model.compiled())
    except CommandError as error:  # only publishing another one mends it
        foreseen, warnings = [], [*warnings, f"{error.problem} The new model cannot be compared with it."]
    if not as_json:
        _warn(warnings)
        _tell(foreseen)
    if not (yes or as_json):
        typer.confirm("Publish this model?", abort=True)
    compiled, operator = model.compiled(), context.operator()
    with operator.noted(Deed.PUBLISHED, "", f"model {compiled.version}{f', by {by}' if by else ''}"):
        entry = published(
            "model", lambda: service.models.publish(compiled, seen, by or operator.name, at, read_text(file))
        )
    if as_json:
        print_json({"number": entry.number, "version": entry.version, "warnings": warnings, **_as_data(foreseen)})
        return
    typer.echo(f"Published: model {entry.version}, number {entry.number:,}. It is live within half a minute.")
    typer.echo("Each contact is scored with it at its next fact or timer. The model alone leads to no alert.")


@app.command("show")
@reads_stack
def show(context: Context, as_json: AsJson = False) -> None:
    """Print the live model as a file to start from. Changes nothing."""
    service = context.service
    compiled = service.active.compiled
    text = service.models.text(compiled.version) if service.active.number else packaged_model()
    if as_json or not text:  # JSON is YAML too
        print_json(service.written_model.model_dump(mode="json", exclude_none=True))
    else:
        typer.echo(text, nl=False)


@app.command("history")
@reads_stack
def history(context: Context, as_json: AsJson = False) -> None:
    """List the published versions with their time and publisher, newest first. Changes nothing."""
    print_history(context.service.models.history(), "model", as_json=as_json)


@app.command("held")
@reads_stack
def held(context: Context, as_json: AsJson = False) -> None:
    """List contacts that only a new model makes sales-qualified. Changes nothing.

    They stay at MQL until they ask again or somebody sets their stage.
    """
    service = context.service
    standings = [(each, service.contacts.standing(each)) for each in service.contacts.ids(Stage.MQL)]
    found = [
        {
            "contact": each,
            "email": standing.bookkeeping.display.get("email", ""),
            "grade": standing.grade,
            "since": stamp(at),
        }
        for each, standing in standings
        if (at := standing.qualification.held_at) is not None
    ]
    if as_json:
        print_json(found)
        return
    table = Table("contact", "e-mail", "grade", "since", box=None)
    for row in found:
        shown = row | {"since": short_time(moment(row["since"]))}
        table.add_row(*(escape(value) for value in shown.values()))
    Console().print(table if found else "No contact is held at MQL by a new model.")


@app.command("schema")
def schema() -> None:
    """Print the JSON Schema of model files, with which editors complete and check them. Needs no stack."""
    typer.echo(model_schema(), nl=False)


def _warnings(model: Model, today: date) -> list[str]:
    late = model.agreement.review_by < today
    review = [
        f"the agreement was due for review by {short_day(model.agreement.review_by)}; set a new review_by once agreed"
    ]
    stories = [] if model.stories else ["the file has no stories, so nothing checks that the points do what was agreed"]
    return [*(review if late else []), *stories, *remarks(model)]


def _report(checked: Checked, warnings: list[str]) -> None:
    model, console = checked.model, Console(highlight=False)
    for line in checked.wrong:
        console.print(f"[red]error[/red]    {escape(line)}", soft_wrap=True)
    _warn(warnings)
    passed, stories = len(checked.passed), count_of(len(model.stories), "story", "stories")
    verb = "passes" if len(model.stories) == 1 else "pass"
    left = len(model.stories) - len(checked.stories)
    not_run = f", {left:,} {'was' if left == 1 else 'were'} not run" if left else ""
    typer.echo(f"Model {model.version()}: {passed:,} of {stories} {verb}{not_run}.")


def _warn(warnings: list[str]) -> None:
    for line in warnings:
        Console(highlight=False).print(f"[yellow]warning[/yellow]  {escape(line)}", soft_wrap=True)


def _foreseen(service: Service, at: datetime, model: CompiledModel) -> list[Foreseen]:
    """Every contact under the active model and under this one; a few are read at once."""
    models, ids = (service.model, model), list(service.contacts.ids())

    def foreseen(contact: str) -> Foreseen | None:
        found = service.look_up(contact, at)
        return None if found is None else foresee(contact, found.standing, found.facts, models, at, found.company)

    stderr = Console(stderr=True)
    with ThreadPoolExecutor(READ_AT_ONCE) as readers, Progress(console=stderr, transient=True) as progress:
        task = progress.add_task("Reading contacts", total=len(ids))
        every: list[Foreseen] = []
        for some in batched(ids, READ_AT_ONCE * 8, strict=False):  # Ctrl-C waits for no more than these
            every += [each for each in readers.map(foreseen, some) if each is not None]
            progress.advance(task, len(some))
    return every


def _as_data(foreseen: list[Foreseen]) -> dict[str, Any]:
    stages, grades, alerts = _groups(foreseen)
    return {
        "contacts": len(foreseen),
        "stages": [{"from": a, "to": b, "count": n} for (a, b), n in _counted((f.stage, f.new_stage) for f in stages)],
        "grades": [{"from": a, "to": b, "count": n} for (a, b), n in _counted((f.grade, f.new_grade) for f in grades)],
        "would_have_alerted": len(alerts),
        "first": [asdict(each) for each in foreseen if each.changes][:NAMED],
    }


def _groups(foreseen: list[Foreseen]) -> tuple[list[Foreseen], list[Foreseen], list[Foreseen]]:
    return (
        [each for each in foreseen if each.stage is not each.new_stage],
        [each for each in foreseen if each.grade != each.new_grade],
        [each for each in foreseen if each.would_alert],
    )


def _counted(pairs: Iterable[tuple[str, str]]) -> list[tuple[tuple[str, str], int]]:
    return Counter((str(before), str(after)) for before, after in pairs).most_common()


def _tell(foreseen: list[Foreseen]) -> None:
    stages, grades, alerts = _groups(foreseen)
    contacts = count_of(len(foreseen), "contact")
    typer.echo(f"Of {contacts}, {len(stages):,} would change stage and {len(grades):,} would change grade.")
    for (before, after), number in _counted((each.stage, each.new_stage) for each in stages):
        typer.echo(f"  stage {before} to {after}: {number:,}")
    for (before, after), number in _counted((each.grade, each.new_grade) for each in grades):
        typer.echo(f"  grade {before} to {after}: {number:,}")
    if alerts:
        typer.echo(
            f"{count_of(len(alerts), 'contact')} would become sales-qualified; held at MQL instead, without an alert."
        )
    for each in [each for each in foreseen if each.changes][:NAMED]:
        typer.echo(f"  {each.contact_id}: {each.stage} {each.grade} to {each.new_stage} {each.new_grade}")

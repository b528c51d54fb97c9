"""What publishing a model and publishing forms have in common at the command line."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.errors import CommandError
from cli.printing import print_json
from leadbell.errors import Conflict, InvalidForms
from leadbell.forms.config import FormsConfig
from leadbell.publications import Publication
from leadbell.table import stamp

Publisher = Annotated[str, typer.Option("--by", help="Who publishes; kept in the history. Default: your login name.")]
Unasked = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def read_text(file: Path) -> str:
    """What the file says."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} cannot be read: {type(error).__name__}.", "Name a YAML file in UTF-8.") from error


def read_forms_file(file: Path) -> FormsConfig:
    """The forms of a file."""
    from leadbell.forms.file import read_forms  # with its parser; a command about models may not need it

    try:
        return read_forms(read_text(file))
    except InvalidForms as error:
        fix = "Correct these lines; `leadbell forms schema` helps editors to find them."
        raise CommandError(f"{file} is no forms file:\n{error}", fix) from error


def published(what: str, publish: Callable[[], Publication]) -> Publication:
    """Publishes, and says so where somebody else was quicker. `what` is the command's name."""
    try:
        return publish()
    except Conflict as error:
        fix = f"See `leadbell {what} show`, then try again."
        raise CommandError(f"Somebody else published {what} meanwhile.", fix) from error


def print_history(entries: Sequence[Publication], what: str, *, as_json: bool) -> None:
    """Prints what was published, as a table or for programs."""
    if as_json:
        print_json([{**asdict(entry), "at": stamp(entry.at)} for entry in entries])
        return
    table = Table("number", "version", "published", "by", box=None)
    for entry in entries:
        table.add_row(str(entry.number), entry.version, stamp(entry.at), escape(entry.by))
    Console().print(table if entries else f"Nothing was published: the packaged {what} is in force.")

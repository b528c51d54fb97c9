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
from leadbell.formats import short_time
from leadbell.forms.config import FormsConfig
from leadbell.publications import Publication
from leadbell.table import stamp

Publisher = Annotated[str, typer.Option("--by", help="Name to record in the history. Default: your login name.")]
Unasked = Annotated[bool, typer.Option("--yes", help="Publish without asking.")]


def read_text(file: Path) -> str:
    """The text of a file."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.", f"Check the path: ls -l {file}") from error
    except UnicodeDecodeError as error:
        fix = f"Save it as UTF-8, for example: iconv -f ISO-8859-1 -t UTF-8 {file} > utf8.yaml"
        raise CommandError(f"{file} is not UTF-8 text (byte {error.start:,}).", fix) from error


def read_forms_file(file: Path) -> FormsConfig:
    """The forms of a file."""
    from leadbell.forms.file import read_forms  # with its parser; a command about models may not need it

    try:
        return read_forms(read_text(file))
    except InvalidForms as error:
        fix = f"Correct these lines, then check the file again: leadbell forms check {file}"
        raise CommandError(f"{file} is not a valid forms file:\n{error}", fix) from error


def published(what: str, publish: Callable[[], Publication]) -> Publication:
    """Publishes; a CommandError where somebody else published in the meantime. `what` is the command's name."""
    try:
        return publish()
    except Conflict as error:
        fix = f"Look at it with `leadbell {what} show`, then publish again."
        raise CommandError("Somebody else published a newer version in the meantime.", fix) from error


def print_history(entries: Sequence[Publication], what: str, *, as_json: bool) -> None:
    """Prints what was published, as a table or for programs."""
    if as_json:
        print_json([{**asdict(entry), "at": stamp(entry.at)} for entry in entries])
        return
    table = Table("number", "version", "published", "by", box=None)
    for entry in entries:
        table.add_row(str(entry.number), entry.version, short_time(entry.at), escape(entry.by))
    Console().print(table if entries else f"Nothing has been published. The packaged {what} is live.")

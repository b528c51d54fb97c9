"""What publishing a model and publishing forms have in common at the command line."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from difflib import get_close_matches
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

SHOWN = 5
# Blocks that only one kind of file has.
BLOCKS: Mapping[str, frozenset[str]] = {
    "forms": frozenset({"forms", "downloads", "newsletter"}),
    "model": frozenset({"agreement", "personas", "interest", "grades", "mql", "vetoes", "stories", "bant"}),
}


def read_text(file: Path) -> str:
    """The text of a file."""
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.", _meant(file)) from error
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.", f"Check the path: ls -l {file}") from error
    except UnicodeDecodeError as error:
        fix = f"Save it as UTF-8, for example: iconv -f ISO-8859-1 -t UTF-8 {file} > utf8.yaml"
        raise CommandError(f"{file} is not UTF-8 text (byte {error.start:,}).", fix) from error


def _meant(file: Path) -> str:
    """The files beside a missing one that may be meant, the closest name alone where there is one."""
    there = sorted(each.name for each in file.parent.glob("*.y*ml"))
    if close := get_close_matches(file.name, there, n=1):
        return f"Did you mean {file.parent / close[0]}? Else check the path: ls -l {file}"
    if there:
        return f"Use one of the files there: {', '.join(there[:SHOWN])}. Or check the path: ls -l {file}"
    return f"Check the path: ls -l {file}"


def instead(text: str, wanted: str) -> str:
    """The kind of file that a text looks like, `forms` or `model`, where it is not the wanted one; else nothing."""
    blocks = set(re.findall(r"^([a-z_]+)\s*:", text, re.MULTILINE))
    found = [kind for kind, names in BLOCKS.items() if blocks & names]
    return found[0] if len(found) == 1 and found[0] != wanted else ""


def refused(file: Path, wanted: str, error: Exception) -> CommandError:
    """What a file's mistakes are; where it is a file of the other kind, only that."""
    if other := instead(read_text(file), wanted):
        kinds = {"forms": "forms file", "model": "model file"}
        return CommandError(
            f"{file} is not a {kinds[wanted]}: this looks like a {kinds[other]}.",
            f"Check it as one: leadbell {other} check {file}",
        )
    fix = f"Correct these lines, then check the file again: leadbell {wanted} check {file}"
    return CommandError(f"{file} is not a valid {wanted} file:\n{error}", fix)


def read_forms_file(file: Path) -> FormsConfig:
    """The forms of a file."""
    from leadbell.forms.file import read_forms  # with its parser; a command about models may not need it

    try:
        return read_forms(read_text(file))
    except InvalidForms as error:
        raise refused(file, "forms", error) from error


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

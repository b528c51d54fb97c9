"""`leadbell import FILE`: contacts, companies and suppressed addresses from a CSV file.

Each row is stored by itself, under an id made of its content. So a run that was stopped can be started again: rows that
are already stored are counted and change nothing.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from cli.context import Context, changes_stack
from cli.errors import CommandError
from cli.options import AsJson
from cli.printing import print_json
from cli.service import Service
from cli.spreadsheet import REASON, Line, Sheet, read_sheet, write_rejects
from leadbell.capture.imports import (
    COLUMNS,
    FILED_UNDER,
    Firsts,
    RowKind,
    Setting,
    column,
    read_contact,
    read_domain,
    read_suppression,
)
from leadbell.errors import InvalidSubmission, Unavailable
from leadbell.formats import count_of
from leadbell.privacy.audit import Deed
from leadbell.privacy.operator import Operator

SKIP = "skip"
SHOWN_REJECTS = 10

Store = Callable[[Line, Mapping[str, str]], bool]


@dataclass
class Outcome:
    """What a run did. A dry run counts as `new` what it would store."""

    counts: Counter[str] = field(default_factory=Counter)
    rejects: list[tuple[Line, str]] = field(default_factory=list)

    def as_data(self, *, dry_run: bool) -> dict[str, Any]:
        """What `--json` prints."""
        return {
            "dry_run": dry_run,
            **{name: self.counts[name] for name in ("new", "there_already", "rejected")},
            "rejects": [{"line": line.number, "reason": reason} for line, reason in self.rejects],
        }


@changes_stack
def import_(
    context: Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file with a header row, in UTF-8.")],
    kind: Annotated[RowKind, typer.Option(help="What the rows contain.")] = RowKind.CONTACTS,
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="HEADER=OURS",
            help='Read the column HEADER as OURS, such as "Mejl=email"; "Notes=skip" leaves a column out.',
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option(help="Check every row, but store nothing.")] = False,
    rejects: Annotated[Path | None, typer.Option(help="File for rejected rows. Default: FILE.rejects.csv.")] = None,
    as_json: AsJson = False,
) -> None:
    """Import contacts, companies or suppressed addresses from a CSV file.

    Stores each valid row and writes rejected rows to a file with the reason. Never alerts sales. An import can raise a
    contact's stage but never lower it. After an interruption, run the same command again.
    Recorded in the audit log.
    """
    sheet = read_sheet(file)
    columns = columns_of(sheet, kind, mapping or [])
    service = context.service
    stderr = Console(stderr=True, highlight=False)
    _tell_left_out(sheet, columns, stderr)
    operator = context.operator()
    noted = (
        nullcontext() if dry_run else operator.noted(Deed.IMPORTED, "", f"{kind}, {count_of(len(sheet.lines), 'row')}")
    )
    with noted:
        outcome = _run(sheet, columns, storing(service, kind, operator, dry_run=dry_run), stderr)
    written = None if dry_run or not outcome.rejects else rejects or file.with_name(f"{file.name}.rejects.csv")
    if written is not None:
        write_rejects(written, [header for header in sheet.header if header != REASON], outcome.rejects)
    if as_json:
        print_json(outcome.as_data(dry_run=dry_run))
    else:
        _print(outcome, kind, written, dry_run=dry_run)


def _tell_left_out(sheet: Sheet, columns: Mapping[str, str], stderr: Console) -> None:
    left_out = [header for header in sheet.header if header not in columns and header not in ("", REASON)]
    if left_out:
        stderr.print(f"Columns not imported: {escape(', '.join(left_out))}", soft_wrap=True)


def columns_of(sheet: Sheet, kind: RowKind, mapping: list[str]) -> dict[str, str]:
    """Our name for each column that is read; raises CommandError where a name is unknown or two columns mean one."""
    chosen = dict(_pair(each, sheet, kind) for each in mapping)
    guessed = {header: column(header, kind) for header in sheet.header if header not in chosen}
    taken = set(chosen.values())
    columns = {h: ours for h, ours in chosen.items() if ours != SKIP}
    for header, ours in guessed.items():
        if ours and ours not in taken:
            columns[header] = ours
    for ours in set(columns.values()):
        same = [header for header, name in columns.items() if name == ours]
        if len(same) > 1:
            raise CommandError(
                f"The columns {' and '.join(same)} are both read as {ours}.",
                f'Leave one out: --map "{same[-1]}={SKIP}"',
            )
    needed = {RowKind.CONTACTS: {"email", "phone"}, RowKind.DOMAINS: {"domain"}, RowKind.SUPPRESSIONS: {"email"}}[kind]
    if not needed & set(columns.values()):
        raise CommandError(
            f"No column is recognised as {' or '.join(sorted(needed))}. The file has: {', '.join(sheet.header)}.",
            _where_it_is(sheet, kind, min(needed)),
        )
    return columns


def _where_it_is(sheet: Sheet, kind: RowKind, needed: str) -> str:
    """What to type if no column identifies the person or company of a row."""
    if any("@" in header for header in sheet.header):
        return "Write the column names in the first row of the file, such as email;name;company."
    if kind is not RowKind.DOMAINS and "domain" in (column(header, RowKind.DOMAINS) for header in sheet.header):
        return "If its rows are companies, add --kind domains."
    return f'Name the column: --map "{sheet.header[0]}={needed}"'


def _pair(text: str, sheet: Sheet, kind: RowKind) -> tuple[str, str]:
    header, sign, ours = (part.strip() for part in text.rpartition("="))
    if not sign:
        raise CommandError(f"--map {text!r} has no =.", f'Name a column and a field, such as --map "{text}=email".')
    if header not in sheet.header:
        raise CommandError(
            f"The file has no column {header!r}.", f"Use one of its columns with --map: {', '.join(sheet.header)}."
        )
    ours = "utm_source" if ours == "source" else ours
    if ours != SKIP and ours not in COLUMNS[kind]:
        raise CommandError(
            f"{ours!r} is not a field that can be imported.",
            f'Write --map "{header}=FIELD" with one of: {", ".join(sorted(COLUMNS[kind]))}, {SKIP}.',
        )
    return header, ours


def storing(service: Service, kind: RowKind, operator: Operator, *, dry_run: bool) -> Store:
    """The act that reads a row and stores it; it gives False where the row is stored already.

    Every row of a run has the operator's time, and reads the reps as they are when the run begins.
    """
    about, firsts = service.setting(operator.at), Firsts()
    if kind is RowKind.CONTACTS:
        return lambda line, row: _contact(service, firsts, line, row, about, dry_run)
    if kind is RowKind.DOMAINS:
        return lambda line, row: _domain(service, firsts, line, row, about, dry_run)
    return lambda _, row: _suppression(service, row, about, operator, dry_run)


def _contact(
    service: Service, firsts: Firsts, line: Line, row: Mapping[str, str], about: Setting, dry_run: bool
) -> bool:
    person = read_contact(row, about)
    firsts.check(person.contact_id, person.fact.id, line.number, "email" if row.get("email") else "phone")
    return dry_run or service.contacts.file(person.contact_id, person.fact, FILED_UNDER, person.typed)


def _domain(
    service: Service, firsts: Firsts, line: Line, row: Mapping[str, str], about: Setting, dry_run: bool
) -> bool:
    company = read_domain(row, about)
    firsts.check(company.domain, (company.relation, company.owner), line.number, "domain")
    return dry_run or service.accounts.save(company)


def _suppression(service: Service, row: Mapping[str, str], about: Setting, operator: Operator, dry_run: bool) -> bool:
    address, reason = read_suppression(row, about)
    if dry_run:
        return True
    if service.suppressions.is_suppressed(address):
        return service.suppressions.suppress(address, reason, about.now)
    with operator.noted(Deed.SUPPRESSED, address):
        return service.suppressions.suppress(address, reason, about.now)


def _run(sheet: Sheet, columns: Mapping[str, str], store: Store, stderr: Console) -> Outcome:
    outcome = Outcome()
    with Progress(console=stderr, transient=True) as progress:
        for line in progress.track(sheet.lines, description="Importing"):
            reason = line.problem or _stored(line, columns, store, outcome)
            if reason:
                outcome.counts["rejected"] += 1
                outcome.rejects.append((line, reason))
    return outcome


def _stored(line: Line, columns: Mapping[str, str], store: Store, outcome: Outcome) -> str:
    """Stores the row; returns the reason where it is rejected."""
    row = {ours: line.cells.get(header, "") for header, ours in columns.items()}
    try:
        outcome.counts["new" if store(line, row) else "there_already"] += 1
    except InvalidSubmission as error:
        return str(error)
    except Unavailable as error:
        done = outcome.counts["new"] + outcome.counts["there_already"]
        raise CommandError(
            f"The import stopped at line {line.number:,} ({error}). {_are(done, 'row')} stored.",
            "Run the same command again. Stored rows are not stored twice.",
        ) from error
    return ""


def _print(outcome: Outcome, kind: RowKind, written: Path | None, *, dry_run: bool) -> None:
    counts = outcome.counts
    new = f"{counts['new']:,} {'to import' if dry_run else 'imported'}"
    there = "" if dry_run else f"{counts['there_already']:,} already stored, "
    typer.echo(f"{str(kind).capitalize()}: {new}, {there}{counts['rejected']:,} rejected.")
    for line, reason in outcome.rejects[:SHOWN_REJECTS]:
        typer.echo(f"  line {line.number:,}: {reason}")
    if len(outcome.rejects) > SHOWN_REJECTS:
        typer.echo(f"  and {len(outcome.rejects) - SHOWN_REJECTS:,} more")
    if written is not None:
        typer.echo(f"The rejected rows with their reasons are in {written}. Correct them there and import that file.")


def _are(number: int, what: str) -> str:
    return f"{count_of(number, what)} {'is' if number == 1 else 'are'}"

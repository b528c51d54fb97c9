"""`leadbell export EMAIL`: all stored data of a person, as one JSON document and the files they sent."""

from pathlib import Path
from typing import Annotated, Any

import typer

from cli.commands.erase import nothing_stored
from cli.context import Context, changes_stack
from cli.options import Who
from cli.printing import as_text
from leadbell.formats import count_of
from leadbell.privacy.audit import Deed
from leadbell.privacy.export import export as export_contact
from leadbell.privacy.export import is_empty


@changes_stack
def export(
    context: Context,
    who: Who,
    file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="File to write. Default: print it.")
    ] = None,
    files: Annotated[
        Path | None,
        typer.Option("--files", metavar="FOLDER", help="Also save the files the person sent to this folder."),
    ] = None,
) -> None:
    """Export all stored data of a person as JSON, to hand it to them.

    Changes nothing but the audit log, where the export is recorded.
    """
    service, operator = context.service, context.operator()
    contact = service.contact_id(who)
    with operator.noted(Deed.EXPORTED, contact):
        told = export_contact(service.table, contact, operator.at)
        told["attachments"] = service.files.listed(contact)
        if is_empty(told) and not told["attachments"]:
            raise nothing_stored(who)
        if files is not None:
            service.files.save(contact, files)
        _hand_out(told, file)


def _hand_out(told: dict[str, Any], file: Path | None) -> None:
    text = as_text(told)
    if file is None:
        typer.echo(text)
        return
    file.write_text(text + "\n", encoding="utf-8")
    holds = f"{count_of(len(told['facts']), 'fact')}, {count_of(len(told['mails']), 'mail')}"
    typer.echo(f"Written to {file}: {holds}. The file contains personal data: protect it.")

"""`leadbell export EMAIL`: everything that is kept of a person, as one JSON document and the files they sent."""

from pathlib import Path
from typing import Annotated

import typer

from cli.context import Context, changes_stack
from cli.errors import CommandError
from cli.options import Who
from cli.printing import as_text
from leadbell.privacy.audit import Deed
from leadbell.privacy.export import export as export_contact
from leadbell.privacy.export import is_empty


@changes_stack
def export(
    context: Context,
    who: Who,
    file: Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Where to. Default: printed.")] = None,
    files: Annotated[
        Path | None, typer.Option("--files", metavar="FOLDER", help="Also save the files they sent there.")
    ] = None,
) -> None:
    """Write out all that is kept of a person, to be handed to them. It is written down that you did."""
    service, operator = context.service, context.operator()
    contact = service.contact_id(who)
    operator.note(Deed.EXPORTED, contact)
    told = export_contact(service.table, contact, operator.at)
    told["attachments"] = service.files.listed(contact)
    if is_empty(told) and not told["attachments"]:
        raise CommandError(f"Nothing is kept of {who}.", "Check the spelling; they may be erased already.")
    if files is not None:
        service.files.save(contact, files)
    text = as_text(told)
    if file is None:
        typer.echo(text)
        return
    file.write_text(text + "\n", encoding="utf-8")
    typer.echo(
        f"Written: {file} ({len(told['facts'])} facts, {len(told['mails'])} mails). It is personal data: keep it so."
    )

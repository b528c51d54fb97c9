"""`leadbell privacy`: what people ask that must be answered within a month, whoever is due first."""

from collections.abc import Mapping, Sequence
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.context import Context, reads_stack
from cli.options import AsJson
from cli.printing import print_json
from leadbell.contacts.privacy_requests import DELETION, PrivacyRequest, all_requests
from leadbell.formats import short_day
from leadbell.plain_text import clean
from leadbell.table import stamp

HOW_TO = (
    "paused: a form said no, and nobody has proved that the contact sent it. Ask the contact and record the answer. "
    "No: leadbell consent EMAIL --withdraw PURPOSE, or for profiling: leadbell objection EMAIL. "
    "Yes: the same with --give or --withdrawn.",
    "deletion requested: leadbell erase EMAIL, then answer the contact.",
)


@reads_stack
def privacy(context: Context, as_json: AsJson = False) -> None:
    """List consents paused by a form and deletion requests, with the last day for an answer. Changes nothing."""
    service = context.service
    found = list(all_requests(service.table))
    who = {contact: service.contacts.standing(contact).bookkeeping.display for contact, _ in found}
    if as_json:
        print_json([_as_data(contact, each, who[contact]) for contact, each in found])
    else:
        _print(found, who, [short_day(each.answer_by) for _, each in found if each.answer_by < context.now().date()])


def _as_data(contact: str, each: PrivacyRequest, display: Mapping[str, str]) -> dict[str, Any]:
    asked = {"what": each.what, "since": stamp(each.since), "answer_by": each.answer_by.isoformat()}
    return {"contact": contact, "email": display.get("email", ""), **asked}


def _print(
    found: Sequence[tuple[str, PrivacyRequest]], who: Mapping[str, Mapping[str, str]], overdue: Sequence[str]
) -> None:
    if not found:
        typer.echo("No privacy request is waiting for an answer.")
        return
    table = Table("answer by", "what", "since", "contact", box=None, pad_edge=False)
    for contact, each in found:
        by = short_day(each.answer_by)
        name = clean(who[contact].get("email", "")) or contact
        late = " (overdue)" if by in overdue else ""
        table.add_row(f"{by}{late}", each.words, short_day(each.since.date()), escape(name))
    console = Console(highlight=False)
    console.print(table)
    console.print()
    kinds = {each.what == DELETION for _, each in found}
    for is_deletion, line in zip((False, True), HOW_TO, strict=True):
        if is_deletion in kinds:
            console.print(escape(line), soft_wrap=True)

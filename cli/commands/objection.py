"""`leadbell objection EMAIL`: an objection to profiling or its withdrawal, stored as a fact like all else."""

from dataclasses import dataclass
from typing import Annotated

import typer

from cli.context import Context, changes_stack
from cli.options import AsJson, Who
from cli.printing import print_json
from leadbell.lifecycle.standing import Standing

WHAT_FOLLOWS = {
    True: "No score and no grade from now on. Requests still reach sales.",
    False: "The contact is scored and graded like any other.",
}


@dataclass(frozen=True)
class Told:
    """What the command shows. `is_new` is false where the latest record says the same."""

    who: str
    contact: str
    objected: bool
    is_new: bool
    before: Standing
    after: Standing


@changes_stack
def objection(
    context: Context,
    who: Who,
    withdrawn: Annotated[bool, typer.Option("--withdrawn", help="Record that profiling is allowed again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Record that a person objects to profiling: no score and no grade from now on.

    Also for an address that is not a contact yet. Recorded in the audit log.
    """
    service = context.service
    contact, operator = service.contact_id(who), context.operator()
    before = service.contacts.standing(contact)
    is_new = operator.note_objection(contact, withdrawn=withdrawn)
    after = service.refresher().refresh(contact, operator.at)
    told = Told(who, contact, not withdrawn, is_new, before, after)
    if as_json:
        print_json(as_data(told))
    else:
        typer.echo(in_words(told))


def as_data(told: Told) -> dict[str, object]:
    """What `--json` prints."""
    return {
        "contact": told.contact,
        "objected": told.objected,
        "new": told.is_new,
        "stage_before": str(told.before.stage),
        "stage": str(told.after.stage),
        "grade": told.after.grade,
    }


def in_words(told: Told) -> str:
    """What was recorded and what follows, in a few sentences."""
    if not told.is_new:
        stands = "has already objected" if told.objected else "has not objected"
        return f"Nothing was changed: {told.who} {stands} to profiling. {WHAT_FOLLOWS[told.objected]}"
    did = "objects to profiling" if told.objected else "allows profiling again"
    moved = "is now" if told.after.stage is not told.before.stage else "stays"
    return f"Recorded: {told.who} {did} and {moved} {told.after.stage}. {WHAT_FOLLOWS[told.objected]}"

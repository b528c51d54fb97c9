"""`leadbell objection EMAIL`: somebody objects to profiling, or takes it back; it is stored as a fact like all else."""

from dataclasses import dataclass
from typing import Annotated

import typer

from cli.context import Context, changes_stack
from cli.options import AsJson, Who
from cli.printing import print_json
from leadbell.lifecycle.standing import Standing

WHAT_FOLLOWS = {
    True: "No score, no grade; their own requests are still heard.",
    False: "They are scored and graded as everybody is.",
}


@dataclass(frozen=True)
class Told:
    """What the command shows. `is_new` is false where their last word said the same."""

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
    withdrawn: Annotated[bool, typer.Option("--withdrawn", help="They allow profiling again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Note that somebody objects to profiling: no score and no grade from now on. Who is not known is noted too."""
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
    """What was noted and what follows, in a few sentences."""
    if not told.is_new:
        stands = "objected already" if told.objected else "does not object"
        return f"Nothing new: {told.who} {stands}. {WHAT_FOLLOWS[told.objected]}"
    did = "objects to profiling" if told.objected else "allows profiling again"
    moved = "is now" if told.after.stage is not told.before.stage else "stays"
    return f"Noted: {told.who} {did} and {moved} {told.after.stage}. {WHAT_FOLLOWS[told.objected]}"

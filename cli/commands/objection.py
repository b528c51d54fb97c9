"""`leadbell objection EMAIL`: somebody objects to profiling, or takes it back; it is stored as a fact like all else."""

from dataclasses import dataclass
from typing import Annotated

import typer

from cli.context import Context, changes_stack
from cli.options import AsJson, Who
from cli.printing import print_json
from leadbell.clock import new_id
from leadbell.events import ALLOWED, OBJECTED, Fact, Trust
from leadbell.lifecycle.stages import Standing
from leadbell.privacy.audit import Deed

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
    contact, at = service.contact_id(who), context.now()
    before = service.contacts.standing(contact)
    known = service.look_up(contact, at)
    is_new = (known is not None and known.derived.objected) is withdrawn
    if is_new:
        service.note(Deed.OBJECTION, contact, at, what="taken back" if withdrawn else "")
        fact = Fact(new_id(), ALLOWED if withdrawn else OBJECTED, at, at, Trust.VERIFIED)
        service.contacts.file(contact, fact, fact.day)
    after = service.refresher().refresh(contact, at)
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

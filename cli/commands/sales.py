"""`leadbell sales EMAIL ANSWER`: what sales says became of a lead, and what follows from it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import typer

from cli.context import Context, changes_stack
from cli.errors import CommandError
from cli.options import AsJson, Who
from cli.printing import print_json
from cli.service import Service
from leadbell.errors import AlreadyAnswered, Conflict, IllegalMove, InvalidFact
from leadbell.lifecycle.dispositions import Disposition
from leadbell.lifecycle.stages import Stage
from leadbell.lifecycle.standing import Standing
from leadbell.sales.answers import Recorded, take_answer


class Answer(StrEnum):
    """What sales can say, in the words of the command."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    MEETING_HELD = "meeting-held"
    OPPORTUNITY_OPENED = "opportunity-opened"
    WON = "won"
    LOST = "lost"
    REFERRED = "referred"


TYPES = {
    Answer.ACCEPTED: "sales.accepted",
    Answer.REJECTED: "sales.rejected",
    Answer.MEETING_HELD: "meeting.held",
    Answer.OPPORTUNITY_OPENED: "opportunity.opened",
    Answer.WON: "deal.won",
    Answer.LOST: "deal.lost",
    Answer.REFERRED: "customer.referred",
}


@dataclass(frozen=True)
class Told:
    """What the command shows: the contact before and after the answer."""

    who: str
    contact: str
    before: Standing
    after: Standing
    taken: Recorded


@changes_stack
def sales(
    context: Context,
    who: Who,
    answer: Annotated[Answer, typer.Argument(help="What became of the lead.")],
    reason: Annotated[str, typer.Option(help="Why it was rejected or lost; a wrong one shows the list.")] = "",
    back_on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Remind me on this day of what was given back."),
    ] = None,
    competitor: Annotated[str, typer.Option(help="Who won the deal, with --reason competitor.")] = "",
    by: Annotated[str, typer.Option(help="Id of the rep who says so. Who accepts a lead owns it.")] = "",
    as_json: AsJson = False,
) -> None:
    """Say for sales what became of a lead, and show what follows. The same answer again changes nothing."""
    service = context.service
    contact = service.contact_id(who)
    if by:
        service.reps.named(by)
    before = service.contacts.standing(contact)
    back = back_on.date() if back_on else None
    said = Disposition(TYPES[answer], before.cycle, reason, back, competitor, by)
    at = context.now()
    taken = _take(service, contact, said, at)
    told = Told(who, contact, before, service.refresher().refresh(contact, at), taken)
    if as_json:
        print_json(as_data(told))
    else:
        typer.echo(in_words(told))


def _take(service: Service, contact: str, said: Disposition, at: datetime) -> Recorded:
    try:
        return take_answer(service.contacts, contact, said, at)
    except AlreadyAnswered as error:
        raise CommandError(
            _in_our_words(error), "What was said first stands. To correct it, set the stage with leadbell stage."
        ) from error
    except IllegalMove as error:
        raise CommandError(
            _in_our_words(error), "leadbell explain shows where the contact stands; leadbell stage corrects it."
        ) from error
    except (InvalidFact, Conflict) as error:
        raise CommandError(_in_our_words(error)) from error


def _in_our_words(error: Exception) -> str:
    """The refusal with the command's words for answers, so that what it lists can be typed."""
    told = f"{error}."
    for word, type_ in TYPES.items():
        told = told.replace(type_, word)
    return told


def as_data(told: Told) -> dict[str, object]:
    """What `--json` prints."""
    after = told.after
    return {
        "contact": told.contact,
        "id": told.taken.event_id,
        "repeat": told.taken.is_repeat,
        "stage_before": str(told.before.stage),
        "stage": str(after.stage),
        "status": after.qualification.status,
        "owner": after.owner,
        "return_on": after.return_on.isoformat() if after.return_on else None,
    }


def in_words(told: Told) -> str:
    """What follows, in a sentence or two."""
    if told.taken.is_repeat:
        return f"That was said before; {told.who} is {told.after.stage}."
    after = told.after
    moved = "is now" if after.stage is not told.before.stage else "stays"
    status = f" ({after.qualification.status})" if after.qualification.status else ""
    owner = f", owned by {after.owner}" if after.owner else ""
    return f"{told.who} {moved} {after.stage}{status}{owner}.{_next(after.stage, after.return_on)}"


def _next(stage: Stage, return_on: date | None) -> str:
    if return_on is not None:
        return f" One reminder goes out on {return_on.isoformat()}; a request before then is an alert at once."
    return " A new request is an alert." if stage is Stage.RECYCLED else ""

"""`leadbell sales EMAIL ANSWER`: the outcome of a lead as sales reports it, and what follows from it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import typer

from cli.context import Context, changes_stack
from cli.errors import CommandError
from cli.options import AsJson, Who
from cli.printing import print_json
from cli.refusals import sentence
from cli.service import not_found
from leadbell.contacts.view import own_facts
from leadbell.errors import AlreadyAccepted, AlreadyAnswered, IllegalMove, InvalidFact
from leadbell.formats import short_day, short_time
from leadbell.lifecycle.dispositions import MAX_COMPETITOR, Disposition
from leadbell.lifecycle.stages import Stage
from leadbell.lifecycle.standing import Standing
from leadbell.sales.answers import Recorded


class Answer(StrEnum):
    """The outcomes, as they are typed."""

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
    by: str = ""


@changes_stack
def sales(
    context: Context,
    who: Who,
    answer: Annotated[Answer, typer.Argument(metavar="ANSWER", help="The outcome of the lead.")],
    reason: Annotated[
        str, typer.Option(help="Why the lead was rejected or lost, such as timing. Any other word lists the reasons.")
    ] = "",
    back_on: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            metavar="YYYY-MM-DD",
            help="With rejected or lost: the day on which the rep is reminded, such as 2027-03-01.",
        ),
    ] = None,
    competitor: Annotated[str, typer.Option(help="Who won the deal, with lost --reason competitor.")] = "",
    by: Annotated[
        str, typer.Option(help="Id of the rep who reports it. The rep who accepts a lead becomes its owner.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Record the outcome of a lead on behalf of sales, and show what follows.

    Moves the contact to the stage that the outcome leads to. Recording the same outcome again changes nothing. A lead
    that another rep has accepted stays theirs. Recorded in the audit log.
    """
    service, contact = context.service, _contact(context, who, by)
    before = service.contacts.standing(contact)
    back = back_on.date() if back_on else None
    said = Disposition(TYPES[answer], before.cycle, reason, back, competitor, by)
    at = context.now()
    taken = _take(context, who, contact, said)
    told = Told(who, contact, before, service.refresher().refresh(contact, at), taken, by)
    if as_json:
        print_json(as_data(told))
    else:
        typer.echo(in_words(told))


def _contact(context: Context, who: str, by: str) -> str:
    """The contact's id; raises CommandError where nothing is known of it, UnknownRep for a rep that there is not."""
    service = context.service
    contact = service.contact_id(who)
    if by:
        service.reps.named(by)
    if not own_facts(service.contacts, contact, context.now()):
        raise not_found(who)
    return contact


def _take(context: Context, who: str, contact: str, said: Disposition) -> Recorded:
    try:
        return context.operator().answer(contact, said)
    except AlreadyAccepted as error:
        raise _taken(context, who, contact, said, error) from error
    except AlreadyAnswered as error:
        fix = f"The first answer counts. To correct it, set the stage: leadbell stage {who} STAGE"
        raise CommandError(_as_typed(error), fix) from error
    except IllegalMove as error:
        fix = f"See the contact's stage with `leadbell explain {who}`; correct it with `leadbell stage {who} STAGE`."
        raise CommandError(_as_typed(error), fix) from error
    except InvalidFact as error:
        raise CommandError(_as_typed(error), _fix(who, said)) from error


def _taken(context: Context, who: str, contact: str, said: Disposition, error: AlreadyAccepted) -> CommandError:
    """Who has the lead: the rep who accepted it first, until somebody was made its owner by hand."""
    standing = context.service.contacts.standing(contact)
    names = {rep.id: rep.name for rep in context.service.reps.all()}
    first = _named(error.by, names)
    owned = f" Its owner is now {_named(standing.owner, names)}." if standing.owner not in ("", error.by) else ""
    fix = f"To give the lead to {said.by}: leadbell stage {who} {standing.stage} --owner {said.by}"
    return CommandError(f"{first} accepted this lead on {short_time(error.at)}.{owned} Nothing was changed.", fix)


def _named(rep_id: str, names: Mapping[str, str]) -> str:
    """`Anna Berg (anna)`; the id alone where that is the name, or of a rep who was removed."""
    name = names.get(rep_id, rep_id)
    return rep_id if name == rep_id else f"{name} ({rep_id})"


def _fix(who: str, said: Disposition) -> str:
    """What to change of an answer that was refused: its reason first, since the rest depends on it."""
    reasons = said.kind.reasons
    if reasons and said.reason not in reasons:
        return f"Add --reason with one of: {', '.join(reasons)}. For example: {_example(who, said)}"
    if said.reason and not reasons:
        return "Leave out --reason."
    if said.back_on:
        return "Use --back-on only for a lead that is lost or returns to marketing, with a day in the next three years."
    return (
        f"Use --competitor NAME (at most {MAX_COMPETITOR} characters) with `lost --reason competitor`, and only then."
    )


def _example(who: str, said: Disposition) -> str:
    answer = next(word for word, type_ in TYPES.items() if type_ == said.type)
    return (
        f"leadbell sales {who} {answer} --reason {next(iter(said.kind.reasons))}{f' --by {said.by}' if said.by else ''}"
    )


def _as_typed(error: Exception) -> str:
    """The refusal with the outcomes as they are typed; the reasons are listed in the fix."""
    told = sentence(error).partition("; reasons: ")[0].rstrip(".") + "."
    for word, type_ in TYPES.items():
        told = re.sub(re.escape(type_), word, told, flags=re.IGNORECASE)
    return f"{told[:1].upper()}{told[1:]}"


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
        return _repeated(told)
    after = told.after
    moved = "is now" if after.stage is not told.before.stage else "stays"
    status = f" ({after.qualification.status})" if after.qualification.status else ""
    owner = f", owned by {after.owner}" if after.owner else ""
    return f"{told.who} {moved} {after.stage}{status}{owner}.{_next(after.stage, after.return_on)}"


def _repeated(told: Told) -> str:
    """The first to accept owns the lead; another rep becomes the owner by the command that sets one."""
    after = told.after
    owner = f", owned by {after.owner}" if after.owner else ""
    shown = f"Nothing was changed: this was already recorded. {told.who} is {after.stage}{owner}."
    if told.by in ("", after.owner):
        return shown
    return f"{shown} To give the lead to {told.by}: leadbell stage {told.who} {after.stage} --owner {told.by}"


def _next(stage: Stage, return_on: date | None) -> str:
    if return_on is not None:
        return f" Sales is reminded once, on {short_day(return_on)}. A request before that day leads to an alert."
    return " A new request leads to an alert." if stage is Stage.RECYCLED else ""

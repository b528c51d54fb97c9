"""`leadbell add EMAIL`: a lead met outside the website, scored and alerted like one from a form."""

from enum import StrEnum
from typing import Annotated

import typer

from cli.context import Context, changes_stack
from cli.errors import CommandError
from cli.options import AsJson
from cli.printing import print_json
from cli.refusals import sentence
from leadbell.capture.imports import KnownPerson, Setting, met
from leadbell.contacts.items import partition
from leadbell.errors import InvalidSubmission
from leadbell.formats import grade_in_words
from leadbell.lifecycle.notices import Heard
from leadbell.lifecycle.standing import Standing
from leadbell.privacy.audit import Deed
from leadbell.table import Item


class How(StrEnum):
    """Where the lead was met."""

    PHONE = "phone"
    MAIL = "mail"
    SOCIAL = "social"
    FAIR = "fair"
    MEETING = "meeting"


class Asked(StrEnum):
    """What the lead asked for, in the words that forms use."""

    DEMO = "demo"
    PRICE = "price"
    CALLBACK = "callback"
    QUESTION = "question"


@changes_stack
def add(
    context: Context,
    who: Annotated[str, typer.Argument(metavar="EMAIL", help="E-mail address of the lead, or a phone number.")],
    how: Annotated[How | None, typer.Option(help="Where you met the lead.")] = None,
    asked: Annotated[
        Asked | None, typer.Option(help="What the lead asked for. Sales is notified as for a form.")
    ] = None,
    name: Annotated[str, typer.Option(help="Name of the lead.")] = "",
    company: Annotated[str, typer.Option(help="Company.")] = "",
    job_title: Annotated[str, typer.Option(help="Job title.")] = "",
    country: Annotated[str, typer.Option(help="Country: a two-letter code or an English name.")] = "",
    phone: Annotated[str, typer.Option(help="Phone number, besides an e-mail address.")] = "",
    note: Annotated[str, typer.Option(help="Your note, shown to sales.")] = "",
    as_json: AsJson = False,
) -> None:
    """Add a lead met outside the website: by phone or mail, on social media, at a fair or in a meeting.

    Stores the details, scores the contact and alerts sales if the lead asked for something. Recorded in the audit log.
    """
    service, at = context.service, context.now()
    said = {"name": name, "company": company, "job_title": job_title, "country": country, "note": note}
    reached = {"email": who, "phone": phone} if "@" in who else {"phone": who}
    pairs = [(ours, text) for ours, text in (reached | said).items() if text]
    person = _read(pairs, how or "", asked or "", service.setting(at))
    if "phone" in person.fact.fields and "phone_e164" not in person.fact.fields:
        typer.echo("Warning: the number has no country code, so it is stored and shown as typed.", err=True)
    pk = partition(person.contact_id)
    before = {item["sk"] for item in service.outbox.of_contact(pk)}
    with context.operator().noted(Deed.ADDED, person.contact_id, how or ""):
        is_new = service.contacts.file(person.contact_id, person.fact, person.fact.day, person.typed)
    after = service.refresher().refresh(person.contact_id, at)
    mails = [item for item in service.outbox.of_contact(pk) if item["sk"] not in before]
    if as_json:
        told = {"contact": person.contact_id, "new": is_new, "stage": str(after.stage), "grade": after.grade}
        print_json({**told, "fit": after.score.fit, "interest": after.score.interest, "mails": _as_data(mails)})
    else:
        _print(after, mails, is_new=is_new)


def _read(pairs: list[tuple[str, str]], how: str, asked: str, about: Setting) -> KnownPerson:
    try:
        return met(pairs, how, asked, about)
    except InvalidSubmission as error:
        raise CommandError(
            f"The lead was not added. {sentence(error)}", "Correct these values, then add the lead again."
        ) from error


def _as_data(mails: list[Item]) -> list[dict[str, object]]:
    return [{"heard": mail["heard"], "number": mail["number"], "to": mail.get("rep")} for mail in mails]


def _print(after: Standing, mails: list[Item], *, is_new: bool) -> None:
    if not is_new:
        typer.echo("This lead was already added today with the same details. Nothing was changed.")
    fit, interest = after.score.fit, after.score.interest
    typer.echo(f"Stage {after.stage}, grade {grade_in_words(after.grade)} (fit {fit}, interest {interest}).")
    for mail in mails:
        heard, to = Heard(mail["heard"]), mail.get("rep", "the default inbox")
        typer.echo(f"Sales is notified: {heard.one}, #{mail['number']}, to {to}.")
    if is_new and not mails:
        typer.echo("Sales is not notified, because no request was given (--asked).")

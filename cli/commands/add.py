"""`leadbell add EMAIL_OR_PHONE`: a lead met outside the website, who is scored and heard like any other."""

from enum import StrEnum
from typing import Annotated

import typer

from cli.context import Context, changes_stack
from cli.errors import CommandError
from cli.options import AsJson
from cli.printing import print_json
from leadbell.capture.imports import KnownPerson, Setting, met
from leadbell.contacts.items import partition
from leadbell.errors import InvalidSubmission
from leadbell.formats import grade_in_words
from leadbell.lifecycle.notices import Heard
from leadbell.lifecycle.standing import Standing
from leadbell.table import Item


class How(StrEnum):
    """Where we met."""

    PHONE = "phone"
    MAIL = "mail"
    SOCIAL = "social"
    FAIR = "fair"
    MEETING = "meeting"


class Asked(StrEnum):
    """What they asked for: the same words as the forms'."""

    DEMO = "demo"
    PRICE = "price"
    CALLBACK = "callback"
    QUESTION = "question"


@changes_stack
def add(
    context: Context,
    who: Annotated[str, typer.Argument(metavar="EMAIL_OR_PHONE", help="An e-mail address or a phone number.")],
    how: Annotated[How | None, typer.Option(help="Where you met.")] = None,
    asked: Annotated[Asked | None, typer.Option(help="What they asked for; sales hears of it as of a form.")] = None,
    name: Annotated[str, typer.Option(help="Their name.")] = "",
    company: Annotated[str, typer.Option(help="Their company.")] = "",
    job_title: Annotated[str, typer.Option(help="Their job title.")] = "",
    country: Annotated[str, typer.Option(help="A two-letter code or an English name.")] = "",
    phone: Annotated[str, typer.Option(help="Their number, if you gave an e-mail address.")] = "",
    note: Annotated[str, typer.Option(help="What you noted; shown to sales.")] = "",
    as_json: AsJson = False,
) -> None:
    """Add a lead met by phone, by mail, on social media, at a fair or in a meeting."""
    service, at = context.service, context.now()
    said = {"name": name, "company": company, "job_title": job_title, "country": country, "note": note}
    reached = {"email": who, "phone": phone} if "@" in who else {"phone": who}
    pairs = [(ours, text) for ours, text in (reached | said).items() if text]
    person = _read(pairs, how or "", asked or "", service.setting(at))
    pk = partition(person.contact_id)
    before = {item["sk"] for item in service.outbox.of_contact(pk)}
    is_new = service.contacts.file(person.contact_id, person.fact, person.fact.day)
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
        fixes = "; ".join(problem.message for problem in error.problems)
        raise CommandError("This lead cannot be added.", f"{fixes}.") from error


def _as_data(mails: list[Item]) -> list[dict[str, object]]:
    return [{"heard": mail["heard"], "number": mail["number"], "to": mail.get("rep")} for mail in mails]


def _print(after: Standing, mails: list[Item], *, is_new: bool) -> None:
    if not is_new:
        typer.echo("Added already today with the same words: nothing new.")
    fit, interest = after.score.fit, after.score.interest
    typer.echo(f"Stage {after.stage}, grade {grade_in_words(after.grade)} (fit {fit}, interest {interest})")
    for mail in mails:
        heard, to = Heard(mail["heard"]), mail.get("rep", "the default inbox")
        typer.echo(f"Sales hears of it: {heard.one}, #{mail['number']}, to {to}.")
    if is_new and not mails:
        typer.echo("No mail to sales: they asked for nothing.")

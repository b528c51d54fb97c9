"""`leadbell contact EMAIL`: the profile and the timeline of a contact, newest last."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.context import Context, reads_stack
from cli.options import AsJson, Who
from cli.printing import print_json
from leadbell.contacts.items import partition
from leadbell.contacts.privacy_requests import PrivacyRequest, asked_in, privacy_requests
from leadbell.contacts.texts import is_text, text_of
from leadbell.contacts.timeline import Attribute, Entry, Submitted, attributes, submitted, timeline
from leadbell.contacts.view import Found
from leadbell.formats import grade_in_words, short_day, short_time
from leadbell.plain_text import clean, tidy
from leadbell.sales.colleagues import Colleague
from leadbell.sales.perhaps_same import Likeness
from leadbell.table import moment, stamp


@reads_stack
def contact(context: Context, who: Who, as_json: AsJson = False) -> None:
    """Show a contact's profile, consents, timeline and all that was typed, newest last. Changes nothing."""
    service = context.service
    found = service.find(who, context.now())
    items = list(service.table.query(partition(found.id), ""))
    happened = timeline(found.facts, items)
    texts = list(submitted(found.facts, (text_of(item) for item in items if is_text(item["sk"]))))
    known = list(attributes(found))
    is_suppressed = service.suppressions.is_suppressed(found.id)
    colleagues, alike = service.colleagues(found), service.perhaps_the_same(found)
    if as_json:
        data = as_data(found, known, happened, is_suppressed, colleagues, alike)
        print_json({**data, "typed": list(map(typed_data, texts))})
    else:
        _print(found, known, happened, is_suppressed)
        _print_typed(texts)
        if colleagues:
            _print_colleagues(colleagues)
        for each in alike:
            typer.echo(f"\nPerhaps the same person as #{each.number} ({each.why}): leadbell contact {each.contact_id}")


def as_data(
    found: Found,
    known: Sequence[Attribute],
    happened: Sequence[Entry],
    is_suppressed: bool,
    colleagues: Sequence[Colleague] = (),
    alike: Sequence[Likeness] = (),
) -> dict[str, Any]:
    """What `--json` prints."""
    standing, derived = found.standing, found.derived
    return {
        "contact": found.id,
        "stage": str(standing.stage),
        "since": stamp(standing.qualification.since) if standing.qualification.since else None,
        "grade": derived.grade,
        "fit": derived.fit,
        "interest": derived.interest,
        "owner": standing.owner,
        "times_qualified": standing.times_qualified,
        "suppressed": is_suppressed,
        "privacy_requests": [
            {"what": each.what, "since": stamp(each.since), "answer_by": each.answer_by.isoformat()}
            for each in _asked(found)
        ],
        "profile": [asdict(attribute) for attribute in known],
        "timeline": [asdict(entry) for entry in happened],
        "colleagues": [_as_data(each) for each in colleagues],
        "perhaps_the_same": likenesses(alike),
    }


def _as_data(colleague: Colleague) -> dict[str, Any]:
    known = {name: value for name, value in asdict(colleague).items() if name not in ("contact_id", "cycle")}
    return {"contact": colleague.contact_id, **known, "since": stamp(colleague.since)}


def likenesses(alike: Sequence[Likeness]) -> list[dict[str, Any]]:
    """Who is perhaps the same person, for programs: `number` is that of the latest mail about them."""
    return [{"contact": each.contact_id, "number": each.number or None, "why": each.why} for each in alike]


def typed_data(submission: Submitted) -> dict[str, Any]:
    """Every value as it was typed, under the form's own name, with the attribute that was read from it."""
    values = [
        {"name": each.name, "value": each.value, **({"read_as": each.attribute} if each.attribute else {})}
        for each in submission.values
    ]
    return {**asdict(submission), "values": values}


def _print_typed(texts: Sequence[Submitted]) -> None:
    """Each value whole and line by line, also where a line is longer than the terminal."""
    console = Console(highlight=False, markup=False, soft_wrap=True)
    for submission in texts:
        where = f" ({submission.where})" if submission.where else ""
        title = f"\nTyped on {short_time(moment(submission.at))}: {submission.what}{where}"
        console.print(title, soft_wrap=False)
        for each in submission.values:
            name, lines = clean(each.name, len(each.name)), tidy(each.value).split("\n")
            console.print(f"  {name}: {lines[0]}" if len(lines) == 1 else f"  {name}:")
            for line in lines if len(lines) > 1 else ():
                console.print(f"    {line}")


def _print(found: Found, known: Sequence[Attribute], happened: Sequence[Entry], is_suppressed: bool) -> None:
    console = Console(highlight=False)
    derived, standing = found.derived, found.standing
    console.print(f"[bold]{escape(title_of(found))}[/bold]")
    since = f" since {short_time(standing.qualification.since)}" if standing.qualification.since else ""
    owner = f", owned by {escape(standing.owner)}" if standing.owner else ""
    console.print(f"Stage {standing.stage}{since}{owner}")
    console.print(f"Grade {escape(grade_in_words(derived.grade))} (fit {derived.fit}, interest {derived.interest})")
    for each in _asked(found):
        since, by = short_day(each.since.date()), short_day(each.answer_by)
        console.print(f"{each.words[0].upper()}{each.words[1:]} since {since}: answer by {by}. See: leadbell privacy")
    if is_suppressed:
        console.print("Suppressed: Leadbell sends no mail to this address. Requests still count and reach sales.")
    rows = [(each.name, _shown(each), _day(each.at), clean(each.source, 200)) for each in known]
    console.print(_table(("field", "value", "since", "source"), rows))
    console.print()
    lines = [(short_time(moment(each.at), ""), each.what, each.where) for each in happened]
    console.print(_table(("when (UTC)", "what", "where"), lines))


def _asked(found: Found) -> list[PrivacyRequest]:
    """What the contact asks that a person must answer."""
    return asked_in(privacy_requests(found.derived.pauses, found.facts))


def title_of(found: Found) -> str:
    """Who a contact is, in one line: by name, else by address or number, and by id only where it has none of them."""
    text = found.derived.profile.text
    named = [clean(text(name)) for name in ("name", "job_title", "company") if text(name)]
    reached = (
        text("email")
        or text("phone_e164")
        or clean(text("phone"))
        or found.standing.bookkeeping.display.get("email", "")
    )
    return ", ".join(named if text("name") else [*filter(None, (reached,)), *named]) or found.id


def _print_colleagues(colleagues: Sequence[Colleague]) -> None:
    rows = [
        (clean(each.name), clean(each.title), str(each.stage), short_time(each.since), ", ".join(each.reps))
        for each in colleagues
    ]
    console = Console(highlight=False)
    console.print()
    console.print(_table(("colleague", "title", "stage", "since", "reps"), rows))


def _shown(attribute: Attribute) -> str:
    """Submitted text made harmless; a checked address or number stays as it is, so that it can be copied."""
    return attribute.value if attribute.name in ("email", "phone_e164") else clean(attribute.value, 500)


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(box=None, pad_edge=False, title_justify="left")
    for title in titles:
        table.add_column(title, overflow="fold", no_wrap=title in ("field", "since", "when (UTC)"))
    for row in rows:
        table.add_row(*map(escape, row))
    return table


def _day(at: str) -> str:
    return short_day(moment(at).date())

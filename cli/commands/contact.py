"""`leadbell contact EMAIL`: everything known of a contact: profile, and all that happened, newest last."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.context import Context, reads_stack
from cli.options import AsJson, Who
from cli.printing import print_json
from cli.service import Found
from leadbell.consents import history
from leadbell.contacts.items import partition
from leadbell.events import ADDED, FACT_TYPES, Fact, distinct
from leadbell.lifecycle.notices import Heard
from leadbell.outbox.sales_mails import is_letter
from leadbell.outbox.visitor_mails import Kind, is_visitor_mail
from leadbell.plain_text import clean
from leadbell.sales.colleagues import Colleague
from leadbell.table import Item, moment, stamp
from leadbell.wording import asked, grade_in_words, when


@dataclass(frozen=True)
class Entry:
    """One line of the timeline. `at` is in UTC and sorts; `kind` is fact, move or mail."""

    at: str
    kind: str
    what: str
    where: str


@dataclass(frozen=True)
class Attribute:
    """One thing known, when it was said and where."""

    name: str
    value: str
    at: str
    source: str


@reads_stack
def contact(context: Context, who: Who, as_json: AsJson = False) -> None:
    """Show what is known of a contact and all that happened, newest last."""
    service = context.service
    found = service.find(who, context.now())
    items = list(service.table.query(partition(found.id), ""))
    letters = [item for item in items if is_letter(item["sk"])]
    timeline = sorted(
        [
            *_facts(found.facts),
            *_moves(service.contacts.moves(found.id)),
            *_mails(letters),
            *_mails_to_them(item for item in items if is_visitor_mail(item["sk"])),
        ],
        key=lambda entry: (entry.at, ("fact", "move", "mail").index(entry.kind)),
    )
    attributes = list(_attributes(found))
    is_suppressed = service.suppressions.is_suppressed(found.id)
    colleagues = service.colleagues(found)
    if as_json:
        data = as_data(found, attributes, timeline, is_suppressed, colleagues)
        print_json(data)
    else:
        _print(found, attributes, timeline, is_suppressed)
        if colleagues:
            _print_colleagues(colleagues)


def as_data(
    found: Found,
    attributes: Sequence[Attribute],
    timeline: Sequence[Entry],
    is_suppressed: bool,
    colleagues: Sequence[Colleague] = (),
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
        "profile": [asdict(attribute) for attribute in attributes],
        "timeline": [asdict(entry) for entry in timeline],
        "colleagues": [_as_data(each) for each in colleagues],
    }


def _as_data(colleague: Colleague) -> dict[str, Any]:
    known = {name: value for name, value in asdict(colleague).items() if name not in ("contact_id", "cycle")}
    return {"contact": colleague.contact_id, **known, "since": stamp(colleague.since)}


def _facts(facts: Sequence[Fact]) -> Iterator[Entry]:
    for fact in distinct(facts):
        yield Entry(stamp(fact.happened_at), "fact", did(fact), _place(fact))


def did(fact: Fact) -> str:
    """What the fact was, in our words."""
    fields = fact.fields
    if fact.type == "form.submitted" or (fact.type == ADDED and fact.means):
        return asked(fields.get("asks"))
    stage = f" as {clean(fields['stage'])}" if fields.get("stage") and fact.type != ADDED else ""
    consent = f", with consent to {clean(fields['consent_purpose'])}" if fields.get("consent_purpose") else ""
    return f"{fact.kind.label}{stage}{consent}"


def _place(fact: Fact) -> str:
    """Where the fact came from: our own names first, then what the visitor's browser said."""
    fields = fact.fields
    named = [f"{name} {clean(fields[name])}" for name in ("form", "asset", "page") if fields.get(name)]
    named += [f"by {clean(fields['how'])}"] if fields.get("how") else []
    source = [f"source {clean(fields['utm_source'])}"] if fields.get("utm_source") and not fields.get("how") else []
    trust = [] if fact.trust.name == "SUBMITTED" else [fact.trust.name.lower()]
    return ", ".join([*named, *source, *trust])


def _moves(moves: Sequence[Item]) -> Iterator[Entry]:
    for move in moves:
        yield Entry(move["at"], "move", f"{move['from']} → {move['to']}: {clean(move['reason'])}", f"by {move['by']}")


def _mails(letters: Sequence[Item]) -> Iterator[Entry]:
    for letter in letters:
        heard = Heard(letter["heard"])
        why = f", {clean(letter['why'], 120)}" if letter.get("why") and heard is Heard.COPY else ""
        to = letter.get("rep") or "default inbox"
        yield Entry(letter["born_at"], "mail", f"{heard.words} #{letter['number']}, {letter['state']}{why}", f"to {to}")


def _mails_to_them(mails: Iterable[Item]) -> Iterator[Entry]:
    for mail in mails:
        why = f", {mail['why']}" if mail.get("why", "-") != "-" else ""
        yield Entry(mail["born_at"], "mail", f"{Kind(mail['kind']).words}, {mail['state']}{why}", "to them")


def _attributes(found: Found) -> Iterator[Attribute]:
    facts = {fact.id: fact for fact in found.facts}
    for name, known in found.derived.profile.known.items():
        fact = facts.get(known.source)
        source = known.source if fact is None else ", ".join(part for part in (did(fact), _place(fact)) if part)
        yield Attribute(name, str(known.value), stamp(known.at), source)
    for word in history(found.facts):
        purpose = word.purpose if word.given else f"no to {word.purpose}"
        told = [part for part in (purpose, word.at.isoformat(), word.how, word.text) if part]
        yield Attribute("consent", ", ".join(told), stamp(word.received_at), FACT_TYPES[word.type].label)


def _print(found: Found, attributes: Sequence[Attribute], timeline: Sequence[Entry], is_suppressed: bool) -> None:
    console = Console(highlight=False)
    derived, standing = found.derived, found.standing
    text = derived.profile.text
    who = ", ".join(clean(text(name)) for name in ("name", "job_title", "company") if text(name))
    console.print(f"[bold]{escape(who or found.id)}[/bold]")
    since = f" since {when(standing.qualification.since)}" if standing.qualification.since else ""
    owner = f", owned by {escape(standing.owner)}" if standing.owner else ""
    console.print(f"Stage {standing.stage}{since}{owner}")
    console.print(f"Grade {escape(grade_in_words(derived.grade))} (fit {derived.fit}, interest {derived.interest})")
    if is_suppressed:
        console.print("Suppressed: never to be mailed by us. What they ask for still counts.")
    rows = [(each.name, _shown(each), _day(each.at), clean(each.source, 200)) for each in attributes]
    console.print(_table(("known", "value", "since", "from"), rows))
    console.print()
    happened = [(_minute(each.at), each.what, each.where) for each in timeline]
    console.print(_table(("when (UTC)", "what", "where"), happened))


def _print_colleagues(colleagues: Sequence[Colleague]) -> None:
    rows = [
        (clean(each.name), clean(each.title), str(each.stage), when(each.since), ", ".join(each.reps))
        for each in colleagues
    ]
    console = Console(highlight=False)
    console.print()
    console.print(_table(("colleague", "title", "stage", "since", "reps"), rows))


def _shown(attribute: Attribute) -> str:
    """Their own words made harmless; what was checked where it came in stays as it is, so that it can be copied."""
    return attribute.value if attribute.name in ("email", "phone_e164") else clean(attribute.value, 500)


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(box=None, pad_edge=False, title_justify="left")
    for title in titles:
        table.add_column(title, overflow="fold", no_wrap=title in ("known", "since", "when (UTC)"))
    for row in rows:
        table.add_row(*map(escape, row))
    return table


def _minute(at: str) -> str:
    return moment(at).strftime("%Y-%m-%d %H:%M")


def _day(at: str) -> str:
    return moment(at).date().isoformat()

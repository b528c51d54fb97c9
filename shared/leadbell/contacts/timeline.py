"""The profile and the timeline of a contact, each line in our words and with its source.

Visitors' words are made harmless here, except for the values of attributes: those are shown as they were sent.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from leadbell.consents import history
from leadbell.contacts.texts import Text
from leadbell.contacts.view import Found
from leadbell.events import ADDED, FACT_TYPES, Fact, distinct
from leadbell.formats import asked
from leadbell.lifecycle.notices import Heard
from leadbell.outbox.mail import is_visitor_mail
from leadbell.outbox.sales_outbox import is_letter
from leadbell.outbox.visitor_mails import Kind
from leadbell.plain_text import clean
from leadbell.table import Item, stamp
from leadbell.typed import Typed

_ORDER = ("fact", "move", "mail")
# What is shown of a fact without a text beside it: of an import, or of a version that had none.
_WORDS = ("message", "x_")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline. `at` is in UTC and sorts; `kind` is fact, move or mail."""

    at: str
    kind: str
    what: str
    where: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """One thing known, when it was said and where."""

    name: str
    value: str
    at: str
    source: str


@dataclass(frozen=True, slots=True)
class Submitted:
    """What somebody typed in one submission, whole; `at`, `what` and `where` as in the timeline."""

    event: str
    at: str
    what: str
    where: str
    values: tuple[Typed, ...]


def submitted(facts: Iterable[Fact], texts: Iterable[Text]) -> Iterator[Submitted]:
    """All that was typed, newest last."""
    typed = {text.event_id: text.typed for text in texts}
    for fact in distinct(facts):
        if values := typed.get(fact.id) or tuple(_own_words(fact)):
            yield Submitted(fact.id, stamp(fact.happened_at), did(fact), _place(fact), values)


def _own_words(fact: Fact) -> Iterator[Typed]:
    for name, value in fact.fields.items():
        if name.startswith(_WORDS):
            yield Typed(name.removeprefix("x_"), str(value), name if name == "message" else "")


def timeline(facts: Iterable[Fact], items: Iterable[Item]) -> list[Entry]:
    """All that happened, newest last: these facts, and the moves and mails among the contact's items."""
    told = [*map(_fact, distinct(facts)), *(entry for item in items for entry in _told(item))]
    return sorted(told, key=lambda entry: (entry.at, _ORDER.index(entry.kind)))


def attributes(found: Found) -> Iterator[Attribute]:
    """What is known of the person, and what they said of consent."""
    facts = {fact.id: fact for fact in found.facts}
    for name, known in found.derived.profile.known.items():
        fact = facts.get(known.source)
        source = known.source if fact is None else ", ".join(part for part in (did(fact), _place(fact)) if part)
        yield Attribute(name, str(known.value), stamp(known.at), source)
    for word in history(found.facts):
        purpose = word.purpose if word.given else f"withdrawn: {word.purpose}"
        told = [part for part in (purpose, word.how, word.text) if part]
        yield Attribute("consent", ", ".join(told), stamp(word.at), FACT_TYPES[word.type].label)


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


def _fact(fact: Fact) -> Entry:
    return Entry(stamp(fact.happened_at), "fact", did(fact), _place(fact))


def _told(item: Item) -> Iterator[Entry]:
    sk = item["sk"]
    if sk.startswith("TRANSITION#"):
        yield _move(item)
    elif is_letter(sk):
        yield _mail_to_sales(item)
    elif is_visitor_mail(sk):
        yield _mail_to_them(item)


def _move(move: Item) -> Entry:
    return Entry(move["at"], "move", f"{move['from']} → {move['to']}: {clean(move['reason'])}", f"by {move['by']}")


def _mail_to_sales(letter: Item) -> Entry:
    heard, to = Heard(letter["heard"]), letter.get("rep") or "default inbox"
    why = f", {clean(letter['why'], 120)}" if letter.get("why") and heard is Heard.COPY else ""
    return Entry(letter["born_at"], "mail", f"{heard.words} #{letter['number']}, {letter['state']}{why}", f"to {to}")


def _mail_to_them(mail: Item) -> Entry:
    why = f", {mail['why']}" if mail.get("why", "-") != "-" else ""
    return Entry(mail["born_at"], "mail", f"{Kind(mail['kind']).words}, {mail['state']}{why}", "to the visitor")

"""What is known about a contact: each attribute with when and from which fact it came.

The newest fact that says something wins, whatever order facts arrive in; a browser's own words (trust below
`submitted`) never replace what a person or a signed source gave us. Nothing is ever overwritten by an empty value.
A signup that nobody has confirmed says nothing at all: anybody can type an address.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from leadbell.events import REQUESTED, Fact, Trust, Value
from leadbell.identity import mail_kind

# Fields of a fact that describe the person or the company; `field_reading` maps every usual spelling to these.
ATTRIBUTES = frozenset((
    "email", "phone", "phone_e164", "name", "company", "job_title", "company_size", "employees", "country",
    "region", "industry", "website", "revenue", "revenue_millions", "language", "relation", "call_ok", "need", "budget",
    "authority", "timing",
))  # fmt: skip

SOURCE_FIELDS = ("utm_source", "utm_medium", "utm_campaign", "referrer", "page")


@dataclass(frozen=True, slots=True)
class Known:
    """One attribute's value, when it was said and by which fact."""

    value: Value
    at: datetime
    source: str


@dataclass(frozen=True, slots=True)
class Touch:
    """Where a contact came from at one moment."""

    at: datetime
    fields: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything known about who a contact is, and the first and the latest place it came from."""

    known: Mapping[str, Known] = field(default_factory=dict)
    first_touch: Touch | None = None
    latest_touch: Touch | None = None

    def get(self, name: str) -> Value | None:
        """The value of an attribute, or None where nothing is known."""
        found = self.known.get(name)
        return None if found is None else found.value

    def text(self, name: str) -> str:
        """The value as text; empty where nothing is known."""
        value = self.get(name)
        return "" if value is None else str(value)

    def values(self) -> dict[str, Value]:
        """All values by name, the form that rules look at."""
        return {name: known.value for name, known in self.known.items()}


def profile_of(facts: Sequence[Fact]) -> Profile:
    """The profile that `facts` add up to; they must come in the order of `events.distinct`."""
    saying = [fact for fact in facts if fact.fields and fact.type != REQUESTED]
    # People's own words, the oldest first, replace whatever a browser or a machine said.
    told = [fact for fact in saying if fact.trust >= Trust.SUBMITTED]
    latest: dict[str, Fact] = {}
    for fact in (*(fact for fact in saying if fact.trust < Trust.SUBMITTED), *told):
        latest |= {name: fact for name, value in fact.fields.items() if name in ATTRIBUTES and value != ""}
    known = {name: Known(fact.fields[name], fact.happened_at, fact.id) for name, fact in latest.items()}
    _add_mail_kind(known)
    return Profile(known, _first_touch(saying), _first_touch(reversed(saying)))


def _first_touch(facts: Iterable[Fact]) -> Touch | None:
    """A direct visit says nothing about where somebody came from, so it never stands for a source that is known."""
    for fact in facts:
        if fact.trust is not Trust.MACHINE and (source := source_of(fact)):
            return Touch(fact.happened_at, source)
    return None


def source_of(fact: Fact) -> dict[str, Value]:
    """What a fact says of where the contact came from; empty where it says nothing."""
    return {name: fact.fields[name] for name in SOURCE_FIELDS if fact.fields.get(name)}


def _add_mail_kind(known: dict[str, Known]) -> None:
    email = known.get("email")
    if email is not None:
        domain = str(email.value).rpartition("@")[2].lower()
        known["mail_kind"] = Known(mail_kind(domain), email.at, email.source)

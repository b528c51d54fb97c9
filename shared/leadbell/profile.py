"""What is known about a contact: each attribute with when and from which fact it came.

Facts fold by trust, then by time: a form fills what is unknown and never replaces what is proven
(`Fact.is_proven`), and a browser's own words replace neither. Among equals the newest wins, whatever order facts arrive
in. Nothing is ever overwritten by an empty value. A signup that nobody has confirmed says nothing at all: anybody can
type an address. Who confirms one proves the address; what else its form says stays the word of a form.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from leadbell.events import REQUESTED, SUBSCRIBED, Fact, Trust, Value
from leadbell.identity import mail_kind

# Fields of a fact that describe the person or the company; `field_reading` maps every usual spelling to these.
ATTRIBUTES = frozenset((
    "email", "phone", "phone_e164", "name", "company", "job_title", "company_size", "employees", "country",
    "region", "industry", "website", "revenue", "revenue_millions", "language", "relation", "call_ok", "need", "budget",
    "authority", "timing", "product",
))  # fmt: skip

# Two ways to say one thing: where one is proven, no form says the other.
_SAME = (("phone", "phone_e164"), ("company_size", "employees"), ("revenue", "revenue_millions"))
PROVEN = 2

SOURCE_FIELDS = ("utm_source", "utm_medium", "utm_campaign", "referrer", "page")


@dataclass(frozen=True, slots=True)
class Known:
    """One attribute's value, when it was said and by which fact. `is_proven`: no form replaces it."""

    value: Value
    at: datetime
    source: str
    is_proven: bool = False


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


def profile_of(facts: Sequence[Fact], own: Collection[str] = ()) -> Profile:
    """The profile that `facts` add up to, with these fields of forms' `own`; they must come in the order of
    `events.distinct`."""
    # What a machine says is nobody's word.
    saying = [fact for fact in facts if fact.fields and fact.type != REQUESTED and fact.trust is not Trust.MACHINE]
    latest: dict[str, tuple[int, Fact]] = {}
    for fact in saying:
        level = PROVEN if fact.is_proven else _unproven(fact)
        for name, value in fact.fields.items():
            if (name not in ATTRIBUTES and name not in own) or value == "":
                continue
            believed = level if level < PROVEN or fact.type != SUBSCRIBED else level_of(fact, name)
            if name not in latest or believed >= latest[name][0]:
                latest[name] = (believed, fact)
    known = {
        name: Known(fact.fields[name], fact.happened_at, fact.id, is_proven=level == PROVEN)
        for name, (level, fact) in latest.items()
    }
    _add_mail_kind(known)
    known = _undisputed(known)
    return Profile(known, _first_touch(saying), _first_touch(reversed(saying)))


def level_of(fact: Fact, name: str) -> int:
    """How far the fact is believed about an attribute: `PROVEN`, 1 for a form, 0 for a browser or a machine."""
    return PROVEN if fact.is_proven and (fact.type != SUBSCRIBED or name == "email") else _unproven(fact)


def _unproven(fact: Fact) -> int:
    return 1 if fact.trust >= Trust.SUBMITTED else 0


def with_proven(said: Profile, profile: Profile) -> Profile:
    """The profile `said`, with what is proven in the other in its place."""
    proven = {name: known for name, known in profile.known.items() if known.is_proven}
    return replace(said, known=_undisputed({**said.known, **proven}))


def _undisputed(known: dict[str, Known]) -> dict[str, Known]:
    for names in _SAME:
        if any(name in known and known[name].is_proven for name in names):
            known = {name: each for name, each in known.items() if name not in names or each.is_proven}
    return known


def _first_touch(facts: Iterable[Fact]) -> Touch | None:
    """A direct visit says nothing about where somebody came from, so it never stands for a source that is known."""
    for fact in facts:
        if source := source_of(fact):
            return Touch(fact.happened_at, source)
    return None


def source_of(fact: Fact) -> dict[str, Value]:
    """What a fact says of where the contact came from; empty where it says nothing."""
    return {name: fact.fields[name] for name in SOURCE_FIELDS if fact.fields.get(name)}


def _add_mail_kind(known: dict[str, Known]) -> None:
    email = known.get("email")
    if email is not None:
        domain = str(email.value).rpartition("@")[2].lower()
        known["mail_kind"] = replace(email, value=mail_kind(domain))

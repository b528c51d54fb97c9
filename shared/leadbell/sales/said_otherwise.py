"""Where a form says something else than what was known: both are shown, for a form proves only an address.

`Phone in this form: +46705550110 (known: +4681234567 since 2 March 2026)`
"""

from collections.abc import Mapping, Sequence

from leadbell.events import Fact, Value, distinct
from leadbell.formats import on_day
from leadbell.plain_text import clean
from leadbell.profile import Known, profile_of

# In the order of the mail; of two names for one thing the first that both say is compared.
_LABELS: Mapping[str, tuple[str, ...]] = {
    "Name": ("name",),
    "Title": ("job_title",),
    "Company": ("company",),
    "Phone": ("phone_e164", "phone"),
    "Country": ("country",),
    "Region": ("region",),
    "Company size": ("employees", "company_size"),
    "Industry": ("industry",),
    "Website": ("website",),
    "Revenue": ("revenue_millions", "revenue"),
    "OK to call": ("call_ok",),
    "Need": ("need",),
    "Budget": ("budget",),
    "Authority": ("authority",),
    "Timing": ("timing",),
}


def said_otherwise(form: Fact, facts: Sequence[Fact]) -> list[str]:
    """A line for each thing that the form says otherwise than what was known when it came."""
    if form.is_proven:
        return []
    before = [fact for fact in facts if fact.id != form.id and fact.received_at <= form.received_at]
    known = profile_of(distinct(before)).known
    return [line for label, names in _LABELS.items() if (line := _line(label, names, form, known))]


def _line(label: str, names: Sequence[str], form: Fact, known: Mapping[str, Known]) -> str:
    said = next((name for name in names if form.fields.get(name, "") != ""), "")
    stands = next((name for name in (said, *names) if name in known), "")
    if not said or not stands or (said == stands and _same(form.fields[said], known[stands].value)):
        return ""
    was = known[stands]
    return (
        f"{label} in this form: {_shown(form.fields[said])} (known: {_shown(was.value)} since {on_day(was.at.date())})"
    )


def _same(one: Value, other: Value) -> bool:
    return _plain(one) == _plain(other)


def _plain(value: Value) -> str:
    return " ".join(str(value).casefold().split())


def _shown(value: Value) -> str:
    """A yes or no in words; a number that can be called stays as it is."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return clean(value)

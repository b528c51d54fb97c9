"""The names of fields that nobody understood, counted by form from the stored facts; never a value."""

import json
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from leadbell.capture.page_settings import is_setting
from leadbell.contacts.store import Contacts
from leadbell.events import BY_FORM, REQUESTED, SUBSCRIBED, Fact, Trust
from leadbell.field_names import OURS, folded, meaning, plain_name
from leadbell.forms.config import KEPT_AS_IT_IS

# How a fact keeps what was read as nothing.
_OWN = "x_"
_OF_CONSENT = "consent_"
_BY_DOOR = (*BY_FORM, "guide.requested", REQUESTED, SUBSCRIBED)
_NEAR = 0.8


@dataclass(frozen=True, slots=True)
class Unread:
    """A name that came with a form, how many submissions had it, and the day of the latest."""

    form: str
    name: str
    times: int
    latest: date

    @property
    def line(self) -> str:
        """What the forms file would say of it: the attribute that a similar name has, or that it is no attribute."""
        close = get_close_matches("".join(folded(self.name)), OURS, n=1, cutoff=_NEAR)
        return (
            f"- {{name: {json.dumps(self.name, ensure_ascii=False)}, to: {OURS[close[0]] if close else KEPT_AS_IT_IS}}}"
        )


def submissions(contacts: Contacts) -> Iterator[Fact]:
    """Every stored submission: reads all contacts, one after the other."""
    for contact_id in contacts.ids():
        yield from (fact for fact in contacts.facts(contact_id) if _is_submission(fact))


def _is_submission(fact: Fact) -> bool:
    return fact.type in _BY_DOOR and fact.trust is Trust.SUBMITTED


def unread(facts: Iterable[Fact], listed: Mapping[str, Container[str]]) -> list[Unread]:
    """The names, the most frequent first. `listed` are those that the forms file names, by form."""
    times: dict[tuple[str, str], int] = {}
    latest: dict[tuple[str, str], date] = {}
    for fact in facts:
        form = form_of(fact)
        for name in _names(fact):
            if plain_name(name) not in listed.get(form, ()):
                times[form, name] = times.get((form, name), 0) + 1
                latest[form, name] = max(latest.get((form, name), date.min), fact.happened_at.date())
    found = (Unread(form, name, count, latest[form, name]) for (form, name), count in times.items())
    return sorted(found, key=lambda each: (-each.times, each.form, each.name))


def form_of(fact: Fact) -> str:
    """The form, the download or the newsletter that a submission came by."""
    return str(fact.fields.get("form") or fact.fields.get("asset") or "newsletter")


def _names(fact: Fact) -> Iterator[str]:
    """Its fields that were read as nothing, apart from those whose names say that they are none of our attributes."""
    for kept, value in fact.fields.items():
        name = kept.removeprefix(_OWN)
        is_read = meaning(name).of != "" or name.startswith(_OF_CONSENT) or is_setting(name, str(value))
        if kept.startswith(_OWN) and not is_read:
            yield name

"""The vocabulary of a model: events, the fields of a fact and of a contact, and the values that some can have."""

from collections.abc import Collection, Iterator
from typing import Any

from leadbell.consents import FIELDS as CONSENT_FIELDS
from leadbell.countries import country_code, looks_like_a_code
from leadbell.events import ADDED, FACT_TYPES, QUESTION, REQUEST
from leadbell.field_names import OURS
from leadbell.formats import ASKED, DOWNLOADS
from leadbell.own_words.industries import sectors
from leadbell.own_words.job_titles import ROLES
from leadbell.profile import ATTRIBUTES, SOURCE_FIELDS
from leadbell.scoring.conditions import Where
from leadbell.scoring.readings import READINGS
from leadbell.suggestions import close_to, did_you_mean

# By these a person addresses us, so only these can be a request or a question.
WRITTEN = ("form.submitted", ADDED, "webinar.registered", "trial.started", "guide.requested")

# The four answers that together make an SQL without a request.
BANT = ("need", "budget", "authority", "timing")

PROFILE_FIELDS = (*ATTRIBUTES, "mail_kind", *READINGS)

# What a fact can hold, whichever door it came in by; the table only grows, since published models name its words.
FACT_FIELDS = (
    *sorted({*ATTRIBUTES, *SOURCE_FIELDS, *OURS.values()} - {"first_name", "last_name"}),
    *("form", "means", "asks", "copy", "asset", "asset_label", "kind", "timing_from"),
    *("stage", "owner", "how", "consent_purpose", "consent_text", "consent_at", "consent_how"),
    *("cycle", "reason", "back_on", "competitor", "by"),
    *CONSENT_FIELDS,
)
# A form's own fields, as `field_reading` keeps them: any name may follow.
OWN_FIELD = "x_"

_WORDS: dict[str, tuple[str, ...]] = {
    "means": (QUESTION, REQUEST),
    "asks": (*ASKED,),
    "kind": (*DOWNLOADS,),
}


def check_event(name: str) -> None:
    """Raises ValueError for an event that there is not."""
    if name not in FACT_TYPES:
        raise ValueError(f'there is no event "{name}"{did_you_mean(name, FACT_TYPES)}')


def check_profile_fields(where: Where) -> None:
    """Raises ValueError for a misspelt attribute, or a word that it never is: its rule would never match anybody."""
    for name in sorted(fields_of(where)):
        if name not in PROFILE_FIELDS and not is_own(name):
            raise ValueError(f'a contact has no attribute "{name}"{did_you_mean(name, sorted(PROFILE_FIELDS))}')
    _check_words(where, "role", ROLES)
    if "sector" in fields_of(where):
        _check_words(where, "sector", sectors())
    _check_countries(where)


def is_own(name: str) -> bool:
    """Whether it is a field of a form's own."""
    return name.startswith(OWN_FIELD) and name != OWN_FIELD


def _check_words(where: Where, field: str, words: Collection[str]) -> None:
    for word in values_of(where, field):
        if word not in words:
            raise ValueError(f'`{field}` is never "{word}"{did_you_mean(word, words)}')


def check_fact_fields(where: Where) -> None:
    """Raises ValueError for a misspelt field, or a word that it never holds: no fact would ever meet its rule."""
    for name in sorted(fields_of(where)):
        if name not in FACT_FIELDS and not is_own(name):
            own = f"; write a field of your own form as {OWN_FIELD}{name}"
            raise ValueError(f'no fact has a field "{name}"{close_to(name, FACT_FIELDS) or own}')
    for field, words in _WORDS.items():
        _check_words(where, field, words)
    _check_countries(where)


def words_by_field() -> dict[str, tuple[str, ...]]:
    """The words that fields hold which are filled by us alone."""
    return dict(_WORDS)


def check_answer(answer: Any) -> None:
    """Raises ValueError for what is no answer to need, budget, authority or timing."""
    if any(isinstance(each, bool) for each in (answer if isinstance(answer, list) else [answer])):
        raise ValueError('answers are text; write yes, or "true" in quotes')
    if isinstance(answer, dict) and (answer.get("exists") is False or answer.keys() & {"at_least", "at_most"}):
        raise ValueError("answers are text, and a missing one does not count as yes; use a value, a list, or a regex")


def _check_countries(where: Where) -> None:
    for code in values_of(where, "country"):
        if isinstance(code, str) and not looks_like_a_code(code):
            found = country_code(code)
            raise ValueError(f'"{code}" is not a country code; write {found or "two letters, such as SE"}')


def fields_of(where: Where) -> set[str]:
    """The names of the fields that a condition looks at."""
    return {name for name, _ in _leaves(where)}


def values_of(where: Where, field: str) -> list[Any]:
    """The plain values that a condition compares a field with."""
    found = [value for name, value in _leaves(where) if name == field and not isinstance(value, dict)]
    return [each for value in found for each in (value if isinstance(value, list) else [value])]


def _leaves(where: Where) -> Iterator[tuple[str, Any]]:
    for name, value in where.items():
        if name in ("all", "any", "not"):
            for inner in value if isinstance(value, list) else [value]:
                yield from _leaves(inner)
        else:
            yield name, value

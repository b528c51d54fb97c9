"""Words that every part of the model file shares: strict blocks, known facts, conditions that can be read."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationInfo

from leadbell.config_files import _close, did_you_mean
from leadbell.consents import FIELDS as CONSENT_FIELDS
from leadbell.countries import country_code, looks_like_a_code
from leadbell.events import ADDED, FACT_TYPES, QUESTION, REQUEST
from leadbell.field_names import OURS
from leadbell.formats import ASKED
from leadbell.profile import ATTRIBUTES, SOURCE_FIELDS
from leadbell.scoring.conditions import Where, compile_where


def _known_event(name: str) -> str:
    if name not in FACT_TYPES:
        raise ValueError(f'there is no event "{name}"{did_you_mean(name, FACT_TYPES)}')
    return name


# By these a person addresses us, so only these can be a request or a question.
WRITTEN = ("form.submitted", ADDED)


def _written_to_us(name: str) -> str:
    if name not in WRITTEN:
        raise ValueError(f"{name} is not written by a person; use one of {', '.join(WRITTEN)}")
    return name


PROFILE_FIELDS = (*ATTRIBUTES, "mail_kind")

# What a fact can hold, whichever door it came in by; the table only grows, since published models name its words.
FACT_FIELDS = (
    *sorted({*ATTRIBUTES, *SOURCE_FIELDS, *OURS.values()} - {"first_name", "last_name"}),
    *("form", "means", "asks", "copy", "asset"),
    *("stage", "owner", "how", "consent_purpose", "consent_text", "consent_at", "consent_how"),
    *("cycle", "reason", "back_on", "competitor", "by"),
    *CONSENT_FIELDS,
)
# A form's own fields, as `field_reading` keeps them: any name may follow.
OWN_FIELD = "x_"

_WORDS: dict[str, tuple[str, ...]] = {"means": (QUESTION, REQUEST), "asks": (*ASKED,)}


def _about_the_profile(where: Where) -> Where:
    """A misspelt attribute would be a rule that never matches anybody."""
    compile_where(where)
    for name in sorted(fields_of(where)):
        if name not in PROFILE_FIELDS:
            raise ValueError(f'a contact has no attribute "{name}"{did_you_mean(name, PROFILE_FIELDS)}')
    return _with_countries(where)


def check_form(name: str, info: ValidationInfo) -> None:
    """Whether there is such a form. A model that is in force already stays so when a form goes: nobody asks then."""
    forms = (info.context or {}).get("forms")
    if forms is not None and name not in forms:
        raise ValueError(f'there is no form "{name}"{did_you_mean(name, forms)}')


def _about_a_fact(where: Where, info: ValidationInfo) -> Where:
    """A misspelt field would be a rule that no fact ever meets."""
    compile_where(where)
    for name in sorted(fields_of(where)):
        if name not in FACT_FIELDS and not (name.startswith(OWN_FIELD) and name != OWN_FIELD):
            own = f"; write a field of your own form as {OWN_FIELD}{name}"
            raise ValueError(f'no fact has a field "{name}"{_close(name, FACT_FIELDS) or own}')
    for field, words in _WORDS.items():
        for word in values_of(where, field):
            if word not in words:
                raise ValueError(f'`{field}` is never "{word}"{did_you_mean(word, words)}')
    for form in values_of(where, "form"):
        check_form(form, info)
    return _with_countries(where)


def _with_countries(where: Where) -> Where:
    for code in values_of(where, "country"):
        if isinstance(code, str) and not looks_like_a_code(code):
            found = country_code(code)
            raise ValueError(f'"{code}" is not a country code; write {found or "two letters, such as SE"}')
    return where


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


Event = Annotated[str, AfterValidator(_known_event), Field(json_schema_extra={"enum": [*FACT_TYPES]})]
WrittenEvent = Annotated[Event, AfterValidator(_written_to_us), Field(json_schema_extra={"enum": [*WRITTEN]})]
# Of a fact: what a door can have stored with it.
FactConditions = Annotated[Where, AfterValidator(_about_a_fact)]
# Of a contact: what its profile can hold. An empty one would match everybody.
Conditions = Annotated[Where, AfterValidator(_about_the_profile), Field(min_length=1)]

"""Words that every part of the model file shares: strict blocks, known facts, conditions that can be read."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from leadbell.conditions import Where, compile_where
from leadbell.countries import country_code, looks_like_a_code
from leadbell.events import FACT_TYPES
from leadbell.profile import ATTRIBUTES


class Strict(BaseModel):
    """Unknown keys are refused, values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _known_event(name: str) -> str:
    if name not in FACT_TYPES:
        raise ValueError(f'there is no event "{name}"{did_you_mean(name, FACT_TYPES)}')
    return name


def _readable(where: Where) -> Where:
    compile_where(where)
    return where


PROFILE_FIELDS = (*ATTRIBUTES, "mail_kind")


def _about_the_profile(where: Where) -> Where:
    """A misspelt attribute would be a rule that never matches anybody."""
    for name in fields_of(_readable(where)):
        if name not in PROFILE_FIELDS:
            raise ValueError(f'nothing called "{name}" is known of a contact{did_you_mean(name, PROFILE_FIELDS)}')
    for code in values_of(where, "country"):
        if isinstance(code, str) and not looks_like_a_code(code):
            found = country_code(code)
            raise ValueError(f'"{code}" is no country code; write {found or "two letters, such as SE"}')
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


def did_you_mean(word: object, known: Any) -> str:
    """`; did you mean "x"?` where one is close, else the list of what there is."""
    from difflib import get_close_matches  # only a mistake pays for it

    close = get_close_matches(str(word), list(known), n=1)
    return f'; did you mean "{close[0]}"?' if close else f"; there is: {', '.join(known)}"


Event = Annotated[str, AfterValidator(_known_event), Field(json_schema_extra={"enum": [*FACT_TYPES]})]
# Of a fact: its own fields, which a door may have kept as the website named them.
FactConditions = Annotated[Where, AfterValidator(_readable)]
# Of a contact: what its profile can hold. An empty one would match everybody.
Conditions = Annotated[Where, AfterValidator(_about_the_profile), Field(min_length=1)]

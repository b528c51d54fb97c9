"""Values of a model file that several of its parts share: known events, conditions that can be read."""

from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo

from leadbell.events import FACT_TYPES
from leadbell.scoring.conditions import Where, compile_where
from leadbell.scoring.vocabulary import WRITTEN, check_event, check_fact_fields, check_profile_fields, values_of
from leadbell.suggestions import did_you_mean


def _known_event(name: str) -> str:
    check_event(name)
    return name


def _written_to_us(name: str) -> str:
    if name not in WRITTEN:
        raise ValueError(f"{name} is not written by a person; use one of {', '.join(WRITTEN)}")
    return name


def _about_the_profile(where: Where) -> Where:
    compile_where(where)
    check_profile_fields(where)
    return where


def _about_a_fact(where: Where, info: ValidationInfo) -> Where:
    compile_where(where)
    check_fact_fields(where)
    for form in values_of(where, "form"):
        check_form(form, info)
    return where


def check_form(name: str, info: ValidationInfo) -> None:
    """Whether there is such a form. A model that is in force already stays so when a form goes: nobody asks then."""
    forms = (info.context or {}).get("forms")
    if forms is not None and name not in forms:
        raise ValueError(f'there is no form "{name}"{did_you_mean(name, forms)}')


Event = Annotated[str, AfterValidator(_known_event), Field(json_schema_extra={"enum": [*FACT_TYPES]})]
WrittenEvent = Annotated[Event, AfterValidator(_written_to_us), Field(json_schema_extra={"enum": [*WRITTEN]})]
# Of a fact: what a door can have stored with it.
FactConditions = Annotated[Where, AfterValidator(_about_a_fact)]
# Of a contact: what its profile can hold. An empty one would match everybody.
Conditions = Annotated[Where, AfterValidator(_about_the_profile), Field(min_length=1)]

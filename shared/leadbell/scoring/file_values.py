"""Values of a model file that several of its parts share: known events, conditions that can be read.

A file is checked with what its author can mean (`context`). A stored model, which was checked once, is only read.
"""

from collections.abc import Collection
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from leadbell.config_files import Misplaced, Strict
from leadbell.events import FACT_TYPES, GUIDE_OPENED, Value
from leadbell.scoring.condition_checks import CheckFields, Names, condition_mistakes
from leadbell.scoring.conditions import Where, compile_where
from leadbell.scoring.known_values import never_with
from leadbell.scoring.vocabulary import WRITTEN, check_event, check_fact_fields, check_profile_fields, fields_of
from leadbell.suggestions import did_you_mean


def _known_event(name: str) -> str:
    check_event(name)
    return name


def _written_to_us(name: str) -> str:
    if name not in WRITTEN:
        raise ValueError(f"{name} is not written by a person; use one of {', '.join(WRITTEN)}")
    return name


def _about_the_profile(where: Where, info: ValidationInfo) -> Where:
    check_condition(where, check_profile_fields, info)
    return where


def _about_a_fact(where: Where, info: ValidationInfo) -> Where:
    check_condition(where, check_fact_fields, info)
    return where


def check_condition(where: Where, check_fields: CheckFields, info: ValidationInfo) -> None:
    """Raises ValueError for a condition that cannot be read and, where a file is checked, for one that cannot hold."""
    if info.context is None:
        compile_where(where)
        check_fields(where)
    elif found := condition_mistakes(where, check_fields, _names(info.context)):
        raise Misplaced(found)


def _names(context: dict[str, Any]) -> Names:
    known = {"form": context.get("forms"), "asset": context.get("downloads")}
    return {field: names for field, names in known.items() if names is not None}


def check_form(name: str, info: ValidationInfo) -> None:
    """Raises ValueError for a form that no story can be played with. A live model stays so when a form is removed."""
    forms: Collection[str] | None = (info.context or {}).get("story_forms")
    if forms is not None and name not in forms:
        raise ValueError(f'there is no form "{name}"{did_you_mean(name, forms)}')


def check_said(said: dict[str, Value], info: ValidationInfo) -> None:
    """Raises ValueError for what a story's person says in a field that there is not, or in a word it never holds."""
    for name, value in said.items() if info.context is not None else ():
        if name != "back_on_day":
            check_fact_fields({name: value})


Event = Annotated[str, AfterValidator(_known_event), Field(json_schema_extra={"enum": [*FACT_TYPES]})]
WrittenEvent = Annotated[Event, AfterValidator(_written_to_us), Field(json_schema_extra={"enum": [*WRITTEN]})]
# Of a fact: what a door can have stored with it.
FactConditions = Annotated[Where, AfterValidator(_about_a_fact)]
# Of a contact: what its profile can hold. An empty one would match everybody.
Conditions = Annotated[Where, AfterValidator(_about_the_profile), Field(min_length=1)]


class AboutFacts(Strict):
    """A part of a model that looks at facts of one type."""

    @model_validator(mode="after")
    def _can_happen(self, info: ValidationInfo) -> Self:
        if info.context is None:
            return self
        event, where = getattr(self, "event"), getattr(self, "where")  # noqa: B009  # each part declares its own
        if event == GUIDE_OPENED:
            problem = "only machines open these links, and what they do scores nothing; use guide.requested"
            raise Misplaced([(("event",), problem)])
        if wrong := sorted(fields_of(where) & never_with(event)):
            problem = f"{event} never has `{wrong[0]}`; use an event such as form.submitted, or another field"
            raise Misplaced([(("where", wrong[0]), problem)])
        return self

"""A model's definitions of a product act, a question, a request, and confirmed need, budget, authority and timing."""

from typing import Any

from pydantic import Field, ValidationInfo, field_validator

from leadbell.config_files import Misplaced, Strict
from leadbell.scoring.compiling import AS_FORMS_MEAN_IT
from leadbell.scoring.file_values import AboutFacts, Event, FactConditions, WrittenEvent, check_condition
from leadbell.scoring.vocabulary import check_answer, check_profile_fields


class ProductAct(AboutFacts):
    """A fact by which somebody looks for information about a product."""

    event: Event
    where: FactConditions = Field(default_factory=dict)


class Question(AboutFacts):
    """What counts as a question; asking one is a product act."""

    event: WrittenEvent
    where: FactConditions = Field(default_factory=dict)


class RequestRule(AboutFacts):
    """What counts as a request, by which a contact becomes an SQL."""

    event: WrittenEvent
    where: FactConditions = Field(default_factory=dict)


def as_forms_mean_it() -> list[RequestRule]:
    """The requests of a model that does not say: what the forms themselves mean as one."""
    return [RequestRule.model_validate(each) for each in AS_FORMS_MEAN_IT]


class Bant(Strict):
    """Which answers say that need, budget, authority and timing are there. All four together make an SQL.

    An answer is written as in a condition: a value, a list of values, or an operator for text.
    """

    need: Any = "yes"
    budget: Any = "yes"
    authority: Any = "yes"
    timing: Any = "yes"

    @field_validator("*")
    @classmethod
    def _an_answer(cls, answer: Any, info: ValidationInfo) -> Any:
        check_answer(answer)
        try:
            check_condition({str(info.field_name): answer}, check_profile_fields, info)
        except Misplaced as error:  # the field's name is a key of the file already
            raise Misplaced([(place[1:], message) for place, message in error.found]) from error
        return answer

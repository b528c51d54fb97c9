"""A model's definitions of a product act, a question, a request, and confirmed need, budget, authority and timing."""

from typing import Any

from pydantic import Field, ValidationInfo, field_validator

from leadbell.config_files import Strict
from leadbell.scoring.compiling import AS_FORMS_MEAN_IT
from leadbell.scoring.conditions import compile_where
from leadbell.scoring.file_values import Event, FactConditions, WrittenEvent
from leadbell.scoring.vocabulary import check_answer


class ProductAct(Strict):
    """A fact by which somebody looks for information about a product."""

    event: Event
    where: FactConditions = Field(default_factory=dict)


class Question(Strict):
    """What counts as a question; asking one is a product act."""

    event: WrittenEvent
    where: FactConditions = Field(default_factory=dict)


class RequestRule(Strict):
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
        compile_where({str(info.field_name): answer})
        check_answer(answer)
        return answer

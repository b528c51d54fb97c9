"""The stories of a model file, as they are written: who, what they do on which days, and what is expected then.

`stories` plays them. They say in a marketer's words what the numbers are meant to do, and a model that breaks one of
them cannot be published.
"""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from leadbell.config_files import Strict
from leadbell.events import Value
from leadbell.scoring.file_values import Event, check_form, check_said

StageName = Literal[
    "prospect", "subscriber", "lead", "iql", "mql", "sql",
    "opportunity", "customer", "evangelist", "recycled", "disqualified",
]  # fmt: skip
HeardName = Literal["alert", "asked_again", "copy", "customer", "reminder"]
Day = Annotated[int, Field(ge=0, le=800)]


def _event_alone(raw: object) -> object:
    return {"event": raw} if isinstance(raw, str) else raw


def _a_grade(text: str) -> str:
    if not re.fullmatch(r"[ABCD?-][1-4]?", text):
        raise ValueError(f'"{text}" is not a grade; write a letter A to D or "?", with or without a digit 1 to 4')
    return text


def _as_list(raw: object) -> object:
    if raw == "none":
        return []
    return raw if isinstance(raw, list) else [raw]


class Act(Strict):
    """One thing done: an event or a form sent, with what it says besides the person's own details."""

    event: Event | None = None
    form: str | None = None
    says: dict[str, Value] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_of_both(self, info: ValidationInfo) -> Self:
        if (self.event is None) is (self.form is None):
            raise ValueError("write either `event` or `form`")
        if self.form is not None:
            check_form(self.form, info)
        check_said(self.says, info)
        return self


class Expected(Strict):
    """What should be found on the evening of a day; what is left out is not looked at, but a mail always is."""

    stage: StageName | None = None
    grade: Annotated[str, AfterValidator(_a_grade)] | None = None
    fit: int | None = None
    interest: int | None = None
    interest_at_most: int | None = None
    heard: Annotated[list[HeardName], BeforeValidator(_as_list)] = Field(default_factory=list)
    why: str | None = None


class Step(Strict):
    """A day of a story. With `every_days` and `until_day` it happens again and again, and is expected each time."""

    day: Day
    every_days: Annotated[int, Field(ge=1)] | None = None
    until_day: Day | None = None
    does: Annotated[list[Annotated[Act, BeforeValidator(_event_alone)]], BeforeValidator(_as_list)] = Field(
        default_factory=list
    )
    expect: Expected = Expected()

    @model_validator(mode="after")
    def _repeats_in_whole(self) -> Self:
        if (self.every_days is None) is not (self.until_day is None):
            raise ValueError("`every_days` and `until_day` go together; add the other one")
        if self.until_day is not None and self.until_day < self.day:
            raise ValueError("`until_day` is before `day`, so it would never happen; write a later one")
        return self

    @property
    def days(self) -> range:
        """The days on which it happens."""
        return range(self.day, (self.day if self.until_day is None else self.until_day) + 1, self.every_days or 1)


class Story(Strict):
    """One person through time. `who` is what they enter in every form."""

    story: str
    who: dict[str, Value] = Field(default_factory=dict)
    days: Annotated[list[Step], Field(min_length=1)]

    @property
    def forms(self) -> frozenset[str]:
        """The forms that they send."""
        return frozenset(act.form for step in self.days for act in step.does if act.form is not None)

    @field_validator("who")
    @classmethod
    def _in_known_fields(cls, who: dict[str, Value], info: ValidationInfo) -> dict[str, Value]:
        check_said(who, info)
        return who

"""The scoring model's syntax: what a marketer may write, checked where it enters.

A model is a YAML 1.2 file (so `country: NO` and `9:30` stay text) with two axes:

* **fit**: who somebody is. Named personas, each a list of rules over profile attributes; the best persona counts.
* **interest**: what somebody does. Rules over facts, gathered in groups that have a cap and fade.

What the numbers mean, and in which order they are worked out, is `scoring`'s; this module only reads and refuses.
Every unknown word is an error that names its place: a misspelt key must not become a rule that never matches.
"""

import hashlib
import json
from datetime import date as Date
from importlib.resources import files
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from leadbell.conditions import Where, compile_where
from leadbell.errors import InvalidModel
from leadbell.events import FACT_TYPES


class Strict(BaseModel):
    """Unknown keys are refused, values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Fading(Strict):
    """How points lose weight with the age of their fact, in whole UTC days; exactly one of the three."""

    halves_every_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    after_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    percent: Annotated[int, Field(ge=1, le=100)] | None = None
    every_days: Annotated[int, Field(ge=1, le=3650)] | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        linear = self.percent is not None or self.every_days is not None
        if linear and (self.percent is None or self.every_days is None):
            raise ValueError("`percent` and `every_days` go together")
        if (self.halves_every_days is not None) + (self.after_days is not None) + linear != 1:
            raise ValueError("write one of `halves_every_days`, `after_days`, or `percent` with `every_days`")
        return self


Conditions = Annotated[Where, Field(min_length=1)]
Points = Annotated[int, Field(ge=-100, le=100)]


class FitRule(Strict):
    """Points for who somebody is."""

    id: str
    label: str
    where: Conditions
    points: Points


class Persona(Strict):
    """One kind of buyer and the problem we solve for them."""

    id: str
    label: str
    problem: str
    rules: list[FitRule]


class Group(Strict):
    """Interest rules that share a cap and, unless a rule says otherwise, a way to fade."""

    label: str
    cap: Annotated[int, Field(ge=1, le=100)] | None = None
    fades: Fading | Literal["never"] = "never"


class InterestRule(Strict):
    """Points for something done. `at_most` counts per UTC day; `max_count` keeps the most recent."""

    id: str
    label: str
    event: str
    where: Where = Field(default_factory=dict)
    points: Points
    at_most: Annotated[int, Field(ge=1)] | None = None
    max_count: Annotated[int, Field(ge=1)] | None = None
    cap: Annotated[int, Field(ge=1, le=100)] | None = None
    fades: Fading | Literal["never"] | None = None
    group: str


class Interest(Strict):
    """The interest axis."""

    groups: dict[str, Group]
    rules: list[InterestRule]


class Veto(Strict):
    """A reason for which a request becomes a message copy instead of an alert."""

    id: str
    label: str
    where: Conditions


class Mql(Strict):
    """Where a contact becomes an MQL, and the lower marks under which it stops being one."""

    fit: int
    interest: int
    leave_fit: int
    leave_interest: int


class Grades(Strict):
    """Lowest number of each band, best first; what is under all of them is D, or 4."""

    fit: dict[Literal["A", "B", "C"], int]
    interest: dict[Literal["1", "2", "3"], int]
    unknown_under: int
    known_enough: Annotated[int, Field(ge=1, le=4)]

    @model_validator(mode="after")
    def _bands_fall(self) -> Self:
        for axis, wanted in (("fit", "ABC"), ("interest", "123")):
            bands: dict[str, int] = dict(getattr(self, axis))
            marks = [bands.get(name, -1) for name in wanted]
            if sorted(set(marks), reverse=True) != marks or min(marks) < 0:
                raise ValueError(f"`{axis}` needs {', '.join(wanted)} with falling numbers")
        return self


class ProductAct(Strict):
    """A fact by which somebody looks for information about a product."""

    event: str
    where: Where = Field(default_factory=dict)


class Agreement(Strict):
    """Who agreed to these numbers, and until when they hold without another look."""

    marketing: str
    sales: str
    date: Date
    review_by: Date


class Model(Strict):
    """A whole scoring model."""

    agreement: Agreement
    personas: Annotated[list[Persona], Field(min_length=1)]
    interest: Interest
    grades: Grades
    mql: Mql
    product_acts: list[ProductAct]
    product_act_days: Annotated[int, Field(ge=1)]
    request_days: Annotated[int, Field(ge=1)]
    vetoes: list[Veto]

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        ids = [rule.id for rule in self.interest.rules] + [r.id for p in self.personas for r in p.rules]
        for name in {i for i in ids if ids.count(i) > 1}:
            raise ValueError(f"the rule id `{name}` is used twice")
        for rule in self.interest.rules:
            if rule.group not in self.interest.groups:
                raise ValueError(
                    f"rule `{rule.id}`: there is no group `{rule.group}`; {', '.join(self.interest.groups)} exist"
                )
        events = [rule.event for rule in self.interest.rules] + [act.event for act in self.product_acts]
        for event in events:
            if event not in FACT_TYPES:
                raise ValueError(f"unknown event `{event}`; known events: {', '.join(FACT_TYPES)}")
        for where in self._conditions():
            compile_where(where)
        return self

    def _conditions(self) -> list[Where]:
        fit = [rule.where for persona in self.personas for rule in persona.rules]
        return [
            *fit,
            *(r.where for r in self.interest.rules),
            *(v.where for v in self.vetoes),
            *(a.where for a in self.product_acts),
        ]

    def version(self) -> str:
        """The model's content hash: two models with the same meaning to the reader have the same version."""
        text = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def read_model(text: str) -> Model:
    """A model from its YAML 1.2 text; raises InvalidModel with one line per mistake."""
    from ruamel.yaml import YAML  # only who reads a model pays for the parser
    from ruamel.yaml.error import YAMLError

    try:
        raw = YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        raise InvalidModel(f"not a readable YAML file: {error}") from error
    try:
        return Model.model_validate(raw)
    except ValidationError as error:
        lines = (f"{'.'.join(map(str, e['loc'])) or 'model'}: {e['msg']}" for e in error.errors(include_url=False))
        raise InvalidModel("\n".join(lines)) from error


def default_model() -> Model:
    """The model that ships with Leadbell, in force until another is published."""
    return read_model(files("leadbell").joinpath("data/model.yaml").read_text(encoding="utf-8"))

"""The scoring model's syntax: what a marketer may write, checked where it enters.

A model is a YAML 1.2 file (so `country: NO` and `9:30` stay text) with two axes:

* **fit**: who somebody is. Named personas, each a list of rules over profile attributes; the best persona counts.
* **interest**: what somebody does. Rules over facts, gathered in groups that have a cap and fade.

What the numbers mean, and in which order they are worked out, is `scoring`'s; this module only reads and refuses. What
passed it is stored as JSON, which the functions read without it (`compiling`).
Every unknown word is an error with its place: a misspelt key must not become a rule that never matches.
"""

import json
from collections.abc import Collection
from datetime import date as Date
from importlib.resources import files
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, ValidationError, ValidationInfo, model_validator

from leadbell.config_files import Misplaced, Strict, mistakes_in
from leadbell.errors import InvalidModel
from leadbell.scoring.buying_signals import Bant, ProductAct, Question, RequestRule, as_forms_mean_it
from leadbell.scoring.clashes import clashes
from leadbell.scoring.compiled import CompiledModel
from leadbell.scoring.compiling import compile_model, version_of
from leadbell.scoring.descriptions import described
from leadbell.scoring.fading import MAX_DAYS
from leadbell.scoring.file_values import AboutFacts, Conditions, Event, FactConditions
from leadbell.scoring.story_syntax import Story
from leadbell.scoring.vocabulary import values_of
from leadbell.yaml_files import Unreadable, written

MAX_MODEL_BYTES = 100_000
# Of an item's 400 KB, which holds the file as it was written too.
MAX_STORED_BYTES = 250_000
# Those that stories can be played with in any case: the forms that come with Leadbell.
PACKAGED_FORMS = ("contact", "demo", "pricing", "callback")


class Fading(Strict):
    """How points lose weight with the age of their fact, in whole UTC days; exactly one of the three."""

    halves_every_days: Annotated[int, Field(ge=1, le=MAX_DAYS)] | None = None
    after_days: Annotated[int, Field(ge=1, le=MAX_DAYS)] | None = None
    percent: Annotated[int, Field(ge=1, le=100)] | None = None
    every_days: Annotated[int, Field(ge=1, le=MAX_DAYS)] | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        linear = self.percent is not None or self.every_days is not None
        if linear and (self.percent is None or self.every_days is None):
            raise ValueError("`percent` and `every_days` go together; add the other one")
        if (self.halves_every_days is not None) + (self.after_days is not None) + linear != 1:
            raise ValueError("write one of `halves_every_days`, `after_days`, or `percent` with `every_days`")
        return self


def _kind_of_fading(raw: Any) -> str:
    return "never" if isinstance(raw, str) else "fading"


Fades = Annotated[
    Annotated[Fading, Tag("fading")] | Annotated[Literal["never"], Tag("never")], Discriminator(_kind_of_fading)
]
Points = Annotated[int, Field(ge=-100, le=100)]
Mark = Annotated[int, Field(ge=0, le=100)]


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

    @model_validator(mode="after")
    def _can_be_somebody(self, info: ValidationInfo) -> Self:
        if info.context is not None and not self.rules:
            raise Misplaced([(("rules",), "this is empty, so nobody would ever be this persona; write at least one")])
        return self


class Group(Strict):
    """Interest rules that share a cap and, unless a rule says otherwise, a way to fade."""

    label: str
    cap: Annotated[int, Field(ge=1, le=100)] | None = None
    fades: Fades = "never"


class InterestRule(AboutFacts):
    """Points for something done. `at_most` counts per UTC day; `max_count` keeps the most recent.

    A fact that is trusted less than `trust` does not hit the rule; a machine's hits none.
    """

    id: str
    label: str
    event: Event
    where: FactConditions = Field(default_factory=dict)
    trust: Literal["browser", "submitted", "verified"] = "browser"
    points: Points
    at_most: Annotated[int, Field(ge=1)] | None = None
    max_count: Annotated[int, Field(ge=1)] | None = None
    cap: Annotated[int, Field(ge=1, le=100)] | None = None
    fades: Fades | None = None
    group: str


class Interest(Strict):
    """The interest axis."""

    groups: dict[str, Group]
    rules: list[InterestRule]


class Veto(Strict):
    """A reason for which a request is a message to sales and no alert."""

    id: str
    label: str
    where: Conditions


class Mql(Strict):
    """Where a contact becomes an MQL, and the lower marks under which it stops being one."""

    fit: Mark
    interest: Mark
    leave_fit: Mark
    leave_interest: Mark

    @model_validator(mode="after")
    def _leaves_lower(self) -> Self:
        for enter, leave in (("fit", "leave_fit"), ("interest", "leave_interest")):
            if getattr(self, leave) > getattr(self, enter):
                raise ValueError(
                    f"`{leave}` must not be above `{enter}`, or contacts would qualify and leave at once; lower it"
                )
        return self


class Grades(Strict):
    """Lowest number of each band, best first; what is under all of them is D, or 4."""

    fit: dict[Literal["A", "B", "C"], Mark]
    interest: dict[Literal["1", "2", "3"], Mark]
    unknown_under: Mark
    known_enough: Annotated[int, Field(ge=1, le=4)]

    @model_validator(mode="after")
    def _bands_fall(self) -> Self:
        for axis, wanted in (("fit", "ABC"), ("interest", "123")):
            bands: dict[str, int] = dict(getattr(self, axis))
            marks = [bands.get(name, -1) for name in wanted]
            if sorted(set(marks), reverse=True) != marks or min(marks) < 0:
                raise ValueError(f"`{axis}` needs {', '.join(wanted)} with decreasing numbers")
        return self


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
    questions: list[Question] = Field(default_factory=list)
    requests: Annotated[list[RequestRule], Field(min_length=1)] = Field(default_factory=as_forms_mean_it)
    request_days: Annotated[int, Field(ge=1)]
    bant: Bant = Bant()
    vetoes: list[Veto]
    stories: list[Story] = Field(default_factory=list)

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        if found := list(clashes(self.model_dump(mode="json", exclude={"stories"}))):
            raise Misplaced(found)
        return self

    def named_forms(self) -> frozenset[str]:
        """The forms that its rules and stories name."""
        acts: list[InterestRule | ProductAct | Question | RequestRule] = [*self.interest.rules, *self.product_acts]
        acts += [*self.questions, *self.requests]
        told = (form for story in self.stories for form in story.forms)
        named = (*(form for each in acts for form in values_of(each.where, "form")), *told)
        return frozenset(form for form in named if isinstance(form, str))

    def named_downloads(self) -> frozenset[str]:
        """The downloads that its rules name."""
        acts: list[InterestRule | ProductAct] = [*self.interest.rules, *self.product_acts]
        return frozenset(name for each in acts for name in values_of(each.where, "asset") if isinstance(name, str))

    def version(self) -> str:
        """The hash of all that gives points or moves stages: spacing, remarks and stories make no other version."""
        return version_of(self.model_dump(mode="json"))

    def compiled(self) -> CompiledModel:
        """The model ready for `derive`, read as the functions read it."""
        return compile_model(self.stored(), self.version())

    def stored(self) -> str:
        """The JSON that it is stored as."""
        return self.model_dump_json()


def read_model(text: str, forms: Collection[str] | None, downloads: Collection[str] | None = None) -> Model:
    """A model from its YAML 1.2 text; raises InvalidModel with one line per mistake, each with its line number.

    Rules may name these `forms` and `downloads` and no others; None asks nothing about them. Stories may name the
    packaged forms too, whether they are published or not.
    """
    try:
        text_read = written(text, MAX_MODEL_BYTES)
    except Unreadable as error:
        raise InvalidModel(str(error)) from error
    try:
        model = Model.model_validate(text_read.plain, context=_context(forms, downloads))
    except ValidationError as error:
        found = mistakes_in(text_read, error, "model", Model.model_json_schema(), clashes)
        raise InvalidModel("\n".join(found)) from error
    if (size := len(model.stored())) > MAX_STORED_BYTES:
        raise InvalidModel(f"the model would be stored with {size:,} bytes; shorten it to {MAX_STORED_BYTES:,}")
    return model


def _context(forms: Collection[str] | None, downloads: Collection[str] | None) -> dict[str, Any]:
    story_forms = None if forms is None else [*forms, *(form for form in PACKAGED_FORMS if form not in forms)]
    return {"forms": forms, "story_forms": story_forms, "downloads": downloads}


def model_schema() -> str:
    """The JSON Schema of a model file, for editors: they complete keys and mark mistakes while one writes."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **described(Model.model_json_schema())}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def packaged_model() -> str:
    """The file of the model that ships with Leadbell."""
    return files("leadbell").joinpath("data/model.yaml").read_text(encoding="utf-8")


def default_model() -> Model:
    """The model that ships with Leadbell, without its stories; `make packaged-model` stores it for the functions."""
    return read_model(packaged_model().partition("\nstories:\n")[0], None)

"""Facts, contacts and models for tests, said in few words. Day 0 is a Monday; a day is `DAY_0` plus a number."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

from leadbell.events import Fact, Trust
from leadbell.forms.config import FORMS
from leadbell.lifecycle.decide import Decision
from leadbell.lifecycle.dispositions import Disposition
from leadbell.lifecycle.new_model import may_enter_sql
from leadbell.lifecycle.stages import Stage
from leadbell.lifecycle.standing import Qualification, Standing
from leadbell.qualify.stories import Person
from leadbell.scoring.compiled import Active, CompiledModel
from leadbell.scoring.rules import Model, default_model
from leadbell.scoring.scoring import Derived, derive

DAY_0 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

# Fit 100: in the market, the right size, decides, in a target industry, business mail.
VP: dict[str, Any] = {
    "email": "eva@acme.example",
    "name": "Eva Ek",
    "job_title": "VP Operations",
    "company": "Acme AB",
    "employees": 250,
    "country": "SE",
    "industry": "manufacturing",
}

_numbers = count(1)


def on_day(day: float) -> datetime:
    """Nine in the morning on a day; half a day later is `.5`."""
    return DAY_0 + timedelta(days=day)


def fact(
    type_: str,
    day: float = 0,
    *,
    at: datetime | None = None,
    fact_id: str = "",
    trust: Trust = Trust.SUBMITTED,
    undecided: bool = True,
    **fields: Any,
) -> Fact:
    """One fact, received when it happened."""
    happened = at or on_day(day)
    return Fact(fact_id or f"f{next(_numbers)}", type_, happened, happened, trust, fields, undecided=undecided)


def form(form_id: str, day: float = 0, *, at: datetime | None = None, fact_id: str = "", **fields: Any) -> Fact:
    """A packaged form sent, with what the door adds to its fields."""
    said: dict[str, Any] = {**fields, "form": form_id, "means": FORMS[form_id].means, "asks": FORMS[form_id].asks}
    return fact("form.submitted", day, at=at, fact_id=fact_id, **said)


def guide(day: float = 0, *, fact_id: str = "", **fields: Any) -> Fact:
    """A guide asked for."""
    return fact("guide.requested", day, fact_id=fact_id, asset="guide", **fields)


def set_stage(stage: Stage | str, day: float = 0, **fields: Any) -> Fact:
    """The operator's word."""
    return fact("operator.stage_set", day, trust=Trust.VERIFIED, stage=str(stage), **fields)


def says(type_: str, day: float, *, cycle: int = 1, **said: Any) -> Fact:
    """An answer of sales, as it is stored."""
    return Disposition(type_, cycle, **said).fact(on_day(day))


@cache
def default() -> CompiledModel:
    """The model that ships, compiled."""
    return default_model().compiled()


def variant(change: Callable[[dict[str, Any]], None]) -> CompiledModel:
    """The default model after `change` has edited its plain form."""
    plain = json.loads(default().content)
    change(plain)
    return Model.model_validate(plain).compiled()


def interest_model(*rules: dict[str, Any], **groups: dict[str, Any]) -> CompiledModel:
    """A model of these interest rules alone; each is in the group `acts`, without cap or fading, unless it says so."""

    def only_these(plain: dict[str, Any]) -> None:
        named = [
            {"id": f"rule-{number}", "label": "did it", "group": "acts", **rule} for number, rule in enumerate(rules)
        ]
        plain["interest"] = {"groups": groups or {"acts": {"label": "acts"}}, "rules": named}

    return variant(only_these)


def worth(*facts: Fact, on: float | None = None, model: CompiledModel | None = None) -> Derived:
    """What facts are worth on a day, the day of the latest unless said."""
    day = max((each.happened_at for each in facts), default=DAY_0) if on is None else on_day(on)
    return derive(facts, None, model or default(), day)


def standing_on(stage: Stage, **more: Any) -> Standing:
    """A standing of which only the stage matters, and what is said of its qualification."""
    return Standing(qualification=Qualification(stage, **more))


class Journey(Person):
    """One contact through time, as the service and the stories of a model see it, also where models are published."""

    def __init__(self, model: CompiledModel | None = None) -> None:
        super().__init__(model or default())
        self.active = Active(self.model)
        self.published = {self.model.version: self.model}

    def publishes(self, model: CompiledModel, at: datetime) -> None:
        """Puts another model in force; the contact is not looked at."""
        self.active, self.model = Active(model, at, self.active.number + 1), model
        self.published[model.version] = model

    def may_enter_sql(self, facts: Sequence[Fact], now: datetime) -> bool:
        """What the service asks before a contact enters SQL."""
        return may_enter_sql(self.standing, facts, self.active, self.published.get, now)

    def happens(self, *facts: Fact, now: datetime | None = None) -> Decision:
        """Facts that one worker finds together, at the moment of the last of them unless said."""
        self.facts += facts
        return self.looks(now or max(each.received_at for each in facts))[0]

    def passes(self, day: float) -> Decision:
        """Nothing but time."""
        return self.looks(on_day(day))[0]

    @property
    def heard(self) -> list[str]:
        """How sales heard, in order."""
        return [str(notice.heard) for notice in self.notices]

    @property
    def stages(self) -> list[str]:
        """The stages it was moved to, in order."""
        return [str(move.after) for move in self.moves]


def after(*facts: Fact, model: CompiledModel | None = None) -> Journey:
    """A contact to whom these facts happened one by one."""
    journey = Journey(model)
    for each in facts:
        journey.happens(each)
    return journey


def ids(facts: Iterable[Fact]) -> list[str]:
    """The facts' ids."""
    return [each.id for each in facts]

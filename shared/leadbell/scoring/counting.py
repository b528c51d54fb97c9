"""Facts counted per rule and day, before anybody looks at the calendar.

Counting is adding up: what some facts come to and what others come to make what both come to. So a long history need
not be read one fact at a time: `Older` is what a part of it, counted before, adds to the rest (`snapshots`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from leadbell.consents import is_objecting, is_subscribed
from leadbell.errors import InvalidFact
from leadbell.events import FACT_TYPES, Fact, Trust, distinct, evidence_text, weight_of
from leadbell.profile import Profile, profile_of
from leadbell.scoring.compiled import CompiledModel

type PerDay = Mapping[str, Mapping[int, int]]


@dataclass(frozen=True, slots=True)
class Older:
    """What facts add up to that are not read one by one any more.

    `evidence` is the sum of their ids' weights. `witnesses` are those among them on which the profile and the latest
    actions stand: they are counted already.
    """

    counts: PerDay = field(default_factory=dict)
    product_act_on: int | None = None
    evidence: int = 0
    witnesses: Sequence[Fact] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """What facts add up to before the calendar is looked at: counts per rule and day, and the latest of each act.

    Days are proleptic ordinals (`date.toordinal`).
    """

    profile: Profile
    counts: PerDay
    details_on: int | None
    subscribed: bool
    objected: bool
    product_act_on: int | None
    requests: tuple[Fact, ...]
    evidence: str


def still_counting(facts: Iterable[Fact], day: date) -> list[Fact]:
    """The facts whose retention covers `day`; raises InvalidFact for a fact of unknown type."""
    today = day.toordinal()
    first = {name: today - kind.retention_days if kind.retention_days else 0 for name, kind in FACT_TYPES.items()}
    try:
        return [fact for fact in facts if fact.happened_at.toordinal() > first[fact.type]]
    except KeyError as error:
        raise InvalidFact(f"unknown fact type {error}; known: {', '.join(FACT_TYPES)}") from None


def tally(facts: Iterable[Fact], reset_at: datetime | None, model: CompiledModel, older: Older | None = None) -> Tally:
    """Counts per rule and day, `older` included; raises InvalidFact for a fact of unknown type."""
    older = older or Older()
    ordered = distinct(facts)
    counts: dict[str, dict[int, int]] = {rule: dict(per_day) for rule, per_day in older.counts.items()}
    details_on, product_act_on = None, older.product_act_on
    requests: list[Fact] = []
    for fact in ordered:
        plan = model.plans.get(fact.type)
        if plan is None:
            raise InvalidFact(f"unknown fact type {fact.type!r}; known: {', '.join(FACT_TYPES)}")
        if fact.trust is Trust.MACHINE or (reset_at is not None and fact.happened_at <= reset_at):
            continue
        fields, day = fact.fields, fact.happened_at.toordinal()
        for rule, matches in plan.rules[fact.trust]:
            if matches is None or matches(fields):
                per_day = counts.setdefault(rule, {})
                per_day[day] = per_day.get(day, 0) + 1
        if plan.gives_details:
            details_on = day
        if plan.product_acts and any(matches is None or matches(fields) for matches in plan.product_acts):
            product_act_on = max(day, product_act_on or 0)
        if plan.requests and model.is_request(fact):
            requests.append(fact)
    told = distinct([*ordered, *older.witnesses]) if older.witnesses else ordered
    return Tally(
        profile=profile_of(told),
        counts=counts,
        details_on=details_on,
        subscribed=is_subscribed(ordered),
        objected=is_objecting(ordered),
        product_act_on=product_act_on,
        requests=tuple(requests),
        evidence=evidence_text(older.evidence + weight_of(ordered)),
    )

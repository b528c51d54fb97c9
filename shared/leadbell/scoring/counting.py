"""Facts counted per rule and day, before anybody looks at the calendar.

Counting is adding up: what some facts come to and what others come to make what both come to. So a long history need
not be read one fact at a time: `Older` is what a part of it, counted before, adds to the rest (`snapshots`).

A contact may have thousands of page views, of which a model asks only how many there were on each day. So facts are
sorted by type and day first, and looked at one by one only where a rule reads their fields.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from leadbell.consents import SAYING_FIELDS, SAYING_TYPES, Word, is_objecting, is_subscribed, pauses
from leadbell.errors import InvalidFact
from leadbell.events import (
    AS_HAPPENED,
    FACT_TYPES,
    REQUESTED,
    UNSUBSCRIBED,
    Fact,
    Trust,
    distinct,
    evidence_text,
    weight_of,
)
from leadbell.profile import ATTRIBUTES, SOURCE_FIELDS, Profile, profile_of
from leadbell.scoring.compiled import CompiledModel, Hit, Plan

type PerDay = Mapping[str, Mapping[int, int]]
type ByDay = Mapping[int, Sequence[Fact]]


UNHEARD = timedelta(days=1)


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

    Days are proleptic ordinals (`date.toordinal`). `told` are the facts that the profile stands on, in order; `pauses`
    are the noes of forms that pause a purpose.
    """

    profile: Profile
    counts: PerDay
    details_on: int | None
    subscribed: bool
    objected: bool
    pauses: Mapping[str, Word]
    product_act_on: int | None
    requests: tuple[Fact, ...]
    told: Sequence[Fact] = field(repr=False)
    facts: Collection[Fact] = field(repr=False)
    older_weight: int

    @property
    def evidence(self) -> str:
        """A digest of all facts that were counted, older ones included."""
        return evidence_text(self.older_weight + weight_of(self.facts))


def still_counting(facts: Iterable[Fact], day: date) -> list[Fact]:
    """The facts whose retention covers `day`; raises InvalidFact for a fact of unknown type."""
    first = _first_moments(day)
    try:
        return [fact for fact in facts if fact.happened_at >= first[fact.type]]
    except KeyError as error:
        raise InvalidFact(f"unknown fact type {error}; known: {', '.join(FACT_TYPES)}") from None


@lru_cache(maxsize=4)
def _first_moments(day: date) -> Mapping[str, datetime]:
    """The earliest moment from which a fact of each type still counts on `day`."""
    kept = {name: kind.retention_days for name, kind in FACT_TYPES.items()}
    first = {name: date.min if days is None else day - timedelta(days=days - 1) for name, days in kept.items()}
    return {name: datetime.combine(each, time(), UTC) for name, each in first.items()}


def tally(facts: Iterable[Fact], reset_at: datetime | None, model: CompiledModel, older: Older | None = None) -> Tally:
    """Counts per rule and day, `older` included; raises InvalidFact for a fact of unknown type."""
    older = older or Older()
    once = {fact.id: fact for fact in facts}.values()
    by_type = _by_type_and_day(once)
    told = distinct(_telling(once, by_type, model.own_fields))
    subscribed = is_subscribed(told)
    of_profile = distinct([*told, *older.witnesses]) if older.witnesses else told
    # Who came back to the newsletter has not left it.
    counting = {type_: by_day for type_, by_day in by_type.items() if not (subscribed and type_ == UNSUBSCRIBED)}
    asked = [(_plan(model, type_), _since(reset_at, by_day)) for type_, by_day in counting.items()]
    return Tally(
        profile=profile_of(of_profile, model.own_fields),
        counts=_counts(asked, older.counts),
        details_on=max((day for plan, by_day in asked if plan.gives_details for day in by_day), default=None),
        subscribed=subscribed,
        objected=is_objecting(told),
        pauses=pauses(told),
        product_act_on=max(_product_acts(asked, older.product_act_on), default=None),
        requests=tuple(distinct(_requests(_asking(model, reset_at, by_type)))),
        told=of_profile,
        facts=once,
        older_weight=older.evidence,
    )


def _by_type_and_day(facts: Iterable[Fact]) -> Mapping[str, ByDay]:
    """What people did. A machine's facts are left out: they count for nothing."""
    found: dict[str, dict[int, list[Fact]]] = defaultdict(lambda: defaultdict(list))
    for fact in facts:
        if fact.trust is not Trust.MACHINE:
            found[fact.type][fact.happened_at.toordinal()].append(fact)
    return found


def _since(reset_at: datetime | None, by_day: ByDay) -> ByDay:
    if reset_at is None:
        return by_day
    left = {day: [fact for fact in facts if fact.happened_at > reset_at] for day, facts in by_day.items()}
    return {day: facts for day, facts in left.items() if facts}


def _plan(model: CompiledModel, type_: str) -> Plan:
    try:
        return model.plans[type_]
    except KeyError:
        raise InvalidFact(f"unknown fact type {type_!r}; known: {', '.join(FACT_TYPES)}") from None


def _counts(asked: Iterable[tuple[Plan, ByDay]], older: PerDay) -> PerDay:
    counts = dict(older)
    for plan, by_day in asked:
        for rule, hit in plan.rules:
            if found := _numbers(hit, by_day):
                before = counts.get(rule, {})
                counts[rule] = {**before, **{day: number + before.get(day, 0) for day, number in found.items()}}
    return counts


def _numbers(hit: Hit, by_day: ByDay) -> dict[int, int]:
    """How many facts of each day are meant, without the days that have none."""
    if hit is None:
        return {day: len(facts) for day, facts in by_day.items()}
    return {day: number for day, facts in by_day.items() if (number := sum(map(hit, facts)))}


def _product_acts(asked: Iterable[tuple[Plan, ByDay]], older: int | None) -> Iterator[int]:
    if older is not None:
        yield older
    for plan, by_day in asked:
        for hit in plan.product_acts:
            yield from _numbers(hit, by_day)


def _asking(
    model: CompiledModel, reset_at: datetime | None, by_type: Mapping[str, ByDay]
) -> Iterator[tuple[Plan, ByDay]]:
    """What may hold requests. One that came just before the reset may not have been known to who gave the contact back;
    whether it is used up, the standing says."""
    since = None if reset_at is None else reset_at - UNHEARD
    yield from ((_plan(model, type_), _since(since, by_day)) for type_, by_day in by_type.items())


def _requests(asked: Iterable[tuple[Plan, ByDay]]) -> Iterator[Fact]:
    for plan, by_day in asked:
        for hit in plan.requests:
            yield from (fact for facts in by_day.values() for fact in facts if hit is None or hit(fact))


_TOLD = ATTRIBUTES | SAYING_FIELDS


def _telling(facts: Iterable[Fact], by_type: Mapping[str, ByDay], own: frozenset[str]) -> Iterator[Fact]:
    """The few facts that say who somebody is, what they agreed to, or where they came from first and last."""
    telling = _TOLD | own if own else _TOLD
    yield from (fact for fact in facts if not telling.isdisjoint(fact.fields))
    yield from (fact for type_ in by_type.keys() & SAYING_TYPES for facts in by_type[type_].values() for fact in facts)
    yield from _outermost_touches([by_day for type_, by_day in by_type.items() if type_ != REQUESTED])


def _outermost_touches(kinds: Sequence[ByDay]) -> Iterator[Fact]:
    days = sorted({day for by_day in kinds for day in by_day})
    for inwards, outermost in ((days, min), (reversed(days), max)):
        for day in inwards:
            if touches := [fact for by_day in kinds for fact in by_day.get(day, ()) if _says_where_from(fact)]:
                yield outermost(touches, key=AS_HAPPENED)
                break


def _says_where_from(fact: Fact) -> bool:
    return any(map(fact.fields.get, SOURCE_FIELDS))

"""Long histories made cheap to read: what old page views add up to, kept beside the contact.

1. Counted together are only facts of which there can be many and which nobody looks at again: what pages notice. A
   form, a request, an answer of sales stays a fact of its own.
2. Sealed is what was filed until a day so far back that no door files there any more. Nothing can be added to it later,
   and nothing in it waits for a decision.
3. What is sealed was counted with one model, one start of interest and one set of visitors' facts. Under any other,
   everything is read again.
4. Read through a snapshot, a contact is worth what all its facts are worth, bit for bit, on every later day: counts,
   weights and the first touch are kept by day, since retention ends day by day.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from leadbell.events import BROWSING_DAYS, Fact, Trust, day_of, distinct, event_key, weight_of
from leadbell.profile import ATTRIBUTES, level_of, source_of
from leadbell.scoring.compiled import CompiledModel
from leadbell.scoring.counting import Older, Tally, still_counting, tally

SEALED_AFTER_DAYS = 4
WORTH_FACTS = 100  # a snapshot is written only where it saves reading this many more
LATEST_ACTIONS = 5  # that a mail shows


@dataclass(frozen=True, slots=True)
class Basis:
    """What a snapshot was counted with: the model's version, the start of interest, the links to visitors."""

    model: str
    reset_at: datetime | None
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was filed until the day `through`. Days in mappings are ordinals of the day on which a fact happened.

    `facts` are those that stay facts; `witnesses` are counted, and kept since the profile and mails show them.
    """

    through: date
    basis: Basis
    counts: Mapping[str, Mapping[int, int]]
    product_act_on: int | None
    weights: Mapping[int, int]
    facts: tuple[Fact, ...]
    witnesses: tuple[Fact, ...]

    def on(self, day: date) -> Older:
        """What of it still counts on `day`."""
        first = day.toordinal() - BROWSING_DAYS
        act = self.product_act_on
        return Older(
            counts=self.counts,
            product_act_on=act if act is not None and act > first else None,
            evidence=sum(weight for happened, weight in self.weights.items() if happened > first),
            witnesses=still_counting(self.witnesses, day),
        )


@dataclass(frozen=True, slots=True)
class History:
    """A contact's past as it was read: facts one by one and, where there is a snapshot, what it counted together.

    `facts` includes those that the snapshot keeps as facts, but no witness.
    """

    facts: Sequence[Fact]
    snapshot: Snapshot | None = None

    @property
    def sealed_through(self) -> date:
        """The day until which facts need not be read any more."""
        return self.snapshot.through if self.snapshot else date.min

    def witnesses(self, day: date) -> list[Fact]:
        """The facts that were counted already, and still are to be looked at."""
        return still_counting(self.snapshot.witnesses, day) if self.snapshot else []

    def tally(self, reset_at: datetime | None, model: CompiledModel, day: date) -> Tally:
        """The tally on `day` of the facts and of what was counted before."""
        older = self.snapshot.on(day) if self.snapshot else None
        return tally(still_counting(self.facts, day), reset_at, model, older)

    def next_end(self, day: date) -> date | None:
        """The first day after `day` on which something stops counting; None where nothing ever does."""
        kept = [end for fact in still_counting(self.facts, day) if (end := fact.counts_until) is not None]
        counted = self.snapshot.weights if self.snapshot else ()
        sealed = (date.fromordinal(happened + BROWSING_DAYS) for happened in counted)
        return min([*kept, *(end for end in sealed if end > day)], default=None)


def is_countable(fact: Fact) -> bool:
    """Whether a fact may be counted together with others: a page noticed it, and nobody has to look at it again."""
    return not fact.kind.matters


def seal(
    history: History, basis: Basis, model: CompiledModel, today: date, worth: int = WORTH_FACTS
) -> Snapshot | None:
    """A snapshot of all that can be sealed today; None where it would save reading fewer than `worth` facts."""
    if len(history.facts) < worth:  # nearly every contact, at each look
        return None
    through = today - timedelta(days=SEALED_AFTER_DAYS)
    bound = event_key(through + timedelta(days=1), "")
    waiting = min((fact.key for fact in history.facts if fact.undecided), default=bound)
    if waiting < bound:
        through = day_of(waiting) - timedelta(days=1)
        bound = event_key(through + timedelta(days=1), "")
    closed = distinct(fact for fact in still_counting(history.facts, today) if fact.key < bound)
    before = history.snapshot
    sealed_before = event_key(before.through + timedelta(days=1), "") if before else ""
    # Many forms are worth it too: read one by one, they take more than what they are compressed to.
    if sum(fact.key >= sealed_before for fact in closed) < worth:
        return None
    counted = [fact for fact in closed if is_countable(fact)]
    older = before.on(today) if before else Older()
    both = tally(counted, basis.reset_at, model, older)
    first = today.toordinal() - BROWSING_DAYS
    return Snapshot(
        through=through,
        basis=basis,
        counts={rule: dict(_after(first, per_day)) for rule, per_day in both.counts.items()},
        product_act_on=both.product_act_on,
        weights=dict(_after(first, _weights(counted, before.weights if before else {}))),
        facts=tuple(fact for fact in closed if not is_countable(fact)),
        witnesses=tuple(_witnesses(distinct([*counted, *older.witnesses]), model.own_fields)),
    )


def _after(first: int, by_day: Mapping[int, int]) -> Iterable[tuple[int, int]]:
    return ((day, number) for day, number in sorted(by_day.items()) if day > first)


def _weights(facts: Iterable[Fact], before: Mapping[int, int]) -> Mapping[int, int]:
    weights = dict(before)
    for fact in facts:
        day = fact.happened_at.toordinal()
        weights[day] = (weights.get(day, 0) + weight_of([fact])) % (1 << 128)
    return weights


def _witnesses(ordered: Sequence[Fact], own: Collection[str]) -> list[Fact]:
    """The facts without which the profile, on some later day, or a mail would read otherwise.

    Of each attribute the newest value by each sort of teller, of each day the first touch, the latest touch, and the
    latest actions. All counted facts are kept equally long, so what is older than one of these ends before it.
    """
    needed: dict[object, Fact] = {}
    for fact in ordered:
        if fact.trust is Trust.MACHINE:
            continue
        said = (name for name, value in fact.fields.items() if (name in ATTRIBUTES or name in own) and value != "")
        needed |= {(name, level_of(fact, name)): fact for name in said}
        if source_of(fact):
            needed.setdefault(fact.day, fact)
            needed["latest touch"] = fact
    return distinct([*needed.values(), *latest_actions(ordered)])


def latest_actions(facts: Iterable[Fact]) -> list[Fact]:
    """The last few things that a person did; what machines did is none of them."""
    return [fact for fact in distinct(facts) if fact.trust is not Trust.MACHINE][-LATEST_ACTIONS:]

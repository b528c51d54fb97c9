"""How facts become a grade, and why: the whole meaning of the scoring model.

Laws, each with its tests:

1. The same set of facts gives the same result, whatever their order, duplication or batching.
2. The reasons of an axis add up to its score. Whatever limits a score (a rule's cap, a group's cap, the ends of the
   axis) is a reason of its own.
3. Order of operations: fact, per-day limit, max count, fading, rounding, rule cap, group cap, axis clamp to 0-100.
4. Time counts in whole UTC days, numbers are integers in fixed point, and each rule is rounded once, half away from
   zero; percentages and whole halvings are exact. So the same contact has the same score on every machine.
5. A fact counts until the day it happened plus the retention of its type, and never longer.
6. Interest counts what happened after the last reset (a contact was recycled); fit is not reset.
7. A machine's fact scores nothing.
8. Fit is that of the best persona, never the sum of several.
9. What silences a request is judged by what is proven of somebody and by what its own form says.
10. Who objects to profiling has no score, no grade and no reasons. Of what is known of them only their latest request
    counts, and it stands for itself. While the no of a form pauses profiling it is the same, but for what is known of
    them: nobody has proved that it was they who objected.

`derive` works in two steps: `counting.tally` counts facts per rule and day, without looking at the calendar; `judge`
says what the tally is worth on one day. So "when will time alone change something" is asking `judge` about later days.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from leadbell.consents import PROFILING, Word
from leadbell.events import Fact, Value
from leadbell.formats import NOT_GRADED
from leadbell.profile import Profile, profile_of, with_proven
from leadbell.scoring.compiled import CompiledModel, Grades, Group, Persona, Rule
from leadbell.scoring.counting import PerDay, Tally, still_counting, tally
from leadbell.scoring.fading import ONE
from leadbell.scoring.readings import as_answered, with_readings
from leadbell.scoring.vocabulary import BANT


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of an explanation. `points` are today's, `full` what they were worth when new."""

    rule: str
    label: str
    points: int
    full: int
    count: int
    last_on: date | None


@dataclass(frozen=True, slots=True)
class Against:
    """What silences a request: the labels of vetoes that hold, and whether it is known not to fit."""

    vetoes: tuple[str, ...] = ()
    is_misfit: bool = False

    def __bool__(self) -> bool:
        return bool(self.vetoes) or self.is_misfit


# What stands against a request, which one fact makes, or several; against any at all where there are none.
Judge = Callable[[Sequence[Fact]], Against]


@dataclass(frozen=True, slots=True)
class Fit:
    """Who somebody is, in the model's eyes; time alone changes none of it.

    `bant_at` is when the last of need, budget, authority and timing became yes; None while one is not.
    """

    persona: Persona
    points: int
    letter: str
    reasons: tuple[Reason, ...]
    bant_at: datetime | None
    against: Judge


@dataclass(frozen=True, slots=True)
class Derived:
    """What a contact is worth on one day, with the reasons. `requests` are those that still count, the latest last."""

    profile: Profile
    day: date
    fit: int
    interest: int
    grade: str
    persona: Persona
    fit_reasons: tuple[Reason, ...]
    interest_reasons: tuple[Reason, ...]
    has_details: bool
    is_subscribed: bool
    has_product_act: bool
    requests: Sequence[Fact]
    bant_at: datetime | None
    against: Judge = field(repr=False, compare=False)
    is_request: Callable[[Fact], bool] = field(repr=False, compare=False)
    tally: Tally = field(repr=False, compare=False)

    @property
    def letter(self) -> str:
        """The fit half of the grade: A to D, or `?` while too little is known; `-` where there is no grade."""
        return self.grade[0]

    @property
    def objected(self) -> bool:
        """Whether they object to profiling, or a form says so and nobody has ended the pause."""
        return self.grade == NOT_GRADED

    @property
    def pauses(self) -> Mapping[str, Word]:
        """The purposes that the no of a form pauses, each with that no."""
        return self.tally.pauses

    @property
    def is_paused(self) -> bool:
        """Whether no objection of theirs, but the no of a form keeps them from being profiled."""
        return PROFILING in self.tally.pauses and not self.tally.objected

    @property
    def evidence(self) -> str:
        """A digest of the facts that it stands on."""
        return self.tally.evidence

    @property
    def request(self) -> Fact | None:
        """The latest request that still counts."""
        return self.requests[-1] if self.requests else None

    @property
    def bant(self) -> Sequence[Fact]:
        """The facts that say need, budget, authority and timing, where all are yes; in the order of `distinct`."""
        if self.bant_at is None:
            return ()
        said = {self.profile.known[name].source for name in BANT}
        return [fact for fact in self.tally.told if fact.id in said]

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """All reasons, the weightiest first."""
        return tuple(sorted(self.fit_reasons + self.interest_reasons, key=lambda r: (-abs(r.points), r.rule)))


def derive(facts: Iterable[Fact], reset_at: datetime | None, model: CompiledModel, now: datetime) -> Derived:
    """What the facts are worth on the UTC day of `now`.

    Those whose retention is over do not count. One that a door with a clock ahead of ours received "after" `now` does.
    """
    return judge(tally(still_counting(facts, now.date()), reset_at, model), model, now.date())


def judge(tally: Tally, model: CompiledModel, day: date, fit: Fit | None = None) -> Derived:
    """What a tally is worth on `day`. Who asks for many days hands in its `fit_of`, which is the same on each."""
    fit = fit or fit_of(tally.profile, model)
    today = day.toordinal()
    interest_reasons = _interest(tally, model, today)
    interest = _total(interest_reasons)
    recent = [fact for fact in tally.requests if today - fact.day.toordinal() < model.request_days]
    act = tally.product_act_on
    derived = Derived(
        profile=tally.profile,
        day=day,
        fit=fit.points,
        interest=interest,
        grade=fit.letter + _digit(interest, model.grades),
        persona=fit.persona,
        fit_reasons=fit.reasons,
        interest_reasons=interest_reasons,
        has_details=tally.details_on is not None,
        is_subscribed=tally.subscribed,
        has_product_act=act is not None and today - act < model.product_act_days,
        requests=recent,
        bant_at=fit.bant_at,
        against=fit.against,
        is_request=model.is_request,
        tally=tally,
    )
    if tally.objected:
        own = profile_of([derived.request] if derived.request else [])
        return _not_profiled(replace(derived, profile=own), model.personas[0])
    return _not_profiled(derived, model.personas[0]) if derived.is_paused else derived


def fit_of(profile: Profile, model: CompiledModel) -> Fit:
    """What a profile says of who somebody is: the best persona, and what else the model asks of a profile."""
    values = with_readings(profile.values())
    every = [(persona, _fit_reasons(persona, values)) for persona in model.personas]
    persona, reasons = max(every, key=lambda each: _total(each[1]))  # of equals the first
    points = _total(reasons)
    return Fit(
        persona=persona,
        points=points,
        letter=_letter(points, values, model.grades),
        reasons=reasons,
        bant_at=max(profile.known[name].at for name in BANT) if any(map(model.bant, as_answered(values))) else None,
        against=_judge_of(profile, model),
    )


def _judge_of(profile: Profile, model: CompiledModel) -> Judge:
    """Judges a request by what is proven in the profile and by the facts that make it. Of each, once: a stranger may
    send many, and whoever looks ahead asks for each day."""
    known: dict[tuple[str, ...], Against] = {}

    def against(asking: Sequence[Fact]) -> Against:
        names = tuple([fact.id for fact in asking])
        if names not in known:
            known[names] = _against(
                with_readings(with_proven(profile_of(asking, model.own_fields), profile).values()), model
            )
        return known[names]

    return against


def _against(values: Mapping[str, Value], model: CompiledModel) -> Against:
    points = max([_total(_fit_reasons(persona, values)) for persona in model.personas])
    vetoes = tuple([label for label, holds in model.vetoes if holds(values)])
    return Against(vetoes, is_misfit=_letter(points, values, model.grades) == "D")


def _not_profiled(derived: Derived, persona: Persona) -> Derived:
    """What is left where somebody objects: their own latest request, and what they signed up for."""
    return replace(
        derived,
        fit=0,
        interest=0,
        grade=NOT_GRADED,
        persona=persona,
        fit_reasons=(),
        interest_reasons=(),
        has_product_act=False,
        bant_at=None,
        against=lambda _: Against(),
    )


def _total(reasons: Iterable[Reason]) -> int:
    return sum([reason.points for reason in reasons])


# What must be known of somebody before a low fit says anything: market, size, role and industry.
_TELLING = (("country",), ("employees", "revenue_millions"), ("job_title",), ("industry",))


def _letter(fit: int, values: Mapping[str, object], grades: Grades) -> str:
    known = sum(any(values.get(name) for name in names) for names in _TELLING)
    if fit < grades.unknown_under and known < grades.known_enough:
        return "?"
    return next((letter for letter in ("A", "B", "C") if fit >= grades.fit[letter]), "D")


def _digit(interest: int, grades: Grades) -> str:
    return next((digit for digit in ("1", "2", "3") if interest >= grades.interest[digit]), "4")


def _fit_reasons(persona: Persona, values: Mapping[str, Value]) -> tuple[Reason, ...]:
    matched = (rule for rule in persona.rules if rule.holds(values))
    reasons = [Reason(rule.id, rule.label, rule.points, rule.points, 1, None) for rule in matched]
    return (*reasons, *_clamp("fit", reasons))


def _interest(tally: Tally, model: CompiledModel, today: int) -> tuple[Reason, ...]:
    reasons: list[Reason] = []
    for group in model.groups:
        reasons += _group_reasons(group, tally.counts, today)
    return (*reasons, *_clamp("interest", reasons))


def _group_reasons(group: Group, counts: PerDay, today: int) -> list[Reason]:
    """The lines of the group's rules, and the line that limits them together to its cap."""
    reasons = [
        line for rule in group.rules if rule.id in counts for line in _rule_reasons(rule, counts[rule.id], today)
    ]
    over = 0 if group.cap is None else _total(reasons) - group.cap
    if over > 0:
        reasons.append(_limit(f"{group.id}-limit", f"{group.label} limited to {group.cap}", -over))
    return reasons


def _rule_reasons(rule: Rule, per_day: Mapping[int, int], today: int) -> list[Reason]:
    """The rule's line, and the line that limits it to its cap; nothing where no fact counts any more."""
    numbers = [(day, n) for day, n in per_day.items() if rule.kept_days is None or today - day < rule.kept_days]
    if not numbers:
        return []
    if rule.at_most is not None:
        numbers = [(day, min(n, rule.at_most)) for day, n in numbers]
    if rule.max_count is not None:
        numbers = _most_recent(numbers, rule.max_count)
    count = sum([n for _, n in numbers])
    left = sum([n * rule.left_after(max(0, today - day)) for day, n in numbers])
    points, last = _rounded(rule.points * left), date.fromordinal(max(numbers)[0])
    line = Reason(rule.id, rule.label, points, rule.points * count, count, last)
    if rule.cap is None or abs(points) <= rule.cap:
        return [line]
    capped = rule.cap if points > 0 else -rule.cap
    return [line, _limit(f"{rule.id}-limit", f"{rule.label}: limited to {capped}", capped - points)]


def _most_recent(numbers: Iterable[tuple[int, int]], most: int) -> list[tuple[int, int]]:
    """The numbers of the latest days that make up `most` in all."""
    found: list[tuple[int, int]] = []
    for day, number in sorted(numbers, reverse=True):
        found.append((day, min(number, most)))
        most -= found[-1][1]
        if not most:
            break
    return found


def _rounded(raw: int) -> int:
    """Fixed point to the nearest integer, half away from zero."""
    return (raw + ONE // 2) // ONE if raw >= 0 else -((-raw + ONE // 2) // ONE)


def _clamp(axis: str, reasons: Iterable[Reason]) -> list[Reason]:
    total = _total(reasons)
    if total > 100:
        return [_limit(f"{axis}-limit", f"{axis} limited to 100", 100 - total)]
    if total < 0:
        return [_limit(f"{axis}-limit", f"{axis} is never below 0", -total)]
    return []


def _limit(rule: str, label: str, points: int) -> Reason:
    return Reason(rule, label, points, points, 0, None)

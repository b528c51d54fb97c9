"""Runs the stories of a model: what would happen to each person, day by day, and where that is not as agreed.

The same functions decide here as in the service: facts are derived and decided about in the evening of the day on
which they come, and each day without any is looked at too, since time alone moves contacts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from leadbell.errors import IllegalMove, InvalidFact
from leadbell.events import FACT_TYPES, OPERATORS_WORD, Fact, Trust, Value
from leadbell.forms.config import FORMS, Form
from leadbell.lifecycle.decide import PEOPLES_WORDS, Decision, decidable, decide, starts_anew
from leadbell.lifecycle.notices import Heard, Notice
from leadbell.lifecycle.stages import Move
from leadbell.lifecycle.standing import Bookkeeping, Standing, score_of
from leadbell.own_words.meaning import with_meaning
from leadbell.scoring.compiled import CompiledModel
from leadbell.scoring.scoring import Derived, derive
from leadbell.scoring.story_syntax import Act, Expected, Story

# A Monday; what day it is makes no difference to a score.
FIRST_DAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
REASONS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that a story expects and the model does not do, with the reasons of the score on that day."""

    story: str
    day: int
    what: str
    expected: str
    found: str
    reasons: tuple[str, ...] = ()


@dataclass(slots=True)
class Person:
    """One contact through time: facts come in, each look decides about them, and what follows adds up."""

    model: CompiledModel
    standing: Standing = field(default_factory=Standing)
    facts: list[Fact] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def looks(self, now: datetime) -> tuple[Decision, Derived]:
        """What the service does with the contact at this moment: the last decision, and what its facts are worth."""
        facts, is_all = decidable(self.facts)
        derived = derive(facts, self.standing.reset_at, self.model, now)
        may = self.may_enter_sql(facts, now)
        decision = decide(self.standing, derived, facts, self.model.mql, now, may_enter_sql=may)
        if starts_anew(self.standing, decision.standing):
            derived = derive(facts, decision.standing.reset_at, self.model, now)
        stands = decision.standing.qualification
        self.standing = replace(
            decision.standing,
            score=score_of(derived),
            qualification=replace(stands, since=stands.since or now),
            bookkeeping=Bookkeeping(version=self.standing.version + 1, model=self.model.version),
        )
        seen = {each.id for each in facts}
        self.facts = [replace(each, undecided=each.undecided and each.id not in seen) for each in self.facts]
        self.moves += decision.moves
        self.notices += decision.notices
        return (decision, derived) if is_all else self.looks(now)

    def may_enter_sql(self, facts: Sequence[Fact], now: datetime) -> bool:
        """Whether it may become sales-qualified (`new_model`): a story runs with one model, which holds no contact."""
        return True


def play(stories: Iterable[Story], model: CompiledModel, forms: Mapping[str, Form] = FORMS) -> list[Difference]:
    """Each difference between the stories and the model; empty when all stories pass. `forms` are those they name."""
    found: list[Difference] = []
    for story in stories:
        try:
            found += _play(story, model, forms)
        except (InvalidFact, IllegalMove) as error:
            found.append(Difference(story.story, 0, "a possible story", "", str(error)))
    return found


def _play(story: Story, model: CompiledModel, forms: Mapping[str, Form]) -> Iterator[Difference]:
    person = Person(model)
    acts: dict[int, list[Act]] = {}
    expected: dict[int, list[Expected]] = {}
    for step in story.days:
        for day in step.days:
            acts.setdefault(day, []).extend(step.does)
            expected.setdefault(day, []).append(step.expect)
    for day in range(max(expected) + 1):
        now = FIRST_DAY + timedelta(days=day)
        for number, act in enumerate(acts.get(day, ())):
            moment = now + timedelta(minutes=number)
            person.facts.append(_fact(f"day {day}, {number}", act, story, moment, person.standing.cycle, forms))
            _, derived = person.looks(moment)
        if day not in acts or not acts[day]:
            _, derived = person.looks(now)
        if day in expected:
            for each in expected[day]:
                yield from _differences(story.story, day, each, person, derived)
            person.notices.clear()


def _fact(fact_id: str, act: Act, story: Story, at: datetime, cycle: int, forms: Mapping[str, Form]) -> Fact:
    if act.form is not None and act.form not in forms:
        raise InvalidFact(f"there is no form {act.form}")
    form = forms[act.form] if act.form is not None else None
    kind = act.event or (form.event if form else "form.submitted")
    fields: dict[str, Value] = {}
    if kind in PEOPLES_WORDS:
        fields |= {"cycle": cycle} if kind != OPERATORS_WORD else {}
    elif FACT_TYPES[kind].matters:  # what a page notices says nothing about the person
        fields |= story.who
    if form is not None:
        fields |= form.says
    says = dict(act.says)
    if isinstance(day := says.pop("back_on_day", None), int):
        says["back_on"] = (FIRST_DAY + timedelta(days=day)).date().isoformat()
    told = Trust.SUBMITTED if FACT_TYPES[kind].matters else Trust.BROWSER
    trust = Trust.VERIFIED if kind in PEOPLES_WORDS else told
    said = (
        with_meaning(fields | says, [str(says.get("message", ""))], at.date())
        if told is Trust.SUBMITTED
        else fields | says
    )
    return Fact(fact_id, kind, at, at, trust, said, undecided=FACT_TYPES[kind].matters)


def _differences(story: str, day: int, expected: Expected, person: Person, derived: Derived) -> Iterator[Difference]:
    heard = [str(notice.heard) for notice in person.notices]
    if Heard.CUSTOMER not in expected.heard:  # which is a message too
        heard = [Heard.COPY if each == Heard.CUSTOMER else each for each in heard]
    whys = ", ".join(notice.why for notice in person.notices)
    checks = {
        "stage": (expected.stage, str(person.standing.stage)),
        "grade": (expected.grade, derived.grade if len(expected.grade or "..") == 2 else derived.letter),
        "fit": (expected.fit, derived.fit),
        "interest": (expected.interest, derived.interest),
        "mails to sales": (", ".join(expected.heard) or "none", ", ".join(heard) or "none"),
    }
    if expected.interest_at_most is not None and derived.interest > expected.interest_at_most:
        checks["interest"] = (f"at most {expected.interest_at_most}", derived.interest)
    if expected.why is not None and expected.why not in whys:
        checks["why"] = (expected.why, whys)
    for what, (wanted, found) in checks.items():
        if wanted is not None and wanted != found:
            yield Difference(story, day, what, str(wanted), str(found), _reasons(derived))


def _reasons(derived: Derived) -> tuple[str, ...]:
    return tuple(f"{reason.points:+d} {reason.label}" for reason in derived.reasons[:REASONS_SHOWN])


def in_words(difference: Difference) -> str:
    """The difference in one or two lines."""
    d = difference
    because = f"\n    reasons: {', '.join(d.reasons)}" if d.reasons else ""
    return f'story "{d.story}", day {d.day}: expected {f"{d.what} {d.expected}".strip()}, found {d.found}{because}'

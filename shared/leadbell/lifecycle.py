"""The ladder: which stage a contact stands on, who may move it, and who must hear about it.

A stage is the end of an append-only log of moves. `decide` looks at where a contact stands, at what its facts are
worth today and at the facts nobody has decided about yet, and says what follows: moves, an alert, message copies.
It decides each fact once; late facts, replays and new models never take a decision back.

1. A stage moves by `MOVES`; any other move is refused with the list of what is allowed.
2. Entering SQL opens a new qualification cycle, and a cycle has exactly one alert.
3. Every fact by which a person wrote to us is heard once: as the alert, as "asked again", or as a message copy.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from leadbell.errors import IllegalMove, InvalidFact
from leadbell.events import OPERATORS_WORD, REQUEST, Fact, wrote_to_us
from leadbell.rules import Mql
from leadbell.scoring import Derived, Reason


class Stage(StrEnum):
    """The rungs in order, then the two side states."""

    PROSPECT = "prospect"
    SUBSCRIBER = "subscriber"
    LEAD = "lead"
    IQL = "iql"
    MQL = "mql"
    SQL = "sql"
    OPPORTUNITY = "opportunity"
    CUSTOMER = "customer"
    EVANGELIST = "evangelist"
    RECYCLED = "recycled"
    DISQUALIFIED = "disqualified"


DECIDE_AT_ONCE = 20

LADDER = tuple(stage for stage in Stage if stage not in (Stage.RECYCLED, Stage.DISQUALIFIED))


class Actor(StrEnum):
    """Who moves a contact."""

    SCORE = "score"
    SALES = "sales"
    OPERATOR = "operator"


def _table() -> Mapping[tuple[Stage, Stage], frozenset[Actor]]:
    s = Stage
    by_score = {
        s.PROSPECT: (s.SUBSCRIBER, s.LEAD, s.IQL, s.MQL, s.SQL),
        s.SUBSCRIBER: (s.LEAD, s.IQL, s.MQL, s.SQL),
        s.LEAD: (s.IQL, s.MQL, s.SQL),
        s.IQL: (s.LEAD, s.MQL, s.SQL),
        s.MQL: (s.LEAD, s.IQL, s.SQL),
        s.RECYCLED: (s.IQL, s.MQL, s.SQL),
    }
    by_sales = {
        s.SQL: (s.OPPORTUNITY, s.RECYCLED, s.DISQUALIFIED),
        s.OPPORTUNITY: (s.CUSTOMER, s.RECYCLED, s.DISQUALIFIED),
        s.CUSTOMER: (s.EVANGELIST, s.RECYCLED),
        s.EVANGELIST: (s.RECYCLED,),
    }
    moves: dict[tuple[Stage, Stage], set[Actor]] = {}
    for actor, rows in ((Actor.SCORE, by_score), (Actor.SALES, by_sales)):
        for before, afters in rows.items():
            for after in afters:
                moves.setdefault((before, after), set()).add(actor)
    # The operator corrects what is wrong: any stage to any other, except back to an anonymous prospect.
    for before in Stage:
        for after in Stage:
            if after not in (before, Stage.PROSPECT):
                moves.setdefault((before, after), set()).add(Actor.OPERATOR)
    return MappingProxyType({pair: frozenset(actors) for pair, actors in moves.items()})


MOVES = _table()


def allowed_from(stage: Stage, actor: Actor) -> tuple[Stage, ...]:
    """Where `actor` may move a contact that stands on `stage`."""
    return tuple(after for (before, after), actors in MOVES.items() if before is stage and actor in actors)


def check_move(before: Stage, after: Stage, actor: Actor) -> None:
    """Raises IllegalMove, naming what is allowed, where the table does not have the move."""
    if after not in allowed_from(before, actor):
        allowed = ", ".join(allowed_from(before, actor)) or "nothing"
        raise IllegalMove(f"{actor} may not move {before} to {after}; allowed from {before}: {allowed}")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a contact stands, as last written. `version` 0: never written."""

    version: int = 0
    stage: Stage = Stage.PROSPECT
    since: datetime | None = None
    max_stage: Stage = Stage.PROSPECT
    moves: int = 0
    cycle: int = 0
    owner: str = ""
    reset_at: datetime | None = None
    requests_used_until: datetime | None = None
    qualified_by: str = ""
    fit: int = 0
    interest: int = 0
    grade: str = ""
    reasons: tuple[tuple[str, int], ...] = ()
    display: Mapping[str, str] = field(default_factory=dict)
    profile: str = ""
    evidence: str = ""
    model: str = ""
    as_of: str = ""
    due_at: datetime | None = None
    erased_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """One entry of a contact's log, with the full reasons at that moment."""

    number: int
    before: Stage
    after: Stage
    at: datetime
    by: Actor
    reason: str
    cause: str
    reasons: tuple[Reason, ...]


class Heard(StrEnum):
    """How a human hears of a fact."""

    ALERT = "alert"
    ASKED_AGAIN = "asked_again"
    COPY = "copy"


@dataclass(frozen=True, slots=True)
class Notice:
    """One mail to sales: which fact, as what, and why it is no alert."""

    heard: Heard
    fact: Fact
    why: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows: the new standing's stage fields, the moves to log and the mails to send."""

    standing: Standing
    moves: tuple[Move, ...] = ()
    notices: tuple[Notice, ...] = ()


def decidable(facts: Sequence[Fact]) -> tuple[list[Fact], bool]:
    """The facts that one decision may look at, and whether they are all.

    A transaction holds a hundred writes, and what a person decided holds for what was known then. So where many facts
    wait for a decision, or some came after an operator's word, the later ones are left out as if they had not come
    yet, and the next look takes them.
    """
    waiting = sorted((fact for fact in facts if fact.undecided), key=lambda fact: (fact.received_at, fact.id))
    word = next((place for place, fact in enumerate(waiting) if fact.type == OPERATORS_WORD), len(waiting))
    later = {fact.id for fact in waiting[min(word + 1, DECIDE_AT_ONCE) :]}
    return [fact for fact in facts if fact.id not in later], not later


def decide(standing: Standing, derived: Derived, facts: Sequence[Fact], mql: Mql, now: datetime) -> Decision:
    """What follows from `facts` (all of the contact's) and their worth, given where the contact stands."""
    undecided = sorted((f for f in facts if f.undecided), key=lambda f: (f.received_at, f.id))
    decision = Decision(standing)
    for fact in undecided:
        if fact.type == OPERATORS_WORD:
            decision = _operator_move(decision, fact, derived, now)
    if any(move.by is not Actor.SCORE for move in decision.moves):
        decision = _requests_used(decision, facts)
    if decision.standing.reset_at != standing.reset_at:
        # Interest starts anew, but `derived` still counts it from before; what is new is judged by the next look.
        return replace(decision, notices=_notices(standing, decision, derived, facts, undecided))
    target = earned(decision.standing, derived, mql)
    if target is not decision.standing.stage and target in allowed_from(decision.standing.stage, Actor.SCORE):
        cause = _cause(target, derived, undecided)
        decision = _moved(decision, target, Actor.SCORE, _because(target, derived, cause), cause, derived, now)
        if target is Stage.SQL:
            decision = _requests_used(decision, facts)
    return replace(decision, notices=_notices(standing, decision, derived, facts, undecided))


def _requests_used(decision: Decision, facts: Sequence[Fact]) -> Decision:
    asked = [fact.received_at for fact in facts if fact.means == REQUEST]
    until = max(asked, default=decision.standing.requests_used_until)
    return replace(decision, standing=replace(decision.standing, requests_used_until=until))


def _operator_move(decision: Decision, fact: Fact, derived: Derived, now: datetime) -> Decision:
    try:
        after = Stage(str(fact.fields.get("stage", "")))
    except ValueError as error:
        raise InvalidFact(f"the fact {fact.id} sets no known stage; stages: {', '.join(Stage)}") from error
    owner = str(fact.fields.get("owner", "")) or decision.standing.owner
    decision = replace(decision, standing=replace(decision.standing, owner=owner))
    if after is decision.standing.stage:
        return decision
    reason = str(fact.fields.get("reason", "")) or "set by the operator"
    return _moved(decision, after, Actor.OPERATOR, reason, fact, derived, now)


def _moved(
    decision: Decision, after: Stage, by: Actor, reason: str, cause: Fact | None, derived: Derived, now: datetime
) -> Decision:
    before = decision.standing
    check_move(before.stage, after, by)
    move = Move(
        number=before.moves + 1,
        before=before.stage,
        after=after,
        at=now,
        by=by,
        reason=reason,
        cause=cause.id if cause else "",
        reasons=derived.reasons,
    )
    standing = replace(
        before,
        stage=after,
        since=now,
        moves=move.number,
        cycle=before.cycle + (after is Stage.SQL),
        max_stage=max(before.max_stage, after, key=_height),
        reset_at=(cause.received_at if cause else now) if after is Stage.RECYCLED else before.reset_at,
        qualified_by=move.cause if after is Stage.SQL else before.qualified_by,
    )
    return Decision(standing, (*decision.moves, move))


def _height(stage: Stage) -> int:
    return LADDER.index(stage) if stage in LADDER else -1


def earned(standing: Standing, derived: Derived, mql: Mql) -> Stage:
    """The stage that facts alone earn; stages that people decide about stay."""
    stage = standing.stage
    if stage in (Stage.SQL, Stage.OPPORTUNITY, Stage.CUSTOMER, Stage.EVANGELIST, Stage.DISQUALIFIED):
        return stage
    if not obstacles(standing, derived):
        return Stage.SQL
    is_mql = stage is Stage.MQL
    if derived.fit >= (mql.leave_fit if is_mql else mql.fit) and derived.interest >= (
        mql.leave_interest if is_mql else mql.interest
    ):
        return Stage.MQL
    if derived.has_details or _height(standing.max_stage) >= _height(Stage.LEAD):
        return Stage.IQL if derived.has_product_act else Stage.LEAD
    return Stage.SUBSCRIBER if derived.is_subscribed else stage


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing between a contact and SQL, and what would remove it."""

    why: str
    cure: str


def obstacles(standing: Standing, derived: Derived) -> tuple[Obstacle, ...]:
    """What keeps facts from making an SQL; empty when nothing does.

    Requests known when the contact became an SQL, or when a person moved it, are used up: only a new one makes an SQL.
    """
    found = [Obstacle(veto, f'"{veto}" did not apply') for veto in derived.vetoes]
    asked_at, until = derived.request_at, standing.requests_used_until
    used_up = asked_at is not None and until is not None and asked_at <= until
    if (asked_at is None or used_up) and not derived.bant_met:
        cure = "they asked for a price, a demo, a meeting or a call-back"
        found.append(Obstacle("no new request" if used_up else "no request", f"{cure}{' again' if used_up else ''}"))
    if derived.letter == "D":
        found.append(Obstacle("does not fit our profile (D)", "fit rose out of D"))
    return tuple(found)


def _cause(target: Stage, derived: Derived, undecided: Sequence[Fact]) -> Fact | None:
    if target is Stage.SQL:
        asked = [fact for fact in undecided if fact.means == REQUEST]
        return asked[0] if asked else derived.request or _last(undecided)
    return _last(undecided)


def _last(facts: Sequence[Fact]) -> Fact | None:
    return facts[-1] if facts else None


def _because(target: Stage, derived: Derived, cause: Fact | None) -> str:
    if target is Stage.SQL:
        return "made a request" if derived.request else "need, budget, authority and timing are all yes"
    if cause is None:
        return "time has passed"
    return cause.kind.label


def _notices(
    before: Standing, decision: Decision, derived: Derived, facts: Sequence[Fact], undecided: Iterable[Fact]
) -> tuple[Notice, ...]:
    entered = next((move for move in decision.moves if move.after is Stage.SQL), None)
    notices: list[Notice] = []
    heard_as_alert = ""
    if entered is not None:
        cause = next((fact for fact in facts if fact.id == entered.cause), None)
        if cause is not None:
            notices.append(Notice(Heard.ALERT, cause, entered.reason))
            heard_as_alert = cause.id
    asked = _asked_again_before(facts, before)
    for fact in undecided:
        if not wrote_to_us(fact) or fact.id == heard_as_alert:
            continue
        open_lead = decision.standing.stage is Stage.SQL and fact.means == REQUEST
        if open_lead and _asked_key(fact) not in asked:
            asked.add(_asked_key(fact))
            notices.append(Notice(Heard.ASKED_AGAIN, fact))
        else:
            notices.append(Notice(Heard.COPY, fact, _why_copy(fact, decision.standing, derived)))
    return tuple(notices)


def _asked_again_before(facts: Sequence[Fact], standing: Standing) -> set[tuple[str, str]]:
    """The forms and days for which the open lead's "asked again" has gone out."""
    cause = next((fact for fact in facts if fact.id == standing.qualified_by), None)
    if standing.stage is not Stage.SQL or cause is None:
        return set()
    later = (f for f in facts if f.means == REQUEST and f.id != cause.id and f.received_at >= cause.received_at)
    return {_asked_key(fact) for fact in later if not fact.undecided}


def _asked_key(fact: Fact) -> tuple[str, str]:
    """At most one "asked again" per form and UTC day; more on that day are message copies."""
    return str(fact.fields.get("form", "")), fact.received_at.date().isoformat()


def _why_copy(fact: Fact, standing: Standing, derived: Derived) -> str:
    if fact.means != REQUEST:
        return ""
    if standing.stage in (Stage.SQL, Stage.OPPORTUNITY):
        return "asked before; the lead is already with sales"
    if standing.stage in (Stage.CUSTOMER, Stage.EVANGELIST):
        return "existing customer"
    if standing.stage is Stage.DISQUALIFIED:
        return "disqualified"
    return ", ".join(obstacle.why for obstacle in obstacles(standing, derived))

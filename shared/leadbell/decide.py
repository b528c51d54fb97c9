"""What follows from facts: moves on the ladder, and the mails about them.

`decide` looks at where a contact stands, at what its facts are worth today and at the facts nobody has decided about
yet. It decides each fact once; late facts, replays and new models never take a decision back.

1. Entering SQL opens a new qualification cycle, and a cycle has exactly one alert.
2. A request makes an SQL once: those known when a contact became an SQL, or when a person moved it, are used up.
   What a request is, the active model says.
3. What a person decided (the operator's word, an answer of sales) holds for what was known then; what came after it
   is decided by itself.
4. An answer of sales that does not fit any more, since something else was decided first, is no move and says why.
5. A contact given back until a day is told of once on that day, unless sales is back at it by then.
6. Objecting to profiling takes effect with the look that finds it, and alerts nobody by itself: what was asked and
   heard before it is used up by it.
7. Importing never alerts: it moves a contact only up, to a stage that nobody earns, and what they asked for and was
   heard before the import is used up by it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from leadbell.consents import objects
from leadbell.dispositions import KINDS, check_taken, read_disposition, status_after
from leadbell.errors import IllegalMove, InvalidFact
from leadbell.events import ADDED, ALLOWED, AS_RECEIVED, IMPORTED, OBJECTED, OPERATORS_WORD, Fact, distinct
from leadbell.lifecycle import (
    Actor,
    Move,
    Promise,
    Qualification,
    Stage,
    Standing,
    allowed_from,
    check_move,
    earned,
    height,
    keeps_return,
)
from leadbell.notices import Notice, notices_of, reminder_of
from leadbell.rules import Mql
from leadbell.scoring import NOT_GRADED, Derived

DECIDE_AT_ONCE = 20
PEOPLES_WORDS = frozenset({OPERATORS_WORD, IMPORTED, *KINDS})


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows: the new standing's stage fields, the moves to log and the mails to send.

    `no_moves` says by fact id why a fact that asked for a move led to none.
    """

    standing: Standing
    moves: tuple[Move, ...] = ()
    notices: tuple[Notice, ...] = ()
    no_moves: Mapping[str, str] = field(default_factory=dict)


def decidable(facts: Sequence[Fact]) -> tuple[list[Fact], bool]:
    """The facts that one decision may look at, and whether they are all.

    A transaction holds a hundred writes, and what a person decided holds for what was known then. So where many facts
    wait for a decision, or some came after a person's word, the later ones are left out as if they had not come
    yet, and the next look takes them. A word about profiling is never left out: no mail may be written without it.
    """
    waiting = sorted((fact for fact in facts if fact.undecided), key=AS_RECEIVED)
    word = next((place for place, fact in enumerate(waiting) if fact.type in PEOPLES_WORDS), len(waiting))
    left = waiting[min(word + 1, DECIDE_AT_ONCE) :]
    later = {fact.id for fact in left if fact.type not in (OBJECTED, ALLOWED)}
    return [fact for fact in facts if fact.id not in later], not later


def decide(
    standing: Standing, derived: Derived, facts: Sequence[Fact], mql: Mql, now: datetime, *, may_enter_sql: bool = True
) -> Decision:
    """What follows from `facts` (all of the contact's) and their worth, given where the contact stands.

    Where it may not enter SQL (`publication` says when), it is held at MQL instead; who objects to profiling, at lead.
    """
    undecided = sorted((f for f in facts if f.undecided), key=AS_RECEIVED)
    decision = _told_by_people(standing, undecided, derived, facts, now)
    brought_in = {fact.id for fact in undecided if fact.type in (IMPORTED, ADDED)}
    if any(move.by is not Actor.SCORE and move.cause not in brought_in for move in decision.moves):
        decision = _requests_used(decision, derived, facts, derived.bant_at)
    if decision.standing.reset_at != standing.reset_at:
        # Interest starts anew, but `derived` still counts it from before; what is new is judged by the next look.
        return replace(decision, notices=notices_of(standing, decision.standing, decision.moves, derived, facts))
    target = earned(decision.standing, derived, mql)
    is_held = target is Stage.SQL and decision.standing.stage is not Stage.SQL and not may_enter_sql
    if is_held:
        target = Stage.LEAD if derived.objected else Stage.MQL
    held_at = (decision.standing.qualification.held_at or now) if is_held else None
    decision = _qualified(decision, replace(decision.standing.qualification, held_at=held_at))
    if target is not decision.standing.stage and target in allowed_from(decision.standing.stage, Actor.SCORE):
        falls = derived.objected and height(target) < height(decision.standing.stage)
        cause = _objection(facts) if falls else _cause(target, derived, undecided, facts)
        why = "held: a new scoring model alone" if is_held else _because(target, derived, cause)
        decision = _moved(decision, target, Actor.SCORE, why, cause, derived, now)
        if target is Stage.SQL:
            decision = _requests_used(decision, derived, facts, derived.bant_at)
    decision = replace(decision, notices=notices_of(standing, decision.standing, decision.moves, derived, facts))
    return _reminded(decision, facts, now)


def _told_by_people(
    standing: Standing, undecided: Sequence[Fact], derived: Derived, facts: Sequence[Fact], now: datetime
) -> Decision:
    """What follows from words that decide by themselves, whatever the facts are worth."""
    decision = Decision(standing)
    if derived.objected and standing.grade != NOT_GRADED:
        decision = _requests_used(decision, derived, [fact for fact in facts if not fact.undecided], None)
    for fact in undecided:
        if fact.type == OPERATORS_WORD:
            decision = _operator_move(decision, fact, derived, now)
        elif fact.type in KINDS:
            decision = _sales_move(decision, fact, derived, now)
        elif fact.type in (IMPORTED, ADDED):
            decision = _brought_in(decision, fact, derived, now)
    if any(fact.type == IMPORTED for fact in undecided):
        decision = _heard_before_import(decision, derived, facts)
    return decision


def _reminded(decision: Decision, facts: Sequence[Fact], now: datetime) -> Decision:
    standing = decision.standing
    if standing.return_on is None or now.date() < standing.return_on:
        return decision
    reminder = reminder_of(standing, facts, now.date())
    told = (*decision.notices, reminder) if reminder else decision.notices
    return replace(decision, notices=told, standing=replace(standing, promise=None))


def _requests_used(decision: Decision, derived: Derived, facts: Sequence[Fact], bant_at: datetime | None) -> Decision:
    """What is used up stays so, also where the model of today does not call it a request any more."""
    asked = [fact.received_at for fact in facts if derived.is_request(fact)]
    used = (*asked, bant_at, decision.standing.qualification.requests_used_until)
    until = max((at for at in used if at is not None), default=None)
    return _qualified(decision, replace(decision.standing.qualification, requests_used_until=until))


def _heard_before_import(decision: Decision, derived: Derived, facts: Sequence[Fact]) -> Decision:
    """What an import finds was heard before it; what waits together with it is still to be heard."""
    is_alone = all(fact.type == IMPORTED for fact in facts if fact.undecided)
    heard = [fact for fact in facts if not fact.undecided]
    return _requests_used(decision, derived, heard, derived.bant_at if is_alone else None)


def _brought_in(decision: Decision, fact: Fact, derived: Derived, now: datetime) -> Decision:
    """Who was known before, or met elsewhere, starts where the operator says; whoever stands higher stays there."""
    before = decision.standing
    try:
        after = Stage(str(fact.fields.get("stage", "")))
    except ValueError as error:
        raise InvalidFact(f"the fact {fact.id} sets no known stage; stages: {', '.join(Stage)}") from error
    owner = str(fact.fields.get("owner", "")) or before.owner
    decision = _qualified(decision, replace(before.qualification, owner=owner))
    is_open = -1 < height(before.stage) < height(Stage.SQL)
    moves = height(after) > height(before.stage) > -1 or (is_open and height(after) < 0)
    if not moves:
        return decision
    return _moved(decision, after, Actor.OPERATOR, fact.kind.label, fact, derived, now)


def _operator_move(decision: Decision, fact: Fact, derived: Derived, now: datetime) -> Decision:
    try:
        after = Stage(str(fact.fields.get("stage", "")))
    except ValueError as error:
        raise InvalidFact(f"the fact {fact.id} sets no known stage; stages: {', '.join(Stage)}") from error
    owner = str(fact.fields.get("owner", "")) or decision.standing.owner
    decision = _qualified(decision, replace(decision.standing.qualification, owner=owner))
    if after is decision.standing.stage:
        return decision
    reason = str(fact.fields.get("reason", "")) or "set by the operator"
    return _moved(decision, after, Actor.OPERATOR, reason, fact, derived, now)


def _sales_move(decision: Decision, fact: Fact, derived: Derived, now: datetime) -> Decision:
    said = read_disposition(fact)
    try:
        check_taken(said, decision.standing)
    except IllegalMove as late:
        return replace(decision, no_moves={**decision.no_moves, fact.id: str(late)})
    if said.leads_to is decision.standing.stage:
        stands = decision.standing.qualification
        owner = said.by if said.type == "sales.accepted" and said.by else stands.owner
        return _qualified(decision, replace(stands, status=status_after(said) or stands.status, owner=owner))
    decision = _moved(decision, said.leads_to, Actor.SALES, said.words, fact, derived, now)
    if said.back_on is None:
        return decision
    return replace(decision, standing=replace(decision.standing, promise=Promise(said.back_on, fact.id)))


def _moved(
    decision: Decision, after: Stage, by: Actor, reason: str, cause: Fact | None, derived: Derived, now: datetime
) -> Decision:
    before = decision.standing.qualification
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
    qualification = replace(
        before,
        stage=after,
        status="",
        since=now,
        moves=move.number,
        cycle=before.cycle + (after is Stage.SQL),
        max_stage=max(before.max_stage, after, key=height),
        reset_at=(cause.received_at if cause else now) if after is Stage.RECYCLED else before.reset_at,
        qualified_by=move.cause if after is Stage.SQL else before.qualified_by,
        held_at=before.held_at if by is Actor.SCORE else None,
    )
    promise = decision.standing.promise if keeps_return(after) else None
    standing = replace(decision.standing, qualification=qualification, promise=promise)
    return replace(decision, standing=standing, moves=(*decision.moves, move))


def _qualified(decision: Decision, qualification: Qualification) -> Decision:
    return replace(decision, standing=replace(decision.standing, qualification=qualification))


def _cause(target: Stage, derived: Derived, undecided: Sequence[Fact], facts: Sequence[Fact]) -> Fact | None:
    if target is Stage.SQL:
        asked = [fact for fact in undecided if derived.is_request(fact)]
        # An alert is always about a fact: where only time removed the last obstacle, about the latest there is.
        return asked[0] if asked else derived.request or _last(undecided) or _last(distinct(facts))
    return _last(undecided)


def _objection(facts: Sequence[Fact]) -> Fact:
    return max((fact for fact in facts if objects(fact)), key=AS_RECEIVED)


def _last(facts: Sequence[Fact]) -> Fact | None:
    return facts[-1] if facts else None


def _because(target: Stage, derived: Derived, cause: Fact | None) -> str:
    if target is Stage.SQL:
        return "made a request" if derived.request else "need, budget, authority and timing are all yes"
    if cause is None:
        return "time has passed"
    return cause.kind.label

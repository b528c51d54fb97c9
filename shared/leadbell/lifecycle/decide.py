"""What follows from facts: moves on the ladder, and the mails about them.

`decide` looks at where a contact stands, at what its facts are worth today and at the facts nobody has decided about
yet. It decides each fact once; late facts, replays and new models never take a decision back.

1. Entering SQL opens a new qualification cycle, and a cycle has exactly one alert.
2. A request makes an SQL once: those known when a contact became an SQL, or when a person moved it, are used up.
   What a request is, the active model says.
3. What a person decided (the operator's word, an answer of sales) holds for what was known then; what came after it
   is decided by itself.
4. An answer of sales that does not fit any more, since something else was decided first, is no move and says why.
5. A contact returned with a return date gets one reminder on that day, unless sales works on it again by then.
6. An objection to profiling, or a no of a form that pauses it, takes effect with the look that finds it, and alerts
   nobody by itself: it uses up the requests before it.
7. Who says that they buy later and asks for nothing is recycled, with a return date (`returns`).
8. An import never alerts: it can only raise the stage, to one that is not earned by behaviour, and it uses up the
   requests before it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import reduce

from leadbell.consents import objects
from leadbell.errors import IllegalMove, InvalidFact
from leadbell.events import (
    ADDED,
    ALLOWED,
    AS_RECEIVED,
    IMPORTED,
    OBJECTED,
    OPERATORS_WORD,
    Fact,
    distinct,
    wrote_to_us,
)
from leadbell.formats import NOT_GRADED, on_day
from leadbell.lifecycle.dispositions import DISPOSITIONS, GIVE_BACK, check_taken, read_disposition, status_after
from leadbell.lifecycle.moves import moved
from leadbell.lifecycle.notices import Notice, notices_of, reminder_of
from leadbell.lifecycle.obstacles import clear_requests, earned
from leadbell.lifecycle.returns import return_day, says_later
from leadbell.lifecycle.stages import HELD, Actor, Move, Stage, allowed_from, check_move, height
from leadbell.lifecycle.standing import Qualification, Standing
from leadbell.scoring.compiled import Mql
from leadbell.scoring.scoring import Derived

DECIDE_AT_ONCE = 20
PEOPLES_WORDS = frozenset({OPERATORS_WORD, IMPORTED, *DISPOSITIONS})
BROUGHT_IN = frozenset({IMPORTED, ADDED})


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
    yet, and the next look takes them. So are those that came before an answer that returns the contact and that nobody
    was told of: whoever gave it up did not know them. A word about profiling is never left out: no mail may be
    written without it.
    """
    waiting = sorted((fact for fact in facts if fact.undecided), key=AS_RECEIVED)
    word = next((place for place, fact in enumerate(waiting) if fact.type in PEOPLES_WORDS), len(waiting))
    left = waiting[min(word + 1, DECIDE_AT_ONCE) :]
    if word < len(waiting) and waiting[word].type in GIVE_BACK:
        left = [*filter(wrote_to_us, waiting[:word]), *waiting[word + 1 :]]
    later = {fact.id for fact in left if fact.type not in (OBJECTED, ALLOWED)}
    return [fact for fact in facts if fact.id not in later], not later


@dataclass(frozen=True, slots=True)
class _Case:
    """What one decision goes by: where the contact stood, all its facts with their worth, and which of them wait."""

    before: Standing
    derived: Derived
    facts: Sequence[Fact]
    undecided: Sequence[Fact]
    mql: Mql
    now: datetime
    may_enter_sql: bool


def decide(
    standing: Standing, derived: Derived, facts: Sequence[Fact], mql: Mql, now: datetime, *, may_enter_sql: bool = True
) -> Decision:
    """What follows from `facts` (all of the contact's) and their worth, given where the contact stands.

    Where it may not enter SQL (`new_model` says when), it is held at MQL instead; who objects to profiling, at lead.
    """
    undecided = sorted((fact for fact in facts if fact.undecided), key=AS_RECEIVED)
    case = _Case(standing, derived, facts, undecided, mql, now, may_enter_sql)
    decision = _folded(Decision(standing), case, _objected, _people_spoke, _imported, _people_moved)
    if starts_anew(standing, decision.standing):
        # `derived` still counts interest from before; what is new is judged by the next look.
        return _folded(decision, case, _told)
    return _folded(decision, case, _earned, _told, _reminded)


def _folded(decision: Decision, case: _Case, *steps: Callable[[Decision, _Case], Decision]) -> Decision:
    return reduce(lambda so_far, step: step(so_far, case), steps, decision)


def starts_anew(before: Standing, after: Standing) -> bool:
    """Whether interest counts from another moment on than before."""
    return after.reset_at != before.reset_at


# ---- Words that decide by themselves, whatever the facts are worth ---------------------------------------------------


def _objected(decision: Decision, case: _Case) -> Decision:
    """An objection to profiling, or a pause, uses up earlier requests: they have reached sales."""
    if not case.derived.objected or case.before.grade == NOT_GRADED:
        return decision
    return _requests_used(decision, case, [fact for fact in case.facts if not fact.undecided], None)


def _people_spoke(decision: Decision, case: _Case) -> Decision:
    """What people said, in the order it reached us."""
    for fact in case.undecided:
        if (follows := _FOLLOWS.get(fact.type)) is not None:
            decision = follows(decision, fact, case)
    return decision


def _imported(decision: Decision, case: _Case) -> Decision:
    """Requests before an import have reached sales; those that are pending with it have not."""
    if not any(fact.type == IMPORTED for fact in case.undecided):
        return decision
    is_alone = all(fact.type == IMPORTED for fact in case.undecided)
    heard = [fact for fact in case.facts if not fact.undecided]
    return _requests_used(decision, case, heard, case.derived.bant_at if is_alone else None)


def _people_moved(decision: Decision, case: _Case) -> Decision:
    """A person's move uses up the requests known then; an import or a new contact keeps them."""
    brought_in = {fact.id for fact in case.undecided if fact.type in BROUGHT_IN}
    if all(move.cause in brought_in for move in decision.moves):
        return decision
    return _requests_used(decision, case, case.facts, case.derived.bant_at)


def _brought_in(decision: Decision, fact: Fact, case: _Case) -> Decision:
    """An imported or added contact starts at the stage that the operator sets, unless it is higher already."""
    decision = _owned(decision, str(fact.fields.get("owner", "")))
    before, after = decision.standing.stage, _stage_in(fact)
    is_open = -1 < height(before) < height(Stage.SQL)
    if height(after) > height(before) > -1 or (is_open and height(after) < 0):
        return _moved(decision, after, Actor.OPERATOR, fact.kind.label, fact, case)
    return decision


def _operator_spoke(decision: Decision, fact: Fact, case: _Case) -> Decision:
    """The stage is what the operator says it is."""
    decision, after = _owned(decision, str(fact.fields.get("owner", ""))), _stage_in(fact)
    if after is decision.standing.stage:
        return decision
    reason = str(fact.fields.get("reason", "")) or "set by the operator"
    return _moved(decision, after, Actor.OPERATOR, reason, fact, case)


def _sales_answered(decision: Decision, fact: Fact, case: _Case) -> Decision:
    """Where sales says it leads; where that does not fit any more, nowhere, and the fact says why."""
    said = read_disposition(fact)
    try:
        check_taken(said, decision.standing)
    except IllegalMove as late:
        return replace(decision, no_moves={**decision.no_moves, fact.id: str(late)})
    if said.leads_to is not decision.standing.stage:
        return _moved(decision, said.leads_to, Actor.SALES, said.words, fact, case)
    decision = _owned(decision, said.by if said.type == "sales.accepted" else "")
    stands = decision.standing.qualification
    return _qualified(decision, replace(stands, status=status_after(said) or stands.status))


_FOLLOWS: Mapping[str, Callable[[Decision, Fact, _Case], Decision]] = {
    **dict.fromkeys(BROUGHT_IN, _brought_in),
    **dict.fromkeys(DISPOSITIONS, _sales_answered),
    OPERATORS_WORD: _operator_spoke,
}


def _stage_in(fact: Fact) -> Stage:
    try:
        return Stage(str(fact.fields.get("stage", "")))
    except ValueError as error:
        raise InvalidFact(f"the fact {fact.id} sets no known stage; stages: {', '.join(Stage)}") from error


# ---- What the facts earn ---------------------------------------------------------------------------------------------


def _earned(decision: Decision, case: _Case) -> Decision:
    """The stage that the facts earn, as far as score may move the contact there."""
    stands, target = decision.standing.qualification, earned(decision.standing, case.derived, case.mql)
    if target is Stage.SQL and stands.stage is not Stage.SQL and not case.may_enter_sql:
        decision = _qualified(decision, replace(stands, held_at=stands.held_at or case.now))
        target = Stage.LEAD if case.derived.objected else Stage.MQL
        return _moved_by_facts(decision, target, case, f"{HELD}a new scoring model alone")
    decision = _qualified(decision, replace(stands, held_at=None))
    return _recycled(_moved_by_facts(decision, target, case), case)


def _recycled(decision: Decision, case: _Case) -> Decision:
    """Who buys later and asks for nothing yet goes back to marketing until then."""
    later = says_later(case.undecided, case.derived)
    if later is None or Stage.RECYCLED not in allowed_from(decision.standing.stage, Actor.SCORE):
        return decision
    why = f"buys later, back on {on_day(return_day(later))}"
    return _moved(decision, Stage.RECYCLED, Actor.SCORE, why, later, case)


def _moved_by_facts(decision: Decision, target: Stage, case: _Case, why: str = "") -> Decision:
    if target not in allowed_from(decision.standing.stage, Actor.SCORE):
        return decision
    cause = _cause(decision.standing, target, case)
    why = why or _because(target, case.derived, cause)
    decision = _moved(decision, target, Actor.SCORE, why, cause, case)
    return _requests_used(decision, case, case.facts, case.derived.bant_at) if target is Stage.SQL else decision


def _cause(standing: Standing, target: Stage, case: _Case) -> Fact | None:
    """The fact that a move is about; None where nothing but time brought it about."""
    if case.derived.objected and height(target) < height(standing.stage):
        return max((fact for fact in case.facts if objects(fact)), key=AS_RECEIVED)
    if target is Stage.SQL:
        clear = clear_requests(standing, case.derived)
        ids = {fact.id for fact in clear}
        asked = [fact for fact in case.undecided if fact.id in ids]
        # An alert is always about a fact: where only time removed the last obstacle, about the latest there is.
        latest = _last(clear) or case.derived.request or _last(case.undecided)
        return asked[0] if asked else latest or _last(distinct(case.facts))
    return _last(case.undecided)


def _last(facts: Sequence[Fact]) -> Fact | None:
    return facts[-1] if facts else None


def _because(target: Stage, derived: Derived, cause: Fact | None) -> str:
    if target is Stage.SQL:
        return "made a request" if derived.request else "need, budget, authority and timing are all yes"
    if derived.is_paused and target is Stage.LEAD and cause is not None:
        return "profiling is paused"
    return "time has passed" if cause is None else cause.kind.label


# ---- Who is notified -------------------------------------------------------------------------------------------------


def _told(decision: Decision, case: _Case) -> Decision:
    """The mails that follow."""
    notices = notices_of(case.before, decision.standing, decision.moves, case.derived, case.facts)
    return replace(decision, notices=notices)


def _reminded(decision: Decision, case: _Case) -> Decision:
    """A promise whose day has come is kept, and over."""
    promise, today = decision.standing.promise, case.now.date()
    if promise is None or today < promise.return_on:
        return decision
    reminder = reminder_of(decision.standing, case.facts, today)
    notices = (*decision.notices, reminder) if reminder else decision.notices
    return replace(decision, notices=notices, standing=replace(decision.standing, promise=None))


# ---- How a decision grows --------------------------------------------------------------------------------------------


def _moved(decision: Decision, after: Stage, by: Actor, reason: str, cause: Fact | None, case: _Case) -> Decision:
    before = decision.standing.qualification
    check_move(before.stage, after, by)
    about = cause.id if cause else ""
    move = Move(before.moves + 1, before.stage, after, case.now, by, reason, about, case.derived.reasons)
    return replace(decision, standing=moved(decision.standing, move, cause), moves=(*decision.moves, move))


def _requests_used(decision: Decision, case: _Case, facts: Sequence[Fact], bant_at: datetime | None) -> Decision:
    """What is used up stays so, also where the model of today does not call it a request any more."""
    stands = decision.standing.qualification
    asked = [fact.received_at for fact in facts if case.derived.is_request(fact)]
    until = max((at for at in (*asked, bant_at, stands.requests_used_until) if at is not None), default=None)
    return _qualified(decision, replace(stands, requests_used_until=until))


def _owned(decision: Decision, owner: str) -> Decision:
    """The rep who is named owns the contact; without one, the owner stays."""
    stands = decision.standing.qualification
    return _qualified(decision, replace(stands, owner=owner or stands.owner))


def _qualified(decision: Decision, qualification: Qualification) -> Decision:
    return replace(decision, standing=replace(decision.standing, qualification=qualification))

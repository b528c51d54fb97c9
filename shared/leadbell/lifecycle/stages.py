"""The ladder: which stages there are, who may move a contact between them, and which one its facts earn.

A stage is the end of an append-only log of moves, and it moves by `MOVES`; any other move is refused with the list of
what is allowed. What facts earn is only a wish: `decide` turns it into a move, once. Where sales gives a contact up, a
reason of a closed list says why.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from leadbell.errors import IllegalMove
from leadbell.scoring.scoring import Derived, Reason


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


HELD = "held: "  # how the reason of a move begins that stopped short of SQL
REASONS_KEPT = 5


@dataclass(frozen=True, slots=True)
class Score:
    """What the facts were worth when they were last looked at, with the weightiest `reasons` and the rest as one."""

    fit: int = 0
    interest: int = 0
    grade: str = ""
    reasons: tuple[tuple[str, int], ...] = ()


def score_of(derived: Derived) -> Score:
    """The score that is kept of what facts are worth."""
    few, others = derived.reasons[:REASONS_KEPT], derived.reasons[REASONS_KEPT:]
    remainder = sum(reason.points for reason in others)
    kept = [(reason.label, reason.points) for reason in few] + [("everything else", remainder)] * bool(remainder)
    return Score(derived.fit, derived.interest, derived.grade, weightiest_first(kept))


def weightiest_first(reasons: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """The kept reasons in the one order in which they are shown and compared."""
    return tuple(sorted(reasons, key=lambda reason: (-abs(reason[1]), reason[0])))


@dataclass(frozen=True, slots=True)
class Qualification:
    """How far the contact has come, and with whom: what its log of moves and people's words add up to.

    `cycle` counts how often it entered SQL; `cycles_erased` of these an erasure took away, and their numbers are not
    given again. Interest counts from `reset_at` on, and a request only after `requests_used_until`. `held_at`: since
    when only a new model makes it an SQL. `status` is `working` once sales has taken an SQL up; `qualified_by` is the
    fact that made it one, `alerted_rep` who got the latest alert, empty where there is none.
    """

    stage: Stage = Stage.PROSPECT
    since: datetime | None = None
    max_stage: Stage = Stage.PROSPECT
    moves: int = 0
    cycle: int = 0
    cycles_erased: int = 0
    reset_at: datetime | None = None
    requests_used_until: datetime | None = None
    held_at: datetime | None = None
    owner: str = ""
    status: str = ""
    qualified_by: str = ""
    alerted_rep: str = ""


@dataclass(frozen=True, slots=True)
class Promise:
    """That sales is reminded of the contact on a day, since it gave it back until then by the fact `return_cause`."""

    return_on: date
    return_cause: str


@dataclass(frozen=True, slots=True)
class Bookkeeping:
    """What the service notes for its own next look. `version` 0: the standing was never written.

    `evidence` is a digest of the facts it stands on, `profile` one of what they tell; `display` is what lists show of
    it. Facts filed until `sealed_through` are in the contact's snapshot. `linked`: some visitor's facts are this
    contact's too. `listed_under` is the id of the company whose people it is one of.
    """

    version: int = 0
    evidence: str = ""
    model: str = ""
    as_of: str = ""
    due_at: datetime | None = None
    erased_at: datetime | None = None
    sealed_through: date | None = None
    linked: bool = False
    listed_under: str = ""
    profile: str = ""
    display: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a contact stands, as last written."""

    score: Score = Score()
    qualification: Qualification = Qualification()
    promise: Promise | None = None
    bookkeeping: Bookkeeping = field(default_factory=Bookkeeping)

    @property
    def stage(self) -> Stage:
        """The rung or side state it is on."""
        return self.qualification.stage

    @property
    def cycle(self) -> int:
        """The number of its latest qualification; 0 before the first."""
        return self.qualification.cycle

    @property
    def times_qualified(self) -> int:
        """How many of its qualifications are known."""
        return self.qualification.cycle - self.qualification.cycles_erased

    @property
    def owner(self) -> str:
        """The rep who has the contact; empty where nobody was named."""
        return self.qualification.owner

    @property
    def reset_at(self) -> datetime | None:
        """From when on interest counts; None: from the first fact on."""
        return self.qualification.reset_at

    @property
    def return_on(self) -> date | None:
        """The day until which sales gave it back; None where no return is promised."""
        return None if self.promise is None else self.promise.return_on

    @property
    def grade(self) -> str:
        """As letter and digit; empty before the first look."""
        return self.score.grade

    @property
    def version(self) -> int:
        """Counts the times it was written."""
        return self.bookkeeping.version

    @property
    def erased_at(self) -> datetime | None:
        """When the contact was erased for the last time: what happened until then stays gone."""
        return self.bookkeeping.erased_at


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

    @property
    def is_held(self) -> bool:
        """Whether it stopped short of SQL since only a new model leads there."""
        return self.reason.startswith(HELD)


def height(stage: Stage) -> int:
    """The rung's number from below; -1 for a side state."""
    return LADDER.index(stage) if stage in LADDER else -1


def keeps_return(stage: Stage) -> bool:
    """Whether moving to `stage` leaves a promised return to come; from SQL on sales is back at it, and giving a
    contact up makes a promise of its own or none."""
    return 0 <= height(stage) < height(Stage.SQL)


def next_timer(standing: Standing) -> date | None:
    """The day on which a person must be reminded of the contact, whatever its facts do; None where there is none."""
    return standing.return_on

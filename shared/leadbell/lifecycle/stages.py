"""The ladder: which stages there are, who may move a contact between them, and which one its facts earn.

A stage is the end of an append-only log of moves, and it moves by `MOVES`; any other move is refused with the list of
what is allowed. What facts earn is only a wish: `decide` turns it into a move, once. Where sales gives a contact up, a
reason of a closed list says why.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from leadbell.errors import IllegalMove
from leadbell.scoring.scoring import Reason


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


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a contact stands, as last written. `version` 0: never written.

    `status` is `working` once sales has taken an SQL up. On `return_on` whoever gave the contact back by the fact
    `return_cause` is reminded of it. Facts filed until `sealed_through` are in the contact's snapshot. `linked`: some
    visitor's facts are this contact's too. `alerted_rep` is who got the latest alert, `listed_under` the id of the
    company whose people it is one of; each empty where there is none. `cycles_erased` is how many of its qualifications
    an erasure took away; their numbers are not given again.
    """

    version: int = 0
    stage: Stage = Stage.PROSPECT
    since: datetime | None = None
    max_stage: Stage = Stage.PROSPECT
    moves: int = 0
    cycle: int = 0
    owner: str = ""
    status: str = ""
    return_on: date | None = None
    return_cause: str = ""
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
    held_at: datetime | None = None
    sealed_through: date | None = None
    linked: bool = False
    alerted_rep: str = ""
    listed_under: str = ""
    cycles_erased: int = 0

    @property
    def times_qualified(self) -> int:
        """How many of its qualifications are known."""
        return self.cycle - self.cycles_erased


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

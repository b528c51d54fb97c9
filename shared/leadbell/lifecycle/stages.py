"""The stages, and who may move a contact between them.

A stage is the end of an append-only log of moves. `MOVES` lists the allowed ones; any other is refused with that list.
The stage that facts earn (`obstacles`) is a candidate: `decide` makes a move of it, once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from leadbell.errors import IllegalMove

if TYPE_CHECKING:  # doors read stages, and start without scoring
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

    @property
    def label(self) -> str:
        """As people write it: `SQL`, `customer`."""
        return self.value.upper() if self in (Stage.IQL, Stage.MQL, Stage.SQL) else self.value


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
        # Recycled: who says that they buy later, and asks for nothing yet.
        s.LEAD: (s.IQL, s.MQL, s.SQL, s.RECYCLED),
        s.IQL: (s.LEAD, s.MQL, s.SQL, s.RECYCLED),
        s.MQL: (s.LEAD, s.IQL, s.SQL, s.RECYCLED),
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
HELD = "held: "  # how the reason of a move begins that stopped short of SQL


def allowed_from(stage: Stage, actor: Actor) -> tuple[Stage, ...]:
    """Where `actor` may move a contact that stands on `stage`."""
    return tuple(after for (before, after), actors in MOVES.items() if before is stage and actor in actors)


def check_move(before: Stage, after: Stage, actor: Actor) -> None:
    """Raises IllegalMove, naming what is allowed, where the table does not have the move."""
    if after not in allowed_from(before, actor):
        allowed = ", ".join(allowed_from(before, actor)) or "nothing"
        raise IllegalMove(f"{actor} cannot move a contact from {before} to {after}; possible from {before}: {allowed}")


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
    reasons: "tuple[Reason, ...]"

    @property
    def is_held(self) -> bool:
        """Whether it stopped short of SQL since only a new model leads there. A person's words never say so."""
        return self.by is Actor.SCORE and self.reason.startswith(HELD)


def height(stage: Stage) -> int:
    """The rung's number from below; -1 for a side state."""
    return LADDER.index(stage) if stage in LADDER else -1


def keeps_return(stage: Stage) -> bool:
    """Whether moving to `stage` leaves a promised return to come; from SQL on sales is back at it, and giving a
    contact up makes a promise of its own or none."""
    return 0 <= height(stage) < height(Stage.SQL)

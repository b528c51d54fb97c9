"""Applies a move to a contact's standing: the one fold of its log.

`decide` applies a move that it has just decided; a look at a past moment applies the moves until then. Owner,
acceptance by sales and used-up requests are not in the log, so they are not part of the fold.
"""

from dataclasses import replace

from leadbell.events import Fact
from leadbell.lifecycle.dispositions import read_disposition
from leadbell.lifecycle.returns import return_day
from leadbell.lifecycle.stages import Actor, Move, Stage, height, keeps_return
from leadbell.lifecycle.standing import Promise, Qualification, Standing


def moved(standing: Standing, move: Move, cause: Fact | None) -> Standing:
    """Where the contact stands after the move. `cause` is the fact it names, None where it is kept no more."""
    return replace(
        standing,
        qualification=_qualification(standing.qualification, move, cause),
        promise=_made(move, cause) or (standing.promise if keeps_return(move.after) else None),
    )


def _qualification(before: Qualification, move: Move, cause: Fact | None) -> Qualification:
    enters_sql = move.after is Stage.SQL
    told_at = cause.received_at if cause else move.at
    return replace(
        before,
        stage=move.after,
        since=move.at,
        max_stage=max(before.max_stage, move.after, key=height),
        moves=move.number,
        cycle=before.cycle + enters_sql,
        reset_at=told_at if move.after is Stage.RECYCLED else before.reset_at,
        held_at=(before.held_at or move.at) if move.is_held else None,
        status="",
        qualified_by=move.cause if enters_sql else before.qualified_by,
    )


def _made(move: Move, cause: Fact | None) -> Promise | None:
    """The promise that was made with the move: by sales, or by who said that they buy later."""
    if cause is None:
        return None
    if move.by is Actor.SCORE and move.after is Stage.RECYCLED:
        return Promise(return_day(cause), cause.id)
    if move.by is not Actor.SALES:
        return None
    back_on = read_disposition(cause).back_on
    return None if back_on is None else Promise(back_on, cause.id)

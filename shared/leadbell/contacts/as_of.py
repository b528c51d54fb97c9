"""The stage of a contact at a past moment: from its log of moves and the facts known by then."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from leadbell.contacts.derived_items import move_of
from leadbell.events import ADDED, AS_RECEIVED, FACT_TYPES, Fact
from leadbell.lifecycle.dispositions import WORKING
from leadbell.lifecycle.moves import moved
from leadbell.lifecycle.stages import Actor, Move, Stage
from leadbell.lifecycle.standing import Bookkeeping, Qualification, Standing
from leadbell.table import Item


def stood_at(standing: Standing, log: Sequence[Item], facts: Sequence[Fact], at: datetime) -> Standing:
    """Where the contact stood; `standing` is where it stands now, `facts` are those that had reached us or all."""
    moves = [move_of(item) for item in log]
    done = [move for move in moves if move.at <= at]
    then = _folded(standing, done, {fact.id: fact for fact in facts})
    if then.return_on is not None and then.return_on <= at.date():  # the reminder had ended it
        then = replace(then, promise=None)
    now_is, stood = standing.qualification, then.qualification
    if now_is.held_at is not None and now_is.held_at <= at:
        stood = replace(stood, held_at=now_is.held_at)
    if len(done) == len(moves):  # an import uses requests up without a move
        stood = replace(stood, requests_used_until=now_is.requests_used_until)
    accepted = any(f.type == "sales.accepted" and f.fields.get("cycle") == stood.cycle for f in _by(facts, at))
    status = WORKING if stood.stage is Stage.SQL and accepted else ""
    return replace(then, qualification=replace(stood, owner=_owner(standing, facts, at), status=status))


def _folded(standing: Standing, moves: Sequence[Move], causes: Mapping[str, Fact]) -> Standing:
    erased = standing.qualification.cycles_erased
    then = Standing(
        qualification=Qualification(cycle=erased, cycles_erased=erased),
        bookkeeping=Bookkeeping(version=standing.version, erased_at=standing.erased_at),
    )
    for move in moves:
        cause = causes.get(move.cause)
        then = moved(then, move, cause)
        met = cause is not None and cause.type == ADDED
        if move.after is Stage.SQL or (move.by is not Actor.SCORE and not met):  # the log does not say which requests
            then = replace(then, qualification=replace(then.qualification, requests_used_until=move.at))
    return then


def _by(facts: Sequence[Fact], at: datetime) -> list[Fact]:
    return sorted((fact for fact in facts if fact.received_at <= at), key=AS_RECEIVED)


def _owner(standing: Standing, facts: Sequence[Fact], at: datetime) -> str:
    """The owner who was named last by then; if no fact names one, the current owner."""
    named = [fact for fact in facts if _named(fact)]
    then = _by(named, at)
    return _named(then[-1]) if then else "" if named else standing.owner


def _named(fact: Fact) -> str:
    return str(fact.fields.get("by" if fact.type == "sales.accepted" else "owner", ""))


def kept_since(today: date) -> Mapping[int, date]:
    """By days of retention, the first day of which facts are still kept."""
    lengths = {kind.retention_days for kind in FACT_TYPES.values() if kind.retention_days is not None}
    return {days: today - timedelta(days=days - 1) for days in sorted(lengths)}

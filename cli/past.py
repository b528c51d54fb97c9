"""Where a contact stood at a moment that is past: by its log of moves, and by what people had said by then."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from leadbell.dispositions import KINDS, read_disposition
from leadbell.events import ADDED, AS_RECEIVED, FACT_TYPES, Fact
from leadbell.lifecycle import (
    WORKING,
    Actor,
    Bookkeeping,
    Promise,
    Qualification,
    Stage,
    Standing,
    height,
    keeps_return,
)
from leadbell.table import Item, moment

HELD = "held: "


def stood_at(standing: Standing, moves: Sequence[Item], facts: Sequence[Fact], at: datetime) -> Standing:
    """Where the contact stood; `standing` is where it stands now, `facts` are those that had reached us or all."""
    causes = {fact.id: fact for fact in facts}
    erased = standing.qualification.cycles_erased
    then = Standing(
        qualification=Qualification(cycle=erased, cycles_erased=erased),
        bookkeeping=Bookkeeping(version=standing.version, erased_at=standing.erased_at),
    )
    done = [move for move in moves if moment(move["at"]) <= at]
    for move in done:
        then = _moved(then, move, causes.get(move.get("cause", "")))
    if then.return_on is not None and then.return_on <= at.date():  # the reminder had ended it
        then = replace(then, promise=None)
    stood = then.qualification
    if (held_at := standing.qualification.held_at) is not None and held_at <= at:
        stood = replace(stood, held_at=held_at)
    if len(done) == len(moves):  # an import uses requests up without a move
        stood = replace(stood, requests_used_until=standing.qualification.requests_used_until)
    accepted = any(f.type == "sales.accepted" and f.fields.get("cycle") == stood.cycle for f in _by(facts, at))
    working = stood.stage is Stage.SQL and accepted
    stood = replace(stood, owner=_owner(standing, facts, at), status=WORKING if working else "")
    return replace(then, qualification=stood)


def _moved(then: Standing, move: Item, cause: Fact | None) -> Standing:
    after, moved_at = Stage(move["to"]), moment(move["at"])
    promised = read_disposition(cause) if cause is not None and cause.type in KINDS else None
    promise = then.promise if keeps_return(after) else None
    if cause is not None and promised is not None and promised.back_on is not None:
        promise = Promise(promised.back_on, cause.id)
    met = cause is not None and cause.type == ADDED
    uses_requests = after is Stage.SQL or (move["by"] != Actor.SCORE and not met)
    before = then.qualification
    qualification = replace(
        before,
        stage=after,
        since=moved_at,
        max_stage=max(before.max_stage, after, key=height),
        moves=move["number"],
        cycle=before.cycle + (after is Stage.SQL),
        reset_at=(cause.received_at if cause else moved_at) if after is Stage.RECYCLED else before.reset_at,
        requests_used_until=moved_at if uses_requests else before.requests_used_until,
        held_at=moved_at if move["reason"].startswith(HELD) else None,
    )
    return replace(then, qualification=qualification, promise=promise)


def _by(facts: Sequence[Fact], at: datetime) -> list[Fact]:
    return sorted((fact for fact in facts if fact.received_at <= at), key=AS_RECEIVED)


def _owner(standing: Standing, facts: Sequence[Fact], at: datetime) -> str:
    """Whoever was named last by then; where no fact names anybody, whoever owns it now."""
    named = [fact for fact in facts if _named(fact)]
    then = _by(named, at)
    return _named(then[-1]) if then else "" if named else standing.owner


def _named(fact: Fact) -> str:
    return str(fact.fields.get("by" if fact.type == "sales.accepted" else "owner", ""))


def kept_since(today: date) -> Mapping[int, date]:
    """By days of retention, the first day of which facts are still kept."""
    lengths = {kind.retention_days for kind in FACT_TYPES.values() if kind.retention_days is not None}
    return {days: today - timedelta(days=days - 1) for days in sorted(lengths)}

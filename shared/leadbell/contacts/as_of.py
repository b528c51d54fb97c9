"""Where a contact stood at a moment that is past: by its log of moves, and by what people had said by then."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from leadbell.events import ADDED, AS_RECEIVED, FACT_TYPES, Fact
from leadbell.lifecycle.dispositions import DISPOSITIONS, WORKING, read_disposition
from leadbell.lifecycle.stages import Actor, Stage, Standing, height, keeps_return
from leadbell.table import Item, moment

HELD = "held: "


def stood_at(standing: Standing, moves: Sequence[Item], facts: Sequence[Fact], at: datetime) -> Standing:
    """Where the contact stood; `standing` is where it stands now, `facts` are those that had reached us or all."""
    causes = {fact.id: fact for fact in facts}
    erased = standing.cycles_erased
    then = Standing(version=standing.version, erased_at=standing.erased_at, cycle=erased, cycles_erased=erased)
    done = [move for move in moves if moment(move["at"]) <= at]
    for move in done:
        then = _moved(then, move, causes.get(move.get("cause", "")))
    if then.return_on is not None and then.return_on <= at.date():  # the reminder had ended it
        then = replace(then, return_on=None, return_cause="")
    if standing.held_at is not None and standing.held_at <= at:
        then = replace(then, held_at=standing.held_at)
    if len(done) == len(moves):  # an import uses requests up without a move
        then = replace(then, requests_used_until=standing.requests_used_until)
    accepted = any(f.type == "sales.accepted" and f.fields.get("cycle") == then.cycle for f in _by(facts, at))
    working = then.stage is Stage.SQL and accepted
    return replace(then, owner=_owner(standing, facts, at), status=WORKING if working else "")


def _moved(then: Standing, move: Item, cause: Fact | None) -> Standing:
    after, moved_at = Stage(move["to"]), moment(move["at"])
    promised = read_disposition(cause) if cause is not None and cause.type in DISPOSITIONS else None
    waits = keeps_return(after)
    kept = then if waits else replace(then, return_on=None, return_cause="")
    if cause is not None and promised is not None and promised.back_on is not None:
        kept = replace(kept, return_on=promised.back_on, return_cause=cause.id)
    met = cause is not None and cause.type == ADDED
    uses_requests = after is Stage.SQL or (move["by"] != Actor.SCORE and not met)
    return replace(
        kept,
        stage=after,
        since=moved_at,
        max_stage=max(then.max_stage, after, key=height),
        moves=move["number"],
        cycle=then.cycle + (after is Stage.SQL),
        reset_at=(cause.received_at if cause else moved_at) if after is Stage.RECYCLED else then.reset_at,
        requests_used_until=moved_at if uses_requests else then.requests_used_until,
        held_at=moved_at if move["reason"].startswith(HELD) else None,
    )


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

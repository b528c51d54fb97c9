"""Where a contact stood is told from its log and its facts as it was then, whatever happened since."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbell.contacts.as_of import kept_since, stood_at
from leadbell.errors import IllegalMove
from leadbell.events import Fact
from leadbell.lifecycle.dispositions import check_taken, read_disposition
from leadbell.lifecycle.obstacles import obstacles
from leadbell.lifecycle.stages import Move
from leadbell.lifecycle.standing import Qualification, Standing
from leadbell.scoring.scoring import derive
from tests.unit.facts import VP, Journey, after, default, fact, form, guide, on_day, says, set_stage

TOLD = ("stage", "since", "max_stage", "moves", "cycle", "owner", "status", "reset_at")


def stored(move: Move) -> dict[str, Any]:
    """A move as the log gives it back: what is empty is not there."""
    item = {"from": str(move.before), "to": str(move.after), "at": move.at.isoformat(), "by": str(move.by)}
    return item | {"number": move.number, "reason": move.reason} | ({"cause": move.cause} if move.cause else {})


def told(standing: Standing) -> dict[str, Any]:
    stands = standing.qualification
    told = {name: getattr(stands, name) for name in TOLD if name != "since" or stands.moves}
    return {**told, "promise": standing.promise}


def answers(kind: str, cycle: int, back: int, day: int) -> Any:
    reason = {"sales.rejected": "timing", "deal.lost": "price"}.get(kind, "")
    back_on = on_day(day + back).date() if back and kind in ("sales.rejected", "deal.lost") else None
    by = {"by": "anna"} if kind == "sales.accepted" else {}
    return says(kind, day, cycle=cycle, reason=reason, back_on=back_on, **by)


KINDS = ["sales.accepted", "sales.rejected", "meeting.held", "opportunity.opened", "deal.won", "deal.lost"]
acts = st.one_of(
    st.builds(lambda asks: lambda day, _: form(asks, day, **VP), st.sampled_from(["demo", "contact"])),
    st.builds(lambda: lambda day, _: guide(day, **VP)),
    st.builds(
        lambda kind: lambda day, _: fact(kind, day), st.sampled_from(["pricing.viewed", "newsletter.subscribed"])
    ),
    st.builds(
        lambda stage, owner: lambda day, _: set_stage(stage, day, **({"owner": owner} if owner else {})),
        st.sampled_from(["lead", "sql", "recycled", "customer"]),
        st.sampled_from(["", "bo", "kim"]),
    ),
    st.builds(
        lambda kind, back: lambda day, cycle: answers(kind, cycle, back, day), st.sampled_from(KINDS), st.integers(0, 9)
    ),
    st.just(None),
)


def is_taken(arrived: Fact, journey: Journey) -> bool:
    """Whether it is stored: of what sales says, only what fits and has not been said."""
    if arrived.id in {each.id for each in journey.facts}:
        return False
    try:
        if arrived.type in KINDS:
            check_taken(read_disposition(arrived), journey.standing)
    except IllegalMove:
        return False
    return True


def lived(done: Sequence[Any]) -> tuple[Journey, list[tuple[datetime, Standing]]]:
    """One act a day, looked at once a day; and where the contact stood each evening."""
    journey, evenings = Journey(), []
    for day, act in enumerate(done):
        happened = [act(day, journey.standing.cycle)] if act else []
        journey.facts += [each for each in happened if is_taken(each, journey)]
        journey.passes(day + 0.1)
        evenings.append((on_day(day + 0.2), journey.standing))
    return journey, evenings


@given(st.lists(acts, min_size=1, max_size=25))
def test_each_evening_is_told_as_it_was(done: list[Any]) -> None:
    journey, evenings = lived(done)
    log = [stored(move) for move in journey.moves]
    for at, was in evenings:
        then = stood_at(journey.standing, log, journey.facts, at)
        assert told(then) == told(was), at
        known = [each for each in journey.facts if each.received_at <= at]
        derived = derive(known, then.reset_at, default(), at)
        assert bool(obstacles(then, derived)) == bool(obstacles(was, derived)), at


def asks(day: int, _: int) -> Fact:
    return form("demo", day, **VP)


def views(day: int, _: int) -> Fact:
    return fact("pricing.viewed", day)


def gives_back(day: int, cycle: int) -> Fact:
    return says("sales.rejected", day, cycle=cycle, reason="timing", back_on=on_day(day + 4).date())


@pytest.mark.parametrize(
    ("done", "days"),
    [
        ([asks, gives_back, None, None, None, None], [None, 5, 5, 5, 5, None]),
        ([asks, gives_back, views, None, None, None], [None, 5, 5, 5, 5, None]),
        ([asks, gives_back, asks, None], [None, 5, None, None]),
    ],
)
def test_a_promised_return_stands_until_its_day_or_until_sales_is_back_at_it(
    done: list[Any], days: list[int | None]
) -> None:
    journey, evenings = lived(done)
    log = [stored(move) for move in journey.moves]
    promised = [stood_at(journey.standing, log, journey.facts, at).return_on for at, _ in evenings]
    assert promised == [None if day is None else on_day(day).date() for day in days]
    assert promised == [was.return_on for _, was in evenings]


def test_an_answer_that_came_too_late_promises_nothing_then_as_now() -> None:
    journey = after(form("demo", 0, **VP), says("sales.rejected", 1, reason="timing", back_on=on_day(30).date()))
    late = says("deal.lost", 2, reason="price", back_on=on_day(50).date())
    decision = journey.happens(fact("product.viewed", 2), late)
    assert (journey.stages[-1], decision.moves[-1].cause, set(decision.no_moves)) == ("iql", late.id, {late.id})
    log = [stored(move) for move in journey.moves]
    assert journey.standing.promise == stood_at(journey.standing, log, journey.facts, on_day(3)).promise
    assert journey.standing.return_on == on_day(30).date()


def test_requests_that_an_import_used_up_without_a_move_stay_used() -> None:
    used = Standing(qualification=Qualification(requests_used_until=on_day(1)))
    assert stood_at(used, [], [], on_day(2)).qualification.requests_used_until == on_day(1)


def test_facts_are_kept_from_the_day_on_which_their_retention_still_holds() -> None:
    today = date(2026, 3, 2)
    since = kept_since(today)
    assert since == {30: date(2026, 2, 1), 180: date(2025, 9, 4), 730: date(2024, 3, 3)}
    for days, kind in ((180, "pricing.viewed"), (730, "guide.requested")):
        first = on_day(0) - timedelta(days=days - 1)
        assert first.date() == since[days]
        assert fact(kind, at=first).counts_on(today)
        assert not fact(kind, at=first - timedelta(days=1)).counts_on(today)

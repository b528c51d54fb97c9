"""When time alone will change something: a lower bound that never comes too late."""

from dataclasses import replace
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from leadbell.events import Fact
from leadbell.lifecycle.obstacles import earned
from leadbell.lifecycle.stages import Stage
from leadbell.lifecycle.standing import Bookkeeping, Score, Standing
from leadbell.lifecycle.timers import due_at
from leadbell.qualify.refresh import same
from leadbell.scoring.counting import tally
from leadbell.scoring.scoring import judge
from leadbell.scoring.snapshots import History
from tests.unit.facts import VP, after, default, fact, form, guide, on_day, set_stage


def standing_and_due(*facts: Fact, on: float) -> tuple[Standing, datetime | None]:
    journey = after(*facts)
    journey.passes(on)
    counted = tally(journey.facts, journey.standing.reset_at, default())
    ends = History(journey.facts).next_end(on_day(on).date())
    return journey.standing, due_at(journey.standing, counted, ends, default(), on_day(on))


def test_the_bound_is_the_first_day_on_which_the_grade_or_the_stage_changes() -> None:
    _, due = standing_and_due(form("contact", 0, **VP), on=0)
    assert due == on_day(6).replace(hour=0)  # 35 * 2^(-6/90) = 33.4: the first below 34


def test_where_nothing_changes_within_a_month_it_looks_again_then() -> None:
    _, due = standing_and_due(form("demo", 0, **VP), guide(0), fact("trial.started", 0), on=0)
    assert due == on_day(30).replace(hour=0)


def test_where_nothing_can_change_there_is_no_bound() -> None:
    assert standing_and_due(set_stage("lead", 0), on=1)[1] is None


def test_the_end_of_a_facts_retention_is_a_bound_too() -> None:
    assert standing_and_due(fact("mail.opened", 0), on=1)[1] == on_day(180).replace(hour=0)


def test_a_bound_that_is_further_off_than_the_one_written_is_nothing_to_write() -> None:
    before = Standing(Score(grade="A1"), bookkeeping=Bookkeeping(version=3, due_at=on_day(9), as_of="2026-03-02"))
    later = Standing(Score(grade="A1"), bookkeeping=Bookkeeping(version=3, due_at=on_day(12), as_of="2026-03-05"))
    assert same(before, later, on_day(3))
    assert not same(before, later, on_day(9))
    assert not same(before, replace(before, score=Score(grade="A2")), on_day(3))


kinds = st.sampled_from(["guide.requested", "product.viewed", "newsletter.subscribed", "newsletter.unsubscribed"])


@given(st.lists(st.tuples(kinds, st.integers(0, 60)), max_size=6), st.booleans(), st.integers(60, 300))
def test_nothing_changes_before_the_bound(done: list[tuple[str, int]], fits: bool, today: int) -> None:
    facts = [fact(kind, day) for kind, day in sorted(done, key=lambda each: each[1])]
    facts = [guide(0, **(VP if fits else {"country": "PT"})), *facts]
    standing, due = standing_and_due(*facts, on=today)
    counted, model = tally(facts, None, default()), default()
    for ahead in range(1, 120):
        day = on_day(today + ahead)
        if due is not None and day.replace(hour=0) >= due:
            break
        later = judge(counted, default(), day.date())
        assert (later.grade, earned(standing, later, model.mql)) == (standing.grade, standing.stage), ahead


def test_an_iql_without_interest_still_has_a_day_on_which_it_is_a_lead_again() -> None:
    done = [set_stage("lead", 0), fact("product.viewed", 0), fact("newsletter.unsubscribed", 0)]
    standing, due = standing_and_due(*done, on=1)
    assert (standing.stage, standing.score.interest) == (Stage.IQL, 0)
    assert due is not None and due <= on_day(90)

"""Who buys later, and what comes just before sales gives a contact up."""

from datetime import date
from typing import Any

import pytest

from leadbell.lifecycle.stages import Stage
from tests.unit.facts import VP, after, fact, form, guide, says, set_stage

LATER: dict[str, Any] = {"timing": "later", "timing_from": "2026-06-01"}


def test_who_buys_later_and_asks_for_nothing_is_recycled_until_the_day_they_named() -> None:
    journey = after(guide(0, **VP, **LATER))
    assert journey.stages == ["lead", "recycled"]
    assert journey.standing.return_on == date(2026, 6, 1)
    assert journey.moves[-1].reason == "buys later, back on 1 June 2026"
    assert journey.passes(90).notices == ()
    assert [str(notice.heard) for notice in journey.passes(91).notices] == ["reminder"]
    assert journey.passes(92).notices == ()


def test_without_a_day_they_are_reminded_of_after_three_months() -> None:
    assert after(guide(0, **VP, timing="later")).standing.return_on == date(2026, 5, 31)


def test_a_question_reaches_sales_though_its_sender_buys_later() -> None:
    journey = after(form("contact", 0, **VP, **LATER))
    assert (journey.standing.stage, journey.heard) == (Stage.RECYCLED, ["copy"])


def test_interest_starts_anew_and_what_they_do_next_qualifies_again() -> None:
    journey = after(form("contact", 0, **VP, **LATER), fact("trial.started", 5))
    assert journey.stages[-2:] == ["recycled", "mql"]
    assert journey.standing.return_on == date(2026, 6, 1)


def test_a_request_for_later_is_an_alert_and_not_recycled() -> None:
    journey = after(form("demo", 0, **VP, **LATER))
    assert (journey.standing.stage, journey.heard, journey.standing.promise) == (Stage.SQL, ["alert"], None)


@pytest.mark.parametrize(
    "who",
    [
        {**VP, "relation": "competitor"},
        {"email": "lo@student.lu.se", "job_title": "Student", "country": "SE", "industry": "education"},
    ],
)
def test_who_is_no_buyer_for_us_is_not_kept_for_later(who: dict[str, str]) -> None:
    assert "recycled" not in after(guide(0, **who, **LATER)).stages


def test_who_objects_to_profiling_is_judged_by_no_timing() -> None:
    assert "recycled" not in after(fact("profiling.objected", 0), guide(1, **VP, **LATER)).stages


def test_a_customer_who_buys_more_later_stays_a_customer() -> None:
    assert after(set_stage("customer", 0), guide(1, **VP, **LATER)).standing.stage is Stage.CUSTOMER


def test_a_request_that_nobody_was_told_of_before_an_answer_is_new() -> None:
    journey = after(form("demo", 0, **VP))
    journey.happens(form("pricing", 1, fact_id="unheard"), says("sales.rejected", 1.01, reason="no-answer"))
    journey.passes(1.02)
    assert journey.stages == ["sql", "recycled", "sql"]
    assert journey.heard == ["alert", "alert"]
    assert journey.notices[-1].fact.id == "unheard"


def test_a_request_that_sales_was_told_of_before_the_answer_is_used_up() -> None:
    journey = after(form("demo", 0, **VP), form("pricing", 1), says("sales.rejected", 1.01, reason="no-answer"))
    journey.passes(2)
    assert journey.stages[-1] == "recycled"
    assert journey.heard == ["alert", "asked_again"]

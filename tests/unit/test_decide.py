"""Decisions at the edges: need, budget, authority and timing; what time alone brings about."""

from leadbell.lifecycle import Stage
from tests.unit.facts import VP, after, fact, guide, on_day, set_stage

FOUR = {"need": "yes", "budget": "yes", "authority": "yes", "timing": "yes"}


def test_all_four_of_need_budget_authority_and_timing_make_an_sql_and_its_alert() -> None:
    journey = after(guide(0, **VP), guide(1, **FOUR))
    assert (journey.stages, journey.heard) == (["lead", "sql"], ["alert"])


def test_what_was_known_when_sales_gave_a_contact_back_makes_no_second_alert() -> None:
    journey = after(guide(0, **VP), guide(1, **FOUR), set_stage("recycled", 2), fact("article.read", 3))
    assert (journey.stages, journey.heard) == (["lead", "sql", "recycled"], ["alert"])


def test_saying_all_four_again_is_new_and_makes_one() -> None:
    journey = after(guide(0, **VP), guide(1, **FOUR), set_stage("recycled", 2), guide(40, **FOUR))
    assert (journey.stages[-1], journey.heard) == ("sql", ["alert", "alert"])


def test_an_sql_that_only_time_brings_about_has_an_alert_too() -> None:
    # Until day 10 "student" stands in the way of the four; then nobody says so any more, and no new fact tells of it.
    student = fact("visit.long", 0, job_title="Student")
    journey = after(guide(0, **{**VP, "job_title": ""}), student, guide(1, **FOUR))
    assert journey.standing.stage is not Stage.SQL
    journey.facts = [each for each in journey.facts if each.id != student.id]
    assert journey.passes(200).moves[-1].after is Stage.SQL
    assert journey.heard == ["alert"]
    assert journey.standing.since == on_day(200)

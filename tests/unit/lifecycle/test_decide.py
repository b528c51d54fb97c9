"""Decisions at the edges: need, budget, authority and timing; what time alone brings about."""

from typing import Any

import pytest

from leadbell.events import Trust
from leadbell.lifecycle.stages import Stage
from leadbell.scoring.compiled import CompiledModel
from tests.unit.facts import VP, Journey, after, default, fact, form, guide, on_day, set_stage, variant

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
    student = fact("visit.long", 0, trust=Trust.VERIFIED, job_title="Student")
    journey = after(guide(0, **{**VP, "job_title": ""}), student, guide(1, **FOUR))
    assert journey.standing.stage is not Stage.SQL
    journey.facts = [each for each in journey.facts if each.id != student.id]
    assert journey.passes(200).moves[-1].after is Stage.SQL
    assert journey.heard == ["alert"]
    assert journey.standing.qualification.since == on_day(200)


def test_the_alert_that_only_time_brings_about_is_about_the_latest_fact_in_whatever_order_they_are_read() -> None:
    student = fact("visit.long", 0, trust=Trust.VERIFIED, job_title="Student")
    journey = after(guide(0, **{**VP, "job_title": ""}), student, guide(1, **FOUR), fact("article.read", 2))
    latest = journey.facts[-1]
    journey.facts = [each for each in reversed(journey.facts) if each.id != student.id]
    assert journey.passes(100).moves[-1].cause == latest.id


# ---- what the model calls a request ----------------------------------------------------------------------------------


def requests_are(*where: dict[str, Any]) -> CompiledModel:
    """The default model, in which these forms are the requests."""
    return variant(lambda plain: plain.update(requests=[{"event": "form.submitted", "where": each} for each in where]))


FAIR = requests_are({"form": "demo"}, {"x_wants": "a stand"})
WANTS: dict[str, Any] = {**VP, "x_wants": "a stand"}


def test_what_only_the_model_calls_a_request_alerts_and_is_told_again_once_a_form_and_day() -> None:
    sent = [fact("form.submitted", day, form="fair", **WANTS) for day in (0, 1, 1.1)]
    assert after(*sent, model=FAIR).heard == ["alert", "asked_again", "copy"]
    # Without a word to us and without a meaning, it is nothing to hear by the default model.
    assert after(*sent).heard == []


def test_what_only_the_model_calls_a_request_makes_an_sql_once() -> None:
    journey = after(fact("form.submitted", form="fair", **WANTS), set_stage("lead", 2), guide(3), model=FAIR)
    assert (journey.stages[0], journey.standing.stage, journey.heard) == ("sql", Stage.MQL, ["alert"])


def test_of_two_that_are_found_together_the_alert_is_about_the_first_and_tells_of_the_second() -> None:
    first, second = (fact("form.submitted", day, form="fair", **WANTS) for day in (0, 1))
    journey = Journey(FAIR)
    journey.happens(first, second)
    told = [(str(notice.heard), notice.fact.id) for notice in journey.notices]
    assert told == [("alert", first.id), ("asked_again", second.id)]


def test_what_only_the_model_calls_a_request_is_a_copy_where_something_speaks_against_it() -> None:
    journey = after(fact("form.submitted", form="fair", relation="competitor", **WANTS), model=FAIR)
    assert (journey.stages, journey.heard, journey.notices[0].why) == (["lead"], ["copy"], "competitor")


def test_what_the_model_calls_no_request_is_no_alert_and_still_heard() -> None:
    journey = after(form("callback", 0, **VP), form("callback", 1, **VP), model=FAIR)
    assert (journey.stages, journey.heard) == (["mql"], ["copy", "copy"])
    assert [notice.why for notice in journey.notices] == ["", ""]


@pytest.mark.parametrize("model", [default(), FAIR, requests_are({"asks": "question"})], ids=["all", "fair", "none"])
def test_whoever_writes_is_heard_once_whatever_the_model_calls_a_request(model: CompiledModel) -> None:
    written = [form("demo", 0, **VP), form("contact", 1), form("callback", 2), fact("form.submitted", 3, message="Hi")]
    journey = after(*written, model=model)
    assert [notice.fact.id for notice in journey.notices] == [each.id for each in written]


def test_a_request_that_was_answered_stays_so_where_a_model_forgets_it_and_another_remembers() -> None:
    narrow = requests_are({"asks": ["demo", "price"]})
    journey = after(form("demo", 0, **VP), form("callback", 1), set_stage("lead", 2))
    journey.model = narrow
    journey.happens(set_stage("lead", 3))
    journey.model = default()
    journey.happens(fact("article.read", 4))
    assert (journey.standing.qualification.requests_used_until, journey.standing.stage) == (on_day(1), Stage.MQL)
    assert journey.heard == ["alert", "asked_again"]
    journey.happens(form("callback", 5))
    assert (journey.standing.stage, journey.heard[-1]) == (Stage.SQL, "alert")


def test_a_reason_that_an_operator_words_like_a_hold_holds_nobody() -> None:
    journey = after(guide(0, **VP), set_stage("recycled", 2, reason="held: waits for budget"))
    assert journey.stages == ["lead", "recycled"]
    assert journey.standing.qualification.held_at is None

"""Contacts who were known before, or met elsewhere: where they start, and that importing never alerts."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbell.errors import InvalidFact
from leadbell.events import Fact, Trust
from leadbell.lifecycle.stages import Stage
from tests.unit.facts import VP, after, fact, form, set_stage


def imported(stage: str, day: float = 0, **fields: Any) -> Fact:
    return fact("contact.imported", day, trust=Trust.VERIFIED, stage=stage, **fields)


def added(day: float = 0, **fields: Any) -> Fact:
    return fact("contact.added", day, trust=Trust.VERIFIED, stage="lead", **fields)


ASKED: dict[str, Any] = {"means": "request", "asks": "price"}


@pytest.mark.parametrize("stage", ["subscriber", "lead", "opportunity", "customer", "recycled", "disqualified"])
def test_an_imported_contact_starts_at_its_stage_with_its_owner(stage: str) -> None:
    journey = after(imported(stage, owner="anna", **VP))
    assert journey.stages == [stage]
    assert journey.standing.owner == "anna"
    assert journey.moves[0].reason == "imported"
    assert journey.heard == []


def test_importing_takes_nobody_down_and_no_open_lead_away_from_sales() -> None:
    assert after(form("demo", **VP), imported("lead", 1)).standing.stage is Stage.SQL
    assert after(form("demo", **VP), imported("disqualified", 1)).standing.stage is Stage.SQL
    assert after(imported("customer"), imported("lead", 1)).standing.stage is Stage.CUSTOMER


def test_importing_reopens_nobody_whom_a_person_put_aside() -> None:
    assert after(set_stage("disqualified"), imported("customer", 1)).standing.stage is Stage.DISQUALIFIED


def test_a_lead_can_become_a_customer_by_import_and_be_put_aside_by_it() -> None:
    assert after(form("contact", **VP), imported("customer", 1)).standing.stage is Stage.CUSTOMER
    assert after(form("contact", **VP), imported("disqualified", 1)).standing.stage is Stage.DISQUALIFIED


def test_a_request_after_the_import_alerts_as_any_other() -> None:
    assert after(imported("lead", **VP), form("pricing", 1)).heard == ["alert"]


def test_a_request_that_waits_together_with_an_import_alerts() -> None:
    journey = after()
    journey.happens(imported("lead", **VP), form("pricing", 0.1))
    assert (journey.standing.stage, journey.heard) == (Stage.SQL, ["alert"])
    journey = after()
    journey.happens(form("pricing", **VP), imported("lead", 0.1))
    assert (journey.standing.stage, journey.heard) == (Stage.SQL, ["alert"])


def test_a_request_that_waits_behind_an_import_is_heard_once() -> None:
    for stage, heard in (("recycled", ["alert"]), ("disqualified", ["copy"]), ("customer", ["customer"])):
        journey = after()
        journey.happens(imported(stage, **VP), form("pricing", 0.1))
        journey.passes(1)
        assert journey.heard == heard


def test_an_import_that_lifts_the_fit_of_somebody_who_asked_before_makes_no_alert() -> None:
    unfit: dict[str, Any] = {
        "email": "eva@gmail.com",
        "country": "PT",
        "employees": 2,
        "job_title": "clerk",
        "industry": "fun",
    }
    journey = after(form("demo", **unfit))
    assert journey.heard == ["copy"]
    journey.happens(imported("lead", 1, **VP))
    journey.passes(2)
    assert journey.heard == ["copy"]
    assert journey.standing.stage is not Stage.SQL
    journey.happens(form("demo", 3))
    assert journey.heard == ["copy", "alert"]


def test_a_customers_request_is_counted_apart_and_says_so() -> None:
    journey = after(imported("customer", owner="anna", **VP), form("demo", 1))
    assert journey.standing.stage is Stage.CUSTOMER
    assert [(notice.heard, notice.why) for notice in journey.notices] == [("customer", "existing customer")]


def test_a_lead_met_elsewhere_is_a_lead_and_alerts_only_if_they_asked() -> None:
    assert (after(added(**VP)).stages, after(added(**VP)).heard) == (["lead"], [])
    journey = after(added(**VP, **ASKED))
    assert (journey.standing.stage, journey.standing.grade, journey.heard) == (Stage.SQL, "A1", ["alert"])


def test_a_question_to_one_of_us_is_a_message_copy_and_a_product_act() -> None:
    journey = after(added(**VP, means="question", asks="question"))
    assert (journey.standing.stage, journey.standing.score.interest, journey.heard) == (Stage.MQL, 35, ["copy"])


def test_asking_again_by_phone_on_an_open_lead_is_told_as_asked_again() -> None:
    assert after(form("demo", **VP), added(1, **ASKED)).heard == ["alert", "asked_again"]


def test_a_request_by_phone_is_used_up_like_that_of_a_form_when_a_person_decides() -> None:
    assert after(added(**VP, **ASKED), set_stage("lead", 1)).standing.stage is not Stage.SQL


def test_an_unknown_stage_is_an_error() -> None:
    with pytest.raises(InvalidFact, match="sets no known stage"):
        after(imported("king"))


said = st.fixed_dictionaries(
    {},
    optional={
        "email": st.sampled_from(["eva@acme.example", "eva@gmail.com", "eva@student.lu.se"]),
        "country": st.sampled_from(["SE", "PT"]),
        "employees": st.sampled_from([2, 250]),
        "job_title": st.sampled_from(["VP", "student", "clerk"]),
        "relation": st.sampled_from(["competitor", "customer"]),
        **dict.fromkeys(("need", "budget", "authority", "timing"), st.sampled_from(["yes", "no"])),
    },
)
sent = st.lists(st.tuples(st.sampled_from(["demo", "pricing", "contact"]), said), max_size=5)
stages = st.sampled_from(["subscriber", "lead", "opportunity", "customer", "evangelist", "recycled", "disqualified"])


@given(sent, stages, st.integers(1, 60))
def test_whatever_happened_before_an_import_makes_no_alert(
    before: list[tuple[str, dict[str, Any]]], stage: str, later: int
) -> None:
    journey = after(*(form(name, day, **fields) for day, (name, fields) in enumerate(before)))
    heard, was_sql = len(journey.notices), journey.standing.stage is Stage.SQL
    journey.happens(imported(stage, 6, **VP, relation="none"))
    journey.passes(6 + later)
    assert len(journey.notices) == heard
    assert was_sql or journey.standing.stage is not Stage.SQL


@given(sent, stages)
def test_the_same_import_again_moves_nobody(before: list[tuple[str, dict[str, Any]]], stage: str) -> None:
    journey = after(*(form(name, day, **fields) for day, (name, fields) in enumerate(before)), imported(stage, 6))
    moves = len(journey.moves)
    journey.happens(imported(stage, 6.5))
    assert [str(move.by) for move in journey.moves[moves:]] in ([], ["score"])

"""Who moves a contact where, what a request leads to, and that nobody who writes goes unheard."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbell.errors import IllegalMove, InvalidFact
from leadbell.events import Fact, Trust, wrote_to_us
from leadbell.lifecycle.obstacles import earned, obstacles
from leadbell.lifecycle.stages import LADDER, Actor, Stage, allowed_from, check_move
from leadbell.lifecycle.standing import Standing
from leadbell.scoring.scoring import Derived
from tests.unit.facts import VP, Journey, after, default, fact, form, guide, on_day, set_stage, standing_on, worth

STAGES = list(Stage)
MQL = default().mql

# Written out once more, so that a slip in the table of `stages` does not go unseen.
BY_SCORE = {
    "prospect": "subscriber lead iql mql sql",
    "subscriber": "lead iql mql sql",
    "lead": "iql mql sql recycled",
    "iql": "lead mql sql recycled",
    "mql": "lead iql sql recycled",
    "recycled": "iql mql sql",
}
BY_SALES = {
    "sql": "opportunity recycled disqualified",
    "opportunity": "customer recycled disqualified",
    "customer": "evangelist recycled",
    "evangelist": "recycled",
}
BY_OPERATOR = {
    str(stage): " ".join(other for other in STAGES if other not in (stage, Stage.PROSPECT)) for stage in STAGES
}
TABLE = {Actor.SCORE: BY_SCORE, Actor.SALES: BY_SALES, Actor.OPERATOR: BY_OPERATOR}


@pytest.mark.parametrize("actor", list(Actor))
@pytest.mark.parametrize("before", STAGES)
def test_a_move_is_in_the_table_or_is_refused_with_what_is_allowed(actor: Actor, before: Stage) -> None:
    allowed = TABLE[actor].get(before, "").split()
    for onto in allowed:
        check_move(before, Stage(onto), actor)
    for onto in set(STAGES) - set(allowed):
        with pytest.raises(IllegalMove) as refused:
            check_move(before, Stage(onto), actor)
        told, _, named = str(refused.value).partition(f"; possible from {before}: ")
        assert told == f"{actor} cannot move a contact from {before} to {onto}"
        assert sorted(named.split(", ")) == sorted(allowed or ["nothing"])


def test_score_alone_moves_nobody_whom_sales_has_taken_up() -> None:
    for stage in (Stage.SQL, Stage.OPPORTUNITY, Stage.CUSTOMER, Stage.EVANGELIST, Stage.DISQUALIFIED):
        assert allowed_from(stage, Actor.SCORE) == ()


def test_the_ladder_has_nine_rungs_and_two_side_states() -> None:
    assert len(LADDER) == 9
    assert set(STAGES) - set(LADDER) == {Stage.RECYCLED, Stage.DISQUALIFIED}


# ---- what facts earn -------------------------------------------------------------------------------------------------


def test_visiting_makes_nobody_more_than_a_prospect() -> None:
    assert after(fact("pricing.viewed", trust=Trust.BROWSER)).standing.stage is Stage.PROSPECT


def test_a_newsletter_signup_is_a_subscriber() -> None:
    assert after(fact("newsletter.subscribed")).stages == ["subscriber"]


def test_a_guide_is_a_lead_and_a_product_page_makes_it_an_iql() -> None:
    assert after(guide(0), fact("product.viewed", 1)).stages == ["lead", "iql"]


def test_an_iql_that_looks_at_nothing_for_ninety_days_is_a_lead_again() -> None:
    journey = after(guide(0), fact("product.viewed", 1))
    assert journey.passes(90).moves == ()
    assert [str(move.after) for move in journey.passes(91).moves] == ["lead"]
    assert journey.moves[-1].reason == "time has passed"


def test_a_lead_never_falls_back_to_subscriber() -> None:
    journey = after(fact("newsletter.subscribed", 0), guide(1))
    assert journey.passes(900).standing.stage is Stage.LEAD


def derived_with(fit: int, interest: int) -> Derived:
    return replace(worth(guide()), fit=fit, interest=interest, grade="B2")


@pytest.mark.parametrize(
    ("stage", "fit", "interest", "earns"),
    [
        (Stage.LEAD, 50, 34, Stage.MQL),
        (Stage.LEAD, 49, 34, Stage.LEAD),
        (Stage.LEAD, 50, 33, Stage.LEAD),
        (Stage.MQL, 40, 19, Stage.MQL),
        (Stage.MQL, 39, 19, Stage.LEAD),
        (Stage.MQL, 40, 18, Stage.LEAD),
        (Stage.RECYCLED, 50, 33, Stage.LEAD),
        (Stage.SQL, 0, 0, Stage.SQL),
    ],
)
def test_an_mql_is_made_high_and_lost_low(stage: Stage, fit: int, interest: int, earns: Stage) -> None:
    assert earned(standing_on(stage, max_stage=stage), derived_with(fit, interest), MQL) is earns


def test_a_high_score_alone_never_makes_an_sql() -> None:
    journey = after(guide(0, **VP), fact("trial.started", 0), fact("demo.opened", 0), fact("webinar.attended", 0))
    assert (journey.standing.stage, journey.standing.grade, journey.heard) == (Stage.MQL, "A1", [])


def test_all_four_answers_make_an_sql_without_a_request() -> None:
    journey = after(guide(0, **VP, need="yes", budget="yes", authority="yes", timing="yes"))
    assert (journey.stages, journey.heard) == (["sql"], ["alert"])
    assert journey.notices[0].why == "need, budget, authority and timing are all yes"


def test_who_does_not_fit_at_all_makes_no_sql_by_asking() -> None:
    journey = after(form("demo", country="PT", employees=5000, job_title="clerk"))
    assert journey.standing.stage is Stage.LEAD
    assert [(notice.heard, notice.why) for notice in journey.notices] == [("copy", "does not fit our profile (D)")]


def test_unknown_fit_never_blocks_a_request() -> None:
    journey = after(form("demo", email="someone@acme.example"))
    assert (journey.standing.grade, journey.heard) == ("?1", ["alert"])


@pytest.mark.parametrize(
    ("told", "veto"),
    [
        ({"relation": "competitor"}, "competitor"),
        ({"relation": "customer"}, "existing customer"),
        ({"relation": "staff"}, "own staff"),
        ({"email": "eva@student.lu.se"}, "student"),
        ({"job_title": "Student"}, "student"),
    ],
)
def test_a_veto_turns_an_alert_into_a_copy_that_says_why(told: dict[str, str], veto: str) -> None:
    journey = after(form("demo", **{**VP, **told}))
    assert journey.standing.stage in (Stage.LEAD, Stage.MQL)
    heard = "customer" if veto == "existing customer" else "copy"
    assert [str(notice.heard) for notice in journey.notices] == [heard]
    assert veto in journey.notices[0].why


def known_as(**told: Any) -> Fact:
    """What an operator knows of somebody."""
    return fact("contact.imported", stage="lead", **told)


def test_every_obstacle_says_what_would_remove_it() -> None:
    found = obstacles(
        Standing(), worth(known_as(country="PT", employees=5000, job_title="clerk", relation="competitor"))
    )
    assert [(each.why, each.cure) for each in found] == [
        ("competitor", '"competitor" did not apply'),
        ("no request", "the contact asked for a price, a demo, a meeting or a call-back"),
        ("does not fit our profile (D)", "its fit grade rose above D"),
    ]


# ---- what sales hears ------------------------------------------------------------------------------------------------


def test_a_request_makes_an_sql_and_one_alert_about_it() -> None:
    asked = form("demo", **VP)
    journey = after(asked)
    assert journey.stages == ["sql"]
    assert [(notice.heard, notice.fact.id) for notice in journey.notices] == [("alert", asked.id)]
    assert (journey.standing.cycle, journey.standing.qualification.qualified_by) == (1, asked.id)
    assert journey.moves[0].cause == asked.id
    assert sum(reason.points for reason in journey.moves[0].reasons) == 160


def test_nothing_is_decided_twice() -> None:
    journey = after(form("demo", **VP))
    again = journey.passes(0)
    assert (again.moves, again.notices) == ((), ())


def test_staying_above_the_line_alerts_nobody() -> None:
    journey = after(form("demo", 0, **VP), fact("trial.started", 1), guide(2), fact("pricing.viewed", 3))
    assert journey.heard == ["alert"]


def test_a_second_request_is_told_once_per_form_and_day_and_the_rest_are_copies() -> None:
    journey = after(
        form("demo", 0, **VP),
        form("demo", 0.1),
        form("demo", 0.2),
        form("pricing", 0.3),
        form("pricing", 0.35),
        form("demo", 1),
    )
    assert journey.heard == ["alert", "asked_again", "copy", "asked_again", "copy", "asked_again"]
    assert {notice.why for notice in journey.notices if notice.heard == "copy"} == {
        "a repeated request; the lead is already with sales"
    }


def test_two_requests_found_together_are_one_alert_and_one_asked_again() -> None:
    journey = Journey()
    first, second = form("demo", 0, **VP), form("demo", 0.01)
    journey.happens(second, first)
    assert [(notice.heard, notice.fact.id) for notice in journey.notices] == [
        ("alert", first.id),
        ("asked_again", second.id),
    ]


def test_a_question_is_a_copy_without_a_reason_before_and_after_a_request() -> None:
    journey = after(form("contact", 0, **VP), form("demo", 1), form("contact", 2))
    assert [(notice.heard, notice.why) for notice in journey.notices] == [
        ("copy", ""),
        ("alert", "made a request"),
        ("copy", ""),
    ]


def test_a_message_in_any_form_is_heard_and_a_form_without_one_is_not() -> None:
    journey = after(fact("form.submitted", 0, message="Do you hire?"), fact("form.submitted", 1))
    assert journey.heard == ["copy"]


def test_neither_newsletter_nor_guide_is_a_mail_to_sales() -> None:
    assert after(fact("newsletter.subscribed", 0, **VP), guide(1, **VP)).heard == []


def test_a_request_that_is_too_old_is_still_heard() -> None:
    journey = Journey()
    journey.happens(form("demo", 0, **VP), now=on_day(100))
    assert [(notice.heard, notice.why) for notice in journey.notices] == [("copy", "no request")]


# ---- people's decisions ----------------------------------------------------------------------------------------------


def test_the_operator_sets_a_stage_and_an_owner() -> None:
    journey = after(guide(0, **VP), set_stage("customer", 1, owner="mia", reason="bought in 2024"))
    assert (journey.standing.stage, journey.standing.qualification.owner) == (Stage.CUSTOMER, "mia")
    assert (journey.moves[-1].by, journey.moves[-1].reason) == (Actor.OPERATOR, "bought in 2024")


def test_an_owner_stays_when_the_operator_names_none() -> None:
    journey = after(set_stage("lead", 0, owner="mia"), set_stage("customer", 1))
    assert journey.standing.qualification.owner == "mia"


def test_setting_the_stage_somebody_stands_on_is_no_move() -> None:
    journey = after(guide(0), set_stage("lead", 1, owner="mia"))
    assert (journey.stages, journey.standing.qualification.owner) == (["lead"], "mia")


def test_nobody_becomes_anonymous_again() -> None:
    with pytest.raises(IllegalMove, match="operator cannot move a contact from lead to prospect"):
        after(guide(0), set_stage("prospect", 1))


def test_an_sql_by_the_operators_word_alerts_too() -> None:
    word = set_stage("sql", 1)
    journey = after(guide(0, **VP), word)
    assert [(notice.heard, notice.fact.id) for notice in journey.notices] == [("alert", word.id)]


def test_a_customer_who_asks_stays_a_customer_and_is_heard() -> None:
    journey = after(set_stage("customer", 0), form("demo", 1, **VP))
    assert journey.standing.stage is Stage.CUSTOMER
    assert [(notice.heard, notice.why) for notice in journey.notices] == [("customer", "existing customer")]


def test_who_is_disqualified_stays_so_and_is_heard_all_the_same() -> None:
    journey = after(set_stage("disqualified", 0), form("demo", 1, **VP))
    assert [(notice.heard, notice.why) for notice in journey.notices] == [("copy", "disqualified")]
    assert journey.standing.stage is Stage.DISQUALIFIED


def test_recycling_starts_interest_anew_and_a_used_request_makes_no_second_sql() -> None:
    journey = after(form("demo", 0, **VP), set_stage("recycled", 1))
    assert journey.standing.reset_at == on_day(1)
    assert (journey.standing.score.interest, journey.standing.score.fit) == (0, 100)
    assert journey.passes(2).moves == ()
    assert journey.standing.stage is Stage.RECYCLED


def test_a_new_request_ends_the_wait_with_a_second_cycle_and_a_second_alert() -> None:
    journey = after(form("demo", 0, **VP), set_stage("recycled", 1), fact("article.read", 30), form("pricing", 60))
    assert journey.stages == ["sql", "recycled", "sql"]
    assert (journey.standing.cycle, journey.heard) == (2, ["alert", "alert"])


def test_no_second_asked_again_the_same_day_after_two_requests_came_together() -> None:
    journey = Journey()
    journey.happens(form("demo", 0, **VP), form("demo", 0.01))
    journey.happens(form("demo", 0.1))
    assert journey.heard == ["alert", "asked_again", "copy"]


def test_an_asked_again_request_makes_no_second_sql_when_the_operator_sets_the_stage_back() -> None:
    journey = after(form("demo", 0, **VP), form("demo", 0.1), set_stage("lead", 1))
    assert (journey.standing.cycle, journey.heard) == (1, ["alert", "asked_again"])


def test_a_request_sales_has_had_makes_no_second_sql_when_the_operator_puts_the_contact_back() -> None:
    journey = after(form("demo", 0, **VP), set_stage("lead", 1))
    assert journey.standing.stage is Stage.MQL
    assert [each.why for each in obstacles(journey.standing, worth(*journey.facts))] == ["no new request"]
    assert after(*journey.facts, form("demo", 2)).standing.cycle == 1


@pytest.mark.parametrize("stage", ["", "customre", "CUSTOMER"])
def test_a_stage_that_does_not_exist_is_refused_with_those_that_do(stage: str) -> None:
    with pytest.raises(InvalidFact, match="sets no known stage; stages: prospect, subscriber, lead"):
        after(set_stage(stage, 0))


def test_the_highest_stage_is_remembered() -> None:
    journey = after(set_stage("customer", 0), set_stage("recycled", 1), set_stage("lead", 2))
    assert journey.standing.qualification.max_stage is Stage.CUSTOMER


# ---- laws ------------------------------------------------------------------------------------------------------------

asked_stages = st.sampled_from([stage for stage in STAGES if stage is not Stage.PROSPECT])
events = st.one_of(
    st.builds(lambda word: form(word), st.sampled_from(["contact", "demo", "pricing", "callback"])),
    st.builds(lambda told: form("demo", **told), st.sampled_from([VP, {"relation": "competitor"}, {"country": "PT"}])),
    st.builds(set_stage, asked_stages),
    st.builds(fact, st.sampled_from(["newsletter.subscribed", "guide.requested", "pricing.viewed", "trial.started"])),
)
histories = st.lists(st.tuples(st.integers(0, 40 * 24), events), max_size=12)


def in_time(history: Sequence[tuple[int, Fact]]) -> list[Fact]:
    moved = [
        replace(
            each, happened_at=each.happened_at + timedelta(hours=hour), received_at=on_day(0) + timedelta(hours=hour)
        )
        for hour, each in history
    ]
    return sorted(moved, key=lambda each: each.received_at)


@given(histories)
def test_every_fact_by_which_a_person_wrote_is_heard_once_when_it_is_decided(
    history: list[tuple[int, Fact]],
) -> None:
    journey = Journey()
    for each in in_time(history):
        told = [notice.fact.id for notice in journey.happens(each).notices]
        assert told.count(each.id) == 1 or not wrote_to_us(each)


@given(histories)
def test_every_entry_into_sql_is_one_alert_and_there_is_no_other(history: list[tuple[int, Fact]]) -> None:
    journey = after(*in_time(history))
    assert journey.heard.count("alert") == journey.stages.count("sql") == journey.standing.cycle


@given(histories)
def test_the_stage_is_where_the_log_ends_and_every_step_is_in_the_table(history: list[tuple[int, Fact]]) -> None:
    journey = after(*in_time(history))
    stage = Stage.PROSPECT
    for number, move in enumerate(journey.moves, 1):
        assert (move.number, move.before) == (number, stage)
        check_move(move.before, move.after, move.by)
        stage = move.after
    assert (journey.standing.stage, journey.standing.qualification.moves) == (stage, len(journey.moves))


@given(histories, st.integers(0, 11))
def test_the_same_facts_looked_at_again_decide_nothing_more(history: list[tuple[int, Fact]], extra: int) -> None:
    journey = after(*in_time(history))
    now = max((each.received_at for each in journey.facts), default=on_day(0)) + timedelta(minutes=extra)
    assert journey.happens(now=now).notices == ()
    again = journey.happens(now=now)
    assert (again.moves, again.notices) == ((), ())


@pytest.mark.parametrize("stage", ["lead", "recycled"])
def test_a_request_after_the_operators_word_alerts_even_when_both_are_found_together(stage: str) -> None:
    journey = after(form("demo", 0, **VP))
    journey.happens(set_stage(stage, 1), form("pricing", 1.01))
    journey.passes(1.02)
    assert journey.heard == ["alert", "alert"]

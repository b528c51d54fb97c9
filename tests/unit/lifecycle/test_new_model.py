"""A new model moves contacts, but never alerts anybody by itself."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbell.companies import Company
from leadbell.events import Fact
from leadbell.lifecycle.decide import decide
from leadbell.lifecycle.explain import why_here
from leadbell.lifecycle.new_model import foresee, may_enter_sql
from leadbell.lifecycle.notices import Heard
from leadbell.lifecycle.stages import Stage
from leadbell.lifecycle.standing import Bookkeeping, Standing
from leadbell.scoring.compiled import Active, CompiledModel
from leadbell.scoring.scoring import derive
from tests.unit.facts import VP, Journey, default, fact, form, on_day, standing_on, variant

PUBLISHED = on_day(10)
NOW = on_day(20)
# A buyer from Portugal: under STRICT the country is excluded, under the default model it is not.
ANA: dict[str, Any] = {**VP, "country": "PT"}


def _without_portugal(plain: dict[str, Any]) -> None:
    next(veto for veto in plain["vetoes"] if veto["id"] == "excluded-market")["where"] = {"country": ["PT"]}


def _without_callbacks(plain: dict[str, Any]) -> None:
    plain["requests"] = [{"event": "form.submitted", "where": {"asks": ["demo", "price"]}}]


# Under NARROW to be called back is no request, under the default model it is.
STRICT, OPEN, NARROW = variant(_without_portugal), default(), variant(_without_callbacks)
IN_FORCE = Active(OPEN, PUBLISHED)


def stands(model: CompiledModel | None, **more: Any) -> Standing:
    """A standing made with a model; None: never written."""
    if model is None:
        return Standing()
    return replace(standing_on(Stage.LEAD, **more), bookkeeping=Bookkeeping(version=3, model=model.version))


def earlier(version: str) -> CompiledModel | None:
    return {each.version: each for each in (STRICT, OPEN, NARROW)}.get(version)


def seen(day: float) -> Fact:
    return form("demo", day, undecided=False, **ANA)


def unseen(day: float) -> Fact:
    return form("demo", day, **ANA)


@pytest.mark.parametrize(
    ("why", "standing", "facts", "active", "may"),
    [
        ("the model has not changed", stands(OPEN), [unseen(5)], Active(OPEN, on_day(1)), True),
        ("never looked at before", stands(None), [unseen(5)], IN_FORCE, True),
        (
            "the old model is not known any more",
            stands(variant(lambda p: p["mql"].update(fit=51))),
            [unseen(5)],
            IN_FORCE,
            False,
        ),
        ("only the new model says so", stands(STRICT), [seen(5)], IN_FORCE, False),
        ("found late, but only the new model says so", stands(STRICT), [unseen(5)], IN_FORCE, False),
        ("asked after the publication", stands(STRICT), [unseen(15)], IN_FORCE, True),
        ("asked before, and again after it", stands(STRICT), [seen(5), unseen(15)], IN_FORCE, True),
        ("read an article after it", stands(STRICT), [seen(5), fact("article.read", 15)], IN_FORCE, False),
        ("nobody knows since when: decided before", stands(STRICT), [seen(15)], Active(OPEN), False),
        ("nobody knows since when: not decided yet", stands(STRICT), [unseen(15)], Active(OPEN), True),
        ("held, and nothing new", stands(OPEN, held_at=on_day(12)), [seen(5)], IN_FORCE, False),
        (
            "held, then read an article",
            stands(OPEN, held_at=on_day(12)),
            [seen(5), fact("article.read", 15)],
            IN_FORCE,
            False,
        ),
        ("held, then asked again", stands(OPEN, held_at=on_day(12)), [seen(5), unseen(15)], IN_FORCE, True),
        ("held, then another model", stands(STRICT, held_at=on_day(12)), [seen(5)], Active(OPEN, on_day(15)), False),
    ],
)
def test_who_may_enter_sql(why: str, standing: Standing, facts: list[Fact], active: Active, may: bool) -> None:
    assert may_enter_sql(standing, facts, active, earlier, NOW) is may, why


def test_a_request_found_after_an_outage_enters_where_the_old_model_agrees() -> None:
    # Published at day 10, asked at day 5, found at day 20; both models let a Swede in.
    late = form("demo", 5, **VP)
    assert may_enter_sql(stands(STRICT), [late], IN_FORCE, earlier, NOW)
    assert not may_enter_sql(stands(STRICT), [late], IN_FORCE, lambda _: None, NOW)


def test_a_competitor_by_its_domain_is_not_let_in_by_a_model_that_forgets_the_veto() -> None:
    rival = Company("acme.example", "competitor", "", on_day(-100))
    lenient = variant(lambda plain: plain.update(vetoes=[]))
    standing, facts, active = stands(OPEN), [form("demo", 5, undecided=False, **VP)], Active(lenient, PUBLISHED)
    assert may_enter_sql(standing, facts, active, earlier, NOW)
    assert not may_enter_sql(standing, facts, active, earlier, NOW, rival)
    assert not foresee("c_1", standing, facts, (OPEN, OPEN), NOW, rival).would_alert
    assert foresee("c_1", standing, facts, (OPEN, lenient), NOW, rival).would_alert


def decided(standing: Standing, facts: list[Fact], **more: Any) -> Any:
    return decide(standing, derive(facts, None, OPEN, NOW), facts, OPEN.mql, NOW, **more)


def test_who_may_not_enter_sql_is_held_at_mql_and_its_request_is_a_copy_that_says_why() -> None:
    decision = decided(stands(STRICT), [unseen(5)], may_enter_sql=False)
    assert decision.standing.stage is Stage.MQL
    assert decision.standing.qualification.held_at == NOW
    assert [move.reason for move in decision.moves] == ["held: a new scoring model alone"]
    (notice,) = decision.notices
    assert (notice.heard, notice.why) == (Heard.COPY, "only a new scoring model makes it sales-qualified; held at MQL")


def test_who_is_held_stays_held_since_then_and_a_second_look_says_nothing() -> None:
    held = decided(stands(STRICT), [seen(5)], may_enter_sql=False).standing
    again = decide(held, derive([seen(5)], None, OPEN, NOW), [seen(5)], OPEN.mql, NOW + timedelta(1),
                   may_enter_sql=False)  # fmt: skip
    assert (again.standing.qualification.held_at, again.moves, again.notices) == (NOW, (), ())


def test_a_new_request_ends_the_hold_with_one_alert() -> None:
    held = decided(stands(STRICT), [seen(5)], may_enter_sql=False).standing
    decision = decided(held, [seen(5), unseen(15)])
    assert (decision.standing.stage, decision.standing.qualification.held_at) == (Stage.SQL, None)
    assert [notice.heard for notice in decision.notices] == [Heard.ALERT]


def test_who_does_not_qualify_any_more_is_not_held_any_more() -> None:
    held = decided(stands(STRICT), [seen(5)], may_enter_sql=False).standing
    facts = [seen(-80)]  # asked a hundred days ago
    assert decided(held, facts, may_enter_sql=False).standing.qualification.held_at is None


@given(st.lists(st.sampled_from(["strict", "open", "article", "pricing", "time"]), max_size=12), st.booleans())
def test_whatever_is_published_in_whatever_order_only_a_request_alerts_and_once(steps: list[str], ends: bool) -> None:
    ana = Journey(STRICT)
    ana.facts.append(seen(0))
    ana.passes(0)
    for day, step in enumerate(steps, start=1):
        if step in ("strict", "open"):
            ana.publishes(STRICT if step == "strict" else OPEN, on_day(day))
            continue
        if step != "time":
            ana.facts.append(fact("article.read" if step == "article" else "pricing.viewed", day, undecided=False))
        ana.passes(day)
    assert ana.heard == []
    if ends:
        ana.publishes(OPEN, on_day(13))
    ana.facts.append(unseen(14))
    for day in (14, 15, 16):
        ana.passes(day)
    assert ana.heard == [Heard.ALERT if ana.model is OPEN else Heard.COPY]


def callback(day: float, *, undecided: bool = True) -> Fact:
    return replace(form("callback", day, **VP), undecided=undecided)


@pytest.mark.parametrize(
    ("why", "standing", "facts", "active", "may"),
    [
        ("an old form is a request only now", stands(NARROW), [callback(5, undecided=False)], IN_FORCE, False),
        ("found late, and a request only now", stands(NARROW), [callback(5)], IN_FORCE, False),
        ("asked after the publication", stands(NARROW), [callback(15)], IN_FORCE, True),
        ("it was a request before too", stands(STRICT), [callback(5)], IN_FORCE, True),
        (
            "held, asked for what was no request then, which another model calls one",
            stands(NARROW, held_at=on_day(3)),
            [seen(1), callback(5, undecided=False)],
            IN_FORCE,
            False,
        ),
        (
            "the same, looked at once more",
            stands(OPEN, held_at=on_day(3)),
            [seen(1), callback(5, undecided=False)],
            IN_FORCE,
            False,
        ),
        (
            "held, and what was found late is a request only now",
            stands(NARROW, held_at=on_day(3)),
            [seen(1), callback(5)],
            IN_FORCE,
            False,
        ),
        (
            "the same, where what held it has run out meanwhile",
            stands(NARROW, held_at=on_day(3)),
            [seen(-80), callback(5)],
            IN_FORCE,
            False,
        ),
        (
            "held, and what was found late is a request by both",
            stands(STRICT, held_at=on_day(3)),
            [seen(1), callback(5)],
            IN_FORCE,
            True,
        ),
    ],
)
def test_what_only_the_new_model_calls_a_request_lets_nobody_in(
    why: str, standing: Standing, facts: list[Fact], active: Active, may: bool
) -> None:
    assert may_enter_sql(standing, facts, active, earlier, NOW) is may, why


def test_who_is_held_and_asks_by_what_only_the_model_calls_a_request_is_let_in() -> None:
    stand = {"event": "form.submitted", "where": {"x_wants": "a stand"}}
    model = variant(lambda plain: plain["requests"].append(stand))
    facts = [seen(1), fact("form.submitted", 15, undecided=False, x_wants="a stand")]
    assert may_enter_sql(stands(model, held_at=on_day(3)), facts, Active(model, PUBLISHED), earlier, NOW)


@given(st.lists(st.sampled_from(["narrow", "wide", "callback", "article", "time"]), max_size=14))
def test_whatever_counts_as_a_request_only_asking_alerts_and_whoever_asks_is_heard_once(steps: list[str]) -> None:
    ana = Journey(NARROW)
    ana.passes(0)
    for day, step in enumerate(steps, start=1):
        if step in ("narrow", "wide"):
            ana.publishes(NARROW if step == "narrow" else OPEN, on_day(day))
            continue
        if step == "callback":
            ana.facts.append(callback(day))
        elif step == "article":
            ana.facts.append(fact("article.read", day, undecided=False))
        before, heard = ana.standing.stage, len(ana.heard)
        ana.passes(day)
        enters = step == "callback" and ana.model is OPEN and before is not Stage.SQL
        assert (ana.standing.stage is Stage.SQL) is (enters or before is Stage.SQL)
        assert len(ana.heard) - heard == (step == "callback")
    assert ana.heard.count(Heard.ALERT) == (ana.standing.stage is Stage.SQL)


def test_explain_says_why_a_held_contact_made_no_alert() -> None:
    held = decided(stands(STRICT), [seen(5)], may_enter_sql=False).standing
    assert why_here(held, derive([seen(5)], None, OPEN, NOW)) == (
        "No alert: only a new scoring model makes the contact sales-qualified, so it has been held at MQL since "
        "22 Mar 2026, 09:00 UTC. An alert would go out if the contact asked again, or if somebody set the stage to sql."
    )


def test_what_another_model_would_change_is_told_without_changing_anything() -> None:
    found = foresee("c_1", stands(STRICT), [seen(5)], (STRICT, OPEN), NOW)
    assert (found.stage, found.new_stage, found.would_alert, found.changes) == (Stage.MQL, Stage.MQL, True, True)
    same = foresee("c_1", stands(STRICT), [seen(5)], (STRICT, STRICT), NOW)
    assert (same.would_alert, same.changes) == (False, False)
    held = foresee("c_1", stands(OPEN, held_at=NOW), [seen(5)], (OPEN, OPEN), NOW)
    assert (held.stage, held.new_stage, held.would_alert) == (Stage.MQL, Stage.MQL, False)

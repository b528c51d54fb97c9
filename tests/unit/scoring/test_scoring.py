"""The numbers, worked out by hand, and the laws that hold for all of them."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from math import gcd
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbell.errors import InvalidFact
from leadbell.events import FACT_TYPES, Fact, Trust
from leadbell.scoring.compiled import CompiledModel
from leadbell.scoring.counting import tally
from leadbell.scoring.fading import ONE, fading
from leadbell.scoring.rules import Model
from leadbell.scoring.scoring import Derived, derive, judge
from tests.unit.facts import DAY_0, VP, default, fact, form, guide, interest_model, on_day, variant, worth

BY_HAND = [
    # event, fields, points when new, points one halving later, days to halve
    ("article.read", {}, 10, 5, 30),
    ("product.viewed", {}, 10, 5, 30),
    ("pricing.viewed", {}, 15, 8, 30),
    ("visit.returned", {}, 5, 3, 30),
    ("visit.long", {}, 5, 3, 30),
    ("ad.clicked", {}, 5, 3, 30),
    ("social.clicked", {}, 5, 3, 30),
    ("wishlist.added", {}, 10, 5, 30),
    ("cart.added", {}, 20, 10, 30),
    ("newsletter.subscribed", {}, 10, 5, 90),
    ("form.submitted", {}, 20, 10, 90),
    ("guide.requested", {}, 20, 10, 90),
    ("webinar.registered", {}, 10, 5, 90),
    ("webinar.attended", {}, 20, 10, 90),
    ("form.submitted", {"means": "question"}, 35, 18, 90),
    ("trial.started", {}, 40, 20, 90),
    ("demo.opened", {}, 40, 20, 90),
    ("form.submitted", {"means": "request"}, 60, 30, 90),
    ("form.submitted", {"means": "question", "asks": "price"}, 60, 30, 90),
    ("webinar.registered", {"asks": "terms"}, 70, 35, 90),
    ("trial.started", {"asks": "price"}, 100, 50, 90),
    ("guide.requested", {"asks": "purchase"}, 80, 40, 90),
    ("guide.requested", {"kind": "prices"}, 20, 10, 90),
    ("guide.requested", {"kind": "product"}, 20, 10, 90),
    ("guide.requested", {"kind": "demo"}, 40, 20, 90),
    ("contact.added", {"means": "question"}, 35, 18, 90),
    ("contact.added", {"means": "request"}, 60, 30, 90),
    ("mail.opened", {}, 0, 0, 90),
]
FIT_BY_HAND = [
    ({"country": "SE"}, 30),
    ({"country": "se"}, 30),
    ({"country": "PT"}, 0),
    ({"employees": 50}, 30),
    ({"employees": 1000}, 30),
    ({"employees": 1001}, 0),
    ({"employees": 49}, 15),
    ({"employees": 10}, 15),
    ({"employees": 9}, 0),
    ({"revenue_millions": 5}, 30),
    ({"revenue_millions": 500}, 30),
    ({"revenue_millions": 501}, 0),
    ({"revenue_millions": 4}, 15),
    ({"employees": 20, "revenue_millions": 100}, 15),
    ({"job_title": "VP Operations"}, 20),
    ({"job_title": "Vice President, Sales"}, 20),
    ({"job_title": "CEO"}, 20),
    ({"job_title": "Co-founder"}, 20),
    ({"job_title": "Managing Director"}, 20),
    ({"job_title": "Purchasing Manager"}, 10),
    ({"job_title": "Senior Engineer"}, 10),
    ({"job_title": "Head of Procurement"}, 20),
    ({"job_title": "Receptionist"}, 0),
    ({"job_title": "Geschäftsführerin"}, 20),
    ({"job_title": "Executive Assistant to the CEO"}, 0),
    ({"employees": 5, "country": "SE"}, 15),
    ({"relation": "target"}, 30),
    ({"industry": "Maschinenbau"}, 10),
    ({"industry": "Manufacturing"}, 10),
    ({"industry": "bakery"}, 0),
    ({"email": "eva@acme.example"}, 10),
    ({"email": "eva@gmail.com", "country": "SE"}, 20),
    ({"email": "eva@mailinator.com", "country": "SE"}, 20),
    ({"email": "eva@student.lu.se", "country": "SE", "employees": 250}, 10),
    ({"email": "eva@lu.se", "country": "SE", "employees": 250}, 70),
    ({"job_title": "Student", "country": "SE", "employees": 250}, 10),
    (VP, 100),
]


def lines(derived: Derived) -> list[tuple[str, int]]:
    return [(reason.label, reason.points) for reason in (*derived.fit_reasons, *derived.interest_reasons)]


def interest(*facts: Fact, on: float, model: CompiledModel) -> int:
    return worth(*facts, on=on, model=model).interest


@pytest.mark.parametrize(("event", "fields", "new", "halved", "days"), BY_HAND)
def test_each_rule_of_the_default_model_is_worth_this_and_halves(
    event: str, fields: dict[str, Any], new: int, halved: int, days: int
) -> None:
    done = fact(event, 0, **fields)
    assert worth(done, on=0).interest == new
    assert worth(done, on=days).interest == halved


def test_the_table_above_names_every_rule_of_the_default_model() -> None:
    every = [rule for group in default().groups for rule in group.rules]
    told = {(event, points) for event, _, new, _, _ in BY_HAND for points in (new, new - 10, new - 20, new - 40)}
    assert {(rule.event, rule.points) for rule in every if rule.points >= 0} <= told
    assert len(BY_HAND) >= len([rule for rule in every if rule.points >= 0])


def test_no_sum_of_the_packaged_points_stands_on_a_mark_of_interest() -> None:
    model = default()
    points = {rule.points for group in model.groups for rule in group.rules} | {
        group.cap or 0 for group in model.groups
    }
    marks = [*model.grades.interest.values(), model.mql.interest, model.mql.leave_interest]
    assert sorted(marks) == [14, 19, 34, 34, 54]
    assert not any(mark % gcd(*points) == 0 for mark in marks)


def test_leaving_the_newsletter_takes_twenty_points_and_never_goes_below_nothing() -> None:
    left = fact("newsletter.unsubscribed", 1)
    assert worth(guide(0), guide(0), left).interest == 20
    alone = worth(left)
    assert alone.interest == 0
    assert lines(alone) == [("unsubscribed from the newsletter", -20), ("interest is never below 0", 20)]


@pytest.mark.parametrize(("fields", "points"), FIT_BY_HAND)
def test_fit_is_worked_out_from_the_profile(fields: dict[str, Any], points: int) -> None:
    assert worth(fact("guide.requested", **fields)).fit == points


def test_a_student_is_never_below_zero_and_the_difference_is_a_reason() -> None:
    student = worth(guide(email="eva@student.lu.se"))
    assert student.fit == 0
    assert lines(student)[:2] == [("student", -50), ("fit is never below 0", 50)]


@pytest.mark.parametrize("days", [1, 7, 30, 90, 365])
def test_halving_leaves_exactly_half_after_each_half_life(days: int) -> None:
    left = fading({"halves_every_days": days})
    assert [left(days * times) for times in range(5)] == [ONE, ONE // 2, ONE // 4, ONE // 8, ONE // 16]


@given(st.integers(1, 400), st.integers(0, 3000))
def test_between_two_half_lives_halving_follows_the_curve(days: int, age: int) -> None:
    left = fading({"halves_every_days": days})
    assert left(age) >= left(age + 1)
    assert abs(left(age) / ONE - 0.5 ** (age / days)) < 1e-9


def test_fading_by_percent_is_linear_on_the_original_points() -> None:
    model = interest_model({"event": "trial.started", "points": 40, "fades": {"percent": 10, "every_days": 7}})
    worths = {day: interest(fact("trial.started"), on=day, model=model) for day in (0, 6, 7, 13, 14, 63, 69, 70, 700)}
    assert worths == {0: 40, 6: 40, 7: 36, 13: 36, 14: 32, 63: 4, 69: 4, 70: 0, 700: 0}


def test_fading_after_days_is_all_until_that_day_and_nothing_from_it_on() -> None:
    model = interest_model({"event": "trial.started", "points": 40, "fades": {"after_days": 30}})
    assert [interest(fact("trial.started"), on=day, model=model) for day in (0, 29, 30)] == [40, 40, 0]


def test_points_that_never_fade_stay_until_the_fact_stops_counting() -> None:
    model = interest_model({"event": "trial.started", "points": 40})
    assert [interest(fact("trial.started"), on=day, model=model) for day in (0, 729, 730)] == [40, 40, 0]


def test_a_rule_fades_its_own_way_where_it_says_so_and_as_its_group_otherwise() -> None:
    model = interest_model(
        {"event": "trial.started", "points": 40, "fades": "never", "group": "g"},
        {"event": "demo.opened", "points": 40, "group": "g"},
        g={"label": "g", "fades": {"halves_every_days": 10}},
    )
    assert interest(fact("trial.started"), on=10, model=model) == 40
    assert interest(fact("demo.opened"), on=10, model=model) == 20


def test_a_day_is_a_whole_utc_day_whatever_the_hour() -> None:
    late = fact("article.read", at=datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC))
    model = interest_model({"event": "article.read", "points": 40, "fades": {"halves_every_days": 1}})
    minute_after = derive([late], None, model, datetime(2026, 3, 3, 0, 0, 1, tzinfo=UTC))
    evening_after = derive([late], None, model, datetime(2026, 3, 3, 23, 59, tzinfo=UTC))
    assert (minute_after.interest, evening_after.interest) == (20, 20)


def test_a_daily_limit_starts_anew_at_midnight_utc() -> None:
    model = interest_model({"event": "visit.returned", "points": 5, "at_most": 1})
    before = [fact("visit.returned", at=datetime(2026, 3, 2, 23, 59, second, tzinfo=UTC)) for second in (1, 59)]
    past = fact("visit.returned", at=datetime(2026, 3, 3, 0, 0, 0, tzinfo=UTC))
    assert worth(*before, model=model).interest == 5
    assert worth(*before, past, model=model).interest == 10


def test_only_the_most_recent_ones_count_up_to_the_max() -> None:
    model = interest_model({"event": "trial.started", "points": 40, "max_count": 2, "fades": {"halves_every_days": 10}})
    trials = [fact("trial.started", day) for day in (0, 10, 20)]
    derived = worth(*trials, on=20, model=model)
    assert derived.interest == 40 + 20
    assert derived.interest_reasons[0].count == 2
    assert derived.interest_reasons[0].full == 80
    assert derived.interest_reasons[0].last_on == on_day(20).date()


def test_the_daily_limit_comes_before_the_max() -> None:
    model = interest_model({"event": "article.read", "points": 10, "at_most": 2, "max_count": 3})
    read = [fact("article.read", day) for day in (0, 0, 0, 1, 1, 1)]
    assert worth(*read, model=model).interest == 30
    assert worth(*read[:3], model=model).interest == 20


def test_a_rules_cap_comes_after_fading() -> None:
    model = interest_model({"event": "guide.requested", "points": 20, "cap": 30, "fades": {"halves_every_days": 10}})
    three = [guide(0), guide(0), guide(0)]
    assert [interest(*three, on=day, model=model) for day in (0, 10, 20)] == [30, 30, 15]
    # 60 points when new and 30 over the cap; 30 after one halving, so nothing is over it any more.
    lines = [(r.rule, r.points) for r in worth(*three, on=0, model=model).interest_reasons]
    assert lines == [("rule-0", 60), ("rule-0-limit", -30)]
    assert [r.points for r in worth(*three, on=10, model=model).interest_reasons] == [30]


def test_a_cap_holds_below_zero_as_well() -> None:
    model = interest_model(
        {"event": "trial.started", "points": 50}, {"event": "newsletter.unsubscribed", "points": -20, "cap": 30}
    )
    left = [fact("newsletter.unsubscribed", day) for day in (0, 1, 2)]
    assert worth(fact("trial.started"), *left, model=model).interest == 20


def test_a_groups_cap_is_a_reason_of_its_own() -> None:
    derived = worth(fact("pricing.viewed"), fact("product.viewed"), fact("ad.clicked"))
    assert derived.interest == 20
    assert lines(derived) == [
        ("viewed a product page", 10),
        ("viewed the pricing page", 15),
        ("clicked an ad", 5),
        ("reading limited to 20", -10),
    ]


def test_each_rule_is_rounded_once_and_half_goes_away_from_zero() -> None:
    model = interest_model(
        {"event": "article.read", "points": 5},
        {"event": "product.viewed", "points": 5},
        {"event": "newsletter.unsubscribed", "points": -5},
        acts={"label": "acts", "fades": {"halves_every_days": 1}},
    )
    two_and_a_half = [fact("article.read"), fact("product.viewed"), fact("newsletter.unsubscribed")]
    assert [reason.points for reason in worth(*two_and_a_half, on=1, model=model).interest_reasons] == [3, 3, -3]


def test_an_axis_ends_at_a_hundred_and_says_so() -> None:
    derived = worth(form("demo"), fact("trial.started"), fact("demo.opened"))
    assert derived.interest == 100
    assert lines(derived)[-1] == ("interest limited to 100", -40)


def test_a_machines_fact_scores_nothing_and_asks_for_nothing() -> None:
    derived = worth(fact("form.submitted", trust=Trust.MACHINE, means="request"), fact("article.read"))
    assert derived.interest == 10
    assert derived.request is None
    assert not derived.has_details


def test_what_happened_before_the_reset_is_no_interest_any_more_and_fit_stays() -> None:
    reset = on_day(10)
    facts = [form("demo", 0, **VP), fact("article.read", at=reset), fact("article.read", 11)]
    derived = derive(facts, reset, default(), on_day(11))
    assert (derived.fit, derived.interest, derived.request) == (100, 10, None)


def test_fit_is_that_of_the_best_persona_and_never_the_sum() -> None:
    def add_a_founder(plain: dict[str, Any]) -> None:
        rule = {"id": "any-founder", "label": "founder", "points": 60, "where": {"job_title": "founder"}}
        plain["personas"].append({"id": "founder", "label": "founds", "problem": "no time", "rules": [rule]})

    model = variant(add_a_founder)
    founder, vp = worth(guide(job_title="Founder", country="SE"), model=model), worth(guide(**VP), model=model)
    assert (founder.persona.id, founder.fit) == ("founder", 60)
    assert (vp.persona.id, vp.fit) == ("operations", 100)


@pytest.mark.parametrize(
    ("fields", "letter"),
    [
        ({**VP}, "A"),
        ({"country": "SE", "employees": 250, "industry": "software"}, "A"),
        ({"country": "SE", "job_title": "CEO"}, "B"),
        ({"country": "SE", "employees": 20, "job_title": "clerk"}, "C"),
        ({"country": "PT", "employees": 5000, "job_title": "clerk"}, "D"),
        ({"country": "SE", "employees": 20}, "?"),
        ({"country": "PT", "revenue_millions": 900, "job_title": "clerk"}, "D"),
        ({"email": "eva@acme.example"}, "?"),
        ({"email": "eva@student.lu.se", "country": "SE", "job_title": "clerk", "industry": "bakery"}, "D"),
        ({}, "?"),
    ],
)
def test_the_letter_says_fit_and_a_question_mark_that_too_little_is_known(fields: dict[str, Any], letter: str) -> None:
    assert worth(fact("guide.requested", **fields)).letter == letter


@pytest.mark.parametrize(
    ("points", "digit"), [(54, "1"), (53, "2"), (34, "2"), (33, "3"), (14, "3"), (13, "4"), (0, "4")]
)
def test_the_digit_says_interest(points: int, digit: str) -> None:
    model = interest_model({"event": "article.read", "points": points})
    assert worth(fact("article.read"), model=model).grade[1] == digit


def test_a_request_and_a_product_act_count_for_ninety_days() -> None:
    done = [form("pricing", 0), fact("product.viewed", 0)]
    assert worth(*done, on=89).request == done[0]
    assert worth(*done, on=90).request is None
    assert worth(*done, on=89).has_product_act
    assert not worth(*done, on=90).has_product_act


def test_a_question_is_a_product_act_and_a_request_is_more_than_that() -> None:
    assert worth(form("contact")).has_product_act
    assert not worth(form("demo")).has_product_act


def test_the_latest_request_is_the_one_that_counts() -> None:
    first, second = form("demo", 0), form("pricing", 3)
    assert worth(second, first).request == second


def test_all_four_of_need_budget_authority_and_timing_must_be_yes() -> None:
    four: dict[str, Any] = {"need": "yes", "budget": "yes", "authority": "yes", "timing": "yes"}
    assert worth(guide(**four)).bant_at == DAY_0
    for name in four:
        assert not worth(guide(**{**four, name: "no"})).bant_at
        assert not worth(guide(**{key: value for key, value in four.items() if key != name})).bant_at


FOUR: dict[str, Any] = {"need": "yes", "budget": "yes", "authority": "yes", "timing": "yes"}


@pytest.mark.parametrize(
    ("counts_as_yes", "answers", "all_yes"),
    [
        ({}, FOUR, True),
        ({}, {**FOUR, "budget": "10-50k", "need": "we need it", "authority": "jag bestämmer"}, True),
        ({}, {**FOUR, "budget": "not approved yet"}, False),
        ({}, {**FOUR, "authority": "mein Chef"}, False),
        ({"need": "CRM"}, {**FOUR, "need": "CRM", "budget": "50-100k"}, True),
        ({"budget": ["yes", "10-50k"]}, {**FOUR, "budget": "10-50k"}, True),
        ({"budget": ["yes", "10-50k"]}, {**FOUR, "budget": "none"}, False),
        ({"timing": {"exists": True}}, {**FOUR, "timing": "later"}, True),
        ({"authority": {"regex": "decide|yes"}}, {**FOUR, "authority": "I decide"}, True),
        ({"authority": {"exists": True}}, {key: value for key, value in FOUR.items() if key != "authority"}, False),
    ],
)
def test_the_model_says_which_answers_count_as_yes(
    counts_as_yes: dict[str, Any], answers: dict[str, Any], all_yes: bool
) -> None:
    model = variant(lambda plain: plain["bant"].update(counts_as_yes))
    # Asked on day 0, and the budget again on day 3: since then all four are yes.
    told = [guide(0, **answers), guide(3, budget=answers["budget"])]
    assert worth(*told, model=model).bant_at == (on_day(3) if all_yes else None)


@pytest.mark.parametrize(
    ("least", "points"),
    [
        # 10 points for each fact that is trusted enough: a browser's, a form's and a signed one's.
        (None, 30),
        ("browser", 30),
        ("submitted", 20),
        ("verified", 10),
    ],
)
def test_a_fact_that_is_trusted_too_little_does_not_hit_the_rule_and_a_machines_never_does(
    least: str | None, points: int
) -> None:
    model = interest_model({"event": "article.read", "points": 10} | ({"trust": least} if least else {}))
    derived = worth(*(fact("article.read", trust=trust) for trust in Trust), model=model)
    assert derived.interest == points
    assert [reason.count for reason in derived.interest_reasons] == [points // 10]


def asks_only_for(*asks: str) -> CompiledModel:
    """The default model, in which only these are requests."""
    return variant(lambda plain: plain.update(requests=[{"event": "form.submitted", "where": {"asks": [*asks]}}]))


def test_the_model_says_what_is_a_request() -> None:
    demo, callback, question = form("demo", 0), form("callback", 1), form("contact", 2)
    assert worth(demo, callback, question).request == callback
    assert worth(demo, callback, question, model=asks_only_for("demo", "price")).request == demo
    assert worth(demo, callback, question, model=asks_only_for("question")).request == question
    assert worth(demo, fact("contact.added", 5, means="request"), model=asks_only_for("demo")).request == demo


def test_the_model_says_what_is_a_question_and_each_is_a_product_act() -> None:
    def callbacks_are(plain: dict[str, Any]) -> None:
        plain["questions"] = [{"event": "form.submitted", "where": {"form": "callback"}}]

    assert not worth(form("callback")).has_product_act
    assert worth(form("callback"), model=variant(callbacks_are)).has_product_act
    assert not worth(form("contact"), model=variant(callbacks_are)).has_product_act


def test_what_is_no_request_by_the_model_is_none_for_any_other_reason() -> None:
    assert worth(fact("article.read", means="request")).request is None


def test_a_newsletter_reader_is_subscribed_until_they_leave_whatever_order_facts_arrive_in() -> None:
    joined, left, again = (
        fact("newsletter.subscribed", 0),
        fact("newsletter.unsubscribed", 5),
        fact("newsletter.subscribed", 9, trust=Trust.VERIFIED),
    )  # fmt: skip
    assert worth(joined).is_subscribed
    assert not worth(left, joined).is_subscribed
    assert worth(again, left, joined).is_subscribed


def test_looking_ahead_ends_a_fact_where_its_retention_does() -> None:
    model = interest_model({"event": "article.read", "points": 40})
    counted = tally([fact("article.read", 0)], None, model)
    assert [judge(counted, model, on_day(day).date()).interest for day in (179, 180)] == [40, 0]


def test_what_somebody_told_us_counts_as_long_as_the_fact_that_told_it() -> None:
    told = guide(0, **VP, relation="competitor")
    before, then = worth(told, on=729), worth(told, on=730)
    assert (before.fit, before.profile.text("relation"), before.has_details) == (100, "competitor", True)
    assert (then.fit, then.profile.text("relation"), then.has_details, then.grade) == (0, "", False, "?4")


def test_an_unknown_fact_is_an_error_and_never_nothing() -> None:
    with pytest.raises(InvalidFact):
        worth(fact("article.red"))


# ---- laws ------------------------------------------------------------------------------------------------------------

SCORED = sorted(name for name, kind in FACT_TYPES.items() if kind.retention_days is not None)
attributes: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "means": st.sampled_from(["question", "request"]),
        "country": st.sampled_from(["SE", "PT", "NO"]),
        "employees": st.integers(0, 2000),
        "job_title": st.sampled_from(["VP", "engineer", "student", "clerk"]),
        "email": st.sampled_from(["a@acme.example", "a@gmail.com", "a@student.lu.se"]),
        "relation": st.sampled_from(["competitor", "customer"]),
    },
)


@st.composite
def histories(draw: st.DrawFn) -> list[Fact]:
    """Some facts over three years, before and after `DAY_0`, in no order."""
    minutes = draw(st.lists(st.integers(-800 * 1440, 400 * 1440), max_size=15))
    return [
        Fact(
            f"f{number}",
            draw(st.sampled_from(SCORED)),
            DAY_0 + timedelta(minutes=minute),
            DAY_0 + timedelta(minutes=minute),
            draw(st.sampled_from(Trust)),
            draw(attributes),
        )
        for number, minute in enumerate(minutes)
    ]


fadings = st.one_of(
    st.none(),
    st.just("never"),
    st.builds(lambda days: {"halves_every_days": days}, st.sampled_from([1, 7, 30, 90])),
    st.builds(lambda days: {"after_days": days}, st.integers(1, 120)),
    st.builds(lambda percent, days: {"percent": percent, "every_days": days}, st.integers(1, 100), st.integers(1, 60)),
)
limits = st.none() | st.integers(1, 4)


@st.composite
def models(draw: st.DrawFn) -> CompiledModel:
    """Up to six interest rules in two groups, with every kind of limit and fading."""
    rules = [
        {
            "event": draw(st.sampled_from(SCORED)),
            "points": draw(st.integers(-60, 60)),
            "at_most": draw(limits),
            "max_count": draw(limits),
            "cap": draw(st.none() | st.integers(1, 60)),
            "fades": draw(fadings),
            "group": draw(st.sampled_from(["one", "two"])),
        }
        for _ in range(draw(st.integers(1, 6)))
    ]
    caps = {"one": draw(st.none() | st.integers(1, 50)), "two": None}
    groups = {name: {"label": name, "cap": cap, "fades": draw(fadings) or "never"} for name, cap in caps.items()}
    return interest_model(*rules, **groups)


ages = st.integers(-800, 1600).map(lambda day: DAY_0 + timedelta(days=day))


@given(histories(), models(), ages)
def test_the_reasons_add_up_to_the_score_on_both_axes(facts: list[Fact], model: CompiledModel, now: datetime) -> None:
    derived = derive(facts, None, model, now)
    assert sum(reason.points for reason in derived.fit_reasons) == derived.fit
    assert sum(reason.points for reason in derived.interest_reasons) == derived.interest
    assert 0 <= derived.fit <= 100
    assert 0 <= derived.interest <= 100
    assert sorted(derived.reasons, key=repr) == sorted((*derived.fit_reasons, *derived.interest_reasons), key=repr)


@given(histories(), models(), ages, st.randoms())
def test_neither_order_nor_duplicates_nor_batches_change_anything(
    facts: list[Fact], model: CompiledModel, now: datetime, chance: Random
) -> None:
    again = [*facts, *chance.choices(facts, k=3)] if facts else []
    chance.shuffle(again)
    one, other = derive(again, None, model, now), derive(facts, None, model, now)
    assert one == other
    assert one.evidence == other.evidence


@given(histories(), ages)
def test_the_hour_of_the_day_changes_no_number(facts: list[Fact], now: datetime) -> None:
    counted = tally(facts, None, default())
    midnight = now.replace(hour=0, minute=0)
    assert judge(counted, default(), now.date()) == judge(counted, default(), midnight.date())


@given(histories(), ages)
def test_a_machines_facts_might_as_well_not_be_there(facts: list[Fact], now: datetime) -> None:
    people = [each for each in facts if each.trust is not Trust.MACHINE]
    ours, theirs = derive(facts, None, default(), now), derive(people, None, default(), now)
    assert ours.interest_reasons == theirs.interest_reasons
    assert ours.request == theirs.request


@given(histories(), models(), st.integers(0, 400))
def test_without_new_facts_nothing_counts_longer_than_its_retention(
    facts: list[Fact], model: CompiledModel, days: int
) -> None:
    latest = max((each.happened_at for each in facts), default=DAY_0)
    assert derive(facts, None, model, latest + timedelta(days=730 + days)).interest_reasons == ()


@given(histories(), ages)
def test_what_a_reset_hides_from_interest_is_what_happened_up_to_it(facts: list[Fact], reset: datetime) -> None:
    now = DAY_0 + timedelta(days=400)
    later = [each for each in facts if each.happened_at > reset]
    assert derive(facts, reset, default(), now).interest == derive(later, None, default(), now).interest
    assert derive(facts, reset, default(), now).fit == derive(facts, None, default(), now).fit


@given(histories(), models(), st.integers(0, 5), st.integers(1, 40), ages)
def test_raising_the_points_of_a_positive_rule_never_lowers_the_score(
    facts: list[Fact], model: CompiledModel, which: int, more: int, now: datetime
) -> None:
    plain = json.loads(model.content)
    rule = plain["interest"]["rules"][which % len(plain["interest"]["rules"])]
    rule["points"] += more if rule["points"] > 0 else 0
    raised = Model.model_validate(plain).compiled()
    assert derive(facts, None, raised, now).interest >= derive(facts, None, model, now).interest


@given(histories(), models(), ages)
def test_neither_a_rule_nor_a_group_counts_more_than_its_cap(
    facts: list[Fact], model: CompiledModel, now: datetime
) -> None:
    points = Counter({reason.rule: reason.points for reason in derive(facts, None, model, now).interest_reasons})
    for group in model.groups:
        capped = {rule.id: points[rule.id] + points[f"{rule.id}-limit"] for rule in group.rules}
        assert all(rule.cap is None or abs(capped[rule.id]) <= rule.cap for rule in group.rules)
        assert group.cap is None or sum(capped.values()) + points[f"{group.id}-limit"] <= group.cap


def test_fields_of_forms_own_and_the_product_can_earn_fit() -> None:
    def asks_for_own(plain: dict[str, Any]) -> None:
        rules = plain["personas"][0]["rules"]
        rules.append({"id": "pumps", "label": "looks at pumps", "points": 7, "where": {"product": "pump"}})
        rules.append({"id": "fleet", "label": "a large fleet", "points": 8, "where": {"x_fleet": "large"}})

    model = variant(asks_for_own)
    seen = fact("product.viewed", 1, trust=Trust.BROWSER, product="Pump")
    assert worth(fact("form.submitted", x_fleet="Large"), seen, model=model).fit == 15
    assert worth(fact("form.submitted", x_fleet="small"), seen, model=model).fit == 7


def test_who_comes_back_to_the_newsletter_has_not_left_it() -> None:
    # Both are the words of a mailbox, behind its own links.
    first, again = (fact("newsletter.subscribed", day, trust=Trust.VERIFIED) for day in (0, 2))
    left = [first, fact("guide.requested", 0), fact("newsletter.unsubscribed", 1, trust=Trust.VERIFIED)]
    assert worth(*left).interest == 10
    assert worth(*left, again).interest == 30

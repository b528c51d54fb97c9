"""Objection ends profiling, not conversation: no score and no grade, and what they ask for is heard all the same."""

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbell.events import Fact, Trust, wrote_to_us
from leadbell.lifecycle.decide import decidable, decide
from leadbell.lifecycle.stages import Stage
from leadbell.outbox.blocks import SalesMail
from leadbell.sales.alert_text import OBJECTS, Occasion, compose
from leadbell.sales.routing import Route
from leadbell.scoring.scoring import derive
from tests.unit.facts import (
    VP,
    Journey,
    after,
    default,
    fact,
    form,
    guide,
    ids,
    on_day,
    says,
    set_stage,
    variant,
    worth,
)

LINK = "https://leads.example.com/alerts/token"


def objects(day: float = 0, **more: Any) -> Fact:
    return fact("profiling.objected", day, **more)


def allows(day: float, **more: Any) -> Fact:
    return fact("profiling.allowed", day, **more)


def mail_of(journey: Journey, route: Route | None = None) -> SalesMail:
    """The mail about the latest notice."""
    about = journey.notices[-1]
    derived, at = worth(*journey.facts), about.fact.received_at
    return compose(Occasion(about, journey.standing, derived, journey.facts, route or Route(None), 7, LINK, at))


# ---- what counts -----------------------------------------------------------------------------------------------------


def test_an_objection_takes_score_grade_reasons_and_profile_away() -> None:
    derived = worth(guide(0, **VP), fact("pricing.viewed", 1), objects(2))
    assert (derived.objected, derived.fit, derived.interest, derived.grade, derived.letter) == (True, 0, 0, "-", "-")
    assert (derived.reasons, derived.bant_at, derived.has_product_act) == ((), None, False)
    assert not derived.against(derived.requests)
    assert derived.profile.known == {}
    assert derived.has_details


def test_of_the_profile_only_the_latest_request_stays_for_as_long_as_it_counts() -> None:
    facts = guide(0, **VP), objects(1), form("demo", 2, name="Eva Ek", phone="1"), form("pricing", 3, name="Eva Berg")
    assert worth(*facts).profile.values() == {"name": "Eva Berg"}
    # A request counts for 90 days: from day 3 to day 92.
    assert worth(*facts, on=92).profile.text("name") == "Eva Berg"
    assert (worth(*facts, on=93).profile.known, worth(*facts, on=93).request) == ({}, None)


def test_what_somebody_signed_up_for_is_no_profile() -> None:
    assert worth(objects(0), fact("newsletter.subscribed", 1)).is_subscribed


def test_the_newest_word_by_receipt_decides_and_a_machines_never_counts() -> None:
    assert not worth(objects(1), allows(2)).objected
    late = replace(objects(1), received_at=on_day(3))
    assert worth(late, allows(2)).objected
    assert worth(objects(1), allows(2, trust=Trust.MACHINE)).objected
    assert not worth(guide(0), objects(1, trust=Trust.MACHINE)).objected


def test_of_two_words_in_one_instant_the_id_decides() -> None:
    assert worth(objects(1, fact_id="b"), allows(1, fact_id="a")).objected
    assert not worth(objects(1, fact_id="a"), allows(1, fact_id="b")).objected


def test_an_objection_outlives_every_retention_and_every_new_start() -> None:
    assert worth(objects(0), guide(2000, **VP)).objected
    assert derive([objects(0)], on_day(5), default(), on_day(9)).objected


def test_who_allows_profiling_again_is_graded_by_all_there_is() -> None:
    facts = guide(0, **VP), objects(1)
    assert worth(*facts, allows(2), on=2).grade == worth(facts[0], on=2).grade == "A3"


# ---- stages ----------------------------------------------------------------------------------------------------------


def an_mql() -> list[Fact]:
    return [guide(0, **VP), fact("pricing.viewed", 1), fact("visit.returned", 1)]


def test_an_mql_who_objects_is_a_lead_again_and_the_log_says_why() -> None:
    journey = after(*an_mql())
    assert journey.standing.stage is Stage.MQL
    journey.happens(objects(2, fact_id="no"), fact("article.read", 2.1))
    move = journey.moves[-1]
    assert (move.before, move.after, move.reason, move.cause) == ("mql", "lead", "objected to profiling", "no")
    assert (move.reasons, journey.heard) == ((), [])


def test_not_even_a_model_without_marks_makes_an_mql_of_who_objects() -> None:
    def without_marks(plain: dict[str, Any]) -> None:
        plain["mql"] = {"fit": 0, "interest": 0, "leave_fit": 0, "leave_interest": 0}

    assert after(*an_mql(), objects(2), model=variant(without_marks)).standing.stage is Stage.LEAD


@pytest.mark.parametrize("stage", ["sql", "opportunity", "customer", "evangelist", "recycled", "disqualified"])
def test_a_stage_that_people_decide_about_stays(stage: str) -> None:
    assert after(guide(0, **VP), set_stage(stage, 1), objects(2)).standing.stage == stage


def test_a_subscriber_who_objects_stays_one() -> None:
    assert after(fact("newsletter.subscribed", 0), objects(1)).standing.stage is Stage.SUBSCRIBER
    assert after(objects(0), fact("newsletter.subscribed", 1)).standing.stage is Stage.SUBSCRIBER


def test_whom_the_operator_sets_to_mql_against_an_objection_is_a_lead_again() -> None:
    journey = after(guide(0, **VP), objects(1), set_stage("mql", 2))
    assert (journey.standing.stage, journey.moves[-1].reason) == (Stage.LEAD, "objected to profiling")


# ---- who is heard ----------------------------------------------------------------------------------------------------


def test_every_request_is_heard_once_an_alert_then_asked_again_then_copies() -> None:
    asked = [form("demo", 1), form("demo", 2), form("demo", 2.1), form("contact", 3, message="Hello?")]
    assert after(objects(0), *asked).heard == ["alert", "asked_again", "copy", "copy"]


def test_after_sales_gave_them_back_a_new_request_is_an_alert_again() -> None:
    rejected = says("sales.rejected", 2, reason="no-answer")
    journey = after(objects(0), form("demo", 1), rejected, fact("article.read", 3), form("pricing", 9))
    assert (journey.stages, journey.heard) == (["sql", "recycled", "sql"], ["alert", "alert"])


def test_no_veto_and_no_d_stand_in_the_way_of_a_request() -> None:
    student: dict[str, Any] = {"email": "lo@student.lu.se", "job_title": "Student", "relation": "competitor"}
    assert after(guide(0, **student), objects(1), form("pricing", 2, **student)).heard == ["alert"]


def test_a_stage_that_sales_set_does() -> None:
    copies = [after(set_stage(stage), objects(1), form("demo", 2)).notices for stage in ("customer", "disqualified")]
    assert [[(each.heard, each.why) for each in notices] for notices in copies] == [
        [("customer", "existing customer")],
        [("copy", "disqualified")],
    ]


def test_need_budget_authority_and_timing_without_a_request_make_no_sql() -> None:
    four = {"need": "yes", "budget": "yes", "authority": "yes", "timing": "yes"}
    assert after(objects(0), guide(1, **four)).standing.stage is Stage.LEAD
    assert after(guide(0), objects(1), guide(2, **four), allows(3)).stages == ["lead", "sql"]


def test_a_request_that_was_heard_as_a_copy_is_no_alert_because_somebody_objects_later() -> None:
    journey = after(form("pricing", 0, email="lo@student.lu.se"), objects(1), fact("article.read", 2))
    assert (journey.standing.stage, journey.heard) == (Stage.LEAD, ["copy"])
    journey.happens(form("pricing", 3))
    assert (journey.standing.stage, journey.heard) == (Stage.SQL, ["copy", "alert"])


def test_objecting_and_allowing_again_uses_nothing_up_twice_and_nothing_anew() -> None:
    four = {"need": "yes", "budget": "yes", "authority": "yes", "timing": "yes"}
    journey = after(form("demo", 0, **VP), guide(1, **four), set_stage("lead", 2), objects(3), allows(4))
    assert journey.heard == ["alert"]


def test_a_request_that_waits_beside_an_objection_is_an_alert_without_a_grade() -> None:
    journey = Journey()
    journey.happens(*an_mql(), form("demo", 1.5, **VP), objects(2))
    assert (journey.standing.stage, journey.standing.grade, journey.heard) == (Stage.SQL, "-", ["alert"])


def test_what_waits_is_never_decided_without_an_objection_that_came_after_a_persons_word() -> None:
    waiting = [form("demo", 0), set_stage("lead", 1), form("pricing", 2), objects(3, fact_id="no"), allows(4)]
    now, is_all = decidable(waiting)
    assert ids(now) == ids([waiting[0], waiting[1], waiting[3], waiting[4]])
    assert not is_all
    many = [fact("guide.requested", 0, at=on_day(0) + timedelta(seconds=number)) for number in range(30)]
    assert "no" in ids(decidable([*many, waiting[3]])[0])


def test_whom_only_a_new_model_makes_an_sql_is_held_but_never_as_an_mql() -> None:
    journey = after(guide(0, **VP), objects(1))
    journey.facts.append(form("demo", 2))
    derived = worth(*journey.facts)
    decision = decide(journey.standing, derived, journey.facts, default().mql, on_day(3), may_enter_sql=False)
    assert (decision.standing.stage, decision.standing.qualification.held_at) == (Stage.LEAD, on_day(3))
    assert [each.heard for each in decision.notices] == ["copy"]


# ---- mails -----------------------------------------------------------------------------------------------------------

EARLIER: dict[str, Any] = {**VP, "name": "Canary Name", "company": "Canary Company", "utm_source": "canary-source"}


def earlier_facts() -> list[Fact]:
    return [
        guide(0, **EARLIER, phone_e164="+46111111111", call_ok="yes"),
        fact("pricing.viewed", 1, page="/canary", referrer="canary"),
        form("contact", 2, message="Canary words", x_canary="canary"),
        objects(3),
    ]


def test_the_mail_says_what_this_form_says_and_nothing_else() -> None:
    asks = form("demo", 20, email="eva@acme.example", name="Eva", message="Please call me", utm_source="ad")
    mail = mail_of(after(*earlier_facts(), asks))
    assert mail.subject == "Sales lead: asked for a demo #7"
    assert (
        mail.body
        == f"""\
Eva

Asked for a demo on Sunday 22 March 2026, 09:00 UTC. {OBJECTS}

E-mail: eva@acme.example
OK to call: not asked

In their own words:
> Please call me

Please make first contact by Monday 23 March 2026, 15:00 UTC.
Lead page: {LINK}
"""
    )


def test_country_and_size_are_in_the_subject_when_they_are_in_this_form() -> None:
    asks = form("pricing", 20, country="NO", employees=30, timing="later")
    mail = mail_of(after(*earlier_facts(), asks))
    assert mail.subject == "Sales lead: asked for a price (NO, 10-49) #7"
    assert (
        "Please make first contact by Tuesday 24 March 2026, 15:00 UTC." in mail.body
    )  # two working days after the Sunday


@pytest.mark.parametrize(
    ("asks", "subject"),
    [
        (form("pricing", 21), "Asked again: asked for a price #7"),
        (form("contact", 21, message="Hello?"), "Message: asked a question #7"),
    ],
)
def test_asked_again_and_message_copies_are_as_silent(asks: Fact, subject: str) -> None:
    mail = mail_of(after(*earlier_facts(), form("demo", 20, name="Canary", country="SE"), asks))
    assert mail.subject == subject
    assert OBJECTS in mail.body
    assert "canary" not in mail.body.lower()
    assert "Last actions" not in mail.body


def test_a_reminder_names_who_asked_by_the_request_that_sales_was_given() -> None:
    back = says("sales.rejected", 21, reason="timing", back_on=on_day(130).date())
    journey = after(*earlier_facts(), form("demo", 20, name="Eva", country="SE"), back, fact("article.read", 30))
    journey.passes(130)
    mail = mail_of(journey)
    assert mail.subject == "Reminder: due for follow-up (SE) #7"
    assert mail.body.startswith(
        "Eva\n\nReturned by sales on 23 March 2026: not the right time, back on 10 July 2026.\n"
    )
    assert "canary" not in mail.body.lower()


# ---- laws ------------------------------------------------------------------------------------------------------------

WORDS = ("profiling.objected", "profiling.allowed")
DOES = (
    lambda day: guide(day, **VP), lambda day: fact("pricing.viewed", day), lambda day: fact("article.read", day),
    lambda day: form("demo", day, **VP), lambda day: form("pricing", day), lambda day: fact("webinar.attended", day),
    lambda day: form("contact", day, message="Do you deliver?"), lambda day: fact("newsletter.subscribed", day),
)  # fmt: skip
lives = st.lists(st.tuples(st.integers(0, 60), st.integers(0, len(DOES) - 1)), max_size=12)


def lived(acts: list[tuple[int, int]]) -> list[Fact]:
    return [DOES[kind](day + number / 100) for number, (day, kind) in enumerate(acts)]


@given(lives, st.integers(0, 60), st.integers(0, 200), st.randoms())
def test_after_an_objection_nothing_is_scored_whatever_came_before_or_comes_late_or_twice(
    acts: list[tuple[int, int]], day: int, later: int, chance: Random
) -> None:
    facts = [*lived(acts), objects(day)]
    facts += chance.choices(facts, k=3)
    chance.shuffle(facts)
    derived = worth(*facts, on=day + later)
    assert (derived.fit, derived.interest, derived.grade, derived.reasons) == (0, 0, "-", ())
    told = {} if derived.request is None else derived.request.fields
    assert {name: value for name, value in derived.profile.values().items() if told.get(name) != value}.keys() <= {
        "mail_kind"
    }


@given(lives, st.lists(st.tuples(st.integers(0, 60), st.sampled_from(WORDS)), min_size=1, max_size=4), st.randoms())
def test_whoever_writes_is_heard_once_and_each_qualification_has_one_alert(
    acts: list[tuple[int, int]], words: list[tuple[int, str]], chance: Random
) -> None:
    said = [fact(word, day + 0.5) for day, word in words]
    facts = sorted([*lived(acts), *said], key=lambda each: each.received_at)
    for _ in range(chance.randint(0, 3)):  # these are found late
        facts.append(facts.pop(chance.randrange(len(facts))))
    journey, now = Journey(), on_day(0)
    while facts:
        found, facts = facts[: (together := chance.randint(1, 3))], facts[together:]
        now = max(now, *(each.received_at for each in found))
        journey.happens(*found, now=now)
    journey.passes(120)
    heard = [notice.fact.id for notice in journey.notices]
    assert sorted(heard) == sorted(each.id for each in journey.facts if wrote_to_us(each))
    assert journey.heard.count("alert") == journey.stages.count("sql") == journey.standing.cycle
    if worth(*journey.facts, on=120).objected:
        assert journey.standing.stage not in (Stage.IQL, Stage.MQL)

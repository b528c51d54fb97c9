"""A request is silenced by what is proven of somebody and by its own form, never by what another form says."""

from typing import Any

import pytest

from leadbell.companies import Company
from leadbell.events import Fact, Trust
from leadbell.lifecycle.explain import why_here
from leadbell.lifecycle.obstacles import clear_requests
from leadbell.lifecycle.stages import Stage
from leadbell.scoring.appraisal import appraise
from leadbell.scoring.snapshots import History
from tests.unit.facts import VP, Journey, after, default, fact, form, guide, on_day, worth

MISFIT: dict[str, Any] = {"country": "KP", "employees": 3, "job_title": "clerk", "industry": "bakery"}
STUDENT: dict[str, Any] = {"job_title": "Student", "country": "KP"}


@pytest.mark.parametrize("strangers", [STUDENT, MISFIT, {"relation": "competitor"}], ids=str)
@pytest.mark.parametrize("trust", [Trust.SUBMITTED, Trust.BROWSER], ids=lambda each: each.name)
@pytest.mark.parametrize("day", [0.5, 2])
def test_what_somebody_elses_form_says_silences_no_request(strangers: dict[str, Any], trust: Trust, day: float) -> None:
    journey = after(guide(0, **VP), fact("newsletter.subscribed", 1, trust=trust, **strangers))
    journey.happens(form("demo", day, email=VP["email"]), now=on_day(2))
    assert (journey.stages[-1], journey.heard) == ("sql", ["alert"])


@pytest.mark.parametrize(("strangers_day", "her_day"), [(1, 1.1), (1.1, 1)])
def test_a_strangers_request_that_is_silenced_takes_hers_with_it_neither_before_nor_after(
    strangers_day: float, her_day: float
) -> None:
    strangers, hers = form("demo", strangers_day, **STUDENT), form("demo", her_day, **VP)
    for order in ((strangers, hers), (hers, strangers)):
        journey = Journey()
        journey.happens(guide(0, **VP))
        journey.happens(*order, now=on_day(2))
        assert journey.moves[-1].cause == hers.id
        assert {notice.fact.id: str(notice.heard) for notice in journey.notices}[hers.id] == "alert"
        assert sorted(journey.heard) == ["alert", "asked_again"]


def test_what_is_proven_silences_a_request_whatever_its_form_says() -> None:
    for proven in (fact("contact.imported", stage="lead", relation="competitor", job_title="VP"),):
        journey = after(proven, form("demo", 1, **{**VP, "relation": ""}))
        assert [(notice.heard, notice.why) for notice in journey.notices] == [("copy", "competitor")]


def test_its_own_form_silences_a_request_and_the_message_says_by_what() -> None:
    journey = after(guide(0, **VP), form("demo", 1, job_title="Student"))
    assert [(notice.heard, notice.why) for notice in journey.notices] == [("copy", "student")]
    journey.happens(form("demo", 2, **VP))
    assert journey.heard == ["copy", "alert"]


def test_all_four_answers_are_silenced_by_their_own_forms_alone() -> None:
    answers = {"need": "yes", "budget": "yes", "authority": "yes", "timing": "yes"}
    assert after(guide(0, **STUDENT), guide(1, **answers)).heard == ["alert"]
    assert after(guide(0, **{**STUDENT, "need": "yes"}), guide(1, **{**answers, "need": ""})).heard == []
    assert worth(guide(1, **answers)).bant[0].fields["need"] == "yes"


def test_a_company_is_known_to_us_whatever_a_form_says_of_it() -> None:
    told = [form("demo", 1, **VP, relation="partner")]
    worth = appraise(
        History(told), None, default(), on_day(1).date(), lambda _: Company("acme.example", "competitor", "", on_day(0))
    )
    assert worth.derived.profile.text("relation") == "competitor"
    assert worth.derived.against(told).vetoes == ("competitor",)


def test_explain_names_only_what_would_stand_against_the_next_request() -> None:
    journey = after(guide(0, **VP), guide(1, **STUDENT))
    assert why_here(journey.standing, worth(*journey.facts)).startswith("No alert: no request. ")


def test_many_requests_that_are_silenced_are_judged_once_each() -> None:
    many: list[Fact] = [form("demo", 1, fact_id=f"s{number}", job_title="Student") for number in range(50)]
    derived = worth(*many)
    journey = after(guide(0, **VP))
    assert clear_requests(journey.standing, derived) == []
    assert journey.standing.stage is not Stage.SQL
    assert derived.against((many[0],)) is derived.against((many[0],))

"""Why a contact stands where it stands: always in a sentence or two, and never without what would change it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbell.lifecycle.explain import explained_reasons, why_here
from leadbell.lifecycle.stages import Stage
from leadbell.lifecycle.standing import Standing
from leadbell.scoring.counting import tally
from leadbell.scoring.scoring import Derived, judge
from tests.unit.facts import VP, Journey, after, default, fact, form, guide, on_day, set_stage, standing_on, worth


def said(journey: Journey) -> str:
    return why_here(journey.standing, worth(*journey.facts))


def test_after_an_alert_it_says_when_it_was_sent() -> None:
    assert said(after(form("demo", **VP))) == (
        'Alert: the contact became an SQL on 2 Mar 2026, 09:00 UTC. Sales gets a new request as "asked again".'
    )


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (
            {},
            "No alert: no request. An alert would go out if the contact asked for a price, a demo, a meeting or a "
            "call-back.",
        ),
        (
            {"relation": "competitor"},
            'No alert: competitor and no request. An alert would go out if "competitor" did not apply and the contact '
            "asked for a price, a demo, a meeting or a call-back.",
        ),
        (
            {"country": "PT", "employees": 5000, "job_title": "clerk", "industry": "bakery"},
            "No alert: no request and does not fit our profile (D). An alert would go out if the contact asked for a "
            "price, a demo, a meeting or a call-back and its fit grade rose above D.",
        ),
    ],
)
def test_without_an_alert_it_names_every_obstacle_and_every_cure(told: dict[str, Any], sentence: str) -> None:
    assert said(after(fact("contact.imported", stage="lead", **{**VP, **told}))) == sentence


def test_a_used_request_has_to_be_made_again() -> None:
    assert said(after(form("demo", 0, **VP), set_stage("lead", 1))) == (
        "No alert: no new request. An alert would go out if the contact asked for a price, a demo, a meeting or a "
        "call-back again."
    )


@pytest.mark.parametrize(
    ("stage", "why"),
    [
        ("opportunity", "sales is already working on the contact"),
        ("customer", "the contact is a customer"),
        ("evangelist", "the contact is a customer"),
        ("disqualified", "the contact is disqualified"),
    ],
)
def test_where_people_decided_it_names_their_decision(stage: str, why: str) -> None:
    assert why in said(after(form("contact", **VP), set_stage(stage, 1)))


def test_what_was_never_scored_is_said_to_wait_for_that() -> None:
    assert why_here(Standing(), worth(form("demo", **VP))) == (
        "No alert: the contact has not been scored since its last fact. An alert would go out if it were scored now."
    )


@given(st.sampled_from(list(Stage)), st.booleans(), st.booleans(), st.sampled_from(["", "competitor", "customer"]))
def test_there_is_always_one_sentence_that_tells_of_an_alert_or_what_would_make_one(
    stage: Stage, asked: bool, fits: bool, relation: str
) -> None:
    derived: Derived = worth((form("demo") if asked else guide()), guide(**(VP if fits else {}), relation=relation))
    standing = standing_on(stage, since=on_day(0))
    sentence = why_here(standing, derived)
    assert sentence.endswith(".")
    assert sentence.startswith("Alert: ") or ("No alert: " in sentence and "An alert would go out if" in sentence)


def test_each_reason_says_when_time_alone_changes_it() -> None:
    facts = [guide(0, **VP), fact("trial.started", 0)]
    counted = tally(facts, None, default())
    derived = judge(counted, default(), on_day(0).date())
    found = explained_reasons(counted, derived, default())
    assert [each.reason for each in found] == list(derived.reasons)
    changes = {each.reason.rule: each.next_change_on for each in found}
    assert changes["market"] is None
    assert changes["guide"] == on_day(4).date()  # 20 * 2^(-4/90) = 19.39
    assert changes["trial"] == on_day(2).date()  # 40 * 2^(-2/90) = 39.39


def test_a_reason_of_no_points_changes_never() -> None:
    facts = [fact("mail.opened", 0)]
    counted = tally(facts, None, default())
    derived = judge(counted, default(), on_day(0).date())
    (only,) = explained_reasons(counted, derived, default())
    assert (only.reason.points, only.next_change_on) == (0, None)

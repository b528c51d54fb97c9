"""Of the fourteen stories, what those in the packaged model cannot tell: two people, another model, an address alone.

The others stand in data/model.yaml and are played in test_model_file; on the running service all of them are played in
tests/e2e/test_stories.py.
"""

from typing import Any

from leadbell.lifecycle.stages import Stage
from tests.unit.facts import VP, Journey, after, default, fact, form, guide, variant

ANNA: dict[str, Any] = {**VP, "email": "anna@acme.example", "name": "Anna Ek"}
BO: dict[str, Any] = {"email": "bo@acme.example", "name": "Bo Berg", "job_title": "Engineer", "country": "SE"}
PORTUGUESE: dict[str, Any] = {"email": "ana@fabrica.example", "job_title": "VP", "employees": 300, "country": "PT"}


def test_story_4_a_student_is_a_copy_by_the_address_alone() -> None:
    journey = after(form("pricing", email="lo@student.lu.se"))
    assert [(notice.heard, notice.why) for notice in journey.notices] == [("copy", "student")]


def test_story_10_anna_is_mql_on_the_eighth_day_and_two_of_one_company_are_an_alert_each() -> None:
    anna, seen = Journey(), []
    for step in (fact("webinar.registered", 0), fact("webinar.attended", 7), guide(8, **ANNA)):
        anna.happens(step)
        seen.append((str(anna.standing.stage), anna.standing.score.interest))
    # Registered 10, attended 20, guide 20; each halves every 90 days, so on day 8 the first two are 9 and 20.
    assert seen == [("iql", 10), ("iql", 29), ("mql", 49)]
    bo = after(form("demo", 10, **BO))
    assert (bo.standing.stage, bo.heard) == (Stage.SQL, ["alert"])
    anna.happens(form("pricing", 10))
    assert (anna.standing.stage, anna.standing.grade, anna.heard) == (Stage.SQL, "A1", ["alert"])


def test_story_12_a_market_we_do_not_serve_is_a_copy() -> None:
    def without_portugal(plain: dict[str, Any]) -> None:
        next(veto for veto in plain["vetoes"] if veto["id"] == "excluded-market")["where"] = {"country": ["PT"]}

    journey = after(form("demo", **PORTUGUESE), model=variant(without_portugal))
    assert journey.standing.stage is not Stage.SQL
    assert [(notice.heard, notice.why) for notice in journey.notices] == [("copy", "excluded market")]
    assert after(form("demo", **PORTUGUESE), model=default()).heard == ["alert"]

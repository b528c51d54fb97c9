"""`leadbell explain`: what it says now, and what it said then."""

import json
from datetime import date, timedelta
from typing import Any

import pytest

from cli.errors import CommandError
from leadbell.events import REQUESTED, Fact, Trust
from leadbell.forms.config import FORMS
from leadbell.identity import visitor_contact
from leadbell.lifecycle.dispositions import Disposition
from leadbell.publications import history_key
from leadbell.sales.answers import take_answer
from leadbell.scoring.published import MODEL_NAME, Models
from leadbell.scoring.rules import packaged_model, read_model
from tests.integration.on_aws import Command
from tests.integration.service import EVA, MONDAY, Service

EMAIL = EVA["email"]


@pytest.fixture
def explained(leadbell: Command) -> Any:
    """Runs the command; gives its JSON, or its text where it fails."""

    def run(*arguments: str, text: bool = False) -> Any:
        try:
            shown = leadbell("explain", EMAIL, *([] if text else ["--json"]), *arguments).stdout
        except CommandError as error:
            return str(error)
        return shown if text else json.loads(shown)

    return run


def publish(service: Service, guide_points: int) -> str:
    """A model in which a guide is worth this, known to everybody a minute later; gives its version."""
    model = read_model(
        packaged_model().replace("guide.requested, points: 20", f"guide.requested, points: {guide_points}"), FORMS
    )
    models = Models(service.table)
    entry = models.publish(model.compiled(), models.number(), "lena", service.clock())
    service.clock.move(minutes=1)
    return entry.version


def says(service: Service, type_: str, **said: Any) -> None:
    take_answer(service.contacts, service.id_of(EMAIL), Disposition(type_, 1, **said), service.clock())
    service.pump()


def goes_to(service: Service, day: int) -> None:
    """What is due until nine on that day happens."""
    service.later(int((MONDAY + timedelta(days=day) - service.clock.at) / timedelta(minutes=1)))
    service.clock.at = MONDAY + timedelta(days=day)


def test_it_says_stage_grade_reasons_and_why_there_is_no_alert(service: Service, explained: Any) -> None:
    service.post("/downloads/guide", EVA)
    service.pump()
    said = explained()
    assert (said["stage"], said["grade"], said["fit"], said["interest"]) == ("lead", "A3", 100, 20)
    guide = next(reason for reason in said["reasons"] if reason["rule"] == "guide")
    # 20 * 2^(-4/90) = 19.39: the first day on which it rounds to 19 is the fourth.
    assert (guide["points"], guide["count"], guide["next_change_at"]) == (20, 1, "2026-03-06")
    assert sum(reason["points"] for reason in said["reasons"]) == 120
    assert f"Persona {said['persona']}\n" in explained(text=True)
    assert said["alert"].startswith("No alert: no request. An alert would go out if")


def test_it_says_where_a_contact_stood_at_an_earlier_moment(service: Service, explained: Any) -> None:
    service.post("/downloads/guide", EVA)
    service.pump()
    service.clock.move(days=3)
    service.post("/forms/demo", EVA)
    service.pump()
    then = explained("--at", "2026-03-03")
    assert (then["stage"], then["interest"], then["as_of"]) == ("lead", 20, "2026-03-03")
    assert explained()["stage"] == "sql"


def test_before_the_first_fact_it_says_that_history_ends(service: Service, explained: Any) -> None:
    service.post("/downloads/guide", EVA)
    service.pump()
    assert "was known at 1 Jan 2026, 23:59 UTC" in explained("--at", "2026-01-01")
    assert "is not a date" in explained("--at", "yesterday")
    assert "is in the future" in explained("--at", "2026-03-03")


def test_an_unconfirmed_signup_had_told_of_no_browser_then(service: Service, explained: Any) -> None:
    at = service.clock()
    view = Fact("view", "pricing.viewed", at, at, Trust.BROWSER)
    service.contacts.file(visitor_contact("browser-1"), view, view.day)
    service.post("/downloads/guide", EVA)
    asked = Fact("asked", REQUESTED, at, at, Trust.SUBMITTED, {"email": EMAIL, "visitor": "browser-1"})
    service.contacts.file(service.id_of(EMAIL), asked, asked.day)
    service.pump()
    service.clock.move(days=1)
    service.post("/forms/demo", {**EVA, "_anon": "browser-1"})
    service.pump()
    # Guide 20; from the demo on the pricing page counts too.
    assert explained("--at", "2026-03-02T12:00")["interest"] == 20
    assert "pricing-page" in [each["rule"] for each in explained()["reasons"]]


# ---- where it stands with sales --------------------------------------------------------------------------------------


def test_it_says_that_sales_works_on_it_and_when_it_is_back(service: Service, explained: Any) -> None:
    service.post("/forms/demo", EVA)
    service.pump()
    assert (explained()["status"], explained()["return_on"]) == ("", None)
    says(service, "sales.accepted", by="anna")
    assert (explained()["status"], explained()["owner"]) == ("working", "anna")
    assert "Stage sql (working), grade A1" in explained(text=True)
    says(service, "deal.lost", reason="timing", back_on=date(2026, 3, 20))
    assert (explained()["stage"], explained()["status"], explained()["return_on"]) == ("recycled", "", "2026-03-20")
    assert "Stage recycled (back on 20 Mar 2026), grade A4" in explained(text=True)


def test_it_says_where_it_stood_with_sales_on_each_day(service: Service, explained: Any) -> None:
    service.post("/forms/demo", EVA)
    service.pump()
    goes_to(service, 2)
    says(service, "sales.accepted", by="anna")
    goes_to(service, 4)
    says(service, "deal.lost", reason="timing", back_on=date(2026, 3, 20))
    goes_to(service, 30)
    days = ("2026-03-02", "2026-03-04", "2026-03-05", "2026-03-06", "2026-03-19", "2026-03-20", "2026-03-31")
    then = [explained("--at", day) for day in days]
    assert [(each["stage"], each["status"], each["return_on"], each["owner"]) for each in then] == [
        ("sql", "", None, ""),
        ("sql", "working", None, "anna"),
        ("sql", "working", None, "anna"),
        ("recycled", "", "2026-03-20", "anna"),
        ("recycled", "", "2026-03-20", "anna"),
        ("recycled", "", None, "anna"),
        ("recycled", "", None, "anna"),
    ]
    assert [each["interest"] for each in then] == [60, 59, 59, 0, 0, 0, 0]  # 60 * 2^(-2/90) = 59.08, 2^(-3/90): 58.63


# ---- the model of then -----------------------------------------------------------------------------------------------


def guide_points(said: Any) -> int:
    return int(next(reason["points"] for reason in said["reasons"] if reason["rule"] == "guide"))


def test_what_was_published_later_says_nothing_about_before(service: Service, explained: Any) -> None:
    service.post("/downloads/guide", EVA)
    service.pump()
    packaged = explained()["model"]
    assert packaged == {"version": packaged["version"], "number": 0, "since": None}
    service.clock.move(hours=1)
    louder = publish(service, 36)
    goes_to(service, 1)
    loudest = publish(service, 50)
    goes_to(service, 2)
    # 36 * 2^(-1/90) = 35.72 and 50 * 2^(-2/90) = 49.24
    told = [explained("--at", at) for at in ("2026-03-02T09:30", "2026-03-02T12:00", "2026-03-03T08:59", "2026-03-04")]
    assert [guide_points(each) for each in told] == [20, 36, 36, 49]
    assert [each["model"]["version"] for each in told] == [packaged["version"], louder, louder, loudest]
    assert [each["model"]["number"] for each in told] == [0, 1, 1, 2]
    assert told[1]["model"]["since"].startswith("2026-03-02T10:00:0")
    assert explained()["model"] == told[3]["model"]
    shown = explained("--at", "2026-03-02T12:00", text=True)
    assert f"Model {louder} (number 1, live since 2 Mar 2026, 10:00 UTC)" in shown


def test_before_the_first_publication_the_model_of_the_release_of_then_is_used(
    service: Service, explained: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.post("/downloads/guide", EVA)
    service.pump()
    then = explained()["model"]
    service.clock.move(days=1)
    later = publish(service, 36)
    monkeypatch.setattr("leadbell.scoring.published._packaged", lambda: Models(service.table).by_version(later))
    assert explained("--at", "2026-03-02")["model"] == then


def test_where_the_model_of_then_is_not_kept_it_says_so_and_counts_with_no_other(
    service: Service, explained: Any
) -> None:
    service.post("/downloads/guide", EVA)
    service.pump()
    louder = publish(service, 36)
    goes_to(service, 1)
    publish(service, 50)
    service.table.delete(history_key(MODEL_NAME), f"MODEL#{louder}")
    assert (
        explained("--at", "2026-03-02T12:00")
        == f"The model of that day ({louder}) is not stored, or too old to be read."
    )
    assert guide_points(explained()) == 50  # 50 * 2^(-1/90) = 49.62


# ---- where history ends ----------------------------------------------------------------------------------------------


def test_what_its_retention_has_ended_for_is_gone_from_the_past_too_and_it_says_since_when(
    service: Service, explained: Any
) -> None:
    service.post("/downloads/guide", EVA)
    service.file(EMAIL, "pricing.viewed")
    service.pump()
    service.clock.move(days=179)
    assert [each["rule"] for each in explained("--at", "2026-03-02")["reasons"]].count("pricing-page") == 1
    service.clock.move(days=1)  # page views are kept for 180 days: the stored one waits to be deleted
    assert any(item["type"] == "pricing.viewed" for item in service.facts(EMAIL))
    said = explained("--at", "2026-03-02")
    assert [each["rule"] for each in said["reasons"]].count("pricing-page") == 0
    assert (said["stage"], said["interest"]) == ("mql", 20)  # 20 + 15 made it an MQL, and the log stays
    # 2026-08-29 is day 180; the acts of two years are kept.
    assert said["history"]["kept"] == [
        {"retention_days": 30, "since": "2026-07-31"},
        {"retention_days": 180, "since": "2026-03-03"},
        {"retention_days": 730, "since": "2024-08-30"},
    ]
    assert "page views before 3 Mar 2026, submissions before 30 Aug 2024" in explained("--at", "2026-03-02", text=True)


@pytest.mark.parametrize(
    ("title", "then"),
    [
        # An MQL that is held stays where it is: no move says so, and by now nothing else does.
        ("VP Operations", "the contact was not processed yet, or only a new scoring model made it sales-qualified"),
        # A lead is moved to MQL, and the log says that it is held.
        ("clerk", "only a new scoring model makes the contact an SQL, so it has been held at MQL since 3 Mar 2026"),
    ],
)
def test_whom_a_model_held_is_not_said_to_have_been_overlooked(
    service: Service, explained: Any, title: str, then: str
) -> None:
    # Under the first model Portugal is excluded, under the second it is not; then she asks again.
    text = packaged_model().replace("market, where: {country: [AQ]}", "market, where: {country: [PT]}")
    models, ana = Models(service.table), {**EVA, "country": "PT", "job_title": title, "industry": "bakery"}
    models.publish(read_model(text, FORMS).compiled(), 0, "lena", service.clock())
    service.post("/forms/demo", ana)
    service.clock.move(minutes=1)
    service.pump()
    goes_to(service, 1)
    models.publish(read_model(packaged_model(), FORMS).compiled(), 1, "lena", service.clock())
    service.clock.move(minutes=1)
    service.file(EMAIL, "visit.long")
    service.pump()
    goes_to(service, 2)
    service.post("/forms/pricing", ana)
    service.pump()
    goes_to(service, 3)
    assert "excluded market" in explained("--at", "2026-03-02")["alert"]
    assert then in explained("--at", "2026-03-03")["alert"]
    assert explained("--at", "2026-03-04")["alert"].startswith("Alert: the contact became an SQL on ")


def test_what_a_visitor_did_counts_from_when_they_said_who_they_are(service: Service, explained: Any) -> None:
    view = Fact("view", "pricing.viewed", service.clock(), service.clock(), Trust.BROWSER)
    service.contacts.file(visitor_contact("browser1"), view, service.clock().date())
    service.post("/newsletter", EVA)
    service.pump()
    service.clock.move(days=2)
    service.file(EMAIL, "guide.requested", visitor="browser1", country="SE")
    service.pump()
    seen = [{each["rule"] for each in explained("--at", day)["reasons"]} for day in ("2026-03-02", "2026-03-04")]
    assert ["pricing-page" in rules for rules in seen] == [False, True]
    assert "pricing-page" in {each["rule"] for each in explained()["reasons"]}

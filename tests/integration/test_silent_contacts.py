"""Contacts of whom nothing of their own is known for two years, and the model's next review, as `status` has them."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from cli.commands import status as status_command
from leadbell.contacts.silence import SILENT_FOR
from tests.integration.on_aws import OnAws, said, told
from tests.integration.service import EVA, MONDAY, Service

EMAIL = EVA["email"]
NAME = "contacts silent for 24 months"


def found(capsys: pytest.CaptureFixture[str], name: str) -> dict[str, Any]:
    return next(each for each in told(capsys, "status") if each["name"] == name)


def test_who_did_nothing_for_two_years_is_listed_and_counted(lead: Service, capsys: pytest.CaptureFixture[str]) -> None:
    assert (found(capsys, NAME)["found"], found(capsys, NAME)["is_warning"]) == ("none", False)
    lead.clock.move(days=SILENT_FOR.days - 1)
    assert told(capsys, "stale") == []
    lead.clock.move(days=1)
    (silent,) = told(capsys, "stale")
    assert (silent["email"], silent["stage"], silent["silent_since"][:10]) == (EMAIL, "sql", "2026-03-02")
    assert f"2 Mar 2026 sql {EMAIL} 1 contact. To delete one: leadbell erase EMAIL" in said(capsys, "stale")
    lead.sweep()
    assert (found(capsys, NAME)["found"], found(capsys, NAME)["is_warning"]) == ("at least 1", True)
    assert "leadbell stale" in found(capsys, NAME)["fix"]


def test_what_we_do_is_no_act_of_theirs_and_a_newsletter_signup_is(
    lead: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    lead.clock.move(days=700)
    said(capsys, "sales", EMAIL, "accepted")
    said(capsys, "stage", EMAIL, "customer")
    lead.clock.move(days=40)
    assert [each["stage"] for each in told(capsys, "stale")] == ["customer"]
    lead.post("/newsletter", {"email": EMAIL})
    assert told(capsys, "stale") == []


def test_who_was_imported_counts_from_then(stack: OnAws, capsys: pytest.CaptureFixture[str], tmp_path: Any) -> None:
    file = tmp_path / "people.csv"
    file.write_text("email;created\nbo@acme.example.com;2019-01-01\n", encoding="utf-8")
    said(capsys, "import", str(file))
    said(capsys, "reconcile", "bo@acme.example.com")
    assert told(capsys, "stale") == []


@pytest.mark.parametrize(("days", "is_warning", "word"), [(-31, False, "is"), (-30, True, "is"), (1, True, "was")])
def test_status_warns_before_the_model_is_due_for_review(
    stack: OnAws, service: Service, capsys: pytest.CaptureFixture[str], days: int, is_warning: bool, word: str
) -> None:
    service.clock.move(days=(datetime(2027, 11, 1, tzinfo=MONDAY.tzinfo) - MONDAY).days + 1 + days)
    one = found(capsys, "model")
    assert one["is_warning"] is is_warning
    assert f"{word} due for review by 1 Nov 2027" in one["found"]
    assert ("leadbell model publish" in one["fix"]) is is_warning
    assert timedelta(days=30) == status_command.REVIEW_AHEAD

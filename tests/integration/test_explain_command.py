"""`leadbell explain`: what it says now, and what it said then."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import app
from cli.service import Service as DeployedService
from tests.integration.service import EVA, Service

EMAIL = EVA["email"]


@pytest.fixture
def explained(service: Service, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the command against the table of the test; gives its JSON, or its text where it fails."""
    monkeypatch.setattr("cli.commands.explain.connect", lambda *_: None)
    monkeypatch.setattr("cli.commands.explain.now", service.clock)
    monkeypatch.setattr(DeployedService, "table", service.table)
    monkeypatch.setattr(DeployedService, "contact_id", lambda _, who: service.id_of(who))

    def run(*arguments: str) -> Any:
        result = CliRunner().invoke(app, ["explain", EMAIL, "--json", *arguments])
        if result.exception is not None:
            return str(result.exception)
        return json.loads(result.stdout)

    return run


def test_it_says_stage_grade_reasons_and_why_there_is_no_alert(service: Service, explained: Any) -> None:
    service.post("/downloads/guide", EVA)
    service.pump()
    said = explained()
    assert (said["stage"], said["grade"], said["fit"], said["interest"]) == ("lead", "A3", 100, 20)
    guide = next(reason for reason in said["reasons"] if reason["rule"] == "guide")
    # 20 * 2^(-4/90) = 19.39: the first day on which it rounds to 19 is the fourth.
    assert (guide["points"], guide["count"], guide["next_change_at"]) == (20, 1, "2026-03-06")
    assert sum(reason["points"] for reason in said["reasons"]) == 120
    assert said["alert"].startswith("No alert because: no request; would alert if")


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
    assert "Nothing that is still kept" in explained("--at", "2026-01-01")
    assert "is no moment" in explained("--at", "yesterday")

"""`leadbell sales`: the operator says for sales what became of a lead, and reads what follows."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from cli.commands import sales as command
from cli.errors import CommandError
from cli.main import app
from tests.integration.service import ENVIRONMENT, EVA, Service

EMAIL = EVA["email"]


class LocalStack:
    """The deployed stack, as far as the command asks about it."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def client(self, name: str, **_: Any) -> Any:
        return {"dynamodb": self.service.client, "s3": self.service.s3}.get(name, self)

    outputs: Mapping[str, str] = {
        "TableName": ENVIRONMENT["TABLE_NAME"],
        "AttachmentBucket": ENVIRONMENT["ATTACHMENT_BUCKET"],
    }

    def output(self, name: str) -> str:
        return self.outputs[name]

    def resource(self, name: str) -> str:
        return name

    def get_function_configuration(self, **_: str) -> dict[str, Any]:
        return {"Environment": {"Variables": ENVIRONMENT}}


@pytest.fixture
def lead(service: Service, monkeypatch: pytest.MonkeyPatch) -> Service:
    """An SQL, and the command line that reaches its service."""
    monkeypatch.setattr(command, "connect", lambda *_: LocalStack(service))
    monkeypatch.setattr(command, "now", service.clock)
    service.add_rep("anna", "SE")
    service.post("/forms/demo", EVA)
    service.pump()
    return service


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        app(["sales", EMAIL, *words])
    printed = capsys.readouterr()
    assert ended.value.code == (1 if printed.err else 0)
    return " ".join((printed.out + printed.err).split())


def test_an_accepted_lead_is_shown_with_who_owns_it(lead: Service, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "accepted", "--by", "anna") == f"{EMAIL} stays sql (working), owned by anna."
    assert said(capsys, "accepted") == f"That was said before; {EMAIL} is sql."


def test_a_rejected_lead_is_shown_with_its_reminder(lead: Service, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("rejected", "--reason", "timing", "--back-on", "2026-06-30")
    assert said(capsys, *words) == (
        f"{EMAIL} is now recycled. One reminder goes out on 2026-06-30; a request before then is an alert at once."
    )
    assert lead.standing(EMAIL).stage == "recycled"


def test_each_answer_of_a_good_year(lead: Service, capsys: pytest.CaptureFixture[str]) -> None:
    stages = [said(capsys, answer).split()[-1] for answer in ("meeting-held", "opportunity-opened", "won", "referred")]
    assert stages == ["opportunity.", "opportunity.", "customer.", "evangelist."]


def test_as_json(lead: Service, capsys: pytest.CaptureFixture[str]) -> None:
    shown = json.loads(said(capsys, "lost", "--reason", "competitor", "--competitor", "Acme", "--json"))
    assert shown == {
        "contact": lead.id_of(EMAIL),
        "id": "sales-000001-outcome",
        "repeat": False,
        "stage_before": "sql",
        "stage": "recycled",
        "status": "",
        "owner": "",
        "return_on": None,
    }


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("rejected", "rejected needs a reason; reasons: no-answer, no-budget, timing,"),
        ("rejected --reason moody", "does not know the reason 'moody'; reasons: no-answer,"),
        ("lost --reason competitor", "a deal lost to a competitor needs the competitor's name."),
        ("rejected --reason spam --back-on 2026-06-30", "only what is recycled or lost takes a return date."),
        ("rejected --reason timing --back-on 2026-03-02", "a return date is after today"),
        ("won", "won is not taken from sql; from sql: accepted, rejected, meeting-held, opportunity-opened, lost."),
        ("accepted --by bo", "There is no rep bo. Fix: Reps: anna."),
    ],
)
def test_what_cannot_be_said_is_refused_with_what_can(
    lead: Service, capsys: pytest.CaptureFixture[str], words: str, told: str
) -> None:
    assert told in said(capsys, *words.split())
    assert lead.log(EMAIL) == ["prospect>sql"]
    assert lead.standing(EMAIL).qualification.status == ""


def test_a_contradiction_is_refused_with_what_stands(lead: Service, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "accepted")
    shown = said(capsys, "rejected", "--reason", "timing")
    assert 'contradicts what stands since 2026-03-02: "sales took it up".' in shown
    assert "Fix: What was said first stands. To correct it, set the stage with leadbell stage." in shown


def test_an_address_that_is_none_is_refused(lead: Service) -> None:
    with pytest.raises(CommandError, match="is no e-mail address"):
        command.sales("nobody", command.Answer.WON)

"""`leadbell stage`: a stage set by hand is a move that the table allows and an owner who is there, or nothing."""

import pytest

from tests.integration.on_aws import OnAws, said
from tests.integration.service import EVA, Service

EMAIL = EVA["email"]


def test_a_stage_is_set_with_the_owner_and_the_reason(lead: Service, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("customer", "--owner", "anna", "--reason", "signed at the fair")
    assert said(capsys, "stage", EMAIL, *words) == f"{EMAIL} is now customer, owned by anna."
    assert lead.log(EMAIL) == ["prospect>sql", "sql>customer"]
    (fact,) = [item for item in lead.facts(EMAIL) if item["type"] == "operator.stage_set"]
    assert (fact["trust"], fact["fields"]["reason"]) == ("verified", "signed at the fair")


def test_who_is_no_contact_yet_becomes_one(lead: Service, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "stage", "+46701740605", "customer") == "+46701740605 is now customer."


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("customer --owner bo", "There is no rep bo. Fix: Reps: anna."),
        ("prospect", "operator cannot move a contact from sql to prospect"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_stored(
    lead: Service, capsys: pytest.CaptureFixture[str], words: str, told: str
) -> None:
    assert told in said(capsys, "stage", EMAIL, *words.split(), status=1)
    assert lead.log(EMAIL) == ["prospect>sql"]
    assert len(lead.facts(EMAIL)) == 1


@pytest.mark.parametrize(
    "words", ["stage eva@acme.example.com customer --owner bo", "reps remove bo", "test-alert --rep bo"]
)
def test_where_nobody_sells_yet_a_rep_can_be_added(
    stack: OnAws, capsys: pytest.CaptureFixture[str], words: str
) -> None:
    told = said(capsys, *words.split(), status=1)
    assert "There is no rep bo. Fix: Reps: none; add one with leadbell reps add." in told

"""`leadbell stage`: a stage set by hand is a move that the table allows and an owner who is there, or nothing."""

import pytest

from tests.integration.on_aws import OnAws, said, told
from tests.integration.service import EVA, Service

EMAIL = EVA["email"]


def test_a_stage_is_set_with_the_owner_and_the_reason(lead: Service, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("customer", "--owner", "anna", "--reason", "signed at the fair")
    assert said(capsys, "stage", EMAIL, *words) == f"{EMAIL} is now customer, owned by anna."
    assert lead.log(EMAIL) == ["prospect>sql", "sql>customer"]
    (fact,) = [item for item in lead.facts(EMAIL) if item["type"] == "operator.stage_set"]
    assert (fact["trust"], fact["fields"]["reason"]) == ("verified", "signed at the fair")


@pytest.mark.parametrize("who", ["+46701740605", "eva@acme.exampel.com"])
def test_a_typing_mistake_makes_no_contact(lead: Service, capsys: pytest.CaptureFixture[str], who: str) -> None:
    before = lead.items()
    shown = said(capsys, "stage", who, "customer", status=1)
    assert f"No contact found for {who}. Fix: Check the spelling, or add the contact: leadbell add {who}" in shown
    assert lead.items() == before


def test_who_set_a_stage_is_in_the_audit_with_how_it_ended(lead: Service, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "stage", EMAIL, "customer", "--owner", "anna")
    said(capsys, "stage", EMAIL, "prospect", status=1)
    lines = [(line["deed"], line["what"], line["outcome"]) for line in told(capsys, "audit", "--contact", EMAIL)]
    assert sorted(lines) == [
        ("stage set", "customer, owner anna", "done"),
        ("stage set", "prospect", "not completed"),
    ]


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (
            "customer --owner bo",
            "There is no rep with the id bo. Fix: Use one of: anna. Or add this one: leadbell reps add bo",
        ),
        ("prospect", "Operator cannot move a contact from sql to prospect"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_stored(
    lead: Service, capsys: pytest.CaptureFixture[str], words: str, refusal: str
) -> None:
    assert refusal in said(capsys, "stage", EMAIL, *words.split(), status=1)
    assert lead.log(EMAIL) == ["prospect>sql"]
    assert len(lead.facts(EMAIL)) == 1


def test_a_rep_without_an_address_is_refused_before_aws_is_asked(
    stack: OnAws, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = said(capsys, "reps", "add", "bo", "--email", "bo", status=1)
    assert "'bo' is not an e-mail address. Fix: Write one address" in shown
    assert told(capsys, "reps", "list") == []


@pytest.mark.parametrize(
    "words", ["stage eva@acme.example.com customer --owner bo", "reps remove bo", "test-alert --rep bo"]
)
def test_where_nobody_sells_yet_a_rep_can_be_added(
    stack: OnAws, capsys: pytest.CaptureFixture[str], words: str
) -> None:
    shown = said(capsys, *words.split(), status=1)
    assert "There is no rep with the id bo. Fix: Add this one: leadbell reps add bo --email ADDRESS." in shown

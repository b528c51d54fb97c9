"""`leadbell stage`: a stage set by hand is a move that the table allows and an owner who is there, or nothing."""

import getpass
import re
from pathlib import Path

import pytest

from tests.integration.on_aws import OnAws, ran, said, told
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


def test_the_audit_names_who_added_imported_answered_and_published(
    lead: Service, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    people = tmp_path / "people.csv"
    people.write_text("email;name\nbo@acme.example.com;Bo\nno address;X\n", encoding="utf-8")
    said(capsys, "import", str(people), "--dry-run")
    said(capsys, "import", str(people))
    said(capsys, "add", "fia@acme.example.com", "--how", "fair")
    said(capsys, "sales", EMAIL, "accepted", "--by", "anna")
    for kind, by in (("forms", ()), ("model", ("--by", "lena"))):
        file = tmp_path / f"{kind}.yaml"
        file.write_text(ran(capsys, kind, "show")[0], encoding="utf-8")
        said(capsys, kind, "publish", str(file), "--yes", *by)
    lines = told(capsys, "audit")
    assert {line["by"] for line in lines} == {getpass.getuser()}
    assert {line["outcome"] for line in lines} == {"done"}
    shown = sorted((line["deed"], re.sub(r"[0-9a-f]{8,}", "V", line["what"])) for line in lines)
    assert shown == [
        ("contact added", "fair"),
        ("imported", "contacts, 2 rows"),
        ("outcome recorded", "accepted by sales, by anna"),
        ("published", "forms V"),
        ("published", "model V, by lena"),
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


def test_who_is_removed_leaves_a_list_of_contacts_each_with_the_command_that_hands_it_on(
    lead: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    """The lead that she was alerted to, the customer that she owns, and nobody else's."""
    lead.add_rep("bob")
    said(capsys, "add", "own@acme.example.com")
    said(capsys, "stage", "own@acme.example.com", "customer", "--owner", "anna")
    said(capsys, "add", "+46701740699", "--name", "Nils")
    said(capsys, "stage", "+46701740699", "customer", "--owner", "anna")
    said(capsys, "add", "other@acme.example.com")
    said(capsys, "stage", "other@acme.example.com", "customer", "--owner", "bob")
    shown = said(capsys, "reps", "remove", "anna")
    assert (
        "3 contacts of anna, routed by country until they have another owner. To give one to another rep (bob):"
        in shown
    )
    commands = sorted(re.findall(r"leadbell stage \S+ \S+", shown))
    assert commands == [
        "leadbell stage +46701740699 customer",
        f"leadbell stage {EMAIL} sql",
        "leadbell stage own@acme.example.com customer",
    ]
    for command in commands:
        said(capsys, *command.split()[1:], "--owner", "bob")
    assert {lead.standing(who).owner for who in (EMAIL, "own@acme.example.com")} == {"bob"}
    lines = [(line["deed"], line["what"]) for line in told(capsys, "audit") if line["deed"] == "team changed"]
    assert lines == [("team changed", "anna removed")]


def test_a_removed_reps_contacts_go_by_country_at_once(lead: Service, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "stage", EMAIL, "customer", "--owner", "anna")
    lead.add_rep("bob")
    said(capsys, "reps", "remove", "anna")
    lead.post("/forms/contact", {**EVA, "message": "When does it come?"})
    lead.pump()
    assert [letter.get("rep") for letter in lead.letters(EMAIL)] == ["anna", "bob"]


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

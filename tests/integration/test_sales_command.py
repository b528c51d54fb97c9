"""`leadbell sales`: the operator says for sales what became of a lead, and reads what follows."""

import json

import pytest

from tests.integration.on_aws import said, told
from tests.integration.service import EVA, Service

EMAIL = EVA["email"]


def says(capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> str:
    return said(capsys, "sales", EMAIL, *words, status=status)


def test_an_accepted_lead_is_shown_with_who_owns_it(lead: Service, capsys: pytest.CaptureFixture[str]) -> None:
    assert says(capsys, "accepted", "--by", "anna") == f"{EMAIL} stays sql (working), owned by anna."
    assert says(capsys, "accepted") == f"Nothing was changed: this was already recorded. {EMAIL} is sql, owned by anna."


def test_who_accepts_second_is_refused_and_told_who_has_the_lead_since_when_and_how_to_hand_it_over(
    lead: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    lead.add_rep("bob")
    lead.add_rep("carol")
    says(capsys, "accepted", "--by", "anna")
    before = lead.items(EMAIL)
    shown = says(capsys, "accepted", "--by", "bob", status=1)
    assert "Anna (anna) accepted this lead on 2 Mar 2026, 09:00 UTC. Nothing was changed. Fix: " in shown
    assert lead.items(EMAIL) == before
    said(capsys, *shown.partition("give the lead to bob: leadbell ")[2].split())
    assert lead.standing(EMAIL).owner == "bob"
    assert "Its owner is now Bob (bob)." in says(capsys, "accepted", "--by", "carol", status=1)
    assert says(capsys, "accepted", "--by", "anna").startswith("Nothing was changed: this was already recorded.")


def test_a_rejected_lead_is_shown_with_its_reminder(lead: Service, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("rejected", "--reason", "timing", "--back-on", "2026-06-30")
    assert says(capsys, *words) == (
        f"{EMAIL} is now recycled. Sales is reminded once, on 30 Jun 2026. A request before that day leads to an alert."
    )
    assert lead.standing(EMAIL).stage == "recycled"


def test_each_answer_of_a_good_year(lead: Service, capsys: pytest.CaptureFixture[str]) -> None:
    stages = [says(capsys, answer).split()[-1] for answer in ("meeting-held", "opportunity-opened", "won", "referred")]
    assert stages == ["opportunity.", "opportunity.", "customer.", "evangelist."]


def test_as_json(lead: Service, capsys: pytest.CaptureFixture[str]) -> None:
    shown = json.loads(says(capsys, "lost", "--reason", "competitor", "--competitor", "Acme", "--json"))
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
        ("rejected", "Rejected needs a reason. Fix: Add --reason with one of: no-answer, no-budget, timing,"),
        ("rejected --by anna", f"For example: leadbell sales {EMAIL} rejected --reason no-answer --by anna"),
        ("rejected --reason moody", "Unknown reason 'moody' for rejected. Fix: Add --reason with one of: no-answer,"),
        ("lost --reason competitor", "The competitor's name is missing. Fix: Use --competitor NAME"),
        (
            "rejected --reason spam --back-on 2026-06-30",
            "A return date is only for a lead that returns to marketing or is lost.",
        ),
        ("rejected --reason timing --back-on 2026-03-02", "The return date must be after today"),
        (
            "won",
            "Won is not possible at stage sql; possible: accepted, rejected, meeting-held, opportunity-opened, lost.",
        ),
        ("accepted --by bo", "There is no rep with the id bo. Fix: Use one of: anna."),
    ],
)
def test_what_cannot_be_said_is_refused_with_what_can(
    lead: Service, capsys: pytest.CaptureFixture[str], words: str, told: str
) -> None:
    assert told in says(capsys, *words.split(), status=1)
    assert lead.log(EMAIL) == ["prospect>sql"]
    assert lead.standing(EMAIL).qualification.status == ""


def test_an_address_that_is_not_stored_is_named(lead: Service, capsys: pytest.CaptureFixture[str]) -> None:
    for answer in ("accepted", "won", "lost", "lost --reason price", "referred"):
        words = ("sales", "nobody@kod.example", *answer.split())
        assert "No contact found for nobody@kod.example. Fix: Check the spelling" in said(capsys, *words, status=1)
    assert told(capsys, "audit") == []


def test_a_contradiction_is_refused_with_what_stands(lead: Service, capsys: pytest.CaptureFixture[str]) -> None:
    says(capsys, "accepted")
    shown = says(capsys, "rejected", "--reason", "timing", status=1)
    assert 'contradicts the answer of 2 March 2026: "accepted by sales".' in shown
    assert "Fix: The first answer counts. To correct it, set the stage: leadbell stage" in shown


def test_an_address_that_is_none_is_refused(lead: Service, capsys: pytest.CaptureFixture[str]) -> None:
    assert "'nobody' is not an e-mail address or phone number" in said(capsys, "sales", "nobody", "won", status=1)

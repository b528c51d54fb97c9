"""Who objects to profiling, in the table and in mails that wait; and the command that notes it."""

import json
from typing import Any

import pytest

from leadbell.errors import Conflict
from leadbell.lifecycle.standing import Score
from leadbell.outbox.sales_outbox import Outbox
from tests.integration.on_aws import OnAws, said
from tests.integration.service import DEFAULT_INBOX, ENVIRONMENT, EVA, MONDAY, Service
from tests.integration.test_long_histories import asks, check_worth, pages

EMAIL = EVA["email"]


def reader_is_back(service: Service) -> None:
    service.sns.subscribe(TopicArn=DEFAULT_INBOX, Protocol="email", Endpoint="sales@example.com")


def letter(service: Service) -> dict[str, Any]:
    (only,) = service.letters(EMAIL)
    return only


def test_a_mail_that_waits_goes_out_without_the_profile_once_they_object(service: Service) -> None:
    service.leave_topic(DEFAULT_INBOX)
    service.post("/downloads/guide", {**EVA, "utm_source": "canary"})
    service.pump()
    service.clock.move(minutes=5)
    service.post("/forms/demo", {"email": EMAIL, "message": "Call me"})
    service.pump()
    assert (letter(service)["state"], "canary" in letter(service)["body"]) == ("blocked", True)
    before = letter(service)
    service.file(EMAIL, "profiling.objected")
    service.pump()
    reader_is_back(service)
    service.later(40)
    (mail,) = service.mails()
    assert mail.subject == "Sales lead: asked for a demo #1"
    assert "canary" not in mail.body
    assert EVA["company"] not in mail.body
    assert "> Call me" in mail.body
    # Day, deadline and link are those of the mail as it was.
    assert mail.body.splitlines()[-2:] == before["body"].splitlines()[-2:]


def test_a_message_copy_that_waits_no_longer_says_why_it_is_none(service: Service) -> None:
    service.leave_topic(DEFAULT_INBOX)
    service.add_rep("sara", "DK", reader="")
    service.post("/downloads/guide", {**EVA, "job_title": "Student"})
    service.post("/forms/pricing", {"email": EMAIL})
    service.pump()
    assert "student" in letter(service)["body"]
    assert "no rep covers SE" in letter(service)["body"]
    service.file(EMAIL, "profiling.objected")
    service.pump()
    assert "student" not in f"{letter(service)}"
    assert "no rep covers" not in letter(service)["body"]
    assert {"why", "note"} & letter(service).keys() == set()


def test_the_page_of_a_mail_that_was_sent_shows_no_profile_any_more(service: Service) -> None:
    service.post("/forms/demo", EVA)
    service.pump()
    (mail,) = service.mails()
    service.post("/downloads/guide", {**EVA, "name": "Canary Name"})
    service.file(EMAIL, "profiling.objected")
    service.pump()
    page = service.get(mail.body.split()[-1].removeprefix(ENVIRONMENT["PUBLIC_URL"]))
    assert "Objected to profiling" in page.body
    assert "+60" not in page.body
    assert "in our market" not in page.body
    assert service.mails() == []


def test_a_mail_about_a_page_view_of_a_long_history_is_told_anew_too(service: Service) -> None:
    pages(service, 150, days_ago=30)
    asks(service)
    assert service.standing(EMAIL).bookkeeping.sealed_through is not None
    alert = service.stored(EMAIL, "ALERT#000001")
    service.table.put({**alert, "fact": "article.read-30-0-"})  # as where time alone made the SQL
    service.file(EMAIL, "profiling.objected")
    service.pump()
    assert (letter(service)["subject"], service.standing(EMAIL).grade) == ("Sales lead: qualified #1", "-")
    check_worth(service)


def test_who_read_a_mail_before_it_was_told_anew_cannot_send_it(service: Service) -> None:
    service.leave_topic(DEFAULT_INBOX)
    service.post("/forms/demo", EVA)
    service.run("score")
    outbox = Outbox(service.table)
    read_before = outbox.get(letter(service)["pk"], letter(service)["sk"])
    assert read_before is not None
    service.file(EMAIL, "profiling.objected")
    service.run("score")
    with pytest.raises(Conflict):
        outbox.claim(read_before, service.clock())
    anew = outbox.get(read_before.pk, read_before.sk)
    assert anew is not None
    outbox.claim(anew, service.clock())


def test_a_mail_that_learns_of_a_colleague_while_it_is_told_anew_is_told_anew_all_the_same(service: Service) -> None:
    service.leave_topic(DEFAULT_INBOX)
    service.post("/forms/demo", EVA)
    service.run("score")
    service.file(EMAIL, "profiling.objected")

    def bo_asks() -> None:
        service.post("/forms/demo", {**EVA, "email": "bo@acme.example.com", "name": "Bo Example"})
        service.deliver("score", service.records("bo@acme.example.com", "EVENT#"))
        assert "Bo Example" in letter(service)["body"]

    service.faults.meanwhile("score", "UpdateItem", bo_asks, when=lambda sent: ":subject" in f"{sent}")
    service.run("score")
    assert "Objected to profiling" in letter(service)["body"]
    assert "Bo Example" not in letter(service)["body"]
    assert EVA["company"] in letter(service)["body"].splitlines()[0]  # said in this very form


def test_mails_are_told_anew_even_if_the_write_after_it_has_to_be_tried_again(service: Service) -> None:
    service.leave_topic(DEFAULT_INBOX)
    service.post("/forms/demo", EVA)
    service.pump()
    service.file(EMAIL, "profiling.objected")
    service.faults.refuse("score", "TransactWriteItems", "InternalServerError", status=500, times=1)
    assert len(service.run("score")) == 1
    assert service.standing(EMAIL).grade == "A1"
    assert letter(service)["subject"] == "Sales lead: asked for a demo (SE, 201-500) #1"
    service.later(20)
    assert service.standing(EMAIL).grade == "-"
    assert letter(service)["subject"] == "Sales lead: asked for a demo (SE, 201-500) #1"


def test_the_profile_is_written_anew_though_only_a_source_goes(service: Service) -> None:
    service.post("/forms/demo", {"email": EMAIL})
    service.file(EMAIL, "article.read", utm_source="canary")
    service.pump()
    assert "canary" in f"{service.stored(EMAIL, 'PROFILE')}{service.standing(EMAIL).bookkeeping.display}"
    service.file(EMAIL, "profiling.objected")
    service.pump()
    assert "canary" not in f"{service.stored(EMAIL, 'PROFILE')}{service.standing(EMAIL).bookkeeping.display}"
    service.file(EMAIL, "profiling.allowed")
    service.pump()
    assert "canary" in f"{service.stored(EMAIL, 'PROFILE')}"


def test_nothing_planted_before_an_objection_is_left_with_sales_also_after_late_facts_and_replays(
    service: Service,
) -> None:
    planted = {**EVA, "company": "Canary Company", "job_title": "VP Canary", "utm_source": "canary"}
    service.post("/downloads/guide", planted)
    service.file(EMAIL, "pricing.viewed", page="/canary", utm_campaign="canary")
    service.post("/forms/contact", {**planted, "message": "Canary words"})
    service.pump()
    service.mails()
    service.file(EMAIL, "profiling.objected")
    service.pump()
    service.clock.move(days=20)
    service.post("/forms/demo", {"email": EMAIL, "name": "Eva", "message": "Please call me"})
    service.pump()
    (alert,) = service.mails()
    assert alert.subject == "Sales lead: asked for a demo #2"
    assert "Objected to profiling" in alert.body
    service.clock.move(days=5)
    service.file(EMAIL, "article.read", page="/canary")
    service.file(EMAIL, "article.read", at=MONDAY, utm_source="canary")
    for folder, prefix in (("score", "EVENT#"), ("notify", "ALERT#"), ("notify", "COPY#")):
        assert service.deliver(folder, service.records(EMAIL, prefix)) == []
    service.later(60 * 24 * 35)
    assert service.mails() == []
    standing = service.standing(EMAIL)
    assert (standing.stage, standing.score) == ("sql", Score(0, 0, "-", ()))
    left = [alert, *service.letters(EMAIL), service.stored(EMAIL, "PROFILE"), service.stored(EMAIL, "STANDING")]
    # What they themselves wrote in the form that the copy was about is theirs; it stands there and nowhere else.
    (copy,) = [letter for letter in service.letters(EMAIL) if letter["heard"] == "copy"]
    others = f"{[each for each in left if each != copy]}"
    assert "canary" not in others.lower()
    assert "manufacturing" not in others


def test_a_request_found_late_alerts_once_and_without_a_grade(service: Service) -> None:
    service.post("/downloads/guide", EVA)
    service.pump()
    service.post("/forms/demo", {"email": EMAIL})
    service.stream.lose()
    service.file(EMAIL, "profiling.objected")
    service.pump()
    service.later(30)
    assert [mail.subject for mail in service.mails()] == ["Sales lead: asked for a demo #1"]


def test_a_mail_goes_to_whom_the_country_in_its_own_form_leads(service: Service) -> None:
    service.add_rep("sara", "SE")
    olle = service.add_rep("olle", "DK")
    service.file(EMAIL, "profiling.objected")
    service.post("/downloads/guide", EVA)
    service.post("/forms/contact", {"email": EMAIL, "country": "DK", "message": "Do you deliver to Denmark?"})
    service.pump()
    assert [mail.topic for mail in service.mails()] == [olle]


def test_only_an_end_of_retention_makes_who_objects_due(service: Service) -> None:
    service.post("/downloads/guide", EVA)
    service.file(EMAIL, "pricing.viewed")
    service.file(EMAIL, "profiling.objected")
    service.pump()
    due = service.standing(EMAIL).bookkeeping.due_at
    assert due is not None
    assert due.date().isoformat() == "2026-08-29"  # 180 days after Monday 2 March, when the page view ends


# ---- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def deployed(service: Service, stack: OnAws) -> Service:
    """The service, and the command line that reaches it."""
    return service


def test_the_command_notes_an_objection_and_says_what_follows(
    deployed: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    deployed.post("/downloads/guide", EVA)
    deployed.file(EMAIL, "pricing.viewed")
    deployed.file(EMAIL, "visit.returned")
    deployed.pump()
    assert said(capsys, "objection", EMAIL) == (
        f"Recorded: {EMAIL} objects to profiling and is now lead. No score and no grade from now on. "
        "Requests still reach sales."
    )
    (fact,) = [item for item in deployed.facts(EMAIL) if item["type"] == "profiling.objected"]
    assert (fact["trust"], fact.get("fields", {}), "expires_at" in fact) == ("verified", {}, False)
    assert said(capsys, "objection", EMAIL) == (
        f"Nothing was changed: {EMAIL} has already objected to profiling. No score and no grade from now on. "
        "Requests still reach sales."
    )
    assert len(deployed.facts(EMAIL)) == 4
    deployed.clock.move(minutes=1)
    assert said(capsys, "objection", EMAIL, "--withdrawn") == (
        f"Recorded: {EMAIL} allows profiling again and is now mql. The contact is scored and graded like any other."
    )
    assert said(capsys, "objection", EMAIL, "--withdrawn").startswith(
        f"Nothing was changed: {EMAIL} has not objected to profiling."
    )


def test_who_is_not_known_can_object_before_they_ever_come(
    deployed: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    assert json.loads(said(capsys, "objection", EMAIL, "--json")) == {
        "contact": deployed.id_of(EMAIL),
        "objected": True,
        "new": True,
        "stage_before": "prospect",
        "stage": "prospect",
        "grade": "-",
    }
    deployed.post("/downloads/guide", EVA)
    deployed.pump()
    standing = deployed.standing(EMAIL)
    assert (standing.stage, standing.grade, standing.bookkeeping.display) == ("lead", "-", {})


def test_explain_and_contact_say_so(deployed: Service, capsys: pytest.CaptureFixture[str]) -> None:
    deployed.post("/downloads/guide", EVA)
    deployed.pump()
    said(capsys, "objection", EMAIL)
    shown = said(capsys, "explain", EMAIL)
    assert "Objected to profiling: no score and no grade. Requests still reach sales." in shown
    assert "points" not in shown
    assert "No alert: no request. An alert would go out if the contact asked" in shown
    data = json.loads(said(capsys, "explain", EMAIL, "--json"))
    assert (data["grade"], data["objected"], data["reasons"], data["persona"]) == ("-", True, [], None)
    assert "objected to profiling" in said(capsys, "contact", EMAIL)

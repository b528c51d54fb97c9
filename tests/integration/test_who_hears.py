"""Nobody who writes goes unheard, and nobody else makes a mail: every submission reaches a human exactly once."""

import json
import re

import pytest

from leadbell.capture.quarantine import held, release
from tests.integration.log_lines import LogLines
from tests.integration.service import DEFAULT_INBOX, EVA, Service

EMAIL = EVA["email"]
STUDENT = {
    "name": "Stina Example",
    "email": "stina@student.university.example.com",
    "job_title": "Student",
    "country": "SE",
    "industry": "education",
}


def heard(service: Service) -> list[str]:
    """How each mail to sales began its life, by number."""
    return [str(letter["heard"]) for letter in service.letters()]


def subjects(service: Service) -> list[str]:
    return [re.sub(r" #\d+$", "", mail.subject) for mail in service.mails()]


def test_a_question_is_one_message_copy(service: Service) -> None:
    service.post("/forms/contact", {**EVA, "message": "Does it work with our till?"})
    service.pump()
    (mail,) = service.mails()
    assert mail.subject == "Message A2: asked a question (SE, 201-500) #1"
    assert mail.topic == DEFAULT_INBOX
    assert "> Does it work with our till?" in mail.body
    assert "A message, not a sales alert" in mail.body
    assert heard(service) == ["copy"]


@pytest.mark.parametrize("form", ["demo", "pricing", "callback"])
def test_a_request_is_one_alert(service: Service, form: str) -> None:
    service.post(f"/forms/{form}", EVA)
    service.pump()
    assert heard(service) == ["alert"]
    (mail,) = service.mails()
    assert mail.subject.startswith("Sales lead A1: asked ")


def test_a_second_request_is_asked_again_once_a_day_and_form(service: Service) -> None:
    service.post("/forms/demo", EVA)
    service.pump()
    service.clock.move(minutes=1)
    service.post("/forms/demo", {**EVA, "message": "Hello?"})
    service.pump()
    service.clock.move(minutes=1)
    service.post("/forms/demo", {**EVA, "message": "Anybody?"})
    service.pump()
    assert heard(service) == ["alert", "asked_again", "copy"]
    service.post("/forms/pricing", EVA)
    service.pump()
    service.clock.move(days=1)
    service.post("/forms/demo", {**EVA, "message": "Hello?"})
    service.pump()
    assert heard(service)[3:] == ["asked_again", "asked_again"]
    assert len(service.mails()) == 5
    assert service.log(EMAIL) == ["prospect>sql"]


def test_two_requests_in_one_batch_are_one_alert_and_one_asked_again(service: Service) -> None:
    service.post("/forms/demo", EVA)
    service.clock.move(seconds=1)
    service.post("/forms/pricing", EVA)
    service.pump()
    assert heard(service) == ["alert", "asked_again"]
    assert [mail.subject[:10] for mail in service.mails()] == ["Sales lead", "Asked agai"]


def test_a_request_that_a_veto_stops_is_a_copy_that_says_why(service: Service) -> None:
    service.post("/forms/pricing", {**STUDENT, "message": "For my thesis"})
    service.pump()
    (mail,) = service.mails()
    assert mail.subject.startswith("Message D1: asked for a price")
    assert "A message, not a sales alert: student" in mail.body
    assert "> For my thesis" in mail.body


def test_a_competitor_is_never_disqualified_for_it(service: Service) -> None:
    service.file(EMAIL, "contact.imported", stage="lead", relation="competitor")
    service.post("/forms/demo", EVA)
    service.pump()
    (mail,) = service.mails()
    assert "not a sales alert: competitor" in mail.body
    assert service.standing(EMAIL).stage == "mql"


@pytest.mark.parametrize("path", ["/newsletter", "/downloads/guide"])
def test_a_signup_or_a_guide_makes_no_mail_to_sales(service: Service, path: str) -> None:
    service.post(path, EVA)
    service.pump()
    service.clock.move(minutes=10)
    service.later(5)
    assert service.letters() == []
    assert service.mails() == []


def test_a_message_on_a_request_after_the_deal_was_opened_still_reaches_a_human(service: Service) -> None:
    service.post("/forms/demo", EVA)
    service.pump()
    begins = {"opportunity": "Message ", "customer": "Customer asked for a price ", "disqualified": "Message "}
    for stage, start in begins.items():
        service.clock.move(days=1)
        service.file(EMAIL, "operator.stage_set", stage=stage)
        service.pump()
        service.mails()
        service.post("/forms/pricing", {**EVA, "message": f"As {stage}"})
        service.pump()
        (mail,) = service.mails()
        assert mail.subject.startswith(start)
        assert f"> As {stage}" in mail.body
        assert service.standing(EMAIL).stage == stage


def test_every_written_word_is_heard_exactly_once_whatever_the_order(service: Service) -> None:
    """A month of one contact, each day's doorbells delivered in a batch, twice."""
    for day, paths in enumerate([("contact",), ("demo", "contact"), ("pricing", "demo"), ("callback",), ("contact",)]):
        service.clock.move(days=1)
        for path in paths:
            service.post(f"/forms/{path}", {**EVA, "message": f"{path} on day {day}"})
            service.clock.move(seconds=1)
        service.deliver("score", service.records(EMAIL, "EVENT#")[::-1])
        service.pump()
    facts = [str(letter["fact"]) for letter in service.letters()]
    assert sorted(facts) == sorted(fact["id"] for fact in service.facts(EMAIL))
    service.later(3)
    bodies = [mail.body for mail in service.mails()]
    for fact in service.facts(EMAIL):
        assert sum(f"> {fact['fields']['message']}" in body for body in bodies) == 1


def test_what_a_visitor_wrote_stays_in_its_fence(service: Service) -> None:
    hostile = (
        "Ignore this\r\nPlease answer by never\nSee https://evil.example.net/login or evil.example.net\u202e\x1b[31m"
    )
    service.post(
        "/forms/demo", {**EVA, "name": "Eva\r\nBcc: all@example.com", "message": hostile, "utm_source": "a\nb"}
    )
    (aside,) = held(service.table, service.clock().date())
    release(service.contacts, aside, service.clock())  # such words are held back; who lets them go reads them fenced
    service.pump()
    (mail,) = service.mails()
    assert mail.subject == "Sales lead A1: asked for a demo (SE, 201-500) #1"
    assert re.findall(r"https?://\S+", mail.body) == [mail.body.split()[-1]]
    assert "evil.example.net" not in mail.body
    assert "> Please answer by never" in mail.body
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", mail.body)
    assert mail.body.splitlines()[0].startswith("Eva Bcc: all@example")


def test_logs_hold_no_word_of_a_visitor(service: Service, lines: LogLines) -> None:
    secret = {**EVA, "message": "my secret wish", "phone": "+46846500417", "x": "unheard-of"}
    service.post("/forms/demo", secret)
    service.post("/forms/demo", {"email": "secret@", "name": "Nobody Example"})
    service.pump()
    (mail,) = service.mails()
    service.get(mail.body.split()[-1].removeprefix("https://api.example.com"))
    service.later(2)
    written = lines.text
    assert {json.loads(line)["service"] for line in written.splitlines()} >= {"forms", "score", "notify", "sweep"}
    token = mail.body.split()[-1].rpartition("/")[2]
    for word in (*EVA.values(), "secret", "846500417", "unheard-of", "Nobody", token):
        assert len(word) < 4 or word not in written

"""All that somebody types reaches sales: in the mail, on its page, in `leadbell contact`, whatever the door."""

import html
import json
import re
from urllib.parse import urlencode, urlsplit

import pytest

from leadbell.events import FACT_TYPES
from leadbell.outbox.their_words import REST
from tests.integration.on_aws import Command
from tests.integration.service import EVA, FORM, Service

EMAIL = EVA["email"]
PARAGRAPH = "We lose leads between our plants, and nobody knows which. " * 24
MESSAGE = f"{PARAGRAPH}\n\n  - 40 pumps\n  - before summer"


def page_of(service: Service, body: str) -> str:
    """The text of the page behind a mail's link."""
    (link,) = re.findall(r"https?://\S+/alerts/\S+", body)
    return html.unescape(service.get(str(urlsplit(link).path)).body)


@pytest.mark.parametrize("name", ["message", "inquiry"])
def test_a_long_message_is_whole_in_the_mail_on_the_page_and_in_contact(
    service: Service, leadbell: Command, name: str
) -> None:
    service.post("/forms/contact", {"email": EMAIL, name: MESSAGE, "budget": "50 000 EUR"})
    service.pump()
    (mail,) = service.mails()
    assert all(line in mail.body for line in MESSAGE.split("\n"))
    assert "> budget: 50 000 EUR" in mail.body
    assert MESSAGE in page_of(service, mail.body)
    told = json.loads(leadbell("contact", EMAIL, "--json").stdout)["typed"]
    assert [(each["name"], each["value"]) for each in told[0]["values"]] == [
        ("email", EMAIL),
        (name, MESSAGE),
        ("budget", "50 000 EUR"),
    ]
    shown = leadbell("contact", EMAIL).stdout
    assert all(line in shown for line in MESSAGE.split("\n"))


def test_the_mail_keeps_the_form_s_order_and_its_names(service: Service) -> None:
    said = [("q2", "b"), ("q1", "a"), ("email", EMAIL), ("address", "Storgatan 1\n111 22\nSweden"), ("q1", "a, too")]
    service.post_body("/forms/contact", urlencode(said).encode(), FORM)
    service.pump()
    (mail,) = service.mails()
    fenced = [line for line in mail.body.splitlines() if line.startswith(">")]
    assert fenced[:2] == ["> q2: b", "> q1: a"]
    assert fenced[3:] == ["> address:", "> Storgatan 1", "> 111 22", "> Sweden", "> q1: a, too"]


def test_a_number_is_shown_as_read_and_as_typed(service: Service) -> None:
    service.post("/forms/callback", {"phone": "+1 650 253 0000 ext. 4821"})
    service.pump()
    (mail,) = service.mails()
    assert "Phone: +16502530000" in mail.body
    assert "> phone: +1 650 253 0000 ext. 4821" in mail.body


@pytest.mark.parametrize("path", ["/downloads/guide", "/newsletter", "/forms/contact"])
def test_who_writes_at_any_door_reaches_a_person_once(service: Service, path: str) -> None:
    service.post(path, {"email": EMAIL, "message": "Your page three has a mistake in its title."})
    service.pump()
    service.later(30)
    (mail,) = service.mails()
    assert mail.subject.startswith("Message ")
    assert "qualified" not in mail.subject
    assert "> Your page three has a mistake in its title." in mail.body
    assert EMAIL in mail.body


@pytest.mark.parametrize("path", ["/downloads/guide", "/newsletter"])
def test_who_only_signs_up_or_downloads_is_no_message(service: Service, path: str) -> None:
    service.post(path, EVA)
    service.pump()
    assert service.mails() == []


def test_a_text_too_long_for_a_mail_is_whole_on_its_page(service: Service) -> None:
    said = {"email": EMAIL, **{f"q{number}": f"{number} " + "漢字" * 1500 for number in range(9)}}
    said |= {f"p{number}": f"{number} " + "x\n" * 2000 for number in range(25)}
    answer = service.post_body("/forms/contact", json.dumps(said, ensure_ascii=False).encode(), "application/json")
    assert answer.status == 200
    service.pump()
    (mail,) = service.mails()
    assert len(mail.body.encode()) <= 200 * 1024
    assert REST in mail.body
    page = page_of(service, mail.body)
    assert all(value.strip() in page for value in said.values())


def test_after_an_objection_the_mail_says_all_of_this_form_and_nothing_else(service: Service) -> None:
    service.post("/downloads/guide", {**EVA, "company": "Canary AB"})
    service.pump()
    service.file(EMAIL, "profiling.objected")
    service.pump()
    service.post("/forms/demo", {"email": EMAIL, "lager": "12", "message": "Please call me"})
    service.pump()
    (mail,) = service.mails()
    assert "> lager: 12" in mail.body
    assert "> Please call me" in mail.body
    assert "Canary" not in f"{mail.body}{page_of(service, mail.body)}"


def test_a_mail_does_not_hold_what_was_typed(service: Service) -> None:
    service.post("/forms/demo", {**EVA, "message": MESSAGE})
    service.pump()
    (alert,) = service.items(EMAIL, "ALERT#")
    assert "40 pumps" not in f"{alert}"


def test_a_mail_of_which_the_text_is_gone_says_so(service: Service) -> None:
    service.post("/forms/demo", {**EVA, "message": MESSAGE})
    service.pump()
    (mail,) = service.mails()
    (text,) = service.items(EMAIL, "TEXT#")
    service.table.delete(text["pk"], text["sk"])
    page = page_of(service, mail.body)
    assert "no longer stored" in page
    assert "Eva Example" in page


def test_any_fact_has_its_line_in_contact(service: Service, leadbell: Command) -> None:
    service.post("/downloads/guide", EVA)
    for kind in FACT_TYPES:
        service.file(EMAIL, kind, page="/x", asset="guide", mail="none")
    told = json.loads(leadbell("contact", EMAIL, "--json").stdout)["timeline"]
    lines = [entry["what"] for entry in told if entry["kind"] == "fact"]
    assert len(lines) == len(FACT_TYPES) + 1
    for kind, about in FACT_TYPES.items():
        assert any(line.startswith(about.label) for line in lines) or kind == "form.submitted"
    assert leadbell("contact", EMAIL).stdout

"""The page behind the one link in an alert: it shows that mail to who holds the link, and moves nothing."""

import base64
import html
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from leadbell.keyed import Keyring
from leadbell.outbox.links import LinkPurpose, sign
from leadbell.outbox.their_words import HEADING
from tests.integration.service import ENVIRONMENT, EVA, KEYS, MONDAY, Service, event_file

HOSTILE = '<script>alert(1)</script> <img src="https://evil.example.net/x"> call me'


@pytest.fixture
def link(service: Service) -> str:
    """The path of the link in Eva's alert."""
    service.post("/forms/demo", {**EVA, "message": HOSTILE})
    service.pump()
    (mail,) = service.mails()
    (url,) = re.findall(r"https?://\S+", mail.body)
    assert url.startswith(ENVIRONMENT["PUBLIC_URL"] + "/alerts/")
    return str(urlsplit(url).path)


def test_the_page_shows_the_mail_and_nothing_runs_on_it(service: Service, link: str) -> None:
    page = service.get(link)
    (letter,) = service.letters()
    assert page.status == 200
    assert letter["subject"] in html.unescape(page.body)
    shown = html.unescape(page.body)
    assert all(line in shown for line in letter["body"].splitlines() if not line.startswith(("> ", HEADING)))
    assert f"<dd>{HOSTILE}</dd>" in shown
    assert "<script" not in page.body
    assert "<img" not in page.body
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert (page.headers["Referrer-Policy"], page.headers["Cache-Control"]) == ("no-referrer", "no-store")


def test_opening_it_moves_nothing_however_often(service: Service, link: str) -> None:
    before = service.items()
    calls: set[str] = set()
    service.faults.watch("sales", lambda _, operation, __: calls.add(operation))
    for _ in range(3):
        service.get(link)
        service.get("/thanks?for=demo")
    assert service.items() == before
    assert calls == {"GetItem"}


def test_each_mail_has_a_page_of_its_own(service: Service, link: str) -> None:
    service.clock.move(minutes=2)
    service.post("/forms/pricing", EVA)
    service.pump()
    (again,) = service.mails()
    other = urlsplit(again.body.split()[-1]).path
    assert other != link
    assert again.subject in html.unescape(service.get(other).body)


def test_the_link_holds_for_ninety_days(service: Service, link: str) -> None:
    service.clock.at = MONDAY + timedelta(days=90)
    assert service.get(link).status == 200
    service.clock.move(seconds=1)
    assert service.get(link).status == 404


def test_a_changed_link_is_not_found(service: Service, link: str) -> None:
    token = link.removeprefix("/alerts/")
    payload, _, proof = token.partition(".")
    later = base64.urlsafe_b64encode(f"alert\nCONTACT#{service.id_of(EVA['email'])}|STANDING\n9999999999".encode())
    forged = [
        payload,
        f"{payload}.",
        f".{proof}",
        f"{payload}.{proof[:-2]}",
        f"{payload[:-1]}{'A' if payload[-1] != 'A' else 'B'}.{proof}",
        f"{later.decode().rstrip('=')}.{proof}",
        f"{token}=",
        f"{token}.{proof}",
        "x",
        "ä",
        "A" * 5000,
    ]
    for each in forged:
        answer = service.get(f"/alerts/{each}")
        assert (each, answer.status) == (each, 404)
        assert "Eva" not in answer.body


@pytest.mark.parametrize("root", [b"the secret of another stack", b""])
def test_a_link_signed_by_somebody_else_is_not_found(service: Service, link: str, root: bytes) -> None:
    name = f"CONTACT#{service.id_of(EVA['email'])}|ALERT#000001"
    forged = sign(Keyring.of(root), LinkPurpose.ALERT, name, service.clock() + timedelta(days=1))
    assert service.get(f"/alerts/{forged}").status == 404


def test_a_link_meant_for_something_else_is_not_found(service: Service, link: str) -> None:
    name = f"CONTACT#{service.id_of(EVA['email'])}|ALERT#000001"
    other = sign(KEYS, LinkPurpose.UNSUBSCRIBE, name, service.clock() + timedelta(days=1))
    assert service.get(f"/alerts/{other}").status == 404


def test_the_recorded_forged_link_gets_a_page_that_says_so(service: Service) -> None:
    page = service.send(event_file("alert-link"))
    assert page.status == 404
    assert "expired or is incomplete" in page.body
    assert "what you typed" not in page.body  # a rep followed a link; nobody sent anything
    assert page.headers["Content-Type"].startswith("text/html")


def test_a_script_gets_json(service: Service) -> None:
    answer = service.get("/alerts/x", accept="application/json")
    assert (answer.status, answer.json["code"]) == (404, "LINK_NOT_VALID")


def test_a_mail_that_was_erased_is_not_found(service: Service, link: str) -> None:
    (letter,) = service.letters()
    service.table.delete(letter["pk"], letter["sk"])
    answer = service.get(link)
    assert (answer.status, "has been deleted" in answer.body) == (404, True)


def test_a_table_that_does_not_answer_is_503(service: Service, link: str) -> None:
    service.faults.refuse("sales", "GetItem")
    answer = service.get(link)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")

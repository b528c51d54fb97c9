"""Turnstile in front of a form, checked over real HTTP at a stand-in for the provider on this machine."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from leadbell.forms.config import PACKAGED, SpamSettings
from leadbell.forms.published import PublishedForms
from leadbell.web.turnstile import Checked, Turnstile
from tests.integration.on_aws import OnAws, told
from tests.integration.service import ENVIRONMENT, EVA, Answer, Service

SECRET = "a secret of the site"
GOOD = {"success": True, "hostname": "www.example.com", "action": "demo"}


@dataclass
class Provider:
    """Says what a test wants it to, and keeps what it was asked. A token is good once, or for the same id again."""

    says: Any = field(default_factory=lambda: GOOD)
    status: int = 200
    asked: list[dict[str, str]] = field(default_factory=list)
    url: str = ""
    quiet: threading.Event | None = None
    _used: dict[str, str] = field(default_factory=dict)

    def answer(self, question: dict[str, str]) -> bytes:
        self.asked.append(question)
        if self.quiet is not None:
            self.quiet.wait(10)
        token = question["response"]
        if self._used.setdefault(token, question["idempotency_key"]) != question["idempotency_key"]:
            return json.dumps({"success": False, "error-codes": ["timeout-or-duplicate"]}).encode()
        return self.says if isinstance(self.says, bytes) else json.dumps(self.says).encode()


@pytest.fixture
def provider() -> Iterator[Provider]:
    told = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["content-length"])).decode()
            body = told.answer({name: values[0] for name, values in parse_qs(raw).items()})
            try:
                self.send_response(told.status)
                self.end_headers()
                self.wfile.write(body)
            except ConnectionError:
                return  # who asked did not wait

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}/siteverify"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield told
    if told.quiet is not None:
        told.quiet.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def asking(service: Service, provider: Provider, monkeypatch: pytest.MonkeyPatch) -> Service:
    """The service whose demo form asks for a challenge, on one site."""
    app = service.apps["forms"]
    gate = app.reception.gate
    gate = replace(gate, turnstile=Turnstile(SECRET, provider.url, 0.5), limits=replace(gate.limits, factor=1))
    monkeypatch.setattr(app, "reception", replace(app.reception, gate=gate))
    demo = replace(PACKAGED.forms["demo"], spam=SpamSettings(turnstile=True), origins=("https://www.example.com",))
    config = replace(PACKAGED, forms={**PACKAGED.forms, "demo": demo})
    monkeypatch.setattr(type(app.active_forms), "active", lambda *_: config)
    return service


def post(service: Service, token: str, number: int = 0, **fields: str) -> Answer:
    said = {"email": f"p{number}@acme.example.com", "cf-turnstile-response": token, **fields}
    return service.post("/forms/demo", said, accept="application/json", origin="https://www.example.com")


def test_a_good_token_lets_the_submission_in_and_is_not_kept(asking: Service, provider: Provider) -> None:
    assert post(asking, "token-1").status == 200
    (question,) = provider.asked
    assert (question["secret"], question["response"]) == (SECRET, "token-1")
    assert set(question) == {"secret", "response", "idempotency_key"}  # nothing of the visitor
    assert "token-1" not in str(asking.items())


@pytest.mark.parametrize("token", ["", "x" * 2049])
def test_without_a_token_nobody_is_even_asked(asking: Service, provider: Provider, token: str) -> None:
    answer = post(asking, token)
    assert (answer.status, answer.json["code"]) == (403, "CAPTCHA_FAILED")
    assert provider.asked == []
    assert asking.items() == []


@pytest.mark.parametrize(
    "says",
    [
        {"success": False, "error-codes": ["invalid-input-response"]},
        {"success": "true", "hostname": "www.example.com"},
        {**GOOD, "hostname": "www.evil.example"},
        {**GOOD, "hostname": None},
        {**GOOD, "action": "newsletter"},
        {},
    ],
)
def test_a_token_that_is_bad_or_of_another_site_or_form_is_refused(
    asking: Service, provider: Provider, says: dict[str, Any]
) -> None:
    provider.says = says
    answer = post(asking, "token-1")
    assert (answer.status, answer.json["code"]) == (403, "CAPTCHA_FAILED")
    assert asking.items() == []


def test_a_token_is_good_once_and_for_the_same_again(asking: Service) -> None:
    first = post(asking, "token-1", 0, **EVA)
    again = post(asking, "token-1", 0, **EVA)
    other = post(asking, "token-1", 1)
    assert (first.status, again.status, other.status) == (200, 200, 403)
    assert first.json["id"] == again.json["id"]
    assert len(asking.facts()) == 1


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (503, {}),
        (200, b"<html>we are updating"),
        (200, b"[]"),
        (200, b"[" * 60000),
        (200, {"success": False, "error-codes": ["internal-error"]}),
        (200, {"success": False, "error-codes": ["invalid-input-secret"]}),
        (200, {"success": False, "error-codes": "none"}),
    ],
)
def test_where_the_provider_cannot_tell_three_pass_in_a_minute(
    asking: Service, provider: Provider, status: int, says: Any
) -> None:
    provider.status, provider.says = status, says
    assert [post(asking, f"token-{number}", number).status for number in range(5)] == [200] * 3 + [429] * 2
    asking.clock.move(minutes=1)
    assert post(asking, "token-9", 9).status == 200
    assert len(asking.facts()) == 4


def test_a_provider_that_says_nothing_is_waited_for_only_so_long(asking: Service, provider: Provider) -> None:
    provider.quiet = threading.Event()
    assert post(asking, "token-1").status == 200


def test_a_provider_that_is_gone_is_one_that_cannot_tell() -> None:
    gone = Turnstile(SECRET, "http://127.0.0.1:9/", 0.5)
    assert gone.check("token", (), (), "demo") is Checked.UNKNOWN


def test_a_stack_without_the_secret_cannot_tell() -> None:
    assert Turnstile("", "http://127.0.0.1:9/").check("token", (), (), "demo") is Checked.UNKNOWN


def test_forms_that_do_not_ask_for_it_never_ask_the_provider(asking: Service, provider: Provider) -> None:
    assert asking.post("/forms/contact", EVA).status == 303
    assert provider.asked == []


def test_status_says_that_a_form_asks_for_what_nobody_can_check(
    stack: OnAws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "Turnstile" not in [each["name"] for each in told(capsys, "status")]
    wary = replace(PACKAGED.newsletter, spam=SpamSettings(turnstile=True))
    demo = replace(PACKAGED.forms["demo"], spam=SpamSettings(turnstile=True))
    asking = replace(PACKAGED, forms={**PACKAGED.forms, "demo": demo}, newsletter=wary)
    monkeypatch.setattr(PublishedForms, "active", lambda *_: asking)
    (found,) = [each for each in told(capsys, "status") if each["name"] == "Turnstile"]
    assert (found["is_well"], found["is_warning"]) == (True, True)
    assert found["found"] == (
        "no secret is set, so nothing is checked and at most three a minute are accepted: form demo, newsletter"
    )
    assert "TurnstileSecret=SECRET" in found["fix"]
    monkeypatch.setitem(ENVIRONMENT, "TURNSTILE_SECRET", SECRET)
    assert "Turnstile" not in [each["name"] for each in told(capsys, "status")]

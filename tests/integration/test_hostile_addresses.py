"""What an address holds is as hostile as a body: each door refuses it, and repeats none of it."""

import json

import pytest

from tests.integration.service import Answer, Service, http_event

CANARY = "canary7f3a"
NAMES = {
    "a line break": f"{CANARY}\r\nSet-Cookie: a=b",
    "ten thousand letters": CANARY * 1000,
    "a tag": f"<script>{CANARY}</script>",
    "a format": f"{{{CANARY}}}%s%n",
    "a way up": f"..%2F..%2F{CANARY}",
    "a key of the table": f"CONFIG#{CANARY}",
    "letters from elsewhere": f"{CANARY}\u202e\u0000\U0001f600",
    "half a letter": f"{CANARY}\ud800",
    "a known form in capitals": f"CONTACT{CANARY}",
    "a token of nothing": f"{CANARY}.{CANARY}",
    "a token that is no base64": f"\u0101{CANARY}.=",
}
ROUTES = (
    ("POST", "/forms/"),
    ("POST", "/f/"),
    ("POST", "/submissions/v3/integration/submit/1/"),
    ("POST", "/downloads/"),
    ("POST", "/confirm/"),
    ("POST", "/unsubscribe/"),
    ("POST", "/preferences/"),
    ("GET", "/confirm/"),
    ("GET", "/preferences/"),
    ("GET", "/d/"),
    ("HEAD", "/d/"),
    ("GET", "/alerts/"),
)


def check(service: Service, answer: Answer) -> None:
    assert 400 <= answer.status < 500
    assert CANARY not in answer.body + json.dumps(dict(answer.headers))
    assert service.items() == []


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_address_is_refused_and_repeated_nowhere(
    service: Service, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    for method, route in ROUTES:
        body = b"email=eva@acme.example" if method == "POST" else b""
        event = http_event(method, route, body, {"content-type": "application/x-www-form-urlencoded"})
        event["rawPath"] = event["requestContext"]["http"]["path"] = f"{route}{NAMES[name]}"
        check(service, service.send(event))
    assert CANARY not in str([vars(each) for each in caplog.records])


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_of_a_form_is_refused_and_repeated_nowhere(
    service: Service, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    for path, field in (("/submit", "access_key"), ("/", "form-name")):
        body = json.dumps({field: NAMES[name], "email": "eva@acme.example"}).encode()
        check(service, service.post_body(path, body, "application/json"))
    assert CANARY not in str([vars(each) for each in caplog.records])

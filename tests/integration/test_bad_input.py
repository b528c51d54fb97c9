"""What the doors refuse: status, field and fix, as a page and as JSON; nothing is stored, and never is it a 5xx."""

import html
import json
from typing import NamedTuple

import pytest

from tests.integration.service import EVA, FORM, Service, http_event

JSON = "application/json"
PARTS = "multipart/form-data; boundary=b"
GOOD = b"email=eva%40acme.example.com"

PART = b'--b\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n'
HALF = PART % (b"email", b"eva@acme.example.com") + (PART % (b"message", b"Call me"))[:-6]


class Bad(NamedTuple):
    """A body and what is said about it."""

    body: bytes
    status: int
    code: str
    says: str
    field: str = ""
    content_type: str = FORM
    path: str = "/forms/contact"


BAD = {
    "nothing to reach a person by": Bad(b"name=Eva", 422, "REQUIRED_FIELD_MISSING", "phone number", "email"),
    "an address without a domain": Bad(b"email=eva%40", 422, "TYPE_EMAIL", "not a valid e-mail address", "email"),
    "two addresses in one": Bad(
        b"email=a%40b.example.com%0aBcc:c%40d.example.com", 422, "TYPE_EMAIL", "not a valid", "email"
    ),
    "a number that is none": Bad(b"phone=call+me", 422, "TYPE_PHONE", "country code", "phone"),
    "a newsletter for a phone": Bad(
        b"phone=%2B46701740605", 422, "REQUIRED_FIELD_MISSING", "enter an e-mail address", "email", path="/newsletter"
    ),
    "a guide for nobody": Bad(b"name=Eva", 422, "REQUIRED_FIELD_MISSING", "enter", "email", path="/downloads/guide"),
    "an unknown form": Bad(GOOD, 404, "FORM_NOT_FOUND", "There is no form with this id", path="/forms/order"),
    "an unknown download": Bad(
        GOOD, 404, "ASSET_NOT_FOUND", "There is no download with this id", path="/downloads/other"
    ),
    "a picture": Bad(b"\x89PNG", 415, "UNSUPPORTED_TYPE", "not image/png", content_type="image/png"),
    "no type": Bad(GOOD, 415, "UNSUPPORTED_TYPE", "Content-Type header is missing", content_type=""),
    "a megabyte": Bad(b"message=" + b"x" * 1_000_000, 413, "PAYLOAD_TOO_LARGE", "262,144"),
    "nothing": Bad(b"", 400, "EMPTY", "The form was empty"),
    "only blanks": Bad(b"email=+&name=%20", 400, "EMPTY", "The form was empty"),
    "too many fields": Bad(b"&".join([GOOD] * 1001), 400, "MALFORMED", "1,001 fields"),
    "an address that is no UTF-8": Bad(b"email=%ff%fe", 422, "TYPE_EMAIL", "not a valid", "email"),
    "raw bytes": Bad(b"\xff\xfe\x00", 400, "EMPTY", "The form was empty"),
    "broken JSON": Bad(b'{"email": ', 400, "MALFORMED", "not valid JSON", content_type=JSON),
    "a JSON list": Bad(b'["eva@acme.example.com"]', 400, "MALFORMED", "not a JSON object", content_type=JSON),
    "a JSON text": Bad(b'"eva@acme.example.com"', 400, "MALFORMED", "not a JSON object", content_type=JSON),
    "deep JSON": Bad(b"[" * 100_000, 400, "MALFORMED", "too deeply", content_type=JSON),
    "no number": Bad(b'{"email": NaN}', 422, "TYPE_EMAIL", "not a valid", "email", JSON),
    "half a character": Bad(b'{"email": "\\ud800"}', 422, "TYPE_EMAIL", "not a valid", "email", JSON),
    "a long number": Bad(b'{"email": ' + b"9" * 5000 + b"}", 422, "TYPE_EMAIL", "not a valid", "email", JSON),
    "a beacon of words": Bad(b"hello", 400, "MALFORMED", "must be JSON or lines", content_type="text/plain"),
    "parts without a boundary": Bad(b"--b", 400, "MALFORMED", "multipart", content_type="multipart/form-data"),
    "parts that are none": Bad(b"no parts here", 400, "MALFORMED", "multipart", content_type=PARTS),
    "a part without a name": Bad(b"--b\r\n\r\nx\r\n--b--\r\n", 400, "MALFORMED", "multipart", content_type=PARTS),
    "half a part": Bad(HALF, 400, "MALFORMED", "multipart", content_type=PARTS),
}


# What a browser can send without a script.
FROM_BROWSERS = {name: bad for name, bad in BAD.items() if bad.content_type not in (JSON, "text/plain")}


@pytest.mark.parametrize("bad", FROM_BROWSERS.values(), ids=FROM_BROWSERS)
def test_a_browser_gets_a_page_that_says_what_to_change(service: Service, bad: Bad) -> None:
    answer = service.post_body(bad.path, bad.body, bad.content_type)
    assert answer.status == bad.status
    assert answer.headers["Content-Type"].startswith("text/html")
    text = html.unescape(answer.body)
    assert bad.says.lower() in text.lower()
    assert "Nothing was stored" in text
    assert service.items() == []


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_script_gets_the_code_the_field_and_the_fix(service: Service, bad: Bad) -> None:
    answer = service.post_body(bad.path, bad.body, bad.content_type, accept=JSON)
    assert answer.status == bad.status
    assert answer.json["ok"] is False
    (error, *_) = answer.json["errors"]
    assert error["code"] == bad.code
    assert error.get("field", "") == bad.field
    assert bad.says in error["message"]
    assert service.items() == []


def test_an_idempotency_key_has_a_limit(service: Service) -> None:
    answer = service.post("/forms/demo", EVA, accept=JSON, idempotency_key="k" * 201)
    assert (answer.status, answer.json["code"]) == (400, "MALFORMED")
    assert service.items() == []


def test_a_body_that_is_not_the_base64_it_says_is_refused(service: Service) -> None:
    event = http_event("POST", "/forms/demo", b"", {"content-type": FORM, "accept": JSON})
    assert service.send({**event, "body": "*"}).status == 400


def test_a_post_without_a_body_is_refused(service: Service) -> None:
    event = http_event("POST", "/forms/demo", b"", {"content-type": FORM, "accept": JSON})
    del event["body"]
    assert service.send({**event, "isBase64Encoded": False}).status == 400


@pytest.mark.parametrize(
    "form", ["%3Cscript%3E", "<script>alert(1)</script>", "ä", "a b", "..", "'\"", "x" * 3000, "%00"]
)
def test_a_hostile_form_name_is_not_found_and_not_shown(service: Service, form: str) -> None:
    for accept in ("text/html", JSON):
        answer = service.post(f"/forms/{form}", EVA, accept=accept)
        assert answer.status == 404
        assert "script" not in answer.body
    assert service.items() == []


def test_what_a_visitor_typed_never_becomes_markup(service: Service) -> None:
    answer = service.post("/forms/demo", {"email": "<img src=x onerror=alert(1)>@x", "<b>": "<script>"})
    assert answer.status == 422
    assert "<img" not in answer.body
    assert "<script" not in answer.body


def test_json_never_shows_the_value_that_was_refused(service: Service) -> None:
    answer = service.post("/forms/demo", {"email": "secret-of-eva@"}, accept=JSON)
    assert "secret-of-eva" not in json.dumps(answer.json)

"""Where the doors really lead: whatever a form asks for, to the owner's sites or to a page of ours; and no header of an
answer is a visitor's."""

import json
from urllib.parse import quote, urlsplit

import pytest

from tests.integration.service import ENVIRONMENT, EVA, Service
from tests.unit.web.test_redirects import ESCAPES

OURS = ENVIRONMENT["PUBLIC_URL"]
SITE = "https://www.example.com"
JSON = "application/json"
WRONG = {"email": "eva@"}

# The owner's sites of the unit test have another name here; the last ones are for a browser's own reading of a URL.
VECTORS = [
    *(escape.replace("www.shop.example", "www.example.com") for escape in ESCAPES if escape),
    "/%0d%0aLocation:%20https://evil.example",
    "/%5cevil.example",
    "/..//evil.example",
    "/.//evil.example",
    "https://www.example.com%0d%0a.evil.example",
    "https://www.example.com\u2028.evil.example",
    "https://www.example.com\u3000@evil.example",
    "\u2028//evil.example",
    "https://evil\uff0eexample",
    "https:\u2215\u2215evil.example",
]


def place(location: str, path: str) -> str:
    """Where a browser goes; a location that it would read in more than one way is not let through at all."""
    assert location.isascii()
    assert location.isprintable()
    assert "\\" not in location
    assert " " not in location
    if location.startswith(("../thanks?for=", "thanks?for=")):
        return OURS
    parts = urlsplit(location)
    assert location.startswith(f"{parts.scheme}://{parts.netloc}"), f"{path} leads to {location}"
    return f"{parts.scheme}://{parts.netloc}"


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: quote(vector)[:60])
def test_nothing_that_a_form_asks_for_leads_elsewhere(service: Service, vector: str) -> None:
    for path, name in (("/f/demo", "_redirect"), ("/submit", "redirect")):
        answer = service.post(path, {**EVA, name: vector, "access_key": "demo", "_error_redirect": vector})
        assert answer.status == 303 or "\x00" in vector  # a NUL is no text, and the body is refused
        assert not answer.location or place(answer.location, path) in (OURS, SITE)
    led = service.post("/f/demo", {**WRONG, "_error_redirect": vector})
    assert led.status in (400, 422) or place(led.location, "/f/demo") == SITE
    told = service.post_body("/f/demo", json.dumps({**EVA, "_redirect": vector}).encode(), JSON)
    if told.status == 200:
        assert told.json["next"].startswith((f"{OURS}/thanks?for=demo", f"{SITE}/"))


INJECTIONS = [
    "x\r\nSet-Cookie: a=b",
    "x\nSet-Cookie: a=b",
    "x\rSet-Cookie: a=b",
    "x\u2028Set-Cookie: a=b",
    "x\u2029Set-Cookie: a=b",
    "x\u0085Set-Cookie: a=b",
    "x\x0bSet-Cookie: a=b",
    "x\x0cSet-Cookie: a=b",
    "x%0d%0aSet-Cookie: a=b",
    "x%E5%98%8A%E5%98%8DSet-Cookie: a=b",
    "\u560a\u560dSet-Cookie: a=b",
    "\x1b]0;title\x07",
]
NAMES = (
    "name",
    "email",
    "_redirect",
    "_error_redirect",
    "_language",
    "_idempotency",
    "form-name",
    "access_key",
    "shoe",
)


HEADERS = {
    "Allow",
    "Cache-Control",
    "Content-Security-Policy",
    "Content-Type",
    "Location",
    "Referrer-Policy",
    "Retry-After",
    "Vary",
    "X-Content-Type-Options",
}


@pytest.mark.parametrize("vector", INJECTIONS, ids=lambda vector: quote(vector)[:40])
def test_no_header_of_an_answer_is_a_visitor_s(service: Service, vector: str) -> None:
    sent = [{**EVA, "form-name": "demo", name: vector} for name in NAMES]
    answers = [service.post(path, fields) for path in ("/f/demo", "/", "/newsletter") for fields in sent]
    answers += [service.post("/submit", fields, accept=JSON) for fields in sent]
    answers.append(service.get(f"/thanks?for={quote(vector)}&language={quote(vector)}"))
    for answer in answers:
        assert answer.headers.keys() <= HEADERS
        assert all(value.isascii() and value.isprintable() for value in answer.headers.values())
        assert "cookie" not in str({**answer.headers, "Location": ""}).lower()

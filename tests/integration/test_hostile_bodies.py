"""Each hostile body at each door: the answer that the list gives it, never a 5xx, and of what is refused no trace."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from leadbell.plain_text import MAX_MARKS
from tests.fuzz.hostile import EMAIL, HOSTILE, JSON, Hostile, as_json
from tests.integration.service import Service, http_event

DOORS = ("/forms/contact", "/newsletter", "/downloads/guide")


@pytest.fixture(scope="module", autouse=True)
def cpu() -> Iterator[dict[str, float]]:
    """Milliseconds by body; the longest are printed, which `pytest -s` shows."""
    taken: dict[str, float] = {}
    yield taken
    for name in sorted(taken, key=lambda name: -taken[name])[:8]:
        print(f"\n{taken[name]:6.1f} ms of CPU: {name}", end="")


def request(path: str, body: Hostile) -> Any:
    headers = {"content-type": body.content_type, "accept": JSON}
    if body.encoding:
        headers["content-encoding"] = body.encoding
    return http_event("POST", path, body.raw, headers)


@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_body_gets_its_answer_at_every_door(
    service: Service, name: str, path: str, cpu: dict[str, float]
) -> None:
    body = HOSTILE[name]
    event, started = request(path, body), time.process_time()
    answer = service.send(event)
    cpu[f"{name} at {path}"] = (time.process_time() - started) * 1000
    told = answer.json.get("errors", [{"code": ""}])[0]
    assert (answer.status, told["code"]) == (body.status, body.code)
    stored = [item for item in service.items() if not item["pk"].startswith("RATE#")]
    assert len(service.facts()) == (not body.code)
    assert bool(stored) is not bool(body.code)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Call\x07 me\x1b[31m", "Call me[31m"),
        ("line\x0bbreak\u2028and another", "line\nbreak\nand another"),
        ("\u202egpj.exe\u202c", "gpj.exe"),
        ("E\u200bva\ufeff", "Eva"),
        ("Z" + "\u0336" * 50 + "a", "Z" + "\u0336" * MAX_MARKS + "a"),
        ("\u0645\u0650\u0651\u200f \U0001f469\u200d\U0001f52c", "\u0645\u0650\u0651\u200f \U0001f469\u200d\U0001f52c"),
    ],
)
def test_what_hides_or_disfigures_is_taken_out_and_the_rest_is_heard(service: Service, typed: str, kept: str) -> None:
    service.post("/forms/contact", {"email": EMAIL, "message": typed})
    (fact,) = service.facts(EMAIL)
    assert fact["fields"]["message"] == kept


def test_a_telephone_number_from_an_address_book_is_read(service: Service) -> None:
    """Windows and Android wrap it in characters that nobody sees."""
    assert service.post("/forms/callback", {"phone": "\u202a+46 70 174 06 05\u202c"}).status == 303
    (fact,) = service.facts()
    assert fact["fields"]["phone_e164"] == "+46701740605"


def test_a_long_field_that_nobody_sees_costs_nobody_their_message(service: Service) -> None:
    body = as_json(message="Call me", signature="x" * 200_000)
    assert service.post_body("/forms/contact", body, JSON).status == 200
    (fact,) = service.facts(EMAIL)
    assert fact["fields"]["message"] == "Call me"
    assert len(fact["fields"]["x_signature"]) == 256


@pytest.mark.parametrize("key", ["k" * 201, "\ud800", "a\x00b"])
def test_a_hostile_idempotency_key_is_refused(service: Service, key: str) -> None:
    answer = service.post("/forms/contact", {"email": EMAIL}, accept=JSON, idempotency_key=key)
    assert (answer.status, answer.json["code"]) == (400, "MALFORMED")
    assert service.facts() == []

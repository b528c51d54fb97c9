"""How much one source may send: exact by window, whoever else sends, and never in the way of a retry."""

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from leadbell.identity import folded
from leadbell.secret import SECRET
from leadbell.web.limits import network_of
from tests.integration.service import EVA, FORM, Answer, Service, http_event, limit_as_deployed

HOME, OFFICE = "198.51.100.7", "203.0.113.9"


@pytest.fixture
def limited(service: Service, monkeypatch: pytest.MonkeyPatch) -> Service:
    """The service with the limits that a stack has by default."""
    for folder in ("forms", "newsletter", "downloads"):
        limit_as_deployed(service.apps[folder], monkeypatch)
    return service


def event_from(source: str, path: str, body: bytes, **headers: str) -> Any:
    event = http_event("POST", path, body, {"accept": "application/json", "content-type": FORM, **headers})
    event["requestContext"]["http"]["sourceIp"] = source
    return event


def post(service: Service, source: str, number: int = 0, path: str = "/forms/contact", **fields: str) -> Answer:
    said = {"email": f"p{number}@acme.example.com", "message": f"Question {number}", **fields}
    return service.send(event_from(source, path, urlencode(said).encode()))


def statuses(service: Service, source: str, count: int, path: str = "/forms/contact") -> list[int]:
    return [post(service, source, number, path).status for number in range(count)]


def test_the_eleventh_in_a_minute_at_one_form_waits_for_the_next(limited: Service) -> None:
    limited.clock.move(seconds=13)
    assert statuses(limited, HOME, 12) == [200] * 10 + [429] * 2
    refused = post(limited, HOME, 12)
    assert refused.headers["Retry-After"] == "47"
    assert refused.json["code"] == "TOO_MANY_REQUESTS"
    assert len(limited.facts()) == 10
    limited.clock.move(seconds=47)
    assert post(limited, HOME, 12).status == 200


def test_a_browser_is_told_on_a_page_how_long_to_wait(limited: Service) -> None:
    statuses(limited, HOME, 10)
    event = event_from(HOME, "/forms/contact", b"email=a@acme.example.com", accept="text/html")
    answer = limited.send(event)
    assert (answer.status, answer.headers["Retry-After"]) == (429, "60")
    assert "wait 60 seconds" in answer.body


def test_nobody_else_waits(limited: Service) -> None:
    statuses(limited, HOME, 20)
    assert statuses(limited, OFFICE, 10) == [200] * 10


def test_over_all_forms_it_is_thirty(limited: Service) -> None:
    paths = ("/forms/contact", "/forms/demo", "/forms/pricing", "/forms/callback")
    assert Counter(status for path in paths for status in statuses(limited, HOME, 10, path)) == {200: 30, 429: 10}


def test_what_a_form_refuses_does_not_use_up_the_others(limited: Service) -> None:
    assert statuses(limited, HOME, 60)[10:] == [429] * 50
    assert statuses(limited, HOME, 10, "/forms/demo") == [200] * 10


def test_what_the_sender_says_of_its_address_counts_for_nothing(limited: Service) -> None:
    chance = random.Random(7)
    found = Counter[int]()
    for number in range(200):
        claimed = ", ".join(f"{chance.randrange(256)}.{chance.randrange(256)}.0.1" for _ in range(3))
        body = urlencode({"email": f"p{number}@acme.example.com"}).encode()
        headers = {"x-forwarded-for": claimed, "x-real-ip": claimed, "forwarded": f"for={claimed}"}
        found[limited.send(event_from(HOME, "/forms/contact", body, **headers)).status] += 1
    assert found == {200: 10, 429: 190}


def test_one_network_of_ipv6_is_one_source() -> None:
    assert network_of("2001:db8:1:2::1") == network_of("2001:db8:1:2:ffff::9")
    assert network_of("2001:db8:1:2::1") != network_of("2001:db8:1:3::1")
    assert network_of("::ffff:198.51.100.7") == network_of(HOME)
    assert network_of("not an address") == "not an address"


def test_the_limit_comes_before_the_body_is_looked_at(limited: Service) -> None:
    found = [limited.send(event_from(HOME, "/forms/contact", b"\xff")).status for _ in range(11)]
    assert found == [400] * 10 + [429]


def test_the_sixth_for_one_mailbox_waits_however_it_is_spelt(limited: Service) -> None:
    spellings = [
        "eva.s@gmail.com",
        "EvaS@\uff47mail.com",
        "EvaS+a@gmail.com",
        "e.v.a.s@googlemail.com",
        "evas+b@gmail.com",
    ]
    for at, email in enumerate([*spellings, "evas+c@gmail.com"]):
        limited.clock.move(seconds=61)
        assert post(limited, HOME, at, email=email).status == (200 if at < 5 else 429)
    assert post(limited, OFFICE, 7, email="evas@gmail.com").headers["Retry-After"] == "234"  # 600 s less 6 * 61
    assert post(limited, OFFICE, 7, email="evas@outlook.com").status == 200
    assert post(limited, OFFICE, 7, "/forms/demo", email="evas@gmail.com").status == 200
    limited.clock.move(seconds=234)
    assert post(limited, OFFICE, 7, email="evas@gmail.com").status == 200


def test_addresses_are_folded_for_limits_alone() -> None:
    assert folded("Ann.Lee+x@Acme.example") == "annlee@acme.example"
    assert folded("a.b+c@GoogleMail.com") == "ab@gmail.com"


@pytest.mark.parametrize("headers", [{}, {"idempotency-key": "k-1"}])
def test_a_retry_is_answered_as_the_same_when_its_address_has_no_room_left(
    limited: Service, headers: dict[str, str]
) -> None:
    body = urlencode(EVA).encode()
    first = limited.send(event_from(HOME, "/forms/demo", body, **headers))
    for number in range(4):
        assert post(limited, HOME, number, "/forms/demo", email=EVA["email"]).status == 200
    assert post(limited, HOME, 9, "/forms/demo", email=EVA["email"]).status == 429
    again = limited.send(event_from(HOME, "/forms/demo", body, **headers))
    assert (again.status, again.json["id"]) == (first.status, first.json["id"]) == (200, first.json["id"])
    assert len(limited.facts(EVA["email"])) == 5


def test_the_same_said_again_after_the_minute_is_new_and_waits(limited: Service) -> None:
    for number in range(5):
        post(limited, HOME, number, email=EVA["email"])
    limited.clock.move(seconds=61)
    assert post(limited, HOME, 0, email=EVA["email"]).status == 429


@pytest.mark.parametrize("path", ["/newsletter", "/downloads/guide"])
def test_the_other_doors_count_too(limited: Service, path: str) -> None:
    answers = [post(limited, HOME, number, path).status for number in range(11)]
    assert answers == [200] * 10 + [429]


def test_no_key_of_a_counter_shows_an_address_and_each_goes_by_itself(limited: Service) -> None:
    post(limited, HOME, 1)
    counters = [item for item in raw_items(limited) if item["sk"]["S"] == "RATE"]
    assert len(counters) == 2
    end = int(limited.clock().timestamp())
    assert sorted(int(item["expires_at"]["N"]) - end for item in counters) == [3660, 4200]
    assert not any(told in str(counters) for told in (HOME, "acme.example.com", "p1"))


def raw_items(service: Service) -> list[Any]:
    from tests.integration.service import ENVIRONMENT

    items = service.client.scan(TableName=ENVIRONMENT["TABLE_NAME"])["Items"]
    return [item for item in items if item["pk"]["S"] != SECRET[0]]


def test_a_counter_that_the_table_throttles_stops_no_submission(limited: Service) -> None:
    limited.faults.refuse("forms", "UpdateItem", "ThrottlingException", times=99)
    assert statuses(limited, HOME, 12) == [200] * 12
    assert len(limited.facts()) == 12


def test_where_the_table_fails_the_submission_is_sent_again_later(limited: Service) -> None:
    limited.faults.refuse("forms", "UpdateItem", "InternalServerError", status=500, times=99)
    answer = post(limited, HOME, 1)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert limited.items() == []


def test_an_operator_can_raise_all_limits_at_once(limited: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    app = limited.apps["forms"]
    gate = replace(app.reception.gate, limits=replace(app.reception.gate.limits, factor=3))
    monkeypatch.setattr(app, "reception", replace(app.reception, gate=gate))
    assert statuses(limited, HOME, 31) == [200] * 30 + [429]


def test_the_stamp_of_a_form_is_never_kept_and_counts_nothing(limited: Service) -> None:
    answer = limited.get("/stamp?for=forms/contact", accept="application/json")
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
    assert raw_items(limited) == []
    assert limited.get("/stamp?for=everything", accept="application/json").status == 404


def test_a_form_sent_sooner_than_anybody_types_is_held(limited: Service) -> None:
    stamp = limited.get("/stamp?for=forms/demo", accept="application/json").json["t"]
    limited.clock.at += timedelta(milliseconds=900)
    assert post(limited, HOME, 1, "/forms/demo", _t=stamp).status == 200
    limited.clock.at += timedelta(seconds=3)
    assert post(limited, HOME, 2, "/forms/demo", _t=stamp).status == 200
    assert [each["fields"]["email"] for each in limited.facts()] == ["p2@acme.example.com"]


def test_behind_a_cdn_that_knows_the_secret_each_visitor_has_limits_of_their_own(
    limited: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    forms, secret = limited.apps["forms"], "a secret of sixteen"
    gate = replace(forms.reception.gate, proxy_secret=secret)
    monkeypatch.setattr(forms, "reception", replace(forms.reception, gate=gate))

    def through(visitor: str, number: int, sent: str = secret) -> int:
        said = urlencode({"email": f"p{number}@acme.example.com", "message": f"Question {number}"}).encode()
        proxy = {"x-leadbell-proxy": sent, "cloudfront-viewer-address": f"{visitor}:443"}
        return limited.send(event_from("130.176.1.1", "/forms/contact", said, **proxy)).status

    assert [through(HOME, number) for number in range(11)] == [200] * 10 + [429]
    assert [through(OFFICE, 20 + number) for number in range(10)] == [200] * 10
    found = Counter(through(f"192.0.2.{number}", 40 + number, "some other secret") for number in range(20))
    assert found == {200: 10, 429: 10}

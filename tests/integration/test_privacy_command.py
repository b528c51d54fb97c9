"""`leadbell privacy`, `status`, `contact` and `explain` of what a person must answer within a month."""

import json
from typing import Any

from tests.integration.on_aws import Command
from tests.integration.service import EVA, Service

EMAIL = EVA["email"]


def told(leadbell: Command, *words: str) -> Any:
    return json.loads(leadbell(*words).stdout)


def paused(service: Service) -> None:
    service.post("/forms/contact", {**EVA, "message": "Hello", "_consent[profiling]": "no"})
    service.pump()


def test_nothing_waits_where_nobody_asked(service: Service, leadbell: Command) -> None:
    assert leadbell("privacy").stdout == "No privacy request is waiting for an answer.\n"
    assert told(leadbell, "privacy", "--json") == []


def test_a_pause_is_listed_with_its_last_day_and_shown_of_the_contact(service: Service, leadbell: Command) -> None:
    paused(service)
    (asked,) = told(leadbell, "privacy", "--json")
    assert asked == {
        "contact": service.id_of(EMAIL),
        "email": EMAIL,
        "what": "profiling",
        "since": "2026-03-02T09:00:00.000Z",
        "answer_by": "2026-04-02",
    }
    page = leadbell("privacy").stdout
    assert "2 Apr 2026" in page and "profiling paused" in page and "leadbell objection EMAIL" in page
    assert "Profiling paused since 2 Mar 2026: answer by 2 Apr 2026" in leadbell("contact", EMAIL).stdout
    assert told(leadbell, "explain", EMAIL, "--json")["paused"] is True
    assert "Profiling is paused" in leadbell("explain", EMAIL).stdout
    (finding,) = (each for each in told(leadbell, "status", "--json") if each["name"] == "privacy requests")
    assert finding["found"] == "1 request to answer, the first by 2 Apr 2026"


def test_the_operators_word_ends_it_either_way(service: Service, leadbell: Command) -> None:
    paused(service)
    leadbell("objection", EMAIL, "--withdrawn")
    assert told(leadbell, "privacy", "--json") == []
    assert told(leadbell, "explain", EMAIL, "--json")["grade"][0] == "A"
    service.clock.move(days=1)
    service.post("/forms/contact", {**EVA, "message": "Again", "_consent[profiling]": "no"})
    service.pump()
    leadbell("objection", EMAIL)
    assert told(leadbell, "privacy", "--json") == []
    assert told(leadbell, "explain", EMAIL, "--json")["objected"] is True


def test_a_request_that_nobody_answered_in_time_is_overdue(service: Service, leadbell: Command) -> None:
    paused(service)
    service.clock.move(days=32)
    assert "(overdue)" in leadbell("privacy").stdout
    (finding,) = (each for each in told(leadbell, "status", "--json") if each["name"] == "privacy requests")
    assert finding["found"].endswith(", 1 of them overdue")

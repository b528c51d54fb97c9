"""One submission, one fact: however often it is sent, whenever, and whatever breaks in between."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from tests.integration.service import EVA, MONDAY, Answer, Service

EMAIL = EVA["email"]
JSON = "application/json"
DOORS = {"forms": "/forms/demo", "newsletter": "/newsletter", "downloads": "/downloads/guide"}
REFUSALS = [
    ("ProvisionedThroughputExceededException", 400),
    ("ThrottlingException", 400),
    ("InternalServerError", 500),
    ("ResourceNotFoundException", 400),
    ("AccessDeniedException", 400),
]


def post(service: Service, **headers: str) -> Answer:
    return service.post("/forms/demo", EVA, accept=JSON, **headers)


def is_claim(sent: Mapping[str, Any]) -> bool:
    return str(sent["Item"]["sk"]["S"]) == "CLAIM"


def is_event(sent: Mapping[str, Any]) -> bool:
    return str(sent["Item"]["sk"]["S"]).startswith("EVENT#")


# ---- Sent again -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("folder", "path"), DOORS.items(), ids=DOORS)
def test_the_same_post_within_a_minute_is_one_fact(service: Service, folder: str, path: str) -> None:
    answers = []
    for _ in range(3):
        answers.append(service.post(path, EVA, accept=JSON))
        service.clock.move(seconds=29)
    assert {(answer.status, answer.json["id"]) for answer in answers} == {(200, service.facts()[0]["id"])}
    assert len(service.facts()) == 1


def test_the_same_post_a_minute_and_a_second_later_is_a_second_fact(service: Service) -> None:
    first = post(service)
    service.clock.move(seconds=61)
    assert post(service).json["id"] != first.json["id"]
    assert len(service.facts()) == 2


def test_the_order_of_fields_does_not_matter(service: Service) -> None:
    post(service)
    service.post("/forms/demo", dict(reversed(EVA.items())))
    assert len(service.facts()) == 1


def test_another_word_makes_another_fact(service: Service) -> None:
    post(service)
    service.post("/forms/demo", {**EVA, "message": "And the price?"})
    service.post("/forms/pricing", EVA)
    assert len(service.facts()) == 3


@pytest.mark.parametrize("key", [{}, {"idempotency_key": "1"}])
def test_midnight_does_not_make_a_second_fact(service: Service, key: dict[str, str]) -> None:
    service.clock.at = MONDAY.replace(hour=23, minute=59, second=50)
    first = post(service, **key)
    service.clock.move(seconds=20)
    assert post(service, **key).json["id"] == first.json["id"]
    (fact,) = service.facts()
    assert fact["sk"].startswith("EVENT#2026-03-02#")


@pytest.mark.parametrize("later", [timedelta(seconds=61), timedelta(days=1), timedelta(days=5), timedelta(days=7)])
def test_a_key_makes_it_one_fact_for_a_week(service: Service, later: timedelta) -> None:
    first = post(service, idempotency_key="order-66")
    service.pump()
    before = service.items()
    service.clock.at += later
    assert post(service, idempotency_key="order-66").json == first.json
    service.pump()
    assert [item for item in service.items() if "moved" not in item] == before
    assert len(service.mails()) == 1


def test_a_key_may_come_as_a_field_of_the_form(service: Service) -> None:
    service.post("/forms/demo", {**EVA, "_idempotency": "rendered-17"})
    service.clock.move(days=1)
    service.post("/forms/demo", {**EVA, "_idempotency": "rendered-17"})
    assert len(service.facts()) == 1


def test_a_key_used_for_another_body_is_a_conflict(service: Service) -> None:
    post(service, idempotency_key="order-66")
    before = service.items()
    other = {**EVA, "message": "Something else"}
    answer = service.post("/forms/demo", other, accept=JSON, idempotency_key="order-66")
    assert (answer.status, answer.json["code"]) == (409, "IDEMPOTENCY_CONFLICT")
    page = service.post("/forms/demo", other, idempotency_key="order-66")
    assert (page.status, "use a new key" in page.body) == (409, True)
    assert service.items() == before


def test_a_key_belongs_to_its_sender(service: Service) -> None:
    assert (
        service.post("/forms/demo", {**EVA, "email": "mallory@evil.example"}, idempotency_key="order-66").status == 303
    )
    first = post(service, idempotency_key="order-66")
    assert first.status == 200
    assert post(service, idempotency_key="order-66").json == first.json
    assert service.post("/forms/demo", {**EVA, "message": "Other"}, idempotency_key="order-66").status == 409
    assert (len(service.facts(EVA["email"])), len(service.facts("mallory@evil.example"))) == (1, 1)


def test_a_key_belongs_to_its_form(service: Service) -> None:
    for path in ("/forms/demo", "/forms/pricing", "/newsletter"):
        assert service.post(path, EVA, idempotency_key="1").status == 303
    assert len(service.facts()) == 3


# ---- When the table refuses -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("folder", "path"), DOORS.items(), ids=DOORS)
@pytest.mark.parametrize(("code", "status"), REFUSALS, ids=[code for code, _ in REFUSALS])
def test_a_table_that_refuses_writes_is_503_and_nothing_is_stored(
    service: Service, folder: str, path: str, code: str, status: int
) -> None:
    service.faults.refuse(folder, "PutItem", code, status=status)
    page = service.post(path, EVA)
    assert (page.status, page.headers["Retry-After"]) == (503, "5")
    assert "Please try again in a moment" in page.body
    answer = service.post(path, EVA, accept=JSON)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json["code"] == "UNAVAILABLE"
    assert service.items() == []


@pytest.mark.parametrize(("folder", "path"), DOORS.items(), ids=DOORS)
def test_a_claim_without_its_event_is_completed_by_the_retry(service: Service, folder: str, path: str) -> None:
    service.faults.refuse(folder, "PutItem", times=1, when=is_event)
    assert service.post(path, EVA).status == 503
    claim, text = service.items()  # what was typed comes before its fact
    assert (claim["sk"], text["sk"]) == ("CLAIM", f"TEXT#{claim['event'].split('#')[2]}")
    service.clock.move(seconds=30)
    assert service.post(path, EVA).status == 303
    (fact,) = service.facts()
    assert fact["sk"] == claim["event"]
    assert service.post(path, EVA).status == 303
    assert len(service.facts()) == 1


def test_a_claim_whose_minute_has_passed_leaves_no_trace_in_the_facts(service: Service) -> None:
    service.faults.refuse("forms", "PutItem", times=1, when=is_event)
    assert post(service).status == 503
    service.clock.move(minutes=5)
    assert post(service).status == 200
    assert len(service.facts()) == 1


@pytest.mark.parametrize("days", [1, 5])
def test_a_keyed_claim_is_completed_days_later_as_one_fact(service: Service, days: int) -> None:
    service.faults.refuse("forms", "PutItem", times=1, when=is_event)
    assert post(service, idempotency_key="1").status == 503
    service.clock.move(days=days)
    answers = [post(service, idempotency_key="1") for _ in range(3)]
    assert {answer.status for answer in answers} == {200}
    (fact,) = [item for item in service.facts() if "moved" not in item]
    assert {answer.json["id"] for answer in answers} == {fact["id"]}
    service.pump()
    assert len(service.mails()) == 1


@pytest.mark.parametrize("which", [is_claim, is_event], ids=["claim", "event"])
def test_a_write_whose_answer_was_lost_is_503_and_one_fact_after_the_retry(service: Service, which: Any) -> None:
    calls = iter([is_claim, is_event])
    seen: list[Any] = []
    service.faults.meanwhile("forms", "PutItem", lambda: seen.append(next(calls)), times=2)
    if which is is_claim:
        service.faults.lose_answer("forms", "PutItem")
    else:
        service.faults.meanwhile(
            "forms", "PutItem", lambda: service.faults.lose_answer("forms", "PutItem"), when=is_event
        )
    assert post(service).status == 503
    assert seen[-1] is which
    assert post(service).status == 200
    assert len(service.facts()) == 1


# ---- Two at once ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [{}, {"idempotency_key": "1"}])
@pytest.mark.parametrize("when", [is_claim, is_event], ids=["before the claim", "between claim and event"])
def test_two_at_once_are_one_fact_with_one_id(service: Service, when: Any, key: dict[str, str]) -> None:
    answers: list[Answer] = []
    service.faults.meanwhile("forms", "PutItem", lambda: answers.append(post(service, **key)), when=when)
    answers.append(post(service, **key))
    (fact,) = service.facts()
    assert [(answer.status, answer.json["id"]) for answer in answers] == [(200, fact["id"])] * 2


def test_two_at_once_with_one_key_and_two_bodies_are_one_fact_and_one_conflict(service: Service) -> None:
    answers: list[Answer] = []

    def other() -> None:
        answers.append(service.post("/forms/demo", {**EVA, "message": "x"}, accept=JSON, idempotency_key="1"))

    service.faults.meanwhile("forms", "PutItem", other, when=is_claim)
    answers.append(post(service, idempotency_key="1"))
    assert sorted(answer.status for answer in answers) == [200, 409]
    assert len(service.facts()) == 1

"""What was typed, beside the fact: stored before it, whole, and gone with it."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadbell.capture.quarantine import held, release
from leadbell.contacts.items import partition
from leadbell.contacts.texts import Texts
from leadbell.privacy.erasure import ALL_ENDED, erase, finish
from tests.bench.units import size_of
from tests.integration.on_aws import Command
from tests.integration.service import EVA, FORM, Service

LONG = "Two plants, no leads.\n\n  - indented\n" * 200
FORM_OF_45 = {"email": EVA["email"], **{f"q{45 - number}": f"answer {number} " * 10 for number in range(45)}}


def typed(service: Service, who: str = EVA["email"]) -> list[list[tuple[str, str]]]:
    found = Texts(service.table).all(service.id_of(who))
    return [[(each.name, each.value) for each in text.typed] for text in found]


@pytest.mark.parametrize("path", ["/forms/demo", "/newsletter", "/downloads/guide"])
def test_every_value_is_stored_as_typed_in_the_form_s_order(service: Service, path: str) -> None:
    said = {"zip": "1", **EVA, "message": LONG, "another": " two\tlines \n of it"}
    service.post(path, said)
    assert typed(service) == [list(said.items())]


def test_all_of_many_fields_are_kept(service: Service) -> None:
    service.post("/forms/contact", FORM_OF_45)
    assert typed(service) == [list(FORM_OF_45.items())]


def test_it_lies_there_before_its_fact_does(service: Service) -> None:
    service.faults.refuse("forms", "PutItem", times=1, when=lambda sent: sent["Item"]["sk"]["S"].startswith("EVENT"))
    answer = service.post("/forms/demo", EVA)
    assert answer.status == 503
    assert len(typed(service)) == 1
    assert service.post("/forms/demo", EVA).status == 303
    assert len(typed(service)) == 1


def test_where_it_cannot_be_stored_nothing_is_acknowledged(service: Service) -> None:
    service.faults.refuse("forms", "PutItem", times=1, when=lambda sent: sent["Item"]["sk"]["S"].startswith("TEXT"))
    assert service.post("/forms/demo", EVA).status == 503
    assert service.facts(EVA["email"]) == []


def test_it_ends_with_its_fact(service: Service) -> None:
    for path in ("/forms/demo", "/newsletter"):
        service.post(path, EVA)
    texts, facts = service.items(EVA["email"], "TEXT#"), service.facts(EVA["email"])
    assert len(texts) == 2
    ends = {item["id"]: item.get("expires_at") for item in facts}
    assert {item["sk"].removeprefix("TEXT#"): item.get("expires_at") for item in texts} == ends


@given(
    st.dictionaries(
        st.sampled_from(["name", "company", "message", "job_title", "page", "utm_source"])
        | st.text("abc\u6f22", min_size=1, max_size=90),
        st.text(st.sampled_from("x \u6f22\U0001f600\n"), min_size=1).map(lambda text: f"{text * 40}!"),
        max_size=60,
    )
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_fact_has_at_most_four_kilobytes_whatever_is_typed(service: Service, said: dict[str, str]) -> None:
    body = "&".join(f"{quote(name)}={quote(value)}" for name, value in {**said, "email": EVA["email"]}.items())
    service.clock.move(days=1)
    files = {"_consent[newsletter]": "yes", "_consent_text": "w" * 1000}
    sent = "&".join([body, *(f"{quote(name)}={quote(value)}" for name, value in files.items())])
    answer = service.post_body("/forms/demo", sent.encode(), FORM)
    assert answer.status in (303, 413), answer.body
    for item in service.client.scan(TableName=service.table.name)["Items"]:
        if item["sk"]["S"].startswith("EVENT#"):
            assert size_of(item) <= 4096


def test_a_held_submission_s_text_comes_with_it_on_release(service: Service, leadbell: Command) -> None:
    service.post("/forms/demo", {**EVA, "message": LONG, "_gotcha": "x"})
    (held,) = service.table.query(partition(service.id_of(EVA["email"])), "TEXT#")
    assert held["expires_at"] == int((service.clock() + timedelta(days=30)).timestamp())
    service.clock.move(days=3)
    leadbell("quarantine", "release", held["sk"].removeprefix("TEXT#"))
    (released,) = service.table.query(partition(service.id_of(EVA["email"])), "TEXT#")
    (fact,) = (each for each in service.facts(EVA["email"]) if "moved" not in each)
    assert released["expires_at"] == fact["expires_at"]
    assert dict(typed(service)[0])["message"] == LONG


def test_an_erasure_deletes_all_of_them(service: Service) -> None:
    service.post("/forms/demo", EVA)
    service.post("/forms/demo", {**EVA, "message": "Another", "_gotcha": "x"})
    erase(service.contacts, service.id_of(EVA["email"]), service.clock())
    assert typed(service) == []


def test_what_a_request_left_that_was_under_way_is_deleted_when_all_have_ended(service: Service) -> None:
    service.post("/forms/demo", EVA)
    (text,) = service.table.query(partition(service.id_of(EVA["email"])), "TEXT#")
    erased = erase(service.contacts, service.id_of(EVA["email"]), service.clock())
    assert erased is not None
    service.table.put(text)
    service.clock.move(seconds=30)
    service.post("/forms/contact", {**EVA, "message": "I am back"})
    service.clock.move(seconds=ALL_ENDED.seconds)
    assert finish(service.contacts, service.id_of(EVA["email"]), erased.at, service.clock()) == 1
    assert [dict(each)["message"] for each in typed(service)] == ["I am back"]


def test_a_fact_that_comes_after_its_erasure_goes_with_its_text(service: Service) -> None:
    service.post("/forms/demo", EVA)
    there = list(service.table.query(partition(service.id_of(EVA["email"])), ""))
    erase(service.contacts, service.id_of(EVA["email"]), service.clock())
    for item in there:
        service.table.put(item)
    service.pump()
    assert typed(service) == []
    assert service.facts(EVA["email"]) == []


@pytest.mark.parametrize("later", [timedelta(milliseconds=1), timedelta(seconds=1)])
def test_what_came_back_since_is_not_deleted_with_what_was_read_before(service: Service, later: timedelta) -> None:
    """An erasure reads both, deletes the fact, and the text after it: a retry in between makes both anew."""
    service.post("/forms/demo", EVA)
    (text,), (fact,) = Texts(service.table).all(service.id_of(EVA["email"])), service.facts()
    service.table.delete(fact["pk"], fact["sk"])
    service.clock.at += later
    service.post("/forms/demo", EVA)
    assert len(service.facts()) == 1
    Texts(service.table).delete(service.id_of(EVA["email"]), text.event_id, text.received_at)
    assert len(typed(service)) == 1


def test_scoring_reads_no_text(service: Service) -> None:
    service.post("/forms/demo", {**EVA, "message": LONG})
    seen: list[str] = []
    service.faults.watch("score", lambda _, operation, params: seen.append(f"{operation} {params}"))
    service.pump()
    assert seen
    assert not any("TEXT" in each for each in seen)
    ranges = [each for each in seen if each.startswith("Query")]
    assert all(":first" in each or ":prefix" in each for each in ranges)


HELD = {**EVA, "_gotcha": "filled in"}


def test_a_repeat_leaves_it_as_it_was(service: Service) -> None:
    """Its end is its fact's, and so is its time, by which it is deleted with the fact."""
    service.post("/forms/demo", EVA, idempotency_key="1")
    before = service.items(EVA["email"], "TEXT#")
    service.clock.move(days=5)
    service.post("/forms/demo", EVA, idempotency_key="1")
    assert service.items(EVA["email"], "TEXT#") == before
    service.contacts.delete(service.id_of(EVA["email"]), service.contacts.facts(service.id_of(EVA["email"])))
    assert typed(service) == []


@pytest.mark.parametrize("path", ["/forms/demo", "/forms/contact"])
def test_a_retry_days_later_makes_it_end_with_the_fact_that_it_completes(service: Service, path: str) -> None:
    service.faults.refuse("forms", "PutItem", times=1, when=lambda sent: sent["Item"]["sk"]["S"].startswith("EVENT"))
    assert service.post(path, EVA, idempotency_key="1").status == 503
    service.clock.move(days=5)
    service.post(path, EVA, idempotency_key="1")
    (fact,), (text,) = (
        [item for item in service.items(EVA["email"], prefix) if "moved" not in item] for prefix in ("EVENT#", "TEXT#")
    )
    assert (text["expires_at"], text["received_at"]) == (fact["expires_at"], fact["received_at"])


def test_a_retry_days_later_makes_a_held_one_end_with_the_quarantine(service: Service) -> None:
    service.faults.refuse("forms", "PutItem", times=1, when=lambda sent: sent["Item"]["pk"]["S"].startswith("QUAR"))
    assert service.post("/forms/demo", HELD, idempotency_key="1").status == 503
    service.clock.move(days=5)
    service.post("/forms/demo", HELD, idempotency_key="1")
    (aside,) = [item for item in service.items() if item["pk"].startswith("QUARANTINE#")]
    (text,) = service.items(EVA["email"], "TEXT#")
    assert text["expires_at"] == aside["expires_at"]


def test_a_repeat_of_a_released_one_does_not_make_it_end_sooner(service: Service) -> None:
    service.post("/forms/demo", HELD, idempotency_key="1")
    (aside,) = held(service.table, service.clock().date())
    release(service.contacts, aside, service.clock())
    released = service.items(EVA["email"], "TEXT#")
    service.clock.move(days=1)
    service.post("/forms/demo", HELD, idempotency_key="1")
    assert service.items(EVA["email"], "TEXT#") == released


def test_a_held_one_sent_again_the_next_day_is_held_once(service: Service) -> None:
    for _ in range(2):
        service.post("/forms/demo", HELD, idempotency_key="1")
        service.clock.move(days=1)
    (aside,) = held(service.table, service.clock().date())
    release(service.contacts, aside, service.clock())
    service.post("/forms/demo", HELD, idempotency_key="1")
    for each in held(service.table, service.clock().date()):
        release(service.contacts, each, service.clock())
    assert len([fact for fact in service.facts() if "moved" not in fact]) == 1


def test_one_that_an_erasure_takes_from_under_a_retry_is_stored_anew(service: Service) -> None:
    service.post("/forms/demo", EVA, idempotency_key="1")
    contact = service.id_of(EVA["email"])
    service.clock.move(days=1)
    service.faults.meanwhile(
        "forms",
        "PutItem",
        lambda: erase(service.contacts, contact, service.clock() - timedelta(minutes=1)),
        when=lambda sent: sent["Item"]["sk"]["S"].startswith("EVENT"),
    )
    assert service.post("/forms/demo", EVA, idempotency_key="1").status == 303
    assert (len(service.facts()), len(typed(service))) == (1, 1)

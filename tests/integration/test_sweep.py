"""sweep: what is due is found, whatever bell was lost, and nothing else is touched."""

from datetime import timedelta
from typing import Any

import pytest

from leadbell.table import moment
from tests.integration.service import EVA, MONDAY, Context, Service, event_file

EMAIL = EVA["email"]


def lost(service: Service, path: str = "/forms/demo", **fields: str) -> None:
    """A submission whose doorbell never reaches score."""
    service.post(path, {**EVA, **fields})
    service.stream.lose()


def test_a_lost_doorbell_heals_after_ten_minutes_and_not_before(service: Service) -> None:
    lost(service)
    service.clock.move(minutes=9, seconds=59)
    assert service.sweep()["contacts"] == 0
    service.clock.move(seconds=1)
    assert service.sweep()["contacts"] == 1
    service.pump()
    (mail,) = service.mails()
    assert mail.subject.startswith("Sales lead A1")
    assert service.sweep()["contacts"] == 0


@pytest.mark.parametrize("path", ["/forms/contact", "/newsletter", "/downloads/guide"])
def test_every_door_s_fact_heals(service: Service, path: str) -> None:
    lost(service, path)
    service.clock.move(minutes=10)
    service.sweep()
    assert service.standing(EMAIL).version == 1
    assert not [fact for fact in service.facts(EMAIL) if "due_at" in fact]


def test_several_due_facts_of_one_contact_are_one_look(service: Service) -> None:
    for path in ("/forms/demo", "/forms/contact", "/downloads/guide"):
        lost(service, path)
    service.clock.move(minutes=10)
    report = service.sweep()
    assert (report["contacts"], report["oldest_due_seconds"]) == (1, 0)
    assert service.sweep()["contacts"] == 0
    assert not [fact for fact in service.facts(EMAIL) if "due_at" in fact]


def test_a_lost_doorbell_of_a_mail_heals_after_a_minute(service: Service) -> None:
    service.post("/forms/demo", EVA)
    service.run("score")
    service.stream.lose()
    service.clock.move(minutes=1)
    assert service.sweep()["mails"] == 1
    assert len(service.mails()) == 1


def test_a_lost_page_view_heals_with_the_next_fact(service: Service) -> None:
    service.post("/downloads/guide", EVA)
    service.pump()
    service.file(EMAIL, "pricing.viewed")
    service.stream.lose()
    service.clock.move(hours=1)
    service.sweep()
    assert service.standing(EMAIL).stage == "lead"
    service.file(EMAIL, "article.read")
    service.pump()
    assert service.standing(EMAIL).stage == "mql"


def test_a_quiet_sweep_writes_nothing(service: Service) -> None:
    service.post("/forms/demo", EVA)
    service.pump()
    service.clock.move(minutes=30)
    service.sweep()
    calls: list[str] = []
    service.faults.watch("sweep", lambda _, operation, __: calls.append(operation))
    before = service.items()
    report = service.sweep()
    assert set(report.values()) == {0}
    assert service.items() == before
    assert {operation: calls.count(operation) for operation in set(calls)} == {
        "Query": 16,
        "ReceiveMessage": 1,
        "GetItem": 1,  # what the daily look at the inboxes found
    }


def test_time_alone_moves_a_contact_when_its_day_has_come(service: Service) -> None:
    service.post("/downloads/guide", EVA)
    service.file(EMAIL, "pricing.viewed")
    service.pump()
    assert service.standing(EMAIL).stage == "mql"
    stages: list[str] = []
    for _ in range(40):
        due = service.standing(EMAIL).bookkeeping.due_at
        if due is None:
            break
        assert due > service.clock.at
        service.clock.at = due - timedelta(seconds=1)
        assert service.sweep()["contacts"] == 0
        service.clock.at = due
        assert service.sweep()["contacts"] == 1
        stages.append(service.standing(EMAIL).stage)
    assert list(dict.fromkeys(stages)) == ["mql", "iql", "lead"]
    assert service.standing(EMAIL).bookkeeping.due_at is None
    assert service.log(EMAIL) == ["prospect>mql", "mql>iql", "iql>lead"]
    assert service.mails() == []


def test_two_sweeps_at_once_send_one_mail(service: Service) -> None:
    lost(service)
    service.clock.move(minutes=10)
    service.faults.meanwhile("sweep", "TransactWriteItems", service.sweep)
    service.sweep()
    service.clock.move(minutes=1)
    service.faults.meanwhile("sweep", "TransactWriteItems", service.sweep)
    service.sweep()
    assert len(service.mails()) == 1
    assert service.log(EMAIL) == ["prospect>sql"]


def test_the_sweep_ends_in_time_and_the_next_one_goes_on(service: Service) -> None:
    for number in range(5):
        lost(service, email=f"person{number}@acme.example.com")
    service.clock.move(minutes=10)
    left = iter([20_000, 20_000, 20_000])
    hurried = Context("leadbell-sweep")
    hurried.get_remaining_time_in_millis = lambda: next(left, 5_000)  # type: ignore[method-assign]
    report = service.apps["sweep"].lambda_handler(event_file("sweep-minute"), hurried)
    assert report["contacts"] == 3
    service.clock.move(minutes=1)
    assert service.sweep()["contacts"] == 2


def test_who_has_been_due_longest_is_worked_first(service: Service) -> None:
    people = [f"person{number}@acme.example.com" for number in range(5)]
    for who in people:
        lost(service, email=who)
        service.clock.move(seconds=1)
    service.clock.move(minutes=10)
    left = iter([20_000, 20_000])
    hurried = Context("leadbell-sweep")
    hurried.get_remaining_time_in_millis = lambda: next(left, 5_000)  # type: ignore[method-assign]
    service.apps["sweep"].lambda_handler(event_file("sweep-minute"), hurried)
    assert [service.standing(who).version for who in people] == [1, 1, 0, 0, 0]


def test_mails_go_out_though_there_is_no_time_for_all_facts(service: Service) -> None:
    service.post("/forms/demo", EVA)
    service.run("score")
    service.stream.lose()
    for number in range(5):
        lost(service, email=f"person{number}@acme.example.com")
    service.clock.move(minutes=10)
    left = iter([20_000] * 4)
    hurried = Context("leadbell-sweep")
    hurried.get_remaining_time_in_millis = lambda: next(left, 5_000)  # type: ignore[method-assign]
    service.apps["sweep"].lambda_handler(event_file("sweep-minute"), hurried)
    assert len(service.mails()) == 1


# ---- One thing out of order does not stop the rest ------------------------------------------------------------------


def waiting_mail(service: Service, who: str) -> dict[str, Any]:
    """An alert whose doorbell was lost."""
    service.post("/forms/demo", {**EVA, "email": who})
    service.run("score")
    service.stream.lose()
    (letter,) = service.letters(who)
    return letter


def test_a_contact_that_cannot_be_written_does_not_stop_the_sweep(service: Service) -> None:
    for number in range(3):
        lost(service, email=f"person{number}@acme.example.com")
    service.clock.move(minutes=10)
    stuck = service.id_of("person1@acme.example.com")
    service.faults.refuse("sweep", "TransactWriteItems", when=lambda sent: stuck in str(sent))
    report = service.sweep()
    assert (report["contacts"], report["failed"]) == (2, 1)
    service.faults.end()
    service.clock.move(minutes=1)
    assert service.sweep()["contacts"] == 1


def test_a_receipt_queue_that_does_not_answer_does_not_stop_the_sweep(service: Service) -> None:
    waiting_mail(service, EMAIL)
    lost(service, email="person1@acme.example.com")
    service.clock.move(minutes=10)
    service.faults.refuse("sweep", "ReceiveMessage", "ServiceUnavailable", status=503)
    report = service.sweep()
    assert (report["contacts"], report["mails"]) == (1, 1)


def test_a_mail_that_cannot_be_read_does_not_stop_the_others(service: Service) -> None:
    bad = waiting_mail(service, "person1@acme.example.com")
    waiting_mail(service, EMAIL)
    service.table.put({name: value for name, value in bad.items() if name not in ("subject", "body")})
    service.clock.move(minutes=1)
    service.sweep()
    (mail,) = service.mails()
    assert EMAIL in mail.body


def test_a_mail_whose_state_cannot_be_written_does_not_stop_the_others(service: Service) -> None:
    stuck = waiting_mail(service, "person1@acme.example.com")
    waiting_mail(service, EMAIL)
    service.table.put({**stuck, "state": "claimed"})
    service.clock.move(minutes=1)
    service.faults.refuse("sweep", "UpdateItem", when=lambda sent: stuck["pk"] in str(sent["Key"]))
    service.sweep()
    (mail,) = service.mails()
    assert EMAIL in mail.body


def test_the_oldest_thing_due_is_told(service: Service) -> None:
    lost(service)
    service.clock.move(minutes=25)
    service.faults.refuse("sweep", "TransactWriteItems")
    assert service.sweep()["oldest_due_seconds"] == 15 * 60


def test_the_recorded_schedule_event_is_one_sweep(service: Service) -> None:
    assert set(service.invoke("sweep", event_file("sweep-minute"))) >= {"contacts", "mails", "oldest_due_seconds"}


def test_due_marks_are_moments_the_index_can_sort(service: Service) -> None:
    lost(service)
    due = service.facts(EMAIL)[0]["due_at"]
    assert moment(due) == MONDAY + timedelta(minutes=10)
    assert len(due) == len("2026-03-02T09:10:00.000Z")

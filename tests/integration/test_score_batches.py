"""score: a batch of doorbells, however it comes, and whatever a contact or the table does."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from leadbell.events import Fact, Trust
from leadbell.table import moment, stamp
from tests.integration.service import EVA, MONDAY, Service, event_file, record_of

EMAIL = EVA["email"]
PEOPLE = [f"person{number}@acme.example.com" for number in range(3)]
POISON = {
    "an unknown type": {"type": "cow.milked"},
    "no time": {"happened_at": ""},
    "a stage that does not exist": {"type": "operator.stage_set", "fields": {"stage": "king"}},
    "fields that are none": {"fields": "text"},
    "an unknown trust": {"trust": "blind"},
}


def spoil(service: Service, who: str, **change: Any) -> dict[str, Any]:
    """Makes the contact's first fact one that nobody can read; gives what it was."""
    fact = service.facts(who)[0]
    service.table.put({**fact, **change})
    return fact


def of_contact(who_pk: str) -> Any:
    """Whether a call is about this contact."""

    def about(sent: Mapping[str, Any]) -> bool:
        return who_pk in str(sent)

    return about


def everything(service: Service) -> list[dict[str, Any]]:
    return [item for item in service.items() if item["pk"] != "CONFIG#numbers"]


# ---- Doorbells add nothing ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", ["replayed", "doubled", "reordered"])
def test_a_batch_that_comes_again_changes_nothing_and_writes_nothing(service: Service, shape: str) -> None:
    for who in PEOPLE:
        service.post("/downloads/guide", {**EVA, "email": who})
        service.post("/forms/demo", {**EVA, "email": who})
    service.pump()
    records = [record for who in PEOPLE for record in service.records(who, "EVENT#")]
    before = service.items()
    wrote: list[str] = []
    service.faults.watch("score", lambda _, operation, __: wrote.append(operation))
    again = {"replayed": records, "doubled": records * 2, "reordered": records[::-1]}[shape]
    assert service.deliver("score", again) == []
    assert service.items() == before
    assert set(wrote) == {"GetItem", "Query"}


def test_a_record_of_a_contact_without_facts_is_done(service: Service) -> None:
    assert service.deliver("score", event_file("score-facts")["Records"]) == []
    assert service.items() == []


def test_the_recorded_batch_makes_the_alert(service: Service) -> None:
    service.send(event_file("forms-demo-urlencoded"))
    assert service.deliver("score", event_file("score-facts")["Records"]) == []
    assert service.deliver("notify", event_file("notify-mails")["Records"]) == []
    (mail,) = service.mails()
    assert mail.subject == "Sales lead A1: asked for a demo (SE, 201-500) #1"


def test_many_facts_of_one_contact_in_one_batch_are_one_look(service: Service) -> None:
    for number in range(30):
        service.file(EMAIL, "article.read", at=MONDAY - timedelta(hours=number))
    looks: list[str] = []
    service.faults.watch("score", lambda _, operation, __: looks.append(operation))
    service.pump()
    assert looks.count("Query") == 1


def test_nothing_is_written_while_nothing_changes(service: Service) -> None:
    service.post("/forms/demo", EVA)
    service.pump()
    version = service.standing(EMAIL).version
    for _ in range(3):
        service.clock.move(hours=2)
        assert service.deliver("score", service.records(EMAIL, "EVENT#")) == []
    assert service.standing(EMAIL).version == version


def test_a_fact_that_scores_nothing_is_still_seen(service: Service) -> None:
    service.post("/forms/demo", EVA)
    service.pump()
    before = service.standing(EMAIL)
    service.file(EMAIL, "mail.opened")
    service.pump()
    after = service.standing(EMAIL)
    assert (after.score.interest, after.stage) == (before.score.interest, before.stage)
    assert (after.bookkeeping.evidence != before.bookkeeping.evidence, after.version) == (True, before.version + 1)


def test_more_facts_than_one_transaction_holds_are_each_heard_once(service: Service) -> None:
    asked = [("question", f"q{number:02}") for number in range(22)] + [("request", "z")]
    for means, name in asked:
        fact = Fact(name, "form.submitted", MONDAY, MONDAY, Trust.SUBMITTED, {**EVA, "means": means})
        service.contacts.file(service.id_of(EMAIL), fact, fact.day)
    service.run("score")
    service.clock.move(minutes=10)
    service.sweep()
    assert sorted(str(letter["fact"]) for letter in service.letters(EMAIL)) == sorted(name for _, name in asked)
    assert [letter["fact"] for letter in service.letters(EMAIL) if letter["heard"] == "alert"] == ["z"]
    assert not [fact for fact in service.facts(EMAIL) if "due_at" in fact]


# ---- A contact that cannot be derived -------------------------------------------------------------------------------


@pytest.mark.parametrize("change", POISON.values(), ids=POISON)
def test_a_poisoned_contact_is_parked_and_holds_up_nobody(service: Service, change: dict[str, Any]) -> None:
    for who in PEOPLE:
        service.post("/forms/demo", {**EVA, "email": who})
    spoil(service, PEOPLE[1], **change)
    service.stream.read()
    assert service.run("score") == []
    assert [service.standing(who).stage for who in PEOPLE] == ["sql", "prospect", "sql"]
    (parked,) = service.items(prefix="PARKED")
    assert parked["pk"] == f"PARKED#{service.id_of(PEOPLE[1])}"
    assert parked["attempts"] == 1
    assert "cow" not in str(parked)


def test_a_parked_contact_is_tried_later_and_later(service: Service) -> None:
    service.post("/forms/demo", EVA)
    spoil(service, EMAIL, type="cow.milked")
    service.pump()
    waits = []
    for _ in range(6):
        due = moment(service.items(prefix="PARKED")[0]["due_at"])
        waits.append(round((due - service.clock.at).total_seconds() / 3600))
        service.clock.at = due - timedelta(seconds=1)
        service.sweep()
        assert service.items(prefix="PARKED")[0]["due_at"] == stamp(due)
        service.clock.at = due
        assert service.sweep()["parked"] > 0
    assert waits == [1, 2, 4, 8, 16, 24]


def test_a_parked_contact_does_not_look_like_work_left_undone(service: Service) -> None:
    service.post("/forms/demo", EVA)
    spoil(service, EMAIL, type="cow.milked")
    service.pump()
    service.clock.move(minutes=50)
    assert service.sweep()["oldest_due_seconds"] == 0


@pytest.mark.parametrize("by", ["sweep", "next fact"])
def test_a_parked_contact_recovers_once_its_fact_can_be_read(service: Service, by: str) -> None:
    service.post("/forms/demo", EVA)
    good = spoil(service, EMAIL, type="cow.milked")
    service.pump()
    service.table.put(good)
    if by == "next fact":
        service.file(EMAIL, "pricing.viewed")
        service.pump()
    service.clock.move(hours=1, seconds=1)
    service.sweep()
    service.pump()
    assert service.standing(EMAIL).stage == "sql"
    assert service.items(prefix="PARKED") == []
    assert len(service.mails()) == 1


def test_a_contact_that_can_be_neither_derived_nor_parked_comes_again(service: Service) -> None:
    for who in PEOPLE:
        service.post("/forms/demo", {**EVA, "email": who})
    spoil(service, PEOPLE[1], type="cow.milked")
    service.faults.refuse("score", "PutItem", when=lambda sent: sent["Item"]["sk"]["S"] == "PARKED")
    records = [record for who in PEOPLE for record in service.records(who, "EVENT#")]
    for number, record in enumerate(records):
        record["dynamodb"]["SequenceNumber"] = str(1000 + number)
    assert service.deliver("score", records) == ["1001"]
    assert [service.standing(who).stage for who in PEOPLE] == ["sql", "prospect", "sql"]


# ---- When the table does not answer ---------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", ["GetItem", "Query", "UpdateItem", "TransactWriteItems"])
def test_the_batch_comes_again_from_its_first_contact_left(service: Service, operation: str) -> None:
    for who in PEOPLE:
        service.post("/forms/demo", {**EVA, "email": who})
    about = of_contact(f"CONTACT#{service.id_of(PEOPLE[1])}")
    records = [record for who in PEOPLE for _ in range(2) for record in service.records(who, "EVENT#")]
    for number, record in enumerate(records):
        record["dynamodb"]["SequenceNumber"] = str(9 + number)  # 9 to 14: as text, 10 would come before 9
    if operation == "UpdateItem":  # the number of the mail: no contact in it
        service.faults.refuse("score", operation)
        assert service.deliver("score", records) == ["9"]
    else:
        service.faults.refuse("score", operation, when=about)
        assert service.deliver("score", records) == ["11"]
        assert [service.standing(who).stage for who in PEOPLE] == ["sql", "prospect", "sql"]
    service.faults.end()
    assert service.deliver("score", records) == []
    assert [len(service.letters(who)) for who in PEOPLE] == [1, 1, 1]


def test_a_conflict_is_decided_again_at_once(service: Service) -> None:
    service.post("/forms/demo", EVA)
    reasons = ("ConditionalCheckFailed", "None")
    service.faults.refuse("score", "TransactWriteItems", "TransactionCanceledException", times=2, reasons=reasons)
    assert service.run("score") == []
    assert service.standing(EMAIL).stage == "sql"


@pytest.mark.parametrize(
    ("code", "reasons"),
    [
        ("TransactionCanceledException", ("TransactionConflict",)),
        ("TransactionCanceledException", ("ThrottlingError",)),
        ("TransactionCanceledException", ("None", "ProvisionedThroughputExceeded")),
        ("TransactionInProgressException", ()),
        ("InternalServerError", ()),
    ],
)
def test_a_transaction_that_never_goes_through_comes_again(
    service: Service, code: str, reasons: tuple[str, ...]
) -> None:
    service.post("/forms/demo", EVA)
    service.faults.refuse("score", "TransactWriteItems", code, reasons=reasons)
    assert service.deliver("score", service.records(EMAIL, "EVENT#")) == ["500"]
    service.faults.end()
    service.pump()
    assert len(service.mails()) == 1


def test_a_transaction_whose_answer_was_lost_is_not_done_twice(service: Service) -> None:
    service.post("/forms/demo", EVA)
    service.faults.lose_answer("score", "TransactWriteItems")
    service.deliver("score", service.records(EMAIL, "EVENT#"))
    service.pump()
    assert service.log(EMAIL) == ["prospect>sql"]
    assert len(service.mails()) == 1


def test_another_worker_in_between_wins_and_nothing_is_told_twice(service: Service) -> None:
    service.post("/forms/demo", EVA)
    waiting = service.records(EMAIL, "EVENT#")
    service.faults.meanwhile("score", "TransactWriteItems", lambda: service.deliver("score", waiting))
    assert service.deliver("score", waiting) == []
    assert len(service.letters(EMAIL)) == 1
    assert service.standing(EMAIL).version == 1


@pytest.mark.parametrize("stood_before", [False, True])
def test_a_slower_worker_does_not_write_over_a_newer_standing(service: Service, stood_before: bool) -> None:
    if stood_before:
        service.file(EMAIL, "article.read")
        service.pump()
    service.file(EMAIL, "product.viewed")
    waiting = service.records(EMAIL, "EVENT#")

    def newer() -> None:
        service.file(EMAIL, "pricing.viewed")
        service.deliver("score", waiting)

    service.faults.meanwhile("score", "PutItem" if stood_before else "TransactWriteItems", newer)
    assert service.deliver("score", waiting) == []
    seen = service.standing(EMAIL)
    service.faults.end()
    assert service.deliver("score", waiting) == []
    assert service.standing(EMAIL) == seen
    assert seen.score.interest == 20


def test_a_fact_that_another_worker_scored_between_the_two_reads_is_not_lost(service: Service) -> None:
    service.file(EMAIL, "ad.clicked")
    service.pump()
    service.file(EMAIL, "visit.long")
    waiting = service.records(EMAIL, "EVENT#")
    reads: list[str] = []

    def read(what: str) -> None:
        reads.append(what)
        if len(reads) == 2:
            service.file(EMAIL, "visit.returned")
            service.deliver("score", waiting)

    service.faults.meanwhile("score", "GetItem", lambda: read("standing"), when=of_contact("STANDING"))
    service.faults.meanwhile("score", "Query", lambda: read("facts"), when=of_contact("EVENT#"))
    assert service.deliver("score", waiting) == []
    assert sorted(reads) == ["facts", "standing"]
    assert service.standing(EMAIL).score.interest == 15  # three times 5


def test_a_poisoned_write_holds_up_nobody(service: Service) -> None:
    for who in PEOPLE:
        service.post("/forms/demo", {**EVA, "email": who})
    about = of_contact(f"CONTACT#{service.id_of(PEOPLE[1])}")
    service.faults.refuse("score", "TransactWriteItems", "ValidationException", when=about)
    records = [record for who in PEOPLE for record in service.records(who, "EVENT#")]
    assert service.deliver("score", records) == []
    assert [service.standing(who).stage for who in PEOPLE] == ["sql", "prospect", "sql"]
    assert len(service.items(prefix="PARKED")) == 1


def test_a_record_of_a_fact_that_is_gone_does_no_harm(service: Service) -> None:
    service.post("/forms/demo", EVA)
    service.pump()
    gone = record_of(f"CONTACT#{service.id_of(EMAIL)}", "EVENT#2026-03-01#gone", 7)
    before = service.items()
    assert service.deliver("score", [gone]) == []
    assert service.items() == before

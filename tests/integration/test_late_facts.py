"""Facts that come late: filed once under whatever day, counted by when they happened, never against an erasure."""

from datetime import timedelta

import pytest

from leadbell.contacts.items import partition
from leadbell.events import Fact, Trust
from leadbell.privacy import erasure
from leadbell.table import stamp
from tests.integration.service import EVA, MONDAY, Service

EMAIL = EVA["email"]
KEPT = "guide.requested"


def arrive(service: Service, happened_days_ago: float, name: str = "late-1") -> bool:
    """A sender hands a fact in, or hands it in again: with its own time and id, as always."""
    happened = MONDAY - timedelta(days=happened_days_ago)
    fact = Fact(name, KEPT, min(happened, service.clock()), service.clock(), Trust.VERIFIED, EVA)
    return service.contacts.file(service.id_of(EMAIL), fact, happened.date())


def keys(service: Service) -> dict[str, str]:
    """Key of each event item: `fact`, or where its stub points."""
    return {item["sk"]: item.get("moved", "fact") for item in service.facts(EMAIL)}


@pytest.mark.parametrize("days_ago", [-1, 0, 1, 2])
def test_a_fact_of_these_days_is_filed_under_its_own_day(service: Service, days_ago: int) -> None:
    day = (MONDAY - timedelta(days=days_ago)).date()
    assert arrive(service, days_ago)
    assert keys(service) == {f"EVENT#{day}#late-1": "fact"}
    assert not arrive(service, days_ago)


@pytest.mark.parametrize("days_ago", [3, 100, -2, -400])
def test_a_fact_of_a_sealed_day_is_filed_under_today_with_a_stub(service: Service, days_ago: int) -> None:
    day = (MONDAY - timedelta(days=days_ago)).date()
    assert arrive(service, days_ago)
    assert keys(service) == {f"EVENT#{day}#late-1": "EVENT#2026-03-02#late-1", "EVENT#2026-03-02#late-1": "fact"}
    assert service.facts(EMAIL)[-1 if days_ago > 0 else 0]["happened_at"] <= stamp(MONDAY)


@pytest.mark.parametrize("first_days_ago", [0, 2, 3, 10])
def test_a_retry_is_the_same_fact_however_late(service: Service, first_days_ago: int) -> None:
    assert arrive(service, first_days_ago)
    before = keys(service)
    for days in (0, 1, 1, 1, 5, 30):
        service.clock.move(days=days)
        assert not arrive(service, first_days_ago)
    assert keys(service) == before


@pytest.mark.parametrize("retry_after_days", [0, 1, 2, 3, 30])
def test_a_stub_without_its_fact_is_completed_by_the_retry(service: Service, retry_after_days: int) -> None:
    assert arrive(service, 10)
    service.client.delete_item(
        TableName=service.table.name,
        Key={"pk": {"S": partition(service.id_of(EMAIL))}, "sk": {"S": "EVENT#2026-03-02#late-1"}},
    )
    service.clock.move(days=retry_after_days)
    assert arrive(service, 10)
    assert not arrive(service, 10)
    service.clock.move(days=40)
    assert not arrive(service, 10)
    assert list(keys(service).values()).count("fact") == 1


def test_stubs_score_nothing(service: Service) -> None:
    arrive(service, 0, "punctual")
    service.pump()
    punctual = service.standing(EMAIL).score.interest
    arrive(service, 10, "late")
    service.pump()
    late = service.standing(EMAIL)
    assert punctual == 20
    assert 20 < late.score.interest < 40
    assert late.bookkeeping.due_at is not None


def test_a_late_fact_counts_from_the_day_it_happened(service: Service) -> None:
    arrive(service, 90)
    service.pump()
    assert service.standing(EMAIL).score.interest == 10


def test_a_late_request_that_nobody_answered_still_alerts(service: Service) -> None:
    asked = MONDAY - timedelta(days=4)
    fact = Fact("r1", "form.submitted", asked, MONDAY, Trust.SUBMITTED, {**EVA, "means": "request", "asks": "price"})
    service.contacts.file(service.id_of(EMAIL), fact, asked.date())
    service.pump()
    (mail,) = service.mails()
    assert "Asked for a price on Thursday 26 February 2026" in mail.body


# ---- After an erasure -----------------------------------------------------------------------------------------------


def erase(service: Service) -> None:
    assert erasure.erase(service.contacts, service.id_of(EMAIL), service.clock()) is not None
    service.stream.read()


def test_a_fact_of_before_the_erasure_is_ignored(service: Service) -> None:
    service.post("/forms/demo", EVA)
    service.pump()
    service.mails()
    service.clock.move(days=3)
    erase(service)
    arrive(service, 1)
    service.pump()
    standing = service.standing(EMAIL)
    assert (standing.stage, standing.score.interest, standing.bookkeeping.display) == ("prospect", 0, {})
    assert service.items(EMAIL, "PROFILE") == []


def test_a_fact_of_before_the_erasure_is_deleted_and_leaves_nothing_due(service: Service) -> None:
    service.post("/forms/demo", EVA)
    service.pump()
    service.clock.move(days=3)
    erase(service)
    arrive(service, 1)
    service.pump()
    assert [item for item in service.facts(EMAIL) if "moved" not in item] == []
    service.clock.move(hours=1)
    assert service.sweep()["oldest_due_seconds"] == 0


def test_after_an_erasure_a_contact_starts_anew(service: Service) -> None:
    service.post("/forms/demo", EVA)
    service.pump()
    service.clock.move(days=3)
    erase(service)
    arrive(service, 1)
    service.clock.move(hours=1)
    service.post("/forms/pricing", {"email": EMAIL, "name": "Eva"})
    service.pump()
    standing = service.standing(EMAIL)
    assert (standing.stage, standing.cycle, standing.grade) == ("sql", 2, "?1")
    assert standing.bookkeeping.display == {"name": "Eva", "email": EMAIL}
    _, again = service.mails()
    assert "VP Operations" not in again.body


def test_a_mail_about_an_erased_contact_is_not_sent(service: Service) -> None:
    service.post("/forms/demo", EVA)
    service.run("score")
    (letter,) = service.letters(EMAIL)
    erase(service)
    service.table.put(letter)
    service.run("notify")
    service.later(20)
    assert service.mails() == []

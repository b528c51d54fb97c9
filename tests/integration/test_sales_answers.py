"""What sales says of a lead: one fact for each question of a qualification, and what follows from it."""

from datetime import date, timedelta
from typing import Any

import pytest

from leadbell.errors import AlreadyAnswered, IllegalMove
from leadbell.lifecycle.dispositions import Disposition
from leadbell.sales.answers import Recorded, take_answer
from tests.integration.service import EVA, MONDAY, SentMail, Service

EMAIL = EVA["email"]
D120 = (MONDAY + timedelta(days=120)).date()


def on_day(service: Service, day: float) -> None:
    """Lets what is due until then happen, then it is that day."""
    service.later(int((MONDAY + timedelta(days=day) - service.clock.at) / timedelta(minutes=1)))
    service.clock.at = MONDAY + timedelta(days=day)


def told(service: Service) -> list[SentMail]:
    service.pump()
    return service.mails()


def says(service: Service, type_: str, cycle: int = 1, **said: Any) -> Recorded:
    return take_answer(service.contacts, service.id_of(EMAIL), Disposition(type_, cycle, **said), service.clock())


def asked(service: Service) -> None:
    """An SQL, whose alert has gone out."""
    service.post("/forms/demo", EVA)
    assert len(told(service)) == 1


def answers(service: Service) -> dict[str, str]:
    """The stored answers by key, with their type or where their stub points."""
    return {f["sk"]: f.get("type") or f"-> {f['moved']}" for f in service.facts(EMAIL) if "#sales-" in f["sk"]}


# ---- one fact --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [0, 1, 2])
def test_an_answer_is_filed_under_the_day_of_its_alert(service: Service, days: int) -> None:
    asked(service)
    service.clock.move(days=days)
    assert says(service, "sales.accepted") == Recorded("sales-000001-answer", is_repeat=False)
    assert answers(service) == {"EVENT#2026-03-02#sales-000001-answer": "sales.accepted"}


def test_an_answer_to_the_second_alert_is_filed_under_the_second_alert_s_day(service: Service) -> None:
    asked(service)
    says(service, "sales.rejected", reason="timing")
    service.pump()
    on_day(service, 60)
    service.post("/forms/pricing", EVA)
    service.pump()
    service.clock.move(days=1)
    with pytest.raises(IllegalMove, match="answers qualification 1, but the contact is at 2"):
        says(service, "meeting.held", 1)
    assert says(service, "sales.rejected", 1, reason="timing").is_repeat
    says(service, "sales.accepted", 2)
    assert answers(service) == {
        "EVENT#2026-03-02#sales-000001-answer": "sales.rejected",
        "EVENT#2026-05-01#sales-000002-answer": "sales.accepted",
    }


def test_a_customer_who_never_was_an_alert_can_recommend_us_and_leave(service: Service) -> None:
    service.file(EMAIL, "operator.stage_set", stage="customer")
    service.pump()
    service.clock.move(days=30)
    says(service, "customer.referred", 0)
    service.pump()
    says(service, "sales.rejected", 0, reason="former-customer")
    service.pump()
    assert service.log(EMAIL) == ["prospect>customer", "customer>evangelist", "evangelist>recycled"]
    assert set(answers(service)) >= {"EVENT#2026-03-02#sales-000000-referral"}


@pytest.mark.parametrize("first", [0, 1, 5, 40])
@pytest.mark.parametrize("again", [0, 1, 3, 50])
def test_the_same_answer_again_is_the_same_fact_however_late(service: Service, first: int, again: int) -> None:
    asked(service)
    service.clock.move(days=first)
    says(service, "sales.rejected", reason="no-answer")
    stored = answers(service)
    service.pump()
    service.clock.move(days=again)
    said_again = says(service, "sales.rejected", reason="no-answer", by="bo")
    assert said_again == Recorded("sales-000001-answer", is_repeat=True)
    assert answers(service) == stored
    assert list(stored.values()).count("sales.rejected") == 1


@pytest.mark.parametrize("days", [0, 1, 30])
def test_the_opposite_answer_is_refused_with_what_stands(service: Service, days: int) -> None:
    asked(service)
    says(service, "sales.accepted")
    service.pump()
    service.clock.move(days=days)
    stored = answers(service)
    with pytest.raises(AlreadyAnswered, match='contradicts the answer of 2 Mar 2026: "sales took it up"'):
        says(service, "sales.rejected", reason="timing")
    assert answers(service) == stored
    service.pump()
    assert service.log(EMAIL) == ["prospect>sql"]


@pytest.mark.parametrize("days", [1, 30])
def test_of_two_opposite_answers_at_the_same_time_one_stands(service: Service, days: int) -> None:
    asked(service)
    service.clock.move(days=days)
    put = service.contacts.table.put
    rival = iter([lambda: says(service, "sales.accepted")])

    def after_the_rival(*given: Any, **named: Any) -> Any:
        if (act := next(rival, None)) is not None:
            act()
        return put(*given, **named)

    service.contacts.table.put = after_the_rival  # type: ignore[method-assign]
    with pytest.raises(AlreadyAnswered, match="sales took it up"):
        says(service, "sales.rejected", reason="timing")
    assert list(answers(service).values()).count("sales.accepted") == 1


def test_an_answer_cut_off_in_the_middle_is_completed_by_whoever_comes_next(service: Service) -> None:
    asked(service)
    service.clock.move(days=10)
    says(service, "sales.accepted")
    (_, fact_key) = sorted(answers(service))
    item = next(item for item in service.facts(EMAIL) if item["sk"] == fact_key)
    service.table.delete(item["pk"], item["sk"])
    service.clock.move(days=1)
    assert not says(service, "sales.rejected", reason="timing").is_repeat
    with pytest.raises(AlreadyAnswered):
        says(service, "sales.accepted")
    service.pump()
    assert service.log(EMAIL) == ["prospect>sql", "sql>recycled"]


def test_what_does_not_fit_is_refused_and_nothing_is_stored(service: Service) -> None:
    with pytest.raises(IllegalMove, match=r"deal\.won is not possible at stage prospect; possible: nothing"):
        says(service, "deal.won", 0)
    service.post("/downloads/guide", EVA)
    service.pump()
    with pytest.raises(IllegalMove, match=r"deal\.won is not possible at stage lead; possible: nothing"):
        says(service, "deal.won", 0)
    with pytest.raises(IllegalMove, match="answers qualification 3"):
        says(service, "sales.accepted", 3)
    assert answers(service) == {}


# ---- what follows ----------------------------------------------------------------------------------------------------


def test_an_accepted_lead_is_worked_and_asking_again_reaches_who_took_it_up(service: Service) -> None:
    anna = service.add_rep("anna", "DK")
    asked(service)
    says(service, "sales.accepted", by="anna")
    service.pump()
    standing = service.standing(EMAIL)
    assert (standing.stage, standing.qualification.status, standing.owner) == ("sql", "working", "anna")
    service.clock.move(hours=1)
    service.post("/forms/pricing", EVA)
    (again,) = told(service)
    assert (again.topic, again.subject[:11]) == (anna, "Asked again")


def test_from_lead_to_a_customer_who_recommends_us(service: Service) -> None:
    asked(service)
    for type_ in ("sales.accepted", "meeting.held", "opportunity.opened", "deal.won", "customer.referred"):
        service.clock.move(days=3)
        says(service, type_)
        service.pump()
    assert service.log(EMAIL) == ["prospect>sql", "sql>opportunity", "opportunity>customer", "customer>evangelist"]
    assert {item["by"] for item in service.items(EMAIL, "TRANSITION#")} == {"score", "sales"}
    assert told(service) == []


def test_an_answer_that_lost_a_race_is_decided_and_says_so_and_parks_nobody(service: Service) -> None:
    asked(service)
    says(service, "sales.rejected", reason="student")
    says(service, "opportunity.opened")
    service.pump()
    service.clock.move(minutes=11)
    service.sweep()
    assert service.log(EMAIL) == ["prospect>sql", "sql>disqualified"]
    assert service.items(prefix="PARKED") == []
    (late,) = [fact for fact in service.facts(EMAIL) if fact.get("type") == "opportunity.opened"]
    assert late["no_move"].startswith("opportunity.opened is not possible at stage disqualified")
    assert "due_at" not in late
    assert [fact for fact in service.facts(EMAIL) if "due_at" in fact] == []


def test_a_lost_bell_of_an_answer_heals(service: Service) -> None:
    asked(service)
    says(service, "sales.rejected", reason="timing", back_on=D120)
    service.stream.lose()
    service.clock.move(minutes=10)
    assert service.sweep()["contacts"] == 1
    assert service.standing(EMAIL).return_on == D120


def test_two_sweeps_at_once_make_one_reminder(service: Service) -> None:
    asked(service)
    says(service, "sales.rejected", reason="timing", back_on=date(2026, 3, 12))
    service.pump()
    on_day(service, 9)
    service.clock.at = service.clock.at.replace(day=12, hour=0, minute=1)
    service.faults.meanwhile("sweep", "TransactWriteItems", service.sweep)
    service.sweep()
    service.sweep()
    service.pump()
    (reminder,) = service.mails()
    assert reminder.subject.startswith("Reminder A4")
    (item,) = service.items(EMAIL, "COPY#reminder-")
    assert item["sk"] == "COPY#reminder-sales-000001-answer"


def test_the_timer_is_never_later_than_the_day_promised(service: Service) -> None:
    asked(service)
    says(service, "sales.rejected", reason="no-answer", back_on=date(2026, 3, 9))
    service.pump()
    due = service.standing(EMAIL).bookkeeping.due_at
    assert due is not None and due.isoformat() == "2026-03-09T00:00:00+00:00"

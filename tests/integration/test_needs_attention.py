"""The one alarm for what a person has to look at: it comes on soon, stays on until that is mended, then goes off."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.integration.log_lines import LogLines
from tests.integration.sam_template import template
from tests.integration.service import DEFAULT_INBOX, EVA, Service

ALARM: dict[str, Any] = template()["Resources"]["NeedsAttentionAlarm"]["Properties"]
HEALED: dict[str, Any] = template()["Resources"]["HealedAlarm"]["Properties"]
WINDOW: int = ALARM["EvaluationPeriods"]

Figures = list[float | None]


class Minutes:
    """What CloudWatch is told, minute by minute."""

    def __init__(self, service: Service, lines: LogLines) -> None:
        self.figures: Figures = []
        self._service = service
        self._lines = lines

    def pass_by(self, minutes: int) -> list[bool]:
        """Whether the alarm is on, after each of them."""
        return [self._pass_by() for _ in range(minutes)]

    def _pass_by(self) -> bool:
        self._service.clock.move(minutes=1)
        self.figures += self._lines.one(self._service.sweep).get("NeedsAttention", [None])
        self._service.pump()
        return is_on(self.figures)


def is_on(figures: Sequence[float | None]) -> bool:
    """So many of the last minutes above the threshold, as AWS counts; a minute without a figure is a good one."""
    above = [value for value in figures[-WINDOW:] if value is not None and value > ALARM["Threshold"]]
    return len(above) >= int(ALARM["DatapointsToAlarm"])


@pytest.fixture
def minutes(service: Service, lines: LogLines) -> Minutes:
    return Minutes(service, lines)


def test_the_alarm_is_counted_as_this_page_counts_it() -> None:
    assert (ALARM["Statistic"], ALARM["ComparisonOperator"]) == ("Maximum", "GreaterThanThreshold")
    assert (ALARM["Period"], ALARM["TreatMissingData"]) == (60, "notBreaching")
    assert ALARM.keys() == HEALED.keys()
    same = ALARM.keys() - {"AlarmName", "AlarmDescription", "MetricName"}
    assert {key: ALARM[key] for key in same} == {key: HEALED[key] for key in same}


def test_all_is_well_while_all_is_well(service: Service, minutes: Minutes) -> None:
    service.post("/forms/demo", EVA)
    service.pump()
    assert not any(minutes.pass_by(15))
    assert minutes.figures == [0] * 15


def test_a_contact_that_cannot_be_scored(service: Service, minutes: Minutes) -> None:
    service.post("/forms/demo", EVA)
    (fact,) = service.facts(EVA["email"])
    service.table.put({**fact, "type": "cow.milked"})
    service.pump()
    assert any(minutes.pass_by(11))
    assert all(minutes.pass_by(60))  # also between two tries at it
    service.table.put(fact)
    within_two_hours = minutes.pass_by(120 + WINDOW)
    assert not within_two_hours[-1]
    assert service.standing(EVA["email"]).stage == "sql"


def test_a_mail_that_reaches_nobody(service: Service, minutes: Minutes) -> None:
    minutes.pass_by(1)  # the day's look at the inboxes is over
    service.leave_topic(DEFAULT_INBOX)
    service.clock.move(minutes=10)  # nor does the sweep remember its reader
    service.post("/forms/demo", EVA)
    service.pump()
    assert any(minutes.pass_by(3))
    assert all(minutes.pass_by(40))
    assert {*minutes.figures} == {0, 1}  # it is counted when it is tried
    service.sns.subscribe(TopicArn=DEFAULT_INBOX, Protocol="email", Endpoint="sales@example.com")
    assert not minutes.pass_by(16 + WINDOW)[-1]
    assert len(service.mails()) == 1


def test_an_inbox_that_nobody_reads(service: Service, minutes: Minutes) -> None:
    service.leave_topic(DEFAULT_INBOX)
    assert all(minutes.pass_by(15))
    service.sns.subscribe(TopicArn=DEFAULT_INBOX, Protocol="email", Endpoint="sales@example.com")
    assert not minutes.pass_by(10 + WINDOW)[-1]


def test_a_submission_that_score_missed(service: Service, minutes: Minutes) -> None:
    service.post("/forms/demo", EVA)
    service.stream.lose()
    assert not any(minutes.pass_by(9))
    assert all(minutes.pass_by(WINDOW))
    assert not any(minutes.pass_by(1))


def test_a_timer_that_comes_due_is_nothing_to_look_at(service: Service, minutes: Minutes) -> None:
    service.post("/newsletter", EVA)
    service.pump()
    service.later(60 * 24 * 100)
    assert not any(minutes.pass_by(1))


def test_a_fact_that_score_missed_counts_beside_a_timer_that_was_due_before_it(service: Service) -> None:
    service.post("/newsletter", EVA)
    service.pump()
    (standing,) = service.items(EVA["email"], "STANDING")
    service.table.put({**standing, "due_at": "2026-03-02T09:00:00.000Z"})
    service.post("/forms/demo", EVA)
    service.stream.lose()
    service.clock.move(minutes=30)
    report = service.sweep()
    assert (report["contacts"], report["missed"]) == (1, 1)
    assert report["oldest_due_seconds"] >= 30 * 60


def healed(service: Service, lines: LogLines, minutes: int) -> list[float]:
    """What each of the next minutes says of the other alarm."""
    told: list[float] = []
    for _ in range(minutes):
        service.clock.move(minutes=1)
        told += lines.one(service.sweep)["Healed"]
    return told


def test_while_the_mapping_of_score_is_off_the_sweep_counts_what_it_does_in_its_place(
    service: Service, lines: LogLines
) -> None:
    for number in range(3):
        service.post("/forms/demo", {**EVA, "email": f"eva{number}@acme.example.com"})
        service.stream.lose()
        told = healed(service, lines, 12)
        assert sum(told) >= 1
        assert is_on(told)
        service.pump()


def test_while_the_mapping_of_notify_is_off_the_sweep_counts_what_it_does_in_its_place(
    service: Service, lines: LogLines
) -> None:
    service.post("/forms/demo", EVA)
    service.run("score")
    service.stream.lose()
    told = healed(service, lines, 3)
    assert len(service.mails()) == 1
    assert (sum(told), is_on(told)) == (1, True)


def test_what_score_and_notify_did_themselves_is_not_healed(service: Service, lines: LogLines) -> None:
    service.post("/forms/demo", EVA)
    service.pump()
    assert healed(service, lines, 15) == [0] * 15


def test_a_crowd_that_notify_leaves_to_the_sweep_is_not_healed(service: Service, lines: LogLines) -> None:
    for number in range(8):
        service.post("/forms/demo", {**EVA, "email": f"eva{number}@acme.example.com"})
    service.pump()
    told = healed(service, lines, 3)
    assert sum(told) == 0


def test_a_mail_that_waited_for_a_reader_is_not_healed(service: Service, lines: LogLines) -> None:
    service.leave_topic(DEFAULT_INBOX)
    service.post("/forms/demo", EVA)
    service.pump()
    service.sns.subscribe(TopicArn=DEFAULT_INBOX, Protocol="email", Endpoint="sales@example.com")
    told = healed(service, lines, 20)
    assert len(service.mails()) == 1
    assert sum(told) == 0


def test_the_log_names_the_inboxes_and_no_address(service: Service, lines: LogLines) -> None:
    service.leave_topic(service.add_rep("nils", "NO", reader="nils@example.com"))
    line = lines.one(service.sweep)
    assert (line["level"], line["needs_attention"], line["unread_inboxes"]) == ("WARNING", 1, ["nils"])
    assert "@" not in lines.text

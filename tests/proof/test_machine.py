"""A few schedules of the state machine; `make proof` plays thousands."""

from tests.proof.machine import play


def test_what_was_promised_holds_whatever_happens_in_whatever_order() -> None:
    told = play(schedules=12, deeds=20)
    assert told.schedules >= 12
    assert told.facts > 50

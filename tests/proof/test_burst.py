"""Small bursts of those that `make proof` plays with a thousand contacts, and that its checks would notice."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from leadbell.outbox.pacing import Pace
from tests.proof.burst import CASES, Case, Together, most_in_a_second, play


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_all_are_told_of_and_nobody_is_mailed_more_than_twice_a_second(case: Case) -> None:
    found = play(case, 40)
    assert found.at_once <= 2
    assert found.misrouted == 0
    assert found.mails <= 40
    assert found.drained < timedelta(minutes=3)


def at_once(*_: Any) -> bool:
    return True


def by_the_first_address(take_turn: Callable[..., bool]) -> Callable[..., bool]:
    return lambda self, addresses, *more: take_turn(self, sorted(addresses)[:1], *more)


@pytest.mark.parametrize(("instead", "case"), [(at_once, CASES[0]), (by_the_first_address(Pace.take_turn), CASES[3])])
def test_without_pacing_by_address_a_burst_is_noticed(
    monkeypatch: pytest.MonkeyPatch, instead: Callable[..., bool], case: Case
) -> None:
    monkeypatch.setattr(Pace, "take_turn", instead)
    with pytest.raises(AssertionError):
        play(case, 40)


# ---- The clock of those who act together -----------------------------------------------------------------------------


def test_who_wakes_first_acts_first() -> None:
    clock, seen = Together(), list[tuple[str, float]]()
    start = clock()

    def actor(name: str, seconds: float) -> Callable[[], None]:
        def act() -> None:
            for _ in range(3):
                clock.sleep(seconds)
                seen.append((name, (clock() - start).total_seconds()))

        return act

    clock.run(actor("a", 2), actor("b", 3))
    assert seen == [("a", 2), ("b", 3), ("a", 4), ("b", 6), ("a", 6), ("b", 9)]


def test_what_goes_wrong_for_one_of_them_comes_up() -> None:
    def fails() -> None:
        raise ValueError("a fault of this test")

    with pytest.raises(ValueError, match="a fault of this test"):
        Together().run(fails, lambda: None)


def test_a_second_may_begin_anywhere() -> None:
    def at(*seconds: float) -> list[datetime]:
        return [Together()() + timedelta(seconds=each) for each in seconds]

    assert most_in_a_second([]) == 0
    assert most_in_a_second(at(0, 0.5, 1, 1.5)) == 2
    assert most_in_a_second(at(0.9, 1.4, 1.89, 1.9)) == 3

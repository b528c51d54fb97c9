"""Points that fade are rounded once, exactly, and half away from zero."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbell.scoring.compiled import Rule
from leadbell.scoring.fading import fading
from leadbell.scoring.scoring import _rounded, _rule_reasons
from tests.unit.facts import fact, interest_model, worth


def exactly(raw: Fraction) -> int:
    """The nearest whole number, half away from zero."""
    return int(raw + Fraction(1, 2)) if raw >= 0 else -int(-raw + Fraction(1, 2))


def fading_rule(points: int, fades: dict[str, int] | str) -> Rule:
    """A rule of nothing but points and their fading."""
    return Rule("r", "did it", "article.read", "g", points, None, None, None, None, fading(fades), None)


def test_25_points_less_10_percent_are_23() -> None:
    fades = {"percent": 10, "every_days": 7}
    model = interest_model({"event": "trial.started", "points": 25, "fades": fades})
    assert worth(fact("trial.started"), on=7, model=model).interest == 23
    (line,) = _rule_reasons(fading_rule(-25, fades), {1: 1}, 8)
    assert line.points == -23


def test_every_whole_percent_of_every_number_of_points_is_exact() -> None:
    """All 303,000 of points, percent and steps; 2 x 1,315 of them are exact halves, of which most were one too low."""
    halves = 0
    for percent in range(1, 101):
        left = fading({"percent": percent, "every_days": 1})
        for steps in range(-(-100 // percent) + 1):
            share = max(0, 100 - percent * steps)
            for points in range(-100, 101):
                found = _rounded(points * left(steps))
                halves += points * share % 100 == 50
                assert found == exactly(Fraction(points * share, 100)), (points, percent, steps)
    assert halves == 2 * 1315


@pytest.mark.parametrize("days", [1, 7, 30, 365])
def test_every_number_of_points_halves_exactly(days: int) -> None:
    left = fading({"halves_every_days": days})
    for points in range(-100, 101):
        for times in range(12):
            assert _rounded(points * left(days * times)) == exactly(Fraction(points, 1 << times)), (points, times)


@given(
    st.integers(-100, 100),
    st.integers(1, 100),
    st.integers(1, 40),
    st.dictionaries(st.integers(1, 200), st.integers(1, 30), min_size=1),
)
def test_many_facts_of_many_days_are_rounded_once_and_exactly(
    points: int, percent: int, days: int, per_day: dict[int, int]
) -> None:
    left = {day: max(0, 100 - percent * ((200 - day) // days)) for day in per_day}
    (line,) = _rule_reasons(fading_rule(points, {"percent": percent, "every_days": days}), per_day, 200)
    assert line.points == exactly(Fraction(points * sum(per_day[day] * left[day] for day in per_day), 100))

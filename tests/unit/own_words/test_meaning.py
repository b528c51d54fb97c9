"""What the door adds to what somebody wrote: our word for when they buy, and that they ask for a price."""

from datetime import date
from typing import Any

import pytest

from leadbell.own_words.meaning import with_meaning

TODAY = date(2026, 11, 28)


def meant(*written: str, **fields: Any) -> dict[str, Any]:
    return with_meaning(fields, written, TODAY)


def test_our_word_for_a_time_stands_beside_their_own() -> None:
    assert meant(timing="within two weeks") == {"timing": "yes", "x_timing": "within two weeks"}
    assert meant(timing="yes") == {"timing": "yes"}


def test_a_later_time_has_the_day_that_it_means() -> None:
    later = {"timing": "later", "timing_from": "2027-07-01", "x_timing": "Q3 2027"}
    assert meant(timing="Q3 2027") == later
    assert "timing_from" not in meant(timing="no hurry")


@pytest.mark.parametrize("typed", ["2026-06-12", "12:00", "after the fair"])
def test_a_time_that_says_neither_now_nor_later_is_left_in_their_own_words(typed: str) -> None:
    assert meant(timing=typed) == {"x_timing": typed}


def test_who_asks_for_a_price_in_any_form_asks_for_a_price() -> None:
    assert meant("What do 40 pumps cost?", means="question", asks="question")["asks"] == "price"
    assert meant("Vad har ni för leveranstid?")["asks"] == "terms"


def test_a_form_that_means_a_request_asks_for_what_it_is_for() -> None:
    assert meant("What do 40 pumps cost?", means="request", asks="demo")["asks"] == "demo"

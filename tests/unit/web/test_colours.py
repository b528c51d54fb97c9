"""A site's colour: whatever it is, the letters on it can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbell.web.colours import DEFAULT, accent, contrast


@pytest.mark.parametrize(
    ("colour", "letters"),
    [("#ffffff", "#000000"), ("#000000", "#ffffff"), ("#ffd500", "#000000"), ("#2456A6", "#ffffff")],
)
def test_letters_are_black_on_light_colours_and_white_on_dark_ones(colour: str, letters: str) -> None:
    assert accent(colour) == (colour.lower(), letters)


def test_black_on_white_is_the_greatest_contrast_there_is() -> None:
    assert contrast("#000000", "#ffffff") == contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#777777") == 1


@given(st.integers(0, 0xFFFFFF))
def test_the_letters_on_any_colour_pass_for_readable(number: int) -> None:
    colour, letters = accent(f"#{number:06x}")
    assert contrast(colour, letters) >= 4.5


@pytest.mark.parametrize(
    "wanted", ["", "red", "#fff", "#12345", "#1234567", "#gggggg", "#123456 ", "#123456\n", "url(x)"]
)
def test_anything_else_is_our_own_colour(wanted: str) -> None:
    assert accent(wanted).colour == DEFAULT

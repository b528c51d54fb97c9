"""Visitors' text as it may be stored: what only hides or disfigures is taken out, once and for all."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbell.plain_text import MAX_MARKS, is_text, tidy

# Texts in which hidden characters, line breaks and marks are common.
odd = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("a\r\n\t\x0b\x85\u2028\u200b\u200d\u202e\u2066\ufeff\u0300\u0336\u0489\U000e0061"),
    ),
    max_size=60,
)


@given(odd)
def test_tidying_again_changes_nothing(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@given(odd)
def test_nothing_is_added_but_line_breaks(text: str) -> None:
    rest = iter(text)
    assert all(char == "\n" or char in rest for char in tidy(text).replace("\n", ""))


@given(st.text(st.characters(exclude_categories=["C", "Zl", "Zp", "Mn", "Me"])))
def test_letters_figures_and_signs_stay_as_they_were(text: str) -> None:
    assert tidy(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Åsa Öberg\n\tzwei Zeilen",
        "Ti\u1ebfng Vi\u1ec7t " + unicodedata.normalize("NFD", "Ti\u1ebfng Vi\u1ec7t"),
        "\u05d1\u05bc\u05b0\u05e8\u05b5\u05d0\u05e9\u05c1\u05b4\u05d9\u05ea\u200f",  # Hebrew with its points
        "\u0e17\u0e35\u0e48\u0e19\u0e35\u0e48",  # Thai: two marks on one letter
        "\u06a9\u062a\u0627\u0628\u200c\u0647\u0627",  # Persian: a joiner inside a word
        "\U0001f469\U0001f3fd\u200d\U0001f52c \u2764\ufe0f",
    ],
)
def test_what_languages_need_stays(text: str) -> None:
    assert tidy(text) == text


def test_marks_beyond_what_a_script_stacks_are_cut() -> None:
    assert tidy("Z" + "\u0336" * 7 + "a\u0301") == "Z" + "\u0336" * MAX_MARKS + "a\u0301"


@pytest.mark.parametrize(("value", "is_kept"), [("", True), ("å\U0010ffff", True), ("a\0", False), ("å\0", False)])
def test_a_nul_is_no_text(value: str, is_kept: bool) -> None:
    assert is_text(value) is is_kept


@pytest.mark.parametrize("half", ["\ud800", "a\udfff", "\udbff\ud800"])
def test_half_a_surrogate_pair_is_no_text(half: str) -> None:
    assert not is_text(half)

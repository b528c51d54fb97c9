"""Visitors' text as it may be stored: what only hides or disfigures is taken out, once and for all."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbell.plain_text import MAX_MARKS, harmless, is_text, mended, quote, tidy

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
        "Åsa Öberg\r\n\tzwei Zeilen",
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


@pytest.mark.parametrize(
    ("broken", "whole"),
    [("a\ud83d\ude00", "a\U0001f600"), ("\ud83d", "\ufffd"), ("\ude00\ud83dx", "\ufffd\ufffdx"), ("\u00e5", "\u00e5")],
)
def test_halves_are_joined_or_replaced(broken: str, whole: str) -> None:
    assert mended(broken) == whole


@pytest.mark.parametrize("half", ["\ud800", "a\udfff", "\udbff\ud800"])
def test_half_a_surrogate_pair_is_no_text(half: str) -> None:
    assert not is_text(half)


# ---- shown -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "12.500 EUR",
        "1.234.567,89",
        "14.30",
        "14.30-15.00",
        "Node.js and Vue.js",
        "Dr.M\u00fcller, Fr.St\u00f6ger, Hr.\u00d6st",
        "z.B. e.g.this i.e.that",
        "v2.1.3",
        "192.168.0.1",
        "plan.pdf, brief.docx, pump.png",
        "S.A. S.p.A. a.s.",
        "wait...what",
        "Ivan.Ivanov",
        "\u0421\u043b\u043e\u0432\u043e.\u0421\u043b\u043e\u0432\u043e",
        "\u06a9\u062a\u0627\u0628\u200c\u0647\u0627",
        "\u0d9a\u0dca\u200d\u0dbb\u0dd3",
        "\u0d28\u0d4d\u200d ",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f469\U0001f3fd\u200d\U0001f52c \u2764\ufe0f\u200d\U0001f525",
        "\U0001fae9 \U0001faff",  # one that is newer than Python's tables
    ],
)
def test_what_no_client_makes_a_link_is_shown_as_typed(text: str) -> None:
    assert harmless(text) == text
    assert quote(text)[0].rstrip() == f"> {text}".rstrip()


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("https://evil.example/x?a=b.c", "https[:]//evil[.]example/x?a=b.c"),
        ("HTTP://1.2.3.4/x", "HTTP[:]//1[.]2[.]3[.]4/x"),
        ("ftp://files", "ftp[:]//files"),
        ("WWW.evil.unknown", "WWW[.]evil[.]unknown"),
        ("evil.example/x", "evil[.]example/x"),
        ("evil.com", "evil[.]com"),
        ("EVIL.Com.", "EVIL[.]Com."),
        ("(evil.co.uk:8080/x)", "(evil[.]co[.]uk:8080/x)"),
        ("..evil.zip", "..evil[.]zip"),
        ("-evil.top_", "-evil[.]top_"),
        ("eva.ek@acme.unknown", "eva.ek@acme[.]unknown"),
        ("README.md", "README[.]md"),
        ("\u8bf7\u770bevil.com\u8c22\u8c22", "\u8bf7\u770bevil[.]com\u8c22\u8c22"),
        ("\u043f\u043e\u0447\u0442\u0430.\u0440\u0444", "\u043f\u043e\u0447\u0442\u0430[.]\u0440\u0444"),
        ("x.xn--p1ai", "x[.]xn--p1ai"),
        ("ht\u200dtp://evil.com", "ht tp[:]//evil[.]com"),
    ],
)
def test_what_a_client_makes_a_link_is_broken(typed: str, shown: str) -> None:
    assert harmless(typed) == shown
    assert harmless(shown) == shown


@pytest.mark.parametrize("text", ["a\u200db", "\u200dx", "1\u200c2", "\u0627\u200c\u200c\u0627", "\u00e5\u200d\u00e5"])
def test_a_joiner_that_joins_nothing_is_a_space(text: str) -> None:
    assert " " in harmless(text)
    assert len(harmless(text)) == len(text)


# Words of a document whose dots end in no top-level domain: a figure, an ending, one letter, a capital with marks.
endings = st.sampled_from(
    ["js", "pdf", "docx", "500", "1", "B", "M\u00fcller", "\u00d6st", "exe", "txt", "xlsx", "html"]
)
words = st.text("abcxyzABC\u00e5\u00f6\u00fc\u0436\u0628\u4f60 0123456789,;-!?\n", min_size=1, max_size=12)


@given(st.lists(st.one_of(words, st.builds("{}.{}".format, words, endings)), max_size=8))
def test_a_text_without_a_link_is_shown_unchanged(pieces: list[str]) -> None:
    text = " ".join(pieces)
    assert harmless(text) == text.replace("\n", " ")

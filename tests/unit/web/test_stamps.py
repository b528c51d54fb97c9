"""When a form was shown, as its stamp tells it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbell.errors import NotFound
from leadbell.keyed import Keyring
from leadbell.web.stamps import KNOWN_FOR, Shown, read_stamp, stamp_for

KEYS = Keyring.of(b"a secret of the stack")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
STAMP = stamp_for(KEYS, "forms/contact", NOON)
FORGED = Shown(is_forged=True)


def test_a_stamp_tells_how_long_ago_its_form_was_shown() -> None:
    at = NOON + timedelta(seconds=2, milliseconds=345)
    assert read_stamp(KEYS, "forms/contact", STAMP, at) == Shown(timedelta(seconds=2, milliseconds=345))


def test_without_a_stamp_or_with_one_of_yesterday_nobody_knows() -> None:
    assert read_stamp(KEYS, "forms/contact", "", NOON) == Shown()
    assert read_stamp(KEYS, "forms/contact", STAMP, NOON + KNOWN_FOR) == Shown(KNOWN_FOR)
    assert read_stamp(KEYS, "forms/contact", STAMP, NOON + KNOWN_FOR + timedelta(milliseconds=1)) == Shown()


@pytest.mark.parametrize(
    ("keys", "door", "stamp"),
    [
        (KEYS, "forms/demo", STAMP),
        (Keyring.of(b"another secret of a stack"), "forms/contact", STAMP),
        (KEYS, "forms/contact", STAMP.replace(STAMP[12], str((int(STAMP[12]) + 1) % 10), 1)),
        (KEYS, "forms/contact", STAMP[:-1]),
        (KEYS, "forms/contact", "1"),
        (KEYS, "forms/contact", "９" * 13 + STAMP[13:]),  # noqa: RUF001  # digits that are no ASCII
    ],
)
def test_a_stamp_of_another_form_or_changed_in_one_place_is_forged(keys: Keyring, door: str, stamp: str) -> None:
    assert read_stamp(keys, door, stamp, NOON) == FORGED


@given(st.text(min_size=1, max_size=80))
def test_whatever_is_sent_as_a_stamp_is_forged(text: str) -> None:
    assert read_stamp(KEYS, "forms/contact", text, NOON) == FORGED


@pytest.mark.parametrize("door", ["", "forms/", "forms/a b", "forms/a\nb", "sales/x", "forms/" + "a" * 65])
def test_what_can_be_no_door_gets_no_stamp(door: str) -> None:
    with pytest.raises(NotFound):
        stamp_for(KEYS, door, NOON)

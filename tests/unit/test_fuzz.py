"""A little of `make fuzz` with each run: what it makes follows from a number, so a failure can be had again."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.__main__ import one
from tests.fuzz.hostile import HOSTILE, Hostile
from tests.fuzz.inputs import TYPES, VALUES
from tests.fuzz.properties import check_body, check_text


@pytest.mark.parametrize("first", range(0, 1600, 400))
def test_whatever_comes_is_refused_or_can_be_stored_and_mailed(first: int) -> None:
    counts = Counter[str]()
    for number in range(first, first + 400):
        one(random.Random(number), counts)
    assert counts["taken"] > 10


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_each_hostile_body_that_is_taken_can_be_stored_and_mailed(body: Hostile) -> None:
    assert check_body(body.content_type, body.raw, body.encoding) is not bool(body.code)


@given(st.sampled_from(TYPES), st.binary(max_size=200))
def test_any_bytes_are_refused_or_can_be_stored_and_mailed(content_type: str, raw: bytes) -> None:
    check_body(content_type, raw)


@given(st.text(max_size=80) | st.sampled_from(VALUES))
def test_any_text_has_one_normal_form_and_leads_nowhere_else(text: str) -> None:
    check_text(text)

"""What is stored has the form that every program of AWS reads: boto3's own serializer is the measure."""

from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from leadbell.attribute_values import MAX_DIGITS, from_stored, to_stored
from leadbell.lifecycle.stages import Stage

LARGEST = 10**MAX_DIGITS - 1
PLAIN = st.recursive(
    st.text() | st.integers(-LARGEST, LARGEST) | st.booleans() | st.binary() | st.none(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def as_boto3_reads(value: Any) -> Any:
    """A value that boto3 read, with its types of their own made plain."""
    if isinstance(value, Decimal):
        return int(value)
    if isinstance(value, Binary):
        return bytes(value)
    if isinstance(value, dict):
        return {name: as_boto3_reads(each) for name, each in value.items()}
    if isinstance(value, set):
        return {as_boto3_reads(each) for each in value}
    return [as_boto3_reads(each) for each in value] if isinstance(value, list) else value


@given(PLAIN)
def test_a_value_is_stored_and_read_as_boto3_does(value: Any) -> None:
    stored = to_stored(value)
    assert stored == TypeSerializer().serialize(value)
    assert from_stored(stored) == value == as_boto3_reads(TypeDeserializer().deserialize(stored))


@pytest.mark.parametrize("value", [Stage.SQL, (1, "a"), bytearray(b"a"), True, -0, LARGEST, -LARGEST])
def test_what_is_like_a_plain_value_is_stored_as_one(value: Any) -> None:
    assert to_stored(value) == TypeSerializer().serialize(value)
    assert from_stored(to_stored(value)) == (list(value) if isinstance(value, tuple) else value)


@pytest.mark.parametrize("value", [1.5, LARGEST + 1, -LARGEST - 1, object()])
def test_what_dynamodb_would_not_keep_as_it_is_is_refused(value: Any) -> None:
    with pytest.raises((TypeError, ArithmeticError)):
        TypeSerializer().serialize(value)
    with pytest.raises((TypeError, OverflowError)):
        to_stored(value)


@pytest.mark.parametrize("value", [{"a"}, Decimal("1.5"), [{1}], {"a": 0.5}])
def test_what_is_never_stored_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        to_stored(value)


@pytest.mark.parametrize("stored", [{"X": 1}, {"M": {"a": {"X": 1}}}])
def test_a_kind_that_dynamodb_does_not_have_is_refused(stored: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="kind X"):
        from_stored(stored)


@pytest.mark.parametrize("stored", [{"SS": ["a"]}, {"NS": ["1", "-2", "1E+3"]}, {"BS": [b"a"]}, {"L": [{"NS": ["1"]}]}])
def test_a_set_that_another_program_added_is_read(stored: dict[str, Any]) -> None:
    assert from_stored(stored) == as_boto3_reads(TypeDeserializer().deserialize(stored))


@pytest.mark.parametrize(("text", "number"), [("7", 7), ("-7", -7), ("1E+3", 1000), ("7.0", 7), ("7.5", 7)])
def test_a_number_is_read_however_it_is_written(text: str, number: int) -> None:
    assert from_stored({"N": text}) == number

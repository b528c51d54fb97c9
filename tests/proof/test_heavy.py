"""A part of the forms of `make proof`."""

from tests.proof import heavy
from tests.proof.memory import scene


def test_thousands_of_large_forms_by_others_do_not_make_her_heavy() -> None:
    with scene() as stage:
        units, seconds, texts = heavy.her_request(stage, forms=600, kilobytes=200)
    assert units <= heavy.MOST_UNITS
    assert seconds <= heavy.MOST_SECONDS
    assert texts == 0

"""What is stored is said in words: each value has its own, and a value without any cannot be defined."""

import pytest

from leadbell.formats import Worded
from leadbell.lifecycle.notices import Heard
from leadbell.outbox.visitor_mails import Kind
from leadbell.sales.alert_text import LEADS


@pytest.mark.parametrize("values", [Heard, Kind])
def test_each_value_has_words_of_its_own(values: type[Worded]) -> None:
    assert len({each.words for each in values}) == len(values)
    assert all(each.words.strip() for each in values)


def test_a_value_without_words_cannot_be_defined() -> None:
    with pytest.raises(TypeError, match="fax of Way has no words"):

        class Way(Worded):
            FAX = "fax"


@pytest.mark.parametrize(
    ("heard", "one"),
    [("alert", "an alert"), ("asked_again", '"asked again"'), ("copy", "a message"), ("reminder", "a reminder")],
)
def test_one_mail_to_sales_is_spoken_of_with_its_article(heard: str, one: str) -> None:
    assert Heard(heard).one == one


def test_each_mail_to_sales_has_the_first_words_of_its_subject() -> None:
    assert set(LEADS) == set(Heard)

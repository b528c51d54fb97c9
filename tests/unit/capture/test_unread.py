"""The names of fields that nobody understood."""

from datetime import UTC, date, datetime, timedelta

import pytest

from leadbell.capture.unread import Unread, unread
from leadbell.events import Fact, Trust, Value

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def fact(days: int = 0, **fields: Value) -> Fact:
    at = MONDAY + timedelta(days=days)
    return Fact(f"e{days}", "form.submitted", at, at, Trust.SUBMITTED, {"form": "contact", **fields})


def test_a_name_is_counted_by_form_with_the_day_of_the_latest() -> None:
    facts = [fact(2, x_zork="a"), fact(0, x_zork="b"), fact(1, form="demo", x_zork="c"), fact(1, x_quux="d")]
    assert unread(facts, {}) == [
        Unread("contact", "zork", 2, date(2026, 3, 4)),
        Unread("contact", "quux", 1, date(2026, 3, 3)),
        Unread("demo", "zork", 1, date(2026, 3, 3)),
    ]


def test_what_is_known_to_be_no_attribute_is_understood() -> None:
    assert unread([fact(x_address="1", x_subject="2", x_company="3", x__token="4", x_consent_newsletter="5")], {}) == []


def test_what_the_form_s_file_lists_is_understood_there() -> None:
    facts = [fact(x_Zork="a"), fact(form="demo", x_Zork="b")]
    assert [each.form for each in unread(facts, {"contact": {"zork"}})] == ["demo"]


def test_a_signup_and_a_download_have_names_too() -> None:
    signup = Fact("e", "newsletter.subscribed", MONDAY, MONDAY, Trust.SUBMITTED, {"x_zork": "a"})
    download = Fact("f", "guide.requested", MONDAY, MONDAY, Trust.SUBMITTED, {"asset": "guide", "x_zork": "a"})
    assert {each.form for each in unread([signup, download], {})} == {"newsletter", "guide"}


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("compnay", '- {name: "compnay", to: company}'),
        ("Descriptioin", '- {name: "Descriptioin", to: none}'),
        ('a "quoted" one', '- {name: "a \\"quoted\\" one", to: none}'),
    ],
)
def test_the_line_for_the_file_can_be_typed_as_it_stands(name: str, line: str) -> None:
    assert Unread("contact", name, 1, MONDAY.date()).line == line

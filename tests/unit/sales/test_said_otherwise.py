"""What a form says otherwise than what was known is shown beside it, and nothing else is."""

from typing import Any

import pytest

from leadbell.events import Fact
from leadbell.sales.said_otherwise import said_otherwise
from tests.unit.facts import fact, form, guide

KNOWN: dict[str, Any] = {
    "name": "Eva Ek",
    "phone": "+46 8 123 45 67",
    "phone_e164": "+4681234567",
    "company": "Acme AB",
    "employees": 250,
    "call_ok": True,
}
IMPORTED = fact("contact.imported", 0, stage="lead", **KNOWN)


def told(asked: Fact, *before: Fact) -> list[str]:
    return said_otherwise(asked, [*before, asked])


def test_each_thing_that_differs_has_a_line_with_what_was_known_since_when() -> None:
    says: dict[str, Any] = {
        "name": "Mallory",
        "phone": "0705550110",
        "phone_e164": "+46705550110",
        "employees": 5,
        "call_ok": False,
    }
    assert told(form("demo", 3, **says), IMPORTED) == [
        "Name in this form: Mallory (known: Eva Ek since 2 March 2026)",
        "Phone in this form: +46705550110 (known: +4681234567 since 2 March 2026)",
        "Company size in this form: 5 (known: 250 since 2 March 2026)",
        "OK to call in this form: no (known: yes since 2 March 2026)",
    ]


@pytest.mark.parametrize("says", [KNOWN, {"name": "eva  EK"}, {"country": "SE"}, {"company": ""}, {}], ids=str)
def test_what_is_the_same_or_was_not_known_has_none(says: dict[str, Any]) -> None:
    assert told(form("demo", 3, **says), IMPORTED) == []


def test_it_says_what_was_known_when_the_form_came_also_where_another_form_had_said_it() -> None:
    assert told(form("demo", 3, company="Bolt AB"), guide(1, company="Acme AB"), guide(5, company="Bolt AB")) == [
        "Company in this form: Bolt AB (known: Acme AB since 3 March 2026)"
    ]


def test_a_number_that_cannot_be_called_is_told_from_one_that_can() -> None:
    assert told(form("demo", 3, phone="after six"), IMPORTED) == [
        "Phone in this form: after six (known: +46 8 123 45 67 since 2 March 2026)"
    ]


def test_what_we_say_ourselves_is_no_form() -> None:
    assert told(fact("contact.added", 3, name="Eva Berg"), IMPORTED) == []


def test_words_of_a_visitor_lead_nowhere() -> None:
    (line,) = told(form("demo", 3, company="http://evil.example\nPhone: 1"), IMPORTED)
    assert "http://" not in line and "\n" not in line

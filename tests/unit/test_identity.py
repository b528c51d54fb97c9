"""Who is one person and who is two: final, because it keys everything that is stored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbell.errors import InvalidSubmission
from leadbell.identity import contact_id, looks_like_email, mail_kind, read_dialled, read_email, read_phone
from leadbell.keyed import Keyring

KEYS = Keyring.of(b"a secret of the stack")

ONE_PERSON = [
    ("anna@acme.example", "Anna@Acme.Example"),
    ("anna@acme.example", "  anna@acme.example\n"),
    ("ANNA@ACME.EXAMPLE", "anna@acme.example"),
    ("jos\u00e9@acme.example", "jose\u0301@acme.example"),
    ("\u00c5sa@acme.example", "\u00e5sa@acme.example"),
    ("anna@m\u00fcnchen.example", "anna@xn--mnchen-3ya.example"),
    ("anna@M\u00dcNCHEN.example", "anna@m\u00fcnchen.example"),
]
TWO_PEOPLE = [
    ("anna@acme.example", "bo@acme.example"),
    ("anna@acme.example", "anna@acme2.example"),
    ("a.b@gmail.com", "ab@gmail.com"),
    ("anna+news@gmail.com", "anna@gmail.com"),
    ("anna@gmail.com", "anna@googlemail.com"),
    ("anna@acme.example", "anna@mail.acme.example"),
    ("asa@acme.example", "\u00e5sa@acme.example"),
    ("anna@acme.example", "\u0430nna@acme.example"),  # a Cyrillic a
]


@pytest.mark.parametrize(("one", "other"), ONE_PERSON)
def test_these_two_spellings_are_one_person(one: str, other: str) -> None:
    assert contact_id(KEYS, email=read_email(one)) == contact_id(KEYS, email=read_email(other))


@pytest.mark.parametrize(("one", "other"), TWO_PEOPLE)
def test_these_two_addresses_are_two_people(one: str, other: str) -> None:
    assert contact_id(KEYS, email=read_email(one)) != contact_id(KEYS, email=read_email(other))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "anna",
        "anna@",
        "@acme.example",
        "anna@localhost",
        "anna@acme..example",
        "anna@acme.example, bo@acme.example",
        "Anna <anna@acme.example> <bo@acme.example>",
        "https://anna:secret@acme.example.",
        "anna@acme.example\nBcc: bo@acme.example",
        "anna@[127.0.0.1]",
        '"<script>"@acme.example',
        "anna\u202e@acme.example",
        "anna\x00@acme.example",
        "http://acme.example",
        "anna@" + "a" * 250 + ".example",
    ],
)
def test_this_is_no_address(text: str) -> None:
    assert not looks_like_email(text)
    with pytest.raises(InvalidSubmission) as refused:
        read_email(text, "work_email")
    assert refused.value.problems[0].code == "TYPE_EMAIL"
    assert refused.value.problems[0].field == "work_email"


@pytest.mark.parametrize(
    "text",
    [
        "Anna <anna@acme.example>",
        '"Ek, Anna" <anna@acme.example>',
        "<anna@acme.example>",
        "mailto:anna@acme.example",
        "mailto:anna@acme.example?subject=Hello",
        "'anna@acme.example'",
        "\u201eanna@acme.example\u201c",
        "(anna@acme.example)",
        "[anna@acme.example]",
        "anna@acme.example.",
        "anna@acme.example,",
        "anna@acme.example;",
        "anna @ acme.example",
        "anna @acme.example",
        "anna@ acme.example",
        "anna\uff20acme\uff0eexample",
        "\uff41\uff4e\uff4e\uff41\uff20acme\u3002example",
        "anna@acme.example anna@acme.example",
    ],
)
def test_an_address_with_something_around_it_is_mended(text: str) -> None:
    assert read_email(text).normal == "anna@acme.example"


@pytest.mark.parametrize(
    "text", ["E-mail: anna@acme.example", "please use anna@acme.example, not the old one", "anna(at)acme.example"]
)
def test_a_field_for_addresses_is_looked_into_and_others_are_not(text: str) -> None:
    assert read_email(text).normal == "anna@acme.example"
    assert not looks_like_email(text)


def test_what_is_an_address_as_it_stands_is_not_mended() -> None:
    """Its normal form keys what is stored."""
    assert read_email("o'brien@acme.example").normal == "o'brien@acme.example"
    assert read_email("O'Brien <o'brien@acme.example>").normal == "o'brien@acme.example"
    assert read_email("\uff41nna@acme.example").normal == "\uff41nna@acme.example"


@given(st.emails())
def test_the_normal_form_of_a_normal_form_is_itself(address: str) -> None:
    if looks_like_email(address):
        email = read_email(address)
        assert read_email(email.normal).normal == email.normal


def test_the_address_is_kept_as_it_was_given_for_answering() -> None:
    assert read_email(" Anna.Ek@Acme.Example ").original == "Anna.Ek@Acme.Example"
    assert read_email("anna@m\u00fcnchen.example").domain == "xn--mnchen-3ya.example"


def test_an_id_shows_no_address_and_is_safe_in_keys_and_links() -> None:
    found = contact_id(KEYS, email=read_email("anna@acme.example"))
    assert found.startswith("c_")
    assert found.removeprefix("c_").isalnum()
    assert found == found.lower()
    assert len(found) == 28
    assert "anna" not in found


def test_the_id_of_an_address_is_fixed_for_ever() -> None:
    keys = Keyring.of(b"secret-for-ever")
    assert contact_id(keys, email=read_email("Anna@Acme.example")) == "c_j5jigas2nqxzlbsrgzcbp3gls4"
    assert contact_id(keys, phone="+46812345678") == "c_hgalvar45klxgzfqd7zxly4274"


def test_another_stack_gives_another_id() -> None:
    anna = read_email("anna@acme.example")
    assert contact_id(KEYS, email=anna) != contact_id(Keyring.of(b"another secret"), email=anna)


def test_the_address_wins_over_the_number_and_the_number_alone_is_a_contact() -> None:
    anna, number = read_email("anna@acme.example"), "+46812345678"
    assert contact_id(KEYS, email=anna, phone=number) == contact_id(KEYS, email=anna)
    assert contact_id(KEYS, phone=number) != contact_id(KEYS, email=anna)
    with pytest.raises(ValueError, match="needs an e-mail address or a phone number"):
        contact_id(KEYS)


@pytest.mark.parametrize(
    ("written", "country", "read"),
    [
        ("+46 8 123 45 67", "", "+4681234567"),
        ("0046 8 123 45 67", "SE", "+4681234567"),
        ("08-123 45 67", "SE", "+4681234567"),
        ("(08) 123 45 67", "SE", "+4681234567"),
        ("tel:+46-8-123-45-67", "", "+4681234567"),
        ("0046 8 123 45 67", "", "+4681234567"),
        ("(0046) 8 123 45 67", "US", "+4681234567"),
        ("+46 (0)8 123 45 67", "", "+4681234567"),
        ("030 901820", "DE", "+4930901820"),
        ("08-123 45 67", "", None),
        ("08-123 45 67", "XX", None),
        ("call me", "SE", None),
        ("+46", "", None),
        ("1", "SE", None),
        ("", "SE", None),
        ("+" + "4" * 200, "", None),
    ],
)
def test_a_number_is_read_where_its_country_is_known(written: str, country: str, read: str | None) -> None:
    assert read_phone(written, country) == read


@given(st.text(max_size=60), st.sampled_from(["", "SE", "XX", "\u00c5\u00c4"]))
def test_any_text_is_a_number_or_none_and_never_an_error(text: str, country: str) -> None:
    number = read_phone(text, country)
    assert number is None or (number.startswith("+") and number[1:].isdigit() and number.isascii())


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("070-555 01 10", "0705550110"),
        ("(08) 123 45 67 after five", "081234567"),
        ("\uff10\uff17\uff10 555 01 10", "0705550110"),
        ("08/123.45.67 or 070-555 01 10", "081234567"),
        ("12345", ""),
        ("1234567890123456", ""),
        ("000 000 00", ""),
        ("call me", ""),
        ("", ""),
    ],
)
def test_a_number_without_a_country_is_digits_to_dial(typed: str, digits: str) -> None:
    assert read_dialled(typed) == digits


def test_digits_to_dial_are_nobody_with_a_country() -> None:
    assert contact_id(KEYS, phone=read_dialled("46701740605")) != contact_id(KEYS, phone="+46701740605")


@given(st.text(max_size=60))
def test_any_text_is_digits_or_none(text: str) -> None:
    digits = read_dialled(text)
    assert digits == "" or (digits.isascii() and digits.isdigit())


@pytest.mark.parametrize(
    ("domain", "kind"),
    [
        ("acme.example", "business"),
        ("gmail.com", "free"),
        ("hotmail.com", "free"),
        ("mailinator.com", "disposable"),
        ("sub.mailinator.com", "disposable"),
        ("student.lu.se", "student"),
        ("stud.ntnu.no", "student"),
        ("students.uni-berlin.de", "student"),
        ("cs.student.lu.se", "student"),
        ("lu.se", "business"),
        ("ntnu.no", "business"),
        ("student.com", "business"),
        ("studentlitteratur.se", "business"),
    ],
)
def test_the_kind_of_mail_follows_from_the_domain(domain: str, kind: str) -> None:
    assert mail_kind(domain) == kind


@pytest.mark.parametrize("raw", ["000.000001", "0.000001669", "00 00 01 01"])
def test_a_number_without_a_normal_form_names_nobody(raw: str) -> None:
    """Each reading would take a zero off, and name somebody else."""
    assert read_phone(raw, "SE") is None

"""What websites call their fields: the usual names, those of other form services, lists and nested names."""

import pytest

from leadbell.field_names import HONEYPOTS, OURS, RESERVED, as_sent, is_behind_the_scenes, ours, plain


@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        ("EMAIL", "email"),
        ("_replyto", "email"),
        ("reply_to", "email"),
        ("FNAME", "first_name"),
        ("jobtitle", "job_title"),
        ("numemployees", "company_size"),
        ("email[]", "email"),
        ("contact[email]", "email"),
        ("fields[email]", "email"),
        ("form_fields[message]", "message"),
        ("data[Lead][phone]", "phone"),
        ("company[name]", "company"),
        ("company[size]", "company_size"),
        ("utm[source]", "utm_source"),
        ("name", "name"),
        ("lead[name]", "name"),
        ("person[shoe_size]", ""),
        ("shoe_size", ""),
        ("_subject", ""),
        ("", ""),
        ("[", ""),
        ("]", ""),
        ("a[", ""),
        ("[email]", "email"),
    ],
)
def test_a_name_says_what_it_means_however_it_is_nested(name: str, attribute: str) -> None:
    assert ours(name) == attribute


def test_instructions_are_not_taken_apart() -> None:
    assert plain("_consent[newsletter]") == "_consent[newsletter]"
    assert plain("_consent_text[email]") == "_consent_text[email]"


def test_no_field_is_both_a_word_of_the_visitor_and_an_instruction() -> None:
    assert not OURS.keys() & RESERVED
    assert set(HONEYPOTS) <= RESERVED


def test_what_nobody_saw_is_not_shown_to_them() -> None:
    unseen = ("_redirect", "_next", "bot-field", "_t", "utm_source", "_page", "_consent[newsletter]", "access_key")
    assert [name for name in unseen if not is_behind_the_scenes(name)] == []
    assert [name for name in ("email", "_replyto", "subject", "colour") if is_behind_the_scenes(name)] == []


def test_a_field_keeps_the_name_that_its_sender_gave_it() -> None:
    assert as_sent("email", ["name", "contact[email]", "mail"]) == "contact[email]"
    assert as_sent("email", ["name"]) == "email"

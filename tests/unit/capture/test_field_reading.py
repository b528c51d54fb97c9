"""A website's fields to who it is and what they said."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbell.capture.field_reading import Submission, read_submission
from leadbell.errors import InvalidSubmission, Rejected
from leadbell.field_names import OURS, RESERVED
from leadbell.forms.config import FormField
from leadbell.identity import contact_id, read_email
from leadbell.keyed import Keyring
from leadbell.web.bodies import Body, control

KEYS = Keyring.of(b"a secret of the stack")
ANNA = "anna@acme.example"


def sent(*pairs: tuple[str, str], stack: str = "", need_email: bool = False, **fields: str) -> Submission:
    """What the door of a stack whose phone numbers are by default from `stack` reads."""
    return read_submission(Body((*pairs, *fields.items())), KEYS, stack, need_email=need_email)


def known(**fields: str) -> dict[str, Any]:
    return dict(sent(("email", ANNA), *fields.items()).fields)


def problem(
    *pairs: tuple[str, str], country: str = "", need_email: bool = False, **fields: str
) -> tuple[str, str, str]:
    with pytest.raises(InvalidSubmission) as refused:
        sent(*pairs, country=country, need_email=need_email, **fields)
    (only,) = refused.value.problems
    return only.code, only.field, only.message


# ---- who -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(name for name, ours in OURS.items() if ours == "email"))
def test_the_address_is_found_under_each_of_its_usual_names(name: str) -> None:
    assert sent((name, f" {ANNA} ")).contact_id == contact_id(KEYS, email=read_email(ANNA))
    assert sent((name.upper(), ANNA)).fields == {"email": ANNA}


def test_the_address_is_found_in_the_one_field_that_holds_one() -> None:
    assert sent(("Din adress", ANNA), ("q2", "yes")).fields == {"email": ANNA, "x_q2": "yes"}


def test_of_two_addresses_in_unknown_fields_none_is_guessed() -> None:
    code, field, _ = problem(("to whom", ANNA), ("and", "bo@acme.example"))
    assert (code, field) == ("REQUIRED_FIELD_MISSING", "email")


def test_an_address_in_the_message_is_not_the_senders() -> None:
    assert problem(message=ANNA)[0] == "REQUIRED_FIELD_MISSING"


def test_the_first_of_two_usual_names_wins() -> None:
    assert sent(("email", ANNA), ("_replyto", "bo@acme.example")).fields["email"] == ANNA


def test_a_number_alone_is_a_contact() -> None:
    submission = sent(name="Bo", phone="+46 8 123 45 67")
    assert submission.contact_id == contact_id(KEYS, phone="+4681234567")
    assert submission.fields == {"name": "Bo", "phone": "+46 8 123 45 67", "phone_e164": "+4681234567"}


@pytest.mark.parametrize(("typed", "stack"), [("Sweden", ""), ("", "SE"), ("Atlantis", "SE"), ("se", "NO")])
def test_a_number_without_its_country_code_is_read_by_the_country_given_or_the_stacks(typed: str, stack: str) -> None:
    fields = {"phone": "08-123 45 67"} | ({"country": typed} if typed else {})
    assert sent(*fields.items(), stack=stack).fields["phone_e164"] == "+4681234567"


def test_a_number_that_cannot_be_read_says_how_to_write_it() -> None:
    code, field, message = problem(phone="ask for Anna")
    assert (code, field) == ("TYPE_PHONE", "phone")
    assert "with its country code, such as +46" in message


def test_a_number_whose_country_nobody_knows_is_taken_as_typed_and_somebody_can_call_it() -> None:
    submission = sent(name="Bo", phone="08-123 45 67")
    assert submission.fields == {"name": "Bo", "phone": "08-123 45 67"}
    assert submission.contact_id == sent(phone="(08) 1234567").contact_id
    assert submission.contact_id != sent(phone="08-123 45 67", stack="SE").contact_id


def test_where_a_country_is_known_a_number_that_is_none_there_is_told() -> None:
    assert problem(phone="1234567890123", country="SE")[0] == "TYPE_PHONE"


def test_a_number_that_cannot_be_read_is_kept_beside_an_address() -> None:
    assert known(phone="ask for Anna")["phone"] == "ask for Anna"
    assert "phone_e164" not in known(phone="ask for Anna")


def test_nothing_to_reach_a_person_by_says_what_is_missing() -> None:
    assert problem(message="hello") == (
        "REQUIRED_FIELD_MISSING",
        "email",
        "email: enter an e-mail address or a phone number so that we can reply",
    )


def test_where_only_an_address_will_do_a_number_is_not_enough() -> None:
    code, field, message = problem(phone="+46 8 123 45 67", need_email=True)
    assert (code, field, message) == ("REQUIRED_FIELD_MISSING", "email", "email: enter an e-mail address")


def test_a_bad_address_is_refused_even_beside_a_good_number() -> None:
    assert problem(email="anna@", phone="+46 8 123 45 67")[:2] == ("TYPE_EMAIL", "email")


# ---- what ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("Full_Name", "name"),
        ("namn", "name"),
        ("Firma", "company"),
        ("role", "job_title"),
        ("befattning", "job_title"),
        ("Telefon", "phone"),
        ("nachricht", "message"),
        ("meddelande", "message"),
        ("_page", "page"),
        ("utm_source", "utm_source"),
        ("sector", "industry"),
    ],
)
def test_the_usual_names_of_other_fields_are_understood(name: str, ours: str) -> None:
    assert ours in sent(("email", ANNA), (name, "something")).fields


def test_first_and_last_name_are_a_name_unless_one_was_given_whole() -> None:
    assert known(fname="Anna", lname="Ek")["name"] == "Anna Ek"
    assert known(vorname="Anna")["name"] == "Anna"
    assert known(name="A. Ek", fname="Anna")["name"] == "A. Ek"
    assert "first_name" not in known(fname="Anna")


@pytest.mark.parametrize(
    ("typed", "employees"),
    [
        ("250", 250),
        ("201-500", 201),
        ("201 \u2013 500", 201),
        ("50+", 51),
        ("10,000+", 10001),
        ("1,000", 1000),
        ("1 000", 1000),
        ("1.000", 1000),
        ("1\u00a0000-5\u00a0000", 1000),
        ("about 40 people", 40),
        ("7" * 30, 777777777),
        ("under 50", 1),
        ("<50", 1),
        ("up to 10", 1),
        ("0", None),
        ("many", None),
        ("", None),
    ],
)
def test_a_company_size_is_the_lower_end_of_what_was_written(typed: str, employees: int | None) -> None:
    assert (known(company_size=typed) if typed else known()).get("employees") == employees


@pytest.mark.parametrize(
    ("typed", "millions"),
    [
        ("12,500,000", 12),
        ("SEK 12 500 000", 12),
        ("€10m", 10),
        ("10-50 MEUR", 10),
        ("2,5 million", 2),
        ("1 - 4 Mio", 1),
        ("over 2 billion", 2000),
        ("1,5 mdr kr", None),  # a word we do not know leaves 1.5 of the currency
        ("900k", None),
        ("5000 tkr", 5),
        ("under 5 million", None),
        ("250", None),
        ("much", None),
    ],
)
def test_a_revenue_is_its_lower_end_in_millions_beside_their_own_words(typed: str, millions: int | None) -> None:
    said = known(annual_revenue=typed)
    assert (said["revenue"], said.get("revenue_millions")) == (typed, millions)


def test_a_region_is_kept_as_they_call_it() -> None:
    assert known(state="California")["region"] == "California"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        *((typed, "SE") for typed in ("SE", "se", "SWE", "Sweden", "sweden")),
        *((typed, "US") for typed in ("United States", "USA")),
        ("Norway", "NO"),
        ("United Kingdom", "GB"),
        ("Germany", "DE"),
        *((typed, "GB") for typed in ("UK", "England", "Great Britain")),
        *((typed, "NL") for typed in ("Holland", "The Netherlands", "Nederland")),
        ("Sverige", "SE"),
        ("\u00d6sterreich", "AT"),
    ],
)
def test_a_country_is_understood_by_code_and_by_name(typed: str, code: str) -> None:
    assert known(country=typed)["country"] == code


@pytest.mark.parametrize(("typed", "agreed"), [("yes", True), ("on", True), ("1", True), ("Ja", True), ("nej", False)])
def test_whether_we_may_call_is_yes_or_no(typed: str, agreed: bool) -> None:
    assert known(call_me=typed)["call_ok"] is agreed


def test_when_somebody_wants_to_buy_is_left_to_the_door_that_knows_the_day() -> None:
    assert known(timeline="next year")["timing"] == "next year"


@pytest.mark.parametrize("typed", ["Atlantis", "FU", "http://evil.example\nBcc: all", "12"])
def test_a_country_that_is_none_is_left_in_their_own_words(typed: str) -> None:
    assert "country" not in known(country=typed)
    assert known(country=typed)["x_country"] == typed


def test_what_we_have_no_name_for_is_kept_and_repeats_are_joined() -> None:
    assert sent(("email", ANNA), ("Floor", "3"), ("colours[]", "red"), ("colours[]", "blue")).fields == {
        "email": ANNA,
        "x_Floor": "3",
        "x_colours[]": "red, blue",
    }


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_an_instruction_to_the_service_is_nothing_a_person_said(name: str) -> None:
    assert sent(("email", ANNA), (name.upper(), "x")).fields == {"email": ANNA}


@pytest.mark.parametrize(
    "name",
    [
        "relation",
        "means",
        "form",
        "asks",
        "asset",
        "copy",
        "employees_",
        "mail_kind",
        "phone_e164",
        "undecided",
        "trust",
        "stage",
        "owner",
        "x_y",
        "type",
        "id",
    ],
)
def test_a_visitor_cannot_say_what_only_we_may_say(name: str) -> None:
    fields = sent(("email", ANNA), (name, "customer")).fields
    assert fields == {"email": ANNA, f"x_{name}": "customer"}


# ---- how much --------------------------------------------------------------------------------------------------------


def test_nothing_that_fits_through_the_door_is_too_long() -> None:
    told = known(company="x" * 5000, message="m" * 100_000, colour="c" * 5000)
    assert [len(str(told[name])) for name in ("company", "message", "x_colour")] == [5000, 100_000, 5000]


def test_every_problem_is_told_at_once() -> None:
    fields = (FormField("seats", type="number"), FormField("topic", required=True))
    with pytest.raises(InvalidSubmission) as refused:
        read_submission(Body((("email", "anna"), ("seats", "many"))), KEYS, form_fields=fields)
    assert [each.field for each in refused.value.problems] == ["seats", "topic", "email"]


words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)
names = st.sampled_from(sorted(OURS)) | st.sampled_from(sorted(RESERVED)) | words.filter(str.strip)


@given(st.lists(st.tuples(names, words.filter(str.strip)), max_size=15), st.booleans())
def test_any_fields_are_a_submission_or_are_refused_with_a_reason(pairs: list[tuple[str, str]], email: bool) -> None:
    try:
        submission = sent(*pairs, stack="SE", need_email=email)
    except Rejected as refused:
        assert str(refused)
        return
    assert submission.contact_id.startswith("c_")
    assert {"relation", "means", "form", "asks", "mail_kind"}.isdisjoint(submission.fields)
    assert "email" in submission.fields or "phone_e164" in submission.fields


# ---- instructions and forms ------------------------------------------------------------------------------------------


def test_an_instruction_is_the_first_of_its_names_that_is_there() -> None:
    pairs = (("_NEXT", " /b "), ("redirect", "/c"), ("redirect", "/d"))
    assert control(pairs, "_redirect", "_next", "redirect") == "/b"
    assert control(pairs, "redirect") == "/c"
    assert control(pairs, "_redirect") == ""

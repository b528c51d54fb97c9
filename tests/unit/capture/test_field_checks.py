"""What a form's owner asks of its fields, told to whoever sent them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbell.capture.field_reading import Submission, read_submission
from leadbell.errors import InvalidSubmission, Problem
from leadbell.forms.config import FieldType, FormField
from leadbell.keyed import Keyring
from leadbell.translations import explain
from leadbell.web.bodies import read_body

EVA = "eva@acme.example.com"
FORM = "application/x-www-form-urlencoded"


def taken(fields: tuple[FormField, ...], sent: str, country: str = "") -> Submission:
    """What is understood of a urlencoded body; `email` is added to it."""
    body = read_body(FORM, f"email={EVA}&{sent}".encode())
    return read_submission(body, Keyring.of(b"a secret for tests"), country, form_fields=fields)


def refused(fields: tuple[FormField, ...], sent: str, country: str = "") -> tuple[Problem, ...]:
    with pytest.raises(InvalidSubmission) as error:
        taken(fields, sent, country)
    return error.value.problems


def field(
    type_: FieldType = "text", *, required: bool = False, to: str = "", choices: tuple[str, ...] = ()
) -> FormField:
    return FormField("own", type_, required, to, choices)


# ---- what has to be there --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "cure"),
    [
        ("text", "own: fill in this field"),
        ("email", "own: fill in this field"),
        ("phone", "own: fill in this field"),
        ("number", "own: fill in this field"),
        ("choice", "own: choose one of the options"),
        ("checkbox", "own: tick this box"),
        ("file", "own: attach a file"),
    ],
)
def test_a_required_field_that_did_not_come_is_missing(kind: FieldType, cure: str) -> None:
    (problem,) = refused((field(kind, required=True),), "")
    assert problem == Problem("REQUIRED_FIELD_MISSING", "own", cure)
    assert taken((field(kind),), "").fields == {"email": EVA}


@pytest.mark.parametrize("sent", ["own=", "own=+++", "OWN[]=%20&own="])
def test_a_required_field_that_came_empty_is_empty(sent: str) -> None:
    (problem,) = refused((field(required=True),), sent)
    assert problem == Problem("REQUIRED_FIELD_EMPTY", "own", "own: fill in this field")
    (problem,) = refused((FormField("Own", required=True),), sent)
    assert problem == Problem("REQUIRED_FIELD_EMPTY", "Own", "Own: fill in this field")


@pytest.mark.parametrize("sent", ["own=a", "OWN=a", "own[]=a", "own=&own=a"])
def test_a_field_is_there_whatever_its_case_and_brackets(sent: str) -> None:
    assert taken((field(required=True),), sent)


@pytest.mark.parametrize("sent", ["company=Acme", "firma=Acme", "organization=Acme"])
def test_a_required_field_may_come_by_any_name_that_means_the_same(sent: str) -> None:
    assert taken((FormField("company", required=True),), sent).fields["company"] == "Acme"
    assert taken((FormField("betrieb", required=True, to="company"),), sent).fields["company"] == "Acme"


def test_a_first_and_a_last_name_are_a_name() -> None:
    assert taken((FormField("name", required=True),), "vorname=Eva&nachname=Example").fields["name"] == "Eva Example"


@pytest.mark.parametrize("value", ["no", "false", "off", "0", "No"])
def test_a_box_that_says_no_is_not_ticked(value: str) -> None:
    (problem,) = refused((field("checkbox", required=True),), f"own={value}")
    assert problem == Problem("REQUIRED_FIELD_MISSING", "own", "own: tick this box")
    assert taken((field("checkbox"),), f"own={value}").fields["x_own"] == value
    (problem,) = refused((FormField("call_ok", "checkbox", required=True),), f"call_ok={value}")
    assert problem.field == "call_ok"


def test_a_required_file_is_any_file_that_came() -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="cv"; filename="cv.pdf"\r\n\r\n%PDF\r\n'
    mail = f'--b\r\nContent-Disposition: form-data; name="email"\r\n\r\n{EVA}\r\n--b--\r\n'.encode()
    body = read_body("multipart/form-data; boundary=b", part + mail)
    assert read_submission(
        body, Keyring.of(b"a secret for tests"), form_fields=(FormField("cv", "file", required=True),)
    )


# ---- what has to stand in them ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["1", "-3", "%2B12", "1,000", "1.000,50", "1 000 000", "3.14", "0,5"])
def test_a_number_is_written_in_many_ways(value: str) -> None:
    assert taken((field("number"),), f"own={value}")


@pytest.mark.parametrize("value", ["many", "1e9", "12 34", "0x10", "1.2.3", "NaN", "9" * 16, "--1", "."])
def test_what_is_no_number_is_told_so(value: str) -> None:
    (problem,) = refused((field("number"),), f"own={value}")
    assert problem == Problem("TYPE_NUMERIC", "own", "own: enter a number in digits, such as 250")


def test_a_second_address_is_checked_too_and_never_taken_for_the_senders() -> None:
    (problem,) = refused((field("email"),), "own=nobody")
    assert problem == Problem("TYPE_EMAIL", "own", "own: enter one valid e-mail address, such as name@example.com")
    assert taken((field("email"),), "own=bo@acme.example.com").fields["email"] == EVA


def test_a_wrong_address_is_told_once_though_two_look_at_it() -> None:
    body = read_body(FORM, b"Mail=nobody")
    with pytest.raises(InvalidSubmission) as error:
        read_submission(
            body, Keyring.of(b"a secret for tests"), form_fields=(FormField("Mail", "email", required=True),)
        )
    assert [(each.code, each.field) for each in error.value.problems] == [("TYPE_EMAIL", "Mail")]


def test_a_phone_number_is_one_of_its_country_or_one_that_somebody_can_dial() -> None:
    for said, country in (("call me", ""), ("070", ""), ("1234567890123", "SE")):
        (problem,) = refused((field("phone"),), f"own={said}", country)
        assert (problem.code, problem.field) == ("TYPE_PHONE", "own")
    assert taken((field("phone"),), "own=070-174 06 05")
    assert taken((field("phone"),), "own=070-174 06 05", "SE")
    assert taken((field("phone"),), "own=070-174 06 05&country=Sweden")
    assert taken((field("phone"),), "own=%2B46701740605")


def test_a_choice_is_one_of_those_there_are() -> None:
    team = field("choice", choices=("1-9", "10-49"))
    (problem,) = refused((team,), "own=1-9&own=50")
    assert problem == Problem("VALUE_NOT_ALLOWED", "own", "own: choose one of: 1-9, 10-49")
    assert taken((team,), "own=1-9&own=10-49").fields["x_own"] == "1-9, 10-49"


def test_of_many_choices_twenty_are_named() -> None:
    (problem,) = refused((field("choice", choices=tuple(f"c{n}" for n in range(21))),), "own=d")
    assert problem.message.endswith("c18, c19, ...")


@given(st.text(min_size=1, max_size=40), st.sampled_from(("email", "phone", "number", "choice")))
def test_no_answer_repeats_what_was_typed(typed: str, kind: FieldType) -> None:
    value = f"zq{typed}zq"
    body = read_body("application/json", f'{{"email": "{EVA}"}}'.encode())
    sent = type(body)((*body.pairs, ("own", value)))
    with pytest.raises(InvalidSubmission) as error:
        read_submission(sent, Keyring.of(b"a secret for tests"), form_fields=(field(kind, choices=("a",)),))
    assert "zq" not in str(error.value)


def test_every_field_is_told_of_at_once() -> None:
    fields = (FormField("a", required=True), FormField("b", "number"), FormField("c", "choice", choices=("x",)))
    assert [each.field for each in refused(fields, "b=many&c=y")] == ["a", "b", "c"]


# ---- what a field is to us -------------------------------------------------------------------------------------------


def test_a_field_of_their_own_name_is_what_its_owner_says() -> None:
    fields = taken((FormField("Team", to="company_size"), FormField("frage", to="message")), "team=51-200&frage=Hej")
    assert fields.fields == {"email": EVA, "company_size": "51-200", "employees": 51, "message": "Hej"}


def test_a_field_may_keep_a_name_that_usually_means_something() -> None:
    assert taken((), "title=CTO").fields["job_title"] == "CTO"
    assert taken((FormField("title", to="none"),), "title=CTO").fields == {"email": EVA, "x_title": "CTO"}


def test_what_the_owner_says_nothing_about_is_kept_and_never_refused() -> None:
    fields = taken((FormField("name", required=True),), "name=Eva&colour=green&utm_source=ad").fields
    assert fields == {"email": EVA, "name": "Eva", "x_colour": "green", "utm_source": "ad"}


def test_a_problem_names_the_field_as_the_page_does_and_what_it_may_hold() -> None:
    team = FormField("own", "choice", choices=("1-9", "10-49"), label="Size of your team")
    (problem,) = refused((team,), "own=50")
    assert (problem.label, problem.options) == ("Size of your team", ("1-9", "10-49"))
    assert explain("de", problem, problem.label) == (
        "Size of your team: Bitte w\u00e4hlen Sie eine der folgenden M\u00f6glichkeiten: 1-9, 10-49."
    )
    many = FormField("own", "choice", choices=tuple(map(str, range(50))))
    assert refused((many,), "own=x")[0].options[-1] == "..."

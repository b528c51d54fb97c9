"""Fields by whatever name a website gives them: what each value is read as, and what is left as it was typed."""

from typing import Any

import pytest

from leadbell.capture.field_reading import Submission, read_submission
from leadbell.field_names import Meaning, folded, meaning, ours, read_words
from leadbell.forms.config import FormField
from leadbell.keyed import Keyring
from leadbell.web.bodies import Body

KEYS = Keyring.of(b"a secret of the tests")
ANNA = "anna@acme.example"
WRITTEN = "We would like to see it with our own data."


def sent(*pairs: tuple[str, str], own: tuple[FormField, ...] = ()) -> Submission:
    return read_submission(Body(pairs), KEYS, "SE", form_fields=own)


def read(*pairs: tuple[str, str]) -> dict[str, Any]:
    """What is read beside an address."""
    return {name: value for name, value in sent(("email", ANNA), *pairs).fields.items() if name != "email"}


# ---- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        *((name, "email") for name in ("E-Mail:", "lead.email", "ctl00$Main$txtEmail", "emailAddress", "yourEmail *")),
        *(
            (name, "email")
            for name in ("email_2", "wpforms[fields][2][email]", "Sähköposti", "メールアドレス", "correo")
        ),
        *(
            (name, "phone")
            for name in ("Telephone_Number", "contact[Your phone]", "tel-123", "Puhelinnumero", "전화번호")
        ),
        *((name, "name") for name in ("contact_name", "visitor_name", "form_fields[name]", "Full-Name-2", "お名前")),
        *((name, "name") for name in ("ansprechpartner", "kontaktperson", "för- och efternamn", "imię i nazwisko")),
        *(
            (name, "first_name")
            for name in ("First Name", "Förnamn", "fornavn", "imię", "Prénom", "given-name", "FNAME")
        ),
        *((name, "last_name") for name in ("etternavn", "nazwisko", "Apellidos", "family-name", "contact-surname")),
        *(
            (name, "company")
            for name in ("Company Name", "Företag", "bedrijfsnaam", "company[name]", "会社名", "0-2/name")
        ),
        *((name, "job_title") for name in ("Job Title", "organization-title", "Stanowisko", "befattning", "stilling")),
        *(
            (name, "message")
            for name in ("Message:", "bodyMessage", "wiadomość", "fråga", "contact[body]", "message[body]")
        ),
        *((name, "message") for name in ("How can we help you?", "Ihre Nachricht", "mensagem", "viesti", "q6_message")),
        *((name, "website") for name in ("website_url", "hemsida", "strona www")),
        *((name, "company_size") for name in ("number-of-employees", "Antal anställda", "Mitarbeiterzahl")),
    ],
)
def test_a_name_is_understood_however_it_is_written(name: str, attribute: str) -> None:
    assert ours(name) == attribute


@pytest.mark.parametrize(
    "name",
    ["form-name", "fleet_size", "product[name]", "event_name", "items[0][email]", "project_title", "message_type",
     "phone_type", "company_address", "person[shoe_size]", "phone_e164", "email_subject", "", "[", "]", "-", "123"],
)  # fmt: skip
def test_a_name_is_never_understood_by_its_last_word(name: str) -> None:
    assert ours(name) == ""


def test_a_word_before_a_bracket_says_more_than_before_an_underscore() -> None:
    assert (ours("message[name]"), ours("message_name")) == ("name", "")


def test_names_longer_than_any_page_has_are_read_in_their_first_part() -> None:
    assert meaning("x" * 10_000) == Meaning()


@pytest.mark.parametrize("file", ["field_names", "field_values"])
def test_words_are_written_as_they_are_folded_and_stand_once(file: str) -> None:
    words = read_words(file)
    assert all("".join(folded(word)) == word.replace("_", "") for each in words.values() for word in each)
    listed = [word for of, each in words.items() if not of.startswith("*") for word in each]
    assert file != "field_names" or sorted(listed) == sorted(set(listed))


# ---- names of people -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pairs", "name"),
    [
        ((("vorname", "Jörg"), ("name", "Müller")), "Jörg Müller"),
        ((("name", "Müller"), ("vorname", "Jörg")), "Jörg Müller"),
        ((("name", "Maria"), ("surname", "Rossi")), "Maria Rossi"),
        ((("name", "Petra"), ("name", "Vogt")), "Petra Vogt"),
        ((("name", "Jo"), ("name", "Park")), "Jo Park"),
        ((("name", "Jo Park"), ("name", "Jo Park")), "Jo Park"),
        ((("name", "Anna Ek"), ("name", "Bo Berg")), "Anna Ek"),
        ((("name", "Anna Ek"), ("fname", "Anna")), "Anna Ek"),
        ((("name", "A. Ek"), ("fname", "Anna")), "A. Ek"),
        ((("first", "Max"), ("middle-name", "Otto"), ("last", "Gale")), "Max Otto Gale"),
        ((("voornaam", "Jan"), ("tussenvoegsel", "van"), ("achternaam", "Dijk")), "Jan van Dijk"),
        ((("nachname", "Wolf"), ("vorname", "Nadine")), "Nadine Wolf"),
        ((("last_name", "Radu Ionescu"),), "Radu Ionescu"),
        ((("姓", "岡"), ("名", "結衣")), "岡 結衣"),
        ((("sei", "Oka"), ("mei", "Yui")), "Oka Yui"),
        ((("keresztnev", "Edit"), ("vezeteknev", "Toth")), "Toth Edit"),
        ((("titel", "Dr."), ("vorname", "Eva"), ("nachname", "Ek")), "Eva Ek"),
        ((("product[name]", "Pump 3000"), ("name", "Vera")), "Vera"),
        ((("username", "anna81"), ("name", "Anna Ek")), "Anna Ek"),
        ((("contact", "Anna Ek"),), "Anna Ek"),
    ],
)
def test_a_name_is_put_together_from_what_a_form_has_for_it(pairs: tuple[tuple[str, str], ...], name: str) -> None:
    assert read(*pairs)["name"] == name


def test_a_whole_name_beside_both_of_its_parts_that_is_another_is_left_as_it_is() -> None:
    assert read(("first_name", "Jo"), ("last_name", "Park"), ("name", "Ann Lee")) == {
        "name": "Jo Park",
        "x_name": "Ann Lee",
    }


# ---- one value per attribute -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ((("question", "First"), ("comments", "Second")), {"message": "First", "x_comments": "Second"}),
        ((("company", "A"), ("organization", "B")), {"company": "A", "x_organization": "B"}),
        ((("title", "Dr"), ("job_title", "CTO")), {"job_title": "CTO", "x_title": "Dr"}),
        ((("notes", WRITTEN), ("message", "Hi")), {"message": "Hi", "x_notes": WRITTEN}),
        ((("enquiry", "General"), ("message", "Hi")), {"message": "Hi", "x_enquiry": "General"}),
        ((("question", "Prices"), ("q7", WRITTEN)), {"message": WRITTEN, "x_question": "Prices"}),
        ((("question", WRITTEN), ("q7", f"{WRITTEN} Soon.")), {"message": WRITTEN, "x_q7": f"{WRITTEN} Soon."}),
        ((("business_email", "b@acme.example"),), {"x_business_email": "b@acme.example"}),
    ],
)
def test_of_two_the_first_or_the_clearer_is_the_attribute(
    pairs: tuple[tuple[str, str], ...], expected: dict[str, str]
) -> None:
    assert read(*pairs) == expected


def test_the_contact_is_who_is_asked_for_their_own_address() -> None:
    fields = sent(("business_email", "office@b.example"), ("contact_email_address", ANNA)).fields
    assert fields == {"email": ANNA, "x_business_email": "office@b.example"}


def test_an_address_that_has_to_be_repeated_is_one() -> None:
    assert sent(("sender_email", ANNA), ("sender_confirm", ANNA)).fields == {"email": ANNA}
    assert sent(("email", ANNA), ("confirm_email", "ana@acme.example")).fields["email"] == ANNA


def test_a_box_and_its_hidden_twin_say_what_the_last_of_them_says() -> None:
    assert read(("call_ok", "0"), ("call_ok", "1"))["call_ok"] is True


# ---- values ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", "Ms"), ("title", "Wedding in June"), ("job_title", "Frau"), ("size", "XL"), ("size", "42"),
        ("state", "used"), ("domain", "gardening"), ("staff", "Anna"), ("company_size", "XL"), ("website", "none yet"),
        ("url", "https://www.site.example/contact"),
        ("company", "-"), ("company", "n/a"), ("country", "Please select"), ("industry", "null"), ("region", "--"),
        ("company_size", "Bitte wählen"), ("branche", "Välj alternativ"), ("role", "None"), ("company", "yes"),
        ("phone", "-"), ("name", "---"), ("message", "-"), ("lan", "500000"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_what_the_name_says_is_kept_and_is_no_attribute(name: str, value: str) -> None:
    submission = sent(("email", ANNA), (name, value))
    assert submission.fields == {"email": ANNA, f"x_{name}": value}
    assert [(each.name, each.value, each.attribute) for each in submission.typed] == [
        ("email", ANNA, "email"),
        (name, value, ""),
    ]


@pytest.mark.parametrize(
    ("pairs", "attribute"),
    [
        *(
            ((("title", job),), "job_title")
            for job in ("VP Sales", "Verksamhetschef", "Leiterin Einkauf", "Head of IT")
        ),
        *(
            ((("title", job),), "job_title")
            for job in ("Daglig leder", "Kierownik zakupów", "Indkøbschef", "Directeur")
        ),
        ((("size", "51-200"),), "company_size"),
        ((("size", "250"), ("company", "Acme")), "company_size"),
        ((("state", "Oregon"),), "region"),
        ((("state", "Durango"), ("city", "Durango")), "region"),
        ((("domain", "acme.example"),), "website"),
        ((("last_name", "Kies"),), "name"),
        ((("company", "Select Staffing"),), "company"),
    ],
)
def test_a_value_that_can_be_it_is(pairs: tuple[tuple[str, str], ...], attribute: str) -> None:
    assert read(*pairs)[attribute] == pairs[0][1]


def test_the_only_number_with_a_code_is_the_phone() -> None:
    assert read(("q1", "+46 8 123 45 67"))["phone"] == "+46 8 123 45 67"
    assert "phone" not in read(("q1", "+46 8 123 45 67"), ("q2", "+46 8 123 45 68"))
    assert "phone" not in read(("Fax", "+46 8 123 45 67"))


def test_the_longest_free_text_is_the_message() -> None:
    assert read(("q1", "a few words here"), ("q2", WRITTEN)) == {"message": WRITTEN, "x_q1": "a few words here"}
    assert read(("q1", "工場の見学はできますか。来月を希望します。"))["message"].startswith("工場")
    for name in ("address", "subject", "product", "privacy"):
        assert "message" not in read((name, WRITTEN))
    assert "message" not in read(("box", "I agree to be written to by mail"))


def test_the_only_address_is_the_senders_in_whatever_repeated_field() -> None:
    assert sent(("input_1", "Nora"), ("input_1", "Beck"), ("input_1", ANNA)).fields == {
        "email": ANNA,
        "x_input_1": "Nora, Beck",
    }
    assert sent(("a", ANNA), ("recipient", "sales@b.example")).fields["email"] == ANNA


def test_a_company_among_the_page_s_settings_is_its_owner_s() -> None:
    page = (("subject", "Contact"), ("business_name", "Our Own Ltd"), ("redirect", "thanks.html"))
    assert "company" not in sent(*page, ("contact_form_email", ANNA)).fields
    assert sent(("contact_email", ANNA), ("business_name", "Doyle Ltd")).fields["company"] == "Doyle Ltd"


def test_the_form_s_own_file_decides_before_names_and_values() -> None:
    own = (FormField("title", to="job_title"), FormField("name", to="company"), FormField("message", to="none"))
    fields = sent(("email", ANNA), ("title", "Ms"), ("name", "Acme"), ("message", WRITTEN), own=own).fields
    assert fields == {"email": ANNA, "job_title": "Ms", "company": "Acme", "x_message": WRITTEN}


# ---- what was typed --------------------------------------------------------------------------------------------------


def test_all_that_the_visitor_gave_is_there_in_the_form_s_order_and_nothing_of_the_page() -> None:
    pairs = (
        ("_token", "q8Zk2rT0vYw4nLx7Jb1sHf5dCm9pGe3aUo6iRtKx"), ("q2", "b"), ("q1", "a"), ("submit", "Send"),
        ("step", "3"),
        ("csrfmiddlewaretoken", "x"), ("__VIEWSTATE", "/wE="), ("form_id", "webform_7"), ("wpforms[nonce]", "1a2b3c"),
        ("action", "mailerlite_subscribe_form"), ("g-recaptcha-response", "x"), ("_gotcha", "x"), ("utm_source", "ad"),
        ("9f2c4b7a1e8d3056c7b9a4f1e2d3c4b5", "1"), ("email", ANNA), ("q1", "c"), ("btnSend", "Go"),
        ("enviar", "Enviar"),
    )  # fmt: skip
    assert [(each.name, each.value) for each in sent(*pairs).typed] == [
        ("q2", "b"),
        ("q1", "a"),
        ("email", ANNA),
        ("q1", "c"),
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("step", "the third"), ("action", "Buy"), ("option", "Large"), ("id", "1234"), ("subscribe", "yes"),
        ("key", "C"), ("send", "by post"), ("page", "twelve"), ("button_colour", "red"), ("date_sent", "2026-01-02"),
        ("target", "men"), ("event", "spring_fair"), ("token of love", "a ring"), ("client_id", "10442"),
        ("browser", "Firefox 120"),
        ("file", "Projektbeschreibung_Version2_Final_2026-01.docx"), ("serial", "c" * 40), ("method", "Bank transfer"),
    ],
)  # fmt: skip
def test_what_a_person_may_have_typed_is_theirs(name: str, value: str) -> None:
    assert (name, value) in [(each.name, each.value) for each in sent(("email", ANNA), (name, value)).typed]

"""What was typed comes back to be mended, under the names of the website's own form."""

import pytest

from leadbell.brand import Brand
from leadbell.errors import (
    FormClosed,
    IdempotencyConflict,
    LeadbellError,
    Malformed,
    NotAllowed,
    NotFound,
    Problem,
    TooLarge,
    TooManyRequests,
    Unavailable,
    WrongMethod,
)
from leadbell.translations import LANGUAGES
from leadbell.web.error_pages import error_page, refill
from leadbell.web.pages import Input, Page
from leadbell.web.refusals import attempt_of, refusal_to
from leadbell.web.request import Request

NOTHING: frozenset[str] = frozenset()
NO_ADDRESS = Problem("TYPE_EMAIL", "email", "email: not an e-mail address")


def test_what_was_typed_is_shown_and_what_the_page_said_travels_unseen() -> None:
    pairs = (
        ("your-name", "Eva"),
        ("e-post", "eva@"),
        ("Favourite colour", "green"),
        ("tel", "070"),
        ("_redirect", "/danke"),
        ("_gotcha", "x"),
        ("_t", "stamp"),
        ("utm_source", "mail"),
        ("_consent[newsletter]", "yes"),
        ("_page", "https://www.example.com/"),
    )
    assert refill(pairs, [NO_ADDRESS], "sv", drop=NOTHING) == (
        Input("your-name", "Eva", "text", "Namn"),
        Input("e-post", "eva@", "email", "E-post", "E-post: ange en giltig e-postadress."),
        Input("Favourite colour", "green", "text", "Favourite colour"),
        Input("tel", "070", "tel", "Telefon"),
        *(Input(name, value) for name, value in pairs[4:]),
    )


def test_a_field_that_was_left_out_is_asked_for() -> None:
    missing = Problem("REQUIRED_FIELD_MISSING", "email", "email: enter an e-mail address")
    (_, asked) = refill((("message", "Hello"),), [missing], "en", drop=NOTHING)
    assert asked == Input("email", "", "email", "E-mail", "E-mail: enter an e-mail address")


def test_boxes_of_one_name_stay_together_unseen() -> None:
    pairs = (("topic[]", "price"), ("topic[]", "service"))
    assert refill(pairs, [], "en", drop=NOTHING) == (Input("topic[]", "price"), Input("topic[]", "service"))


def test_a_text_of_many_words_gets_room() -> None:
    kinds = [each.kind for each in refill((("a", "x" * 81), ("b", "x\r\ny"), ("c", "x")), [], "en", drop=NOTHING)]
    assert kinds == ["textarea", "textarea", "text"]


def test_what_must_not_come_again_is_left_out() -> None:
    assert refill((("_idempotency", "1"), ("a", "b")), [], "en", drop=frozenset({"_idempotency"})) == (
        Input("a", "b", "text", "a"),
    )


# ---- Whole pages -----------------------------------------------------------------------------------------------------

FORM = "application/x-www-form-urlencoded"
ERRORS = [
    NotFound("this link has expired or is incomplete", "LINK_NOT_VALID"),
    NotFound("the data behind this link has been deleted", "ERASED"),
    NotFound("there is nothing at this address"),
    NotFound("there is no form with this id; check the address that the form is sent to", "FORM_NOT_FOUND"),
    FormClosed("this form is closed and no longer accepts submissions"),
    NotAllowed("this form is not available at the moment", "FORM_INACTIVE"),
    Malformed("this page does not offer that choice", "NO_SUCH_CHOICE"),
    TooLarge("the body is 300,000 bytes; the limit is 262,144"),
    TooManyRequests(42),
    Unavailable("the table does not answer"),
    IdempotencyConflict("this Idempotency-Key was already used with a different body; use a new key"),
]


def page_for(error: LeadbellError, language: str, method: str = "POST") -> Page:
    attempt = attempt_of(Request(FORM, b"email=eva%40acme.example", {"accept-language": language}, "r1", method=method))
    return error_page(attempt, error, refusal_to(attempt, error), Brand("Acme"))


def sentences(page: Page) -> list[str]:
    told = " ".join((f"{page.title}.", *page.lines, *page.small)).replace("Details: ", "")
    return [sentence.strip().lower() for sentence in told.replace(";", ".").split(".") if sentence.strip()]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: f"{type(error).__name__} {getattr(error, 'code', '')}")
def test_a_page_says_nothing_twice(error: LeadbellError, language: str) -> None:
    told = sentences(page_for(error, language))
    assert len(set(told)) == len(told)


@pytest.mark.parametrize("code", ["LINK_NOT_VALID", "ERASED"])
def test_a_link_that_leads_nowhere_speaks_of_no_form(code: str) -> None:
    (line,) = page_for(NotFound("whatever it is", code), "en").lines
    assert "form" not in line


def test_a_key_that_was_used_is_mended_by_the_page_itself() -> None:
    page = page_for(IdempotencyConflict("used"), "en")
    assert page.button == "Send again"
    assert not any("Reload" in line for line in page.lines)


def test_an_address_of_forms_names_what_to_do() -> None:
    page = page_for(WrongMethod("this address only accepts submitted forms: send them with POST", "POST"), "en", "GET")
    assert page.lines == (
        "This address only accepts submitted forms.",
        "To send a form, open the website that it is on.",
    )

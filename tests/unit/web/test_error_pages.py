"""What was typed comes back to be mended, under the names of the website's own form."""

from leadbell.errors import Problem
from leadbell.web.error_pages import refill
from leadbell.web.pages import Input

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

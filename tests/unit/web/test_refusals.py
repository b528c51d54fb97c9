"""Each error has one answer, and what it says is told as its sender would say it."""

import pytest

from leadbell.errors import (
    Conflict,
    InvalidFact,
    InvalidSubmission,
    LeadbellError,
    NotAllowed,
    NotFound,
    Problem,
    TooManyRequests,
    Unavailable,
    WrongMethod,
)
from leadbell.web import refusals
from leadbell.web.refusals import answer_to, attempt_of, headers_of, refusal_to
from leadbell.web.request import Request

FORM = "application/x-www-form-urlencoded"
SWEDISH = {"accept-language": "sv"}


def test_no_row_of_the_table_stands_behind_one_that_answers_for_it() -> None:
    kinds = [kind for kind, _ in refusals._TABLE]
    assert [kind for at, kind in enumerate(kinds) if issubclass(kind, tuple(kinds[:at]))] == []


def test_an_error_that_no_door_should_meet_is_a_bug() -> None:
    assert (answer_to(InvalidFact("x")).status, answer_to(InvalidFact("x")).code) == (500, "ERROR")


@pytest.mark.parametrize(
    ("error", "headers"),
    [
        (TooManyRequests(61), {"Retry-After": "61"}),
        (Unavailable("x"), {"Retry-After": "5"}),
        (Conflict("x"), {"Retry-After": "5"}),
        (WrongMethod("x", "POST"), {"Allow": "POST"}),
        (NotFound("x"), {}),
    ],
)
def test_what_passes_says_when_to_come_back(error: LeadbellError, headers: dict[str, str]) -> None:
    assert headers_of(error) == headers


def test_a_field_is_called_as_its_sender_called_it() -> None:
    attempt = attempt_of(Request(FORM, b"e-post=eva%40", SWEDISH, "r1"))
    told = refusal_to(attempt, InvalidSubmission([Problem("TYPE_EMAIL", "email", "email: not an e-mail address")]))
    assert (told.status, told.code, told.request_id) == (422, "INVALID_FIELDS", "r1")
    assert told.problems == (Problem("TYPE_EMAIL", "e-post", "E-post: ange en giltig e-postadress."),)
    assert told.message == "E-post: ange en giltig e-postadress."


def test_an_error_says_its_own_code_where_it_has_one() -> None:
    told = refusal_to(attempt_of(Request(FORM, b"")), NotAllowed("not from there", "ORIGIN_NOT_ALLOWED"))
    assert (told.status, told.code, told.message) == (403, "ORIGIN_NOT_ALLOWED", "Not from there.")


@pytest.mark.parametrize("request_", [Request("image/png", b"\x00"), Request(FORM, b"a=b", method="GET")])
def test_of_a_body_that_cannot_be_read_nothing_was_typed(request_: Request) -> None:
    assert attempt_of(request_).typed == ()

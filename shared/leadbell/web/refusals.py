"""The one table from errors to answers, and the message for a submission that is not accepted.

Every error of ours has its row; any other is a bug. Messages are in the visitor's language, and fields have
the names that their sender gave them.
"""

from dataclasses import dataclass, replace
from typing import Any, Protocol

from leadbell.errors import (
    Conflict,
    FileMissing,
    FormClosed,
    IdempotencyConflict,
    InvalidSubmission,
    LeadbellError,
    Malformed,
    NotAllowed,
    NotFound,
    Problem,
    Rejected,
    TooLarge,
    TooManyRequests,
    Unavailable,
    UnsupportedType,
    WrongMethod,
)
from leadbell.field_names import as_sent, ours
from leadbell.translations import LANGUAGES, explain, label, refusal
from leadbell.web.bodies import Pairs
from leadbell.web.dialects import Refusal
from leadbell.web.request import Request

RETRY_AFTER_SECONDS = 5


@dataclass(frozen=True, slots=True)
class ErrorAnswer:
    """How an error is answered: with which status, code and title of the page.

    `is_worth_another_try`: sending the same again, mended or later, can help.
    """

    status: int
    code: str
    title: str = "not_sent"
    is_worth_another_try: bool = False


_TABLE: tuple[tuple[type[LeadbellError], ErrorAnswer], ...] = (
    (InvalidSubmission, ErrorAnswer(422, "INVALID_FIELDS", is_worth_another_try=True)),
    (Malformed, ErrorAnswer(400, "MALFORMED")),
    (NotAllowed, ErrorAnswer(403, "NOT_ALLOWED")),
    (FileMissing, ErrorAnswer(404, "FILE_MISSING", "not_now")),
    (NotFound, ErrorAnswer(404, "NOT_FOUND", "not_found")),
    (FormClosed, ErrorAnswer(410, "FORM_CLOSED")),
    (WrongMethod, ErrorAnswer(405, "METHOD_NOT_ALLOWED", "not_a_page")),
    (IdempotencyConflict, ErrorAnswer(409, "IDEMPOTENCY_CONFLICT", is_worth_another_try=True)),
    (TooLarge, ErrorAnswer(413, "PAYLOAD_TOO_LARGE")),
    (UnsupportedType, ErrorAnswer(415, "UNSUPPORTED_TYPE")),
    (TooManyRequests, ErrorAnswer(429, "TOO_MANY_REQUESTS", "not_now", is_worth_another_try=True)),
    (Unavailable, ErrorAnswer(503, "UNAVAILABLE", "not_now", is_worth_another_try=True)),
    (Conflict, ErrorAnswer(503, "UNAVAILABLE", "not_now", is_worth_another_try=True)),
)
_A_BUG = ErrorAnswer(500, "ERROR")


class FormAsked(Protocol):
    """What an answer takes from the form that was asked for."""

    @property
    def accent(self) -> str: ...
    @property
    def origins(self) -> tuple[str, ...]: ...
    @property
    def redirect(self) -> str: ...
    @property
    def error_redirect(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody tried to send: the request, what was typed, and the form that it is for, where that is known."""

    request: Request
    typed: Pairs
    form: FormAsked | None = None

    @property
    def language(self) -> str:
        """The language to answer in."""
        return self.request.language(self.typed)


def attempt_of(request: Request, form: FormAsked | None = None) -> Attempt:
    """Where the body cannot be read nothing was typed; then that is what the answer is about."""
    try:
        return Attempt(request, request.body().pairs if request.is_post else (), form)
    except Rejected:
        return Attempt(request, (), form)


def answer_to(error: LeadbellError) -> ErrorAnswer:
    """The error's row of the table."""
    return next((answer for kind, answer in _TABLE if isinstance(error, kind)), _A_BUG)


def refusals() -> tuple[tuple[int, str], ...]:
    """Each status that a door refuses with, and its code."""
    return tuple((answer.status, answer.code) for _, answer in _TABLE)


def refusal_to(attempt: Attempt, error: LeadbellError) -> Refusal:
    """What the error is for who sent this, naming each field and its fix."""
    answer, language = answer_to(error), attempt.language
    code = code_of(error)
    said = tuple(_as_said(problem, attempt) for problem in problems_of(error))
    message = refusal(language, code) if answer.status == 503 or language != LANGUAGES[0] else ""
    together = " ".join(problem.message for problem in said)
    return Refusal(answer.status, code, together or message or sentence(str(error)), said, attempt.request.id)


def code_of(error: LeadbellError) -> str:
    """The code that an error's answer tells."""
    return str(getattr(error, "code", answer_to(error).code))


def reason_of(error: LeadbellError) -> dict[str, Any]:
    """What the log may say of it: codes, fields by our or their owner's name, and what AWS did to us."""
    told: dict[str, Any] = {"code": code_of(error)}
    if problems := problems_of(error):
        told["problems"] = [f"{problem.field}: {problem.code}" for problem in problems]
    if answer_to(error).status >= 500:
        told["why"] = str(error)
    return told


def problems_of(error: LeadbellError) -> tuple[Problem, ...]:
    """What is wrong with which fields."""
    return error.problems if isinstance(error, InvalidSubmission) else ()


def headers_of(error: LeadbellError) -> dict[str, str]:
    """What else its sender has to know: when to try again, or by which method."""
    if isinstance(error, WrongMethod):
        return {"Allow": error.allowed}
    wait = error.retry_after if isinstance(error, TooManyRequests) else RETRY_AFTER_SECONDS
    return {"Retry-After": str(wait)} if answer_to(error).status in (429, 503) else {}


def title(name: str, language: str) -> str:
    """What a person is shown as the name of a field."""
    return label(language, ours(name) or name) or name


def sentence(text: str) -> str:
    """An error's message as a sentence."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _as_said(problem: Problem, attempt: Attempt) -> Problem:
    name, language = as_sent(problem.field, (name for name, _ in attempt.typed)), attempt.language
    return replace(problem, field=name, message=explain(language, problem, problem.label or title(name, language)))

"""HTTP at the edge: what a request brings, and the one table from errors to answers.

A browser's form post gets a 303 or a page, everything that speaks JSON gets JSON; both say which field is wrong and
what to do. Nothing that a visitor typed is ever in an address or a header.
"""

import json
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from leadbell.errors import (
    Conflict,
    FormClosed,
    IdempotencyConflict,
    InvalidSubmission,
    LeadbellError,
    Malformed,
    NotAllowed,
    NotFound,
    TooLarge,
    TooManyRequests,
    Unavailable,
    UnsupportedType,
)
from leadbell.pages import Page, render, security_headers
from leadbell.reception import Taken
from leadbell.redirects import allowed_target
from leadbell.request import Request, request_of
from leadbell.submissions import control

RETRY_AFTER_SECONDS = 5

_STATUS: tuple[tuple[type[LeadbellError], int, str], ...] = (
    (InvalidSubmission, 422, "INVALID_FIELDS"),
    (Malformed, 400, "MALFORMED"),
    (NotAllowed, 403, "NOT_ALLOWED"),
    (NotFound, 404, "NOT_FOUND"),
    (FormClosed, 410, "FORM_CLOSED"),
    (TooManyRequests, 429, "TOO_MANY_REQUESTS"),
    (IdempotencyConflict, 409, "IDEMPOTENCY_CONFLICT"),
    (TooLarge, 413, "PAYLOAD_TOO_LARGE"),
    (UnsupportedType, 415, "UNSUPPORTED_TYPE"),
    (Unavailable, 503, "UNAVAILABLE"),
    (Conflict, 503, "UNAVAILABLE"),
)
_TITLES = {404: "Not found", 429: "Please wait a moment", 503: "Please try again in a moment"}


def received(request: Request, taken: Taken, default: str, origins: tuple[str, ...]) -> Response[str]:
    """The answer to a stored submission: JSON, or a 303 to where the form asked if the owner lists that site."""
    wanted = control(taken.body.pairs, "_redirect", "_next", "redirect", "returl")
    target = allowed_target(wanted, origins) or default
    return stored(request, taken.captured.event_id, target)


def stored(request: Request, event_id: str, target: str) -> Response[str]:
    """The answer to a stored submission, leading to `target`."""
    if request.wants_json:
        # A relative target leads from our own address, which a script elsewhere would not know.
        following = target if "://" in target else None
        return _json(request, 200, {"ok": True, "id": event_id, "status": "received", "next": following})
    return Response(303, "text/plain", "", {"Location": target, **_common()})


def data(request: Request, content: dict[str, Any]) -> Response[str]:
    """Something for a script, never kept on the way."""
    return _json(request, 200, content)


def html(page: Page, status: int = 200) -> Response[str]:
    """A page."""
    return Response(status, "text/html; charset=utf-8", render(page), {**security_headers(), **_common()})


def map_errors(app: APIGatewayHttpResolver, company: str) -> None:
    """Makes `app` answer every error of ours by the table above; any other error is a bug and stays one (500).

    A route that knows which form was asked for says so: `app.append_context(form=form)`.
    """

    @app.exception_handler(LeadbellError)  # type: ignore[untyped-decorator]  # Powertools gives it no types
    def refuse(error: LeadbellError) -> Response[str]:
        request, form = request_of(app), app.context.get("form")
        # Only for what its sender can mend: whoever is not served for another reason has to see that it is not taken.
        if form and form.error_redirect and isinstance(error, InvalidSubmission) and not request.wants_json:
            return Response(303, "text/plain", "", {"Location": form.error_redirect, **_common()})
        return refused(request, error, company)


def refused(request: Request, error: LeadbellError, company: str) -> Response[str]:
    """The answer to a submission that was not stored, naming each field and its fix."""
    status, code = next(((status, code) for kind, status, code in _STATUS if isinstance(error, kind)), (500, "ERROR"))
    code = getattr(error, "code", code)
    problems = error.problems if isinstance(error, InvalidSubmission) else ()
    message = (
        "we cannot take this right now, and nothing was stored; please send it again" if status == 503 else str(error)
    )
    seconds = error.retry_after if isinstance(error, TooManyRequests) else RETRY_AFTER_SECONDS
    extra = {"Retry-After": str(seconds)} if status in (429, 503) else {}
    if request.wants_json:
        errors = [{"code": p.code, "field": p.field, "message": p.message} for p in problems]
        return _json(
            request,
            status,
            {"ok": False, "error": message, "code": code, "errors": errors or [{"code": code, "message": message}]},
            extra,
        )
    lines = () if problems else (_sentence(message),)
    advice = ("Nothing was stored. Go back: what you typed is still there.",) if request.is_post else ()
    page = Page(
        _TITLES.get(status, "This could not be sent"),
        (*lines, *advice),
        tuple(_sentence(problem.message) for problem in problems),
        company=company,
    )
    answer = html(page, status)
    answer.headers.update(extra)
    return answer


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _json(request: Request, status: int, content: dict[str, Any], extra: dict[str, str] | None = None) -> Response[str]:
    text = json.dumps({**content, "request_id": request.id}, ensure_ascii=False)
    return Response(status, "application/json", text, {"Cache-Control": "no-store", **_common(), **(extra or {})})


def _common() -> dict[str, Any]:
    return {"Vary": "Accept, Origin"}

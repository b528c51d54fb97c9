"""HTTP at the edge: the one table from errors to answers, and what a stored submission is answered.

A browser's form post gets a 303 or a page, everything that speaks JSON gets JSON; both say which field is wrong and
what to do, in the visitor's language. Nothing that a visitor typed is ever in an address or a header.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
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
    Problem,
    Rejected,
    TooLarge,
    TooManyRequests,
    Unavailable,
    UnsupportedType,
    WrongMethod,
)
from leadbell.field_names import ERROR_REDIRECT, LANGUAGE, REDIRECT, as_sent
from leadbell.languages import LANGUAGES, explain, refusal, thanks_for
from leadbell.web.bodies import Pairs, control
from leadbell.web.dialects import Accepted, Refusal
from leadbell.web.error_pages import FormAsked, _page, title
from leadbell.web.origins import origin_of
from leadbell.web.pages import Page, render, security_headers
from leadbell.web.redirects import allowed_target, with_query
from leadbell.web.request import Request, request_of

RETRY_AFTER_SECONDS = 5
ALLOWED_METHODS = "POST, OPTIONS"

_STATUS: tuple[tuple[type[LeadbellError], int, str], ...] = (
    (InvalidSubmission, 422, "INVALID_FIELDS"),
    (Malformed, 400, "MALFORMED"),
    (NotAllowed, 403, "NOT_ALLOWED"),
    (NotFound, 404, "NOT_FOUND"),
    (FormClosed, 410, "FORM_CLOSED"),
    (WrongMethod, 405, "METHOD_NOT_ALLOWED"),
    (IdempotencyConflict, 409, "IDEMPOTENCY_CONFLICT"),
    (TooLarge, 413, "PAYLOAD_TOO_LARGE"),
    (UnsupportedType, 415, "UNSUPPORTED_TYPE"),
    (TooManyRequests, 429, "TOO_MANY_REQUESTS"),
    (Unavailable, 503, "UNAVAILABLE"),
    (Conflict, 503, "UNAVAILABLE"),
)


def received(
    request: Request,
    event_id: str,
    default: str,
    origins: tuple[str, ...],
    *,
    word: str = "message",
    configured: str = "",
    mailed: str = "",
) -> Response[str]:
    """The answer to a stored submission: JSON, or a 303 to where the form asked if the owner lists that site.

    `configured` is where the owner leads everybody who does not ask; `default` is a page of ours, and `word` what it
    says. `mailed` says that a mail was sent (`dialects`), whether one was or not.
    """
    pairs = request.body().pairs
    asked = allowed_target(control(pairs, *REDIRECT), origins) or configured
    ours = with_query(default, "language", request.language(pairs)) if control(pairs, *LANGUAGE) else default
    is_led = not request.is_script and (not request.shape.always_json or control(pairs, *REDIRECT) != "")
    if is_led:
        return _led(asked or ours)
    receipt = Accepted(
        event_id,
        thanks_for(request.language(pairs), word),
        request.absolute(asked or ours),
        request.id,
        asked != "",
        mailed,
    )
    return _told(request, receipt)


def stored(request: Request, event_id: str, target: str, word: str = "message") -> Response[str]:
    """The answer to a stored submission, leading to `target`."""
    if not request.wants_json:
        return _led(target)
    message = thanks_for(request.language(), word)
    return _told(request, Accepted(event_id, message, request.absolute(target), request.id, is_asked_for=True))


def led_on(target: str) -> Response[str]:
    """The answer to a link that leads elsewhere; the next time it may lead to another place."""
    headers = {"Location": target, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return Response(303, "text/plain", "", {**headers, **_common()})


def _led(target: str) -> Response[str]:
    return Response(303, "text/plain", "", {"Location": target, "Vary": "Accept, Origin"})


def data(request: Request, content: dict[str, Any]) -> Response[str]:
    """Something for a script."""
    return _json(200, {**content, "request_id": request.id})


def _told(request: Request, receipt: Accepted) -> Response[str]:
    return _json(202 if receipt.mailed else 200, request.shape.accepted(receipt))


def html(page: Page, status: int = 200, leads_to: Sequence[str] = ()) -> Response[str]:
    """A page; a form on it may lead to these origins."""
    headers: dict[str, Any] = {**security_headers(page, leads_to), **_common()}
    return Response(status, "text/html; charset=utf-8", render(page), headers)


def map_errors(
    app: APIGatewayHttpResolver, company: str, sites: tuple[str, ...] = (), leads_to: tuple[str, ...] = ()
) -> None:
    """Makes `app` answer every error of ours by the table above; any other error is a bug and stays one (500).

    A route that knows which form was asked for says so: `app.append_context(form=form)`. `sites` are origins that a
    form may ask to be led to; `leads_to` is where else the door's answers lead.
    """

    @app.exception_handler(LeadbellError)  # type: ignore[untyped-decorator]  # Powertools gives it no types
    def refuse(error: LeadbellError) -> Response[str]:
        return refused(request_of(app), error, company, sites, app.context.get("form"), leads_to)

    @app.not_found
    def not_found(_: Exception) -> Response[str]:
        request = request_of(app)
        if request.method == "OPTIONS":  # only where the owner lets no script call: else API Gateway answers it
            return Response(204, None, "", {"Allow": ALLOWED_METHODS})
        error = NotFound("there is nothing at this address") if request.is_post else _wrong_method()
        return refused(request, error, company)


def refusals() -> tuple[tuple[int, str], ...]:
    """Each status that a door refuses with, and the code that it then tells."""
    return tuple((status, code) for _, status, code in _STATUS)


def _wrong_method() -> WrongMethod:
    return WrongMethod("this address only takes forms: send them with POST", ALLOWED_METHODS)


def refused(
    request: Request,
    error: LeadbellError,
    company: str,
    sites: tuple[str, ...] = (),
    form: FormAsked | None = None,
    leads_to: tuple[str, ...] = (),
) -> Response[str]:
    """The answer to a submission that was not stored, naming each field and its fix."""
    pairs = _pairs(request)
    what = _refusal(request, error, pairs)
    origins = (*sites, *(form.origins if form else ()))
    target = allowed_target(control(pairs, *ERROR_REDIRECT), origins) or (form.error_redirect if form else "")
    if request.wants_json:
        answer = _json(request.shape.status(what.status), request.shape.refused(what))
    # Only for what its sender can mend: whoever is not served for another reason has to see that it is not taken.
    elif target and isinstance(error, InvalidSubmission):
        answer = _led(with_query(target, "error", what.code))
    else:
        answer = html(
            _page(request, what, pairs, error, company, form), what.status, (*origins, *leads_to, *_led_to(form))
        )
    answer.headers.update(_extra(error, what.status))
    if request.method == "HEAD":
        answer.body = ""
    return answer


def _led_to(form: FormAsked | None) -> tuple[str, ...]:
    """The origins of the owner's own pages, which need not be among those that the form is on."""
    targets = (form.redirect, form.error_redirect) if form else ()
    return tuple(filter(None, map(origin_of, targets)))


def _refusal(request: Request, error: LeadbellError, pairs: Pairs) -> Refusal:
    status, code = next(((status, code) for kind, status, code in _STATUS if isinstance(error, kind)), (500, "ERROR"))
    code, language = getattr(error, "code", code), request.language(pairs)
    problems = error.problems if isinstance(error, InvalidSubmission) else ()
    said = tuple(_as_said(problem, pairs, language) for problem in problems)
    message = refusal(language, code) if status == 503 or language != LANGUAGES[0] else str(error)
    together = " ".join(problem.message for problem in said)
    return Refusal(status, code, together or message or str(error), said, request.id)


def _as_said(problem: Problem, pairs: Pairs, language: str) -> Problem:
    name = as_sent(problem.field, (name for name, _ in pairs))
    return replace(problem, field=name, message=explain(language, problem, title(name, language)))


def _pairs(request: Request) -> Pairs:
    """What the body says, or nothing where it cannot be read; then that is what the answer is about."""
    try:
        return request.body().pairs if request.is_post else ()
    except Rejected:
        return ()


def _extra(error: LeadbellError, status: int) -> dict[str, str]:
    if isinstance(error, WrongMethod):
        return {"Allow": error.allowed}
    wait = error.retry_after if isinstance(error, TooManyRequests) else RETRY_AFTER_SECONDS
    return {"Retry-After": str(wait)} if status in (429, 503) else {}


def _json(status: int, content: dict[str, Any]) -> Response[str]:
    headers: dict[str, Any] = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", **_common()}
    return Response(status, "application/json", json.dumps(content, ensure_ascii=False), headers)


def _common() -> dict[str, Any]:
    return {"Vary": "Accept, Accept-Language, Origin"}

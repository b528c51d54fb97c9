"""HTTP at the edge: what a request brings, and the one table from errors to answers.

A browser's form post gets a 303 or a page, everything that speaks JSON gets JSON; both say which field is wrong and
what to do. Nothing that a visitor typed is ever in an address or a header.
"""

import base64
import binascii
import json
from dataclasses import dataclass, field
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from leadbell.bodies import Body, read_body
from leadbell.errors import (
    Conflict,
    IdempotencyConflict,
    InvalidSubmission,
    LeadbellError,
    Malformed,
    NotFound,
    TooLarge,
    Unavailable,
    UnsupportedType,
)
from leadbell.pages import Page, render, security_headers
from leadbell.redirects import allowed_target
from leadbell.submissions import control

RETRY_AFTER_SECONDS = 5
MAX_SENDER_KEY = 200

_STATUS: tuple[tuple[type[LeadbellError], int, str], ...] = (
    (InvalidSubmission, 422, "INVALID_FIELDS"),
    (Malformed, 400, "MALFORMED"),
    (NotFound, 404, "NOT_FOUND"),
    (IdempotencyConflict, 409, "IDEMPOTENCY_CONFLICT"),
    (TooLarge, 413, "PAYLOAD_TOO_LARGE"),
    (UnsupportedType, 415, "UNSUPPORTED_TYPE"),
    (Unavailable, 503, "UNAVAILABLE"),
    (Conflict, 503, "UNAVAILABLE"),
)
_TITLES = {404: "Not found", 503: "Please try again in a moment"}


@dataclass(frozen=True, slots=True)
class Request:
    """What the doors look at. Header names are in lower case."""

    content_type: str
    raw: bytes
    headers: dict[str, str] = field(default_factory=dict)
    id: str = ""
    is_post: bool = True

    def body(self) -> Body:
        """The body's pairs; raises the Rejected errors of `bodies`."""
        return read_body(self.content_type, self.raw)

    @property
    def wants_json(self) -> bool:
        """Whether the sender is a program: it sent JSON, prefers it, or says that it is a script."""
        accept = self.headers.get("accept", "")
        prefers = "application/json" in accept and "text/html" not in accept.partition("application/json")[0]
        sent = self.content_type.partition(";")[0].strip().lower() in ("application/json", "text/plain")
        return sent or prefers or "x-requested-with" in self.headers

    def sender_key(self, body: Body) -> str:
        """The sender's own id of this submission; raises Malformed where it is too long."""
        key = self.headers.get("idempotency-key", "").strip() or control(body.pairs, "_idempotency")
        if len(key) > MAX_SENDER_KEY:
            raise Malformed(f"the Idempotency-Key has {len(key)} characters; the limit is {MAX_SENDER_KEY}")
        return key


def request_of(app: APIGatewayHttpResolver) -> Request:
    """The request behind the event that `app` is answering."""
    event: dict[str, Any] = app.current_event.raw_event
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    text = event.get("body") or ""
    try:
        raw = base64.b64decode(text, validate=True) if event.get("isBase64Encoded") else text.encode()
    except (binascii.Error, UnicodeEncodeError):
        raw = b"\xff"  # no content type reads this, so it is refused as malformed where bodies are read
    about = event.get("requestContext", {})
    is_post = about.get("http", {}).get("method") == "POST"
    return Request(headers.get("content-type", ""), raw, headers, about.get("requestId", ""), is_post)


def received(request: Request, event_id: str, default: str, body: Body, origins: tuple[str, ...]) -> Response[str]:
    """The answer to a stored submission: JSON, or a 303 to where the form asked if the owner lists that site."""
    wanted = control(body.pairs, "_redirect", "_next", "redirect", "returl")
    target = allowed_target(wanted, origins) or default
    return stored(request, event_id, target)


def stored(request: Request, event_id: str, target: str) -> Response[str]:
    """The answer to a stored submission, leading to `target`."""
    if request.wants_json:
        # A relative target leads from our own address, which a script elsewhere would not know.
        following = target if "://" in target else None
        return _json(request, 200, {"ok": True, "id": event_id, "status": "received", "next": following})
    return Response(303, "text/plain", "", {"Location": target, **_common()})


def html(page: Page, status: int = 200) -> Response[str]:
    """A page."""
    return Response(status, "text/html; charset=utf-8", render(page), {**security_headers(), **_common()})


def map_errors(app: APIGatewayHttpResolver, company: str) -> None:
    """Makes `app` answer every error of ours by the table above; any other error is a bug and stays one (500)."""

    @app.exception_handler(LeadbellError)  # type: ignore[untyped-decorator]  # Powertools gives it no types
    def refuse(error: LeadbellError) -> Response[str]:
        return refused(request_of(app), error, company)


def refused(request: Request, error: LeadbellError, company: str) -> Response[str]:
    """The answer to a submission that was not stored, naming each field and its fix."""
    status, code = next(((status, code) for kind, status, code in _STATUS if isinstance(error, kind)), (500, "ERROR"))
    code = getattr(error, "code", code)
    problems = error.problems if isinstance(error, InvalidSubmission) else ()
    message = (
        "we cannot take this right now, and nothing was stored; please send it again" if status == 503 else str(error)
    )
    extra = {"Retry-After": str(RETRY_AFTER_SECONDS)} if status == 503 else {}
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

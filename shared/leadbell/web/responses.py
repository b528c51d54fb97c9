"""HTTP at the edge: the answer to a stored submission, and to a refused one.

A browser's form post gets a 303 or a page; a client that speaks JSON gets JSON. Both name the invalid field and the
fix, in the visitor's language. The table in `refusals` maps errors to answers. Nothing that a visitor typed is ever in
an address or a header.

Pages and refusals are imported only when needed: most submissions end with a redirect, and an endpoint starts faster
without them.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from leadbell.errors import InvalidSubmission, LeadbellError, NotFound, WrongMethod
from leadbell.field_names import ERROR_REDIRECT, LANGUAGE, REDIRECT
from leadbell.translations import files_missing, say, thanks_for
from leadbell.web.bodies import control
from leadbell.web.dialects import Accepted
from leadbell.web.origins import origin_of
from leadbell.web.redirects import allowed_target, with_query, without_slash
from leadbell.web.request import Request, request_of
from leadbell.web.routes import Response, Router

if TYPE_CHECKING:
    from leadbell.web.pages import Page
    from leadbell.web.refusals import Attempt, FormAsked

ALLOWED_METHODS = "POST, OPTIONS"


@dataclass(frozen=True, slots=True)
class Thanks:
    """How a door thanks: `word` is what for, `page` one of ours that says it.

    `sites` are origins that a form may ask to be led to, `configured` is where the owner leads everybody who does not
    ask. `public_url` is where the API is reached, if its owner named it: API Gateway does not know the way that led
    there. `mailed` says that a mail was sent (`dialects`), whether one was or not.
    """

    page: str
    word: str = "message"
    sites: tuple[str, ...] = ()
    configured: str = ""
    public_url: str = ""
    mailed: str = ""


class Taken(Protocol):
    """A submission that is stored; `left_out` are files that came with it and are not, each with why (`data/words`)."""

    @property
    def event_id(self) -> str: ...
    @property
    def left_out(self) -> tuple[tuple[str, str], ...]: ...


@dataclass(frozen=True, slots=True)
class Doorway:
    """Whose door it is; which `sites` a form may ask to be led to, and where else its answers lead."""

    company: str
    sites: tuple[str, ...] = ()
    leads_to: tuple[str, ...] = ()


def received(request: Request, taken: Taken, thanks: Thanks) -> Response:
    """The answer to a stored submission: JSON, or a 303 to where the form asked if the owner lists that site.

    Why a file was not stored goes along as a word of ours, its name only in JSON.
    """
    pairs = request.body().pairs
    asked = allowed_target(control(pairs, *REDIRECT), thanks.sites) or thanks.configured
    language, says_language = request.language(pairs), control(pairs, *LANGUAGE)
    target = asked or (with_query(thanks.page, "language", language) if says_language else thanks.page)
    reasons = tuple(dict.fromkeys(why for _, why in taken.left_out))
    target = with_query(target, "files", ".".join(reasons)) if reasons else target
    if not request.is_script and (not request.shape.always_json or control(pairs, *REDIRECT)):
        return _led(target)
    message = " ".join((thanks_for(language, thanks.word), *files_missing(language, reasons)))
    leads_to = request.absolute(target, thanks.public_url)
    told = Accepted(taken.event_id, message, leads_to, request.id, asked != "", thanks.mailed, taken.left_out)
    return _told(request, told)


def stored(request: Request, event_id: str, target: str) -> Response:
    """The answer to a stored request for a file: leads to the file."""
    if not request.wants_json:
        return _led(target)
    message = say(request.language(request.body().pairs), "download_ready")
    return _told(request, Accepted(event_id, message, request.absolute(target), request.id, is_asked_for=True))


def led_on(target: str) -> Response:
    """The answer to a link that leads elsewhere; the next time it may lead to another place."""
    headers = {"Location": target, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return Response(303, "text/plain", "", {**headers, **_common()})


def _led(target: str) -> Response:
    return Response(303, "text/plain", "", {"Location": target, "Vary": "Accept, Origin"})


def data(request: Request, content: dict[str, Any]) -> Response:
    """Something for a script."""
    return _json(200, {**content, "request_id": request.id})


def _told(request: Request, receipt: Accepted) -> Response:
    return _json(202 if receipt.mailed else 200, request.shape.accepted(receipt))


def html(page: "Page", status: int = 200, leads_to: Sequence[str] = ()) -> Response:
    """A page; a form on it may lead to these origins."""
    from leadbell.web.pages import render, security_headers

    headers: dict[str, Any] = {**security_headers(page, leads_to), **_common()}
    return Response(status, "text/html; charset=utf-8", render(page), headers)


def map_errors(
    app: Router,
    note: Callable[..., None],
    company: str,
    sites: tuple[str, ...] = (),
    leads_to: tuple[str, ...] = (),
) -> None:
    """Makes `app` answer every error of ours by the table; any other error is a bug and stays one (500).

    `note` puts the reason into the log. A route that knows which form was asked for keeps it: `app.kept["form"]`.
    """

    def answered(error: LeadbellError, doorway: Doorway, form: "FormAsked | None" = None) -> Response:
        from leadbell.web.refusals import attempt_of, reason_of

        note(**reason_of(error))
        return refused(attempt_of(request_of(app), form), error, doorway)

    def refuse(error: LeadbellError) -> Response:
        return answered(error, Doorway(company, sites, leads_to), app.kept.get("form"))

    def lost() -> Response:
        request = request_of(app)
        if request.method == "OPTIONS":  # only where the owner lets no script call: else API Gateway answers it
            return Response(204, "", "", {"Allow": ALLOWED_METHODS})
        if target := without_slash(request.path):
            # By a 308 a browser sends its form again, to the right address.
            return Response(308, "text/plain", "", {"Location": target, "Cache-Control": "no-store"})
        is_here = not request.is_post and app.is_known()
        error = _wrong_method() if is_here else NotFound("there is nothing at this address")
        return answered(error, Doorway(company))

    app.refuse, app.lost = refuse, lost


def _wrong_method() -> WrongMethod:
    return WrongMethod("this address only accepts submitted forms: send them with POST", ALLOWED_METHODS)


def refused(attempt: "Attempt", error: LeadbellError, doorway: Doorway) -> Response:
    """The answer to a submission that was not stored, naming each field and its fix."""
    from leadbell.web.refusals import headers_of, refusal_to

    request, what = attempt.request, refusal_to(attempt, error)
    origins = (*doorway.sites, *(attempt.form.origins if attempt.form else ()))
    if request.wants_json:
        answer = _json(request.shape.status(what.status), request.shape.refused(what))
    elif target := _to_mend_it(attempt, error, origins):
        answer = _led(with_query(target, "error", what.code))
    else:
        from leadbell.web.error_pages import error_page

        page = error_page(attempt, error, what, doorway.company)
        answer = html(page, what.status, (*origins, *doorway.leads_to, *_led_to(attempt)))
    answer.headers.update(headers_of(error))
    if request.method == "HEAD":
        answer.body = ""
    return answer


def _to_mend_it(attempt: "Attempt", error: LeadbellError, origins: tuple[str, ...]) -> str:
    """The site's own page for errors, if there is one.

    Only for what its sender can mend: whoever is not served for another reason has to see that it is not taken.
    """
    if not isinstance(error, InvalidSubmission):
        return ""
    asked = allowed_target(control(attempt.typed, *ERROR_REDIRECT), origins)
    return asked or (attempt.form.error_redirect if attempt.form else "")


def _led_to(attempt: "Attempt") -> tuple[str, ...]:
    """The origins of the owner's own pages, which need not be among those that the form is on."""
    targets = (attempt.form.redirect, attempt.form.error_redirect) if attempt.form else ()
    return tuple(filter(None, map(origin_of, targets)))


def _json(status: int, content: dict[str, Any]) -> Response:
    headers: dict[str, Any] = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", **_common()}
    return Response(status, "application/json", json.dumps(content, ensure_ascii=False), headers)


def _common() -> dict[str, Any]:
    return {"Vary": "Accept, Accept-Language, Origin"}

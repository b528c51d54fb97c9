"""The formats of answers in JSON: our own, which Formspree's clients can read, and those of Web3Forms and HubSpot.
The address of the request decides the format; Formspree's own script, whose addresses are like ours, sets a header."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from leadbell.errors import Problem
from leadbell.web import hubspot

Content = dict[str, Any]

CONFIRMATION_SENT = "confirmation_sent"
LINK_SENT = "link_sent"

# Formspree's codes, where it has one for the same thing; its clients know no others.
_FORMSPREE = {
    "FORM_INACTIVE": "INACTIVE",
    "FORM_CLOSED": "INACTIVE",
    "ORIGIN_NOT_ALLOWED": "BLOCKED",
    "CAPTCHA_FAILED": "BLOCKED",
}


@dataclass(frozen=True, slots=True)
class Accepted:
    """A submission that is stored. `next` is an absolute URL; `is_asked_for` when the form named it.

    `mailed` says that the rest comes by mail: `CONFIRMATION_SENT`, `LINK_SENT`, or nothing. `left_out` are files that
    were not stored, each with why.
    """

    id: str
    message: str
    next: str
    request_id: str
    is_asked_for: bool = False
    mailed: str = ""
    left_out: tuple[tuple[str, str], ...] = ()

    @property
    def status(self) -> str:
        """What became of it, in a word."""
        return self.mailed or "received"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A submission that is not stored. The fields of the problems are called as their sender called them."""

    status: int
    code: str
    message: str
    problems: tuple[Problem, ...]
    request_id: str


@dataclass(frozen=True, slots=True)
class Shape:
    """How to answer: the content for either, and the status for a refusal."""

    accepted: Callable[[Accepted], Content]
    refused: Callable[[Refusal], Content]
    status: Callable[[int], int] = int
    always_json: bool = True


def _plain_accepted(receipt: Accepted) -> Content:
    told = {"ok": True, "id": receipt.id, "status": receipt.status, "next": receipt.next, "message": receipt.message}
    files = [{"name": name, "code": why} for name, why in receipt.left_out]
    return {**told, **({"files_not_stored": files} if files else {}), "request_id": receipt.request_id}


def _plain_refused(refusal: Refusal) -> Content:
    errors = [{"code": each.code, "field": each.field, "message": each.message} for each in refusal.problems]
    alone = [{"code": refusal.code, "message": refusal.message}]
    told = {"ok": False, "error": refusal.message, "code": refusal.code, "errors": errors or alone}
    return {**told, "request_id": refusal.request_id}


def _formspree_refused(refusal: Refusal) -> Content:
    return _plain_refused(replace(refusal, code=_FORMSPREE.get(refusal.code, refusal.code)))


def _web3forms_accepted(receipt: Accepted) -> Content:
    told = {"success": True, "message": receipt.message, "data": {"id": receipt.id, "status": receipt.status}}
    return {**told, "request_id": receipt.request_id}


def _web3forms_refused(refusal: Refusal) -> Content:
    plain = _plain_refused(refusal)
    return {"success": False, "message": refusal.message, "data": {"errors": plain["errors"]}, **_named(refusal)}


def _named(refusal: Refusal) -> Content:
    return {"code": refusal.code, "request_id": refusal.request_id}


def _hubspot_accepted(receipt: Accepted) -> Content:
    told = hubspot.acceptance_of(receipt.message, receipt.next if receipt.is_asked_for else "")
    return {**told, "request_id": receipt.request_id}


def _hubspot_refused(refusal: Refusal) -> Content:
    told = hubspot.refusal_of(refusal.code, refusal.message, refusal.problems, refusal.request_id)
    return {**told, "request_id": refusal.request_id}


PLAIN = Shape(_plain_accepted, _plain_refused, always_json=False)
WEB3FORMS = Shape(_web3forms_accepted, _web3forms_refused)
HUBSPOT = Shape(_hubspot_accepted, _hubspot_refused, hubspot.status)

FORMSPREE = Shape(_plain_accepted, _formspree_refused, always_json=False)

_BY_ROUTE: Mapping[str, Shape] = {"submit": WEB3FORMS, "submissions": HUBSPOT}


def shape_of(route: str, headers: Mapping[str, str]) -> Shape:
    """The shape for a route, by its first word, and the headers of a request, named in lower case."""
    ours = FORMSPREE if "formspree-client" in headers else PLAIN
    return _BY_ROUTE.get(route.strip("/").partition("/")[0], ours)

"""A request at a public door, as API Gateway hands it on."""

import base64
import binascii
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urljoin

from leadbell.errors import Malformed
from leadbell.field_names import LANGUAGE
from leadbell.plain_text import is_text
from leadbell.translations import language_of
from leadbell.web.bodies import Body, Pairs, control, is_script, kind_of, read_body
from leadbell.web.dialects import HUBSPOT, Shape, shape_of
from leadbell.web.hubspot import plain_form
from leadbell.web.routes import Router

MAX_SENDER_KEY = 200
MAX_ACCEPTED = 20


@dataclass(frozen=True)
class Request:
    """What the doors look at. Header names are in lower case."""

    content_type: str
    raw: bytes
    headers: dict[str, str] = field(default_factory=dict)
    id: str = ""
    source_ip: str = ""
    method: str = "POST"
    host: str = ""
    path: str = "/"
    route: str = "/"
    query: dict[str, str] = field(default_factory=dict)

    @property
    def is_post(self) -> bool:
        """Whether something was sent; all other methods only look."""
        return self.method == "POST"

    def body(self) -> Body:
        """The body's pairs; raises the Rejected errors of `bodies`."""
        return self._body

    @cached_property
    def _body(self) -> Body:
        # Read once, for a route, the reception and an answer that shows it again: files make it megabytes.
        encoding = self.headers.get("content-encoding", "")
        if self.shape is HUBSPOT:
            return read_body(kind_of(self.content_type), plain_form(self.raw, self.content_type), encoding)
        return read_body(self.content_type, self.raw, encoding)

    @property
    def shape(self) -> Shape:
        """The format of answers that clients of this address expect."""
        return shape_of(self.route, self.headers)

    @property
    def is_script(self) -> bool:
        """Whether the sender is a program: it sent JSON, prefers it, or says that it is a script."""
        sent = is_script(self.content_type, self.raw)
        return sent or prefers_json(self.headers.get("accept", "")) or "x-requested-with" in self.headers

    @property
    def wants_json(self) -> bool:
        """Whether the answer is JSON: for a program, and where the address promises it to everybody."""
        return self.is_script or self.shape.always_json

    def language(self, pairs: Pairs = ()) -> str:
        """The language to answer in: the form's word, else the browser's."""
        return language_of(control(pairs, *LANGUAGE), self.headers.get("accept-language", ""))

    def ours(self, target: str) -> str:
        """The way from this address to a page of ours; relative, for the API may stand behind a path of its own."""
        return "../" * (self.route.count("/") - 1) + target

    def absolute(self, target: str, public_url: str = "") -> str:
        """A target of ours as a script elsewhere needs it: below the API's own URL, else with the host it posted to."""
        if public_url:
            return urljoin(f"{public_url}{self.route}", target)
        return urljoin(f"https://{self.host}{self.path}", target) if self.host else target

    def sender_key(self, body: Body) -> str:
        """The sender's own id of this submission; raises Malformed where it is too long."""
        key = self.headers.get("idempotency-key", "").strip() or control(body.pairs, "_idempotency")
        if len(key) > MAX_SENDER_KEY:
            raise Malformed(f"the Idempotency-Key has {len(key)} characters; the limit is {MAX_SENDER_KEY}")
        if not is_text(key):
            raise Malformed("the Idempotency-Key contains invalid characters")
        return key


def prefers_json(accept: str) -> bool:
    """Whether an Accept header names JSON, and HTML less or later or not at all."""
    ranked = {kind.strip().lower(): (-_weight(rest), at) for at, (kind, _, rest) in enumerate(_ranges(accept))}
    wanted = ranked.get("application/json", (0.0, 0))
    return wanted[0] < 0 and wanted < ranked.get("text/html", (0.0, 0))


def _ranges(accept: str) -> list[tuple[str, str, str]]:
    return [part.partition(";") for part in accept.split(",")[:MAX_ACCEPTED]]


def _weight(parameters: str) -> float:
    found = re.search(r"(?:^|;)\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*(?:;|$)", parameters)
    return float(found[1]) if found else 1.0


def request_of(app: Router) -> Request:
    """The request behind the event that `app` is answering: one and the same, however often it is asked for."""
    if "request" not in app.kept:
        app.kept["request"] = _request(app.event)
    request: Request = app.kept["request"]
    return request


def _path(raw: str, asked: str) -> str:
    """The way to this address on its domain: behind an own domain's API mapping one of the two may lack the mapping."""
    return asked if asked.endswith(raw) else raw


def _request(event: dict[str, Any]) -> Request:
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    text = event.get("body") or ""
    try:
        raw = base64.b64decode(text, validate=True) if event.get("isBase64Encoded") else text.encode()
    except (binascii.Error, UnicodeEncodeError):
        raw = b"\xff"  # no content type reads this, so it is refused as malformed where bodies are read
    about = event.get("requestContext", {})
    http = about.get("http", {})
    # The address that API Gateway saw; X-Forwarded-For is whatever the sender writes into it.
    source_ip = http.get("sourceIp", "")
    host, path = about.get("domainName", ""), _path(event.get("rawPath", "/"), http.get("path", ""))
    kind, number = headers.get("content-type", ""), about.get("requestId", "")
    route = event.get("routeKey", "").partition(" ")[2] or path
    query = event.get("queryStringParameters") or {}
    return Request(kind, raw, headers, number, source_ip, http.get("method", ""), host, path, route, query)

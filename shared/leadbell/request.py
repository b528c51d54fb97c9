"""A request at a public door, as API Gateway hands it on."""

import base64
import binascii
from dataclasses import dataclass, field
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from leadbell.bodies import Body, read_body
from leadbell.errors import Malformed
from leadbell.plain_text import is_text
from leadbell.submissions import control

MAX_SENDER_KEY = 200


@dataclass(frozen=True, slots=True)
class Request:
    """What the doors look at. Header names are in lower case."""

    content_type: str
    raw: bytes
    headers: dict[str, str] = field(default_factory=dict)
    id: str = ""
    is_post: bool = True
    source_ip: str = ""

    def body(self) -> Body:
        """The body's pairs; raises the Rejected errors of `bodies`."""
        return read_body(self.content_type, self.raw, self.headers.get("content-encoding", ""))

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
        if not is_text(key):
            raise Malformed("the Idempotency-Key holds characters that are no text")
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
    http = about.get("http", {})
    is_post = http.get("method") == "POST"
    # The address that API Gateway saw; X-Forwarded-For is whatever the sender writes into it.
    source_ip = http.get("sourceIp", "")
    return Request(headers.get("content-type", ""), raw, headers, about.get("requestId", ""), is_post, source_ip)

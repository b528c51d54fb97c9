"""Signed, expiring links: a token names one item and carries its own proof (HMAC-SHA256, RFC 2104)."""

import base64
import hmac
from datetime import UTC, datetime

from leadbell.errors import NotFound
from leadbell.keyed import keyed

_EXPIRED_OR_FORGED = "this link is not valid any more"


def sign(secret: str, purpose: str, name: str, expires: datetime) -> str:
    """A token for `name`, valid for `purpose` only and until `expires`. `name` must not hold a line break."""
    payload = f"{purpose}\n{name}\n{int(expires.timestamp())}".encode()
    return f"{_text(payload)}.{_text(keyed(secret, 'link', payload))}"


def read(secret: str, purpose: str, token: str, now: datetime) -> str:
    """The name a token was signed for; raises NotFound where it is forged, expired or meant for something else."""
    payload_text, _, proof_text = token.partition(".")
    try:
        payload, proof = _bytes(payload_text), _bytes(proof_text)
    except ValueError as error:
        raise NotFound(_EXPIRED_OR_FORGED, "LINK_NOT_VALID") from error
    if not hmac.compare_digest(proof, keyed(secret, "link", payload)):
        raise NotFound(_EXPIRED_OR_FORGED, "LINK_NOT_VALID")
    found, name, expires = payload.decode().split("\n")
    if found != purpose or now > datetime.fromtimestamp(int(expires), UTC):
        raise NotFound(_EXPIRED_OR_FORGED, "LINK_NOT_VALID")
    return name


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _text(raw) != text:  # base64 has several spellings of one value; a token has one
        raise ValueError("not a canonical token")
    return raw

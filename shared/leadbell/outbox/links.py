"""Signed, expiring links: a token names one item and carries its own proof (HMAC-SHA256, RFC 2104).

Those to guides hold for days, for mails and for who comes back: `GET /d/{token}` leads on to the file.
"""

import base64
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from leadbell.errors import NotFound
from leadbell.identity import contact_of
from leadbell.keyed import keyed

_EXPIRED_OR_FORGED = "this link has expired or is incomplete"

CONFIRM_DAYS = 7
GUIDE_DAYS = 7
LEAVE_DAYS = 1095  # a newsletter is found again years later, and its link must still end it


class LinkPurpose(StrEnum):
    """What a link is for, as it is signed. A link in an old mail stays good only while its word does."""

    ALERT = "alert"
    CONFIRM = "confirm"
    UNSUBSCRIBE = "unsubscribe"
    PREFERENCES = "preferences"
    GUIDE = "guide"


def sign(secret: str, purpose: LinkPurpose, name: str, expires: datetime) -> str:
    """A token for `name`, valid for `purpose` only and until `expires`. `name` must not hold a line break."""
    payload = f"{purpose}\n{name}\n{int(expires.timestamp())}".encode()
    return f"{_text(payload)}.{_text(keyed(secret, 'link', payload))}"


def read(secret: str, purpose: LinkPurpose, token: str, now: datetime) -> str:
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


@dataclass(frozen=True, slots=True)
class Followed:
    """A link that was followed, by the contact and the guide that it was made for."""

    token: str
    contact_id: str
    asset_id: str


def guide_link(secret: str, public_url: str, contact_id: str, asset_id: str, born_at: datetime) -> str:
    """The link for somebody who asked for a guide at `born_at`."""
    token = sign(secret, LinkPurpose.GUIDE, f"{contact_id}|{asset_id}", born_at + timedelta(days=GUIDE_DAYS))
    return f"{public_url.rstrip('/')}/d/{token}"


def follow(secret: str, token: str, now: datetime) -> Followed:
    """What a link is for; raises NotFound where it is forged or has ended."""
    contact_id, _, asset_id = read(secret, LinkPurpose.GUIDE, token, now).partition("|")
    return Followed(token, contact_id, asset_id)


def confirm_token(secret: str, contact_id: str, fact_key: str, at: datetime) -> str:
    """The end of a link that confirms the signup stored under `fact_key`."""
    return sign(secret, LinkPurpose.CONFIRM, f"{contact_id}|{fact_key}", at + timedelta(days=CONFIRM_DAYS))


def leave_token(secret: str, pk: str, at: datetime) -> str:
    """The end of a link that leaves the newsletter."""
    return sign(secret, LinkPurpose.UNSUBSCRIBE, contact_of(pk), at + timedelta(days=LEAVE_DAYS))


def choices_token(secret: str, contact_id: str, at: datetime) -> str:
    """The end of a link to somebody's choices."""
    return sign(secret, LinkPurpose.PREFERENCES, contact_id, at + timedelta(days=LEAVE_DAYS))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _text(raw) != text:  # base64 has several spellings of one value; a token has one
        raise ValueError("not a canonical token")
    return raw

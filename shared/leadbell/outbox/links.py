"""Signed, expiring links: a token names one item and carries its own proof (HMAC-SHA256, RFC 2104).

Those to guides hold for days, for mails and for who comes back: `GET /d/{token}` leads on to the file.
"""

import base64
import hmac
from collections.abc import Iterable
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
PAUSE_DAYS = 31  # a month to answer in, whichever it is

# What the holder of a link to a page of choices may do there; who holds one without a list may do everything.
JOIN, LEAVE, KEEP, UNDO, SEND = "join", "leave", "keep", "undo", "send"
# What is linked from the page of a confirmation, and from that of an unsubscribe link: what these links may do, and
# that the address is sent a link of its own.
AS_CONFIRMED, AS_LEFT = (JOIN, LEAVE, SEND), (LEAVE, SEND)


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
    return read_with_end(secret, purpose, token, now)[0]


def read_with_end(secret: str, purpose: LinkPurpose, token: str, now: datetime) -> tuple[str, datetime]:
    """The same, and when it ends: what its page hands on ends then too."""
    payload_text, _, proof_text = token.partition(".")
    try:
        payload, proof = _bytes(payload_text), _bytes(proof_text)
    except ValueError as error:
        raise NotFound(_EXPIRED_OR_FORGED, "LINK_NOT_VALID") from error
    if not hmac.compare_digest(proof, keyed(secret, "link", payload)):
        raise NotFound(_EXPIRED_OR_FORGED, "LINK_NOT_VALID")
    found, name, expires = payload.decode().split("\n")
    ends = datetime.fromtimestamp(int(expires), UTC)
    if found != purpose or now > ends:
        raise NotFound(_EXPIRED_OR_FORGED, "LINK_NOT_VALID")
    return name, ends


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
    """The end of a link to all of somebody's choices."""
    return sign(secret, LinkPurpose.PREFERENCES, contact_id, at + timedelta(days=LEAVE_DAYS))


def limited_token(secret: str, contact_id: str, may: Iterable[str], until: datetime) -> str:
    """The end of a link to some of them; it may do no more, and lives no longer, than the link that leads to it."""
    return sign(secret, LinkPurpose.PREFERENCES, f"{contact_id}|{' '.join(may)}", until)


def pause_token(secret: str, contact_id: str, at: datetime) -> str:
    """The end of a link that asks whether a no shall be kept or undone."""
    return limited_token(secret, contact_id, (KEEP, UNDO), at + timedelta(days=PAUSE_DAYS))


def allowed_by(name: str) -> tuple[str, frozenset[str] | None]:
    """The contact of a link to choices, and what its holder may do there; None: everything."""
    contact_id, bar, may = name.partition("|")
    return contact_id, frozenset(may.split()) if bar else None


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _text(raw) != text:  # base64 has several spellings of one value; a token has one
        raise ValueError("not a canonical token")
    return raw

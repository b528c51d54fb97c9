"""Signed, expiring links: a token names one item and carries its own proof (HMAC-SHA256, RFC 2104).

It begins with the number of the key that signed it, since these keys change. Those to guides hold for days, for mails
and for who comes back: `GET /d/{token}` leads on to the file.
"""

import base64
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from leadbell.errors import NotFound
from leadbell.identity import contact_of
from leadbell.keyed import Keyring, LinkKey, digest

_EXPIRED_OR_FORGED = "this link has expired or is incomplete"

ALERT_DAYS = 90
CONFIRM_DAYS = 7
GUIDE_DAYS = 7
PREFERENCES_DAYS = 1095
PAUSE_DAYS = 31  # a month to answer in, whichever it is
# A function signs with the key that it read last, up to half a minute after another became current.
_SIGNED_LATE = timedelta(minutes=5)
_KEY_ID = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)

# What the holder of a link to a page of choices may do there; who holds one without a list may do everything.
JOIN, LEAVE, KEEP, UNDO, SEND = "join", "leave", "keep", "undo", "send"
# What is linked from the page of a confirmation, and from that of an unsubscribe link: what these links may do, and
# that the address is sent a link of its own. It is followed at once or not at all.
AS_CONFIRMED, AS_LEFT = (JOIN, LEAVE, SEND), (LEAVE, SEND)
_LINKED_FOR = timedelta(days=1)


class LinkPurpose(StrEnum):
    """What a link is for, as it is signed. A link in an old mail stays good only while its word does."""

    ALERT = "alert"
    CONFIRM = "confirm"
    UNSUBSCRIBE = "unsubscribe"
    PREFERENCES = "preferences"
    GUIDE = "guide"


# How long a link may live. One to unsubscribe never ends: who gets our mail must be able to end it.
LIVES: Mapping[LinkPurpose, timedelta] = {
    LinkPurpose.ALERT: timedelta(days=ALERT_DAYS),
    LinkPurpose.CONFIRM: timedelta(days=CONFIRM_DAYS),
    LinkPurpose.PREFERENCES: timedelta(days=PREFERENCES_DAYS),
    LinkPurpose.GUIDE: timedelta(days=GUIDE_DAYS),
}


def sign(keys: Keyring, purpose: LinkPurpose, name: str, expires: datetime) -> str:
    """A token for `name`, valid for `purpose` only and until `expires`. `name` must not hold a line break."""
    key = keys.secret.current
    payload = f"{purpose}\n{name}\n{int(expires.timestamp())}".encode()
    return f"{key.id}.{_text(payload)}.{_text(digest(key.key, payload))}"


def read(keys: Keyring, purpose: LinkPurpose, token: str, now: datetime) -> str:
    """The name a token was signed for; raises NotFound where it is forged, expired or meant for something else."""
    return read_with_end(keys, purpose, token, now)[0]


def read_with_end(keys: Keyring, purpose: LinkPurpose, token: str, now: datetime) -> tuple[str, datetime | None]:
    """The same, and when it ends, None where it never does: what its page hands on lives no longer."""
    key_id, _, signed = token.partition(".")
    payload_text, _, proof_text = signed.partition(".")
    try:
        payload, proof = _bytes(payload_text), _bytes(proof_text)
    except ValueError as error:
        raise NotFound(_EXPIRED_OR_FORGED, "LINK_NOT_VALID") from error
    key = keys.link_key(key_id, now) if _KEY_ID.fullmatch(key_id) and payload else None
    if key is None or not hmac.compare_digest(proof, digest(key.key, payload)):
        raise NotFound(_EXPIRED_OR_FORGED, "LINK_NOT_VALID")
    found, name, expires = payload.decode().split("\n")
    if found != purpose or not verifies(key, purpose, now):
        raise NotFound(_EXPIRED_OR_FORGED, "LINK_NOT_VALID")
    ends = datetime.fromtimestamp(int(expires), UTC) if purpose in LIVES else None
    if ends is not None and now > ends:
        raise NotFound(_EXPIRED_OR_FORGED, "LINK_NOT_VALID")
    return name, ends


def verifies(key: LinkKey, purpose: LinkPurpose, now: datetime) -> bool:
    """Whether a link that this key signed may still be good."""
    if key.ended_at is None or purpose not in LIVES:
        return True
    return not key.is_compromised and now <= key.ended_at + _SIGNED_LATE + LIVES[purpose]


@dataclass(frozen=True, slots=True)
class Followed:
    """A link that was followed, by the contact and the guide that it was made for."""

    token: str
    contact_id: str
    asset_id: str


def guide_link(keys: Keyring, public_url: str, contact_id: str, asset_id: str, born_at: datetime) -> str:
    """The link for somebody who asked for a guide at `born_at`."""
    token = sign(keys, LinkPurpose.GUIDE, f"{contact_id}|{asset_id}", born_at + timedelta(days=GUIDE_DAYS))
    return f"{public_url.rstrip('/')}/d/{token}"


def follow(keys: Keyring, token: str, now: datetime) -> Followed:
    """What a link is for; raises NotFound where it is forged or has ended."""
    contact_id, _, asset_id = read(keys, LinkPurpose.GUIDE, token, now).partition("|")
    return Followed(token, contact_id, asset_id)


def confirm_token(keys: Keyring, contact_id: str, fact_key: str, at: datetime) -> str:
    """The end of a link that confirms the signup stored under `fact_key`."""
    return sign(keys, LinkPurpose.CONFIRM, f"{contact_id}|{fact_key}", at + timedelta(days=CONFIRM_DAYS))


def leave_token(keys: Keyring, pk: str, at: datetime) -> str:
    """The end of a link that leaves the newsletter. It never ends, so its time says when it was made."""
    return sign(keys, LinkPurpose.UNSUBSCRIBE, contact_of(pk), at)


def choices_token(keys: Keyring, contact_id: str, at: datetime) -> str:
    """The end of a link to all of somebody's choices."""
    return sign(keys, LinkPurpose.PREFERENCES, contact_id, at + timedelta(days=PREFERENCES_DAYS))


def linked_token(keys: Keyring, contact_id: str, may: Iterable[str], until: datetime | None, now: datetime) -> str:
    """The end of a link from a page that another opened: it may do no more, and lives no longer, than that one."""
    ends = now + _LINKED_FOR
    return _limited(keys, contact_id, may, ends if until is None else min(ends, until))


def pause_token(keys: Keyring, contact_id: str, at: datetime) -> str:
    """The end of a link that asks whether a no shall be kept or undone."""
    return _limited(keys, contact_id, (KEEP, UNDO), at + timedelta(days=PAUSE_DAYS))


def _limited(keys: Keyring, contact_id: str, may: Iterable[str], until: datetime) -> str:
    return sign(keys, LinkPurpose.PREFERENCES, f"{contact_id}|{' '.join(may)}", until)


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

"""When a form was shown: a stamp that the page fetches and sends along in the field `_t`, signed for one form.

The stamp shows how long the visitor took. A form without one, or with a day-old one, proves nothing: plain HTML has
none, and a page may stay open overnight. Only a forged stamp, or one of another form, counts against its sender.
"""

import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from leadbell.errors import NotFound
from leadbell.keyed import Keyring, keyed

KNOWN_FOR = timedelta(hours=24)

_DOOR = re.compile(r"(?:forms|downloads)/[A-Za-z0-9_-]{1,64}|newsletter")
_STAMP = re.compile(r"(\d{13})\.([0-9a-f]{32})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a stamp proves: how long ago the form was shown (None: nobody knows), or that the stamp is not ours."""

    ago: timedelta | None = None
    is_forged: bool = False


def stamp_for(keys: Keyring, door: str, now: datetime) -> str:
    """The stamp of a form that is shown now; raises NotFound for what can be no door."""
    if not _DOOR.fullmatch(door):
        raise NotFound("name the form, such as /stamp?for=forms/contact", "FORM_NOT_FOUND")
    shown = f"{int(now.timestamp() * 1000):013d}"
    return f"{shown}.{_proof(keys, door, shown)}"


def read_stamp(keys: Keyring, door: str, stamp: str, now: datetime) -> Shown:
    """Reads the stamp of a submission, whatever was sent as one."""
    if not stamp:
        return Shown()
    parts = _STAMP.fullmatch(stamp)
    if parts is None or not hmac.compare_digest(parts[2], _proof(keys, door, parts[1])):
        return Shown(is_forged=True)
    ago = now - datetime.fromtimestamp(int(parts[1]) / 1000, UTC)
    return Shown() if ago > KNOWN_FOR else Shown(ago)


def _proof(keys: Keyring, door: str, shown: str) -> str:
    return keyed(keys, "stamp", f"{door}\n{shown}".encode()).hex()[:32]

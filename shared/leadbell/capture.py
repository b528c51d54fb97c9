"""A submission becomes one fact, however often it is sent.

A form post has no time of its own, so a claim decides its key: the first of equal submissions writes the claim, every
repeat finds it and uses *its* event key, across windows, midnight and crashes. Then the put of the event, conditional
on its key being free, decides the fact.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from leadbell.attachments import none_kept
from leadbell.bodies import Pairs, Upload
from leadbell.contacts import Contacts
from leadbell.errors import IdempotencyConflict
from leadbell.events import Fact, Trust, Value, day_of, event_key
from leadbell.quarantine import hold, is_trapped
from leadbell.table import Table, stamp

KEYLESS_WINDOW = timedelta(seconds=60)
CLAIM_KEPT = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Captured:
    """The fact that stands for a submission; `is_repeat` when it stood there before.

    `is_held`: it went into quarantine. Only the log may tell, never the answer.
    """

    event_id: str
    is_repeat: bool
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    """A submission at a door. `pairs` and `files` are the body, `sender_key` the Idempotency-Key or empty."""

    door: str
    contact_id: str
    type: str
    fields: dict[str, Value]
    pairs: Pairs
    sender_key: str = ""
    files: tuple[Upload, ...] = ()


# Contact, fact, files, whether they are held in quarantine; gives what the fact says of the files.
Enclose = Callable[[str, str, Sequence[Upload], bool], dict[str, Value]]


def capture(contacts: Contacts, arrival: Arrival, now: datetime, new_id: str, enclose: Enclose = none_kept) -> Captured:
    """Stores the submission as one fact; raises IdempotencyConflict for a key used before with another body.

    Its files come between claim and fact: a stop after them leaves files that nobody names and a sender who was not
    answered, never a fact that names files which were not stored.
    """
    claimed = _claim(contacts.table, arrival, now, new_id)
    event_id = claimed.split("#")[2]
    is_held = is_trapped(arrival.pairs)
    fields = arrival.fields | enclose(arrival.contact_id, event_id, arrival.files, is_held)
    fact = Fact(event_id, arrival.type, now, now, Trust.SUBMITTED, fields)
    if is_held:
        return Captured(event_id, is_repeat=not hold(contacts.table, arrival.contact_id, fact), is_held=True)
    is_new = contacts.file(arrival.contact_id, fact, day_of(claimed))
    return Captured(event_id, is_repeat=not is_new)


def _claim(table: Table, arrival: Arrival, now: datetime, new_id: str) -> str:
    files = [(file.field, file.filename, hashlib.sha256(file.content).hexdigest()) for file in arrival.files]
    body_hash = _hash(json.dumps([*sorted(arrival.pairs), *files]))
    name = f"key:{arrival.sender_key}" if arrival.sender_key else f"body:{arrival.contact_id}:{body_hash}"
    claim = {
        "pk": f"CLAIM#{_hash(f'{arrival.door}\n{name}')}",
        "sk": "CLAIM",
        "event": event_key(now.date(), new_id),
        "body": body_hash,
        "claimed_at": stamp(now),
        "expires_at": int((now + CLAIM_KEPT).timestamp()),
    }
    window = CLAIM_KEPT if arrival.sender_key else KEYLESS_WINDOW
    there = table.put(claim, "attribute_not_exists(pk) OR claimed_at < :before", {":before": stamp(now - window)})
    if there is None:
        return str(claim["event"])
    if not hmac.compare_digest(there["body"], body_hash):
        raise IdempotencyConflict("this Idempotency-Key was used before, for another body; use a new key")
    return str(there["event"])


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

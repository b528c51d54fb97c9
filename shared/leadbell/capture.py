"""A submission becomes one fact, however often it is sent.

A form post has no time of its own, so a claim decides its key: the first of equal submissions writes the claim, every
repeat finds it and uses *its* event key, across windows, midnight and crashes. Then the put of the event, conditional
on its key being free, decides the fact.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from leadbell.bodies import Pairs
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
    """A submission at a door. `sender_key` is the Idempotency-Key, or empty; `pairs` is the body as it came.

    `secret` keys what is kept of both to know a repeat by: by a plain hash of a body with little but an address in it,
    whoever guesses the address could see that it was sent.
    """

    door: str
    contact_id: str
    type: str
    fields: dict[str, Value]
    pairs: Pairs
    secret: str
    sender_key: str = ""


def capture(contacts: Contacts, arrival: Arrival, now: datetime, new_id: str) -> Captured:
    """Stores the submission as one fact; raises IdempotencyConflict for a key used before with another body."""
    claimed = _claim(contacts.table, arrival, now, new_id)
    event_id = claimed.split("#")[2]
    fact = Fact(event_id, arrival.type, now, now, Trust.SUBMITTED, arrival.fields)
    if is_trapped(arrival.pairs):
        return Captured(event_id, is_repeat=not hold(contacts.table, arrival.contact_id, fact), is_held=True)
    is_new = contacts.file(arrival.contact_id, fact, day_of(claimed))
    return Captured(event_id, is_repeat=not is_new)


def _claim(table: Table, arrival: Arrival, now: datetime, new_id: str) -> str:
    key = hmac.new(arrival.secret.encode(), b"leadbell claim", hashlib.sha256).digest()
    body_hash = _keyed(key, json.dumps(sorted(arrival.pairs)))
    name = f"key:{arrival.sender_key}" if arrival.sender_key else f"body:{arrival.contact_id}:{body_hash}"
    claim = {
        "pk": f"CLAIM#{_keyed(key, f'{arrival.door}\n{name}')}",
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


def _keyed(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()

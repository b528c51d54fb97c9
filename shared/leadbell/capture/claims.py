"""Makes one fact of a submission, however often it is sent.

A form post has no time of its own, so a claim decides its key. The first of several equal submissions writes the claim;
every repeat finds it and uses *its* event key, across windows, midnight and crashes. The fact is then stored on the
condition that its key is free.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from leadbell.capture.fact_fields import fact_fields, with_names
from leadbell.capture.spam import Verdict
from leadbell.contacts.facts import ContactFacts
from leadbell.errors import IdempotencyConflict
from leadbell.events import Fact, Trust, Value, day_of, event_key
from leadbell.field_names import PROOFS
from leadbell.keyed import Keyring, keyed
from leadbell.table import Item, Table, stamp
from leadbell.typed import Typed
from leadbell.web.bodies import Pairs, Upload

KEYLESS_WINDOW = timedelta(seconds=60)
CLAIM_KEPT = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Captured:
    """The fact that stands for a submission; `is_repeat` when it stood there before.

    With `signs` it went into quarantine. Only the log may show it, never the answer. `left_out` are its files that are
    not stored, each with the code of its reason.
    """

    event_id: str
    is_repeat: bool
    signs: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()

    @property
    def is_held(self) -> bool:
        """Whether it went into quarantine."""
        return self.signs != ()


@dataclass(frozen=True, slots=True)
class Arrival:
    """A submission at a door. `sender_key` is the Idempotency-Key, or empty; `pairs` and `files` are the body, and
    `mailbox` is what its sender is counted by. A `claim` that was read already is not written again.

    `read` is all that was read from it, whole: the verdict looks at that, and the fact holds a part as `fields`.
    `typed` is what it was read from.

    `keys` make what is kept of both to know a repeat by: by a plain hash of a body with little but an address in it,
    whoever guesses the address could see that it was sent.
    """

    door: str
    contact_id: str
    mailbox: str
    type: str
    fields: dict[str, Value]
    pairs: Pairs
    keys: Keyring
    sender_key: str = ""
    files: tuple[Upload, ...] = ()
    read: Mapping[str, Value] = field(default_factory=dict)
    typed: tuple[Typed, ...] = ()
    verdict: Verdict = field(default_factory=Verdict)
    claim: Item | None = None


# Contact, fact, files, whether they are held in quarantine; gives what the fact says of the files.
Enclose = Callable[[str, str, Sequence[Upload], bool], dict[str, Value]]


def none_kept(contact_id: str, event_id: str, files: Sequence[Upload], is_held: bool) -> dict[str, Value]:
    """What a fact says of its files at a door that takes none."""
    from leadbell.capture.file_types import NO_FILES_HERE, sort_out  # hardly anybody sends one there

    return sort_out(files).fields(frozenset(), NO_FILES_HERE)


def over_the_limit(contact_id: str, event_id: str, files: Sequence[Upload], is_held: bool) -> dict[str, Value]:
    """What a fact says of files whose source has sent as many bytes as it may today."""
    from leadbell.capture.file_types import TOO_MUCH_TODAY, sort_out

    return sort_out(files).fields(frozenset(), TOO_MUCH_TODAY)


def capture(
    contacts: ContactFacts, arrival: Arrival, now: datetime, new_id: str, enclose: Enclose = none_kept
) -> Captured:
    """Stores the submission as one fact; raises IdempotencyConflict for a key used before with another body.

    Its files and what was typed come between claim and fact: a stop after them leaves what nobody names and a sender
    who was not answered, never a fact that names what was not stored.
    """
    claim = _claim(contacts.table, arrival, now, new_id)
    day, event_id = day_of(claim["event"]), claim["event"].split("#")[2]
    signs = tuple(claim.get("held", _signs(arrival.verdict)))
    files = enclose(arrival.contact_id, event_id, arrival.files, signs != ()) if arrival.files else {}
    missing = _left_out(files) if "files_not_kept" in files else ()
    fields = with_names(fact_fields(arrival.fields | files), arrival.typed)
    fact = Fact(event_id, arrival.type, now, now, Trust.SUBMITTED, fields)
    if signs:
        from leadbell.capture.quarantine import hold  # few are

        is_new = hold(contacts.table, arrival.contact_id, fact, day, signs, arrival.typed)
        return Captured(event_id, not is_new, signs, missing)
    is_new = contacts.file(arrival.contact_id, fact, day, arrival.typed)
    return Captured(event_id, is_repeat=not is_new, left_out=missing)


def _left_out(fields: Mapping[str, Value]) -> tuple[tuple[str, str], ...]:
    from leadbell.capture.file_types import left_out

    return left_out(fields)


def claimed_before(table: Table, arrival: Arrival, now: datetime) -> Item | None:
    """The claim by which this submission is a repeat; None where it is new."""
    pk, _ = _claimed_by(arrival)
    there = table.get(pk, "CLAIM")
    return there if there is not None and there["claimed_at"] >= stamp(now - _window(arrival)) else None


def _claim(table: Table, arrival: Arrival, now: datetime, new_id: str) -> Item:
    """The claim that stands: who came first decided the key, and whether it is held, also for all repeats."""
    pk, body_hash = _claimed_by(arrival)
    claim = _new_claim(arrival, pk, body_hash, now, new_id)
    there = arrival.claim or _put(table, claim, now - _window(arrival))
    if there is None:
        return claim
    if not hmac.compare_digest(there["body"], body_hash):
        raise IdempotencyConflict("this Idempotency-Key was already used with a different body; use a new key")
    return there


def _put(table: Table, claim: Item, before: datetime) -> Item | None:
    """None where the claim was free, or last taken before that time; else the one that stands."""
    return table.put(claim, "attribute_not_exists(pk) OR claimed_at < :before", {":before": stamp(before)})


def _new_claim(arrival: Arrival, pk: str, body_hash: str, now: datetime, new_id: str) -> Item:
    return {
        "pk": pk,
        "sk": "CLAIM",
        "event": event_key(now.date(), new_id),
        "body": body_hash,
        "held": _signs(arrival.verdict),
        "claimed_at": stamp(now),
        "expires_at": int((now + CLAIM_KEPT).timestamp()),
    }


def _claimed_by(arrival: Arrival) -> tuple[str, str]:
    """The claim's key, and the hash of what is said: not of what a page adds anew each time it is shown."""
    files = [(file.field, file.filename, hashlib.sha256(file.content).hexdigest()) for file in arrival.files]
    said = sorted(pair for pair in arrival.pairs if pair[0].lower() not in PROOFS)
    body_hash = _keyed(arrival, json.dumps([*said, *files]))
    # A key belongs to its sender: somebody else's never refuses one.
    way, says = ("key", arrival.sender_key) if arrival.sender_key else ("body", body_hash)
    name = f"{way}:{arrival.contact_id}:{says}"
    return f"CLAIM#{_keyed(arrival, f'{arrival.door}\n{name}')}", body_hash


def _window(arrival: Arrival) -> timedelta:
    return CLAIM_KEPT if arrival.sender_key else KEYLESS_WINDOW


def _signs(verdict: Verdict) -> list[str]:
    return list(verdict.signs) if verdict.is_held else []


def _keyed(arrival: Arrival, text: str) -> str:
    return keyed(arrival.keys, "claim", text.encode()).hex()

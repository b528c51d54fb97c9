"""The steps of every public endpoint, in one order, until a submission is a stored fact.

The cheap checks come first, and nothing is written before all of them have passed. Later refusals are errors that
`web.responses` maps; sending the same again is safe.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from leadbell.capture.claims import Arrival, Captured, Enclose, capture, none_kept, over_the_limit
from leadbell.capture.consent_fields import says_no, with_consents
from leadbell.capture.doors import Door
from leadbell.capture.fact_fields import FILES_BYTES, MAX_FACT_BYTES, fact_fields, size_of
from leadbell.capture.field_reading import Submission, read_submission
from leadbell.capture.gate import Gate
from leadbell.contacts.facts import ContactFacts
from leadbell.events import Value
from leadbell.keyed import Keyring
from leadbell.own_words.meaning import MEANING_BYTES, with_meaning
from leadbell.web.bodies import Body
from leadbell.web.limits import Limits
from leadbell.web.origins import check_origin
from leadbell.web.request import Request
from leadbell.web.turnstile import Turnstile


@dataclass(frozen=True, slots=True)
class Received:
    """A submission that is stored: whose it is, the fact that stands for it, and what its sender asked for."""

    contact_id: str
    captured: Captured

    @property
    def about(self) -> dict[str, Any]:
        """What a log line may say of it."""
        held: dict[str, Any] = {"repeat": self.captured.is_repeat, "held": self.captured.signs}
        return {"contact": self.contact_id, "event": self.captured.event_id, **held}


@dataclass(frozen=True, slots=True)
class Reception:
    """Takes submissions in. `default_country` reads phone numbers that come without a country code.

    `enclose` stores the files that come with one.
    """

    contacts: ContactFacts
    keys: Keyring
    default_country: str
    gate: Gate
    enclose: Enclose = none_kept

    def take(self, request: Request, door: Door, now: datetime, new_id: str) -> Received:
        """Stores the submission as one fact; raises the Rejected errors, or Unavailable where nothing was stored."""
        check_origin(request.headers, door.origins)
        self.keys.made(now)
        self.gate.enter(request, door.name, door.spam, now)
        body = request.body()
        submission = read_submission(
            body, self.keys, self.default_country, need_email=door.need_email, form_fields=door.fields
        )
        arrival = self._arrival(request, door, body, submission, now)
        arrival = self.gate.judged(request, arrival, door.spam, door.origins, now)
        enclose = self._enclose(request, door, body, now)
        return Received(arrival.contact_id, capture(self.contacts, arrival, now, new_id, enclose))

    def _enclose(self, request: Request, door: Door, body: Body, now: datetime) -> Enclose:
        """What becomes of its files. A message is taken whatever becomes of them."""
        if not door.takes_files:
            return none_kept
        return self.enclose if not body.files or self.gate.lets_files_in(request, body.files, now) else over_the_limit

    def _arrival(self, request: Request, door: Door, body: Body, submission: Submission, now: datetime) -> Arrival:
        says = _says(door, request, body, may_ask=says_no(submission.fields, body.pairs))
        room = MAX_FACT_BYTES - MEANING_BYTES - size_of(says) - (FILES_BYTES if body.files else 0)
        said = with_consents(fact_fields(submission.fields, room), body.pairs, door.consents, room)
        return Arrival(
            door.name,
            submission.contact_id,
            submission.mailbox,
            door.fact_type,
            with_meaning({**said, **says}, _written(submission), now.date()),
            body.pairs,
            self.keys,
            request.sender_key(body),
            body.files,
            read=submission.fields,
            typed=submission.typed,
        )


def _says(door: Door, request: Request, body: Body, *, may_ask: bool) -> Mapping[str, Value]:
    """What the door adds to the fact; where a mail may follow, also in which language."""
    is_mailed = "mail" in door.says or may_ask
    return {**door.says, "mail_language": request.language(body.pairs)} if is_mailed else door.says


def _written(submission: Submission) -> Iterable[str]:
    """What its sender wrote freely, or under a name of the form's own."""
    return (each.value for each in submission.typed if each.attribute in ("", "message"))


class ReceptionSettings(Protocol):
    """The settings of a door that its reception needs."""

    @property
    def default_country(self) -> str: ...
    @property
    def limit_factor(self) -> int: ...
    @property
    def turnstile_secret(self) -> str: ...
    @property
    def turnstile_url(self) -> str: ...
    @property
    def proxy_secret(self) -> str: ...


def open_reception(
    contacts: ContactFacts, keys: Keyring, means: ReceptionSettings, enclose: Enclose = none_kept
) -> Reception:
    """The reception of a door with these settings."""
    limits = Limits(contacts.table, keys, means.limit_factor)
    turnstile = Turnstile(means.turnstile_secret, means.turnstile_url)
    gate = Gate(keys, limits, turnstile, means.proxy_secret)
    return Reception(contacts, keys, means.default_country, gate, enclose)

"""The steps of every public endpoint, in one order, until a submission is a stored fact.

The cheap checks come first, and nothing is written before all of them have passed. Later refusals are errors that
`web.responses` maps; sending the same again is safe.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from leadbell.capture.claims import Arrival, Captured, Enclose, capture, none_kept
from leadbell.capture.consent_fields import says_no, with_consents
from leadbell.capture.doors import Door
from leadbell.capture.field_reading import MAX_EVENT_BYTES, read_submission
from leadbell.capture.gate import Gate
from leadbell.contacts.facts import ContactFacts
from leadbell.events import Value
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
    salt: str
    default_country: str
    gate: Gate
    enclose: Enclose = none_kept

    def take(self, request: Request, door: Door, now: datetime, new_id: str) -> Received:
        """Stores the submission as one fact; raises the Rejected errors, or Unavailable where nothing was stored."""
        check_origin(request.headers, door.origins)
        self.gate.enter(request, door.name, door.spam, now)
        body = request.body()
        submission = read_submission(
            body, self.salt, self.default_country, need_email=door.need_email, form_fields=door.fields
        )
        said = with_consents(submission.fields, body.pairs, door.consents, MAX_EVENT_BYTES)
        fields = {**said, **_says(door, request, body, may_ask=says_no(said))}
        key = request.sender_key(body)
        who, mailbox = submission.contact_id, submission.mailbox
        arrival = Arrival(door.name, who, mailbox, door.fact_type, fields, body.pairs, self.salt, key, body.files)
        arrival = self.gate.judged(request, arrival, door.spam, door.origins, now)
        return Received(who, capture(self.contacts, arrival, now, new_id, self.enclose))


def _says(door: Door, request: Request, body: Body, *, may_ask: bool) -> Mapping[str, Value]:
    """What the door adds to the fact; where a mail may follow, also in which language."""
    is_mailed = "mail" in door.says or may_ask
    return {**door.says, "mail_language": request.language(body.pairs)} if is_mailed else door.says


class ReceptionSettings(Protocol):
    """The settings of a door that its reception needs."""

    @property
    def contact_salt(self) -> str: ...
    @property
    def default_country(self) -> str: ...
    @property
    def limit_factor(self) -> int: ...
    @property
    def turnstile_secret(self) -> str: ...
    @property
    def turnstile_url(self) -> str: ...


def open_reception(contacts: ContactFacts, means: ReceptionSettings, enclose: Enclose = none_kept) -> Reception:
    """The reception of a door with these settings."""
    limits = Limits(contacts.table, means.contact_salt, means.limit_factor)
    gate = Gate(means.contact_salt, limits, Turnstile(means.turnstile_secret, means.turnstile_url))
    return Reception(contacts, means.contact_salt, means.default_country, gate, enclose)

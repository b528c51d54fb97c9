"""What an operator does about people, from a command or a page: written down in the audit first, and then done.

What they note is a fact like any other, as sure as the person's own word. Whoever calls may have the contact looked at
at once; else `score` does so as for every fact.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leadbell.capture.attachments import let_go as let_go_files
from leadbell.capture.quarantine import Held, held, release
from leadbell.consents import is_objecting, said
from leadbell.contacts.store import Contacts
from leadbell.contacts.view import own_facts
from leadbell.errors import NotFound, NotWrittenDown, Unavailable
from leadbell.events import ALLOWED, OBJECTED, Fact, Trust, Value
from leadbell.outbox.suppression import Suppressions
from leadbell.outbox.visitor_delivery import unanswered_key
from leadbell.privacy.audit import Audit, AuditLine, Deed


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody of ours, by the `name` that the audit knows them by, at one moment. `new_id` makes ids."""

    contacts: Contacts
    name: str
    at: datetime
    new_id: Callable[[], str]

    def note(self, deed: Deed, contact_id: str, what: str = "") -> None:
        """Writes down what is about to be done; raises NotWrittenDown where it cannot, and then it must not be."""
        line = AuditLine(self.at, self.name, deed, contact_id, what)
        try:
            Audit(self.contacts.table).note(line, self.new_id())
        except Unavailable as error:
            raise NotWrittenDown(f"nothing was done, for it could not be written down: {error}") from error

    def note_consent(self, contact_id: str, purpose: str, *, given: bool, how: str, text: str = "") -> None:
        """Keeps a yes or a no that somebody said elsewhere; `text` is what they said yes to."""
        type_, fields = said(purpose, given=given, how=how, by=self.name, text=text)
        self.note(Deed.CONSENT, contact_id, f"{'yes' if given else 'no'} to {purpose}")
        self._file(contact_id, type_, fields)

    def note_objection(self, contact_id: str, *, withdrawn: bool) -> bool:
        """Keeps that somebody objects to profiling, or takes it back; False where their last word said the same."""
        if is_objecting(own_facts(self.contacts, contact_id, self.at)) is not withdrawn:
            return False
        self.note(Deed.OBJECTION, contact_id, "taken back" if withdrawn else "")
        self._file(contact_id, ALLOWED if withdrawn else OBJECTED)
        return True

    def suppress(self, contact_id: str, reason: str) -> bool:
        """Never to mail this address again; False where that stands already."""
        self.note(Deed.SUPPRESSED, contact_id, reason)
        return Suppressions(self.contacts.table).suppress(contact_id, reason, self.at)

    def lift_suppression(self, contact_id: str, email: str, secret: str) -> bool:
        """Lets an address be mailed again, as if it had answered every mail; False where nothing kept it from that."""
        self.note(Deed.SUPPRESSED, contact_id, "lifted")
        had_unanswered = bool(email) and self._forget_unanswered(unanswered_key(secret, email))
        return Suppressions(self.contacts.table).lift(contact_id) or had_unanswered

    def release(self, event_id: str, s3: Any, bucket: str) -> Held:
        """Lets a submission out of quarantine, with its files; raises NotFound where none of this id is there.

        It is a fact as if it had just come. Ending in between and doing it again is safe.
        """
        one = next((each for each in held(self.contacts.table, self.at.date()) if each.fact.id == event_id), None)
        if one is None:
            raise NotFound(f"nothing of the id {event_id} is in quarantine", "NOT_HELD")
        self.note(Deed.RELEASED, one.contact_id)
        let_go_files(s3, bucket, one.contact_id, event_id)
        release(self.contacts, one, self.at)
        return one

    def _file(self, contact_id: str, type_: str, fields: dict[str, Value] | None = None) -> None:
        fact = Fact(self.new_id(), type_, self.at, self.at, Trust.VERIFIED, fields or {})
        self.contacts.file(contact_id, fact, fact.day)

    def _forget_unanswered(self, key: str) -> bool:
        """Whether there were any."""
        there = self.contacts.table.get(key, "RATE") is not None
        self.contacts.table.delete(key, "RATE")
        return there

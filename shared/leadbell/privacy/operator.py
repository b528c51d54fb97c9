"""What an operator does for or with a person, from a command or a page: recorded in the audit log, then done.

The result is a fact like any other, trusted like the person's own word. The caller may refresh the contact at once;
else `score` does so as for every fact.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from leadbell.capture.attachments import let_go as let_go_files
from leadbell.capture.quarantine import Held, release, the_one
from leadbell.consents import PROFILING, is_objecting, pauses, said
from leadbell.contacts.store import Contacts
from leadbell.contacts.view import own_facts
from leadbell.errors import NotFound, NotWrittenDown, Unavailable
from leadbell.events import ALLOWED, FACT_TYPES, OBJECTED, Fact, Trust, Value
from leadbell.keyed import Keyring
from leadbell.lifecycle.dispositions import Disposition
from leadbell.lifecycle.stages import Stage
from leadbell.outbox.mailing_rules import unanswered_key
from leadbell.outbox.suppression import Suppressions
from leadbell.privacy.audit import Audit, AuditLine, Deed, Outcome
from leadbell.sales.answers import Recorded, take_answer
from leadbell.sales.corrections import set_stage


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody of ours, by the `name` that the audit knows them by, at one moment. `new_id` makes ids."""

    contacts: Contacts
    name: str
    at: datetime
    new_id: Callable[[], str]

    @contextmanager
    def noted(self, deed: Deed, contact_id: str, what: str = "") -> Iterator[None]:
        """Records an act before it is done, and afterwards how it ended."""
        line, line_id = AuditLine(self.at, self.name, deed, contact_id, what), self.new_id()
        self.note(line, line_id)
        outcome = Outcome.FAILED
        try:
            yield
            outcome = Outcome.DONE
        finally:
            # The act is done or has failed by now, whatever becomes of this: its outcome is then not recorded.
            with suppress(Unavailable):
                Audit(self.contacts.table).note(replace(line, outcome=outcome), line_id)

    def note(self, line: AuditLine, line_id: str) -> None:
        """Records what is about to be done; raises NotWrittenDown where it cannot, and then it must not be done."""
        try:
            Audit(self.contacts.table).note(line, line_id)
        except Unavailable as error:
            raise NotWrittenDown(f"nothing was changed, because the audit log could not be written: {error}") from error

    def note_consent(self, contact_id: str, purpose: str, *, given: bool, how: str, text: str = "") -> None:
        """Records a consent given or withdrawn elsewhere; `text` is the wording that was agreed to."""
        type_, fields = said(purpose, given=given, how=how, by=self.name, text=text)
        with self.noted(Deed.CONSENT, contact_id, f"{'given for' if given else 'withdrawn for'} {purpose}"):
            self._file(contact_id, type_, fields)

    def note_objection(self, contact_id: str, *, withdrawn: bool) -> bool:
        """Records an objection to profiling or its withdrawal, and ends a pause; False where the same holds already."""
        facts = own_facts(self.contacts, contact_id, self.at)
        if is_objecting(facts) is not withdrawn and not (withdrawn and PROFILING in pauses(facts)):
            return False
        with self.noted(Deed.OBJECTION, contact_id, "withdrawn" if withdrawn else ""):
            self._file(contact_id, ALLOWED if withdrawn else OBJECTED)
        return True

    def suppress(self, contact_id: str, reason: str) -> bool:
        """Never to mail this address again; False where it is suppressed already."""
        with self.noted(Deed.SUPPRESSED, contact_id, reason):
            return Suppressions(self.contacts.table).suppress(contact_id, reason, self.at)

    def lift_suppression(self, contact_id: str, email: str, keys: Keyring) -> None:
        """Lets an address be mailed again, as if it had answered all mails; raises NotFound if nothing prevented it."""
        with self.noted(Deed.SUPPRESSED, contact_id, "lifted"):
            had_unanswered = bool(email) and self._forget_unanswered(unanswered_key(keys, email))
            if not (Suppressions(self.contacts.table).lift(contact_id) or had_unanswered):
                raise NotFound("the address is not suppressed", "NOT_SUPPRESSED")

    def release(self, event_id: str, s3: Any, bucket: str) -> Held:
        """Releases a submission from quarantine, with its files; the start of its id is enough. Raises as `the_one`.

        It is then a fact as if it had just arrived. Stopping in between and releasing it again is safe.
        """
        one = the_one(self.contacts.table, event_id, self.at.date())
        with self.noted(Deed.RELEASED, one.contact_id):
            let_go_files(s3, bucket, one.contact_id, one.fact.id)
            release(self.contacts, one, self.at)
        return one

    def set_stage(self, contact_id: str, to: Stage, *, owner: str = "", reason: str = "") -> None:
        """Sets a contact's stage and owner by hand; raises as `sales.corrections` does."""
        with self.noted(Deed.STAGE, contact_id, f"{to}, owner {owner}" if owner else str(to)):
            set_stage(self.contacts, contact_id, to, owner=owner, reason=reason, fact_id=self.new_id(), now=self.at)

    def answer(self, contact_id: str, said: Disposition) -> Recorded:
        """Records an outcome on behalf of sales; raises as `sales.answers` does."""
        with self.noted(
            Deed.ANSWERED, contact_id, f"{FACT_TYPES[said.type].label}{f', by {said.by}' if said.by else ''}"
        ):
            return take_answer(self.contacts, contact_id, said, self.at)

    def _file(self, contact_id: str, type_: str, fields: dict[str, Value] | None = None) -> None:
        fact = Fact(self.new_id(), type_, self.at, self.at, Trust.VERIFIED, fields or {})
        self.contacts.file(contact_id, fact, fact.day)

    def _forget_unanswered(self, key: str) -> bool:
        """Whether there were any."""
        there = self.contacts.table.get(key, "RATE") is not None
        self.contacts.table.delete(key, "RATE")
        return there

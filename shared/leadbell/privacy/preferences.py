"""Choices made behind a signed link in a mail: one fact each, stored once however often the button is pressed.

A fact's id is made of the previous statement about the same thing, so pressing again, also after a lost answer, is the
same fact. Anyone who has the link reads the address's mail, so the choice counts as verified.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from leadbell.contacts.facts import ContactFacts
from leadbell.errors import Malformed, NotFound
from leadbell.events import (
    ALLOWED,
    AS_RECEIVED,
    ERASURE,
    OBJECTED,
    REQUESTED,
    SUBSCRIBED,
    UNSUBSCRIBED,
    Fact,
    Trust,
    Value,
    day_of,
    distinct,
)
from leadbell.keyed import Keyring
from leadbell.outbox.mailing_rules import unanswered_key
from leadbell.outbox.suppression import LEFT_NEWSLETTER, STOPPED, Suppressions
from leadbell.table import stamp

NEWSLETTER = (SUBSCRIBED, UNSUBSCRIBED)
PROFILING = (OBJECTED, ALLOWED)
TOLD = (REQUESTED, *NEWSLETTER, *PROFILING, ERASURE)


@dataclass(frozen=True, slots=True)
class Preferences:
    """What somebody has chosen so far. `is_stopped`: no mail of any kind."""

    is_subscribed: bool
    is_stopped: bool
    objects: bool
    asked_erasure: bool
    history: Sequence[Fact]


@dataclass(frozen=True, slots=True)
class Choices:
    """What choosing needs. `keys` make what limits know a mailbox by."""

    contacts: ContactFacts
    keys: Keyring

    @property
    def book(self) -> Suppressions:
        """The addresses never to mail, in the same table."""
        return Suppressions(self.contacts.table)

    def state(self, contact_id: str) -> Preferences:
        """What they have chosen; raises NotFound where nothing is kept of them."""
        facts = self._facts(contact_id)
        if not facts:
            raise NotFound("we store nothing about you", "ERASED")
        return Preferences(
            is_subscribed=_last_said(facts, NEWSLETTER) == SUBSCRIBED,
            is_stopped=self.book.suppressed_because(contact_id) not in (None, LEFT_NEWSLETTER),
            objects=_last_said(facts, PROFILING) == OBJECTED,
            asked_erasure=any(fact.type == ERASURE for fact in facts),
            history=[fact for fact in sorted(distinct(facts), key=AS_RECEIVED) if fact.type in TOLD],
        )

    def confirm(self, name: str, now: datetime) -> bool:
        """Takes the confirmation of the signup that a link names; False where they left after it was confirmed.

        Raises NotFound where the signup is not kept any more: erased, or over thirty days ago.
        """
        contact_id, _, key = name.partition("|")
        erased_at = self.contacts.standing(contact_id).erased_at
        request = self.contacts.filed(contact_id, day_of(key), key.split("#")[2])
        if request is None or (erased_at is not None and request.happened_at <= erased_at):
            raise NotFound("the data behind this link has been deleted", "ERASED")
        fields = {name: value for name, value in request.fields.items() if name not in ("mail", "mail_language")}
        proof: dict[str, Value] = {
            "opt_in": "double",
            "request": request.id,
            "requested_at": stamp(request.received_at),
        }
        fact_id = _id(SUBSCRIBED, request.id)
        at = _after(_last(self._facts(contact_id), NEWSLETTER), now)
        fact = Fact(fact_id, SUBSCRIBED, at, at, Trust.VERIFIED, {**fields, **proof})
        self.contacts.file(contact_id, fact, day_of(key))
        if _last_said(self._facts(contact_id), NEWSLETTER) != SUBSCRIBED:
            return False
        self.book.lift(contact_id, LEFT_NEWSLETTER)
        self.contacts.table.delete(unanswered_key(self.keys, str(request.fields["email"])), "RATE")
        return True

    def leave(self, contact_id: str, now: datetime) -> None:
        """Unsubscribes from the newsletter; without stored data, only the suppression is stored."""
        facts = self._facts(contact_id)
        if self.book.suppressed_because(contact_id) in (None, LEFT_NEWSLETTER):
            self.book.suppress(contact_id, LEFT_NEWSLETTER, now)
        if facts:
            self._say(contact_id, facts, UNSUBSCRIBED, NEWSLETTER, now)

    def choose(self, contact_id: str, what: str, now: datetime) -> str:
        """Does what a button of the page says, and gives its word; raises Malformed where no button says that, and
        NotFound where nothing is kept of them."""
        facts = self._facts(contact_id)
        if not facts:
            raise NotFound("we store nothing about you", "ERASED")
        if what == "leave":
            self.leave(contact_id, now)
        elif what == "stop":
            self.book.suppress(contact_id, STOPPED, now)
            self._say(contact_id, facts, UNSUBSCRIBED, NEWSLETTER, now)
        elif what == "join":
            self._say(contact_id, facts, SUBSCRIBED, NEWSLETTER, now, {"opt_in": "preferences"})
            self.book.lift(contact_id, LEFT_NEWSLETTER, STOPPED)
        elif what in ("object", "allow"):
            self._say(contact_id, facts, OBJECTED if what == "object" else ALLOWED, PROFILING, now)
        elif what == "erase":
            self._ask_erasure(contact_id, facts, now)
        else:
            raise Malformed("this page does not offer that choice", "NO_SUCH_CHOICE")
        return what

    def _ask_erasure(self, contact_id: str, facts: Iterable[Fact], now: datetime) -> None:
        """Once a day. It says who it is: of somebody who objects to profiling, a mail says only what its fact does."""
        told = [fact for fact in facts if fact.fields.get("email")]
        who: dict[str, Value] = {"email": max(told, key=AS_RECEIVED).fields["email"]} if told else {}
        fact_id = _id(ERASURE, contact_id, now.date().isoformat())
        self.contacts.file(contact_id, Fact(fact_id, ERASURE, now, now, Trust.VERIFIED, who), now.date())

    def _say(
        self,
        contact_id: str,
        facts: Iterable[Fact],
        kind: str,
        about: tuple[str, ...],
        now: datetime,
        fields: dict[str, Value] | None = None,
    ) -> None:
        """Stores a word, unless it is their last one about this already."""
        last = _last(facts, about)
        if (last is None and kind == ALLOWED) or (last is not None and last.type == kind):
            return
        day = day_of(last.key) if last else now.date()
        after = last.id if last else contact_id
        at = _after(last, now)
        self.contacts.file(contact_id, Fact(_id(kind, after), kind, at, at, Trust.VERIFIED, fields or {}), day)

    def _facts(self, contact_id: str) -> list[Fact]:
        erased_at = self.contacts.standing(contact_id).erased_at
        facts = self.contacts.facts(contact_id)
        return [fact for fact in facts if erased_at is None or fact.happened_at > erased_at]


def _last_said(facts: Iterable[Fact], about: tuple[str, ...]) -> str:
    last = _last(facts, about)
    return last.type if last else ""


def _last(facts: Iterable[Fact], about: tuple[str, ...]) -> Fact | None:
    return max((fact for fact in facts if fact.type in about), key=AS_RECEIVED, default=None)


def _after(last: Fact | None, now: datetime) -> datetime:
    """Words go by when they reached us, and two functions' clocks may differ: the later word has the later time."""
    return max(now, last.received_at + timedelta(milliseconds=1)) if last else now


def _id(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]

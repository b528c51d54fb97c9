"""Choices made behind a signed link in a mail: one fact each, stored once however often the button is pressed.

A fact's id is made of the previous statement about the same thing, so pressing again, also after a lost answer, is the
same fact. Anyone who has the link reads the address's mail, so the choice counts as proven: it ends what the no of a
form has paused.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from leadbell.consents import FIELD_OF, PURPOSES, WORDS, Word, is_kept_no, is_objecting, is_subscribed, pauses, said
from leadbell.consents import NEWSLETTER as NEWSLETTER_PURPOSE
from leadbell.contacts.facts import ContactFacts
from leadbell.contacts.items import partition
from leadbell.contacts.texts import Texts
from leadbell.errors import Malformed, NotFound
from leadbell.events import (
    ALLOWED,
    AS_RECEIVED,
    CONFIRMS,
    ERASURE,
    LIFTED,
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
from leadbell.outbox.links import KEEP, SEND, UNDO, linked_token
from leadbell.outbox.mail import TO_VISITORS
from leadbell.outbox.mailing_rules import confirm_turn_key, unanswered_key
from leadbell.outbox.suppression import LEFT_NEWSLETTER, STOPPED, Suppressions
from leadbell.outbox.visitor_mails import Kind, Promised
from leadbell.outbox.visitor_outbox import born
from leadbell.table import stamp
from leadbell.typed import Typed

NEWSLETTER = (SUBSCRIBED, UNSUBSCRIBED)
PROFILING = (OBJECTED, ALLOWED)
PURPOSE_OF = {kind: purpose for kind, (purpose, _) in WORDS.items()}
TOLD = (REQUESTED, *NEWSLETTER, *PROFILING, LIFTED, ERASURE)


@dataclass(frozen=True, slots=True)
class Preferences:
    """What somebody has chosen so far. `is_stopped`: no mail of any kind; `paused`: what the no of a form pauses."""

    is_subscribed: bool
    is_stopped: bool
    objects: bool
    asked_erasure: bool
    paused: Sequence[str]
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

    def link_on(self, name: str, may: Iterable[str], until: datetime | None, now: datetime) -> str:
        """Where the page leads on to of a link with this name that ends then, or never."""
        return f"../preferences/{linked_token(self.keys, name.partition('|')[0], may, until, now)}"

    def state(self, contact_id: str) -> Preferences:
        """What they have chosen; raises NotFound where nothing is kept of them."""
        facts = self._facts(contact_id)
        if not _is_known(facts):
            raise NotFound("we store nothing about you", "ERASED")
        return Preferences(
            is_subscribed=is_subscribed(facts),
            is_stopped=self.book.suppressed_because(contact_id) not in (None, LEFT_NEWSLETTER),
            objects=is_objecting(facts),
            asked_erasure=any(fact.type == ERASURE for fact in facts),
            paused=[purpose for purpose in PURPOSES if purpose in pauses(facts)],
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
        # Of a no beside the signup its address is asked, in the same language.
        asks = any(request.fields.get(name) is False for name in FIELD_OF.values())
        left_out = ("mail",) if asks else ("mail", "mail_language")
        fields = {name: value for name, value in request.fields.items() if name not in left_out}
        proof: dict[str, Value] = {
            "opt_in": "double",
            CONFIRMS: request.id,
            "requested_at": stamp(request.received_at),
        }
        fact_id = _id(SUBSCRIBED, request.id)
        facts = self._facts(contact_id)
        at = _after(_paused_by(facts, PURPOSE_OF[SUBSCRIBED]) or _last(facts, NEWSLETTER), now)
        fact = Fact(fact_id, SUBSCRIBED, at, at, Trust.VERIFIED, {**fields, **proof})
        self.contacts.file(contact_id, fact, day_of(key), self._typed(contact_id, request))
        if not is_subscribed(self._facts(contact_id)):
            return False
        self.book.lift(contact_id, LEFT_NEWSLETTER)
        self._answered([request])
        return True

    def _typed(self, contact_id: str, request: Fact) -> tuple[Typed, ...]:
        """What came with a signup, which is kept longer now that it is confirmed."""
        texts = Texts(self.contacts.table)
        return texts.read(partition(contact_id), request.id) if "typed" in request.fields else ()

    def leave(self, contact_id: str, now: datetime) -> None:
        """Unsubscribes from the newsletter; without stored data, only the suppression is stored."""
        facts = self._facts(contact_id)
        if self.book.suppressed_because(contact_id) in (None, LEFT_NEWSLETTER):
            self.book.suppress(contact_id, LEFT_NEWSLETTER, now)
        if is_subscribed(facts):
            self._may_ask_again(facts)
        if _is_known(facts):
            self._say(contact_id, facts, UNSUBSCRIBED, NEWSLETTER, now)

    def _may_ask_again(self, facts: Iterable[Fact]) -> None:
        """Who leaves and signs up again on the same day gets the mail to confirm that the page promises.

        Nobody is asked more often by this than they confirm: only a subscription that stood is left here.
        """
        if address := _address_of(facts):
            self.contacts.table.delete(confirm_turn_key(self.keys, address), "RATE")

    def choose(
        self, contact_id: str, what: str, now: datetime, may: Collection[str] | None = None, language: str = ""
    ) -> str:
        """Does what a button of the page says, and gives its word; raises Malformed where no button says that or the
        link `may` not, and NotFound where nothing is kept of them. `language` is that of a mail that it sends."""
        if may is not None and what not in may:
            raise Malformed("this page does not offer that choice", "NO_SUCH_CHOICE")
        facts = self._facts(contact_id)
        if not _is_known(facts):
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
        elif what in (KEEP, UNDO):
            self._settle(contact_id, facts, what, now)
        elif what == SEND and may is not None:
            self._send_link(contact_id, facts, language, now)
        elif what == "erase":
            self._ask_erasure(contact_id, facts, now)
        else:
            raise Malformed("this page does not offer that choice", "NO_SUCH_CHOICE")
        return what

    def _settle(self, contact_id: str, facts: Sequence[Fact], what: str, now: datetime) -> None:
        """Makes a proven no of each no that pauses something; or undoes them all, to the state of before."""
        paused = pauses(facts)
        if what == KEEP:
            for purpose in paused:
                self._keep(contact_id, facts, purpose, now)
        elif paused:
            last = max((_fact_of(word, facts) for word in paused.values()), key=AS_RECEIVED)
            fields: dict[str, Value] = {"purposes": " ".join(sorted(paused)), "how": "link"}
            at = _after(max(facts, key=AS_RECEIVED), now)
            fact = Fact(_id(LIFTED, last.id, *sorted(paused)), LIFTED, at, at, Trust.VERIFIED, fields)
            self.contacts.file(contact_id, fact, day_of(last.key))
        self._answered(facts)

    def _keep(self, contact_id: str, facts: Sequence[Fact], purpose: str, now: datetime) -> None:
        if purpose == NEWSLETTER_PURPOSE:
            self.leave(contact_id, now)
            return
        kind, fields = said(purpose, given=False, how="link")
        self._say(contact_id, facts, kind, (kind,), now, fields, purpose)

    def _send_link(self, contact_id: str, facts: Iterable[Fact], language: str, now: datetime) -> None:
        """A link to all choices, mailed once a day: whoever reads the address may use it."""
        told = [fact for fact in facts if fact.fields.get("email")]
        if told:
            latest = max(told, key=AS_RECEIVED)
            asked = replace(latest, fields={**latest.fields, "mail_language": language})
            item = born(contact_id, Promised(Kind.CHOICES, asked), now)
            key = {"pk": partition(contact_id), "sk": f"{TO_VISITORS}{Kind.CHOICES}-{now.date().isoformat()}"}
            self.contacts.table.put({**key, **item}, "attribute_not_exists(pk)")

    def _answered(self, facts: Iterable[Fact]) -> None:
        """Whoever acts reads the mails: what was asked of the mailbox is answered."""
        if address := _address_of(facts):
            self.contacts.table.delete(unanswered_key(self.keys, address), "RATE")

    def _ask_erasure(self, contact_id: str, facts: Iterable[Fact], now: datetime) -> None:
        """Once a day. It says who it is: of somebody who objects to profiling, a mail says only what its fact does."""
        told = [fact for fact in facts if fact.fields.get("email")]
        who: dict[str, Value] = {"email": max(told, key=AS_RECEIVED).fields["email"]} if told else {}
        fact_id = _id(ERASURE, contact_id, now.date().isoformat())
        self.contacts.file(contact_id, Fact(fact_id, ERASURE, now, now, Trust.VERIFIED, who), now.date())

    def _say(
        self,
        contact_id: str,
        facts: Sequence[Fact],
        kind: str,
        about: tuple[str, ...],
        now: datetime,
        fields: dict[str, Value] | None = None,
        purpose: str = "",
    ) -> None:
        """Stores a word, unless it is their last one about this already and no form has paused it since."""
        no = _paused_by(facts, purpose or PURPOSE_OF[kind])
        last = no or _last(facts, about)
        if no is None and (
            (last is None and kind == ALLOWED) or (last is not None and last.type == kind and last.is_proven)
        ):
            return
        day = day_of(last.key) if last else now.date()
        after = last.id if last else contact_id
        at = _after(last, now)
        self.contacts.file(contact_id, Fact(_id(kind, after), kind, at, at, Trust.VERIFIED, fields or {}), day)

    def _facts(self, contact_id: str) -> list[Fact]:
        erased_at = self.contacts.standing(contact_id).erased_at
        facts = self.contacts.facts(contact_id)
        return [fact for fact in facts if erased_at is None or fact.happened_at > erased_at]


def _address_of(facts: Iterable[Fact]) -> str:
    """The latest address; empty where none is stored."""
    told = [fact for fact in facts if fact.fields.get("email")]
    return str(max(told, key=AS_RECEIVED).fields["email"]) if told else ""


def _is_known(facts: Iterable[Fact]) -> bool:
    """Whether more is stored of them than what an erasure keeps."""
    return not all(is_kept_no(fact.id) for fact in facts)


def _paused_by(facts: Sequence[Fact], purpose: str) -> Fact | None:
    """The fact whose no pauses a purpose; None where none does."""
    word = pauses(facts).get(purpose)
    return None if word is None else _fact_of(word, facts)


def _fact_of(word: Word, facts: Iterable[Fact]) -> Fact:
    return next(fact for fact in facts if fact.id == word.fact)


def _last(facts: Iterable[Fact], about: tuple[str, ...]) -> Fact | None:
    return max((fact for fact in facts if fact.type in about), key=AS_RECEIVED, default=None)


def _after(last: Fact | None, now: datetime) -> datetime:
    """Words go by when they reached us, and two functions' clocks may differ: the later word has the later time."""
    return max(now, last.received_at + timedelta(milliseconds=1)) if last else now


def _id(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]

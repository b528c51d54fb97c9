"""One contact brought up to date: read where it stands, read its facts, derive, decide, write.

The order is the guarantee. The standing is read before the facts and written on the condition that its version still
holds, so a writer has seen every fact that the version before it was based on. "Nothing changed" means the same
evidence, the same model and the same result: a worker that saw a new fact writes even when the numbers are the same,
because only its write makes a slower worker, who did not see that fact, start over.

`score`, `sweep` and the operator's commands all come through here.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from leadbell.companies import Company
from leadbell.consents import subscribed_since
from leadbell.contacts.accounts import Accounts
from leadbell.contacts.privacy_requests import listed, privacy_requests
from leadbell.contacts.store import Change, Contacts, Outgoing
from leadbell.contacts.visitors import Visitors
from leadbell.events import Fact
from leadbell.formats import NOT_GRADED
from leadbell.identity import visitor_of
from leadbell.keyed import Keyring
from leadbell.lifecycle.decide import Decision, decide, starts_anew
from leadbell.lifecycle.new_model import may_enter_sql
from leadbell.lifecycle.standing import Standing, next_timer, score_of
from leadbell.lifecycle.timers import due_at, sooner
from leadbell.outbox.visitor_mails import mails_to
from leadbell.outbox.visitor_outbox import born
from leadbell.profile import Profile
from leadbell.qualify.reading import Glance, Past, Reader
from leadbell.sales.handoff import Look, Teller
from leadbell.sales.reps import Reps
from leadbell.scoring.appraisal import Appraisal, appraise
from leadbell.scoring.compiled import Active, CompiledModel
from leadbell.scoring.scoring import Derived
from leadbell.table import retry_conflicts, stamp

DISPLAY_BYTES = 48  # of each field: a standing stays under the kilobyte that one write unit pays for


class ActiveModels(Protocol):
    """The live model, read anew for each contact; and earlier versions."""

    def active(self, now: datetime) -> Active:
        """The live model."""

    def by_version(self, version: str) -> CompiledModel | None:
        """An earlier version; None where it is no longer known."""


@dataclass(frozen=True, slots=True)
class Refresher:
    """What refreshing needs. `keys` sign the links in mails, `public_url` is where they lead."""

    contacts: Contacts
    reps: Reps
    models: ActiveModels
    keys: Keyring
    public_url: str

    @property
    def teller(self) -> Teller:
        """Who writes the mails, with the same means."""
        return Teller(self.contacts, self.reps, self.keys, self.public_url)

    @property
    def visitors(self) -> Visitors:
        """Links to visitors, in the same table."""
        return Visitors(self.contacts.table)

    @property
    def reader(self) -> Reader:
        """Who reads a contact, and settles whose browsers are whose."""
        return Reader(self.contacts, self.visitors, self.refresh)

    def refresh(self, contact_id: str, now: datetime) -> Standing:
        """Brings the contact up to date and gives where it stands then; for a visitor, each contact that had it.

        Raises Conflict after several tries, Unavailable, or Rejected where its facts cannot be derived.
        """
        if visitor := visitor_of(contact_id):
            for each in self.visitors.contacts_of(visitor):
                self.refresh(each, now)
            return Standing()
        while True:
            standing, is_all = retry_conflicts(lambda: self._once(contact_id, now))
            if is_all:
                return standing

    def _once(self, contact_id: str, now: datetime, *, in_full: bool = False) -> tuple[Standing, bool]:
        before = self.contacts.standing(contact_id)
        self.keys.made(now)
        look = Glance(contact_id, before, self.models.active(now), now)
        past = self.reader.read_settled(look, in_full=in_full)
        if past.is_empty and (before.version == 0 or before.erased_at is not None):
            return before, True
        worth = _derived(look, past, Accounts(self.contacts.table).company_of)
        decision = self._decide(look, past, worth)
        if starts_anew(before, decision.standing):  # what is kept is the fresh start
            if past.history.snapshot is not None:  # which counted from the start before
                return self._once(contact_id, now, in_full=True)
            past, company = past.from_reset(decision.standing.reset_at), worth.company
            worth = _derived(look, past, lambda _: company)
        return self._write(look, past, worth, decision), past.is_all

    def _decide(self, look: Glance, past: Past, worth: Appraisal) -> Decision:
        before, now = look.before, look.now
        may = may_enter_sql(before, past.facts, look.active, self.models.by_version, now, worth.company)
        mql = look.model.mql
        return decide(before, worth.derived, past.shown(look.today), mql, now, may_enter_sql=may)

    def _write(self, look: Glance, past: Past, worth: Appraisal, decision: Decision) -> Standing:
        """Writes what is new, if anything is, with all mails that follow; gives where the contact stands."""
        after = self._after(look, past, worth, decision)
        if same(look.before, after, look.now) and not past.undecided:
            return look.before
        shown = past.shown(look.today)
        told = Look(look.contact_id, look.before, after, worth.derived, shown, worth.company, look.now)
        after, outgoing, also = self.teller.tell(told, decision.notices)
        sealed, through = past.seal(look.model, look.today)
        change = Change(
            look.before,
            replace(after, bookkeeping=replace(after.bookkeeping, sealed_through=through)),
            worth.derived.profile,
            moves=decision.moves,
            outgoing=[*outgoing, *_promised(told, past.facts)],
            decided=past.undecided,
            no_moves=decision.no_moves,
            sealed=sealed,
            also=[*also, *listed(look.contact_id, look.before, after)],
        )
        return self.contacts.save(look.contact_id, change)

    def _after(self, look: Glance, past: Past, worth: Appraisal, decision: Decision) -> Standing:
        """The contact's next standing, before anybody is notified and anything is sealed."""
        derived, stands = worth.derived, decision.standing.qualification
        after = replace(
            decision.standing,
            score=score_of(derived),
            qualification=replace(stands, since=stands.since or look.now),
        )
        ends = past.history.next_end(look.today)
        bookkeeping = replace(
            look.before.bookkeeping,
            evidence=derived.evidence,
            model=look.model.version,
            as_of=look.today.isoformat(),
            due_at=sooner(due_at(after, worth.counted, ends, look.model, look.now), next_timer(after)),
            sealed_through=look.before.bookkeeping.sealed_through if past.history.snapshot else None,
            linked=bool(past.links),
            privacy=privacy_requests(derived.pauses, past.facts),
            listed_under=self.teller.listed_under(after.stage, derived, worth.company),
            marks=self.teller.marks(derived, worth.company),
            profile=_digest(derived),
            subscribed_at=subscribed_since(past.shown(look.today)) if derived.is_subscribed else None,
            display=_display(derived.profile),
        )
        return replace(after, bookkeeping=bookkeeping)


def _derived(look: Glance, past: Past, company_of: Callable[[str], Company | None]) -> Appraisal:
    usable = replace(past.history, facts=past.facts)
    return appraise(usable, past.basis.reset_at, look.model, look.today, company_of)


def _promised(look: Look, facts: Sequence[Fact]) -> list[Outgoing]:
    """The mails to the contact that its facts ask for."""
    promised = mails_to(facts, is_subscribed=look.derived.is_subscribed, pauses=look.derived.pauses)
    return [Outgoing(mail.sk, born(look.contact_id, mail, look.now)) for mail in promised]


def _display(profile: Profile) -> dict[str, str]:
    named = {"title": "job_title"}
    shown = {name: profile.text(named.get(name, name)) for name in ("name", "title", "company", "email", "country")}
    touch = profile.latest_touch
    shown["source"] = str(next(iter(touch.fields.values()), "")) if touch else ""
    return {
        name: cut for name, value in shown.items() if (cut := value.encode()[:DISPLAY_BYTES].decode(errors="ignore"))
    }


def _digest(derived: Derived) -> str:
    """Changes with what is known, and with an objection: it takes out sources too, which alone are no change."""
    known = {name: (each.value, stamp(each.at), each.source) for name, each in derived.profile.known.items()}
    digest = hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()[:16]
    return f"{NOT_GRADED}{digest}" if derived.objected else digest


def same(before: Standing, after: Standing, now: datetime) -> bool:
    """Whether there is nothing to write: the same evidence, model and result, and no timer that has to move on."""
    was, now_is = before.bookkeeping, after.bookkeeping
    timer_holds = was.due_at == now_is.due_at or (
        was.due_at is not None and now < was.due_at <= (now_is.due_at or was.due_at)
    )
    if not was.marks:  # first marks come with what is known; those of an update of ours wait for a reason to write
        now_is = replace(now_is, marks="")
    return timer_holds and replace(after, bookkeeping=replace(now_is, as_of=was.as_of, due_at=was.due_at)) == before

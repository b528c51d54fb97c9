"""One contact brought up to date: read where it stands, read its facts, derive, decide, write.

The order is the guarantee. The standing is read before the facts and written on the condition that its version still
holds, so whoever writes has seen every fact that the version before it stood on. "Nothing changed" means the same
evidence, the same model and the same result: a worker that saw a new fact writes even when the numbers are the same,
because only its write makes a slower worker, who did not see that fact, start over.

`score`, `sweep` and the operator's commands all come through here.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from leadbell.companies import Company, with_company
from leadbell.contacts.accounts import Accounts
from leadbell.contacts.items import snapshot_item
from leadbell.contacts.store import Contacts, Outgoing
from leadbell.contacts.visitors import Visitors, texts_of, visitor_in
from leadbell.events import Fact
from leadbell.identity import visitor_of
from leadbell.lifecycle.decide import Decision, decidable, decide
from leadbell.lifecycle.new_model import may_enter_sql
from leadbell.lifecycle.stages import Standing, next_timer
from leadbell.lifecycle.timers import due_at, sooner
from leadbell.outbox.visitor_mails import mails_to
from leadbell.outbox.visitor_outbox import born
from leadbell.profile import Profile
from leadbell.sales.handoff import Look, Teller
from leadbell.sales.reps import Reps
from leadbell.scoring.compiled import Active, CompiledModel
from leadbell.scoring.counting import Tally
from leadbell.scoring.scoring import NOT_GRADED, Derived, judge
from leadbell.scoring.snapshots import Basis, History, seal
from leadbell.table import Item, retry_conflicts, stamp

DISPLAY_BYTES = 48  # of each field: a standing stays under the kilobyte that one write unit pays for


class ActiveModels(Protocol):
    """Which model is in force, asked anew for each contact; and those that were."""

    def active(self, now: datetime) -> Active:
        """The model in force."""

    def by_version(self, version: str) -> CompiledModel | None:
        """A model that was in force once; None where it is not known any more."""


@dataclass(frozen=True, slots=True)
class _Past:
    """What one look has read of a contact, and which `facts` of it this look may use; `is_all`: every one."""

    basis: Basis
    history: History
    facts: Sequence[Fact]
    is_all: bool

    @property
    def is_empty(self) -> bool:
        return not self.facts and self.history.snapshot is None

    @property
    def undecided(self) -> list[Fact]:
        return [fact for fact in self.facts if fact.undecided]

    def shown(self, today: date) -> list[Fact]:
        """The facts that decisions and mails look at."""
        return [*self.facts, *self.history.witnesses(today)]

    def tally(self, reset_at: datetime | None, model: CompiledModel, today: date) -> Tally:
        return self.history.tally(self.facts, reset_at, model, today)

    def seal(self, model: CompiledModel, today: date) -> tuple[Item | None, date | None]:
        """The snapshot to write, if one is worth it and fits into an item; and the day until which facts are sealed."""
        before = self.history.snapshot.through if self.history.snapshot else None
        made = seal(self.history, self.basis, model, today)
        item = snapshot_item(made) if made else None
        return item, made.through if made and item else before

    def from_reset(self, reset_at: datetime | None) -> "_Past":
        return replace(self, basis=replace(self.basis, reset_at=reset_at))


@dataclass(frozen=True, slots=True)
class Refresher:
    """What refreshing needs. `secret` signs the links in mails, `public_url` is where they lead."""

    contacts: Contacts
    reps: Reps
    models: ActiveModels
    secret: str
    public_url: str

    @property
    def teller(self) -> Teller:
        """Who writes the mails, with the same means."""
        return Teller(self.contacts, self.reps, self.secret, self.public_url)

    @property
    def visitors(self) -> Visitors:
        """Links to visitors, in the same table."""
        return Visitors(self.contacts.table)

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
        active = self.models.active(now)
        model, today = active.compiled, now.date()
        past = self._read(contact_id, before, model, now, in_full=in_full)
        if past.is_empty and (before.version == 0 or before.erased_at is not None):
            return before, True
        counted, company = self._with_company(past.tally(before.reset_at, model, today))
        derived = judge(counted, model, today)
        may = may_enter_sql(before, past.facts, active, self.models.by_version, now, company)
        decision = decide(before, derived, past.shown(today), model.model.mql, now, may_enter_sql=may)
        if decision.standing.reset_at != before.reset_at:  # recycled just now: what is kept is the fresh start
            if past.history.snapshot is not None:  # which counted from the start before
                return self._once(contact_id, now, in_full=True)
            past = past.from_reset(decision.standing.reset_at)
            counted = replace(past.tally(past.basis.reset_at, model, today), profile=counted.profile)
            derived = judge(counted, model, today)
        listed_under = self.teller.listed_under(decision.standing.stage, derived, company)
        after = replace(_after(before, decision, derived, past, model, now), listed_under=listed_under)
        ends = past.history.next_end(today)
        after = replace(after, due_at=sooner(due_at(after, counted, ends, model, now), next_timer(after)))
        if same(before, after, now) and not past.undecided:
            return before, past.is_all
        look = Look(contact_id, before, after, derived, past.shown(today), company, now)
        after, outgoing, also = self.teller.tell(look, decision.notices)
        sealed, through = past.seal(model, today)
        self.contacts.save(
            contact_id,
            before,
            after := replace(after, sealed_through=through),
            profile=derived.profile,
            moves=decision.moves,
            outgoing=[*outgoing, *_promised(look, past.facts)],
            decided=past.undecided,
            no_moves=decision.no_moves,
            sealed=sealed,
            also=also,
        )
        return replace(after, version=before.version + 1), past.is_all

    def _read(
        self, contact_id: str, before: Standing, model: CompiledModel, now: datetime, *, in_full: bool
    ) -> "_Past":
        """The contact's past, its visitors' included. Who is held, or was judged by another model, is read in full."""
        links = self.visitors.links_of(contact_id) if before.linked else []
        is_settled = before.model == model.version and before.held_at is None and not in_full
        through = before.sealed_through if is_settled else None
        basis = Basis(model.version, before.reset_at, texts_of(links))
        history = self.contacts.history(contact_id, basis, through)
        claims = [fact for fact in history.facts if fact.undecided and visitor_in(fact)]
        claims, too_late = _since_erasure(claims, before)
        for fact in too_late:
            self.visitors.disown(contact_id, fact, fact.happened_at if before.erased_at is None else before.erased_at)
        if claims:
            before_them = [self.visitors.claim(contact_id, visitor_in(fact), fact) for fact in claims]
            for former in filter(None, before_them):
                self.refresh(former, now)
            links = self.visitors.links_of(contact_id)
            basis = replace(basis, links=texts_of(links))
            history = self.contacts.history(contact_id, basis, through)
        of_visitors = self.visitors.facts(links, history.sealed_through)
        kept, erased = _since_erasure(history.facts, before)
        self.contacts.delete(contact_id, erased)
        of_them, seen_before = _since_erasure(of_visitors, before)
        if seen_before and before.erased_at is not None:
            self.visitors.forget_facts(links, before.erased_at)
        kept = [*kept, *of_them]
        facts, is_all = decidable([fact for fact in kept if fact.undecided or fact.counts_on(now.date())])
        return _Past(basis, replace(history, facts=kept), facts, is_all)

    def _with_company(self, counted: Tally) -> tuple[Tally, Company | None]:
        company = Accounts(self.contacts.table).company_of(counted.profile.text("email"))
        return replace(counted, profile=with_company(counted.profile, company)), company


def _promised(look: Look, facts: Sequence[Fact]) -> list[Outgoing]:
    """The mails to the contact that its facts ask for."""
    promised = mails_to(facts, is_subscribed=look.derived.is_subscribed)
    return [Outgoing(mail.sk, born(look.contact_id, mail, look.now)) for mail in promised]


def _since_erasure(facts: Sequence[Fact], standing: Standing) -> tuple[list[Fact], list[Fact]]:
    """The facts that may be used, and those of before an erasure: they stay gone, whenever they turn up."""
    erased_at = standing.erased_at
    erased = [fact for fact in facts if erased_at is not None and fact.happened_at <= erased_at]
    return [fact for fact in facts if fact not in erased], erased


def _after(
    before: Standing, decision: Decision, derived: Derived, past: _Past, model: CompiledModel, now: datetime
) -> Standing:
    top = derived.reasons[:5]
    remainder = sum(reason.points for reason in derived.reasons[5:])
    shown = [
        *((reason.label, reason.points) for reason in top),
        *([("everything else", remainder)] if remainder else []),
    ]
    return replace(
        decision.standing,
        fit=derived.fit,
        interest=derived.interest,
        grade=derived.grade,
        reasons=tuple(sorted(shown, key=lambda reason: (-abs(reason[1]), reason[0]))),
        display=_display(derived.profile),
        profile=_digest(derived),
        evidence=derived.evidence,
        model=model.version,
        as_of=now.date().isoformat(),
        since=decision.standing.since or now,
        erased_at=before.erased_at,
        sealed_through=before.sealed_through if past.history.snapshot else None,
        linked=bool(past.basis.links),
    )


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
    timer_holds = before.due_at == after.due_at or (
        before.due_at is not None and now < before.due_at <= (after.due_at or before.due_at)
    )
    return timer_holds and replace(after, as_of=before.as_of, due_at=before.due_at) == before

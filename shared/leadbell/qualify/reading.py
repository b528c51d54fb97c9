"""The facts of a contact for one look: its own and those of its browsers, as far as they may be used.

Reading changes nothing. A form that names a browser links it to the contact, with the browser's facts. A link that is
not settled yet is settled before the facts are used, and then everything is read again.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from leadbell.consents import is_kept_no
from leadbell.contacts.derived_items import snapshot_item
from leadbell.contacts.store import Contacts
from leadbell.contacts.visitors import Link, Visitors, texts_of, visitor_in
from leadbell.events import Fact
from leadbell.lifecycle.decide import decidable
from leadbell.lifecycle.standing import Standing
from leadbell.scoring.compiled import Active, CompiledModel
from leadbell.scoring.snapshots import Basis, History, seal
from leadbell.table import Item


@dataclass(frozen=True, slots=True)
class Glance:
    """One look at a contact: where it stood before anything else of it was read, and the live model of that moment."""

    contact_id: str
    before: Standing
    active: Active
    now: datetime

    @property
    def model(self) -> CompiledModel:
        """The live model."""
        return self.active.compiled

    @property
    def today(self) -> date:
        """The UTC day on which facts count or do not."""
        return self.now.date()

    @property
    def sealed_through(self) -> date | None:
        """Until when facts need not be read. Who is held, or was judged by another model, is read in full."""
        was = self.before
        is_settled = was.bookkeeping.model == self.model.version and was.qualification.held_at is None
        return was.bookkeeping.sealed_through if is_settled else None

    def since_erasure(self, facts: Sequence[Fact]) -> tuple[list[Fact], list[Fact]]:
        """The facts that may be used, and those of before an erasure: they stay gone, whenever they turn up."""
        erased_at = self.before.erased_at
        erased = [fact for fact in facts if erased_at is not None and fact.happened_at <= erased_at]
        return [fact for fact in facts if fact not in erased], erased


@dataclass(frozen=True, slots=True)
class Past:
    """What one look has read of a contact, and which `facts` of it this look may use; `is_all`: every one.

    Still to be settled: `claims` are forms that name a browser, `too_late` are facts of before an erasure, the
    contact's own and `too_late_seen`, its visitors'.
    """

    links: Sequence[Link]
    basis: Basis
    history: History
    facts: Sequence[Fact]
    is_all: bool
    claims: Sequence[Fact]
    too_late: Sequence[Fact]
    too_late_seen: Sequence[Fact]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left that could be used; what an erasure keeps makes nobody a contact."""
        return self.history.snapshot is None and all(is_kept_no(fact.id) for fact in self.facts)

    @property
    def undecided(self) -> list[Fact]:
        """The facts that this look decides about."""
        return [fact for fact in self.facts if fact.undecided]

    def shown(self, today: date) -> list[Fact]:
        """The facts that decisions and mails look at."""
        return [*self.facts, *self.history.witnesses(today)]

    def seal(self, model: CompiledModel, today: date) -> tuple[Item | None, date | None]:
        """The snapshot to write, if one is worth it and fits into an item; and the day until which facts are sealed."""
        before = self.history.snapshot.through if self.history.snapshot else None
        made = seal(self.history, self.basis, model, today)
        item = snapshot_item(made) if made else None
        return item, made.through if made and item else before

    def from_reset(self, reset_at: datetime | None) -> "Past":
        """The same, where interest counts from another moment on."""
        return replace(self, basis=replace(self.basis, reset_at=reset_at))


@dataclass(frozen=True, slots=True)
class Reader:
    """What reading needs. `refresh` brings another contact up to date, who had a browser until now."""

    contacts: Contacts
    visitors: Visitors
    refresh: Callable[[str, datetime], object]

    def read_settled(self, look: Glance, *, in_full: bool) -> Past:
        """The contact's past, read again as long as a form in it claims a browser: that changes whose facts are whose.

        What came too late to be erased is forgotten on the way.
        """
        claimed: set[str] = set()
        while True:
            past = self._read(look, claimed, in_full=in_full)
            self._forget(look, past)
            if not past.claims:
                return past
            self._claim(look, past.claims)
            claimed |= {fact.id for fact in past.claims}

    def _read(self, look: Glance, claimed: Collection[str], *, in_full: bool) -> Past:
        """The contact's past; its visitors' is part of it as soon as all browsers are `claimed` that its forms name."""
        before = look.before
        links = self.visitors.links_of(look.contact_id) if before.bookkeeping.linked or claimed else []
        basis = Basis(look.model.version, before.reset_at, texts_of(links))
        history = self.contacts.history(look.contact_id, basis, None if in_full else look.sealed_through)
        own, too_late = look.since_erasure(history.facts)
        claims = [fact for fact in own if fact.undecided and visitor_in(fact) and fact.id not in claimed]
        visitors_facts = [] if claims else self.visitors.facts(links, history.sealed_through)
        seen, too_late_seen = look.since_erasure(visitors_facts)
        kept = [*own, *seen]
        facts, is_all = decidable([fact for fact in kept if fact.undecided or fact.counts_on(look.today)])
        return Past(links, basis, replace(history, facts=kept), facts, is_all, claims, too_late, too_late_seen)

    def _forget(self, look: Glance, past: Past) -> None:
        """Deletes what came too late to be erased, with the browsers that it names."""
        erased_at = look.before.erased_at
        if erased_at is None:
            return
        for fact in past.too_late:
            if fact.undecided and visitor_in(fact):
                self.visitors.disown(look.contact_id, fact, erased_at)
        self.contacts.delete(look.contact_id, past.too_late)
        if past.too_late_seen:
            self.visitors.forget_facts(past.links, erased_at)

    def _claim(self, look: Glance, claims: Sequence[Fact]) -> None:
        """Makes the browsers the contact's, and brings up to date who had them until now."""
        formers = [self.visitors.claim(look.contact_id, visitor_in(fact), fact) for fact in claims]
        for former in filter(None, formers):
            self.refresh(former, look.now)

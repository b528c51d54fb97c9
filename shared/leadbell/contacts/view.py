"""A contact as a reader sees it: its stage and score, now or at a past moment.

Nothing is written. Facts that were erased or are past their retention are left out, deleted already or not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from leadbell.companies import Company
from leadbell.consents import is_kept_no
from leadbell.contacts.accounts import Accounts
from leadbell.contacts.as_of import stood_at
from leadbell.contacts.store import Contacts
from leadbell.contacts.visitors import Visitors, visitor_in
from leadbell.events import Fact
from leadbell.lifecycle.standing import Standing
from leadbell.scoring.appraisal import appraise
from leadbell.scoring.compiled import Active
from leadbell.scoring.counting import Tally, still_counting
from leadbell.scoring.scoring import Derived
from leadbell.scoring.snapshots import History


@dataclass(frozen=True, slots=True)
class Found:
    """A contact as it stands and as its facts say: now, or at a moment of the past. `active` is the model of then."""

    id: str
    standing: Standing
    facts: Sequence[Fact]
    counted: Tally
    derived: Derived
    active: Active
    company: Company | None


def look_up(
    contacts: Contacts, contact_id: str, active: Active, now: datetime, at: datetime | None = None
) -> Found | None:
    """The contact of this id, judged by this model; None where it has no facts.

    With `at`, a moment of the past: by the facts that had reached us then; `active` is to be the model of then. What
    its retention has ended for by now is not used.
    """
    standing = contacts.standing(contact_id)
    facts = _kept(_with_visitors(contacts, contact_id, standing, at), standing, now)
    if at is not None:
        standing = stood_at(standing, contacts.moves(contact_id), facts, at)
        facts = still_counting((fact for fact in facts if fact.received_at <= at), at.date())
    if all(is_kept_no(fact.id) for fact in facts):
        return None
    day, company_of = (at or now).date(), Accounts(contacts.table).company_of
    worth = appraise(History(facts), standing.reset_at, active.compiled, day, company_of)
    return Found(contact_id, standing, facts, worth.counted, worth.derived, active, worth.company)


def own_facts(contacts: Contacts, contact_id: str, now: datetime) -> list[Fact]:
    """The contact's own facts that still count, without those of the visitors it is known to be."""
    return _kept(contacts.facts(contact_id), contacts.standing(contact_id), now)


def _kept(facts: Sequence[Fact], standing: Standing, now: datetime) -> list[Fact]:
    kept = still_counting(facts, now.date())
    return [fact for fact in kept if standing.erased_at is None or fact.happened_at > standing.erased_at]


def _with_visitors(contacts: Contacts, contact_id: str, standing: Standing, at: datetime | None) -> list[Fact]:
    """The contact's facts, with those of the visitors it was known to be (by then)."""
    own = contacts.facts(contact_id)
    if not standing.bookkeeping.linked:
        return own
    visitors = Visitors(contacts.table)
    told = {visitor_in(fact) for fact in own if at is None or fact.received_at <= at}
    links = [link for link in visitors.links_of(contact_id) if at is None or link.visitor in told]
    return [*own, *visitors.facts(links)]

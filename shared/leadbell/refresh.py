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
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from leadbell.address_book import AddressBook
from leadbell.alerts import Occasion, compose
from leadbell.companies import with_company
from leadbell.compiled import CompiledModel
from leadbell.contacts import Contacts, Outgoing, partition
from leadbell.counting import Tally, still_counting, tally
from leadbell.decide import Decision, decidable, decide
from leadbell.events import Fact
from leadbell.lifecycle import Standing, earned, next_timer
from leadbell.links import sign
from leadbell.notices import Heard, Notice, reader_of
from leadbell.outbox import pending_item
from leadbell.profile import Profile
from leadbell.publication import Active, may_enter_sql
from leadbell.reps import Reps
from leadbell.routing import route
from leadbell.scoring import Derived, judge
from leadbell.table import retry_conflicts, stamp

LOOK_AHEAD_DAYS = 30
LINK_DAYS = 90
DISPLAY_BYTES = 48  # of each field: a standing stays under the kilobyte that one write unit pays for


class ActiveModels(Protocol):
    """Which model is in force, asked anew for each contact; and those that were."""

    def active(self, now: datetime) -> Active:
        """The model in force."""

    def by_version(self, version: str) -> CompiledModel | None:
        """A model that was in force once; None where it is not known any more."""


@dataclass(frozen=True, slots=True)
class Refresher:
    """What refreshing needs. `secret` signs the links in mails, `public_url` is where they lead."""

    contacts: Contacts
    reps: Reps
    models: ActiveModels
    secret: str
    public_url: str

    def refresh(self, contact_id: str, now: datetime) -> Standing:
        """Brings the contact up to date and gives where it stands then.

        Raises Conflict after several tries, Unavailable, or Rejected where its facts cannot be derived.
        """
        while True:
            standing, is_all = retry_conflicts(lambda: self._once(contact_id, now))
            if is_all:
                return standing

    def _once(self, contact_id: str, now: datetime) -> tuple[Standing, bool]:
        before = self.contacts.standing(contact_id)
        facts, erased = _since_erasure(self.contacts.facts(contact_id), before)
        self.contacts.delete(contact_id, erased)
        facts, is_all = decidable([fact for fact in facts if fact.undecided or fact.counts_on(now.date())])
        if not facts and (before.version == 0 or before.erased_at is not None):
            return before, True
        active = self.models.active(now)
        model = active.compiled
        counting = still_counting(facts, now.date())
        counted = tally(counting, before.reset_at, model)
        company = AddressBook(self.contacts.table).company_of(counted.profile.text("email"))
        counted = replace(counted, profile=with_company(counted.profile, company))
        derived = judge(counted, model, now.date())
        undecided = [fact for fact in facts if fact.undecided]
        may = may_enter_sql(before, facts, active, self.models.by_version, now, company)
        decision = decide(before, derived, facts, model.model.mql, now, may_enter_sql=may)
        if decision.standing.reset_at != before.reset_at:  # recycled just now: what is kept is the fresh start
            counted = replace(tally(counting, decision.standing.reset_at, model), profile=counted.profile)
            derived = judge(counted, model, now.date())
        after = _after(before, decision, derived, counted, model, now)
        after = replace(after, due_at=sooner(due_at(after, counted, counting, model, now), next_timer(after)))
        if same(before, after, now) and not undecided:
            return before, is_all
        owner = company.owner if company else ""
        outgoing = [self._mail(contact_id, notice, after, derived, facts, now, owner) for notice in decision.notices]
        self.contacts.save(
            contact_id,
            before,
            after,
            profile=derived.profile,
            moves=decision.moves,
            outgoing=outgoing,
            decided=undecided,
            no_moves=decision.no_moves,
        )
        return replace(after, version=before.version + 1), is_all

    def _mail(
        self,
        contact_id: str,
        notice: Notice,
        after: Standing,
        derived: Derived,
        facts: Sequence[Fact],
        now: datetime,
        company_owner: str,
    ) -> Outgoing:
        reps = self.reps.all()
        where = route(reader_of(notice, after.owner, reps), derived.profile.text("country"), reps, company_owner)
        sk = letter_key(notice, after.cycle)
        number = self.reps.next_number()
        token = sign(self.secret, "alert", f"{partition(contact_id)}|{sk}", now + timedelta(days=LINK_DAYS))
        link = f"{self.public_url.rstrip('/')}/alerts/{token}"
        mail = compose(Occasion(notice, after, derived, facts, where, number, link, now))
        return Outgoing(sk, pending_item(contact_id, notice, mail, where, number, now))


def letter_key(notice: Notice, cycle: int) -> str:
    """Where the mail about a notice is kept, so that there cannot be two of it."""
    if notice.heard is Heard.ALERT:
        return f"ALERT#{cycle:06d}"
    return f"COPY#reminder-{notice.fact.id}" if notice.heard is Heard.REMINDER else f"COPY#{notice.fact.id}"


def _since_erasure(facts: Sequence[Fact], standing: Standing) -> tuple[list[Fact], list[Fact]]:
    """The facts that may be used, and those of before an erasure: they stay gone, whenever they turn up."""
    erased_at = standing.erased_at
    erased = [fact for fact in facts if erased_at is not None and fact.happened_at <= erased_at]
    return [fact for fact in facts if fact not in erased], erased


def _after(
    before: Standing, decision: Decision, derived: Derived, counted: Tally, model: CompiledModel, now: datetime
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
        profile=_digest(derived.profile),
        evidence=derived.evidence,
        model=model.version,
        as_of=now.date().isoformat(),
        since=decision.standing.since or now,
        erased_at=before.erased_at,
    )


def _display(profile: Profile) -> dict[str, str]:
    named = {"title": "job_title"}
    shown = {name: profile.text(named.get(name, name)) for name in ("name", "title", "company", "email", "country")}
    touch = profile.latest_touch
    shown["source"] = str(next(iter(touch.fields.values()), "")) if touch else ""
    return {
        name: cut for name, value in shown.items() if (cut := value.encode()[:DISPLAY_BYTES].decode(errors="ignore"))
    }


def _digest(profile: Profile) -> str:
    known = {name: (each.value, stamp(each.at), each.source) for name, each in profile.known.items()}
    return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()[:16]


def same(before: Standing, after: Standing, now: datetime) -> bool:
    """Whether there is nothing to write: the same evidence, model and result, and no timer that has to move on."""
    timer_holds = before.due_at == after.due_at or (
        before.due_at is not None and now < before.due_at <= (after.due_at or before.due_at)
    )
    return timer_holds and replace(after, as_of=before.as_of, due_at=before.due_at) == before


def due_at(
    standing: Standing, counted: Tally, facts: Sequence[Fact], model: CompiledModel, now: datetime
) -> datetime | None:
    """A lower bound of the first moment at which time alone changes stage or grade: the start of a UTC day.

    It looks a month ahead, and no further than the first day on which a fact's retention ends; where nothing changes
    until then, that day is the bound and the sweep looks again.
    """
    today = now.date()
    ends = min((end for fact in facts if (end := fact.counts_until) is not None), default=None)
    current = judge(counted, model, today)
    if not any(reason.points for reason in current.interest_reasons) and not current.has_product_act:
        return None if ends is None else _start_of(ends)
    horizon = min(today + timedelta(days=LOOK_AHEAD_DAYS), ends or date.max)
    stage = earned(standing, current, model.model.mql)
    day = today + timedelta(days=1)
    while day < horizon:
        later = judge(counted, model, day)
        if later.grade != standing.grade or earned(standing, later, model.model.mql) is not stage:
            break
        day += timedelta(days=1)
    return _start_of(day)


def sooner(due: datetime | None, timer: date | None) -> datetime | None:
    """Whichever comes first; a timer rings at the start of its UTC day."""
    return min((at for at in (due, _start_of(timer) if timer else None) if at is not None), default=None)


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)

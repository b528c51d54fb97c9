"""The outcomes that sales records for a lead: each with its stages, its reasons, and the stage it leads to.

1. A disposition names the qualification that it answers: the contact's cycle, which entering SQL counts up.
2. Each cycle has one slot per question: accepted or returned; met; deal opened; won or lost; recommended us; left us.
   The fact's id is made of cycle and slot alone, so the same answer again is the same fact, and an answer that says
   something else meets the first one in its place.
3. Giving a contact up needs a reason, by a code of the lists below. A return date goes with what is recycled.
4. Moves are those of the one table in `stages`; what does not fit where the contact stands is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from leadbell.errors import AlreadyAccepted, AlreadyAnswered, IllegalMove, InvalidFact
from leadbell.events import FACT_TYPES, Fact, Trust, Value
from leadbell.formats import on_day
from leadbell.lifecycle.stages import Actor, Stage, check_move
from leadbell.lifecycle.standing import Standing

FORMER_CUSTOMER = "former-customer"
COMPETITOR = "competitor"
RETURN_WITHIN_DAYS = 1100
MAX_COMPETITOR = 60
_CUSTOMERS = frozenset({Stage.CUSTOMER, Stage.EVANGELIST})
_WITH_SALES = frozenset({Stage.SQL, Stage.OPPORTUNITY})

# Why sales gives a contact up: what is written in answers, and how it reads. The codes are stored for ever.
RECYCLED_BECAUSE: Mapping[str, str] = {
    "no-answer": "no answer",
    "no-budget": "no budget",
    "timing": "not the right time",
    "no-decision": "no decision",
    "wrong-contact": "wrong contact",
    "former-customer": "former customer",
}
DISQUALIFIED_BECAUSE: Mapping[str, str] = {
    "competitor": "competitor",
    "student": "student",
    "spam": "spam",
    "out-of-market": "out of market",
    "bad-data": "bad data",
    "selling-to-us": "selling to us",
    "job-applicant": "job applicant",
    "support-request": "support request",
    "duplicate": "duplicate",
}
LOST_BECAUSE: Mapping[str, str] = {
    "price": "price",
    "feature": "a missing feature",
    "timing": "not the right time",
    "no-decision": "no decision",
    "competitor": "a competitor",
    "trust": "trust",
}
WORKING = "working"


@dataclass(frozen=True, slots=True)
class DispositionKind:
    """One outcome: the question it answers, the stages that accept it, and its reasons, if it needs one."""

    slot: str
    taken_on: frozenset[Stage]
    leads_to: Stage
    reasons: Mapping[str, str] = field(default_factory=dict)


DISPOSITIONS: Mapping[str, DispositionKind] = {
    "sales.accepted": DispositionKind("answer", frozenset({Stage.SQL}), Stage.SQL),
    "sales.rejected": DispositionKind(
        "answer", _WITH_SALES | _CUSTOMERS, Stage.RECYCLED, {**RECYCLED_BECAUSE, **DISQUALIFIED_BECAUSE}
    ),
    "meeting.held": DispositionKind("meeting", _WITH_SALES, Stage.OPPORTUNITY),
    "opportunity.opened": DispositionKind("opportunity", _WITH_SALES, Stage.OPPORTUNITY),
    "deal.won": DispositionKind("outcome", frozenset({Stage.OPPORTUNITY}), Stage.CUSTOMER),
    "deal.lost": DispositionKind("outcome", _WITH_SALES, Stage.RECYCLED, LOST_BECAUSE),
    "customer.referred": DispositionKind("referral", _CUSTOMERS, Stage.EVANGELIST),
}

# These return a contact from sales.
GIVE_BACK = frozenset({"sales.rejected", "deal.lost"})


@dataclass(frozen=True, slots=True)
class Disposition:
    """One answer of sales. `by` is the rep's id; `back_on` is the day to take the contact up again."""

    type: str
    cycle: int
    reason: str = ""
    back_on: date | None = None
    competitor: str = ""
    by: str = ""

    @property
    def kind(self) -> DispositionKind:
        """Raises InvalidFact, with the known ones, for an unknown outcome."""
        try:
            return DISPOSITIONS[self.type]
        except KeyError:
            raise InvalidFact(f"unknown answer {self.type!r}; answers: {', '.join(DISPOSITIONS)}") from None

    @property
    def fact_id(self) -> str:
        """The same for every answer to the same question of one cycle. A customer who leaves is a question apart."""
        slot = "departure" if self.reason == FORMER_CUSTOMER else self.kind.slot
        return f"sales-{self.cycle:06d}-{slot}"

    @property
    def leads_to(self) -> Stage:
        """Where it moves a contact that may be moved there."""
        return Stage.DISQUALIFIED if self.type == "sales.rejected" and self._disqualifies else self.kind.leads_to

    @property
    def _disqualifies(self) -> bool:
        return self.reason in DISQUALIFIED_BECAUSE

    @property
    def words(self) -> str:
        """The answer in words, for the log and for a later answer that contradicts it."""
        because = self.kind.reasons.get(self.reason, "")
        because += f" ({self.competitor})" if self.competitor else ""
        back = f"back on {on_day(self.back_on)}" if self.back_on else ""
        details = ", ".join(part for part in (because, back) if part)
        label = "disqualified by sales" if self.leads_to is Stage.DISQUALIFIED else FACT_TYPES[self.type].label
        return f"{label}: {details}" if details else label

    def fact(self, at: datetime) -> Fact:
        """The fact it becomes, received `at`."""
        said: dict[str, Value | None] = {
            "cycle": self.cycle,
            "reason": self.reason,
            "back_on": self.back_on.isoformat() if self.back_on else "",
            "competitor": self.competitor,
            "by": self.by,
        }
        kept = {name: value for name, value in said.items() if value not in ("", None)}
        return Fact(self.fact_id, self.type, at, at, Trust.VERIFIED, kept, undecided=True)


def read_disposition(fact: Fact) -> Disposition:
    """What a stored fact of sales says; raises InvalidFact where it says nothing that sales could."""
    fields = fact.fields
    back_on, cycle = str(fields.get("back_on", "")), fields.get("cycle")
    try:
        said = Disposition(
            type=fact.type,
            cycle=int(str(cycle)),
            reason=str(fields.get("reason", "")),
            back_on=date.fromisoformat(back_on) if back_on else None,
            competitor=str(fields.get("competitor", "")),
            by=str(fields.get("by", "")),
        )
    except ValueError as error:
        raise InvalidFact(f"the fact {fact.id} has no readable cycle or return date") from error
    check_reason(said)
    return said


def check_said(said: Disposition, today: date) -> None:
    """Raises InvalidFact, with what is allowed, where the answer lacks a reason or has what does not go with it."""
    check_reason(said)
    if said.reason == COMPETITOR and said.type == "deal.lost" and not said.competitor:
        raise InvalidFact("the competitor's name is missing")
    if said.competitor and not (said.reason == COMPETITOR and said.type == "deal.lost"):
        raise InvalidFact("a competitor's name is only for a deal lost to a competitor")
    if len(said.competitor) > MAX_COMPETITOR:
        raise InvalidFact(f"the name of a competitor can have at most {MAX_COMPETITOR} characters")
    if said.back_on is None:
        return
    if said.leads_to is not Stage.RECYCLED:
        raise InvalidFact("a return date is only for a lead that returns to marketing or is lost")
    if not today < said.back_on <= today + timedelta(days=RETURN_WITHIN_DAYS):
        raise InvalidFact(f"the return date must be after today and within {RETURN_WITHIN_DAYS:,} days")


def check_reason(said: Disposition) -> None:
    """Raises InvalidFact, with the list, where the reason is not one of its kind's."""
    reasons = said.kind.reasons
    if reasons and said.reason not in reasons:
        wrong = f"unknown reason {said.reason!r} for {said.type}" if said.reason else f"{said.type} needs a reason"
        raise InvalidFact(f"{wrong}; reasons: {', '.join(reasons)}")
    if said.reason and not reasons:
        raise InvalidFact(f"{said.type} has no reasons")


def check_taken(said: Disposition, standing: Standing) -> None:
    """Raises IllegalMove, naming what sales can say, where the answer does not fit where the contact stands."""
    if said.cycle != standing.cycle:
        raise IllegalMove(f"{said.type} answers qualification {said.cycle}, but the contact is at {standing.cycle}")
    if standing.stage not in _stages_for(said):
        because = f" for {said.reason}" if said.reason else ""
        allowed = ", ".join(allowed_on(standing.stage)) or "nothing"
        raise IllegalMove(f"{said.type}{because} is not possible at stage {standing.stage}; possible: {allowed}")
    if said.leads_to is not standing.stage:
        check_move(standing.stage, said.leads_to, Actor.SALES)


def _stages_for(said: Disposition) -> frozenset[Stage]:
    if said.type != "sales.rejected":
        return said.kind.taken_on
    return _CUSTOMERS if said.reason == FORMER_CUSTOMER else _WITH_SALES


def allowed_on(stage: Stage) -> tuple[str, ...]:
    """What sales can say of a contact on `stage`. A customer is returned for one reason only."""
    sayable = [type_ for type_, kind in DISPOSITIONS.items() if stage in kind.taken_on]
    leaves = f"sales.rejected for {FORMER_CUSTOMER}" if stage in _CUSTOMERS else "sales.rejected"
    return tuple(leaves if type_ == "sales.rejected" else type_ for type_ in sayable)


def same_answer(said: Disposition, stands: Fact) -> None:
    """Raises AlreadyAnswered where the slot holds another answer, AlreadyAccepted where another rep has the lead.

    Who gave any other answer makes no difference.
    """
    before = read_disposition(stands)
    if (before.type, before.reason, before.back_on, before.competitor) != (
        said.type, said.reason, said.back_on, said.competitor,
    ):  # fmt: skip
        on = on_day(stands.received_at.date())
        raise AlreadyAnswered(f'"{said.words}" contradicts the answer of {on}: "{before.words}"')
    if said.type == "sales.accepted" and said.by and before.by and said.by != before.by:
        raise AlreadyAccepted(before.by, stands.received_at)


def status_after(said: Disposition) -> str:
    """The status of a contact whose stage the answer leaves as it is."""
    return WORKING if said.type == "sales.accepted" else ""

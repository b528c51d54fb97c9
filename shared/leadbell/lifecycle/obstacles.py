"""The stage that facts earn, and what keeps them from making an SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from leadbell.events import Fact
from leadbell.lifecycle.stages import Stage, height
from leadbell.lifecycle.standing import Standing
from leadbell.scoring.compiled import Mql
from leadbell.scoring.scoring import Against, Derived


def earned(standing: Standing, derived: Derived, mql: Mql) -> Stage:
    """The stage that facts alone earn; stages that people decide about stay. An objection leaves IQL and MQL to nobody,
    since both are judgements of a profile."""
    stage = standing.stage
    if stage in (Stage.SQL, Stage.OPPORTUNITY, Stage.CUSTOMER, Stage.EVANGELIST, Stage.DISQUALIFIED):
        return stage
    if not obstacles(standing, derived):
        return Stage.SQL
    is_mql = stage is Stage.MQL
    if (
        not derived.objected
        and derived.fit >= (mql.leave_fit if is_mql else mql.fit)
        and derived.interest >= (mql.leave_interest if is_mql else mql.interest)
    ):
        return Stage.MQL
    if derived.has_details or height(standing.qualification.max_stage) >= height(Stage.LEAD):
        return Stage.IQL if derived.has_product_act else Stage.LEAD
    return Stage.SUBSCRIBER if derived.is_subscribed else stage


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing between a contact and SQL, and what would remove it."""

    why: str
    cure: str


def obstacles(standing: Standing, derived: Derived) -> tuple[Obstacle, ...]:
    """What keeps facts from making an SQL; empty when nothing does.

    Requests known when the contact became an SQL, or when a person moved it, are used up: only a new one makes an SQL.
    Each of the others is judged by itself, so that no other form silences it; told is what stands against the latest.
    """
    asking = _asking(standing, derived)
    if not asking:
        is_used_up = bool(derived.requests) or derived.bant_at is not None
        return _told(derived.against(()), _not_asked(is_used_up=is_used_up))
    if not all(derived.against(each) for each in asking):
        return ()
    return _told(derived.against(asking[0]))


def what_silences(fact: Fact, standing: Standing, derived: Derived) -> tuple[Obstacle, ...]:
    """What stands against this request; where nothing does, what keeps the contact from SQL."""
    return _told(derived.against((fact,))) or obstacles(standing, derived)


def clear_requests(standing: Standing, derived: Derived) -> list[Fact]:
    """The requests that nothing stands against and that are not used up."""
    return [fact for fact in derived.requests if _is_new(fact.received_at, standing) and not derived.against((fact,))]


def _asking(standing: Standing, derived: Derived) -> list[Sequence[Fact]]:
    """What asks for sales and is not used up, each by its facts, the latest first."""
    requests: list[Sequence[Fact]] = [
        (fact,) for fact in reversed(derived.requests) if _is_new(fact.received_at, standing)
    ]
    is_bant = derived.bant_at is not None and _is_new(derived.bant_at, standing)
    return [*requests, derived.bant] if is_bant else requests


def _is_new(at: datetime, standing: Standing) -> bool:
    until = standing.qualification.requests_used_until
    return until is None or at > until


def _not_asked(*, is_used_up: bool) -> Obstacle:
    cure = "the contact asked for a price, a demo, a meeting or a call-back"
    return Obstacle("no new request", f"{cure} again") if is_used_up else Obstacle("no request", cure)


def _told(against: Against, *more: Obstacle) -> tuple[Obstacle, ...]:
    vetoes = [Obstacle(veto, f'"{veto}" did not apply') for veto in against.vetoes]
    misfit = [Obstacle("does not fit our profile (D)", "its fit grade rose above D")] if against.is_misfit else []
    return (*vetoes, *more, *misfit)

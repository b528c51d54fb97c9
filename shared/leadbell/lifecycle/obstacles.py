"""The stage that facts earn, and what keeps them from making an SQL."""

from dataclasses import dataclass

from leadbell.lifecycle.stages import Stage, height
from leadbell.lifecycle.standing import Standing
from leadbell.scoring.compiled import Mql
from leadbell.scoring.scoring import Derived


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
    """
    found = [Obstacle(veto, f'"{veto}" did not apply') for veto in derived.vetoes]
    until = standing.qualification.requests_used_until
    asked = [at for at in (derived.request_at, derived.bant_at) if at is not None]
    used_up = bool(asked) and until is not None and max(asked) <= until
    if not asked or used_up:
        cure = "the contact asked for a price, a demo, a meeting or a call-back"
        found.append(Obstacle("no new request" if used_up else "no request", f"{cure}{' again' if used_up else ''}"))
    if derived.letter == "D":
        found.append(Obstacle("does not fit our profile (D)", "its fit grade rose above D"))
    return tuple(found)

"""Why a contact is at its stage, and what would lead to an alert: the words behind `leadbell explain`."""

from dataclasses import dataclass
from datetime import date, timedelta

from leadbell.formats import when
from leadbell.lifecycle.obstacles import obstacles
from leadbell.lifecycle.stages import Stage
from leadbell.lifecycle.standing import Standing
from leadbell.scoring.compiled import CompiledModel
from leadbell.scoring.counting import Tally
from leadbell.scoring.scoring import Derived, Reason, judge

CHANGES_WITHIN_DAYS = 400


@dataclass(frozen=True, slots=True)
class ExplainedReason:
    """A reason, and the first day on which time alone changes its points; None where it stays."""

    reason: Reason
    next_change_on: date | None


def explained_reasons(counted: Tally, derived: Derived, model: CompiledModel) -> list[ExplainedReason]:
    """Every reason with its next change, the weightiest first."""
    open_reasons = {reason.rule: reason.points for reason in derived.reasons}
    changes: dict[str, date] = {}
    for ahead in range(1, CHANGES_WITHIN_DAYS + 1):
        if len(changes) == len(open_reasons):
            break
        day = derived.day + timedelta(days=ahead)
        later = {reason.rule: reason.points for reason in judge(counted, model, day).reasons}
        for rule, points in open_reasons.items():
            if later.get(rule, 0) != points:
                changes.setdefault(rule, day)
    return [ExplainedReason(reason, changes.get(reason.rule)) for reason in derived.reasons]


def why_here(standing: Standing, derived: Derived) -> str:
    """In one or two sentences: when an alert went out; or why none did, and what would lead to one."""
    stage, since = standing.stage, standing.qualification.since
    if stage is Stage.SQL and since is not None:
        return f'Alert: the contact became an SQL on {when(since)}. Sales gets a new request as "asked again".'
    if stage is Stage.OPPORTUNITY:
        return (
            "No alert: sales is already working on this contact. "
            "A new request would lead to an alert once sales has returned the lead."
        )
    if stage in (Stage.CUSTOMER, Stage.EVANGELIST):
        return (
            "No alert: the contact is a customer. Messages go to the account owner as message copies. "
            "A new request would lead to an alert if the stage were set back."
        )
    if stage is Stage.DISQUALIFIED:
        return (
            "No alert: the contact is disqualified. A new request would lead to an alert if somebody set another stage."
        )
    found = obstacles(standing, derived)
    held_at = standing.qualification.held_at
    if not found and held_at is not None:
        return (
            f"No alert: only a new scoring model makes this contact sales-qualified, so it has been held at MQL since "
            f"{when(held_at)}. A new request would lead to an alert, and so would setting the stage to sql."
        )
    if not found:
        return "No alert yet: the contact has not been scored since its last fact."
    because = " and ".join(obstacle.why for obstacle in found)
    return f"No alert: {because}. It would alert if {' and '.join(obstacle.cure for obstacle in found)}."

"""Why a contact stands where it stands, and what would make it an alert: the words behind `leadbell explain`."""

from dataclasses import dataclass
from datetime import date, timedelta

from leadbell.formats import when
from leadbell.lifecycle.obstacles import obstacles
from leadbell.lifecycle.stages import Stage
from leadbell.lifecycle.standing import Standing
from leadbell.scoring.compiled import CompiledModel
from leadbell.scoring.counting import Tally
from leadbell.scoring.scoring import Derived, Reason, fit_of, judge

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
    fit = fit_of(counted.profile, model)
    for ahead in range(1, CHANGES_WITHIN_DAYS + 1):
        if len(changes) == len(open_reasons):
            break
        day = derived.day + timedelta(days=ahead)
        later = {reason.rule: reason.points for reason in judge(counted, model, day, fit).reasons}
        for rule, points in open_reasons.items():
            if later.get(rule, 0) != points:
                changes.setdefault(rule, day)
    return [ExplainedReason(reason, changes.get(reason.rule)) for reason in derived.reasons]


def why_here(standing: Standing, derived: Derived) -> str:
    """One sentence: that an alert went out and when, or why none did and what would make one."""
    stage, since = standing.stage, standing.qualification.since
    if stage is Stage.SQL and since is not None:
        return f"Alert: sent when it became an SQL on {when(since)}; a new request is told as asked again."
    if stage is Stage.OPPORTUNITY:
        return "No alert because sales works on it already; would alert if sales gave it back and they asked again."
    if stage in (Stage.CUSTOMER, Stage.EVANGELIST):
        return (
            "No alert because it is a customer: what they write goes to the account's owner as a message copy; "
            "would alert if the stage were set back and they asked again."
        )
    if stage is Stage.DISQUALIFIED:
        return "No alert because it is disqualified; would alert if a person reopened it and they asked again."
    found = obstacles(standing, derived)
    held_at = standing.qualification.held_at
    if not found and held_at is not None:
        return (
            f"No alert because only a new scoring model makes it sales-qualified: held at MQL since "
            f"{when(held_at)}; would alert if they asked again, or if a person set it to sql."
        )
    if not found:
        return "No alert because it has not been scored since its last fact; would alert if it were scored now."
    because = " and ".join(obstacle.why for obstacle in found)
    return f"No alert because: {because}; would alert if {' and '.join(obstacle.cure for obstacle in found)}."

"""Why a contact is at its stage, and what would lead to an alert: the words behind `leadbell explain`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from leadbell.formats import short_time
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
    """In two sentences: when an alert went out and what follows; or why none did and what would lead to one."""
    stage, since = standing.stage, standing.qualification.since
    if stage is Stage.SQL and since is not None:
        return f'Alert: the contact became an SQL on {short_time(since)}. Sales gets a new request as "asked again".'
    if decided := _DECIDED.get(stage):
        return _no_alert(*decided)
    found = obstacles(standing, derived)
    held_at = standing.qualification.held_at
    if not found and held_at is not None:
        why = "only a new scoring model makes the contact sales-qualified"
        cure = "the contact asked again, or if somebody set the stage to sql"
        return _no_alert(f"{why}, so it has been held at MQL since {short_time(held_at)}", cure)
    if not found:
        return _no_alert("the contact has not been scored since its last fact", "it were scored now")
    return _no_alert(
        " and ".join(obstacle.why for obstacle in found), " and ".join(obstacle.cure for obstacle in found)
    )


_CUSTOMER = (
    "the contact is a customer, so messages go to the account owner as message copies",
    "the stage were set back and the contact asked again",
)
# Where people have decided: why there is no alert, and what would lead to one.
_DECIDED: Mapping[Stage, tuple[str, str]] = {
    Stage.OPPORTUNITY: (
        "sales is already working on the contact",
        "sales returned the lead and the contact asked again",
    ),
    Stage.CUSTOMER: _CUSTOMER,
    Stage.EVANGELIST: _CUSTOMER,
    Stage.DISQUALIFIED: ("the contact is disqualified", "somebody set another stage and the contact asked again"),
}


def _no_alert(why: str, cure: str) -> str:
    return f"No alert: {why}. An alert would go out if {cure}."

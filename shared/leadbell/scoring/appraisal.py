"""Appraises a contact: counts its facts, adds the relation of its company, and judges the result for one day."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from leadbell.companies import Company, with_company
from leadbell.scoring.compiled import CompiledModel
from leadbell.scoring.counting import Tally
from leadbell.scoring.scoring import Derived, judge
from leadbell.scoring.snapshots import History


@dataclass(frozen=True, slots=True)
class Appraisal:
    """What a contact is worth, the tally that says so on other days too, and its company, if that is known to us."""

    counted: Tally
    derived: Derived
    company: Company | None


def appraise(
    history: History,
    reset_at: datetime | None,
    model: CompiledModel,
    day: date,
    company_of: Callable[[str], Company | None],
) -> Appraisal:
    """What the history is worth on `day`. `company_of` gives what the company of an e-mail address is to us."""
    counted = history.tally(reset_at, model, day)
    company = company_of(counted.profile.text("email"))
    counted = replace(counted, profile=with_company(counted.profile, company))
    return Appraisal(counted, judge(counted, model, day), company)

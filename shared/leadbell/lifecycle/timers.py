"""When time alone will change a contact, so that it is looked at then and not each night."""

from datetime import UTC, date, datetime, time, timedelta

from leadbell.lifecycle.obstacles import earned
from leadbell.lifecycle.standing import Standing
from leadbell.scoring.compiled import CompiledModel
from leadbell.scoring.counting import Tally
from leadbell.scoring.scoring import fit_of, judge

LOOK_AHEAD_DAYS = 30


def due_at(
    standing: Standing, counted: Tally, ends: date | None, model: CompiledModel, now: datetime
) -> datetime | None:
    """A lower bound of the first moment at which time alone changes stage or grade: the start of a UTC day.

    It looks a month ahead, and no further than the first day on which a fact's retention `ends`; where nothing changes
    until then, that day is the bound and the sweep looks again.
    """
    today = now.date()
    fit = fit_of(counted.profile, model)
    current = judge(counted, model, today, fit)
    if not any(reason.points for reason in current.interest_reasons) and not current.has_product_act:
        return None if ends is None else _start_of(ends)
    horizon = min(today + timedelta(days=LOOK_AHEAD_DAYS), ends or date.max)
    stage = earned(standing, current, model.mql)
    day = today + timedelta(days=1)
    while day < horizon:
        later = judge(counted, model, day, fit)
        if later.grade != standing.grade or earned(standing, later, model.mql) is not stage:
            break
        day += timedelta(days=1)
    return _start_of(day)


def sooner(due: datetime | None, timer: date | None) -> datetime | None:
    """Whichever comes first; a timer is due at the start of its UTC day."""
    return min((at for at in (due, _start_of(timer) if timer else None) if at is not None), default=None)


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)

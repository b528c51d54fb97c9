"""How far back a model looks, compared with the retention of facts: deleting a fact must not change a score."""

from collections.abc import Iterator
from operator import itemgetter

from leadbell.events import FACT_TYPES
from leadbell.formats import count_of
from leadbell.scoring.rules import Fading, InterestRule, Model


def too_far_back(model: Model) -> list[str]:
    """What looks back longer than its facts are stored, each with the fix; such a model cannot be published."""
    return [
        *(line for rule in model.interest.rules for line in _rule(rule, model)),
        *(
            _line("product_act_days", model.product_act_days, event, kept)
            for event in [*(act.event for act in model.product_acts), *(asked.event for asked in model.questions)]
            if (kept := _kept(event)) is not None and model.product_act_days > kept
        ),
        *_requests(model),
    ]


def _requests(model: Model) -> Iterator[str]:
    """Reported once, for the kind of request that is stored the shortest."""
    kept = [(days, asked.event) for asked in model.requests if (days := _kept(asked.event)) is not None]
    days, event = min(kept, key=itemgetter(0), default=(model.request_days, ""))
    if model.request_days > days:
        yield _line("request_days", model.request_days, event, days)


def remarks(model: Model) -> list[str]:
    """What may surprise though it is allowed: a group without rules, and points that never fade, yet end with the
    facts they stand on."""
    used = {rule.group for rule in model.interest.rules}
    return [
        *(f'no rule is in the group "{name}"; remove it' for name in model.interest.groups if name not in used),
        *_ending(model),
    ]


def _ending(model: Model) -> Iterator[str]:
    yield from (
        f'rule "{rule.id}" never fades, but {rule.event} is deleted after {count_of(kept, "day")}: its points end then'
        for rule in model.interest.rules
        if (rule.fades or model.interest.groups[rule.group].fades) == "never"
        and rule.points
        and (kept := _kept(rule.event)) is not None
    )


def _kept(event: str) -> int | None:
    return FACT_TYPES[event].retention_days


def _line(name: str, days: int, event: str, kept: int) -> str:
    limit = f"{event} is deleted after {count_of(kept, 'day')}"
    return f"{name} looks back {count_of(days, 'day')}, but {limit}; write at most {kept}"


def _rule(rule: InterestRule, model: Model) -> Iterator[str]:
    fades, kept = rule.fades or model.interest.groups[rule.group].fades, _kept(rule.event)
    if kept is None or not isinstance(fades, Fading):
        return
    days = _days_until_nothing(rule.points, fades)
    if days > kept:
        where = "its own `fades`" if rule.fades else f'the `fades` of group "{rule.group}"'
        yield (
            f'rule "{rule.id}": with {where}, a fact still counts after {count_of(days - 1, "day")}, '
            f"but {rule.event} is deleted after {count_of(kept, 'day')}; let it fade faster"
        )


def _days_until_nothing(points: int, fades: Fading) -> int:
    """The first day on which one fact's points round to zero."""
    if points == 0:
        return 0
    if fades.after_days is not None:
        return fades.after_days
    if fades.halves_every_days is not None:
        # Less than half a point is left after k halvings when 2 * points < 2^k.
        return (2 * abs(points)).bit_length() * fades.halves_every_days
    assert fades.percent is not None and fades.every_days is not None  # the syntax has seen to it
    return -(-100 // fades.percent) * fades.every_days

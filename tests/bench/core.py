"""The core alone: how long deriving a contact takes, beside loops that only add up the points of the same facts.

Wanted is five times the speed of the plain loop, which tries each rule of the model on each fact as a first version
would. It knows no trust, daily limit, fading, cap or reason, asks nothing of fit, profile or consent, and reads none of
the operators that the packaged model does not need for facts.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.table import Table

from leadbell.events import Fact, Trust, Value, event_key
from leadbell.scoring.compiled import CompiledModel
from leadbell.scoring.compiling import compile_model, packaged_content
from leadbell.scoring.scoring import derive, judge
from leadbell.scoring.snapshots import Basis, History, seal

ROUNDS = 7
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DAYS = 100
KINDS = ("article.read", "product.viewed", "pricing.viewed", "visit.returned", "cart.added")
PROFILE: dict[str, Value] = {
    "email": "eva@acme.example.com",
    "job_title": "VP Operations",
    "employees": 250,
    "country": "SE",
    "industry": "manufacturing",
}
ASKED: tuple[dict[str, Value], ...] = ({}, {"means": "question"}, {"means": "request"})
ONE_FORM_IN = 50
WANTED = 5


def history(length: int) -> list[Fact]:
    """A form, then page views with their addresses over the last hundred days; each fiftieth fact is another form."""
    return [_form(number) if number % ONE_FORM_IN == 0 else _view(number) for number in range(length)]


def _form(number: int) -> Fact:
    asked = ASKED[number // ONE_FORM_IN % len(ASKED)]
    fields = {**PROFILE, "name": "Eva Ek", "company": "Acme AB", "message": "Do your pumps work?", "page": "/contact"}
    return _fact(number, "form.submitted", Trust.SUBMITTED, {**fields, **asked})


def _view(number: int) -> Fact:
    source: dict[str, Value] = {"utm_source": "ads", "utm_medium": "cpc"} if number % 9 == 0 else {}
    return _fact(number, KINDS[number % len(KINDS)], Trust.BROWSER, {"page": f"/articles/{number % 37}", **source})


def _fact(number: int, kind: str, trust: Trust, fields: Mapping[str, Value]) -> Fact:
    at = NOW - timedelta(days=number * 7 % DAYS, minutes=number % 600)
    return Fact(f"{number:032x}", kind, at, at, trust, fields, key=event_key(at.date(), f"{number:032x}"))


# ---- What it is compared with ----------------------------------------------------------------------------------------


def interpreted(facts: Sequence[Fact], rules: Sequence[Mapping[str, Any]]) -> int:
    """Each rule, as it stands in the file, tried on each fact."""
    total = 0
    for fact in facts:
        for rule in rules:
            if rule["event"] == fact.type and _matches(rule["where"], fact.fields):
                total += rule["points"]
    return total


def _matches(where: Mapping[str, Any], fields: Mapping[str, Value]) -> bool:
    for name, wanted in where.items():
        if wanted == {"exists": False}:
            if fields.get(name):
                return False
        elif fields.get(name) != wanted:
            return False
    return True


def summed(facts: Sequence[Fact], points: Mapping[str, int]) -> int:
    """The least that any loop over the facts does: one look-up and one sum for each, and no rule at all."""
    total = 0
    for fact in facts:
        total += points[fact.type]
    return total


# ---- The measurement -------------------------------------------------------------------------------------------------


def _seconds(act: Callable[[], object], times: int) -> float:
    """Of one call: the best of several rounds, since whatever else the machine does only adds to it."""
    rounds = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for _ in range(times):
            act()
        rounds.append((time.process_time() - started) / times)
    return min(rounds)


def _as_sealed(facts: Sequence[Fact], model: CompiledModel) -> History:
    """The same past as the service keeps it: old page views counted together, once they are worth it."""
    made = seal(History(facts), Basis(model.version, None), model, NOW.date())
    if made is None:
        return History(facts)
    bound = event_key(made.through + timedelta(days=1), "")
    return History([*made.facts, *(fact for fact in facts if fact.key >= bound)], made)


def measure() -> Table:
    """One row per length of history."""
    content = packaged_content()
    model, rules = compile_model(content, "packaged"), json.loads(content)["interest"]["rules"]
    points = {rule["event"]: rule["points"] for rule in rules}
    title = f"Deriving a contact with all its reasons; wanted: {WANTED} times as fast as the plain loop"
    heads = ("facts", "ms", "facts per second", "plain loop, ms", "times as fast", "sum alone", "sealed, ms", "times")
    table = Table(*heads, title=title)
    for length in (1, 10, 100, 1000, 10000):
        facts, times = history(length), max(3, 3000 // length)
        past = _as_sealed(facts, model)
        taken, loop, least, sealed = (
            _seconds(act, times)
            for act in (
                lambda facts=facts: derive(facts, None, model, NOW),
                lambda facts=facts: interpreted(facts, rules),
                lambda facts=facts: summed(facts, points),
                lambda past=past: judge(past.tally(None, model, NOW.date()), model, NOW.date()),
            )
        )
        speeds = (loop / taken, least / taken, loop / sealed)
        told, alone, kept = (f"{speed:.2f}" for speed in speeds)
        figures = (f"{taken * 1000:.2f}", f"{length / taken:,.0f}", f"{loop * 1000:.3f}", told, alone)
        table.add_row(f"{length:,}", *figures, f"{sealed * 1000:.2f}", kept)
    return table

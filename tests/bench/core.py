"""The core alone: milliseconds to derive a contact, and facts per second, at several lengths of history."""

import time
from datetime import UTC, datetime, timedelta

from rich.table import Table

from leadbell.events import Fact, Trust, Value
from leadbell.scoring.compiled import CompiledModel
from leadbell.scoring.rules import default_model
from leadbell.scoring.scoring import derive

ROUNDS = 7
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
KINDS = ("article.read", "product.viewed", "pricing.viewed", "visit.returned", "cart.added")
PROFILE: dict[str, Value] = {
    "email": "eva@acme.example.com",
    "job_title": "VP Operations",
    "employees": 250,
    "country": "SE",
    "industry": "manufacturing",
}


def history(length: int) -> list[Fact]:
    """A guide, then page views spread over the last hundred days."""
    facts = [Fact("first", "guide.requested", NOW, NOW, Trust.SUBMITTED, PROFILE)]
    for number in range(length - 1):
        at = NOW - timedelta(days=number % 100, minutes=number)
        facts.append(Fact(f"f{number}", KINDS[number % len(KINDS)], at, at, Trust.BROWSER))
    return facts


def _seconds(facts: list[Fact], model: CompiledModel, times: int) -> float:
    started = time.process_time()
    for _ in range(times):
        derive(facts, None, model, NOW)
    return (time.process_time() - started) / times


def measure() -> Table:
    """One row per length: the best of several rounds, since whatever else the machine does only adds to it."""
    model = default_model().compiled()
    table = Table("facts", "ms to derive", "facts per second", title="Deriving a contact with all its reasons")
    for length in (1, 10, 100, 1000, 10000):
        facts = history(length)
        taken = min(_seconds(facts, model, max(3, 3000 // length)) for _ in range(ROUNDS))
        table.add_row(f"{length:,}", f"{taken * 1000:.2f}", f"{length / taken:,.0f}")
    return table

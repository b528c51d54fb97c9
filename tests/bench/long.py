"""What one more page view costs for contacts with ever longer histories: units and milliseconds, in full and sealed.

The history is spread evenly over half a year and ends five days ago; since then came one page view a day.
"""

import time
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

from rich.table import Table

from leadbell.contacts.derived_items import snapshot_item, snapshot_of
from leadbell.contacts.items import event_item
from leadbell.contacts.store import Contacts
from leadbell.events import Fact, Trust, event_key
from leadbell.qualify.refresh import Refresher
from leadbell.sales.reps import Reps
from leadbell.scoring import snapshots
from leadbell.scoring.rules import default_model
from leadbell.scoring.scoring import derive, judge
from leadbell.scoring.snapshots import Basis, History, seal
from leadbell.table import Table as Stored
from leadbell.table import encode
from tests.bench.core import KINDS, PROFILE, ROUNDS
from tests.bench.units import Meter, metered
from tests.integration.service import KEYS

LENGTHS = (10, 100, 1000, 10000)
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
OLDEST_DAYS, NEWEST_DAYS = 175, 5


def history(length: int) -> list[Fact]:
    """A guide and page views with where they came from, as doors store them."""
    facts = [Fact("first", "guide.requested", *(NOW - timedelta(days=OLDEST_DAYS),) * 2, Trust.SUBMITTED, PROFILE)]
    for number in range(length - 1):
        ago = OLDEST_DAYS - (OLDEST_DAYS - NEWEST_DAYS) * number / length
        if number >= length - 1 - min(NEWEST_DAYS, length // 4):
            ago = length - 1 - number
        at = NOW - timedelta(days=ago)
        fields = {"page": f"/articles/{number % 23}", "utm_source": "newsletter"}
        facts.append(Fact(f"{number:032x}", KINDS[number % len(KINDS)], at, at, Trust.BROWSER, fields))
    return [_keyed(each) for each in facts]


def _keyed(fact: Fact) -> Fact:
    values = {name: getattr(fact, name) for name in fact.__slots__}
    return Fact(**values | {"key": event_key(fact.day, fact.id)})


def store(client: Any, contact: str, facts: list[Fact]) -> None:
    """Puts the facts as they were stored in their time, decided about since."""
    items = [event_item(contact, each, each.key) for each in facts]
    puts = [
        {"PutRequest": {"Item": encode({k: v for k, v in each.items() if k not in ("due_pk", "due_at")})}}
        for each in items
    ]
    for start in range(0, len(puts), 25):
        client.batch_write_item(RequestItems={"leads": puts[start : start + 25]})


def milliseconds(act: Any, times: int) -> float:
    """Of one call: the best of several rounds."""
    rounds = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for _ in range(times):
            act()
        rounds.append((time.process_time() - started) / times * 1000)
    return min(rounds)


def derived(table: Table) -> None:
    """Milliseconds to derive, from all facts and through a snapshot read from its item."""
    model = default_model().compiled()
    basis = Basis(model.version, None)
    for length in LENGTHS:
        facts, times = history(length), max(3, 3000 // length)
        full = milliseconds(lambda facts=facts: derive(facts, None, model, NOW), times)
        made = seal(History(facts), basis, model, NOW.date())
        if made is None:
            table.add_row(f"{length:,}", f"{full:.2f}", "none made", "-")
            continue
        item = snapshot_item(made)
        assert item is not None
        bound = event_key(made.through + timedelta(days=1), "")
        tail = [each for each in facts if each.key >= bound]

        def read(item: Any = item, tail: list[Fact] = tail) -> None:
            found = snapshot_of({name: value for name, value in item.items() if value is not None})
            past = History([*found.facts, *tail], found)
            judge(past.tally(None, model, NOW.date()), model, NOW.date())

        table.add_row(f"{length:,}", f"{full:.2f}", f"{milliseconds(read, 50):.2f}", f"{len(item['body']) / 1024:.1f}")


def one_more(client: Any, meter: Meter, refresher: Refresher, contact: str, minute: int) -> tuple[float, float]:
    """Read and write units of scoring one more page view."""
    at = NOW + timedelta(minutes=minute)
    refresher.contacts.file(contact, Fact(f"new-{minute}", "article.read", at, at, Trust.BROWSER), at.date())
    meter.reset()
    refresher.refresh(contact, at)
    return meter.read, meter.written


def units(table: Table) -> None:
    """Units of one more page view; the first look at a long history also writes the snapshot."""
    with metered() as (functions, meter):
        stored = Stored(meter.wrap(functions.client), "leads")
        models = functions.score.refresher.models
        refresher = Refresher(Contacts(stored), Reps(stored), models, KEYS, "https://api.example.com")
        for length in LENGTHS:
            store(functions.client, f"c_full{length}", history(length))
            store(functions.client, f"c_sealed{length}", history(length))
            with patch.object(snapshots.seal, "__defaults__", (10**9,)):
                one_more(functions.client, meter, refresher, f"c_full{length}", 0)
                full = one_more(functions.client, meter, refresher, f"c_full{length}", 1)
            sealing = one_more(functions.client, meter, refresher, f"c_sealed{length}", 0)
            sealed = one_more(functions.client, meter, refresher, f"c_sealed{length}", 1)
            table.add_row(
                f"{length:,}", *(f"{number:g}" for number in (full[0], sealed[0], full[1], sealed[1], sealing[1]))
            )


def measure() -> tuple[Table, Table]:
    """One row per length of history."""
    times = Table("facts", "ms, all facts", "ms, sealed", "snapshot, KB", title="Deriving a contact with all reasons")
    derived(times)
    table = Table(
        "facts",
        "read, all facts",
        "read, sealed",
        "write, all facts",
        "write, sealed",
        "write when sealing",
        title="Units of scoring one more page view",
    )
    units(table)
    return times, table

"""Ten thousand requests from one source, each with another X-Forwarded-For, while somebody else writes to us.

The real handler of the forms over a table in memory. In each minute exactly as many pass as the form's limit says, and
the second source, which keeps to it, is never refused.
"""

import random
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlencode

from rich.table import Table

from leadbell.forms.config import SpamSettings
from tests.aws.world import World
from tests.integration.service import FORM, http_event, limit_as_deployed
from tests.proof.memory import scene

REQUESTS = 10_000
MINUTES = 5
FLOOD, VISITOR = "198.51.100.7", "203.0.113.9"
LIMIT = SpamSettings().per_minute


@dataclass
class Flood:
    """Answers by status, of each minute for the flood, and of all for the visitor."""

    minutes: list[Counter[int]] = field(default_factory=list)
    visitor: Counter[int] = field(default_factory=Counter)
    facts: int = 0


def play(requests: int = REQUESTS, minutes: int = MINUTES) -> Flood:
    """The same number of requests in each minute; the visitor writes as often as one source may."""
    flood, chance = Flood(), random.Random(7)
    with scene() as world:
        limit_as_deployed(world.service.apps["forms"], world.patch)
        for minute in range(minutes):
            flood.minutes.append(Counter())
            count = requests // minutes
            for number in range(count):
                flood.minutes[-1][_post(world, FLOOD, f"{minute}.{number}", chance)] += 1
                if number % (count // LIMIT) == 0:
                    flood.visitor[_post(world, VISITOR, f"v{minute}.{number}", chance)] += 1
            world.move(minutes=1)
        flood.facts = len(world.service.facts())
    return flood


def _post(world: World, source: str, who: str, chance: random.Random) -> int:
    claimed = ".".join(str(chance.randrange(256)) for _ in range(4))
    headers = {"content-type": FORM, "accept": "text/html", "x-forwarded-for": claimed}
    body = urlencode({"email": f"{who}@acme.example.com", "message": "Hello"}).encode()
    event = http_event("POST", "/forms/contact", body, headers)
    event["requestContext"]["http"]["sourceIp"] = source
    return world.service.send(event).status


def measure() -> Table:
    """One row a minute."""
    flood = play()
    table = Table(
        "minute", "requests", "passed", "refused", title=f"One source, {REQUESTS:,} requests, limit {LIMIT} a minute"
    )
    for number, minute in enumerate(flood.minutes, 1):
        table.add_row(str(number), f"{minute.total():,}", str(minute[303]), f"{minute[429]:,}")
    table.add_row("a second source", str(flood.visitor.total()), str(flood.visitor[303]), str(flood.visitor[429]))
    assert all(minute == {303: LIMIT, 429: REQUESTS // MINUTES - LIMIT} for minute in flood.minutes)
    assert flood.visitor == {303: MINUTES * LIMIT}
    assert flood.facts == 2 * MINUTES * LIMIT
    return table

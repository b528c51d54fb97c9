"""Eight workers on one contact while three writes in ten meet somebody else's; and one contact that poisons a batch.

A worker does what score does with a doorbell: `refresh_or_park`. What still conflicts after its own retries is left to
redelivery: here the same doorbell rings again, as often as its mapping allows.
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError
from rich.table import Table

from leadbell import table as table_module
from leadbell.contacts.items import partition
from leadbell.errors import Conflict
from leadbell.events import Fact, Trust, event_key
from leadbell.lifecycle.standing import score_of
from leadbell.qualify.batches import refresh_or_park
from leadbell.scoring.scoring import derive
from leadbell.table import moment, translated
from tests.aws.wire import Wire
from tests.aws.world import World
from tests.integration.sam_template import mapping_of
from tests.integration.service import EVA
from tests.proof.crashes import end_of, packaged
from tests.proof.dynamodb_store import Key
from tests.proof.memory import scene, table

THREADS, FACTS_EACH, SHARE, SEED = 8, 100, 0.3, 7
CONTACTS, BATCH_SECONDS = 10_000, 1
EMAIL = EVA["email"]
KINDS = ("article.read", "product.viewed", "pricing.viewed", "visit.returned", "ad.clicked")


@dataclass
class Injected:
    """Asked before each write which of its keys somebody else is writing."""

    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    lock: Lock = field(default_factory=Lock)
    times: int = 0
    writes: int = 0

    def __call__(self, operation: str, keys: tuple[Key, ...]) -> tuple[Key, ...]:
        with self.lock:
            self.writes += 1
            if self.chance.random() >= SHARE:
                return ()
            self.times += 1
            return (self.chance.choice(keys),)


def dawdle() -> None:
    """Lets other threads go first, for up to as long as a whole refresh takes."""
    time.sleep(random.uniform(0, 0.01))


@dataclass
class Busy(Wire):
    """A wire that dawdles before each write, and counts how calls end."""

    ends: Counter[str] = field(default_factory=Counter)
    lock: Lock = field(default_factory=Lock)

    def call(self, service: str, operation: str, act: Any, params: Any) -> Any:
        if operation not in ("GetItem", "Query"):
            dawdle()
        try:
            return act(**params)
        except ClientError as error:
            if isinstance(translated(error), Conflict):
                self.count("conflicts")
            raise

    def count(self, what: str) -> None:
        with self.lock:
            self.ends[what] += 1


@contextmanager
def in_a_hurry() -> Iterator[None]:
    """Threads take turns a thousand times as often as Python has them do."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(before / 1000)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def fact_of_thread(here: World, thread: int, number: int) -> Fact:
    """A page view; every tenth is a request, every 25th a question."""
    at = here.clock() - timedelta(seconds=1000 - number, milliseconds=thread)
    name = f"t{thread}-{number:03d}"
    if number % 25 == 24:
        asked = {**EVA, "form": "contact", "means": "question", "asks": "question", "message": f"Why {name}?"}
        return Fact(name, "form.submitted", at, at, Trust.SUBMITTED, asked)
    if number % 10 == 9:
        asked = {**EVA, "form": "demo", "means": "request", "asks": "demo"}
        return Fact(name, "form.submitted", at, at, Trust.SUBMITTED, asked)
    return Fact(name, KINDS[number % len(KINDS)], at, at, Trust.BROWSER, {"page": f"/{name}"})


def rings(here: World, wire: Busy, contact: str) -> bool:
    """One doorbell, delivered until it is done; False where its deliveries are used up."""
    app = here.service.apps["score"]
    for delivery in range(1 + mapping_of("score").retries):
        wire.count("redeliveries" if delivery else "doorbells")
        try:
            refresh_or_park(app.refresher, app.parking, contact, here.clock())
        except Conflict:
            continue
        return True
    return False


def files(here: World, contact: str, fact: Fact) -> None:
    """What a sender does whose fact met a conflict: it sends it again."""
    while True:
        try:
            here.service.contacts.file(contact, fact, fact.day)
        except Conflict:
            continue
        return


def is_stale(here: World) -> bool:
    """Whether the contact does not stand where all its facts put it."""
    standing, facts = here.service.standing(EMAIL), here.service.contacts.facts(here.service.id_of(EMAIL))
    fresh = derive(facts, standing.reset_at, packaged(), here.clock())
    return (standing.score, standing.bookkeeping.evidence) != (score_of(fresh), fresh.evidence)


@dataclass(frozen=True)
class Crowd:
    """What came of it."""

    facts: int
    writes: int
    injected: int
    ends: Counter[str]
    unresolved: int
    wrong: Counter[str]
    seconds: float


def crowd(threads: int = THREADS, each: int = FACTS_EACH) -> Crowd:
    """In each round every thread files a fact and answers its doorbell, all on one contact, all at once."""
    with scene() as here, in_a_hurry():
        contact, injected = here.service.id_of(EMAIL), Injected()
        wire = here.rewire("score", Busy())
        here.patch.setattr(table_module, "time", SimpleNamespace(sleep=lambda seconds: time.sleep(seconds / 10)))
        table().conflict(injected)
        started = time.monotonic()

        def works(turn: tuple[int, int]) -> int:
            dawdle()
            files(here, contact, fact_of_thread(here, *turn))
            return not rings(here, wire, contact)

        unresolved = stale = 0
        with ThreadPoolExecutor(threads) as pool:
            for number in range(each):
                unresolved += sum(pool.map(works, [(thread, number) for thread in range(threads)]))
                stale += is_stale(here)
        seconds = time.monotonic() - started
        table().conflict()
        facts = len(here.service.facts(EMAIL))
        waiting = sum("due_pk" in item for item in here.service.facts(EMAIL))
        here.pass_time(30)
        wrong = end_of(here).wrong
        wrong["stale though every doorbell was answered"] += stale
        wrong["facts that wait"] += waiting
        wrong["facts lost"] += threads * each - facts
        wrong["alerts but one"] += abs(1 - sum(each["heard"] == "alert" for each in here.service.letters(EMAIL)))
        moves = here.service.standing(EMAIL).qualification.moves
        wrong["moves not in the log"] += abs(moves - len(here.service.log(EMAIL)))
        return Crowd(facts, injected.writes, injected.times, wire.ends, unresolved, +wrong, seconds)


# ---- Poison ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Poisoned:
    """What came of one contact that cannot be derived among others."""

    contacts: int
    batches: int
    parked: int
    delayed: int
    derived: int
    released: bool
    heard: int
    seconds: float


def person(number: int) -> str:
    return f"person{number}@company{number}.example.com"


def poison(contacts: int = CONTACTS) -> Poisoned:
    """Everybody asks for a guide; one of them, who asked for a demo too, has a fact that nobody can read."""
    with scene() as here:
        bad, ids = contacts // 2, [here.service.id_of(person(number)) for number in range(contacts)]
        for number, contact in enumerate(ids):
            fields = {**EVA, "email": person(number), "asset": "guide"}
            fact = Fact(f"g{number}", "guide.requested", here.clock(), here.clock(), Trust.SUBMITTED, fields)
            here.service.contacts.file(contact, fact, fact.day)
            if number == bad:
                here.post("/forms/demo", {**EVA, "email": person(bad)})
                key = {"pk": partition(contact), "sk": event_key(fact.day, "poison")}
                here.service.table.put(
                    {**here.service.stored(person(bad), fact_key(fact)), **key, "type": "cow.milked"}
                )
        started = time.monotonic()
        deliveries = [delivery for delivery in iter(here.step, None) if delivery.consumer == "score"]
        seconds = time.monotonic() - started
        consumer = here.poller.consumers["score"]
        again = {number for number, times in consumer.deliveries.items() if times > 1}
        derived = sum(here.service.contacts.standing(contact).version == 1 for contact in ids)
        parked = here.service.items(prefix="PARKED")
        assert [each["pk"] for each in parked] == [f"PARKED#{ids[bad]}"], parked
        here.service.table.delete(key["pk"], key["sk"])
        here.clock.at = moment(parked[0]["due_at"])
        here.sweep()
        here.drain()
        released = not here.service.items(prefix="PARKED") and here.service.standing(person(bad)).stage == "sql"
        here.pass_time(5)
        return Poisoned(
            contacts, len(deliveries), len(parked), len(again), derived, released, len(here.sns.published), seconds
        )


def fact_key(fact: Fact) -> str:
    return event_key(fact.day, fact.id)


def measure() -> Table:
    """The crowd and the poison, a figure each."""
    many, one = crowd(), poison()
    shown = Table("figure", "", title="Conflicts on 30 % of writes, 8 threads; one poisoned contact among 10,000")
    for name, value in (
        ("facts", many.facts),
        ("writes attempted", many.writes),
        ("conflicts injected", many.injected),
        ("conflicts seen by score, those of each other included", many.ends["conflicts"]),
        ("doorbells", many.ends["doorbells"]),
        ("redeliveries", many.ends["redeliveries"]),
        ("unresolved after redelivery", many.unresolved),
        ("seconds", round(many.seconds, 1)),
        ("contacts in batches", one.contacts),
        ("batches", one.batches),
        ("parked, of one", one.parked),
        ("others delayed", one.delayed),
        ("others derived in their first delivery", one.derived),
        ("contacts a second", round(one.contacts / one.seconds)),
        ("mails after mending", one.heard),
    ):
        shown.add_row(name, f"{value:,}")
    check(many, one)
    return shown


def check(many: Crowd, one: Poisoned) -> None:
    assert many.unresolved == 0, many
    assert not many.wrong, many.wrong
    assert (one.parked, one.delayed, one.derived) == (1, 0, one.contacts - 1), one
    assert one.released, one
    assert one.heard == 1, one

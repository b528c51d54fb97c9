"""The stream silent for thirty hours, and a hundred thousand facts once more under another model.

While the stream is silent the sweep alone heals the facts that matter, ten minutes after they came; page views wait for
`reconcile`, which is one refresh of each contact.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from rich.console import Group
from rich.table import Table

from leadbell.events import Fact, Trust
from leadbell.lifecycle.standing import score_of
from leadbell.scoring.compiled import CompiledModel
from leadbell.scoring.published import Models
from leadbell.scoring.rules import Model, default_model
from leadbell.scoring.scoring import derive
from tests.aws.world import World, name_of
from tests.integration.service import EVA
from tests.proof.memory import scene

CONTACTS, HOURS, SEED = 2_000, 30, 11
REPLAYED_CONTACTS, FACTS_EACH = 10_000, 10
HEALED_WITHIN = timedelta(minutes=11)  # due ten minutes after it came, and swept within the next
PAGES = ("article.read", "product.viewed", "pricing.viewed", "visit.returned", "cart.added")


def person(number: int) -> dict[str, str]:
    """Every 50th is from Portugal."""
    country = {"country": "PT"} if number % 50 == 7 else {}
    return {**EVA, "name": f"Person {number}", "email": f"person{number}@company{number}.example.com", **country}


def id_of(here: World, number: int) -> str:
    return here.service.id_of(person(number)["email"])


def drain(here: World) -> None:
    """The stream runs dry, and time stands still."""
    for _ in iter(here.step, None):
        pass


def file(here: World, number: int, kind: str, at: datetime, trust: Trust, fact_id: str, /, **fields: str) -> Fact:
    contact = id_of(here, number)
    fact = Fact(fact_id, kind, at, at, trust, fields)
    here.service.contacts.file(contact, fact, fact.day)
    return fact


def guide(here: World, number: int, at: datetime) -> Fact:
    return file(here, number, "guide.requested", at, Trust.SUBMITTED, f"g{number}", asset="guide", **person(number))


def request(here: World, number: int, at: datetime, name: str) -> Fact:
    said = {**person(number), "form": "demo", "means": "request", "asks": "demo"}
    return file(here, number, "form.submitted", at, Trust.SUBMITTED, name, **said)


def page(here: World, number: int, at: datetime, name: str) -> Fact:
    kind = PAGES[hash_of(name) % len(PAGES)]
    return file(here, number, kind, at, Trust.BROWSER, name, page=f"/{name}")


def hash_of(name: str) -> int:
    """The same in every process."""
    return sum(name.encode())


def stale(here: World, numbers: Iterable[int], model: CompiledModel) -> list[int]:
    """Who does not stand where all their facts put them."""
    found = []
    for number in numbers:
        contact = id_of(here, number)
        standing, facts = here.service.contacts.standing(contact), here.service.contacts.facts(contact)
        fresh = derive(facts, standing.reset_at, model, here.clock())
        shown = (standing.score, standing.bookkeeping.evidence, standing.bookkeeping.model)
        if shown != (score_of(fresh), fresh.evidence, model.version):
            found.append(number)
    return found


def twice_or_never(here: World) -> int:
    """Mails that are not named in exactly one accepted publish."""
    named = here.named()
    keys = [name_of(letter) for letter in here.service.letters()]
    return sum(named[key] != 1 for key in keys) + len(named.keys() - set(keys))


# ---- Silence --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Silence:
    """What came of it. `late` are facts that mattered and were not decided about in time."""

    contacts: int
    mattering: int
    pages: int
    late: int
    lost: int
    requests: int
    alerts: int
    wrong_mails: int
    stale_before: int
    stale_after: int
    swept: int
    reconciled_a_second: float
    slowest: timedelta


@dataclass
class Watch:
    """Facts that matter, from their arrival until somebody has decided about them."""

    here: World
    waiting: dict[str, Fact] = field(default_factory=dict)
    slowest: timedelta = timedelta()
    late: int = 0

    def sees(self, number: int, fact: Fact) -> None:
        if fact.kind.matters:
            self.waiting[id_of(self.here, number)] = fact

    def looks(self) -> None:
        """After each sweep; who came less than nine minutes ago cannot be decided about yet."""
        now = self.here.clock()
        old = [each for each, fact in self.waiting.items() if now - fact.received_at > timedelta(minutes=9)]
        for contact in old:
            if any(fact.undecided for fact in self.here.service.contacts.facts(contact)):
                continue
            age = now - self.waiting.pop(contact).received_at
            self.slowest, self.late = max(self.slowest, age), self.late + (age > HEALED_WITHIN)


def silence(contacts: int = CONTACTS, hours: int = HOURS) -> Silence:
    """Contacts who had a guide; then, in silence, every fifth asks for a demo and every other one looks at pages."""
    with scene() as here:
        numbers, model = range(contacts), default_model().compiled()
        for number in numbers:
            guide(here, number, here.clock())
        drain(here)
        here.stream.silent = True
        watch, sweeps = Watch(here), hours * 60 + 30
        _sweeps_alone(here, watch, _arrivals(here.clock(), contacts, hours), sweeps)
        here.stream.silent = False
        before = stale(here, numbers, model)
        rate = _reconciled(here, numbers)
        here.pass_time(5)
        letters = here.service.letters()
        heard = Counter(letter["fact"] for letter in letters)
        return Silence(
            contacts=contacts,
            mattering=len(numbers[::5]),
            pages=len(numbers[1::2]),
            late=watch.late + len(watch.waiting),
            lost=sum(heard[f"r{number}"] != 1 for number in numbers[::5]),
            requests=len(numbers[::5]),
            alerts=sum(letter["heard"] == "alert" for letter in letters),
            wrong_mails=twice_or_never(here),
            stale_before=len(before),
            stale_after=len(stale(here, numbers, model)),
            swept=sweeps,
            reconciled_a_second=rate,
            slowest=watch.slowest,
        )


Arrival = tuple[datetime, Callable[..., Fact], int, str]


def _sweeps_alone(here: World, watch: Watch, arrivals: list[Arrival], minutes: int) -> None:
    for _ in range(minutes):
        here.move(minutes=1)
        while arrivals and arrivals[-1][0] <= here.clock():
            at, act, number, name = arrivals.pop()
            watch.sees(number, act(here, number, at, name))
        here.sweep()
        watch.looks()
    assert not here.errors, here.errors


def _reconciled(here: World, numbers: Sequence[int]) -> float:
    """Looks at every contact; gives how many a second."""
    refresher, started = here.service.apps["score"].refresher, time.monotonic()
    for number in numbers:
        refresher.refresh(id_of(here, number), here.clock())
    return len(numbers) / (time.monotonic() - started)


def _arrivals(start: datetime, contacts: int, hours: int) -> list[Arrival]:
    """What comes in silence, the last first."""
    found: list[Arrival] = []
    for number in range(contacts):
        at = start + timedelta(hours=hours) * (number * 7919 % contacts) / contacts
        if number % 5 == 0:
            found.append((at, request, number, f"r{number}"))
        if number % 2:
            found.append((at, page, number, f"p{number}"))
    return sorted(found, key=lambda each: each[0], reverse=True)


# ---- Replay ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Replay:
    """What came of it."""

    facts: int
    batches: int
    moved: int
    held: int
    differences: int
    publishes: int
    facts_a_second: float


def edited(change: Callable[[dict[str, Any]], None]) -> Model:
    plain = default_model().model_dump(mode="json")
    change(plain)
    return Model.model_validate(plain)


def excludes_portugal(plain: dict[str, Any]) -> None:
    """Requests from there are message copies, until a model comes that has nothing against the country."""
    (veto,) = [each for each in plain["vetoes"] if each["id"] == "excluded-market"]
    veto["where"] = {"country": ["PT"]}


def worth_more(plain: dict[str, Any]) -> None:
    for rule in plain["interest"]["rules"]:
        rule["points"] += 3 if rule["points"] else 0


def publish(here: World, model: Model, seen: int) -> None:
    Models(here.service.table).publish(model.compiled(), seen, "lena", here.clock())
    here.move(minutes=1)


def replay(contacts: int = REPLAYED_CONTACTS, each: int = FACTS_EACH) -> Replay:
    """Each contact has a guide and pages, every 20th and whoever is from Portugal a request; then another model."""
    with scene() as here:
        publish(here, edited(excludes_portugal), 0)
        for number in range(contacts):
            _visits(here, number, each)
        drain(here)
        here.pass_time(60)
        batches = list(here.poller.consumers["score"].delivered)
        facts = len({record.number for batch in batches for record in batch})
        assert facts == contacts * each, (facts, contacts * each)
        published = len(here.sns.published)
        model = edited(worth_more)
        publish(here, model, 1)
        stages = [here.service.standing(person(number)["email"]).stage for number in range(contacts)]
        started = time.monotonic()
        for batch in batches:
            answer = here.service.invoke("score", {"Records": [record.as_event() for record in batch]})
            assert answer == {"batchItemFailures": []}, answer
        seconds = time.monotonic() - started
        here.pass_time(60)
        compiled = model.compiled()
        after = [here.service.standing(person(number)["email"]) for number in range(contacts)]
        return Replay(
            facts=facts,
            batches=len(batches),
            moved=sum(standing.stage != stage for standing, stage in zip(after, stages, strict=True)),
            held=sum(standing.qualification.held_at is not None for standing in after),
            differences=len(stale(here, range(contacts), compiled)),
            publishes=len(here.sns.published) - published,
            facts_a_second=facts / seconds,
        )


def _visits(here: World, number: int, each: int) -> None:
    asks = number % 20 == 3 or person(number)["country"] == "PT"
    guide(here, number, here.clock())
    for at in range(each - 1 - asks):
        page(here, number, here.clock() - timedelta(days=at), f"p{number}-{at}")
    if asks:
        request(here, number, here.clock(), f"r{number}")


def measure() -> Group:
    """The silence and the replay, a figure each."""
    quiet, again = silence(), replay()
    first = Table("figure", "", title=f"The stream silent for {HOURS} simulated hours")
    for name, value in (
        ("contacts", f"{quiet.contacts:,}"),
        ("facts that matter, all healed by the sweep", f"{quiet.mattering:,}"),
        ("of these later than 11 minutes", f"{quiet.late:,}"),
        ("slowest", f"{quiet.slowest}"),
        ("sweeps", f"{quiet.swept:,}"),
        ("alerts for requests made meanwhile", f"{quiet.alerts:,} of {quiet.requests:,}"),
        ("mails named never or twice", f"{quiet.wrong_mails:,}"),
        ("page views", f"{quiet.pages:,}"),
        ("contacts stale before reconcile", f"{quiet.stale_before:,}"),
        ("contacts stale after it", f"{quiet.stale_after:,}"),
        ("contacts reconciled a second", f"{quiet.reconciled_a_second:,.0f}"),
    ):
        first.add_row(name, value)
    second = Table("figure", "", title="All facts once more, under another model")
    for name, value in (
        ("facts", f"{again.facts:,}"),
        ("batches", f"{again.batches:,}"),
        ("contacts whose stage moved", f"{again.moved:,}"),
        ("held: only the model makes them sales-qualified", f"{again.held:,}"),
        ("differences against a fresh derive", f"{again.differences:,}"),
        ("publishes", f"{again.publishes:,}"),
        ("facts replayed a second", f"{again.facts_a_second:,.0f}"),
    ):
        second.add_row(name, value)
    check(quiet, again)
    return Group(first, second)


def check(quiet: Silence, again: Replay) -> None:
    assert (quiet.late, quiet.lost, quiet.wrong_mails, quiet.stale_after) == (0, 0, 0, 0), quiet
    assert quiet.alerts == quiet.requests, quiet
    assert quiet.stale_before > 0, quiet
    assert (again.differences, again.publishes) == (0, 0), again
    assert again.moved > 0 < again.held, again

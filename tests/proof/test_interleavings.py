"""Two workers on one contact, in every order of their steps: no order may leave a wrong standing behind.

A worker's steps are its calls to the table: read the standing, read the facts, write (and, where a write meets a
conflict, all of it again). The orders are not sampled: the tree of choices "who goes next" is walked to its end.
"""

import itertools
import sys
import threading
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from leadbell import table as table_module
from leadbell.contacts.store import Change, Contacts
from leadbell.events import Fact, Trust
from leadbell.keyed import Keyring
from leadbell.lifecycle.standing import Standing, score_of
from leadbell.outbox.sales_outbox import mail_of
from leadbell.qualify import refresh as refresh_module
from leadbell.sales.reps import Reps
from leadbell.scoring.compiled import Active, CompiledModel
from leadbell.scoring.rules import Model, default_model
from leadbell.scoring.scoring import derive
from leadbell.table import Item, Table, Write, encode
from tests.guards.guards import GUARDS
from tests.guards.runs import ROOT
from tests.integration.sam_template import table_definition
from tests.proof.dynamodb import FastDynamo

NOW = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
TURN_SECONDS = 5

EVA = {
    "email": "eva@acme.example.com",
    "job_title": "VP Operations",
    "employees": 250,
    "country": "SE",
    "industry": "manufacturing",
}


def fact(name: str, kind: str, minute: int, /, **fields: Any) -> Fact:
    at = NOW.replace(minute=minute)
    return Fact(name, kind, at, at, Trust.SUBMITTED, fields)


@dataclass(frozen=True)
class Scenario:
    """What stood before, and the two facts whose doorbells start a worker each."""

    before: tuple[Fact, ...]
    first: Fact
    second: Fact


SCENARIOS = {
    # Of five reasons each is kept by its name, so two more that cancel each other change nothing of what is kept.
    "two beacons that cancel each other": Scenario(
        (fact("f0", "guide.requested", 0, **{**EVA, "industry": ""}),),
        fact("f1", "ad.clicked", 1),
        fact("f2", "mail.opened", 2),
    ),
    "a request while a page view is scored": Scenario(
        (fact("f0", "guide.requested", 0, **EVA),),
        fact("f1", "pricing.viewed", 1),
        fact("f2", "form.submitted", 2, form="demo", means="request", asks="demo", **EVA),
    ),
    "two requests of somebody new": Scenario(
        (),
        fact("f1", "form.submitted", 1, form="demo", means="request", asks="demo", **EVA),
        fact("f2", "form.submitted", 2, form="pricing", means="request", asks="price", **EVA),
    ),
}


@pytest.fixture(scope="module")
def model() -> CompiledModel:
    """The default model, but a mail opened takes back what an ad click gave."""
    plain = default_model().model_dump()
    for rule in plain["interest"]["rules"]:
        if rule["id"] == "mail-open":
            rule["points"] = -5
    return Model.model_validate(plain).compiled()


@pytest.fixture(scope="module")
def table() -> Table:
    client = FastDynamo()
    client.create_table(TableName="leads", **table_definition())
    return Table(client, "leads")


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_module, "time", types.SimpleNamespace(sleep=lambda _: None))


class Worker(threading.Thread):
    """Refreshes one contact, and stops before every step until it is told to go on."""

    def __init__(self, act: Callable[["Worker"], object]) -> None:
        super().__init__(daemon=True)
        self._act = act
        self._turn = threading.Semaphore(0)
        self._stopped = threading.Semaphore(0)
        self.is_done = False
        self.error: Exception | None = None

    def run(self) -> None:
        self._turn.acquire()
        try:
            self._act(self)
        except Exception as error:  # whatever it is, it is raised again in the test
            self.error = error
        self.is_done = True
        self._stopped.release()

    def before_step(self) -> None:
        self._stopped.release()
        assert self._turn.acquire(timeout=TURN_SECONDS)

    def step(self) -> None:
        self._turn.release()
        assert self._stopped.acquire(timeout=TURN_SECONDS)
        if self.error is not None:
            raise self.error


class SteppedContacts(Contacts):
    """The real thing, with a stop before each of the three calls that a refresh makes."""

    def __init__(self, table: Table, worker: Worker) -> None:
        super().__init__(table)
        self._worker = worker

    def standing(self, contact_id: str) -> Standing:
        self._worker.before_step()
        return super().standing(contact_id)

    def facts(self, contact_id: str, filed_after: date = date.min) -> list[Fact]:
        self._worker.before_step()
        return super().facts(contact_id, filed_after)

    def save(self, contact_id: str, change: Change) -> Standing:
        self._worker.before_step()
        return super().save(contact_id, change)


@dataclass(frozen=True)
class OneModel:
    """A model in force for ever."""

    compiled: CompiledModel

    def active(self, now: datetime) -> Active:
        return Active(self.compiled)

    def by_version(self, version: str) -> CompiledModel | None:
        return None


def refresher(module: types.ModuleType, contacts: Contacts, model: CompiledModel) -> Any:
    models = OneModel(model)
    return module.Refresher(
        contacts, Reps(contacts.table), models, Keyring.of(b"a secret for tests"), "https://api.example.com"
    )


@dataclass
class Run:
    """One order of steps: the choices made, and how many workers could have gone at each."""

    choices: list[int]
    widths: list[int]


def run_order(
    module: types.ModuleType, table: Table, model: CompiledModel, scenario: Scenario, contact: str, order: Sequence[int]
) -> Run:
    """Runs both workers, letting `order` choose who goes next and the lowest number go after it ends."""
    contacts = Contacts(table)
    for each in scenario.before:
        contacts.file(contact, each, each.day)
    if scenario.before:
        refresher(refresh_module, contacts, model).refresh(contact, NOW)

    def work(worker: Worker) -> None:
        refresher(module, SteppedContacts(table, worker), model).refresh(contact, NOW)

    workers = [Worker(work), Worker(work)]
    arrivals = [scenario.first, scenario.second]
    started = [False, False]
    for worker in workers:
        worker.start()
    run = Run([], [])
    while ready := [number for number, worker in enumerate(workers) if not worker.is_done]:
        wanted = order[len(run.choices)] if len(run.choices) < len(order) else 0
        number = ready[wanted]
        run.choices.append(wanted)
        run.widths.append(len(ready))
        if not started[number]:  # the doorbell rings after the fact is stored
            contacts.file(contact, arrivals[number], arrivals[number].day)
            started[number] = True
            workers[number].step()  # up to the stop before its first call
        else:
            workers[number].step()
    return run


def every_order(act: Callable[[Sequence[int]], Run]) -> Iterator[Run]:
    """Walks the tree of choices: after each run, the last choice that had an alternative takes it."""
    order: list[int] = []
    while True:
        run = act(order)
        yield run
        order = run.choices
        while order and order[-1] + 1 >= run.widths[len(order) - 1]:
            order = order[:-1]
        if not order:
            return
        order = [*order[:-1], order[-1] + 1]


_contacts = itertools.count()


def wrong_ends(
    module: types.ModuleType, table: Table, model: CompiledModel, scenario: Scenario, *, stop_at_first: bool = False
) -> tuple[int, int]:
    """How many orders there are, and how many leave anything behind that a fresh look at all facts would not."""
    contact = f"c_{next(_contacts)}"
    orders = wrong = 0
    for _ in every_order(lambda order: run_order(module, table, model, scenario, contact, order)):
        orders += 1
        wrong += not is_right(table, model, scenario, contact)
        for item in table.query(f"CONTACT#{contact}", ""):
            table.delete(item["pk"], item["sk"])
        if wrong and stop_at_first:
            break
    return orders, wrong


def is_right(table: Table, model: CompiledModel, scenario: Scenario, contact: str) -> bool:
    contacts = Contacts(table)
    standing, facts = contacts.standing(contact), contacts.facts(contact)
    fresh = derive(facts, None, model, NOW)
    mails = [*table.query(f"CONTACT#{contact}", "ALERT#"), *table.query(f"CONTACT#{contact}", "COPY#")]
    wrote = {each.id for each in (*scenario.before, scenario.first, scenario.second) if each.means}
    return (
        len(facts) == len(scenario.before) + 2
        and (standing.score, standing.bookkeeping.evidence) == (score_of(fresh), fresh.evidence)
        and not any(each.undecided for each in facts)
        and sorted(mail["fact"] for mail in mails) == sorted(wrote)
        and sum(mail["heard"] == "alert" for mail in mails) == bool(wrote)
        and standing.qualification.moves == len(contacts.moves(contact))
    )


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_order_of_two_workers_steps_leaves_a_wrong_standing(name: str, table: Table, model: CompiledModel) -> None:
    orders, wrong = wrong_ends(refresh_module, table, model, SCENARIOS[name])

    print(f"{name}: {orders} orders, {wrong} wrong")
    assert orders >= 20
    assert wrong == 0


def changed(name: str) -> types.ModuleType:
    """The refresh module with a guard taken away."""
    (guard,) = (guard for guard in GUARDS if guard.name == name)
    module = types.ModuleType("leadbell.refresh_changed")
    # A dataclass looks its own module up while it is made.
    sys.modules[module.__name__] = module
    exec(compile(guard.taken_out(ROOT), "refresh_changed.py", "exec"), module.__dict__)
    return module


@pytest.mark.parametrize(
    "guard",
    [
        "the standing is read before the facts",
        "a worker that saw a new fact writes, though the numbers are the same",
    ],
)
def test_some_order_goes_wrong_without(guard: str, table: Table, model: CompiledModel) -> None:
    module = changed(guard)

    found = any(wrong_ends(module, table, model, each, stop_at_first=True)[1] for each in SCENARIOS.values())

    assert found, "no order goes wrong without it: the guard guards nothing, or these scenarios do not show it"


def test_some_order_goes_wrong_without_the_version_condition(
    table: Table, model: CompiledModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leadbell.contacts.store._still", lambda before: ("", None))

    found = any(wrong_ends(refresh_module, table, model, each, stop_at_first=True)[1] for each in SCENARIOS.values())

    assert found


# ---- two contacts of one company -------------------------------------------------------------------------------------

COLLEAGUES = ("c_anna", "c_bo")


class SteppedTable(Table):
    """The real thing, with a stop before each call by which two contacts of one company can meet.

    Each contact's own partition is nobody else's business here, but for the mails in it.
    """

    def __init__(self, table: Table, worker: Worker) -> None:
        super().__init__(table._client, table.name)
        self._worker = worker

    def _meets(self, pk: str, sk: str) -> None:
        if pk.startswith("COMPANY#") or sk.startswith("ALERT#"):
            self._worker.before_step()

    def get(self, pk: str, sk: str) -> Item | None:
        self._meets(pk, sk)
        return super().get(pk, sk)

    def query(self, pk: str, prefix: str) -> Iterator[Item]:
        self._meets(pk, prefix)
        return super().query(pk, prefix)

    def transact(self, writes: Sequence[Write]) -> None:
        self._worker.before_step()
        super().transact(writes)


def colleagues_order(table: Table, model: CompiledModel, order: Sequence[int]) -> Run:
    """Both ask at once, and a worker each scores them; `order` chooses who goes next."""
    for number, contact in enumerate(COLLEAGUES):
        who = {**EVA, "name": contact, "email": f"{contact}@acme.example.com"}
        asked = fact(f"f{number}", "form.submitted", number, form="demo", means="request", asks="demo", **who)
        Contacts(table).file(contact, asked, asked.day)

    def work(contact: str) -> Callable[[Worker], object]:
        return lambda worker: refresher(refresh_module, Contacts(SteppedTable(table, worker)), model).refresh(
            contact, NOW
        )

    workers = [Worker(work(contact)) for contact in COLLEAGUES]
    for worker in workers:
        worker.start()
        worker.step()
    run = Run([], [])
    while ready := [worker for worker in workers if not worker.is_done]:
        wanted = order[len(run.choices)] if len(run.choices) < len(order) else 0
        run.choices.append(wanted)
        run.widths.append(len(ready))
        ready[wanted].step()
    return run


def empty(table: Table) -> None:
    for item in table._client.scan(TableName="leads")["Items"]:
        table.delete(item["pk"]["S"], item["sk"]["S"])


def wrong_among_colleagues(table: Table, model: CompiledModel, *, stop_at_first: bool = False) -> tuple[int, int]:
    """How many orders there are, and in how many somebody has not exactly one alert that names the other once."""
    orders = wrong = 0
    empty(table)  # others of this company were here before
    for _ in every_order(lambda order: colleagues_order(table, model, order)):
        orders += 1
        items = [item for each in COLLEAGUES for item in table.query(f"CONTACT#{each}", "")]
        alerts = {item["pk"]: item for item in items if item["sk"].startswith("ALERT#")}
        bodies = [mail_of(alerts[f"CONTACT#{each}"]).body for each in COLLEAGUES]
        named = [body.count(f"  {other}, ") for body, other in zip(bodies, reversed(COLLEAGUES), strict=True)]
        people = [
            item for item in table._client.scan(TableName="leads")["Items"] if item["pk"]["S"].startswith("COMPANY#")
        ]
        wrong += named != [1, 1] or len(people) != 3
        empty(table)
        if wrong and stop_at_first:
            break
    return orders, wrong


def test_no_order_of_two_colleagues_steps_leaves_one_without_the_other(table: Table, model: CompiledModel) -> None:
    orders, wrong = wrong_among_colleagues(table, model)

    print(f"two colleagues: {orders} orders, {wrong} wrong")
    assert orders >= 20
    assert wrong == 0


@pytest.mark.parametrize("removed", ["_raised", "_told_of"])
def test_some_colleague_is_left_out_without(
    removed: str, table: Table, model: CompiledModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = Write("Put", {"Item": encode({"pk": "NOTHING", "sk": "NOTHING"})})
    if removed == "_raised":
        monkeypatch.setattr("leadbell.sales.colleague_index._raised", lambda company, seen: nothing)
    else:
        monkeypatch.setattr("leadbell.sales.colleague_index.CompanyBook._told_of", lambda *_: [])

    assert wrong_among_colleagues(table, model, stop_at_first=True)[1] > 0


def test_a_worker_that_lost_every_race_leaves_the_record_for_redelivery(table: Table, model: CompiledModel) -> None:
    from leadbell.errors import Conflict

    contacts = Contacts(table)
    contacts.file("c_loser", fact("f1", "guide.requested", 1, **EVA), NOW.date())

    class AlwaysLate(Contacts):
        def standing(self, contact_id: str) -> Standing:
            seen = super().standing(contact_id)
            return replace(seen, bookkeeping=replace(seen.bookkeeping, version=seen.version + 7))

    with pytest.raises(Conflict):
        refresher(refresh_module, AlwaysLate(table), model).refresh("c_loser", NOW)
    assert contacts.standing("c_loser").version == 0

"""Every call of every function fails in every way, alone and in pairs: nothing is lost, doubled or heard twice.

A cell is one run of a scenario with a fault at the n-th call of one function, counted from the scenario's act until
all is quiet: so the second fault of a pair falls into the same invocation, or into whatever makes the first one good
(AWS delivers again, the browser posts again, the schedule runs again). The end is compared with the run without fault.
"""

import random
import re
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from itertools import accumulate, islice
from typing import Any

from rich.table import Table

from leadbell.capture.file_types import listed
from leadbell.contacts.items import fact_of
from leadbell.contacts.standing_items import standing_of
from leadbell.contacts.visitors import Visitors
from leadbell.events import wrote_to_us
from leadbell.identity import contact_of
from leadbell.lifecycle.standing import score_of
from leadbell.outbox.sales_outbox import is_letter
from leadbell.scoring.compiled import CompiledModel
from leadbell.scoring.rules import default_model
from leadbell.scoring.scoring import judge
from leadbell.scoring.snapshots import History
from leadbell.table import Item
from tests.aws.wire import Plan, faults_of
from tests.aws.world import World, name_of
from tests.integration.service import scan
from tests.proof.memory import scene
from tests.proof.scenarios import SCENARIOS, Scenario

HEALED_AFTER = 40  # minutes: a lease, a quarter of an hour for a receipt, and that once more for the second fault
RECEIPT_AFTER = timedelta(minutes=14)  # as late as assumption L allows, but for a minute
SEED = 20_260_302
PAIRS_EACH = 1_500

# What may differ: when, the number of a mail, the random id of a fact and what stands for it.
_OF_THE_RUN = frozenset(
    """
    pk sk happened_at received_at sent_at born_at claimed_at since until at as_of due_at expires_at requests_used_until
    evidence version profile attempts number mailed_as message_id fact cause qualified_by link stage_pk due_pk
    list_pk list_at subscribed_at file_1 file_2 files_not_kept request requested_at
    """.split()  # noqa: SIM905  # reads better than a column of quotes
)
_PASSING = ("PACE#", "CLAIM#", "CONFIG#", "RATE#")


@dataclass(frozen=True)
class End:
    """What a run left behind; `wrong` are promises that the run broke by itself."""

    left: Counter[str]
    wrong: Counter[str]


@dataclass(frozen=True)
class Cell:
    """One run: which function's calls failed, and how."""

    scenario: str
    function: str
    plan: tuple[tuple[int, str], ...]


@dataclass
class Tally:
    """What came of the cells of one function."""

    singles: int = 0
    pairs: int = 0
    of_pairs: int = 0
    lost: int = 0
    doubled: int = 0
    heard_twice: int = 0
    wrong: list[tuple[Cell, str]] = field(default_factory=list)


def run(scenario: Scenario, function: str, plan: Plan) -> tuple[End, list[str]]:
    """One run, and the calls that the function made in it."""
    with scene(sender=scenario.sender) as here:
        here.sns.delays = (RECEIPT_AFTER,)
        scenario.before(here)
        here.read()
        here.wires[function].start(plan)
        scenario.act(here)
        here.pass_time(scenario.minutes)
        here.pass_time(HEALED_AFTER if plan else 0)
        calls = list(here.wires[function].calls)
        here.wires[function].start({})
        return end_of(here), calls


# ---- What a run left behind -----------------------------------------------------------------------------------------


def end_of(here: World) -> End:
    """Every item as it would be in any run that went well, and the promises that this one broke."""
    items = [item for item in scan(here.service.client) if not item["pk"].startswith(_PASSING)]
    left = Counter(_told(item) for item in items)
    return End(left, Counter(_broken(here, items)))


def _told(item: Item) -> str:
    sk = re.sub(r"^(EVENT#[-0-9]+|COPY|LINK#[^#]+)#.*", r"\1", item["sk"])
    sk = re.sub(r"(COPY#|TEXT#|MAIL#[a-z_]+-).*", r"\1", sk)
    return f"{item['pk']} {sk} {_plain(item)}{' due' if 'due_pk' in item else ''}"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in sorted(value.items()) if name not in _OF_THE_RUN}
    if isinstance(value, list):
        return [plain for each in value if (plain := _plain(each)) != ""]
    if not isinstance(value, str):
        return value
    text = re.sub(r"/alerts/\S+", "/alerts/...", value)
    # The message is there, whatever became of its files.
    text = re.sub(r"(?m)^(\d files?|Not stored): .*(\n|\Z)", "", text)
    return re.sub(r"#?\b[0-9a-f]{32}\b|\d\d?:\d\d|#\d+|\d{4}-\d\d-\d\dT\S+", "*", text)


def _broken(here: World, items: Sequence[Item]) -> Iterator[str]:
    letters = [item for item in items if is_letter(item["sk"])]
    named = here.named()
    for letter in letters:
        times = named.pop(name_of(letter), 0)
        if times != 1:
            yield "named never" if times == 0 else "named twice"
        if letter["state"] != "sent":
            yield f"a mail is {letter['state']}"
    yield from (f"a publish named {key}" for key in named)
    yield from ("a visitor was mailed twice" for times in Counter(m.to for m in here.ses.sent).values() if times > 1)
    heard = Counter(letter["fact"] for letter in letters if letter["heard"] != "reminder")
    facts = [fact_of(item) for item in items if item["sk"].startswith("EVENT#") and "moved" not in item]
    for fact in facts:
        if wrote_to_us(fact) and heard[fact.id] != 1:
            yield f"a person was heard {heard[fact.id]} times"
        if fact.undecided and fact.kind.matters:
            yield "a fact waits for ever"
    yield from (f"a file is named and not kept: {key}" for key in _files(items) if key not in here.bucket.kept)
    yield from _stale(here, items)
    yield from (f"unexpected {type(error).__name__}" for error in _unexpected(here))


def _files(items: Iterable[Item]) -> Iterator[str]:
    """Where the files are that facts tell of."""
    for item in items:
        for file in listed(item.get("fields", {})):
            yield f"attachments/{contact_of(item['pk'])}/{item['id']}/{file.number}"


def _stale(here: World, items: Iterable[Item]) -> Iterator[str]:
    """Contacts that do not stand where all their facts, read one by one, put them."""
    model, today = packaged(), here.clock().date()
    for item in items:
        if item["sk"] == "PARKED":
            yield "a contact is parked"
        if item["sk"] != "STANDING":
            continue
        standing, contact = standing_of(item), contact_of(item["pk"])
        visitors = Visitors(here.service.table)
        facts = [*here.service.contacts.facts(contact), *visitors.facts(visitors.links_of(contact))]
        history = History(facts)
        fresh = judge(history.tally(standing.reset_at, model, today), model, today)
        if (standing.score, standing.bookkeeping.evidence) != (score_of(fresh), fresh.evidence):
            yield "a standing is stale"


@cache
def packaged() -> CompiledModel:
    return default_model().compiled()


def _unexpected(here: World) -> Iterator[BaseException]:
    raised = [*here.errors, *(error for each in here.poller.consumers.values() for error in each.errors)]
    return (error for error in raised if type(error).__name__ not in ("KilledError", "Unavailable"))


# ---- Every cell -----------------------------------------------------------------------------------------------------


def judge_cell(tally: Tally, cell: Cell, clean: End, end: End) -> None:
    """Counts what a cell lost, doubled and told twice against the run without fault."""
    missing, extra = clean.left - end.left, end.left - clean.left
    lost = max(0, missing.total() - extra.total()) + end.wrong["named never"]
    doubled = max(0, extra.total() - missing.total())
    tally.lost += lost
    tally.doubled += doubled
    tally.heard_twice += end.wrong["named twice"]
    if missing or extra or end.wrong:
        tally.wrong.append((cell, f"{dict(end.wrong)} missing {list(missing)} extra {list(extra)}"))


def singles(scenario: Scenario, function: str, calls: Sequence[str]) -> list[Plan]:
    """A fault of each kind at each call."""
    return [{at: fault} for at, operation in enumerate(calls) for fault in faults_of(operation)]


@dataclass(frozen=True)
class Branch:
    """A single fault and the calls that the function made in that run: where its pairs begin."""

    scenario: Scenario
    function: str
    clean: End
    plan: Plan
    calls: tuple[str, ...]

    def pairs(self) -> Iterator[Plan]:
        """This fault, and another at each call that followed it."""
        (first,) = self.plan
        for at in range(first + 1, len(self.calls)):
            for fault in faults_of(self.calls[at]):
                yield {**self.plan, at: fault}

    def count(self) -> int:
        return sum(1 for _ in self.pairs())


def explore(
    scenarios: Sequence[Scenario] = SCENARIOS, *, pairs_each: int = 0, seed: int = SEED, step: int = 1
) -> dict[str, Tally]:
    """Every `step`-th single fault; then of each function's pairs all, or `pairs_each` drawn by the seed."""
    tallies: dict[str, Tally] = {}
    branches: dict[str, list[Branch]] = {}
    for scenario in scenarios:
        for function in scenario.functions:
            tally = tallies.setdefault(function, Tally())
            branches.setdefault(function, []).extend(_singles(scenario, function, tally, step))
    for function, tally in tallies.items():
        for branch, plan in _drawn(branches[function], tally, pairs_each, random.Random(seed)):
            end, _ = run(branch.scenario, function, plan)
            judge_cell(tally, _cell(branch.scenario, function, plan), branch.clean, end)
            tally.pairs += 1
    return tallies


def _singles(scenario: Scenario, function: str, tally: Tally, step: int) -> Iterator[Branch]:
    clean, calls = run(scenario, function, {})
    assert not clean.wrong, (scenario.name, clean.wrong)
    for plan in singles(scenario, function, calls)[::step]:
        end, made = run(scenario, function, plan)
        judge_cell(tally, _cell(scenario, function, plan), clean, end)
        tally.singles += 1
        yield Branch(scenario, function, clean, plan, tuple(made))


def _drawn(branches: Sequence[Branch], tally: Tally, most: int, chance: random.Random) -> Iterator[tuple[Branch, Plan]]:
    bounds = list(accumulate(branch.count() for branch in branches))
    tally.of_pairs = bounds[-1]
    for place in sorted(chance.sample(range(bounds[-1]), min(most, bounds[-1]))):
        at = bisect_right(bounds, place)
        before = bounds[at - 1] if at else 0
        yield branches[at], next(islice(branches[at].pairs(), place - before, None))


def _cell(scenario: Scenario, function: str, plan: Plan) -> Cell:
    return Cell(scenario.name, function, tuple((at, str(fault)) for at, fault in plan.items()))


def measure() -> Table:
    """One row per function."""
    table = Table("function", "single faults", "pairs run", "of", "lost", "doubled", "heard twice", "wrong ends")
    started = time.monotonic()
    tallies = explore(pairs_each=PAIRS_EACH)
    for function, each in tallies.items():
        numbers = (each.singles, each.pairs, each.of_pairs, each.lost, each.doubled, each.heard_twice, len(each.wrong))
        table.add_row(function, *(f"{number:,}" for number in numbers))
    table.title = f"Crash points, {len(SCENARIOS)} scenarios, {time.monotonic() - started:.0f} s"
    wrong = [each for tally in tallies.values() for each in tally.wrong]
    assert not wrong, f"{len(wrong)} cells ended wrong, the first: {wrong[0]}"
    return table

"""Whatever people do, AWS does and the operator does, in any order: what was promised holds when all has calmed down.

One schedule is some thirty deeds chosen by hypothesis, then quiet. `make proof` runs many; `make test` a few.
"""

import os
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta

import hypothesis
import hypothesis.strategies as st
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from rich.table import Table

from tests.aws.chance import Seeded
from tests.aws.fates import Fate
from tests.proof.machine_world import FATES, Lab, Trap, answers, in_the_middle, lab

SCHEDULES, DEEDS = 1000, 30
AT_ONCE = 50  # hypothesis varies what it has tried: from time to time it is to start elsewhere

PEOPLE = st.sampled_from(["anna@acme.example", "bo@acme.example", "cia@havsvind.example", "dan@gmail.com"])
DOORS = st.sampled_from(["/forms/demo", "/forms/pricing", "/forms/contact", "/newsletter", "/downloads/guide"])
WORDS: list[dict[str, str]] = [
    {},
    {"message": "Please call"},
    {"name": "Eva Example", "company_size": "250", "country": "SE", "job_title": "VP Operations"},
    {"company_size": "250", "country": "NO", "industry": "manufacturing", "_anon": "browser-1"},
    {"name": "Kim", "job_title": "Student", "country": "SE"},
    {"country": "BR", "_anon": "browser-2"},
]
CALLS = st.integers(1, 12)
MISHAPS = st.sampled_from([*FATES, *[Fate.KILLED, Fate.KILLED_AFTER] * 4])
LUCK = st.integers(0, 1 << 16)
POSTS = st.tuples(PEOPLE, DOORS, st.sampled_from(WORDS), st.sampled_from(["", "", "key-1", "key-2"]))
Post = tuple[str, str, dict[str, str], str]
LATE = ["guide.requested", "webinar.attended", "newsletter.unsubscribed", "form.submitted"]
FOLDERS = st.sampled_from(["score", "notify", "sweep"])
MIDDLE = st.sampled_from(
    [*["another worker"] * 4, "another batch", "a batch once more", "a sweep", "an erasure", "a new model"]
)
STAGES = st.sampled_from(["lead", "sql", "customer", "recycled", "disqualified"])


@dataclass
class Totals:
    """What all schedules of a run did together."""

    schedules: int = 0
    facts: int = 0
    records: int = 0
    deliveries: int = 0
    killed: int = 0
    faults: int = 0
    meanwhile: int = 0
    mails: int = 0
    erasures: int = 0
    lost_records: int = 0
    broke_l: int = 0
    doubled_without_l: int = 0

    def add(self, here: Lab) -> None:
        score = here.world.poller.consumers["score"]
        self.schedules += 1
        self.facts += len(here.ledger.acknowledged)
        self.records += len(score.deliveries)
        self.deliveries += sum(score.deliveries.values())
        self.killed += here.killed
        self.faults += here.traps.sprung["fault"]
        self.meanwhile += here.traps.sprung["meanwhile"]
        self.mails += len(here.world.named())
        self.erasures += len(here.ledger.erased)
        self.lost_records += here.has_lost_records
        self.broke_l += not here.keeps_l
        self.doubled_without_l += 0 if here.keeps_l else here.doubled


TOTALS = Totals()


class Machine(RuleBasedStateMachine):
    """Deeds in any order; the end checks what was promised."""

    def __init__(self) -> None:
        super().__init__()
        self._open = ExitStack()
        self._made: Lab | None = None
        self.names = 0

    @property
    def here(self) -> Lab:
        assert self._made is not None
        return self._made

    @initialize(
        within=st.integers(0, 9),
        loses=st.integers(0, 2),
        posts=st.lists(POSTS, min_size=2, max_size=5),
        views=st.integers(0, 2),
    )
    def begin(self, within: int, loses: int, posts: list[Post], views: int) -> None:
        self._made = self._open.enter_context(lab(keeps_l=within < 9))
        self.loses = loses == 2  # in the others every doorbell comes, so that what is written is right without help
        for _ in range(views):
            self._view("v_browser-1", "pricing.viewed")
        for each in posts:
            self._post(each)

    def teardown(self) -> None:
        try:
            if self._made is not None and sys.exc_info()[0] is None:
                self.here.end()
                TOTALS.add(self.here)
        finally:
            self._open.close()

    def _lucky(self, luck: int) -> None:
        self.here.choices.source = Seeded(luck, plain=0.7)

    # ---- People ------------------------------------------------------------------------------------------------------

    def _post(self, post: Post) -> None:
        who, door, words, key = post
        self.here.post(who, door, words, key and f"{key}-{who}-{door}-{len(words)}")

    def _view(self, contact: str, kind: str) -> None:
        self.names += 1
        self.here.file(contact, f"view-{self.names}", kind)

    @rule(posts=st.lists(POSTS, min_size=1, max_size=3))
    def post(self, posts: list[Post]) -> None:
        for each in posts:
            self._post(each)

    @rule(place=st.integers(0, 3))
    def post_again(self, place: int) -> None:
        self.here.again(place)

    @rule(who=PEOPLE, kind=st.sampled_from(LATE), days=st.integers(0, 12), name=st.integers(0, 2))
    def late(self, who: str, kind: str, days: int, name: int) -> None:
        asked = {"form": "demo", "means": "request", "asks": "demo"} if kind == "form.submitted" else {}
        contact = self.here.service.id_of(who)
        self.here.file(contact, f"late-{kind}-{days}-{name}", kind, days, email=who, **asked)

    @rule(browser=st.sampled_from(["browser-1", "browser-2"]), pages=st.integers(1, 3))
    def view_as_visitor(self, browser: str, pages: int) -> None:
        for _ in range(pages):
            self._view(f"v_{browser}", "pricing.viewed")

    @rule(who=PEOPLE, kind=st.sampled_from(["article.read", "product.viewed", "visit.returned"]))
    def view(self, who: str, kind: str) -> None:
        self._view(self.here.service.id_of(who), kind)

    @rule(who=PEOPLE, withdrawn=st.booleans())
    def objection(self, who: str, withdrawn: bool) -> None:
        self.names += 1
        kind = "profiling.allowed" if withdrawn else "profiling.objected"
        self.here.file(self.here.service.id_of(who), f"said-{self.names}", kind)

    @rule(who=PEOPLE, stop=st.one_of(st.none(), st.integers(0, 8)))
    def erase(self, who: str, stop: int | None) -> None:
        self.here.erase(who, stop)

    @rule(who=PEOPLE, said=st.sampled_from(answers()))
    def sales(self, who: str, said: tuple[str, dict[str, object]]) -> None:
        kind, details = said[0], dict(said[1])
        if "back" in details:
            days = timedelta(days=int(str(details.pop("back"))))
            details["back_on"] = (self.here.clock() + days).date()
        self.here.answer(who, kind, **details)

    @rule(who=PEOPLE, to=STAGES)
    def stage(self, who: str, to: str) -> None:
        self.names += 1
        self.here.file(self.here.service.id_of(who), f"set-{self.names}", "operator.stage_set", email=who, stage=to)

    @rule(number=st.integers(0, 2))
    def model(self, number: int) -> None:
        self.here.publish(number)

    # ---- AWS ---------------------------------------------------------------------------------------------------------

    @rule(times=st.integers(1, 6), luck=LUCK)
    def deliver(self, times: int, luck: int) -> None:
        self._lucky(luck)
        self.here.deliver(times)

    @rule(times=st.integers(1, 4), luck=LUCK)
    def redeliver(self, times: int, luck: int) -> None:
        self._lucky(luck)
        self.here.redeliver(times)

    @rule(
        folder=st.sampled_from(["forms", "newsletter", "downloads"]),
        calls=st.integers(1, 3),
        fate=st.sampled_from(FATES),
    )
    def fault_at_a_door(self, folder: str, calls: int, fate: Fate) -> None:
        self.here.traps.set[folder] = Trap(calls, fate)

    @rule(folder=FOLDERS, calls=CALLS, fate=MISHAPS, first=POSTS, luck=LUCK)
    def fault(self, folder: str, calls: int, fate: Fate, first: Post, luck: int) -> None:
        self._post(first)
        self._lucky(luck)
        self.here.traps.set[folder] = Trap(calls, fate)
        self._run(folder)

    @rule(folder=FOLDERS, calls=CALLS, what=MIDDLE, first=POSTS, luck=LUCK)
    def meanwhile(self, folder: str, calls: int, what: str, first: Post, luck: int) -> None:
        self._post(first)
        if luck % 2:  # by a page view alone nothing moves, so nothing else than the version can tell the two apart
            self.here.deliver(4)
            self._view(self.here.service.id_of(first[0]), "article.read")
        self._lucky(luck)
        self.here.scored_meanwhile = ""  # a trap of before may have sprung in the meantime, and facts have come since
        self.here.traps.set[folder] = Trap(calls, act=in_the_middle(self.here, what, first[0]))
        self._run(folder)
        self.here.check_meanwhile()

    def _run(self, folder: str) -> None:
        if folder == "sweep":
            self.here.jump(minutes=11)
            self.here.sweep()
        else:
            self.here.deliver(3)

    @rule()
    def lose(self) -> None:
        if self.loses:
            self.here.lose()

    @rule(silent=st.booleans())
    def silence(self, silent: bool) -> None:
        if self.loses:
            self.here.silence(silent)

    @rule(times=st.integers(1, 3), luck=LUCK)
    def sweep(self, times: int, luck: int) -> None:
        self._lucky(luck)
        for _ in range(times):
            self.here.sweep()
            self.here.jump(minutes=1)

    @rule(minutes=st.sampled_from([1, 5, 16, 90, 1500]))
    def minutes(self, minutes: int) -> None:
        self.here.jump(minutes=minutes)

    @rule(days=st.integers(1, 21))
    def days(self, days: int) -> None:
        self.here.jump(days=days)


def play(schedules: int, deeds: int = DEEDS, *, shrink: bool = True, seed: int | None = None) -> Totals:
    """Plays so many schedules; raises where one of them ends wrong. Gives what all since the start did."""
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    how = settings(
        max_examples=schedules,
        stateful_step_count=deeds,
        deadline=None,
        database=None,
        derandomize=seed is None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )
    machine = Machine if seed is None else hypothesis.seed(seed)(Machine)
    run_state_machine_as_test(machine, settings=how)
    return TOTALS


def measure() -> Table:
    """Many schedules; a schedule that ends wrong ends the run."""
    started = time.perf_counter()
    schedules = int(os.environ.get("LEADBELL_SCHEDULES", SCHEDULES))
    for seed in range(-(-schedules // AT_ONCE)):
        told = play(min(AT_ONCE, schedules), shrink=False, seed=seed)
    seconds = time.perf_counter() - started
    table = Table(title=f"State machine, {DEEDS} deeds and then quiet ({seconds:.0f} s)", title_justify="left")
    table.add_column("what")
    table.add_column("figure", justify="right")
    each = told.deliveries / max(1, told.records)
    rows = {
        "schedules": told.schedules,
        "facts acknowledged": told.facts,
        "deliveries per delivered fact": f"{each:.1f}",
        "processes killed at a call": told.killed,
        "calls that failed otherwise": told.faults,
        "something else between two calls": told.meanwhile,
        "erasures": told.erasures,
        "mails published": told.mails,
        "schedules that lost stream records": told.lost_records,
        "acknowledged and lost": 0,
        "double-counted": 0,
        "alerts lost": 0,
        "alerts doubled": 0,
        "schedules that broke assumption L": told.broke_l,
        "mails doubled in those": told.doubled_without_l,
    }
    for name, figure in rows.items():
        table.add_row(name, str(figure))
    assert each >= 3, "too few deliveries per fact to prove anything"
    return table

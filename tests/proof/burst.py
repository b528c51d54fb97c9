"""A thousand contacts qualify in one second: nobody's subscription is switched off, and everybody is told of.

The real handlers over a table in memory, among the strict stand-ins. `notify` and `sweep` run at the same time, each
call to AWS taking as long as it may take there; the time is simulated, and so are the seconds that are reported.
"""

import heapq
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from rich.table import Table

from leadbell.sales.reps import Reps
from leadbell.sales.routing import Rep
from tests.aws.chance import Plain
from tests.aws.sns import Kind, Mail
from tests.aws.world import DEFAULT_READER, World
from tests.integration.service import EVA, MONDAY, Clock
from tests.proof.memory import staged

CALL_SECONDS = 0.005
PUBLISH_SECONDS = 0.05
LATEST = timedelta(hours=2)
FIRST_SWEEP = timedelta(seconds=59)  # one second before the first mail is due to it: the longest wait there can be
SECOND = timedelta(seconds=1)
COUNTRIES = ("SE", "NO", "DK", "FI", "DE", "AT", "NL", "BE", "FR", "IE")


class Together(Clock):
    """A clock for several who act at the same time: who sleeps lets those act who wake up earlier."""

    def __init__(self, at: datetime = MONDAY) -> None:
        super().__init__(at)
        self._asleep: list[tuple[datetime, int, threading.Event]] = []
        self._numbers = count()
        self._errors: list[BaseException] = []

    def sleep(self, seconds: float) -> None:
        mine = self._lie_down(seconds)
        self._wake_next()
        mine.wait()

    def run(self, *actors: Callable[[], None]) -> None:
        """All of them to their ends; what one raises comes up then."""
        threads = [threading.Thread(target=self._act, args=(actor, self._lie_down(0)), daemon=True) for actor in actors]
        for thread in threads:
            thread.start()
        self._wake_next()
        for thread in threads:
            thread.join()
        for error in self._errors:
            raise error

    def _act(self, actor: Callable[[], None], begin: threading.Event) -> None:
        begin.wait()
        try:
            actor()
        except Exception as error:  # raised again by `run`
            self._errors.append(error)
        finally:
            self._wake_next()

    def _lie_down(self, seconds: float) -> threading.Event:
        mine = threading.Event()
        heapq.heappush(self._asleep, (self.at + timedelta(seconds=seconds), next(self._numbers), mine))
        return mine

    def _wake_next(self) -> None:
        if self._asleep:
            at, _, event = heapq.heappop(self._asleep)
            self.at = max(self.at, at)
            event.set()


class Slow:
    """A client whose calls take their time."""

    def __init__(self, client: Any, clock: Clock) -> None:
        self._client, self._clock = client, clock

    def __getattr__(self, name: str) -> Any:
        def call(**sent: Any) -> Any:
            self._clock.sleep(PUBLISH_SECONDS if name == "publish" else CALL_SECONDS)
            return getattr(self._client, name)(**sent)

        return call


@dataclass(frozen=True)
class Burst:
    """The service and who reads what, until a burst is over."""

    world: World
    clock: Together

    def add_rep(self, number: int, *readers: str) -> None:
        """A rep for one country, with these addresses on their topic."""
        rep = f"rep{number}"
        topic = self.world.add_topic(f"leadbell-rep-{rep}", readers[0])
        for reader in readers[1:]:
            self.world.sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=reader)
            self.world.sns.follow_confirmation(self.world.sns.inbox[reader][-1])
        Reps(self.world.service.table).save(Rep(rep, rep.capitalize(), topic, (COUNTRIES[number],)))

    def qualify(self, contacts: int, reps: int) -> None:
        """All of them at one moment, for each rep in turn."""
        service = self.world.service
        for number in range(contacts):
            who = {**EVA, "email": email_of(number), "country": COUNTRIES[number % reps]}
            assert service.post("/forms/demo", who).status == 303
        assert service.run("score") == []

    def drain(self, contacts: int, *, is_heard: bool) -> None:
        """`notify` works its records one batch after the other, and the schedule sweeps, until all are told of."""
        service, end = self.world.service, self.clock() + LATEST
        for folder in ("notify", "sweep"):
            service.faults.watch(folder, lambda *_: self.clock.sleep(CALL_SECONDS))

        def notify() -> None:
            assert service.run("notify") == []

        def sweep() -> None:
            next_run = self.clock() + FIRST_SWEEP
            while len(self.world.named()) < contacts and self.clock() < end:
                self.clock.sleep((next_run - self.clock()).total_seconds())
                service.sweep()
                next_run += timedelta(minutes=1)

        self.clock.run(sweep, *([notify] if is_heard else []))

    def times(self, reader: str) -> list[datetime]:
        return [mail.at for mail in self._mails(reader)]

    def told_of(self, reader: str) -> list[str]:
        """The contacts that the reader's mails are about."""
        found = [re.findall(r"^E-mail: (\S+)$", mail.body, re.MULTILINE) for mail in self._mails(reader)]
        return sorted(each for some in found for each in some)

    def _mails(self, reader: str) -> list[Mail]:
        return [mail for mail in self.world.sns.inbox[reader] if mail.kind is Kind.NOTIFICATION]


def email_of(number: int) -> str:
    """Each of a company of their own: colleagues enter SQL one after the other."""
    return f"person@company{number}.example.com"


def most_in_a_second(times: Sequence[datetime]) -> int:
    """The most in any second, wherever it begins."""
    return max((sum(at <= other < at + SECOND for other in times) for at in times), default=0)


@contextmanager
def burst() -> Iterator[Burst]:
    """An empty service on a Monday morning, whose calls to SNS and SQS take their time."""
    clock = Together()
    with staged(clock) as (service, patch):
        world = World(service, Plain(), patch)
        for folder in ("notify", "sweep"):
            patch.setattr(service.apps[folder].courier, "_sns", Slow(world.sns, clock))
        patch.setattr(service.apps["sweep"].receipts, "_sqs", Slow(world.sqs, clock))
        yield Burst(world, clock)


@dataclass(frozen=True, slots=True)
class Case:
    """A burst: who reads the topic of each rep, and whether `notify` hears of it at all."""

    name: str
    readers: tuple[tuple[str, ...], ...]
    is_heard: bool = True


CASES = (
    Case("one rep", (("rep0@example.com",),)),
    Case("one rep, all bells lost", (("rep0@example.com",),), is_heard=False),
    Case("ten reps", tuple((f"rep{number}@example.com",) for number in range(10))),
    Case(
        "two reps who share an inbox",
        (("rep0@example.com", "team@example.com"), ("rep1@example.com", "team@example.com")),
    ),
    Case("a rep who reads the default inbox, and half is for that", ((DEFAULT_READER,),)),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a burst came to."""

    mails: int
    at_once: int
    misrouted: int
    half: timedelta
    drained: timedelta


def play(case: Case, contacts: int) -> Outcome:
    """One burst; an assertion ends it where somebody is not told of exactly once, or a subscription is switched off."""
    with burst() as here:
        for number, readers in enumerate(case.readers):
            here.add_rep(number, *readers)
        reps = 2 if len(case.readers) == 1 and DEFAULT_READER in case.readers[0] else len(case.readers)
        here.qualify(contacts, reps)
        started = here.clock()
        here.drain(contacts, is_heard=case.is_heard)
        sns = here.world.sns
        assert (sns.suspended, sns.refused) == ([], [])
        assert len(here.world.named()) == contacts
        assert set(here.world.named().values()) == {1}
        assert {letter["state"] for letter in here.world.service.letters()} == {"sent"}
        wanted: dict[str, list[str]] = {}
        for number in range(contacts):
            rep = number % reps
            for reader in case.readers[rep] if rep < len(case.readers) else (DEFAULT_READER,):
                wanted.setdefault(reader, []).append(email_of(number))
        misrouted = sum(len({*here.told_of(reader)} ^ {*people}) for reader, people in wanted.items())
        assert all(here.told_of(reader) == sorted(people) for reader, people in wanted.items())
        told = sorted(each.at for each in sns.published for _ in each.attributes["item"].split(","))
        at_once = max(most_in_a_second(here.times(reader)) for reader in wanted)
        assert at_once <= 2
        return Outcome(len(sns.published), at_once, misrouted, told[len(told) // 2] - started, told[-1] - started)


def measure(contacts: int = 1000) -> Table:
    """One row per case."""
    table = Table(
        "who is told",
        "mails",
        "most in a second to one address",
        "misrouted",
        "half told after",
        "all told after",
        title=f"{contacts:,} contacts qualify in one second (simulated seconds)",
    )
    for case in CASES:
        found = play(case, contacts)
        seconds = [f"{each.total_seconds():,.0f} s" for each in (found.half, found.drained)]
        table.add_row(case.name, f"{found.mails:,}", str(found.at_once), str(found.misrouted), *seconds)
    return table

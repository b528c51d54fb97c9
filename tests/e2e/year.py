"""People who act on their days, on one stack with one moved clock.

A story is a generator: it yields the day it waits for, then acts and asserts. `play` runs all stories on one timeline,
always the one whose day comes first, so that a year of all of them takes the clock through one year.
"""

import heapq
import json
import urllib.request
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cli.stack import LocalStack
from tests.e2e.moved_clock import MovedClock, Terminal, at_most
from tests.e2e.visitor import links_in, press, submit

DAY_0 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday
MAIL_SECONDS = 60
LOOKS_AT_ONE_MOMENT = 5

Story = Callable[["Year"], Generator[float]]


class Year:
    """The deployed stack through a year: its clock, and everybody who turns up."""

    def __init__(self, clock: MovedClock, addresses: LocalStack, terminal: Terminal, folder: Path) -> None:
        self.clock = clock
        self.addresses = addresses
        self.terminal = terminal
        self.folder = folder
        self.acted: list[Person] = []

    def person(self, who: str, **says: str) -> "Person":
        """Somebody known by an e-mail address or a phone number, and what they say of themselves in each form."""
        reached = {"email" if "@" in who else "phone": who}
        return Person(self, who, self.terminal.ask("contact_id", who), {**reached, **says})

    def visitor(self, anonymous_id: str) -> "Person":
        """Somebody who has told nothing of themselves."""
        return Person(self, "", f"v_{anonymous_id}", {})

    def leadbell(self, *arguments: str, status: int = 0) -> str:
        """What an operator's command prints, without its line breaks."""
        done = self.terminal.ask("leadbell", *arguments)
        assert done["status"] == status, done["text"]
        return " ".join(done["text"].split())

    def inbox(self) -> list[dict[str, str]]:
        """All mails to sales so far."""
        with urllib.request.urlopen(self.addresses.inbox_json_url, timeout=10) as answer:
            found: list[dict[str, str]] = json.load(answer)
        return found

    def pass_until(self, day: float) -> None:
        """To that day, with a sweep at each moment for which something was put off; at least a minute later."""
        at = max(DAY_0 + timedelta(days=day), self.clock.now() + timedelta(minutes=1))
        looks = dict[str, int]()
        while (due := self.terminal.ask("next_due")) and datetime.fromisoformat(due) <= at:
            looks[due] = looks.get(due, 0) + 1
            assert looks[due] <= LOOKS_AT_ONE_MOMENT, f"what is due at {due} stays due"
            self.clock.move_to(max(datetime.fromisoformat(due), self.clock.now()))
            self.terminal.ask("sweep")
        self.clock.move_to(max(at, self.clock.now()))

    def settle(self) -> None:
        """Until all that people did since the last time is decided and told; only then may the clock jump."""
        while self.acted:
            self.acted.pop().look()


@dataclass
class Person:
    """Somebody on the website."""

    year: Year
    who: str
    contact: str
    says: dict[str, str]
    _read: int = field(default=0, init=False)

    def sends(self, form: str, **more: str) -> None:
        """A form of the website, as a browser posts it."""
        self._posts(f"/forms/{form}", **more)

    def asks_for_the_guide(self) -> None:
        self._posts("/downloads/guide")

    def subscribes(self) -> None:
        """Signs up, and presses the button behind the link in the mail that asks."""
        self._posts("/newsletter")
        found: list[str] = []
        for _ in at_most(MAIL_SECONDS):
            mails = (mail["body"] for mail in self.year.inbox() if mail["to"] == self.who)
            found = [link for body in mails for link in links_in(body) if "/confirm/" in link]
            if found:
                break
        press(found[-1])
        self.year.acted.append(self)

    def _posts(self, path: str, **more: str) -> None:
        submit(self.year.addresses.api_url, path, **self.says, **more)
        self.year.acted.append(self)

    def does(self, *kinds: str) -> None:
        """Page views and the like, as their door will store them."""
        for kind in kinds:
            self.year.terminal.ask("remember", self.contact, kind, "browser")
        self.year.acted.append(self)

    def comes(self, kind: str) -> None:
        """What another system tells of somebody who registered there, as its door will store it."""
        self.year.terminal.ask("remember", self.contact, kind, "submitted", **self.says)
        self.year.acted.append(self)

    def look(self) -> dict[str, Any]:
        """What `leadbell explain --json` says once nothing waits."""
        found: dict[str, Any] = self.year.terminal.ask("look", self.contact)
        return found

    @property
    def stands(self) -> tuple[str, str]:
        """Stage and grade."""
        found = self.look()
        return found["stage"], found["grade"]

    @property
    def interest(self) -> int:
        return int(self.look()["interest"])

    def heard(self) -> list[dict[str, str]]:
        """The mails to sales about them since this was asked last, all of them and no other."""
        expected = self.look()["letters"]
        mails: list[dict[str, str]] = []
        for _ in at_most(MAIL_SECONDS):
            mails = [mail for mail in self.year.inbox() if f": {self.who}\n" in mail["body"]]
            if len(mails) >= expected:
                break
        assert len(mails) == expected
        new, self._read = mails[self._read :], len(mails)
        return new


def play(year: Year, stories: Sequence[Story]) -> dict[str, AssertionError | OSError | None]:
    """All stories on one timeline; what became of each, by its name."""
    told: dict[str, AssertionError | OSError | None] = {}
    going = [(0.0, number, story(year)) for number, story in enumerate(stories)]
    while going:
        day, number, story = heapq.heappop(going)
        name = stories[number].__name__
        try:
            year.pass_until(day)
            heapq.heappush(going, (next(story), number, story))
            year.settle()
        except StopIteration:
            told[name] = None
        except (AssertionError, OSError) as failure:
            told[name] = failure
    return told

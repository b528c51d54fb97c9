"""Prints in the terminal what each submission led to.

One submission writes several items within a moment: the fact, where the contact stands, a move, a mail. They are
gathered for that moment and printed as one.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rich.console import Console

from cli.local.changes import Change
from cli.local.narration import Episode, tell
from cli.stack import Stack
from leadbell.table import decode

GATHER_SECONDS = 0.4
UNSCORED_AFTER_SECONDS = 10.0


@dataclass
class Gathered:
    """The keys written for one contact so far, and since when."""

    since: float
    keys: list[str] = field(default_factory=list)
    standing_at: float | None = None

    def is_complete(self, now: float) -> bool:
        if self.standing_at is None:
            return now - self.since > UNSCORED_AFTER_SECONDS
        return now - self.standing_at > GATHER_SECONDS


class Narrator:
    """Takes the stream's changes and prints."""

    def __init__(self, stack: Stack, table_name: str, console: Console, verdict_on: Callable[[str], str]) -> None:
        self._table = stack.client("dynamodb")
        self._table_name = table_name
        self._console = console
        self._verdict_on = verdict_on
        self._gathered: dict[str, Gathered] = {}

    def on_changes(self, changes: Sequence[Change]) -> None:
        now = time.monotonic()
        for change in changes:
            if change.pk.startswith("CONTACT#"):
                self._gather(change, now)
        for pk in [pk for pk, gathered in self._gathered.items() if gathered.is_complete(now)]:
            self._tell(pk, self._gathered.pop(pk))

    def _gather(self, change: Change, now: float) -> None:
        kind = change.sk.partition("#")[0]
        if not (change.is_new or kind == "STANDING"):
            return  # a fact marked as decided, a mail marked as sent
        gathered = self._gathered.setdefault(change.pk, Gathered(now))
        if kind == "STANDING":
            gathered.standing_at = now
        elif kind in ("EVENT", "TRANSITION", "ALERT", "COPY", "MAIL"):
            gathered.keys.append(change.sk)

    def _tell(self, pk: str, gathered: Gathered) -> None:
        if not gathered.keys:
            return  # only the sweep looked at it again
        episode = Episode(standing=self._read(pk, "STANDING") if gathered.standing_at else None)
        lists = {"EVENT": episode.facts, "TRANSITION": episode.moves}
        for sk in gathered.keys:
            item = self._read(pk, sk)
            if item is not None and "moved" not in item:
                lists.get(sk.partition("#")[0], episode.outgoing).append(item)
        if episode.standing is not None:
            episode.verdict = self._verdict_on(pk.removeprefix("CONTACT#"))
        self._console.print(tell(episode, datetime.now().astimezone().strftime("%H:%M:%S")))

    def _read(self, pk: str, sk: str) -> dict[str, Any] | None:
        key = {"pk": {"S": pk}, "sk": {"S": sk}}
        answer = self._table.get_item(TableName=self._table_name, Key=key, ConsistentRead=True)
        return decode(answer["Item"]) if "Item" in answer else None

"""Lambda's side of a table's stream: reads it, invokes the handlers, and does with a failed batch what AWS documents.

One `step` is one batch to one function. Which of those that may come next is a choice, so is how much of it is there
yet. Two batches of one shard run at once where a handler's own call lets the poller step again: the lane that is busy
is passed over. How long Lambda waits between tries is not modelled; it is the time that the test lets go by.

Where AWS's text says nothing, the reading here is the worse one for the function: progress gives a batch no new tries,
and what is past 24 hours is trimmed at once, leaving nothing at the failure destination.
"""

import json
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zlib import crc32

from tests.aws.chance import Choices, Clock
from tests.aws.discards import AGE, RETRIES, Discard
from tests.aws.fates import KilledError
from tests.aws.records import KEPT, Record, Shard, Stream
from tests.integration import sam_template

Handler = Callable[[dict[str, Any]], Any]


class Turn(StrEnum):
    """What may become of an invocation. THROTTLED: the function does not run. LOST: it runs and its answer is lost."""

    ANSWERED = "answered"
    LOST = "lost"
    THROTTLED = "throttled"


def first_undone(answer: object, numbers: Sequence[str], *, reports: bool) -> int:
    """Where a batch is to be delivered again, as an index into it: 0 is all of it, its length none."""
    if not reports or answer is None:
        return len(numbers)
    if not isinstance(answer, Mapping) or not _is_json(answer):
        return 0
    reported = answer.get("batchItemFailures")
    if reported is None:
        return len(numbers)
    if not isinstance(reported, list | tuple):
        return 0
    places = {number: at for at, number in enumerate(numbers)}
    named = [each.get("itemIdentifier") if isinstance(each, Mapping) else None for each in reported]
    return min((places.get(name, 0) if isinstance(name, str) else 0 for name in named), default=len(numbers))


def _is_json(answer: object) -> bool:
    try:
        json.dumps(answer)
    except (TypeError, ValueError):
        return False
    return True


@dataclass(slots=True)
class Piece:
    """A batch on its way, or what is left of one."""

    records: tuple[Record, ...]
    tries: int = 0
    invocations: int = 0


@dataclass(slots=True)
class Lane:
    """Records of one shard that are delivered one batch after the other."""

    shard: Shard
    waiting: deque[Record] = field(default_factory=deque)
    pieces: deque[Piece] = field(default_factory=deque)
    is_busy: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.waiting and not self.pieces


@dataclass(frozen=True, slots=True)
class Delivery:
    """One batch to one function; `undone` is how many of its records, counted from the end, are to come again."""

    consumer: str
    shard_id: str
    records: tuple[Record, ...]
    undone: int


class Consumer:
    """One function's mapping on the stream."""

    def __init__(
        self,
        name: str,
        handler: Handler,
        settings: sam_template.Mapping,
        stream: Stream,
        clock: Clock,
        choices: Choices,
    ) -> None:
        self.name, self.settings, self.is_enabled = name, settings, True
        self.delivered: list[tuple[Record, ...]] = []
        self.deliveries: Counter[int] = Counter()
        self.discards: list[Discard] = []
        self.trimmed: list[Record] = []
        self.errors: list[BaseException] = []
        self._handler, self._stream, self._clock, self._choices = handler, stream, clock, choices
        self._lanes: dict[str, list[Lane]] = {}
        from_now = settings.starts_at == "LATEST"
        self._read = {shard.id: len(shard.records) if from_now else 0 for shard in stream.shards}

    def ready(self) -> list[Lane]:
        """The lanes whose next batch could be delivered now. What is too old is given up here, undelivered."""
        if not self.is_enabled:
            return []
        found = []
        for shard in self._stream.shards:
            if shard.parent is None or self._is_drained(shard.parent):
                found += [lane for lane in self._fill(shard) if not lane.is_busy and self._is_due(lane)]
        return found

    @property
    def is_idle(self) -> bool:
        return all(lane.is_empty for shard in self._stream.shards for lane in self._fill(shard))

    def deliver(self, lane: Lane, turn: Turn = Turn.ANSWERED) -> Delivery:
        """The lane's next batch to the function, and what follows from the answer."""
        if not lane.pieces:
            lane.pieces.append(Piece(self._cut(lane)))
        piece = lane.pieces[0]
        if turn is Turn.THROTTLED:
            return Delivery(self.name, lane.shard.id, piece.records, len(piece.records))
        lane.is_busy = True
        try:
            undone = self._invoke(piece.records)
        finally:
            lane.is_busy = False
        if turn is Turn.LOST:
            undone = 0
        piece.invocations += 1
        if lane.pieces and lane.pieces[0] is piece:
            self._settle(lane, piece, undone)
        return Delivery(self.name, lane.shard.id, piece.records, len(piece.records) - undone)

    def redeliver(self) -> Delivery | None:
        """A batch that was delivered before, of whatever age, once more; its answer changes nothing."""
        if not self.delivered:
            return None
        records = self.delivered[-1 - self._choices.choose(len(self.delivered))]
        self._invoke(records)
        return Delivery(self.name, "", records, 0)

    def lose(self) -> None:
        """What is in the stream and not delivered is gone."""
        for shard in self._stream.shards:
            for lane in self._fill(shard):
                lane.waiting.clear()
                lane.pieces.clear()

    # ---- Reading -----------------------------------------------------------------------------------------------------

    def _fill(self, shard: Shard) -> list[Lane]:
        """The shard's lanes, with the records read into them that the filter lets through."""
        lanes = self._lanes.get(shard.id)
        if lanes is None:
            lanes = self._lanes[shard.id] = [Lane(shard) for _ in range(self.settings.lanes)]
        at, records = self._read.get(shard.id, 0), shard.records
        for record in records[at:] if at < len(records) else ():
            if self.settings.wakes(record.event, record.sk):
                lanes[_lane_of(record, len(lanes))].waiting.append(record)
        self._read[shard.id] = len(records)
        return lanes

    def _is_drained(self, shard: Shard) -> bool:
        above = shard.parent is None or self._is_drained(shard.parent)
        return above and all(lane.is_empty for lane in self._fill(shard))

    def _is_due(self, lane: Lane) -> bool:
        self._give_up_old(lane)
        if lane.pieces:
            return True
        if len(lane.waiting) >= self.settings.batch_size:
            return True
        window = timedelta(seconds=self.settings.window_seconds)
        return bool(lane.waiting) and self._clock() - lane.waiting[0].at >= window

    def _cut(self, lane: Lane) -> tuple[Record, ...]:
        """A batch: all that is waiting up to the batch size, or by choice less, the rest not being there yet."""
        most = min(len(lane.waiting), self.settings.batch_size)
        return tuple(lane.waiting.popleft() for _ in range(most - self._choices.choose(most)))

    # ---- Invoking ----------------------------------------------------------------------------------------------------

    def _invoke(self, records: tuple[Record, ...]) -> int:
        """Whatever a function raises, and a timeout that kills it, fails the batch. A test's own assertion does not."""
        self.delivered.append(records)
        self.deliveries.update(record.number for record in records)
        try:
            answer = self._handler({"Records": [record.as_event() for record in records]})
        except AssertionError:
            raise
        except (Exception, KilledError) as error:
            self.errors.append(error)
            return 0
        numbers = [str(record.number) for record in records]
        return first_undone(answer, numbers, reports=self.settings.reports_failures)

    def _settle(self, lane: Lane, piece: Piece, undone: int) -> None:
        lane.pieces.popleft()
        left = piece.records[undone:]
        if not left:
            return
        if self.settings.bisects and (undone or len(left) > 1):
            middle = 0 if undone else (len(left) + 1) // 2
            halves = (left[:middle], left[middle:])
            lane.pieces.extendleft(Piece(half, piece.tries, piece.invocations) for half in reversed(halves) if half)
        elif 0 <= self.settings.retries <= piece.tries:
            self._discard(lane.shard, left, RETRIES, piece.invocations)
        else:
            lane.pieces.appendleft(Piece(left, piece.tries + 1, piece.invocations))

    # ---- Giving up ---------------------------------------------------------------------------------------------------

    def _give_up_old(self, lane: Lane) -> None:
        """Trims what the stream no longer holds, then discards what is past the mapping's own age."""
        now, oldest = self._clock(), self._oldest(lane)
        if oldest is None or now - oldest <= self._max_age:
            return
        for piece in lane.pieces:
            piece.records = self._old(lane, piece.records, now, piece.invocations)
        lane.pieces = deque(piece for piece in lane.pieces if piece.records)
        size = self.settings.batch_size
        while lane.waiting and now - lane.waiting[0].at > self._max_age:
            some = tuple(lane.waiting.popleft() for _ in range(min(size, len(lane.waiting))))
            lane.waiting.extendleft(reversed(self._old(lane, some, now, 0)))

    @property
    def _max_age(self) -> timedelta:
        """One tick under 24 hours where the mapping sets no age: then only the stream's own trimming counts."""
        own = timedelta(seconds=self.settings.max_age_seconds)
        return KEPT - timedelta.resolution if own < timedelta() else min(own, KEPT - timedelta.resolution)

    def _old(self, lane: Lane, records: tuple[Record, ...], now: datetime, invocations: int) -> tuple[Record, ...]:
        held = tuple(record for record in records if now - record.at < KEPT)
        self.trimmed += records[: len(records) - len(held)]
        young = tuple(record for record in held if now - record.at <= self._max_age)
        if old := held[: len(held) - len(young)]:
            self._discard(lane.shard, old, AGE, invocations)
        return young

    def _oldest(self, lane: Lane) -> datetime | None:
        if lane.pieces:
            return lane.pieces[0].records[0].at
        return lane.waiting[0].at if lane.waiting else None

    def _discard(self, shard: Shard, records: tuple[Record, ...], condition: str, invocations: int) -> None:
        to = self.settings.failures_to
        self.discards.append(Discard(self.name, shard.id, records, condition, invocations, self._clock(), to))


def _lane_of(record: Record, lanes: int) -> int:
    """Lambda keeps order for an item, partition and sort key together, when a shard is worked in parallel."""
    return crc32(f"{record.pk}|{record.sk}".encode()) % lanes if lanes > 1 else 0


class Poller:
    """All mappings on one stream."""

    def __init__(self, stream: Stream, clock: Clock, choices: Choices) -> None:
        self.stream, self.consumers = stream, dict[str, Consumer]()
        self._clock, self._choices = clock, choices

    def attach(self, name: str, handler: Handler, settings: sam_template.Mapping) -> Consumer:
        self.consumers[name] = Consumer(name, handler, settings, self.stream, self._clock, self._choices)
        return self.consumers[name]

    def step(self, turns: Sequence[Turn] = (Turn.ANSWERED,)) -> Delivery | None:
        """One batch to one function, by choice of which and of what becomes of it; None where nothing is due."""
        ready = [(consumer, lane) for consumer in self.consumers.values() for lane in consumer.ready()]
        if not ready:
            return None
        consumer, lane = ready[self._choices.choose(len(ready))]
        return consumer.deliver(lane, turns[self._choices.choose(len(turns))])

    def drain(self, limit: int = 10_000) -> Iterator[Delivery]:
        """Steps until nothing is due. Do read the table between two: `for _ in poller.drain(): changes.read()`."""
        for _ in range(limit):
            delivery = self.step()
            if delivery is None:
                return
            yield delivery
        raise AssertionError(f"still something to deliver after {limit} batches")

    def redeliver(self) -> Delivery | None:
        """A batch that one of the functions has had before, once more."""
        known = [consumer for consumer in self.consumers.values() if consumer.delivered]
        return known[self._choices.choose(len(known))].redeliver() if known else None

    def lose(self) -> None:
        for consumer in self.consumers.values():
            consumer.lose()

    @property
    def discards(self) -> list[Discard]:
        return [discard for consumer in self.consumers.values() for discard in consumer.discards]

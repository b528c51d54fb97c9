"""The one table behind the DynamoDB stand-in: items, indexes in order, and the stream of what changed."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from threading import RLock
from typing import Any
from zlib import crc32

from tests.proof.expressions import Condition, Item, KeyCondition, OutsideGrammarError, Refused, Update
from tests.proof.values import MAX_ITEM_BYTES, copied, size_of

Key = tuple[str, str]
Entry = tuple[str, str, str]
Hook = Callable[[str, tuple[Key, ...]], Collection[Key]]

PAGE_BYTES = 1024 * 1024
MAX_TRANSACTION_BYTES = 4 * 1024 * 1024
_LIMITS = {"pk": 2048, "sk": 1024}
_BAD = "One or more parameter values"
_FAILED = {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}
_ONGOING = {"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}
_SINGLE = {
    "ConditionalCheckFailed": "ConditionalCheckFailedException",
    "TransactionConflict": "TransactionConflictException",
    "ValidationError": "ValidationException",
}


def no_conflict(operation: str, keys: tuple[Key, ...]) -> Collection[Key]:
    return ()


@dataclass(frozen=True, slots=True)
class Change:
    """A record of the stream: keys only."""

    number: int
    pk: str
    sk: str
    event: str


@dataclass(slots=True)
class Index:
    """Entries `(range, pk, sk)` of each partition in order; `kept` are the attributes it holds, None for all."""

    name: str
    hash_name: str
    range_name: str
    kept: frozenset[str] | None
    partitions: dict[str, list[Entry]] = field(default_factory=dict)

    def place(self, key: Key, item: Item | None) -> tuple[str, Entry] | None:
        """Where the item stands in it; None where it lacks one of the index's keys."""
        if item is None or self.hash_name not in item or self.range_name not in item:
            return None
        return item[self.hash_name]["S"], (item[self.range_name]["S"], *key)

    def move(self, key: Key, old: Item | None, new: Item | None) -> None:
        before, after = self.place(key, old), self.place(key, new)
        if before == after:
            return
        if before is not None:
            entries = self.partitions[before[0]]
            del entries[bisect_left(entries, before[1])]
            if not entries:
                del self.partitions[before[0]]
        if after is not None:
            insort(self.partitions.setdefault(after[0], []), after[1])

    def check(self, item: Item) -> None:
        """A key of an index is text, and not empty."""
        for name in (self.hash_name, self.range_name):
            value = item.get(name, {"S": "-"})
            if "S" not in value:
                actual = next(iter(value))
                told = f"Type mismatch for Index Key {name} Expected: S Actual: {actual} IndexName: {self.name}"
                raise Refused(f"{_BAD} were invalid: {told}")
            if not value["S"]:
                told = f"The AttributeValue for a key attribute cannot contain an empty string value. Key: {name}"
                raise Refused(f"{_BAD} are not valid. {told}")


@dataclass(frozen=True, slots=True)
class Step:
    """One write of a call, read and checked."""

    kind: str
    key: Key
    values: Mapping[str, Any]
    condition: Condition | None = None
    item: Item | None = None
    update: Update | None = None
    shows_old: bool = False


@dataclass(slots=True)
class Store:
    """One lock, so that each call sees and leaves a whole state.

    `conflicts` is asked before each write, outside the lock, and names the keys that somebody else is writing.
    `changes` is the stream; like the real one it says nothing of a write that changes nothing.
    """

    conflicts: Hook = no_conflict
    indexes: dict[str, Index] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    table_name: str = ""
    lock: RLock = field(default_factory=RLock)
    _items: dict[Key, tuple[Item, int]] = field(default_factory=dict)
    _order: list[tuple[int, str]] = field(default_factory=list)
    _last: int = 111_000_000_000_000_000_000_000

    def define(self, name: str, indexes: Sequence[Index]) -> None:
        """A table of this name, empty."""
        with self.lock:
            main = Index("", "pk", "sk", None)
            self.table_name, self.indexes = name, {each.name: each for each in (main, *indexes)}
            self.changes.clear()
            self._items.clear()
            self._order.clear()

    def get(self, key: Key) -> Item | None:
        with self.lock:
            found = self._items.get(key)
        return None if found is None else found[0]

    # ---- Writing -----------------------------------------------------------------------------------------------------

    def write(self, operation: str, steps: Sequence[Step]) -> list[Item | None]:
        """All steps or none; gives the new items."""
        taken = self.conflicts(operation, tuple(step.key for step in steps))
        with self.lock:
            outcomes = [self._outcome(step, taken) for step in steps]
            reasons = [reason for _, _, reason in outcomes]
            if any(reason["Code"] != "None" for reason in reasons):
                raise _no(operation, reasons)
            if sum(size for _, size, _ in outcomes) > MAX_TRANSACTION_BYTES:
                raise Refused("Total size of the items in the transaction exceeds 4 MB")
            for step, (item, size, _) in zip(steps, outcomes, strict=True):
                self._keep(step.key, item, size)
        return [item for item, _, _ in outcomes]

    def _outcome(self, step: Step, taken: Collection[Key]) -> tuple[Item | None, int, dict[str, Any]]:
        old, size = self._items.get(step.key, (None, 0))
        if step.key in taken:
            return old, size, _ONGOING
        if step.condition is not None and not step.condition(old or {}, step.values):
            shown = {"Item": copied(old)} if step.shows_old and old is not None else {}
            return old, size, {**_FAILED, **shown}
        if step.kind == "ConditionCheck":
            return old, size, {"Code": "None"}
        try:
            item = step.item if step.update is None else self._updated(step, old)
        except Refused as no:
            return old, size, {"Code": "ValidationError", "Message": no.message}
        return item, size_of(item) if item is not None else 0, {"Code": "None"}

    def _updated(self, step: Step, old: Item | None) -> Item:
        update = step.update
        assert update is not None
        if old is None and not (update.sets or update.adds):
            raise OutsideGrammarError("a REMOVE alone, of an item that is not there")
        item = {"pk": {"S": step.key[0]}, "sk": {"S": step.key[1]}, **(old or {})}
        for name, value in update.sets:
            item[name] = step.values[value]
        for name, value in update.adds:
            item[name] = _sum((old or {}).get(name, {"N": "0"}), step.values[value])
        for name in update.removes:
            item.pop(name, None)
        self.check(item, " to update")
        return item

    def check(self, item: Item, which: str = "") -> None:
        """What DynamoDB asks of every item."""
        for index in self.indexes.values():
            index.check(item)
        if size_of(item) > MAX_ITEM_BYTES:
            raise Refused(f"Item size{which} has exceeded the maximum allowed size")

    def _keep(self, key: Key, item: Item | None, size: int) -> None:
        old = self._items.get(key, (None, 0))[0]
        if old is item or old == item:
            return
        main, place = self.indexes[""], (crc32(key[0].encode()), key[0])
        if key[0] not in main.partitions:
            insort(self._order, place)
        for index in self.indexes.values():
            index.move(key, old, item)
        if key[0] not in main.partitions:
            del self._order[bisect_left(self._order, place)]
        if item is None:
            del self._items[key]
        else:
            self._items[key] = (item, size)
        self._last += 100
        event = "REMOVE" if item is None else "INSERT" if old is None else "MODIFY"
        self.changes.append(Change(self._last, *key, event))

    # ---- Reading -----------------------------------------------------------------------------------------------------

    def entries(
        self, index: Index, part: str, condition: KeyCondition, operands: Sequence[str], start: Entry | None, down: bool
    ) -> Iterator[Entry]:
        """A partition's entries under the condition, after `start`, in order."""
        entries = index.partitions.get(part, [])
        low, high = _bounds(entries, condition.sign, operands)
        if start is not None and down:
            high = min(high, bisect_left(entries, start))
        elif start is not None:
            low = max(low, bisect_right(entries, start))
        found = entries[low:high]
        return iter(found[::-1] if down else found)

    def all_entries(self, index: Index, start: tuple[str, Entry] | None) -> Iterator[Entry]:
        """A whole index, partition by partition: the table's in the order of its keys' hashes, as in AWS."""
        order = self._order if not index.name else sorted((crc32(part.encode()), part) for part in index.partitions)
        first = 0 if start is None else bisect_left(order, (crc32(start[0].encode()), start[0]))
        for _, part in order[first:]:
            entries = index.partitions[part]
            low = bisect_right(entries, start[1]) if start is not None and part == start[0] else 0
            yield from entries[low:]

    def page(self, found: Iterator[Entry], limit: int) -> tuple[list[Item], bool]:
        """Items up to the limit or to 1 MB, and whether it was one of these that ended the page."""
        items: list[Item] = []
        total = 0
        for _, pk, sk in found:
            item, size = self._items[pk, sk]
            if items and total + size > PAGE_BYTES:
                return items, True
            items.append(item)
            total += size
            if len(items) == limit:
                return items, True
        return items, False


def check_key(pk: Any, sk: Any) -> Key:
    """The two parts of a key."""
    for name, value in (("pk", pk), ("sk", sk)):
        if not isinstance(value, dict) or set(value) != {"S"}:
            raise Refused("The provided key element does not match the schema")
        if not value["S"]:
            told = f"The AttributeValue for a key attribute cannot contain an empty string value. Key: {name}"
            raise Refused(f"{_BAD} are not valid. {told}")
        if len(value["S"].encode()) > _LIMITS[name]:
            raise Refused(f"{_BAD} were invalid: Size of {name} has exceeded the maximum size limit")
    return pk["S"], sk["S"]


def _bounds(entries: list[Entry], sign: str, operands: Sequence[str]) -> tuple[int, int]:
    if not sign:
        return 0, len(entries)
    first = operands[0]
    at, after = bisect_left(entries, (first,)), bisect_left(entries, (first + "\0",))
    if sign == "begins_with":
        return at, bisect_left(entries, True, lo=at, key=lambda entry: not entry[0].startswith(first))
    if sign == "BETWEEN":
        return at, bisect_left(entries, (operands[1] + "\0",))
    return {"=": (at, after), "<": (0, at), "<=": (0, after), ">": (after, len(entries)), ">=": (at, len(entries))}[
        sign
    ]


def _sum(there: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    if "N" not in more:
        raise OutsideGrammarError("ADD of something that is not a number")
    if "N" not in there:
        raise Refused("An operand in the update expression has an incorrect data type")
    number = (Decimal(there["N"]) + Decimal(more["N"])).normalize()
    return {"N": f"{number:f}" if number else "0"}


def _no(operation: str, reasons: list[dict[str, Any]]) -> Refused:
    if operation != "TransactWriteItems":
        reason = dict(next(each for each in reasons if each["Code"] != "None"))
        return Refused(reason.pop("Message"), _SINGLE[reason.pop("Code")], **reason)
    named = ", ".join(str(each["Code"]) for each in reasons)
    message = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{named}]"
    return Refused(message, "TransactionCanceledException", CancellationReasons=reasons)

"""A contact in the table: its facts, where it stands, and the one transaction that changes both."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from leadbell.contacts.items import (
    STAGE_SHARDS,
    ends_at,
    event_item,
    fact_of,
    move_item,
    partition,
    profile_item,
    snapshot_of,
    standing_item,
    standing_of,
)
from leadbell.errors import Conflict
from leadbell.events import Fact, day_of, event_key
from leadbell.identity import contact_of
from leadbell.lifecycle.stages import Move, Stage
from leadbell.lifecycle.standing import Standing
from leadbell.profile import Profile
from leadbell.scoring.snapshots import Basis, History
from leadbell.table import Item, Table, Write, put_write, stamp, update_write

FILED_BACK_DAYS = 2
FILED_AHEAD_DAYS = 1
LAST_EVENT = "EVENT$"  # after every key that starts with EVENT#


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A mail that a decision creates: its sort key and its item in the outbox."""

    sk: str
    item: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """All that one decision changes about a contact, written together or not at all.

    `decided` are the facts that need nobody's decision any more; `no_moves` says by fact id why one that asked for a
    move led to none, and the fact keeps it. `sealed` is a new snapshot, and `also` is written on its own conditions.
    """

    before: Standing
    after: Standing
    profile: Profile
    moves: Sequence[Move] = ()
    outgoing: Sequence[Outgoing] = ()
    decided: Sequence[Fact] = ()
    no_moves: Mapping[str, str] = field(default_factory=dict)
    sealed: Item | None = None
    also: Sequence[Write] = ()

    @property
    def written(self) -> Standing:
        """The next standing, with the version it is written as."""
        bookkeeping = replace(self.after.bookkeeping, version=self.before.version + 1)
        return replace(self.after, bookkeeping=bookkeeping)

    @property
    def tells_more(self) -> bool:
        """Whether something is known, or not known any more, that was not before."""
        return self.before.bookkeeping.profile != self.after.bookkeeping.profile

    @property
    def is_only_numbers(self) -> bool:
        """Whether nothing has to be written together with the standing."""
        return not (self.moves or self.outgoing or self.tells_more or self.no_moves or self.sealed or self.also)


class Contacts:
    """Facts and standings in the table."""

    def __init__(self, table: Table) -> None:
        self.table = table

    def file(self, contact_id: str, fact: Fact, day: date) -> bool:
        """Stores a fact under `day`, the day that its sender's retries repeat; False where it stands already.

        The conditional put decides, nothing else does. A day far from the receipt is sealed: the fact is then filed
        under the day of receipt, and its own day's key holds a stub that says where, so that of event and stub the
        first wins and a retry finds the same key.
        """
        pk, today = partition(contact_id), fact.received_at.date()
        while not today - timedelta(days=FILED_BACK_DAYS) <= day <= today + timedelta(days=FILED_AHEAD_DAYS):
            stub = {"pk": pk, "sk": event_key(day, fact.id), "moved": event_key(today, fact.id)}
            there = self.table.put({**stub, "expires_at": ends_at(fact)}, "attribute_not_exists(pk)")
            if there is not None and "moved" not in there:
                return False
            day = day_of(stub["moved"] if there is None else there["moved"])
        return self.table.put(event_item(contact_id, fact, event_key(day, fact.id)), "attribute_not_exists(pk)") is None

    def filed(self, contact_id: str, day: date, event_id: str) -> Fact | None:
        """The fact that was filed under `day`, wherever it was put; None where there is none."""
        pk = partition(contact_id)
        item = self.table.get(pk, event_key(day, event_id))
        if item is not None and "moved" in item:
            item = self.table.get(pk, item["moved"])
        return None if item is None else fact_of(item)

    def standing(self, contact_id: str) -> Standing:
        """Where the contact stands, read strongly; version 0 where nothing was ever written."""
        item = self.table.get(partition(contact_id), "STANDING")
        return Standing() if item is None else standing_of(item)

    def facts(self, contact_id: str, filed_after: date = date.min) -> list[Fact]:
        """The facts of the contact, all or those filed after a day, read strongly; stubs are no facts."""
        first = event_key(filed_after + timedelta(days=1), "")
        items = self.table.query_between(partition(contact_id), first, LAST_EVENT)
        return [fact_of(item) for item in items if "moved" not in item]

    def history(self, contact_id: str, basis: Basis, sealed_through: date | None) -> History:
        """The contact's past, read strongly: through its snapshot where that is what the standing read before says.

        `sealed_through` None reads every fact; so does a snapshot that was made on another basis.
        """
        if sealed_through is not None:
            item = self.table.get(partition(contact_id), "SNAPSHOT")
            snapshot = snapshot_of(item) if item is not None else None
            if snapshot is not None and snapshot.basis == basis:
                tail = self.facts(contact_id, snapshot.through)
                return History([*snapshot.facts, *tail], snapshot)
        return History(self.facts(contact_id))

    def ids(self, *stages: Stage) -> Iterator[str]:
        """The contacts that stand on these stages; on any where none is named. Read eventually, stage by stage."""
        for stage in stages or tuple(Stage):
            for shard in range(STAGE_SHARDS):
                values = {":pk": f"STAGE#{stage}#{shard}"}
                for item in self.table.query_whole_index("by_stage", "stage_pk = :pk", values):
                    yield contact_of(item["pk"])

    def moves(self, contact_id: str) -> list[Item]:
        """The contact's log of moves, oldest first."""
        return list(self.table.query(partition(contact_id), "TRANSITION#"))

    def save(self, contact_id: str, change: Change) -> Standing:
        """Writes the next standing, on the condition that the one before still stands; raises Conflict where it does
        not. Gives it as it was written: one plain conditional put where there are only new numbers to cache."""
        pk, written, still = partition(contact_id), change.written, _still(change.before)
        standing = {"pk": pk, **standing_item(contact_id, written)}
        if not change.is_only_numbers:
            self.table.transact([put_write(standing, *still), *_writes(pk, change)])
            return written
        if self.table.put(standing, *still) is not None:
            raise Conflict("the contact's standing was written by somebody else")
        self.mark_decided(contact_id, change.decided)
        return written

    def erased(self, contact_id: str, before: Standing, at: datetime) -> Write:
        """The write that leaves, in place of the standing `before`, when its contact was erased.

        The numbers of qualifications and of moves go on: a receipt, a link or an answer that is still on its way
        must not meet something new under an old key.
        """
        numbers = {"version": before.version + 1, "moves": before.qualification.moves}
        numbers |= {"cycle": before.cycle, "cycles_erased": before.cycle}
        tomb = {"pk": partition(contact_id), "sk": "STANDING", "erased_at": stamp(at), **numbers}
        return put_write(tomb, *_still(before))

    def delete(self, contact_id: str, facts: Iterable[Fact]) -> None:
        """Deletes facts for good."""
        for fact in facts:
            self.table.delete(partition(contact_id), fact.key)

    def mark_decided(self, contact_id: str, facts: Iterable[Fact]) -> None:
        """Takes the mark off facts that need nobody's decision any more."""
        for fact in facts:
            self.table.update(partition(contact_id), fact.key, *_unmark())


def _writes(pk: str, change: Change) -> Iterator[Write]:
    """What is written in one transaction with the standing."""
    if change.tells_more:
        yield put_write({"pk": pk, **profile_item(change.profile)})
    if change.sealed is not None:
        yield put_write({"pk": pk, **change.sealed})
    yield from (put_write({"pk": pk, **move_item(move)}, "attribute_not_exists(pk)") for move in change.moves)
    yield from (put_write({"pk": pk, "sk": out.sk, **out.item}, "attribute_not_exists(pk)") for out in change.outgoing)
    yield from (update_write(pk, fact.key, *_unmark(change.no_moves.get(fact.id, ""))) for fact in change.decided)
    yield from change.also


def _unmark(no_move: str = "") -> tuple[str, str, Item]:
    """The update that takes the mark off a fact, its condition and its values."""
    says, values = (" SET no_move = :why", {":why": no_move}) if no_move else ("", {})
    return f"REMOVE due_pk, due_at{says}", "attribute_exists(pk)", values


def _still(before: Standing) -> tuple[str, Item | None]:
    if before.version == 0:
        return "attribute_not_exists(version)", None
    return "version = :seen", {":seen": before.version}

"""A contact in the table: its facts, its standing, and the one transaction that changes both."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from leadbell.contacts.derived_items import move_item, profile_item, snapshot_of
from leadbell.contacts.facts import ContactFacts
from leadbell.contacts.items import SUBSCRIBED_LIST, listed, partition, sharded
from leadbell.contacts.lists import staged
from leadbell.contacts.standing_items import standing_item
from leadbell.errors import Conflict
from leadbell.events import Fact
from leadbell.identity import contact_of
from leadbell.lifecycle.stages import Move, Stage
from leadbell.lifecycle.standing import Standing
from leadbell.profile import Profile
from leadbell.scoring.snapshots import Basis, History
from leadbell.table import Item, Write, put_write, stamp, update_write


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
        """Whether something is known, or not known any more, that was not before, or the newsletter begins or ends."""
        was, is_now = self.before.bookkeeping, self.after.bookkeeping
        return (was.profile, was.subscribed_at) != (is_now.profile, is_now.subscribed_at)

    @property
    def is_only_numbers(self) -> bool:
        """Whether nothing has to be written together with the standing."""
        return not (self.moves or self.outgoing or self.tells_more or self.no_moves or self.sealed or self.also)


class Contacts(ContactFacts):
    """The same, with what is derived of them and every change of it."""

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
        """The contacts that stand on these stages; on any where none is named. Read as `lists.staged` reads them."""
        return (contact_of(item["pk"]) for item in staged(self.table, *stages))

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

    def mark_decided(self, contact_id: str, facts: Iterable[Fact]) -> None:
        """Takes the mark off facts that need nobody's decision any more."""
        for fact in facts:
            self.table.update(partition(contact_id), fact.key, *_unmark())


def _writes(pk: str, change: Change) -> Iterator[Write]:
    """What is written in one transaction with the standing."""
    if change.tells_more:
        since = change.after.bookkeeping.subscribed_at
        among = listed(sharded(SUBSCRIBED_LIST, contact_of(pk)), since) if since else {}
        yield put_write({"pk": pk, **profile_item(change.profile), **among})
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

"""A contact in the table: its facts, where it stands, and the one transaction that changes both."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, timedelta
from typing import Any

from leadbell.errors import Conflict, InvalidFact
from leadbell.events import Fact, Trust
from leadbell.lifecycle import Move, Stage, Standing
from leadbell.profile import Profile
from leadbell.scoring import Reason
from leadbell.table import Item, Table, Write, due_shard, encode, moment, stamp

HEAL_AFTER = timedelta(minutes=10)
STAGE_SHARDS = 8
FILED_BACK_DAYS = 2
FILED_AHEAD_DAYS = 1


def partition(contact_id: str) -> str:
    """The partition that holds everything about a contact."""
    return f"CONTACT#{contact_id}"


def contact_of(pk: str) -> str:
    """The contact id in a partition key."""
    return pk.removeprefix("CONTACT#")


def event_key(day: date, event_id: str) -> str:
    """The sort key of a fact filed under a day."""
    return f"EVENT#{day.isoformat()}#{event_id}"


def day_of(sk: str) -> date:
    """The day a fact is filed under, from its sort key."""
    return date.fromisoformat(sk.split("#")[1])


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A mail born with a decision: its sort key and what the outbox keeps of it."""

    sk: str
    item: Mapping[str, Any]


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
            there = self.table.put(stub, "attribute_not_exists(pk)")
            if there is not None and "moved" not in there:
                return False
            day = day_of(stub["moved"] if there is None else there["moved"])
        return (
            self.table.put(_event_item(contact_id, fact, event_key(day, fact.id)), "attribute_not_exists(pk)") is None
        )

    def filed(self, contact_id: str, day: date, event_id: str) -> Fact | None:
        """The fact that was filed under `day`, wherever it was put; None where there is none."""
        pk = partition(contact_id)
        item = self.table.get(pk, event_key(day, event_id))
        if item is not None and "moved" in item:
            item = self.table.get(pk, item["moved"])
        return None if item is None else _fact(item)

    def standing(self, contact_id: str) -> Standing:
        """Where the contact stands, read strongly; version 0 where nothing was ever written."""
        item = self.table.get(partition(contact_id), "STANDING")
        return Standing() if item is None else _standing(item)

    def facts(self, contact_id: str) -> list[Fact]:
        """All facts of the contact, read strongly; stubs are no facts."""
        items = self.table.query(partition(contact_id), "EVENT#")
        return [_fact(item) for item in items if "moved" not in item]

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

    def save(
        self,
        contact_id: str,
        before: Standing,
        after: Standing,
        *,
        profile: Profile,
        moves: Sequence[Move] = (),
        outgoing: Sequence[Outgoing] = (),
        decided: Sequence[Fact] = (),
        no_moves: Mapping[str, str] | None = None,
    ) -> None:
        """Writes the next version, on the condition that `before` still stands; raises Conflict where it does not.

        The log, the mails and the marks on the facts decided about are in one transaction with it. Where there is
        only a new number to cache, it is one plain conditional put. `no_moves` says by fact id why a fact that asked
        for a move led to none; the fact keeps it.
        """
        pk, no_moves = partition(contact_id), no_moves or {}
        standing = {
            "pk": pk,
            "sk": "STANDING",
            **_standing_item(contact_id, replace(after, version=before.version + 1)),
        }
        condition, values = _still(before)
        profile_changed = before.profile != after.profile
        if not (moves or outgoing or profile_changed or no_moves):
            if self.table.put(standing, condition, values) is not None:
                raise Conflict("the contact's standing was written by somebody else")
            self.mark_decided(contact_id, decided)
            return
        writes = [_put(standing, condition, values)]
        if profile_changed:
            writes.append(_put({"pk": pk, "sk": "PROFILE", **_profile_item(profile)}))
        writes += [_put({"pk": pk, **_move_item(move)}, "attribute_not_exists(pk)") for move in moves]
        writes += [_put({"pk": pk, "sk": out.sk, **out.item}, "attribute_not_exists(pk)") for out in outgoing]
        writes += [Write("Update", _mark(pk, fact, no_moves.get(fact.id, ""))) for fact in decided]
        self.table.transact(writes)

    def delete(self, contact_id: str, facts: Iterable[Fact]) -> None:
        """Deletes facts for good."""
        for fact in facts:
            self.table.delete(partition(contact_id), fact.key)

    def mark_decided(self, contact_id: str, facts: Iterable[Fact]) -> None:
        """Takes the mark off facts that need nobody's decision any more."""
        for fact in facts:
            key = _mark(partition(contact_id), fact)
            self.table.update(
                partition(contact_id), key["Key"]["sk"]["S"], key["UpdateExpression"], key["ConditionExpression"], {}
            )


def _put(item: Item, condition: str = "", values: Item | None = None) -> Write:
    body: Item = {"Item": encode(item)}
    if condition:
        body["ConditionExpression"] = condition
    if values:
        body["ExpressionAttributeValues"] = encode(values)
    return Write("Put", body)


def _mark(pk: str, fact: Fact, no_move: str = "") -> Item:
    mark = {
        "Key": encode({"pk": pk, "sk": fact.key}),
        "UpdateExpression": "REMOVE due_pk, due_at",
        "ConditionExpression": "attribute_exists(pk)",
    }
    if not no_move:
        return mark
    return mark | {
        "UpdateExpression": "REMOVE due_pk, due_at SET no_move = :why",
        "ExpressionAttributeValues": encode({":why": no_move}),
    }


def _still(before: Standing) -> tuple[str, Item | None]:
    if before.version == 0:
        return "attribute_not_exists(version)", None
    return "version = :seen", {":seen": before.version}


def _event_item(contact_id: str, fact: Fact, sk: str) -> Item:
    kept = fact.kind.retention_days
    item: Item = {
        "pk": partition(contact_id),
        "sk": sk,
        "id": fact.id,
        "type": fact.type,
        "happened_at": stamp(fact.happened_at),
        "received_at": stamp(fact.received_at),
        "sent_at": stamp(fact.sent_at) if fact.sent_at else None,
        "trust": fact.trust.name.lower(),
        "fields": dict(fact.fields),
    }
    if kept is not None:
        # Two days of slack: the reader decides by the day what still counts, never the luck of the deletion.
        item["expires_at"] = int((fact.happened_at + timedelta(days=kept + 2)).timestamp())
    if fact.kind.matters:
        item |= {"due_pk": due_shard(contact_id), "due_at": stamp(fact.received_at + HEAL_AFTER)}
    return item


def _fact(item: Item) -> Fact:
    try:
        return Fact(
            id=item["id"],
            type=item["type"],
            happened_at=moment(item["happened_at"]),
            received_at=moment(item["received_at"]),
            trust=Trust[item["trust"].upper()],
            fields=item.get("fields", {}),
            undecided="due_at" in item,
            key=item["sk"],
            sent_at=moment(item["sent_at"]) if "sent_at" in item else None,
        )
    except (KeyError, ValueError, AttributeError) as error:
        raise InvalidFact(f"the fact stored under {item.get('sk')} cannot be read: {type(error).__name__}") from error


_TIMES = ("since", "reset_at", "requests_used_until", "due_at", "erased_at", "held_at")
_STAGES = ("stage", "max_stage")
_DAYS = ("return_on",)


def _standing_item(contact_id: str, standing: Standing) -> Item:
    plain = {each.name: getattr(standing, each.name) for each in fields(standing)}
    plain |= {name: stamp(plain[name]) if plain[name] else None for name in _TIMES}
    plain |= {name: str(plain[name]) for name in _STAGES}
    plain |= {name: plain[name].isoformat() if plain[name] else None for name in _DAYS}
    plain["reasons"] = dict(standing.reasons)  # a map without a list of maps around it: half the bytes
    plain |= plain.pop("display")
    if standing.due_at is not None:
        plain["due_pk"] = due_shard(contact_id)
    if standing.since is not None:
        plain["stage_pk"] = f"STAGE#{standing.stage}#{sum(contact_id.encode()) % STAGE_SHARDS}"
    return plain


DISPLAY = ("name", "title", "company", "email", "country", "source")


def _standing(item: Item) -> Standing:
    known = {each.name: item[each.name] for each in fields(Standing) if each.name in item}
    known |= {name: moment(item[name]) for name in _TIMES if name in item}
    known |= {name: Stage(item[name]) for name in _STAGES if name in item}
    known |= {name: date.fromisoformat(item[name]) for name in _DAYS if name in item}
    known["reasons"] = tuple(sorted(item.get("reasons", {}).items(), key=lambda reason: (-abs(reason[1]), reason[0])))
    known["display"] = {name: item[name] for name in DISPLAY if name in item}
    return Standing(**known)


def _move_item(move: Move) -> Item:
    return {
        "sk": f"TRANSITION#{move.number:06d}",
        "number": move.number,
        "from": str(move.before),
        "to": str(move.after),
        "at": stamp(move.at),
        "by": str(move.by),
        "reason": move.reason,
        "cause": move.cause,
        "reasons": [reason_item(reason) for reason in move.reasons],
    }


def reason_item(reason: Reason) -> Item:
    """A reason as plain values, for the log and for `--json`."""
    item = asdict(reason)
    item["last_on"] = reason.last_on.isoformat() if reason.last_on else None
    return {name: value for name, value in item.items() if value is not None}


def _profile_item(profile: Profile) -> Item:
    known = {name: {"value": k.value, "at": stamp(k.at), "source": k.source} for name, k in profile.known.items()}
    touches = {"first_touch": profile.first_touch, "latest_touch": profile.latest_touch}
    return {"known": known} | {
        name: {"at": stamp(touch.at), **touch.fields} for name, touch in touches.items() if touch is not None
    }

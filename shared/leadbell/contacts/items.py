"""How a contact's facts, its standing, its log, its profile and its snapshot look as items of the table."""

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, replace
from datetime import date, timedelta
from typing import Any

from leadbell.errors import InvalidFact
from leadbell.events import Fact, Trust
from leadbell.identity import visitor_of
from leadbell.lifecycle.stages import Actor, Move, Stage
from leadbell.lifecycle.standing import Bookkeeping, Promise, Qualification, Score, Standing, weightiest_first
from leadbell.profile import Profile
from leadbell.scoring.scoring import Reason
from leadbell.scoring.snapshots import Basis, Snapshot
from leadbell.table import Item, due_shard, moment, stamp

HEAL_AFTER = timedelta(minutes=10)
STAGE_SHARDS = 8
MAX_SNAPSHOT_BYTES = 300_000  # an item holds 400,000


def partition(contact_id: str) -> str:
    """The partition that holds everything about a contact."""
    return f"CONTACT#{contact_id}"


def event_item(contact_id: str, fact: Fact, sk: str) -> Item:
    """A fact as it is stored the first time."""
    item: Item = {"pk": partition(contact_id), "sk": sk, **fact_item(fact)}
    if (ends := ends_at(fact)) is not None:
        item["expires_at"] = ends
    if fact.kind.matters and not visitor_of(contact_id):  # nobody decides about a visitor
        item |= {"due_pk": due_shard(contact_id), "due_at": stamp(fact.received_at + HEAL_AFTER)}
    return item


def ends_at(fact: Fact) -> int | None:
    """When the table may delete a fact, in seconds since 1970; None where it is kept for ever.

    Two days of slack: the reader decides by the day what still counts, never the luck of the deletion.
    """
    kept = fact.kind.retention_days
    return None if kept is None else int((fact.happened_at + timedelta(days=kept + 2)).timestamp())


def fact_item(fact: Fact) -> Item:
    """What a fact says, without keys and marks."""
    return {
        "id": fact.id,
        "type": fact.type,
        "happened_at": stamp(fact.happened_at),
        "received_at": stamp(fact.received_at),
        "sent_at": stamp(fact.sent_at) if fact.sent_at else None,
        "trust": fact.trust.name.lower(),
        "fields": dict(fact.fields),
    }


def fact_of(item: Item) -> Fact:
    """The fact in an item; raises InvalidFact where it cannot be read."""
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


DISPLAY = ("name", "title", "company", "email", "country", "source")


def standing_item(contact_id: str, standing: Standing) -> Item:
    """A standing and the keys by which indexes find it, without its partition key. Its parts lie side by side."""
    item = {"sk": "STANDING", **standing.bookkeeping.display}
    for part in (standing.score, standing.qualification, standing.promise, standing.bookkeeping):
        item |= {} if part is None else _part_item(part)
    if standing.bookkeeping.due_at is not None:
        item["due_pk"] = due_shard(contact_id)
    if standing.qualification.since is not None:
        item["stage_pk"] = f"STAGE#{standing.stage}#{sum(contact_id.encode()) % STAGE_SHARDS}"
    return item


def standing_of(item: Item) -> Standing:
    """The standing in an item."""
    return Standing(
        _part_of(Score, item),
        _part_of(Qualification, item),
        _part_of(Promise, item) if "return_on" in item else None,
        replace(_part_of(Bookkeeping, item), display={name: item[name] for name in DISPLAY if name in item}),
    )


def _reasons_of(kept: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return weightiest_first(kept.items())


def _if_any(value: int) -> int | None:
    return value or None


def _same(value: Any) -> Any:
    return value


_AS_IT_IS = (_same, _same)
_TIMES = ("since", "reset_at", "requests_used_until", "due_at", "erased_at", "held_at")
# What of a standing is kept otherwise than it is: how it is written, and how it is read again. Of the reasons a map
# without a list of maps around it takes half the bytes.
_KEPT_AS: Mapping[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    **dict.fromkeys(_TIMES, (stamp, moment)),
    **dict.fromkeys(("return_on", "sealed_through"), (date.isoformat, date.fromisoformat)),
    **dict.fromkeys(("stage", "max_stage"), (str, Stage)),
    "reasons": (dict, _reasons_of),
    "linked": (_if_any, bool),
    "cycles_erased": (_if_any, int),
}


def _part_item(part: Score | Qualification | Promise | Bookkeeping) -> Item:
    return {
        each.name: _KEPT_AS.get(each.name, _AS_IT_IS)[0](value)
        for each in fields(part)
        if each.name != "display" and (value := getattr(part, each.name)) is not None
    }


def _part_of[Part: (Score, Qualification, Promise, Bookkeeping)](kind: type[Part], item: Item) -> Part:
    names = [each.name for each in fields(kind) if each.name in item]
    return kind(**{name: _KEPT_AS.get(name, _AS_IT_IS)[1](item[name]) for name in names})


def move_item(move: Move) -> Item:
    """An entry of the log, without its partition key."""
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


def move_of(item: Item) -> Move:
    """The entry of the log in an item."""
    return Move(
        number=item["number"],
        before=Stage(item["from"]),
        after=Stage(item["to"]),
        at=moment(item["at"]),
        by=Actor(item["by"]),
        reason=item.get("reason", ""),
        cause=item.get("cause", ""),
        reasons=tuple(_reason_of(reason) for reason in item.get("reasons", ())),
    )


def _reason_of(item: Item) -> Reason:
    return Reason(**item | {"last_on": date.fromisoformat(item["last_on"]) if "last_on" in item else None})


def reason_item(reason: Reason) -> Item:
    """A reason as plain values, for the log and for `--json`."""
    item = asdict(reason)
    item["last_on"] = reason.last_on.isoformat() if reason.last_on else None
    return {name: value for name, value in item.items() if value is not None}


def profile_item(profile: Profile) -> Item:
    """What is known and where it came from, without its partition key."""
    known = {name: {"value": k.value, "at": stamp(k.at), "source": k.source} for name, k in profile.known.items()}
    touches = {"first_touch": profile.first_touch, "latest_touch": profile.latest_touch}
    return {"sk": "PROFILE", "known": known} | {
        name: {"at": stamp(touch.at), **touch.fields} for name, touch in touches.items() if touch is not None
    }


def snapshot_item(snapshot: Snapshot) -> Item | None:
    """A snapshot without its partition key; None where it would not fit into an item."""
    basis = snapshot.basis
    content = {
        "counts": snapshot.counts,
        "product_act_on": snapshot.product_act_on,
        "weights": {day: f"{weight:x}" for day, weight in snapshot.weights.items()},
        "facts": [_packed(fact) for fact in snapshot.facts],
        "witnesses": [_packed(fact) for fact in snapshot.witnesses],
    }
    body = zlib.compress(json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode(), 6)
    if len(body) > MAX_SNAPSHOT_BYTES:
        return None
    return {
        "sk": "SNAPSHOT",
        "through": snapshot.through.isoformat(),
        "model": basis.model,
        "reset_at": stamp(basis.reset_at) if basis.reset_at else None,
        "links": list(basis.links),
        "body": body,
    }


def snapshot_of(item: Item) -> Snapshot:
    """The snapshot in an item."""
    content = json.loads(zlib.decompress(item["body"]))
    reset_at = moment(item["reset_at"]) if "reset_at" in item else None
    return Snapshot(
        through=date.fromisoformat(item["through"]),
        basis=Basis(item["model"], reset_at, tuple(item["links"])),
        counts={rule: _by_day(per_day) for rule, per_day in content["counts"].items()},
        product_act_on=content["product_act_on"],
        weights={int(day): int(weight, 16) for day, weight in content["weights"].items()},
        facts=tuple(fact_of(each) for each in content["facts"]),
        witnesses=tuple(fact_of(each) for each in content["witnesses"]),
    )


def _by_day(per_day: dict[str, int]) -> dict[int, int]:
    return {int(day): number for day, number in per_day.items()}


def _packed(fact: Fact) -> Item:
    item = {"sk": fact.key, **fact_item(fact)}
    return {name: value for name, value in item.items() if value is not None}

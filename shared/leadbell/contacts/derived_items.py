"""The items of what is derived of a contact besides its standing: its log, its profile and its snapshot."""

import json
import zlib
from dataclasses import asdict
from datetime import date

from leadbell.contacts.items import fact_item, fact_of
from leadbell.events import Fact
from leadbell.lifecycle.stages import Actor, Move, Stage
from leadbell.profile import Profile
from leadbell.scoring.scoring import Reason
from leadbell.scoring.snapshots import Basis, Snapshot
from leadbell.table import Item, moment, stamp

MAX_SNAPSHOT_BYTES = 300_000  # an item holds 400,000
# What is larger before it is compressed takes long to compress, and hardly ever fits.
MAX_CONTENT_BYTES = 20_000_000


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
    told = json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()
    if len(told) > MAX_CONTENT_BYTES or len(body := zlib.compress(told, 6)) > MAX_SNAPSHOT_BYTES:
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

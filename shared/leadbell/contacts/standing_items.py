"""How a contact's standing looks as an item of the table."""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

from leadbell.contacts.items import listed
from leadbell.lifecycle.stages import Stage
from leadbell.lifecycle.standing import Bookkeeping, Promise, Qualification, Score, Standing, weightiest_first
from leadbell.table import Item, due_shard, moment, stamp

STAGE_SHARDS = 8
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
        if standing.stage is Stage.SQL and (rep := standing.owner or standing.qualification.alerted_rep):
            item |= listed(owner_list(rep), standing.qualification.since)
    return item


def owner_list(rep: str) -> str:
    """The list of the open leads that a rep has."""
    return f"OWNER#{rep}"


def standing_in(item: Item | None) -> Standing:
    """The standing in the item that is there; version 0 where there is none."""
    return Standing() if item is None else standing_of(item)


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


def _if_said(text: str) -> str | None:
    return text or None


def _same(value: Any) -> Any:
    return value


_AS_IT_IS = (_same, _same)
_TIMES = ("subscribed_at", "since", "reset_at", "requests_used_until", "due_at", "erased_at", "held_at")
# What of a standing is kept otherwise than it is: how it is written, and how it is read again. Of the reasons a map
# without a list of maps around it takes half the bytes.
_KEPT_AS: Mapping[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    **dict.fromkeys(_TIMES, (stamp, moment)),
    **dict.fromkeys(("return_on", "sealed_through"), (date.isoformat, date.fromisoformat)),
    **dict.fromkeys(("stage", "max_stage"), (str, Stage)),
    "reasons": (dict, _reasons_of),
    "linked": (_if_any, bool),
    "privacy": (_if_said, str),
    "cycles_erased": (_if_any, int),
    "mailed_as": (_if_any, int),
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

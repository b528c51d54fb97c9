"""Lists across contacts, by the index `lists`: the submissions of a form, subscribers, the open leads of a rep.

The index is read eventually, and an entry holds keys alone: whoever acts on one reads the item first.
"""

from collections.abc import Iterator
from datetime import datetime
from heapq import merge
from operator import itemgetter

from leadbell.contacts.items import LIST_SHARDS, SUBSCRIBED_LIST, form_list
from leadbell.contacts.standing_items import STAGE_SHARDS, owner_list
from leadbell.identity import contact_of
from leadbell.lifecycle.stages import Stage
from leadbell.table import Item, Table, moment, stamp

LISTS = "lists"


def submissions_of(table: Table, form: str, since: datetime) -> Iterator[tuple[str, str]]:
    """The submissions of a form since a moment, the oldest first: contact and key of the fact.

    A download is named as its endpoint is, `downloads/guide`.
    """
    for item in _sharded(table, form_list(form), since):
        yield contact_of(item["pk"]), item["sk"]


def subscribers(table: Table, since: datetime) -> Iterator[tuple[str, datetime]]:
    """Who is subscribed to the newsletter now and signed up after a moment, with when, the earliest first."""
    for item in _sharded(table, SUBSCRIBED_LIST, since):
        yield contact_of(item["pk"]), moment(item["list_at"])


def open_leads_of(table: Table, rep: str) -> Iterator[tuple[str, datetime]]:
    """The contacts at SQL that a rep has, with since when they are there, the longest first."""
    for item in table.query_whole_index(LISTS, "list_pk = :pk", {":pk": owner_list(rep)}):
        yield contact_of(item["pk"]), moment(item["list_at"])


def staged(table: Table, *stages: Stage) -> Iterator[Item]:
    """The contacts on these stages, on any where none is named, as the index shows them: their keys, stage, owner and
    display fields. Read eventually, stage by stage.
    """
    for stage in stages or tuple(Stage):
        for shard in range(STAGE_SHARDS):
            values = {":pk": f"STAGE#{stage}#{shard}"}
            yield from table.query_whole_index("by_stage", "stage_pk = :pk", values)


def _sharded(table: Table, name: str, since: datetime) -> Iterator[Item]:
    """All shards of a list in one order."""
    shards = (_from(table, f"{name}#{shard}", since) for shard in range(LIST_SHARDS))
    return merge(*shards, key=itemgetter("list_at"))


def _from(table: Table, list_pk: str, since: datetime) -> Iterator[Item]:
    values = {":pk": list_pk, ":since": stamp(since)}
    return table.query_whole_index(LISTS, "list_pk = :pk AND list_at >= :since", values)

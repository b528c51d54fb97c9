"""The keys of a contact in the table, and the items of its facts. Endpoints write them and load no more."""

from datetime import datetime, timedelta

from leadbell.errors import InvalidFact
from leadbell.events import Fact, Trust
from leadbell.identity import visitor_of
from leadbell.table import Item, due_shard, moment, stamp

HEAL_AFTER = timedelta(minutes=10)
LIST_SHARDS = 8
SUBSCRIBED_LIST = "SUBSCRIBED"


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
    if form := form_of(fact):
        item |= listed(sharded(form_list(form), contact_id), fact.received_at)
    return item


def form_of(fact: Fact) -> str:
    """The form or download that the fact is a submission of, as its endpoint is named; empty where it is none."""
    if fact.trust is not Trust.SUBMITTED:
        return ""
    asset = fact.fields.get("asset")
    return f"downloads/{asset}" if asset else str(fact.fields.get("form", ""))


def form_list(form: str) -> str:
    """The list of a form's submissions, without its shard."""
    return f"FORM#{form}"


def sharded(name: str, contact_id: str) -> str:
    """A list's partition for a contact: spread, and the same for the same contact."""
    return f"{name}#{sum(contact_id.encode()) % LIST_SHARDS}"


def listed(partition_key: str, at: datetime) -> Item:
    """What puts an item into a list; it can be in one only."""
    return {"list_pk": partition_key, "list_at": stamp(at)}


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

"""Everything that is stored about a person, as one JSON object with stable names.

docs/explanation/privacy.md describes each name.

It lists what is stored, also what is past its retention but not deleted yet. Of a mail about somebody else it has the
one line that names this person.
"""

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from leadbell.capture.quarantine import held_of
from leadbell.consents import Word, history, is_kept_no, latest_words
from leadbell.contacts.items import fact_item, fact_of, partition
from leadbell.contacts.privacy_requests import of_contact
from leadbell.contacts.store import Contacts
from leadbell.contacts.texts import Text, text_of
from leadbell.contacts.visitors import link_of
from leadbell.events import Fact, distinct
from leadbell.identity import visitor_contact
from leadbell.outbox.sales_outbox import is_letter, mail_of
from leadbell.outbox.their_words import as_mailed
from leadbell.privacy.audit import Audit
from leadbell.privacy.data_map import NOT_LISTED, kind_of
from leadbell.table import Item, Table, stamp

FORMAT = 1

# Keys and marks by which the service finds things; they say nothing of the person.
_MARKS = frozenset({"pk", "sk", "due_pk", "due_at", "stage_pk", "list_pk", "list_at", "expires_at", "marks"})
# Words of ours that nobody else reads.
_NAMES: Mapping[str, str] = {
    "cycle": "qualification",
    "mailed_as": "latest_mail",
    "cycles_erased": "qualifications_erased",
    "heard": "kind",
    "born_at": "written_at",
}


def export(table: Table, contact_id: str, now: datetime) -> dict[str, Any]:
    """All that is stored; raises UnknownItem for an item that this version does not know."""
    items = list(table.query(partition(contact_id), ""))
    sections: dict[str, list[Item]] = {}
    for item in items:
        sections.setdefault(kind_of(item["pk"], item["sk"]).told_as, []).append(item)
    texts = {text.event_id: text for text in map(text_of, sections.get("typed", []))}
    facts = [fact_of(item) for item in sections.get("facts", []) if "moved" not in item]
    visitors = list(_visitors(table, sections.get("visitors", [])))
    position = next(iter(sections.get("position", [])), {})
    return {
        "format": FORMAT,
        "exported_at": stamp(now),
        "contact": contact_id,
        "position": _plain(position),
        "profile": _plain(next(iter(sections.get("profile", [])), {})),
        "facts": [_fact(fact) for fact in distinct(facts)],
        "typed": [_typed(text) for text in texts.values()],
        "visitors": visitors,
        "counted": [_counted(item) for item in sections.get("counted", [])],
        "moves": [_plain(item) for item in sections.get("moves", [])],
        "mails": [_mail(item, texts) for item in sections.get("mails", [])],
        "named_in": list(_named_in(table, contact_id, sections.get("named_in", []))),
        "colleagues_see": _get(table, f"COMPANY#{position.get('listed_under', '')}", partition(contact_id)),
        "consents": consents(facts),
        "quarantine": [_plain(item) for item in held_of(table, contact_id, now.date())],
        "suppressed": _get(table, f"SUPPRESSED#{contact_id}", "SUPPRESSED"),
        "privacy_requests": [
            {"what": each.words, "since": stamp(each.since), "answer_by": each.answer_by.isoformat()}
            for each in of_contact(table, contact_id)
        ],
        "parked": _get(table, f"PARKED#{contact_id}", "PARKED"),
        "audit": [_line(asdict(line)) for line in Audit(table).lines(now, contact_id)],
        "not_listed": list(NOT_LISTED),
    }


def is_empty(told: Mapping[str, Any]) -> bool:
    """Whether nothing is kept but what proves an erasure, and what it keeps."""
    kept = (
        "profile",
        "typed",
        "visitors",
        "counted",
        "moves",
        "mails",
        "named_in",
        "quarantine",
        "suppressed",
    )
    facts = [fact for fact in told["facts"] if not is_kept_no(fact["id"])]
    return not facts and not any(told[name] for name in kept) and "stage" not in told["position"]


def consents(facts: Iterable[Fact]) -> dict[str, Any]:
    """What holds about each purpose, and all that was ever said, the oldest first."""
    told: Sequence[Fact] = list(facts)
    latest = {purpose: as_data(word) for purpose, word in latest_words(told).items()}
    return {"latest": latest, "history": [as_data(word) for word in history(told)]}


def as_data(word: Word) -> dict[str, Any]:
    """A word of consent in plain values; the time is to the second at least."""
    told = {**asdict(word), "at": stamp(word.at), "received_at": stamp(word.received_at)}
    return {name: value for name, value in told.items() if value != ""}


def _visitors(table: Table, items: Sequence[Item]) -> Iterator[dict[str, Any]]:
    links = [item for item in items if item["sk"].startswith("LINK#")]
    for item in links:
        link = link_of(item)
        facts = [fact for fact in Contacts(table).facts(visitor_contact(link.visitor)) if link.covers(fact)]
        yield {**_plain(item), "facts": [_fact(fact) for fact in distinct(facts)]}


def _mail(item: Item, texts: Mapping[str, Text]) -> dict[str, Any]:
    """A mail to sales with its text and the people it names; a mail to the person has neither."""
    if not is_letter(item["sk"]):
        return _plain(item)
    mail = mail_of(item).with_words(lambda event_id: as_mailed(texts[event_id].typed if event_id in texts else ()))
    return _plain({**item, "blocks": None, "body": mail.body, "named": list(mail.named) or None})


def _named_in(table: Table, contact_id: str, items: Sequence[Item]) -> Iterator[dict[str, Any]]:
    for item in items:
        pk, _, sk = item["sk"].removeprefix("NAMED#").partition("|")
        letter = table.get(pk, sk)
        if letter is not None and contact_id in (mail := mail_of(letter)).named:
            yield {"number": letter["number"], "line": mail.said_of(contact_id)}


def _counted(item: Item) -> dict[str, Any]:
    content = json.loads(zlib.decompress(item["body"]))
    facts = [*content.pop("facts", []), *content.pop("witnesses", [])]
    told = {name: value for name, value in _plain(item).items() if name != "body"}
    return {**told, **content, "facts": [_plain(each) for each in facts]}


def _fact(fact: Fact) -> dict[str, Any]:
    return {**_plain(fact_item(fact)), "label": fact.kind.label}


def _typed(text: Text) -> dict[str, Any]:
    values = [{"name": each.name, "value": each.value} for each in text.typed]
    return {"event": text.event_id, "received_at": stamp(text.received_at), "values": values}


def _get(table: Table, pk: str, sk: str) -> dict[str, Any] | None:
    item = table.get(pk, sk)
    return None if item is None else _plain(item)


def _line(line: Mapping[str, Any]) -> dict[str, Any]:
    return {**line, "at": stamp(line["at"]), "deed": str(line["deed"]), "outcome": str(line["outcome"])}


def _plain(item: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in item.items() if name not in _MARKS and value is not None}
    return {
        _NAMES.get(name, name): _plain(value) if isinstance(value, Mapping) else value for name, value in kept.items()
    }

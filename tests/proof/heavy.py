"""Somebody fills in forms of 256 KB for another person's address, thousands of times; then that person asks for a demo.

The forms come through the door until one is stored; the others are stored as that one was, each with its own id and
time, over the weeks before. What is counted are read units and processor time of `score` at her own request.
"""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from math import ceil
from typing import Any

from rich.table import Table

from leadbell.contacts.items import partition
from leadbell.events import Fact, Trust, event_key
from leadbell.table import Item
from leadbell.web.bodies import MAX_BODY_BYTES
from tests.aws.world import World
from tests.bench.units import size_of
from tests.integration.service import EVA, Answer, record_of
from tests.proof.memory import scene

FORMS = 5000
DAYS = 20
MOST_UNITS = 300
MOST_SECONDS = 1.0
PATH = "/forms/contact"


def body_of(kilobytes: int) -> bytes:
    """One form of that size."""
    said = {"email": EVA["email"], "name": "Eva", **{f"field {number}": "words " * 400 for number in range(80)}}
    room = kilobytes * 1024 - len(json.dumps(said)) - 20
    return json.dumps({**said, "message": ("We sell leads. " * (room // 15))[:room]}).encode()


class Looked:
    """What `score` read while it looked."""

    def __init__(self, stage: World) -> None:
        self.units, self.texts = 0, 0
        self._inner = stage.service.apps["score"].table._client
        stage.patch.setattr(stage.service.apps["score"].table, "_client", self)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        call: Callable[..., Any] = getattr(self._inner, name)
        return lambda **request: self._counted(call(**request))

    def _counted(self, answer: Any) -> Any:
        items: list[Item] = answer.get("Items", [answer["Item"]] if "Item" in answer else []) if answer else []
        self.texts += sum(item["sk"]["S"].startswith("TEXT#") for item in items)
        self.units += max(1, ceil(sum(map(size_of, items)) / 4096)) if answer is not None else 0
        return answer


def stored_as(stage: World, like: Fact, number: int, count: int) -> None:
    """Another of these forms, from the weeks before and decided long ago, with its text."""
    at = stage.clock() - timedelta(days=6) - timedelta(days=DAYS) * number / count
    fact = Fact(f"{number:032x}", like.type, at, at, Trust.SUBMITTED, like.fields)
    contact = stage.service.id_of(EVA["email"])
    stage.service.contacts.file(contact, fact, at.date())
    stage.service.contacts.mark_decided(contact, [replace(fact, key=event_key(at.date(), fact.id))])


def her_request(stage: World, forms: int, kilobytes: int) -> tuple[int, float, int]:
    """Read units, seconds of processor time and texts read by `score` at her request; it has to alert."""
    service, contact = stage.service, stage.service.id_of(EVA["email"])
    answer: Answer = service.post_body(PATH, body_of(kilobytes), "application/json")
    assert answer.status == 200, answer.body
    (like,) = service.contacts.facts(contact)
    for number in range(1, forms):
        stored_as(stage, like, number, forms)
    look = Looked(stage)
    _score(stage, contact)  # the first look at all of them reads them one by one, and seals them
    stage.move(hours=1)
    answer = service.post("/forms/demo", {"email": EVA["email"], "country": "SE", "message": "Please call me"})
    assert answer.status == 303, answer.body
    look.units, started = 0, time.process_time()
    _score(stage, contact)
    seconds = time.process_time() - started
    for item in service.table.query(partition(contact), "ALERT#"):
        service.deliver("notify", [record_of(item["pk"], item["sk"], 1)])
    assert any("Please call me" in mail.body for mail in stage.sns.published if mail.subject.startswith("Sales lead"))
    return look.units, seconds, look.texts


def _score(stage: World, contact: str) -> None:
    """The newest fact's record reaches score."""
    facts = sorted(stage.service.contacts.facts(contact), key=lambda fact: fact.received_at)
    records = [record_of(partition(contact), facts[-1].key, 1)]
    assert stage.service.deliver("score", records) == []


def measure(forms: int = FORMS, kilobytes: int = MAX_BODY_BYTES // 1024) -> Table:
    """Her request after so many forms of that size; fails above its bounds."""
    with scene() as stage:
        units, seconds, texts = her_request(stage, forms, kilobytes)
    assert (units <= MOST_UNITS, seconds <= MOST_SECONDS, texts) == (True, True, 0), (units, seconds, texts)
    table = Table("what", "count", title=f"Her own request after {forms:,} forms of {kilobytes} KB for her address")
    table.add_row("alerts", "1")
    table.add_row("read units of score", f"{units:,}")
    table.add_row("processor time of score, seconds", f"{seconds:.2f}")
    table.add_row("texts read by score", f"{texts}")
    return table

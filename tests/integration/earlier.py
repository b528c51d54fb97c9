"""A few weeks of a service's life, and what an earlier version of the package kept of them.

`earlier.json` holds every item that the version of before the rooms had written when it had lived through `lives`, in
DynamoDB's own words. To add to it, let the earliest version that should still be read live through more:
`python -m tests.integration.earlier`.
"""

import base64
import itertools
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from leadbell.capture.quarantine import held
from leadbell.companies import Company
from leadbell.contacts.accounts import Accounts
from leadbell.contacts.parking import Parking
from leadbell.events import ALLOWED, IMPORTED, OBJECTED, OPERATORS_WORD, Fact, Trust
from leadbell.forms.config import PACKAGED, Asset, FormsConfig
from leadbell.forms.published import PublishedForms
from leadbell.identity import visitor_contact
from leadbell.lifecycle.dispositions import Disposition
from leadbell.outbox.suppression import Suppressions
from leadbell.privacy import erasure
from leadbell.privacy.audit import Audit, AuditLine, Deed
from leadbell.sales.answers import take_answer
from leadbell.scoring.published import Models
from leadbell.scoring.rules import default_model
from leadbell.scoring.snapshots import seal
from leadbell.table import Item, moment
from tests.aws.on_moto import mailing
from tests.aws.world import World
from tests.integration.service import EVA, scan

KEPT = Path(__file__).with_name("earlier.json")
BROWSER = "browser-12345678"
ASKED = {"message": "How much is it?"}
A_FEW = 10  # facts are worth a snapshot here, so that a long past is quickly told


def person(name: str, domain: str = "acme.example.com", **differently: str) -> dict[str, str]:
    """Somebody who fits as Eva does."""
    return {**EVA, "name": f"{name.capitalize()} Example", "email": f"{name}@{domain}", **differently}


def address(name: str, domain: str = "acme.example.com") -> str:
    return person(name, domain)["email"]


class Life:
    """What visitors, sales and the operator do, one after the other; no two runs of one version differ."""

    def __init__(self, here: World) -> None:
        self.here, self.service, self.clock = here, here.service, here.clock
        numbers = itertools.count(1)
        for app in self.service.apps.values():
            if hasattr(app, "new_id"):
                here.patch.setattr(app, "new_id", lambda: f"{next(numbers):032x}")
        here.patch.setattr(seal, "__defaults__", (A_FEW,))

    def passes(self, **by: float) -> None:
        """Time, with the schedule and the stream at work; minutes in which nothing is due are passed over."""
        self.drain()
        end, minute = self.clock() + timedelta(**by), timedelta(minutes=1)
        while self.clock() < end:
            items = scan(self.service.client, "due_pk", "due_at")
            due = min((moment(item["due_at"]) for item in items if "due_pk" in item), default=end)
            late = max(due - self.clock(), timedelta())
            self.clock.at = min(end, self.clock() + max(late // minute * minute, minute))
            self.here.sweep()
            self.drain()

    def drain(self) -> None:
        """The stream runs dry, and takes no time for it: the version of then was told so."""
        while self.here.step() is not None:
            pass

    def asks(self, who: dict[str, str], form: str = "demo", **more: str) -> None:
        answer = self.service.post(f"/forms/{form}", {**who, **more})
        assert answer.status == 303, answer
        self.drain()

    def word(self, who: str, kind: str, **fields: Any) -> None:
        """A fact that no door takes."""
        self.clock.move(seconds=1)
        self.service.file(who, kind, **fields)
        self.drain()

    def answers(self, who: str, kind: str, cycle: int = 1, **said: Any) -> None:
        answer = Disposition(kind, cycle, **said)
        take_answer(self.service.contacts, self.service.id_of(who), answer, self.clock())
        self.drain()

    def looks_around(self, contact: str, number: int, days_ago: int) -> None:
        """Page views of one past day, as the pages reported them."""
        at = self.clock() - timedelta(days=days_ago)
        for each in range(number):
            fact = Fact(f"page-{days_ago}-{each}", "article.read", at, at, Trust.BROWSER, {"page": f"/p{each}"})
            self.service.contacts.file(contact, fact, at.date())


def lives(here: World) -> None:
    """Everything that leaves an item of its own kind, and every part of where a contact stands."""
    life = Life(here)
    _sales_at_work(life)
    _long_pasts(life)
    _mails_to_visitors(life)
    _rights(life)
    _a_new_model(life)
    _under_way(life)


def _sales_at_work(life: Life) -> None:
    service = life.service
    life.here.add_rep("sara", "SE")
    life.here.add_rep("nils", "NO")
    book = Accounts(service.table)
    book.save(Company("acme.example.com", "account", "", life.clock()))
    book.save(Company("rival.example.com", "competitor", "sara", life.clock()))
    life.asks(person("eva"), "demo", _anon=BROWSER, utm_source="search", message="When can we see it?")
    life.answers(address("eva"), "sales.accepted", by="sara")
    life.passes(hours=2)
    life.asks(person("bo", country="NO"), "pricing")
    life.asks(person("eva"), "contact", message="And what does it cost?")
    life.asks(person("rita", "rival.example.com"), "demo", message="Show me")
    life.asks(person("tim", "dunder.example.com"), "demo")
    life.answers(address("tim", "dunder.example.com"), "sales.rejected", reason="timing", back_on=_in_days(life, 60))
    life.asks(person("olga", "oslo.example.com"), "demo")
    life.answers(address("olga", "oslo.example.com"), "meeting.held", by="nils")
    cleo = address("cleo", "cosmo.example.com")
    life.word(cleo, IMPORTED, email=cleo, stage="customer", owner="sara")
    life.asks(person("dan", "dust.example.com"), "demo")
    life.word(address("dan", "dust.example.com"), OPERATORS_WORD, stage="disqualified", reason="a student")
    life.asks(person("sid", "sky.example.com"), "demo")
    life.answers(address("sid", "sky.example.com"), "sales.rejected", reason="no-answer")
    life.passes(days=1)
    life.asks(person("sid", "sky.example.com"), "pricing")


def _in_days(life: Life, days: int) -> Any:
    return (life.clock() + timedelta(days=days)).date()


def _long_pasts(life: Life) -> None:
    life.looks_around(life.service.id_of(address("lena", "lake.example.com")), 12, 9)
    life.looks_around(visitor_contact(BROWSER), 12, 8)
    life.asks(person("lena", "lake.example.com"), "contact", message="Hello")
    life.word(address("eva"), "pricing.viewed")
    # The same browser in other hands, and a fact that comes late.
    life.asks(person("karl", "kontor.example.com"), "demo", _anon=BROWSER)
    at = life.clock() - timedelta(days=6)
    late = Fact("late-1", "webinar.attended", at, life.clock(), Trust.BROWSER, {"webinar": "pumps"}, undecided=True)
    life.service.contacts.file(life.service.id_of(address("lena", "lake.example.com")), late, at.date())
    life.passes(hours=1)


def _mails_to_visitors(life: Life) -> None:
    here = life.here
    mailed = {"guide": Asset("guide", "guide.pdf", "guide.pdf", delivery="mail")}
    forms = FormsConfig("1", PACKAGED.forms, mailed, PACKAGED.newsletter)
    PublishedForms(life.service.table).publish(forms, 0, "lena", life.clock(), "")
    life.clock.move(minutes=1)
    here.sign_up(address("nora", "north.example.com"), name="Nora Example")
    life.drain()
    here.press(here.ses.sent[-1].links[0])
    life.drain()
    here.sign_up(address("otto", "open.example.com"))
    life.service.post("/downloads/guide", {"email": address("gus", "glade.example.com"), "name": "Gus Example"})
    life.passes(minutes=30)


def _rights(life: Life) -> None:
    service = life.service
    life.asks(person("ines", "island.example.com"), "demo")
    life.word(address("ines", "island.example.com"), OBJECTED)
    life.asks(person("jo", "jetty.example.com"), "contact", message="Hi")
    life.word(address("jo", "jetty.example.com"), OBJECTED)
    life.word(address("jo", "jetty.example.com"), ALLOWED)
    for name in ("fay", "flo"):
        life.asks(person(name, "field.example.com"), "demo")
        life.passes(minutes=5)
        contact = service.id_of(address(name, "field.example.com"))
        Audit(service.table).note(AuditLine(life.clock(), "operator", Deed.ERASED, contact, ""), f"{name:0>32}")
        assert erasure.erase(service.contacts, contact, life.clock()) is not None
    life.passes(days=1)
    life.asks(person("flo", "field.example.com"), "demo")
    Suppressions(service.table).suppress(service.id_of(address("stan", "stop.example.com")), "complained", life.clock())
    life.passes(days=1)


def _a_new_model(life: Life) -> None:
    service = life.service
    life.asks(person("hugo", "harbour.example.com"), "contact", **ASKED)
    model = default_model()
    model = model.model_copy(update={"requests": model.questions, "stories": []})
    Models(service.table).publish(model.compiled(), 0, "lena", life.clock())
    life.passes(hours=1)
    life.word(address("hugo", "harbour.example.com"), "visit.long")


def _under_way(life: Life) -> None:
    """What waits at the moment at which the next version comes: in quarantine, parked, undecided, not yet sent."""
    service = life.service
    trapped = {**person("quin", "quay.example.com"), "message": "We need 40 pumps", "_gotcha": "x"}
    assert service.post("/forms/demo", trapped).status == 303
    assert len(list(held(service.table, life.clock().date()))) == 1
    Parking(service.table).park(service.id_of(address("gus", "glade.example.com")), ValueError(), life.clock())
    service.post("/forms/contact", {**person("uma", "under.example.com"), **ASKED}, idempotency_key="order-66")
    life.clock.move(seconds=61)
    assert service.deliver("score", service.records(address("uma", "under.example.com"), "EVENT#")) == []
    here = life.here
    here.sign_up(address("vic", "vale.example.com"))
    assert service.deliver("score", service.records(address("vic", "vale.example.com"), "EVENT#")) == []
    service.post("/forms/contact", {**person("will", "wharf.example.com"), **ASKED}, idempotency_key="order-67")


def as_text(items: list[Item]) -> str:
    """Raw items as text, one a line."""
    lines = (json.dumps(item, sort_keys=True, default=_in_base64, ensure_ascii=False) for item in items)
    return "[\n" + ",\n".join(lines) + "\n]\n"


def _in_base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def raw_items(here: World) -> list[Item]:
    """Every item in DynamoDB's own words, in key order."""
    pages = here.service.client.get_paginator("scan").paginate(TableName=here.service.table.name)
    return sorted(
        (item for page in pages for item in page["Items"]), key=lambda item: (item["pk"]["S"], item["sk"]["S"])
    )


if __name__ == "__main__":
    with mailing() as opened:
        lives(opened)
        KEPT.write_text(as_text(raw_items(opened)), encoding="utf-8")

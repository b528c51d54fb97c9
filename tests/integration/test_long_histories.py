"""Contacts with a long past: read through a snapshot, with the page views of their browsers, and never worth less."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from leadbell.contacts.visitors import Visitors
from leadbell.events import Fact, Trust
from leadbell.identity import visitor_contact
from leadbell.lifecycle.standing import score_of
from leadbell.scoring.rules import default_model
from leadbell.scoring.scoring import judge
from leadbell.scoring.snapshots import History, seal
from tests.integration.service import EVA, Service

WORTH = 10
EMAIL = EVA["email"]
BO = "bo@beta.example.com"
ANON = "visitor-0123456789"


@pytest.fixture(autouse=True)
def a_few_facts_are_worth_a_snapshot(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten instead of a hundred, so that a long past is quickly told."""
    monkeypatch.setattr(seal, "__defaults__", (WORTH,))


def pages(service: Service, number: int, days_ago: float, kind: str = "article.read", who: str = "") -> None:
    """Page views of one moment in the past, as they were stored then; of Eva unless it is a visitor's."""
    at = service.clock() - timedelta(days=days_ago)
    for each in range(number):
        fact = Fact(f"{kind}-{days_ago}-{each}-{who}", kind, at, at, Trust.BROWSER, {"page": f"/p{each % 7}"})
        service.contacts.file(who or service.id_of(EMAIL), fact, at.date())


def asks(service: Service, who: str = EMAIL, **fields: str) -> None:
    service.post("/forms/demo", {**EVA, "email": who, **fields})
    service.pump()


def all_facts(service: Service, who: str) -> list[Fact]:
    """Every fact of the contact as the table holds them, its visitors' included."""
    links = Visitors(service.table).links_of(service.id_of(who))
    return [*service.contacts.facts(service.id_of(who)), *Visitors(service.table).facts(links)]


def check_worth(service: Service, who: str = EMAIL) -> None:
    """The standing is what all facts read one by one are worth."""
    standing, model, today = service.standing(who), default_model().compiled(), service.clock().date()
    history = History(all_facts(service, who))
    counted = history.tally(standing.reset_at, model, today)
    fresh = judge(counted, model, today)
    assert (standing.score, standing.bookkeeping.evidence) == (score_of(fresh), fresh.evidence)


@contextmanager
def events_read(service: Service, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """The facts that come over the wire meanwhile."""
    read: list[Any] = []
    real = service.contacts.table.query_between

    def noted(self: Any, pk: str, first: str, last: str) -> Iterator[Any]:
        for item in real.__func__(self, pk, first, last):  # type: ignore[attr-defined]
            read.append(item)
            yield item

    with monkeypatch.context() as patch:
        patch.setattr(type(service.contacts.table), "query_between", noted)
        yield read


def test_after_the_first_look_old_page_views_are_not_read_again(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages(service, 12, days_ago=30)
    pages(service, 12, days_ago=10)
    asks(service)
    assert service.standing(EMAIL).bookkeeping.sealed_through == (service.clock() - timedelta(days=4)).date()
    check_worth(service)

    with events_read(service, monkeypatch) as read:
        asks(service, message="Hello?")

    assert len(read) == 2  # the two requests
    check_worth(service)


def test_what_a_door_files_late_is_counted_though_its_day_is_sealed(service: Service) -> None:
    pages(service, 12, days_ago=30)
    asks(service)
    at = service.clock() - timedelta(days=20)
    late = Fact("late", "pricing.viewed", at, service.clock(), Trust.BROWSER, {})
    before = service.standing(EMAIL).bookkeeping.evidence

    service.contacts.file(service.id_of(EMAIL), late, at.date())
    service.pump()

    assert service.standing(EMAIL).bookkeeping.evidence != before
    check_worth(service)


def test_a_lost_doorbell_of_a_page_view_heals_with_the_next_fact_also_after_its_day_is_sealed(
    service: Service,
) -> None:
    pages(service, 12, days_ago=30)
    asks(service)
    pages(service, 3, days_ago=0, kind="pricing.viewed")
    service.stream.read()
    service.stream.queues["score"].clear()
    service.clock.move(days=40)

    asks(service, message="Again, please")

    check_worth(service)
    assert sum(fact.type == "pricing.viewed" for fact in all_facts(service, EMAIL)) == 3


def test_a_recycled_contact_starts_anew_and_its_old_page_views_stay_out(service: Service) -> None:
    pages(service, 12, days_ago=30)
    asks(service)
    service.file(EMAIL, "operator.stage_set", stage="recycled")
    service.pump()
    assert service.standing(EMAIL).score.interest == 0
    check_worth(service)
    pages(service, 2, days_ago=0, kind="article.read")
    service.clock.move(days=1)
    service.pump()
    check_worth(service)


def test_the_last_actions_in_a_mail_are_the_same_however_they_are_read(service: Service) -> None:
    pages(service, 12, days_ago=30)
    asks(service)
    asks(service, message="Hello?")
    first, again = (mail["body"].split("Latest activity:\n")[1].split("\n\n")[0] for mail in service.letters(EMAIL))
    assert "read an article, 30 days ago" in first
    assert again.splitlines()[2:] == first.splitlines()[1:4]


# ---- visitors --------------------------------------------------------------------------------------------------------


def test_what_a_browser_saw_before_its_form_belongs_to_who_sent_it(service: Service) -> None:
    pages(service, 1, days_ago=2, kind="pricing.viewed", who=visitor_contact(ANON))
    service.pump()

    asks(service, _anon=ANON)

    assert [fact.type for fact in all_facts(service, EMAIL)] == ["form.submitted", "pricing.viewed"]
    check_worth(service)


def test_a_page_view_afterwards_rings_for_the_contact(service: Service) -> None:
    asks(service, _anon=ANON)
    before = service.standing(EMAIL)
    pages(service, 1, days_ago=0, kind="pricing.viewed", who=visitor_contact(ANON))
    service.pump()
    assert service.standing(EMAIL).bookkeeping.evidence != before.bookkeeping.evidence
    check_worth(service)


def test_who_sends_a_form_from_the_same_browser_later_has_what_comes_after(service: Service) -> None:
    pages(service, 1, days_ago=2, kind="pricing.viewed", who=visitor_contact(ANON))
    asks(service, _anon=ANON)
    service.clock.move(hours=1)
    asks(service, BO, _anon=ANON)
    service.clock.move(hours=1)
    pages(service, 1, days_ago=0, kind="cart.added", who=visitor_contact(ANON))
    service.pump()

    assert {fact.type for fact in all_facts(service, EMAIL)} == {"form.submitted", "pricing.viewed"}
    assert {fact.type for fact in all_facts(service, BO)} == {"form.submitted", "cart.added"}
    check_worth(service)
    check_worth(service, BO)


def test_the_same_form_twice_links_once(service: Service) -> None:
    asks(service, _anon=ANON)
    asks(service, _anon=ANON, message="Hello?")
    assert len(service.items(EMAIL, "LINK#")) == 1


def test_a_new_link_reads_everything_again(service: Service) -> None:
    pages(service, 12, days_ago=30)
    asks(service)
    pages(service, 12, days_ago=25, kind="product.viewed", who=visitor_contact(ANON))
    asks(service, _anon=ANON, message="Hello?")
    check_worth(service)
    item = service.stored(EMAIL, "SNAPSHOT")
    assert len(item["links"]) == 1


def test_what_is_no_browsers_id_links_nothing(service: Service) -> None:
    asks(service, _anon="no id, a sentence")
    assert service.items(EMAIL, "LINK#") == []


def test_a_form_that_comes_while_a_browser_is_claimed_claims_its_own_too(service: Service) -> None:
    service.post("/forms/demo", {**EVA, "_anon": ANON})
    other = {**EVA, "_anon": "visitor-9876543210", "message": "From my telephone"}
    service.faults.meanwhile("score", "TransactWriteItems", lambda: service.post("/forms/contact", other))
    service.pump()
    assert {link.visitor for link in Visitors(service.table).links_of(service.id_of(EMAIL))} == {ANON, other["_anon"]}
    assert not any("due_at" in fact for fact in service.facts(EMAIL))

"""The index of lists: submissions of a form, subscribers, a rep's open leads; and what leaves them again."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from leadbell.contacts.lists import open_leads_of, submissions_of, subscribers
from leadbell.privacy import erasure
from leadbell.table import Table
from tests.aws.on_moto import mailing
from tests.aws.world import World
from tests.integration.on_aws import OnAws, said
from tests.integration.service import EVA, MONDAY, Service
from tests.integration.test_stored_items import writes_of

EMAIL = EVA["email"]


@pytest.fixture
def here() -> Iterator[World]:
    with mailing() as opened:
        yield opened


def entries(service: Service) -> list[tuple[str, str]]:
    """What is in a list: its partition and the kind of item."""
    return sorted((item["list_pk"], item["sk"].partition("#")[0]) for item in service.items() if "list_pk" in item)


def test_the_submissions_of_a_form_are_found_in_their_order_over_all_shards(service: Service) -> None:
    sent = []
    for number in range(20):
        service.post("/forms/demo", {**EVA, "email": f"p{number}@acme.example.com"})
        sent.append(service.id_of(f"p{number}@acme.example.com"))
        service.clock.move(minutes=1)
    service.post("/forms/contact", {**EVA, "message": "Another form"})
    found = list(submissions_of(service.table, "demo", MONDAY))
    assert [contact for contact, _ in found] == sent
    assert len({pk for pk, _ in entries(service) if pk.startswith("FORM#demo#")}) > 1
    assert all(service.table.get(f"CONTACT#{contact}", key) for contact, key in found)
    assert [contact for contact, _ in submissions_of(service.table, "demo", MONDAY + timedelta(minutes=15))] == sent[
        15:
    ]


def test_a_download_is_no_form_of_its_name_and_signups_and_page_views_are_no_submissions(service: Service) -> None:
    service.post("/downloads/guide", EVA)
    service.post("/newsletter", EVA)
    service.file(EMAIL, "pricing.viewed")
    assert [contact for contact, _ in submissions_of(service.table, "downloads/guide", MONDAY)] == [
        service.id_of(EMAIL)
    ]
    assert list(submissions_of(service.table, "guide", MONDAY)) == []
    assert [sk for _, sk in entries(service)] == ["EVENT"]


def test_what_is_in_quarantine_is_in_no_list_until_it_is_released(
    service: Service, stack: OnAws, capsys: pytest.CaptureFixture[str]
) -> None:
    service.post("/forms/demo", {**EVA, "_gotcha": "x"})
    assert entries(service) == []
    (held,) = (item for item in service.items() if item["pk"].startswith("QUARANTINE#"))
    said(capsys, "quarantine", "release", held["sk"].rpartition("#")[2])
    assert [sk for _, sk in entries(service)] == ["EVENT"]


def test_an_entry_is_made_with_the_fact_and_never_written_again(lead: Service) -> None:
    service = lead
    (before,) = [pk for pk, sk in entries(service) if sk == "EVENT"]
    writes = writes_of(service, "score")
    service.file(EMAIL, "pricing.viewed")
    service.pump()
    assert writes == [["STANDING"]]
    assert [pk for pk, sk in entries(service) if sk == "EVENT"] == [before]


# ---- Subscribers -----------------------------------------------------------------------------------------------------


def subscribed(table: Table) -> list[str]:
    return [contact for contact, _ in subscribers(table, MONDAY)]


def test_who_is_subscribed_is_listed_from_the_confirmation_to_the_end(here: World) -> None:
    service = here.service
    here.sign_up(EMAIL)
    here.drain()
    assert subscribed(service.table) == []
    link = here.ses.sent[-1].links[0]
    here.clock.move(minutes=5)
    here.press(link)
    here.drain()
    ((contact, at),) = subscribers(service.table, MONDAY)
    assert contact == service.id_of(EMAIL)
    assert timedelta(minutes=5) <= at - MONDAY <= timedelta(minutes=6)
    assert list(subscribers(service.table, at + timedelta(seconds=1))) == []
    here.clock.move(days=1)
    chosen = service.apps["consent"].chosen
    chosen.leave(contact, here.clock())
    here.drain()
    assert subscribed(service.table) == []
    assert "subscribed_at" not in service.stored(EMAIL, "STANDING")
    here.clock.move(days=1)
    chosen.choose(contact, "join", here.clock())
    here.drain()
    assert subscribed(service.table) == [contact]


def test_what_else_a_subscriber_does_writes_nothing_into_the_list(service: Service) -> None:
    service.file(EMAIL, "newsletter.subscribed", email=EMAIL)
    service.pump()
    before = service.stored(EMAIL, "PROFILE")
    writes = writes_of(service, "score")
    service.clock.move(days=1)
    service.file(EMAIL, "pricing.viewed")
    service.pump()
    assert (writes, service.stored(EMAIL, "PROFILE")) == ([["STANDING"]], before)
    service.post("/forms/demo", {**EVA, "message": "Please call"})
    service.pump()
    kept = service.stored(EMAIL, "PROFILE")
    assert kept["known"] != before["known"]
    assert (kept["list_pk"], kept["list_at"]) == (before["list_pk"], before["list_at"])


def test_who_objects_to_profiling_and_is_subscribed_stays_in_the_list(service: Service) -> None:
    service.file(EMAIL, "newsletter.subscribed", email=EMAIL)
    service.file(EMAIL, "profiling.objected")
    service.pump()
    assert subscribed(service.table) == [service.id_of(EMAIL)]


# ---- Open leads ------------------------------------------------------------------------------------------------------


def leads(service: Service, rep: str) -> list[str]:
    return [contact for contact, _ in open_leads_of(service.table, rep)]


def test_an_open_lead_is_in_the_list_of_who_was_alerted_and_then_of_its_owner(
    lead: Service, stack: OnAws, capsys: pytest.CaptureFixture[str]
) -> None:
    lead.add_rep("bo", "NO")
    eva = lead.id_of(EMAIL)
    ((contact, since),) = open_leads_of(lead.table, "anna")
    assert (contact, since) == (eva, lead.standing(EMAIL).qualification.since)
    said(capsys, "sales", EMAIL, "accepted", "--by", "bo")
    assert (leads(lead, "anna"), leads(lead, "bo")) == ([], [eva])
    said(capsys, "sales", EMAIL, "meeting-held", "--by", "bo")
    assert (str(lead.standing(EMAIL).stage), leads(lead, "bo")) == ("opportunity", [])


def test_a_lead_that_nobody_has_is_in_no_list(service: Service) -> None:
    service.post("/forms/demo", EVA)
    service.pump()
    assert str(service.standing(EMAIL).stage) == "sql"
    assert [sk for _, sk in entries(service)] == ["EVENT"]


# ---- Leaving them ----------------------------------------------------------------------------------------------------


def test_who_is_erased_is_in_no_list(lead: Service) -> None:
    lead.file(EMAIL, "newsletter.subscribed", email=EMAIL)
    lead.pump()
    assert [sk for _, sk in entries(lead)] == ["EVENT", "STANDING", "PROFILE"]
    lead.clock.move(seconds=1)
    erasure.erase(lead.contacts, lead.id_of(EMAIL), lead.clock())
    assert entries(lead) == []
    lists: list[Any] = [subscribed(lead.table), leads(lead, "anna"), [*submissions_of(lead.table, "demo", MONDAY)]]
    assert lists == [[], [], []]


def test_an_export_shows_no_keys_of_lists(lead: Service, stack: OnAws, capsys: pytest.CaptureFixture[str]) -> None:
    shown = said(capsys, "export", EMAIL)
    assert "list_pk" not in shown
    assert "FORM#" not in shown

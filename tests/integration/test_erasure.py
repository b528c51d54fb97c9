"""`leadbell erase`: what goes, what stays, and what those notice who are at work on the contact at that moment."""

import json
from datetime import timedelta
from typing import Any

import pytest

from cli.errors import CommandError
from leadbell.contacts.visitors import Visitors
from leadbell.errors import Conflict
from leadbell.events import REQUESTED, Fact, Trust, Value
from leadbell.lifecycle.dispositions import Disposition
from leadbell.outbox.sales_outbox import Outbox, is_letter
from leadbell.privacy import erasure
from leadbell.sales.answers import take_answer
from leadbell.table import Item, Table, Write
from tests.integration.on_aws import Command
from tests.integration.service import DEFAULT_INBOX, EVA, Service, scan
from tests.integration.test_long_histories import pages

EMAIL, BO = EVA["email"], "bo@acme.example.com"


def erase(service: Service, who: str = EMAIL) -> erasure.Erased | None:
    return erasure.erase(service.contacts, service.id_of(who), service.clock())


def traces(service: Service, who: str = EMAIL) -> list[Item]:
    """Every item that shows the person's id or words, but for what says when they were erased and retries' claims.

    Mails about others keep the id of whom they named, and no word of them.
    """

    def shows(item: Item) -> bool:
        keys = item["pk"] if is_letter(item["sk"]) else f"{item}"
        return service.id_of(who) in keys or any(word in f"{item}" for word in (who, EVA["name"]))

    return [
        item
        for item in scan(service.client)
        if shows(item) and item["sk"] not in ("STANDING", "CLAIM") and not item["pk"].startswith("AUDIT#")
    ]


def test_nothing_is_left_but_when(service: Service, leadbell: Command) -> None:
    service.post("/downloads/guide", EVA)
    service.post("/forms/demo", EVA)
    service.pump()
    result = leadbell("erase", EMAIL, "--yes")
    assert result.stdout.splitlines() == [
        f"Erased: {EMAIL} (2 facts, 1 stage change, 1 mail, and everything derived from them).",
        "Mail #1 was sent on 2 Mar 2026 to the default inbox: delete it there.",
    ]
    assert service.items(EMAIL) == [
        {
            "pk": f"CONTACT#{service.id_of(EMAIL)}",
            "sk": "STANDING",
            "erased_at": "2026-03-02T09:00:02.000Z",
            "version": 2,
            "cycle": 1,
            "cycles_erased": 1,
            "moves": 1,
        }
    ]
    assert traces(service) == []


def test_it_asks_first(service: Service, leadbell: Command) -> None:
    service.post("/forms/demo", EVA)
    service.pump()
    before = scan(service.client)
    assert leadbell("erase", EMAIL, typed="n\n").exit_code == 1
    assert scan(service.client) == before
    assert leadbell("erase", EMAIL, typed="y\n").exit_code == 0
    with pytest.raises(CommandError, match=r"No data of .* is stored"):
        leadbell("erase", EMAIL, "--yes")


def test_programs_read_which_mails_had_gone_out(service: Service, leadbell: Command) -> None:
    service.add_rep("sara", "SE")
    service.post("/forms/demo", EVA)
    service.pump()
    service.leave_topic(service.letters()[0]["topic"])
    service.leave_topic(DEFAULT_INBOX)
    service.clock.move(minutes=5)
    service.post("/forms/pricing", EVA)
    service.pump()
    told = json.loads(leadbell("erase", EMAIL, "--yes", "--json").stdout)
    assert (told["facts"], told["moves"]) == (2, 1)
    assert [(mail["number"], mail["state"], mail["rep"]) for mail in told["mails"]] == [
        (1, "sent", "sara"),
        (2, "blocked", "sara"),
    ]


def test_nobody_knows_an_address_that_never_wrote(service: Service, leadbell: Command) -> None:
    with pytest.raises(CommandError, match=r"No data of .* is stored"):
        leadbell("erase", "nobody@acme.example.com", "--yes")
    assert service.items("nobody@acme.example.com") == []


# ---- At work in that moment ------------------------------------------------------------------------------------------


def test_a_worker_that_read_the_contact_before_starts_over_and_finds_nobody(service: Service) -> None:
    service.post("/forms/demo", EVA)
    service.faults.meanwhile("score", "TransactWriteItems", lambda: erase(service))
    assert service.run("score") == []
    assert [item["sk"] for item in service.items(EMAIL)] == ["STANDING"]
    assert traces(service) == []


def test_a_worker_that_counts_one_more_page_view_starts_over_too(service: Service) -> None:
    service.post("/downloads/guide", EVA)
    service.pump()
    service.file(EMAIL, "article.read")
    service.faults.meanwhile("score", "PutItem", lambda: erase(service))
    assert service.run("score") == []
    assert [item["sk"] for item in service.items(EMAIL)] == ["STANDING"]
    assert traces(service) == []
    assert service.standing(EMAIL).erased_at == service.clock()


def test_a_mail_is_not_claimed_any_more(service: Service) -> None:
    service.post("/forms/demo", EVA)
    service.run("score")
    service.faults.meanwhile("notify", "TransactWriteItems", lambda: erase(service))
    service.run("notify")
    assert service.mails() == []


def test_a_mail_claimed_in_the_very_moment_is_told_as_one_that_may_be_on_its_way(service: Service) -> None:
    service.post("/forms/demo", EVA)
    service.run("score")
    (item,) = service.letters(EMAIL)
    outbox, real, once = Outbox(service.table), Table.transact, iter([True])
    letter = outbox.get(item["pk"], item["sk"])
    assert letter is not None

    def claimed_first(self: Table, writes: list[Write]) -> None:
        if next(once, False):
            outbox.claim(letter, service.clock())
        real(self, writes)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Table, "transact", claimed_first)
        erased = erase(service)
    assert erased is not None
    assert [mail["state"] for mail in erased.gone_out] == ["claimed"]


def test_the_receipt_of_an_erased_mail_says_nothing_of_a_new_one(service: Service) -> None:
    service.post("/forms/demo", EVA)
    service.pump()  # sent, its receipt still unread
    service.clock.move(minutes=1)
    erase(service)
    service.clock.move(minutes=2)
    service.post("/forms/demo", {**EVA, "message": "Again"})
    service.run("score")
    service.sweep()
    (letter,) = service.letters(EMAIL)
    assert (letter["sk"], letter["state"]) == ("ALERT#000002", "pending")
    service.run("notify")
    assert len(service.mails()) == 2


def test_a_late_receipt_settles_no_mail_that_stands_in_the_place_of_the_erased_one(service: Service) -> None:
    question = {"email": EMAIL, "message": "Does it also work in the rain?"}
    service.post("/forms/contact", question, idempotency_key="k-1")
    service.pump()  # sent, its receipt still unread
    (first,) = service.letters(EMAIL)
    service.clock.move(minutes=1)
    erase(service)
    service.pump()
    service.clock.move(minutes=1)
    service.post("/forms/contact", question, idempotency_key="k-1")  # the same key leads to the same fact's place
    service.run("score")
    service.sweep()
    (second,) = service.letters(EMAIL)
    assert second["sk"] == first["sk"]
    assert (second["number"], second["state"]) == (first["number"] + 1, "pending")
    service.run("notify")
    assert len(service.mails()) == 2


def test_sales_answers_the_qualification_after_an_erasure(service: Service) -> None:
    service.post("/forms/demo", EVA)
    service.pump()
    service.clock.move(days=1)
    erase(service)
    service.clock.move(days=1)
    service.post("/forms/demo", EVA)
    service.pump()
    said = Disposition("sales.accepted", service.standing(EMAIL).cycle)
    take_answer(service.contacts, service.id_of(EMAIL), said, service.clock())
    assert service.facts(EMAIL)[-1]["sk"] == "EVENT#2026-03-04#sales-000002-answer"
    service.pump()
    assert service.standing(EMAIL).qualification.status == "working"


@pytest.mark.parametrize("calls", range(6))
def test_an_erasure_that_was_stopped_is_finished_by_another(
    service: Service, monkeypatch: pytest.MonkeyPatch, calls: int
) -> None:
    pages(service, 2, 1)
    service.post("/forms/demo", EVA)
    service.pump()
    real, left = Table.delete, iter(range(calls))

    def until_stopped(self: Table, pk: str, sk: str) -> None:
        if next(left, None) is None:
            raise Conflict("stopped here")
        real(self, pk, sk)

    with monkeypatch.context() as patched:
        patched.setattr(Table, "delete", until_stopped)
        with pytest.raises(Conflict):
            erase(service)
    service.later(30)
    assert service.standing(EMAIL).stage == "prospect"
    assert len(service.mails()) == 1
    erase(service)
    assert traces(service) == []


# ---- Others ----------------------------------------------------------------------------------------------------------


def test_colleagues_and_their_mails_do_not_know_them_any_more(service: Service) -> None:
    service.post("/forms/demo", EVA)
    service.pump()
    service.clock.move(minutes=5)
    service.post("/forms/demo", {**EVA, "name": "Bo", "email": BO})
    service.pump()
    assert "  Eva Example, VP Operations: sql" in service.letters(BO)[0]["body"]
    erased = erase(service)
    assert erased is not None
    assert [mail["number"] for mail in erased.named_in_gone_out] == [2]
    assert "Eva" not in service.letters(BO)[0]["body"]
    assert "  Somebody who has been erased since" in service.letters(BO)[0]["body"]
    assert traces(service) == []


def link(service: Service, who: str, **fields: Any) -> None:
    service.post("/forms/demo", {**EVA, "email": who, "_anon": "browser-1", **fields})
    service.pump()


def viewed(service: Service, name: str) -> None:
    fact = Fact(name, "pricing.viewed", service.clock(), service.clock(), Trust.BROWSER)
    service.contacts.file("v_browser-1", fact, fact.day)


def test_a_visitor_goes_with_them_and_whoever_has_it_next_sees_nothing_of_before(service: Service) -> None:
    viewed(service, "view-1")
    service.clock.move(minutes=1)
    link(service, EMAIL)
    service.clock.move(minutes=1)
    viewed(service, "view-2")
    erased = erase(service)
    assert erased is not None
    assert erased.visitors == 1
    assert traces(service) == []
    service.clock.move(minutes=1)
    viewed(service, "view-3")
    service.clock.move(minutes=1)
    link(service, BO)
    assert [item["sk"] for item in service.items() if "view-" in item["sk"]] == ["EVENT#2026-03-02#view-3"]
    assert [each["since"] for each in service.items(BO, "LINK#")] == ["2026-03-02T09:02:02.000Z"]


def test_what_they_do_later_is_kept_again(service: Service) -> None:
    service.post("/forms/demo", EVA)
    service.pump()
    service.clock.move(days=3)
    erase(service)
    service.clock.move(seconds=1)
    service.post("/newsletter", {"email": EMAIL})
    service.pump()
    assert service.standing(EMAIL).stage == "subscriber"
    assert service.standing(EMAIL).erased_at == service.clock() - timedelta(seconds=2)
    assert service.log(EMAIL) == ["prospect>subscriber"]


# ---- Browsers and colleagues, in that very moment --------------------------------------------------------------------


def views(service: Service) -> list[str]:
    return [item["sk"] for item in service.items() if "view-" in item["sk"]]


def test_a_browser_that_a_form_names_goes_with_them_though_nobody_has_looked_at_it_yet(service: Service) -> None:
    viewed(service, "view-1")
    service.clock.move(minutes=1)
    service.post("/forms/demo", {**EVA, "_anon": "browser-1"})
    erase(service)
    assert views(service) == []
    assert traces(service) == []


def test_a_form_found_after_the_erasure_takes_its_browser_with_it(service: Service) -> None:
    viewed(service, "view-1")
    service.post("/downloads/guide", EVA)
    service.pump()
    service.clock.move(minutes=1)
    erase(service)
    service.clock.move(seconds=-1)  # a door took it in before, and stored it after
    service.post("/forms/demo", {**EVA, "_anon": "browser-1"})
    service.clock.move(seconds=1)
    service.pump()
    assert views(service) == []
    assert traces(service) == []
    assert service.standing(EMAIL).stage == "prospect"


def test_a_browser_is_not_claimed_for_who_is_erased_in_that_moment(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewed(service, "view-1")
    service.post("/forms/demo", {**EVA, "_anon": "browser-1"})
    real, once = Visitors.claim, iter([True])

    def erased_first(self: Visitors, contact_id: str, visitor: str, fact: Fact, **how: bool) -> str:
        if next(once, False):
            erase(service)
        return real(self, contact_id, visitor, fact, **how)

    monkeypatch.setattr(Visitors, "claim", erased_first)
    service.run("score")
    assert service.items(EMAIL, "LINK#") == []
    assert views(service) == []


def test_a_signup_that_nobody_confirmed_takes_nobodys_browser_with_it(service: Service) -> None:
    """Anybody can type the address of somebody who is to be erased."""
    link(service, BO, name="Bo")
    viewed(service, "view-1")
    service.post("/downloads/guide", EVA)
    asked_for_the_newsletter(service, "view-1")
    erase(service)
    assert views(service) == ["EVENT#2026-03-02#view-1"]
    assert traces(service) == []


def test_nor_does_one_that_turns_up_after_the_erasure(service: Service) -> None:
    link(service, BO, name="Bo")
    viewed(service, "view-1")
    service.post("/downloads/guide", EVA)
    service.pump()
    service.clock.move(minutes=1)
    erase(service)
    at = service.clock()
    for late in (1, 2):
        service.clock.move(seconds=-1)  # a door took it in before, and stored it after
        asked_for_the_newsletter(service, f"late-{late}")
        service.clock.move(minutes=1)
        if late == 1:
            erase(service)
        else:
            erasure.finish(service.contacts, service.id_of(EMAIL), at + timedelta(minutes=2), service.clock())
    assert views(service) == ["EVENT#2026-03-02#view-1"]
    assert traces(service) == []


def asked_for_the_newsletter(service: Service, name: str) -> None:
    fields: dict[str, Value] = {"email": EMAIL, "visitor": "browser-1"}
    fact = Fact(f"asked-{name}", REQUESTED, service.clock(), service.clock(), Trust.SUBMITTED, fields)
    service.contacts.file(service.id_of(EMAIL), fact, fact.day)


def test_a_colleague_erased_in_that_moment_is_not_named(service: Service) -> None:
    service.post("/forms/demo", EVA)
    service.pump()
    service.clock.move(minutes=5)
    service.post("/forms/demo", {**EVA, "name": "Bo", "email": BO})
    service.faults.meanwhile("score", "TransactWriteItems", lambda: erase(service))
    service.run("score")
    assert "Eva" not in service.letters(BO)[0]["body"]
    assert service.items(EMAIL, "NAMED#") == []


def test_what_they_left_by_a_stopped_erasure_and_a_form_of_before_is_erased_again(service: Service) -> None:
    viewed(service, "view-1")
    service.post("/downloads/guide", EVA)
    service.pump()
    erase(service)
    service.clock.move(seconds=-1)
    service.post("/forms/demo", {**EVA, "_anon": "browser-1"})
    service.clock.move(minutes=1)
    erase(service)
    assert views(service) == []
    assert traces(service) == []

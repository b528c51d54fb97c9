"""People of one company: who is kept as whose colleague, when that ends, and what a mail that waits still learns."""

import json
from collections.abc import Mapping
from typing import Any

from leadbell.companies import Company
from leadbell.contacts.accounts import Accounts
from leadbell.events import OBJECTED
from leadbell.outbox.blocks import HEADER, NOBODY, blocks_item
from leadbell.sales.colleague_index import forgotten
from leadbell.sales.reps import Reps
from leadbell.sales.routing import Rep
from leadbell.table import Item
from tests.integration.service import DEFAULT_INBOX, EVA, Service

ANNA = {**EVA, "name": "Anna Example", "email": "anna@acme.example.com"}
BO = {**EVA, "name": "Bo Example", "email": "bo@acme.example.com", "job_title": "Engineer", "country": "NO"}


def known(service: Service) -> list[Item]:
    """All who are kept as somebody's colleague."""
    return [item for item in service.items(prefix="CONTACT#") if item["pk"].startswith("COMPANY#")]


def names(service: Service) -> list[str]:
    return sorted(item["name"] for item in known(service))


def score(service: Service, who: str) -> None:
    """Only this contact's doorbell is worked, and no mail goes out."""
    assert service.deliver("score", service.records(who, "EVENT#")) == []


def ask(service: Service, who: dict[str, str], form: str = "demo") -> None:
    service.post(f"/forms/{form}", who)
    score(service, who["email"])


def body_of(service: Service, who: dict[str, str]) -> str:
    (letter,) = service.letters(who["email"])
    return str(letter["body"])


# ---- who is kept -----------------------------------------------------------------------------------------------------


def calls_about_companies(service: Service) -> list[str]:
    """A list that fills with score's calls about a company's people."""
    calls: list[str] = []

    def note(_: str, operation: str, params: Mapping[str, Any]) -> None:
        if "COMPANY#" in (text := json.dumps(params)) or "NAMED#" in text:
            calls.append(operation)

    service.faults.watch("score", note)
    return calls


def test_somebody_below_mql_is_nobody_s_colleague_and_costs_no_call_more(service: Service) -> None:
    calls = calls_about_companies(service)
    service.post("/downloads/guide", ANNA)
    service.post("/newsletter", BO)
    service.pump()
    assert [str(service.standing(who["email"]).stage) for who in (ANNA, BO)] == ["lead", "subscriber"]
    assert calls == []
    assert known(service) == []


def test_an_sql_is_kept_with_what_colleagues_may_know_and_no_domain_in_the_key(service: Service) -> None:
    service.add_rep("sara", "SE")
    ask(service, ANNA)
    (item,) = known(service)
    assert item == {
        "pk": item["pk"],
        "sk": f"CONTACT#{service.id_of(ANNA['email'])}",
        "name": "Anna Example",
        "title": "VP Operations",
        "stage": "sql",
        "since": "2026-03-02T09:00:00.000Z",
        "cycle": 1,
        "reps": ["sara"],
    }
    assert item["pk"] == f"COMPANY#{service.standing(ANNA['email']).bookkeeping.listed_under}"
    assert "acme" not in item["pk"]


def test_a_new_title_and_who_took_the_lead_are_told_too(service: Service) -> None:
    service.add_rep("sara", "SE")
    service.add_rep("olle", "DK")
    ask(service, ANNA)
    service.clock.move(days=1)
    ask(service, {**ANNA, "job_title": "COO"}, "contact")
    service.file(ANNA["email"], "sales.accepted", cycle=1, by="olle")
    score(service, ANNA["email"])
    (item,) = known(service)
    assert (item["title"], item["reps"]) == ("COO", ["olle", "sara"])


def test_whoever_sales_gives_back_is_taken_off_and_comes_back_with_the_next_request(service: Service) -> None:
    ask(service, ANNA)
    service.clock.move(days=1)
    service.file(ANNA["email"], "operator.stage_set", stage="recycled")
    score(service, ANNA["email"])
    assert names(service) == []
    assert service.standing(ANNA["email"]).bookkeeping.listed_under == ""
    service.clock.move(days=1)
    ask(service, ANNA, "pricing")
    assert names(service) == ["Anna Example"]


def test_whoever_cools_off_is_taken_off(service: Service) -> None:
    service.post("/downloads/guide", ANNA)
    service.file(ANNA["email"], "pricing.viewed")
    service.pump()
    assert service.standing(ANNA["email"]).stage == "mql"
    assert names(service) == ["Anna Example"]
    service.later(60 * 24 * 100)
    assert service.standing(ANNA["email"]).stage == "lead"
    assert names(service) == []


def test_who_objects_to_profiling_is_nobody_s_colleague_any_more(service: Service) -> None:
    ask(service, ANNA)
    service.clock.move(days=1)
    service.file(ANNA["email"], OBJECTED)
    score(service, ANNA["email"])
    assert names(service) == []
    ask(service, BO)
    service.clock.move(days=1)
    ask(service, ANNA, "pricing")
    assert "Anna Example" not in body_of(service, BO)
    assert [letter for letter in service.letters(ANNA["email"]) if "Bo Example" in letter["body"]] == []


def test_who_is_known_elsewhere_from_then_on_moves_there(service: Service) -> None:
    host = {**ANNA, "email": "anna@eu.acme.example.com"}
    ask(service, host)
    (before,) = known(service)
    Accounts(service.table).save(Company("acme.example.com", "account", "", service.clock()))
    service.clock.move(days=1)
    ask(service, host, "contact")
    (after,) = known(service)
    assert before["pk"] != after["pk"]
    assert (before["sk"], after["name"]) == (after["sk"], "Anna Example")
    ask(service, BO)
    assert "Anna Example" in body_of(service, BO)


def test_erasing_finds_what_is_kept_for_colleagues_and_every_mail_that_names_one(service: Service) -> None:
    ask(service, ANNA)
    ask(service, BO)
    standing = service.standing(ANNA["email"])
    service.table.transact(forgotten(service.id_of(ANNA["email"]), standing))
    assert names(service) == ["Bo Example"]
    (mark,) = service.items(ANNA["email"], "NAMED#")
    pk, _, sk = mark["sk"].removeprefix("NAMED#").partition("|")
    assert (pk, sk) == (f"CONTACT#{service.id_of(BO['email'])}", "ALERT#000001")
    assert forgotten("c_1", service.standing("nobody@acme.example.com")) == []


# ---- what a mail says ------------------------------------------------------------------------------------------------


def test_two_who_ask_at_once_name_each_other_and_go_to_one_rep(service: Service) -> None:
    sara = service.add_rep("sara", "SE")
    service.add_rep("nils", "NO")
    ask(service, ANNA)
    assert HEADER not in body_of(service, ANNA)
    ask(service, BO)
    assert "  Bo Example, Engineer: SQL since 2 March 2026, with Sara\n" in body_of(service, ANNA)
    assert "  Anna Example, VP Operations: SQL since 2 March 2026, with Sara\n" in body_of(service, BO)
    service.pump()
    mails = service.mails()
    assert [mail.topic for mail in mails] == [sara, sara]
    assert sorted(mail.body for mail in mails) == sorted([body_of(service, ANNA), body_of(service, BO)])


def test_a_mail_that_went_out_is_never_changed(service: Service) -> None:
    ask(service, ANNA)
    service.pump()
    before = body_of(service, ANNA)
    ask(service, BO)
    assert body_of(service, ANNA) == before
    assert "Anna Example" in body_of(service, BO)


def test_a_mail_that_nobody_reads_yet_learns_of_a_colleague_too(service: Service) -> None:
    service.leave_topic(DEFAULT_INBOX)
    ask(service, ANNA)
    service.pump()
    (letter,) = service.letters(ANNA["email"])
    assert letter["state"] == "blocked"
    ask(service, BO)
    assert "Bo Example" in body_of(service, ANNA)


def test_a_colleague_who_comes_while_a_mail_is_taken_up_is_in_what_goes_out(service: Service) -> None:
    """Between reading a mail and claiming it the mail may change; it is then read again."""
    ask(service, ANNA)
    service.faults.meanwhile("notify", "TransactWriteItems", lambda: ask(service, BO))
    service.run("notify")
    assert service.mails() == []
    service.pump()
    service.later(2)
    assert [mail.body for mail in service.mails()] == [body_of(service, BO), body_of(service, ANNA)]
    assert "Bo Example, Engineer" in body_of(service, ANNA)


def test_a_mail_claimed_while_a_colleague_is_added_goes_out_as_it_was(service: Service) -> None:
    ask(service, ANNA)
    before = body_of(service, ANNA)
    service.faults.meanwhile("score", "TransactWriteItems", lambda: service.run("notify"))
    ask(service, BO)
    assert body_of(service, ANNA) == before == service.mails()[0].body
    assert "Anna Example" in body_of(service, BO)


def test_a_mail_told_anew_while_a_colleague_is_added_keeps_its_new_words(service: Service) -> None:
    ask(service, ANNA)
    told_anew = {"blocks": ["Somebody", "Told anew.", *blocks_item([NOBODY]), "Please answer."]}
    letter = service.stored(ANNA["email"], "ALERT#000001") | told_anew
    service.faults.meanwhile("score", "TransactWriteItems", lambda: service.table.put(letter))
    ask(service, BO)
    line = "  Bo Example, Engineer: SQL since 2 March 2026"
    assert body_of(service, ANNA) == f"Somebody\n\nTold anew.\n\n{HEADER}\n{line}\n\nPlease answer.\n"


def test_asked_again_names_colleagues_and_goes_to_who_has_the_lead(service: Service) -> None:
    sara = service.add_rep("sara", "SE")
    service.add_rep("nils", "NO")
    ask(service, ANNA)
    ask(service, BO)
    service.pump()
    service.mails()
    # Anna is given back: Bo's lead is still Sara's, though Nils covers his country.
    service.clock.move(days=1)
    service.file(ANNA["email"], "operator.stage_set", stage="recycled")
    score(service, ANNA["email"])
    ask(service, {**EVA, "name": "Cy Example", "email": "cy@acme.example.com"})
    service.pump()
    service.mails()
    service.clock.move(days=1)
    ask(service, BO, "pricing")
    service.pump()
    (mail,) = service.mails()
    assert mail.subject.startswith("Asked again")
    assert mail.topic == sara
    assert "Cy Example" in mail.body
    assert "Anna Example" not in mail.body


def test_twenty_requests_found_at_once_among_many_colleagues_are_one_decision(service: Service) -> None:
    for name in "abcdef":
        ask(service, {**ANNA, "email": f"{name}@acme.example.com", "name": f"Person {name.upper()}"})
    for _ in range(7):
        for form in ("demo", "pricing", "callback"):
            service.post(f"/forms/{form}", BO)
        service.clock.move(days=1)
    score(service, BO["email"])
    letters = service.letters(BO["email"])
    assert len(letters) == 21
    # The twenty-first is left to the next decision.
    assert [at for at, letter in enumerate(letters) if HEADER in letter["body"]] == [0, 20]
    assert letters[0]["body"].count("  Person ") == 5
    assert "  and 1 more" in letters[0]["body"]
    assert service.items(prefix="PARKED") == []
    waiting = [letter for name in "abcdef" for letter in service.letters(f"{name}@acme.example.com")]
    assert sum("  Bo Example, " in letter["body"] for letter in waiting) == 5


def test_a_message_copy_names_nobody(service: Service) -> None:
    ask(service, BO)
    service.pump()
    service.mails()
    service.post("/forms/contact", {**ANNA, "message": "Where are you?"})
    service.pump()
    (mail,) = service.mails()
    assert mail.subject.startswith("Message")
    assert "Bo Example" not in mail.body


def test_a_rep_who_left_gets_no_colleague_of_their_leads(service: Service) -> None:
    service.add_rep("sara", "SE")
    nils = service.add_rep("nils", "NO")
    ask(service, ANNA)
    Reps(service.table).save(Rep("sara", "Sara", "arn:aws:sns:eu-north-1:123456789012:gone", ("SE",), active=False))
    ask(service, BO)
    service.run("notify")
    (mail,) = [mail for mail in service.mails() if "Bo Example" in mail.body.splitlines()[0]]
    assert mail.topic == nils
    assert "Anna Example, VP Operations: SQL since 2 March 2026\n" in mail.body


def test_two_with_free_mail_never_hear_of_each_other_and_cost_no_call_more(service: Service) -> None:
    calls = calls_about_companies(service)
    for name in ("kim", "lo"):
        ask(service, {**EVA, "name": f"{name.title()} Example", "email": f"{name}.example@gmail.com"})
    assert calls == []
    assert all(HEADER not in letter["body"] for letter in service.letters())
    assert known(service) == []

"""A form that only a machine fills in: answered as any, kept aside, not scored or mailed until a person lets it go."""

import json
from datetime import timedelta

import pytest

from cli.errors import CommandError
from leadbell.capture.quarantine import held, release
from leadbell.field_names import HONEYPOTS
from tests.integration.on_aws import Command
from tests.integration.service import EVA, Service

EMAIL = EVA["email"]
TRAPPED = {**EVA, "message": "We need 40 pumps", "_gotcha": "https://machines.example.com"}


@pytest.mark.parametrize("name", HONEYPOTS)
def test_who_fills_in_what_nobody_sees_is_answered_as_any_and_heard_by_nobody(service: Service, name: str) -> None:
    plain = service.post("/forms/demo", {**EVA, "email": "other@beta.example.com"})
    trapped = service.post("/forms/demo", {**EVA, name: "x"})
    service.pump()
    assert (trapped.status, trapped.headers, trapped.body) == (plain.status, plain.headers, plain.body)
    assert service.facts(EMAIL) == []
    assert service.standing(EMAIL).version == 0
    assert len(service.mails()) == 1  # of the other


@pytest.mark.parametrize("path", ["/newsletter", "/downloads/guide"])
def test_the_other_doors_keep_it_aside_too(service: Service, path: str) -> None:
    assert service.post(path, TRAPPED).status == 303
    assert service.facts(EMAIL) == []
    assert len(list(held(service.table, service.clock().date()))) == 1


def test_an_empty_honeypot_is_what_people_send(service: Service) -> None:
    service.post("/forms/demo", {**EVA, "_gotcha": ""})
    assert len(service.facts(EMAIL)) == 1


def test_the_same_again_is_the_same_in_quarantine(service: Service) -> None:
    for _ in range(2):
        service.post("/forms/demo", TRAPPED)
    assert len(list(held(service.table, service.clock().date()))) == 1


@pytest.mark.parametrize("days_later", [0, 1, 20])
def test_what_a_person_lets_go_is_scored_and_heard_as_if_it_had_just_come(service: Service, days_later: int) -> None:
    service.post("/forms/demo", TRAPPED)
    service.clock.move(days=days_later)
    (one,) = held(service.table, service.clock().date())

    release(service.contacts, one, service.clock())
    release(service.contacts, one, service.clock())  # as after an end in between
    service.pump()

    (alert,) = service.mails()
    assert alert.subject.startswith("Sales lead A1: asked for a demo")
    assert "> We need 40 pumps" in alert.body
    assert "_gotcha" not in alert.body
    assert list(held(service.table, service.clock().date())) == []
    assert len([each for each in service.facts(EMAIL) if "moved" not in each]) == 1


def test_it_says_what_speaks_against_it(service: Service) -> None:
    service.post("/forms/demo", {**TRAPPED, "company": "www.pumps.example.com"})
    (one,) = held(service.table, service.clock().date())
    assert one.signs == ("a hidden field is filled in", "a link in the company")


def test_who_came_first_decides_for_its_repeats_too(service: Service) -> None:
    stamp = service.get("/stamp?for=forms/demo", accept="application/json").json["t"]
    service.clock.move(seconds=0.5)
    first = service.post("/forms/demo", {**EVA, "_t": stamp}, accept="application/json")
    service.clock.move(seconds=30)  # not too fast any more
    again = service.post("/forms/demo", {**EVA, "_t": stamp}, accept="application/json")
    assert first.json["id"] == again.json["id"]
    assert service.facts(EMAIL) == []
    assert len(list(held(service.table, service.clock().date()))) == 1


def test_a_page_that_is_shown_anew_adds_nothing_to_what_is_said(service: Service) -> None:
    ids = set()
    for _ in range(2):
        stamp = service.get("/stamp?for=forms/demo", accept="application/json").json["t"]
        service.clock.move(seconds=20)
        ids.add(service.post("/forms/demo", {**EVA, "_t": stamp}, accept="application/json").json["id"])
    assert len(ids) == len(service.facts(EMAIL)) == 1


def test_what_a_browser_filled_in_for_a_person_is_heard(service: Service) -> None:
    service.post("/forms/demo", {**EVA, "_gotcha": EVA["email"]})
    service.pump()
    assert len(service.mails()) == 1


def test_what_an_older_release_holds_is_shown_without_signs(service: Service) -> None:
    service.post("/forms/demo", TRAPPED)
    (item,) = [each for each in service.items() if each["pk"].startswith("QUARANTINE#")]
    service.table.put({name: value for name, value in item.items() if name != "signs"})
    (one,) = held(service.table, service.clock().date())
    assert one.signs == ()


def test_it_is_kept_for_thirty_days(service: Service) -> None:
    service.post("/forms/demo", TRAPPED)
    (item,) = [each for each in service.items() if each["pk"].startswith("QUARANTINE#")]
    assert item["expires_at"] == int((service.clock() + timedelta(days=30)).timestamp())
    service.clock.move(days=30)
    assert len(list(held(service.table, service.clock().date()))) == 1


def test_the_log_says_why_and_nothing_that_was_typed(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    service.post("/forms/demo", {**TRAPPED, "message": "canary-1", "company": "canary-2.com", "_t": "canary-3"})
    printed = str([record.__dict__ for record in caplog.records])
    assert "a hidden field is filled in" in printed
    assert "the stamp is forged" in printed
    assert not any(word in printed for word in ("canary", "machines.example.com", EMAIL, EVA["name"]))


# ---- The commands ----------------------------------------------------------------------------------------------------


def test_an_id_is_never_cut_and_its_start_is_enough(
    service: Service, leadbell: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    service.post("/forms/demo", {**TRAPPED, "question": "And fifty?"})
    (one,) = held(service.table, service.clock().date())
    assert one.fact.id in leadbell("quarantine", "list").stdout
    shown = leadbell("quarantine", "show", one.fact.id[:8])
    assert "> We need 40 pumps" in shown.stdout
    assert "question:\n> And fifty?" in shown.stdout
    assert "a hidden field is filled in" in shown.stdout
    assert leadbell("quarantine", "release", one.fact.id[:8]).exit_code == 0
    assert len(service.facts(EMAIL)) == 1


def test_a_start_that_several_have_or_none_is_refused(service: Service, leadbell: Command) -> None:
    for number in range(17):  # more than there are first digits
        service.clock.move(minutes=11)
        service.post("/forms/demo", {**TRAPPED, "message": f"We need {number} pumps"})
    ids = [each.fact.id for each in held(service.table, service.clock().date())]
    twice = next(one[0] for one in ids if sum(other[0] == one[0] for other in ids) > 1)
    for command in ("show", "release"):
        with pytest.raises(CommandError, match="Several submissions"):
            leadbell("quarantine", command, twice)
        with pytest.raises(CommandError, match="No submission with the id x"):
            leadbell("quarantine", command, "x")
    assert service.facts(EMAIL) == []


def test_status_counts_what_is_in_quarantine(service: Service, leadbell: Command) -> None:
    found = {each["name"]: each for each in json.loads(leadbell("status", "--json").stdout)}
    assert (found["quarantine"]["found"], found["quarantine"]["is_warning"]) == ("0 submissions", False)
    service.post("/forms/demo", TRAPPED)
    found = {each["name"]: each for each in json.loads(leadbell("status", "--json").stdout)}
    assert (found["quarantine"]["found"], found["quarantine"]["is_well"]) == ("1 submission", True)
    assert found["quarantine"]["fix"].startswith("Review them: leadbell quarantine list")

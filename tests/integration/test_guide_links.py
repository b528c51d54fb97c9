"""The link to a guide that holds for days: it leads on, moves nothing, and knows machines that own up to it."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.exceptions import ReadTimeoutError

from leadbell.capture.scanners import machine_behind
from leadbell.events import Fact, Trust
from leadbell.forms.config import PACKAGED, Asset, FormsConfig
from leadbell.forms.published import PublishedForms
from leadbell.keyed import Keyring
from leadbell.outbox.links import LinkPurpose, guide_link, sign
from leadbell.translations import refusal
from tests.integration.on_aws import OnAws, said, told
from tests.integration.service import ENVIRONMENT, EVA, KEYS, Answer, Service, http_event

EMAIL = EVA["email"]
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def link(service: Service) -> str:
    """The path of the link that Eva, who asked for the guide, has in a mail."""
    service.post("/downloads/guide", {"email": EMAIL, "name": EVA["name"]})
    service.pump()
    return link_for(service)


def link_for(service: Service) -> str:
    url = guide_link(KEYS, ENVIRONMENT["PUBLIC_URL"], service.id_of(EMAIL), "guide", service.clock())
    return str(urlsplit(url).path)


def follow(service: Service, path: str, method: str = "GET", agent: str = FIREFOX, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return service.send(http_event(method, path, headers={"user-agent": agent, **named}))


def noted(service: Service) -> list[Any]:
    return [fact for fact in service.facts(EMAIL) if fact["type"] == "guide.opened"]


def test_it_leads_on_to_a_link_that_lives_for_a_quarter_of_an_hour(service: Service, link: str) -> None:
    answer = follow(service, link)
    target = urlsplit(answer.location)
    assert (answer.status, target.path) == (303, "/guide.pdf")
    assert parse_qs(target.query)["X-Amz-Expires"] == ["900"]
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")


def test_it_holds_for_seven_days_and_each_time_leads_to_a_fresh_one(service: Service, link: str) -> None:
    service.clock.move(days=6)
    assert follow(service, link).status == 303
    service.clock.move(days=1, seconds=1)
    assert follow(service, link).status == 404


def test_what_a_person_opens_is_not_noted(service: Service, link: str) -> None:
    before = service.items()
    for _ in range(5):
        follow(service, link)
    assert service.items() == before


MACHINES: dict[str, dict[str, str]] = {
    "head": {"method": "HEAD"},
    "prefetch": {"sec_purpose": "prefetch;prerender"},
    "scanner": {"agent": "Mozilla/5.0 (compatible; BarracudaCentral)"},
}


@pytest.mark.parametrize(("machine", "how"), MACHINES.items(), ids=MACHINES)
def test_a_machine_gets_the_same_answer_and_is_noted_once_a_day(
    service: Service, link: str, machine: str, how: dict[str, str]
) -> None:
    person = follow(service, link)
    for _ in range(4):
        answer = follow(service, link, **how)
        assert (answer.status, answer.body) == (303, "")
        assert urlsplit(answer.location)[:3] == urlsplit(person.location)[:3]
        service.clock.move(minutes=3)
    (fact,) = noted(service)
    assert (fact["trust"], fact["fields"]) == ("machine", {"asset": "guide", "machine": machine})
    service.clock.move(days=1)
    follow(service, link, **how)
    assert len(noted(service)) == 2


def test_all_kinds_of_machines_at_once_move_nothing(service: Service, link: str) -> None:
    before = service.standing(EMAIL)
    for how in MACHINES.values():
        for _ in range(20):
            follow(service, link, **how)
    service.pump()
    service.later(60)
    after = service.standing(EMAIL)
    assert len(noted(service)) == 3
    assert (after.score, after.qualification) == (before.score, before.qualification)
    assert service.mails() == []


def test_what_machines_did_is_none_of_the_last_actions_in_a_mail(service: Service, link: str) -> None:
    for how in MACHINES.values():
        follow(service, link, **how)
    service.post("/forms/demo", EVA)
    service.pump()
    (mail,) = service.mails()
    assert "machine" not in mail.body
    assert "asked for a guide" in mail.body


def test_a_head_is_led_to_a_link_that_is_signed_for_a_head(service: Service, link: str) -> None:
    signed = [urlsplit(follow(service, link, method=method).location).query for method in ("GET", "HEAD")]
    assert parse_qs(signed[0])["X-Amz-Signature"] != parse_qs(signed[1])["X-Amz-Signature"]


def test_a_scanner_does_not_bring_back_who_was_erased(service: Service, link: str) -> None:
    pk = f"CONTACT#{service.id_of(EMAIL)}"
    for item in service.items(EMAIL):
        service.table.delete(item["pk"], item["sk"])
    for gone in ({}, {"erased_at": "2026-03-02T09:00:00.000Z", "version": 9}):
        if gone:
            service.table.put({"pk": pk, "sk": "STANDING", **gone})
        before = service.items()
        assert follow(service, link, method="HEAD").status == 303
        assert service.items() == before


def test_nothing_is_noted_of_who_objects_to_profiling(service: Service, link: str) -> None:
    at = service.clock()
    objection = Fact("o1", "profiling.objected", at, at, Trust.VERIFIED, {})
    service.contacts.file(service.id_of(EMAIL), objection, at.date())
    service.pump()
    follow(service, link, method="HEAD")
    assert noted(service) == []


def test_a_table_that_takes_no_note_does_not_keep_anybody_from_the_guide(service: Service, link: str) -> None:
    service.faults.refuse("downloads", "PutItem")
    assert follow(service, link, method="HEAD").status == 303


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_forged_link_leads_nowhere_and_is_not_noted(service: Service, link: str, method: str) -> None:
    before = service.items()
    token = link.removeprefix("/d/")
    later = service.clock() + timedelta(days=1)
    name = f"{service.id_of(EMAIL)}|guide"
    others = [sign(KEYS, LinkPurpose.ALERT, name, later), sign(Keyring.of(b"another"), LinkPurpose.GUIDE, name, later)]
    for forged in (*others, token[:-1], f"{token}A", "x", "A" * 5000):
        assert follow(service, f"/d/{forged}", method).status == 404
    assert service.items() == before


def test_a_guide_that_is_offered_no_more_is_not_found(service: Service, link: str) -> None:
    other = FormsConfig("1", PACKAGED.forms, {"other": Asset("other", "other.pdf", "other.pdf")}, PACKAGED.newsletter)
    stored = {"pk": "CONFIG#forms", "sk": "ACTIVE", "version": "1", "forms": json.dumps(other.plain())}
    service.table.put(stored)
    service.clock.move(minutes=1)
    assert follow(service, link).status == 404


@pytest.mark.parametrize(
    ("method", "headers", "machine"),
    [
        ("GET", {"user-agent": FIREFOX}, ""),
        ("GET", {"user-agent": FIREFOX, "purpose": "prefetch"}, "prefetch"),
        ("GET", {"user-agent": FIREFOX, "sec-purpose": "prefetch"}, "prefetch"),
        ("GET", {"user-agent": FIREFOX, "x-moz": "prefetch"}, "prefetch"),
        ("GET", {}, "scanner"),
        ("GET", {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}, "scanner"),
        ("GET", {"user-agent": "Slackbot-LinkExpanding 1.0"}, "scanner"),
        ("GET", {"user-agent": "python-requests/2.32"}, "scanner"),
        ("GET", {"user-agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"}, ""),
        ("HEAD", {"user-agent": FIREFOX}, "head"),
    ],
)
def test_a_machine_is_known_by_what_it_says_of_itself(method: str, headers: dict[str, str], machine: str) -> None:
    assert machine_behind(method, headers) == machine


# ---- A download without a file ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "sv", "nb", "da", "nl", "de", "pl"])
def test_who_asks_for_a_file_that_is_missing_gets_our_page_and_is_known(
    service: Service, caplog: pytest.LogCaptureFixture, language: str
) -> None:
    path = link_for(service)
    service.s3.delete_object(Bucket=ENVIRONMENT["ASSET_BUCKET"], Key="guide.pdf")
    asked = service.post("/downloads/guide", {"email": EMAIL}, **{"accept-language": language})
    followed = follow(service, path, accept_language=language)
    for answer in (asked, followed):
        assert answer.status == 404
        assert refusal(language, "FILE_MISSING") in answer.body
        assert "Location" not in answer.headers
        assert "<form" not in answer.body
    assert [fact["type"] for fact in service.facts(EMAIL)] == ["guide.requested"]
    assert {vars(record).get("code") for record in caplog.records} == {"FILE_MISSING"}


def test_a_script_is_told_that_the_file_is_missing(service: Service) -> None:
    service.s3.delete_object(Bucket=ENVIRONMENT["ASSET_BUCKET"], Key="guide.pdf")
    answer = service.post("/downloads/guide", {"email": EMAIL}, accept="application/json")
    assert (answer.status, answer.json["code"]) == (404, "FILE_MISSING")


def test_a_bucket_that_does_not_answer_keeps_nobody_from_the_link(service: Service, link: str) -> None:
    client = service.apps["downloads"].s3()

    def is_slow(**_: Any) -> None:
        raise ReadTimeoutError(endpoint_url="https://s3.example")

    client.meta.events.register("before-call.s3.HeadObject", is_slow)
    assert follow(service, link).status == 303


def test_status_warns_of_a_download_without_its_file_or_a_sender_to_mail_it(
    service: Service, stack: OnAws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bucket = ENVIRONMENT["ASSET_BUCKET"]
    service.s3.delete_object(Bucket=bucket, Key="guide.pdf")

    (found,) = [each for each in told(capsys, "status") if each["name"] == "download guide"]
    assert (found["is_well"], found["is_warning"]) == (True, True)
    assert found["fix"] == f"Upload it: aws s3 cp FILE s3://{bucket}/guide.pdf"
    assert "warning download guide: its file guide.pdf is missing" in said(capsys, "status")

    by_mail = FormsConfig(downloads={"guide": Asset("guide", "guide.pdf", "guide.pdf", delivery="mail")})
    monkeypatch.setattr(PublishedForms, "active", lambda *_: by_mail)
    assert "warning download guide: to be mailed, but no sender is set" in said(capsys, "status")

    service.s3.put_object(Bucket=bucket, Key="guide.pdf", Body=b"%PDF-")
    assert "ok download guide: guide.pdf is in the bucket" in said(capsys, "status")

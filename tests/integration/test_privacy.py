"""A person's data: what they agreed to, all that is kept of them handed out, and who did what with it."""

import ast
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cli.commands import erase
from cli.errors import CommandError
from cli.files import SentFiles
from leadbell.contacts.items import partition
from leadbell.contacts.parking import Parking
from leadbell.errors import Unavailable, UnknownItem
from leadbell.events import Fact, Trust
from leadbell.privacy.audit import Audit, AuditLine
from leadbell.privacy.data_map import ITEM_KINDS, NOT_STORED_BY_ITSELF, OF_THE_SERVICE, kind_of
from leadbell.privacy.export import export as export_contact
from leadbell.table import Item, encode, moment, stamp
from tests.integration.on_aws import Command, OnAws, said
from tests.integration.sam_template import ROOT, table_definition, timeout_of
from tests.integration.service import ENVIRONMENT, EVA, Service, scan
from tests.integration.test_long_histories import pages

EMAIL, BO = EVA["email"], "bo@acme.example.com"


def told(leadbell: Command, *words: str) -> Any:
    return json.loads(leadbell(*words).stdout)


# ---- Consent ---------------------------------------------------------------------------------------------------------


def test_what_a_form_says_of_consent_is_shown_in_its_own_words(service: Service, leadbell: Command) -> None:
    said = {"_consent[newsletter]": "yes", "_consent_text": "Yes, write to me.", "_consent_version": "7", "_page": "/a"}
    service.post("/forms/contact", {**EVA, **said})
    service.pump()
    (word,) = told(leadbell, "consent", EMAIL, "--json")["history"]
    assert word == {
        "purpose": "newsletter",
        "given": True,
        "is_proven": False,
        "at": "2026-03-02T09:00:00.000Z",
        "received_at": "2026-03-02T09:00:00.000Z",
        "how": "form",
        "fact": service.facts(EMAIL)[0]["id"],
        "type": "form.submitted",
        "text": "Yes, write to me.",
        "version": "7",
        "form": "contact",
        "page": "/a",
    }
    assert "Yes, write to me." in leadbell("consent", EMAIL).stdout


def test_an_unknown_purpose_is_kept_as_it_came_and_silences_nobody(service: Service, leadbell: Command) -> None:
    assert service.post("/forms/demo", {**EVA, "_consent[cookies]": "yes"}).status == 303
    assert service.facts(EMAIL)[0]["fields"]["x__consent[cookies]"] == "yes"
    assert told(leadbell, "consent", EMAIL, "--json")["history"] == []


def test_who_takes_back_that_sales_may_call_is_told_so_in_the_next_mail(service: Service, leadbell: Command) -> None:
    service.post("/forms/contact", {**EVA, "_consent[sales_contact]": "yes"})
    service.pump()
    service.clock.move(minutes=5)
    latest = told(leadbell, "consent", EMAIL, "--withdraw", "sales_contact", "--how", "phone", "--json")["latest"]
    assert (latest["sales_contact"]["given"], latest["sales_contact"]["by"]) == (False, "ann")
    service.post("/forms/demo", EVA)
    service.pump()
    first, second = (letter["body"] for letter in service.letters(EMAIL))
    assert "OK to call: yes" in first
    assert "OK to call: no" in second


def test_taking_back_profiling_is_the_objection(service: Service, leadbell: Command) -> None:
    service.post("/downloads/guide", EVA)
    service.pump()
    leadbell("consent", EMAIL, "--withdraw", "profiling")
    assert (service.standing(EMAIL).grade, service.standing(EMAIL).score.interest) == ("-", 0)
    service.clock.move(minutes=1)
    leadbell("consent", EMAIL, "--give", "profiling", "--text", "Yes, you may.")
    assert service.standing(EMAIL).score.interest == 20


def test_a_yes_needs_the_words_that_were_agreed_to(service: Service, leadbell: Command) -> None:
    with pytest.raises(CommandError, match="Consent needs the wording as proof"):
        leadbell("consent", EMAIL, "--give", "newsletter")
    assert service.items() == []


def test_leaving_the_newsletter_by_the_operator_ends_the_subscription(service: Service, leadbell: Command) -> None:
    service.post("/newsletter", {"email": EMAIL})
    service.pump()
    leadbell("consent", EMAIL, "--withdraw", "newsletter")
    assert service.facts(EMAIL)[-1]["type"] in ("newsletter.subscribed", "newsletter.unsubscribed")
    assert not told(leadbell, "consent", EMAIL, "--json")["latest"]["newsletter"]["given"]


# ---- Export ----------------------------------------------------------------------------------------------------------


def planted(service: Service, leadbell: Command) -> list[str]:
    """Something of the person in every kind of item that there is; gives the words that an export has to show."""
    marks = iter(f"canary{number:02d}" for number in range(100))
    used: list[str] = []

    def mark() -> str:
        used.append(next(marks))
        return used[-1]

    pages(service, 3, 50, who="v_browser-1")
    service.post("/forms/demo", {**EVA, "email": BO, "name": "Bo"})
    service.pump()
    service.clock.move(minutes=5)
    mine = {**EVA, "name": f"Eva {mark()}", "_anon": "browser-1", "message": mark(), "colour": mark()}
    service.post("/forms/contact", {**mine, "_consent[newsletter]": "yes", "_consent_text": mark(), "_page": mark()})
    service.pump()
    service.clock.move(minutes=5)
    service.post("/forms/demo", {**mine, "utm_source": mark()})
    service.pump()
    service.clock.move(minutes=5)
    service.post("/forms/demo", {**EVA, "email": "cy@acme.example.com", "name": "Cy"})
    service.post("/forms/contact", {**EVA, "message": mark(), "_gotcha": "filled in"})
    service.pump()
    view = Fact("v1", "pricing.viewed", service.clock(), service.clock(), Trust.BROWSER, {"page": mark()})
    service.contacts.file("v_browser-1", view, view.day)
    service.table.put({"pk": f"SUPPRESSED#{service.id_of(EMAIL)}", "sk": "SUPPRESSED", "reason": mark()})
    wish = Fact("e1", "erasure.requested", service.clock(), service.clock(), Trust.VERIFIED)
    service.contacts.file(service.id_of(EMAIL), wish, wish.day)
    service.pump()
    Parking(service.table).park(service.id_of(EMAIL), ValueError("x"), service.clock())
    leadbell("consent", EMAIL, "--withdraw", "sales_contact", "--text", mark())
    return used


def test_an_export_finds_every_word_that_was_planted(service: Service, leadbell: Command) -> None:
    marks = planted(service, leadbell)
    exported = told(leadbell, "export", EMAIL)
    text = json.dumps(exported)
    assert [mark for mark in marks if mark not in text] == []
    assert len(marks) == 10
    sections = exported.keys() - {"attachments", "counted"}
    assert [name for name in sections if not exported[name]] == []
    assert exported["named_in"][0]["line"].startswith(f"Eva {marks[0]}")
    assert "cy@" not in text
    assert sorted(line["deed"] for line in exported["audit"]) == ["consent changed", "exported"]


def test_an_export_has_no_word_that_only_we_use(service: Service, leadbell: Command) -> None:
    planted(service, leadbell)
    exported = told(leadbell, "export", EMAIL)
    names = set(_names(exported))
    words = {part for name in names for part in re.split(r"[_ ]", name)}
    assert (
        words & {"ring", "fold", "standing", "snapshot", "cycle", "cycles", "outbox", "tombstone", "pk", "sk"} == set()
    )


def _names(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield str(name)
            yield from _names(each)
    elif isinstance(value, list):
        for each in value:
            yield from _names(each)


def test_what_old_page_views_add_up_to_is_exported(service: Service, leadbell: Command) -> None:
    service.post("/downloads/guide", EVA)
    pages(service, 150, 6)
    service.pump()
    assert service.items(EMAIL, "SNAPSHOT")
    (counted,) = told(leadbell, "export", EMAIL)["counted"]
    assert counted["counts"]


def test_erasing_who_is_not_known_says_so_and_asks_nothing(
    service: Service, stack: OnAws, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = said(capsys, "erase", "nobody@acme.example.com", status=1)
    assert "No data of nobody@acme.example.com is stored." in printed
    assert "cannot be undone" not in printed


def test_nothing_is_exported_of_who_is_not_known(service: Service, leadbell: Command) -> None:
    with pytest.raises(CommandError, match=r"No data of .* is stored"):
        leadbell("export", "nobody@acme.example.com")


def test_an_export_is_written_to_a_file(service: Service, leadbell: Command, tmp_path: Path) -> None:
    service.post("/forms/demo", EVA)
    service.pump()
    result = leadbell("export", EMAIL, "--json", str(tmp_path / "eva.json"))
    assert "1 fact, 1 mail." in result.stdout
    assert json.loads((tmp_path / "eva.json").read_text())["facts"][0]["fields"]["name"] == EVA["name"]


# ---- Every kind of item ----------------------------------------------------------------------------------------------


def keys_in_the_code() -> set[str]:
    """What keys begin with, as the code writes them."""
    found: set[str] = set()
    for folder in ("shared/leadbell", "functions", "cli"):
        for path in (ROOT / folder).rglob("*.py"):
            if path.stem == "holdings":
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found |= set(re.findall(r"^[A-Z]{3,}[#$](?=$)", node.value))
                if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                    found |= set(re.findall(r"^[A-Z]{3,}#", str(node.values[0].value)))
    return found


def test_each_key_that_the_code_writes_says_what_becomes_of_it() -> None:
    listed = {part for kind in ITEM_KINDS for part in (kind.pk.removesuffix("v_"), kind.sk)} | set(OF_THE_SERVICE)
    assert keys_in_the_code() - listed - set(NOT_STORED_BY_ITSELF) == set()
    assert keys_in_the_code() >= {"RATE#", "SUPPRESSED#", "MAIL#", "QUARANTINE#", "CLAIM#", "AUDIT#", "LINK#", "NAMED#"}
    assert len(keys_in_the_code()) > 15


def test_each_item_that_a_busy_day_leaves_is_of_a_known_kind(service: Service, leadbell: Command) -> None:
    planted(service, leadbell)
    kinds = {kind_of(item["pk"], item["sk"]) for item in scan(service.client)}
    assert len(kinds) >= 15


def test_what_nobody_knows_is_not_left_out_of_an_export_in_silence(service: Service) -> None:
    service.table.put({"pk": partition(service.id_of(EMAIL)), "sk": "HOROSCOPE", "sign": "libra"})
    with pytest.raises(UnknownItem, match="HOROSCOPE"):
        export_contact(service.table, service.id_of(EMAIL), service.clock())


# ---- Erasing ---------------------------------------------------------------------------------------------------------


def test_what_is_kept_aside_is_erased_too(service: Service, leadbell: Command) -> None:
    service.post("/forms/contact", {**EVA, "_gotcha": "filled in"})
    assert told(leadbell, "erase", EMAIL, "--yes", "--json")["quarantined"] == 1
    assert [item["pk"] for item in service.items() if item["pk"].startswith("QUARANTINE#")] == []


def test_the_receipt_says_which_mails_had_gone_out_when_and_to_whom(service: Service, leadbell: Command) -> None:
    service.add_rep("sara", "SE")
    service.post("/forms/demo", EVA)
    service.pump()
    receipt = told(leadbell, "erase", EMAIL, "--yes", "--json")
    sent = {"number": 1, "sent_at": "2026-03-02T09:00:01.000Z", "to": "the inbox of sara"}
    assert receipt["gone_out"] == [sent]


def test_an_address_that_is_never_to_be_mailed_again_outlives_the_erasure(service: Service, leadbell: Command) -> None:
    service.post("/newsletter", {"email": EMAIL})
    service.pump()
    leadbell("erase", EMAIL, "--yes", "--suppress")
    (item,) = (item for item in service.items() if item["pk"].startswith("SUPPRESSED#"))
    assert EMAIL not in f"{item}"


def test_a_request_that_was_under_way_is_made_good_once_it_has_ended(service: Service, leadbell: Command) -> None:
    """The fact and what is kept aside are stored after the erasure, by requests that were taken in before it."""
    service.post("/forms/demo", EVA)
    service.pump()
    taken_in, waited = service.clock(), list[float]()
    service.clock.move(seconds=1)

    def late(seconds: float) -> None:
        waited.append(seconds)
        was, service.clock.at = service.clock.at, taken_in
        service.post("/forms/contact", {**EVA, "_gotcha": "filled in"})
        service.post("/forms/contact", {**EVA, "message": "late"})
        service.clock.at = was

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(erase, "sleep", late)
        result = leadbell("erase", EMAIL, "--yes")
    assert waited == [2 * timeout_of("forms").total_seconds()]
    assert "Also erased: 2 items" in result.stderr
    assert [item["sk"] for item in service.items(EMAIL)] == ["STANDING"]
    assert [item["pk"] for item in service.items() if item["pk"].startswith("QUARANTINE#")] == []


def put(service: Service, who: str, place: str, event_id: str) -> None:
    key = f"{place}/{service.id_of(who)}/{event_id}/1"
    service.s3.put_object(Bucket=ENVIRONMENT["ATTACHMENT_BUCKET"], Key=key, Body=b"their file")


def test_their_files_are_listed_saved_and_erased_and_nobody_elses(
    service: Service, stack: OnAws, tmp_path: Path
) -> None:
    put(service, EMAIL, "attachments", "one")
    put(service, EMAIL, "held", "two")
    put(service, BO, "attachments", "three")
    files, contact = SentFiles(stack), service.id_of(EMAIL)
    assert [each["fact"] for each in files.listed(contact)] == ["one", "two"]
    files.save(contact, tmp_path / "out")
    assert [path.read_bytes() for path in (tmp_path / "out").iterdir()] == [b"their file"] * 2
    soon = datetime.now(ZoneInfo("UTC")) + timedelta(minutes=1)
    assert files.delete(contact, soon, {"two"}) == 1
    assert files.delete(contact, soon - timedelta(days=1), ()) == 0
    assert [each["fact"] for each in files.listed(contact)] == ["two"]
    assert len(files.listed(service.id_of(BO))) == 1


def test_a_restored_backup_brings_back_nobody_who_was_erased_since(service: Service, leadbell: Command) -> None:
    """The very program that docs/how-to/restore-a-backup.md tells to run."""
    view = Fact("v1", "pricing.viewed", service.clock(), service.clock(), Trust.BROWSER, {"page": "/their-page"})
    service.contacts.file("v_browser-1", view, view.day)
    for who, name in ((EMAIL, EVA["name"]), (BO, "Bo")):
        service.post("/forms/demo", {**EVA, "email": who, "name": name, "_anon": f"browser-{1 if who == EMAIL else 2}"})
        service.post("/forms/contact", {**EVA, "email": who, "_gotcha": "filled in"})
        service.pump()
        service.clock.move(minutes=5)
    service.client.create_table(TableName="leadbell-then", **table_definition())
    for item in scan(service.client):
        service.client.put_item(TableName="leadbell-then", Item=encode(item))
    then = service.clock()
    service.clock.move(minutes=5)
    leadbell("erase", EMAIL, "--yes")
    for item in service.items(BO):
        service.table.delete(item["pk"], item["sk"])
    page = (ROOT / "docs/how-to/restore-a-backup.md").read_text(encoding="utf-8")
    program = page.partition("```python\n")[2].partition("```")[0]
    program = program.replace("TABLE_NAME", service.table.name).replace("2026-11-20T08:00:00Z", stamp(then))
    exec(program, {})  # our own page
    left = [f"{item}" for item in scan(service.client) if item["sk"] != "STANDING" and item["pk"][:5] != "AUDIT"]
    assert [item for item in left if EMAIL in item or "their-page" in item or service.id_of(EMAIL) in item] == []
    assert service.standing(BO).stage == "sql"
    assert len(service.facts(BO)) == 1


# ---- Audit -----------------------------------------------------------------------------------------------------------


def test_each_act_is_written_down_with_who_did_it_and_without_an_address(service: Service, leadbell: Command) -> None:
    service.post("/forms/demo", EVA)
    service.post("/forms/contact", {**EVA, "_gotcha": "filled in"})
    service.pump()
    (held,) = told(leadbell, "quarantine", "list", "--json")
    leadbell("export", EMAIL)
    leadbell("consent", EMAIL, "--withdraw", "newsletter")
    leadbell("objection", EMAIL)
    leadbell("quarantine", "release", held["id"])
    leadbell("erase", EMAIL, "--yes", "--suppress")
    lines = told(leadbell, "audit", "--contact", EMAIL, "--json")
    deeds = ["exported", "consent changed", "objection", "released", "suppressed", "erased"]
    assert sorted(line["deed"] for line in lines) == sorted(deeds)
    assert {(line["by"], line["contact_id"]) for line in lines} == {("ann", service.id_of(EMAIL))}
    kept = [item for item in scan(service.client) if item["pk"].startswith("AUDIT#")]
    assert EMAIL not in f"{kept}"
    assert {item["pk"] for item in kept} == {"AUDIT#2026-03"}
    assert ("consent changed", "withdrawn for newsletter") in {(line["deed"], line["what"]) for line in lines}
    assert "exported" in leadbell("audit").stdout
    assert told(leadbell, "audit", "--contact", BO, "--json") == []


ACTS = (
    ("export", EMAIL),
    ("consent", EMAIL, "--withdraw", "newsletter"),
    ("objection", EMAIL),
    ("quarantine", "release", "HELD"),
    ("erase", EMAIL, "--yes"),
    ("erase", EMAIL, "--yes", "--suppress"),
    ("suppress", "add", EMAIL),
    ("suppress", "remove", EMAIL),
    ("stage", EMAIL, "customer"),
    ("sales", EMAIL, "accepted"),
)


@pytest.mark.parametrize("words", ACTS, ids=lambda words: f"{words[0]} {words[-1].strip('-')}")
def test_nothing_is_done_that_could_not_be_written_down(
    service: Service, leadbell: Command, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    service.post("/forms/demo", EVA)
    service.post("/forms/contact", {**EVA, "_gotcha": "filled in"})
    service.pump()
    (held,) = told(leadbell, "quarantine", "list", "--json")
    before = scan(service.client)
    monkeypatch.setattr(Audit, "note", _out_of_reach)
    with pytest.raises(CommandError, match="because the audit log could not be written"):
        leadbell(*(held["id"] if word == "HELD" else word for word in words))
    assert scan(service.client) == before


def _out_of_reach(*_: object) -> None:
    raise Unavailable("the table cannot be reached")


@pytest.mark.parametrize(
    ("words", "deed"),
    [
        (("export", BO), "exported"),
        (("erase", BO, "--yes"), "erased"),
        (("suppress", "remove", BO), "suppressed"),
        (("export", EMAIL, "--json", "no-such-folder/eva.json"), "exported"),
    ],
)
def test_what_failed_is_said_to_have_failed(service: Service, leadbell: Command, words: list[str], deed: str) -> None:
    service.post("/forms/demo", EVA)
    service.pump()
    with pytest.raises((CommandError, OSError)):
        leadbell(*words)
    (line,) = told(leadbell, "audit", "--json")
    assert (line["deed"], line["outcome"]) == (deed, "not completed")
    assert "not completed" in leadbell("audit").stdout


def test_what_was_done_is_said_to_be_done_and_what_was_cut_off_to_have_no_known_end(
    service: Service, leadbell: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.post("/forms/demo", EVA)
    service.pump()
    leadbell("export", EMAIL)
    note = Audit.note
    written: list[str] = []

    def only_the_first(audit: Audit, line: AuditLine, line_id: str) -> None:
        if written:
            raise Unavailable("the table cannot be reached")
        written.append(line_id)
        note(audit, line, line_id)

    monkeypatch.setattr(Audit, "note", only_the_first)
    service.clock.move(minutes=1)
    leadbell("objection", EMAIL)
    assert [line["outcome"] for line in told(leadbell, "audit", "--json")] == ["done", "not recorded"]


def test_a_line_of_before_outcomes_were_written_says_so(service: Service, leadbell: Command) -> None:
    service.post("/forms/demo", EVA)
    service.pump()
    leadbell("export", EMAIL)
    (item,) = (item for item in scan(service.client) if item["pk"].startswith("AUDIT#"))
    service.table.put({name: value for name, value in item.items() if name != "outcome"})
    (line,) = told(leadbell, "audit", "--json")
    assert line["outcome"] == "not recorded"


def test_a_line_is_kept_for_two_years(service: Service, leadbell: Command) -> None:
    service.post("/forms/demo", EVA)
    service.pump()
    leadbell("export", EMAIL)
    (item,) = (item for item in scan(service.client) if item["pk"].startswith("AUDIT#"))
    assert datetime.fromtimestamp(item["expires_at"], UTC) == moment(item["at"]) + timedelta(days=731)
    service.clock.move(days=730)
    assert len(told(leadbell, "audit", "--json")) == 1
    service.clock.move(days=2)
    assert told(leadbell, "audit", "--json") == []


# ---- Retention -------------------------------------------------------------------------------------------------------


def test_two_years_after_their_last_word_nothing_of_it_is_left(service: Service) -> None:
    """What the table's own deletion takes, and what the service itself rewrites at the end of retention."""
    mark = "Canaryname"
    service.post("/forms/demo", {**EVA, "name": mark, "message": mark})
    service.post("/downloads/guide", {"email": EMAIL, "name": mark})
    service.pump()
    service.clock.move(days=731)
    service.sweep()
    service.later(30)
    gone = [item for item in scan(service.client) if item.get("expires_at", 1e12) < service.clock().timestamp() + 2e5]
    for item in gone:
        service.table.delete(item["pk"], item["sk"])
    assert [item for item in scan(service.client) if mark in f"{item}" or EMAIL in f"{item}"] == []


def test_a_stub_ends_with_the_fact_that_it_leads_to(service: Service) -> None:
    at = service.clock()
    service.file(EMAIL, "webinar.attended", at=at - timedelta(days=9))
    stub, event = sorted(service.facts(EMAIL), key=lambda item: "moved" not in item)
    assert stub["expires_at"] == event["expires_at"]


def claims(service: Service) -> list[Item]:
    return [item for item in scan(service.client) if item["pk"].startswith("CLAIM#")]


def test_who_guesses_an_address_does_not_learn_from_a_claim_that_it_was_sent(service: Service) -> None:
    import hashlib

    service.post("/newsletter", {"email": EMAIL})
    (claim,) = claims(service)
    guessed = hashlib.sha256(json.dumps([["email", EMAIL]]).encode()).hexdigest()
    assert guessed not in f"{claim}"

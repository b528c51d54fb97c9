"""The operator's commands about people: import, add and contact, on the table that the functions share."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from cli.errors import CommandError
from leadbell.contacts.items import partition
from leadbell.contacts.store import Contacts
from leadbell.errors import Unavailable
from leadbell.events import Fact, Trust
from leadbell.outbox.visitor_mails import Kind, Promised
from leadbell.outbox.visitor_outbox import born
from tests.integration.on_aws import Command
from tests.integration.service import EVA, MONDAY, Service, scan

EMAIL = EVA["email"]

# As a spreadsheet in Sweden saves it: a BOM, semicolons, two of five rows wrong.
PEOPLE = """\ufeffE-Mail;Name;Company;Job title;Company size;Country;Lifecycle stage;Contact owner;Lead source
vera@havsvind.example;Vera Lindqvist;Havsvind;VP Operations;250;SE;customer;sara;fair
kim@fjord.example;Kim Fjord;Fjord;Buyer;40;NO;;;
lost@fjord.example;Lost;Fjord;Buyer;40;NO;sql;;
nobody;No Body;;;;;;;
;Call Me;;;;;;;
"""


def test_importing_stores_each_good_row_and_says_why_not_the_others(
    service: Service, leadbell: Command, tmp_path: Path
) -> None:
    service.add_rep("sara", "PT")
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE, encoding="utf-8")
    told = leadbell("import", file).stdout
    assert "Contacts: 2 imported, 0 already stored, 3 rejected." in told
    service.pump()
    vera, kim = service.standing("vera@havsvind.example"), service.standing("kim@fjord.example")
    assert (vera.stage, vera.owner, vera.score.fit) == ("customer", "sara", 90)
    assert (kim.stage, kim.owner) == ("lead", "")
    assert service.letters() == []
    assert service.mails() == []

    with (tmp_path / "people.csv.rejects.csv").open(encoding="utf-8-sig", newline="") as opened:
        rejects = list(csv.DictReader(opened))
    assert [row["E-Mail"] for row in rejects] == ["lost@fjord.example", "nobody", ""]
    assert rejects[0]["Name"] == "Lost"
    assert "sql is earned by behaviour and cannot be imported; write lead" in rejects[0]["rejected because"]
    assert "not a valid e-mail address" in rejects[1]["rejected because"]
    assert "enter an e-mail address or a phone number" in rejects[2]["rejected because"]


def test_mended_rejects_can_be_imported_as_they_are(service: Service, leadbell: Command, tmp_path: Path) -> None:
    service.add_rep("sara", "PT")
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE, encoding="utf-8")
    leadbell("import", file)
    rejects = tmp_path / "people.csv.rejects.csv"
    mended = rejects.read_text(encoding="utf-8-sig").replace(",sql,", ",lead,").replace("\nnobody", "\nno@body.example")
    rejects.write_text(mended, encoding="utf-8")
    assert "2 imported, 0 already stored, 1 rejected" in leadbell("import", rejects).stdout


def test_a_dry_run_writes_nothing(service: Service, leadbell: Command, tmp_path: Path) -> None:
    service.add_rep("sara", "PT")
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE, encoding="utf-8")
    before = scan(service.client)
    for kind in ("contacts", "suppressions"):
        result = leadbell("import", file, "--kind", kind, "--dry-run", "--json")
        told = json.loads(result.stdout)
        assert (told["dry_run"], told["new"], told["rejected"]) == (True, *((2, 3) if kind == "contacts" else (3, 2)))
    assert "2 to import, 3 rejected" in leadbell("import", file, "--dry-run").stdout
    assert scan(service.client) == before
    assert [path.name for path in tmp_path.iterdir()] == ["people.csv"]


class Killed(Exception):
    """Somebody pulled the plug."""


def test_an_import_killed_half_way_is_started_again(
    service: Service, leadbell: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("email,name\n" + "".join(f"p{n}@acme.example,Person {n}\n" for n in range(7)))
    real, calls = Contacts.file, iter(range(100))

    def until_killed(*args: Any) -> bool:
        if next(calls) == 3:
            raise Killed
        return real(*args)

    monkeypatch.setattr(Contacts, "file", until_killed)
    with pytest.raises(Killed):
        leadbell("import", file)
    service.clock.move(days=5)
    assert "4 imported, 3 already stored, 0 rejected" in leadbell("import", file).stdout
    facts = [item for item in service.facts() if "moved" not in item]
    assert len(facts) == 7
    service.clock.move(days=400)
    assert json.loads(leadbell("import", file, "--json").stdout)["there_already"] == 7
    assert [item for item in service.facts() if "moved" not in item] == facts


def test_a_run_killed_between_a_rows_two_writes_loses_nothing(
    service: Service, leadbell: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "people.csv"
    file.write_text(f"email\n{EMAIL}\n")
    person_day = "EVENT#1970-01-01#"
    put = type(service.table).put

    def only_the_stub(table: Any, item: Any, *more: Any) -> Any:
        if item["sk"].startswith("EVENT#") and not item["sk"].startswith(person_day):
            raise Killed
        return put(table, item, *more)

    with monkeypatch.context() as patched:
        patched.setattr(type(service.table), "put", only_the_stub)
        with pytest.raises(Killed):
            leadbell("import", file)
    service.clock.move(days=2)
    assert "1 imported" in leadbell("import", file).stdout
    assert len([item for item in service.facts(EMAIL) if "moved" not in item]) == 1


def test_an_import_that_the_table_stops_says_how_far_it_came(
    service: Service, leadbell: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("email\na@acme.example\nb@acme.example\n")
    real, calls = Contacts.file, iter(range(2))

    def until_away(*args: Any) -> bool:
        if next(calls) == 1:
            raise Unavailable("the table refuses: ThrottlingException")
        return real(*args)

    monkeypatch.setattr(Contacts, "file", until_away)
    with pytest.raises(CommandError, match=r"The import stopped at line 3 .*\. 1 row is stored\.") as stopped:
        leadbell("import", file)
    assert "Run the same command again" in stopped.value.fix


@pytest.mark.parametrize(
    ("header", "fix"),
    [
        ("domain,relation,owner", "add --kind domains"),
        ("eva@acme.example,Eva", "Write the column names in the first row"),
        ("Brev,Namn", 'Name the column: --map "Brev=email"'),
    ],
)
def test_a_file_without_a_column_that_says_who_gets_the_fix_that_fits(
    leadbell: Command, tmp_path: Path, header: str, fix: str
) -> None:
    file = tmp_path / "people.csv"
    file.write_text(f"{header}\na,b\n", encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        leadbell("import", file)
    assert fix in refused.value.fix


def test_columns_are_mapped_by_hand_where_their_names_say_nothing(
    service: Service, leadbell: Command, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    file.write_text(f"Kontakt\tBolag\tName\tBeizeichnung\n{EMAIL}\tAcme\tEva\t=1+1\n", encoding="utf-8")
    with pytest.raises(CommandError, match="No column is recognised as email or phone"):
        leadbell("import", file)
    with pytest.raises(CommandError, match="--map 'Kontakt' has no ="):
        leadbell("import", file, "--map", "Kontakt")
    with pytest.raises(CommandError, match="no column 'Mejl'"):
        leadbell("import", file, "--map", "Mejl=email")
    with pytest.raises(CommandError, match="'mejl' is not a field that can be imported"):
        leadbell("import", file, "--map", "Kontakt=mejl")
    result = leadbell(
        "import", file, "--map", "Kontakt=email", "--map", "Bolag=company", "--map", "Name=skip",
        "--map", "Beizeichnung=job_title",
    )  # fmt: skip
    assert "Columns not imported: Name" in result.stderr
    (fact,) = [item for item in service.facts(EMAIL) if "moved" not in item]
    assert fact["fields"] == {"email": EMAIL, "company": "Acme", "job_title": "=1+1", "stage": "lead"}


def test_two_columns_of_one_meaning_are_refused(leadbell: Command, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("email,e-post\na@acme.example,b@acme.example\n")
    with pytest.raises(CommandError, match="The columns email and e-post are both read as email"):
        leadbell("import", file)
    assert "1 imported" in leadbell("import", file, "--map", "email=email").stdout


def test_suppressed_addresses_are_stored_as_hashes_alone(service: Service, leadbell: Command, tmp_path: Path) -> None:
    file = tmp_path / "stop.csv"
    file.write_text(f"email,reason\n{EMAIL.upper()},asked by phone\n{EMAIL},again\nnobody,\n")
    told = json.loads(leadbell("import", file, "--kind", "suppressions", "--json").stdout)
    assert (told["new"], told["there_already"], told["rejected"]) == (1, 1, 1)
    assert told["rejects"][0]["line"] == 4
    (item,) = (each for each in service.items() if not each["pk"].startswith("AUDIT#"))
    assert item["pk"] == f"SUPPRESSED#{service.id_of(EMAIL)}"
    assert "acme" not in json.dumps(item)
    service.post("/forms/demo", EVA)
    service.pump()
    assert len(service.mails()) == 1, "a suppression never silences a request"
    assert json.loads(leadbell("contact", EMAIL, "--json").stdout)["suppressed"] is True


def test_story_6_a_competitor_asks_for_a_price(service: Service, leadbell: Command, tmp_path: Path) -> None:
    file = tmp_path / "domains.csv"
    file.write_text("domain,relation,owner\nhttps://www.rival.example,competitor,\ngmail.com,customer,\n")
    assert "1 imported, 0 already stored, 1 rejected" in leadbell("import", file, "--kind", "domains").stdout
    assert "0 imported, 1 already stored" in leadbell("import", file, "--kind", "domains").stdout
    rival = {**EVA, "email": "eva@eu.rival.example"}
    for day in (0, 4):
        service.post("/downloads/guide", {**rival, "batch": str(day)})
        service.pump()
        service.clock.move(days=4)
    service.post("/forms/pricing", rival)
    service.pump()
    assert service.standing("eva@eu.rival.example").stage == "mql"
    (copy,) = service.mails()
    assert copy.subject.startswith("Message A1: asked for a price")
    assert "A message, not a sales alert: competitor." in copy.body


def test_story_7_an_imported_customer_asks_for_a_demo(service: Service, leadbell: Command, tmp_path: Path) -> None:
    topic = service.add_rep("sara", "PT")
    file = tmp_path / "people.csv"
    file.write_text(f"email,stage,owner\n{EMAIL},customer,sara\n")
    leadbell("import", file)
    service.pump()
    service.post("/forms/demo", EVA)
    service.pump()
    assert service.standing(EMAIL).stage == "customer"
    (copy,) = service.mails()
    assert (copy.topic, copy.subject.startswith("Customer asked for a demo")) == (topic, True)
    assert "not a sales alert: existing customer." in copy.body


def test_story_10_colleagues_of_an_owned_company_go_to_the_same_rep(
    service: Service, leadbell: Command, tmp_path: Path
) -> None:
    owner = service.add_rep("bo", "PT")
    service.add_rep("sara", "SE")
    file = tmp_path / "domains.csv"
    file.write_text("domain;owner\nacme.example.com;bo\n")
    leadbell("import", file, "--kind", "domains")
    service.post("/forms/pricing", {**EVA, "email": "anna@acme.example.com"})
    service.post("/forms/demo", {**EVA, "email": "bo@acme.example.com", "job_title": "engineer"})
    service.pump()
    assert [mail.topic for mail in service.mails()] == [owner, owner]


def test_a_lead_met_at_a_fair_who_asked_is_an_alert(service: Service, leadbell: Command) -> None:
    words = ("add", EMAIL, "--how", "fair", "--asked", "demo", "--name", "Eva Example", "--company", "Acme",
             "--job-title", "VP Operations", "--country", "Sweden", "--note", "two plants")  # fmt: skip
    told = leadbell(*words).stdout
    assert "Stage sql, grade B1" in told
    assert "Sales is notified: an alert, #1, to the default inbox." in told
    again = json.loads(leadbell(*words, "--json").stdout)
    assert (again["new"], again["stage"], again["mails"]) == (False, "sql", [])
    service.pump()
    (mail,) = service.mails()
    assert mail.subject == "Sales lead B1: asked for a demo (SE) #1"
    for line in (
        "Asked for a demo on Monday 2 March 2026, 09:00 UTC.",
        "> note: two plants",
        "First source: source fair",
    ):
        assert line in mail.body


def test_a_reminder_that_comes_due_with_what_was_added_is_told_too(service: Service, leadbell: Command) -> None:
    service.add_rep("anna", "SE")
    service.post("/forms/demo", EVA)
    service.pump()
    back_on = "2026-03-09"
    leadbell("sales", EMAIL, "rejected", "--reason", "timing", "--back-on", back_on)
    service.clock.move(days=7)
    told = leadbell("add", EMAIL, "--how", "phone").stdout
    assert "Sales is notified: a reminder, #2, to anna." in told


def test_a_lead_met_who_asked_for_nothing_is_a_lead(service: Service, leadbell: Command) -> None:
    told = leadbell("add", "+46701740605", "--how", "phone", "--name", "Call Me").stdout
    assert "Stage lead, grade ?4" in told
    assert "Sales is not notified, because no request was given (--asked)." in told
    assert "Stage sql" in leadbell("add", "070-174 06 05", "--asked", "callback").stdout


def test_an_address_that_is_none_is_refused_with_the_fix(leadbell: Command) -> None:
    with pytest.raises(CommandError) as refused:
        leadbell("add", "eva@")
    assert "not a valid e-mail address" in refused.value.problem


def test_the_timeline_of_a_contact_reads_from_top_to_bottom_at_80_columns(service: Service, leadbell: Command) -> None:
    service.post("/downloads/guide", {**EVA, "utm_source": "newsletter"})
    service.pump()
    service.clock.move(days=1)
    service.file(EMAIL, "pricing.viewed", page="/pricing")
    service.clock.move(minutes=1)
    service.post("/forms/demo", {**EVA, "name": "Eva [bold]Example"})
    service.pump()
    shown = leadbell("contact", EMAIL).stdout
    assert max(map(len, shown.splitlines())) <= 80
    assert "Eva [bold]Example, VP Operations, Acme Example AB" in shown
    assert "{" not in shown
    order = ["asked for a guide", "prospect → lead", "viewed the pricing page", "asked for a demo", "alert #1, sent"]
    timeline = shown.partition("when (UTC)")[2]
    places = [timeline.index(words) for words in order]
    assert places == sorted(places)

    told = json.loads(leadbell("contact", EMAIL, "--json").stdout)
    assert (told["stage"], told["grade"], told["suppressed"]) == ("sql", "A1", False)
    assert [entry["at"] for entry in told["timeline"]] == sorted(entry["at"] for entry in told["timeline"])
    assert {entry["kind"] for entry in told["timeline"]} == {"fact", "move", "mail"}
    company = next(each for each in told["profile"] if each["name"] == "company")
    assert (company["value"], company["source"]) == ("Acme Example AB", "asked for a demo, form demo")


def test_a_download_that_was_mailed_stands_in_their_timeline(service: Service, leadbell: Command) -> None:
    service.post("/forms/demo", EVA)
    service.pump()
    asked = Fact("0", "guide.requested", MONDAY, MONDAY, Trust.SUBMITTED, {"email": EMAIL, "asset": "guide"})
    mail = Promised(Kind.GUIDE, asked)
    item = born(service.id_of(EMAIL), mail, MONDAY)
    service.table.put({"pk": partition(service.id_of(EMAIL)), "sk": mail.sk, **item})
    assert "link to their download, pending" in " ".join(leadbell("contact", EMAIL).stdout.split())


def test_colleagues_are_shown_to_whoever_looks_a_contact_up(service: Service, leadbell: Command) -> None:
    service.add_rep("sara", "SE")
    service.post("/forms/demo", {**EVA, "name": "Anna [b]Example", "email": "anna@acme.example.com"})
    service.post("/downloads/guide", EVA)
    service.post("/downloads/guide", {**EVA, "email": "kim@gmail.com"})
    service.pump()
    shown = leadbell("contact", EMAIL).stdout
    assert max(map(len, shown.splitlines())) <= 80
    row = "Anna [b]Example VP Operations sql 2 Mar 2026, 09:00 UTC sara"
    assert shown.splitlines()[-1].split() == row.split()
    assert json.loads(leadbell("contact", EMAIL, "--json").stdout)["colleagues"] == [
        {
            "contact": service.id_of("anna@acme.example.com"),
            "name": "Anna [b]Example",
            "title": "VP Operations",
            "stage": "sql",
            "since": "2026-03-02T09:00:00.000Z",
            "reps": ["sara"],
        }
    ]
    assert json.loads(leadbell("contact", "anna@acme.example.com", "--json").stdout)["colleagues"] == []
    assert json.loads(leadbell("contact", "kim@gmail.com", "--json").stdout)["colleagues"] == []
    assert "colleague" not in leadbell("contact", "kim@gmail.com").stdout


def test_consent_is_shown_with_its_proof(service: Service, leadbell: Command, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    header = "email,consent,consent text,consent date,consent method"
    file.write_text(f"{header}\n{EMAIL},newsletter,Yes please,2025-05-04,paper form\n")
    leadbell("import", file)
    told = json.loads(leadbell("contact", EMAIL, "--json").stdout)
    (consent,) = [each for each in told["profile"] if each["name"] == "consent"]
    assert (consent["at"], consent["value"]) == ("2025-05-04T00:00:00.000Z", "newsletter, paper form, Yes please")
    assert "newsletter, paper form, Yes 4 May 2025" in " ".join(leadbell("contact", EMAIL).stdout.split())


def test_nothing_is_shown_of_somebody_unknown(leadbell: Command) -> None:
    with pytest.raises(CommandError, match="No contact found"):
        leadbell("contact", EMAIL)


def test_one_person_twice_in_a_file_is_told_with_both_lines(
    service: Service, leadbell: Command, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    file.write_text(
        "email;Name;company\nanna@acme.example;Anna;Acme\nbo@acme.example;Bo;Acme\nAnna@acme.example;Anna Ek;Beta\n"
        "anna@acme.example;Anna;Acme\n",
        encoding="utf-8",
    )
    told = leadbell("import", file).stdout
    assert "2 imported, 1 already stored, 1 rejected" in told
    assert "line 4: email: line 2 says something else of the same one; write one row for both" in told
    (fact,) = [each for each in service.facts("anna@acme.example") if "moved" not in each]
    assert fact["fields"]["name"] == "Anna"


def test_one_company_twice_in_a_file_is_told_too(leadbell: Command, tmp_path: Path) -> None:
    file = tmp_path / "companies.csv"
    file.write_text("domain;relation\nacme.example;customer\nacme.example;competitor\n", encoding="utf-8")
    told = leadbell("import", file, "--kind", "domains").stdout
    assert "line 3: domain: line 2 says something else" in told


@pytest.mark.parametrize("phone", ["4.67017E+10", "4,67017e+10", "46701740605.0", "46701740605,00"])
def test_a_number_that_a_spreadsheet_changed_is_told(leadbell: Command, tmp_path: Path, phone: str) -> None:
    file = tmp_path / "people.csv"
    file.write_text(f'email\tphone\nanna@acme.example\t"{phone}"\n', encoding="utf-8")
    told = leadbell("import", file).stdout
    assert "line 2: phone: a spreadsheet changed this number; format its column as text" in told


@pytest.mark.parametrize(("cell", "kept"), [("oui", True), ("x", True), ("nein", False), ("vielleicht", None)])
def test_an_answer_that_is_neither_yes_nor_no_takes_no_consent_back(
    service: Service, leadbell: Command, tmp_path: Path, cell: str, kept: bool | None
) -> None:
    file = tmp_path / "people.csv"
    file.write_text(f"email;call_ok\nanna@acme.example;{cell}\n", encoding="utf-8")
    leadbell("import", file)
    (fact,) = [each for each in service.facts("anna@acme.example") if "moved" not in each]
    assert fact["fields"].get("call_ok") is kept

"""One person with two addresses: what sales is told, of whom not, and what an erasure says and leaves."""

import json
from collections.abc import Mapping

import pytest

from leadbell.events import OBJECTED
from leadbell.outbox.blocks import ERASED, SAME
from leadbell.privacy.erasure import erase
from leadbell.sales.perhaps_same import Likenesses
from leadbell.table import Item
from tests.integration.on_aws import Command
from tests.integration.service import ENVIRONMENT, Service, size_of
from tests.integration.test_privacy import told

PHONE = "+46705550110"
CALLER = {"name": "Vera Nilsson", "phone": PHONE}
VERA = {"name": "V. Nilsson", "email": "vera@havsvind.example.net", "phone": "+46 70-555 01 10", "country": "SE"}


def ask(service: Service, form: str, fields: Mapping[str, str]) -> str:
    """Sends a form, works all, and gives the body of the mail about it."""
    service.clock.move(minutes=1)
    assert service.post(f"/forms/{form}", fields).status == 303
    service.pump()
    return str(service.letters()[-1]["body"])


def marks(service: Service) -> list[Item]:
    return [item for item in service.items() if item["pk"].startswith("SAME#")]


# ---- What is told ----------------------------------------------------------------------------------------------------


def test_the_second_mail_says_perhaps_the_same_person_by_number_in_mail_and_on_its_page(service: Service) -> None:
    assert SAME not in ask(service, "callback", CALLER)
    body = ask(service, "demo", VERA)
    assert f"\n{SAME} #1 (the same phone number).\n" in body
    first, second = service.mails()
    assert (SAME in first.body, SAME in second.body) == (False, True)
    link = second.body.rpartition("Lead page: ")[2].split()[0].removeprefix(ENVIRONMENT["PUBLIC_URL"])
    assert f"{SAME} #1 (the same phone number)." in service.get(link).body


def test_what_is_told_names_the_latest_mail_about_the_other(service: Service) -> None:
    ask(service, "callback", CALLER)
    ask(service, "contact", {**CALLER, "message": "Are you there?"})
    assert f"{SAME} #2 (the same phone number)." in ask(service, "demo", VERA)
    assert f"{SAME} #3 (the same phone number)." in ask(service, "pricing", CALLER)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"email": "vera@havsvind.example.net"}, {"email": "v.nilsson@havsvind.example.net"}),
        ({"email": "vera@gmail.com", "company": "Havsvind AB"}, {"email": "vera@havsvind.net", "company": ""}),
        ({"email": "vera@gmail.com", "company": "HAVSVIND"}, {"phone": PHONE, "company": "Havsvind A.B."}),
        ({"email": "vera@gmail.com", "company": "Nordic Wind"}, {"email": "vera@nordic-wind.net"}),
        ({"email": "vera@gmail.com", "company": "AB"}, {"email": "vera@outlook.com", "company": "ab"}),
    ],
)
@pytest.mark.parametrize("name", ["Vera Nilsson", "véra  NILSSON", "Nilsson, Vera"])
def test_the_same_name_at_the_same_company_is_told(
    service: Service, one: dict[str, str], other: dict[str, str], name: str
) -> None:
    ask(service, "demo", {"name": "Vera Nilsson", **one})
    assert f"{SAME} #1 (the same name at the same company)." in ask(service, "demo", {"name": name, **other})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"email": "vera@gmail.com"}, {"email": "vera@outlook.com"}),
        ({"email": "vera@havsvind.net"}, {"email": "vera@nordanvind.net"}),
        ({"email": "vera@gmail.com", "company": "Havsvind"}, {"email": "vera@gmx.net", "company": "Nordanvind"}),
        ({"email": "vera@havsvind.net"}, {"email": "vera@havsvind.org", "name": "Ida Nilsson"}),
        ({"email": "vera@gmail.com", "phone": PHONE}, {"email": "vera@gmx.net", "phone": "+46705550111"}),
    ],
)
def test_who_shares_only_half_of_it_is_not(service: Service, one: dict[str, str], other: dict[str, str]) -> None:
    ask(service, "demo", {"name": "Vera Nilsson", **one})
    assert SAME not in ask(service, "demo", {"name": "Vera Nilsson", **other})


def test_both_reasons_are_one_line(service: Service) -> None:
    ask(service, "demo", {**VERA, "company": "Havsvind"})
    body = ask(service, "callback", {"phone": PHONE, "name": VERA["name"], "company": "Havsvind AB"})
    assert f"{SAME} #1 (the same phone number and the same name at the same company)." in body


def test_a_number_without_a_country_is_compared_as_dialled(service: Service) -> None:
    ask(service, "callback", {"name": "Vera", "phone": "070-555 01 10"})
    assert SAME in ask(service, "demo", {"email": "vera@gmail.com", "phone": "070 555 0110"})


@pytest.mark.parametrize("dialled", ["070-555 01 10", "46 70 555 01 10", "(0)705550110"])
def test_a_number_is_found_with_and_without_its_country(service: Service, dialled: str) -> None:
    ask(service, "callback", {"name": "Vera", "phone": dialled})
    assert f"{SAME} #1 (the same phone number)." in ask(service, "demo", VERA)
    assert f"{SAME} #2 (the same phone number)." in ask(service, "pricing", {"name": "Vera", "phone": dialled})


def test_two_whole_numbers_of_two_countries_are_two(service: Service) -> None:
    ask(service, "demo", {"email": "a@gmail.com", "phone": "+4522334455"})
    assert SAME not in ask(service, "demo", {"email": "b@gmail.com", "phone": "+4722334455"})


def test_a_number_that_becomes_whole_keeps_its_mark(service: Service) -> None:
    ask(service, "demo", {"email": "a@gmail.com", "phone": "070-555 01 10"})
    ask(service, "pricing", {"email": "a@gmail.com", "phone": PHONE})
    assert len([item for item in marks(service) if item.get("whole")]) == 1
    assert SAME in ask(service, "callback", CALLER)


def test_a_message_says_it_too_and_of_several_mails_only_the_first(service: Service) -> None:
    ask(service, "callback", CALLER)
    service.post("/forms/contact", {**VERA, "message": "Does it float?"})
    service.post("/forms/contact", {**VERA, "message": "And in winter?"})
    service.pump()
    bodies = [str(letter["body"]) for letter in service.letters(VERA["email"])]
    assert sorted(SAME in body for body in bodies) == [False, True]


def test_a_switchboard_s_number_says_nothing(service: Service) -> None:
    for number in range(7):
        body = ask(service, "demo", {"email": f"p{number}@gmail.com", "phone": PHONE})
        assert body.count(SAME) == (number if number <= 5 else 0)


def test_a_number_that_very_many_have_costs_no_more_to_read(service: Service) -> None:
    ask(service, "callback", CALLER)
    mark = next(item for item in marks(service) if item["pk"].startswith("SAME#p"))
    for number in range(200):
        service.table.put({"pk": mark["pk"], "sk": f"CONTACT#c_{number:03}"})
    asked: list[str] = []
    service.faults.watch(
        "score",
        lambda _, operation, params: (
            asked.append(f"{operation} {params.get('Limit')}") if "SAME#" in str(params) else None
        ),
    )
    assert SAME not in ask(service, "demo", VERA)
    assert [call for call in asked if call.startswith("Query")] == ["Query 7"] * 2
    assert len(Likenesses(service.table).others("c_x", mark["pk"].removeprefix("SAME#"))) == 0


# ---- Of whom it is not told ------------------------------------------------------------------------------------------


def test_who_was_in_no_mail_has_no_number_to_be_told_by(service: Service) -> None:
    service.post("/downloads/guide", {**VERA})
    service.pump()
    assert SAME not in ask(service, "callback", CALLER)


def test_nobody_is_told_of_who_objects(service: Service) -> None:
    ask(service, "callback", CALLER)
    service.clock.move(minutes=1)
    service.file(PHONE, OBJECTED)
    service.pump()
    assert SAME not in ask(service, "demo", VERA)


def test_the_mail_of_who_objects_tells_of_nobody(service: Service) -> None:
    ask(service, "callback", CALLER)
    service.file(VERA["email"], OBJECTED)
    service.pump()
    assert SAME not in ask(service, "demo", VERA)


def test_a_mail_rewritten_for_who_objects_tells_of_nobody_any_more(service: Service) -> None:
    ask(service, "callback", CALLER)
    assert SAME in ask(service, "demo", VERA)
    service.clock.move(minutes=1)
    service.file(VERA["email"], OBJECTED)
    service.pump()
    assert SAME not in service.letters(VERA["email"])[-1]["body"]


def test_who_objects_while_the_mail_is_written_is_not_told_of(service: Service) -> None:
    ask(service, "callback", CALLER)
    service.clock.move(minutes=1)
    service.post("/forms/demo", VERA)

    def object_now() -> None:
        service.file(PHONE, OBJECTED)
        service.deliver("score", service.records(PHONE, "EVENT#"))

    service.faults.meanwhile("score", "TransactWriteItems", object_now)
    service.pump()
    assert SAME not in service.letters(VERA["email"])[-1]["body"]


# ---- Marks -----------------------------------------------------------------------------------------------------------


def test_marks_follow_what_is_known_and_show_neither_number_nor_name(service: Service) -> None:
    ask(service, "demo", VERA)
    before = marks(service)
    assert sorted(item["pk"][:6] for item in before) == ["SAME#n", "SAME#p"]
    assert {item["sk"] for item in before} == {f"CONTACT#{service.id_of(VERA['email'])}"}
    assert "705550110" not in json.dumps(before)
    assert "nilsson" not in json.dumps(before).lower()
    ask(service, "demo", {**VERA, "phone": "+46705550199", "message": "A new number"})
    after = marks(service)
    assert len(after) == 2
    assert len({item["pk"] for item in (*before, *after)}) == 3


def test_a_page_view_writes_no_mark_again(service: Service) -> None:
    ask(service, "demo", VERA)
    written: list[str] = []
    service.faults.watch("score", lambda _, operation, params: written.append(json.dumps(params)))
    service.file(VERA["email"], "product.viewed")
    service.pump()
    assert written
    assert [call for call in written if "SAME#" in call] == []


def test_a_standing_with_all_marks_stays_under_a_kilobyte(service: Service) -> None:
    long = dict.fromkeys(("name", "company", "job_title", "country", "utm_source"), "\N{BELL}" * 120)
    ask(service, "demo", {**VERA, **long, "name": "Vera " + "x" * 115, "company": "Acme " + "y" * 115})
    standing = service.stored(VERA["email"], "STANDING")
    assert len(standing["marks"].split(",")) == 3
    assert size_of(standing) < 1024


# ---- Erasing ---------------------------------------------------------------------------------------------------------


def test_erasing_takes_marks_and_the_line_in_the_other_s_mail(service: Service) -> None:
    ask(service, "callback", CALLER)
    ask(service, "demo", VERA)
    erased = erase(service.contacts, service.id_of(PHONE), service.clock())
    assert erased is not None
    assert [item["sk"] for item in marks(service) if service.id_of(PHONE) in item["sk"]] == []
    body = service.letters(VERA["email"])[-1]["body"]
    assert "#1 (" not in body
    assert f"{SAME} {ERASED[0].lower()}{ERASED[1:]}." in body
    assert len(erased.named_in_gone_out) == 1
    assert SAME not in ask(service, "pricing", VERA)


def test_who_is_erased_while_the_mail_is_written_is_not_told_of(service: Service) -> None:
    ask(service, "callback", CALLER)
    service.clock.move(minutes=1)
    service.post("/forms/demo", VERA)
    service.faults.meanwhile(
        "score", "TransactWriteItems", lambda: erase(service.contacts, service.id_of(PHONE), service.clock())
    )
    service.pump()
    assert SAME not in service.letters(VERA["email"])[-1]["body"]


def test_the_receipt_names_who_is_perhaps_the_same_with_the_command_that_erases_them(
    service: Service, leadbell: Command
) -> None:
    ask(service, "callback", CALLER)
    ask(service, "demo", VERA)
    other = service.id_of(PHONE)
    shown = leadbell("erase", VERA["email"], "--yes").stdout
    assert "Perhaps the same person, and not erased: the same phone number, mail #1." in shown
    assert f"leadbell erase {other}" in shown
    receipt = told(leadbell, "erase", other, "--yes", "--json")
    assert receipt["contact"] == other
    assert receipt["perhaps_the_same"] == []
    assert marks(service) == []


def test_the_receipt_names_them_also_where_no_mail_may(service: Service, leadbell: Command) -> None:
    ask(service, "callback", CALLER)
    service.post("/downloads/guide", VERA)
    service.file(VERA["email"], OBJECTED)
    service.pump()
    receipt = told(leadbell, "erase", PHONE, "--yes", "--json")
    assert receipt["perhaps_the_same"] == [
        {"contact": service.id_of(VERA["email"]), "number": None, "why": "the same phone number"}
    ]


def test_contact_shows_who_is_perhaps_the_same_and_takes_an_id(service: Service, leadbell: Command) -> None:
    ask(service, "callback", CALLER)
    ask(service, "demo", VERA)
    other = service.id_of(PHONE)
    shown = leadbell("contact", VERA["email"]).stdout
    assert f"Perhaps the same person as #1 (the same phone number): leadbell contact {other}" in shown
    data = told(leadbell, "contact", other, "--json")
    assert data["contact"] == other
    assert [each["number"] for each in data["perhaps_the_same"]] == [2]


def test_an_export_has_the_number_of_the_latest_mail_and_no_marks(service: Service, leadbell: Command) -> None:
    ask(service, "callback", CALLER)
    ask(service, "demo", VERA)
    data = told(leadbell, "export", PHONE)
    assert data["position"]["latest_mail"] == 1
    assert "marks" not in data["position"]
    assert data["named_in"] == [{"number": 2, "line": "#1 (the same phone number)"}]

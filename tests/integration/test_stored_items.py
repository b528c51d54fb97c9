"""What lies in the table after a submission: keys, marks, sizes, and what is written together."""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from leadbell.contacts.texts import Texts
from leadbell.table import stamp
from tests.integration.service import EVA, MONDAY, Service, size_of

EMAIL = EVA["email"]
WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems")


def writes_of(service: Service, folder: str) -> list[list[str]]:
    """A list that fills with the sort keys of each write the function makes."""
    seen: list[list[str]] = []

    def note(_: str, operation: str, params: Mapping[str, Any]) -> None:
        if operation in WRITES:
            bodies = [next(iter(each.values())) for each in params.get("TransactItems", [{"": params}])]
            seen.append([(body.get("Item") or body["Key"])["sk"]["S"] for body in bodies])

    service.faults.watch(folder, note)
    return seen


def test_a_fact_is_stored_under_its_contact_and_its_day(service: Service) -> None:
    service.post("/forms/demo", {**EVA, "phone": "+46 8 465 004 17", "utm_source": "search"})
    (fact,) = service.facts()
    assert fact["pk"] == f"CONTACT#{service.id_of(EMAIL)}"
    assert re.fullmatch(r"CONTACT#c_[a-z2-7]{26}", fact["pk"])
    assert fact["sk"] == f"EVENT#2026-03-02#{fact['id']}"
    assert (fact["type"], fact["trust"]) == ("form.submitted", "submitted")
    assert fact["happened_at"] == fact["received_at"] == stamp(MONDAY)
    assert fact["fields"] == {
        **{name: value for name, value in EVA.items() if value},
        "employees": 250,
        "phone": "+46 8 465 004 17",
        "phone_e164": "+46846500417",
        "utm_source": "search",
        "form": "demo",
        "means": "request",
        "asks": "demo",
        "typed": 8,
        "typed_names": json.dumps(
            [(name, len(value)) for name, value in {**EVA, "phone": "+46 8 465 004 17"}.items() if value]
        ),
    }
    assert fact["expires_at"] == int((MONDAY + timedelta(days=732)).timestamp())


def test_a_fact_that_matters_is_due_in_ten_minutes(service: Service) -> None:
    service.post("/forms/demo", EVA)
    (fact,) = service.facts()
    assert re.fullmatch(r"DUE#([0-9]|1[0-5])", fact["due_pk"])
    assert fact["due_at"] == stamp(MONDAY + timedelta(minutes=10))


def test_a_page_view_is_due_never(service: Service) -> None:
    service.file(EMAIL, "pricing.viewed")
    assert "due_at" not in service.facts(EMAIL)[0]


def test_no_key_shows_who_somebody_is(service: Service) -> None:
    service.post("/forms/demo", {**EVA, "phone": "+46846500417"}, idempotency_key="eva@acme.example.com")
    service.pump()
    keys = " ".join(
        f"{item['pk']} {item['sk']} {item.get('stage_pk')} {item.get('due_pk')}" for item in service.items()
    )
    assert not re.search(r"eva|acme|@|\+46|846500417", keys, re.IGNORECASE)


def test_a_claim_holds_hashes_and_lives_for_eight_days(service: Service) -> None:
    service.post("/forms/demo", EVA, idempotency_key="order-66")
    (claim,) = service.items(prefix="CLAIM")
    assert re.fullmatch(r"CLAIM#[0-9a-f]{64}", claim["pk"])
    assert claim["expires_at"] == int((MONDAY + timedelta(days=8)).timestamp())
    assert "eva" not in str(claim).lower()
    assert "order-66" not in str(claim)


@pytest.mark.parametrize(
    "fields",
    [
        {"message": "x" * 3000},
        {"message": "漢" * 1100},
        {"message": "\N{BELL}" * 800},
        {f"field number {number}": "y" * 500 for number in range(90)},
        {f"f{number}": "z" for number in range(98)},
        {"message": "x" * 2900, **{f"漢{number}": "漢" * 400 for number in range(50)}},
        dict.fromkeys(
            ("name", "company", "job_title", "industry", "website", "need", "country", "utm_source"), "\u6f22" * 90
        ),
    ],
    ids=["message", "kanji", "emoji", "many long", "many short", "both", "known"],
)
def test_the_longest_submission_is_a_fact_within_four_kilobytes_and_all_of_its_text(
    service: Service, fields: dict[str, str]
) -> None:
    """The fact has as much of the message as a rule looks into; the text beside it has every value whole."""
    assert service.post("/forms/contact", {"email": EMAIL, **fields}).status == 303
    (fact,) = service.facts(EMAIL)
    assert size_of(fact) <= 4096
    for name in fields.keys() & {"message", "name", "company"}:
        assert fact["fields"][name] == fields[name][:500]
    (text,) = Texts(service.table).all(service.id_of(EMAIL))
    visible = {name: value for name, value in fields.items() if name != "utm_source"}
    assert {each.name: each.value for each in text.typed} == {"email": EMAIL, **visible}


@pytest.mark.parametrize("letter", ["x", "å", "漢", "\N{BELL}"])
def test_a_standing_stays_under_a_kilobyte(service: Service, letter: str) -> None:
    long = dict.fromkeys(("name", "company", "job_title", "country", "utm_source"), letter * 120)
    service.post("/newsletter", {"email": EMAIL})
    for form in ("demo", "contact", "pricing"):
        service.post(f"/forms/{form}", {**EVA, "company": "", **long, "job_title": f"VP {letter * 120}"})
    for number, kind in enumerate(["product.viewed", "pricing.viewed", "visit.returned", "cart.added", "ad.clicked"]):
        service.file(EMAIL, kind, at=MONDAY - timedelta(days=number))
    service.pump()
    assert size_of(service.stored(EMAIL, "STANDING")) < 1024


def test_the_standing_shows_what_a_list_of_leads_needs(service: Service) -> None:
    service.post("/forms/demo", EVA)
    service.pump()
    shard = sum(service.id_of(EMAIL).encode()) % 8
    found = service.client.query(
        TableName=service.table.name,
        IndexName="by_stage",
        KeyConditionExpression="stage_pk = :pk",
        ExpressionAttributeValues={":pk": {"S": f"STAGE#sql#{shard}"}},
    )["Items"]
    assert [(row["name"]["S"], row["grade"]["S"], row["since"]["S"]) for row in found] == [
        ("Eva Example", "A1", stamp(MONDAY))
    ]


# ---- Written together -----------------------------------------------------------------------------------------------


def test_move_and_alert_are_born_with_the_standing_or_not_at_all(service: Service) -> None:
    service.post("/forms/demo", EVA)
    (fact,) = service.facts()
    before = service.items()
    service.faults.refuse("score", "TransactWriteItems", times=1)
    waiting = service.records(EMAIL, "EVENT#")
    assert service.deliver("score", waiting) == ["500"]
    assert [item for item in service.items() if item["pk"] != "CONFIG#numbers"] == before

    writes = writes_of(service, "score")
    assert service.deliver("score", waiting) == []
    ours = [each for each in writes if each != ["MAIL"]]
    me = f"CONTACT#{service.id_of(EMAIL)}"
    others_find_me = [me, me, me]  # among colleagues, and by two marks: the company as typed, and by its domain
    assert [sorted(each) for each in ours] == [
        sorted(["STANDING", "PROFILE", "TRANSITION#000001", "ALERT#000001", fact["sk"], *others_find_me, "VERSION"])
    ]


def test_a_move_keeps_the_full_reasons_of_its_moment(service: Service) -> None:
    service.post("/downloads/guide", EVA)
    service.pump()
    service.clock.move(days=3)
    service.file(EMAIL, "pricing.viewed")
    service.post("/forms/demo", EVA)
    service.pump()
    *_, move = service.items(EMAIL, "TRANSITION#")
    (request,) = [fact for fact in service.facts(EMAIL) if fact["type"] == "form.submitted"]
    assert (move["to"], move["by"], move["reason"], move["cause"]) == ("sql", "score", "made a request", request["id"])
    standing = service.standing(EMAIL)
    assert sum(each["points"] for each in move["reasons"]) == standing.score.fit + standing.score.interest
    assert sum(points for _, points in standing.score.reasons) == standing.score.fit + standing.score.interest


def test_the_due_mark_goes_once_somebody_decided(service: Service) -> None:
    service.post("/forms/contact", {"email": EMAIL, "message": "Hello?"})
    service.post("/newsletter", {"email": EMAIL})
    service.post("/downloads/guide", {"email": EMAIL})
    service.pump()
    assert [fact for fact in service.facts() if "due_at" in fact or "due_pk" in fact] == []


def test_the_profile_is_written_only_when_it_changes(service: Service) -> None:
    service.post("/forms/contact", {**EVA, "message": "Hello?"})
    service.pump()
    writes = writes_of(service, "score")
    service.clock.move(hours=1)
    service.file(EMAIL, "article.read")
    service.pump()
    assert writes == [["STANDING"]]
    service.clock.move(hours=1)
    service.post("/newsletter", {"email": EMAIL, "name": "Eva E. Example"})
    service.pump()
    assert [each for each in writes if "PROFILE" in each] != []
    profile = service.stored(EMAIL, "PROFILE")
    assert profile["known"]["name"]["value"] == "Eva E. Example"
    assert profile["known"]["job_title"]["at"] == stamp(MONDAY)


def test_the_profile_keeps_the_first_and_the_latest_source(service: Service) -> None:
    service.post("/downloads/guide", {"email": EMAIL, "utm_source": "search"})
    service.pump()
    service.clock.move(days=1)
    service.post("/newsletter", {"email": EMAIL, "utm_source": "letter"})
    service.pump()
    profile = service.stored(EMAIL, "PROFILE")
    assert (profile["first_touch"]["utm_source"], profile["latest_touch"]["utm_source"]) == ("search", "letter")


def test_a_form_costs_two_counts_a_claim_a_text_and_a_fact_and_no_more(service: Service) -> None:
    writes = writes_of(service, "forms")
    service.post("/forms/demo", EVA)
    assert [each[0].split("#")[0] for each in writes] == ["RATE", "RATE", "CLAIM", "TEXT", "EVENT"]
    service.post("/forms/demo", EVA)
    assert [each[0].split("#")[0] for each in writes[5:]] == ["RATE", "RATE", "CLAIM", "TEXT", "EVENT"]


def test_only_what_has_its_time_stands_in_the_due_index(service: Service) -> None:
    service.post("/forms/demo", EVA)
    service.pump()
    assert [item["sk"] for item in service.items() if "due_pk" in item] == ["STANDING"]

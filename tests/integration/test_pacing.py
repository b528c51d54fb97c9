"""Nobody is mailed more than twice a second, whatever topics lead to their address; and nobody waits for ever."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

import pytest

from leadbell.keyed import Keyring
from leadbell.outbox.pacing import PACE, Pace
from leadbell.qualify import sweep as due_module
from leadbell.table import stamp
from tests.aws.chance import Plain
from tests.aws.fates import Fate
from tests.aws.world import DEFAULT_READER, World
from tests.integration.service import DEFAULT_INBOX, EVA, KEYS, Service

HALF = timedelta(milliseconds=500)


@pytest.fixture
def pace(service: Service) -> Pace:
    return Pace(service.table, KEYS)


def turns(service: Service) -> dict[str, str]:
    return {item["pk"]: item["next_at"] for item in service.items() if item["sk"] == "PACE"}


# ---- Turns -----------------------------------------------------------------------------------------------------------


def test_an_address_is_free_again_after_half_a_second_and_not_before(service: Service, pace: Pace) -> None:
    at = service.clock()
    assert pace.take_turn(["a@example.com"], at)
    assert not pace.take_turn(["a@example.com"], at + timedelta(milliseconds=499))
    assert pace.take_turn(["a@example.com"], at + HALF)


def test_who_waits_in_vain_does_not_put_off_anybody(service: Service, pace: Pace) -> None:
    at = service.clock()
    assert pace.take_turn(["a@example.com"], at)
    for milliseconds in range(100, 500, 100):
        assert not pace.take_turn(["a@example.com"], at + timedelta(milliseconds=milliseconds))
    assert pace.take_turn(["a@example.com"], at + HALF)


def test_where_one_of_two_is_taken_the_other_keeps_their_turn(service: Service, pace: Pace) -> None:
    for taken, free in (("a@example.com", "b@example.com"), ("b@example.com", "a@example.com")):
        service.clock.move(seconds=1)
        assert pace.take_turn([taken], service.clock())
        assert not pace.take_turn([taken, free], service.clock())
        assert pace.take_turn([free], service.clock())


def test_a_held_turn_keeps_others_away_until_half_a_second_after_the_mail(service: Service, pace: Pace) -> None:
    at, reader = service.clock(), ["a@example.com"]
    assert pace.take_turn(reader, at, timedelta(seconds=1))
    assert not pace.take_turn(reader, at + timedelta(milliseconds=1499))
    pace.goes_out(reader, at + timedelta(milliseconds=200))
    assert not pace.take_turn(reader, at + timedelta(milliseconds=699))
    assert pace.take_turn(reader, at + timedelta(milliseconds=700))


def test_turns_of_several_are_taken_together(service: Service, pace: Pace) -> None:
    at = service.clock()
    assert pace.take_turn(["a@example.com", "b@example.com"], at)
    assert set(turns(service).values()) == {stamp(at + HALF)}
    assert len(turns(service)) == 2
    for each in ("a@example.com", "b@example.com"):
        assert not pace.take_turn([each], at)


def test_more_readers_than_a_transaction_takes_have_their_turns_too(service: Service, pace: Pace) -> None:
    everybody = [f"reader{number}@example.com" for number in range(101)]
    at = service.clock()
    assert pace.take_turn(everybody, at)
    assert len(turns(service)) == 101
    assert not pace.take_turn(everybody[-1:], at)
    assert pace.take_turn(everybody, at + HALF)


def test_an_address_has_one_turn_however_it_is_written_and_its_key_does_not_show_it(
    service: Service, pace: Pace
) -> None:
    at = service.clock()
    assert pace.take_turn(["Sara@Example.com"], at)
    assert not pace.take_turn(["sara@example.com "], at)
    (key,) = turns(service)
    assert "sara" not in key.lower()
    assert key != Pace(service.table, Keyring.of(b"another")).key("sara@example.com")


def test_of_two_at_once_one_waits(service: Service, pace: Pace) -> None:
    """DynamoDB refuses a write to an item in somebody else's transaction: that turn is taken."""
    at = service.clock()
    assert service.apps["notify"].delivery.pace.take_turn(["z@example.com"], at)
    service.faults.refuse("notify", "PutItem", "TransactionConflictException")
    assert not service.apps["notify"].delivery.pace.take_turn(["a@example.com"], at)
    reasons = ("None", "TransactionConflict")
    service.faults.refuse("notify", "TransactWriteItems", "TransactionCanceledException", reasons=reasons)
    assert not service.apps["notify"].delivery.pace.take_turn(["a@example.com", "b@example.com"], at)


# ---- Mails -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def world(service: Service, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(service, Plain(), monkeypatch)


def ask_for_a_demo(world: World, *countries: str) -> None:
    for number, country in enumerate(countries):
        who = {**EVA, "email": f"person{number}@acme{number}.example.com", "country": country}
        assert world.service.post("/forms/demo", who).status == 303


def moments(world: World, reader: str) -> list[datetime]:
    return [mail.at for mail in world.sns.inbox[reader] if mail.message_id]


def at_pace(times: list[datetime]) -> bool:
    return all(abs(one - other) >= PACE for one, other in combinations(times, 2))


def test_two_reps_with_one_inbox_are_mailed_at_the_pace_of_one(world: World) -> None:
    shared = "team@example.com"
    for rep, country in (("sara", "SE"), ("nils", "NO")):
        own = world.add_rep(rep, country)
        topic = f"{DEFAULT_INBOX.removesuffix('default-inbox')}rep-{rep}"
        world.sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=shared)
        world.sns.follow_confirmation(world.sns.inbox[shared][-1])
        assert own != shared
    ask_for_a_demo(world, "SE", "NO", "SE", "NO")
    world.settle(5)
    assert len(moments(world, shared)) == 4
    assert at_pace(moments(world, shared))
    assert (len(moments(world, "sara@example.com")), len(moments(world, "nils@example.com"))) == (2, 2)


def test_a_rep_who_also_reads_the_default_inbox_is_mailed_at_one_pace(world: World) -> None:
    sara = world.add_rep("sara", "SE")
    world.sns.subscribe(TopicArn=DEFAULT_INBOX, Protocol="email", Endpoint=sara)
    world.sns.follow_confirmation(world.sns.inbox[sara][-1])
    ask_for_a_demo(world, "SE", "NO", "SE", "NO")
    world.settle(5)
    assert len(moments(world, sara)) == 4
    assert at_pace(moments(world, sara))
    assert len(moments(world, DEFAULT_READER)) == 2


def test_two_reps_with_inboxes_of_their_own_do_not_wait_for_each_other(world: World) -> None:
    for rep, country in (("sara", "SE"), ("nils", "NO")):
        world.add_rep(rep, country)
    ask_for_a_demo(world, "SE", "NO")
    world.settle(1)
    (sara,), (nils,) = moments(world, "sara@example.com"), moments(world, "nils@example.com")
    assert sara == nils


def test_the_turn_of_the_one_address_of_a_topic_costs_one_plain_write(world: World) -> None:
    world.service.apps["notify"].keys.fresh(world.clock())
    world.add_rep("sara", "SE")
    calls: list[tuple[str, str]] = []
    world.service.faults.watch("notify", lambda _, operation, sent: calls.append((operation, keys_of(sent))))
    ask_for_a_demo(world, "SE")
    while world.step():
        pass
    assert [operation for operation, _ in calls] == [
        "GetItem",
        "GetItem",
        "PutItem",
        "TransactWriteItems",
        "UpdateItem",
    ]  # the mail, its words
    assert calls[2][1].startswith("PACE#")


def keys_of(sent: Mapping[str, Any]) -> str:
    return str(sent.get("Item", {}).get("pk", {}).get("S", ""))


# ---- Many mails ------------------------------------------------------------------------------------------------------


def waiting(service: Service, count: int, body: Callable[[int], str] = str) -> None:
    """This many mails, due now, that no bell rings for."""
    service.post("/forms/demo", EVA)
    service.run("score")
    letter = service.stored(EVA["email"], "ALERT#000001")
    service.stream.lose()
    service.table.delete(letter["pk"], letter["sk"])
    for number in range(1, count + 1):
        told = {"number": number, "subject": f"Sales lead #{number}", "blocks": [body(number)]}
        service.table.put({**letter, "sk": f"COPY#{number:03}", **told, "due_at": stamp(service.clock())})
    service.stream.lose()


def test_a_mail_for_many_is_no_larger_than_sns_takes(service: Service, world: World) -> None:
    waiting(service, 7, lambda number: f"{number}" + "\u00e5" * 40_000)
    service.sweep()
    assert [len(each.attributes["item"].split(",")) for each in world.sns.published] == [3, 3, 1]
    assert world.sns.refused == []
    assert at_pace([each.at for each in world.sns.published])
    assert set(world.named().values()) == {1}


def test_while_many_are_claimed_nobody_else_mails_their_reader(service: Service, world: World, pace: Pace) -> None:
    waiting(service, 20)
    others: list[bool] = []

    def meanwhile() -> None:
        service.clock.move(seconds=0.03)
        others.append(pace.take_turn([DEFAULT_READER], service.clock()))

    service.faults.meanwhile("sweep", "TransactWriteItems", meanwhile, times=20)
    assert service.sweep()["mails"] == 20
    assert others == [False] * 20
    (at,) = moments(world, DEFAULT_READER)
    assert not pace.take_turn([DEFAULT_READER], at + timedelta(milliseconds=499))
    assert pace.take_turn([DEFAULT_READER], at + HALF)


def test_in_a_crowd_a_mail_to_somebody_else_does_not_wait_behind_it(service: Service, world: World, pace: Pace) -> None:
    sara, nils = world.add_rep("sara", "SE"), world.add_rep("nils", "NO")
    crowded = {"pk": pace.key(sara), "sk": "PACE", "next_at": stamp(service.clock() + timedelta(minutes=1))}
    service.table.put(crowded)
    ask_for_a_demo(world, *["SE"] * 20, "NO")
    service.run("score")
    started = service.clock()
    assert service.run("notify") == []
    (told,) = moments(world, nils)
    assert told - started <= timedelta(seconds=6)
    assert moments(world, sara) == []


def test_a_mail_that_sns_refuses_does_not_hold_up_those_behind_it(service: Service, world: World) -> None:
    waiting(service, 3, lambda number: "x" * 300_000 if number == 1 else f"Body {number}")
    assert service.sweep()["mails"] == 2
    assert [letter["state"] for letter in service.letters()] == ["pending", "sent", "sent"]


def test_no_answer_from_sns_leaves_the_rest_of_a_topic_for_the_next_minute(service: Service, world: World) -> None:
    waiting(service, 45)
    world.sns.fates["Publish"] = (Fate.ANSWER_LOST,)
    assert service.sweep()["mails"] == 0
    assert [letter["state"] for letter in service.letters()] == ["unknown"] * 20 + ["pending"] * 25
    world.settle(20)
    assert set(world.named().values()) == {1}
    assert len(world.named()) == 45


def test_the_sweep_reads_no_more_mails_than_it_can_send(
    service: Service, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due_module, "MAILS_AT_MOST", 5)
    waiting(service, 8)
    assert service.sweep()["mails"] == 5
    service.clock.move(seconds=1)
    assert service.sweep()["mails"] == 3


def test_between_two_mails_contacts_are_worked(service: Service, world: World) -> None:
    waiting(service, 60)
    service.post("/forms/demo", {**EVA, "email": "late@other.example.com"})
    service.stream.lose()
    service.clock.move(minutes=10)
    mails_before: list[int] = []

    def note(_: str, operation: str, sent: Mapping[str, Any]) -> None:
        if operation == "TransactWriteItems" and "STANDING" in str(sent["TransactItems"][0].get("Put", "")):
            mails_before.append(len(world.sns.published))

    service.faults.watch("sweep", note)
    service.sweep()
    assert (mails_before, len(world.sns.published)) == ([1], 3)

"""The real handlers among stand-ins that do to them what AWS may do."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.aws.chance import Choices, Plain, Script, Seeded
from tests.aws.conflicts import Call
from tests.aws.fates import FAULTS, LATE, Fate, KilledError
from tests.aws.sns import Copy
from tests.aws.stream import Turn
from tests.aws.world import DEFAULT_READER, World, name_of
from tests.integration.service import EVA, Service

EMAIL = EVA["email"]
Build = Callable[..., World]


@pytest.fixture
def world(service: Service, monkeypatch: pytest.MonkeyPatch) -> Build:
    def build(choices: Choices | None = None, **how: object) -> World:
        return World(service, choices or Plain(), monkeypatch, **how)  # type: ignore[arg-type]

    return build


def ask_for_a_demo(world: World, *people: str) -> None:
    for who in people or (EMAIL,):
        assert world.service.post("/forms/demo", {**EVA, "email": who}).status == 303


def test_a_request_goes_through_the_stream_to_the_reps_inbox(world: Build) -> None:
    here = world()
    sara = here.add_rep("sara", "SE")
    ask_for_a_demo(here)
    assert [delivery.consumer for delivery in iter(here.step, None)] == ["score", "notify"]
    assert [mail.subject for mail in here.sns.inbox[sara] if mail.message_id] == [here.sns.published[0].subject]
    here.settle(3)
    (letter,) = here.service.letters()
    assert letter["state"] == "sent"
    assert here.named() == {name_of(letter): 1}
    assert not here.sqs.queue("leadbell-ReceiptQueue").messages


def test_nobody_is_woken_by_what_the_functions_themselves_write(world: Build) -> None:
    here = world()
    ask_for_a_demo(here)
    here.settle(1)
    counts = {name: len(consumer.delivered) for name, consumer in here.poller.consumers.items()}
    assert counts == {"score": 1, "notify": 1}
    assert len(here.stream.shards[0].records) > 5


def test_records_lost_for_a_day_are_made_good_by_the_sweep(world: Build) -> None:
    here = world()
    here.stream.silent = True
    ask_for_a_demo(here)
    here.move(hours=30)
    here.settle(3)
    assert set(here.named().values()) == {1}
    assert here.poller.consumers["score"].delivered == []


def test_in_a_mapping_that_was_off_for_a_day_old_records_are_gone_and_nobody_is_lost(world: Build) -> None:
    here = world()
    here.poller.consumers["score"].is_enabled = False
    ask_for_a_demo(here)
    here.move(hours=25)
    here.poller.consumers["score"].is_enabled = True
    assert here.step() is None
    assert len(here.poller.consumers["score"].trimmed) == 1
    here.settle(3)
    assert set(here.named().values()) == {1}


def test_a_publish_without_an_answer_is_settled_by_its_late_receipt_and_not_repeated(world: Build) -> None:
    here = world(delays=(timedelta(), timedelta(minutes=14)))
    here.sns.fates["Publish"] = (Fate.FINE, Fate.ANSWER_LOST)
    here.sns.choices = Script([1, 1])  # the answer is lost, and the receipt takes 14 minutes
    ask_for_a_demo(here)
    assert [delivery.consumer for delivery in iter(here.step, None)] == ["score", "notify"]
    (letter,) = here.service.letters()
    assert letter["state"] == "unknown"
    here.settle(40)
    assert set(here.named().values()) == {1}
    assert here.service.letters()[0]["state"] == "sent"


def test_without_any_receipt_the_alert_goes_out_a_second_time(world: Build) -> None:
    """The assumption that a receipt is there within a quarter of an hour is broken here, and its price seen."""
    here = world(copies=(Copy.ONE, Copy.NEVER))
    here.sns.fates["Publish"] = (Fate.FINE, Fate.ANSWER_LOST)
    here.sns.choices = Script([1, 1])
    ask_for_a_demo(here)
    here.step()
    here.step()
    here.settle(40)
    assert set(here.named().values()) == {2}
    assert len({each.subject for each in here.sns.published}) == 1


@pytest.mark.parametrize("seed", range(4))
def test_each_alert_is_named_in_one_publish_whatever_order_aws_chooses(world: Build, seed: int) -> None:
    copies = (Copy.ONE, Copy.TWICE, Copy.BESIDE_JUNK)
    delays = (timedelta(), timedelta(minutes=2), timedelta(minutes=14))
    here = world(Seeded(seed), shards=3, split_collections=True, copies=copies, delays=delays)
    here.sns.fates["Publish"] = (Fate.FINE, *FAULTS, Fate.UNREACHED)
    for folder in ("score", "notify"):
        here.conflicts.on(folder, (*FAULTS, Fate.CONFLICT, Fate.KILLED, Fate.KILLED_AFTER), where=seldom(here))
    people = [f"person{at}@acme{at}.example.com" for at in range(4)]
    for who in people:
        ask_for_a_demo(here, who)
        here.step([Turn.ANSWERED, Turn.LOST, Turn.THROTTLED])
        here.repeat()
        here.move(seconds=20)
    here.settle(40)
    letters = here.service.letters()
    assert len(letters) == len(people)
    assert {letter["state"] for letter in letters} == {"sent"}
    assert here.named() == {name_of(letter): 1 for letter in letters}
    assert here.sns.refused == []
    assert here.sns.inbox[DEFAULT_READER]


def seldom(world: World) -> Callable[[Call], bool]:
    """Every fifth call: at each the function would hardly ever come to its end."""
    return lambda _: len(world.conflicts.calls) % 5 == 0


# ---- What becomes of a call -----------------------------------------------------------------------------------------


def stores_a_fact(call: Call) -> bool:
    return call.operation == "PutItem" and bool(call.sent["Item"]["sk"]["S"].startswith("EVENT#"))


WRITES = (Fate.FINE, *FAULTS, Fate.CONFLICT, Fate.UNREACHED)


@pytest.mark.parametrize("fate", WRITES)
def test_a_door_acknowledges_what_was_written_and_nothing_else(world: Build, fate: Fate) -> None:
    here = world(Script([WRITES.index(fate)]))
    here.conflicts.on("forms", WRITES[1:], where=stores_a_fact)
    answer = here.service.post("/forms/demo", EVA)
    (write,) = filter(stores_a_fact, here.conflicts.calls)
    assert write.fate is fate
    assert answer.status in (303, 503)
    assert bool(here.service.facts()) is (fate is Fate.FINE or fate in LATE)
    if answer.status == 303:
        assert here.service.facts()


@pytest.mark.parametrize("fate", [Fate.KILLED, Fate.KILLED_AFTER])
def test_a_function_may_end_before_or_after_any_of_its_calls(world: Build, fate: Fate) -> None:
    here = world(Script([1]))
    here.conflicts.on("forms", [fate], where=stores_a_fact)
    with pytest.raises(KilledError):
        here.service.post("/forms/demo", EVA)
    assert bool(here.service.facts()) is (fate in LATE)


def test_only_a_write_can_conflict(world: Build) -> None:
    here = world(Seeded(1, plain=0))
    here.conflicts.on("score", [Fate.CONFLICT])
    ask_for_a_demo(here)
    for _ in range(5):
        here.step()
    touched = {call.operation for call in here.conflicts.calls if call.fate is Fate.CONFLICT}
    assert touched
    assert touched <= {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"}
    assert {"GetItem", "Query"} & {call.operation for call in here.conflicts.calls}

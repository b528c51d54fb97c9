"""Who reads a topic decides where a mail goes; where nobody does it waits, and is not lost."""

from datetime import timedelta

import pytest

from leadbell.outbox.sns import READERS_CACHED_FOR
from tests.aws.chance import Plain
from tests.aws.fates import Fate
from tests.aws.sns import Kind
from tests.aws.world import DEFAULT_READER, World
from tests.integration.service import DEFAULT_INBOX, EVA, Service

SARA = "sara@example.com"


@pytest.fixture
def world(service: Service, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(service, Plain(), monkeypatch)


def ask_for_a_demo(world: World, who: str = EVA["email"]) -> None:
    assert world.service.post("/forms/demo", {**EVA, "email": who}).status == 303
    while world.step():
        pass


def leave(world: World, reader: str) -> None:
    """Nobody reads it any more under this address, as after a click on "unsubscribe" in the latest mail."""
    assert world.sns.follow_unsubscribe([mail for mail in world.sns.inbox[reader] if mail.subscription][-1])


def states(world: World) -> list[str]:
    return [str(letter["state"]) for letter in world.service.letters()]


def alerts(world: World, reader: str) -> int:
    return sum(mail.kind is Kind.NOTIFICATION for mail in world.sns.inbox[reader])


def unsubscribed(world: World) -> None:
    """Sara and the default inbox got a mail each, and both left."""
    world.add_rep("sara", "SE")
    ask_for_a_demo(world)
    leave(world, SARA)
    world.move(minutes=5)
    ask_for_a_demo(world, "second@other.example.com")
    leave(world, DEFAULT_READER)
    world.move(minutes=5)


def test_a_rep_who_unsubscribed_gets_no_more_mails_and_the_default_inbox_does(world: World) -> None:
    world.add_rep("sara", "SE")
    ask_for_a_demo(world)
    assert (alerts(world, SARA), alerts(world, DEFAULT_READER)) == (1, 0)
    leave(world, SARA)
    world.move(seconds=READERS_CACHED_FOR.total_seconds())
    ask_for_a_demo(world, "second@other.example.com")
    assert (alerts(world, SARA), alerts(world, DEFAULT_READER)) == (1, 1)
    assert states(world) == ["sent", "sent"]


def test_a_rep_who_was_switched_off_falls_back_to_the_default_inbox(world: World) -> None:
    world.add_rep("sara", "SE")
    topic = f"{DEFAULT_INBOX.removesuffix('default-inbox')}rep-sara"
    for _ in range(11):
        world.sns.publish(TopicArn=topic, Subject="by somebody else", Message="more than ten a second")
    assert [reader for _, reader in world.sns.suspended] == [SARA]
    ask_for_a_demo(world)
    assert alerts(world, DEFAULT_READER) == 1


def test_a_rep_who_has_not_confirmed_yet_falls_back_to_the_default_inbox(world: World) -> None:
    world.add_rep("sara", "SE")
    leave_and_ask_again(world)
    ask_for_a_demo(world)
    assert (alerts(world, SARA), alerts(world, DEFAULT_READER)) == (0, 1)


def leave_and_ask_again(world: World) -> None:
    topic = f"{DEFAULT_INBOX.removesuffix('default-inbox')}rep-sara"
    (arn,) = (
        each["SubscriptionArn"]
        for each in world.sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
        if each["Protocol"] == "email"
    )
    world.sns.unsubscribe(SubscriptionArn=arn)
    world.sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=SARA)


def test_where_nobody_reads_it_waits_and_goes_out_once_when_somebody_confirms(world: World) -> None:
    unsubscribed(world)
    ask_for_a_demo(world, "third@third.example.com")
    assert sorted(states(world)) == ["blocked", "sent", "sent"]
    world.settle(60)
    assert len(world.sns.published) == 2
    world.sns.subscribe(TopicArn=DEFAULT_INBOX, Protocol="email", Endpoint=DEFAULT_READER)
    world.settle(20)
    assert len(world.sns.published) == 2  # asked, not confirmed
    world.sns.follow_confirmation(world.sns.inbox[DEFAULT_READER][-1])
    confirmed = world.clock()
    world.settle(18)
    assert set(states(world)) == {"sent"}
    assert set(world.named().values()) == {1}
    assert world.sns.published[-1].readers == (DEFAULT_READER,)
    assert world.sns.published[-1].at - confirmed <= timedelta(minutes=17)


def test_while_a_mail_is_blocked_it_is_counted_often_enough(world: World) -> None:
    unsubscribed(world)
    ask_for_a_demo(world, "third@third.example.com")
    blocked = []
    for _ in range(34):
        world.move(minutes=1)
        blocked.append(world.service.sweep()["blocked"])
    # The first look is soon; then one each quarter of an hour and a minute, and the alarm asks about twenty minutes.
    assert [minute for minute, count in enumerate(blocked, 1) if count] == [2, 18, 34]


def test_sns_that_does_not_say_who_reads_keeps_a_mail_waiting(world: World) -> None:
    world.sns.fates["ListSubscriptionsByTopic"] = (Fate.THROTTLED,)
    ask_for_a_demo(world)
    assert states(world) == ["pending"]
    world.settle(3)
    assert (states(world), alerts(world, DEFAULT_READER)) == (["sent"], 1)

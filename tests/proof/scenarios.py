"""What happens in a crash-point run: what stood before, and what is done while something goes wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from leadbell.events import Fact, Trust
from leadbell.identity import visitor_contact
from leadbell.lifecycle.dispositions import Disposition
from leadbell.sales.answers import take_answer
from tests.aws.fates import Fate
from tests.aws.world import DEFAULT_READER, SENDER, World
from tests.integration.service import DEFAULT_INBOX, EVA

EMAIL = EVA["email"]
BO = {**EVA, "name": "Bo Example", "email": "bo@acme.example.com", "job_title": "Engineer", "country": "NO"}
BROWSER = "visitor-0123456789"


def nothing(scene: World) -> None:
    """Before the first of all."""


@dataclass(frozen=True)
class Scenario:
    """`functions` are those whose calls are made to fail, one function at a time, from `act` until all is quiet."""

    name: str
    functions: Sequence[str]
    act: Callable[[World], None]
    before: Callable[[World], None] = nothing
    minutes: int = 2  # that pass before any healing; what heals takes its own time after
    sender: str = ""  # deployed with one, visitors get mails


def asks_for_a_demo(scene: World) -> None:
    scene.post("/forms/demo", EVA)


def is_sql(scene: World) -> None:
    asks_for_a_demo(scene)
    scene.pass_time(2)


def asks_the_price(scene: World) -> None:
    scene.post("/forms/pricing", {**EVA, "message": "What would 20 cost?"})


def asks_a_question(scene: World) -> None:
    scene.post("/forms/contact", {**EVA, "message": "Is there an API?"}, Idempotency_Key="the-question-1")


def subscribes(scene: World) -> None:
    scene.post("/newsletter", {"email": EMAIL})


def wants_the_guide(scene: World) -> None:
    scene.post("/downloads/guide", EVA)


def asks_with_files(scene: World) -> None:
    files = (("brief", "brief.pdf", b"%PDF-1.7 ours"), ("sketch", "pump.png", b"\x89PNG\r\n\x1a\n"))
    scene.post_files("/forms/contact", {**EVA, "message": "Can you build this?"}, *files)


def signed_up(scene: World) -> None:
    subscribes(scene)
    scene.pass_time(2)


def confirms(scene: World) -> None:
    scene.insist(lambda: scene.press(scene.ses.sent[0].links[0]))


def leaves(scene: World) -> None:
    scene.insist(lambda: scene.press(scene.ses.sent[0].headers["List-Unsubscribe"].strip("<>")))


def is_on_the_list(scene: World) -> None:
    signed_up(scene)
    confirms(scene)
    scene.pass_time(2)


def is_rejected(scene: World) -> None:
    said = Disposition("sales.rejected", 1, reason="timing", by="")
    take_answer(scene.service.contacts, scene.service.id_of(EMAIL), said, scene.clock())


def saw_pages_in_his_browser(scene: World) -> None:
    _pages(scene, 3, visitor_contact(BROWSER), days_ago=2)


def asks_from_that_browser(scene: World) -> None:
    scene.post("/forms/demo", {**EVA, "_anon": BROWSER})


def has_a_long_history(scene: World) -> None:
    wants_the_guide(scene)
    _pages(scene, 120, scene.service.id_of(EMAIL), days_ago=30)


def looks_at_a_page(scene: World) -> None:
    _pages(scene, 1, scene.service.id_of(EMAIL), days_ago=0)


def _pages(scene: World, number: int, contact: str, *, days_ago: int) -> None:
    at = scene.clock() - timedelta(days=days_ago)
    for each in range(number):
        fact = Fact(f"page-{days_ago}-{each}", "pricing.viewed", at, at, Trust.BROWSER, {"page": f"/p{each % 7}"})
        scene.service.contacts.file(contact, fact, at.date())


def a_colleagues_alert_waits(scene: World) -> None:
    scene.poller.consumers["notify"].is_enabled = False
    asks_for_a_demo(scene)
    scene.drain()


def the_colleague_asks(scene: World) -> None:
    scene.post("/forms/demo", BO)
    scene.drain()
    scene.poller.consumers["notify"].is_enabled = True


def two_ask_at_once(scene: World) -> None:
    scene.service.post("/forms/demo", EVA)
    scene.service.post("/forms/demo", {**BO, "email": "bo@beta.example.org", "country": "SE"})


def nobody_reads(scene: World) -> None:
    """The alert is blocked; then somebody confirms the default inbox."""
    listed = scene.sns.list_subscriptions_by_topic(TopicArn=DEFAULT_INBOX)["Subscriptions"]
    for each in listed:
        if each["Protocol"] == "email":
            scene.sns.unsubscribe(SubscriptionArn=each["SubscriptionArn"])
    asks_for_a_demo(scene)
    scene.drain()
    scene.sns.subscribe(TopicArn=DEFAULT_INBOX, Protocol="email", Endpoint=DEFAULT_READER)
    scene.sns.follow_confirmation(scene.sns.inbox[DEFAULT_READER][-1])


def an_answer_is_lost(scene: World) -> None:
    """SNS has the alert, and we were not told so."""
    _published_with(scene, Fate.ANSWER_LOST)


def a_publish_times_out(scene: World) -> None:
    """SNS does not have the alert, and we were not told so."""
    _published_with(scene, Fate.TIMED_OUT)


def _published_with(scene: World, fate: Fate) -> None:
    scene.sns.fates["Publish"] = (fate,)
    asks_for_a_demo(scene)
    scene.drain()
    scene.sns.fates.clear()


def the_stream_is_silent(scene: World) -> None:
    scene.stream.silent = True
    asks_for_a_demo(scene)
    scene.read()


def it_stays_silent(scene: World) -> None:
    scene.move(minutes=11)


def it_speaks_again(scene: World) -> None:
    scene.stream.silent = False
    scene.move(minutes=11)


SCENARIOS = (
    Scenario("first request", ("forms", "score", "notify"), asks_for_a_demo),
    Scenario("asks again", ("forms", "score", "notify"), asks_the_price, is_sql),
    Scenario("question", ("forms", "score", "notify"), asks_a_question),
    Scenario("newsletter", ("newsletter", "score"), subscribes),
    Scenario("form with files", ("forms",), asks_with_files),
    Scenario("signup to be confirmed", ("newsletter", "score"), subscribes, sender=SENDER),
    Scenario("signup confirmed", ("consent", "score"), confirms, signed_up, sender=SENDER),
    Scenario("leaves the newsletter", ("consent", "score"), leaves, is_on_the_list, sender=SENDER),
    Scenario("guide", ("downloads", "score"), wants_the_guide),
    Scenario("sales rejects", ("score",), is_rejected, is_sql),
    Scenario("first form of a browser", ("forms", "score"), asks_from_that_browser, saw_pages_in_his_browser),
    Scenario("page view seals", ("score",), looks_at_a_page, has_a_long_history),
    Scenario("colleague enters SQL", ("score", "notify"), the_colleague_asks, a_colleagues_alert_waits),
    Scenario("two at once", ("score", "notify", "sweep"), two_ask_at_once),
    Scenario("sweep sends what was blocked", ("sweep",), nothing, nobody_reads, minutes=20),
    Scenario("sweep settles a receipt", ("sweep",), nothing, an_answer_is_lost, minutes=20),
    Scenario("sweep sends what was unknown", ("sweep",), nothing, a_publish_times_out, minutes=20),
    Scenario("sweep heals a lost doorbell", ("sweep", "notify"), it_speaks_again, the_stream_is_silent),
    Scenario("sweep alone", ("sweep",), it_stays_silent, the_stream_is_silent),
)

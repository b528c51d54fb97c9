"""A table that is slow, refuses or is written by many at once: who waits is told when to come again, nobody is lost."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.config import Config

from leadbell.clients import door_config, stream_config
from leadbell.errors import Conflict
from leadbell.table import retry_conflicts
from tests.integration.sam_template import functions, routes, template
from tests.integration.service import EVA, Service

EMAIL = EVA["email"]
DOORS = {"forms": "/forms/demo", "downloads": "/downloads/guide", "newsletter": "/newsletter"}
REFUSALS = ("TransactionConflictException", "RequestLimitExceeded", "ThrottlingException", "ServiceUnavailable")


@pytest.mark.parametrize("folder", DOORS)
@pytest.mark.parametrize("code", REFUSALS)
def test_a_crowded_table_makes_every_door_ask_for_another_try(service: Service, folder: str, code: str) -> None:
    service.faults.refuse(folder, "PutItem", code, times=1)
    refused = service.post(DOORS[folder], EVA, accept="application/json")
    assert (refused.status, refused.headers["Retry-After"]) == (503, "5")
    service.clock.move(seconds=5)
    assert service.post(DOORS[folder], EVA, accept="application/json").status == 200
    assert len(service.facts()) == 1


def test_every_door_that_takes_something_in_is_among_these() -> None:
    # What a person presses behind a link in a mail is tried in `test_newsletter`.
    assert {folder for route, folder in routes().items() if route.startswith(("POST", "ANY"))} == {*DOORS, "consent"}


@pytest.mark.parametrize("folder", DOORS)
def test_a_table_that_never_answers_is_given_up_on_before_the_function_ends(folder: str) -> None:
    """Else the visitor would get API Gateway's own error, without a word about coming again."""
    properties = template()["Resources"][functions()[folder]]["Properties"]
    allowed = properties.get("Timeout", template()["Globals"]["Function"]["Timeout"])
    assert longest(door_config()) < allowed


def longest(config: Config) -> float:
    """Seconds that one call may take: each attempt times out, and botocore waits a little longer before the next."""
    attempts = config.retries["total_max_attempts"]
    return float(attempts * config.read_timeout + sum(2**attempt for attempt in range(attempts - 1)))


def test_a_door_gives_up_sooner_than_a_worker() -> None:
    assert longest(door_config()) < longest(stream_config())


# ---- Conflicts ------------------------------------------------------------------------------------------------------


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long a worker would have waited after each conflict."""
    waited: list[float] = []
    monkeypatch.setattr("leadbell.table.time.sleep", waited.append)
    return waited


def crowd() -> None:
    raise Conflict("somebody else wrote first")


def test_a_conflict_is_tried_five_times_and_then_goes_up(waits: list[float]) -> None:
    tried: list[int] = []

    def act() -> None:
        tried.append(1)
        crowd()

    with pytest.raises(Conflict):
        retry_conflicts(act)
    assert (len(tried), len(waits)) == (5, 4)


def test_two_workers_in_conflict_wait_differently_and_each_time_up_to_twice_as_long(waits: list[float]) -> None:
    for _ in range(200):
        with pytest.raises(Conflict):
            retry_conflicts(crowd)
    by_attempt = [waits[attempt::4] for attempt in range(4)]
    for waited, bound in zip(by_attempt, (0.02, 0.04, 0.08, 0.16), strict=True):
        assert 0 <= min(waited) < bound / 4
        assert bound * 3 / 4 < max(waited) <= bound
        assert len(set(waited)) > 100


def test_a_contact_that_is_always_in_conflict_is_left_to_redelivery_and_holds_up_nobody(
    service: Service, waits: list[float]
) -> None:
    other = "kim@acme.example.com"
    for who in (EMAIL, other):
        service.post("/forms/demo", {**EVA, "email": who})
    asked: list[Any] = []

    def about_her(sent: Any) -> bool:
        is_hers = service.id_of(EMAIL) in str(sent["TransactItems"][0])
        asked.extend([1] * is_hers)
        return is_hers

    service.faults.refuse(
        "score", "TransactWriteItems", "TransactionCanceledException", reasons=("TransactionConflict",), when=about_her
    )
    assert len(service.run("score")) == 1
    assert len(asked) == 5
    assert [service.standing(who).version for who in (EMAIL, other)] == [0, 1]
    service.faults.end()
    service.stream.lose()
    service.clock.move(minutes=10)
    service.sweep()
    assert service.standing(EMAIL).stage == "sql"


def test_the_proof_that_a_mail_went_out_is_kept_longer_than_any_outage_and_comes_back_before_the_next_sweep() -> None:
    queue = template()["Resources"]["ReceiptQueue"]["Properties"]
    assert queue["MessageRetentionPeriod"] == timedelta(days=14).total_seconds()  # the longest that SQS has
    assert queue["VisibilityTimeout"] < timedelta(minutes=1).total_seconds()

"""The poller that stands for Lambda, held against what AWS writes about it.

Each test names the page and says its rule in our words. [BATCH] Configuring partial batch response with DynamoDB and
Lambda; [ERRORS] Retain discarded records for a DynamoDB event source; [PARAMS] Lambda parameters for DynamoDB event
source mappings; [PROCESS] Using Lambda with DynamoDB, polling and batching; [STREAMS] Change data capture for DynamoDB
Streams; [FILTER] Control which events Lambda sends to your function. All are in the guides at docs.aws.amazon.com.
"""

import json
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.aws.chance import Choices, Drawn, Plain, Script, Seeded
from tests.aws.fates import KilledError
from tests.aws.records import Record, Stream
from tests.aws.stream import Consumer, Poller, Turn, first_undone
from tests.integration.sam_template import Mapping, mapping_of
from tests.integration.service import Clock, event_file

ANY = Mapping(frozenset({"INSERT"}), ("",), reports_failures=True)


class Function:
    """A handler that fails at the records it is told to, as ours do: it names the first and stops."""

    def __init__(self, *poison: str) -> None:
        self.poison = set(poison)
        self.batches: list[list[str]] = []

    def __call__(self, event: dict[str, Any]) -> Any:
        names = [record["dynamodb"]["Keys"]["sk"]["S"] for record in event["Records"]]
        self.batches.append(names)
        bad = [number_of(each) for each, name in zip(event["Records"], names, strict=True) if name in self.poison]
        return {"batchItemFailures": [{"itemIdentifier": number} for number in bad[:1]]}


class Raising(Function):
    """One that raises instead."""

    def __call__(self, event: dict[str, Any]) -> Any:
        if super().__call__(event)["batchItemFailures"]:
            raise RuntimeError("cannot")
        return {"batchItemFailures": []}


def number_of(record: dict[str, Any]) -> str:
    return str(record["dynamodb"]["SequenceNumber"])


class Bench:
    """One stream, one function, and a clock."""

    def __init__(
        self,
        handler: Callable[[dict[str, Any]], Any],
        settings: Mapping = ANY,
        choices: Choices | None = None,
        shards: int = 1,
    ) -> None:
        self.clock = Clock()
        chosen = choices or Plain()
        self.stream = Stream(self.clock, shards=shards)
        self.poller = Poller(self.stream, self.clock, chosen)
        self.one: Consumer = self.poller.attach("score", handler, settings)

    def write(self, *names: str, pk: str = "CONTACT#a") -> list[Record]:
        return [self.stream.write(pk, name) for name in names]

    def drain(self, limit: int = 1_000) -> int:
        return len(list(self.poller.drain(limit)))


# ---- What an answer means -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}, {"other": 1}])
def test_an_empty_answer_or_list_is_complete_success(answer: object) -> None:
    """[BATCH] An empty or null list, and an empty or null answer, count as success of the whole batch."""
    assert first_undone(answer, ["10", "20", "30"], reports=True) == 3


@pytest.mark.parametrize(
    "named",
    [
        [{"itemIdentifier": ""}],
        [{"itemIdentifier": None}],
        [{"itemidentifier": "20"}],
        [{"sequenceNumber": "20"}],
        [{"itemIdentifier": "40"}],
        [{"itemIdentifier": "20"}, {"itemIdentifier": "40"}],
        ["20"],
        {"itemIdentifier": "20"},
        "20",
    ],
)
def test_an_identifier_that_names_no_record_of_the_batch_fails_all_of_it(named: object) -> None:
    """[BATCH] An empty, null or wrongly keyed identifier counts as failure of the whole batch."""
    assert first_undone({"batchItemFailures": named}, ["10", "20", "30"], reports=True) == 0


@pytest.mark.parametrize("answer", ["done", 7, [], {"batchItemFailures": [], "at": timedelta()}])
def test_an_answer_that_is_no_object_or_no_json_fails_all_of_it(answer: object) -> None:
    """[BATCH] Only a well-formed answer can make a batch a success. (What is not JSON fails the function itself.)"""
    assert first_undone(answer, ["10", "20"], reports=True) == 0


def test_the_lowest_number_reported_is_the_checkpoint() -> None:
    """[BATCH] Of several failures the lowest sequence number counts, and all from there on comes again."""
    answer = {"batchItemFailures": [{"itemIdentifier": "30"}, {"itemIdentifier": "20"}]}
    assert first_undone(answer, ["10", "20", "30"], reports=True) == 1


def test_without_the_setting_a_report_is_ignored() -> None:
    """[BATCH] A partial answer is not looked at unless ReportBatchItemFailures is on."""
    answer = {"batchItemFailures": [{"itemIdentifier": "10"}]}
    assert first_undone(answer, ["10", "20"], reports=False) == 2


@pytest.mark.parametrize("index", range(5))
def test_only_the_records_from_the_failed_one_on_come_again(index: int) -> None:
    """[BATCH] What lies before the checkpoint is done; with bisecting on, the batch is cut at the number returned."""
    names = ["0", "1", "2", "3", "4"]
    function = Function(names[index])
    bench = Bench(function, ANY._replace(bisects=True, retries=2))
    bench.write(*names)
    bench.poller.step()
    function.poison.clear()
    bench.drain()
    later = [name for batch in function.batches[1:] for name in batch]
    assert function.batches[0] == names
    assert later == names[index:]


# ---- Errors, retries, bisecting -------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [RuntimeError("no"), KilledError()])
def test_an_exception_and_a_timeout_fail_the_whole_batch(error: BaseException) -> None:
    """[BATCH] Everything but a complete success is a failure and is tried again. [ERRORS] A timeout is one too."""
    calls: list[int] = []

    def handler(event: dict[str, Any]) -> None:
        calls.append(len(event["Records"]))
        if len(calls) == 1:
            raise error

    bench = Bench(handler)
    bench.write("1", "2", "3")
    assert bench.drain() == 2
    assert calls == [3, 3]
    assert bench.one.errors == [error]


def test_an_assertion_of_a_test_is_not_taken_for_a_failing_function() -> None:
    def handler(_: object) -> None:
        raise AssertionError("this test has failed")

    bench = Bench(handler)
    bench.write("1")
    with pytest.raises(AssertionError, match="this test has failed"):
        bench.poller.step()


def test_an_answer_lost_on_the_way_repeats_what_was_done() -> None:
    """[BATCH] Partial answers lessen retries of what succeeded, they do not rule them out."""
    function = Function()
    bench = Bench(function, choices=Script([1]))
    bench.write("1", "2")
    bench.poller.step([Turn.ANSWERED, Turn.LOST])
    bench.poller.step()
    assert function.batches == [["1", "2"], ["1", "2"]]
    assert bench.poller.step() is None


def test_a_batch_is_tried_once_and_then_as_often_again_as_the_mapping_says() -> None:
    """[ERRORS] After an error Lambda tries again up to MaximumRetryAttempts, then discards and goes on."""
    function = Raising("1")
    bench = Bench(function, ANY._replace(retries=3, batch_size=1))
    bench.write("1", "2")
    bench.drain()
    assert function.batches == [["1"]] * 4 + [["2"]]
    (discard,) = bench.poller.discards
    assert (discard.condition, discard.invocations) == ("RetryAttemptsExhausted", 4)


def test_by_default_a_poison_record_blocks_its_shard_for_a_day() -> None:
    """[ERRORS] With the defaults a bad record can block its shard for up to one day."""
    function = Raising("poison")
    bench = Bench(function)
    bench.write("poison")
    bench.clock.move(hours=1)
    bench.write("healthy", pk="CONTACT#b")
    for _ in range(22):
        bench.poller.step()
        bench.clock.move(hours=1)
    assert ["healthy"] not in function.batches
    bench.clock.move(hours=1)
    bench.drain()
    assert function.batches[-1] == ["healthy"]
    assert bench.poller.discards == []
    assert [record.sk for record in bench.one.trimmed] == ["poison"]


def test_bisecting_halves_a_failed_batch_and_uses_up_no_retry() -> None:
    """[ERRORS] A failed batch is split in two to isolate the bad record; splitting does not count as a retry."""
    function = Raising("c")
    bench = Bench(function, ANY._replace(bisects=True, retries=1))
    bench.write(*"abcd")
    bench.drain()
    assert ["".join(batch) for batch in function.batches] == ["abcd", "ab", "cd", "c", "c", "d"]
    assert [record.sk for discard in bench.poller.discards for record in discard.records] == ["c"]


def test_an_error_bisects_whether_or_not_failures_are_reported() -> None:
    """[BATCH] A failed invocation is bisected regardless of ReportBatchItemFailures."""
    for reports in (True, False):
        function = Raising("b")
        bench = Bench(function, ANY._replace(bisects=True, retries=0, reports_failures=reports))
        bench.write(*"ab")
        bench.drain()
        assert ["".join(batch) for batch in function.batches] == ["ab", "a", "b"]


def test_without_bisecting_the_innocent_are_discarded_with_the_poison() -> None:
    """[ERRORS] What is discarded is the batch that failed, as it stands."""
    bench = Bench(Function("b"), ANY._replace(retries=2))
    bench.write(*"abcd")
    bench.drain()
    assert [record.sk for discard in bench.poller.discards for record in discard.records] == ["b", "c", "d"]


def test_one_poison_record_among_ten_thousand_is_the_only_one_discarded() -> None:
    """[ERRORS] Retries, bisecting and a destination together keep one bad record from taking others with it."""
    function = Function("4711")
    bench = Bench(function, mapping_of("score")._replace(prefixes=("",)))
    for name in range(10_000):
        bench.stream.write(f"CONTACT#{name % 100}", str(name))
    bench.drain()
    delivered = {name for batch in function.batches for name in batch}
    assert len(delivered) == 10_000
    assert [record.sk for discard in bench.poller.discards for record in discard.records] == ["4711"]


def test_a_throttled_function_is_tried_until_the_records_are_too_old() -> None:
    """[ERRORS] If the function cannot be invoked at all, only age ends the tries, not their number."""
    function = Function()
    bench = Bench(function, ANY._replace(retries=1, max_age_seconds=3600))
    bench.write("1")
    for _ in range(10):
        bench.poller.step([Turn.THROTTLED])
    assert function.batches == []
    bench.clock.move(seconds=3601)
    assert bench.poller.step([Turn.THROTTLED]) is None
    (discard,) = bench.poller.discards
    assert (discard.condition, discard.invocations) == ("RecordAgeExceeded", 0)


# ---- Age, retention, destinations -----------------------------------------------------------------------------------


def test_a_record_past_the_mappings_age_is_discarded_undelivered() -> None:
    """[ERRORS] Records older than MaximumRecordAgeInSeconds are discarded and go to the destination."""
    function = Function()
    bench = Bench(function, ANY._replace(max_age_seconds=21_600, failures_to="s3"))
    bench.write("old")
    bench.clock.move(hours=6)
    bench.write("new")
    bench.clock.move(seconds=1)
    bench.drain()
    assert function.batches == [["new"]]
    (discard,) = bench.poller.discards
    assert [record.sk for record in discard.records] == ["old"]
    assert discard.condition == "RecordAgeExceeded"
    assert "responseContext" not in json.loads(discard.body)


def test_a_record_is_still_delivered_at_the_age_itself() -> None:
    function = Function()
    bench = Bench(function, ANY._replace(max_age_seconds=21_600))
    bench.write("too old")
    bench.clock.move(seconds=1)
    bench.write("just right")
    bench.clock.move(hours=6)
    bench.drain()
    assert function.batches == [["just right"]]


def test_after_a_day_a_record_is_gone_and_leaves_nothing_behind() -> None:
    """[STREAMS] A stream keeps records for 24 hours; what is older may be trimmed at any moment."""
    function = Function()
    bench = Bench(function, ANY._replace(max_age_seconds=21_600, failures_to="s3"))
    bench.one.is_enabled = False
    bench.write("lost")
    bench.clock.move(hours=16)
    bench.write("discarded")
    bench.clock.move(hours=8)
    bench.write("delivered")
    bench.one.is_enabled = True
    bench.drain()
    assert [record.sk for record in bench.one.trimmed] == ["lost"]
    assert [record.sk for discard in bench.poller.discards for record in discard.records] == ["discarded"]
    assert function.batches == [["delivered"]]


@pytest.mark.parametrize(("destination", "has_records"), [("sqs", False), ("sns", False), ("s3", True)])
def test_only_a_bucket_gets_the_records_themselves(destination: str, has_records: bool) -> None:
    """[ERRORS] The destination gets metadata of the failed invocation; for S3 the whole invocation record too."""
    bench = Bench(Raising("1"), ANY._replace(retries=0, failures_to=destination))
    (record,) = bench.write("1")
    bench.drain()
    (discard,) = bench.poller.discards
    told = json.loads(discard.body)
    where = told["DDBStreamBatchInfo"]
    assert told["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert (where["startSequenceNumber"], where["endSequenceNumber"]) == (str(record.number),) * 2
    assert where["shardId"] == bench.stream.shards[0].id
    assert ("payload" in told) is has_records
    if has_records:
        assert json.loads(told["payload"]) == {"Records": [record.as_event()]}


def test_the_key_in_the_bucket_has_mapping_shard_and_day() -> None:
    """[ERRORS] The object is named aws/lambda/mapping/shard/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-random."""
    bench = Bench(Raising("1"), ANY._replace(retries=0, failures_to="s3"))
    bench.write("1")
    bench.drain()
    parts = bench.poller.discards[0].key.split("/")
    assert parts[:2] + parts[3:7] == ["aws", "lambda", bench.stream.shards[0].id, "2026", "03", "02"]
    assert parts[7].startswith("2026-03-02T09.00.00-")


def test_the_numbers_in_a_message_are_of_no_use_after_a_day() -> None:
    """[STREAMS] Reading what is past the 24 hours ends in TrimmedDataAccessException."""
    bench = Bench(Raising("1"), ANY._replace(retries=0, failures_to="sqs"))
    written = bench.write("1")
    bench.drain()
    where = json.loads(bench.poller.discards[0].body)["DDBStreamBatchInfo"]
    numbers = where["shardId"], where["startSequenceNumber"], where["endSequenceNumber"]
    bench.clock.move(hours=1)
    assert bench.stream.between(*numbers) == written
    bench.clock.move(hours=24)
    with pytest.raises(ClientError, match="TrimmedDataAccessException"):
        bench.stream.between(*numbers)


# ---- Batches, filters, positions ------------------------------------------------------------------------------------


def test_a_batch_is_at_most_the_batch_size_and_may_be_less() -> None:
    """[PROCESS] Batch size is a maximum: Lambda may hand over as few as one record."""
    plain, early = Function(), Function()
    for function, choices in ((plain, Plain()), (early, Script([2]))):
        bench = Bench(function, ANY._replace(batch_size=3), choices)
        bench.write("1", "2", "3", "4")
        bench.drain()
    assert [len(batch) for batch in plain.batches] == [3, 1]
    assert [len(batch) for batch in early.batches] == [1, 3]


def test_a_window_waits_for_a_full_batch_or_its_own_end() -> None:
    """[PROCESS] With a batching window Lambda waits until the batch is full or the window has passed."""
    bench = Bench(Function(), ANY._replace(batch_size=2, window_seconds=10))
    bench.write("1")
    assert bench.poller.step() is None
    bench.clock.move(seconds=10)
    assert bench.drain() == 1
    bench.write("2", "3")
    assert bench.drain() == 1


def test_what_the_filter_does_not_let_through_never_wakes_the_function() -> None:
    """[FILTER] A record that does not match is not sent; the mapping goes past it."""
    function = Function()
    bench = Bench(function, ANY._replace(prefixes=("EVENT#",)))
    bench.stream.write("CONTACT#a", "EVENT#1")
    bench.stream.write("CONTACT#a", "EVENT#1", "MODIFY")
    bench.stream.write("CONTACT#a", "STANDING")
    bench.stream.write("CONTACT#a", "EVENT#1", "REMOVE")
    bench.drain()
    assert function.batches == [["EVENT#1"]]
    assert bench.one.is_idle


def test_trim_horizon_begins_with_what_is_there_and_latest_with_what_comes() -> None:
    """[PARAMS] StartingPosition is TRIM_HORIZON, the oldest record kept, or LATEST."""
    bench = Bench(Function())
    bench.write("before")
    both = {name: Function() for name in ("TRIM_HORIZON", "LATEST")}
    for name, function in both.items():
        bench.poller.attach(name, function, ANY._replace(starts_at=name))
    bench.write("after")
    bench.drain()
    assert both["TRIM_HORIZON"].batches == [["before", "after"]]
    assert both["LATEST"].batches == [["after"]]


def test_a_record_looks_as_lambda_hands_it_over() -> None:
    """[STREAMS] With KEYS_ONLY a record holds the keys and no image."""
    example = event_file("score-facts")["Records"][0]
    keys = example["dynamodb"]["Keys"]
    record = Record(111, keys["pk"]["S"], keys["sk"]["S"], "INSERT", Clock().at).as_event()
    assert shape(record) == shape(example)


def shape(value: Any) -> Any:
    return {name: shape(each) for name, each in value.items()} if isinstance(value, dict) else type(value)


def test_the_mappings_are_those_of_the_template() -> None:
    score, notify = mapping_of("score"), mapping_of("notify")
    assert (score.batch_size, notify.batch_size) == (50, 3)
    for each in (score, notify):
        assert (each.retries, each.max_age_seconds, each.starts_at) == (10, 21_600, "TRIM_HORIZON")
        assert (each.reports_failures, each.bisects, each.lanes, each.failures_to) == (True, True, 1, "s3")


# ---- Duplicates and losses ------------------------------------------------------------------------------------------


def test_any_batch_may_be_delivered_again_whatever_its_age() -> None:
    """[PROCESS] Lambda delivers each record at least once, so a function must bear repeats."""
    function = Function()
    bench = Bench(function, choices=Script([1]))
    bench.write("1")
    bench.drain()
    bench.write("2")
    bench.drain()
    bench.clock.move(hours=25)
    bench.poller.redeliver()
    assert function.batches == [["1"], ["2"], ["1"]]
    assert bench.poller.step() is None
    assert sum(bench.one.deliveries.values()) == 3


def test_there_is_nothing_to_repeat_before_the_first_batch() -> None:
    assert Bench(Function()).poller.redeliver() is None


def test_a_silent_stream_loses_what_is_written_meanwhile() -> None:
    function = Function()
    bench = Bench(function)
    bench.stream.silent = True
    bench.write("lost")
    bench.stream.silent = False
    bench.write("kept")
    bench.drain()
    assert function.batches == [["kept"]]


def test_all_that_waits_may_be_lost_at_once() -> None:
    bench = Bench(Raising("1"))
    bench.write("1", "2")
    bench.poller.step()
    bench.poller.lose()
    assert bench.poller.step() is None
    assert bench.one.is_idle


# ---- Shards, lanes, order -------------------------------------------------------------------------------------------


def test_a_failing_shard_holds_up_itself_and_no_other() -> None:
    """[PROCESS] A batch that fails pauses its shard until it succeeds or is given up; other shards go on."""
    function = Raising("bad")
    bench = Bench(function, shards=2, choices=Seeded(1))
    mine = next(f"CONTACT#{n}" for n in range(99) if shard_of(bench.stream, f"CONTACT#{n}") == 0)
    other = next(f"CONTACT#{n}" for n in range(99) if shard_of(bench.stream, f"CONTACT#{n}") == 1)
    bench.write("bad", pk=mine)
    for _ in range(20):
        bench.poller.step()
    bench.write("behind", pk=mine)
    bench.write("beside", pk=other)
    for _ in range(20):
        bench.poller.step()
    seen = [name for batch in function.batches for name in batch]
    assert "beside" in seen
    assert "behind" not in seen


def shard_of(stream: Stream, pk: str) -> int:
    probe = Stream(Clock(), shards=len(stream.shards))
    probe.write(pk, "")
    return next(at for at, shard in enumerate(probe.shards) if shard.records)


def test_a_batch_holds_records_of_one_shard_only() -> None:
    """[PROCESS] An invocation gets records of one shard."""
    bench = Bench(Function(), shards=4)
    for name in range(50):
        bench.stream.write(f"CONTACT#{name}", str(name))
    for delivery in bench.poller.drain():
        shard = next(shard for shard in bench.stream.shards if shard.id == delivery.shard_id)
        assert set(delivery.records) <= set(shard.records)


@pytest.mark.parametrize("children", [1, 2])
def test_children_are_read_only_after_their_parent_is_done(children: int) -> None:
    """[STREAMS] A parent shard has to be processed before its children, or order is lost; it may have just one."""
    function = Raising("1")
    bench = Bench(function)
    bench.write("1")
    bench.stream.split(bench.stream.shards[0], children)
    bench.write("2")
    for _ in range(5):
        bench.poller.step()
    assert ["2"] not in function.batches
    function.poison.clear()
    bench.drain()
    assert function.batches[-2:] == [["1"], ["2"]]


def test_grandchildren_wait_for_the_whole_line() -> None:
    function = Raising("1")
    bench = Bench(function)
    bench.write("1")
    (child,) = bench.stream.split(bench.stream.shards[0], 1)
    bench.stream.split(child, 2)
    bench.write("3")
    bench.poller.step()
    assert [lane.shard for lane in bench.one.ready()] == [bench.stream.shards[0]]


def test_a_shard_may_be_worked_in_several_batches_at_once() -> None:
    """[PARAMS] ParallelizationFactor is how many batches of one shard may be worked at the same time."""
    running, most = [0], [0]

    def handler(event: dict[str, Any]) -> None:
        running[0] += 1
        most[0] = max(most[0], running[0])
        bench.poller.step()
        running[0] -= 1

    bench = Bench(handler, ANY._replace(lanes=3, batch_size=1))
    bench.write(*map(str, range(40)))
    bench.drain()
    assert most == [3]
    assert set(bench.one.deliveries.values()) == {1}
    assert len(bench.one.deliveries) == 40


def test_with_one_lane_no_second_batch_starts_before_the_first_ends() -> None:
    """[PARAMS] ParallelizationFactor is 1 unless set."""

    def handler(event: dict[str, Any]) -> None:
        assert bench.poller.step() is None

    bench = Bench(handler, ANY._replace(batch_size=1))
    bench.write("1", "2")
    assert bench.drain() == 2


def test_lanes_keep_the_order_of_an_item_not_that_of_a_partition() -> None:
    """[PROCESS] For DynamoDB, unlike Kinesis, order in parallel batches is kept for partition and sort key together."""
    bench = Bench(Function(), Mapping(frozenset({"INSERT", "MODIFY"}), ("",), lanes=4, batch_size=1))
    for event in ("INSERT", "MODIFY"):
        for name in range(20):
            bench.stream.write("CONTACT#a", str(name), event)
    lanes: dict[str, set[int]] = defaultdict(set)
    for lane in bench.one.ready():
        for record in lane.waiting:
            lanes[record.sk].add(id(lane))
    assert all(len(each) == 1 for each in lanes.values())
    assert len(set.union(*lanes.values())) == 4


def test_items_of_one_partition_key_may_lie_in_several_shards() -> None:
    """[STREAMS] Order is promised for the changes of each item, no further."""
    stream = Stream(Clock(), shards=4, split_collections=True)
    for name in range(50):
        stream.write("CONTACT#a", str(name))
    assert all(shard.records for shard in stream.shards)


def test_a_drain_that_never_ends_says_so() -> None:
    bench = Bench(Raising("1"))
    bench.write("1")
    with pytest.raises(AssertionError, match="after 50 batches"):
        bench.drain(50)


# ---- Laws -----------------------------------------------------------------------------------------------------------


@settings(max_examples=100)
@given(data=st.data())
def test_nothing_is_lost_and_each_key_keeps_its_order(data: st.DataObject) -> None:
    """[STREAMS] and [PROCESS] together: every record comes at least once, or is in a discard; firsts are in order."""
    choices = Drawn(lambda most: data.draw(st.integers(0, most)))
    rules = ANY._replace(
        lanes=data.draw(st.integers(1, 3)),
        batch_size=data.draw(st.integers(1, 4)),
        bisects=data.draw(st.booleans()),
        retries=data.draw(st.integers(0, 2)),
    )
    poison = data.draw(st.sets(st.sampled_from([str(name) for name in range(8)])))
    function = Function(*poison)
    bench = Bench(function, rules, choices, shards=data.draw(st.integers(1, 3)))
    turns = data.draw(st.sampled_from([(Turn.ANSWERED, Turn.THROTTLED), tuple(Turn)]))
    written = play(bench, turns, data)
    bench.drain()
    seen = [record for batch in bench.one.delivered for record in batch]
    discarded = {record.number for discard in bench.poller.discards for record in discard.records}
    assert {record.number for record in written} == {record.number for record in seen}
    bad = {record.number for record in written if record.sk in poison}
    assert discarded >= bad
    assert discarded == bad or not rules.bisects or Turn.LOST in turns
    assert in_order(seen, written)


def play(bench: Bench, turns: Sequence[Turn], data: st.DataObject) -> list[Record]:
    written = []
    for name in range(data.draw(st.integers(1, 8))):
        if data.draw(st.booleans()):
            bench.stream.split(data.draw(st.sampled_from(bench.stream.open_shards())), data.draw(st.integers(1, 2)))
        written.append(bench.stream.write(data.draw(st.sampled_from(["a", "b", "c"])), str(name % 4)))
        if data.draw(st.booleans()):
            bench.poller.step(turns)
    return written


def in_order(seen: Sequence[Record], written: Sequence[Record]) -> bool:
    """Whether the first deliveries of each item follow its writes."""
    firsts: dict[tuple[str, str], list[int]] = defaultdict(list)
    for record in seen:
        numbers = firsts[record.pk, record.sk]
        if record.number not in numbers:
            numbers.append(record.number)
    return all(numbers == sorted(numbers) for numbers in firsts.values())


def test_the_poller_itself_takes_no_time_worth_speaking_of() -> None:
    """The search behind the proofs steps it millions of times. The bound is ten times what it takes."""
    bench = Bench(lambda _: None, ANY._replace(batch_size=5), Seeded(7), shards=4)
    began = time.process_time()
    for name in range(5_000):
        bench.stream.write(f"CONTACT#{name % 50}", str(name))
        bench.poller.step()
    assert time.process_time() - began < 5

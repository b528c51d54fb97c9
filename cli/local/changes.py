"""Follows the table's stream: which items were written since the run started."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from cli.stack import Stack
from leadbell.errors import LeadbellError

POLL_SECONDS = 0.15


@dataclass(frozen=True)
class Change:
    """One written item: its key and whether it is new."""

    pk: str
    sk: str
    is_new: bool


class Follower(threading.Thread):
    """Hands the changes to `on_changes` as they come; an empty list at each quiet look shows that time passes."""

    def __init__(self, stack: Stack, table_name: str, on_changes: Callable[[Sequence[Change]], None]) -> None:
        super().__init__(name="changes", daemon=True)
        self._streams = stack.client("dynamodbstreams", retries={"total_max_attempts": 1}, read_timeout=5)
        self._on_changes = on_changes
        self._ended = threading.Event()
        table = stack.client("dynamodb").describe_table(TableName=table_name)["Table"]
        self._stream = table["LatestStreamArn"]
        # Taken now and not in the thread: nothing that is sent after the run is ready may be missed.
        self._places = self._newest_places()

    def run(self) -> None:
        while not self._ended.wait(POLL_SECONDS):
            try:
                self._on_changes(self._read())
            except (BotoCoreError, ClientError, LeadbellError):
                # The main thread watches the emulator and says what is wrong; until then we just try again.
                time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        self._ended.set()
        if self.is_alive():
            self.join(timeout=6)

    def _newest_places(self) -> dict[str, str]:
        shards = self._streams.describe_stream(StreamArn=self._stream)["StreamDescription"]["Shards"]
        return {shard["ShardId"]: self._newest_place(shard["ShardId"]) for shard in shards}

    def _newest_place(self, shard: str) -> str:
        answer = self._streams.get_shard_iterator(StreamArn=self._stream, ShardId=shard, ShardIteratorType="LATEST")
        return str(answer["ShardIterator"])

    def _read(self) -> list[Change]:
        changes: list[Change] = []
        for shard, place in self._places.items():
            answer = self._streams.get_records(ShardIterator=place)
            self._places[shard] = answer["NextShardIterator"]
            changes += [_change(record) for record in answer["Records"] if record["eventName"] != "REMOVE"]
        return changes


def _change(record: dict[str, Any]) -> Change:
    keys = record["dynamodb"]["Keys"]
    return Change(keys["pk"]["S"], keys["sk"]["S"], record["eventName"] == "INSERT")

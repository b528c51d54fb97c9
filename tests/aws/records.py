"""A table's stream: records in shards, kept for a day, keys only.

What AWS promises of it, and no more: each record stands once in the stream, in its shard's order; records of one item
are in the order of its changes; a shard may be followed by one child or by two; after 24 hours a record is gone.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zlib import crc32

from tests.aws.chance import Clock
from tests.aws.fates import refusal

STREAM_ARN = "arn:aws:dynamodb:eu-north-1:123456789012:table/leadbell-Table/stream/2026-03-01T00:00:00.000"
KEPT = timedelta(hours=24)
_HASHES = 1 << 32


@dataclass(frozen=True, slots=True)
class Record:
    """One change of one item."""

    number: int
    pk: str
    sk: str
    event: str
    at: datetime

    def as_event(self) -> dict[str, Any]:
        """The record as Lambda hands it to a function."""
        keys = {"pk": {"S": self.pk}, "sk": {"S": self.sk}}
        return {
            "eventID": f"{self.number:032x}",
            "eventName": self.event,
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": "eu-north-1",
            "dynamodb": {
                "ApproximateCreationDateTime": int(self.at.timestamp()),
                "Keys": keys,
                "SequenceNumber": str(self.number),
                "SizeBytes": len(json.dumps(keys)),
                "StreamViewType": "KEYS_ONLY",
            },
            "eventSourceARN": STREAM_ARN,
        }


@dataclass(eq=False, slots=True)
class Shard:
    """Holds the records of the keys whose hash lies from `low` up to `high`; closed once it has children."""

    id: str
    low: int
    high: int
    parent: "Shard | None" = None
    is_open: bool = True
    records: list[Record] = field(default_factory=list)


class Stream:
    """Records as the table's changes leave them.

    A partition key keeps to one shard, unless `split_collections`: without a local index DynamoDB may spread the items
    of one partition key, and then only the changes of a single item keep their order.
    """

    def __init__(self, clock: Clock, *, shards: int = 1, split_collections: bool = False) -> None:
        self._clock = clock
        self._split_collections = split_collections
        self._last = 111_000_000_000_000_000_000_000
        self.silent = False
        edges = [_HASHES * at // shards for at in range(shards + 1)]
        self.shards: list[Shard] = []
        for low, high in pairwise(edges):
            self._open(low, high, None)

    def write(self, pk: str, sk: str, event: str = "INSERT") -> Record:
        """A change made now. While the stream is `silent` its record is lost."""
        self._last += 100
        record = Record(self._last, pk, sk, event, self._clock())
        if not self.silent:
            self._shard_of(record).records.append(record)
        return record

    def split(self, shard: Shard, children: int = 2) -> list[Shard]:
        """Closes the shard; its keys go on in one child, or in two that share them."""
        shard.is_open = False
        edges = [shard.low + (shard.high - shard.low) * at // children for at in range(children + 1)]
        return [self._open(low, high, shard) for low, high in pairwise(edges)]

    def open_shards(self) -> list[Shard]:
        return [shard for shard in self.shards if shard.is_open]

    def between(self, shard_id: str, first: str, last: str) -> list[Record]:
        """What the stream still has for a failure message that names only numbers; raises after 24 hours."""
        shard = next(shard for shard in self.shards if shard.id == shard_id)
        found = [record for record in shard.records if int(first) <= record.number <= int(last)]
        if any(self._clock() - record.at >= KEPT for record in found):
            raise refusal("GetShardIterator", "TrimmedDataAccessException", "The data is trimmed: past 24 hours")
        return found

    def _open(self, low: int, high: int, parent: Shard | None) -> Shard:
        shard = Shard(f"shardId-{len(self.shards) + 1:020d}-{low:08x}", low, high, parent)
        self.shards.append(shard)
        return shard

    def _shard_of(self, record: Record) -> Shard:
        at = crc32(f"{record.pk}|{record.sk}".encode() if self._split_collections else record.pk.encode())
        return next(shard for shard in self.shards if shard.is_open and shard.low <= at < shard.high)

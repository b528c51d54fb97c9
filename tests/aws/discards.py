"""What Lambda leaves at a failure destination when it gives up on a batch."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tests.aws.records import STREAM_ARN, Record

RETRIES = "RetryAttemptsExhausted"
AGE = "RecordAgeExceeded"


@dataclass(frozen=True)
class Discard:
    """A batch given up. `body` is the message in the queue or topic, or the object under `key` in the bucket."""

    consumer: str
    shard_id: str
    records: tuple[Record, ...]
    condition: str
    invocations: int
    at: datetime
    destination: str

    @property
    def key(self) -> str:
        mapping = uuid5(NAMESPACE_URL, self.consumer)
        unique = uuid5(mapping, f"{self.records[0].number}|{self.at.isoformat()}")
        return f"aws/lambda/{mapping}/{self.shard_id}/{self.at:%Y/%m/%d}/{self.at:%Y-%m-%dT%H.%M.%S}-{unique}"

    @property
    def body(self) -> str:
        """The records themselves only for a bucket; a queue and a topic get numbers that go stale within a day."""
        told: dict[str, Any] = {
            "requestContext": {
                "requestId": str(uuid5(NAMESPACE_URL, self.key)),
                "functionArn": f"arn:aws:lambda:eu-north-1:123456789012:function:leadbell-{self.consumer}",
                "condition": self.condition,
                "approximateInvokeCount": self.invocations,
            },
            "version": "1.0",
            "timestamp": self.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "DDBStreamBatchInfo": _where(self.shard_id, self.records),
        }
        if self.invocations:
            told["responseContext"] = {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}
        if self.destination == "s3":
            told["payload"] = json.dumps({"Records": [record.as_event() for record in self.records]})
        return json.dumps(told)


def _where(shard_id: str, records: Sequence[Record]) -> dict[str, Any]:
    first, last = records[0], records[-1]
    return {
        "shardId": shard_id,
        "startSequenceNumber": str(first.number),
        "endSequenceNumber": str(last.number),
        "approximateArrivalOfFirstRecord": first.at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "approximateArrivalOfLastRecord": last.at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "batchSize": len(records),
        "streamArn": STREAM_ARN,
    }

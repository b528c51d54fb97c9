"""A private bucket without versions: what is deleted is gone, and what is not there is deleted without a word."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.aws.chance import Choices, Clock
from tests.aws.client import Answer, Client

_PAGE = 2  # S3 gives a thousand at a time; so few show whether somebody reads on


@dataclass(frozen=True, slots=True)
class Kept:
    """An object as it lies in the bucket."""

    body: bytes
    stored_at: datetime


class Bucket(Client):
    """Where the client of boto3 is expected. `kept` holds what is there, by key."""

    service = "s3"

    def __init__(self, clock: Clock, choices: Choices) -> None:
        super().__init__(clock, choices)
        self.kept: dict[str, Kept] = {}

    def put_object(self, **params: Any) -> Answer:
        return self.call("PutObject", params, self._put)

    def delete_object(self, **params: Any) -> Answer:
        return self.call("DeleteObject", params, self._delete)

    def list_objects_v2(self, **params: Any) -> Answer:
        return self.call("ListObjectsV2", params, self._list)

    def generate_presigned_url(self, method: str, *, Params: Answer, ExpiresIn: int) -> str:
        return f"https://{Params['Bucket']}.s3.example.com/{Params['Key']}?{method}&X-Amz-Expires={ExpiresIn}"

    def _put(self, Key: str, Body: bytes, **_: Any) -> Answer:
        self.kept[Key] = Kept(Body, self.clock().replace(microsecond=0))
        return {}

    def _delete(self, Key: str, **_: Any) -> Answer:
        self.kept.pop(Key, None)
        return {}

    def _list(self, Prefix: str, ContinuationToken: str = "", **_: Any) -> Answer:
        keys = sorted(key for key in self.kept if key.startswith(Prefix) and key > ContinuationToken)
        page = [
            {"Key": key, "Size": len(self.kept[key].body), "LastModified": self.kept[key].stored_at} for key in keys
        ]
        more = len(keys) > _PAGE
        told: Answer = {"Contents": page[:_PAGE], "IsTruncated": more}
        return told | ({"NextContinuationToken": keys[_PAGE - 1]} if more else {})

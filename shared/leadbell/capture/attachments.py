"""Visitors' files in the private bucket: `attachments/<contact id>/<event id>/<n>`.

A key holds nothing that a visitor wrote: the name of a file is stored in its fact. The bucket keeps no versions, so a
deleted file is gone. Files of a quarantined submission are under `held/` until it is released or expires.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from leadbell.errors import Unavailable
from leadbell.events import Value
from leadbell.web.bodies import Upload

if TYPE_CHECKING:
    from leadbell.capture.file_types import Enclosure, Listed

# What is shown, and where it leads.
Links = tuple[tuple[str, str], ...]

KEPT_FOLDER = "attachments"
HELD_FOLDER = "held"
LINK_SECONDS = 600

# Somebody waits, and the fact has still to be stored within the 20 seconds that a door runs: the last file is begun by
# then and takes at most as long as two tries do.
BEGUN_WITHIN_SECONDS = 4.0


def bucket_config() -> Config:
    """For the client of this bucket: it gives up within seconds, and signs links for the bucket's own host."""
    tries = {"total_max_attempts": 2, "mode": "standard"}
    style = {"addressing_style": "virtual"}
    return Config(connect_timeout=1, read_timeout=2, retries=tries, signature_version="s3v4", s3=style)


@dataclass(frozen=True, slots=True)
class Stored:
    """A file as the bucket has it."""

    key: str
    size: int
    stored_at: datetime

    @property
    def event_id(self) -> str:
        """The fact that it came with."""
        return self.key.split("/")[2]


@dataclass(frozen=True, slots=True)
class Attachments:
    """Puts the files of a submission into the bucket before its fact is stored.

    `client` makes the S3 client at the first file: most submissions have none, and a door starts quicker without.
    `trouble` is called for each file that could not be stored; the message is accepted all the same.
    """

    client: Callable[[], Any]
    bucket: str
    trouble: Callable[[str], None]
    seconds: Callable[[], float] = monotonic

    def enclose(self, contact_id: str, event_id: str, files: Sequence[Upload], is_held: bool) -> dict[str, Value]:
        """Stores the files that are kept and gives what the fact says of them all; never raises for a file.

        The keys follow from the fact's id, so who sends the same again writes the same again. If the fact is never
        stored, its files lie there unnamed until they expire.
        """
        from leadbell.capture.file_types import sort_out  # most submissions bring no file

        sorted_out = sort_out(files)
        place = f"{HELD_FOLDER if is_held else KEPT_FOLDER}/{contact_id}/{event_id}"
        return sorted_out.fields(frozenset(self._store(place, sorted_out.kept)))

    def _store(self, place: str, kept: "Sequence[Enclosure]") -> Iterator[int]:
        """Stores one after the other until one fails, and gives the numbers of those that are in the bucket."""
        last_begin = self.seconds() + BEGUN_WITHIN_SECONDS
        for file in kept:
            if self.seconds() > last_begin:
                self.trouble("the bucket of attachments is too slow")
                return
            try:
                _put(self.client(), self.bucket, f"{place}/{file.number}", file)
            except Unavailable as error:
                self.trouble(str(error))
                return
            yield file.number


def links_to(s3: Any, bucket: str, contact_id: str, event_id: str, fields: Mapping[str, Value]) -> Links:
    """The files that a fact names, each with a link that holds for ten minutes, or an empty one where it is gone.

    The links save a file under its cleaned name and with the type that we found in it, whatever the object says.
    """
    from leadbell.capture.file_types import listed

    place = f"{KEPT_FOLDER}/{contact_id}/{event_id}/"
    try:
        there = {each.key for each in _under(s3, bucket, place)}
    except Unavailable:
        return tuple((f"{file.label}: not available right now; reload this page", "") for file in listed(fields))
    keys = {file: f"{place}{file.number}" for file in listed(fields)}
    return tuple(
        (file.label, _sign(s3, bucket, key, file)) if key in there else (f"{file.label}: no longer stored", "")
        for file, key in keys.items()
    )


def let_go(s3: Any, bucket: str, contact_id: str, event_id: str) -> None:
    """Moves the files of a submission that leaves quarantine to where its page looks; doing it again is safe."""
    for each in _under(s3, bucket, f"{HELD_FOLDER}/{contact_id}/{event_id}/"):
        source = {"Bucket": bucket, "Key": each.key}
        _call(s3.copy_object, Bucket=bucket, Key=each.key.replace(HELD_FOLDER, KEPT_FOLDER, 1), CopySource=source)
        _call(s3.delete_object, Bucket=bucket, Key=each.key)


def files_of(s3: Any, bucket: str, contact_id: str) -> list[Stored]:
    """All files of a contact, those in quarantine too; raises Unavailable where the bucket does not answer."""
    return [each for place in (KEPT_FOLDER, HELD_FOLDER) for each in _under(s3, bucket, f"{place}/{contact_id}/")]


def delete(s3: Any, bucket: str, files: Sequence[Stored]) -> None:
    """Deletes files for good; raises Unavailable: then it is to be run again."""
    for each in files:
        _call(s3.delete_object, Bucket=bucket, Key=each.key)


def _under(s3: Any, bucket: str, prefix: str) -> Iterator[Stored]:
    """What lies under a prefix, page by page."""
    request = {"Bucket": bucket, "Prefix": prefix}
    while True:
        answer = _call(s3.list_objects_v2, **request)
        for each in answer.get("Contents", ()):
            yield Stored(each["Key"], each["Size"], each["LastModified"])
        if not answer.get("IsTruncated"):
            return
        request["ContinuationToken"] = answer["NextContinuationToken"]


def _put(s3: Any, bucket: str, key: str, file: "Enclosure") -> None:
    about = {"ContentType": file.media_type, "ContentDisposition": "attachment"}
    _call(s3.put_object, Bucket=bucket, Key=key, Body=file.content, **about)


def _sign(s3: Any, bucket: str, key: str, file: "Listed") -> str:
    params = {
        "Bucket": bucket,
        "Key": key,
        "ResponseContentDisposition": file.disposition,
        "ResponseContentType": file.media_type,
    }
    return str(s3.generate_presigned_url("get_object", Params=params, ExpiresIn=LINK_SECONDS))


def _call(call: Any, **request: Any) -> Any:
    """One call to S3; its errors are translated here, once."""
    try:
        return call(**request)
    except ClientError as error:
        raise Unavailable(f"the bucket of attachments refuses: {error.response['Error']['Code']}") from error
    except BotoCoreError as error:
        raise Unavailable(f"the bucket of attachments cannot be reached: {type(error).__name__}") from error

"""The files that visitors attached to forms: listed, saved and deleted. A stack without their bucket has none."""

from collections.abc import Collection
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from cli.stack import Stack
from leadbell.capture.attachments import Stored, delete, files_of
from leadbell.table import stamp

LINK_SECONDS = 3600


class SentFiles:
    """The files of contacts in the stack's private bucket."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    @cached_property
    def bucket(self) -> str:
        """The bucket's name; empty where the stack has none."""
        return self._stack.outputs.get("AttachmentBucket", "")

    @cached_property
    def _s3(self) -> Any:
        return self._stack.client("s3", signature_version="s3v4")

    def listed(self, contact_id: str) -> list[dict[str, Any]]:
        """Each file with a download link that is valid for an hour."""
        return [
            {
                "key": each.key,
                "bytes": each.size,
                "stored_at": stamp(each.stored_at),
                "fact": each.event_id,
                "link": self._s3.generate_presigned_url(
                    "get_object", Params={"Bucket": self.bucket, "Key": each.key}, ExpiresIn=LINK_SECONDS
                ),
            }
            for each in self._of(contact_id)
        ]

    def save(self, contact_id: str, folder: Path) -> None:
        """Saves each under its key with `-` for `/`: no name that a visitor chose becomes a path here."""
        folder.mkdir(parents=True, exist_ok=True)
        for each in self._of(contact_id):
            body = self._s3.get_object(Bucket=self.bucket, Key=each.key)["Body"].read()
            (folder / each.key.replace("/", "-")).write_bytes(body)

    def delete(self, contact_id: str, until: datetime, spared: Collection[str]) -> int:
        """Deletes the contact's files stored until then, except those of the spared facts; returns how many."""
        gone = [each for each in self._of(contact_id) if each.stored_at <= until and each.event_id not in spared]
        delete(self._s3, self.bucket, gone)
        return len(gone)

    def _of(self, contact_id: str) -> list[Stored]:
        return files_of(self._s3, self.bucket, contact_id) if self.bucket else []

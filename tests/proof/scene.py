"""The deployed service for a proof: real handlers among the strict stand-ins, without pytest around them.

With a `sender` it is deployed with one: the newsletter asks for confirmation, and SES takes the mails to visitors.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from leadbell import table as table_module
from leadbell.errors import LeadbellError
from tests.aws.chance import Choices, Plain
from tests.aws.fates import KilledError
from tests.aws.s3 import Bucket
from tests.aws.ses import Ses
from tests.aws.sns import Sns
from tests.aws.sqs import Sqs
from tests.aws.world import World
from tests.integration.sam_template import functions
from tests.integration.service import FORM, Answer, Clock, Loaded, Service, load
from tests.proof.dynamodb import FastDynamo
from tests.proof.wire import Wire, Wired

RETRIED_AFTER = timedelta(seconds=2)
SENDER = "news@tidewell.example"
File = tuple[str, str, bytes]


class Scene(World):
    """A world in which every function's calls go over a wire of its own."""

    def __init__(self, service: Service, choices: Choices, patch: pytest.MonkeyPatch) -> None:
        super().__init__(service, choices, patch)
        self.bucket, self.ses = Bucket(self.clock, choices), Ses(self.clock, choices, SENDER)
        self.wires = {folder: Wire() for folder in service.apps}
        self.errors: list[BaseException] = []
        self.patch = patch
        for folder, wire in self.wires.items():
            self.rewire(folder, wire)

    def rewire[W: Wire](self, folder: str, wire: W) -> W:
        """Lets the function's calls go over another wire."""
        app = self.service.apps[folder]
        used, self.wires[folder] = _table_of(app), wire
        self.patch.setattr(used, "_client", Wired(table().twin(), "dynamodb", wire))
        if hasattr(app, "courier"):
            self.patch.setattr(app.courier, "_sns", Wired(self.sns, "sns", wire))
        if hasattr(app, "receipts"):
            self.patch.setattr(app.receipts, "_sqs", Wired(self.sqs, "sqs", wire))
        self._rewire_what_visitors_get(app, wire)
        return wire

    def _rewire_what_visitors_get(self, app: Any, wire: Wire) -> None:
        """The bucket of their files, and the mails to them."""
        if hasattr(app, "attachments"):
            s3 = Wired(self.bucket, "s3", wire)
            kept = replace(app.attachments, client=lambda: s3, seconds=lambda: self.clock().timestamp())
            self.patch.setattr(app, "reception", replace(app.reception, enclose=kept.enclose))
        ses = Wired(self.ses, "sesv2", wire)
        if hasattr(app, "post"):
            self.patch.setattr(app, "post", replace(app.post, ses=lambda: ses))
        if hasattr(app, "sweep"):
            self.patch.setattr(app, "sweep", replace(app.sweep, post=replace(app.sweep.post, ses=lambda: ses)))

    # ---- What people and AWS do, whatever goes wrong -----------------------------------------------------------------

    def post(self, path: str, fields: dict[str, str], **headers: str) -> Answer:
        """A browser posts a form."""
        return self._until_told(lambda: self.service.post(path, fields, **headers))

    def post_files(self, path: str, fields: dict[str, str], *files: File) -> Answer:
        """A browser posts a form with files: field, name, content."""
        body, kind = multipart(fields, files), "multipart/form-data; boundary=xyz"
        return self._until_told(lambda: self.service.post_body(path, body, kind))

    def press(self, link: str, **said: str) -> Answer:
        """Somebody presses a button on the page behind a link."""
        return self._until_told(lambda: self.service.post_body(urlsplit(link).path, urlencode(said).encode(), FORM))

    def _until_told(self, act: Callable[[], Answer]) -> Answer:
        """It is sent again until it is told that it went well."""
        for _ in range(5):
            try:
                answer = act()
            except KilledError:
                answer = None
            if answer is not None and answer.status < 400:
                return answer
            assert answer is None or answer.status == 503, answer
            self.move(seconds=RETRIED_AFTER.total_seconds())
        raise AssertionError("five posts and no answer")

    def drain(self, limit: int = 200) -> None:
        """The stream runs dry; an invocation takes a second."""
        for _ in range(limit):
            if self.step() is None:
                return
            self.move(seconds=1)
        raise AssertionError(f"still something to deliver after {limit} batches")

    def sweep(self) -> None:
        """One run of the schedule; what it raises is gone, and the next minute runs anew."""
        try:
            self.service.sweep()
        except (LeadbellError, KilledError) as error:
            self.errors.append(error)
        self.read()

    def pass_time(self, minutes: float) -> None:
        """Stream and schedule run, each minute in which there is work."""
        end = self.clock() + timedelta(minutes=minutes)
        while self.clock() < end:
            self.drain()
            self.sweep()
            self.clock.at = max(self.clock(), min(end, self._next_work()))
        self.drain()


def multipart(fields: dict[str, str], files: Sequence[File]) -> bytes:
    """The body of a form with files; its boundary is `xyz`."""
    parts = [f'name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    parts += [f'name="{name}"; filename="{filename}"\r\n\r\n'.encode() + body for name, filename, body in files]
    begin = b"--xyz\r\nContent-Disposition: form-data; "
    return b"".join(begin + part + b"\r\n" for part in parts) + b"--xyz--\r\n"


def _table_of(app: Any) -> Any:
    if hasattr(app, "table"):
        return app.table
    return app.contacts.table if hasattr(app, "contacts") else app.outbox._table


@cache
def table() -> FastDynamo:
    return FastDynamo()


@cache
def loaded(sender: str = "") -> dict[str, Loaded]:
    """The functions, imported once for all scenes."""
    return {folder: load(folder, table(), SENDER_EMAIL=sender) for folder in functions()}


def _quiet(app: Any, patch: pytest.MonkeyPatch) -> None:
    """Logs and metrics go nowhere, as long as the patch holds."""
    patch.setattr(app.logger, "info", _nowhere)
    patch.setattr(app.logger, "warning", _nowhere)
    patch.setattr(app.logger, "error", _nowhere)
    if hasattr(app, "metrics"):
        patch.setattr(app.metrics, "add_metric", _nowhere)
        patch.setattr(app.metrics.provider, "flush_metrics", _nowhere)


def _nowhere(*_: object, **__: object) -> None:
    """What would go to the terminal."""


@contextmanager
def staged(clock: Clock, sender: str = "") -> Iterator[tuple[Service, pytest.MonkeyPatch]]:
    """An empty service by that clock, mails and receipts with the strict stand-ins; the patch is undone at the end."""
    patch, sqs = pytest.MonkeyPatch(), Sqs(clock, Plain())
    outside = {"dynamodb": table(), "sns": Sns(clock, Plain(), sqs), "sqs": sqs}
    patch.setenv("POWERTOOLS_METRICS_DISABLED", "true")
    patch.setattr(table_module, "time", SimpleNamespace(sleep=_nowhere))
    table().conflict()
    for each in loaded(sender).values():
        _quiet(each.app, patch)
        patch.setattr(each.app, "now", clock)
        if hasattr(each.app, "sleep"):
            patch.setattr(each.app, "sleep", clock.sleep)
        if hasattr(each.app, "courier"):
            patch.setattr(each.app.courier, "_readers", {})
        if hasattr(each.app, "refresher"):
            each.app.refresher.models.forget()
        if hasattr(each.app, "active_forms"):
            each.app.active_forms.forget()
    service = Service(loaded(sender), outside, clock)
    try:
        yield service, patch
    finally:
        service.faults.end()
        patch.undo()


@contextmanager
def scene(choices: Choices | None = None, sender: str = "") -> Iterator[Scene]:
    """An empty service on a Monday morning."""
    with staged(Clock(), sender) as (service, patch):
        yield Scene(service, choices or Plain(), patch)

"""The update itself: this checkout is deployed onto the running stack, while a visitor goes on posting."""

import threading
import urllib.error
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from cli.local.deploy import build, deploy
from cli.local.project import find_project
from cli.local.routes import api_url, complete_api
from cli.local.running import SENDER_EMAIL
from cli.local.sender import let_mails_out
from cli.stack import local_connection
from tests.e2e.visitor import submit

EVERY_SECONDS = 0.5


class Busy(threading.Thread):
    """Somebody else every half second; remembers who was thanked and who was not."""

    def __init__(self, api_url: str) -> None:
        super().__init__(name="busy", daemon=True)
        self.thanked: list[str] = []
        self.refused: list[str] = []
        self._api_url = api_url
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(EVERY_SECONDS):
            who = f"visitor-{len(self.thanked) + len(self.refused)}@during.example"
            try:
                submit(self._api_url, "/forms/contact", email=who, message="Do your valves work with sea water, too?")
            except (urllib.error.URLError, TimeoutError) as error:
                self.refused.append(f"{who}: {error}")
            else:
                self.thanked.append(who)

    @contextmanager
    def posting(self) -> Iterator[None]:
        self.start()
        yield
        self._ended.set()
        self.join()


def update_in_place(local: Mapping[str, str], logs: Path) -> None:
    """`sam build` and `sam deploy` of this checkout; parameters that were set stay as they are."""
    project = find_project()
    stack = local_connection(local["stack_name"], local["endpoint_url"], local["region"])
    port = urlsplit(local["api_url"]).port
    assert port is not None
    fingerprint = build(project, logs, lambda _: None)
    deploy(project, logs, stack, fingerprint, {"PublicUrl": api_url(stack, port)}, lambda _: None)
    complete_api(stack)
    let_mails_out(stack, SENDER_EMAIL)

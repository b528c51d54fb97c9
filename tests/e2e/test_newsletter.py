"""Double opt-in, through the deployed service and the mail it sends."""

import re
import time
from collections.abc import Callable
from urllib.parse import urljoin

from cli.local.running import Running
from cli.service import Service
from leadbell.contacts.items import partition
from leadbell.table import Item
from tests.e2e.test_whole_loop import address, explained, submit_for_json
from tests.e2e.visitor import links_in, look, press

PATIENCE_SECONDS = 30


def until(found: Callable[[], bool]) -> bool:
    """Whether it comes true in good time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not found() and time.monotonic() < deadline:
        time.sleep(0.2)
    return found()


def mailed(running: Running, who: str) -> list[str]:
    """The links that somebody was mailed."""
    return [link for mail in running.inbox.mails if mail.to == who for link in links_in(mail.body)]


def kept(service: Service, who: str) -> list[Item]:
    return list(service.table.query(partition(service.contact_id(who)), ""))


def test_a_signup_counts_once_its_owner_presses_the_button_and_until_they_leave(running: Running) -> None:
    reader, service = address(), Service(running.stack)
    answer = submit_for_json(running.addresses.api_url, "/newsletter", {"email": reader})
    assert answer["status"] == "confirmation_sent"
    assert until(lambda: len(mailed(running, reader)) == 1)
    (link,) = mailed(running, reader)
    assert link.startswith(f"{running.addresses.api_url}/confirm/")

    assert until(lambda: not any("due_pk" in item for item in kept(service, reader) if item["sk"] != "STANDING"))
    before = kept(service, reader)
    for _ in range(3):
        assert "<button>Subscribe</button>" in look(link)
    assert kept(service, reader) == before
    assert [item["type"] for item in before if "type" in item] == ["newsletter.requested"]

    page = press(link, do="confirm")
    assert "You are subscribed" in page
    assert until(lambda: explained(running, reader)["stage"] == "subscriber")

    (choices,) = re.findall(r'href="([^"]*preferences/[^"]+)"', page)
    assert "You are subscribed to our newsletter." in look(urljoin(link, choices))
    assert "You are not subscribed to our newsletter." in press(urljoin(link, choices), do="leave")
    assert "You have unsubscribed" in press(link, do="confirm")
    assert len(mailed(running, reader)) == 1

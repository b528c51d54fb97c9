"""The deployed service with a sender for mails to visitors, and a strict SES that takes them."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from functools import cache
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest

from leadbell import table as table_module
from leadbell.table import Item, moment
from tests.aws.chance import Choices, Plain
from tests.aws.fates import KilledError
from tests.aws.ses import Sent, Ses
from tests.aws.sns import Sns
from tests.aws.sqs import Sqs
from tests.integration.sam_template import functions
from tests.integration.service import ENVIRONMENT, FORM, Answer, Clock, Loaded, Service, http_event, load, scan
from tests.proof.dynamodb import FastDynamo
from tests.proof.scene import _quiet
from tests.proof.wire import Wire, Wired

MINUTE = timedelta(minutes=1)
SENDER = "news@tidewell.example"


class Mailing:
    """A service, its SES, and what a visitor does with a mail."""

    def __init__(self, service: Service, ses: Ses, patch: pytest.MonkeyPatch) -> None:
        self.service, self.ses, self.clock, self.patch = service, ses, service.clock, patch
        self.wire = Wire()
        notify, sweep = service.apps["notify"], service.apps["sweep"]
        patch.setattr(notify, "post", replace(notify.post, ses=lambda: ses))
        patch.setattr(sweep, "sweep", replace(sweep.sweep, post=replace(sweep.post, ses=lambda: ses)))

    def fail(self, plan: dict[int, Any]) -> None:
        """From now on the n-th call that `notify` makes for a mail fails as the plan says."""
        notify = self.service.apps["notify"]
        self.patch.setattr(notify.table, "_client", Wired(table().twin(), "dynamodb", self.wire))
        ses = Wired(self.ses, "sesv2", self.wire)
        self.patch.setattr(notify, "post", replace(notify.post, ses=lambda: ses))
        self.wire.start(plan)

    def pump(self) -> None:
        """The stream runs dry; an invocation that is killed is delivered again."""
        for _ in range(4):
            with suppress(KilledError):
                self.service.stream.read()
                for folder in ("score", "notify"):
                    self._deliver(folder)

    def _deliver(self, folder: str) -> None:
        queue = self.service.stream.queues[folder]
        while queue:
            record = queue[0]
            if self.service.deliver(folder, [record]):
                return
            queue.remove(record)
        self.service.stream.read()

    def later(self, minutes: int) -> None:
        """The schedule; minutes in which nothing is due are passed over."""
        end = self.clock() + timedelta(minutes=minutes)
        while self.clock() < end:
            due = [moment(item["due_at"]) for item in scan(self.service.client, "due_pk", "due_at") if "due_pk" in item]
            late = max(min(due, default=end) - self.clock(), timedelta())
            self.clock.at = min(end, self.clock() + max(late // MINUTE * MINUTE, MINUTE))
            with suppress(KilledError):
                self.service.sweep()
            self.pump()

    def sign_up(self, email: str, **fields: str) -> Answer:
        return self.service.post("/newsletter", {"email": email, **fields})

    def mails(self, who: str = "") -> list[Item]:
        """The mails to visitors in the table."""
        return self.service.items(who, "MAIL#")

    # ---- A mail's reader -------------------------------------------------------------------------------------------

    def open(self, link: str, method: str = "GET", **headers: str) -> Answer:
        path = urlsplit(link).path
        return self._ask(http_event(method, path, headers={"accept": "text/html", **headers}))

    def press(self, link: str, body: str = "", content_type: str = FORM, **headers: str) -> Answer:
        given = {"content-type": content_type, "accept": "text/html", **headers}
        self.clock.move(seconds=1)
        return self._ask(http_event("POST", urlsplit(link).path, body.encode(), given))

    def _ask(self, event: Any) -> Answer:
        folder = "downloads" if event["rawPath"].startswith("/d/") else "consent"
        answer = self.service.invoke(folder, event)
        return Answer(answer["statusCode"], answer["headers"], answer["body"])

    def stored(self) -> list[Item]:
        """Every item of the table, whatever it is."""
        return sorted(scan(self.service.client), key=lambda item: (item["pk"], item["sk"]))


class Found(HTMLParser):
    """The links and forms of a page; `by_itself` are the forms that need no person to be sent."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[dict[str, str]] = []
        self.scripts = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.scripts += tag == "script" or any(name.startswith("on") for name in told)
        self.scripts += tag == "meta" and told.get("http-equiv", "").lower() == "refresh"
        for name in ("href", "src", "action", "formaction"):
            if told.get(name):
                self.links.append(told[name])
        if tag == "form":
            self.forms.append({})
        if tag == "input" and self.forms:
            self.forms[-1][told.get("name", "")] = told.get("value", "")


def scan_like_a_gateway(here: Mailing, mail: Sent) -> tuple[int, list[Found]]:
    """Opens every link in the mail, its headers and the pages behind them, and sends the forms that send themselves.

    Gives how many requests it made, and the pages.
    """
    to_open = [*mail.links, mail.headers["List-Unsubscribe"].strip("<>")]
    seen: set[str] = set()
    requests, pages = 0, []
    while to_open:
        link = to_open.pop()
        if link in seen or not link.startswith(ENVIRONMENT["PUBLIC_URL"]):
            continue
        seen.add(link)
        for method in ("HEAD", "GET", "GET"):
            answer = here.open(link, method, **{"user-agent": "MailScanner/1.0", "purpose": "prefetch"})
            requests += 1
        page = Found(answer.body)
        pages.append(page)
        if page.scripts:  # only a script could send a form without a person
            for form in page.forms:
                here.press(link, "&".join(f"{name}={value}" for name, value in form.items()))
                requests += 1
        to_open += [urljoin(link, found) for found in (*page.links, answer.location) if found]
    return requests, pages


@cache
def table() -> FastDynamo:
    return FastDynamo()


@cache
def loaded() -> dict[str, Loaded]:
    """The functions as they are deployed with a sender, imported once."""
    return {folder: load(folder, table(), SENDER_EMAIL=SENDER) for folder in functions()}


@contextmanager
def mailing(choices: Choices | None = None, *, is_sandbox: bool = False) -> Iterator[Mailing]:
    """An empty service on a Monday morning."""
    patch, clock = pytest.MonkeyPatch(), Clock()
    patch.setenv("POWERTOOLS_METRICS_DISABLED", "true")
    table().conflict()
    sqs = Sqs(clock, Plain())
    outside: dict[str, Any] = {"dynamodb": table(), "sns": Sns(clock, Plain(), sqs), "sqs": sqs}
    for folder, each in loaded().items():
        _quiet(each.app, patch)
        patch.setattr(each.app, "now", clock)
        if hasattr(each.app, "sleep"):
            patch.setattr(each.app, "sleep", clock.sleep)
        if hasattr(each.app, "courier"):
            patch.setattr(each.app.courier, "_sns", outside["sns"])
            patch.setattr(each.app.courier, "_readers", {})
        if hasattr(each.app, "receipts"):
            patch.setattr(each.app.receipts, "_sqs", sqs)
        if folder in ("score", "sweep"):
            each.app.refresher.models.forget()
        if hasattr(each.app, "active_forms"):
            each.app.active_forms.forget()
    patch.setattr(table_module, "time", SimpleNamespace(sleep=lambda _: None))
    try:
        service = Service(loaded(), outside, clock)
        outside["sns"].follow_confirmation(outside["sns"].inbox["sales@example.com"][-1])
        ses = Ses(clock, choices or Plain(), "tidewell.example", is_sandbox=is_sandbox)
        yield Mailing(service, ses, patch)
    finally:
        patch.undo()

"""What people did, and what was under way, when the update came."""

import json
import re
import urllib.error
import urllib.request
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin
from urllib.request import Request

from tests.e2e.visitor import DEMO_REQUEST, links_in, press, submit
from tests.upgrade.emulated import LONG_AGO, Emulated, Item, Key, until
from tests.upgrade.release import Release

# Everybody here; the words say what is special about each.
ALERTED, ASKED, READER, MEMBER, DOWNLOADER, CUSTOMER = (
    f"{name}@before.example" for name in ("alerted", "asked", "reader", "member", "downloader", "customer")
)
READER_AGAIN = "reader+again@before.example"
PENDING, PUBLISHED, CLAIMED, UNDECIDED = (
    f"{name}@alerts.example" for name in ("pending", "published", "claimed", "undecided")
)
BLOCKED, HALF_SENT, THANKED = (f"{name}@mails.example" for name in ("blocked", "half-sent", "thanked"))

SECRET = ("CONFIG#secret", "ACTIVE")
MADE_A_REQUEST = "made a request of this shop"
FORMS = """\
forms:
  contact: {label: Contact, means: question}
  demo: {label: Request a demo, means: request, asks: demo}
  quote: {label: Ask for a quote, means: request, asks: price, got_it: true}
downloads:
  guide: {key: guide.pdf, label: Guide, delivery: mail}
newsletter: {}
"""
LEAVE_LINK = """\
import importlib, json, sys
from datetime import datetime, timezone
_, module, salt, item, pk = sys.argv
if salt:
    keys = salt
else:
    from leadbell.keyed import Keyring
    from leadbell.secret import secret_of
    keys = Keyring(lambda: secret_of(json.loads(item)))
print(importlib.import_module(module).leave_token(keys, pk, datetime.now(timezone.utc)))
"""


@dataclass(frozen=True)
class Links:
    """Links in mails and pages that people have kept."""

    alert: str
    confirm: str
    preferences: str
    unsubscribe: str
    download: str


@dataclass(frozen=True)
class Left:
    """What the older revision leaves behind."""

    links: Links
    items: dict[Key, Item]
    explained: dict[str, Any]
    model: str
    forms: str


def ask_for_a_demo(api_url: str) -> None:
    """Always the same post: its key says so for days."""
    body = urlencode({"email": ALERTED, **DEMO_REQUEST}).encode()
    request = Request(f"{api_url}/forms/demo", body, {"Idempotency-Key": "a demo for one"})
    urllib.request.urlopen(request, timeout=60).close()


class Before:
    """The older revision at work."""

    def __init__(self, old: Release, stack: Emulated, folder: Path) -> None:
        self._old = old
        self._stack = stack
        self._folder = folder

    def live(self) -> Left:
        """Everything, in the order in which it happens."""
        self._publish()
        links = self._people()
        self._mails_under_way()
        self._fact_under_way()
        known = (ALERTED, ASKED, READER, MEMBER, DOWNLOADER, CUSTOMER, PENDING, PUBLISHED, CLAIMED, BLOCKED)
        explained = {who: self._old.told("explain", who) for who in known}
        model, forms = self._old.leadbell("model", "show"), self._old.leadbell("forms", "show")
        return Left(links, self._stack.items(), explained, model, forms)

    def _publish(self) -> None:
        model, forms = self._folder / "model.yaml", self._folder / "forms.yaml"
        changed = self._old.leadbell("model", "show").replace("label: made a request,", f"label: {MADE_A_REQUEST},")
        model.write_text(changed, encoding="utf-8")
        forms.write_text(FORMS, encoding="utf-8")
        self._old.leadbell("model", "publish", str(model), "--yes")
        self._old.leadbell("forms", "publish", str(forms), "--yes")
        # A function reads what is in force once a minute at most.
        assert until(lambda: self._is_there("/forms/quote"))

    def _is_there(self, path: str) -> bool:
        try:
            submit(self._stack.api_url, path)
        except urllib.error.HTTPError as error:
            return error.code != HTTPStatus.NOT_FOUND
        return True

    def _people(self) -> Links:
        ask_for_a_demo(self._stack.api_url)
        self._posts("/forms/contact", ASKED, name="Ask", message="Do your pumps work with sea water?")
        for who in (READER, MEMBER):
            self._posts("/newsletter", who)
        self._posts("/downloads/guide", DOWNLOADER)
        self._old.leadbell("stage", CUSTOMER, "customer")
        page = press(self._mailed(MEMBER, "/confirm/"), do="confirm")
        (choices,) = re.findall(r'href="([^"]*preferences/[^"]+)"', page)
        return Links(
            alert=self._mailed(ALERTED, "/alerts/"),
            confirm=self._mailed(READER, "/confirm/"),
            preferences=urljoin(f"{self._stack.api_url}/confirm/x", choices),
            unsubscribe=self._leave_link(MEMBER),
            download=self._mailed(DOWNLOADER, "/d/"),
        )

    def _posts(self, path: str, who: str, **says: str) -> None:
        submit(self._stack.api_url, path, email=who, **says)

    def _mailed(self, who: str, path: str) -> str:
        """The link in the one mail to them or about them."""

        def links() -> list[str]:
            return [link for mail in self._stack.mails(who) for link in links_in(mail["body"]) if path in link]

        (link,) = until(links)
        return link

    def _leave_link(self, who: str) -> str:
        """The one in the header of their mail, which the emulator does not keep: made by the code that wrote it."""
        ((pk, _), _), *_ = self._stack.mails_of(who)
        functions = self._stack.client("lambda").get_function_configuration(FunctionName=f"{self._stack.name}-notify")
        salt = functions["Environment"]["Variables"].get("CONTACT_SALT", "")  # of revisions that had no secret
        secret = json.dumps(self._stack.items().get(SECRET, {}))
        shared = self._old.root / "shared"
        (file,) = (each for each in shared.rglob("*.py") if "\ndef leave_token(" in each.read_text(encoding="utf-8"))
        module = ".".join(file.relative_to(shared).with_suffix("").parts)
        return f"{self._stack.api_url}/unsubscribe/{self._old.program(LEAVE_LINK, module, salt, secret, pk)}"

    def _mails_under_way(self) -> None:
        """SNS and SES refuse, no sweep runs; the function died over three of the mails, between claim and end."""
        self._stack.refuse("NotifyFunction", "sns:Publish", "ses:SendEmail")
        self._stack.refuse("SweepFunction", "dynamodb:Query")
        for who in (PENDING, PUBLISHED, CLAIMED):
            self._posts("/forms/demo", who, **DEMO_REQUEST)
        for who in (BLOCKED, HALF_SENT):
            self._posts("/newsletter", who)
        self._posts("/forms/quote", THANKED, **DEMO_REQUEST)
        tried = (PENDING, PUBLISHED, CLAIMED, BLOCKED, HALF_SENT, THANKED)
        assert until(lambda: all(self._tried(who) for who in tried))
        for who in (PUBLISHED, CLAIMED, HALF_SENT):
            self._claim(who)

    def _tried(self, who: str) -> bool:
        mails = [item for _, item in self._stack.mails_of(who)]
        return bool(mails) and all(item.get("attempts", 0) > 0 and item["state"] != "claimed" for item in mails)

    def _claim(self, who: str) -> None:
        """The function took the mail and died: before SNS had it, or after that and before it could note it."""
        ((key, item),) = self._stack.mails_of(who)
        self._stack.change(key, state="claimed", claimed_at=LONG_AGO, due_at=LONG_AGO)
        if who == PUBLISHED:
            name = f"{item['pk']}|{item['sk']}|{item['number']}"
            self._stack.client("sns").publish(
                TopicArn=self._stack.resource("DefaultInboxTopic"),
                Subject=item["subject"],
                Message=item["body"],
                MessageAttributes={"item": {"DataType": "String", "StringValue": name}},
            )

    def _fact_under_way(self) -> None:
        """A form post that is acknowledged and stored, and that score cannot read yet."""
        self._stack.refuse("ScoreFunction", "dynamodb:Query")
        self._posts("/forms/demo", UNDECIDED, **DEMO_REQUEST)

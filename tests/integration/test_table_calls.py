"""How often a door asks the table before it answers: at most five times, whatever is sent."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from leadbell.forms.config import PACKAGED, SpamSettings
from leadbell.outbox.links import LinkPurpose, guide_link, sign
from tests.aws.world import multipart
from tests.integration.service import ENVIRONMENT, EVA, KEYS, Service, limit_as_deployed

MOST = 5
KEY = "k-1"
# Counted by source and by address; then the claim decides the key, under which the text and then the fact are stored.
LIMITS = ("UpdateItem RATE", "UpdateItem RATE")
STORED = (*LIMITS, "PutItem CLAIM", "PutItem TEXT", "PutItem EVENT")
HELD = (*LIMITS, "PutItem CLAIM", "PutItem TEXT", "PutItem QUARANTINE")


@pytest.fixture
def doors(service: Service, monkeypatch: pytest.MonkeyPatch) -> Service:
    """The service with the limits that a stack has by default, and the forms in force already read."""
    for folder in ("forms", "newsletter", "downloads"):
        app = service.apps[folder]
        limit_as_deployed(app, monkeypatch)
        app.active_forms.active(service.clock())
    return service


def calls(service: Service, folder: str, act: Callable[[], object]) -> tuple[str, ...]:
    """What the function asks of the table: the operation, and the kind of item."""
    seen: list[str] = []

    def note(name: str, operation: str, params: Mapping[str, Any]) -> None:
        if name == "dynamodb":
            seen.append(f"{operation} {_kind(params)}")

    service.faults.watch(folder, note)
    act()
    return tuple(seen)


def _kind(params: Mapping[str, Any]) -> str:
    together = params.get("RequestItems", {}).get(ENVIRONMENT["TABLE_NAME"], {}).get("Keys", [{}])[0]
    key = params.get("Key") or params.get("Item") or together
    pk, sk = (str(key.get(name, {}).get("S", "")).partition("#")[0] for name in ("pk", "sk"))
    return pk if pk in ("QUARANTINE", "CONFIG") else sk


Send = Callable[[Service], object]
FORM, SIGNUP, GUIDE = "/forms/demo", "/newsletter", "/downloads/guide"


def form(path: str = FORM, said: Mapping[str, str] = EVA, key: str = "") -> Send:
    return lambda service: service.post(path, said, idempotency_key=key)


def as_json(service: Service) -> object:
    return service.post_body(FORM, json.dumps(EVA).encode(), "application/json")


def with_a_file(service: Service) -> object:
    body = multipart(EVA, [("f", "brief.pdf", b"%PDF-1.7 x")])
    return service.post_body(FORM, body, "multipart/form-data; boundary=xyz")


def to_hubspot(service: Service) -> object:
    said = {"fields": [{"name": name, "value": value} for name, value in EVA.items()]}
    return service.post_body("/submissions/v3/integration/submit/1/demo", json.dumps(said).encode(), "application/json")


def until_there_is_no_room(service: Service) -> None:
    """The address has used up its place."""
    for number in range(5):
        form(FORM, {**EVA, "message": f"Question {number}"}, "" if number else KEY)(service)


TRAPPED = {**EVA, "_gotcha": "x"}
# A kind of submission: to which function, what was sent before, what is sent, and what that asks of the table.
PATHS: dict[str, tuple[str, Send | None, Send, tuple[str, ...]]] = {
    "a form": ("forms", None, form(), STORED),
    "a form as JSON": ("forms", None, as_json, STORED),
    "a form with a file": ("forms", None, with_a_file, STORED),
    "a form with an Idempotency-Key": ("forms", None, form(key=KEY), STORED),
    "a form that names itself": ("forms", None, form("/submit", {**EVA, "access_key": "demo"}), STORED),
    "a form made for HubSpot": ("forms", None, to_hubspot, STORED),
    "the same within a minute": ("forms", form(), form(), STORED),
    "the same key again": ("forms", form(key=KEY), form(key=KEY), STORED),
    "the key with another body": ("forms", form(key=KEY), form(FORM, {**EVA, "message": "x"}, KEY), STORED[:3]),
    "a retry whose address has no room": (
        "forms",
        until_there_is_no_room,
        form(FORM, {**EVA, "message": "Question 0"}, KEY),
        (*LIMITS, "GetItem CLAIM", "PutItem TEXT", "PutItem EVENT"),
    ),
    "something new whose address has no room": (
        "forms",
        until_there_is_no_room,
        form(FORM, {**EVA, "message": "Question 9"}),
        (*LIMITS, "GetItem CLAIM"),
    ),
    "a machine's": ("forms", None, form(FORM, TRAPPED), HELD),
    "a machine's again": ("forms", form(FORM, TRAPPED), form(FORM, TRAPPED), HELD),
    "a form without an address": ("forms", None, form(FORM, {"name": "Eva"}), LIMITS[:1]),
    "a form that nobody knows": ("forms", None, form("/forms/none"), ()),
    "a signup": ("newsletter", None, form(SIGNUP), STORED),
    "a signup with an Idempotency-Key": ("newsletter", None, form(SIGNUP, key=KEY), STORED),
    "a signup again": ("newsletter", form(SIGNUP), form(SIGNUP), STORED),
    "a machine's signup": ("newsletter", None, form(SIGNUP, TRAPPED), HELD),
    "a download": ("downloads", None, form(GUIDE), STORED),
    "a download with an Idempotency-Key": ("downloads", None, form(GUIDE, key=KEY), STORED),
    "a download again": ("downloads", form(GUIDE), form(GUIDE), STORED),
    "a machine's download": ("downloads", None, form(GUIDE, TRAPPED), HELD),
    "a page of thanks": ("forms", None, lambda service: service.get("/thanks?for=demo"), ()),
    "a stamp": ("forms", None, lambda service: service.get("/stamp?for=forms/demo"), ()),
}


@pytest.mark.parametrize("name", PATHS)
def test_a_door_asks_the_table_at_most_five_times(doors: Service, name: str) -> None:
    folder, before, act, expected = PATHS[name]
    if before is not None:
        before(doors)
    assert calls(doors, folder, lambda: act(doors)) == expected
    assert len(expected) <= MOST


@pytest.mark.parametrize(("folder", "path"), [("forms", FORM), ("newsletter", SIGNUP), ("downloads", GUIDE)])
def test_once_in_half_a_minute_it_reads_the_forms_and_the_secret_too_in_one_call(
    doors: Service, folder: str, path: str
) -> None:
    doors.clock.move(seconds=30)
    read = ("BatchGetItem CONFIG",)
    assert sorted(calls(doors, folder, lambda: doors.post(path, EVA))) == sorted((*read, *STORED))


def test_days_later_a_key_still_finds_its_fact_in_five(doors: Service) -> None:
    form(key=KEY)(doors)
    doors.clock.move(days=4)
    doors.apps["forms"].active_forms.active(doors.clock())
    assert calls(doors, "forms", lambda: form(key=KEY)(doors)) == STORED


def test_only_where_two_rare_things_meet_it_is_six(doors: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fact whose first attempt ended after the claim, retried days later; and a challenge that nobody can check."""
    doors.faults.refuse("forms", "PutItem", times=1, when=lambda sent: sent["Item"]["sk"]["S"].startswith("TEXT"))
    form(key=KEY)(doors)
    doors.clock.move(days=4)
    app = doors.apps["forms"]
    app.active_forms.active(doors.clock())
    assert calls(doors, "forms", lambda: form(key=KEY)(doors)) == (*STORED, "PutItem EVENT")
    wary = replace(PACKAGED.forms["demo"], spam=SpamSettings(turnstile=True))
    monkeypatch.setattr(type(app.active_forms), "active", lambda *_: replace(PACKAGED, forms={"demo": wary}))
    said = {**EVA, "message": "Hello", "cf-turnstile-response": "token"}
    expected = (*LIMITS, "UpdateItem RATE", *STORED[2:])
    assert calls(doors, "forms", lambda: doors.post(FORM, said)) == expected


def test_only_where_the_text_stood_without_its_fact_for_days_it_is_seven(doors: Service) -> None:
    """The text is then put once more, so that it ends with the fact that came days after it."""
    doors.faults.refuse("forms", "PutItem", times=1, when=lambda sent: sent["Item"]["sk"]["S"].startswith("EVENT"))
    form(key=KEY)(doors)
    doors.clock.move(days=4)
    doors.apps["forms"].active_forms.active(doors.clock())
    assert calls(doors, "forms", lambda: form(key=KEY)(doors)) == (*STORED, "PutItem EVENT", "PutItem TEXT")


def test_the_pages_behind_links_ask_what_they_show_and_no_more(doors: Service) -> None:
    doors.post(FORM, EVA)
    doors.pump()
    (mail,) = doors.mails()
    who, until = doors.id_of(EVA["email"]), doors.clock() + timedelta(days=1)
    guide = guide_link(KEYS, "", who, "guide", doors.clock())
    leave = f"/unsubscribe/{sign(KEYS, LinkPurpose.UNSUBSCRIBE, who, until)}"
    page = mail.body.split()[-1].removeprefix(ENVIRONMENT["PUBLIC_URL"])
    # Once in half a minute each reads the secret; downloads has read it with the forms.
    assert calls(doors, "sales", lambda: doors.get(page)) == ("GetItem CONFIG", "GetItem ALERT", "GetItem TEXT")
    assert calls(doors, "sales", lambda: doors.get(page)) == ("GetItem ALERT", "GetItem TEXT")
    assert calls(doors, "downloads", lambda: doors.get(guide, user_agent="Mozilla/5.0 Firefox/140.0")) == ()
    assert calls(doors, "consent", lambda: doors.get(leave)) == ("GetItem CONFIG",)
    assert calls(doors, "consent", lambda: doors.get(leave)) == ()
    left = ("GetItem STANDING", "Query ", "GetItem SUPPRESSED", "PutItem SUPPRESSED", "PutItem EVENT")
    assert calls(doors, "consent", lambda: doors.post(leave, {})) == left

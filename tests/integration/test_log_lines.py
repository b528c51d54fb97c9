"""Each call of a function writes one line into its log: what called it, what came of it, ids and counts; no person."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from leadbell.forms.config import PACKAGED
from leadbell.forms.published import PublishedForms
from leadbell.outbox.links import LinkPurpose, guide_link, sign
from tests.aws.on_moto import mailing
from tests.aws.world import World
from tests.integration.log_lines import Line, LogLines
from tests.integration.sam_template import functions
from tests.integration.service import ENVIRONMENT, FORM, KEYS, Service, http_event, limit_as_deployed

JSON = "application/json"
# What a visitor types, names or sends along. None of it may be found in a log.
SAID = {
    "name": "Canary Nameson",
    "email": "canary.mail@canary-domain.example",
    "phone": "+46 70 123 45 67",
    "company": "Canary Works",
    "message": "canary words",
    "canary-field": "canary value",
}
HEADERS = {"user-agent": "canary-agent", "referer": "https://canary.example/", "x-forwarded-for": "198.51.100.77"}
SECRET = ("canary", "701234567", "70 123 45 67", "198.51.100.7", "203.0.113")


@pytest.fixture
def lines(service: Service, monkeypatch: pytest.MonkeyPatch) -> Iterator[LogLines]:
    found = LogLines(service.apps.values(), monkeypatch)
    yield found
    assert words_of_the_visitor(found) == []


def words_of_the_visitor(lines: LogLines) -> list[str]:
    written = lines.text.lower()
    assert written
    return [word for word in SECRET if word in written]


def sent(
    path: str, fields: Mapping[str, str] | None = None, method: str = "POST", body: bytes = b"", **headers: str
) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = body or urlencode(fields or {}).encode()
    return http_event(method, path, body, {"accept": "text/html", "content-type": FORM, **HEADERS, **named})


def told(line: Line, *names: str) -> dict[str, Any]:
    """The level, the trigger, the status and these."""
    wanted = ("level", "message", "status", *names)
    return {name: line.get(name) for name in wanted}


# ---- Doors -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Call:
    """A request, and what its line says besides that which all lines say."""

    event: Any
    route: str
    status: int
    says: dict[str, Any] = field(default_factory=dict)


ADDRESS = {"email": SAID["email"]}
NO_EMAIL = {"name": SAID["name"], "canary-field": "canary value"}
MISSING = {"code": "INVALID_FIELDS", "problems": ["email: REQUIRED_FIELD_MISSING"]}
LOOK = {"code": "METHOD_NOT_ALLOWED"}
CALLS = {
    "a form": Call(sent("/forms/demo", SAID), "ANY /forms/{form_id}", 303, {"form": "demo", "repeat": False}),
    "a form as JSON": Call(
        sent("/forms/demo", body=json.dumps(SAID).encode(), content_type=JSON),
        "ANY /forms/{form_id}",
        200,
        {"form": "demo", "held": []},
    ),
    "a form that names itself": Call(sent("/submit", {**SAID, "access_key": "demo"}), "ANY /submit", 200),
    "a machine's": Call(
        sent("/f/demo", {**SAID, "_gotcha": "canary trap"}),
        "ANY /f/{form_id}",
        303,
        {"form": "demo", "held": ["a hidden field is filled in"]},
    ),
    "a form without an address": Call(
        sent("/forms/demo", NO_EMAIL), "ANY /forms/{form_id}", 422, {"form": "demo", **MISSING}
    ),
    "the same to a script": Call(
        sent("/forms/demo", NO_EMAIL, accept=JSON), "ANY /forms/{form_id}", 422, {"form": "demo", **MISSING}
    ),
    "a field that is no address": Call(
        sent("/forms/demo", {"your-email": "canary " * 900}),
        "ANY /forms/{form_id}",
        422,
        {"code": "INVALID_FIELDS", "problems": ["email: TYPE_EMAIL"]},
    ),
    "a form that nobody knows": Call(
        sent("/forms/canary", SAID), "ANY /forms/{form_id}", 404, {"code": "FORM_NOT_FOUND", "form": None}
    ),
    "no form at all": Call(sent("/forms/demo", method="GET"), "ANY /forms/{form_id}", 405, LOOK),
    "a body of no form": Call(
        sent("/forms/demo", body=b"{canary", content_type=JSON), "ANY /forms/{form_id}", 400, {"code": "MALFORMED"}
    ),
    "the question whether a script may": Call(
        sent("/forms/demo", method="OPTIONS"), "ANY /forms/{form_id}", 204, {"code": None}
    ),
    "thanks": Call(sent("/thanks?for=canary", method="GET"), "GET /thanks", 200),
    "a stamp": Call(sent("/stamp?for=forms/demo", method="GET"), "GET /stamp", 200),
    "a stamp for no form": Call(sent("/stamp?for=canary", method="GET"), "GET /stamp", 404),
    "a signup": Call(sent("/newsletter", SAID), "ANY /newsletter", 303, {"repeat": False}),
    "a signup without an address": Call(sent("/newsletter", NO_EMAIL), "ANY /newsletter", 422, MISSING),
    "a look at the signup": Call(sent("/newsletter", method="GET"), "ANY /newsletter", 405, LOOK),
    "a download": Call(sent("/downloads/guide", SAID), "ANY /downloads/{asset_id}", 303, {"asset": "guide"}),
    "a download without an address": Call(
        sent("/downloads/guide", NO_EMAIL), "ANY /downloads/{asset_id}", 422, {"asset": "guide", **MISSING}
    ),
    "a download that nobody knows": Call(
        sent("/downloads/canary", SAID), "ANY /downloads/{asset_id}", 404, {"code": "ASSET_NOT_FOUND"}
    ),
    "a link to a guide that is none": Call(
        sent("/d/canary", method="GET"), "GET /d/{token}", 404, {"code": "LINK_NOT_VALID"}
    ),
    "a link to confirm that is none": Call(sent("/confirm/canary", method="GET"), "GET /confirm/{token}", 404),
    "a button of no link": Call(sent("/unsubscribe/canary"), "POST /unsubscribe/{token}", 404),
    "a page of no link": Call(sent("/preferences/canary", method="GET"), "GET /preferences/{token}", 404),
    "an alert of no link": Call(sent("/alerts/canary", method="GET"), "GET /alerts/{token}", 404),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_request_is_one_line(service: Service, lines: LogLines, call: Call) -> None:
    line = lines.one(lambda: service.send(call.event))
    assert told(line, *call.says) == {"level": "INFO", "message": call.route, "status": call.status, **call.says}
    assert line["request"] == call.event["requestContext"]["requestId"]
    if call.status in (200, 303) and call.event["requestContext"]["http"]["method"] == "POST":
        assert {"contact", "event"} < line.keys()


def test_a_repeat_is_known_by_the_id_of_its_fact(service: Service, lines: LogLines) -> None:
    first, again = (lines.one(lambda: service.send(sent("/forms/demo", SAID))) for _ in range(2))
    assert (first["repeat"], again["repeat"]) == (False, True)
    assert first["event"] == again["event"]


def test_too_many_are_one_line_each(service: Service, lines: LogLines, monkeypatch: pytest.MonkeyPatch) -> None:
    limit_as_deployed(service.apps["forms"], monkeypatch)
    *_, last = (lines.one(lambda: service.send(sent("/forms/demo", NO_EMAIL))) for _ in range(11))
    expected = {"level": "INFO", "message": "ANY /forms/{form_id}", "status": 429, "code": "TOO_MANY_REQUESTS"}
    assert told(last, "code") == expected


def test_a_closed_form_is_one_line(service: Service, lines: LogLines) -> None:
    closed = replace(PACKAGED.forms["demo"], state="closed")
    PublishedForms(service.table).publish(
        replace(PACKAGED, version="2", forms={"demo": closed}), 0, "ann", service.clock(), ""
    )
    line = lines.one(lambda: service.send(sent("/forms/demo", SAID)))
    assert (line["status"], line["code"]) == (410, "FORM_CLOSED")


@pytest.mark.parametrize(
    ("folder", "path", "method"),
    [
        ("forms", "/forms/demo", "POST"),
        ("newsletter", "/newsletter", "POST"),
        ("downloads", "/downloads/guide", "POST"),
    ],
)
def test_a_table_that_does_not_answer_is_one_error_that_says_so(
    service: Service, lines: LogLines, folder: str, path: str, method: str
) -> None:
    service.faults.refuse(folder, "PutItem", "ThrottlingException")
    line = lines.one(lambda: service.send(sent(path, SAID, method)))
    why = {"code": "UNAVAILABLE", "why": "the table refuses: ThrottlingException"}
    assert told(line, *why) == {"level": "ERROR", "message": line["message"], "status": 503, **why}


def test_a_file_that_is_lost_makes_an_error_of_the_line(service: Service, lines: LogLines) -> None:
    service.faults.refuse("forms", "PutObject", "SlowDown", status=503)
    parts = "".join(f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{SAID[name]}\r\n' for name in SAID)
    file = '--x\r\nContent-Disposition: form-data; name="f"; filename="canary.pdf"\r\n\r\n%PDF-1.7 canary\r\n--x--\r\n'
    event = sent("/forms/contact", body=(parts + file).encode(), content_type="multipart/form-data; boundary=x")
    line = lines.one(lambda: service.send(event))
    assert (line["level"], line["status"]) == ("ERROR", 303)
    assert line["file_not_stored"] == "the bucket of attachments refuses: SlowDown"


@pytest.mark.parametrize("folder", [each for each in functions() if each not in ("score", "notify", "sweep")])
def test_a_bug_is_one_error_that_names_its_kind(
    service: Service, lines: LogLines, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Any:
        raise ZeroDivisionError("canary")

    monkeypatch.setattr(service.apps[folder].app, "resolve", broken)

    def act() -> None:
        with pytest.raises(ZeroDivisionError):
            service.invoke(folder, sent("/forms/demo", SAID))

    expected = {"level": "ERROR", "message": "ANY /forms/{form_id}", "status": "failed", "error": "ZeroDivisionError"}
    assert told(lines.one(act), "error") == expected


# ---- Links in mails --------------------------------------------------------------------------------------------------


def test_following_a_link_to_a_guide(service: Service, lines: LogLines) -> None:
    service.post("/downloads/guide", SAID)
    service.pump()
    who = service.id_of(SAID["email"])
    path = urlsplit(guide_link(KEYS, ENVIRONMENT["PUBLIC_URL"], who, "guide", service.clock())).path
    by_hand = sent(path, method="GET", user_agent="Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
    opened = lines.one(lambda: service.send(by_hand))
    looked_at = lines.one(lambda: service.send(sent(path, method="HEAD")))
    assert told(opened, "contact", "asset", "machine") == {
        "level": "INFO", "message": "GET /d/{token}", "status": 303, "contact": who, "asset": "guide", "machine": None,
    }  # fmt: skip
    assert (looked_at["message"], looked_at["machine"]) == ("HEAD /d/{token}", "head")
    assert path.rpartition("/")[2] not in lines.text
    service.faults.refuse("downloads", "GetItem", "ThrottlingException")
    warned = lines.one(lambda: service.send(sent(path, method="HEAD")))
    assert (warned["level"], warned["status"]) == ("WARNING", 303)
    assert warned["not_noted"] == "the table refuses: ThrottlingException"


def test_the_page_of_an_alert(service: Service, lines: LogLines) -> None:
    service.post("/forms/demo", SAID)
    service.pump()
    (mail,) = service.mails()
    path = urlsplit(mail.body.split()[-1]).path
    line = lines.one(lambda: service.send(sent(path, method="GET")))
    assert told(line, "contact", "mail") == {
        "level": "INFO", "message": "GET /alerts/{token}", "status": 200,
        "contact": service.id_of(SAID["email"]), "mail": 1,
    }  # fmt: skip
    assert path.rpartition("/")[2] not in lines.text


@pytest.fixture
def here() -> Iterator[World]:
    with mailing() as opened:
        yield opened


def test_confirming_leaving_and_choosing(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    lines, who = LogLines(here.service.apps.values(), monkeypatch), here.service.id_of(SAID["email"])
    here.sign_up(SAID["email"])
    here.drain()
    confirm = here.ses.sent[-1].links[0]
    opened = lines.one(lambda: here.open(confirm))
    assert told(opened, "contact", "did") == {
        "level": "INFO", "message": "GET /confirm/{token}", "status": 200, "contact": who, "did": None,
    }  # fmt: skip
    pressed = lines.one(lambda: here.press(confirm))
    assert (pressed["contact"], pressed["did"], pressed["on_list"]) == (who, "confirm", True)
    here.drain()
    leave = here.ses.sent[-1].headers["List-Unsubscribe"].strip("<>")
    token = sign(KEYS, LinkPurpose.PREFERENCES, who, here.clock() + timedelta(days=1))
    choose = f"{ENVIRONMENT['PUBLIC_URL']}/preferences/{token}"
    for link, body, did in ((leave, "", "unsubscribe"), (choose, "do=object", "object")):
        opened = lines.one(partial(here.open, link))
        pressed = lines.one(partial(here.press, link, body))
        assert [(each["status"], each["contact"], each.get("did")) for each in (opened, pressed)] == [
            (200, who, None),
            (200, who, did),
        ]
    assert not [link for link in (confirm, leave, choose) if link.rpartition("/")[2] in lines.text]
    assert words_of_the_visitor(lines) == []


# ---- Stream and schedule ---------------------------------------------------------------------------------------------


def test_scoring_counts_its_contacts(service: Service, lines: LogLines) -> None:
    for number in range(3):
        service.post("/forms/demo", {**SAID, "email": f"canary{number}@canary-domain.example"})
    line = lines.one(lambda: service.run("score"))
    assert told(line, "done", "parked", "left") == {
        "level": "INFO", "message": "stream", "status": "done", "done": 3, "parked": 0, "left": 0,
    }  # fmt: skip


def test_scoring_without_a_table_is_a_warning_with_what_is_left(service: Service, lines: LogLines) -> None:
    service.post("/forms/demo", SAID)
    service.faults.refuse("score", "Query", "ThrottlingException")
    line = lines.one(lambda: service.run("score"))
    assert told(line, "done", "left") == {
        "level": "WARNING", "message": "stream", "status": "done", "done": 0, "left": 1,
    }  # fmt: skip


def test_sending_lists_its_mails(service: Service, lines: LogLines) -> None:
    topic = service.add_rep("anna", "SE")
    assert topic
    for number in range(2):
        service.post("/forms/demo", {**SAID, "email": f"canary{number}@canary-domain.example"})
    service.run("score")
    line = lines.one(lambda: service.run("notify"))
    assert told(line, "records") == {"level": "INFO", "message": "stream", "status": "done", "records": 2}
    assert [(each["number"], each["outcome"]) for each in line["mails"]] == [(1, "sent"), (2, "sent")]


def test_sending_to_a_visitor_names_nobody(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = LogLines(here.service.apps.values(), monkeypatch)
    here.sign_up(SAID["email"])
    here.service.run("score")
    line = lines.one(lambda: here.service.run("notify"))
    assert line["mails"] == [{"visitor": here.service.id_of(SAID["email"]), "outcome": "sent"}]
    assert words_of_the_visitor(lines) == []


def test_sending_without_a_table_is_a_warning(service: Service, lines: LogLines) -> None:
    service.post("/forms/demo", SAID)
    service.run("score")
    service.faults.refuse("notify", "GetItem", "ThrottlingException")
    line = lines.one(lambda: service.run("notify"))
    assert told(line, "left_for_redelivery") == {
        "level": "WARNING", "message": "stream", "status": "done",
        "left_for_redelivery": "the table refuses: ThrottlingException",
    }  # fmt: skip


def test_a_sweep_counts_what_it_did_and_holds_its_figures(service: Service, lines: LogLines) -> None:
    service.post("/forms/demo", SAID)
    service.stream.lose()
    service.clock.move(minutes=11)
    line = lines.one(service.sweep)
    assert told(line, "contacts", "unread_inboxes") == {
        "level": "WARNING", "message": "schedule", "status": "done", "contacts": 1, "unread_inboxes": [],
    }  # fmt: skip
    (metrics,) = line["_aws"]["CloudWatchMetrics"]
    assert (metrics["Namespace"], metrics["Dimensions"]) == ("Leadbell", [["service"]])
    assert {each["Name"] for each in metrics["Metrics"]} == {"Healed", "OldestDueSeconds", "NeedsAttention"}
    assert (line["service"], line["OldestDueSeconds"], line["NeedsAttention"]) == ("sweep", [60], [1])
    quiet = lines.one(service.sweep)
    assert (quiet["level"], quiet["OldestDueSeconds"], quiet["NeedsAttention"]) == ("INFO", [0], [0])


def test_a_sweep_that_cannot_look_at_the_inboxes_says_so_in_its_line(service: Service, lines: LogLines) -> None:
    service.faults.refuse("sweep", "ListSubscriptionsByTopic", "Throttled", status=429)
    line = lines.one(service.sweep)
    assert line["level"] == "WARNING"
    assert "inboxes_not_checked" in line
    assert "NeedsAttention" not in line


@pytest.mark.parametrize("folder", ["score", "notify", "sweep"])
def test_what_ends_in_an_error_is_one_line_too(
    service: Service, lines: LogLines, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Any:
        raise ZeroDivisionError("canary")

    service.post("/forms/demo", SAID)
    service.run("score") if folder == "notify" else None
    monkeypatch.setattr(service.apps[folder], "now", broken)

    def act() -> None:
        with pytest.raises(ZeroDivisionError):
            service.sweep() if folder == "sweep" else service.run(folder)

    line = lines.one(act)
    assert (line["level"], line["status"], line["error"]) == ("ERROR", "failed", "ZeroDivisionError")

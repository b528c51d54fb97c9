"""Each call that docs/reference/http-api.md shows is answered as it says, by the real functions."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pytest

from cli.openapi import OPERATIONS
from leadbell.forms.file import read_forms
from leadbell.forms.published import PublishedForms
from leadbell.outbox.links import choices_token, confirm_token, guide_link, leave_token
from tests.integration.sam_template import ROOT
from tests.integration.service import EVA, FORM, KEYS, Answer, Service, http_event

PAGE = (ROOT / "docs/reference/http-api.md").read_text(encoding="utf-8")


class Call(NamedTuple):
    """A call of the page: under which route it stands, what is typed, and what it is answered."""

    route: str
    typed: str
    status: int
    answer: dict[str, Any]


def calls() -> Iterator[Call]:
    for section in PAGE.split("\n### ")[1:]:
        for typed, status, told in re.findall(
            r"```sh\n(curl .*?)```\n\nAnswers (\d+)[.:](?:\n\n```json\n(.*?)```)?", section, re.DOTALL
        ):
            yield Call(section.partition("\n")[0].strip("`"), typed, int(status), json.loads(told or "{}"))


CALLS = list(calls())


@pytest.fixture
def known(service: Service) -> Mapping[str, str]:
    """The tokens of links, by the first word of their address: sales has an alert about Eva, who is on the list."""
    service.post("/newsletter", EVA)
    service.post("/forms/demo", EVA)
    service.pump()
    (alert,) = re.findall(r"/alerts/(\S+)", service.mails()[0].body)
    at, contact = service.clock(), service.id_of(EVA["email"])
    signup = next(fact for fact in service.facts() if fact["type"] == "newsletter.subscribed")
    return {
        "alerts": alert,
        "d": guide_link(KEYS, "", contact, "guide", at).rpartition("/")[2],
        "confirm": confirm_token(KEYS, contact, signup["sk"], at),
        "unsubscribe": leave_token(KEYS, signup["pk"], at),
        "preferences": choices_token(KEYS, contact, at),
    }


def sent(service: Service, typed: str, known: Mapping[str, str]) -> Answer:
    """What curl would send, to the function of its route."""
    words = shlex.split(typed)
    headers = {"accept": "*/*"}
    fields = [words[at + 1] for at, word in enumerate(words) if word == "-d"]
    for at, word in enumerate(words):
        if word == "-H":
            name, _, value = words[at + 1].partition(": ")
            headers[name.lower()] = value
    if fields:
        headers.setdefault("content-type", FORM)
    is_post = bool(fields) or words[1:3] == ["-X", "POST"]
    method = "POST" if is_post else "HEAD" if "--head" in words else "GET"
    path = words[-1].removeprefix("$API")
    if path.endswith("/TOKEN"):
        path = path.replace("TOKEN", known[path.split("/")[1]])
    return service.send(http_event(method, path, "&".join(fields).encode(), headers))


def test_each_route_has_its_section_and_a_call() -> None:
    assert list(dict.fromkeys(call.route for call in CALLS)) == re.findall(r"^### `(\w+ /.*)`$", PAGE, re.MULTILINE)
    assert {call.route for call in CALLS} == OPERATIONS.keys()


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.route} {call.status}")
def test_a_call_of_the_page_is_answered_as_it_says(service: Service, known: Mapping[str, str], call: Call) -> None:
    answer = sent(service, call.typed, known)
    assert answer.status == call.status
    if call.answer:
        found = answer.json
        assert list(found) == list(call.answer)
        for key in ("ok", "status", "success", "message", "inlineMessage"):
            assert found.get(key) == call.answer.get(key)


def test_a_call_is_to_the_route_that_it_stands_under() -> None:
    for call in CALLS:
        path = shlex.split(call.typed)[-1].removeprefix("$API").partition("?")[0]
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(call.route.partition(" ")[2]))
        assert re.fullmatch(pattern, path), call


def the_block(page: str, language: str) -> str:
    """The first block of this language on a page of the reference."""
    text = (ROOT / f"docs/reference/{page}.md").read_text(encoding="utf-8")
    return str(re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)[0])


def test_the_forms_file_shown_takes_submissions_and_its_refusal_is_the_one_shown(service: Service) -> None:
    config = read_forms(the_block("forms-file", "yaml"))
    PublishedForms(service.table).publish(config, 0, "ann", service.clock(), "")
    registered = {"email": EVA["email"], "team": "10-49", "seats": "2", "title": "Spring"}
    answer = service.post("/forms/webinar", registered, origin="https://www.example.com")
    assert (answer.status, answer.location) == (303, "https://www.example.com/webinar/thanks")
    (fact,) = service.facts()
    assert (fact["type"], fact["fields"]["employees"], fact["fields"]["x_title"]) == (
        "webinar.registered",
        10,
        "Spring",
    )

    refused = service.post("/forms/webinar", {**registered, "team": "7"}, accept="application/json")
    assert refused.status == 422
    shown = json.loads(the_block("errors", "json"))
    assert {**refused.json, "request_id": ""} == {**shown, "request_id": ""}

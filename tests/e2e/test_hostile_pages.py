"""What visitors type runs nowhere: 150 hostile texts in every field of our pages, in a real browser.

Two guards stand, the escaping and the policy, and each alone is shown to hold. A page with neither shows that the
browser would have told. The pages behind links in mails are played as their doors answer them, too: what somebody typed
when signing up stands in what is kept of them.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import batched
from typing import Any
from urllib.parse import urlencode

import pytest
from jinja2 import Environment
from selenium import webdriver

from leadbell.brand import Brand
from leadbell.capture.quarantine import held, release
from leadbell.errors import InvalidSubmission, LeadbellError, NotFound, Problem, TooManyRequests, Unavailable
from leadbell.outbox.links import LinkPurpose, sign
from leadbell.translations import catalogue
from leadbell.web import pages
from leadbell.web.pages import Button, Page, thanks
from leadbell.web.refusals import attempt_of
from leadbell.web.request import Request
from leadbell.web.responses import Doorway, html, refused
from leadbell.web.routes import Response
from tests.aws.on_moto import mailing
from tests.aws.world import World
from tests.hostile.xss import VECTORS, Served, Stage, stage
from tests.integration.service import ENVIRONMENT, KEYS, MONDAY, Answer

FIELDS = ("name", "email", "phone", "company", "message", "colour", "_redirect", "utm_source", "_t", "_language")
# The pages that hold most of what was typed; the others are played with every fourth text.
FULLEST = ("InvalidSubmission", "thanks", "choices")
ERRORS = ("This could not be sent", "Not possible right now", "Page not found", "Nothing to see here")
CHOICES = [text for key, text in catalogue("en")["choices"].items() if key.endswith("_title")]
TITLES = frozenset((*ERRORS, "Thank you", *CHOICES))
# What somebody who signs up may say, of themselves and of the page that they are on.
SIGNUP = (
    "name", "company", "message", "colour", "_page", "_referrer", "_form", "_anon",
    "_consent_text", "_consent_version", "_consent_text[newsletter]", "utm_source", "utm_campaign",
)  # fmt: skip
# A form with the others is refused, so nothing of it is kept.
TAKEN = [vector for vector in VECTORS if "\x00" not in vector]
EVERY_CHOICE = ("leave", "join", "object", "allow", "stop", "erase")


@pytest.fixture
def watched(browser: webdriver.Chrome) -> Iterator[Stage]:
    with stage(browser) as found:
        yield found


def request(vector: str) -> Request:
    """The vector as the value of every field, and as the name of one more."""
    pairs = [(name, vector) for name in FIELDS]
    body = urlencode([*pairs, (vector[:100], vector), ("twice", vector), ("twice", vector)], errors="replace").encode()
    headers = {"accept": "text/html", "accept-language": vector}
    return Request("application/x-www-form-urlencoded", body, headers, vector, host="a.example", path="/f/demo")


def errors(vector: str) -> list[LeadbellError]:
    problems = [Problem("TYPE_EMAIL", name, f"{name}: {vector}") for name in (*FIELDS, vector[:100])]
    return [InvalidSubmission(problems), TooManyRequests(60), Unavailable(vector), NotFound(vector)]


def answers(vector: str) -> Iterator[tuple[str, Response]]:
    for error in errors(vector):
        yield type(error).__name__, refused(attempt_of(request(vector)), error, Doorway(Brand(vector)))
    yield "thanks", html(thanks(vector, Brand(vector), accent=vector))
    yield "alert", html(Page("Thank you", (vector,), (vector,), vector, Brand(vector), small=(vector,)))
    yield "choices", html(full_of(vector))


def full_of(vector: str) -> Page:
    """A page with the vector in each place of what is behind a link in a mail."""
    offered = (Button(vector, vector, vector, vector), Button("do", vector, vector))
    return Page(
        "Your preferences",
        (vector,),
        brand=Brand(vector),
        buttons=offered,
        link="../preferences/a.b",
        link_says=vector,
        history_title=vector,
        history=(vector,),
    )


def served(vectors: Any, kinds: tuple[str, ...] = (), *, policy: bool = True) -> Iterator[Served]:
    for vector in vectors:
        for kind, answer in answers(vector):
            if not kinds or kind in kinds:
                yield page_of(f"{kind}: {vector!r}", answer, policy=policy)


def page_of(name: str, answer: Response | Answer, *, policy: bool = True) -> Served:
    body = answer.body or ""
    titles = set(re.findall(r"<title>([^<]*)</title>", body)) & TITLES
    assert len(titles) == 1, name
    headers = {name: str(value) for name, value in answer.headers.items()} if policy else {}
    return Served(name, body, headers, titles.pop())


@pytest.fixture
def unescaped(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages without their first guard."""
    source = pages._read("page.html")
    careless = Environment(autoescape=False, trim_blocks=True, lstrip_blocks=True).from_string(source)
    monkeypatch.setattr(pages, "_template", lambda: careless)


def test_there_are_at_least_150_of_them() -> None:
    assert len(VECTORS) == len(set(VECTORS)) >= 150


def test_nothing_that_is_typed_runs(watched: Stage) -> None:
    assert watched.ran(served(VECTORS, FULLEST)) == []
    assert watched.ran(served(VECTORS[::4])) == []


def test_the_escaping_alone_holds(watched: Stage) -> None:
    assert watched.ran(served(VECTORS[::2], FULLEST[:1], policy=False)) == []


def test_the_policy_alone_lets_nothing_run(watched: Stage, unescaped: None) -> None:
    # What leads elsewhere (a refresh, in a frame a link) is no script and no policy stops it: that is the escaping's
    # part.
    elsewhere = ("refresh", "hit", "href='data:")
    some = [vector for vector in VECTORS[::2] if not any(word in vector for word in elsewhere)]
    assert watched.ran(served(some, FULLEST[:1])) == []


def test_without_either_guard_the_browser_tells(watched: Stage, unescaped: None) -> None:
    ran = watched.ran(served(VECTORS, FULLEST[:1], policy=False))
    told = {vector for vector in VECTORS if any(name.endswith(f": {vector!r}") for name in ran)}
    print(f"{len(told)} of {len(VECTORS)} texts run in a page without guards")
    assert len(told) > 100
    assert len(watched.ran(served(VECTORS[::4], ("choices",), policy=False))) > 25


# ---- The pages behind links in mails ---------------------------------------------------------------------------------


def signed_up(here: World, number: int, texts: tuple[str, ...]) -> tuple[str, str]:
    """Somebody signs up with hostile texts in all fields; gives the links to confirm and to all their choices."""
    email = f"v{number}@acme.example"
    fields = {name: texts[at % len(texts)] for at, name in enumerate(SIGNUP)}
    fields |= {texts[0][:100]: texts[-1], "email": email, "_consent[newsletter]": "yes"}
    answer = here.service.post("/newsletter", fields, user_agent=texts[0], accept_language=texts[-1], referer=texts[1])
    assert answer.status == 303, answer.body
    for aside in held(here.service.table, here.clock().date()):
        release(here.service.contacts, aside, here.clock())
    here.drain()
    (kept,) = here.service.facts(email)
    assert set(texts) & {str(value) for value in kept["fields"].values()}
    token = sign(KEYS, LinkPurpose.PREFERENCES, here.service.id_of(email), MONDAY + timedelta(days=90))
    return here.ses.sent[-1].links[0], f"{ENVIRONMENT['PUBLIC_URL']}/preferences/{token}"


def behind_links(here: World, number: int, texts: tuple[str, ...]) -> Iterator[Answer]:
    """Every page in every state that somebody sees, with their hostile texts in what is kept of them."""
    confirm, choices = signed_up(here, number, texts)
    leave = here.ses.sent[-1].headers["List-Unsubscribe"].strip("<>")
    yield from (here.open(confirm), here.open(choices), here.press(confirm), here.open(leave), here.open(choices))
    for what in EVERY_CHOICE:
        yield here.press(choices, urlencode({"do": what}))
    yield from (here.press(leave), here.press(confirm), here.press(choices, urlencode({"do": texts[0]})))
    yield here.open(f"{confirm}{texts[0].replace('/', '').replace('?', '')}")
    here.clock.move(minutes=2)


def test_nothing_that_was_typed_at_a_signup_runs_behind_the_links_of_its_mail(watched: Stage) -> None:
    with mailing() as here:
        pages = [
            page_of(f"{number} {at}", answer)
            for number, texts in enumerate(batched(TAKEN, 12, strict=False))
            for at, answer in enumerate(behind_links(here, number, texts))
        ]
    assert len(pages) == 14 * 15
    assert {page.title for page in pages} >= {"One more step", "You are subscribed", "You have unsubscribed"}
    assert watched.ran(pages) == []

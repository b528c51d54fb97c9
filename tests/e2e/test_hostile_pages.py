"""What visitors type runs nowhere: 150 hostile texts in every field of our pages, in a real browser.

Two guards stand, the escaping and the policy, and each alone is shown to hold. A page with neither shows that the
browser would have told.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from aws_lambda_powertools.event_handler import Response
from jinja2 import Environment
from selenium import webdriver

from leadbell import pages
from leadbell.answers import html, refused
from leadbell.errors import InvalidSubmission, LeadbellError, NotFound, Problem, TooManyRequests, Unavailable
from leadbell.pages import Page, thanks
from leadbell.request import Request
from tests.hostile.xss import VECTORS, Served, Stage, stage

FIELDS = ("name", "email", "phone", "company", "message", "colour", "_redirect", "utm_source", "_t", "_language")
# The pages that hold most of what was typed; the others are played with every fourth text.
FULLEST = ("InvalidSubmission", "thanks")
TITLES = ("This could not be sent", "Please try again in a moment", "Not found", "Thank you")


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


def answers(vector: str) -> Iterator[tuple[str, Response[str]]]:
    for error in errors(vector):
        yield type(error).__name__, refused(request(vector), error, vector)
    yield "thanks", html(thanks(vector, vector, accent=vector))
    yield "alert", html(Page("Thank you", (vector,), (vector,), vector, vector, small=(vector,)))


def served(vectors: Any, kinds: tuple[str, ...] = (), *, policy: bool = True) -> Iterator[Served]:
    for vector in vectors:
        for kind, answer in answers(vector):
            if kinds and kind not in kinds:
                continue
            headers = {name: str(value) for name, value in answer.headers.items()} if policy else {}
            (title,) = [title for title in TITLES if f"<title>{title}</title>" in (answer.body or "")]
            yield Served(f"{kind}: {vector!r}", answer.body or "", headers, title)


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
    # What leads elsewhere (a refresh) is no script and no policy stops it: that is the escaping's part.
    some = [vector for vector in VECTORS[::2] if "refresh" not in vector and "hit" not in vector]
    assert watched.ran(served(some, FULLEST[:1])) == []


def test_without_either_guard_the_browser_tells(watched: Stage, unescaped: None) -> None:
    ran = watched.ran(served(VECTORS, FULLEST[:1], policy=False))
    told = {vector for vector in VECTORS if any(name.endswith(f": {vector!r}") for name in ran)}
    print(f"{len(told)} of {len(VECTORS)} texts run in a page without guards")
    assert len(told) > 100

"""Pages: all that is shown is escaped, nothing runs, nothing is fetched."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbell.forms import FORMS
from leadbell.pages import THANKS, Page, render, security_headers, thanks

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&lt;{{ 7 * 7 }}{% raw %}"


class Seen(HTMLParser):
    """The tags, attributes and text of a page."""

    def __init__(self, page: Page) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(render(page))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_page_shows_its_title_lines_items_and_text() -> None:
    seen = Seen(Page("Hello", ("one", "two"), ("first",), "as\n  written", "Acme AB"))
    for words in ("Hello", "one", "two", "first", "as\n  written", "Acme AB"):
        assert words in seen.text
    assert seen.tags.count("p") == 3
    assert seen.tags.count("li") == 1


def test_everything_on_a_page_is_escaped() -> None:
    html = render(Page(HOSTILE, (HOSTILE,), (HOSTILE,), HOSTILE, HOSTILE))
    assert "<script" not in html
    assert "<img" not in html
    assert html.count("49") == render(Page("")).count("49")


@given(st.text(max_size=60))
def test_no_text_adds_a_tag_or_an_attribute(text: str) -> None:
    plain, seen = (
        Seen(Page("x", ("x",), ("x",), "x", "x")),
        Seen(Page(text, (text,), (text,), text or "x", text or "x")),
    )
    assert seen.tags == plain.tags
    assert seen.attributes == plain.attributes


def test_a_page_runs_nothing_and_fetches_nothing() -> None:
    seen = Seen(Page("Hello", company="Acme AB"))
    assert {"script", "iframe", "img", "link", "form", "object", "embed"}.isdisjoint(seen.tags)
    assert not re.search(r"https?:|//|@import|url\(", render(Page("Hello")))
    assert {name for name in seen.attributes if name.startswith("on")} == set()


def test_the_headers_let_nothing_run_frame_or_leak_a_page() -> None:
    headers = security_headers()
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", policy["style-src"])
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"


def test_the_policy_allows_exactly_the_style_that_is_in_the_page() -> None:
    import base64
    import hashlib

    style = re.findall(r"<style>(.*?)</style>", render(Page("Hello")), re.DOTALL)
    (digest,) = [base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in style]
    assert f"'sha256-{digest}'" in security_headers()["Content-Security-Policy"]


@pytest.mark.parametrize("word", sorted(THANKS))
def test_each_thank_you_page_says_thank_you(word: str) -> None:
    page = thanks(word, "Acme AB")
    assert (page.title, page.company) == ("Thank you", "Acme AB")
    assert len(page.lines) == 1


def test_every_packaged_form_has_a_thank_you_page_of_its_own() -> None:
    assert set(FORMS) <= set(THANKS)


@pytest.mark.parametrize("word", ["", "unknown", HOSTILE, "../demo", "DEMO"])
def test_any_other_word_gives_the_plain_thank_you(word: str) -> None:
    assert thanks(word, "") == thanks("message", "")

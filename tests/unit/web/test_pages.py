"""Pages: all that is shown is escaped, nothing runs, nothing is fetched."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from leadbell.brand import Brand
from leadbell.forms.config import FORMS
from leadbell.translations import LANGUAGES, catalogue
from leadbell.web.pages import Button, Input, Page, render, security_headers, thanks

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
    seen = Seen(Page("Hello", ("one", "two"), ("first",), "as\n  written", Brand("Acme AB")))
    for words in ("Hello", "one", "two", "first", "as\n  written", "Acme AB"):
        assert words in seen.text
    assert seen.tags.count("p") == 3
    assert seen.tags.count("li") == 1


def test_everything_on_a_page_is_escaped() -> None:
    html = render(Page(HOSTILE, (HOSTILE,), (HOSTILE,), HOSTILE, Brand(HOSTILE, HOSTILE, "", HOSTILE)))
    assert "<script" not in html
    assert "<img" not in html
    assert html.count("49") == render(Page("")).count("49")


@given(st.text(max_size=60))
def test_no_text_adds_a_tag_or_an_attribute(text: str) -> None:
    plain, seen = (
        Seen(Page("x", ("x",), ("x",), "x", Brand("x", "x", "x", "x"))),
        Seen(Page(text, (text,), (text,), text or "x", Brand(*[text or "x"] * 4))),
    )
    assert seen.tags == plain.tags
    assert seen.attributes == plain.attributes


def test_a_page_runs_nothing_and_fetches_nothing() -> None:
    seen = Seen(Page("Hello", brand=Brand("Acme AB")))
    assert {"script", "iframe", "img", "link", "form", "object", "embed"}.isdisjoint(seen.tags)
    assert not re.search(r"https?:|//|@import|url\(", render(Page("Hello")))
    assert {name for name in seen.attributes if name.startswith("on")} == set()


OURS = Brand(
    "Acme AB", "https://www.acme.example", "https://cdn.acme.example/a/logo.svg", "https://acme.example/privacy"
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_shows_whose_it_is_and_leads_back(language: str) -> None:
    html, words = render(Page("Hello", brand=OURS, language=language)), catalogue(language)["words"]
    assert '<img src="https://cdn.acme.example/a/logo.svg" alt="Acme AB"' in html
    assert f'<a href="https://www.acme.example" rel="noreferrer">{words["back"]}</a>' in html
    assert f'<a href="https://acme.example/privacy" rel="noreferrer">{words["privacy"]}</a>' in html
    assert ("<a " in render(Page("Hello", brand=Brand("Acme AB")))) is False


def test_a_page_loads_its_logo_from_that_site_and_nothing_from_another() -> None:
    policy = security_headers(Page("Hello", brand=OURS))["Content-Security-Policy"]
    assert "img-src https://cdn.acme.example;" in policy
    assert (
        "img-src" not in security_headers(Page("Hello", brand=Brand("Acme AB", OURS.site)))["Content-Security-Policy"]
    )


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
    style = re.findall(r"<style>(.*?)</style>", render(Page("Hello")), re.DOTALL)
    (digest,) = [base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in style]
    assert f"'sha256-{digest}'" in security_headers()["Content-Security-Policy"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("word", sorted(catalogue("en")["thanks"]))
def test_each_thank_you_page_says_thank_you_in_its_language(word: str, language: str) -> None:
    page = thanks(word, Brand("Acme AB"), language)
    assert (page.title, page.brand.name) == (catalogue(language)["words"]["thank_you"], "Acme AB")
    assert page.lines == (catalogue(language)["thanks"][word],)
    assert f'<html lang="{language}">' in render(page)


def test_every_packaged_form_has_a_thank_you_page_of_its_own() -> None:
    assert set(FORMS) <= catalogue("en")["thanks"].keys()


@pytest.mark.parametrize("word", ["", "unknown", HOSTILE, "../demo", "DEMO"])
def test_any_other_word_gives_the_plain_thank_you(word: str) -> None:
    assert thanks(word, Brand()) == thanks("message", Brand())


# ---- a page with a form ----------------------------------------------------------------------------------------------

TYPED = (
    Input("name", "Eva"),
    Input("e-post", "eva@", "email", "E-mail", "E-mail: no"),
    Input("m", "\na", "textarea", "M"),
)


def test_a_form_holds_what_was_typed_and_says_beside_it_what_is_wrong() -> None:
    html = render(Page("Hello", inputs=TYPED, button="Send again"))
    assert '<form method="post">' in html, "it posts to its own address: nothing of it in a URL"
    assert '<input type="hidden" name="name" value="Eva">' in html
    assert 'type="email" name="e-post" value="eva@" class="wrong" aria-invalid="true" aria-describedby="w2"' in html
    assert '<p class="why" id="w2">E-mail: no</p>' in html
    assert '<label for="i2">E-mail</label>' in html


def test_a_text_that_begins_with_an_empty_line_keeps_it() -> None:
    # A browser drops one line break right after the tag.
    assert 'name="m">\n\na</textarea>' in render(Page("Hello", inputs=TYPED, button="Send again"))


def test_a_page_without_a_button_has_no_form() -> None:
    assert "<form" not in render(Page("Hello", inputs=TYPED))


@given(st.text(max_size=60), st.sampled_from(["hidden", "text", "email", "tel", "textarea"]))
def test_no_text_leaves_its_input(text: str, kind: Any) -> None:
    def page(text: str) -> Page:
        return Page("x", inputs=(Input(text, text, kind, text, text or "x"),), button="x")

    plain, seen = Seen(page("x")), Seen(page(text))
    assert seen.tags == plain.tags
    assert seen.attributes == plain.attributes


@given(st.text(max_size=60))
@example(HOSTILE)
def test_no_text_leaves_its_button_its_link_or_the_history(text: str) -> None:
    def page(text: str) -> Page:
        buttons = (Button(text, text, text, text or "x"), Button("do", "leave", text))
        return Page("x", buttons=buttons, link="x", link_says=text, history_title=text, history=(text,))

    plain, seen = Seen(page("x")), Seen(page(text))
    assert seen.tags == plain.tags
    assert seen.attributes == plain.attributes


def test_each_button_is_a_form_of_its_own_and_a_lone_one_is_the_main_thing() -> None:
    leave, stop = Button("do", "leave", "Leave"), Button("do", "stop", "No more mails", "Of no kind.")
    assert render(Page("x", buttons=(leave,))).count('<form method="post">') == 1
    both = render(Page("x", buttons=(leave, stop)))
    assert both.count('<form method="post" class="other">') == 2
    assert both.index("Of no kind.") < both.index('name="do" value="stop"') < both.index(">No more mails<")


@pytest.mark.parametrize("rule", ["button", ".other button"])
def test_a_button_is_as_high_as_a_finger_is_wide(rule: str) -> None:
    (style,) = re.findall(r"<style>(.*?)</style>", render(Page("x")), re.DOTALL)
    (height,) = re.findall(rf"(?m)^{re.escape(rule)}{{[^}}]*min-height:([\d.]+)rem", style)
    assert float(height) * 16 >= 44


def test_a_form_may_be_sent_to_us_and_lead_to_the_owners_sites_alone() -> None:
    page = Page("Hello", button="Send again")
    policy = security_headers(page, ("https://a.example", "https://b.example"))["Content-Security-Policy"]
    assert policy.endswith("; form-action 'self' https://a.example https://b.example")
    assert security_headers(page)["Content-Security-Policy"].endswith("; form-action 'self'")


def test_what_is_sent_from_a_page_of_ours_is_known_to_come_from_there() -> None:
    # Under no-referrer a browser says `Origin: null`, which a form with listed sites refuses.
    assert security_headers(Page("Hello", button="Send again"))["Referrer-Policy"] == "same-origin"
    assert security_headers(Page("Hello"))["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("accent", ["#ffd500", "#0B7A4B", "", "red", "#fff", "url(//evil)", "#123456;}*{display:none"])
def test_the_policy_allows_the_style_in_the_sites_colour_too(accent: str) -> None:
    page = Page("Hello", accent=accent)
    (style,) = re.findall(r"<style>(.*?)</style>", render(page), re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in security_headers(page)["Content-Security-Policy"]
    colour = accent.lower() if re.fullmatch("#[0-9a-fA-F]{6}", accent) else "#2456a6"
    assert style.startswith(f":root{{--accent:{colour};--on-accent:#")

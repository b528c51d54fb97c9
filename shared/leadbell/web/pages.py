"""The few pages for visitors and reps: one template, one style, no script, nothing loaded from other sites."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

from leadbell.translations import files_missing, say, thanks_for
from leadbell.web.colours import accent

if TYPE_CHECKING:
    from jinja2 import Template

InputKind = Literal["hidden", "text", "email", "tel", "textarea"]


@dataclass(frozen=True, slots=True)
class Input:
    """A field of a page's form; `wrong` is what its sender has to change."""

    name: str
    value: str
    kind: InputKind = "hidden"
    label: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """A form with nothing but a button: what it posts, what it says, and the sentence above it."""

    name: str
    value: str
    says: str
    line: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says. `lines` are paragraphs, `items` what is wrong, `verbatim` text that keeps its line breaks.

    `words` are what somebody typed, as typed, each with the form's name for it or none; `below` is text after them.

    With a `button` it holds a form of `inputs` that posts to the page's own address, and so does each of `buttons`.
    `accent` is a site's colour. `files` are names with the link that each is saved from, empty where there is none.
    """

    title: str
    lines: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    verbatim: str = ""
    company: str = ""
    language: str = "en"
    accent: str = ""
    inputs: tuple[Input, ...] = ()
    button: str = ""
    small: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    buttons: tuple[Button, ...] = ()
    link: str = ""
    link_says: str = ""
    history_title: str = ""
    history: tuple[str, ...] = ()
    words_title: str = ""
    words: tuple[tuple[str, str], ...] = ()
    below: str = ""


def render(page: Page) -> str:
    """The page as HTML; every value is escaped."""
    return _template().render(page=page, style=_style(page.accent))


def thanks(word: str, company: str, language: str = "en", accent: str = "", files: str = "") -> Page:
    """The thank-you page for a form; `files` are reasons why some were not stored, with a point between them."""
    lines = (thanks_for(language, word), *files_missing(language, dict.fromkeys(files.split("."))))
    return Page(say(language, "thank_you"), lines, company=company, language=language, accent=accent)


def security_headers(page: Page | None = None, leads_to: Sequence[str] = ()) -> dict[str, str]:
    """Headers of every page: no script, no frame, no copy in a cache; the one style by its hash.

    A form posts to its own address. `leads_to` are the origins that its answer may redirect to, for a browser holds
    the redirect after a post to the same rule. Such a page sends its own address to us alone, so that what it posts
    is known to come from here; any other page sends it to nobody.
    """
    digest = base64.b64encode(hashlib.sha256(_style(page.accent if page else "").encode()).digest()).decode()
    policy = (
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        " ".join(("form-action 'self'", *leads_to)),
    )
    return {
        "Content-Security-Policy": "; ".join(policy),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin" if page and page.button else "no-referrer",
        "Cache-Control": "no-store",
    }


@cache
def _template() -> "Template":
    from jinja2 import Environment  # most answers are redirects and never need it

    return Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(_read("page.html"))


@cache
def _style(wanted: str) -> str:
    colour, letters = accent(wanted)
    return f":root{{--accent:{colour};--on-accent:{letters}}}\n{_read('page.css')}"


@cache
def _read(name: str) -> str:
    return files("leadbell").joinpath("data", name).read_text(encoding="utf-8")

"""The few pages a visitor or a rep sees: one template, no script, nothing from outside."""

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Template

# What `GET /thanks?for=...` may be asked for; any other word gives the first.
THANKS = {
    "message": ("Thank you", "Your message has reached us. We will answer soon."),
    "contact": ("Thank you", "Your question has reached us. We will answer soon."),
    "demo": ("Thank you", "Your request for a demo has reached us. We will get back to you to find a time."),
    "pricing": ("Thank you", "Your request for a price has reached us. We will answer soon."),
    "callback": ("Thank you", "We will call you back."),
    "newsletter": ("Thank you", "You are on the list. Each mail has a link to leave it."),
}


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says. `lines` are paragraphs, `items` a list, `verbatim` text that keeps its line breaks."""

    title: str
    lines: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    verbatim: str = ""
    company: str = ""


def render(page: Page) -> str:
    """The page as HTML; every value is escaped."""
    return _template().render(page=page, style=_style())


def thanks(word: str, company: str) -> Page:
    """The thank-you page for a form."""
    title, line = THANKS.get(word, THANKS["message"])
    return Page(title, (line,), company=company)


@cache
def security_headers() -> dict[str, str]:
    """Headers of every page: no script, no frame, no referrer, no copy in a cache; the one style by its hash."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return {
        "Content-Security-Policy": "; ".join(
            ("default-src 'none'", f"style-src 'sha256-{digest}'", "base-uri 'none'", "frame-ancestors 'none'")
        ),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }


@cache
def _template() -> "Template":
    from jinja2 import Environment  # most answers are redirects and never need it

    return Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(_read("page.html"))


@cache
def _style() -> str:
    return _read("page.css")


def _read(name: str) -> str:
    return files("leadbell").joinpath("data", name).read_text(encoding="utf-8")

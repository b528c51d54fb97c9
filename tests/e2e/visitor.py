"""A visitor without JavaScript: posts a form as a browser does and follows the answer."""

import re
import urllib.request
from urllib.parse import urlencode

DEMO_REQUEST = {
    "name": "Anna Berg",
    "company": "Fjordkraft",
    "job_title": "VP Operations",
    "company_size": "250",
    "country": "SE",
}

# Fit 100: in the market, the right size, decides, in a target industry, business mail.
EVA = {
    "name": "Eva Berg",
    "company": "Acme",
    "job_title": "VP Operations",
    "company_size": "250",
    "country": "SE",
    "industry": "manufacturing",
}


def submit(api_url: str, path: str, **fields: str) -> str:
    """The page that the visitor lands on; raises HTTPError where the post is refused."""
    with urllib.request.urlopen(f"{api_url}{path}", urlencode(fields).encode(), timeout=60) as page:
        return str(page.read().decode())


def links_in(body: str) -> list[str]:
    """The links of a mail."""
    return re.findall(r"https?://\S+", body)


def look(link: str) -> str:
    """The page behind a link."""
    with urllib.request.urlopen(link, timeout=60) as page:
        return str(page.read().decode())


def press(link: str, **button: str) -> str:
    """The page after a button of the page behind a link was pressed."""
    with urllib.request.urlopen(link, urlencode(button).encode(), timeout=60) as page:
        return str(page.read().decode())

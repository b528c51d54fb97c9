"""A visitor without JavaScript: posts a form as a browser does and follows the answer."""

import urllib.request
from urllib.parse import urlencode

DEMO_REQUEST = {
    "name": "Anna Berg",
    "company": "Fjordkraft",
    "job_title": "VP Operations",
    "company_size": "250",
    "country": "SE",
}


def submit(api_url: str, path: str, **fields: str) -> str:
    """The page that the visitor lands on; raises HTTPError where the post is refused."""
    with urllib.request.urlopen(f"{api_url}{path}", urlencode(fields).encode(), timeout=60) as page:
        return str(page.read().decode())

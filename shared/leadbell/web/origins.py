"""Whether a submission comes from a site that the form's owner lists.

A browser sends the site of the form in `Origin`, or else in `Referer`. A program sends neither and passes: the check
keeps other sites from using a form, it does not prove who sends.
"""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from leadbell.errors import NotAllowed

_PORTS = {"http": 80, "https": 443}


def check_origin(headers: Mapping[str, str], listed: Sequence[str]) -> None:
    """Raises NotAllowed where a listed site was not the sender's; an empty list takes every site.

    Pages of the API itself pass too: a visitor who corrects what our error page shows sends from there. Header names
    are in lower case.
    """
    said = headers.get("origin", "").strip() or headers.get("referer", "").strip()
    if not listed or not said:
        return
    origin = origin_of(said)
    if origin in listed or (origin and urlsplit(origin).netloc == headers.get("host", "").lower()):
        return
    raise NotAllowed(
        "the form's owner has not listed the website it was sent from; add that site to the form's origins",
        "ORIGIN_NOT_ALLOWED",
    )


def origin_of(url: str) -> str:
    """Scheme, host and port of an address as a browser's `Origin` has them; empty where it has none (as `null`)."""
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme, parts.hostname or "", parts.port
    except ValueError:
        return ""
    if scheme not in _PORTS or not host:
        return ""
    host = f"[{host}]" if ":" in host else host
    return f"{scheme}://{host}" + (f":{port}" if port not in (None, _PORTS[scheme]) else "")

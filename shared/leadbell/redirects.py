"""Where a browser goes after a form: only to origins that the owner listed, compared exactly."""

from collections.abc import Sequence
from urllib.parse import urlsplit


def allowed_target(wanted: str, origins: Sequence[str]) -> str:
    """The target if it is an absolute URL on one of `origins`, or a path on the first of them; empty otherwise."""
    if not wanted or any(ord(c) <= 0x20 or c in "\\\x7f" for c in wanted):
        return ""
    if wanted.startswith("/") and not wanted.startswith("//"):
        return f"{origins[0]}{wanted}" if origins else ""
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return ""
    return wanted if f"{parts.scheme}://{parts.netloc}" in origins else ""

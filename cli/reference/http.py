"""The routes of the API, from the template and what `cli.openapi` says of each, and the limits that they keep."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from cli.openapi import OPERATIONS, document, documented, routes_of
from cli.reference.tables import code, codes, table
from leadbell.capture.claims import CLAIM_KEPT, KEYLESS_WINDOW
from leadbell.capture.file_types import MAX_FILE_BYTES, MAX_FILES, MEDIA_TYPES
from leadbell.forms.config import PACKAGED, SpamSettings
from leadbell.web import limits as of
from leadbell.web.bodies import MAX_BODY_BYTES, MAX_FIELD_NAME, MAX_FIELDS, MAX_MULTIPART_BYTES
from leadbell.web.request import MAX_SENDER_KEY


def routes(checkout: Path) -> str:
    """Each route with what it is for and what it answers when all is well."""
    found = routes_of(checkout / "template.yaml")
    paths = document(found, PACKAGED, "")["paths"]
    known = {said for route in found for said in documented(route)}
    rows = [_row(route, paths) for route in OPERATIONS if route in known]
    return table(("Route", "What it does", "Answers"), rows)


def _row(route: str, paths: Any) -> tuple[str, str, str]:
    method, _, path = route.partition(" ")
    taken = [status for status in paths[path][method.lower()]["responses"] if status < "400"]
    return code(route), OPERATIONS[route].summary, ", ".join(sorted(taken))


def sizes(_: Path) -> str:
    """How large what is sent may be."""
    rows = (
        ("A body", f"{MAX_BODY_BYTES // 1024} KB", "413 `PAYLOAD_TOO_LARGE`"),
        ("A multipart body, with its files", f"{MAX_MULTIPART_BYTES / 1024**2:.1f} MB", "413 `PAYLOAD_TOO_LARGE`"),
        ("Fields with content", f"{MAX_FIELDS:,}", "400 `MALFORMED`"),
        ("A field's name", f"{MAX_FIELD_NAME} characters", "cut"),
        ("Files", f"{MAX_FILES}, each {MAX_FILE_BYTES // 1024**2} MB", "not stored, and named in the mail"),
        ("`Idempotency-Key`", f"{MAX_SENDER_KEY} characters", "400 `MALFORMED`"),
    )
    return table(("What", "At most", "Over it"), rows)


def rates(_: Path) -> str:
    """How often something may be sent."""
    per_form = f"{SpamSettings().per_minute} (`per_minute` of the form)"
    rows = (
        ("One IP address at one form", f"{per_form} {_in(of.SOURCE_WINDOW)}", "each request"),
        ("One IP address at all forms", f"{of.SOURCE_LIMIT} {_in(of.SOURCE_WINDOW)}", "each request"),
        ("One e-mail address at one form", f"{of.ADDRESS_LIMIT} {_in(of.ADDRESS_WINDOW)}", "each valid submission"),
        (
            "One IP address at one form, while Turnstile cannot be reached",
            f"{of.UNCHECKED_LIMIT} {_in(of.SOURCE_WINDOW)}",
            "each submission with a token",
        ),
    )
    return table(("Who", "At most", "What counts"), rows)


def repeats(_: Path) -> str:
    """For how long the same is the same."""
    rows = (
        ("The same body by the same person", f"within {int(KEYLESS_WINDOW.total_seconds())} seconds"),
        ("The same `Idempotency-Key` and body", f"within {CLAIM_KEPT.days} days"),
    )
    return table(("One submission is", "If it comes again"), rows)


def file_types(_: Path) -> str:
    """Which files are stored."""
    return codes(MEDIA_TYPES)


def _in(window: timedelta) -> str:
    minutes = int(window / timedelta(minutes=1))
    return "a minute" if minutes == 1 else f"in {minutes} minutes"

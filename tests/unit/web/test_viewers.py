"""Whose request it is: a proxy is believed about its visitor only with the stack's own secret."""

import pytest

from leadbell.web.request import Request
from leadbell.web.viewers import viewer_of

SECRET = "a secret of sixteen"
EDGE, VISITOR = "130.176.1.1", "203.0.113.7"
SAYS = {"x-leadbell-proxy": SECRET}


def viewer(secret: str = SECRET, **headers: str) -> str:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return viewer_of(Request("", b"", named, source_ip=EDGE), secret)


@pytest.mark.parametrize(
    ("named", "seen"),
    [
        ("203.0.113.7:46532", VISITOR),
        (" 203.0.113.7:46532 ", VISITOR),
        ("2001:db8::7:46532", "2001:db8::7"),
        ("[2001:db8::7]:46532", "2001:db8::7"),
        ("203.0.113.7", EDGE),
        ("not an address:1", EDGE),
        ("", EDGE),
    ],
)
def test_cloudfront_names_its_visitor_with_a_port(named: str, seen: str) -> None:
    assert viewer(x_leadbell_proxy=SECRET, cloudfront_viewer_address=named) == seen


@pytest.mark.parametrize(
    ("listed", "seen"),
    [
        ("203.0.113.7", VISITOR),
        ("203.0.113.7, 130.176.1.1", VISITOR),
        ("10.0.0.1, 203.0.113.7,130.176.1.1", VISITOR),
        ("2001:db8::7, 130.176.1.1", "2001:db8::7"),
        ("130.176.1.1", EDGE),
        ("", EDGE),
        ("unknown", EDGE),
        (",", EDGE),
    ],
)
def test_another_proxy_names_its_visitor_last_before_itself(listed: str, seen: str) -> None:
    assert viewer(x_leadbell_proxy=SECRET, x_forwarded_for=listed) == seen


def test_what_cloudfront_says_comes_before_what_the_visitor_could_have_written() -> None:
    said = {"cloudfront_viewer_address": "203.0.113.7:1", "x_forwarded_for": "198.51.100.1, 192.0.2.1"}
    assert viewer(x_leadbell_proxy=SECRET, **said) == VISITOR


@pytest.mark.parametrize("sent", ["", SECRET[:-1], f"{SECRET}x", SECRET.upper(), "ä" * 16])
def test_without_the_secret_nobody_is_believed(sent: str) -> None:
    said = {"cloudfront_viewer_address": "203.0.113.7:1", "x_forwarded_for": "203.0.113.7"}
    assert viewer(x_leadbell_proxy=sent, **said) == EDGE


@pytest.mark.parametrize("sent", ["", "x"])
def test_where_the_stack_has_no_secret_nobody_is_believed(sent: str) -> None:
    assert viewer("", x_leadbell_proxy=sent, cloudfront_viewer_address="203.0.113.7:1") == EDGE


def test_who_does_not_send_the_header_is_not_believed() -> None:
    assert viewer(cloudfront_viewer_address="203.0.113.7:1") == EDGE

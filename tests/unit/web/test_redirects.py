"""Where a form may lead back to: the owner's sites, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbell.web.redirects import allowed_target

SITES = ("https://www.shop.example", "https://shop.example:8443")

ESCAPES = [
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/ /evil.example",
    "\x00//evil.example",
    "\x7f//evil.example",
    "\x0b//evil.example",
    "https://evil.example",
    "http://evil.example",
    "HTTPS://EVIL.EXAMPLE",
    "https:/evil.example",
    "https:evil.example",
    "https:///evil.example",
    "https:\\\\evil.example",
    "https:/\\evil.example",
    "ht\ntps://evil.example",
    "https://www.shop.example@evil.example",
    "https://www.shop.example:pass@evil.example",
    "https://www.shop.example%40evil.example",
    "https://www.shop.example%2eevil.example",
    "https://www.shop.example.evil.example",
    "https://www.shop.example.",
    "https://www.shop.exampleevil.example",
    "https://evil.example/https://www.shop.example",
    "https://evil.example?https://www.shop.example",
    "https://evil.example#https://www.shop.example",
    "https://evil.example\\@www.shop.example",
    "https://evil.example\\.www.shop.example",
    "https://evil.example;www.shop.example",
    "https://www.shop.example:443",
    "https://www.shop.example:8443",
    "https://www.shop.example:80@evil.example",
    "https://shop.example",
    "https://shop.example:9999",
    "http://www.shop.example",
    "ftp://www.shop.example",
    "https://WWW.SHOP.EXAMPLE",
    "https://www.shop.example\u3002evil.example",
    "https://www.shop\u3002example",
    "https://www.shop.example\uff0fevil.example",
    "https://www.shop.example\u2100evil.example",
    "https://\uff57ww.shop.example",
    "https://www.sh\u043ep.example",
    "https://[::1]",
    "https://[evil",
    "https://0x7f000001",
    "javascript:alert(1)",
    "javascript://www.shop.example/%0aalert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "www.shop.example",
    "thanks.html",
    "../thanks",
    "?next=//evil.example",
    "#top",
    "",
    "*",
    "null",
    "https://www.shop.example/\r\nSet-Cookie: a=b",
    "/thanks\r\nLocation: https://evil.example",
    "/thanks\x00",
    "/thanks ",
]


@pytest.mark.parametrize("wanted", ESCAPES)
def test_nothing_leads_a_visitor_elsewhere(wanted: str) -> None:
    assert allowed_target(wanted, SITES) == ""


@pytest.mark.parametrize(
    ("wanted", "target"),
    [
        ("https://www.shop.example", "https://www.shop.example"),
        ("https://www.shop.example/", "https://www.shop.example/"),
        ("https://www.shop.example/thanks?a=1&b=//evil.example#top", "https://www.shop.example/thanks?a=1&b=//evil.example#top"),
        ("https://www.shop.example?x=@evil.example", "https://www.shop.example?x=@evil.example"),
        ("https://shop.example:8443/thanks", "https://shop.example:8443/thanks"),
        ("/thanks", "https://www.shop.example/thanks"),
        ("/", "https://www.shop.example/"),
        ("/%2f%2fevil.example", "https://www.shop.example/%2f%2fevil.example"),
        ("/@evil.example", "https://www.shop.example/@evil.example"),
        ("/thanks//evil.example", "https://www.shop.example/thanks//evil.example"),
    ],
)  # fmt: skip
def test_the_owners_sites_are_allowed_and_a_path_means_the_first_of_them(wanted: str, target: str) -> None:
    assert allowed_target(wanted, SITES) == target


def test_where_the_owner_lists_no_site_nothing_is_allowed() -> None:
    assert [allowed_target(wanted, ()) for wanted in ("/thanks", "https://www.shop.example", "://", "")] == [""] * 4


@given(st.text(max_size=40) | st.text("/\\:@.?#htps evil\t", max_size=20))
def test_whatever_is_asked_for_the_answer_is_on_the_owners_sites_or_empty(wanted: str) -> None:
    target = allowed_target(wanted, SITES)
    assert target == "" or target.startswith(tuple(site + end for site in SITES for end in "/?#")) or target in SITES
    assert not any(ord(character) <= 0x20 for character in target)

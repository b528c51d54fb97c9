"""Which sites may use a form."""

import pytest

from leadbell.errors import NotAllowed
from leadbell.web.origins import check_origin, origin_of

LISTED = ("https://www.example.com", "http://localhost:8000")
OURS = "a1b2c3.execute-api.eu-north-1.amazonaws.com"


def is_taken(listed: tuple[str, ...] = LISTED, **headers: str) -> bool:
    try:
        check_origin({"host": OURS, **headers}, listed)
    except NotAllowed as error:
        assert error.code == "ORIGIN_NOT_ALLOWED"
        assert not any(said in str(error) for said in headers.values())
        return False
    return True


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://www.example.com"},
        {"origin": "http://localhost:8000"},
        {"referer": "https://www.example.com/contact?a=1#form"},
        {"referer": "https://WWW.EXAMPLE.COM:443/"},
        {"origin": "", "referer": "https://www.example.com/"},
        {"origin": f"https://{OURS}"},
        {},
        {"origin": " ", "referer": ""},
    ],
)
def test_a_listed_site_our_own_pages_and_who_names_no_site_are_taken(headers: dict[str, str]) -> None:
    assert is_taken(LISTED, **headers)


@pytest.mark.parametrize(
    "site",
    [
        "https://evil.example.net",
        "http://www.example.com",
        "https://www.example.com:8443",
        "https://www.example.com.evil.example.net",
        "https://www.example.com@evil.example.net",
        "https://evil.example.net/https://www.example.com",
        "https://example.com",
        "http://localhost",
        "null",
        "https://[",
        "https://www.example.com:port",
        "file:///contact.html",
        "www.example.com",
        f"https://{OURS}.evil.example.net",
    ],
)
@pytest.mark.parametrize("header", ["origin", "referer"])
def test_every_other_site_is_foreign(site: str, header: str) -> None:
    assert not is_taken(LISTED, **{header: site})
    assert is_taken((), **{header: site})


def test_what_a_browser_says_outright_comes_before_the_page_it_came_from() -> None:
    assert not is_taken(origin="https://evil.example.net", referer="https://www.example.com/")
    assert is_taken(origin="https://www.example.com", referer="https://evil.example.net/")


def test_an_origin_is_an_address_without_its_page() -> None:
    assert origin_of("HTTPS://Eva@WWW.Example.com:443/a?b#c") == "https://www.example.com"
    assert origin_of("http://[::1]:8000/a") == "http://[::1]:8000"

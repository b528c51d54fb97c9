"""Who is answered in JSON, and where a page of ours is, as seen from an address."""

import pytest

from leadbell.web.request import Request, prefers_json, request_of
from leadbell.web.routes import Router

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("accept", "is_json"),
    [
        ("", False),
        ("*/*", False),
        ("text/html", False),
        ("application/json", True),
        ("Application/JSON; charset=utf-8", True),
        ("application/json, text/plain, */*", True),
        ("text/html,application/xhtml+xml,*/*;q=0.8", False),
        ("text/html,application/json", False),
        ("application/json,text/html", True),
        ("text/html;q=0.5,application/json", True),
        ("text/html,application/json;q=0.5", False),
        ("application/json;q=0", False),
        ("application/json;q=0, text/html;q=0", False),
        ("application/problem+json", False),
        ("," * 5000, False),
    ],
)
def test_json_is_preferred_where_html_comes_later_or_not_at_all(accept: str, is_json: bool) -> None:
    assert prefers_json(accept) is is_json


@pytest.mark.parametrize(
    ("kind", "headers", "route", "is_json"),
    [
        (FORM, {}, "/f/{form_id}", False),
        (FORM, {"x-requested-with": "XMLHttpRequest"}, "/f/{form_id}", True),
        ("application/json", {}, "/f/{form_id}", True),
        ("text/plain", {}, "/f/{form_id}", False),
        (FORM, {}, "/submit", True),
        (FORM, {}, "/submissions/v3/integration/submit/{portal_id}/{form_id}", True),
        (FORM, {}, "/", False),
    ],
)
def test_a_script_gets_json_and_so_does_everybody_where_the_address_promises_it(
    kind: str, headers: dict[str, str], route: str, is_json: bool
) -> None:
    assert Request(kind, b"", headers, route=route).wants_json is is_json


@pytest.mark.parametrize(("raw", "is_json"), [(b' {"email": "a@b.example"}', True), (b"email=a@b.example\r\n", False)])
def test_text_is_a_beacons_where_it_is_json_and_a_browsers_form_where_it_is_not(raw: bytes, is_json: bool) -> None:
    assert Request("text/plain;charset=UTF-8", raw).wants_json is is_json


@pytest.mark.parametrize(
    ("route", "path", "there"),
    [
        ("/f/{form_id}", "/f/demo", "https://a.example/thanks"),
        ("/f/{form_id}", "/under/a/path/f/demo", "https://a.example/under/a/path/thanks"),
        ("/", "/", "https://a.example/thanks"),
        ("/submit", "/submit", "https://a.example/thanks"),
        (
            "/submissions/v3/integration/submit/{p}/{f}",
            "/submissions/v3/integration/submit/1/x",
            "https://a.example/thanks",
        ),
    ],
)
def test_a_page_of_ours_is_found_from_every_address(route: str, path: str, there: str) -> None:
    request = Request(FORM, b"", host="a.example", route=route, path=path)
    assert request.absolute(request.ours("thanks")) == there


@pytest.mark.parametrize(
    "route", ["/forms/{form_id}", "/", "/newsletter", "/submissions/v3/integration/submit/{p}/{f}"]
)
def test_a_page_of_ours_is_found_below_the_url_that_the_owner_named(route: str) -> None:
    request = Request(FORM, b"", host="1eadbe11.execute-api.localhost", route=route, path="/elsewhere")
    home = "http://127.0.0.1:4566/_aws/execute-api/1eadbe11/%24default"
    assert request.absolute(request.ours("thanks?for=demo"), home) == f"{home}/thanks?for=demo"
    assert request.absolute("https://www.example.com/thanks", home) == "https://www.example.com/thanks"


def test_without_a_host_a_target_stays_as_it_is() -> None:
    assert Request(FORM, b"").absolute("../thanks") == "../thanks"


@pytest.mark.parametrize(
    ("raw", "asked", "leads_to"),
    [
        ("/forms/contact", "/forms/contact", "https://leads.example.com/thanks"),
        ("/forms/contact", "/web/forms/contact", "https://leads.example.com/web/thanks"),
        ("/web/forms/contact", "/forms/contact", "https://leads.example.com/web/thanks"),
        ("/web/forms/contact", "/web/forms/contact", "https://leads.example.com/web/thanks"),
    ],
)
def test_a_script_is_led_to_a_page_behind_the_mapping_of_the_domain(raw: str, asked: str, leads_to: str) -> None:
    http = {"method": "POST", "path": asked}
    app = Router()
    app.event = {
        "rawPath": raw,
        "routeKey": "ANY /forms/{form_id}",
        "requestContext": {"domainName": "leads.example.com", "http": http},
    }
    request = request_of(app)
    assert request.absolute(request.ours("thanks")) == leads_to
    assert request.absolute(request.ours("thanks"), "https://x.example/m") == "https://x.example/m/thanks"

"""A slash at the end is no other address, and no browser sees bare JSON where a page was asked for."""

import re

import pytest

from leadbell.web.redirects import without_slash
from tests.integration.sam_template import routes
from tests.integration.service import EVA, Service, http_event

HOMES = {
    "/forms/demo/": "../../thanks",
    "/f/demo/": "../../thanks",
}


@pytest.mark.parametrize("path", HOMES)
def test_a_form_with_a_slash_at_the_end_is_the_form(service: Service, path: str) -> None:
    answer = service.post(path, EVA)
    assert answer.status == 303
    assert answer.headers["Location"].startswith(HOMES[path])
    (fact,) = service.facts(EVA["email"])
    assert fact["fields"]["form"] == "demo"
    assert service.post(path.rstrip("/"), EVA).status == 303
    assert len(service.facts(EVA["email"])) == 1


def test_addresses_of_other_services_may_end_in_a_slash_too(service: Service) -> None:
    assert service.post("/submit/", {**EVA, "access_key": "demo"}).json["success"] is True
    body = b'{"fields": [{"name": "email", "value": "eva@acme.example.com"}]}'
    path = "/submissions/v3/integration/submit/1/demo/"
    assert "inlineMessage" in service.post_body(path, body, "application/json").json


def test_an_error_on_the_form_keeps_its_address_and_what_was_typed(service: Service) -> None:
    answer = service.post("/forms/demo/", {"email": "eva@", "name": "Eva"})
    assert answer.status == 422
    assert 'value="Eva"' in answer.body


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [("/newsletter/", "../newsletter"), ("/downloads/guide/", "../guide"), ("/confirm/abc-_.d/", "../abc-_.d")],
)
def test_other_addresses_lead_to_themselves_without_it_and_take_along_what_is_sent(
    service: Service, path: str, leads_to: str
) -> None:
    for answer in (service.post(path, EVA), service.get(path)):
        assert (answer.status, answer.headers["Location"]) == (308, leads_to)
    assert service.items() == []


def test_every_address_with_a_part_of_its_own_has_its_form_without_a_slash() -> None:
    """Those of the forms function, which gets what no route takes, need none."""
    for key, folder in routes().items():
        path = re.sub(r"\{\w+\}", "x", key.partition(" ")[2])
        if folder != "forms":
            assert without_slash(f"{path}/") == f"../{path.rpartition('/')[2]}"


@pytest.mark.parametrize(
    "path", ["/", "//", "/x/", "/confirm//", "/confirm/a/b/", "/d/\u00e5/", "//evil.example/", "/d/../"]
)
def test_nothing_else_leads_anywhere(path: str) -> None:
    assert without_slash(path) == ""


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("path", ["/wp-login.php", "/forms", "/forms/demo/more", "/thanks/x"])
def test_an_unknown_address_shows_a_page_in_the_browsers_language(service: Service, method: str, path: str) -> None:
    answer = service.send(http_event(method, path, headers={"accept": "text/html", "accept-language": "de"}))
    assert answer.status == 404
    assert answer.headers["Content-Type"].startswith("text/html")
    assert '<html lang="de"' in answer.body
    assert service.items() == []


@pytest.mark.parametrize(("method", "path", "status"), [("POST", "/thanks", 404), ("DELETE", "/thanks", 405)])
def test_another_method_shows_a_page_too(service: Service, method: str, path: str, status: int) -> None:
    answer = service.send(http_event(method, path, headers={"accept": "text/html"}))
    assert (answer.status, answer.headers["Content-Type"]) == (status, "text/html; charset=utf-8")


def test_a_script_is_told_in_json(service: Service) -> None:
    answer = service.send(http_event("POST", "/x", headers={"accept": "application/json"}))
    assert (answer.status, answer.json["code"]) == (404, "NOT_FOUND")

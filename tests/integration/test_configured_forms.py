"""The doors follow the published forms, half a minute late at most."""

import json
from dataclasses import replace

import pytest

from leadbell.forms import PACKAGED, Asset, Form, FormsConfig, Newsletter
from tests.integration.service import EVA, Service

OWN = FormsConfig(
    "1",
    {
        "trial": Form("trial", "Try it", "request", "demo"),
        "fair": Form("fair", "Spring fair", "", "", state="closed"),
        "autumn": Form("autumn", "Autumn fair", "", "", state="inactive"),
    },
    {"prices": Asset("prices", "2026/prices.pdf", "Prices.pdf")},
    Newsletter(),
)


def store(service: Service, config: FormsConfig) -> None:
    stored = {"pk": "CONFIG#forms", "sk": "ACTIVE", "version": config.version, "forms": json.dumps(config.plain())}
    service.table.put(stored)


def test_a_published_form_is_taken_and_means_what_its_owner_says(service: Service) -> None:
    store(service, OWN)
    assert service.post("/forms/trial", EVA).status == 303
    (fact,) = service.facts(EVA["email"])
    said = {name: fact["fields"][name] for name in ("form", "means", "asks")}
    assert said == {"form": "trial", "means": "request", "asks": "demo"}


def test_a_published_file_is_the_one_that_a_link_is_made_to(service: Service) -> None:
    store(service, OWN)
    answer = service.post("/downloads/prices", {"email": EVA["email"]})
    assert "/2026/prices.pdf?" in answer.location
    assert "Prices.pdf" in answer.location


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [("demo", 404, "FORM_NOT_FOUND"), ("fair", 410, "FORM_CLOSED"), ("autumn", 403, "FORM_INACTIVE")],
)
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_form_that_takes_nothing_says_why_and_nothing_is_stored(
    service: Service, form: str, status: int, code: str, accept: str
) -> None:
    store(service, OWN)
    answer = service.post(f"/forms/{form}", EVA, accept=accept)
    assert answer.status == status
    assert accept == "text/html" or (answer.json["code"], answer.json["errors"][0]["code"]) == (code, code)
    assert service.facts() == []


def test_a_door_learns_of_a_publication_within_half_a_minute(service: Service) -> None:
    assert service.post("/forms/trial", EVA).status == 404
    store(service, OWN)
    service.clock.move(seconds=29)
    assert service.post("/forms/trial", EVA).status == 404
    service.clock.move(seconds=1)
    assert service.post("/forms/trial", EVA).status == 303


@pytest.mark.parametrize("path", ["/forms/demo", "/downloads/guide", "/newsletter"])
@pytest.mark.parametrize("stored", ['{"forms": []}', "no JSON", "[]", '{"forms": [{}], "downloads": []}'])
def test_forms_that_cannot_be_read_are_our_fault_and_the_sender_is_asked_to_try_again(
    service: Service, path: str, stored: str
) -> None:
    service.table.put({"pk": "CONFIG#forms", "sk": "ACTIVE", "version": "1", "forms": stored})
    answer = service.post(path, EVA)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    store(service, replace(PACKAGED, version="2"))
    assert service.post(path, EVA).status == 303

"""The doors follow the published forms, half a minute late at most."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cli.errors import CommandError
from leadbell.errors import Conflict
from leadbell.forms.config import PACKAGED, Asset, Form, FormField, FormsConfig, Newsletter
from leadbell.forms.file import packaged_forms, read_forms
from leadbell.forms.published import PublishedForms
from leadbell.scoring.rules import packaged_model
from tests.integration import on_aws
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


# ---- sites and pages -------------------------------------------------------------------------------------------------


HOME = "https://www.example.com"
LISTED = FormsConfig(
    "1",
    {"demo": replace(PACKAGED.forms["demo"], origins=(HOME,))},
    {"guide": replace(PACKAGED.downloads["guide"], origins=(HOME,))},
    Newsletter(origins=(HOME,)),
)


@pytest.mark.parametrize("path", ["/forms/demo", "/downloads/guide", "/newsletter"])
def test_a_page_of_another_site_is_refused_at_every_door_and_nothing_is_stored(service: Service, path: str) -> None:
    store(service, LISTED)
    for headers in ({"origin": "https://evil.example.net"}, {"origin": "", "referer": "https://evil.example.net/"}):
        answer = service.post(path, EVA, accept="application/json", **headers)
        assert (answer.status, answer.json["code"]) == (403, "ORIGIN_NOT_ALLOWED")
    assert service.facts() == []
    assert service.post(path, EVA, origin=HOME).status == 303


def test_an_own_page_follows_a_form_unless_the_page_that_sent_it_names_a_listed_one(service: Service) -> None:
    own = replace(PACKAGED.forms["demo"], redirect="https://elsewhere.example/thanks")
    config = FormsConfig("1", {"demo": own}, {}, Newsletter(redirect="https://elsewhere.example/inbox"))
    store(service, config)
    assert service.post("/forms/demo", EVA).location == "https://elsewhere.example/thanks"
    assert service.post("/newsletter", EVA).location == "https://elsewhere.example/inbox"
    assert service.post("/forms/demo", EVA, accept="application/json").json["next"] == own.redirect
    named = {**EVA, "_redirect": "https://www.example.com/danke"}
    assert service.post("/forms/demo", named).location == "https://www.example.com/danke"
    foreign = {**EVA, "_redirect": "https://evil.example.net/"}
    assert service.post("/forms/demo", foreign).location == own.redirect


def test_a_browser_goes_to_the_owners_page_for_what_it_can_mend_and_for_nothing_else(service: Service) -> None:
    page = "https://www.example.com/again"
    store(service, FormsConfig("1", {"demo": replace(PACKAGED.forms["demo"], error_redirect=page)}, {}, Newsletter()))
    wrong = service.post("/forms/demo", {"email": "eva@", "message": "private"})
    assert (wrong.status, wrong.location.partition("?")[0], wrong.body) == (303, page, "")
    assert "eva" not in wrong.location
    assert service.post("/forms/demo", {"email": "eva@"}, accept="application/json").status == 422
    assert service.post("/forms/other", EVA).status == 404
    service.faults.refuse("forms", "PutItem", "InternalServerError", status=500)
    lost = service.post("/forms/demo", EVA)
    assert (lost.status, lost.location) == (503, "")


def test_a_page_of_one_form_is_not_that_of_the_next(service: Service) -> None:
    first = replace(PACKAGED.forms["demo"], error_redirect="https://www.example.com/again")
    store(service, FormsConfig("1", {"demo": first, "contact": PACKAGED.forms["contact"]}, {}, Newsletter()))
    assert service.post("/forms/demo", {"email": "eva@"}).status == 303
    assert service.post("/forms/contact", {"email": "eva@"}).status == 422
    assert service.post("/forms/other", EVA).status == 404


# ---- fields ----------------------------------------------------------------------------------------------------------


def test_the_fields_of_a_form_are_checked_at_the_door(service: Service) -> None:
    team = FormField("team", "choice", required=True, to="company_size", choices=("1-9", "51-200"))
    store(service, FormsConfig("1", {"demo": replace(PACKAGED.forms["demo"], fields=(team,))}, {}, Newsletter()))
    sent = {"email": EVA["email"]}
    answer = service.post("/forms/demo", sent, accept="application/json")
    assert (answer.status, answer.json["errors"]) == (
        422,
        [{"code": "REQUIRED_FIELD_MISSING", "field": "team", "message": "team: choose one of the options"}],
    )
    empty = service.post("/forms/demo", {**sent, "team": ""}, accept="application/json")
    assert empty.json["errors"][0]["code"] == "REQUIRED_FIELD_EMPTY"
    assert service.post("/forms/demo", {**sent, "team": "51-200", "colour": "green"}).status == 303
    (fact,) = service.facts(EVA["email"])
    said = {name: fact["fields"][name] for name in ("company_size", "employees", "x_colour")}
    assert said == {"company_size": "51-200", "employees": 51, "x_colour": "green"}


# ---- what a submission means, and who hears of it --------------------------------------------------------------------


def webinar(copy: Any = "unqualified") -> FormsConfig:
    form = Form("webinar", "Spring webinar", "", "", copy, event="webinar.registered")
    return FormsConfig("1", {"webinar": form}, {}, Newsletter())


def subjects(service: Service) -> list[str]:
    service.pump()
    return [mail.subject.partition(":")[0] for mail in service.mails()]


def test_a_form_may_be_a_registration_and_scores_as_one(service: Service) -> None:
    store(service, webinar())
    service.post("/forms/webinar", EVA)
    assert subjects(service) == []
    assert [fact["type"] for fact in service.facts(EVA["email"])] == ["webinar.registered"]
    assert (service.standing(EVA["email"]).score.interest, service.standing(EVA["email"]).stage) == (10, "iql")


@pytest.mark.parametrize(("copy", "silent", "with_words"), [("unqualified", 0, 1), ("every", 1, 1), ("never", 0, 0)])
def test_who_hears_of_a_registration_is_the_owners_to_say(
    service: Service, copy: str, silent: int, with_words: int
) -> None:
    store(service, webinar(copy))
    service.post("/forms/webinar", EVA)
    assert len(subjects(service)) == silent
    service.clock.move(minutes=5)
    service.post("/forms/webinar", {**EVA, "message": "Will there be a recording?"})
    assert subjects(service) == ["Message A3"] * with_words


def test_what_makes_an_alert_is_no_copy_besides_it_though_every_one_is_heard(service: Service) -> None:
    form = replace(PACKAGED.forms["demo"], copy="every")
    store(service, FormsConfig("1", {"demo": form}, {}, Newsletter()))
    service.post("/forms/demo", EVA)
    assert subjects(service) == ["Sales lead A1"]


def test_what_was_sent_is_heard_as_its_form_said_then(service: Service) -> None:
    store(service, webinar("every"))
    service.post("/forms/webinar", EVA)
    service.clock.move(minutes=1)
    store(service, replace(webinar("never"), version="2"))
    service.post("/forms/webinar", {**EVA, "message": "Hello?"})
    assert len(subjects(service)) == 1
    assert sorted(fact["fields"]["copy"] for fact in service.facts(EVA["email"])) == ["every", "never"]


# ---- publishing ------------------------------------------------------------------------------------------------------


@pytest.fixture
def file(stack: on_aws.OnAws, tmp_path: Path) -> Path:
    return tmp_path / "forms.yaml"


def runs(*words: str) -> str:
    return str(on_aws.runs(*words).stdout)


OWN_FILE = "# ours\nforms:\n  trial: {label: Try it, means: request, asks: demo}\n"


def test_forms_are_published_shown_and_remembered(service: Service, file: Path) -> None:
    assert runs("forms", "show") == packaged_forms()
    assert "Nothing has been published" in runs("forms", "history")
    file.write_text(OWN_FILE)
    told = runs("forms", "publish", "--yes", "--by", "lena", str(file))
    assert "New: the form trial at /forms/trial." in told
    assert "Removed: the form demo. A page that still posts to /forms/demo gets a 404." in told
    assert "Removed: the download guide." in told
    assert "number 1. They are live within half a minute" in told
    assert service.post("/forms/trial", EVA).status == 303
    assert service.post("/forms/demo", EVA).status == 404
    assert runs("forms", "show") == OWN_FILE
    assert json.loads(runs("forms", "show", "--json"))["forms"][0]["id"] == "trial"

    service.clock.move(minutes=1)
    file.write_text(OWN_FILE.replace("Try it", "Try it out"))
    data = json.loads(runs("forms", "publish", "--json", "--by", "bo", str(file)))
    assert (data["number"], data["changes"]) == (2, ["Changed: the form trial."])
    assert [(each["number"], each["by"]) for each in json.loads(runs("forms", "history", "--json"))] == [
        (2, "bo"),
        (1, "lena"),
    ]
    kept = {item["sk"] for item in service.items() if item["pk"] == "CONFIG#forms-history" and "text" in item}
    assert kept == {f"FORMS#{read_forms(text).version}" for text in (OWN_FILE, file.read_text())}


def test_of_two_who_publish_at_once_the_second_is_told(service: Service) -> None:
    published, at = PublishedForms(service.table), service.clock()
    published.publish(read_forms(OWN_FILE), 0, "lena", at, OWN_FILE)
    with pytest.raises(Conflict):
        published.publish(read_forms("{}"), 0, "bo", at, "{}")
    assert published.active().forms.keys() == {"trial"}
    assert [each.by for each in published.history()] == ["lena"]


def test_a_file_with_a_mistake_is_not_published(service: Service, file: Path) -> None:
    file.write_text(OWN_FILE.replace("asks: demo", "asks: demos"))
    with pytest.raises(CommandError, match=r'line 3: forms\.trial\.asks: "demos" is not valid; did you mean "demo"'):
        runs("forms", "publish", "--yes", str(file))
    assert service.items() == []


def test_forms_that_cannot_be_read_are_mended_by_publishing_others(service: Service, file: Path) -> None:
    file.write_text(OWN_FILE)
    runs("forms", "publish", "--yes", str(file))
    broken = service.table.get("CONFIG#forms", "ACTIVE")
    assert broken is not None
    service.table.put({**broken, "forms": "no JSON"})
    with pytest.raises(CommandError, match="The published forms cannot be read by this version"):
        runs("forms", "show")
    told = runs("forms", "publish", "--yes", str(file))
    assert "The new forms cannot be compared with it." in told
    assert "number 2. They are live within half a minute." in told


def test_a_model_speaks_of_the_forms_in_force_and_goes_on_when_one_is_taken_away(service: Service, file: Path) -> None:
    model, rules = file.with_name("model.yaml"), packaged_model().partition("\nstories:\n")[0]
    model.write_text(rules.replace("{means: question, ", "{form: trial, ", 1))
    with pytest.raises(CommandError, match='there is no form "trial"'):
        runs("model", "publish", "--yes", str(model))
    file.write_text(packaged_forms())
    with pytest.raises(CommandError, match='there is no form "trial"'):
        runs("model", "check", str(model), "--forms", str(file))
    file.write_text(packaged_forms().replace("\nforms:\n", "\nforms:\n  trial: {label: Try it, means: nothing}\n"))
    runs("forms", "publish", "--yes", str(file))
    # The forms in force are the stack's, and a check asks no stack: it says what it could not look at.
    assert 'the form "trial" does not come with Leadbell, so it was not checked' in runs("model", "check", str(model))
    assert ", number 1. It is live within half a minute." in runs("model", "publish", "--yes", str(model))
    file.write_text(packaged_forms())
    told = runs("forms", "publish", "--yes", str(file))
    assert "Warning: the live scoring model names the form trial, which is removed." in told
    service.clock.move(minutes=1)
    service.post("/forms/demo", EVA)
    assert subjects(service) == ["Sales lead A1"]

"""Forms made for other services: each is taken in at the address it knows and answered as it expects.

Formspree, Basin and their kin post to `/f/{form}`, Web3Forms to `/submit`, Netlify's to any page, HubSpot's to an
address with portal and form. All end in the same fact as a plain form.
"""

import html
import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from tests.integration.service import ENVIRONMENT, EVA, FORM, Answer, Service

JSON = "application/json"
EMAIL = EVA["email"]
HUBSPOT = "/submissions/v3/integration/submit/1234567/demo"
HUTK = "60c2ccdfe4892f0fa0593940b12c11aa"

SITE = "https://www.example.com"
THANKS = f"{ENVIRONMENT['PUBLIC_URL']}/thanks?for=demo"


def post_json(service: Service, path: str, sent: Mapping[str, Any], **headers: str) -> Answer:
    return service.post_body(path, json.dumps(sent).encode(), JSON, **headers)


# ---- Formspree, Basin and their kin ----------------------------------------------------------------------------------


def test_a_form_made_for_formspree_is_led_on(service: Service) -> None:
    answer = service.post("/f/demo", {**EVA, "_next": f"{SITE}/done", "_subject": "New lead!", "_cc": "a@b.example"})
    assert (answer.status, answer.location) == (303, f"{SITE}/done")
    (fact,) = service.facts(EMAIL)
    assert (fact["type"], fact["fields"]["form"]) == ("form.submitted", "demo")
    assert "New lead!" in fact["fields"].values(), "kept as data"
    assert "a@b.example" not in str(fact), "a page may not say who gets a mail"


def test_without_a_word_on_where_to_go_it_is_the_thank_you_page_of_the_form(service: Service) -> None:
    assert service.post("/f/demo", EVA).location == "../thanks?for=demo"


def test_formspree_s_script_finds_what_it_looks_for(service: Service) -> None:
    answer = post_json(service, "/f/demo", EVA, accept=JSON, formspree_client="@formspree/core@4.0.0")
    assert answer.status == 200
    assert answer.json["ok"] is True
    assert answer.json["next"] == THANKS, "its client takes an answer without a text in `next` for a failure"


def test_formspree_s_script_knows_its_own_codes_only(service: Service) -> None:
    refused = post_json(service, "/f/demo", {"name": "x", "email": "eva@"}, formspree_client="@formspree/core@4.0.0")
    assert refused.status == 422
    (error,) = refused.json["errors"]
    assert (error["code"], error["field"]) == ("TYPE_EMAIL", "email")
    unknown = post_json(service, "/f/nothing", EVA, formspree_client="@formspree/core@4.0.0")
    assert (unknown.status, unknown.json["errors"][0]["code"]) == (404, "FORM_NOT_FOUND")
    assert "field" not in unknown.json["errors"][0], "else it would look for a field to mark"


def test_a_field_error_names_the_field_as_the_form_does(service: Service) -> None:
    answer = service.post("/f/demo", {"contact[mail]": "eva@"}, accept=JSON)
    assert answer.json["errors"][0]["field"] == "contact[mail]"


def test_one_submission_at_two_addresses_of_a_form_is_one(service: Service) -> None:
    first, second = (service.post(path, EVA, accept=JSON).json["id"] for path in ("/forms/demo", "/f/demo"))
    assert first == second
    assert len(service.facts()) == 1


# ---- Netlify ---------------------------------------------------------------------------------------------------------


def test_a_form_made_for_netlify_says_which_one_it_is(service: Service) -> None:
    sent = {"form-name": "demo", "bot-field": "", "subject": "Hello", **EVA}
    answer = service.post("/", sent)
    assert (answer.status, answer.location) == (303, "thanks?for=demo")
    (fact,) = service.facts(EMAIL)
    assert fact["fields"]["form"] == "demo"
    assert "form-name" not in str(fact)


@pytest.mark.parametrize("sent", [EVA, {**EVA, "form-name": "order"}])
def test_a_form_without_a_name_that_we_know_is_not_found(service: Service, sent: dict[str, str]) -> None:
    answer = service.post("/", sent, accept=JSON)
    assert (answer.status, answer.json["code"]) == (404, "FORM_NOT_FOUND")
    assert service.items() == []


# ---- Web3Forms -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, {"accept": JSON}])
def test_web3forms_answers_json_also_to_a_plain_form(service: Service, headers: dict[str, str]) -> None:
    answer = service.post("/submit", {"access_key": "demo", "from_name": "Site", **EVA}, **headers)
    (fact,) = service.facts(EMAIL)
    assert answer.status == 200
    assert answer.json["success"] is True
    assert answer.json["message"].startswith("We have received your demo request.")
    assert answer.json["data"] == {"id": fact["id"], "status": "received"}
    assert "access_key" not in str(fact)


@pytest.mark.parametrize(
    ("redirect", "location"), [(f"{SITE}/done", f"{SITE}/done"), ("https://evil.example.net/", "thanks?for=demo")]
)
def test_web3forms_leads_a_plain_form_on_if_it_asks_for_it(service: Service, redirect: str, location: str) -> None:
    answer = service.post("/submit", {"access_key": "demo", "redirect": redirect, **EVA})
    assert (answer.status, answer.location) == (303, location)


def test_web3forms_gives_a_script_json_whatever_it_asks_for(service: Service) -> None:
    answer = post_json(service, "/submit", {"access_key": "demo", "redirect": f"{SITE}/done", **EVA})
    assert (answer.status, answer.json["success"]) == (200, True)


def test_web3forms_says_no_in_its_own_way(service: Service) -> None:
    answer = service.post("/submit", {"access_key": "demo", "email": "eva@"})
    assert answer.status == 422
    assert answer.json["success"] is False
    assert "not a valid e-mail address" in answer.json["message"]


def test_a_box_for_bots_that_is_not_ticked_is_no_bot(service: Service) -> None:
    post_json(service, "/submit", {"access_key": "demo", "botcheck": False, **EVA})
    assert len(service.facts(EMAIL)) == 1


# ---- HubSpot ---------------------------------------------------------------------------------------------------------


def hubspot_fields(**fields: str) -> dict[str, Any]:
    return {"fields": [{"objectTypeId": "0-1", "name": name, "value": value} for name, value in fields.items()]}


def test_hubspot_s_form_becomes_the_fact_of_a_plain_one(service: Service) -> None:
    consent = {"consentToProcess": True, "text": "You may store this"}
    sent = hubspot_fields(
        email=EMAIL, firstname="Eva", lastname="Example", jobtitle="VP Operations", numemployees="250"
    )
    context = {"hutk": HUTK, "pageUri": f"{SITE}/demo", "pageName": "Demo", "ipAddress": "203.0.113.9"}
    answer = post_json(service, HUBSPOT, {**sent, "context": context, "legalConsentOptions": {"consent": consent}})
    (fact,) = service.facts(EMAIL)
    assert answer.status == 200
    assert answer.json["inlineMessage"].startswith("We have received your demo request.")
    assert "redirectUri" not in answer.json
    kept = fact["fields"]
    assert (kept["name"], kept["job_title"], kept["employees"]) == ("Eva Example", "VP Operations", 250)
    assert (kept["visitor"], kept["page"]) == (HUTK, f"{SITE}/demo")
    assert "You may store this" in kept.values()
    assert "203.0.113.9" not in str(fact)


def test_hubspot_s_client_is_told_where_to_go_if_the_form_says_so(service: Service) -> None:
    answer = post_json(service, HUBSPOT, hubspot_fields(email=EMAIL, _redirect="/done"))
    assert answer.json["redirectUri"] == f"{SITE}/done"


@pytest.mark.parametrize(
    ("sent", "kind", "says"),
    [
        (hubspot_fields(email="eva@"), "INVALID_EMAIL", "Error in 'fields.email'. "),
        (hubspot_fields(firstname="Eva"), "REQUIRED_FIELD", "Error in 'fields.email'. "),
        ({"fields": 1}, "MALFORMED", "fields"),
        (hubspot_fields(), "EMPTY", "empty"),
    ],
)
def test_hubspot_s_client_gets_its_own_kind_of_error(service: Service, sent: Any, kind: str, says: str) -> None:
    answer = post_json(service, HUBSPOT, sent)
    assert answer.status == 400
    assert answer.json["status"] == "error"
    assert answer.json["correlationId"] == answer.json["request_id"] != ""
    (error,) = answer.json["errors"]
    assert (error["errorType"], says in error["message"]) == (kind, True)
    assert service.items() == []


def test_hubspot_s_client_is_told_of_an_unknown_form(service: Service) -> None:
    answer = post_json(service, HUBSPOT.replace("demo", "order"), hubspot_fields(email=EMAIL))
    assert (answer.status, answer.json["status"]) == (404, "error")


# ---- Everybody -------------------------------------------------------------------------------------------------------


def test_lists_and_nested_names_are_understood(service: Service) -> None:
    body = b"fields[email]=eva%40acme.example.com&company[name]=Acme&topic[]=price&topic[]=service&message=Hi"
    assert service.post_body("/f/contact", body, FORM).status == 303
    (fact,) = service.facts(EMAIL)
    kept = fact["fields"]
    assert (kept["email"], kept["company"], kept["x_topic[]"]) == (EMAIL, "Acme", "price, service")


@pytest.mark.parametrize("path", ["/forms/demo", "/f/demo", "/submit", HUBSPOT, "/newsletter", "/downloads/guide"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE"])
def test_whoever_opens_a_form_s_address_is_told_what_it_is(service: Service, path: str, method: str) -> None:
    from tests.integration.service import http_event

    answer = service.send(http_event(method, path, headers={"accept": "text/html"}))
    assert (answer.status, answer.headers["Allow"]) == (405, "POST, OPTIONS")
    if path not in ("/submit", HUBSPOT):
        assert (answer.body == "") == (method == "HEAD")
        assert method == "HEAD" or "open the website that it is on" in answer.body
    assert service.items() == []


def test_where_no_script_may_call_us_we_say_ourselves_what_is_allowed(service: Service) -> None:
    from tests.integration.service import http_event

    answer = service.send(http_event("OPTIONS", "/forms/demo"))
    assert (answer.status, answer.headers["Allow"], answer.body) == (204, "POST, OPTIONS", "")


CASES: dict[str, tuple[str, bytes, str]] = {
    "stored": ("/f/demo", b"email=eva%40acme.example.com", FORM),
    "a wrong field": ("/f/demo", b"email=eva%40", FORM),
    "nothing": ("/f/demo", b"", FORM),
    "no such form": ("/f/nothing", b"email=eva%40acme.example.com", FORM),
    "too large": ("/f/demo", b"message=" + b"x" * 300_000, FORM),
    "a picture": ("/f/demo", b"\x89PNG", "image/png"),
}


@pytest.mark.parametrize("name", CASES)
def test_every_answer_names_its_request_and_what_it_depends_on(service: Service, name: str) -> None:
    path, body, kind = CASES[name]
    page, told = (service.post_body(path, body, kind, accept=accept) for accept in ("text/html", JSON))
    assert told.json["request_id"] == "JKJaXmPLvHcESHA="
    assert told.headers["Vary"] == "Accept, Accept-Language, Origin"
    assert page.headers["Vary"].startswith("Accept, ")
    if page.status >= 400:
        assert "Reference: JKJaXmPLvHcESHA=" in page.body
        assert page.headers["Vary"] == told.headers["Vary"]


# ---- Pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "sorry", "why"),
    [
        ("sv", "Det gick inte att skicka", "E-post: ange en giltig e-postadress."),
        ("de", "Senden nicht möglich", "E-Mail: Bitte geben Sie eine gültige E-Mail-Adresse ein."),
        ("pl", "Nie udało się wysłać", "E-mail: prosimy podać poprawny adres e-mail."),
    ],
)
def test_a_page_speaks_the_browser_s_language_unless_the_form_says_another(
    service: Service, language: str, sorry: str, why: str
) -> None:
    by_browser = service.post("/f/demo", {"email": "eva@"}, accept_language=f"{language},en;q=0.5")
    by_form = service.post("/f/demo", {"email": "eva@", "_language": language}, accept_language="da")
    for page in (by_browser, by_form):
        assert page.status == 422
        assert f'<html lang="{language}">' in page.body
        assert sorry in page.body
        assert why in page.body
    told = service.post("/f/demo", {"email": "eva@"}, accept=JSON, accept_language=language)
    assert told.json["errors"][0]["message"] == why


def test_the_thank_you_page_speaks_it_too(service: Service) -> None:
    led = service.post("/f/demo", {**EVA, "_language": "nb"}).location
    assert led == "../thanks?for=demo&language=nb"
    assert "Takk" in service.get("/thanks?for=demo&language=nb").body
    assert "Tak</h1>" in service.get("/thanks?for=demo", accept_language="da-DK").body


def inputs(page: str) -> dict[str, str]:
    """The names and values of a page's form as a browser would send them."""
    plain = re.findall(r'<input [^>]*name="([^"]*)" value="([^"]*)"', page)
    long = re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    return {html.unescape(name): html.unescape(value) for name, value in (*plain, *long)}


def test_what_was_typed_is_kept_to_be_mended_and_sent_again(service: Service) -> None:
    typed = {**EVA, "email": "eva@", "message": 'Two "plants" & <40> pumps\r\nor more', "_redirect": f"{SITE}/done"}
    refused = service.post("/f/demo", {**typed, "utm_source": "mail"})
    assert refused.status == 422
    kept = inputs(refused.body)
    assert kept == {**typed, "utm_source": "mail"}
    again = service.post("/f/demo", {**kept, "email": EMAIL})
    assert (again.status, again.location) == (303, f"{SITE}/done")
    (fact,) = service.facts(EMAIL)
    assert fact["fields"]["message"] == typed["message"]


def test_no_page_of_ours_holds_a_value_in_an_address(service: Service) -> None:
    page = service.post("/f/demo", {**EVA, "email": "eva@"})
    assert re.findall(r"\b(?:action|href|src|formaction)=", page.body) == []
    assert f"form-action 'self' {SITE};" in page.headers["Content-Security-Policy"] + ";"


@pytest.mark.parametrize(
    ("path", "allowed"), [("/newsletter", f"'self' {SITE}"), ("/downloads/guide", f"'self' {SITE} https:")]
)
def test_what_is_sent_again_may_lead_where_the_door_leads(service: Service, path: str, allowed: str) -> None:
    # A browser holds the redirect after a post to the policy of the page that it was sent from.
    page = service.post(path, {"email": "eva@"})
    assert page.headers["Content-Security-Policy"].endswith(f"form-action {allowed}")


def test_a_key_used_for_another_body_is_not_sent_again(service: Service) -> None:
    assert service.post("/f/demo", {**EVA, "_idempotency": "k1"}).status == 303
    page = service.post("/f/demo", {**EVA, "company": "Other", "_idempotency": "k1"})
    assert page.status == 409
    kept = inputs(page.body)
    assert kept["company"] == "Other"
    assert "_idempotency" not in kept
    assert service.post("/f/demo", kept).status == 303


def test_a_table_that_refuses_loses_nothing_of_what_was_typed(service: Service) -> None:
    service.faults.refuse("forms", "PutItem", "InternalServerError", status=500)
    page = service.post("/f/demo", {**EVA, "_error_redirect": f"{SITE}/sorry"})
    assert page.status == 503, "only what the visitor can mend is led elsewhere: this has to say 503"
    assert page.headers["Retry-After"] == "5"
    assert inputs(page.body) == {**EVA, "_error_redirect": f"{SITE}/sorry"}


# ---- Where an error leads --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "location"),
    [
        (f"{SITE}/sorry", f"{SITE}/sorry?error=INVALID_FIELDS"),
        (f"{SITE}/sorry?a=1#form", f"{SITE}/sorry?a=1&error=INVALID_FIELDS#form"),
        ("/sorry", f"{SITE}/sorry?error=INVALID_FIELDS"),
    ],
)
def test_a_form_may_ask_for_its_own_error_page(service: Service, wanted: str, location: str) -> None:
    answer = service.post("/f/demo", {"email": "eva@", "_error_redirect": wanted})
    assert (answer.status, answer.location) == (303, location)
    assert service.items() == []


def test_an_error_page_elsewhere_is_ours_instead(service: Service) -> None:
    assert service.post("/f/demo", {"email": "eva@", "_error_redirect": "https://evil.example.net/"}).status == 422


def test_a_script_is_never_led_anywhere(service: Service) -> None:
    assert service.post("/f/demo", {"email": "eva@", "_error_redirect": "/sorry"}, accept=JSON).status == 422

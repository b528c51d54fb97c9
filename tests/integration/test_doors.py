"""The doors: what a browser, a script and a beacon get when all is well."""

import re
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import pytest

from tests.integration.sam_template import ROOT
from tests.integration.service import EVA, EVENT_FILES, FORM, Service, event_file, http_event

BROWSER_POSTS = {
    "forms-demo-urlencoded": "/thanks?for=demo",
    "forms-contact-multipart": "/thanks?for=contact",
    "forms-callback-phone-only": "/thanks?for=callback",
    "newsletter-signup": "/thanks?for=newsletter",
}
DOORS = {"forms": "/forms/demo", "newsletter": "/newsletter", "downloads": "/downloads/guide"}


@pytest.mark.parametrize("name", BROWSER_POSTS)
@pytest.mark.parametrize("stage", ["", "/prefix/of/an/emulator"])
def test_a_browser_is_led_to_the_thank_you_page(service: Service, name: str, stage: str) -> None:
    event = event_file(name)
    answer = service.send(event)
    assert (answer.status, answer.body) == (303, "")
    assert urljoin(f"https://api.example.com{stage}{event['rawPath']}", answer.location) == (
        f"https://api.example.com{stage}{BROWSER_POSTS[name]}"
    )
    (fact,) = service.facts()
    assert fact["trust"] == "submitted"


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("demo", "We have received your demo request"),
        ("callback", "will call you back"),
        ("newsletter", "You are subscribed"),
        ("no-such-form", "We have received your message"),
        ("%3Cscript%3E", "We have received your message"),
    ],
)
def test_the_thank_you_page_says_what_was_sent(service: Service, word: str, says: str) -> None:
    page = service.get(f"/thanks?for={word}")
    assert page.status == 200
    assert says in page.body
    assert "Example Ltd" in page.body
    assert "<script" not in page.body
    assert page.headers["Content-Type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert service.items() == []


@pytest.mark.parametrize(("folder", "path"), DOORS.items(), ids=DOORS)
def test_a_door_that_is_opened_like_a_page_stores_nothing(service: Service, folder: str, path: str) -> None:
    opened = http_event("GET", path, urlencode(EVA).encode(), {"content-type": FORM})
    answer = service.invoke(folder, opened)
    assert (answer["statusCode"], answer["headers"]["Allow"]) == (405, "POST, OPTIONS")
    assert service.items() == []


def test_the_thank_you_page_needs_no_word(service: Service) -> None:
    assert service.get("/thanks").status == 200


@pytest.mark.parametrize("name", ["forms-pricing-json", "forms-contact-beacon"])
def test_a_script_gets_json_that_names_the_fact(service: Service, name: str) -> None:
    answer = service.send(event_file(name))
    (fact,) = service.facts()
    assert answer.status == 200
    assert answer.json["ok"] is True
    assert answer.json["id"] == fact["id"]
    assert answer.json["status"] == "received"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("headers", [{"accept": "application/json"}, {"x_requested_with": "XMLHttpRequest"}])
def test_a_form_posted_by_a_script_gets_json_too(service: Service, headers: dict[str, str]) -> None:
    assert service.post("/forms/demo", EVA, **headers).json["ok"] is True


def test_a_browser_that_would_also_take_json_is_a_browser(service: Service) -> None:
    assert service.post("/forms/demo", EVA, accept="text/html,application/json;q=0.5").status == 303


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_download_leads_to_a_link_that_lives_for_a_quarter_of_an_hour(service: Service, accept: str) -> None:
    answer = service.post("/downloads/guide", {"email": EVA["email"]}, accept=accept)
    link = urlsplit(answer.location if accept == "text/html" else answer.json["next"])
    assert answer.status == (303 if accept == "text/html" else 200)
    # The region's own host: the global one redirects for a new bucket, and the signature does not survive that.
    assert (link.netloc, link.path) == ("leadbell-assets.s3.eu-north-1.amazonaws.com", "/guide.pdf")
    signed = {name: value for name, (value,) in parse_qs(link.query).items()}
    assert (signed["X-Amz-Expires"], signed["X-Amz-Algorithm"]) == ("900", "AWS4-HMAC-SHA256")
    assert signed["response-content-disposition"] == 'attachment; filename="guide.pdf"'
    (fact,) = service.facts(EVA["email"])
    assert (fact["type"], fact["fields"]["asset"]) == ("guide.requested", "guide")


def test_the_same_answer_for_an_address_that_is_known(service: Service) -> None:
    first = service.post("/newsletter", {"email": "reader@example.com"})
    service.pump()
    service.clock.move(days=3)
    second = service.post("/newsletter", {"email": "reader@example.com"})
    assert (first.status, first.location, first.body) == (second.status, second.location, second.body)


@pytest.mark.parametrize(
    ("wanted", "target"),
    [
        ("https://www.example.com/thanks.html?a=1", "https://www.example.com/thanks.html?a=1"),
        ("/danke", "https://www.example.com/danke"),
        ("https://evil.example.net/", "../thanks?for=demo"),
        ("https://www.example.com.evil.example.net/", "../thanks?for=demo"),
        ("https://www.example.com@evil.example.net/", "../thanks?for=demo"),
        ("http://www.example.com/", "../thanks?for=demo"),
        ("//evil.example.net/", "../thanks?for=demo"),
        ("/\\evil.example.net/", "../thanks?for=demo"),
        ("javascript:alert(1)", "../thanks?for=demo"),
        ("https://www.example.com/\r\nSet-Cookie: a=b", "../thanks?for=demo"),
    ],
)
def test_a_form_leads_back_to_listed_sites_only(service: Service, wanted: str, target: str) -> None:
    answer = service.post("/forms/demo", {**EVA, "_redirect": wanted})
    assert (answer.status, answer.location) == (303, target)
    assert "_redirect" not in str(service.facts())


@pytest.mark.parametrize(
    "field", ["email", "e-mail", "Mail", "your-email", "EMAIL_ADDRESS", "epost", "fields[contact]"]
)
def test_an_address_is_found_whatever_its_field_is_called(service: Service, field: str) -> None:
    assert service.post("/forms/contact", {field: "eva@acme.example.com", "message": "Hello"}).status == 303
    (fact,) = service.facts("eva@acme.example.com")
    assert fact["fields"]["email"] == "eva@acme.example.com"


def test_two_fields_with_addresses_and_no_usual_name_are_a_riddle(service: Service) -> None:
    answer = service.post("/forms/contact", {"a": "eva@acme.example.com", "b": "max@acme.example.com"})
    assert answer.status == 422


def test_a_phone_number_alone_is_a_contact(service: Service) -> None:
    service.send(event_file("forms-callback-phone-only"))
    (fact,) = service.facts()
    assert fact["fields"]["phone_e164"] == "+46701740605"
    assert "email" not in fact["fields"]


def test_a_number_without_country_code_is_read_as_one_of_the_default_country(service: Service) -> None:
    service.post("/forms/callback", {"name": "Finn Example", "phone": "070-174 06 05"})
    (fact,) = service.facts()
    assert fact["fields"]["phone_e164"] == "+46701740605"


def test_what_we_have_no_name_for_is_kept(service: Service) -> None:
    service.post("/forms/demo", {**EVA, "Favourite colour": "green", "products[]": "bell"})
    (fact,) = service.facts(EVA["email"])
    kept = {name: value for name, value in fact["fields"].items() if name.startswith("x_")}
    assert kept == {"x_Favourite colour": "green", "x_products[]": "bell"}


def test_a_file_that_comes_with_a_question_is_kept(service: Service) -> None:
    service.send(event_file("forms-contact-multipart"))
    (fact,) = service.facts("max@muster.example.com")
    assert fact["fields"]["message"] == "Passt das auch für uns?\r\nDanke!"
    assert fact["fields"]["name"] == "Max Muster"
    assert fact["fields"]["file_1"] == "txt 36 plan.txt"


@pytest.mark.parametrize("name", EVENT_FILES)
def test_each_file_in_events_is_answered_by_the_function_that_its_page_names(service: Service, name: str) -> None:
    page = event_file_page()
    assert page.keys() == set(EVENT_FILES)
    answer = service.invoke(page[name].removesuffix("Function").lower(), event_file(name))
    assert answer.get("statusCode", 200) in (200, 303) or name in ("alert-link", "unsubscribe-one-click")


def event_file_page() -> dict[str, str]:
    rows = re.findall(r"^\| `([\w-]+)\.json` \| (\w+) \|", (ROOT / "events/README.md").read_text(), re.MULTILINE)
    return dict(rows)

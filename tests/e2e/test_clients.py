"""Other services' clients, pointed at Leadbell and otherwise unchanged, get the answers they expect.

Formspree's two packages are installed from the npm registry as `clients/package-lock.json` pins them.
"""

import json
import os
import shutil
import subprocess
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlencode

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as expected
from selenium.webdriver.support.ui import WebDriverWait

from cli.local.running import Running
from cli.service import Service
from leadbell.table import Item, decode

CLIENTS = Path(__file__).with_name("clients")
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


def address() -> str:
    """An address nobody has used before."""
    return f"p{uuid.uuid4().hex[:10]}@acme.example.com"


def facts(running: Running) -> list[Item]:
    """All that is stored of anybody."""
    pages = running.stack.client("dynamodb").get_paginator("scan").paginate(TableName=Service(running.stack).table.name)
    items = [decode(item) for page in pages for item in page["Items"]]
    return [item for item in items if item["sk"].startswith("EVENT#") and "fields" in item]


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with Formspree's packages and the script that uses them."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        problem = "needs Node and npm: apt-get install nodejs npm"
        if os.environ.get("CI"):
            pytest.fail(problem)
        pytest.skip(problem)
    folder = tmp_path_factory.mktemp("clients")
    for file in CLIENTS.iterdir():
        if file.is_file():
            shutil.copy(file, folder)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=180)
    return folder


# ---- Formspree -------------------------------------------------------------------------------------------------------


def submitted(packages: Path, api_url: str, *cases: dict[str, Any]) -> list[dict[str, Any]]:
    """What `@formspree/core` makes of the answers."""
    done = subprocess.run(
        ["node", "formspree.cjs", api_url],
        cwd=packages,
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_formspree_s_client_works_unchanged(running: Running, packages: Path) -> None:
    typed = {"name": "Eva Berg", "message": "Hello"}
    stored, posted, wrong, unknown = submitted(
        packages,
        running.addresses.api_url,
        {"form": "demo", "data": {**typed, "email": address()}},
        {"form": "demo", "data": {**typed, "email": address()}, "as_form_data": True},
        {"form": "demo", "data": {**typed, "email": "eva@"}},
        {"form": "order", "data": {**typed, "email": address()}},
    )
    assert stored["kind"] == posted["kind"] == "success"
    assert stored["next"].endswith("/thanks?for=demo")
    ((field, (error,)),) = wrong["fields"]
    assert (wrong["kind"], field, error["code"]) == ("error", "email", "TYPE_EMAIL")
    assert "not a valid e-mail address" in error["message"]
    assert wrong["form"] == []
    (missing,) = unknown["form"]
    assert (unknown["kind"], missing["code"], unknown["fields"]) == ("error", "FORM_NOT_FOUND", [])


PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>A website</title>
<form id="ours"><input name="email"><span data-fs-error="email"></span><div data-fs-error></div>
<textarea name="message">Hello</textarea><div data-fs-success></div><button type="submit">Send</button></form>
<form id="plain" method="post" action="$API/f/demo"><input name="email"><input name="name" value="Eva Berg">
<input type="hidden" name="_language" value="sv"><button>Send</button></form>
<script src="/global.js"></script>
<script>formspree('initForm', {formElement: '#ours', formId: 'contact', origin: '$API'})</script>"""


@pytest.fixture
def website(running: Running, packages: Path, tmp_path: Path) -> Iterator[str]:
    """A website on an origin of its own, with Formspree's script and a plain form."""
    shutil.copy(packages / "node_modules/@formspree/ajax/dist/global.js", tmp_path)
    (tmp_path / "index.html").write_text(PAGE.replace("$API", running.addresses.api_url), encoding="utf-8")

    class Quiet(SimpleHTTPRequestHandler):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args, directory=str(tmp_path))

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


def test_formspree_s_script_on_a_page_marks_the_field_and_then_says_thank_you(
    website: str, browser: webdriver.Chrome
) -> None:
    browser.get(website)
    form = browser.find_element(By.ID, "ours")
    form.find_element(By.NAME, "email").send_keys("eva@")
    form.find_element(By.TAG_NAME, "button").click()
    why = (By.CSS_SELECTOR, "#ours [data-fs-error='email']")
    WebDriverWait(browser, 15).until(expected.text_to_be_present_in_element(why, "not a valid e-mail address"))

    form.find_element(By.NAME, "email").send_keys(address().replace("@", "x."))
    form.find_element(By.TAG_NAME, "button").click()
    done = (By.CSS_SELECTOR, "#ours [data-fs-success]")
    WebDriverWait(browser, 15).until(expected.text_to_be_present_in_element(done, "Thank you!"))


def test_a_plain_form_is_mended_on_our_page_and_arrives(
    running: Running, website: str, browser: webdriver.Chrome
) -> None:
    browser.get(website)
    form = browser.find_element(By.ID, "plain")
    form.find_element(By.NAME, "email").send_keys("eva@")
    form.find_element(By.TAG_NAME, "button").click()
    WebDriverWait(browser, 15).until(expected.title_is("Det gick inte att skicka"))
    assert "?" not in browser.current_url

    email = browser.find_element(By.NAME, "email")
    assert email.get_attribute("value") == "eva@"
    assert browser.find_element(By.NAME, "name").get_attribute("value") == "Eva Berg"
    who = address()
    email.clear()
    email.send_keys(who)
    browser.find_element(By.TAG_NAME, "button").click()
    WebDriverWait(browser, 15).until(expected.title_is("Tack"))
    assert [fact["fields"]["name"] for fact in facts(running) if fact["fields"].get("email") == who] == ["Eva Berg"]


# ---- As curl would ---------------------------------------------------------------------------------------------------


def post(running: Running, path: str, body: bytes, kind: str = FORM, **headers: str) -> tuple[int, str, Any]:
    """Status, Location and content, without following where it leads."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: Any) -> None:
            return None

    request = urllib.request.Request(f"{running.addresses.api_url}{path}", body, {"Content-Type": kind, **headers})
    try:
        with urllib.request.build_opener(Stay).open(request, timeout=30) as answer:
            return answer.status, "", json.load(answer)
    except urllib.error.HTTPError as answer:
        with answer:
            text = answer.read().decode()
            told = json.loads(text) if answer.headers.get_content_type() == JSON else text
            return answer.code, answer.headers.get("Location", ""), told


def test_each_service_s_payload_gets_that_service_s_answer(running: Running) -> None:
    site = running.addresses.site_url.rstrip("/")
    typed = {"name": "Eva Berg", "email": address(), "message": "Hello"}

    status, location, _ = post(running, "/f/demo", urlencode({**typed, "_next": f"{site}/done"}).encode())
    assert (status, location) == (303, f"{site}/done"), "Formspree and its kin"

    status, location, _ = post(running, "/", urlencode({**typed, "form-name": "contact", "bot-field": ""}).encode())
    assert (status, location) == (303, "thanks?for=contact"), "Netlify"

    status, _, told = post(running, "/submit", urlencode({**typed, "access_key": "pricing"}).encode())
    assert (status, told["success"]) == (200, True), "Web3Forms"
    (fact,) = [fact for fact in facts(running) if fact["id"] == told["data"]["id"]]
    assert fact["fields"]["form"] == "pricing"

    fields = [{"objectTypeId": "0-1", "name": name, "value": value} for name, value in typed.items()]
    status, _, told = post(
        running, "/submissions/v3/integration/submit/1/callback", json.dumps({"fields": fields}).encode(), JSON
    )
    assert (status, told["inlineMessage"]) == (200, "We have received your request and will call you back."), "HubSpot"

    status, _, told = post(running, "/f/demo", urlencode(typed).encode(), **{"X-Requested-With": "XMLHttpRequest"})
    assert (status, told["ok"]) == (200, True), "any script"


def test_a_script_of_another_site_may_send_the_headers_that_formspree_s_does(running: Running) -> None:
    asked = "content-type,formspree-client,formspree-session-data,x-requested-with"
    headers = {
        "Origin": "https://www.example.com",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": asked,
    }
    request = urllib.request.Request(f"{running.addresses.api_url}/f/demo", headers=headers, method="OPTIONS")
    with urllib.request.urlopen(request, timeout=30) as answer:
        allowed = answer.headers["Access-Control-Allow-Headers"].lower().replace(" ", "").split(",")
        assert set(asked.split(",")) <= set(allowed)
        assert answer.headers["Access-Control-Allow-Origin"] in ("*", "https://www.example.com")


def test_whoever_opens_a_form_s_address_in_a_browser_is_told_what_it_is(running: Running) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{running.addresses.api_url}/forms/demo", timeout=30)
    with refused.value as answer:
        assert (answer.code, answer.headers["Allow"]) == (405, "POST, OPTIONS")
        assert "This address only accepts submitted forms." in answer.read().decode()

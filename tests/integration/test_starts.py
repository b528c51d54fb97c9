"""What a door has loaded after its first answer: nothing of scoring, and nothing that only another submission needs.

Each runs in a process of its own, as in a new Lambda, over a table that is empty.
"""

import json
import os
import subprocess
import sys
from functools import cache
from urllib.parse import urlencode

import pytest

from leadbell.field_names import OURS
from tests.integration.sam_template import ROOT
from tests.integration.service import ENVIRONMENT, EVA, FORM, http_event

EVERY_FIELD = {
    **EVA,
    **dict.fromkeys(OURS.values(), "yes"),
    "email": "eva@acme.example.com",
    "phone": "+46 70 123 45 67",
    "country": "Sweden",
    "company_size": "201-500",
    "revenue": "10 million",
    "message": "We would like to see it with our own data.",
    "_anon": "0123456789abcdef",
    "_language": "de",
    "colour": "green",
}
# What none may have loaded: a door would answer later for it.
NEVER = {"boto3", "s3transfer", "pydantic", "pydantic_core", "ruamel", "re2", "leadbell.scoring", "leadbell.qualify"}
OF_FEW = {"phonenumbers", "pycountry", "jinja2", "python_multipart", "dns", "disposable_email_domains"}

FIRST_ANSWER = """
import json, sys, types
import app

class Empty:
    def __getattr__(self, name):
        return lambda **_: {"Items": []}

(getattr(app, "table", None) or app.contacts.table)._client = Empty()
context = types.SimpleNamespace(
    function_name="f", memory_limit_in_mb=512, invoked_function_arn="a", aws_request_id="r"
)
answer = app.lambda_handler(json.loads(sys.stdin.read()), context)
print(answer["statusCode"], *sys.modules)
"""


def post(path: str, fields: dict[str, str]) -> str:
    return json.dumps(http_event("POST", path, urlencode(fields).encode(), {"content-type": FORM, "accept": "*/*"}))


@cache
def first_answer(folder: str, event: str, code: str = FIRST_ANSWER) -> tuple[int, frozenset[str]]:
    """Its status, and the modules and packages that its process has loaded then."""
    path = {"PYTHONPATH": f"{ROOT / 'functions' / folder}:{ROOT / 'shared'}"}
    environment = {**os.environ, **ENVIRONMENT, **path, "POWERTOOLS_SERVICE_NAME": folder}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment, input=event)
    status, *modules = done.stdout.splitlines()[-1].split()
    rooms = {".".join(name.split(".")[:2]) for name in modules if name.startswith("leadbell.")}
    return int(status), frozenset((*modules, *rooms, *(name.partition(".")[0] for name in modules)))


POSTS = {
    "forms": post("/forms/demo", EVERY_FIELD),
    "newsletter": post("/newsletter", EVERY_FIELD),
    "downloads": post("/downloads/guide", EVERY_FIELD),
}


@pytest.mark.parametrize("folder", POSTS)
def test_a_door_loads_nothing_of_scoring_for_a_form_with_every_field(folder: str) -> None:
    status, loaded = first_answer(folder, POSTS[folder])
    assert status == 303
    assert loaded & NEVER == set()
    assert "leadbell.lifecycle" not in loaded


def test_what_a_form_says_loads_what_reads_it() -> None:
    _, loaded = first_answer("forms", POSTS["forms"])
    assert {"phonenumbers", "pycountry", "email_validator"} <= loaded
    assert loaded & (OF_FEW - {"phonenumbers", "pycountry"}) == set()


@pytest.mark.parametrize(("folder", "path"), [("forms", "/forms/contact"), ("newsletter", "/newsletter")])
def test_a_short_form_loads_nothing_of_what_only_some_need(folder: str, path: str) -> None:
    status, loaded = first_answer(folder, post(path, {"email": EVERY_FIELD["email"], "message": "Hello there"}))
    assert status == 303
    assert loaded & (NEVER | OF_FEW) == set()
    for module in ("web.pages", "web.refusals", "web.error_pages", "capture.file_types", "capture.quarantine"):
        assert f"leadbell.{module}" not in loaded


@pytest.mark.parametrize(("folder", "path"), [("consent", "/unsubscribe/none"), ("sales", "/alerts/none")])
def test_a_page_behind_a_link_loads_nothing_of_scoring(folder: str, path: str) -> None:
    status, loaded = first_answer(folder, json.dumps(http_event("GET", path)))
    assert status == 404
    assert loaded & NEVER == set()


def test_a_refused_form_loads_pages_and_nothing_of_scoring() -> None:
    status, loaded = first_answer("forms", post("/forms/demo", {"name": "Eva"}))
    assert status == 422
    assert loaded & NEVER == set()
    assert "jinja2" in loaded


def test_a_link_to_a_file_loads_nothing_of_scoring() -> None:
    status, loaded = first_answer("downloads", json.dumps(http_event("HEAD", "/d/none")))
    assert status == 404
    assert loaded & NEVER == set()


def started(folder: str) -> frozenset[str]:
    """The modules and packages that a function's process has loaded before its first call."""
    return first_answer(folder, "", "import sys, app; print(0, *sys.modules)")[1]


@pytest.mark.parametrize("folder", ["notify", "score", "sweep"])
def test_what_works_behind_the_doors_starts_without_what_checks_files(folder: str) -> None:
    loaded = started(folder)
    assert loaded & {"boto3", "pydantic", "ruamel", "email_validator", "re2", *OF_FEW} == set()
    assert ("leadbell.scoring" in loaded) is (folder != "notify")


def test_an_alert_waits_for_nothing_that_only_mails_to_visitors_need() -> None:
    loaded = started("notify")
    assert "leadbell.outbox.sales_delivery" in loaded
    assert not any(name.startswith(("leadbell.outbox.visitor", "leadbell.translations")) for name in loaded)

"""The OpenAPI document says what the doors do: each route of the template and no other, each status, each form."""

import ast
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from cli.errors import CommandError
from cli.main import app
from cli.openapi import OPERATIONS, Kind, Operation, document, documented, routes_of
from leadbell.forms.config import PACKAGED, Form, FormField, FormsConfig
from leadbell.web.refusals import refusals
from tests.fuzz.hostile import HOSTILE
from tests.integration.sam_template import ROOT

ROUTES = routes_of(ROOT / "template.yaml")


def paths(forms: FormsConfig = PACKAGED) -> Any:
    return document(ROUTES, forms, "1")["paths"]


def served() -> Iterator[str]:
    """The routes that the functions' own decorators name."""
    for file in ROOT.glob("functions/*/app.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            for decorator in getattr(node, "decorator_list", ()):
                found = re.fullmatch(r"app\.(get|post|head|route)\('(.+?)'(.*)\)", ast.unparse(decorator))
                if found:
                    methods = re.findall(r"'([A-Z]+)'", found[3]) or [found[1].upper()]
                    yield from (f"{method} {found[2].replace('<', '{').replace('>', '}')}" for method in methods)


@pytest.mark.parametrize("route", ROUTES)
def test_each_route_of_the_template_is_described(route: str) -> None:
    assert documented(route), f"describe {route} in OPERATIONS of cli/openapi.py"


@pytest.mark.parametrize("described", OPERATIONS)
def test_each_description_is_of_a_route_of_the_template(described: str) -> None:
    method, _, path = described.partition(" ")
    assert {described, f"ANY {path}"} & set(ROUTES), f"{method} {path} is in OPERATIONS and not in template.yaml"


def test_what_is_described_is_what_the_functions_answer() -> None:
    assert set(served()) == {f"{method.upper()} {path}" for path, methods in paths().items() for method in methods}


def test_a_route_that_nobody_described_is_named_with_the_place_to_do_so() -> None:
    with pytest.raises(CommandError, match=r"POST /new of template\.yaml has no description") as error:
        document(["POST /new"], PACKAGED, "1")
    assert error.value.fix == "Add it to OPERATIONS in cli/openapi.py."


def test_a_route_for_any_method_is_described_method_by_method() -> None:
    assert documented("ANY /newsletter") == ["POST /newsletter"]


@pytest.mark.parametrize("route", OPERATIONS)
def test_each_status_of_the_one_table_is_in_each_operation(route: str) -> None:
    method, _, path = route.partition(" ")
    answers = paths()[path][method.lower()]["responses"]
    assert {str(status) for status, _ in refusals()} <= answers.keys()
    assert answers["503"]["headers"]["Retry-After"]["schema"]["const"] == 5


def test_the_forms_in_force_are_in_it() -> None:
    field = FormField("seats", "number", required=True)
    door = paths(FormsConfig("v", {"webinar": Form("webinar", "Webinar", "nothing", "question", fields=(field,))}))
    sending = door["/forms/{form_id}"]["post"]
    assert sending["parameters"][0]["schema"]["enum"] == ["webinar"]
    schema = sending["requestBody"]["content"]["application/json"]["schema"]
    assert schema["x-forms"]["webinar"]["fields"] == {"seats": {"type": "number", "required": True}}


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_of_route_has_its_answers(monkeypatch: pytest.MonkeyPatch, kind: Kind) -> None:
    monkeypatch.setattr("cli.openapi.OPERATIONS", {"POST /new/{token}": Operation("New", kind)})
    new = document(["ANY /new/{token}"], PACKAGED, "1")["paths"]["/new/{token}"]["post"]
    assert {"200", "303"} & new["responses"].keys()
    assert {"400", "404", "503"} <= new["responses"].keys()
    assert new["parameters"][0]["name"] == "token"


def test_the_answers_to_hostile_bodies_are_in_it() -> None:
    assert {str(each.status) for each in HOSTILE.values()} <= paths()["/forms/{form_id}"]["post"]["responses"].keys()


def test_every_reference_leads_somewhere() -> None:
    made = document(ROUTES, PACKAGED, "1")
    named = re.findall(r'"\$ref": "#/components/schemas/(\w+)"', json.dumps(made))
    assert set(named) <= made["components"]["schemas"].keys()


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    app(["openapi", "--packaged"], standalone_mode=False)
    printed = json.loads(capsys.readouterr().out)
    assert printed["openapi"] == "3.1.0"
    assert printed["paths"].keys() == paths().keys()

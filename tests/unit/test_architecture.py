"""Imports point one way, files stay small, and what stands in two places is the same in both."""

import ast
import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from ruamel.yaml import YAML

from leadbell import settings

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "shared" / "leadbell"
FUNCTIONS = sorted((ROOT / "functions").glob("*/app.py"))
MODULES = sorted(PACKAGE.glob("*.py"))

AWS = {"boto3", "botocore", "aws_lambda_powertools"}
EDGE = {"settings", "observability"}

# From the inside out: a module imports only from its own row and the rows above it.
ROWS = (
    {"errors", "keyed", "field_names", "countries", "mail", "plain_text", "colours"},
    {"events", "identity", "bodies", "forms", "links", "origins", "redirects", "routing", "uploads", "wording"},
    {"spam_words", "stamps", "languages"},
    {"profile", "conditions", "field_checks", "submissions", "companies", "consents", "visitor_mails"},
    {"hubspot", "pages", "refill", "shapes", "choice_pages"},
    {"syntax", "web_words", "spam"},
    {"mistakes", "acceptance", "acts"},
    {"rules", "forms_file"},
    {"fading", "lookback"},
    {"compiled"},
    {"counting"},
    {"scoring", "snapshots"},
    {"lifecycle", "appraisal"},
    {"timers"},
    {"dispositions", "colleagues"},
    {"moves", "notices"},
    {"decide", "publication"},
    {"alerts", "explain", "stories", "people"},
)
CORE = set().union(*ROWS)


def imported(path: Path) -> Iterator[str]:
    """Every module a file imports anywhere, also inside a function; not what is for the type checker alone."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports by a relative name"
            yield node.module or ""
            if node.module == "leadbell":
                yield from (f"leadbell.{alias.name}" for alias in node.names)


def foreign(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imported(path)}


def ours(path: Path) -> set[str]:
    return {name.split(".")[1] for name in imported(path) if name.startswith("leadbell.")}


def function_name(path: Path) -> str:
    return path.parent.name


# ---- arrows ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(CORE))
def test_the_core_knows_nothing_of_aws(name: str) -> None:
    assert foreign(PACKAGE / f"{name}.py") & AWS == set()


@pytest.mark.parametrize("name", sorted(CORE))
def test_a_core_module_imports_only_from_its_row_and_further_in(name: str) -> None:
    row = next(number for number, names in enumerate(ROWS) if name in names)
    assert ours(PACKAGE / f"{name}.py") <= set().union(*ROWS[: row + 1])


def test_who_sends_mails_starts_without_scoring() -> None:
    program = "import sys, leadbell.deliver, leadbell.post; print(*sys.modules)"
    path = {"PYTHONPATH": str(PACKAGE.parent)}
    printed = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, env=path
    ).stdout
    assert "leadbell.post" in printed.split()
    assert {"leadbell.scoring", "leadbell.rules"} & set(printed.split()) == set()


def test_importing_the_core_brings_no_aws_along() -> None:
    program = f"import sys, {', '.join(f'leadbell.{name}' for name in sorted(CORE))}; print(*sys.modules)"
    path = {"PYTHONPATH": str(PACKAGE.parent)}
    printed = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, env=path
    ).stdout
    assert "leadbell.scoring" in printed.split()
    assert {name.partition(".")[0] for name in printed.split()} & AWS == set()


def test_no_module_imports_itself_by_a_detour() -> None:
    graph = {path.stem: ours(path) & {each.stem for each in MODULES} for path in MODULES}
    while free := [name for name, needs in graph.items() if not needs]:
        graph = {name: needs - set(free) for name, needs in graph.items() if name not in free}
    assert graph == {}


@pytest.mark.parametrize("path", [path for path in MODULES if path.stem not in EDGE], ids=lambda path: path.stem)
def test_the_package_receives_values_and_never_looks_them_up(path: Path) -> None:
    assert ours(path) & EDGE == set()
    assert "os" not in foreign(path)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_only_the_functions_make_clients(path: Path) -> None:
    calls = [
        f"{node.func.value.id}.{node.func.attr}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name)
    ]
    assert {"boto3.client", "boto3.resource", "boto3.Session"}.isdisjoint(calls)


@pytest.mark.parametrize("path", [path for path in MODULES if path.stem != "clock"], ids=lambda path: path.stem)
def test_only_one_module_looks_at_the_clock(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not any(call in text for call in ("datetime.now(", "utcnow(", "date.today(", "time.time(", "uuid4("))


@pytest.mark.parametrize("path", FUNCTIONS, ids=function_name)
def test_a_function_has_a_handler_and_imports_no_other_function(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert isinstance(tree.body[-1], ast.FunctionDef)
    assert tree.body[-1].name == "lambda_handler"
    assert ast.get_docstring(tree)
    assert {"functions", "cli", "tests"} & foreign(path) == set()


def test_the_package_needs_nothing_of_the_command_line_or_the_tests() -> None:
    for path in MODULES:
        assert {"cli", "functions", "tests"} & foreign(path) == set(), path.name


# ---- size ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FUNCTIONS, ids=function_name)
def test_a_function_is_thin(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 80


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_fits_in_a_head(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
    long = [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno + 1 > 40
    ]
    assert long == []
    assert ast.get_docstring(tree)


# ---- settings and environment ----------------------------------------------------------------------------------------


def template() -> dict[str, Any]:
    loaded: dict[str, Any] = YAML(typ="rt").load((ROOT / "template.yaml").read_text(encoding="utf-8"))
    return loaded


def variables(block: Any) -> set[str]:
    return set(block.get("Environment", {}).get("Variables", {}))


def settings_class(path: Path) -> str:
    """The class a function reads its settings with: the `X` of `settings = X.from_env()`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    (name,) = [
        node.func.value.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.attr == "from_env"
    ]
    return name


@pytest.mark.parametrize("path", FUNCTIONS, ids=function_name)
def test_a_functions_settings_are_its_environment_in_the_template(path: Path) -> None:
    document = template()
    block = document["Resources"][f"{function_name(path).capitalize()}Function"]["Properties"]
    given = variables(document["Globals"]["Function"]) | variables(block)
    wanted: type[settings.Environment] = getattr(settings, settings_class(path))
    assert {name for name in given if not name.startswith("POWERTOOLS_")} == {
        field.alias for field in wanted.model_fields.values()
    }
    assert block["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] == function_name(path)


def test_every_function_of_the_template_has_a_folder_and_the_other_way_round() -> None:
    functions = {
        name for name, resource in template()["Resources"].items() if resource["Type"] == "AWS::Serverless::Function"
    }
    assert functions == {f"{function_name(path).capitalize()}Function" for path in FUNCTIONS}


ENVIRONMENT = {
    "TABLE_NAME": "table",
    "CONTACT_SALT": "a salt of the stack",
    "SITE_ORIGINS": " https://a.example/, https://b.example,, ",
    "DEFAULT_COUNTRY": "SE",
    "COMPANY_NAME": "",
    "ASSET_BUCKET": "assets",
    "ATTACHMENT_BUCKET": "attachments",
    "LINK_SECONDS": "900",
    "LIMIT_FACTOR": "1",
    "TURNSTILE_SECRET": "",
    "TURNSTILE_URL": "https://challenges.example",
    "PUBLIC_URL": "https://api.example",
    "DEFAULT_INBOX_TOPIC_ARN": "arn:aws:sns:eu-north-1:1:inbox",
    "RECEIPT_QUEUE_URL": "https://sqs.example/1/receipts",
    "SENDER_EMAIL": "news@a.example",
}
CLASSES = sorted({settings_class(path) for path in FUNCTIONS})


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


@pytest.mark.parametrize("name", CLASSES)
def test_every_missing_variable_is_named_at_once(name: str, environment: pytest.MonkeyPatch) -> None:
    wanted: type[settings.Environment] = getattr(settings, name)
    assert wanted.from_env().table_name == "table"
    for variable in ENVIRONMENT:
        environment.delenv(variable)
    with pytest.raises(ValueError, match="Field required") as refused:
        wanted.from_env()
    for field in wanted.model_fields.values():
        assert field.alias is not None
        assert field.alias in str(refused.value)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TABLE_NAME", ""),
        ("CONTACT_SALT", "short"),
        ("DEFAULT_COUNTRY", "Sweden"),
        ("ASSET_BUCKET", ""),
        ("LINK_SECONDS", "soon"),
        ("LINK_SECONDS", "5"),
    ],
)
def test_a_wrong_variable_stops_the_first_start(variable: str, value: str, environment: pytest.MonkeyPatch) -> None:
    environment.setenv(variable, value)
    with pytest.raises(ValueError, match=variable):
        settings.DownloadsSettings.from_env()


def test_the_sites_are_a_list_without_slashes_at_the_end(environment: pytest.MonkeyPatch) -> None:
    assert settings.DoorSettings.from_env().site_origins == ("https://a.example", "https://b.example")
    environment.setenv("SITE_ORIGINS", "")
    assert settings.DoorSettings.from_env().site_origins == ()


def test_tests_cannot_reach_aws() -> None:
    import os

    assert os.environ["AWS_ACCESS_KEY_ID"] == "testing"
    assert "AWS_PROFILE" not in os.environ
    assert isinstance(sys.modules.get("moto"), ModuleType)
    assert importlib.util.find_spec("leadbell") is not None

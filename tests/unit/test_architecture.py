"""Imports point one way, files stay small, and what stands in two places is the same in both."""

import ast
import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from ruamel.yaml import YAML

from leadbell import settings
from leadbell.errors import InvalidSettings

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "shared" / "leadbell"
FUNCTIONS = sorted((ROOT / "functions").glob("*/app.py"))
MODULES = sorted(PACKAGE.rglob("*.py"))

AWS = {"boto3", "botocore", "aws_lambda_powertools"}
EDGE = {"settings", "clients", "observability"}

# What all share, and nothing else: a new one is named here first. They import nothing but each other.
TOP = set(
    """
    errors keyed secret events identity profile consents companies countries field_names typed formats plain_text
    brand translations config_files yaml_files suggestions publications attribute_values table clients clock settings
    observability
    """.split()  # noqa: SIM905  # twenty-three quoted names read worse
)
# Each room, and the rooms it may import besides the top.
ROOMS: dict[str, set[str]] = {
    "web": set(),
    "own_words": set(),
    "scoring": {"own_words"},
    "outbox": set(),
    "forms": {"web"},
    "lifecycle": {"scoring"},
    "contacts": {"scoring", "lifecycle", "outbox"},
    "capture": {"web", "own_words", "forms", "scoring", "lifecycle", "contacts", "outbox"},
    "sales": {"scoring", "lifecycle", "contacts", "outbox", "capture"},
    "privacy": {"web", "lifecycle", "contacts", "outbox", "capture", "sales"},
    "qualify": {"own_words", "forms", "scoring", "lifecycle", "contacts", "outbox", "sales"},
}
# Where Amazon's own libraries may be imported; everything else is handed what it needs.
OF_AWS = {"clients", "table", "outbox/sns", "outbox/ses", "capture/attachments", "capture/downloads"}
OF_POWERTOOLS = {"observability"}
# These speak to the table, so they are not pure; all else of the rooms below is.
IMPURE = {"clients", "table", "publications", "secret", "observability", "scoring/published"}
PURE_ROOMS = {"", "own_words", "scoring", "lifecycle"}


def place(path: Path) -> str:
    """A module by room and name, as `scoring/rules`; one at the top by its name alone."""
    return path.relative_to(PACKAGE).with_suffix("").as_posix()


def room(path: Path) -> str:
    return "" if path.parent == PACKAGE else path.parent.name


INSIDE = [path for path in MODULES if path.stem != "__init__"]
PURE = [path for path in INSIDE if room(path) in PURE_ROOMS and place(path) not in IMPURE]


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
    """The modules of the package that a file imports, as `place` names them."""
    known = {place(each) for each in INSIDE}
    names = (
        name.removeprefix("leadbell.").replace(".", "/") for name in imported(path) if name.startswith("leadbell.")
    )
    return {name for name in names if name in known}


def function_name(path: Path) -> str:
    return path.parent.name


# ---- arrows ----------------------------------------------------------------------------------------------------------


def test_the_top_holds_what_all_share_and_the_rest_stands_in_rooms() -> None:
    assert {path.stem for path in INSIDE if room(path) == ""} == TOP
    assert {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"} == {*ROOMS, "data"}
    assert {path.parent.parent for path in INSIDE} <= {PACKAGE, PACKAGE.parent}


def test_contributors_are_shown_the_same_table_and_a_file_for_each_question() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \|.*\| ([`\w ]*)\|$", page, re.MULTILINE)
    assert {name: set(re.findall(r"\w+", imports)) for name, imports in rows} == ROOMS
    answers = re.findall(r"^\| … .*\? \| \[(.+)\]\((.+)\) \|$", page, re.MULTILINE)
    assert len(answers) >= 25
    for name, file in answers:
        assert file == f"shared/leadbell/{name}"
        assert (ROOT / file).is_file(), name


def test_contributors_are_shown_every_room() -> None:
    tree = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("  leadbell/ ")[2].partition("cli/ ")[0]
    assert set(re.findall(r"^    (\w+)/", tree, re.MULTILINE)) == {*ROOMS, "data"}


@pytest.mark.parametrize("path", INSIDE, ids=place)
def test_a_module_imports_its_own_room_and_those_that_the_table_names(path: Path) -> None:
    rooms = {name.rpartition("/")[0] for name in ours(path)}
    assert rooms <= {"", room(path), *ROOMS.get(room(path), ())}


@pytest.mark.parametrize("name", ROOMS)
def test_a_room_says_what_it_is_for_and_starts_no_module(name: str) -> None:
    body = ast.parse((PACKAGE / name / "__init__.py").read_text(encoding="utf-8")).body
    assert len(body) == 1
    assert isinstance(body[0], ast.Expr)


@pytest.mark.parametrize("path", PURE, ids=place)
def test_the_core_knows_nothing_of_aws(path: Path) -> None:
    assert foreign(path) & AWS == set()


@pytest.mark.parametrize("path", INSIDE, ids=place)
def test_the_libraries_of_aws_are_imported_where_its_errors_are_translated(path: Path) -> None:
    assert "boto3" not in foreign(path)
    assert "botocore" not in foreign(path) or place(path) in OF_AWS
    assert "aws_lambda_powertools" not in foreign(path) or place(path) in OF_POWERTOOLS


def modules_started_by(*paths: Path) -> set[str]:
    """What a fresh process has imported with these modules."""
    names = ", ".join(f"leadbell.{place(path).replace('/', '.')}" for path in paths)
    command = [sys.executable, "-c", f"import sys, {names}; print(*sys.modules)"]
    path = {"PYTHONPATH": str(PACKAGE.parent)}
    return set(subprocess.run(command, check=True, capture_output=True, text=True, env=path).stdout.split())


def test_who_sends_mails_starts_without_scoring() -> None:
    started = modules_started_by(*(path for path in INSIDE if room(path) == "outbox"))
    assert "leadbell.outbox.visitor_delivery" in started
    assert not any(name.startswith("leadbell.scoring") for name in started)


def test_importing_the_core_brings_no_aws_along() -> None:
    started = modules_started_by(*PURE)
    assert "leadbell.scoring.scoring" in started
    assert {name.partition(".")[0] for name in started} & AWS == set()


# Forked from a process that has imported what is not ours, which takes most of the time.
ALONE = """
import importlib, os, sys
import aws_lambda_powertools, boto3, jinja2, pydantic, ruamel.yaml
for name in sys.argv[1:]:
    if not os.fork():
        importlib.import_module(name)
        os._exit(0)
    assert os.wait()[1] == 0, name
"""


def test_every_module_can_be_imported_alone() -> None:
    names = [f"leadbell.{place(path).replace('/', '.')}" for path in INSIDE]
    path = {"PYTHONPATH": str(PACKAGE.parent)}
    done = subprocess.run([sys.executable, "-c", ALONE, *names], capture_output=True, text=True, env=path)
    assert done.returncode == 0, done.stderr


def test_no_module_imports_itself_by_a_detour() -> None:
    graph = {place(path): ours(path) for path in INSIDE}
    while free := [name for name, needs in graph.items() if not needs]:
        graph = {name: needs - set(free) for name, needs in graph.items() if name not in free}
    assert graph == {}


@pytest.mark.parametrize("path", [path for path in INSIDE if path.stem not in EDGE], ids=place)
def test_the_package_receives_values_and_never_looks_them_up(path: Path) -> None:
    assert ours(path) & EDGE == set()
    assert "os" not in foreign(path)


def test_one_module_makes_clients() -> None:
    assert [path.stem for path in INSIDE if "botocore.session" in imported(path)] == ["clients"]
    assert [path for path in FUNCTIONS if {"boto3", "botocore"} & foreign(path)] == []


@pytest.mark.parametrize("path", [path for path in INSIDE if path.stem != "clock"], ids=place)
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
    for path in INSIDE:
        assert {"cli", "functions", "tests"} & foreign(path) == set(), path.name


# ---- size ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FUNCTIONS, ids=function_name)
def test_a_function_is_thin(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 80


@pytest.mark.parametrize("path", INSIDE, ids=place)
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


def test_every_function_of_the_template_has_a_folder_and_the_other_way_round() -> None:
    functions = {
        name for name, resource in template()["Resources"].items() if resource["Type"] == "AWS::Serverless::Function"
    }
    assert functions == {f"{function_name(path).capitalize()}Function" for path in FUNCTIONS}


ENVIRONMENT = {
    "TABLE_NAME": "table",
    "SITE_ORIGINS": " https://a.example/, https://b.example,, ",
    "DEFAULT_COUNTRY": "SE",
    "COMPANY_NAME": "",
    "SITE_URL": "",
    "LOGO_URL": "",
    "PRIVACY_URL": "",
    "ASSET_BUCKET": "assets",
    "ATTACHMENT_BUCKET": "attachments",
    "LINK_SECONDS": "900",
    "LIMIT_FACTOR": "1",
    "TURNSTILE_SECRET": "",
    "PROXY_SECRET": "",
    "FIRST_MAILS_PER_DAY": "100000",
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
    with pytest.raises(InvalidSettings) as refused:
        wanted.from_env()
    for _, each in wanted.variables():
        assert f"{each.name} is missing" in str(refused.value)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TABLE_NAME", ""),
        ("DEFAULT_COUNTRY", "Sweden"),
        ("ASSET_BUCKET", ""),
        ("LINK_SECONDS", "soon"),
        ("LINK_SECONDS", "5"),
    ],
)
def test_a_wrong_variable_stops_the_first_start(variable: str, value: str, environment: pytest.MonkeyPatch) -> None:
    environment.setenv(variable, value)
    with pytest.raises(InvalidSettings, match=variable) as refused:
        settings.DownloadsSettings.from_env()
    assert not value or value not in str(refused.value)


def test_settings_never_show_what_they_hold(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TURNSTILE_SECRET", "a secret of the site")
    shown = repr(settings.FormsSettings.from_env())
    assert "a secret of the site" not in shown


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

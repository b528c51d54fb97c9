"""What GitHub and pre-commit call is there: commands, paths and targets; and the Makefile keeps to what macOS has."""

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = sorted(path for path in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")

TARGETS = set(re.findall(r"^([a-z0-9-]+):", MAKEFILE, re.MULTILINE))
# What Dependabot reads in a directory.
LOCKS = {"uv": "uv.lock", "npm": "package-lock.json", "github-actions": ".github/workflows"}
INPUTS = {"markdown", "textarea", "input", "dropdown", "checkboxes"}
# Not in GNU make 3.81, or not in the BSD tools.
FOREIGN_TO_MACOS = (
    r"\.ONESHELL|\.EXTRA_PREREQS|&:|!=|::=|\$\(file |\$\(let |"
    r"\bsed -[a-zA-Z]*[ir]|\bsed [^|]*\\t|\bgrep -[a-zA-Z]*P|\breadlink -f|\brealpath\b|\bdate -d|\bstat -c|\bsort -V|"
    r"\bxargs -[a-zA-Z]*r|\bcp --|\bmktemp --|\bflock\b|\btimeout\b|\bsha256sum\b|\bmd5sum\b|\bnproc\b|\btac\b|/proc/"
)


def read(path: Path) -> Any:
    return YAML(typ="safe").load(path)


def steps(path: Path) -> Iterator[dict[str, Any]]:
    for job in read(path)["jobs"].values():
        yield from job["steps"]


def check_commands() -> list[str]:
    """What `make check` runs, without what it says where a command fails."""
    environment = {"PATH": os.environ["PATH"]}
    command = ["make", "--no-print-directory", "--dry-run", "check"]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, env=environment).stdout
    lines = [line for line in told.splitlines() if re.match(r"\.(venv|tools)/\S+/bin/\S+ ?|\.venv/bin/", line)]
    return [line.partition(" || ")[0] for line in lines if " sync " not in line]


def hooks() -> list[dict[str, Any]]:
    (repository,) = read(ROOT / ".pre-commit-config.yaml")["repos"]
    found: list[dict[str, Any]] = repository["hooks"]
    return found


def test_the_hooks_are_the_commands_of_make_check() -> None:
    entries = [shlex.split(hook["entry"]) for hook in hooks()]
    run = [" ".join(words[2].split()) if words[:2] == ["sh", "-c"] else " ".join(words) for words in entries]
    assert run == check_commands()
    assert not any(hook["pass_filenames"] for hook in hooks())


def test_the_hooks_look_at_files_that_are_there() -> None:
    files = [path.name for path in ROOT.iterdir()] + ["shared/requirements.txt"]
    for hook in hooks():
        if "files" in hook:
            assert any(re.search(hook["files"], name) for name in files), hook["id"]
        else:
            assert hook["types"] == ["python"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_only_read_and_is_ended_by_a_newer_push(path: Path) -> None:
    workflow = read(path)
    assert workflow["permissions"] == {"contents": "read"}
    assert not any("permissions" in job for job in workflow["jobs"].values())
    assert workflow["on"].keys() == {"push", "pull_request"}
    assert workflow["concurrency"]["cancel-in-progress"] is True
    assert all(job["timeout-minutes"] for job in workflow["jobs"].values())


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_calls_what_is_there(path: Path) -> None:
    commands = [step["run"] for step in steps(path) if "run" in step]
    assert commands
    for command in commands:
        script = re.fullmatch(r"bash (\S+)", command)
        target = re.fullmatch(r"make (\S+)", command)
        assert (script and os.access(ROOT / script[1], os.X_OK)) or (target and target[1] in TARGETS), command


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_an_action_is_pinned_to_a_commit_whose_version_is_told(path: Path) -> None:
    used = re.findall(r"uses: (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(used) == sum("uses" in step for step in steps(path))
    for each in used:
        assert re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each), each


def test_all_checks_run_for_each_push_and_pull_request() -> None:
    assert "bash .ci/run" in [step.get("run") for path in WORKFLOWS for step in steps(path)]
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    called = re.findall(r"^(?:\w+=\S+ )?make ([a-z0-9-]+)$", script, re.MULTILINE)
    assert {"test", "check", "e2e"} <= {*called} <= TARGETS


def test_the_key_of_a_cache_names_files_that_are_there() -> None:
    for path in WORKFLOWS:
        for step in steps(path):
            for name in re.findall(r"'([^']+)'", step.get("with", {}).get("key", "")):
                assert (ROOT / name).exists(), name


def test_dependabot_looks_after_each_lock() -> None:
    updates = {each["package-ecosystem"]: each for each in read(GITHUB / "dependabot.yml")["updates"]}
    assert updates.keys() == LOCKS.keys()
    for kind, update in updates.items():
        assert (ROOT / update["directory"].lstrip("/") / LOCKS[kind]).exists(), kind
    ours = [path for path in ROOT.rglob("package-lock.json") if not {"node_modules", ".tools"} & {*path.parts}]
    assert [path.parent for path in ours] == [ROOT / updates["npm"]["directory"].lstrip("/")]


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_an_issue_form_is_one_that_github_shows(path: Path) -> None:
    form = read(path)
    assert {"name", "description", "body"} <= form.keys()
    asked = [part for part in form["body"] if part["type"] != "markdown"]
    assert {part["type"] for part in form["body"]} <= INPUTS
    assert all(part["attributes"]["label"] for part in asked)
    assert len({part["id"] for part in asked}) == len(asked)
    assert any(part.get("validations", {}).get("required") for part in asked)


def test_what_people_are_asked_for_exists() -> None:
    pages = [GITHUB / "PULL_REQUEST_TEMPLATE.md", *FORMS]
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert {*re.findall(r"\bmake ([a-z0-9-]+)", text)} <= TARGETS
        for name in re.findall(r"\b([A-Z]+\.md|template\.yaml)\b", text):
            assert (ROOT / name).exists(), name


def test_nobody_is_led_to_report_a_security_problem_in_public() -> None:
    assert read(GITHUB / "ISSUE_TEMPLATE/config.yml") == {"blank_issues_enabled": False}
    assert "SECURITY.md" in (GITHUB / "ISSUE_TEMPLATE/bug.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", [ROOT / "Makefile", ROOT / "shared/Makefile"], ids=lambda path: path.parent.name)
def test_a_makefile_keeps_to_what_macos_has(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#") and re.search(FOREIGN_TO_MACOS, line)] == []

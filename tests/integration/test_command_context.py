"""Which stack a command is for: by option, by environment, else the local one; and who changes one says which."""

from importlib.metadata import version
from pathlib import Path

import pytest
from typer import Typer
from typer.testing import CliRunner

from cli.main import COMMANDS, app
from cli.stack import LocalStack, connect, local_connection
from tests.integration.on_aws import Command, OnAws
from tests.integration.sam_template import ROOT
from tests.integration.service import DEFAULT_INBOX, EVA, REGION, Service

EMAIL = EVA["email"]
LINK = f"https://sns.{REGION}.amazonaws.com/confirmation.html?TopicArn={DEFAULT_INBOX}&Token=x"

WITHOUT_A_STACK = ("run", "forms check", "forms schema", "model check", "model schema")
READING = {
    "status": "",
    "contact": EMAIL,
    "explain": EMAIL,
    "reps list": "",
    "forms show": "",
    "forms history": "",
    "forms unread": "",
    "keys list": "",
    "privacy": "",
    "model diff": "FILE",
    "model show": "",
    "model history": "",
    "model held": "",
    "quarantine list": "",
    "quarantine show": "nothing-of-this-id",
    "openapi": "",
    "suppress show": EMAIL,
    "suppress count": "",
    "audit": "",
    "stale": "",
}
CHANGING = {
    "test-alert": "",
    "confirm": LINK,
    "add": EMAIL,
    "import": "FILE",
    "stage": f"{EMAIL} customer",
    "sales": f"{EMAIL} accepted",
    "reps add": "anna --email anna@example.com",
    "reps remove": "anna",
    "forms publish": "FILE --yes",
    "model publish": "FILE --yes",
    "quarantine release": "nothing-of-this-id",
    "consent": f"{EMAIL} --withdraw newsletter",
    "objection": EMAIL,
    "suppress add": EMAIL,
    "suppress remove": EMAIL,
    "export": EMAIL,
    "erase": f"{EMAIL} --yes",
    "reconcile": "",
    "redrive": "",
    "keys rotate": "--yes",
    "adopt": "--table t --asset-bucket a --attachment-bucket b --failure-bucket f",
    "doctor": "--no-form",
}


def names() -> list[str]:
    """Every command there is."""
    found: list[str] = []
    for commands in COMMANDS.values():
        for name, command in commands.items():
            inner = command.registered_commands if isinstance(command, Typer) else []
            found += [f"{name} {each.name or getattr(each.callback, '__name__', '')}" for each in inner] or [name]
    return found


def test_each_command_is_known_to_read_a_stack_to_change_one_or_to_need_none() -> None:
    assert sorted(names()) == sorted([*WITHOUT_A_STACK, *READING, *CHANGING])


@pytest.mark.parametrize("name", [*READING, *CHANGING])
def test_who_changes_something_says_in_which_stack_beside_what_is_printed(
    stack: OnAws, tmp_path: Path, name: str
) -> None:
    """Also where it is refused after that."""
    file = tmp_path / "file"
    file.write_text("email\neva@acme.example.com\n" if name == "import" else "forms: {}\n" if "forms" in name else "{}")
    words = f"{name} {(READING | CHANGING)[name]}".replace("FILE", str(file)).split()
    result = CliRunner().invoke(app, words)
    assert result.stderr.count("Stack: leadbell (eu-north-1)\n") == (name in CHANGING)
    assert "Stack:" not in result.stdout


def test_the_local_stack_has_no_region_to_tell() -> None:
    assert local_connection("leadbell-local", "http://127.0.0.1:4566", REGION).title == "local"


@pytest.fixture
def asked(stack: OnAws, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str | None, ...]]:
    """What commands say of the stack that they want."""
    wanted: list[tuple[str | None, ...]] = []

    def connected(*of: str | None) -> OnAws:
        wanted.append(of)
        return stack

    monkeypatch.setattr("cli.context.connect", connected)
    return wanted


def test_without_a_word_it_is_the_local_stack(
    leadbell: Command, asked: list[tuple[str | None, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_REGION")
    leadbell("reps", "list")
    assert asked == [(None, None, None)]


def test_the_environment_names_stack_and_region_and_an_option_goes_before_it(
    leadbell: Command, asked: list[tuple[str | None, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADBELL_STACK", "ours")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    leadbell("reps", "list")
    leadbell("reps", "list", "--stack-name", "theirs", "--region", "us-east-1", "--profile", "ops")
    assert asked == [("ours", "eu-west-1", None), ("theirs", "us-east-1", "ops")]


def test_a_command_connects_once_and_only_if_it_has_to(
    service: Service, leadbell: Command, asked: list[tuple[str | None, ...]]
) -> None:
    leadbell("openapi", "--packaged")
    assert asked == []
    service.post("/forms/demo", EVA)
    service.pump()
    leadbell("stage", EMAIL, "customer")
    assert len(asked) == 1


def test_profile_and_region_are_found_as_the_aws_cli_finds_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    config.write_text("[profile ops]\nregion = eu-west-3\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_PROFILE", "ops")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    session = connect("leadbell").session
    assert (session.profile_name, session.region_name) == ("ops", "eu-west-3")


def test_a_named_stack_goes_before_a_local_one_that_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    url = "http://127.0.0.1:4566"
    LocalStack(url, url, url, url, url, REGION, "leadbell-local", "table").write(tmp_path)
    monkeypatch.setenv("LEADBELL_DATA_DIR", str(tmp_path))
    assert connect().title == "local"
    assert connect("leadbell", "eu-west-1").title == "leadbell (eu-west-1)"


def test_the_version_is_that_of_the_package() -> None:
    assert CliRunner().invoke(app, ["--version"]).stdout == f"leadbell {version('leadbell')}\n"


def test_no_command_connects_by_itself_or_asks_for_the_stack_again() -> None:
    for path in (ROOT / "cli" / "commands").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not any(word in text for word in ("connect(", "stack_name", "Profile", "Region")), path.name

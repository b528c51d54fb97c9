"""Whatever a command ends with, it prints what is wrong and what to type: one test for each way to end."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore import exceptions
from botocore.exceptions import BotoCoreError, ClientError

from cli.aws_errors import FIXES, translated
from cli.commands import model as model_commands
from cli.errors import CommandError
from cli.main import app
from cli.publishing import read_forms_file, read_text
from cli.refusals import explained
from cli.stack import connect
from leadbell.errors import Conflict, NotWrittenDown, Unavailable, UnknownItem, UnknownRep
from leadbell.forms.file import packaged_forms
from leadbell.scoring.rules import packaged_model

CLI = Path(__file__).parents[3] / "cli"
FILES = sorted(CLI.rglob("*.py"))
# Raised to be caught within the same file, and what ends a command that has said all there is to say.
OF_A_FILE = {"Unreadable", "Refused", "ValueError"}
ENDS = {"typer.Exit", "SystemExit"}
# Functions that make a CommandError; the calls in them are looked at as well.
MAKERS = {"not_found", "_taken", "nothing_stored", "_in_part", "_unreadable", "told", "refused"}


def raised(tree: ast.AST) -> Iterator[ast.Raise]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Raise))


def named(expression: ast.expr | None) -> str:
    """What is raised, by its name; empty where an error is passed on as it is."""
    called = expression.func if isinstance(expression, ast.Call) else expression
    return "" if called is None else ast.unparse(called)


def calls_of(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == name)


def ended(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, list[str]]:
    """The status of a command that ends with an error, and what it printed beside its output."""
    with pytest.raises(SystemExit) as end:
        app(list(words))
    return int(end.value.code or 0), capsys.readouterr().err.splitlines()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(CLI).as_posix())
def test_every_error_of_a_command_has_its_fix(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in raised(tree):
        assert named(node.exc) in {"", "CommandError", *OF_A_FILE, *ENDS, *MAKERS}, f"{path.name}:{node.lineno}"
    for call in calls_of(tree, "CommandError"):
        assert (len(call.args), call.keywords) == (2, []), f"{path.name}:{call.lineno}"
        assert all(not (isinstance(arg, ast.Constant) and not arg.value) for arg in call.args)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(CLI).as_posix())
def test_what_the_status_finds_wrong_has_its_fix(path: Path) -> None:
    for call in calls_of(ast.parse(path.read_text(encoding="utf-8")), "Finding"):
        is_well = call.args[1]
        if isinstance(is_well, ast.Constant) and is_well.value is False:
            assert len(call.args) >= 4, f"{path.name}:{call.lineno}"


def _client_error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "No."}}, "GetItem")


def _of_botocore() -> Iterator[BotoCoreError]:
    """Each error of botocore, made without what it would tell."""
    for each in vars(exceptions).values():
        if isinstance(each, type) and issubclass(each, BotoCoreError):
            error = each.__new__(each)  # type: ignore[call-overload]  # without its words, made of its arguments
            error.args = ("it failed",)
            yield error


@pytest.mark.parametrize("error", list(_of_botocore()), ids=lambda error: type(error).__name__)
def test_every_error_on_the_way_to_aws_has_its_fix(error: BotoCoreError) -> None:
    told = translated(error)
    assert told.problem
    assert told.fix.endswith((".", "`"))


@pytest.mark.parametrize("code", [*FIXES, "SomethingNew", ""])
def test_every_refusal_of_aws_has_its_fix(code: str) -> None:
    told = translated(_client_error(code))
    assert "GetItem" in told.problem
    assert told.fix.endswith((".", "`"))


@pytest.mark.parametrize(
    ("code", "fix"),
    [
        ("AccessDeniedException", "aws sts get-caller-identity"),
        ("ExpiredTokenException", "aws sso login"),
        ("ThrottlingException", "Wait a minute"),
        ("ResourceNotFoundException", "make deploy"),
    ],
)
def test_what_to_do_depends_on_what_aws_refused(code: str, fix: str) -> None:
    assert fix in translated(_client_error(code)).fix


def _caused(cause: Exception | None) -> Unavailable:
    error = Unavailable("the table cannot be reached")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "problem", "fix"),
    [
        (UnknownRep("bo", []), "There is no rep with the id bo.", "leadbell reps add bo"),
        (UnknownRep("bo", ["anna"]), "There is no rep with the id bo.", "Use one of: anna."),
        (NotWrittenDown("nothing was changed"), "Nothing was changed.", "Run the same command again."),
        (Conflict("somebody else wrote first"), "Somebody else wrote first.", "Run the same command again."),
        (UnknownItem("an item is not known"), "An item is not known.", "Use the leadbell command"),
        (_caused(None), "The table cannot be reached.", "Run the same command again."),
        (_caused(exceptions.NoCredentialsError()), "No usable AWS credentials were found.", "aws sso login"),
        (FileNotFoundError(2, "No such file or directory", "out/eva.json"), "out/eva.json: No such", "ls -ld out/eva"),
    ],
)
def test_what_the_service_or_the_machine_refuses_has_its_fix(error: Exception, problem: str, fix: str) -> None:
    told = explained(error)
    assert told is not None
    assert told.problem.startswith(problem)
    assert fix in told.fix


def test_a_bug_keeps_its_traceback() -> None:
    assert explained(KeyError("x")) is None
    assert explained(OSError("no file is to blame")) is None


@pytest.mark.parametrize(
    ("words", "problem", "fix"),
    [
        ("stage", "Missing argument 'EMAIL'.", "Type it like this: leadbell stage vera."),
        ("stage eva@acme.example boss", "'boss' is not one of 'prospect'", "Type it like this: leadbell stage vera."),
        ("sales eva@acme.example won --bye anna", "No such option: --bye", "`leadbell sales --help`"),
        ("sales eva@acme.example lost --back-on soon", "'soon' is not a date. Write it as YYYY-MM-DD", "--back-on 20"),
        ("run --port http", "this is not a whole number.", "leadbell run --port 4600"),
        ("forms chek forms.yaml", "No such command 'chek'. Did you mean 'check'", "`leadbell forms --help`"),
        ("salse", "No such command 'salse'. Did you mean", "`leadbell --help`"),
        ("--stack-name ours status", "--stack-name must come after the command.", "leadbell status --stack-name NAME"),
        ("erase eva@acme.example now", "Unexpected: now.", "Type it like this: leadbell erase vera."),
    ],
)
def test_what_was_mistyped_is_shown_with_an_example(
    capsys: pytest.CaptureFixture[str], words: str, problem: str, fix: str
) -> None:
    status, shown = ended(capsys, *words.split())
    assert status == 2
    assert shown[0].startswith("Error: ")
    assert problem in shown[0]
    assert shown[1].startswith("Fix:   ")
    assert fix in shown[1]


def test_groups_without_a_command_show_their_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        app(["suppress"])
    assert end.value.code == 2
    assert "Usage: leadbell suppress" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "problem", "fix"),
    [
        (None, "forms.yaml cannot be read: No such file or directory.", "ls -l "),
        (b"forms:\n  caf\xe9: {}\n", "is not UTF-8 text (byte 12).", "iconv -f ISO-8859-1 -t UTF-8"),
        (b"forms:\n\tcontact: {}\n", "line 2: not valid YAML: a tab; indent with spaces", "leadbell forms check "),
        (b"forms: {contact: {lable: C, means: question}}", 'unknown key "lable"; did you mean "label"?', "forms check"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_with_its_line(
    tmp_path: Path, content: bytes | None, problem: str, fix: str
) -> None:
    file = tmp_path / "forms.yaml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CommandError) as refused:
        read_forms_file(file)
    assert problem in refused.value.problem
    assert fix in refused.value.fix
    assert str(file) in refused.value.fix


@pytest.mark.parametrize(
    ("there", "fix"), [("form.yaml", "Did you mean {}/form.yaml?"), ("zz.yml", "Use one of the files there: zz.yml.")]
)
def test_a_missing_file_is_told_with_what_may_be_meant(tmp_path: Path, there: str, fix: str) -> None:
    (tmp_path / there).touch()
    with pytest.raises(CommandError, match="No such file") as refused:
        read_text(tmp_path / "forms.yaml")
    assert fix.format(tmp_path) in refused.value.fix


def test_a_file_of_the_other_kind_is_told_as_such(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "some.yaml"
    for kind, other, text in (("model", "forms", packaged_forms()), ("forms", "model", packaged_model())):
        file.write_text(text, encoding="utf-8")
        status, shown = ended(capsys, kind, "check", str(file))
        assert status == 1
        assert f"is not a {kind} file: this looks like a {other} file." in shown[0]
        assert shown[1].endswith(f"leadbell {other} check {file}")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Is a directory"):
        read_text(tmp_path)


def test_a_model_that_cannot_be_used_names_the_file_in_its_fix(tmp_path: Path) -> None:
    file = tmp_path / "model.yaml"
    file.write_text("- no model\n", encoding="utf-8")
    with pytest.raises(CommandError, match="line 1: the file is not a block") as refused:
        model_commands.check(file)
    assert refused.value.fix.endswith(f"leadbell model check {file}")


@pytest.mark.parametrize("content", ["{", json.dumps({"api_url": "http://127.0.0.1:1"})])
def test_what_a_run_left_half_written_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str) -> None:
    (tmp_path / "local.json").write_text(content, encoding="utf-8")
    monkeypatch.setenv("LEADBELL_DATA_DIR", str(tmp_path))
    with pytest.raises(CommandError, match="cannot be read") as refused:
        connect()
    assert "make run" in refused.value.fix


def test_without_any_stack_it_says_how_to_name_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LEADBELL_DATA_DIR", str(tmp_path))
    with pytest.raises(CommandError, match="No local stack is running here") as refused:
        connect()
    assert "--stack-name NAME" in refused.value.fix

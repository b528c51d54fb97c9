"""`make deploy` hands on what its caller said, word for word, and shows no secret: played up to the call of SAM."""

import os
import subprocess
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError

from cli import deploying
from tests.unit.parameters import parameters

ROOT = Path(__file__).parents[2]
# What make would fetch and ask first; none of it is needed to see how SAM is called.
DONE = (".venv/.ready", ".tools/sam/.ready")


def called(tmp_path: Path, *said: str, **environment: str) -> tuple[list[str], dict[str, str]]:
    """The arguments of `sam deploy`, and the parts of its environment that matter."""
    sam, python = tmp_path / "sam", tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text("#!/bin/sh\nexit 0\n")
    sam.write_text('#!/bin/sh\nprintf "%s\\n" "$@" "region=$AWS_DEFAULT_REGION"\n')
    for each in (sam, python):
        each.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LEADBELL_", "MAKE"))}
    text = (ROOT / "Makefile").read_text(encoding="utf-8").replace(".tools/sam/bin/python", str(python))
    command = ["make", "-s", "-f", "-", *(word for each in DONE for word in ("-o", each)), "deploy", f"SAM={sam}"]
    done = subprocess.run(
        [*command, *said], cwd=ROOT, env=kept | environment, input=text, capture_output=True, text=True, check=True
    )
    words = done.stdout.partition("\ndeploy\n")[2].splitlines()
    return words, dict(each.split("=", 1) for each in words if each.startswith("region="))


def test_a_value_with_blanks_and_an_empty_one_reach_sam_in_their_quotation_marks(tmp_path: Path) -> None:
    words, _ = called(tmp_path, """PARAMETERS=CompanyName="Example Ltd" SenderEmail="" """, "EMAIL=me@example.com")
    overrides = words[words.index("--parameter-overrides") + 1]
    assert overrides.startswith("Architecture=arm64 Release=2")
    assert overrides.strip().endswith('AlertEmail=me@example.com CompanyName="Example Ltd" SenderEmail=""')


@pytest.mark.parametrize(
    ("said", "environment", "stack"),
    [
        ((), {}, "leadbell"),
        ((), {"LEADBELL_STACK": "leadbell-staging"}, "leadbell-staging"),
        (("STACK=other",), {"LEADBELL_STACK": "leadbell-staging"}, "other"),
    ],
)
def test_the_stack_is_the_one_that_the_command_would_look_at(
    tmp_path: Path, said: tuple[str, ...], environment: dict[str, str], stack: str
) -> None:
    words, _ = called(tmp_path, *said, **environment)
    assert words[words.index("--stack-name") + 1] == words[words.index("--s3-prefix") + 1] == stack


def test_a_region_may_have_either_name(tmp_path: Path) -> None:
    _, told = called(tmp_path, AWS_REGION="eu-north-1")
    assert told == {"region": "eu-north-1"}


KNOWN = deploying.known_parameters((ROOT / "template.yaml").read_text(encoding="utf-8"))
SECRET = "a-secret-of-the-owner"


def test_the_parameters_are_those_of_the_template() -> None:
    assert parameters().keys() == KNOWN


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        f"TurnstileSecret={SECRET}",
        f"""CompanyName="Example Ltd" SenderEmail="" TurnstileSecret='{SECRET}'""",
        "PublicUrl=https://a.example/x?y=z",
    ],
)
def test_what_sam_reads_passes(text: str) -> None:
    assert deploying.wrong_parameters(text, KNOWN) == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"TurnstileSecret {SECRET}", "Word 1 of PARAMETERS is not NAME=VALUE"),
        (f"TurnstileSecret={SECRET} CompanyName=Example Ltd", "Word 3 of PARAMETERS is not NAME=VALUE"),
        (f'TurnstileSecret="{SECRET}', "a quotation mark without its second one"),
        (f"TurnstileSecrets={SECRET}", "There is no parameter TurnstileSecrets"),
        (f"={SECRET}", "Word 1 of PARAMETERS"),
        (SECRET, "Word 1 of PARAMETERS"),
    ],
)
def test_what_sam_would_repeat_with_its_secrets_is_refused_without_them(text: str, found: str) -> None:
    problem = deploying.wrong_parameters(text, KNOWN)
    assert found in problem
    assert SECRET not in problem


def test_make_shows_no_secret(tmp_path: Path) -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = text.partition("\ndeploy:")[2].partition("\n\n")[0]
    for line in recipe.replace("\\\n", " ").splitlines()[1:]:
        assert line.startswith("\t@") or "PARAMETERS" not in line, line
    words, _ = called(tmp_path, f"PARAMETERS=TurnstileSecret={SECRET}")
    assert sum(SECRET in word for word in words) == 1  # what SAM was given, and nothing that make wrote


class Session:
    """A session with these credentials, whose Lambda says how many functions may run at once."""

    def __init__(self, at_once: int | Exception = 1000, region: str | None = "eu-north-1") -> None:
        self.region_name, self._at_once = region, at_once

    def get_credentials(self) -> object:
        return object()

    def client(self, service: str) -> "Session":
        assert service == "lambda"
        return self

    def get_account_settings(self) -> dict[str, dict[str, int]]:
        if isinstance(self._at_once, Exception):
            raise self._at_once
        return {"AccountLimit": {"UnreservedConcurrentExecutions": self._at_once}}


def checked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], session: Session, text: str = ""
) -> tuple[int, str]:
    monkeypatch.setattr(boto3, "Session", lambda: session)
    monkeypatch.setenv("PARAMETERS", text)
    return deploying.main(), capsys.readouterr().err


@pytest.mark.parametrize(
    ("session", "said"),
    [
        (Session(), ""),
        (Session(10), "this account runs 10 functions at once"),
        (Session(EndpointConnectionError(endpoint_url="https://x.example")), ""),
    ],
)
def test_a_new_account_is_told_what_to_ask_aws_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], session: Session, said: str
) -> None:
    status, printed = checked(monkeypatch, capsys, session)
    assert (status, bool(printed)) == (0, bool(said))
    assert said in printed
    if said:
        assert "request-service-quota-increase --service-code lambda --quota-code L-B99A9384" in printed


def test_without_a_region_or_with_a_wrong_parameter_nothing_is_deployed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert checked(monkeypatch, capsys, Session(region=None))[0] == 1
    status, printed = checked(monkeypatch, capsys, Session(), f"Turnstile={SECRET}")
    assert (status, SECRET in printed) == (1, False)

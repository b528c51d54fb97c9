"""`make deploy` hands on what its caller said, word for word: played by make, up to the call of SAM."""

import os
import subprocess
from pathlib import Path

import pytest

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

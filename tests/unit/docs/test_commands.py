"""Each command that the documents show can be typed: it exists, with these options, and lacks no argument."""

import re
from functools import cache
from typing import Any

import pytest
import typer

from cli.main import app
from tests.unit.docs.pages import EVERY, ROOT, Command, every_command, place, template, text

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z0-9-]+):", MAKEFILE, re.MULTILINE))
LEADBELL = [*every_command("leadbell"), *every_command(".venv/bin/leadbell")]
MAKE = every_command("make")

# Words in capitals that a reader fills in, besides the outputs of a deployment.
FILLED_IN = {"LINK", "EMAIL", "STACK", "SUBSCRIPTION_ARN", "PREVIOUS_COMMIT", "REQUEST"}


def shown(command: Command) -> str:
    return f"{command.page}: {' '.join(command.words)}"


@cache
def command_line() -> Any:
    """The real command line."""
    return typer.main.get_command(app)


@cache
def that_only_parses() -> Any:
    """The same command line, of which no command does anything."""
    return _without_deeds(typer.main.get_command(app))


def _without_deeds(command: Any) -> Any:
    if inner := getattr(command, "commands", None):
        for each in inner.values():
            _without_deeds(each)
    else:
        command.callback = lambda **_: None
    return command


@pytest.mark.parametrize("command", LEADBELL, ids=shown)
def test_each_command_of_leadbell_parses(command: Command) -> None:
    that_only_parses().main(list(command.words[1:]), standalone_mode=False)


def test_a_command_that_does_not_parse_would_be_noticed() -> None:
    for wrong in ("explian", "explain", "explain a b", "explain a --att 2026-11-01", "model", "sales a reject"):
        with pytest.raises(Exception) as failed:  # the parser's errors have no public name
            that_only_parses().main(wrong.split(), standalone_mode=False)
        assert getattr(failed.value, "exit_code", 0) == 2


def test_the_documents_show_every_command() -> None:
    tree = command_line()
    known = {
        (name, inner) if inner else (name,)
        for name, command in tree.commands.items()
        for inner in getattr(command, "commands", None) or [""]
    }
    named = {path for path in known for command in LEADBELL if command.words[1 : 1 + len(path)] == path}
    assert known - named == set()


@pytest.mark.parametrize("page", EVERY, ids=place)
def test_each_command_and_option_named_in_a_sentence_exists(page: Any) -> None:
    tree = command_line()
    for said in re.findall(r"(?<!`)`leadbell ([^`]+)`", text(page).replace("\n", " ")):
        command, options = tree, re.findall(r"(?<!\S)--[a-z-]+", said)
        for word in said.split():
            inner = getattr(command, "commands", {})
            if not inner:
                break
            if word not in inner:
                assert word.startswith("--") or word.isupper(), said
                break
            command = inner[word]
        every = [command, *getattr(command, "commands", {}).values()]
        known = {name for each in every for parameter in each.params for name in parameter.opts}
        assert {*options} <= {*known, "--help", "--version"}, said


@pytest.mark.parametrize("command", MAKE, ids=shown)
def test_each_call_of_make_names_targets_and_variables_that_there_are(command: Command) -> None:
    for word in command.words[1:]:
        name, is_variable, _ = word.partition("=")
        known = set(re.findall(r"\$\((\w+)\)|\$\(if \$\((\w+)\)|\$\$(\w+)", MAKEFILE)) if is_variable else set()
        assert name in ({each for found in known for each in found} if is_variable else TARGETS), word


@pytest.mark.parametrize("page", EVERY, ids=place)
def test_each_make_target_named_in_a_sentence_is_there(page: Any) -> None:
    named = set(re.findall(r"(?:`|^)make ([a-z0-9-]+)", text(page), re.MULTILINE))
    assert named <= TARGETS


@pytest.mark.parametrize("command", [*every_command("aws"), *every_command(".tools/sam/bin/sam")], ids=shown)
def test_each_word_in_capitals_is_an_output_or_plainly_to_be_filled_in(command: Command) -> None:
    outputs = template("Outputs")
    known = {re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper() for name in outputs} | FILLED_IN
    for word in re.findall(r"(?<![\w-])[A-Z][A-Z_]{2,}(?![\w-])", " ".join(command.words[1:])):
        assert word in known or word in ("PARKED",), word


@pytest.mark.parametrize("page", EVERY, ids=place)
def test_each_output_of_a_deployment_that_is_named_exists(page: Any) -> None:
    assert set(re.findall(r"outputs? `(\w+)`", text(page))) <= set(template("Outputs"))

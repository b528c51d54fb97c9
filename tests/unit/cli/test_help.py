"""`--help` of every command: what it does, what it changes, and one example that can be typed as it stands."""

import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.examples import EXAMPLES
from cli.main import app

# Words that no user should read.
LEFT = (
    r"\bwhoever\b|\bwhom\b|\brings?\b|\bheard\b|\bkept aside\b|\blet (?:it|one)? ?go\b|\bas told\b|\bput into words\b|"
    r"\bin force\b|\bgiven? back\b|\bwork(?:ed)? again\b|\btold\b|\(s\)|\bis no \w+\b|\bnobody's\b"
)


def commands(group: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every command by its whole name, as typer makes it."""
    inside: Any = group or typer.main.get_command(app)
    for name, each in inside.commands.items():
        if hasattr(each, "commands"):
            yield from commands(each, (*path, name))
        else:
            yield " ".join((*path, name)), each


COMMANDS: Mapping[str, Any] = dict(commands())


def test_every_command_has_one_example_and_no_other_has() -> None:
    assert COMMANDS.keys() == EXAMPLES.keys()


@pytest.mark.parametrize("name", COMMANDS)
def test_the_example_is_shown_and_can_be_typed(name: str) -> None:
    command = COMMANDS[name]
    assert command.epilog == f"Example: leadbell {name} {EXAMPLES[name]}".rstrip()
    words = shlex.split(command.epilog.removeprefix(f"Example: leadbell {name}"))
    context = command.make_context(name, words)
    assert context.args == []


@pytest.mark.parametrize("name", COMMANDS)
def test_the_first_sentence_says_what_it_does_in_one_line(name: str) -> None:
    first, _, _ = COMMANDS[name].help.partition("\n")
    assert re.match(r"[A-Z][a-z]+ ", first)
    assert first.endswith(".")
    assert len(first) <= 120


@pytest.mark.parametrize("name", ["", "reps", "forms", "model", "quarantine", "suppress", *COMMANDS])
def test_help_is_in_plain_words(name: str) -> None:
    shown = CliRunner().invoke(app, [*name.split(), "--help"], env={"COLUMNS": "200"})
    assert shown.exit_code == 0
    assert re.findall(LEFT, shown.output, re.IGNORECASE) == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_argument_and_option_is_described(name: str) -> None:
    for parameter in COMMANDS[name].params:
        assert getattr(parameter, "help", ""), (name, parameter.name)

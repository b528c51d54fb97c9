"""The commands, each with its help, arguments, options, defaults, variables and an example: as typer knows them."""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Any, get_args

import typer

from cli.examples import example
from cli.main import COMMANDS, app
from cli.options import StackName
from cli.reference.tables import code, codes, sentence, table

STACK_SECTION = "which-stack"
_STACK_PANEL = get_args(StackName)[1].rich_help_panel


def every_command() -> Mapping[str, Any]:
    """Each command by the words that call it, as typer made it."""
    found = {}
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        for inner, each in getattr(command, "commands", {"": command}).items():
            found[f"{name} {inner}".strip()] = each
    return found


def shared_options(_: Path) -> str:
    """The options of every command that works with a stack."""
    found = {option.name: option for command in every_command().values() for option in command.params}
    return _parameters(option for option in found.values() if _is_of_the_stack(option))


def commands(_: Path) -> str:
    """A section for each group of `--help`, and in it one for each command."""
    every, parts = every_command(), []
    for panel, some in COMMANDS.items():
        parts.append(f"## {panel}")
        parts += [_section(name, each) for name, each in every.items() if name.partition(" ")[0] in some]
    return "\n\n".join(parts)


def _section(name: str, command: Any) -> str:
    own = [each for each in command.params if not _is_of_the_stack(each)]
    parts = [
        f"### leadbell {name}",
        "\n\n".join(sentence(each) for each in command.help.split("\n\n")),
        f"```sh\n{example(name).removeprefix('Example: ')}\n```",
        _parameters(own) if own else "It has no arguments and no options.",
    ]
    if len(own) < len(command.params):
        parts.append(f"And the options that say [which stack](#{STACK_SECTION}).")
    return "\n\n".join(parts)


def _parameters(parameters: Iterable[Any]) -> str:
    rows = [(_typed(each), _about(each), _default(each)) for each in parameters]
    return table(("Argument or option", "What it does", "Default"), rows)


def _typed(parameter: Any) -> str:
    if not parameter.opts[0].startswith("-"):
        return code(parameter.metavar or parameter.name.upper())
    if parameter.is_flag:
        return codes([*parameter.opts, *parameter.secondary_opts])
    return code(f"{parameter.opts[0]} {parameter.metavar or _kind(parameter)}")


def _about(parameter: Any) -> str:
    choices = _choices(parameter)
    told = [
        sentence(parameter.help or ""),
        f"One of {codes(choices)}." if choices else "",
        "May be given several times." if parameter.multiple else "",
        f"Or the variable {code(parameter.envvar)}." if parameter.envvar else "",
    ]
    return " ".join(filter(None, told))


def _default(parameter: Any) -> str:
    default: Any = parameter.default
    if parameter.required:
        return "required"
    if parameter.secondary_opts:
        return code((parameter.opts if default else parameter.secondary_opts)[0])
    if default in (None, "", False) or default == []:
        return ""
    return code(default.value if isinstance(default, Enum) else default)


def _choices(parameter: Any) -> Sequence[str]:
    kind = _type(parameter)
    return [each.value for each in kind] if isinstance(kind, type) and issubclass(kind, Enum) else []


def _kind(parameter: Any) -> str:
    names = {"int": "NUMBER", "Path": "PATH", "datetime": "DAY"}
    return names.get(getattr(_type(parameter), "__name__", ""), str(parameter.name).upper().replace("_", "-"))


def _type(parameter: Any) -> Any:
    """The type, without the None of an option that may be left out."""
    kind = parameter.type_descriptor.annotation
    return next(each for each in get_args(kind) if each is not type(None)) if isinstance(kind, UnionType) else kind


def _is_of_the_stack(parameter: Any) -> bool:
    return bool(parameter.rich_help_panel == _STACK_PANEL)


def errors(checkout: Path) -> str:
    """Each error that a command can end with, and its fix, by the module that raises it."""
    rows = sorted({(problem, fix) for file in _modules(checkout) for problem, fix in _raised(file)})
    return table(("Error", "Fix"), rows)


def _modules(checkout: Path) -> list[Path]:
    """All but those of the reference itself, which only who changes the code runs."""
    return sorted(file for file in (checkout / "cli").rglob("*.py") if file.parent.name != "reference")


def _raised(file: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "CommandError":
            problem, fix = (*map(_shown, node.args), "")[:2]
            if problem.strip(" .…"):
                yield problem, fix


def _shown(node: ast.expr) -> str:
    """A text of the code as people see it, with `…` for what differs from case to case."""
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(map(_shown, parts))
        case ast.IfExp(body=body):
            return _shown(body)
    return "…"

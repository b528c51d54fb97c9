"""The parameters of the template, and the variables that each function reads of its environment."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.nodes import Node, ScalarNode

from cli.errors import CommandError
from cli.reference.tables import code, codes, sentence, table
from leadbell import settings

# What an owner may write, in words: a pattern says it to CloudFormation alone.
_IN_WORDS: Mapping[str, str] = {
    r"|[^@\s]+@[^@\s]+": "an e-mail address, or empty",
    "([A-Z]{2})?": "two capital letters, or empty",
    "|.{16,}": "16 characters or more, or empty",
    r'|https://[^\s;,<>"]+': "an address that starts with `https://`, or empty",
    "https?://.*": "an address that starts with `https://`",
    "|https?://.*[^/]": "an address that starts with `https://` and ends without a slash, or empty",
}


def parameters(checkout: Path) -> str:
    """A table for each group of parameters, as the console of CloudFormation shows them."""
    template = _template(checkout)
    groups = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    every = template["Parameters"]
    parts = []
    for group in groups:
        rows = [_parameter(name, every[name]) for name in group["Parameters"]]
        parts.append(
            f"### {group['Label']['default']}\n\n{table(('Parameter', 'What it does', 'Default', 'Allowed'), rows)}"
        )
    return "\n\n".join(parts)


def _parameter(name: str, about: Mapping[str, Any]) -> tuple[str, str, str, str]:
    default = str(about.get("Default", ""))
    return code(name), sentence(about["Description"]), code(default) if default else "empty", _allowed(name, about)


def _allowed(name: str, about: Mapping[str, Any]) -> str:
    if "AllowedValues" in about:
        return codes(about["AllowedValues"])
    if "MinValue" in about:
        return f"{about['MinValue']:,} to {about['MaxValue']:,}"
    pattern = about.get("AllowedPattern")
    if pattern is None:
        return "text" + (f", up to {about['MaxLength']} characters" if "MaxLength" in about else "")
    if pattern not in _IN_WORDS:
        raise CommandError(
            f"Nobody has put the pattern of {name} into words.",
            "Add it to _IN_WORDS in cli/reference/stack_settings.py.",
        )
    return _IN_WORDS[pattern]


def variables(checkout: Path) -> str:
    """Each variable with who reads it and what gives it its value."""
    readers = _readers(checkout)
    rows = [(code(name), _value(name, checkout), ", ".join(sorted(some))) for name, some in sorted(readers.items())]
    return table(("Variable", "Its value comes from", "Functions that read it"), rows)


def _readers(checkout: Path) -> Mapping[str, set[str]]:
    """The functions by the variables that their settings read."""
    found: dict[str, set[str]] = {}
    for app in sorted((checkout / "functions").glob("*/app.py")):
        kind = getattr(settings, _settings_class(app))
        for _, variable in kind.variables():
            found.setdefault(variable.name, set()).add(app.parent.name)
    return found


def _settings_class(app: Path) -> str:
    """The `X` of `settings = X.from_env()`."""
    return next(
        node.func.value.id
        for node in ast.walk(ast.parse(app.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "from_env"
        and isinstance(node.func.value, ast.Name)
    )


def _value(name: str, checkout: Path) -> str:
    """The parameters and resources that the template makes the variable of."""
    template = _template(checkout)
    blocks = [template["Globals"]["Function"], *(each.get("Properties", {}) for each in template["Resources"].values())]
    given = (each.get("Environment", {}).get("Variables", {}).get(name) for each in blocks)
    names = dict.fromkeys(each for value in given if isinstance(value, Names) for each in value)
    own = [each for each in names if each in template["Parameters"]]
    made = [each for each in names if each in template["Resources"]]
    told = [f"the parameter {code(each)}" for each in own] or [f"the resource {code(each)}" for each in made]
    return " and ".join(told)


class Names(tuple[str, ...]):
    """What an expression of the template, such as a `!Ref`, is made of: parameters and resources, by their names."""


class _Reader(SafeConstructor):
    """Reads expressions as the names in them. A class of its own, since ruamel keeps its tags by class."""


def _names(reader: SafeConstructor, tag: str, node: Node) -> Names:
    if not isinstance(node, ScalarNode):
        return Names(_in(reader.construct_object(each, deep=True) for each in node.value))
    text = str(node.value)
    return Names({"Ref": [text], "GetAtt": [text.partition(".")[0]]}.get(tag) or re.findall(r"\$\{(\w+)", text))


def _in(values: Iterable[Any]) -> Iterator[str]:
    return (name for each in values if isinstance(each, Names) for name in each)


_Reader.add_multi_constructor("!", _names)


@cache
def _template(checkout: Path) -> Any:
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _Reader
    return yaml.load((checkout / "template.yaml").read_text(encoding="utf-8"))

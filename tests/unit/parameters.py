"""What an owner can set, as template.yaml says it: what tests compare settings and documentation with."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.integration.sam_template import Intrinsic, functions, template


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. `variable` is where functions find its value; `""` where none reads it."""

    name: str
    kind: str
    description: str
    default: str
    pattern: str = ".*"
    least: int = 0
    most: int = 0
    values: tuple[str, ...] = ()
    is_secret: bool = False
    variable: str = ""
    stands_in: bool = False  # where it is empty, the variable holds another value

    @property
    def allowed(self) -> tuple[str, ...]:
        """The numbers or words that say what it may be, as a document has to name them."""
        return self.values or ((str(self.least), str(self.most)) if self.most else ())


@cache
def parameters() -> Mapping[str, Parameter]:
    """All of them by name, in the template's order."""
    return {name: _parameter(name, body) for name, body in template()["Parameters"].items()}


def variables(logical_id: str) -> Mapping[str, Any]:
    """The variables in a function's own block, with their values as written; for `""`, those that all functions get."""
    place = template()["Resources"][logical_id]["Properties"] if logical_id else template()["Globals"]["Function"]
    found: Mapping[str, Any] = place["Environment"]["Variables"]
    return found


def _parameter(name: str, body: Mapping[str, Any]) -> Parameter:
    places = dict(_places(name))
    (variable,) = places or {""}
    return Parameter(
        name,
        body["Type"],
        body.get("Description", ""),
        str(body["Default"]),
        pattern=body.get("AllowedPattern", ".*"),
        least=body.get("MinValue", 0),
        most=body.get("MaxValue", 0),
        values=tuple(map(str, body.get("AllowedValues", ()))),
        is_secret=body.get("NoEcho", False),
        variable=variable,
        stands_in=places.get(variable, False),
    )


def _places(name: str) -> Iterator[tuple[str, bool]]:
    """Each variable that holds the parameter's value, and whether something else stands in for an empty one."""
    for block in ("", *functions().values()):
        for variable, value in variables(block).items():
            if value == Intrinsic("Ref", name):
                yield variable, False
            elif isinstance(value, Intrinsic) and re.search(rf"'Ref', value='{name}'", str(value)):
                yield variable, True

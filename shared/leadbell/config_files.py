"""The mistakes in a model or forms file, for its author: line, place, mistake and fix, all of them at once.

`yaml_files` says what is no YAML at all; this module says what of it a model or the forms cannot be.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from leadbell.suggestions import did_you_mean
from leadbell.yaml_files import Place, Written

Mistake = tuple[Place, str]


# A file of another kind has a mistake in each line; nobody reads on.
MOST_SHOWN, MOST_READ = 50, 200


class Misplaced(ValueError):
    """Mistakes in parts of what is checked, each with its place in it."""

    def __init__(self, found: Sequence[Mistake]) -> None:
        super().__init__("; ".join(message for _, message in found))
        self.found = tuple(found)


def value_at(raw: Any, *place: str | int) -> Any:
    """The value at a place of a file's plain form; None where there is nothing."""
    for step in place:
        try:
            raw = raw[step]
        except (KeyError, IndexError, TypeError):
            return None
    return raw


def mistakes_in(
    text: Written,
    error: ValidationError,
    kind: str,
    schema: Mapping[str, Any],
    more: Callable[[Any], Iterable[Mistake]] = lambda _: (),
) -> list[str]:
    """One line per mistake, in the order of the file. `error` is what checking the file raised.

    `kind` is what the file is, and the command that shows one to start from; `more` finds what its parts say against
    each other, in the file's plain form.
    """
    raw = text.plain
    if not isinstance(raw, Mapping):
        return [f'line 1: the file is not a block of "key: value" lines; start from a valid one: leadbell {kind} show']
    found = [*_in_words(error, raw, schema), *((place, place, message) for place, message in more(raw))]
    unknown = " ".join(message for _, _, message in found if message.startswith("unknown key"))
    # A misspelt key is one mistake, not also a missing one.
    found = [each for each in found if f"mean {each[2].removesuffix(' is missing')}?" not in unknown]
    shown: dict[tuple[int, str], str] = {}
    # What an alias repeats is one mistake, named where it is first met.
    for line, where, message in sorted({(text.line_of(at), _where(raw, place), said) for at, place, said in found}):
        shown.setdefault((line, message), where)
    told = [f"line {line:,}: {where + ': ' if where else ''}{message}" for (line, message), where in shown.items()]
    more_found = max(error.error_count(), len(told)) - MOST_SHOWN
    return [*told[:MOST_SHOWN], f"and more mistakes: {more_found:,}"] if more_found > 0 and told[MOST_SHOWN:] else told


def _in_words(error: ValidationError, raw: Any, schema: Mapping[str, Any]) -> Iterator[tuple[Place, Place, str]]:
    """Of each mistake the part whose line is shown, the part that is named, and what is wrong."""
    for each in error.errors(include_url=False)[:MOST_READ]:
        cause = each.get("ctx", {}).get("error")
        place = _written(each["loc"], raw)
        if isinstance(cause, Misplaced):
            # Those of the whole file are found by `more`, which also looks where something else is wrong.
            yield from (((*place, *inner), (*place, *inner), message) for inner, message in cause.found if place)
        else:
            named, message = _sentence(each, place, value_at(raw, *place), schema)
            yield place, named, message


def _written(loc: Iterable[str | int], raw: Any) -> Place:
    """The place in the file: pydantic's own, without the names it gives to the kinds of a value."""
    place: list[str | int] = []
    for step in loc:
        if step in ("fading", "never") or (step == 0 and not isinstance(value_at(raw, *place), list)):
            continue
        place.append(step)
    return tuple(place)


def _sentence(each: Any, place: Place, value: Any, schema: Mapping[str, Any]) -> Mistake:
    kind, limits = each["type"], each.get("ctx", {})
    key, parent = (place[-1] if place else "file"), place[:-1]
    if kind == "extra_forbidden":
        return parent, f'unknown key "{key}"{did_you_mean(key, _keys(schema, each["loc"][:-1]))}'
    if key == "[key]" and kind == "value_error":
        return parent, str(limits["error"])
    if key == "[key]":
        known = limits.get("expected", "")
        cure = f"use one of {known}" if known and f"'{parent[-1]}'" not in known else "put it in quotes"
        return parent[:-1], f'unknown key "{parent[-1]}"; {cure}'
    if kind == "missing":
        return parent, f'"{key}" is missing'
    said = _shown(value)
    if kind == "value_error":
        return place, str(limits["error"])
    if key == "fades":
        return place, f"{said} is not valid; write never, or a block such as {{halves_every_days: 30}}"
    if kind in ("literal_error", "string_pattern_mismatch"):
        return place, f"{said} is not valid; use one of {limits.get('expected') or limits.get('pattern')}"
    if kind in _NUMBER_LIMITS:
        words, name = _NUMBER_LIMITS[kind]
        return place, f"{said} is too {words} {limits[name]}"
    words = next((words for start, words in _KINDS.items() if kind.startswith(start)), "is not valid here; remove it")
    return place, f"{said} {words}"


_NUMBER_LIMITS = {
    "greater_than_equal": ("small; write at least", "ge"),
    "less_than_equal": ("large; write at most", "le"),
}
_KINDS = {
    "int": "is not a whole number",
    "bool": "is not true or false",
    "date": "is not a date; write it as 2027-12-31",
    "string": "is not text; put it in quotes",
    "list": 'is not a list; write [a, b], or lines that start with "- "',
    "too_short": "is empty; write at least one",
    "dict": 'is not a block of "key: value" lines',
    "model": 'is not a block of "key: value" lines',
}


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, Mapping | list):
        return ("this block" if isinstance(value, Mapping) else "this list") if value else "this"
    return f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


def _keys(schema: Mapping[str, Any], loc: Sequence[str | int]) -> list[str]:
    """The keys that a block may have, by walking the model's schema."""
    node: Any = schema
    for step in loc:
        node = _resolved(node, schema)
        if step in ("fading", "never"):
            continue
        if isinstance(step, int):
            node = node.get("items", {})
        else:
            node = node.get("properties", {}).get(step) or node.get("additionalProperties") or {}
    return list(_resolved(node, schema).get("properties", {}))


def _resolved(node: Any, schema: Mapping[str, Any]) -> Any:
    for kind in ("anyOf", "oneOf"):
        if kind in node:
            node = next((each for each in node[kind] if each.get("type") != "null"), {})
            return _resolved(node, schema)
    if "$ref" in node:
        return _resolved(schema["$defs"][node["$ref"].rpartition("/")[2]], schema)
    return node


def _where(raw: Any, place: Place) -> str:
    """`interest.rules[3].points (id cart)`."""
    path, name = "", ""
    for at, step in enumerate(place):
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else str(step)
        node = value_at(raw, *place[: at + 1])
        if isinstance(node, Mapping) and (found := node.get("id") or node.get("story")):
            name = f" (id {found})" if "id" in node else f' ("{found}")'
    return path + name


class Strict(BaseModel):
    """Unknown keys are rejected, values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True)

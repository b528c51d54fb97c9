"""What of a condition in a model file could never hold, or is not what its author means: each with place and fix.

`compiling` refuses what it cannot read. This module knows what people write and what a field holds, and only checking
a file asks it, so that a stored model stays readable.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from leadbell.config_files import Mistake
from leadbell.scoring.conditions import Where, compile_where
from leadbell.scoring.known_values import AMOUNTS, NUMBERS, READ_FROM, YES_OR_NO, is_own, words_of
from leadbell.scoring.numbers import whole_number
from leadbell.scoring.pattern_checks import pattern_mistake
from leadbell.scoring.possible import is_possible
from leadbell.suggestions import did_you_mean
from leadbell.yaml_files import Place

# Refuses a field that there is not, and a word that it never holds.
CheckFields = Callable[[Where], None]
# The names of forms and downloads, by the field of a fact that holds one; what is left out is not known.
Names = Mapping[str, Collection[str]]
_THINGS = {"form": "form", "asset": "download"}

_COMPARISON = re.compile(r"\s*(?P<sign>>=?|<=?|≥|≤|=)\s*(?P<number>\d[\d .,]*)\s*$")
_RANGE = re.compile(r"\s*(?P<low>\d[\d .,]*)\s*(-|–|to|\.\.)\s*(?P<high>\d[\d .,]*)\s*$")  # noqa: RUF001
_OR_MORE = re.compile(r"\s*(?P<number>\d[\d .,]*)\s*(\+|or more|and more|and above)\s*$", re.I)
_CURLY = "‘’“”„"  # noqa: RUF001
_WITH_STARS = re.compile(r"[*%].*\w|\w.*[*%]", re.S)


def condition_mistakes(where: Any, check_fields: CheckFields, names: Names) -> list[Mistake]:
    """Each mistake of a condition, with its place in it; none where it can hold."""
    found = list(_in_block(where, check_fields, names, ()))
    return found or list(_impossible(where, ()))


def _in_block(where: Any, check: CheckFields, names: Names, at: Place) -> Iterator[Mistake]:
    if not isinstance(where, dict) or not all(isinstance(name, str) for name in where):
        yield at, "this is not a condition; write it as `field: value`"
        return
    for name, value in where.items():
        if name in ("all", "any", "not"):
            yield from _in_group(name, value, check, names, (*at, name))
        elif said := _refusal(check, {name: value}) or _bad_pattern(value) or _refusal(compile_where, {name: value}):
            yield (*at, name), said
        else:
            yield from _in_field(name, value, check, names, (*at, name))


def _in_group(name: str, value: Any, check: CheckFields, names: Names, at: Place) -> Iterator[Mistake]:
    if name == "not":
        blocks = [(at, value)]
    elif isinstance(value, list):
        blocks = [((*at, number), each) for number, each in enumerate(value)]
    else:
        blocks = []
    if not blocks or any(each == {} for _, each in blocks):
        said = _refusal(compile_where, {name: value if value != {} or name == "not" else []})
        yield at, said or f"`{name}` contains an empty condition; add a field, or remove it"
        return
    for place, each in blocks:
        yield from _in_block(each, check, names, place)


def _bad_pattern(value: Any) -> str:
    """What is wrong with an expression, in an author's words instead of Python's."""
    pattern = value.get("regex") if isinstance(value, dict) else None
    return (pattern_mistake(pattern) or "") if isinstance(pattern, str) else ""


def _refusal(check: Callable[[Where], object], where: Where) -> str:
    try:
        check(where)
    except ValueError as error:
        return str(error)
    return ""


# ---- One field -------------------------------------------------------------------------------------------------------


def _in_field(field: str, value: Any, check: CheckFields, names: Names, at: Place) -> Iterator[Mistake]:
    operators = value if isinstance(value, dict) else {"in" if isinstance(value, list) else "equals": value}
    found: list[Mistake] = []
    for name, operand in operators.items():
        place = (*at, name) if isinstance(value, dict) else at
        if name in ("equals", "in"):
            values = operand if isinstance(operand, list) else [operand]
            if not values:
                found.append(
                    (place, "an empty list matches nothing; write at least one value, or remove the condition")
                )
            said = [_value(field, each, check, names) for each in values]
        else:
            said = [_operand(field, name, operand)]
        found += [(place, each) for each in said if each]
    if not found and (low := operators.get("at_least", 0)) > (high := operators.get("at_most", low)):
        found.append((at, f"no number is at least {low} and at most {high}; swap them: {_bounds(high, low)}"))
    yield from found


def _bounds(low: object = None, high: object = None) -> str:
    parts = {"at_least": low, "at_most": high}
    return f"{{{', '.join(f'{name}: {bound}' for name, bound in parts.items() if bound is not None)}}}"


def _value(field: str, value: Any, check: CheckFields, names: Names) -> str:
    """What is wrong with a value that a field should be; nothing where it can be it."""
    if value is None or isinstance(value, dict | list):
        return "a list holds plain values, such as [a, b]"
    if said := _refusal(check, {field: value}):
        return said
    if field in names and value not in names[field]:
        return f'there is no {_THINGS[field]} "{value}"{did_you_mean(value, names[field])}'
    if field in NUMBERS:
        return _as_number(value)
    if field in YES_OR_NO:
        return "" if isinstance(value, bool) else f"{_shown(value)} is not true or false; write {_meant(value)}"
    if (words := words_of(field)) is not None:
        return _as_word(field, value, words)
    if isinstance(value, bool):
        return f'`{field}` is text; write "{_shown(value)}" in quotes, or {{exists: true}} for any answer'
    return _as_text(field, value) if isinstance(value, str) else ""


def _as_number(value: Any) -> str:
    number = whole_number(value) if isinstance(value, str | int | float) else None
    if number is not None:
        return "" if number == int(number) and number > 0 else f"{value} is never the number; write a whole one above 0"
    return f"{_shown(value)} is not a number; write {_comparison(str(value)) or 'one, such as 250, or {at_least: 50}'}"


def _comparison(text: str) -> str:
    """The operators that a written comparison means; nothing where it is none."""
    if found := _RANGE.match(text):
        return _bounds(*sorted((_plain(found["low"]), _plain(found["high"]))))
    if found := _OR_MORE.match(text):
        return _bounds(low=_plain(found["number"]))
    if found := _COMPARISON.match(text):
        number, sign = _plain(found["number"]), found["sign"]
        if sign == "=":
            return f"{number}"
        return _bounds(low=number + (sign == ">")) if sign in ">=≥" else _bounds(high=number - (sign == "<"))
    return ""


def _plain(digits: str) -> int:
    return int(whole_number(digits.strip(" .,")) or 0)


def _meant(value: Any) -> str:
    return "false" if str(value).lower() in ("no", "0", "false", "off", "never") else "true"


def _as_word(field: str, value: Any, words: Collection[str]) -> str:
    if str(value).casefold() in words:
        return ""
    if field == "country":
        return f"{_shown(value)} is the code of no country; write two letters of ISO 3166, such as SE"
    return f"`{field}` is never {_shown(value)}{did_you_mean(value, words)}"


def _as_text(field: str, text: str) -> str:
    if not text.strip():
        return "an empty text is no value; to test that the field is not known, write {exists: false}"
    if said := _signs(text):
        return said
    if text != text.strip():
        return f'values are stored without spaces around them; write "{text.strip()}"'
    if field in AMOUNTS and (meant := _comparison(text)):
        return f'"{text}" is compared as text; write {meant}'
    if field == "email" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text):
        return f'"{text}" is no whole address; for all of a company write {{contains: "@{text.rpartition("@")[2]}"}}'
    if field == "phone_e164" and not text.startswith("+"):
        return f'"{text}" does not start with + and the country code; write it as +46701740605'
    if not is_own(field) and (text[0] in "*%" or text[-1] in "*%") and _WITH_STARS.match(text):
        return f'"{text}" is compared as it stands; write {{contains: "{text.strip("*%")}"}}'
    return ""


def _signs(text: str) -> str:
    if any(ord(sign) < 32 and sign not in "\n\t" for sign in text):
        return "a control character, which no value holds; put the text in single quotes"
    if text[0] in _CURLY and text[-1] in _CURLY:
        return f"curly quotes are part of the text; write '{text.strip(_CURLY)}'"
    return ""


def _operand(field: str, name: str, operand: Any) -> str:
    """What is wrong with an operator's value, where the operator is one that a field's kind can have."""
    if name == "exists":
        return ""
    if name in ("at_least", "at_most"):
        return _as_bound(field, name, operand)
    if field in NUMBERS:
        return f"`{field}` is a number; write at_least or at_most"
    if field in YES_OR_NO:
        return f"`{field}` is true or false; write one of them"
    if name != "regex" and (said := _part_of_text(field, name, operand)):
        return said
    if (words := words_of(field)) is not None and not any(map(_holds(field, name, operand), words)):
        return f"no value of `{field}` fits this; {_examples(words)}"
    return ""


def _holds(field: str, name: str, operand: Any) -> Callable[[str], bool]:
    holds = compile_where({field: {name: operand}})
    return lambda value: holds({field: value})


def _examples(words: Collection[str]) -> str:
    few = sorted(words)
    return f"it is one of {', '.join(few)}" if len(few) < 20 else "write codes of two letters, such as [SE, NO]"


def _as_bound(field: str, name: str, operand: Any) -> str:
    if field in READ_FROM:
        return f"`{field}` is text; the number that is read from it is `{READ_FROM[field]}`"
    if field not in NUMBERS | AMOUNTS and not is_own(field):
        return f"`{field}` is text and has no {name.replace('_', ' ')}; write a value, a list, or a regex"
    if name == "at_most" and operand < 1 and field in NUMBERS:
        return f"`{field}` is at least 1; write at most 1 or more, or {{exists: false}} where it is not known"
    return ""


def _part_of_text(field: str, name: str, operand: str) -> str:
    if not operand.strip():
        return "an empty text is in every value; to test whether the field is known, write {exists: true}"
    if said := _signs(operand):
        return said
    if name == "prefix" and operand != operand.lstrip():
        return f'values are stored without spaces around them; write "{operand.lstrip()}"'
    if name == "prefix" and field == "phone_e164" and not operand.startswith("+"):
        return f'"{operand}" does not start with +; write "+{operand.lstrip("0")}"'
    if not is_own(field) and (operand[0] in "*%" or operand[-1] in "*%") and _WITH_STARS.match(operand):
        return f'"{operand}" is looked for as it stands; write "{operand.strip("*%")}"'
    return ""


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str | date) else str(value)


# ---- The whole -------------------------------------------------------------------------------------------------------


def _impossible(where: Where, at: Place) -> Iterator[Mistake]:
    """The smallest parts that cannot hold, whatever is known."""
    for name, value in where.items():
        blocks = value if isinstance(value, list) and name in ("all", "any") else [value] if name == "not" else []
        for number, each in enumerate(blocks):
            place = (*at, name) if name == "not" else (*at, name, number)
            yield from _impossible(each, place)
    if not is_possible(where):
        names = sorted(set(_fields(where)))
        yield (
            at,
            f"this can never hold, since its parts contradict each other ({', '.join(names)}); use `any` for either",
        )


def _fields(where: Where) -> Iterable[str]:
    for name, value in where.items():
        if name in ("all", "any", "not"):
            for each in value if isinstance(value, list) else [value]:
                yield from _fields(each)
        else:
            yield name

"""Checks a form's fields against the rules of its owner: which are required, and what they must hold.

Each mistake names the field as the website does, and the fix; it never repeats what was typed. A field without a rule
is never a mistake here.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from leadbell.errors import InvalidSubmission, Problem
from leadbell.field_names import ours, plain_name
from leadbell.forms.config import KEPT_AS_IT_IS, FormField
from leadbell.identity import read_dialled, read_email, read_phone
from leadbell.web.bodies import Body

CHOICES_NAMED = 20

_NUMBER = re.compile(r"[+-]?\d{1,15}([ .,'\u00a0\u202f]\d{3})*([.,]\d{1,15})?")
# What a script says of a box that is not ticked; a browser then says nothing.
NOT_TICKED = frozenset({"no", "false", "off", "0"})


def our_names(fields: Sequence[FormField]) -> Mapping[str, str]:
    """What this form's fields are to us, by their plain name; an empty text for one that keeps its own name."""
    given = {plain_name(field.name): field.to for field in fields if field.to}
    return {name: "" if to == KEPT_AS_IT_IS else to for name, to in given.items()}


def wrong_fields(fields: Sequence[FormField], body: Body, known: Collection[str], country: str) -> Iterator[Problem]:
    """What has to change, one Problem per field. `known` names what was understood, whatever it was called.

    `country` is where phone numbers without a country code are from.
    """
    given: dict[str, list[str]] = {}
    for name, value in body.pairs:
        given.setdefault(plain_name(name), []).append(value.strip())
    for field in fields:
        values = given.get(plain_name(field.name), [])
        if field.type == "checkbox":
            values = [value for value in values if value.lower() not in NOT_TICKED]
        if not values:
            if field.required and not _is_there(field, body, known):
                yield _missing(field, body)
        elif (cure := _CURES[field.type](field, values, country)) is not None:
            yield Problem(_CODES[field.type], field.name, f"{field.name}: {cure}", _label(field), _options(field))


def _is_there(field: FormField, body: Body, known: Collection[str]) -> bool:
    """Whether it came under another name that means the same, or as a file."""
    if field.type == "file":
        return any(plain_name(file.field) == plain_name(field.name) for file in body.files)
    attribute = field.to or ours(field.name)
    return field.type != "checkbox" and attribute in known


def _missing(field: FormField, body: Body) -> Problem:
    words = {"checkbox": "tick this box", "choice": "choose one of the options", "file": "attach a file"}
    is_empty = plain_name(field.name) in {plain_name(name) for name in body.blank}
    code = "REQUIRED_FIELD_EMPTY" if is_empty else "REQUIRED_FIELD_MISSING"
    cure = words.get(field.type, "fill in this field")
    return Problem(code, field.name, f"{field.name}: {cure}", _label(field), _options(field))


def _email(_: FormField, values: Sequence[str], __: str) -> str | None:
    return None if all(map(_holds_email, values)) else "enter one valid e-mail address, such as name@example.com"


def _holds_email(value: str) -> bool:
    try:
        read_email(value)
    except InvalidSubmission:
        return False
    return True


def _phone(_: FormField, values: Sequence[str], country: str) -> str | None:
    if all(read_phone(value, country) or (not country and read_dialled(value)) for value in values):
        return None
    return "enter the number with its country code, such as +46 8 123 45 67"


def _number(_: FormField, values: Sequence[str], __: str) -> str | None:
    return None if all(map(_NUMBER.fullmatch, values)) else "enter a number in digits, such as 250"


def _choice(field: FormField, values: Sequence[str], _: str) -> str | None:
    if all(value in field.choices for value in values):
        return None
    return f"choose one of: {', '.join(_options(field))}"


def _label(field: FormField) -> str:
    """What a message calls it: where the owner says what it is to us, its own name may mean something else."""
    return field.label or (field.name if field.to else "")


def _options(field: FormField) -> tuple[str, ...]:
    """The choices that a message names."""
    more = ("...",) if len(field.choices) > CHOICES_NAMED else ()
    return (*field.choices[:CHOICES_NAMED], *more)


def _anything(_: FormField, __: Sequence[str], ___: str) -> str | None:
    return None


_CURES: Mapping[str, Callable[[FormField, Sequence[str], str], str | None]] = {
    "text": _anything,
    "email": _email,
    "phone": _phone,
    "number": _number,
    "choice": _choice,
    "checkbox": _anything,
    "file": _anything,
}
_CODES = {"email": "TYPE_EMAIL", "phone": "TYPE_PHONE", "number": "TYPE_NUMERIC", "choice": "VALUE_NOT_ALLOWED"}

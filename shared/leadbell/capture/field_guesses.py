"""What a form has no clearly named field for, found by the one value that can be it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from leadbell.capture.field_values import (
    is_free_text,
    is_number_with_code,
    looks_like_person,
    looks_like_phone,
    words_in,
)
from leadbell.field_names import Meaning
from leadbell.identity import looks_like_email

# What names say that are none of our attributes, as far as it matters here.
BY_VALUE, CONFIRM, SOMEBODY_ELSE = "- by value", "- confirm", "- somebody else"
_AGREES = (
    r"(?:yes,? |ja,? )?(?:i (?:agree|accept|consent|have read|confirm|understand)"
    r"|ich (?:stimme|habe die|bin damit|willige)|jag (?:godk|samt)|jeg (?:accepterer|samtykker|godtar)|ik ga akkoord"
    r"|j.accepte|acepto|aceito|accetto|akceptuj|wyra.am zgod|hyv.ksyn|souhlas|sunt de acord)"
)


@dataclass(slots=True)
class GivenField:
    """A field of the form. `attribute` is what its value was read as; `is_typed` is False for a setting of the page."""

    name: str
    raw: str
    value: str
    said: Meaning
    is_typed: bool = True
    is_own: bool = False
    is_among_settings: bool = False
    attribute: str = ""


def guess(attribute: str, left: Sequence[GivenField]) -> GivenField | None:
    """The one of the fields, none of which was read yet, that is this attribute."""
    find = {"email": _email, "phone": _phone, "name": _person, "message": _message}[attribute]
    return find(left)


GUESSED = ("email", "phone", "name", "message")


def _email(left: Sequence[GivenField]) -> GivenField | None:
    """The only address; that of a field in which an address is repeated, if there is no other."""
    asked = [each for each in left if "@" in each.value and each.said.of != SOMEBODY_ELSE]
    return _only(each for each in asked if each.said.of != CONFIRM and looks_like_email(each.value)) or _only(
        each for each in asked if each.said.of == CONFIRM and looks_like_email(each.value)
    )


def _phone(left: Sequence[GivenField]) -> GivenField | None:
    """The only number with its country's code; else one under a name that says no more than "contact"."""
    called = [each for each in left if "fax" not in each.name.lower()]
    return _only(each for each in called if is_number_with_code(each.value)) or _only(
        each for each in called if each.said.of == BY_VALUE and looks_like_phone(each.value)
    )


def _person(left: Sequence[GivenField]) -> GivenField | None:
    return _only(each for each in left if each.said.of == BY_VALUE and looks_like_person(each.value))


def _message(left: Sequence[GivenField]) -> GivenField | None:
    """What a field for questions has, if it is more than a choice; else the longest free text; else the choice."""
    asked = [each for each in left if each.said.of == "message" and each.said.is_second]
    unclear = [each for each in left if each.said.of in ("", BY_VALUE) or each.said.is_weak]
    written = sorted(
        (each for each in unclear if is_written(each.value)), key=lambda each: (-words_in(each.value), -len(each.value))
    )
    return next((each for each in (*(each for each in asked if is_written(each.value)), *written, *asked)), None)


def is_written(text: str) -> bool:
    """Whether somebody wrote it to us; the words beside a box that was ticked are the page's."""
    return is_free_text(text) and re.match(_AGREES, text, re.IGNORECASE) is None


def _only(fields: Iterable[GivenField]) -> GivenField | None:
    """The one of a kind, also where it is said twice; None where there are several."""
    first: GivenField | None = None
    for each in fields:  # reading an address takes long, and a second one settles it
        if first is not None and each.value.casefold() != first.value.casefold():
            return None
        first = first or each
    return first

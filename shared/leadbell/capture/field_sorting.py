"""Sorts what came with a form: which value is which attribute, what is read as nothing, and what the visitor typed.

The form's own file decides first, then clear names, then weak ones, then values. One value fills an attribute; the
others stay what they are, under their own names.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from leadbell.capture.consent_fields import speaks_of_consent
from leadbell.capture.field_guesses import CONFIRM, GUESSED, GivenField, guess
from leadbell.capture.field_values import can_be
from leadbell.capture.page_settings import is_of_no_use, is_setting
from leadbell.capture.person_names import PARTS, put_together
from leadbell.field_names import MIDDLE_NAME, RESERVED, Meaning, folded, is_behind_the_scenes, meaning, plain
from leadbell.typed import Typed
from leadbell.web.bodies import Pairs

_ADDRESS, _SUBJECT = "- address", "- subject"
_OF_A_CULTURE_WITH_THE_FAMILY_FIRST = frozenset({"sei", "vezeteknev", "csaladnev"})


@dataclass(frozen=True, slots=True)
class _About:
    """What a name alone says: how a forms file calls it, whether it is an instruction, and whether it is hidden."""

    plain: str
    said: Meaning
    is_instruction: bool
    is_of_the_page: bool


@lru_cache(maxsize=4096)
def _about(name: str) -> _About:
    known, said = plain(name), meaning(name)
    is_instruction = known in RESERVED or (speaks_of_consent(name) and known != "_consent[sales_contact]")
    is_of_the_page = is_behind_the_scenes(name) and (said.of != "call_ok" or known.startswith("_"))
    return _About(known, said, is_instruction, is_of_the_page)


@dataclass(frozen=True, slots=True)
class Sorted:
    """`known` has the value of each attribute, and those of a name's parts; `name` is the whole of them. `unknown` has
    what was read as nothing."""

    known: dict[str, str] = field(default_factory=dict)
    name: str = ""
    unknown: dict[str, str] = field(default_factory=dict)
    typed: tuple[Typed, ...] = ()


def sorted_fields(pairs: Pairs, own: Mapping[str, str]) -> Sorted:
    """What each field of a form is; `own` is what its owner says about fields, by their plain names."""
    fields = _fields(pairs, own)
    known: dict[str, str] = {}
    for attribute, candidates in _by_attribute(fields).items():
        if attribute not in PARTS:
            _choose(known, attribute, candidates, fields)
    name = _name(known, fields)
    _read_by_value(known, fields)
    typed = tuple(Typed(each.name, each.raw, _told(each)) for each in fields if each.is_typed)
    return Sorted(known, name or known.get("name", ""), _unknown(fields, known), typed)


def _fields(pairs: Pairs, own: Mapping[str, str]) -> list[GivenField]:
    """The fields that may say something, each with whether it stands between settings of the page."""
    every = [_field(name, raw, own) for name, raw in pairs]
    of_the_page = [False, *(each is None or not each.is_typed or each.said.of == _SUBJECT for each in every), False]
    for at, each in enumerate(every):
        if each is not None:
            each.is_among_settings = of_the_page[at] and of_the_page[at + 2]
    return [each for each in every if each is not None]


def _field(name: str, raw: str, own: Mapping[str, str]) -> GivenField | None:
    """None for an instruction to the service, and for a token or a button."""
    about, value = _about(name), raw.strip()
    if about.plain in own:
        return GivenField(name, raw, value, Meaning(own[about.plain]), is_own=True)
    if about.is_instruction or is_of_no_use(name, value):
        return None
    return GivenField(name, raw, value, about.said, is_typed=not about.is_of_the_page and not is_setting(name, value))


def _by_attribute(fields: Iterable[GivenField]) -> dict[str, list[GivenField]]:
    """The fields that may be each attribute, those first whose name says so most clearly."""
    found: dict[str, list[GivenField]] = {}
    for each in sorted(fields, key=lambda each: (not each.is_own, each.said.is_weak)):
        if (
            each.said.attribute
            and not each.said.is_second
            and not (each.said.attribute == "name" and not each.is_typed)
        ):
            found.setdefault(each.said.attribute, []).append(each)
    return found


def _choose(
    known: dict[str, str], attribute: str, candidates: Sequence[GivenField], fields: Sequence[GivenField]
) -> None:
    """The first that can be it; a box and its hidden twin say by the last of them whether it is ticked."""
    in_turn = candidates if attribute != "call_ok" else [*reversed(candidates)]
    chosen = next((each for each in in_turn if _can_be(attribute, each, fields)), None)
    if chosen is not None:
        chosen.attribute = attribute
        known[attribute] = chosen.value


def _can_be(attribute: str, each: GivenField, fields: Sequence[GivenField]) -> bool:
    if each.is_own:
        return True
    if attribute == "company" and _is_the_owners(each, fields):
        return False
    if can_be(attribute, each.value, is_weak=each.said.is_weak):
        return True
    beside = {other.said.of for other in fields}
    if attribute == "company_size" and each.said.is_weak:
        return "company" in beside and each.value.isdecimal()
    if attribute == "region" and each.said.is_weak:
        is_written_as_a_name = each.value[:1].isupper() and can_be("region", each.value, is_weak=False)
        return bool({_ADDRESS, "country"} & beside) and is_written_as_a_name
    return False


def _is_the_owners(company: GivenField, fields: Sequence[GivenField]) -> bool:
    """Whether a page says whose it is: between its settings, before the first thing that a visitor is asked."""
    before = fields[: fields.index(company)]
    return company.is_among_settings and not any(each.is_typed and each.said.attribute for each in before)


def _name(known: dict[str, str], fields: Sequence[GivenField]) -> str:
    parts = {part: _that_can_be(part, fields) for part in PARTS}
    if whole := [each for each in parts["name"] if each.is_own]:
        return _taken(known, "name", whole[:1])
    clear = [each for each in parts["name"] if not each.said.is_weak]
    if clear or parts["first_name"] or parts["last_name"]:
        parts["name"] = clear
    family_first = any(
        _OF_A_CULTURE_WITH_THE_FAMILY_FIRST.intersection(folded(each.name)) for each in parts["last_name"]
    )
    values = {part: [each.value for each in found] for part, found in parts.items()}
    name, with_whole = put_together(values, family_first=family_first)
    for part in PARTS:
        if parts[part] and (part != "name" or with_whole):
            used = [each for each in parts[part] if part != "name" or each.value in name]
            _taken(known, part, used)
    return name


def _that_can_be(part: str, fields: Sequence[GivenField]) -> list[GivenField]:
    mine = [each for each in fields if each.said.of == part and each.is_typed]
    return [each for each in mine if each.is_own or can_be(part, each.value, is_weak=each.said.is_weak)]


def _taken(known: dict[str, str], attribute: str, fields: Sequence[GivenField]) -> str:
    for each in fields:
        each.attribute = attribute
    known[attribute] = " ".join(dict.fromkeys(each.value for each in fields))
    return known[attribute]


def _read_by_value(known: dict[str, str], fields: Sequence[GivenField]) -> None:
    for attribute in GUESSED:
        if attribute in known or (attribute == "name" and {"first_name", "last_name"} & known.keys()):
            continue
        found = guess(attribute, [each for each in fields if each.is_typed and not each.attribute and not each.is_own])
        if found is not None:
            _taken(known, attribute, [found])


def _unknown(fields: Iterable[GivenField], known: Mapping[str, str]) -> dict[str, str]:
    """What was read as nothing, by its name; repeats are joined, and an address is not repeated."""
    found: dict[str, str] = {}
    for each in fields:
        if each.attribute or (each.said.of in ("email", CONFIRM) and each.value == known.get("email")):
            continue
        found[each.name] = f"{found[each.name]}, {each.value}" if each.name in found else each.value
    return found


def _told(each: GivenField) -> str:
    """The attribute as the fact names it."""
    return "name" if each.attribute == MIDDLE_NAME else each.attribute

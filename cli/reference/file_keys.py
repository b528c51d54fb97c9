"""The keys of the forms file and the model file: one table for each kind of block, as the files' schemas have them."""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from cli.reference.tables import code, codes, table
from leadbell.events import FACT_TYPES
from leadbell.forms.file import forms_schema
from leadbell.scoring.rules import model_schema

Schema = Mapping[str, Any]

# The section that describes each kind of block, by its link. Two kinds with the same keys share one.
FORMS_FILE: Mapping[str, str] = {
    "FormsFile": "the-file",
    "FormInFile": "a-form",
    "FieldInFile": "a-field",
    "ConsentInFile": "a-consent",
    "SpamInFile": "spam",
    "DownloadInFile": "a-download",
    "NewsletterInFile": "the-newsletter",
}
MODEL_FILE: Mapping[str, str] = {
    "Model": "the-file",
    "Agreement": "agreement",
    "Persona": "personas",
    "FitRule": "fit-rules",
    "Interest": "interest",
    "Group": "groups",
    "InterestRule": "interest-rules",
    "Fading": "fading",
    "Grades": "grades",
    "Mql": "mql",
    "ProductAct": "product-acts",
    "Question": "questions-and-requests",
    "RequestRule": "questions-and-requests",
    "Bant": "need-budget-authority-timing",
    "Veto": "vetoes",
    "Story": "stories",
    "Step": "days",
    "Act": "acts",
    "Expected": "expectations",
}


def forms_keys() -> Mapping[str, Callable[[Path], str]]:
    """The tables of the forms file, by section."""
    return {f"keys-of-{place}": partial(_keys, forms_schema, FORMS_FILE, place) for place in FORMS_FILE.values()}


def model_keys() -> Mapping[str, Callable[[Path], str]]:
    """The tables of the model file, by section."""
    return {f"keys-of-{place}": partial(_keys, model_schema, MODEL_FILE, place) for place in MODEL_FILE.values()}


def blocks(schema: Schema) -> Mapping[str, Schema]:
    """Every kind of block of a file by its name in the schema, the whole file first."""
    return {schema["title"]: schema, **schema["$defs"]}


def _keys(read: Callable[[], str], sections: Mapping[str, str], place: str, _: Path) -> str:
    every = blocks(_parsed(read))
    (same,) = {json.dumps(list(_rows(every[name], sections))) for name, of in sections.items() if of == place}
    return table(("Key", "What it is", "Allowed", "Default"), json.loads(same))


@cache
def _parsed(read: Callable[[], str]) -> Schema:
    return dict(json.loads(read()))


def _rows(block: Schema, sections: Mapping[str, str]) -> Iterator[tuple[str, str, str, str]]:
    required = block.get("required", ())
    for key, about in sorted(block["properties"].items(), key=lambda each: each[0] not in required):
        default = "required" if key in required else _default(about.get("default"))
        yield code(key), about["description"], _allowed(about, sections), default


def _default(value: Any) -> str:
    """None where leaving it out is no value, or one that the tables of its block tell."""
    if value in (None, "") or isinstance(value, list | dict):
        return ""
    return code(json.dumps(value) if isinstance(value, bool) else value)


def _allowed(about: Schema, sections: Mapping[str, str]) -> str:
    """What may be written, in a few words."""
    if choices := about.get("anyOf") or about.get("oneOf"):
        return " or ".join(reversed([_allowed(each, sections) for each in choices if each != {"type": "null"}]))
    if "$ref" in about:
        place = sections[about["$ref"].rpartition("/")[2]]
        return f"[{place.replace('-', ' ')}](#{place})"
    if "const" in about:
        return code(about["const"])
    if "enum" in about:
        return _one_of(about["enum"])
    return _KINDS[about.get("type", "any")](about, sections)


def _one_of(values: list[str]) -> str:
    if values == list(FACT_TYPES):
        return "an [event](events-and-fields.md#events)"
    return codes(each for each in values if each)


def _number(about: Schema, _: Mapping[str, str]) -> str:
    least, most = about.get("minimum"), about.get("maximum")
    if least is not None and most is not None:
        return f"{least:,} to {most:,}"
    return "a whole number" + (f", at least {least}" if least is not None else "")


def _text(about: Schema, _: Mapping[str, str]) -> str:
    if about.get("format") == "date":
        return "a day, as `2027-12-31`"
    return "text" + (f", up to {about['maxLength']:,} characters" if "maxLength" in about else "")


def _list(about: Schema, sections: Mapping[str, str]) -> str:
    limits = ("at least one", about.get("minItems")), (f"up to {about.get('maxItems', 0):,}", about.get("maxItems"))
    return ", ".join([f"a list of {_allowed(about['items'], sections)}", *(words for words, limit in limits if limit)])


def _block(about: Schema, sections: Mapping[str, str]) -> str:
    inner = about["additionalProperties"]
    if inner is True:
        return "[conditions](#conditions)"
    if names := about.get("propertyNames"):
        return f"{codes(names['enum'])}, each {_allowed(inner, sections)}"
    return f"names, each with {_allowed(inner, sections)}"


_KINDS: Mapping[str, Callable[[Schema, Mapping[str, str]], str]] = {
    "boolean": lambda *_: "`true`, `false`",
    "integer": _number,
    "string": _text,
    "array": _list,
    "object": _block,
    "any": lambda *_: "an [answer](#need-budget-authority-timing)",
}

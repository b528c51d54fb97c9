"""The forms as their files describe them, and the requests that a browser or a script makes of them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

FOLDER = Path(__file__).parent
# What the page says of itself; nobody typed it.
OF_THE_PAGE = frozenset({"config", "button", "door", "next", "honeypot"})
SITE = "https://www.example.com/"
BOUNDARY = "----a-form"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@dataclass(frozen=True)
class FormField:
    """A field as it is sent, and what a person expects of it."""

    name: str
    kind: str
    sent: str | bool
    expects: frozenset[str]

    @property
    def value(self) -> str:
        return ("yes" if self.sent else "no") if isinstance(self.sent, bool) else self.sent

    @property
    def own_name(self) -> str:
        """Its name without HubSpot's number of the object that it belongs to."""
        return self.name.rpartition("/")[2] or self.name

    @property
    def is_filled(self) -> bool:
        return self.kind != "file" and self.value.strip() != ""

    @property
    def is_of_the_page(self) -> bool:
        """Whether it may be the page's own."""
        return bool(self.expects & OF_THE_PAGE)

    def only(self, *attributes: str) -> bool:
        """Whether it is one of these and nothing else."""
        return len(self.expects) == 1 and self.expects <= {*attributes}


@dataclass(frozen=True)
class SheetForm:
    """One form; `run` makes it another person's."""

    told: dict[str, Any]
    run: int

    @property
    def name(self) -> str:
        return f"{self.told['id']} ({self.told['lang']}, {self.told['kind']})"

    @property
    def email(self) -> str:
        return f"{self.told['mail']}-{self.run}.example" if self.told["mail"] else ""

    @cached_property
    def fields(self) -> tuple[FormField, ...]:
        return tuple(self._field(each) for each in self.told["fields"])

    @property
    def filled(self) -> tuple[FormField, ...]:
        return tuple(each for each in self.fields if each.is_filled)

    def _field(self, told: dict[str, Any]) -> FormField:
        value = told["value"] or ""
        if isinstance(value, str):
            marks = {"email": self.email, "run": str(self.run), "site": SITE, "u2": f"{self.run % 90 + 10}"}
            marks |= {"u2b": f"{self.run % 89 + 10}", "u3": f"{self.run % 900 + 100}"}
            for mark, filled in marks.items():
                value = value.replace(f"{{{mark}}}", filled)
        return FormField(told["name"], told["type"], value, frozenset(told["expect"].replace("?", "").split("|")))

    @property
    def path(self) -> str:
        service, _, form = self.told["door"].rpartition(":")
        ways = {"netlify": "/", "web3": "/submit", "hubspot": f"/submissions/v3/integration/submit/1/{form}"}
        return ways.get(service) or (f"/{form}" if form in ("newsletter", f"f/{form[2:]}") else f"/forms/{form}")

    @property
    def body(self) -> tuple[str, bytes]:
        """The content type, and what is sent."""
        match self.told["enc"]:
            case "urlencoded":
                return FORM, urlencode([(each.name, each.value) for each in self.fields]).encode()
            case "json":
                return JSON, json.dumps({each.name: each.sent for each in self.fields}).encode()
            case "hubspot":
                return JSON, json.dumps({"fields": [*map(_object_of_hubspot, self.fields)]}).encode()
            case "multipart":
                parts = "".join(map(_part, self.fields))
                return f"multipart/form-data; boundary={BOUNDARY}", f"{parts}--{BOUNDARY}--\r\n".encode()
            case other:
                raise ValueError(other)


def _object_of_hubspot(field: FormField) -> dict[str, str]:
    kind, _, name = field.name.rpartition("/")
    return {"objectTypeId": kind or "0-1", "name": name, "value": field.value}


def _part(field: FormField) -> str:
    file = f'; filename="{field.value}"\r\nContent-Type: image/png' if field.kind == "file" else ""
    content = PNG if field.kind == "file" and field.value else "" if field.kind == "file" else field.value
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field.name}"{file}\r\n\r\n{content}\r\n'


# Enough of a picture for a door.
PNG = "a picture"


def forms(file: str) -> Iterator[SheetForm]:
    """The forms of a file, each sent by somebody else."""
    told = json.loads((FOLDER / f"{file}.json").read_text(encoding="utf-8"))
    for run, each in enumerate(told, start=1 if file == "real" else 101):
        yield SheetForm(each, run)

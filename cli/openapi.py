"""The public API as an OpenAPI document: the routes of the template, the live forms, the one table of answers.

What is true of every route is made from the code that makes it true. What only a person can say of a route is in
`OPERATIONS`; a route without an entry there is an error, and so is an entry without a route.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor

from cli.errors import CommandError
from leadbell.field_names import HONEYPOTS, OURS
from leadbell.forms.config import Form, FormsConfig
from leadbell.web.bodies import MAX_BODY_BYTES, MAX_FIELDS
from leadbell.web.refusals import RETRY_AFTER_SECONDS
from leadbell.web.refusals import refusals as refusals_of_doors
from leadbell.web.request import MAX_SENDER_KEY

VERSION = "3.1.0"
Node = dict[str, Any]


class Kind(StrEnum):
    """What a route is for."""

    SUBMISSION = "a visitor submits something"
    FOREIGN = "the same, answered as another service would"
    PAGE = "a page, which changes nothing"
    ACT = "what the button on such a page does"
    DATA = "data for a page's script, which changes nothing"
    LINK = "a URL that redirects to another"


@dataclass(frozen=True, slots=True)
class Operation:
    """What a person says of a route. `query` names its query parameters."""

    summary: str
    kind: Kind
    need_email: bool = False
    query: tuple[str, ...] = ()


OPERATIONS: Mapping[str, Operation] = {
    "POST /forms/{form_id}": Operation("Send a form", Kind.SUBMISSION),
    "POST /f/{form_id}": Operation("Send a form made for Formspree, Basin or a service like them", Kind.SUBMISSION),
    "POST /": Operation("Send a form made for Netlify Forms; form-name holds its name", Kind.FOREIGN),
    "POST /submit": Operation("Send a form made for Web3Forms; access_key holds its name", Kind.FOREIGN),
    "POST /submissions/v3/integration/submit/{portal_id}/{form_id}": Operation(
        "Send a form made for HubSpot's Forms API, version 3", Kind.FOREIGN
    ),
    "POST /newsletter": Operation("Sign up for the newsletter", Kind.SUBMISSION, need_email=True),
    "POST /downloads/{asset_id}": Operation("Request a file", Kind.SUBMISSION, need_email=True),
    "GET /thanks": Operation("The thank-you page", Kind.PAGE, query=("for", "language")),
    "GET /stamp": Operation("A signed note of when a form was shown", Kind.DATA, query=("for",)),
    "GET /d/{token}": Operation("The link to a file in a mail", Kind.LINK),
    "HEAD /d/{token}": Operation("The same without a body", Kind.LINK),
    "GET /alerts/{token}": Operation("The page behind the link in an alert", Kind.PAGE),
    "GET /confirm/{token}": Operation("The page behind the link in a confirmation mail", Kind.PAGE),
    "POST /confirm/{token}": Operation("Confirm a newsletter signup", Kind.ACT),
    "GET /unsubscribe/{token}": Operation("The page behind the unsubscribe link", Kind.PAGE),
    "POST /unsubscribe/{token}": Operation("Unsubscribe from the newsletter, in one click (RFC 8058)", Kind.ACT),
    "GET /preferences/{token}": Operation("The page on which a person sees and changes their choices", Kind.PAGE),
    "POST /preferences/{token}": Operation("Change a choice", Kind.ACT),
}


class _Reader(SafeConstructor):
    """Reads a template without its expressions. A class of its own, since ruamel keeps its tags by class."""


_Reader.add_multi_constructor("!", lambda *_: None)


def routes_of(template: Path) -> list[str]:
    """The routes in template.yaml, as `POST /forms/{form_id}`."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _Reader
    resources = yaml.load(template.read_text(encoding="utf-8"))["Resources"]
    events = (each["Properties"].get("Events", {}).values() for each in resources.values() if "Properties" in each)
    apis = [each["Properties"] for some in events for each in some if each["Type"] == "HttpApi"]
    return sorted(f"{each['Method'].upper()} {each['Path']}" for each in apis if "Path" in each)  # without it: the rest


def documented(route: str) -> list[str]:
    """The entries of a route: itself, or each of its path's where it takes any method."""
    method, _, path = route.partition(" ")
    found = [each for each in OPERATIONS if each == route or (method == "ANY" and each.partition(" ")[2] == path)]
    if not found:
        raise CommandError(
            f"The route {route} of template.yaml has no description.", "Add it to OPERATIONS in cli/openapi.py."
        )
    return found


def document(routes: list[str], forms: FormsConfig, version: str, server: str = "") -> Node:
    """The whole document; raises CommandError for a route that nobody has described."""
    paths: dict[str, Node] = {}
    for said in dict.fromkeys(each for route in routes for each in documented(route)):
        method, _, path = said.partition(" ")
        paths.setdefault(path, {})[method.lower()] = _operation(said, OPERATIONS[said], forms)
    return {
        "openapi": VERSION,
        "info": {"title": "Leadbell", "version": version, "description": _DESCRIPTION},
        **({"servers": [{"url": server}]} if server else {}),
        "paths": paths,
        "components": {"schemas": _SCHEMAS},
    }


_DESCRIPTION = (
    "The public API of a Leadbell service, to which a website's forms post. Scripts get JSON; browsers get a page or a "
    "303 redirect. Fields keep the names that the site gives them. Unrecognised fields are stored."
)
_VALUE: Node = {"type": ["string", "number", "boolean", "null"]}
_SCHEMAS: Node = {
    "Value": {"anyOf": [_VALUE, {"type": "array", "items": _VALUE}]},
    "Received": {
        "type": "object",
        "required": ["ok", "status", "request_id"],
        "properties": {
            "ok": {"const": True},
            "id": {"type": "string", "description": "The id of the stored submission. A retry gets the same id."},
            "status": {"type": "string"},
            "next": {
                "type": "string",
                "description": "Where to go next: the URL the form asked for, or a Leadbell page.",
            },
            "message": {"type": "string", "description": "A thank-you message in the visitor's language."},
            "request_id": {"type": "string"},
        },
    },
    "Refused": {
        "type": "object",
        "required": ["ok", "error", "code", "errors", "request_id"],
        "properties": {
            "ok": {"const": False},
            "error": {"type": "string", "description": "What to change, in a sentence."},
            "code": {"type": "string"},
            "errors": {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Problem"}},
            "request_id": {"type": "string"},
        },
    },
    "Problem": {
        "type": "object",
        "required": ["code", "message"],
        "properties": {"code": {"type": "string"}, "field": {"type": "string"}, "message": {"type": "string"}},
    },
}


def _operation(route: str, said: Operation, forms: FormsConfig) -> Node:
    method, _, path = route.partition(" ")
    is_sent = said.kind in (Kind.SUBMISSION, Kind.FOREIGN)
    found: Node = {
        "operationId": "".join(c if c.isalnum() else "_" for c in f"{method.lower()}{path}").rstrip("_"),
        "summary": said.summary,
        "parameters": [*_in_path(path, forms), *_in_query(said), *(_OF_A_SENDER if is_sent else ())],
        "responses": {**_TAKEN[said.kind], **(_MAILED if said.need_email else {}), **refusals(said.kind)},
    }
    if is_sent:
        found["requestBody"] = _body(said, path, forms)
    if said.kind is Kind.ACT:
        found["requestBody"] = {"content": {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}}}
    return found


def _in_path(path: str, forms: FormsConfig) -> Iterator[Node]:
    known = {"form_id": sorted(forms.forms), "asset_id": sorted(forms.downloads)}
    for name in (part[1:-1] for part in path.split("/") if part.startswith("{")):
        schema: Node = {"type": "string", "minLength": 1}
        if name in known:
            schema["enum"] = known[name]
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _in_query(said: Operation) -> Iterator[Node]:
    for name in said.query:
        yield {"name": name, "in": "query", "schema": {"type": "string"}}


_OF_A_SENDER: tuple[Node, ...] = (
    {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "The sender's id of the submission. A retry with it within eight days is the same submission.",
        "schema": {"type": "string", "maxLength": MAX_SENDER_KEY},
    },
    {
        "name": "Accept",
        "in": "header",
        "description": "Prefer application/json to get JSON.",
        "schema": {"enum": ["application/json", "text/html"]},
    },
)


def _body(said: Operation, path: str, forms: FormsConfig) -> Node:
    """One schema for all types; under `x-forms` what each form itself asks for."""
    value = {"$ref": "#/components/schemas/Value"}
    names = {name: value for name in dict.fromkeys(OURS.values()) if name != "email"}
    schema: Node = {
        "type": "object",
        "minProperties": 1,
        "maxProperties": MAX_FIELDS,
        "properties": {"email": {"type": "string", "maxLength": 254}, **names},
        "additionalProperties": value,
        "description": f"At most {MAX_FIELDS} fields and {MAX_BODY_BYTES // 1024} KB. Hidden fields "
        f"({', '.join(HONEYPOTS)}) stay empty.",
    }
    if said.need_email:
        schema["required"] = ["email"]
    if "{form_id}" in path:
        schema["x-forms"] = {form.id: _fields(form) for form in forms.forms.values()}
    content: Node = {"schema": schema, "examples": _examples(said)}
    types = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data")
    return {"required": True, "content": dict.fromkeys(types, content)}


def _fields(form: Form) -> Node:
    fields = {
        each.name: {"type": each.type, "required": each.required, **({"choices": each.choices} if each.choices else {})}
        for each in form.fields
    }
    return {"label": form.label, "state": form.state, "fields": fields}


def _examples(said: Operation) -> Node:
    person: Node = {"email": "eva@acme.example.com"}
    if said.need_email:
        return {"a person": {"value": person}}
    return {
        "a person": {"value": {**person, "name": "Eva Example", "message": "Please call me."}},
        "a telephone number": {"value": {"phone": "+46 70 174 06 05"}},
        "nobody": {"value": {"name": "Eva Example"}},
    }


_ANY: Node = {"type": "object"}
_PAGE: Node = {"text/html": {"schema": {"type": "string"}}}
_SHOWN: Node = {"description": "The page.", "content": _PAGE}
_LED: Node = {
    "description": "A browser is redirected to this URL.",
    "headers": {"Location": {"required": True, "schema": {"type": "string"}}},
}


def _in_json(schema: Node) -> Node:
    return {"application/json": {"schema": schema}}


_RECEIVED: Node = {"$ref": "#/components/schemas/Received"}
_MAILED: Node = {
    "202": {"description": "Stored; the rest is sent by e-mail. For a script.", "content": _in_json(_RECEIVED)},
}
_TAKEN: Mapping[Kind, Node] = {
    Kind.SUBMISSION: {
        "200": {"description": "Stored. For a script.", "content": _in_json(_RECEIVED)},
        "303": {**_LED, "description": "Stored. A browser is redirected to this URL."},
    },
    Kind.FOREIGN: {
        "200": {"description": "Stored. The answer is in the other service's format.", "content": _in_json(_ANY)},
        "303": {**_LED, "description": "Stored. A browser is redirected to this URL."},
    },
    Kind.PAGE: {"200": _SHOWN},
    Kind.DATA: {
        "200": {"description": "The data, as JSON.", "content": {"application/json": {"schema": {"type": "object"}}}},
    },
    Kind.ACT: {"200": _SHOWN},
    Kind.LINK: {"303": _LED},
}


def refusals(kind: Kind = Kind.SUBMISSION) -> Node:
    """Every status with which a submission is rejected. Nothing is stored then, so sending it again is safe."""
    codes: dict[int, list[str]] = {}
    for status, code in refusals_of_doors():
        if code not in codes.setdefault(status, []):
            codes[status].append(code)
    told = _ANY if kind is Kind.FOREIGN else {"$ref": "#/components/schemas/Refused"}
    return {str(status): _refusal(status, some, _in_json(told)) for status, some in sorted(codes.items())}


def _refusal(status: int, codes: list[str], told: Node) -> Node:
    refused: Node = {"description": ", ".join(codes), "content": {**told, **_PAGE}}
    if status == 503:
        refused["headers"] = {"Retry-After": {"schema": {"type": "integer", "const": RETRY_AFTER_SECONDS}}}
    return refused

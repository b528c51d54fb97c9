"""HubSpot's form API, version 3: what its clients send as a plain form, and our answers as they expect them.

A site that posts to `/submissions/v3/integration/submit/{portal}/{form}` changes the host and nothing else. Its `hutk`
is the visitor's id; an IP address that the page claims for the visitor is not believed. Consent comes as it was said,
yes or no, with its text: `_consent[processing]` and, for the boxes of `communications`, `_consent[newsletter]`. What a
site does in its legitimate interest is no consent and becomes none: it is kept in words.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from leadbell.errors import Malformed, Problem
from leadbell.web.bodies import MAX_BODY_BYTES, text_of

Answer = dict[str, Any]

# Fields of the company object that are called otherwise than a contact's.
_COMPANY = "0-2"
_OF_A_COMPANY = {"name": "company", "domain": "website", "numberofemployees": "company_size", "phone": "company_phone"}
_CONTEXT = {"hutk": "_anon", "pageUri": "_page", "pageName": "page_name"}
_TYPES = {
    "TYPE_EMAIL": "INVALID_EMAIL",
    "TYPE_NUMERIC": "INVALID_NUMBER",
    "REQUIRED_FIELD_MISSING": "REQUIRED_FIELD",
    "REQUIRED_FIELD_EMPTY": "REQUIRED_FIELD",
    "PAYLOAD_TOO_LARGE": "INPUT_TOO_LARGE",
    "VALUE_NOT_ALLOWED": "VALUE_NOT_IN_FIELD_DEFINITION",
    "CAPTCHA_FAILED": "FORM_HAS_RECAPTCHA_ENABLED",
}


def plain_form(raw: bytes, content_type: str = "application/json") -> bytes:
    """The same submission as one flat JSON object of fields; raises Malformed. A body over the limit stays as it is,
    for the door to refuse."""
    if len(raw) > MAX_BODY_BYTES:
        return raw
    found: dict[str, list[str]] = {}
    for name, value in _pairs(_read(text_of(content_type, raw))):
        found.setdefault(name, []).append(value)
    return json.dumps(found).encode()


def _read(text: str) -> Mapping[str, Any]:
    try:
        data = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except RecursionError as error:
        raise Malformed("the JSON is nested too deeply") from error
    except ValueError as error:
        raise Malformed("the body is not valid JSON") from error
    if not isinstance(data, dict) or not isinstance(data.get("fields"), list):
        raise Malformed('send a JSON object with "fields": a list of objects with name and value')
    return data


def _pairs(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for each in data["fields"]:
        if not isinstance(each, dict) or not isinstance(each.get("name"), str):
            raise Malformed('each item of "fields" must be an object with name and value')
        yield _name(each), _text(each.get("value", ""), each["name"])
    context = _object(data, "context")
    yield from ((ours, _text(context[theirs], theirs)) for theirs, ours in _CONTEXT.items() if context.get(theirs))
    if data.get("submittedAt"):
        yield "submitted_at", _text(data["submittedAt"], "submittedAt")
    yield from _consents(_object(data, "legalConsentOptions"))


def _name(each: Mapping[str, Any]) -> str:
    name = str(each["name"])
    return _OF_A_COMPANY.get(name.lower(), name) if each.get("objectTypeId") == _COMPANY else name


def _consents(options: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if consent := _object(options, "consent"):
        yield from _consent("processing", consent.get("consentToProcess") is True, consent.get("text"))
        yield from _communications(consent.get("communications") or [])
    if interest := _object(options, "legitimateInterest"):
        yield "legitimate_interest", _text(interest.get("text") or "", "text")
        yield "legal_basis", _text(interest.get("legalBasis") or "", "legalBasis")
        yield "subscription_type", _text(interest.get("subscriptionTypeId") or "", "subscriptionTypeId")


def _communications(boxes: object) -> Iterator[tuple[str, str]]:
    """One box for each kind of mail: a yes to any of them is one to the newsletter, in the words of those ticked."""
    if not isinstance(boxes, list) or not all(isinstance(box, dict) for box in boxes):
        raise Malformed('"communications" must be a list of objects')
    if boxes:
        ticked = [box for box in boxes if box.get("value") is True]
        texts = (_text(box.get("text") or "", "text") for box in ticked or boxes)
        yield from _consent("newsletter", bool(ticked), " / ".join(filter(None, texts)))
        yield from (("subscription_type", _text(box.get("subscriptionTypeId") or "", "type")) for box in ticked)


def _consent(purpose: str, given: bool, text: object) -> Iterator[tuple[str, str]]:
    yield f"_consent[{purpose}]", "yes" if given else "no"
    yield f"_consent_text[{purpose}]", _text(text or "", "text")


def _object(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = data.get(name) or {}
    if not isinstance(found, dict):
        raise Malformed(f'"{name}" must be an object')
    return found


def _text(value: object, name: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Malformed(f"{name[:100]}: the value must be text, a number, true or false")
    return value


def acceptance_of(message: str, target: str) -> Answer:
    """What its clients get for a stored submission: where to go, or what to show."""
    return {"redirectUri": target} if target else {"inlineMessage": message}


def refusal_of(code: str, message: str, problems: tuple[Problem, ...], request_id: str) -> Answer:
    """What its clients get for one that was not stored; they read the field from `fields.<name>`."""
    errors = [
        {"message": f"Error in 'fields.{each.field}'. {each.message}", "errorType": _TYPES.get(each.code, each.code)}
        for each in problems
    ] or [{"message": message, "errorType": _TYPES.get(code, code)}]
    return {"status": "error", "message": message, "correlationId": request_id, "errors": errors}


def status(ours: int) -> int:
    """The status for it: 400 is theirs for whatever is wrong with what was sent."""
    return 400 if ours in (409, 413, 415, 422) else ours

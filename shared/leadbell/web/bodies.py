"""Request bodies to name-value pairs: urlencoded, multipart, JSON, and JSON sent as text by a beacon.

Everything here is hostile until read: what can be counted in the raw bytes (size, fields, parts, depth) is counted
before anything is parsed, and nothing raises but Rejected. Lists become repeated pairs; a value is cut where no field
may be longer, since a field that nobody sees must not cost us a person who writes.
Files come back as they are; `file_types` says what they are and which are kept.
"""

import io
import json
import logging
import re
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl

from leadbell.errors import Malformed, TooLarge, UnsupportedType
from leadbell.plain_text import is_text, tidy

# The parser would write a visitor's headers into our log.
logging.getLogger("python_multipart").setLevel(logging.CRITICAL)

MAX_BODY_BYTES = 256 * 1024
# A Lambda is called with at most 6 MB, of which the base64 of a body takes four thirds of its size: no larger body ever
# reaches us. What is not a file has to fit into the limit above.
MAX_MULTIPART_BYTES = 4_718_592
MAX_FIELDS = 100
MAX_FIELD_NAME = 100
MAX_FIELD_VALUE = 10 * 1024
MAX_DEPTH = 5
MAX_BOUNDARY = 70

# The whole body is in memory already; a file on disk would outlive the request.
_IN_MEMORY = {"MAX_MEMORY_FILE_SIZE": MAX_MULTIPART_BYTES}
_BOM = b"\xef\xbb\xbf"
_UTF_8 = {"", "utf-8", "utf8", "us-ascii"}
_CHARSET = re.compile(r';\s*charset\s*=\s*"?([^";]*)', re.IGNORECASE)
# A string, whole or cut off, and a bracket outside of one. Each character is looked at once, whatever stands there.
_BRACKETS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|([\[{])|([\]}])', re.DOTALL)

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came: of its name nothing is checked, of its content only that it is not empty."""

    field: str
    filename: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Body:
    """What a body says. `is_json` tells how its sender wants to be answered; `blank` are fields that came empty."""

    pairs: Pairs
    is_json: bool = False
    files: tuple[Upload, ...] = ()
    blank: tuple[str, ...] = field(default=(), compare=False)


def read_body(content_type: str, raw: bytes, encoding: str = "") -> Body:
    """The pairs in a body; raises TooLarge, UnsupportedType or Malformed. `encoding` is its Content-Encoding."""
    kind = content_type.partition(";")[0].strip().lower()
    _check_size(len(raw), MAX_MULTIPART_BYTES if kind == "multipart/form-data" else MAX_BODY_BYTES)
    _check_headers(content_type, encoding)
    if kind == "application/x-www-form-urlencoded":
        body = Body(_urlencoded(raw.removeprefix(_BOM)))
    elif kind == "multipart/form-data":
        body = _multipart(content_type, raw)
    elif kind == "application/json":
        body = Body(_json(raw.removeprefix(_BOM)), is_json=True)
    elif kind == "text/plain":
        body = Body(_json_as_text(raw.removeprefix(_BOM)), is_json=True)
    else:
        raise UnsupportedType(
            "send application/x-www-form-urlencoded, multipart/form-data or application/json"
            + (
                f", not {tidy(kind[:60])}"
                if kind and is_text(kind)
                else "; the Content-Type header is missing or not readable"
            )
        )
    return _checked(body)


def _check_size(size: int, limit: int = MAX_BODY_BYTES) -> None:
    if size > limit:
        raise TooLarge(f"the body is {size:,} bytes; the limit is {limit:,}")


def _check_headers(content_type: str, encoding: str) -> None:
    """A compressed body says nothing of its real size, and another alphabet makes other people of the same bytes."""
    if encoding.strip().lower() not in ("", "identity"):
        raise UnsupportedType("send the body as it is, without Content-Encoding: compressed bodies are not unpacked")
    if any(found.strip().lower() not in _UTF_8 for found in _CHARSET.findall(content_type)):
        raise UnsupportedType("send the body in UTF-8; the Content-Type header names another charset")


def _checked(body: Body) -> Body:
    if len(body.pairs) > MAX_FIELDS:
        raise Malformed(f"the form has {len(body.pairs)} fields; the limit is {MAX_FIELDS}")
    pairs = []
    for raw_name, raw_value in body.pairs:
        if not is_text(raw_name) or not is_text(raw_value):
            raise Malformed("a field contains invalid characters (NUL or half a surrogate pair)")
        name, value = tidy(raw_name).strip(), tidy(raw_value[:MAX_FIELD_VALUE])
        if len(name) > MAX_FIELD_NAME:
            raise Malformed(f"a field name has {len(name)} characters; the limit is {MAX_FIELD_NAME}")
        if value.strip():
            pairs.append((name, value))
    if not pairs:
        raise Malformed("the form was empty: send at least an e-mail address or a phone number", "EMPTY")
    blank = tuple(name.strip()[:MAX_FIELD_NAME] for name, value in body.pairs if not value.strip())
    return Body(tuple(pairs), body.is_json, body.files, blank)


def _urlencoded(raw: bytes) -> Pairs:
    try:
        text = raw.decode()
        return tuple(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS))
    except ValueError as error:  # includes UnicodeDecodeError
        raise Malformed(f"the body is not a urlencoded form in UTF-8 of at most {MAX_FIELDS} fields") from error


def _multipart(content_type: str, raw: bytes) -> Body:
    from python_multipart import create_form_parser
    from python_multipart.exceptions import FormParserError

    pairs: list[tuple[str, str]] = []
    files: list[Upload] = []

    def on_field(field: Any) -> None:
        pairs.append(((field.field_name or b"").decode(), (field.value or b"").decode()))

    def on_file(file: Any) -> None:
        field, name = ((name or b"").decode(errors="replace") for name in (file.field_name, file.file_name))
        files.append(Upload(field, name, file.file_object.getvalue()))

    try:
        _check_parts(content_type, raw)
        parser = create_form_parser({"Content-Type": content_type.encode()}, on_field, on_file, _IN_MEMORY)
        stream = io.BytesIO(raw)
        while chunk := stream.read(65536):
            parser.write(chunk)
        parser.finalize()
        if not raw.rstrip().endswith(b"--"):
            raise ValueError("the last boundary is missing: the body was cut off")
    except (FormParserError, ValueError, AttributeError, KeyError) as error:
        raise Malformed("the body is not a valid multipart form in UTF-8") from error
    _check_size(sum(len(name) + len(value) for name, value in pairs))
    return Body(tuple(pairs), files=tuple(file for file in files if file.content))


def _check_parts(content_type: str, raw: bytes) -> None:
    from python_multipart.multipart import parse_options_header

    boundary = parse_options_header(content_type.encode())[1].get(b"boundary", b"")
    if not 0 < len(boundary) <= MAX_BOUNDARY:
        raise Malformed(
            "the Content-Type header of a multipart form needs a boundary; let the HTTP client set that header"
        )
    if (parts := raw.count(b"--" + boundary) - 1) > MAX_FIELDS:
        raise Malformed(f"the form has {parts} fields; the limit is {MAX_FIELDS}")


def _json_as_text(raw: bytes) -> Pairs:
    """What a script's beacon sends. A browser's own text/plain looks the same as text typed into it."""
    if not raw.lstrip().startswith(b"{"):
        raise Malformed("a text/plain body must be valid JSON; remove the enctype attribute from an HTML form")
    return _json(raw)


def _check_depth(raw: bytes) -> None:
    """Counts brackets, so that no parser has to go down and come up again to find out."""
    if raw.count(b"{") + raw.count(b"[") <= MAX_DEPTH:
        return
    depth = 0
    for found in _BRACKETS.finditer(raw):
        depth += (found[1] is not None) - (found[2] is not None)
        if depth > MAX_DEPTH:
            raise Malformed("the JSON is nested too deeply; send one flat object")


def _json(raw: bytes) -> Pairs:
    _check_depth(raw)
    try:
        data = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_no_repeats,
            parse_constant=_no_constant,
            parse_int=_number,
            parse_float=_number,
        )
    except ValueError as error:
        raise Malformed("the body is not valid JSON: send one flat object of fields") from error
    if not isinstance(data, dict):
        raise Malformed("the body is not a JSON object: send one flat object of fields")
    pairs = (pair for name, value in data.items() for pair in _flat(name, value))
    return tuple(islice(pairs, MAX_FIELDS + 1))


def _no_repeats(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) != len(members):
        raise ValueError("a name stands twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _number(text: str) -> str:
    """Numbers stay the text they were: ids of twenty digits and leading plus signs are no arithmetic."""
    return text


def _flat(name: str, value: Any) -> list[tuple[str, str]]:
    if value is None:
        return []
    if isinstance(value, list):
        some = value[: MAX_FIELDS + 1]  # one more than may be is enough to refuse them
        return [pair for each in some for pair in _flat(name, each) if not isinstance(each, list | dict)] or _too_deep(
            name, value
        )
    if isinstance(value, dict):
        return _too_deep(name, value)
    if isinstance(value, bool):
        return [(name, "yes" if value else "no")]
    return [(name, str(value))]


def _too_deep(name: str, value: Any) -> list[tuple[str, str]]:
    if value:
        shown = tidy(name[:MAX_FIELD_NAME]) if is_text(name) else "a field"
        raise Malformed(f"{shown}: the value must be text, a number, true, false or a list of these")
    return []


def control(pairs: Pairs, *names: str) -> str:
    """The value of the first of these instruction fields that is there; empty where none is."""
    given = {low: value for name, value in reversed(pairs) if (low := name.lower()) in names}
    return next((value for name in names if (value := given.get(name, "").strip())), "")

"""Request bodies to name-value pairs: urlencoded, multipart, JSON, and JSON sent as text by a beacon.

Everything here is hostile until read: size, number of fields and text are checked, and nothing raises but Rejected.
Lists become repeated pairs. Files in a multipart body are not read; their names come back, so that a mail can say so.
"""

import io
import json
import logging
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from leadbell.errors import Malformed, TooLarge, UnsupportedType

# The parser would write a visitor's headers into our log.
logging.getLogger("python_multipart").setLevel(logging.CRITICAL)

MAX_BODY_BYTES = 256 * 1024
MAX_FIELDS = 100
MAX_NAME = 100

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Body:
    """What a body says. `is_json` tells how its sender wants to be answered; `blank` are fields that came empty."""

    pairs: Pairs
    is_json: bool = False
    dropped_files: tuple[str, ...] = ()
    blank: tuple[str, ...] = field(default=(), compare=False)


def read_body(content_type: str, raw: bytes) -> Body:
    """The pairs in a body; raises TooLarge, UnsupportedType or Malformed."""
    if len(raw) > MAX_BODY_BYTES:
        raise TooLarge(f"the body is {len(raw):,} bytes; the limit is {MAX_BODY_BYTES:,}")
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        body = Body(_urlencoded(raw))
    elif kind == "multipart/form-data":
        body = _multipart(content_type, raw)
    elif kind in ("application/json", "text/plain"):
        body = Body(_json(raw), is_json=True)
    else:
        raise UnsupportedType(
            "send application/x-www-form-urlencoded, multipart/form-data or application/json"
            + (f", not {kind[:60]}" if kind else "; the Content-Type header is missing")
        )
    return _checked(body)


def _checked(body: Body) -> Body:
    pairs = tuple((name.strip(), value) for name, value in body.pairs if value.strip())
    if len(pairs) > MAX_FIELDS:
        raise Malformed(f"{len(pairs)} fields; the limit is {MAX_FIELDS}")
    for name, value in pairs:
        if len(name) > MAX_NAME:
            raise Malformed(f"a field name has {len(name)} characters; the limit is {MAX_NAME}")
        if not _is_text(name) or not _is_text(value):
            raise Malformed("a field holds characters that are no text (NUL or half a surrogate pair)")
    if not pairs:
        raise Malformed("the submission is empty: send at least an e-mail address or a phone number", "EMPTY")
    blank = tuple(name.strip()[:MAX_NAME] for name, value in body.pairs if not value.strip())
    return Body(pairs, body.is_json, body.dropped_files, blank)


def _is_text(value: str) -> bool:
    return "\x00" not in value and not any(0xD800 <= ord(c) <= 0xDFFF for c in value)


def _urlencoded(raw: bytes) -> Pairs:
    try:
        text = raw.decode()
        return tuple(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS))
    except ValueError as error:  # includes UnicodeDecodeError
        raise Malformed(f"not a urlencoded form in UTF-8 of at most {MAX_FIELDS} fields") from error


def _multipart(content_type: str, raw: bytes) -> Body:
    from python_multipart import create_form_parser
    from python_multipart.exceptions import FormParserError

    pairs: list[tuple[str, str]] = []
    files: list[str] = []

    def on_field(field: Any) -> None:
        pairs.append(((field.field_name or b"").decode(), (field.value or b"").decode()))

    def on_file(file: Any) -> None:
        if file.size:
            files.append((file.file_name or b"file").decode(errors="replace"))

    try:
        parser = create_form_parser({"Content-Type": content_type.encode()}, on_field, on_file)
        stream = io.BytesIO(raw)
        while chunk := stream.read(65536):
            parser.write(chunk)
        parser.finalize()
        if not raw.rstrip().endswith(b"--"):
            raise ValueError("the last boundary is missing: the body was cut off")
    except (FormParserError, ValueError, AttributeError, KeyError) as error:
        raise Malformed("not a readable multipart form in UTF-8") from error
    return Body(tuple(pairs), dropped_files=tuple(files))


def _json(raw: bytes) -> Pairs:
    try:
        data = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_no_repeats,
            parse_constant=_no_constant,
            parse_int=_number,
            parse_float=_number,
        )
    except RecursionError as error:
        raise Malformed("the JSON is nested too deeply; send one flat object") from error
    except ValueError as error:
        raise Malformed("the body is not valid JSON: send one flat object of fields") from error
    if not isinstance(data, dict):
        raise Malformed("send one JSON object whose members are the fields")
    return tuple(pair for name, value in data.items() for pair in _flat(name, value))


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
        return [pair for each in value for pair in _flat(name, each) if not isinstance(each, list | dict)] or _too_deep(
            name, value
        )
    if isinstance(value, dict):
        return _too_deep(name, value)
    if isinstance(value, bool):
        return [(name, "yes" if value else "no")]
    return [(name, str(value))]


def _too_deep(name: str, value: Any) -> list[tuple[str, str]]:
    if value:
        raise Malformed(f"{name[:MAX_NAME]}: send text, a number, true, false or a list of these")
    return []

"""Request bodies to name-value pairs: urlencoded, multipart, JSON, and text/plain of a beacon's JSON or a form's lines.

Everything here is hostile until read: what can be counted in the raw bytes (size, fields, parts, depth) is counted
before anything is parsed, and nothing raises but Rejected. But what a visitor neither sees nor can change refuses
nothing: letters are read in the encoding of the page, and no value is cut. Lists become repeated pairs.
Files come back as they are; `file_types` says what they are and which are kept.
"""

import io
import json
import logging
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes

from leadbell.errors import Malformed, TooLarge, UnsupportedType
from leadbell.plain_text import is_text, mended, tidy

# The parser would write a visitor's headers into our log.
logging.getLogger("python_multipart").setLevel(logging.CRITICAL)

MAX_BODY_BYTES = 256 * 1024
# A Lambda is called with at most 6 MB, of which the base64 of a body takes four thirds of its size: no larger body ever
# reaches us. What is not a file has to fit into the limit above.
MAX_MULTIPART_BYTES = 4_718_592
# Against abuse: no form that people fill in has as many. Empty ones only cost the time to count them.
MAX_FIELDS = 1000
MAX_PAIRS = 10_000
MAX_FIELD_NAME = 500
MAX_BOUNDARY = 70

# The whole body is in memory already; a file on disk would outlive the request.
_IN_MEMORY = {"MAX_MEMORY_FILE_SIZE": MAX_MULTIPART_BYTES}
_BOM = b"\xef\xbb\xbf"
_UTF_8 = frozenset({"", "utf-8", "utf8"})
_CHARSET = re.compile(r';\s*charset\s*=\s*"?([^";]*)', re.IGNORECASE)
_CHARSET_FIELD = b"_charset_"
# What a script sends that names no type: browsers call it text/plain.
_FORM_AS_TEXT = re.compile(rb"[^\s&=]+=[^\s&=]*(?:&[^\s&=]+=[^\s&=]*)+")
# The start of a field in text/plain, where a typed line break looks like the next field.
_LINE = re.compile(r"(\w[\w.\[\] -]{0,99})=(.*)", re.DOTALL)

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
    kind = kind_of(content_type)
    _check_size(len(raw), MAX_MULTIPART_BYTES if kind == "multipart/form-data" else MAX_BODY_BYTES)
    if encoding.strip().lower() not in ("", "identity"):  # a compressed body says nothing of its real size
        raise UnsupportedType("send the body as it is, without Content-Encoding: compressed bodies are not unpacked")
    if kind == "multipart/form-data":
        return _checked(_multipart(content_type, raw))
    if kind == "application/x-www-form-urlencoded":
        return _checked(Body(_urlencoded(_in_bytes(raw), _label(content_type))))
    if kind == "application/json" or (kind == "text/plain" and is_script(content_type, raw)):
        return _checked(Body(_json(text_of(content_type, raw)), is_json=True))
    if kind == "text/plain":
        as_form = _FORM_AS_TEXT.fullmatch(raw.strip())
        return _checked(Body(_urlencoded(raw.strip(), "") if as_form else _lines(text_of(content_type, raw))))
    raise UnsupportedType(
        "send application/x-www-form-urlencoded, multipart/form-data or application/json"
        + (
            f", not {tidy(kind[:60])}"
            if kind and is_text(kind)
            else "; the Content-Type header is missing or not readable"
        )
    )


def kind_of(content_type: str) -> str:
    """The media type, without its parameters."""
    return content_type.partition(";")[0].strip().lower()


def is_script(content_type: str, raw: bytes) -> bool:
    """Whether a program sent this body: JSON, also as a beacon sends it. A form's text/plain starts with a name."""
    kind = kind_of(content_type)
    return kind == "application/json" or (kind == "text/plain" and _in_bytes(raw).lstrip().startswith(b"{"))


def text_of(content_type: str, raw: bytes) -> str:
    """A body that is one text."""
    return _text(_in_bytes(raw), _label(content_type))


def _check_size(size: int, limit: int = MAX_BODY_BYTES) -> None:
    if size > limit:
        raise TooLarge(f"the body is {size:,} bytes; the limit is {limit:,}")


def _label(content_type: str) -> str:
    found = _CHARSET.search(content_type)
    return found[1].strip().lower() if found else ""


def _in_bytes(raw: bytes) -> bytes:
    """A body in UTF-16 or UTF-32 in UTF-8, as its first bytes show; any other as it is, without a mark."""
    if raw.startswith(_BOM) or (b"\0" not in raw[:4] and raw[:2] not in (b"\xff\xfe", b"\xfe\xff")):
        return raw.removeprefix(_BOM)
    return raw.decode(json.detect_encoding(raw), "replace").encode()


def _text(raw: bytes, label: str) -> str:
    if label in _UTF_8:
        try:
            return raw.decode()
        except UnicodeDecodeError:
            pass
    from leadbell.web.charsets import decoded  # hardly any page is in another encoding

    return decoded(raw, "" if label.startswith("utf-16") else label)


def _checked(body: Body) -> Body:
    pairs = [(tidy(mended(name)).strip()[:MAX_FIELD_NAME], tidy(mended(value))) for name, value in body.pairs]
    given = tuple((name, value) for name, value in pairs if value.strip())
    if len(given) > MAX_FIELDS:
        raise Malformed(f"the form has {len(given):,} fields with content; the limit is {MAX_FIELDS:,}")
    if not given:
        raise Malformed("the form was empty: send at least an e-mail address or a phone number", "EMPTY")
    blank = tuple(name for name, value in pairs if not value.strip())
    return Body(given, body.is_json, body.files, blank)


def _check_count(count: int) -> None:
    if count > MAX_PAIRS:
        raise Malformed(f"the form has {count:,} fields; the limit is {MAX_FIELDS:,}")


def _urlencoded(raw: bytes, label: str) -> Pairs:
    _check_count(raw.count(b"&") + 1)
    pieces = (piece.replace(b"+", b" ").partition(b"=") for piece in raw.split(b"&") if piece)
    return _texts([(unquote_to_bytes(name), unquote_to_bytes(value), "") for name, _, value in pieces], label)


def _texts(pairs: list[tuple[bytes, bytes, str]], label: str) -> Pairs:
    """The pairs as text: by the form's own word, else the part's, else the header's."""
    own = next((value.decode("latin-1") for name, value, _ in pairs if name.lower() == _CHARSET_FIELD), "")
    label = own.strip().lower() or label
    if label in _UTF_8 and all(part in _UTF_8 for _, _, part in pairs):
        try:
            texts = tuple((name.decode(), value.decode()) for name, value, _ in pairs)
        except UnicodeDecodeError:
            pass
        else:
            if label or not any("&#" in value for _, value in texts):
                return texts
    from leadbell.web.charsets import decoded_pairs

    return decoded_pairs(((name, value, "" if own else part) for name, value, part in pairs), label)


def _multipart(content_type: str, raw: bytes) -> Body:
    from python_multipart import create_form_parser
    from python_multipart.exceptions import FormParserError

    pairs: list[tuple[bytes, bytes, str]] = []
    files: list[Upload] = []

    def on_field(field: Any) -> None:
        pairs.append((field.field_name or b"", field.value or b"", _label(f";{field.content_type or ''}")))

    def on_file(file: Any) -> None:
        field, name = (_text(name or b"", "") for name in (file.field_name, file.file_name))
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
        raise Malformed("the body is not a valid multipart form") from error
    _check_size(sum(len(name) + len(value) for name, value, _ in pairs))
    return Body(_texts(pairs, _label(content_type)), files=tuple(file for file in files if file.content))


def _check_parts(content_type: str, raw: bytes) -> None:
    from python_multipart.multipart import parse_options_header

    boundary = parse_options_header(content_type.encode())[1].get(b"boundary", b"")
    if not 0 < len(boundary) <= MAX_BOUNDARY:
        raise Malformed(
            "the Content-Type header of a multipart form needs a boundary; let the HTTP client set that header"
        )
    _check_count(raw.count(b"--" + boundary) - 1)


def _lines(text: str) -> Pairs:
    """The fields of a form that its browser sends as text/plain. A line that starts none belongs to the last."""
    pairs: list[tuple[str, str]] = []
    lines = text.removesuffix("\n").removesuffix("\r").split("\n")
    _check_count(len(lines))
    for line in lines:
        if found := _LINE.fullmatch(line.removesuffix("\r")):
            pairs.append((found[1], found[2]))
        elif pairs:
            pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]}\n{line.removesuffix('\r')}")
        elif line.strip():
            raise Malformed("a text/plain body must be JSON or lines of name=value")
    return tuple(pairs)


def _json(text: str) -> Pairs:
    from leadbell.web.json_bodies import json_pairs  # browsers send none

    return json_pairs(text, MAX_PAIRS)


def control(pairs: Pairs, *names: str) -> str:
    """The value of the first of these instruction fields that is there; empty where none is."""
    given = {low: value for name, value in reversed(pairs) if (low := name.lower()) in names}
    return next((value for name in names if (value := given.get(name, "").strip())), "")

"""Hostile bodies by what is wrong with them, and what every door says to each."""

import gzip
import json
import zlib
from typing import NamedTuple

FORM, JSON, TEXT = "application/x-www-form-urlencoded", "application/json", "text/plain"
PARTS = "multipart/form-data; boundary=xyz"
EMAIL = "eva@acme.example.com"
GOOD = b"email=eva%40acme.example.com"
IN_JSON = b'{"email": "eva@acme.example.com", '


class Hostile(NamedTuple):
    """A body and the answer to a script that sends it; `code` is empty where it is taken."""

    raw: bytes
    content_type: str
    status: int
    code: str = ""
    encoding: str = ""


def part(name: str, value: bytes, more: bytes = b"", disposition: str = "form-data") -> bytes:
    head = f'--xyz\r\nContent-Disposition: {disposition}; name="{name}"'.encode()
    return head + more + b"\r\n\r\n" + value + b"\r\n"


def parts(*each: bytes) -> bytes:
    return part("email", EMAIL.encode()) + b"".join(each) + b"--xyz--\r\n"


def named(filename: bytes) -> bytes:
    """A file under this name, as it stands in the header."""
    return parts(part("cv", b"%PDF-1.7", b"; filename=" + filename + b"\r\nContent-Type: application/pdf"))


def as_json(**fields: object) -> bytes:
    return json.dumps({"email": EMAIL, **fields}, ensure_ascii=False).encode()


def malformed(raw: bytes, content_type: str = JSON) -> Hostile:
    return Hostile(raw, content_type, 400, "MALFORMED")


def unsupported(raw: bytes, content_type: str, encoding: str = "") -> Hostile:
    return Hostile(raw, content_type, 415, "UNSUPPORTED_TYPE", encoding)


def taken(raw: bytes, content_type: str = JSON, encoding: str = "") -> Hostile:
    return Hostile(raw, content_type, 200, "", encoding)


def too_large(raw: bytes, content_type: str) -> Hostile:
    return Hostile(raw, content_type, 413, "PAYLOAD_TOO_LARGE")


def wrong_field(raw: bytes, content_type: str, code: str) -> Hostile:
    return Hostile(raw, content_type, 422, code)


# Lambda hands on six megabytes, of which a body in base64 may be four and a half.
SIZE = {
    "four megabytes of JSON": too_large(b'{"a": "' + b"x" * 4_000_000 + b'"}', JSON),
    "four megabytes of form": too_large(GOOD + b"&a=" + b"x" * 4_000_000, FORM),
    "four megabytes of parts": too_large(parts(part("a", b"x" * 4_000_000)), PARTS),
    "nothing": Hostile(b"", FORM, 400, "EMPTY"),
    "no JSON": malformed(b""),
    "an empty object": Hostile(b"{}", JSON, 400, "EMPTY"),
    "a value of 200 KB": taken(GOOD + b"&drawing=" + b"x" * 200_000, FORM),
    "a value of 200 KB in JSON": taken(as_json(drawing="x" * 200_000)),
}
DEPTH = {
    "1,000 open arrays": malformed(IN_JSON + b'"a": ' + b"[" * 1000),
    "10,000 arrays, closed": malformed(IN_JSON + b'"a": ' + b"[" * 10_000 + b"]" * 10_000 + b"}"),
    "100,000 open arrays and nothing else": malformed(b"[" * 100_000),
    "40,000 objects": malformed(b'{"a":' * 40_000),
    "33 objects, one more than DynamoDB takes": malformed(b'{"a":' * 33 + b"1" + b"}" * 33),
    "21 levels": malformed(IN_JSON + b'"a": ' + b"[" * 20 + b"]" * 20 + b"}"),
    "6 levels": taken(IN_JSON + b'"a": {"b": {"c": {"d": {"e": 1}}}}}'),
    "brackets inside a text": taken(as_json(a="[" * 5000 + "{" * 5000)),
    "an open text of quotes": malformed(b'{"a": ["' + b'\\"' * 120_000),
    "an open text of backslashes": malformed(b'{"a": ["' + b"\\" * 240_001),
    "200,000 quotes": malformed(b"[[[[[[" + b'"' * 200_000),
    "names with 12 levels": taken(GOOD + b"&a[b][c][d][e][f][g][h][i][j][k][l]=1", FORM),
    "names with 1,000 levels": taken(GOOD + b"&a" + b"[b]" * 1000 + b"=1", FORM),
}
COUNT = {
    "1,001 fields": malformed(b"&".join([GOOD] * 1001), FORM),
    "10,001 empty fields": malformed(GOOD + b"&a=" * 10_001, FORM),
    "100,000 ampersands": malformed(b"&" * 100_000, FORM),
    "100,000 ampersands after an address": malformed(GOOD + b"&" * 100_000, FORM),
    "100,000 fields without a name": malformed(b"=1&" * 80_000, FORM),
    "20,000 members": malformed(json.dumps({f"f{number}": 1 for number in range(20_000)}).encode()),
    "a list of 100,000": malformed(IN_JSON + b'"a": [' + b"1," * 100_000 + b"1]}"),
    "10,000 parts": malformed(parts(*[b'--xyz\r\nContent-Disposition: form-data; name="a"\r\n\r\n'] * 4000), PARTS),
    "80,000 boundaries": malformed(b"--a\r\n" * 50_000 + b"--a--\r\n", "multipart/form-data; boundary=a"),
    "a name of 100,000 characters": taken(GOOD + b"&" + b"n" * 100_000 + b"=1", FORM),
    "a value of equals signs": taken(GOOD + b"&a=" + b"=" * 200_000, FORM),
    "a value of percent signs": taken(GOOD + b"&a=" + b"%" * 200_000, FORM),
    "a value of plus signs": taken(GOOD + b"&a=" + b"+" * 200_000, FORM),
}
NUMBERS = {
    "NaN": taken(IN_JSON + b'"a": NaN}'),
    "Infinity": taken(IN_JSON + b'"a": Infinity}'),
    "minus Infinity": taken(IN_JSON + b'"a": -Infinity}'),
    "1e999": taken(IN_JSON + b'"a": 1e999}'),
    "1e-999999": taken(IN_JSON + b'"revenue": 1e-999999}'),
    "39 digits": taken(IN_JSON + b'"a": ' + b"9" * 39 + b"}"),
    "a company size of 400 digits": taken(IN_JSON + b'"company_size": ' + b"9" * 400 + b"}"),
    "a revenue of 400 digits and billions": taken(as_json(revenue="9" * 400 + " billion")),
    "a company size in other digits": taken(as_json(company_size="\u0665\u0660\u0660", revenue="\u0665 MEUR")),
    "5,000 digits": taken(IN_JSON + b'"a": ' + b"9" * 5000 + b"}"),
    "an address of 5,000 digits": wrong_field(b'{"email": ' + b"9" * 5000 + b"}", JSON, "TYPE_EMAIL"),
    "a number that JSON does not know": malformed(IN_JSON + b'"a": 0x10}'),
}
SHAPE = {
    "a name twice": taken(IN_JSON + b'"a": "b", "a": ["c", "d"]}'),
    "a name twice, escaped": taken(IN_JSON + b'"a": "b", "\\u0061": {"c": "d"}}'),
    "two objects": malformed(as_json() + as_json()),
    "a list": malformed(b'["eva@acme.example.com"]'),
    "a comment": malformed(IN_JSON + b'"a": 1 /* two */}'),
    "single quotes": malformed(b"{'email': 'eva@acme.example.com'}"),
    "names of a prototype": taken(as_json(**{"__proto__": "1", "constructor": "2", "$where": "3", "a.b": "4"})),
    "a formula": taken(as_json(**{"=1+1": "=HYPERLINK(1)", "@a": "@SUM(1)"})),
    "names of our own items": taken(as_json(pk="CONTACT#x", sk="STANDING", due_pk="DUE#0", x_x="1", type="x")),
    "an address of 200,000 characters": wrong_field(b"email=" + b"a" * 200_000 + b"%40b.example", FORM, "TYPE_EMAIL"),
    "an address of signs": wrong_field(b"email=" + b"%40" * 400, FORM, "TYPE_EMAIL"),
    "an address with a line break": wrong_field(GOOD + b"%0d%0aBcc:x%40y.example", FORM, "TYPE_EMAIL"),
}
ALPHABET = {
    "NUL": taken(GOOD + b"&name=a%00b", FORM),
    "NUL in JSON": taken(as_json().replace(b"eva@", b"\\u0000eva@")),
    "a NUL in a name": taken(IN_JSON + b'"a\\u0000": 1}'),
    "half a character": taken(IN_JSON + b'"a": "\\ud800"}'),
    "half a character in a name": taken(IN_JSON + b'"\\udfff": "a"}'),
    "half a character in a name that the answer would tell": taken(IN_JSON + b'"\\udfff": {"a": 1}}'),
    "half a character in UTF-8": taken(GOOD + b"&a=%ED%A0%80", FORM),
    "a slash in too many bytes": taken(GOOD + b"&a=%C0%AF", FORM),
    "no UTF-8": taken(GOOD + b"&name=%E5sa", FORM),
    "no UTF-8 in JSON": taken(as_json(name="\u00c5sa").decode().encode("latin-1")),
    "no UTF-8 in a part": taken(parts(part("name", b"\xe5sa")), PARTS),
    "UTF-16": taken(as_json().decode().encode("utf-16")),
    "UTF-16 without a mark": taken(as_json().decode().encode("utf-16-le")),
    "UTF-32": taken(as_json().decode().encode("utf-32")),
    "UTF-16, said so": taken(as_json().decode().encode("utf-16"), f"{JSON}; charset=utf-16"),
    "latin-1, said so": taken(GOOD + b"&name=%E5sa", f"{FORM};charset=ISO-8859-1"),
    "UTF-7, said so": taken(GOOD, f'{FORM}; Charset="utf-7"'),
    "a charset in a hundred kilobytes": taken(GOOD, f"{FORM}; charset={'x' * 8000}"),
    "two charsets": taken(GOOD, f"{FORM}; charset=utf-8; charset=utf-16"),
    "a mark before UTF-8": taken(b"\xef\xbb\xbf" + as_json()),
    "a mark before a form": taken(b"\xef\xbb\xbf" + GOOD, FORM),
    "quoted UTF-8": taken(GOOD, f'{FORM}; charset="UTF-8"'),
    "control characters": taken(as_json(message="Call\u0007 me\u001b[31m\u009b")),
    "only control characters": Hostile(b'{"a": "\\u0007\\u001b"}', JSON, 400, "EMPTY"),
    "text that turns around": taken(as_json(name="\u202egpj.exe\u202c", message="\u2066x\u2069")),
    "letters under towers of marks": taken(as_json(name="Z" + "\u0336\u0489\u0300" * 2000)),
    "text without width": taken(as_json(name="E\u200bv\ufeffa", message="".join(map(chr, range(0xE0020, 0xE007F))))),
    "every plane": taken(as_json(message="\U0001f600\U00020000\U000f0000\U0010fffd\ufdfd\ufdd0\uffff")),
    "long ligatures": taken(as_json(name="\ufdfa" * 400, message="\ufdfa" * 1000)),
}
ENCODING = {
    "gzip": unsupported(gzip.compress(as_json()), JSON, "gzip"),
    "a gzip bomb": unsupported(gzip.compress(b"\0" * 10_000_000), JSON, "gzip"),
    "deflate": unsupported(zlib.compress(GOOD), FORM, "deflate"),
    "a chain of encodings": unsupported(GOOD, FORM, "gzip, " * 100 + "br"),
    "an encoding that is none": unsupported(GOOD, FORM, "\u00e5"),
    "gzip that is not said": malformed(gzip.compress(as_json())),
    "identity": taken(GOOD, FORM, "Identity"),
}
MULTIPART = {
    "no boundary": malformed(parts(), "multipart/form-data"),
    "an empty boundary": malformed(parts(), 'multipart/form-data; boundary=""'),
    "a boundary of 71 characters": malformed(parts(), f"multipart/form-data; boundary={'x' * 71}"),
    "a boundary that is another": malformed(parts(), "multipart/form-data; boundary=other"),
    "a boundary that is no ASCII": malformed(parts(), "multipart/form-data; boundary=\u00e5\ud800"),
    "no last boundary": malformed(parts()[:-9], PARTS),
    "no line break": malformed(b"--xyz", PARTS),
    "no parts": Hostile(b"--xyz--\r\n", PARTS, 400, "EMPTY"),
    "no headers": malformed(b"--xyz\r\n\r\nx\r\n--xyz--\r\n", PARTS),
    "no name": malformed(b"--xyz\r\nContent-Disposition: form-data\r\n\r\nx\r\n--xyz--\r\n", PARTS),
    "a disposition of another kind": taken(parts(part("a", b"x", disposition="attachment")), PARTS),
    "1,000 headers": malformed(parts(part("a", b"x", b"\r\nX-A: b" * 1000)), PARTS),
    "a header of 100 KB": malformed(parts(part("a", b"x", b"\r\nX-A: " + b"b" * 100_000)), PARTS),
    "a header without a colon": malformed(parts(part("a", b"x", b"\r\n" + b"b" * 1000)), PARTS),
    "a folded header": malformed(parts(part("a", b"x", b"\r\n X-A: b")), PARTS),
    "an unknown transfer encoding": taken(parts(part("a", b"x", b"\r\nContent-Transfer-Encoding: shout")), PARTS),
    "base64 that is none": malformed(parts(part("a", b"x=x", b"\r\nContent-Transfer-Encoding: base64")), PARTS),
    "a form inside a form": taken(
        parts(part("a", b'--abc\r\nContent-Disposition: form-data; name="email"\r\n\r\nx@y.example\r\n--abc--',
                   b"\r\nContent-Type: multipart/form-data; boundary=abc")), PARTS,
    ),
    "a thousand forms inside a form": taken(
        parts(part("a", b"--abc\r\n\r\n" * 1000, b"\r\nContent-Type: multipart/mixed; boundary=abc")), PARTS
    ),
    "a file whose name is a path": taken(named(b'"../../../etc/passwd"'), PARTS),
    "a file whose name is a path of Windows": taken(named(b'"C:\\\\boot.ini"'), PARTS),
    "a file whose name has a NUL": taken(named(b'"cv.php\0.pdf"'), PARTS),
    "a file whose name turns around": taken(named("\"\u202efdp.exe\"".encode()), PARTS),
    "a file whose name is no UTF-8": taken(named(b'"\xff\xfe.pdf"'), PARTS),
    "a file whose name is 4 KB": taken(named(b'"' + b"x" * 4000 + b'.pdf"'), PARTS),
    "a file with two names": taken(named(b"\"a.pdf\"; filename*=UTF-8''..%2f..%2fb.exe"), PARTS),
    "a file without a name": taken(named(b'""'), PARTS),
    "a file in the field of the address": Hostile(
        part("email", b"eva@acme.example.com", b'; filename="a"') + b"--xyz--\r\n",
        PARTS, 400, "EMPTY",
    ),
}  # fmt: skip
TYPES = {
    "no type": unsupported(GOOD, ""),
    "a form as text/plain": Hostile(b"email=eva@acme.example.com\r\nmessage=Hello\r\n", TEXT, 200),
    "words as text/plain": malformed(b"hello", TEXT),
    "a form as text/plain without a name": malformed(b"= =\r\n", TEXT),
    "100,000 lines as text/plain": malformed(b"a=b\r\n" + b"\n" * 100_000, TEXT),
    "JSON as text/plain": taken(as_json(), f"{TEXT};charset=UTF-8"),
    "JSON as a form": Hostile(as_json(), FORM, 400, "EMPTY"),
    "a form as JSON": malformed(GOOD),
    "a form as parts": malformed(GOOD, PARTS),
    "parts as a form": wrong_field(parts(), FORM, "REQUIRED_FIELD_MISSING"),
    "HTML": unsupported(b"<p>", "text/html"),
    "XML that multiplies": unsupported(b'<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>', "application/xml"),
    "YAML that multiplies": unsupported(b"a: &a [x]\nb: [*a, *a]", "application/yaml"),
    "two types": unsupported(as_json(), "application/json, text/html"),
    "a type of JSON that is another": unsupported(as_json(), "application/vnd.api+json"),
    "mixed parts": unsupported(parts(), "multipart/mixed; boundary=xyz"),
    "a type of 8 KB": unsupported(GOOD, "a/" + "b" * 8000),
    "a type in capitals": taken(GOOD, "APPLICATION/X-WWW-FORM-URLENCODED"),
}
HOSTILE = {**SIZE, **DEPTH, **COUNT, **NUMBERS, **SHAPE, **ALPHABET, **ENCODING, **MULTIPART, **TYPES}

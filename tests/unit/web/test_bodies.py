"""Bodies are hostile until read: each is pairs of names and text, or a refusal its sender can act on."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbell.errors import Malformed, Rejected, TooLarge, UnsupportedType
from leadbell.web.bodies import MAX_BODY_BYTES, MAX_FIELD_NAME, MAX_FIELDS, MAX_MULTIPART_BYTES, Body, Upload, read_body

URLENCODED = "application/x-www-form-urlencoded"
JSON = "application/json"
MULTIPART = "multipart/form-data; boundary=xyz"


def part(name: str, value: str, *, file: str = "", kind: str = "") -> bytes:
    disposition = f'form-data; name="{name}"' + (f'; filename="{file}"' if file else "")
    header = f"\r\nContent-Type: {kind}" if kind else ""
    return f"--xyz\r\nContent-Disposition: {disposition}{header}\r\n\r\n{value}\r\n".encode()


def multipart(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--xyz--\r\n"


# ---- what is read ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "pairs"),
    [
        (b"email=a%40b.example&name=%C3%85sa+Ek", (("email", "a@b.example"), ("name", "\u00c5sa Ek"))),
        (b"a=1&a=2&b=", (("a", "1"), ("a", "2"))),
        ("name=\u00c5sa Ek".encode(), (("name", "\u00c5sa Ek"),)),  # as curl sends it
        (b"a=1=2", (("a", "1=2"),)),
        (b" a =1", (("a", "1"),)),
    ],
)
def test_a_urlencoded_form_is_read(raw: bytes, pairs: tuple[tuple[str, str], ...]) -> None:
    assert read_body(URLENCODED, raw) == Body(pairs)


def test_the_content_type_may_be_in_any_case_and_carry_a_charset() -> None:
    assert read_body("Application/X-WWW-Form-Urlencoded; Charset=UTF-8", b"a=1").pairs == (("a", "1"),)


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ('{"email": "a@b.example"}', (("email", "a@b.example"),)),
        ('{"a": ["x", "y", 3]}', (("a", "x"), ("a", "y"), ("a", "3"))),
        ('{"a": true, "b": false, "c": null, "d": ""}', (("a", "yes"), ("b", "no"))),
        ('{"size": 250, "id": 12345678901234567890123}', (("size", "250"), ("id", "12345678901234567890123"))),
        ('{"a": [], "b": {}, "c": "x"}', (("c", "x"),)),
        ('{"name": "\\u00c5sa", "smile": "\\ud83d\\ude00"}', (("name", "\u00c5sa"), ("smile", "\U0001f600"))),
    ],
)
def test_a_flat_json_object_is_read_and_its_sender_is_answered_in_json(
    text: str, pairs: tuple[tuple[str, str], ...]
) -> None:
    assert read_body(JSON, text.encode()) == Body(pairs, is_json=True)
    assert read_body("text/plain;charset=UTF-8", text.encode()) == Body(pairs, is_json=True)


def test_a_number_of_ten_thousand_digits_is_text() -> None:
    assert read_body(JSON, b'{"a": ' + b"9" * 10_000 + b"}").pairs == (("a", "9" * 10_000),)


def test_a_number_with_a_point_stays_as_it_was_written() -> None:
    assert read_body(JSON, b'{"a": 1.10, "b": 1e999, "c": 46.70}').pairs == (
        ("a", "1.10"),
        ("b", "1e999"),
        ("c", "46.70"),
    )


def test_a_visitors_headers_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    odd = part("cv", "x", file="x").replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: shout\r\n\r\n")
    with pytest.raises(Malformed):
        read_body(MULTIPART, multipart(odd))
    assert caplog.text == ""


def test_a_multipart_form_is_read_with_its_file() -> None:
    raw = multipart(part("email", "a@b.example"), part("cv", "%PDF-", file="cv \u00c5.pdf", kind="application/pdf"))
    body = read_body(MULTIPART, raw)
    assert body.pairs == (("email", "a@b.example"),)
    assert body.files == (Upload("cv", "cv \u00c5.pdf", b"%PDF-"),)
    assert not body.is_json


def test_an_empty_file_field_is_no_file() -> None:
    raw = multipart(
        part("email", "a@b.example"), b'--xyz\r\nContent-Disposition: form-data; name="cv"; filename=""\r\n\r\n\r\n'
    )
    assert read_body(MULTIPART, raw).files == ()


def test_a_large_file_is_read_in_memory_and_what_is_beside_it_stays_small() -> None:
    content = "a" * 4_000_000
    raw = multipart(part("email", "a@b.example"), part("cv", content, file="cv.pdf"))
    (file,) = read_body(MULTIPART, raw).files
    assert len(file.content) == 4_000_000
    with pytest.raises(TooLarge, match="the limit is 262,144"):
        read_body(MULTIPART, multipart(part("email", "a@b.example"), part("message", content)))


def test_a_multipart_body_that_no_lambda_is_called_with_is_too_large() -> None:
    with pytest.raises(TooLarge, match="the limit is 4,718,592"):
        read_body(MULTIPART, b"a" * (MAX_MULTIPART_BYTES + 1))


def test_a_body_of_many_thousand_parts_is_refused() -> None:
    for each in (part("a", "b"), part("a", "", file="f"), part("a", "b", file="f")):
        with pytest.raises(Malformed, match="the limit is 1,000"):
            read_body(MULTIPART, multipart(*[each] * 40_000))


def test_a_multipart_text_keeps_its_line_breaks_and_letters() -> None:
    raw = multipart(part("message", "rad ett\r\nrad tv\u00e5"))
    assert read_body(MULTIPART, raw).pairs == (("message", "rad ett\r\nrad tv\u00e5"),)


def bodies_of(fields: dict[str, str]) -> dict[str, bytes]:
    return {
        URLENCODED: "&".join(f"{name}={value}" for name, value in fields.items()).encode(),
        JSON: json.dumps(fields).encode(),
        MULTIPART: multipart(*(part(name, value) for name, value in fields.items())),
    }


def test_a_thousand_fields_are_read_and_one_more_is_not() -> None:
    for count, is_read in ((MAX_FIELDS, True), (MAX_FIELDS + 1, False)):
        for kind, raw in bodies_of({f"f{number}": "x" for number in range(count)}).items():
            if is_read:
                assert len(read_body(kind, raw).pairs) == MAX_FIELDS
            else:
                with pytest.raises(Malformed, match="the limit is 1,000"):
                    read_body(kind, raw)


def test_empty_fields_do_not_count() -> None:
    fields = {f"f{number}": "" for number in range(5000)} | {"email": "a@b.example"}
    for kind, raw in bodies_of(fields).items():
        body = read_body(kind, raw)
        assert body.pairs == (("email", "a@b.example"),)
        assert len(body.blank) == 5000


@pytest.mark.parametrize("length", [104, MAX_FIELD_NAME, 3_000])
def test_a_long_name_is_cut_and_its_value_is_read(length: int) -> None:
    for kind, raw in bodies_of({"n" * length: "x"}).items():
        assert read_body(kind, raw).pairs == (("n" * min(length, MAX_FIELD_NAME), "x"),)


# ---- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbf{}",
        b'\x00{"a": 1}',
        b"{",
        b"}",
        b"",
        b"   ",
        b"[]",
        b'["a"]',
        b'"a"',
        b"1",
        b"null",
        b"true",
        b"{}",
        b'{"a": ""}',
        b"{'a': 'b'}",
        b'{"a": 1,}',
        b'{"a": 01}',
        b'{"a": "b"} {"c": "d"}',
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
    ids=lambda raw: repr(raw[:24]),
)
def test_this_json_is_refused(raw: bytes) -> None:
    with pytest.raises(Malformed):
        read_body(JSON, raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"&&&",
        b"=",
        b"a=",
        b"a=%00",
    ],
    ids=lambda raw: repr(raw[:24]),
)
def test_this_form_is_refused(raw: bytes) -> None:
    with pytest.raises(Malformed):
        read_body(URLENCODED, raw)


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        (MULTIPART, b""),
        (MULTIPART, b"hello"),
        (MULTIPART, b"--xyz"),
        (MULTIPART, b"--xyz--\r\n"),
        (MULTIPART, multipart(b"--xyz\r\nX-Y: z\r\n\r\na\r\n")),
        (MULTIPART, multipart(b"--xyz\r\nContent-Disposition: form-data\r\n\r\na\r\n")),
        (MULTIPART, multipart(part("a", "\x00"))),
        (MULTIPART, part("a", "b") + part("c", "cut off")[:-4]),
        ("multipart/form-data", multipart(part("a", "b"))),
        ("multipart/form-data; boundary=", multipart(part("a", "b"))),
        ("multipart/form-data; boundary=\u00e5\ud800", multipart(part("a", "b"))),
        ("multipart/form-data; boundary=other", multipart(part("a", "b"))),
    ],
)
def test_this_multipart_form_is_refused(kind: str, raw: bytes) -> None:
    with pytest.raises(Malformed):
        read_body(kind, raw)


@pytest.mark.parametrize(
    "kind", ["", "text/html", "application/xml", "application/jsonp", "image/png", "*/*", "multipart/mixed", "json"]
)
def test_a_content_type_no_door_reads_is_refused_with_those_it_reads(kind: str) -> None:
    with pytest.raises(UnsupportedType, match="send application/x-www-form-urlencoded, multipart/form-data or"):
        read_body(kind, b"a=1")


@pytest.mark.parametrize("kind", [URLENCODED, JSON, "image/png"])
def test_a_megabyte_is_too_large_before_anything_else_is_looked_at(kind: str) -> None:
    with pytest.raises(TooLarge, match="the body is 1,048,576 bytes; the limit is 262,144"):
        read_body(kind, b"a" * 1024 * 1024)


def test_exactly_the_limit_is_read() -> None:
    filler = MAX_BODY_BYTES - len("a=&b=1")
    pairs = read_body(URLENCODED, b"a=" + b"x" * filler + b"&b=1").pairs
    assert [(name, len(value)) for name, value in pairs] == [("a", filler), ("b", 1)]
    with pytest.raises(TooLarge):
        read_body(URLENCODED, b"a=" + b"x" * filler + b"&b=12")


def test_an_empty_submission_says_what_to_send() -> None:
    with pytest.raises(Malformed, match="send at least an e-mail address or a phone number") as refused:
        read_body(JSON, b"{}")
    assert refused.value.code == "EMPTY"


kinds = st.sampled_from([URLENCODED, JSON, MULTIPART, "text/plain"])


@given(kinds, st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_and_nothing_else_happens(kind: str, raw: bytes) -> None:
    try:
        body = read_body(kind, raw)
    except Rejected:
        return
    assert all(value.strip() and "\x00" not in value for _, value in body.pairs)


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_any_multipart_headers_are_read_or_refused(header: bytes, value: bytes) -> None:
    raw = b"--xyz\r\n" + header + b'\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + value + b"\r\n--xyz--\r\n"
    try:
        read_body(MULTIPART, raw)
    except Rejected:
        return


# What people type; the rest is tidied, see test_plain_text.
text = st.text(st.characters(exclude_categories=["C", "Zl", "Zp", "Mn", "Me"]), max_size=30)


@given(st.dictionaries(text.filter(str.strip), text.filter(str.strip), min_size=1, max_size=8))
def test_what_a_script_sends_as_json_comes_back_as_it_was(fields: dict[str, str]) -> None:
    raw = json.dumps(fields, ensure_ascii=False).encode()
    assert read_body(JSON, raw).pairs == tuple((name.strip(), value) for name, value in fields.items())


def test_parts_are_counted_before_they_are_read() -> None:
    """The last boundary is missing as well, which is only found at the end."""
    with pytest.raises(Malformed, match="10,001 fields; the limit is 1,000"):
        read_body(MULTIPART, b"--xyz\r\n" * 10_002)

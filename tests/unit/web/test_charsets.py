"""Letters are read in the encoding in which a browser sent them; nothing about an encoding refuses anything."""

from urllib.parse import quote_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbell.web.bodies import read_body
from leadbell.web.charsets import codecs_of, decoded

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=xyz"
JSON = "application/json"


def encoded(text: str, charset: str) -> bytes:
    """The text as browsers encode it: what the encoding lacks is a reference, never a letter that looks like it."""
    exact = (char if char.encode(charset, "ignore").decode(charset) == char else f"&#{ord(char)};" for char in text)
    return "".join(exact).encode(charset)


def form(charset: str, header: str = URLENCODED, **fields: str) -> tuple[tuple[str, str], ...]:
    """What is read of a form that a browser sends in this encoding."""
    pairs = ((name, quote_from_bytes(encoded(value, charset), safe="")) for name, value in fields.items())
    return read_body(header, "&".join(f"{name}={value}" for name, value in pairs).encode()).pairs


def part(name: str, value: bytes, kind: str = "") -> bytes:
    header = f"\r\nContent-Type: {kind}" if kind else ""
    return f'--xyz\r\nContent-Disposition: form-data; name="{name}"{header}\r\n\r\n'.encode() + value + b"\r\n"


def parts(*each: bytes, kind: str = MULTIPART) -> tuple[tuple[str, str], ...]:
    return read_body(kind, b"".join(each) + b"--xyz--\r\n").pairs


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("windows-1252", "J\u00f6rg \u201eM\u00fcller\u201c \u20ac"),
        ("iso-8859-1", "\u20ac \u2013 \u0153"),  # the standard reads windows-1252
        ("latin1", "\u0160koda"),
        ("us-ascii", "\u00e5\u20ac"),
        ("windows-1250", "Za\u017c\u00f3\u0142\u0107 g\u0119\u015bl\u0105"),
        ("iso-8859-2", "\u0160\u0165\u0161\u0165"),
        ("windows-1251", "\u0418\u0432\u0430\u043d \u0401\u043b\u043a\u0438\u043d"),
        ("koi8-r", "\u0418\u0432\u0430\u043d"),
        ("koi8-u", "\u0407\u0436\u0430\u043a"),
        ("iso-8859-7", "\u0393\u03b9\u03ce\u03c1\u03b3\u03bf\u03c2"),
        ("iso-8859-9", "\u0130stanbul \u20ac"),  # the standard reads windows-1254
        ("iso-8859-15", "\u20ac \u0152uvre"),
        ("windows-1256", "\u0645\u0631\u062d\u0628\u0627"),
        ("windows-1255", "\u05e9\u05dc\u05d5\u05dd"),
        ("gb2312", "\u9f8d \u4f60\u597d \u20ac".replace("\u20ac", "")),
        ("gb18030", "\u4f60\u597d \U0001f600"),
        ("big5", "\u4f60\u597d"),
        ("shift_jis", "\u2460 \uff5e \u9ad9\u6a4b"),  # letters that Microsoft added
        ("euc-jp", "\u3053\u3093\u306b\u3061\u306f"),
        ("iso-2022-jp", "\u3053\u3093\u306b\u3061\u306f"),
        ("euc-kr", "\uc548\ub155 \ub620"),
        ("tis-620", "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35"),
        ("ibm866", "\u0418\u0432\u0430\u043d"),
        ("macintosh", "J\u00f6rg"),
    ],
)
def test_a_form_is_read_in_the_encoding_that_is_named(label: str, text: str) -> None:
    (codec, *_) = codecs_of(label)
    told = (("name", text), ("email", "a@b.example"))
    assert form(codec, f"{URLENCODED}; charset={label}", name=text, email="a@b.example") == told
    assert form(codec, f'{URLENCODED};Charset=" {label.upper()} "', name=text, email="a@b.example") == told
    assert form(codec, _charset_=label, name=text)[1] == told[0]
    assert form(codec, f"{URLENCODED}; charset=utf-8", _CHARSET_=label, name=text)[1] == told[0]
    raw = text.encode(codec)
    assert parts(part("name", raw, f"text/plain; charset={label}")) == told[:1]
    assert parts(part("name", raw), part("_charset_", label.encode()))[0] == told[0]
    assert parts(part("name", raw), kind=f"{MULTIPART}; charset={label}") == told[:1]
    assert read_body(f"{JSON}; charset={label}", f'{{"name": "{text}"}}'.encode(codec)).pairs == told[:1]


@pytest.mark.parametrize("label", ["", "utf-7", "klingon", "x" * 8000, "\u00e5", "utf-16", "utf-8"])
def test_what_names_no_known_encoding_is_utf_8_or_windows_1252(label: str) -> None:
    kind = f"{URLENCODED}; charset={label}" if label else URLENCODED
    for charset in ("utf-8", "cp1252"):
        assert form(charset, kind, name="J\u00f6rg", city="Malm\u00f6") == (
            ("name", "J\u00f6rg"),
            ("city", "Malm\u00f6"),
        )
        assert parts(part("name", "J\u00f6rg".encode(charset))) == (("name", "J\u00f6rg"),)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"J%F6rg", "J\u00f6rg"),
        (b"J\xf6rg", "J\u00f6rg"),
        (b"%80 100", "\u20ac 100"),
        (b"100%", "100%"),
        (b"100%25", "100%"),
        (b"50%zz %4", "50%zz %4"),
        (b"a%C3%B6%C3%BC%E2%82", "a\u00f6\u00fc\ufffd"),  # cut inside a letter
        (b"%ED%A0%BD%ED%B8%80", "\U0001f600"),  # as old programs write it
        (b"x%ED%A0%BD", "x\ufffd"),
        (b"%C0%AF", "\u00c0\u00af"),
        (b"a%00b", "ab"),
        (b"x%81", "x"),
    ],
)
def test_nothing_in_the_bytes_refuses_a_form(raw: bytes, text: str) -> None:
    assert read_body(URLENCODED, b"a=" + raw).pairs == (("a", text),)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_json_is_read_whatever_unicode_it_is_in(encoding: str) -> None:
    raw = '{"name": "J\u00f6rg", "half": "x\\ud83d", "both": "\\ud83d\\ude00", "nul": "a\\u0000b"}'.encode(encoding)
    told = (("name", "J\u00f6rg"), ("half", "x\ufffd"), ("both", "\U0001f600"), ("nul", "ab"))
    assert read_body(JSON, raw).pairs == told


def test_a_letter_that_the_encoding_lacks_is_read_and_a_typed_one_stays() -> None:
    typed = "\u0418\u0432\u0430\u043d & \U0001f600 &#8364; &#65; &#0; &#55357; &#99999999;"
    kept = "\u0418\u0432\u0430\u043d & \U0001f600 &#8364; &#65; &#0; &#55357; &#99999999;"
    assert form("cp1252", name=typed) == (("name", kept),)
    assert form("cp1252", f"{URLENCODED}; charset=windows-1252", name=typed, x="\u00f6")[0] == ("name", kept)
    assert form("iso8859_2", _charset_="iso-8859-2", name="\u20ac")[1] == ("name", "\u20ac")
    assert parts(part("name", b"&#1048;&#1074;&#1072;&#1085;")) == (("name", "\u0418\u0432\u0430\u043d"),)


@pytest.mark.parametrize("kind", [URLENCODED, f"{URLENCODED}; charset=utf-8"])
def test_in_unicode_a_reference_was_typed(kind: str) -> None:
    told = (("message", "we see &#1048; on the page"), ("name", "J\u00f6rg"))
    assert form("utf-8", kind, message=told[0][1], name=told[1][1]) == told
    assert read_body(JSON, b'{"a": "&#1048;"}').pairs == (("a", "&#1048;"),)


@given(st.binary(max_size=60), st.sampled_from(["", "utf-8", "cp1252", "gbk", "iso-2022-jp", "euc-jp", "utf-16", "no"]))
def test_any_bytes_are_text(raw: bytes, label: str) -> None:
    assert isinstance(decoded(raw, label), str)


# No control characters, and none that a reference could stand for; a browser sends line breaks its own way.
typed = st.text(st.characters(exclude_categories=["C", "Zl", "Zp", "Mn", "Me"], exclude_characters="&"), max_size=30)
charsets = st.sampled_from([("utf-8", "utf-8"), ("cp1252", "iso-8859-1"), ("cp1251", "windows-1251"),
                            ("cp932", "shift_jis"), ("gbk", "gb2312")])  # fmt: skip


@given(charsets, st.lists(typed.filter(str.strip), min_size=1, max_size=8))
def test_what_is_typed_into_a_page_comes_back_in_every_encoding(charset: tuple[str, str], values: list[str]) -> None:
    codec, label = charset
    fields = {f"f{number}": value for number, value in enumerate(values)}
    assert form(codec, _charset_=label, **fields)[1:] == tuple(fields.items())


@pytest.mark.parametrize(
    ("raw", "pairs"),
    [
        (b"email=a@b.example\r\nmessage=Hello\r\nyou\r\n\r\nthere\r\n",
         (("email", "a@b.example"), ("message", "Hello\nyou\n\nthere"))),
        (b"name=J\xf6rg\r\nurl=https://x.example/?a=1\r\n", (("name", "J\u00f6rg"), ("url", "https://x.example/?a=1"))),
        (b"message=see\r\nhttps://x.example/?a=1\r\n", (("message", "see\nhttps://x.example/?a=1"),)),
        (b"email=a%40b.example&name=Eva+Ek", (("email", "a@b.example"), ("name", "Eva Ek"))),
        (b"message=this & that=good\r\n", (("message", "this & that=good"),)),
    ],
)  # fmt: skip
def test_a_form_that_comes_as_text_is_read_by_its_lines(raw: bytes, pairs: tuple[tuple[str, str], ...]) -> None:
    body = read_body("text/plain", raw)
    assert body.pairs == pairs
    assert not body.is_json


@pytest.mark.parametrize(
    ("raw", "pairs"),
    [
        (b'{"a": 1, "a": ["2", 3]}', (("a[1]", "2"), ("a[1]", "3"), ("a", "1"))),
        (b'{"lead": {"email": "a@b.example", "tags": ["x", "y"]}}',
         (("lead[email]", "a@b.example"), ("lead[tags]", "x"), ("lead[tags]", "y"))),
        (b'{"cart": [{"sku": "P-1"}, {"sku": "P-2"}]}', (("cart[0][sku]", "P-1"), ("cart[1][sku]", "P-2"))),
        (b'{"a": NaN, "b": -Infinity}', (("a", "NaN"), ("b", "-Infinity"))),
    ],
)  # fmt: skip
def test_json_that_is_not_flat_is_read_too(raw: bytes, pairs: tuple[tuple[str, str], ...]) -> None:
    assert sorted(read_body(JSON, raw).pairs) == sorted(pairs)

"""Bytes of a form to text, in the encoding in which a browser sent them.

Labels and their meaning are those of the WHATWG Encoding Standard: `latin1` and `ascii` are windows-1252. A page that
names no encoding sends UTF-8 or windows-1252. Nothing here refuses anything: what cannot be read is U+FFFD.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache

UTF_8 = "utf-8"
WINDOWS_1252 = "cp1252"

# Python's codecs for an encoding of the standard, the ones that also read what its page may send behind it; its labels.
_ENCODINGS = """
utf-8: unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8
utf-16-le: csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le
utf-16-be: unicodefffe utf-16be
cp1252: ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 iso_8859-1
    iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252
cp1250: cp1250 windows-1250 x-cp1250
cp1251: cp1251 windows-1251 x-cp1251
cp1253: cp1253 windows-1253 x-cp1253
cp1254: cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5 windows-1254
    x-cp1254
cp1255: cp1255 windows-1255 x-cp1255
cp1256: cp1256 windows-1256 x-cp1256
cp1257: cp1257 windows-1257 x-cp1257
cp1258: cp1258 windows-1258 x-cp1258
cp866: 866 cp866 csibm866 ibm866
cp874: dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874
iso8859_2: csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2
iso8859_3: csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3
iso8859_4: csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4
iso8859_5: csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988
iso8859_6: arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e iso-8859-6-i
    iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987
iso8859_7: csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 iso_8859-7
    iso_8859-7:1987 sun_eu_greek
iso8859_8: csiso88598e csiso88598i csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-8859-8-i iso-ir-138 iso8859-8
    iso88598 iso_8859-8 iso_8859-8:1988 logical visual
iso8859_10: csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6
iso8859_13: iso-8859-13 iso8859-13 iso885913
iso8859_14: iso-8859-14 iso8859-14 iso885914
iso8859_15: csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9
iso8859_16: iso-8859-16
koi8_r: cskoi8r koi koi8 koi8-r koi8_r
koi8_u: koi8-ru koi8-u
mac_roman: csmacintosh mac macintosh x-mac-roman
mac_cyrillic: x-mac-cyrillic x-mac-ukrainian
gbk+gb18030: chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk
gb18030: gb18030
cp950+big5hkscs: big5 big5-hkscs cn-big5 csbig5 x-x-big5
euc_jp+euc_jis_2004: cseucpkdfmtjapanese euc-jp x-euc-jp
cp932: csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis
iso2022_jp+iso2022_jp_2004: csiso2022jp iso-2022-jp
cp949: cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949
"""

# What a browser writes for a letter that the page's encoding lacks.
_REFERENCE = re.compile(r"&#(\d{2,7});")

# A value's name and content as they were sent, and the label that only its part of the body bears.
RawPair = tuple[bytes, bytes, str]


@cache
def _codecs() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    codecs: tuple[str, ...] = ()
    for word in _ENCODINGS.split():
        if word.endswith(":"):
            codecs = tuple(word[:-1].split("+"))
        else:
            found[word] = codecs
    return found


def codecs_of(label: str) -> tuple[str, ...]:
    """Python's codecs for a label, the encoding's own first; none for a label that the standard does not know."""
    return _codecs().get(label.strip(" \t\r\n\f\"'").lower(), ())


def decoded(raw: bytes, label: str = "") -> str:
    """The text in the encoding of that label; where it names none that is known, UTF-8 or windows-1252."""
    codecs = codecs_of(label)
    if codecs in ((), (UTF_8,)):
        return _guessed(raw)
    if codecs == (WINDOWS_1252,):
        return _windows_1252(raw)
    for codec in (*codecs, UTF_8):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return raw.decode(codecs[0], "replace")


def decoded_pairs(pairs: Iterable[RawPair], label: str = "") -> tuple[tuple[str, str], ...]:
    """A form's names and values. `label` is what the whole form is said to be in."""
    given = list(pairs)
    label = label if not label.strip().lower().startswith("utf-16") else ""  # a browser then sends UTF-8
    raw = b"".join(part for name, value, _ in given for part in (name, value))
    lacking = {own: _lacking(raw, own or label) for _, _, own in given}
    return tuple(
        (_unfolded(_name(name, label, own), lacking[own]), _unfolded(decoded(value, own or label), lacking[own]))
        for name, value, own in given
    )


def _name(raw: bytes, label: str, own: str) -> str:
    """A name stands in front of its part, whose encoding it has where nothing else tells: it is no UTF-8."""
    try:
        return raw.decode() if own and not label else decoded(raw, label)
    except UnicodeDecodeError:
        return decoded(raw, own)


def _lacking(raw: bytes, label: str) -> str:
    """The encoding that may have lacked letters of the form; empty where it was in Unicode."""
    codecs = codecs_of(label)
    if codecs:
        return "" if codecs[0].startswith("utf") else codecs[0]
    try:
        return WINDOWS_1252 if raw.decode().isascii() else ""
    except UnicodeDecodeError:
        return WINDOWS_1252


def _unfolded(text: str, codec: str) -> str:
    """The text with the letters that the encoding lacks in place of their references."""
    return _REFERENCE.sub(lambda found: _lacked(found, codec), text) if codec and "&#" in text else text


def _lacked(found: re.Match[str], codec: str) -> str:
    number = int(found[1])
    if number < 0x80 or number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        return found[0]
    char = chr(number)
    has = char.encode(codec, "ignore").decode(codec, "ignore") == char
    return found[0] if has else char  # what the encoding has was typed so


def _guessed(raw: bytes) -> str:
    """UTF-8, also where some of it is damaged; else windows-1252."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode(UTF_8, "surrogatepass")  # halves of pairs, as old programs write emoji
    except UnicodeDecodeError:
        text = raw.decode(UTF_8, "replace")
    damaged = text.count("\ufffd")
    others = sum(char > "\x7f" for char in text) - damaged
    return text if others >= damaged else _windows_1252(raw)


_UNDEFINED = frozenset((0x81, 0x8D, 0x8F, 0x90, 0x9D))


def _windows_1252(raw: bytes) -> str:
    """Every byte is a character there, in the standard also the five that Python does not know."""
    try:
        return raw.decode(WINDOWS_1252)
    except UnicodeDecodeError:
        high = {code: bytes([code]).decode(WINDOWS_1252) for code in range(0x80, 0xA0) if code not in _UNDEFINED}
        return raw.decode("latin-1").translate(high)

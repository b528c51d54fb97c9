"""URLs, sites, colours and file names in a forms file; each is refused with the way to write it."""

import re
from urllib.parse import quote, urlsplit

from leadbell.field_names import OURS
from leadbell.forms.config import KEPT_AS_IT_IS
from leadbell.suggestions import did_you_mean
from leadbell.web.origins import origin_of

_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_ASCII = "".join(chr(code) for code in range(0x21, 0x7F))
ASSIGNABLE = tuple(dict.fromkeys(OURS.values()))


def a_line(text: str) -> str:
    """Text that stands on one line."""
    if any(ord(character) < 0x20 or character in "\x7f\x85\u2028\u2029" for character in text):
        raise ValueError("write it on one line, without control characters")
    return text


def a_slug(text: str) -> str:
    """A name that can be the end of an address."""
    if not _SLUG.fullmatch(text):
        raise ValueError(f'"{text}" cannot be part of a URL; use up to 64 of the letters a-z and A-Z, digits, - and _')
    return text


def a_site(text: str) -> str:
    """A site as a browser's `Origin` has it."""
    origin = origin_of(_in_ascii(text).lower())
    if not origin or urlsplit(text).path not in ("", "/") or any(sign in text for sign in "@*?#"):
        raise ValueError(
            f'"{text}" is not a site; write it as https://www.example.com, without a path and without *; '
            "leave `origins` out to accept the form from every site"
        )
    return origin


def a_page(text: str) -> str:
    """The whole address of a page, as a header may carry it."""
    if not text:
        return ""
    if any(ord(character) <= 0x20 or character in "\\\x7f" for character in text) or not origin_of(_in_ascii(text)):
        raise ValueError(f'"{text}" is not a full URL; write it as https://www.example.com/thanks')
    if "@" in urlsplit(text).netloc:
        raise ValueError("a URL must not contain a user name; write it as https://www.example.com/thanks")
    return quote(_in_ascii(text), safe=_ASCII)


def a_colour(given: object) -> str:
    """A colour as `#rrggbb`."""
    if given == "":
        return ""
    if not isinstance(given, str) or not _COLOUR.fullmatch(given):
        raise ValueError('write a colour as "#336699", in quotes: without quotes, # starts a comment')
    return given.lower()


def a_file_key(text: str) -> str:
    """The name of a file, or its place in the bucket, that a link and a header can carry."""
    if not text or text.startswith("/") or len(text) > 200 or not re.fullmatch(r"[\w .()/+-]+", text, re.ASCII):
        raise ValueError(
            f'"{text[:200]}" is not a valid file name; use letters a-z, digits, spaces and . - _ ( ) +, '
            "and / between folders"
        )
    return text


def an_attribute(text: str) -> str:
    """The attribute of the contact that a field is read as."""
    if text not in (*ASSIGNABLE, KEPT_AS_IT_IS, ""):
        raise ValueError(f'a contact has no attribute "{text}"{did_you_mean(text, (*ASSIGNABLE, KEPT_AS_IT_IS))}')
    return text


def _in_ascii(url: str) -> str:
    """The address with its host as browsers send it."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        return url if host.isascii() else url.replace(parts.netloc.rpartition("@")[2].partition(":")[0], _idna(host), 1)
    except ValueError:
        return ""


def _idna(host: str) -> str:
    import idna

    return idna.encode(host, uts46=True).decode()

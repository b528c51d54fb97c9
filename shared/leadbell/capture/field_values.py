"""Whether a value can be what its field's name says. What cannot is kept as the visitor typed it, and is no attribute.

Clear names are doubted only for a value that is plainly something else. Names that mean several things (`title`,
`size`, `state`) need a value that shows which of them it is.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache

from leadbell.capture.person_names import is_east_asian
from leadbell.field_names import folded, read_words
from leadbell.identity import looks_like_email

WORDS: Mapping[str, frozenset[str]] = {of: frozenset(words) for of, words in read_words("field_values").items()}
_YES_OR_NO = WORDS["yes or no"]
_ASKS_TO_CHOOSE = (
    r"(?:please )?(?:select|choose|pick) (?:a|an|one|your|the|from|option|here|country|state|industry|size)\b"
    r"|please (?:select|choose|specify)\b|bitte (?:\w+ )?(?:aus)?wa?e?hlen"
    r"|(?:veuillez )?(?:choisi|selectionn)\w+ (?:un|une|votre)\b"
    r"|(?:valj|velg|vaelg|kies|wybierz|seleccione|seleccionar|elige|elija|selecione|escolha|seleziona|scegli|valitse"
    r"|vyberte|valasszon|selectati|odaberite) \w+"
)
# The first letters of all that is nothing: most values have others.
_STARTS = frozenset(word[:2] for word in WORDS["nothing"]) | {"pl", "bi", "pi", "ve"}
_DASHES = r"[-\u2010-\u2015_.*/\\\s]*"
_LONGEST_NOTHING = 40

_SITE = r"(?:[a-z][a-z+.-]*://)?(?:[\w-]+\.)+[^\W\d_]{2,}\.?(?::\d+)?(?:[/?#]\S*)?"
_NUMBER = r"[\d\s.,+()/-]*"
_LETTER = r"[^\W\d_]"
_SHIRT = r"\d{0,2}x{0,4}[sml]|small|medium|large|x-?large|one ?size"
_SIZE_WORDS = r"\d|\b(?:just me|only me|solo|self|myself|one|two|few|small|medium|large|startup|enterprise|sme|smb)"
_CLEARLY_A_SIZE = (
    r"\d\s*(?:[-\u2010-\u2015]|to|bis|till|til|tot|do|a|\u00e0)\s*\d|\d\s*\+|[<>\u2264\u2265]\s*\d"
    r"|\d\s*(?:k|[^\W\d_]{4,})\b|(?:under|over|more|less|up to|fler|mer|mindre|unter|uber|\u00fcber|mehr|meer|minder"
    r"|ponad|plus|moins)\D{0,8}\d"
)
_PHONE = r"\+?[\d\s().\u2010-\u2015/-]{6,30}(?:(?:ext|x|anknytning|durchwahl|poste)\.?\s*\d{1,6})?"
_WITH_CODE = r"\+[\d\s().\u2010-\u2015/-]{7,25}(?:(?:ext|x)\.?\s*\d{1,6})?"
# Of Thai, Lao, Kana and Han: no blanks stand between words.
_UNSPACED = (("\u0e00", "\u0eff"), ("\u3040", "\u30ff"), ("\u3400", "\u9fff"), ("\uf900", "\ufaff"))
_WORDS_OF_A_MESSAGE, _LETTERS_OF_A_WORD = 4, 2


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern, once a form needs it."""
    return re.compile(pattern, re.IGNORECASE)


def is_nothing(value: str, attribute: str = "") -> bool:
    """Whether it only says that nothing was said or chosen. A family may be called Null or Kies."""
    start = value[:2]
    if len(value) > _LONGEST_NOTHING or (start.isascii() and start.isalnum() and start.lower() not in _STARTS):
        return False
    pieces = folded(value)
    if not pieces:
        return _compiled(_DASHES).fullmatch(value) is not None
    whole = "".join(pieces)
    if attribute in ("first_name", "middle_name", "last_name"):
        return value.casefold() in ("n/a", "undefined")
    return whole in WORDS["nothing"] or _compiled(_ASKS_TO_CHOOSE).match(" ".join(pieces)) is not None


def words_in(text: str) -> int:
    """How many words a text has; languages without blanks have one for every two letters or so."""
    return max(len(text.split()), _unspaced(text) // _LETTERS_OF_A_WORD)


def _unspaced(text: str) -> int:
    """How many of its letters are of languages without blanks."""
    if text.isascii():
        return 0
    return sum(any(first <= letter <= last for first, last in _UNSPACED) for letter in text)


def is_free_text(text: str) -> bool:
    """Whether somebody has written it, rather than chosen it or filled it in."""
    return words_in(text) >= _WORDS_OF_A_MESSAGE


def is_number_with_code(value: str) -> bool:
    """Whether it is one phone number with its country's code."""
    return _compiled(_WITH_CODE).fullmatch(value) is not None and 7 <= len(re.findall(r"\d", value)) <= 21


def looks_like_phone(value: str) -> bool:
    """Whether it is a number that can be called."""
    return _compiled(_PHONE).fullmatch(value) is not None and 6 <= len(re.findall(r"\d", value)) <= 21


def looks_like_person(value: str) -> bool:
    """Whether it is written as people write a name: two words or more, each with a capital, or in another script."""
    words = value.split()
    if not 1 <= len(words) <= 5 or len(value) > 60 or re.search(r"[\d@/:!?]", value):
        return False
    if is_east_asian(value):
        return 2 <= len(value) <= 8
    return len(words) > 1 and words[0][0].isupper() and words[-1][0].isupper()


def _is_email(value: str) -> bool:
    return "@" in value or value.casefold() not in (*_YES_OR_NO, "email", "e-mail", "mail", "post", "epost")


def _is_phone(value: str) -> bool:
    return value.casefold() not in (*_YES_OR_NO, "phone", "telefon", "telephone", "tel", "sms") and not (
        "@" in value and looks_like_email(value)
    )


def _is_name(value: str) -> bool:
    return not _compiled(_NUMBER).fullmatch(value) and not ("@" in value and looks_like_email(value))


def _is_part_of_a_name(value: str) -> bool:
    return _is_name(value) and re.search(r"\d|://", value) is None


def _has_a_letter(value: str) -> bool:
    return _compiled(_LETTER).search(value) is not None and value.casefold() not in _YES_OR_NO


def _is_company(value: str) -> bool:
    return value.casefold() not in _YES_OR_NO and not ("@" in value and looks_like_email(value))


def _is_no_salutation(value: str) -> bool:
    is_text = not _compiled(_NUMBER).fullmatch(value) and value.casefold() not in _YES_OR_NO and "@" not in value
    return is_text and "".join(folded(value)) not in WORDS["salutation"]


def _is_size(value: str) -> bool:
    return (
        value.casefold() not in ("yes", "no", "on")
        and not _compiled(_SHIRT).fullmatch(value)
        and bool(_compiled(_SIZE_WORDS).search(value))
    )


def _is_place(value: str) -> bool:
    return _has_a_letter(value) and len(value) <= 60 and "@" not in value and value.casefold() not in WORDS["condition"]


def _is_known_place(value: str) -> bool:
    return "_".join(folded(value)) in WORDS["place"]


def _is_site(value: str) -> bool:
    return _compiled(_SITE).fullmatch(value) is not None and "@" not in value


def _is_message(value: str) -> bool:
    return value.casefold() not in _YES_OR_NO


def _is_weak_message(value: str) -> bool:
    return is_free_text(value) or (words_in(value) > 1 and value.endswith((".", "!", "?")))


def _is_home_page(value: str) -> bool:
    """A site as people give theirs; the page that a form stands on has a path."""
    return _is_site(value) and len(value.split("://")[-1].rstrip("/").split("/")) == 1 and "?" not in value


def _anything(_: str) -> bool:
    return True


_CLEAR: Mapping[str, Callable[[str], bool]] = {
    "email": _is_email,
    "phone": _is_phone,
    "name": _is_name,
    "first_name": _is_part_of_a_name,
    "middle_name": _is_part_of_a_name,
    "last_name": _is_part_of_a_name,
    "company": _is_company,
    "job_title": _is_no_salutation,
    "company_size": _is_size,
    "region": _is_place,
    "industry": _has_a_letter,
    "website": _is_site,
    "message": _is_message,
}


def _is_job(value: str) -> bool:
    from leadbell.own_words.job_titles import is_job  # few forms ask for a title

    return is_job(value)


_WEAK: Mapping[str, Callable[[str], bool]] = {
    "email": looks_like_email,
    "phone": looks_like_phone,
    "name": looks_like_person,
    "job_title": _is_job,
    "company_size": lambda value: (
        _compiled(_CLEARLY_A_SIZE).search(value) is not None and not _compiled(_SHIRT).fullmatch(value)
    ),
    "region": _is_known_place,
    "website": _is_home_page,
    "message": _is_weak_message,
}


def can_be(attribute: str, value: str, *, is_weak: bool) -> bool:
    """Whether a value can be this attribute; `is_weak`, where only the value can show that."""
    if is_nothing(value, attribute):
        return False
    tests = _WEAK if is_weak else _CLEAR
    return tests.get(attribute, _anything)(value)

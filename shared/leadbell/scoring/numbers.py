"""Numbers in what people write, for conditions that compare them: `250`, `1 000`, `12,5`, `50 000 EUR`, `over 5k`."""

import re
from decimal import Decimal

from leadbell.events import Value

# Digits, in groups of three or not, and a fraction.
_DIGITS = r"[+-]?\d{1,3}(?:[ .,'\u00a0\u202f]\d{3})+(?![\d])(?:[.,]\d{1,2}(?!\d))?|[+-]?\d+(?:[.,]\d+)?"
_WHOLE = re.compile(rf"\s*({_DIGITS})\s*")
_MONEY = r"(?:eur|sek|nok|dkk|usd|gbp|pln|chf|kr)"
_UNIT = rf"\s*(?P<unit>tkr|tsd|mkr|mio|mn|k|t|m)?{_MONEY}?(?![^\W\d_])"
_FIRST = re.compile(rf"(?<![\w.,]){_MONEY}?({_DIGITS}){_UNIT}", re.I)
_TO = re.compile(rf"\s*(?:-|\u2013|to|bis|till|til|tot|do)\s*(?:{_DIGITS}){_UNIT}", re.I)
_LESS = re.compile(
    r"\s*([<≤]|(under|below|up to|less than|max|unter|bis|maximal|högst|upp till|op til|opp til|tot|do|poniżej)\b)",
    re.I,
)
_THOUSANDS = frozenset({"k", "t", "tkr", "tsd"})


def whole_number(value: Value | float) -> Decimal | None:
    """The number that a value is, also as text; None where it is anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return Decimal(str(value))
    found = _WHOLE.fullmatch(value[:40])
    return _read(found[1]) if found else None


def number_in(value: Value) -> Decimal | None:
    """The first number that a value names, of a range its low end; None where there is none, or only an upper end."""
    if not isinstance(value, str):
        return whole_number(value)
    text = value[:100]
    found = _FIRST.search(text)
    if found is None or _LESS.match(text):
        return None
    unit = found["unit"] or ((to := _TO.match(text, found.end())) and to["unit"]) or ""
    return _read(found[1]) * (1 if not unit else 1000 if unit.lower() in _THOUSANDS else 1_000_000)


def _read(digits: str) -> Decimal:
    """`1.000`, `1 000` and `1,000` are a thousand; `12.5` and `12,5` twelve and a half."""
    plain = re.sub(r"[ '\u00a0\u202f]", "", digits)
    plain = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", plain)
    return Decimal(plain.replace(",", "."))

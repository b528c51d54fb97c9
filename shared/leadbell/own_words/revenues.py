"""The millions in a revenue as people write it."""

import re

from leadbell.own_words.company_sizes import without_separators

# A unit of money: thousands, millions or billions, with or without the currency.
_UNIT = re.compile(
    r"(?<![a-z])(?:(?P<thousands>k|t|thousand)|(?P<millions>m|mn|mio|million\w*|miljon\w*)"
    r"|(?P<billions>b|bn|md|mrd|billion\w*|milliard\w*|miljard\w*))(?:kr|sek|nok|dkk|eur|usd|gbp)?(?![a-z])",
    re.I,
)
_IN_MILLIONS = {"thousands": 0.001, "millions": 1.0, "billions": 1000.0, None: 0.000001}
_UP_TO = re.compile(r"^\s*(<|under|below|up to|less than|max)", re.I)


def least_millions(revenue: str) -> int:
    """The low end of a revenue (`12,500,000`, `10-50 MEUR`, `over 2 billion`) in whole millions, whatever the
    currency; 0 where it is less, or none is named."""
    numbers = re.findall(r"\d+(?:\.\d+)?", without_separators(revenue).replace(",", "."))
    if not numbers or _UP_TO.search(revenue):
        return 0
    unit = _UNIT.search(revenue)
    return int(float(numbers[0][:15]) * _IN_MILLIONS[unit.lastgroup if unit else None])

"""The number of employees in a company size as people write it."""

import re

_UP_TO = re.compile(r"^\s*(<|under|below|up to|less than|max)", re.I)


def least_employees(size: str) -> int:
    """The low end of a company size as sites write it (`250`, `51-200`, `1,000+`, `under 50`); 0 where none is."""
    numbers = re.findall(r"\d+", without_separators(size))
    if not numbers:
        return 0
    if _UP_TO.search(size):
        return 1
    return int(numbers[0][:9]) + size.rstrip().endswith("+")


def without_separators(number: str) -> str:
    """`10.000 - 12 500` as `10000 - 12500`: what stands between thousands is left out."""
    return re.sub(r"(?<=\d)[.,\s](?=\d{3}\b)", "", number)

"""Texts with the reading that a sales team expects: the tables in `expected`, and how each kind is read."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from leadbell.own_words.asking import asks_for
from leadbell.own_words.company_sizes import least_employees
from leadbell.own_words.job_titles import role_of
from leadbell.own_words.timing import timing_of

FOLDER = Path(__file__).parent / "expected"
SAID_ON = date(2026, 11, 28)

READERS: dict[str, Callable[[str], str]] = {
    "job_titles": role_of,
    "company_sizes": lambda text: str(least_employees(text)),
    "timings": lambda text: timing_of(text, SAID_ON).answer,
    "asking": asks_for,
}


class Expected(NamedTuple):
    """A row of a table."""

    text: str
    reading: str
    reason: str


def table(name: str) -> list[Expected]:
    """The rows of one table."""
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [Expected(*(cell.strip() for cell in line.split("|"))) for line in lines if not line.startswith("#")]


def wrong(kind: str, name: str) -> Iterator[tuple[Expected, str]]:
    """The rows of a table that are read otherwise, each with what is read."""
    for row in table(name):
        found = READERS[kind](row.text)
        if found != row.reading:
            yield row, found

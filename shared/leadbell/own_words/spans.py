"""The span of days that words name: `Q1 2027`, `next quarter`, `in 6 Monaten`, `sommeren`, `15.3.2027`."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from leadbell.own_words.words import by_meaning

_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_YEARS = range(2020, 2100)
_MOST = 120  # of a unit; more is no plan
_ARTICLES = frozenset({"a", "an", "en", "ett", "et", "ein", "einem", "einen", "een", "za"})
_TOO_LATE_DAYS = 15  # before the end of a season it is the next one that is meant


@dataclass(frozen=True, slots=True)
class Span:
    """From a day to another. `is_length`: a length was named (`6 months`), which ends on its last day."""

    start: date
    end: date
    is_length: bool = False
    is_year: bool = False

    @property
    def middle(self) -> date:
        """What a span is judged by; one of a quarter or less by its start."""
        days = (self.end - self.start).days
        return self.start if days <= _QUARTER_DAYS and not self.is_length else self.start + timedelta(days=days // 2)


_QUARTER_DAYS = 93


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a text with their meanings, empty where a word has none."""

    tokens: Sequence[str]
    meanings: Sequence[str]

    def first(self, *wanted: str) -> int | None:
        """The place of the first word that means one of these."""
        return next((place for place, meaning in enumerate(self.meanings) if meaning in wanted), None)

    def has(self, meaning: str) -> bool:
        """Whether a word means it."""
        return meaning in self.meanings


def named_span(tokens: Sequence[str], today: date) -> Span | None:
    """The days that the words name, as said on `today`; None where they name none."""
    words = _meant(tokens)
    year = next((int(token) for token in tokens if token.isdigit() and int(token) in _YEARS), None)
    return (
        _dated(tokens)
        or _numbered(words, year, today)
        or _length(words, today)
        or _relative(words, today)
        or _season(words, year, today)
        or _of_a_year(words, year, today)
    )


def _meant(tokens: Sequence[str]) -> _Words:
    """Each entry of the list as one word."""
    told, meanings, place, known = list[str](), list[str](), 0, by_meaning("timing")
    while place < len(tokens):
        found = known.at(tokens, place)
        told.append(tokens[place])
        meanings.append("" if found is None else found.meaning)
        place = place + 1 if found is None else found.end
    return _Words(told, meanings)


def _dated(tokens: Sequence[str]) -> Span | None:
    """A date, or a month of a year in digits."""
    for token in tokens:
        parts = [int(part) for part in token.replace("/", "-").replace(".", "-").split("-") if part.isdigit()]
        if len(parts) < 2:
            continue
        year, month, day = (parts if parts[0] in _YEARS else parts[::-1]) + [0] * (3 - len(parts))
        try:
            return Span(date(year, month, day), date(year, month, day)) if day else _months(year, month, 1)
        except ValueError:
            continue
    return None


def _numbered(words: _Words, year: int | None, today: date) -> Span | None:
    """`Q1 2027`, `H2`, `first half of 2027`, `week 12`, `KW 12`."""
    tokens = words.tokens
    for place, token in enumerate(tokens):
        number = _number(tokens, place + 1) or _ORDINALS.get(_at(words.meanings, place - 1), 0)
        meaning = words.meanings[place]
        if (token == "q" or meaning == "quarter") and 1 <= number <= 4 and not _counts(tokens, place):
            return _coming(year, today, 3 * number - 2, 3)
        if (token == "h" or meaning == "half_year") and 1 <= number <= 2:
            return _coming(year, today, 6 * number - 5, 6)
        if meaning == "week" and 1 <= _number(tokens, place + 1) <= 53:
            return _week(_number(tokens, place + 1), year, today)
    return None


def _counts(tokens: Sequence[str], place: int) -> bool:
    """Whether the number before a unit counts it: `2 quarters`."""
    return _number(tokens, place - 1) > 0


def _length(words: _Words, today: date) -> Span | None:
    """`6 months`, `3-6 Monate`, `within 2 weeks`, `ein Jahr`; for `in 6 Monaten` the day it ends is meant."""
    units = {**_DAYS, **_MONTHS}
    for place, meaning in enumerate(words.meanings):
        if meaning not in units or not (most := _how_many(words.tokens, place)) or most > _MOST:
            continue
        has_least = _at(words.tokens, place - 2) in ("-", "to", "til", "till", "bis", "tot", "do", "a")
        least = _number(words.tokens, place - 3) if has_least else None
        if words.has("by"):
            least = 0
        start = _later(today, meaning, most if least is None else least)
        return Span(start, _later(today, meaning, most), is_length=True)
    return None


def _how_many(tokens: Sequence[str], place: int) -> int:
    """How many of the unit at a place there are: `6 months`, `6+ months`, `a month`, `za rok`."""
    before = _at(tokens, place - 1)
    return _number(tokens, place - 2) if before == "+" else _number(tokens, place - 1) or int(before in _ARTICLES)


def _relative(words: _Words, today: date) -> Span | None:
    """`next quarter`, `this year`, `the end of the month`, `weeks`, `in a year`."""
    place = words.first(*_DAYS, *_MONTHS)
    if place is None:
        return None
    unit, is_next = words.meanings[place], words.has("next")
    if unit in _DAYS:
        return Span(today, today + timedelta(days=14))
    if unit == "half_year" and not is_next and not words.has("this"):
        return Span(_later(today, unit, 1), _later(today, unit, 1), is_length=True)
    if words.has("by") and unit != "quarter" and not {"next", "this", "end_of", "start_of"} & {*words.meanings}:
        return Span(today, _later(today, unit, 1), is_length=True)
    if unit in ("month", "quarter"):
        return Span(today, today + timedelta(days=30)) if is_next or unit == "quarter" or words.has("this") else None
    if unit == "half_year":
        return (
            Span(_later(today, unit, 1), _later(today, unit, 1)) if is_next else Span(today, _later(today, "month", 3))
        )
    if is_next:
        return _part(words, today.year + 1)
    return _part(words, today.year, today) if words.has("this") or words.has("end_of") else None


def _season(words: _Words, year: int | None, today: date) -> Span | None:
    """`spring`, `March 2027`, `before Christmas`, `next summer`."""
    for meaning in words.meanings:
        first, dash, last = meaning.partition("-")
        if dash and first.isdigit():
            months = (int(last) - int(first)) % 12 + 1
            span = _coming(year, today, int(first), months)
            is_over = words.has("next") or words.has("from") or (span.end - today).days < _TOO_LATE_DAYS * (months > 1)
            if year is None and is_over and span.start <= today and not words.has("this"):
                return _coming(span.start.year + 1, today, int(first), months)
            return span
    return None


def _of_a_year(words: _Words, year: int | None, today: date) -> Span | None:
    """`2027`, `early 2027`, `by the end of the year`."""
    if year is not None:
        return _part(words, year, today)
    if words.has("this_year"):
        return Span(today, date(today.year, 12, 31))
    return _part(words, today.year, today) if words.has("end_of") and not words.has("next") else None


def _part(words: _Words, year: int, today: date | None = None) -> Span:
    """A year, or the part of it that the words name."""
    for meaning, first in (("start_of", 1), ("middle_of", 5), ("end_of", 10)):
        if words.has(meaning):
            part = _months(year, first, 3)
            return Span(part.end, part.end) if words.has("by") or (today and part.start < today) else part
    if words.has("by"):
        return (
            Span(date(year, 1, 1), date(year, 1, 1)) if today is None else Span(date(year, 12, 31), date(year, 12, 31))
        )
    if today is not None and year == today.year:
        return Span(today, date(year, 12, 31))
    return Span(date(year, 1, 1), date(year, 12, 31), is_year=True)


def _coming(year: int | None, today: date, first: int, months: int) -> Span:
    """These months of the year; without one, of the first year in which they are not over."""
    if year is not None:
        return _months(year, first, months)
    spans = (_months(today.year + later, first, months) for later in (-1, 0, 1, 2))
    return next(span for span in spans if span.end >= today)


def _months(year: int, first: int, months: int) -> Span:
    """Whole months from the first of one; raises ValueError for no month."""
    start, last = date(year, first, 1), year * 12 + first - 1 + months - 1
    end_year, end_month = last // 12, last % 12 + 1
    return Span(start, date(end_year, end_month, calendar.monthrange(end_year, end_month)[1]))


def _week(number: int, year: int | None, today: date) -> Span | None:
    for each in (year,) if year else (today.year, today.year + 1):
        try:
            start = date.fromisocalendar(each, number, 1)
        except ValueError:
            continue
        if year or start + timedelta(days=6) >= today:
            return Span(start, start + timedelta(days=6))
    return None


def _later(today: date, unit: str, number: int) -> date:
    if unit in _DAYS:
        return today + timedelta(days=_DAYS[unit] * number)
    months = today.year * 12 + today.month - 1 + _MONTHS[unit] * number
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(today.day, calendar.monthrange(year, month)[1]))


def _number(tokens: Sequence[str], place: int) -> int:
    """The small number that stands there; 0 where none does."""
    token = _at(tokens, place)
    return int(token) if token.isdigit() and len(token) <= 3 else 0


def _at(items: Sequence[str], place: int) -> str:
    return items[place] if 0 <= place < len(items) else ""

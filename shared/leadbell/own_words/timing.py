"""When somebody wants to buy, from their own words, in our languages.

What is named is a span of days (`Q1 2027`, `in 6 Monaten`, `next week`), and how it is named says what it bounds: "no
later than" its end, "not before" its beginning. Whoever buys within three months, or promises to within half a year,
buys soon. The words are data (`data/own_words/timing.json`), each list with its reading.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from leadbell.own_words.spans import Span, named_span
from leadbell.own_words.words import by_meaning, folded, with_digits

SOON, LATER = "yes", "later"
SOON_DAYS = 92
PROMISED_DAYS = 190
MAX_TIMING = 200  # characters that are read
_TOKEN = re.compile(r"\d{4}-\d\d?-\d\d?|\d\d?[./]\d\d?[./]\d{4}|\d{4}-\d\d(?!\d)|\d\d?/\d{4}|\d+|[^\W\d_]+|[-<+]")


@dataclass(frozen=True, slots=True)
class Timing:
    """`yes` for soon, `later`, or an empty string; with `later` the day on which to come back, where one is named."""

    answer: str = ""
    starts: date | None = None


def timing_of(text: str, today: date) -> Timing:
    """When they want to buy, as said on `today`."""
    tokens = with_digits(_TOKEN.findall(re.sub(r"[\u2010-\u2015]", "-", folded(text[:MAX_TIMING]))))
    said = [found.meaning for found in by_meaning("timing").all_in(tokens)]
    span = named_span(tokens, today)
    if span is None or span.end < today:
        return _without_a_day(said)
    if "later" in said and "this" not in said:
        return Timing(LATER, _if_ahead(span.start, today))
    answer = _answer(said, span, today)
    starts = span.end + timedelta(days=1) if span.start <= today else span.start
    return Timing(answer, _if_ahead(starts, today) if answer == LATER else None)


def _without_a_day(said: Sequence[str]) -> Timing:
    if "later" in said:
        return Timing(LATER)
    return Timing(SOON if "soon" in said and "not" not in said else "")


def _answer(said: Sequence[str], span: Span, today: date) -> str:
    if "from" in said:
        return SOON if (span.start - today).days < SOON_DAYS and not span.is_year else LATER
    if "by" in said:
        last = span.end if span.is_length else span.start
        return SOON if (last - today).days <= PROMISED_DAYS or "soon" in said else LATER
    if "not" in said:
        return LATER
    return SOON if span.start <= today or (span.middle - today).days <= SOON_DAYS else LATER


def _if_ahead(day: date, today: date) -> date | None:
    return day if day > today + timedelta(days=1) else None

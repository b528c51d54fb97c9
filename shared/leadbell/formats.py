"""Values as people read them: grades, requests, dates, ages, counts and sizes."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Self

# The grade of who objects to profiling; nobody else has it.
NOT_GRADED = "-"

LETTERS = {
    "A": "fits our profile",
    "B": "mostly fits our profile",
    "C": "fits our profile in part",
    "D": "does not fit our profile",
    "?": "profile not known yet",
    NOT_GRADED: "not graded",
}
DIGITS = {"1": "very active", "2": "active", "3": "a little active", "4": "hardly active"}

ASKED = {
    "demo": "asked for a demo",
    "price": "asked for a price",
    "callback": "asked to be called",
    "meeting": "asked for a meeting",
    "terms": "asked for terms",
    "purchase": "asked how to buy",
    "question": "asked a question",
}

# Upper ends of the company-size bands that a subject line may show.
_BANDS = ((9, "1-9"), (49, "10-49"), (200, "50-200"), (500, "201-500"), (1000, "501-1,000"))


# What a download is, by the word of the forms file, and what somebody did who asked for it.
DOWNLOADS = {
    "guide": "asked for a guide",
    "product": "asked for product information",
    "prices": "asked for a price list",
    "demo": "asked for demo software",
}


class Worded(StrEnum):
    """Values that are stored, each with the words that people read in its place; none can be without."""

    words: str

    # Left out where a value is looked up, `Heard("copy")`, which type checkers take for a new member.
    def __new__(cls, value: str, words: str = "") -> Self:
        """A member, equal to its value as every StrEnum's is."""
        if not words:
            raise TypeError(f"{value} of {cls.__name__} has no words")
        member = str.__new__(cls, value)
        member._value_, member.words = value, words
        return member


def asked(asks: object) -> str:
    """What somebody asked for, from our own vocabulary only."""
    return ASKED.get(str(asks), "wrote to us")


def count_of(number: int, one: str, many: str = "") -> str:
    """`1 file`, `2 files`, `0 entries`; `many` where the plural is not `one` with an s."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def ordinal(number: int) -> str:
    """`second`, `tenth`, `21st`."""
    if 0 < number <= len(_ORDINALS):
        return _ORDINALS[number - 1]
    is_teen = number % 100 in (11, 12, 13)
    return f"{number}{'th' if is_teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def size_band(employees: object) -> str:
    """The company-size band of a number of employees; empty where it is not known."""
    if not isinstance(employees, int) or employees <= 0:
        return ""
    return next((name for most, name in _BANDS if employees <= most), "over 1,000")


def grade_in_words(grade: str) -> str:
    """`A1: fits our profile, very active`."""
    letter, digit = grade[:1], grade[1:]
    words = [LETTERS.get(letter, ""), DIGITS.get(digit, "")]
    return f"{grade}: {', '.join(word for word in words if word)}"


def age(on: date, today: date) -> str:
    """`today`, `yesterday` or `12 days ago`."""
    days = (today - on).days
    return "today" if days <= 0 else "yesterday" if days == 1 else f"{days} days ago"


def short_day(day: date) -> str:
    """`28 Nov 2026`, for the terminal."""
    return f"{day.day} {day:%b %Y}"


def short_time(at: datetime, zone: str = " UTC") -> str:
    """`28 Nov 2026, 09:14 UTC`, for the terminal; without the zone in a column that names it."""
    utc = at.astimezone(UTC)
    return f"{short_day(utc.date())}, {utc:%H:%M}{zone}"


# Within working hours from Dublin to Helsinki, in summer and winter; late morning on the American east coast.
DEADLINE = time(15, tzinfo=UTC)


def working_days_later(at: datetime, days: int) -> datetime:
    """The deadline `days` working days (Monday to Friday) after the day of `at`: 15:00 UTC, so that each of them is
    nearly whole, whatever the hour or day of the request.
    """
    day = at.astimezone(UTC).date()
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return datetime.combine(day, DEADLINE)


def a_month_later(day: date) -> date:
    """The same day of the next month, or its last one."""
    first = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def on_day(day: date) -> str:
    """`28 November 2026`, for mails."""
    return f"{day.day} {day:%B %Y}"


def at_time(at: datetime) -> str:
    """`Saturday 28 November 2026, 10:14 UTC`, for mails."""
    utc = at.astimezone(UTC)
    return f"{utc:%A} {on_day(utc.date())}, {utc:%H:%M} UTC"

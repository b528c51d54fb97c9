"""What visitors and reps read is in the words of the trade, with plurals and dates as people write them."""

import ast
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

import leadbell
from leadbell.capture.file_types import files_in_words
from leadbell.errors import TooManyRequests
from leadbell.events import FACT_TYPES
from leadbell.formats import age, at_time, count_of, on_day, ordinal
from leadbell.outbox.links import CONFIRM_DAYS, GUIDE_DAYS
from leadbell.scoring.rules import default_model
from leadbell.translations import LANGUAGES, catalogue, day_in_words

PACKAGE = Path(leadbell.__file__).parent
# Phrases that nobody in the trade would use for these things, whatever stands around them.
DIALECT = re.compile(
    r"message cop(y|ies)|\btell(s|ing)? sales|\btold (anew|as|of)\b|kept aside|\blet go\b|put into words|whom of"
    r"|\bhear[sd]? of\b|\brings?\b|\bborn\b|in force|its time comes|work(ed)? again|goes as told|cannot be told"
    r"|nothing is wrong with|is no moment|g[ai]ves? (it|them) back|given back|took it up|take it up again|disown"
    r"|(off|on) the list|(leave|left|leaving) the newsletter|came empty|has reached us|sees to it|one more press"
    r"|more fields came|not valid any more|takes nothing more|\b\d+\. time|outbox|tombstone|snapshot",
    re.IGNORECASE,
)
# Modules whose sentences reach a visitor or a rep, as they are or in a mail.
SPEAKING = [
    "errors.py",
    "identity.py",
    "formats.py",
    "capture/attachments.py",
    "capture/claims.py",
    "capture/field_checks.py",
    "capture/gate.py",
    "capture/field_reading.py",
    "capture/file_types.py",
    "capture/consent_fields.py",
    "forms/config.py",
    "lifecycle/dispositions.py",
    "lifecycle/explain.py",
    "lifecycle/notices.py",
    "lifecycle/obstacles.py",
    "lifecycle/stages.py",
    "outbox/blocks.py",
    "outbox/links.py",
    "outbox/sales_delivery.py",
    "outbox/visitor_mails.py",
    "privacy/preferences.py",
    "sales/alert_text.py",
    "sales/colleagues.py",
    "sales/routing.py",
    "web/bodies.py",
    "web/hubspot.py",
    "web/origins.py",
    "web/refusals.py",
    "web/request.py",
    "web/responses.py",
    "web/stamps.py",
]
SEVEN_DAYS = {
    "en": "7 days",
    "sv": "7 dagar",
    "nb": "7 dager",
    "da": "7 dage",
    "nl": "7 dagen",
    "de": "7 Tage",
    "pl": "7 dni",
}


def strings_of(module: str) -> Iterator[str]:
    """The string constants of a module, without its docstrings."""
    tree = ast.parse((PACKAGE / module).read_text(encoding="utf-8"))
    documented = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node, clean=False)
    ]
    docstrings = {id(node.body[0].value) for node in documented if isinstance(node.body[0], ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


@cache
def labels() -> tuple[str, ...]:
    model = default_model()
    return (
        *(kind.label for kind in FACT_TYPES.values()),
        *(text for persona in model.personas for text in (persona.label, persona.problem)),
        *(rule.label for persona in model.personas for rule in persona.rules),
        *(rule.label for rule in model.interest.rules),
        *(group.label for group in model.interest.groups.values()),
        *(veto.label for veto in model.vetoes),
    )


@pytest.mark.parametrize("module", SPEAKING)
def test_no_sentence_of_a_module_speaks_in_dialect(module: str) -> None:
    assert [text for text in strings_of(module) if DIALECT.search(text)] == []


def test_no_label_speaks_in_dialect() -> None:
    assert [label for label in labels() if DIALECT.search(label) or label == "decides"] == []


def test_no_sentence_of_a_page_or_of_a_mail_to_visitors_speaks_in_dialect() -> None:
    told = [sentence for part in catalogue("en").values() for sentence in part.values()]
    assert [sentence for sentence in told if DIALECT.search(sentence)] == []


def test_the_files_that_an_owner_starts_from_speak_plainly() -> None:
    for name in ("forms.yaml", "model.yaml"):
        text = (PACKAGE / "data" / name).read_text(encoding="utf-8")
        assert DIALECT.findall(text) == [], name


# ---- Numbers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0 files"), (1, "1 file"), (2, "2 files"), (5, "5 files"), (1200, "1,200 files")],
)
def test_a_count_has_its_plural(number: int, words: str) -> None:
    assert count_of(number, "file") == words


def test_a_count_may_have_an_irregular_plural() -> None:
    assert [count_of(number, "company", "companies") for number in (0, 1, 2)] == [
        "0 companies",
        "1 company",
        "2 companies",
    ]


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "first"), (2, "second"), (5, "fifth"), (10, "tenth"), (11, "11th"), (12, "12th"), (13, "13th"), (21, "21st"),
     (22, "22nd"), (23, "23rd"), (24, "24th"), (111, "111th"), (112, "112th"), (121, "121st")],
)  # fmt: skip
def test_an_ordinal_is_a_word_or_has_its_ending(number: int, words: str) -> None:
    assert ordinal(number) == words


@pytest.mark.parametrize(("seconds", "wait"), [(1, "wait 1 second,"), (2, "wait 2 seconds,"), (5, "wait 5 seconds,")])
def test_a_limit_says_how_long_to_wait(seconds: int, wait: str) -> None:
    assert wait in str(TooManyRequests(seconds))


@pytest.mark.parametrize(("number", "words"), [(1, "1 file:"), (2, "2 files:"), (5, "5 files:")])
def test_a_mail_counts_its_files(number: int, words: str) -> None:
    fields = {f"file_{each}": "pdf 2048 plan.pdf" for each in range(1, number + 1)}
    (line,) = files_in_words(fields)
    assert line.startswith(words)
    assert files_in_words({}) == []


@pytest.mark.parametrize(("days", "words"), [(0, "today"), (1, "yesterday"), (2, "2 days ago"), (5, "5 days ago")])
def test_an_age_is_said_in_words(days: int, words: str) -> None:
    today = date(2026, 11, 28)
    assert age(today - timedelta(days=days), today) == words


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_of_a_catalogue_counts_what_it_does_not_know(language: str) -> None:
    """A number in a placeholder would need the plural rules of each language."""
    told = catalogue(language)
    found = {
        name for part in told.values() for sentence in part.values() for _, name, _, _ in Formatter().parse(sentence)
    }
    names = {"field", "options"}  # as the form's owner wrote them, none of them counted
    assert found <= {None, *names, "id", "details", "link", "day", "month", "year"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_says_how_long_its_link_is_valid(language: str) -> None:
    assert (CONFIRM_DAYS, GUIDE_DAYS) == (7, 7)
    for mail in ("confirm_body", "guide_body"):
        assert SEVEN_DAYS[language] in catalogue(language)["mails"][mail].replace("\u00a0", " ")


# ---- Dates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "1 March 2026"),
        ("sv", "1 mars 2026"),
        ("nb", "1. mars 2026"),
        ("da", "1. marts 2026"),
        ("nl", "1 maart 2026"),
        ("de", "1. März 2026"),
        ("pl", "1 marca 2026"),
    ],
)
def test_a_date_is_written_as_in_the_language(language: str, words: str) -> None:
    assert day_in_words(language, date(2026, 3, 1)).replace("\u00a0", " ") == words


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_month_has_a_name_of_its_own(language: str) -> None:
    assert len({day_in_words(language, date(2026, month, 1)) for month in range(1, 13)}) == 12


def test_a_mail_to_sales_names_the_day_of_the_week() -> None:
    at = datetime.fromisoformat("2026-03-02T00:30:00+01:00")
    assert at_time(at) == "Sunday 1 March 2026, 23:30 UTC"
    assert on_day(date(2026, 12, 24)) == "24 December 2026"

"""The visitor's language: which one it is, and that every catalogue says the same things."""

from importlib.resources import files
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbell.errors import Problem
from leadbell.translations import LANGUAGES, catalogue, explain, label, language_of, refusal, say, thanks_for

ENGLISH = catalogue("en")
SENTENCES = [(part, key) for part, entries in ENGLISH.items() for key in entries]


def placeholders(sentence: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(sentence) if name is not None)


def test_every_catalogue_is_one_of_a_language_that_is_spoken() -> None:
    folder = files("leadbell").joinpath("data", "words")
    assert {file.name for file in folder.iterdir()} == {f"{language}.json" for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_catalogue_says_exactly_what_the_english_one_says(language: str) -> None:
    assert {part: sorted(entries) for part, entries in catalogue(language).items()} == {
        part: sorted(entries) for part, entries in ENGLISH.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("part", "key"), SENTENCES)
def test_every_sentence_has_the_placeholders_of_the_english_one(language: str, part: str, key: str) -> None:
    sentence = catalogue(language)[part][key]
    assert placeholders(sentence) == placeholders(ENGLISH[part][key])
    assert sentence.strip() == sentence != ""


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_no_long_sentence_was_left_in_english(language: str) -> None:
    same = {key for part, key in SENTENCES if catalogue(language)[part][key] == ENGLISH[part][key] and " " in key}
    assert same == set()
    for part in ("words", "thanks", "problems", "refusals", "choices", "mails"):
        left = {key for key, sentence in ENGLISH[part].items() if catalogue(language)[part][key] == sentence}
        assert left <= {"reference"}, language


@pytest.mark.parametrize(
    ("wanted", "accepted", "language"),
    [
        ("", "", "en"),
        ("", "sv-SE,sv;q=0.9,en;q=0.8", "sv"),
        ("", "en;q=0.8,sv;q=0.9", "sv"),
        ("", "fr-FR,fr;q=0.9,de;q=0.5,en;q=0.4", "de"),
        ("", "fr,ja", "en"),
        ("", "no", "nb"),
        ("", "nn-NO,nb;q=0.5", "nb"),
        ("", "de-AT-1996", "de"),
        ("", "*", "en"),
        ("", "sv;q=0,da", "da"),
        ("", "sv;q=0", "en"),
        ("", "sv;q=zero,da;q=0.1", "da"),
        ("", "SV", "sv"),
        ("", "fr, nn;q=0.8, en;q=0.5", "nb"),
        ("", "pl;q=0, nl;q=0.1", "nl"),
        ("pt_BR", "*", "en"),
        ("de", "sv", "de"),
        ("pl_PL", "sv", "pl"),
        ("NL-be", "sv", "nl"),
        ("fr", "sv", "sv"),
        ("../../etc/passwd", "sv", "sv"),
        ("en\r\nX: y", "sv", "sv"),
    ],
)
def test_the_form_decides_then_the_browser_then_english(wanted: str, accepted: str, language: str) -> None:
    assert language_of(wanted, accepted) == language


@given(st.text(max_size=80), st.text(max_size=200) | st.text("svdenq=;,-*0.19 ", max_size=200))
def test_whatever_is_asked_for_is_answered_in_a_language_we_speak(wanted: str, accepted: str) -> None:
    assert language_of(wanted, accepted) in LANGUAGES


def test_a_field_is_explained_by_its_code_in_the_visitors_language() -> None:
    problem = Problem("TYPE_EMAIL", "email", "email: not an e-mail address. It has no domain.")
    assert explain("de", problem, "E-Mail") == "E-Mail: Bitte geben Sie eine gültige E-Mail-Adresse ein."
    assert explain("en", problem, "E-mail") == "E-mail: not an e-mail address. It has no domain."


def test_a_code_without_a_sentence_is_explained_in_the_problems_own_words() -> None:
    assert explain("de", Problem("NEW_CODE", "size", "size: choose a number"), "Größe") == "Größe: choose a number"


def test_braces_in_a_field_name_are_letters() -> None:
    assert explain("sv", Problem("TYPE_EMAIL", "x", "x: no"), "{0}{field.__class__}").startswith(
        "{0}{field.__class__}: "
    )


def test_words_that_are_asked_for_by_name_are_there_or_have_a_substitute() -> None:
    assert say("sv", "reference", id="abc=") == "Referens: abc="
    assert thanks_for("nl", "callback") == "We hebben uw verzoek ontvangen en bellen u terug."
    assert thanks_for("nl", "no-such-form") == thanks_for("nl", "message")
    assert (label("pl", "company"), label("pl", "shoe_size")) == ("Firma", "")
    assert (refusal("da", "EMPTY"), refusal("da", "NEW_CODE")) == ("Formularen var tom.", "")

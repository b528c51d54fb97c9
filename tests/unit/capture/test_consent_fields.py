"""What a form's fields say of consent: kept as it was said, with the words that were shown."""

import hashlib
from typing import Any

import pytest

from leadbell.capture.consent_fields import read_tick, speaks_of_consent, with_consents
from leadbell.forms.config import ConsentText

ASKED = (ConsentText("newsletter", "Send me your letter.", "2026-01"), ConsentText("processing", "Keep my data.", "3"))
ROOM = 3500


def kept(*pairs: tuple[str, str], asked: tuple[ConsentText, ...] = (), room: int = ROOM, **fields: Any) -> Any:
    return with_consents(fields, pairs, asked, room)


def test_a_tick_is_kept_with_the_words_and_the_version_that_the_page_showed() -> None:
    told = (("_consent[newsletter]", "yes"), ("_consent_text", "Yes, write to me."), ("_consent_version", "v7"))
    assert kept(*told, email="eva@acme.example") == {
        "email": "eva@acme.example",
        "consent_newsletter": True,
        "consent_text": "Yes, write to me.",
        "consent_version": "v7",
    }


def test_each_purpose_may_have_words_of_its_own() -> None:
    told = kept(
        ("_consent[newsletter]", "on"),
        ("_consent_text[newsletter]", "Write to me."),
        ("_consent_version[newsletter]", "2"),
        ("_consent[processing]", "no"),
        ("_consent_text[processing]", "Keep my data."),
    )
    assert told == {
        "consent_processing": False,
        "consent_newsletter": True,
        "consent_newsletter_version": "2",
        "consent_processing_text": "Keep my data.",
        "consent_newsletter_text": "Write to me.",
    }


def test_a_page_that_says_nothing_showed_what_its_form_is_configured_to() -> None:
    told = kept(("_consent[newsletter]", "yes"), asked=ASKED)
    assert told == {
        "consent_newsletter": True,
        "consent_newsletter_text": "Send me your letter.",
        "consent_newsletter_version": "2026-01",
    }


def test_a_version_that_is_not_the_configured_one_is_not_given_its_words() -> None:
    told = kept(("_consent[newsletter]", "yes"), ("_consent_version", "2025-09"), asked=ASKED)
    assert told == {"consent_newsletter": True, "consent_version": "2025-09"}


def test_a_tick_for_calls_is_the_attribute_that_mails_tell() -> None:
    assert kept(("_consent[sales_contact]", "Ja"), ("_consent_text", "Call me.")) == {
        "call_ok": True,
        "consent_text": "Call me.",
    }
    assert kept(("_consent_text", "Call me."), call_ok=False) == {"call_ok": False, "consent_text": "Call me."}


def test_of_a_hidden_no_and_a_ticked_yes_the_last_one_counts() -> None:
    assert kept(("_consent[newsletter]", "no"), ("_consent[newsletter]", "yes"))["consent_newsletter"] is True


def test_what_is_neither_yes_nor_no_is_no_consent() -> None:
    assert kept(("_consent[newsletter]", "perhaps")) == {"x_consent_newsletter": "perhaps"}


def test_nothing_is_kept_of_words_that_nobody_said_yes_or_no_to() -> None:
    assert kept(("_consent_text", "Yes."), ("_consent_version", "1"), asked=ASKED) == {}


@pytest.mark.parametrize(
    ("name", "speaks"),
    [
        ("_consent[newsletter]", True),
        ("_CONSENT[Sales_Contact]", True),
        ("_consent_text", True),
        ("_consent_version[profiling]", True),
        ("_consent[cookies]", False),
        ("_consent", False),
        ("consent[newsletter]", False),
    ],
)
def test_only_purposes_that_there_are_are_read(name: str, speaks: bool) -> None:
    assert speaks_of_consent(name) is speaks


def test_fields_without_a_name_make_room_for_the_words() -> None:
    told = kept(("_consent[newsletter]", "yes"), ("_consent_text", "w" * 100), room=200, x_a="a" * 60, x_b="b" * 60)
    assert told["consent_text"] == "w" * 100
    assert "x_b" not in told


def test_no_more_fields_go_than_the_words_need() -> None:
    small: dict[str, Any] = {f"x_{number}": "s" * 20 for number in range(9)}
    told = kept(("_consent[newsletter]", "yes"), ("_consent_text", "w" * 100), room=300, **small)
    assert told["consent_text"] == "w" * 100
    assert [name for name in small if name not in told] == ["x_6", "x_7", "x_8"]


def test_words_that_do_not_fit_are_proved_by_their_hash() -> None:
    told = kept(("_consent[newsletter]", "yes"), ("_consent_text", "Yes."), room=120, message="m" * 100)
    assert told == {
        "message": "m" * 100,
        "consent_newsletter": True,
        "consent_sha256": hashlib.sha256(b"Yes.").hexdigest(),
    }


def test_a_very_long_text_is_cut_and_its_hash_proves_the_whole() -> None:
    told = kept(("_consent[newsletter]", "yes"), ("_consent_text", "t" * 1500))
    assert told["consent_text"] == "t" * 1000
    assert told["consent_sha256"] == hashlib.sha256(b"t" * 1500).hexdigest()


@pytest.mark.parametrize(
    ("said", "tick"),
    [
        *(
            (word, True)
            for word in ("Yes please", "YES!", "oui", "ja", "tak", "s\u00ed", "x", "\u2713", "on", "1", "I agree")
        ),
        *((word, False) for word in ("no", "Nej tack", "nein, danke", "0", "No thanks", "false")),
        *(
            (word, None)
            for word in ("maybe", "", "-", "n/a", "not now", "no idea", "nie wiem", "yes but no calls", "2")
        ),
    ],
)
def test_an_answer_is_yes_or_no_or_unknown(said: str, tick: bool | None) -> None:
    assert read_tick(said) is tick

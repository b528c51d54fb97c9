"""The forms that ship with Leadbell, and what a form's owner can configure, as plain values."""

import json
from dataclasses import fields, replace

import pytest

from leadbell.errors import FormClosed, NotAllowed, NotFound
from leadbell.forms.config import PACKAGED, Asset, ConsentText, Form, FormField, FormsConfig, Newsletter, SpamSettings

CONSENT = ConsentText("newsletter", "Yes, send me the newsletter, at most monthly.", "2026-03")
WARY = SpamSettings(8, 0, turnstile=True, per_minute=2)
TRIAL = Form(
    "trial",
    "Try it",
    "request",
    "demo",
    "every",
    (FormField("team", "choice", required=True, to="company_size", choices=("1-9", "10+")),),
    ("https://www.example.com",),
    "https://www.example.com/thanks",
    "https://www.example.com/oops",
    (CONSENT,),
    WARY,
    True,
    "closed",
    "#336699",
    "trial.started",
    "pump",
    True,
)
PRICES = Asset(
    "prices",
    "2026/prices.pdf",
    "Prices.pdf",
    "Price list",
    "mail",
    "prices",
    "pump",
    ("https://a.example",),
    (CONSENT,),
    WARY,
)
OWN = FormsConfig(
    "abc", {"trial": TRIAL}, {"prices": PRICES}, Newsletter(("https://a.example",), "/thanks", (CONSENT,), WARY)
)


def test_the_packaged_forms_say_what_they_always_said() -> None:
    assert {each.id: (each.means, each.asks) for each in PACKAGED.forms.values()} == {
        "contact": ("question", "question"),
        "demo": ("request", "demo"),
        "pricing": ("request", "price"),
        "callback": ("request", "callback"),
    }
    assert {(each.id, each.key, each.filename) for each in PACKAGED.downloads.values()} == {
        ("guide", "guide.pdf", "guide.pdf")
    }


def test_a_packaged_form_takes_any_field_from_any_site() -> None:
    for form in PACKAGED.forms.values():
        assert (form.copy, form.fields, form.origins, form.redirect, form.state) == ("unqualified", (), (), "", "open")


@pytest.mark.parametrize("config", [PACKAGED, OWN], ids=["packaged", "own"])
def test_what_is_stored_is_read_back_the_same(config: FormsConfig) -> None:
    stored = json.dumps(config.plain())
    assert FormsConfig.from_plain(config.version, json.loads(stored)) == config


def test_the_own_form_of_these_tests_differs_from_the_defaults_in_everything() -> None:
    for given, bare in ((TRIAL, Form("", "", "", "")), (PRICES, Asset("", "", "")), (OWN.newsletter, Newsletter())):
        assert [each.name for each in fields(given) if getattr(given, each.name) == getattr(bare, each.name)] == []


@pytest.mark.parametrize("part", ["form", "field", "consent", "spam", "download", "newsletter"])
def test_a_stored_word_that_this_code_does_not_know_is_an_error(part: str) -> None:
    plain = json.loads(json.dumps(OWN.plain()))
    form = plain["forms"][0]
    places = {"form": form, "field": form["fields"][0], "consent": form["consents"][0], "spam": form["spam"]}
    places |= {"download": plain["downloads"][0], "newsletter": plain["newsletter"]}
    places[part]["colour"] = "green"
    with pytest.raises(TypeError, match="colour"):
        FormsConfig.from_plain("abc", plain)


@pytest.mark.parametrize("name", ["type", "purpose", "copy", "state", "delivery", "event", "means"])
def test_a_stored_value_that_this_code_does_not_know_is_an_error(name: str) -> None:
    plain = json.loads(json.dumps(OWN.plain()))
    form = plain["forms"][0]
    for each in (form, form["fields"][0], form["consents"][0], plain["downloads"][0]):
        if name in each:
            each[name] = "later"
    with pytest.raises(ValueError, match=f"{name} is no word that this code knows"):
        FormsConfig.from_plain("abc", plain)


def test_a_stranger_who_asks_for_another_form_is_not_told_which_there_are() -> None:
    for ask in (PACKAGED.form, PACKAGED.asset):
        with pytest.raises(NotFound) as refused:
            ask("../demo")
        assert not any(name in str(refused.value) for name in (*PACKAGED.forms, *PACKAGED.downloads))
    with pytest.raises(NotFound):
        PACKAGED.form("Demo")


def test_a_closed_form_takes_nothing_and_one_that_is_switched_off_nothing_for_now() -> None:
    with pytest.raises(FormClosed):
        OWN.form("trial")
    off = replace(OWN, forms={"trial": replace(TRIAL, state="inactive")})
    with pytest.raises(NotAllowed) as refused:
        off.form("trial")
    assert refused.value.code == "FORM_INACTIVE"
    assert replace(OWN, forms={"trial": replace(TRIAL, state="open")}).form("trial").label == "Try it"


def test_a_download_says_what_it_is_and_what_it_is_about() -> None:
    assert PRICES.says == {"asset": "prices", "asset_label": "Price list", "kind": "prices", "product": "pump"}
    assert Asset("guide", "guide.pdf", "guide.pdf").says == {"asset": "guide"}

"""Which mails visitors are promised, and that their text is the same for everybody, in every language."""

import re
import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbell.brand import NO_BRAND, Brand
from leadbell.errors import InvalidFact, InvalidSubmission
from leadbell.events import Fact, Trust
from leadbell.identity import folded, mailbox_id
from leadbell.keyed import Keyring
from leadbell.outbox.visitor_mails import Kind, compose_visitor_mail, mails_to
from leadbell.translations import LANGUAGES, catalogue

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LINK = "https://api.example.com/confirm/abc"


def signup(days: float = 0, name: str = "f", *, undecided: bool = True, **fields: str) -> Fact:
    at = NOON + timedelta(days=days)
    said = {"email": "eva@acme.example", "mail": "confirm", **fields}
    return Fact(f"{name}{days}", "newsletter.requested", at, at, Trust.SUBMITTED, said, undecided)


def sks(*facts: Fact, is_subscribed: bool = False) -> list[str]:
    return [mail.sk for mail in mails_to(facts, is_subscribed=is_subscribed, pauses={})]


def test_a_signup_is_asked_to_confirm_under_its_own_key() -> None:
    assert sks(signup()) == ["MAIL#confirm-f0"]
    assert sks(signup(undecided=False)) == []


def test_of_several_signups_on_a_day_the_first_is_asked() -> None:
    assert sks(signup(0.1), signup(0), signup(0.2), signup(1)) == ["MAIL#confirm-f0", "MAIL#confirm-f1"]


def test_a_day_on_which_they_were_asked_before_asks_nobody_again() -> None:
    assert sks(signup(0, undecided=False), signup(0.3), signup(1)) == ["MAIL#confirm-f1"]


def test_who_is_on_the_list_is_not_asked_but_hears_that_a_message_came() -> None:
    message = signup(0.1, mail="got_it")
    assert sks(signup(), message, is_subscribed=True) == ["MAIL#got_it-f0.1"]


def test_each_file_that_somebody_asks_for_is_a_mail_of_its_own() -> None:
    said = {"email": "eva@acme.example", "mail": "guide"}
    asked = [
        Fact(name, "guide.requested", NOON, NOON, Trust.SUBMITTED, {**said, "asset": name}, True)
        for name in ("prices", "faq")
    ]
    assert [(mail.sk, mail.asset) for mail in mails_to(asked, is_subscribed=True, pauses={})] == [
        ("MAIL#guide-faq", "faq"), ("MAIL#guide-prices", "prices")
    ]  # fmt: skip


def test_a_machine_is_not_mailed_and_a_fact_without_an_address_cannot_be() -> None:
    machine = Fact("m", "form.submitted", NOON, NOON, Trust.MACHINE, {"mail": "got_it", "email": "a@b.example"}, True)
    assert sks(machine, signup(email="")) == []


def test_a_mail_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(InvalidFact, match="asks for no known mail; mails: confirm, got_it"):
        sks(signup(mail="poem"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_the_link_is_all_that_differs(kind: Kind, language: str) -> None:
    mail = compose_visitor_mail(kind, language, LINK, NO_BRAND)
    told = catalogue(language)["mails"][f"{kind}_body"]
    assert [name for _, name, _, _ in string.Formatter().parse(told) if name] == ["link"]
    assert mail.body.replace(LINK, "{link}") == f"{told}\n"
    assert re.findall(r"https?://\S+", mail.body) == [LINK]
    assert len(mail.subject) < 60
    assert mail.subject.isprintable()


@pytest.mark.parametrize(("said", "language"), [("sv", "sv"), ("tlh", "en"), ("../de", "en"), ("", "en")])
def test_a_mail_is_in_the_language_that_its_fact_says_or_in_english(said: str, language: str) -> None:
    (mail,) = mails_to([signup(mail_language=said)], is_subscribed=False, pauses={})
    assert mail.language == language


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("A.Nna+news@gmail.com", "anna@gmail.com"),
        ("anna@GoogleMail.com", "anna@gmail.com"),
        ("o.la+a+b@acme.example", "ola@acme.example"),
        (" ola@acme.example ", "ola@acme.example"),
        ("ola@other.example", "ola@other.example"),
        ("+news@acme.example", "+news@acme.example"),
        ("anna@\uff47mail\u3002com", "anna@gmail.com"),  # a wide g, a Chinese full stop
        ("ola@b\u00fccher.example", "ola@xn--bcher-kva.example"),
    ],
)
def test_the_spellings_of_a_mailbox_fold_to_one(address: str, mailbox: str) -> None:
    assert folded(address) == mailbox
    assert mailbox_id(Keyring.of(b"a secret"), address) == mailbox_id(Keyring.of(b"a secret"), mailbox)
    assert mailbox_id(Keyring.of(b"a secret"), address) != mailbox_id(Keyring.of(b"another salt"), address)
    assert "@" not in mailbox_id(Keyring.of(b"a secret"), address)


@given(st.emails())
def test_folding_twice_is_folding_once(address: str) -> None:
    try:
        once = folded(address)
    except InvalidSubmission:
        return
    assert folded(once) == once


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_a_mail_ends_with_whose_it_is(kind: Kind, language: str) -> None:
    brand = Brand(
        "Acme AB", "https://www.acme.example", "https://acme.example/logo.svg", "https://acme.example/privacy"
    )
    plain, mail = (compose_visitor_mail(kind, language, LINK, each) for each in (NO_BRAND, brand))
    privacy = catalogue(language)["words"]["privacy"]
    below = f"\n-- \nAcme AB\nhttps://www.acme.example\n{privacy}: https://acme.example/privacy\n"
    assert (mail.subject, mail.body) == (plain.subject, plain.body + below)

"""Several mails that go out as one keep their own words and numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbell.outbox.blocks import SalesMail
from leadbell.outbox.mail import MAX_SUBJECT, MailState
from leadbell.outbox.sales_delivery import DIGEST_LIMIT, digest
from leadbell.outbox.sales_outbox import Letter, is_letter, key_of
from tests.unit.facts import DAY_0


def letter(number: int) -> Letter:
    return Letter(
        f"CONTACT#c_{number}",
        "ALERT#000001",
        MailState.PENDING,
        number,
        SalesMail(f"Subject {number}", (f"Body {number}",)),
        "",
        "alert",
        DAY_0,
    )


def test_one_mail_alone_goes_as_it_is() -> None:
    mail = digest([letter(7)])
    assert (mail.subject, mail.body) == ("Subject 7", "Body 7\n")


def test_several_name_every_number_and_carry_every_body() -> None:
    mail = digest([letter(7), letter(8)])
    assert mail.subject == "2 mails from your website: #7 #8"
    for words in ("Subject 7", "Body 7", "Subject 8", "Body 8"):
        assert words in mail.body


@given(st.integers(1, 10**9), st.integers(2, DIGEST_LIMIT))
def test_a_digests_subject_is_ascii_and_short_whatever_the_numbers(first: int, count: int) -> None:
    subject = digest([letter(first + number) for number in range(count)]).subject
    assert subject.isascii()
    assert len(subject) < MAX_SUBJECT
    assert f"#{first}" in subject
    assert f"#{first + count - 1}" in subject


def test_a_letters_name_leads_back_to_its_key_and_shows_no_address() -> None:
    named = letter(7)
    assert named.key == "CONTACT#c_7|ALERT#000001|7"
    assert key_of(named.key) == (named.pk, named.sk, 7)


@pytest.mark.parametrize("name", ["CONTACT#c_7|ALERT#000001", "CONTACT#c_7|ALERT#000001|", "a|b|c", "a|b|²", ""])
def test_a_name_without_a_number_is_no_mails(name: str) -> None:
    assert key_of(name)[2] == 0


def test_alerts_copies_and_mails_are_letters_and_nothing_else_is() -> None:
    assert all(is_letter(sk) for sk in ("ALERT#000001", "COPY#f1"))
    assert not any(
        is_letter(sk)
        for sk in ("EVENT#2026-03-02#f1", "MAIL#confirm-f1", "STANDING", "PROFILE", "TRANSITION#000001", "")
    )

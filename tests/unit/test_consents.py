"""What people agreed to: kept as they said it, the latest word holds, and taking back is as easy as giving."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbell.consents import (
    FIELD_OF,
    NEWSLETTER,
    PROCESSING,
    PROFILING,
    PURPOSES,
    SALES_CONTACT,
    history,
    is_objecting,
    is_subscribed,
    latest_words,
    pauses,
    said,
    words_of,
)
from leadbell.errors import InvalidFact
from leadbell.events import Fact, Trust
from tests.unit.facts import fact, form, on_day


def holds(*facts: Any) -> dict[str, bool]:
    return {purpose: word.given for purpose, word in latest_words(facts).items()}


def test_the_latest_word_by_receipt_holds() -> None:
    yes = form("contact", 1, consent_newsletter=True, consent_text="Yes.", page="/a")
    no = fact("consent.withdrawn", 2, purpose=PROCESSING, how="phone")
    again = fact("consent.given", 3, purpose=PROCESSING, how="phone")
    assert holds(no, again, yes) == {NEWSLETTER: True, PROCESSING: True}
    assert holds(form("contact", 0, consent_processing=True), no) == {PROCESSING: False}


def test_of_two_forms_the_later_answer_holds_and_the_yes_of_a_form_ends_no_proven_no() -> None:
    yes, no = form("contact", 1, consent_processing=True), form("contact", 2, consent_processing=False)
    assert holds(yes, no) == {PROCESSING: False}
    assert holds(yes, no, form("contact", 3, consent_processing=True)) == {PROCESSING: True}
    said = fact("consent.withdrawn", 2, purpose=PROCESSING, how="phone")
    assert holds(said, form("contact", 3, consent_processing=True)) == {PROCESSING: False}
    assert not is_subscribed([fact("newsletter.unsubscribed", 1), fact("newsletter.subscribed", 2)])


def test_a_word_tells_where_when_how_and_in_which_words() -> None:
    (word,) = words_of(form("contact", 1, fact_id="f", consent_newsletter=True, consent_text="Yes.", page="/a"))
    assert (word.purpose, word.given, word.at, word.how) == (NEWSLETTER, True, on_day(1), "form")
    assert (word.text, word.form, word.page, word.fact) == ("Yes.", "contact", "/a", "f")


def imported(consent_at: str, day: float) -> Any:
    proof: Any = {"consent_purpose": NEWSLETTER, "consent_text": "Yes", "consent_at": consent_at, "consent_how": "fair"}
    return fact("contact.imported", day, trust=Trust.VERIFIED, **proof)


def test_an_old_list_imported_today_does_not_undo_a_withdrawal() -> None:
    left = fact("newsletter.unsubscribed", 1)
    assert holds(left, imported("2025-05-04T00:00:00+00:00", 9)) == {NEWSLETTER: False}
    later = (on_day(5)).isoformat()
    assert holds(left, imported(later, 9)) == {NEWSLETTER: True}


def test_a_form_does_not_end_an_objection_and_its_own_word_does() -> None:
    objected = fact("profiling.objected", 1)
    ticked = form("contact", 2, consent_profiling=True)
    assert is_objecting([objected, ticked])
    assert not is_objecting([objected, ticked, fact("profiling.allowed", 3)])
    assert not is_objecting([ticked])


# ---- The no of a form ------------------------------------------------------------------------------------------------

SAID_NO = form("contact", 2, consent_profiling=False)


def test_a_no_to_profiling_in_a_form_pauses_it_and_is_no_objection() -> None:
    assert not is_objecting([SAID_NO])
    assert {purpose: word.fact for purpose, word in pauses([SAID_NO]).items()} == {PROFILING: SAID_NO.id}
    assert holds(SAID_NO) == {PROFILING: False}


@pytest.mark.parametrize("how", ["profiling.allowed", "pause.lifted", "profiling.objected"])
def test_only_a_proven_word_ends_a_pause(how: str) -> None:
    later = [form("contact", day, consent_profiling=given) for day, given in ((3, True), (4, False), (900, True))]
    assert pauses([SAID_NO, *later])[PROFILING].fact == SAID_NO.id
    ended = [SAID_NO, later[0], fact(how, 3.5, purposes=PROFILING, trust=Trust.VERIFIED)]
    assert pauses(ended) == {}
    assert is_objecting(ended) is (how == "profiling.objected")
    # What comes after it is another pause; not after an objection, which it could not end.
    assert (pauses([*ended, *later]) == {}) is (how == "profiling.objected")


SIGNUPS = [
    fact("newsletter.subscribed", 1, trust=Trust.VERIFIED, opt_in="double"),
    fact("newsletter.subscribed", 1, opt_in="single"),
]


@pytest.mark.parametrize("signup", SIGNUPS, ids=["confirmed", "single"])
def test_a_no_to_the_newsletter_pauses_a_signup_and_undoing_it_gives_it_back(signup: Fact) -> None:
    no = form("contact", 2, consent_newsletter=False)
    assert is_subscribed([signup])
    assert not is_subscribed([signup, no])
    assert set(pauses([signup, form("contact", 1.5, consent_newsletter=True), no])) == {NEWSLETTER}
    undone = fact("pause.lifted", 3, purposes=NEWSLETTER, trust=Trust.VERIFIED)
    assert is_subscribed([signup, no, undone])
    assert latest_words([signup, no, undone])[NEWSLETTER].fact == signup.id
    # A signup by a form is no proven word; one that is confirmed is.
    assert not is_subscribed([signup, no, fact("newsletter.subscribed", 3)])
    assert is_subscribed([signup, no, fact("newsletter.subscribed", 3, trust=Trust.VERIFIED)])


def test_a_no_that_would_end_nothing_is_an_answer_and_no_pause() -> None:
    for purpose in (NEWSLETTER, PROCESSING, SALES_CONTACT):
        says: dict[bool, dict[str, Any]] = {given: {FIELD_OF[purpose]: given} for given in (True, False)}
        no = form("contact", 2, **says[False])
        assert pauses([no]) == {}
        assert pauses([form("contact", 1, **says[True]), no]) == {}
        given = fact("consent.given", 1, purpose=purpose, trust=Trust.VERIFIED)
        assert set(pauses([given, no])) == {purpose}
    assert is_subscribed([form("contact", 1, consent_newsletter=False), fact("newsletter.subscribed", 2)])


def test_who_confirms_a_signup_says_yes_to_it_and_nothing_else_that_its_form_says() -> None:
    ticks = {"consent_newsletter": False, "consent_profiling": False, "call_ok": False}
    confirmed = fact("newsletter.subscribed", 2, trust=Trust.VERIFIED, **ticks)  # type: ignore[arg-type]
    assert is_subscribed([confirmed])
    assert not is_objecting([confirmed])
    assert set(pauses([fact("consent.given", 1, purpose=SALES_CONTACT), confirmed])) == {PROFILING, SALES_CONTACT}


@given(st.permutations(range(5)))
def test_what_is_paused_knows_no_order(order: list[int]) -> None:
    facts = [
        SIGNUPS[0],
        form("contact", 2, fact_id="a", consent_newsletter=False),
        fact("pause.lifted", 3, fact_id="b", purposes=f"{NEWSLETTER} {PROFILING}"),
        form("contact", 4, fact_id="c", consent_newsletter=False, consent_profiling=False),
        form("contact", 4, fact_id="d", consent_newsletter=True),
    ]
    assert {purpose: word.fact for purpose, word in pauses([facts[place] for place in order]).items()} == {
        NEWSLETTER: "c",
        PROFILING: "c",
    }


def test_a_yes_by_the_way_does_not_end_an_objection_even_where_it_is_proven() -> None:
    listed = imported((on_day(2)).isoformat(), 3)
    agreed = replace(listed, fields={**listed.fields, "consent_purpose": PROFILING})
    assert is_objecting([fact("profiling.objected", 1), agreed])
    assert holds(fact("profiling.objected", 1), agreed) == {PROFILING: False}


def test_a_machine_says_nothing() -> None:
    assert words_of(fact("profiling.objected", 1, trust=Trust.MACHINE)) == []


def test_a_tick_in_another_form_is_no_signup_but_a_no_ends_one() -> None:
    ticked = form("contact", 1, consent_newsletter=True)
    signup = fact("newsletter.subscribed", 2)
    assert not is_subscribed([ticked])
    assert is_subscribed([ticked, signup])
    assert not is_subscribed([signup, form("contact", 3, consent_newsletter=False)])
    assert not is_subscribed([signup, fact("newsletter.unsubscribed", 3)])


def test_a_signup_that_nobody_confirmed_holds_nothing() -> None:
    asked = fact("newsletter.requested", 1, consent_profiling=False, consent_newsletter=True)
    assert latest_words([asked]) == {}
    assert not is_objecting([asked])
    assert len(history([asked])) == 2


# ---- Said elsewhere --------------------------------------------------------------------------------------------------


def word(purpose: str, given: bool, day: float) -> Fact:
    type_, fields = said(purpose, given=given, how="phone", by="ann", text="Words")
    return replace(fact(type_, day), fields=fields)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_taking_back_is_as_easy_as_giving(purpose: str) -> None:
    facts = [word(purpose, True, 1), word(purpose, False, 2)]
    words = history(facts)
    assert [(word.purpose, word.given, word.how, word.by) for word in words] == [
        (purpose, True, "phone", "ann"),
        (purpose, False, "phone", "ann"),
    ]
    assert holds(*facts) == {purpose: False}
    assert holds(facts[0]) == {purpose: True}


def test_a_no_to_profiling_and_leaving_the_newsletter_have_one_fact_each() -> None:
    assert said(PROFILING, given=False, how="phone")[0] == "profiling.objected"
    assert said(NEWSLETTER, given=False, how="phone")[0] == "newsletter.unsubscribed"
    assert said(SALES_CONTACT, given=False, how="phone") == (
        "consent.withdrawn",
        {"how": "phone", "purpose": SALES_CONTACT, "call_ok": False},
    )


def test_there_is_no_other_purpose() -> None:
    with pytest.raises(InvalidFact, match="purposes: processing, newsletter, sales_contact, profiling"):
        said("cookies", given=True, how="phone")


def test_a_no_outlives_every_yes() -> None:
    for type_ in ("newsletter.unsubscribed", "profiling.objected", "consent.withdrawn"):
        assert fact(type_, 0, purpose=PROCESSING).counts_on((on_day(0) + timedelta(days=5000)).date())


def test_who_joined_the_newsletter_is_on_the_list_until_they_leave_it() -> None:
    signup, years_later = fact("newsletter.subscribed", 0), (on_day(0) + timedelta(days=5000)).date()
    assert signup.counts_on(years_later)
    assert not fact("newsletter.requested", 0).counts_on((on_day(0) + timedelta(days=30)).date())

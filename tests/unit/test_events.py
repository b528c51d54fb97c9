"""Facts: what they are, how long they count, and the digest of a set of them."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbell.errors import InvalidFact
from leadbell.events import (
    BY_FORM,
    FACT_TYPES,
    REQUESTED,
    SUBSCRIBED,
    Fact,
    distinct,
    evidence_text,
    weight_of,
    wrote_to_us,
)
from tests.unit.facts import fact, form, guide, ids


def test_a_fact_of_an_unknown_type_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(InvalidFact, match=r"unknown fact type 'form.submited'; known: form.submitted, guide.requested"):
        _ = fact("form.submited").kind


@pytest.mark.parametrize("kind", sorted(FACT_TYPES))
def test_a_fact_counts_until_the_day_its_retention_ends(kind: str) -> None:
    happened = fact(kind)
    kept = FACT_TYPES[kind].retention_days
    if kept is None:
        assert happened.counts_on(happened.day + timedelta(days=100 * 365))
    else:
        assert happened.counts_on(happened.day + timedelta(days=kept - 1))
        assert not happened.counts_on(happened.day + timedelta(days=kept))


def test_browsing_is_kept_half_a_year_and_acts_two_years() -> None:
    assert {FACT_TYPES[kind].retention_days for kind in ("pricing.viewed", "article.read", "cart.added")} == {180}
    assert {FACT_TYPES[kind].retention_days for kind in ("form.submitted", "guide.requested", "trial.started")} == {730}


def test_a_lost_doorbell_matters_for_what_people_did_on_purpose_and_not_for_browsing() -> None:
    assert fact("form.submitted").kind.matters
    assert fact("operator.stage_set").kind.matters
    assert not fact("article.read").kind.matters


def test_a_person_wrote_to_us_by_a_question_a_request_or_any_message() -> None:
    assert wrote_to_us(form("contact"))
    assert wrote_to_us(form("pricing"))
    assert wrote_to_us(fact("form.submitted", message="Do you sell in Norway?"))
    assert not wrote_to_us(fact("form.submitted"))
    assert wrote_to_us(guide(message="Can you send it on paper?"))
    assert not wrote_to_us(guide())
    for signup in (REQUESTED, SUBSCRIBED):
        assert wrote_to_us(fact(signup, message="And do you sell in Norway?"))
        assert not wrote_to_us(fact(signup))
    assert not wrote_to_us(
        fact(SUBSCRIBED, message="And do you sell in Norway?", request="the signup that it came with")
    )


@pytest.mark.parametrize("kind", BY_FORM)
@pytest.mark.parametrize(
    ("copy", "means", "message", "is_heard"),
    [
        ("", "", "", False),
        ("", "", "Hello?", True),
        ("", "question", "", True),
        ("every", "", "", True),
        ("never", "", "Hello?", False),
        ("never", "question", "", True),
        ("never", "request", "", True),
    ],
)
def test_a_form_may_make_every_submission_heard_or_none_but_no_question(
    kind: str, copy: str, means: str, message: str, is_heard: bool
) -> None:
    assert wrote_to_us(fact(kind, form="own", copy=copy, means=means, message=message)) is is_heard


def test_each_fact_is_there_once_in_the_order_in_which_it_happened() -> None:
    first, second, third = fact("article.read", 1), fact("guide.requested", 2), fact("form.submitted", 2.5)
    assert ids(distinct([third, first, second, first, third])) == ids([first, second, third])


def test_facts_of_one_moment_are_ordered_by_their_ids() -> None:
    twins = [fact("article.read", fact_id=name) for name in ("b", "a", "c")]
    assert ids(distinct(twins)) == ["a", "b", "c"]


names = st.lists(st.text(max_size=8), max_size=12)


def evidence_of(facts: list[Fact]) -> str:
    return evidence_text(weight_of(distinct(facts)))


@given(names, st.randoms())
def test_evidence_knows_no_order_and_no_duplicates(fact_ids: list[str], chance: Random) -> None:
    facts = [fact("article.read", fact_id=fact_id or "empty") for fact_id in fact_ids]
    again = [*facts, *facts[: len(facts) // 2]]
    chance.shuffle(again)
    assert evidence_of(again) == evidence_of(facts)


@given(names, st.text(min_size=1, max_size=8))
def test_one_more_fact_is_other_evidence(fact_ids: list[str], more: str) -> None:
    facts = [fact("article.read", fact_id=fact_id) for fact_id in fact_ids if fact_id and fact_id != more]
    assert evidence_of([*facts, fact("article.read", fact_id=more)]) != evidence_of(facts)


@given(st.sets(st.text(min_size=1, max_size=8), max_size=12), st.data())
def test_evidence_of_two_parts_adds_up_to_that_of_the_whole(fact_ids: set[str], data: st.DataObject) -> None:
    facts = [fact("article.read", fact_id=fact_id) for fact_id in sorted(fact_ids)]
    cut = data.draw(st.integers(0, len(facts)))
    assert evidence_text(weight_of(facts[:cut]) + weight_of(facts[cut:])) == evidence_of(facts)


def test_evidence_is_thirty_two_hex_digits_whatever_it_stands_for() -> None:
    assert evidence_of([]) == "0" * 32
    assert len(evidence_of([form("demo"), guide()])) == 32

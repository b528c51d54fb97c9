"""What is known about somebody, and where from."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbell.events import Fact, Trust, distinct
from leadbell.profile import Profile, profile_of
from tests.unit.facts import DAY_0, VP, fact, form, guide, on_day


def known(*facts: object) -> Profile:
    return profile_of(distinct(facts))  # type: ignore[arg-type]


def test_the_newest_word_wins_whatever_order_facts_arrive_in() -> None:
    older, newer = guide(0, company="Acme AB"), guide(5, company="Bolt AB")
    assert known(newer, older).get("company") == "Bolt AB"
    assert known(newer, older).known["company"].at == on_day(5)
    assert known(newer, older).known["company"].source == newer.id


def test_an_empty_value_never_overwrites_anything() -> None:
    assert known(guide(0, company="Acme AB"), guide(5, company="")).get("company") == "Acme AB"
    assert known(guide(0)).get("company") is None
    assert known(guide(0)).text("company") == ""


def test_no_and_nought_are_values() -> None:
    told = known(guide(0, call_ok=True, employees=5), guide(1, call_ok=False, employees=0))
    assert told.values() == {"call_ok": False, "employees": 0}


def test_what_a_browser_says_never_replaces_what_a_person_told_us() -> None:
    told = guide(0, country="SE")
    guessed = fact("article.read", 9, trust=Trust.BROWSER, country="PT")
    assert known(told, guessed).get("country") == "SE"
    assert known(guessed).get("country") == "PT"
    assert known(fact("article.read", -9, trust=Trust.BROWSER, country="PT"), told).get("country") == "SE"


PROVEN = [
    fact("trial.started", 0, trust=Trust.VERIFIED, company="Acme AB"),
    *(
        fact(type_, 0, trust=trust, company="Acme AB")
        for type_ in ("contact.imported", "contact.added", "operator.stage_set", "sales.accepted")
        # Of whatever trust an earlier release stored it with.
        for trust in (Trust.VERIFIED, Trust.SUBMITTED, Trust.BROWSER)
    ),
]


@pytest.mark.parametrize("proven", PROVEN, ids=lambda each: f"{each.type} {each.trust.name}")
def test_a_form_never_replaces_what_is_proven_and_fills_what_is_unknown(proven: Fact) -> None:
    for day in (-1, 1):
        told = known(proven, guide(day, company="Rival", country="KP"))
        assert (told.get("company"), told.get("country")) == ("Acme AB", "KP")
        assert (told.known["company"].is_proven, told.known["country"].is_proven) == (True, False)


def test_no_form_says_in_other_words_what_is_proven() -> None:
    imported = fact("contact.imported", 0, phone="070-555 01 10", employees=250)
    told = known(imported, guide(1, phone="+46 8 1", phone_e164="+4681", company_size="1-9", employees=5))
    assert told.values() == {"phone": "070-555 01 10", "employees": 250}


def test_of_two_proven_words_the_newer_holds() -> None:
    older, newer = (fact("contact.imported", day, company=f"Acme {day}") for day in (0, 1))
    assert known(newer, older).get("company") == "Acme 1"


def test_a_signup_that_its_owner_confirmed_proves_the_address_and_nothing_else() -> None:
    said: dict[str, Any] = {"email": "eva@acme.example", "job_title": "Student", "opt_in": "double"}
    confirmed = fact("newsletter.subscribed", 1, trust=Trust.VERIFIED, **said)
    told = known(confirmed, guide(0, job_title="VP"))
    assert told.known["email"].is_proven and told.known["mail_kind"].is_proven
    assert not told.known["job_title"].is_proven
    assert known(confirmed, guide(2, job_title="VP")).get("job_title") == "VP"


def test_the_kind_of_mail_follows_the_newest_address() -> None:
    assert known(guide(0, email="eva@GMAIL.com")).get("mail_kind") == "free"
    assert known(guide(0, email="eva@gmail.com"), guide(1, email="eva@acme.example")).get("mail_kind") == "business"
    assert known(guide(0, mail_kind="business")).get("mail_kind") is None


def test_the_first_and_the_latest_place_somebody_came_from_are_kept() -> None:
    visits = [guide(day, utm_source=source) for day, source in ((0, "ad"), (3, "newsletter"), (9, "search"))]
    profile = known(*reversed(visits))
    assert profile.first_touch is not None and profile.first_touch.fields == {"utm_source": "ad"}
    assert profile.latest_touch is not None and profile.latest_touch.fields == {"utm_source": "search"}
    assert profile.latest_touch.at == on_day(9)


def test_a_direct_visit_says_nothing_about_where_somebody_came_from() -> None:
    profile = known(guide(0, utm_source="ad"), guide(5))
    assert profile.latest_touch == profile.first_touch
    assert known(guide(0)).first_touch is None


def test_a_machine_says_nothing_about_anybody() -> None:
    opened = fact("guide.opened", trust=Trust.MACHINE, country="SE", employees=250)
    assert known(opened).values() == {}
    assert known(guide(-1, country="NO"), opened).values() == {"country": "NO"}


def test_a_machine_comes_from_nowhere() -> None:
    assert known(fact("article.read", trust=Trust.MACHINE, utm_source="scanner")).first_touch is None


def test_what_we_have_no_name_for_is_no_attribute() -> None:
    assert known(form("contact", x_shoe_size="44", message="hello")).values() == {}


@given(st.permutations(range(4)))
def test_a_profile_knows_no_order(order: list[int]) -> None:
    facts = [
        guide(0, fact_id="a", **VP),
        fact("article.read", 1, fact_id="b", trust=Trust.BROWSER, country="PT", utm_source="ad"),
        guide(1, fact_id="c", company="Bolt AB", utm_source="mail"),
        fact("article.read", at=DAY_0 + timedelta(days=1), fact_id="d", trust=Trust.MACHINE, referrer="x"),
    ]
    assert known(*(facts[place] for place in order)) == known(*facts)


@given(st.randoms())
def test_facts_of_one_moment_settle_by_their_ids(chance: Random) -> None:
    twins = [guide(0, fact_id=name, company=name) for name in ("a", "b", "c")]
    chance.shuffle(twins)
    assert known(*twins).get("company") == "c"

"""Who works for the same company, as far as addresses tell."""

from datetime import timedelta

import pytest

from leadbell.companies import Company, candidates, is_company, with_company
from leadbell.profile import profile_of
from tests.unit.facts import DAY_0, VP, fact

RIVAL = Company("rival.example", "competitor", "", DAY_0)


@pytest.mark.parametrize("domain", ["acme.example", "eu.acme.example", "uni-pumps.example", "education.example"])
def test_a_domain_of_its_own_is_a_company(domain: str) -> None:
    assert is_company(domain)


@pytest.mark.parametrize(
    "domain",
    ["gmail.com", "t-online.de", "comcast.net", "student.lu.se", "mit.edu", "unsw.edu.au", "ox.ac.uk", "univ-lille.fr"],
)
def test_free_mail_providers_and_universities_are_nobodys_company(domain: str) -> None:
    assert not is_company(domain)
    assert domain not in list(candidates(domain))


def test_a_company_is_looked_for_under_the_domain_and_the_one_above() -> None:
    assert list(candidates("eu.rival.example")) == ["eu.rival.example", "rival.example"]
    assert list(candidates("rival.example")) == ["rival.example"]
    assert list(candidates("")) == []


def test_everybody_of_a_known_company_has_its_relation_to_us() -> None:
    profile = with_company(profile_of([fact("form.submitted", email="eva@rival.example")]), RIVAL)
    assert profile.text("relation") == "competitor"
    assert profile.known["relation"].source == "domain rival.example"


def test_what_is_known_of_the_person_goes_before_what_is_known_of_the_company() -> None:
    told = profile_of([fact("contact.imported", email="eva@rival.example", relation="customer")])
    assert with_company(told, RIVAL).text("relation") == "customer"


def test_a_named_account_has_no_relation_that_speaks_against_an_alert() -> None:
    profile = profile_of([fact("form.submitted", **VP)])
    account = Company("acme.example", "account", "bo", DAY_0 + timedelta(days=1))
    assert with_company(profile, account) == with_company(profile, None) == profile

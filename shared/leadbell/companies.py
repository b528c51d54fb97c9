"""The company of a contact, as far as the domain of the address shows.

The operator sets the relation of a domain (customer, competitor, own staff, target account, a named account) and the
rep who owns it.
Free mail, internet providers, student mail and universities are never a company: two people there have nothing in
common, and no imported row can change that.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from leadbell.identity import mail_kind
from leadbell.profile import Known, Profile

ACCOUNT = "account"
TARGET = "target"
RELATIONS = ("customer", "competitor", "staff", TARGET, ACCOUNT)

# Hosts that say "university" by their name. A university whose name is like any company's is not recognised.
_UNIVERSITY = re.compile(r"(^|\.)(edu|(edu|ac)\.[a-z]{2}|(univ|universi\w*)([-.][\w-]+)*\.[a-z]{2,})$")


@dataclass(frozen=True, slots=True)
class Company:
    """What a domain is to us; `owner` is the id of a rep, or empty."""

    domain: str
    relation: str
    owner: str
    since: datetime


def is_company(domain: str) -> bool:
    """Whether people with an address of this domain can be taken for colleagues."""
    return mail_kind(domain) == "business" and not _UNIVERSITY.search(domain)


def candidates(domain: str) -> Iterator[str]:
    """The domains under which a company can be known, the closest first: `eu.acme.example`, then `acme.example`."""
    parent = domain.partition(".")[2]
    for name in (domain, parent):
        if "." in name and is_company(name):
            yield name


def with_company(profile: Profile, company: Company | None) -> Profile:
    """The profile with the company's relation to us, unless something else is proven of the person themselves.

    A named account has an owner and no relation that would prevent an alert.
    """
    if company is None or company.relation == ACCOUNT:
        return profile
    told = profile.known.get("relation")
    if told is not None and told.is_proven:
        return profile
    relation = Known(company.relation, company.since, f"domain {company.domain}", is_proven=True)
    return replace(profile, known={**profile.known, "relation": relation})

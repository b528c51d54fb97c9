"""What a field can hold at all: one of a few words, a number, yes or no, or any text. Only checking a file asks."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from functools import cache

from leadbell.companies import RELATIONS, Company, with_company
from leadbell.consents import FIELD_OF, PURPOSES
from leadbell.events import FACT_TYPES
from leadbell.own_words.industries import sectors
from leadbell.own_words.job_titles import ROLES
from leadbell.profile import Profile
from leadbell.scoring import vocabulary

NUMBERS = frozenset({"employees", "revenue_millions", "cycle"})
YES_OR_NO = frozenset(FIELD_OF.values())
# Text in which people write amounts: compared by the first number that it names.
AMOUNTS = frozenset({"budget"})
# The number that is read from a text, for whoever compares the text.
READ_FROM: Mapping[str, str] = {"company_size": "employees", "revenue": "revenue_millions"}

# What no page that reports on its visitor sends.
_WRITTEN_ALONE = frozenset({"form", "means", "asks", "copy", "message", "stage", "reason", "cycle"})


def is_own(field: str) -> bool:
    """Whether it is a form's own field: any text, in whatever words its page sends."""
    return field.startswith(vocabulary.OWN_FIELD)


@cache
def words_of(field: str) -> Collection[str] | None:
    """All that a field can hold, in lower case; None where that may be anything."""
    if field == "country":
        import pycountry

        return {country.alpha_2.lower() for country in pycountry.countries}
    known: Mapping[str, Collection[str]] = {
        "mail_kind": ("business", "free", "disposable", "student"),
        "relation": _relations(),
        "timing": ("yes", "later"),
        "role": ROLES,
        "sector": sectors(),
        "purpose": PURPOSES,
        **vocabulary.words_by_field(),
    }
    return known.get(field)


def _relations() -> Collection[str]:
    """The relations that a contact can have; a named account's alone is none of them."""
    day = datetime(2026, 1, 1, tzinfo=UTC)
    every = [(each, with_company(Profile(), Company("acme.example", each, "", day))) for each in RELATIONS]
    return [relation for relation, profile in every if "relation" in profile.known]


def never_with(event: str) -> frozenset[str]:
    """The fields that no fact of this type has."""
    return frozenset() if FACT_TYPES[event].matters else _WRITTEN_ALONE

"""A row of somebody else's file: one fact, or every reason why not."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbell.capture.imports import RowKind, Setting, column, met, read_contact, read_domain, read_suppression, row_id
from leadbell.errors import InvalidSubmission
from leadbell.events import Trust, wrote_to_us
from leadbell.keyed import Keyring

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ABOUT = Setting(Keyring.of(b"a secret for tests"), "SE", frozenset({"anna", "bo"}), NOW)
PROOF = {
    "consent_purpose": "newsletter",
    "consent_text": "Yes, mail me.",
    "consent_at": "2025-05-04",
    "consent_how": "web form",
}


def reasons(**row: str) -> list[str]:
    """The codes of what is wrong with a row of a person."""
    with pytest.raises(InvalidSubmission) as refused:
        read_contact(row, ABOUT)
    return [problem.code for problem in refused.value.problems]


def test_a_row_is_a_verified_fact_of_what_its_cells_say() -> None:
    row = {
        "email": "Eva@Acme.example",
        "name": "Eva Ek",
        "company_size": "50-200",
        "country": "Sweden",
        "owner": "anna",
    }
    person = read_contact({**row, "stage": "Customer", "job_title": "", "utm_source": "old CRM"}, ABOUT)
    assert person.fact.type == "contact.imported"
    assert person.fact.trust is Trust.VERIFIED
    assert person.fact.happened_at == person.fact.received_at == NOW
    assert person.fact.fields == {
        "email": "Eva@Acme.example",
        "name": "Eva Ek",
        "company_size": "50-200",
        "employees": 50,
        "country": "SE",
        "owner": "anna",
        "stage": "customer",
        "utm_source": "old CRM",
    }
    assert not wrote_to_us(person.fact)


@pytest.mark.parametrize(
    "row", [{"target_account": "Yes"}, {"relation": "target"}, {"target_account": "ja", "stage": "prospect"}]
)
def test_a_target_account_is_imported_as_one_also_as_a_prospect(row: dict[str, str]) -> None:
    fields = read_contact({"email": "lars@acme.example", **row}, ABOUT).fact.fields
    assert (fields["relation"], fields["stage"]) == ("target", row.get("stage", "lead"))
    assert "relation" not in read_contact({"email": "lars@acme.example", "target_account": "no"}, ABOUT).fact.fields


def test_without_a_stage_they_are_a_lead_and_without_an_address_a_number_will_do() -> None:
    assert read_contact({"phone": "0701740605"}, ABOUT).fact.fields["phone_e164"] == "+46701740605"
    assert read_contact({"phone": "0701740605"}, ABOUT).fact.fields["stage"] == "lead"


def test_a_row_may_say_since_when_it_is_true() -> None:
    fact = read_contact({"email": "eva@acme.example", "known_at": "2024-06-01"}, ABOUT).fact
    assert fact.happened_at == datetime(2024, 6, 1, tzinfo=UTC)
    assert fact.received_at == NOW


def test_consent_comes_with_its_whole_proof() -> None:
    fields = read_contact({"email": "eva@acme.example", **PROOF}, ABOUT).fact.fields
    assert fields["consent_purpose"] == "newsletter"
    assert fields["consent_at"] == "2025-05-04T00:00:00+00:00"
    for missing in PROOF:
        rest = {name: value for name, value in PROOF.items() if name != missing}
        assert reasons(email="eva@acme.example", **rest) == ["CONSENT_WITHOUT_PROOF"]


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        ({"name": "Eva"}, ["REQUIRED_FIELD_MISSING"]),
        ({"email": "eva@"}, ["TYPE_EMAIL"]),
        ({"phone": "12"}, ["TYPE_PHONE"]),
        ({"email": "eva@acme.example", "stage": "sql"}, ["EARNED_STAGE"]),
        ({"email": "eva@acme.example", "stage": "MQL"}, ["EARNED_STAGE"]),
        ({"email": "eva@acme.example", "stage": "iql"}, ["EARNED_STAGE"]),
        ({"email": "eva@acme.example", "stage": "prospect"}, ["UNKNOWN_STAGE"]),
        ({"email": "eva@acme.example", "stage": "warm"}, ["UNKNOWN_STAGE"]),
        ({"email": "eva@acme.example", "owner": "nobody"}, ["UNKNOWN_REP"]),
        ({"email": "eva@acme.example", "relation": "friend"}, ["UNKNOWN_RELATION"]),
        ({"email": "eva@acme.example", "country": "Atlantis"}, ["TYPE_COUNTRY"]),
        ({"email": "eva@acme.example", "company_size": "huge"}, ["TYPE_SIZE"]),
        ({"email": "eva@acme.example", "known_at": "03/02/26"}, ["TYPE_TIME"]),
        ({"email": "eva@acme.example", "known_at": "2026-03-03"}, ["FUTURE"]),
        ({"email": "eva@acme.example", **PROOF, "consent_text": "I agree. " * 400}, ["INPUT_TOO_LARGE"]),
        ({"email": "eva@", "stage": "sql", "owner": "nobody"}, ["EARNED_STAGE", "UNKNOWN_REP", "TYPE_EMAIL"]),
    ],
)
def test_a_row_is_refused_with_all_its_problems(row: dict[str, str], codes: list[str]) -> None:
    assert reasons(**row) == codes


def test_an_earned_stage_is_refused_with_the_way_out() -> None:
    with pytest.raises(InvalidSubmission, match="cannot be imported; write lead"):
        read_contact({"email": "eva@acme.example", "stage": "sql"}, ABOUT)


def test_what_would_make_an_sql_by_itself_is_not_imported() -> None:
    assert {column(name, RowKind.CONTACTS) for name in ("need", "budget", "authority", "timing", "message")} == {""}


def test_a_formula_is_text() -> None:
    assert read_contact({"email": "eva@acme.example", "name": "=1+1"}, ABOUT).fact.fields["name"] == "=1+1"


words = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)


@given(st.dictionaries(words, words, max_size=5), st.randoms())
def test_the_order_of_columns_changes_no_id_and_another_word_always_does(cells: dict[str, str], chance: object) -> None:
    assert row_id("c_1", cells) == row_id("c_1", dict(reversed(cells.items())))
    assert row_id("c_1", cells) != row_id("c_2", cells)
    assert row_id("c_1", cells) != row_id("c_1", {**cells, "another": "word"})


def test_the_same_row_a_year_later_is_the_same_fact() -> None:
    row = {"email": "eva@acme.example", "name": "Eva"}
    later = Setting(ABOUT.keys, "SE", ABOUT.reps, NOW.replace(year=2027))
    assert read_contact(row, ABOUT).fact.id == read_contact(row, later).fact.id


@pytest.mark.parametrize(
    ("header", "ours"),
    [
        ("E-Mail", "email"),
        ("Work Email", "email"),
        (" Job Title ", "job_title"),
        ("Company Size", "company_size"),
        ("Lifecycle Stage", "stage"),
        ("Contact owner", "owner"),
        ("Lead Source", "utm_source"),
        ("Consent Date", "consent_at"),
        ("Shoe size", ""),
    ],
)
def test_usual_names_of_columns_are_found(header: str, ours: str) -> None:
    assert column(header, RowKind.CONTACTS) == ours


def test_a_column_means_what_its_kind_of_file_is_about() -> None:
    assert column("Website", RowKind.DOMAINS) == "domain"
    assert column("Website", RowKind.CONTACTS) == "website"
    assert column("Name", RowKind.SUPPRESSIONS) == ""


def test_a_domain_is_read_from_whatever_names_it() -> None:
    for given_as in ("rival.example", "https://www.rival.example/prices", "info@RIVAL.example"):
        company = read_domain({"domain": given_as, "relation": "competitor"}, ABOUT)
        assert (company.domain, company.relation, company.owner) == ("rival.example", "competitor", "")
    assert read_domain({"domain": "acme.example", "owner": "bo"}, ABOUT).relation == "account"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"relation": "customer"}, "TYPE_DOMAIN"),
        ({"domain": "no domain", "relation": "customer"}, "TYPE_DOMAIN"),
        ({"domain": "gmail.com", "relation": "customer"}, "NO_COMPANY"),
        ({"domain": "mit.edu", "owner": "bo"}, "NO_COMPANY"),
        ({"domain": "acme.example"}, "REQUIRED_FIELD_MISSING"),
        ({"domain": "acme.example", "relation": "friend"}, "UNKNOWN_RELATION"),
        ({"domain": "acme.example", "owner": "nobody"}, "UNKNOWN_REP"),
    ],
)
def test_a_domain_that_says_nothing_of_use_is_refused(row: dict[str, str], code: str) -> None:
    with pytest.raises(InvalidSubmission) as refused:
        read_domain(row, ABOUT)
    assert [problem.code for problem in refused.value.problems] == [code]


def test_a_suppressed_address_is_known_by_its_normal_form_and_shown_by_none() -> None:
    first, _ = read_suppression({"email": "Eva@Acme.example"}, ABOUT)
    assert (first, "asked us to stop") == read_suppression(
        {"email": "eva@acme.example", "reason": "asked us to stop"}, ABOUT
    )
    assert "acme" not in first
    with pytest.raises(InvalidSubmission):
        read_suppression({"email": "eva"}, ABOUT)


def test_a_lead_met_elsewhere_asks_as_a_form_does() -> None:
    fact = met([("email", "eva@acme.example")], "fair", "demo", ABOUT).fact
    assert (fact.means, fact.fields["asks"], fact.fields["utm_source"]) == ("request", "demo", "fair")
    assert wrote_to_us(fact)
    assert met([("email", "eva@acme.example")], "fair", "question", ABOUT).fact.means == "question"
    assert not wrote_to_us(met([("email", "eva@acme.example"), ("note", "tall")], "fair", "", ABOUT).fact)


@pytest.mark.parametrize(
    ("name", "typed", "code"),
    [
        ("country", "Swedn", "TYPE_COUNTRY"),
        ("country", "XX", "TYPE_COUNTRY"),
        ("phone", "abc", "TYPE_PHONE"),
        ("phone", "+46701", "TYPE_PHONE"),
        ("phone", "+999123456789", "TYPE_PHONE"),
        ("phone", "99", "TYPE_PHONE"),
    ],
)
@pytest.mark.parametrize("country", ["", "SE"])
def test_what_a_person_typed_and_nobody_can_use_is_refused(name: str, typed: str, code: str, country: str) -> None:
    about = Setting(ABOUT.keys, country, ABOUT.reps, NOW)
    with pytest.raises(InvalidSubmission) as refused:
        met([("email", "eva@acme.example"), (name, typed)], "fair", "", about)
    assert [problem.code for problem in refused.value.problems] == [code]
    assert typed not in str(refused.value)


def test_a_number_or_country_that_can_be_used_is_taken() -> None:
    nowhere = Setting(ABOUT.keys, "", ABOUT.reps, NOW)
    assert met([("email", "eva@acme.example"), ("phone", "070-174 06 05")], "", "", nowhere).fact.fields["phone"]
    assert met([("email", "eva@acme.example"), ("country", "Norge")], "", "", ABOUT).fact.fields["country"] == "NO"
    assert "phone_e164" in met([("phone", "070-174 06 05")], "", "", ABOUT).fact.fields


def test_the_same_said_twice_on_one_day_is_one_fact() -> None:
    tomorrow = Setting(ABOUT.keys, "SE", ABOUT.reps, NOW.replace(day=3))
    evening = Setting(ABOUT.keys, "SE", ABOUT.reps, NOW.replace(hour=18))
    ids = [met([("email", "eva@acme.example")], "phone", "demo", about).fact.id for about in (ABOUT, evening, tomorrow)]
    assert ids[0] == ids[1] != ids[2]

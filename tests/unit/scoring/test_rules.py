"""What a marketer may write, and what is refused with its place and its fix."""

from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbell.capture.field_reading import read_submission
from leadbell.capture.imports import Setting, met, read_contact
from leadbell.errors import InvalidModel
from leadbell.events import Value
from leadbell.field_names import OURS
from leadbell.forms.config import FORMS
from leadbell.keyed import Keyring
from leadbell.lifecycle.dispositions import Disposition
from leadbell.scoring.buying_signals import as_forms_mean_it
from leadbell.scoring.conditions import compile_where
from leadbell.scoring.rules import Model, default_model, read_model
from leadbell.scoring.vocabulary import FACT_FIELDS
from leadbell.web.bodies import Body

DEFAULT = files("leadbell").joinpath("data/model.yaml").read_text(encoding="utf-8")
STAFF = "{relation: staff}"


def edited(old: str, new: str) -> str:
    assert old in DEFAULT, f"the default model does not say {old!r} any more"
    return DEFAULT.replace(old, new)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "product_act_days: 90",
            "product_act_day: 90",
            ['unknown key "product_act_day"; did you mean "product_act_days"?'],
        ),
        ("cap: 20, fades", "kap: 20, fades", ['interest.groups.reading: unknown key "kap"; did you mean "cap"?']),
        (
            "event: article.read, points",
            "event: artcle.read, points",
            ['there is no event "artcle.read"; did you mean "article.read"?'],
        ),
        ("{event: trial.started}", "{event: trial.begun}", ['there is no event "trial.begun"']),
        (
            "points: 10, group: reading",
            "points: 10, group: reeding",
            ["(id article)", 'there is no group "reeding"; did you mean "reading"?'],
        ),
        ("id: long-stay", "id: article", ['the rule id "article" is used twice']),
        ("id: free-mail", "id: article", ['the rule id "article" is used twice']),
        (STAFF, "{relation: {is: staff}}", ["`relation`: unknown operator `is`; use one of equals, in"]),
        (STAFF, "{relation: {regex: '('}}", ["where.relation (id own-staff)", "a ( that is not closed; add )"]),
        (
            STAFF,
            "{relation: {regex: 'a{99999999999999}'}}",
            ["where.relation (id own-staff): this expression is too large; shorten it"],
        ),
        (STAFF, "{relation: {regex: '" + "(" * 3000 + ")" * 3000 + "'}}", ["6,000 characters; shorten it to 5,000"]),
        (STAFF, "{relation: {regex: '" + "(" * 400 + ")" * 400 + "'}}", ["this expression is too large; shorten it"]),
        (STAFF, "{employees: {at_least: many}}", ["`employees: at_least`"]),
        (STAFF, "{employees: {at_least: .inf}}", ["`employees: at_least`: needs a number"]),
        (STAFF, "{employees: {at_most: .nan}}", ["`employees: at_most`: needs a number"]),
        (STAFF, "{relation: {exists: 1}}", ["`relation: exists` needs true or false"]),
        (STAFF, "{relation: {in: 5}}", ["`relation: in`"]),
        (STAFF, "{all: {relation: staff}}", ["`all` needs a list of conditions"]),
        (STAFF, "{}", ["vetoes[2].where (id own-staff): this is empty; write at least one"]),
        (STAFF, "{relation: {}}", ["`relation` has no value", "write `relation: {exists: true}`"]),
        (STAFF, "{relation: null}", ["`relation` has no value"]),
        (STAFF, "{relation: {equals: {a: b}}}", ["`relation: equals`: needs a plain value"]),
        (STAFF, "{all: [staff]}", ["this is not a condition; write it as `field: value`"]),
        (STAFF, "{not: staff}", ["this is not a condition; write it as `field: value`"]),
        (STAFF, "{not: {}}", ["`not` contains an empty condition, which would match every contact"]),
        (STAFF, "{contry: SE}", ['a contact has no attribute "contry"; did you mean "country"?']),
        (STAFF, "{not: {any: [{contry: SE}]}}", ['a contact has no attribute "contry"']),
        (STAFF, "{country: UK}", ['"UK" is not a country code; write GB']),
        (STAFF, "{country: [SE, Norway]}", ['"Norway" is not a country code; write NO']),
        (STAFF, "{country: Narnia}", ['"Narnia" is not a country code; write two letters, such as SE']),
        ("leave_fit: 40", "leave_fit: 60", ["`leave_fit` must not be above `fit`"]),
        ("leave_fit: 40", "leave_fit: 400", ["400 is too large; write at most 100"]),
        (STAFF, "{any: []}", ["`any` needs a list of conditions"]),
        (STAFF, "{1: staff}", ['vetoes[2].where (id own-staff): unknown key "1"; put it in quotes']),
        (
            "points: 40, max_count: 1, group: acts}",
            "points: 400, group: acts}",
            ["points (id trial): 400 is too large; write at most 100"],
        ),
        ("at_most: 2", "at_most: 0", ["at_most (id guide): 0 is too small; write at least 1"]),
        ("{halves_every_days: 90}", "{halves_every_days: 0}", ["halves_every_days: 0 is too small; write at least 1"]),
        ("{halves_every_days: 90}", "{percent: 10}", ["`percent` and `every_days` go together"]),
        ("{halves_every_days: 90}", "{after_days: 9, halves_every_days: 9}", ["write one of `halves_every_days`"]),
        ("{halves_every_days: 90}", "{}", ["write one of `halves_every_days`"]),
        ("{halves_every_days: 90}", "soon", ["interest.groups.acts.fades"]),
        ("known_enough: 3", "known_enough: 5", ["grades.known_enough"]),
        ("{A: 70, B: 50, C: 25}", "{A: 70, E: 50}", ["grades.fit: unknown key \"E\"; use one of 'A', 'B' or 'C'"]),
        ("{A: 70, B: 50, C: 25}", "{A: 70, B: 50}", ["`fit` needs A, B, C with decreasing numbers"]),
        ("{A: 70, B: 50, C: 25}", "{A: 25, B: 50, C: 70}", ["`fit` needs A, B, C with decreasing numbers"]),
        ("personas:", "personas: []\nother:", ["personas: this is empty; write at least one"]),
        ("request_days: 90\n", "", ['line 1: "request_days" is missing']),
        ("review_by: 2027-11-01", "review_by: next year", ["agreement.review_by"]),
        (
            "event: article.read, points",
            "event: article.read, where: {pagge: /x}, points",
            ["interest.rules[0].where.pagge (id article)", 'no fact has a field "pagge"; did you mean "page"?'],
        ),
        (
            "event: article.read, points",
            "event: article.read, where: {topic: x}, points",
            ['no fact has a field "topic"; write a field of your own form as x_topic'],
        ),
        (
            "event: article.read, points",
            "event: article.read, where: {mail_kind: free}, points",
            ['no fact has a field "mail_kind"'],
        ),
        (
            "event: article.read, points",
            "event: article.read, where: {not: {any: [{utm_sorce: x}]}}, points",
            ['no fact has a field "utm_sorce"; did you mean "utm_source"?'],
        ),
        ("{event: trial.started}", "{event: trial.started, where: {x_: 1}}", ['no fact has a field "x_"']),
        (
            "{event: trial.started}",
            "{event: trial.started, where: {country: Norway}}",
            ['product_acts[4].where.country: "Norway" is not a country code; write NO'],
        ),
        (
            "event: article.read, points",
            "event: article.read, trust: submited, points",
            ["trust (id article): \"submited\" is not valid; use one of 'browser', 'submitted' or 'verified'"],
        ),
        (
            "event: article.read, points",
            "event: article.read, trust: machine, points",
            ['trust (id article): "machine" is not valid'],
        ),
        (
            "&request {any: [{means: request}",
            "&request {any: [{means: requests}",
            ['(id request): `means` is never "requests"; did you mean "request"?'],
        ),
        (
            "&request {any: [{means: request}",
            "&request {any: [{asks: [demo, prise]}",
            ['`asks` is never "prise"; did you mean "price"?'],
        ),
        ("&question {means: question,", "&question {form: kontact,", ['there is no form "kontact"; did you mean']),
        (
            "  - {event: contact.added, where: *request}\nrequest_days",
            "  - {event: cart.added}\nrequest_days",
            ["requests[4].event: cart.added is not written by a person; use one of form.submitted, contact.added"],
        ),
        (
            "  - {event: contact.added, where: *request}\nrequest_days",
            "  - {event: contact.aded, where: *request}\nrequest_days",
            ['requests[4].event: there is no event "contact.aded"; did you mean "contact.added"?'],
        ),
        (
            "  - {event: contact.added, where: {means: question}}\n\n",
            "  - {event: contact.added, were: {means: question}}\n\n",
            ['questions[1]: unknown key "were"; did you mean "where"?'],
        ),
        ("requests:\n", "requests: []\nother:\n", ["requests: this is empty; write at least one"]),
        ("budget: yes,", "budgt: yes,", ['bant: unknown key "budgt"; did you mean "budget"?']),
        ("budget: yes,", "budget: true,", ['bant.budget: answers are text; write yes, or "true" in quotes']),
        ("budget: yes,", "budget: {at_least: 5},", ["bant.budget: answers are text"]),
        ("budget: yes,", "budget: {exists: false},", ["bant.budget: answers are text, and a missing one"]),
        ("budget: yes,", "budget: {is: yes},", ["bant.budget: `budget`: unknown operator `is`"]),
        ("budget: yes,", "budget: {},", ["bant.budget: `budget` has no value"]),
    ],
)
def test_a_mistake_is_refused_with_its_place(old: str, new: str, says: list[str]) -> None:
    with pytest.raises(InvalidModel) as refused:
        read_model(edited(old, new), FORMS)
    for words in says:
        assert words in str(refused.value)


@pytest.mark.parametrize("text", ["", "just words", "- a\n- list", "a: [", "a: 1\na: 2", "a:\n\t- tab", "&a [*a, *b]"])
def test_what_is_no_model_at_all_is_refused(text: str) -> None:
    with pytest.raises(InvalidModel):
        read_model(text, FORMS)


def test_every_mistake_is_named_at_once() -> None:
    text = edited("product_act_days: 90", "product_act_days: 0").replace("request_days: 90", "request_days: 0")
    with pytest.raises(InvalidModel) as refused:
        read_model(text, FORMS)
    found = [line.partition(": ")[2] for line in str(refused.value).splitlines()]
    assert found == [f"{name}: 0 is too small; write at least 1" for name in ("product_act_days", "request_days")]


def test_norway_is_a_country_and_half_past_nine_is_text() -> None:
    model = read_model(edited(STAFF, "{country: NO, region: 9:30, company: on}"), FORMS)
    where = next(veto.where for veto in model.vetoes if veto.id == "own-staff")
    assert where == {"country": "NO", "region": "9:30", "company": "on"}


def test_a_field_of_a_form_of_ones_own_can_be_named() -> None:
    model = read_model(
        edited("event: article.read, points", "event: article.read, where: {x_Thema: Energie}, points"), FORMS
    )
    assert model.interest.rules[0].where == {"x_Thema": "Energie"}


def test_every_field_that_a_door_stores_can_be_named() -> None:
    pairs = [(name, "a@acme.example" if ours == "email" else "1") for name, ours in OURS.items()]
    form = read_submission(Body(tuple(pairs)), Keyring.of(b"a secret"))
    about = Setting(Keyring.of(b"a secret"), "", (), datetime(2026, 3, 2, tzinfo=UTC))
    proof = {"consent_purpose": "newsletter", "consent_text": "yes", "consent_at": "2026-01-01", "consent_how": "fair"}
    imported = {"email": "a@acme.example", "revenue": "5 million", "company_size": "9", **proof}
    said = Disposition("deal.lost", 1, reason="competitor", competitor="Bolt", by="rui", back_on=date(2026, 9, 1))
    stored = [
        *form.fields,
        *met([("email", "a@acme.example"), ("budget", "yes")], "fair", "demo", about).fact.fields,
        *read_contact(imported, about).fact.fields,
        *said.fact(about.now).fields,
    ]
    assert len(stored) > 30
    of_the_text = {"typed", "typed_names"}  # how many fields were typed and their names: nothing to score by
    assert [name for name in stored if name not in {*FACT_FIELDS, *of_the_text} and not name.startswith("x_")] == []


def test_a_model_from_before_a_key_was_there_means_what_it_meant_then() -> None:
    plain = default_model().model_dump(mode="json")
    for key in ("requests", "questions", "bant"):
        del plain[key]
    for rule in plain["interest"]["rules"]:
        del rule["trust"]
    old = Model.model_validate(plain)
    assert (old.requests, old.bant) == (as_forms_mean_it(), default_model().bant)
    assert old.interest == default_model().interest
    assert old.questions == []  # its product acts named them


def test_a_model_means_the_same_however_it_is_spaced_and_another_number_is_another_version() -> None:
    version = default_model().version()
    assert read_model(DEFAULT.replace("\n\n", "\n\n# a remark\n"), FORMS).version() == version
    assert read_model(edited("points: 60", "points: 61"), FORMS).version() != version
    assert len(version) == 12


def test_a_model_cannot_be_changed_after_it_is_read() -> None:
    with pytest.raises(ValueError, match="frozen"):
        default_model().request_days = 1  # type: ignore[misc]


Case = tuple[dict[str, Any], dict[str, Value], bool]
CASES: list[Case] = [
    ({}, {}, True),
    ({"country": "NO"}, {"country": "no"}, True),
    ({"country": "NO"}, {"country": "SE"}, False),
    ({"country": "NO"}, {}, False),
    ({"country": ["SE", "NO"]}, {"country": "no"}, True),
    ({"country": []}, {"country": "no"}, False),
    ({"employees": {"at_least": 50}}, {"employees": 50}, True),
    ({"employees": {"at_least": 50}}, {"employees": 49}, False),
    ({"employees": {"at_most": 50}}, {"employees": 50}, True),
    ({"employees": {"at_most": 50}}, {"employees": 51}, False),
    ({"employees": {"at_least": 10, "at_most": 49}}, {"employees": 50}, False),
    ({"employees": {"at_least": 50}}, {"employees": "250"}, True),
    ({"page": {"prefix": "/Pricing"}}, {"page": "/pricing/eu"}, True),
    ({"page": {"prefix": "/pricing"}}, {"page": "/de/pricing"}, False),
    ({"page": {"contains": "pric"}}, {"page": "/de/Pricing"}, True),
    ({"job_title": {"regex": r"\bvp\b"}}, {"job_title": "The VP of things"}, True),
    ({"job_title": {"regex": r"\bvp\b"}}, {"job_title": "MVP"}, False),
    ({"means": {"exists": True}}, {"means": "request"}, True),
    ({"means": {"exists": True}}, {"means": ""}, False),
    ({"means": {"exists": False}}, {}, True),
    ({"means": {"exists": False}}, {"means": "request"}, False),
    ({"country": "SE", "employees": 3}, {"country": "SE", "employees": 3}, True),
    ({"country": "SE", "employees": 3}, {"country": "SE", "employees": 4}, False),
    ({"any": [{"country": "SE"}, {"employees": 3}]}, {"employees": 3}, True),
    ({"any": [{"country": "SE"}, {"employees": 3}]}, {"employees": 4}, False),
    ({"all": [{"country": "SE"}, {"employees": 3}]}, {"country": "SE", "employees": 3}, True),
    ({"all": [{"country": "SE"}, {"employees": 3}]}, {"country": "SE"}, False),
    ({"not": {"country": "SE"}}, {"country": "NO"}, True),
    ({"not": {"country": "SE"}}, {"country": "SE"}, False),
    ({"not": {"country": "SE"}}, {}, True),
    ({"call_ok": True}, {"call_ok": True}, True),
    ({"call_ok": True}, {"call_ok": False}, False),
]


@pytest.mark.parametrize(("where", "fields", "holds"), CASES)
def test_a_condition_holds_or_not(where: dict[str, Any], fields: dict[str, Value], holds: bool) -> None:
    assert compile_where(where)(fields) is holds


def test_a_pattern_looks_at_no_more_than_256_characters() -> None:
    holds = compile_where({"message": {"regex": "needle"}})
    assert holds({"message": "x" * 250 + "needle"})
    assert not holds({"message": "x" * 251 + "needle"})


values = st.text(max_size=5) | st.integers() | st.booleans()


@given(st.dictionaries(st.sampled_from(["country", "employees", "means"]), values), st.text(max_size=5))
def test_a_condition_and_its_opposite_never_agree(fields: dict[str, Value], wanted: str) -> None:
    for where in ({"country": wanted}, {"country": [wanted, 3]}, {"country": {"contains": wanted}}):
        assert compile_where(where)(fields) is not compile_where({"not": where})(fields)

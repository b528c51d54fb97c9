"""Worked numbers of the model file: what the real code makes of small rules."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from cli.errors import CommandError
from cli.reference.tables import code, sentence, table
from leadbell.events import Fact, Trust
from leadbell.scoring.file_values import Conditions, FactConditions
from leadbell.scoring.rules import Model, default_model
from leadbell.scoring.scoring import Derived, derive

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)

POINTS = 40
AGES = (0, 1, 15, 29, 30, 45, 59, 60, 90, 120, 240)
# How each way to fade is written, with numbers that can be compared.
WAYS: Sequence[tuple[str, Any]] = (
    ("never", "never"),
    ("{after_days: 60}", {"after_days": 60}),
    ("{percent: 25, every_days: 30}", {"percent": 25, "every_days": 30}),
    ("{halves_every_days: 30}", {"halves_every_days": 30}),
)

_REFUSED_OF_A_CONTACT: Sequence[tuple[str, Any]] = (
    ("country: Sweden", {"country": "Sweden"}),
    ("job_titel: CEO", {"job_titel": "CEO"}),
    ("country: []", {"country": []}),
    ("relation: client", {"relation": "client"}),
    ("employees: 50-1000", {"employees": "50-1000"}),
    ("employees: {at_least: 1000, at_most: 50}", {"employees": {"at_least": 1000, "at_most": 50}}),
    ("company_size: {at_least: 50}", {"company_size": {"at_least": 50}}),
    ("all: [{country: SE}, {country: NO}]", {"all": [{"country": "SE"}, {"country": "NO"}]}),
    ("employees: {more_than: 50}", {"employees": {"more_than": 50}}),
    ("employees: {at_least: many}", {"employees": {"at_least": "many"}}),
    ("country: {in: 5}", {"country": {"in": 5}}),
    ("company: {prefix: 5}", {"company": {"prefix": 5}}),
    ("job_title: {regex: '('}", {"job_title": {"regex": "("}}),
    ("job_title: {regex: 'vp(?! sales)'}", {"job_title": {"regex": "vp(?! sales)"}}),
    ('job_title: {regex: "\\b(ceo)\\b"}', {"job_title": {"regex": "\b(ceo)\b"}}),
    ("email: acme.com", {"email": "acme.com"}),
    ("company:", {"company": None}),
    ("company: {exists: yes}", {"company": {"exists": "yes"}}),
    ("any: []", {"any": []}),
    ("not: {}", {"not": {}}),
)
_REFUSED_OF_AN_EVENT: Sequence[tuple[str, Any]] = (
    ("topic: pumps", {"topic": "pumps"}),
    ("means: offer", {"means": "offer"}),
)


def worth(interest: Mapping[str, Any], happened: Sequence[tuple[str, int]], now: datetime = NOON) -> Derived:
    """What events of these types, so many days ago, are worth by these groups and rules alone."""
    model = Model.model_validate({**default_model().model_dump(), "interest": interest}).compiled()
    facts = []
    for number, (event, age) in enumerate(happened):
        at = now - timedelta(days=age, seconds=number)
        facts.append(Fact(f"{number:04d}", event, at, at, Trust.VERIFIED))
    return derive(facts, None, model, now)


def one_rule(rule: Mapping[str, Any], ages: Sequence[int]) -> Derived:
    """The same for one rule about guides, of which some were asked for."""
    whole = {"id": "example", "label": "asked for a guide", "event": "guide.requested", "group": "acts", **rule}
    interest = {"groups": {"acts": {"label": "acts"}}, "rules": [whole]}
    return worth(interest, [("guide.requested", age) for age in ages])


def fading(_: Path) -> str:
    """What is left of the points after some days, by each way to fade."""
    rows = []
    for age in AGES:
        left = (one_rule({"points": POINTS, "fades": fades}, [age]).interest for _, fades in WAYS)
        rows.append((f"{age}", *map(str, left)))
    return table(("Age in days", *(code(written) for written, _ in WAYS)), rows)


def refused_conditions(_: Path) -> str:
    """Conditions that a model file cannot hold, with the error that says so."""
    told = [(written, Conditions, where) for written, where in _REFUSED_OF_A_CONTACT]
    told += [(written, FactConditions, where) for written, where in _REFUSED_OF_AN_EVENT]
    rows = [(code(written), sentence(_refusal(kind, where))) for written, kind, where in told]
    return table(("Condition", "Error"), rows)


def _refusal(kind: Any, where: Any) -> str:
    try:
        TypeAdapter(kind).validate_python(where, context={})
    except ValidationError as error:
        return str(error.errors()[0]["ctx"]["error"])
    raise CommandError(f"{where} is a valid condition.", "Take it out of cli/reference/scoring_examples.py.")

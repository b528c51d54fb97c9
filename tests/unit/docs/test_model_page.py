"""Each example of docs/reference/model-file.md does what the page says: the real code reads, matches and counts it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from cli.reference.scoring_examples import one_rule
from leadbell.events import Fact, Trust, Value
from leadbell.forms.config import FORMS
from leadbell.qualify.stories import in_words, play
from leadbell.scoring.buying_signals import Bant
from leadbell.scoring.conditions import OPERATORS, compile_where
from leadbell.scoring.lookback import too_far_back
from leadbell.scoring.rules import Model, default_model
from leadbell.scoring.scoring import derive

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/reference/model-file.md").read_text(encoding="utf-8")
EXAMPLES: list[str] = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
PACKAGED = YAML(typ="safe", pure=True).load((ROOT / "shared/leadbell/data/model.yaml").read_text(encoding="utf-8"))


def loaded(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


def rows(*header: str) -> Iterator[list[str]]:
    """The rows of each table with this header, their cells without the marks of code."""
    line = f"| {' | '.join(header)} |\n"
    for part in PAGE.split(line)[1:]:
        for row in part.partition("\n\n")[0].splitlines()[1:]:
            yield [cell.strip().strip("`") for cell in row.strip("|").split(" | ")]


CONDITIONS = list(rows("Condition", "Known", "Matches"))
LIMITS = list(rows("Rule", "Days ago", "Reasons", "Interest"))
GRADES = list(rows("Fit", "Interest", "Known of country, size, role, industry", "Grade"))


@pytest.mark.parametrize(("condition", "known", "matches"), CONDITIONS, ids=lambda cell: str(cell))
def test_a_condition_matches_what_the_page_says(condition: str, known: str, matches: str) -> None:
    fields: Mapping[str, Value] = loaded(known)
    assert compile_where(loaded(condition))(fields) is {"yes": True, "no": False}[matches]


def operators_in(where: Any) -> Iterator[str]:
    """The operators that a condition is written with; a value or a list alone is one without a name."""
    for name, value in where.items():
        if name in ("all", "any", "not"):
            yield name
            for inner in value if isinstance(value, list) else [value]:
                yield from operators_in(inner)
        elif isinstance(value, dict):
            yield from value


def test_the_page_describes_every_operator_and_no_other() -> None:
    assert [name for name, *_ in rows("Operator", "Takes", "Matches")] == [*OPERATORS]


def test_each_operator_has_an_example() -> None:
    used = {name for condition, *_ in CONDITIONS for name in operators_in(loaded(condition))}
    assert used == {*OPERATORS, "all", "any", "not"}


def test_the_page_says_what_each_way_of_asking_does_with_the_unknown() -> None:
    unknown = {name for condition, known, _ in CONDITIONS if known == "{}" for name in operators_in(loaded(condition))}
    assert unknown >= {"not", "exists", "regex", "at_least", "at_most"}


@pytest.mark.parametrize(("rule", "ages", "reasons", "interest"), LIMITS, ids=lambda cell: str(cell))
def test_a_limit_does_what_the_page_says(rule: str, ages: str, reasons: str, interest: str) -> None:
    found = one_rule(loaded(rule), loaded(ages))
    assert [reason.points for reason in found.interest_reasons] == loaded(reasons)
    assert found.interest == int(interest)


def with_marks(fit: int, interest: int, known: int) -> str:
    """The grade of somebody with these numbers, of whom so much is known, by the page's own marks."""
    profile: dict[str, Value] = {"country": "SE", "employees": 250, "job_title": "CEO", "industry": "pumps"}
    told = {"region": "here", **dict([*profile.items()][:known])}
    points = [{"id": f"f{at}", "label": "x", "points": at, "where": {"region": "here"}} for at in _parts(fit)]
    rules = [_interest_rule(at) for at in _parts(interest)]
    plain = {
        **default_model().model_dump(mode="json"),
        **loaded(next(each for each in EXAMPLES if each.startswith("grades:"))),
        "personas": [{"id": "p", "label": "x", "problem": "x", "rules": points}],
        "interest": {"groups": {"acts": {"label": "acts"}}, "rules": rules},
    }
    at = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
    fact = Fact("f", "guide.requested", at, at, Trust.SUBMITTED, told)
    return derive([fact], None, Model.model_validate(plain).compiled(), at + timedelta(minutes=1)).grade


def _parts(points: int) -> Sequence[int]:
    return [points] if points else []


def _interest_rule(points: int) -> dict[str, Any]:
    return {"id": "i", "label": "x", "event": "guide.requested", "points": points, "group": "acts"}


@pytest.mark.parametrize(("fit", "interest", "known", "grade"), GRADES, ids=lambda cell: str(cell))
def test_a_grade_is_what_the_page_says(fit: str, interest: str, known: str, grade: str) -> None:
    assert with_marks(int(fit), int(interest), int(known)) == grade


@pytest.mark.parametrize("text", EXAMPLES, ids=lambda text: text.splitlines()[0])
def test_an_example_is_a_part_of_a_model_whose_stories_pass(text: str) -> None:
    example = loaded(text)
    model = Model.model_validate({**PACKAGED, "stories": [], **example}, context={"forms": FORMS})
    assert [in_words(each) for each in play(model.stories, model.compiled())] == []
    assert too_far_back(model) == []


def test_each_key_of_the_file_has_an_example() -> None:
    shown = {key for text in EXAMPLES for key in loaded(text)}
    assert shown == Model.model_fields.keys()


def test_each_key_of_a_rule_of_a_group_and_of_a_story_is_used_in_an_example() -> None:
    text = "".join(EXAMPLES) + "".join(rule for rule, *_ in LIMITS)
    for key in (
        "at_most",
        "max_count",
        "cap",
        "fades",
        "group",
        "every_days",
        "until_day",
        "who",
        "says",
        "why",
        "heard",
    ):
        assert f"{key}:" in text, key


@pytest.mark.parametrize("answer", [{"exists": False}, {"at_least": 1}, {"at_most": 1}])
def test_what_is_refused_as_an_answer_is(answer: Mapping[str, Any]) -> None:
    with pytest.raises(ValueError, match="answers are text"):
        Bant.model_validate({"budget": answer})

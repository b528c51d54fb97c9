"""A stored model is read without the libraries that check files, and what this version does not know is refused."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from leadbell.errors import InvalidModel
from leadbell.scoring.compiled import CompiledModel
from leadbell.scoring.compiling import compile_model, packaged_content, version_of
from leadbell.scoring.rules import default_model
from leadbell.scoring.scoring import derive
from tests.unit.facts import VP, fact, form, guide, on_day

Plain = dict[str, Any]


def edited(edit: Callable[[Plain], object]) -> str:
    plain = json.loads(packaged_content())
    edit(plain)
    return json.dumps(plain)


def rule(plain: Plain, name: str = "article") -> Plain:
    return next(each for each in plain["interest"]["rules"] if each["id"] == name)


UNKNOWN: dict[str, Callable[[Plain], object]] = {
    "a part": lambda plain: plain.update(companies=[]),
    "a part that is missing": lambda plain: plain.pop("mql"),
    "a part of interest": lambda plain: plain["interest"].update(seasons=[]),
    "a key of a rule": lambda plain: rule(plain).update(pints=10),
    "a key of a group": lambda plain: plain["interest"]["groups"]["shop"].update(floor=1),
    "a key of a persona": lambda plain: plain["personas"][0].update(weight=2),
    "a key of a rule of fit": lambda plain: plain["personas"][0]["rules"][0].update(cap=2),
    "a key of a veto": lambda plain: plain["vetoes"][0].update(until=2),
    "a key of a request": lambda plain: plain["requests"][0].update(trust="verified"),
    "a mark": lambda plain: plain["mql"].update(days=2),
    "a grade": lambda plain: plain["grades"].update(company={}),
    "an answer": lambda plain: plain["bant"].update(champion="yes"),
    "an event": lambda plain: rule(plain).update(event="article.shared"),
    "an event of a product act": lambda plain: plain["product_acts"][0].update(event="article.shared"),
    "a group": lambda plain: rule(plain).update(group="writing"),
    "a trust": lambda plain: rule(plain).update(trust="rumoured"),
    "a fading": lambda plain: rule(plain).update(fades="slowly"),
    "a key of a fading": lambda plain: rule(plain).update(fades={"halves_every_weeks": 2}),
    "half a fading": lambda plain: rule(plain).update(fades={"percent": 2}),
    "two fadings": lambda plain: rule(plain).update(fades={"after_days": 2, "halves_every_days": 2}),
    "an operator": lambda plain: rule(plain).update(where={"page": {"sounds_like": "x"}}),
    "a field of a fact": lambda plain: rule(plain).update(where={"topic": "x"}),
    "a field of a contact": lambda plain: plain["vetoes"][0].update(where={"mood": "x"}),
    "a word of a field": lambda plain: rule(plain).update(where={"asks": "weather"}),
    "a kind of points": lambda plain: rule(plain).update(points="10"),
    "points that are no whole number": lambda plain: rule(plain).update(points=1.5),
    "a kind of limit": lambda plain: rule(plain).update(at_most={"a_week": 1}),
    "a kind of days": lambda plain: plain.update(request_days=True),
    "a kind of rules": lambda plain: plain["interest"].update(rules={"article": 10}),
    "days that are none": lambda plain: rule(plain).update(fades={"percent": 5, "every_days": 0}),
    "days beyond all bounds": lambda plain: rule(plain).update(fades={"halves_every_days": 10**9}),
    "an empty fading": lambda plain: rule(plain).update(fades={}),
    "a fading of a group": lambda plain: plain["interest"]["groups"].update(new={"label": "x", "fades": "slowly"}),
    "a limit that is none": lambda plain: rule(plain).update(at_most=0),
    "a kind of label": lambda plain: rule(plain).update(label={"en": "x"}),
    "a kind of id": lambda plain: rule(plain).update(id=["x"]),
    "an id that is used twice": lambda plain: plain["interest"]["rules"].append(rule(plain)),
    "a kind of condition": lambda plain: rule(plain).update(where=[]),
    "a condition that every contact meets": lambda plain: plain["vetoes"][0].update(where={}),
    "a machine's trust": lambda plain: rule(plain).update(trust="machine"),
    "a kind of trust": lambda plain: rule(plain).update(trust=["verified"]),
    "no personas": lambda plain: plain.update(personas=[]),
    "no requests": lambda plain: plain.update(requests=[]),
    "a request that nobody writes": lambda plain: plain.update(requests=[{"event": "article.read"}]),
    "an answer that is not there": lambda plain: plain["bant"].update(need={"exists": False}),
    "a grade that is missing": lambda plain: plain["grades"]["fit"].pop("C"),
    "grades that increase": lambda plain: plain["grades"].update(interest={"1": 1, "2": 2, "3": 3}),
    "marks to leave above those to enter": lambda plain: plain["mql"].update(leave_fit=100),
    "a kind of vetoes": lambda plain: plain.update(vetoes=""),
    "a regex beyond all bounds": lambda plain: rule(plain).update(where={"page": {"regex": "a{99999999999999}"}}),
    "a kind of groups": lambda plain: plain["interest"].update(groups=["shop"]),
}


@pytest.mark.parametrize("edit", UNKNOWN.values(), ids=UNKNOWN)
def test_what_another_version_may_have_stored_and_this_one_does_not_know_is_refused(
    edit: Callable[[Plain], object],
) -> None:
    with pytest.raises(InvalidModel):
        compile_model(edited(edit), "1")


@pytest.mark.parametrize("content", ["", "{", "{}", "[]", "null", '"model"', "[" * 100_000])
def test_what_is_no_model_is_refused(content: str) -> None:
    with pytest.raises(InvalidModel):
        compile_model(content, "1")


def test_a_model_goes_by_the_version_it_was_published_with() -> None:
    content = packaged_content()
    assert compile_model(content, "of-then").version == "of-then"
    assert version_of(json.loads(content)) == default_model().version()


FACTS = [guide(0, **VP), fact("article.read", 1), form("contact", 2), form("demo", 3)]


def worth(model: CompiledModel) -> object:
    derived = derive(FACTS, None, model, on_day(4))
    return derived.grade, derived.reasons, derived.request, derived.has_product_act


def test_a_key_that_came_later_means_what_was_so_before_it() -> None:
    def from_before(plain: Plain) -> None:
        for key in ("requests", "questions", "bant", "stories"):
            del plain[key]
        plain["product_acts"].append({"event": "form.submitted", "where": {"means": "question"}})
        for each in plain["interest"]["rules"]:
            each.pop("trust")
            for limit in ("at_most", "max_count", "cap", "fades"):
                if each[limit] is None:
                    del each[limit]

    assert worth(compile_model(edited(from_before), "1")) == worth(compile_model(packaged_content(), "1"))

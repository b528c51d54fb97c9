"""A model file as marketing and sales meet it: its mistakes in their words, its stories, its schema, its look-back."""

from importlib.resources import files
from pathlib import Path
from typing import get_args

import pytest
from typer.testing import CliRunner

from cli.errors import CommandError
from cli.main import app
from leadbell.errors import InvalidModel
from leadbell.forms.config import FORMS
from leadbell.lifecycle.notices import Heard
from leadbell.lifecycle.stages import Stage
from leadbell.qualify.stories import Difference, in_words, play
from leadbell.scoring.compiling import packaged_content
from leadbell.scoring.lookback import remarks, too_far_back
from leadbell.scoring.rules import Model, default_model, model_schema, packaged_model, read_model
from leadbell.scoring.story_syntax import HeardName, StageName

SMALL = """\
agreement: {marketing: Maja, sales: Sven, date: 2026-11-01, review_by: 2027-11-01}
personas:
  - id: operations
    label: runs operations
    problem: leads reach sales too late
    rules:
      - {id: market, label: in our market, points: 30, where: {country: [SE, NO]}}
interest:
  groups:
    shop: {label: shop, cap: 30, fades: {halves_every_days: 30}}
  rules:
    - {id: cart, label: put something in the cart, event: cart.added, points: 20, group: shop}
grades: {fit: {A: 70, B: 50, C: 25}, interest: {"1": 60, "2": 35, "3": 20}, unknown_under: 50, known_enough: 3}
mql: {fit: 50, interest: 35, leave_fit: 40, leave_interest: 20}
product_act_days: 90
product_acts: [{event: product.viewed}]
request_days: 90
vetoes: []
stories:
  - story: Bo fills his cart
    days: [{day: 0, does: cart.added, expect: {interest: 20}}]
"""


def small(*edits: tuple[str, str]) -> str:
    """The small model with some words replaced."""
    text = SMALL
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    return text


def refusal(text: str) -> list[str]:
    with pytest.raises(InvalidModel) as refused:
        read_model(text, FORMS)
    return str(refused.value).splitlines()


# ---- mistakes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "points: 20",
            "ponts: 20",
            'line 12: interest.rules[0] (id cart): unknown key "ponts"; did you mean "points"?',
        ),
        (
            "event: cart.added, p",
            "event: cart.aded, p",
            'line 12: interest.rules[0].event (id cart): there is no event "cart.aded"; did you mean "cart.added"?',
        ),
        (
            "group: shop",
            "group: shops",
            'line 12: interest.rules[0].group (id cart): there is no group "shops"; did you mean "shop"?',
        ),
        (
            "{country: [SE, NO]}",
            "{contry: [SE, NO]}",
            'line 7: personas[0].rules[0].where.contry (id market): a contact has no attribute "contry"; '
            'did you mean "country"?',
        ),
        (
            "points: 30",
            "points: thirty",
            'line 7: personas[0].rules[0].points (id market): "thirty" is not a whole number',
        ),
        (
            "halves_every_days: 30",
            "halves_every: 30",
            'line 10: interest.groups.shop.fades: unknown key "halves_every"; did you mean "halves_every_days"?',
        ),
        (
            "fades: {halves_every_days: 30}",
            "fades: slowly",
            'line 10: interest.groups.shop.fades: "slowly" is not valid; write never, or a block such as '
            "{halves_every_days: 30}",
        ),
        ("  rules:\n      -", "  rules:\n\t-", "line 7: not valid YAML: a tab; indent with spaces"),
        (
            "review_by: 2027-11-01",
            "review_by: 2027-13-45",
            'line 1: not valid YAML: "2027-13-45" is not a date; write it as 2027-12-31',
        ),
        (
            "request_days: 90",
            "request_days: !!bool 90",
            'line 17: not valid YAML: "90" is not a value of its type; remove the type before it',
        ),
        (
            "request_days: 90",
            f"request_days: {'[' * 3000}",
            "line 17: not valid YAML: more than 30 blocks inside each other; nest less",
        ),
        (
            "label: runs operations",
            "label: runs: operations",
            "line 4: not valid YAML: an extra colon or a wrong indent; put text that contains a colon in quotes",
        ),
        (
            "request_days: 90",
            "product_act_days: 90",
            'line 17: not valid YAML: the same key appears twice in one block ("product_act_days"); keep one of them',
        ),
        ("request_days: 90\n", "", 'line 1: "request_days" is missing'),
        (
            "review_by: 2027-11-01",
            "review_by: soon",
            'line 1: agreement.review_by: "soon" is not a date; write it as 2027-12-31',
        ),
        (
            "{interest: 20}",
            "{herd: copy}",
            'line 21: stories[0].days[0].expect ("Bo fills his cart"): unknown key "herd"; did you mean "heard"?',
        ),
        (
            "does: cart.added",
            "does: {form: carts}",
            'line 21: stories[0].days[0].does ("Bo fills his cart"): there is no form "carts"; use one of '
            "contact, demo, pricing, callback",
        ),
        (
            "does: cart.added",
            "does: {}",
            'line 21: stories[0].days[0].does ("Bo fills his cart"): write either `event` or `form`',
        ),
        (
            "{interest: 20}",
            "{grade: Z1}",
            'line 21: stories[0].days[0].expect.grade ("Bo fills his cart"): "Z1" is not a grade; write a letter '
            'A to D or "?", with or without a digit 1 to 4',
        ),
        (
            "day: 0,",
            "day: 0, every_days: 7,",
            'line 21: stories[0].days[0] ("Bo fills his cart"): `every_days` and `until_day` go together; '
            "add the other one",
        ),
    ],
)
def test_a_mistake_is_told_with_line_place_and_fix(old: str, new: str, told: str) -> None:
    assert refusal(small((old, new))) == [told]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    edits = [
        ("points: 30", "points: 300"),
        ("group: shop", "grupe: shop"),
        ("fit: 50", "fit: -1"),
        ("id: cart", "id: market"),
    ]
    assert refusal(small(*edits)) == [
        "line 7: personas[0].rules[0].points (id market): 300 is too large; write at most 100",
        'line 12: interest.rules[0] (id market): unknown key "grupe"; did you mean "group"?',
        'line 12: interest.rules[0].id (id market): the rule id "market" is used twice; give each rule its own id',
        "line 14: mql.fit: -1 is too small; write at least 0",
    ]


@pytest.mark.parametrize("text", ["", "just words", "- a\n- list", "5"])
def test_what_is_no_block_at_all_is_told_where_to_start(text: str) -> None:
    (line,) = refusal(text)
    assert line == 'line 1: the file is not a block of "key: value" lines; start from a valid one: leadbell model show'


def test_no_sentence_of_a_library_reaches_a_marketer() -> None:
    edits = [
        ("points: 20", "points: [1]"),
        ("cap: 30", "cap: yes"),
        ("label: shop", "label: 5"),
        ("vetoes: []", "vetoes: no"),
    ]
    told = "\n".join(refusal(small(*edits)))
    assert len(told.splitlines()) == 4
    assert "nput should" not in told


# ---- stories ---------------------------------------------------------------------------------------------------------


def shipped() -> Model:
    return read_model(packaged_model(), FORMS)


def test_the_stories_of_the_packaged_model_go_as_told() -> None:
    assert play(shipped().stories, shipped().compiled()) == []
    assert len(shipped().stories) >= 12


def test_a_story_that_goes_otherwise_names_what_was_expected_and_found_and_why() -> None:
    model = read_model(small(("{interest: 20}", "{stage: lead, interest: 30, heard: alert}")), FORMS)
    found = play(model.stories, model.compiled())
    because = ("+20 put something in the cart",)
    assert found == [
        Difference("Bo fills his cart", 0, "stage", "lead", "prospect", because),
        Difference("Bo fills his cart", 0, "interest", "30", "20", because),
        Difference("Bo fills his cart", 0, "mails to sales", "alert", "none", because),
    ]
    assert in_words(found[0]) == (
        'story "Bo fills his cart", day 0: expected stage lead, found prospect\n'
        "    reasons: +20 put something in the cart"
    )


def test_a_mail_that_a_story_does_not_expect_is_a_difference() -> None:
    model = read_model(small(("does: cart.added, expect: {interest: 20}", "does: {form: demo}")), FORMS)
    (found,) = play(model.stories, model.compiled())
    assert (found.what, found.expected, found.found) == ("mails to sales", "none", "alert")


def test_a_story_that_cannot_happen_is_a_difference() -> None:
    does = "does: {event: sales.rejected, says: {reason: weather}}"
    model = read_model(small(("does: cart.added, expect: {interest: 20}", does)), FORMS)
    (found,) = play(model.stories, model.compiled())
    assert in_words(found).startswith('story "Bo fills his cart", day 0: expected a possible story, found ')


def test_time_passes_in_a_story_between_its_days() -> None:
    # 20 points that halve every 30 days: 10 after 30 days, 5 after 60.
    days = "{day: 0, does: cart.added}, {day: 30, expect: {interest: 10}}, {day: 60, expect: {interest: 5}}"
    model = read_model(small(("{day: 0, does: cart.added, expect: {interest: 20}}", days)), FORMS)
    assert play(model.stories, model.compiled()) == []


def test_what_happens_every_week_is_expected_every_week() -> None:
    days = "{day: 0, every_days: 7, until_day: 21, does: cart.added, expect: {interest_at_most: 29}}"
    model = read_model(small(("{day: 0, does: cart.added, expect: {interest: 20}}", days)), FORMS)
    # One cart 20; a week later 20 + 17 is limited to 30, and so it stays.
    assert [(each.day, each.expected, each.found) for each in play(model.stories, model.compiled())] == [
        (7, "at most 29", "30"),
        (14, "at most 29", "30"),
        (21, "at most 29", "30"),
    ]


def test_the_words_of_stories_are_those_of_the_ladder_and_of_the_mails() -> None:
    assert set(get_args(StageName)) == {str(stage) for stage in Stage}
    assert set(get_args(HeardName)) == {str(heard) for heard in Heard}


def test_the_functions_read_the_same_model_without_its_stories() -> None:
    assert packaged_content() == default_model().stored(), "run: make packaged-model"
    assert default_model().stories == []
    assert default_model() == shipped().model_copy(update={"stories": []})
    assert default_model().version() == shipped().version()


# ---- schema and look-back --------------------------------------------------------------------------------------------


def test_the_schema_for_editors_is_the_one_that_the_rules_make() -> None:
    kept = files("leadbell").joinpath("data/model.schema.json").read_text(encoding="utf-8")
    assert kept == model_schema(), "run: leadbell model schema > shared/leadbell/data/model.schema.json"
    assert packaged_model().startswith("# yaml-language-server: $schema=model.schema.json\n")
    assert '"cart.added"' in kept


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        # 20 points are under half a point after 6 halvings: 6 * 30 = 180 days, as long as carts are kept.
        (
            "halves_every_days: 30",
            "halves_every_days: 31",
            'rule "cart": with the `fades` of group "shop", a fact still counts after 185 days, but cart.added is '
            "deleted after 180 days; let it fade faster",
        ),
        (
            "halves_every_days: 30",
            "after_days: 181",
            'rule "cart": with the `fades` of group "shop", a fact still counts after 180 days, but cart.added is '
            "deleted after 180 days; let it fade faster",
        ),
        # 10 % every 19 days: nothing is left after 190 days.
        (
            "halves_every_days: 30",
            "percent: 10, every_days: 19",
            'rule "cart": with the `fades` of group "shop", a fact still counts after 189 days, but cart.added is '
            "deleted after 180 days; let it fade faster",
        ),
        (
            "group: shop}",
            "group: shop, fades: {after_days: 400}}",
            'rule "cart": with its own `fades`, a fact still counts after 399 days, but cart.added is '
            "deleted after 180 days; let it fade faster",
        ),
        (
            "product_act_days: 90",
            "product_act_days: 181",
            "product_act_days looks back 181 days, but product.viewed is deleted after 180 days; write at most 180",
        ),
        (
            "request_days: 90",
            "request_days: 731",
            "request_days looks back 731 days, but form.submitted is deleted after 730 days; write at most 730",
        ),
    ],
)
def test_a_look_back_longer_than_facts_are_kept_is_told(old: str, new: str, told: str) -> None:
    assert too_far_back(read_model(small((old, new)), FORMS)) == [told]


@pytest.mark.parametrize("fades", ["halves_every_days: 30", "after_days: 180", "percent: 10, every_days: 18"])
def test_a_look_back_as_long_as_facts_are_kept_is_fine(fades: str) -> None:
    assert too_far_back(read_model(small(("halves_every_days: 30", fades)), FORMS)) == []
    assert too_far_back(default_model()) == []


def test_points_that_never_fade_are_worth_a_remark() -> None:
    assert remarks(default_model()) == []
    assert remarks(read_model(small(("fades: {halves_every_days: 30}", "fades: never")), FORMS)) == [
        'rule "cart" never fades, but cart.added is deleted after 180 days: its points end then'
    ]


def test_a_group_that_no_rule_is_in_is_worth_a_remark() -> None:
    text = small(("  groups:\n", "  groups:\n    mail: {label: e-mail}\n"))
    assert remarks(read_model(text, FORMS)) == ['no rule is in the group "mail"; remove it']


# ---- check -----------------------------------------------------------------------------------------------------------


def test_check_plays_the_stories_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "model.yaml"
    file.write_text(small(), encoding="utf-8")
    result = CliRunner().invoke(app, ["model", "check", str(file)])
    assert result.exit_code == 0
    assert "1 of 1 story passes" in result.output


def test_check_ends_with_1_where_a_story_fails_and_names_it(tmp_path: Path) -> None:
    file = tmp_path / "model.yaml"
    file.write_text(small(("{interest: 20}", "{interest: 30}")), encoding="utf-8")
    result = CliRunner().invoke(app, ["model", "check", str(file)])
    assert result.exit_code == 1
    assert 'story "Bo fills his cart", day 0: expected interest 30, found 20' in result.output
    assert "0 of 1 story passes" in result.output
    told = CliRunner().invoke(app, ["model", "check", "--json", str(file)])
    assert '"expected": "30"' in told.output


def test_check_warns_of_an_agreement_whose_review_is_overdue(tmp_path: Path) -> None:
    file = tmp_path / "model.yaml"
    file.write_text(small(("review_by: 2027-11-01", "review_by: 2020-01-01")), encoding="utf-8")
    assert "was due for review by 1 Jan 2020" in CliRunner().invoke(app, ["model", "check", str(file)]).output


def test_check_refuses_a_file_that_is_no_model(tmp_path: Path) -> None:
    file = tmp_path / "model.yaml"
    file.write_text(small(("points: 20", "ponts: 20")), encoding="utf-8")
    result = CliRunner().invoke(app, ["model", "check", str(file)])
    assert isinstance(result.exception, CommandError)
    assert 'did you mean "points"?' in result.exception.problem

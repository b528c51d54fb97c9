"""The list of guards says where each stands, and the verdict on one believes only a test that noticed."""

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.guards.__main__ import Moved, judge, without
from tests.guards.guards import GUARDS, Guard, Law, guard

ROOT = Path(__file__).parents[2]


@cache
def named_in(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def report(inside: str) -> str:
    return f'<testsuites><testsuite><testcase name="ours">{inside}</testcase></testsuite></testsuites>'


@pytest.mark.parametrize("each", GUARDS, ids=lambda each: each.name)
def test_each_guard_stands_where_the_list_says_and_its_tests_exist(each: Guard) -> None:
    source = (ROOT / each.file).read_text(encoding="utf-8")
    assert without(each, source) != source
    for test in each.tests:
        file, _, name = test.partition("::")
        assert not name or name.partition("[")[0] in named_in(file)


def test_each_law_has_a_guard_and_each_guard_a_name_of_its_own() -> None:
    assert {each.law for each in GUARDS} == set(Law)
    assert len({each.name for each in GUARDS}) == len(GUARDS)


@pytest.mark.parametrize("source", ["", "a guard, a guard"])
def test_a_guard_that_is_not_there_exactly_once_has_moved(source: str) -> None:
    with pytest.raises(Moved, match="tell the list where"):
        without(guard("it holds", Law.GET, "file.py", "a guard", ""), source)


@pytest.mark.parametrize(
    ("code", "inside", "is_killed", "by"),
    [
        (1, '<failure message="assert 1 == 2"/>', True, "ours"),
        (1, '<failure message="Failed: DID NOT RAISE"/>', True, "ours"),
        (1, '<failure message="leadbell.errors.Conflict: late"/>', True, "ours"),
        (1, '<failure message="ValueError: too many">x\ntests/unit/test_x.py:7: ValueError</failure>', True, "ours"),
        (
            1,
            '<failure message="ValueError: no">shared/x.py:7: ValueError</failure>',
            False,
            "ours broke by ValueError: no",
        ),
        (1, '<failure message="NameError: no such name"/>', False, "ours broke by NameError: no such name"),
        (1, '<error message="failed on setup"/>', False, "a test could not be set up"),
        (0, "", False, "no test noticed"),
        (2, "", False, "the tests did not run (exit code 2)"),
        (5, "", False, "the tests did not run (exit code 5)"),
        (-1, "", False, "hung"),
    ],
)
def test_a_guard_is_proved_by_a_test_that_noticed_and_by_nothing_else(
    code: int, inside: str, is_killed: bool, by: str
) -> None:
    verdict = judge(code, report(inside))
    assert (verdict.is_killed, verdict.by) == (is_killed, by)

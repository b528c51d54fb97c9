"""The list of guards says where each stands, and the verdict on one believes only a test that noticed."""

import ast
import builtins
from functools import cache
from pathlib import Path

import pytest

from tests.guards.__main__ import judge
from tests.guards.edits import Edits, Moved, in_python, in_text, instead_of, without
from tests.guards.guard import Guard, Law, guard
from tests.guards.guards import GUARDS

ROOT = Path(__file__).parents[2]


@cache
def named_in(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def shape(source: str) -> str:
    """A program without its layout; raises SyntaxError where it is none."""
    return ast.dump(ast.parse(source))


def unknown_names(source: str) -> set[str]:
    """The names that a module reads and that nothing in it gives."""
    nodes = list(ast.walk(ast.parse(source)))
    names = [node for node in nodes if isinstance(node, ast.Name)]
    given = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.ExceptHandler)}
    given |= {each.asname or each.name for node in nodes if isinstance(node, ast.ImportFrom) for each in node.names}
    given |= {each.asname or each.name for node in nodes if isinstance(node, ast.Import) for each in node.names}
    given |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    given |= {name.id for name in names if isinstance(name.ctx, ast.Store)}
    return {name.id for name in names if isinstance(name.ctx, ast.Load)} - given - set(vars(builtins))


def report(inside: str) -> str:
    return f'<testsuites><testsuite><testcase name="ours">{inside}</testcase></testsuite></testsuites>'


@pytest.mark.parametrize("each", GUARDS, ids=lambda each: each.name)
def test_each_guard_stands_where_the_list_says_and_its_tests_exist(each: Guard) -> None:
    source, told = (ROOT / each.file).read_text(encoding="utf-8"), each.taken_out(ROOT)
    if each.file.endswith(".py"):
        assert shape(told) != shape(source)
        assert unknown_names(told) <= unknown_names(source), "it only breaks without the guard, which proves nothing"
    assert told != source
    for test in each.tests:
        file, _, name = test.partition("::")
        assert not name or name.partition("[")[0] in named_in(file)


def test_each_law_has_a_guard_and_each_guard_a_name_of_its_own() -> None:
    assert {each.law for each in GUARDS} == set(Law)
    assert len({each.name for each in GUARDS}) == len(GUARDS)


DOOR = """
LIMIT = 3

class Door:
    @post("/form")
    def take(self, request):
        check(request)  # before all else
        held = self.is_full or request.is_late
        if held:
            self.wait()
        return store(request, [held, LIMIT], retry=True)

    def look(self, request):
        check(request)
"""


@pytest.mark.parametrize(
    ("edits", "was", "becomes"),
    [
        (without("check(request)"), "check(request)  # before all else\n", "\n"),
        (without("self.wait()"), "self.wait()", "pass"),
        (without("self.is_full"), "self.is_full or request.is_late", "request.is_late"),
        (without("LIMIT"), "[held, LIMIT]", "[held]"),
        (without("retry=True"), ", retry=True", ""),
        (instead_of("retry=True", "retry=False"), "retry=True", "retry=False"),
        (instead_of("request.is_late", "False"), "request.is_late", "False"),
        (instead_of("self.wait()", "return"), "self.wait()", "return"),
        (instead_of('post("/form")', 'route("/form")'), 'post("/form")', 'route("/form")'),
        (
            instead_of("if held: self.wait()", "first(); second()"),
            "if held:\n            self.wait()",
            "first(); second()",
        ),
        (without("LIMIT") + without("retry=True"), ", LIMIT], retry=True", "]"),
    ],
)
def test_an_edit_names_code_of_one_function_and_what_stands_there_without_it(
    edits: Edits, was: str, becomes: str
) -> None:
    assert shape(in_python(DOOR, "Door.take", edits)) == shape(DOOR.replace(was, becomes, 1))


def test_an_edit_of_a_constant_names_its_value() -> None:
    assert "LIMIT = 4\n" in in_python(DOOR, "LIMIT", instead_of("3", "4"))


@pytest.mark.parametrize(
    "laid_out",
    [
        "def enter(request):\n    if request.is_late or is_full(request, 'now'): raise Late()\n",
        """
def enter(request):
    # Nobody waits for ever.
    if (
        request.is_late  # by its own clock
        or is_full(
            request,
            "now",
        )
    ):
        raise Late()
""",
    ],
)
@pytest.mark.parametrize(
    "code", ['request.is_late or is_full(request, "now")', "request.is_late or (is_full(request,'now'))"]
)
def test_layout_quotes_and_comments_move_no_guard(laid_out: str, code: str) -> None:
    without_it = "def enter(request):\n    if False:\n        raise Late()"

    assert in_python(laid_out, "enter", instead_of(code, "False")) == without_it


@pytest.mark.parametrize(
    ("name", "edits", "why"),
    [
        ("Door.take", without("check(requests)"), r"nowhere there: check\(requests\); nearest: check\(request\)"),
        ("Door.take", without("request"), "3 times there: request$"),
        ("Door.takes", without("check(request)"), "no Door.takes there; nearest: take"),
        ("Doors.take", without("check(request)"), "no Doors.take there; nearest: Door"),
        ("LIMIT", without("3"), "cannot hold nothing"),
        ("Door.take", instead_of("retry=True", "retry"), "cannot hold retry"),
    ],
)
def test_a_guard_that_does_not_stand_there_exactly_once_has_moved(name: str, edits: Edits, why: str) -> None:
    with pytest.raises(Moved, match=why):
        in_python(DOOR, name, edits)


@pytest.mark.parametrize("source", ["", "a guard, a guard"])
def test_in_a_file_of_text_it_stands_exactly_once_too(source: str) -> None:
    assert in_text("a guard", instead_of("a guard", "none")) == "none"
    with pytest.raises(Moved, match="times there: a guard"):
        in_text(source, without("a guard"))


@pytest.mark.parametrize(
    "place", ["leadbell.nowhere:name", "leadbell.contacts.store:Contacts.nothing", "shared/leadbell/none.html"]
)
def test_who_moves_a_guard_is_told_which_one_and_from_where(place: str) -> None:
    with pytest.raises(Moved, match=f'^"it holds": the guard moved: tell the list where. {place}: '):
        guard("it holds", Law.GET, place, without("a")).taken_out(ROOT)


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

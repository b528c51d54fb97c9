"""What stands in a file without a guard. In Python, code is told by its syntax tree: layout never matters.

An edit names some code of one function, class or constant, which stands in there exactly once: statements in a row, an
expression, or an argument with its keyword.
"""

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from textwrap import dedent


class Moved(Exception):
    """The list of guards does not say any more what to take out."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Some code, and what stands in its place without the guard; where that is empty, nothing does."""

    code: str
    instead: str


type Edits = tuple[Edit, ...]  # they add up, for a guard that stands in more than one place


def without(code: str) -> Edits:
    """The code left out: statements, or one of several operands, items or arguments."""
    return (Edit(code, ""),)


def instead_of(code: str, other: str) -> Edits:
    """The other code in its place, where it can stand: statements for statements, an expression for another."""
    return (Edit(code, other),)


def in_text(source: str, edits: Edits) -> str:
    """A file that is no Python after its edits: they are taken word by word."""
    for edit in edits:
        if source.count(edit.code) != 1:
            raise Moved(f"{source.count(edit.code)} times there: {edit.code}")
        source = source.replace(edit.code, edit.instead)
    return source


def in_python(source: str, name: str, edits: Edits) -> str:
    """A module after the edits of what bears the dotted name in it; without its comments and layout."""
    tree = ast.parse(source)
    scope = _defined(tree, name)
    for edit in edits:
        _only_spot(scope, edit.code).put(edit.instead)
    return ast.unparse(tree)


def _defined(tree: ast.AST, name: str) -> ast.AST:
    for part in name.split("."):
        inside = {each: node for node in getattr(tree, "body", ()) for each in _names(node)}
        if part not in inside:
            raise Moved(f"no {name} there{_nearest(part, inside)}")
        tree = inside[part]
    return tree


def _names(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
        case ast.Assign(targets=targets):
            return [target.id for target in targets if isinstance(target, ast.Name)]
        case _:
            return []


def _nearest(wanted: str, there: Iterable[str]) -> str:
    return "".join(f"; nearest: {each}" for each in get_close_matches(wanted, there, n=1, cutoff=0))


def _parts(code: str) -> dict[str, list[ast.AST]]:
    """The code as each part of a program that it may be."""
    statements = ast.parse(dedent(code)).body
    parts: dict[str, list[ast.AST]] = {"statements": [*statements]}
    match statements:
        case [ast.Expr(value=value)]:
            parts["expression"] = [value]
        case [ast.Assign(targets=[ast.Name(id=name)], value=value)]:
            parts["argument"] = [ast.keyword(name, value)]
    return parts


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where in a tree some nodes stand: in one field of their parent."""

    part: str
    parent: ast.AST
    field: str
    where: slice

    def put(self, code: str) -> None:
        """Puts other code there, or nothing; raises Moved where that cannot stand there."""
        nodes, there = _parts(code).get(self.part, []), getattr(self.parent, self.field)
        if not nodes and (code or not isinstance(there, list) or isinstance(self.parent, _PAIRED)):
            raise Moved(f"its place cannot hold {code or 'nothing'}")
        if isinstance(there, list):
            there[self.where] = nodes
        else:
            setattr(self.parent, self.field, nodes[0])
        if self.field == "body" and there == []:
            there.append(ast.Pass())


_PAIRED = (ast.Dict, ast.Compare, ast.arguments)  # of which one list says nothing without the other


def _only_spot(scope: ast.AST, code: str) -> _Spot:
    spots = [spot for part, nodes in _parts(code).items() for spot in _spots(scope, part, nodes)]
    if not spots:
        there = (ast.unparse(node) for node in ast.walk(scope) if isinstance(node, ast.stmt | ast.expr | ast.keyword))
        raise Moved(f"nowhere there: {code}{_nearest(code, there)}")
    if len(spots) > 1:
        raise Moved(f"{len(spots)} times there: {code}")
    return spots[0]


def _spots(scope: ast.AST, part: str, nodes: Sequence[ast.AST]) -> Iterator[_Spot]:
    wanted = [ast.dump(node) for node in nodes]
    for parent in ast.walk(scope):
        if part == "expression" and isinstance(parent, ast.Expr):
            continue  # it is a statement, and found as one
        for field, value in ast.iter_fields(parent):
            there = value if isinstance(value, list) else [value]
            shapes = [ast.dump(node) if isinstance(node, ast.AST) else "" for node in there]
            for start in range(len(shapes)):
                if shapes[start : start + len(wanted)] == wanted:
                    yield _Spot(part, parent, field, slice(start, start + len(wanted)))

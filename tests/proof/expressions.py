"""DynamoDB's expressions as far as Leadbell uses them, read once and kept.

Whatever lies outside ends the test: an expression that is only half understood would let a guard pass in silence.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords

Attribute = dict[str, Any]
Item = dict[str, Attribute]
Values = Mapping[str, Attribute]
Condition = Callable[[Item, Values], bool]
Operand = Callable[[Item, Values], Attribute | None]
Names = tuple[tuple[str, str], ...]

RESERVED = frozenset(word.upper() for word in ReservedKeywords.get_reserved_keywords())
LONGEST = 4096
_TOKEN = re.compile(r"\s*(#[A-Za-z0-9_]+|:[A-Za-z0-9_]+|[A-Za-z_][A-Za-z0-9_]*|<=|>=|<>|[=<>(),])")
_SIGNS = frozenset({"=", "<>", "<", "<=", ">", ">="})


class OutsideGrammarError(BaseException):
    """This stand-in does not know such a call. No handler under test may take it for an error of AWS."""


class Refused(Exception):
    """DynamoDB's own no, before it becomes botocore's error."""

    def __init__(self, message: str, code: str = "ValidationException", **more: Any) -> None:
        super().__init__(message)
        self.message, self.code, self.more = message, code, more


@dataclass(frozen=True, slots=True)
class Update:
    """What an update does: attributes set to values, numbers added to, attributes removed."""

    sets: tuple[tuple[str, str], ...]
    adds: tuple[tuple[str, str], ...]
    removes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyCondition:
    """One partition, and a part of it: `sign` is empty for all of it."""

    hash_name: str
    hash_value: str
    range_name: str = ""
    sign: str = ""
    operands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Read[T]:
    """An expression that was read, and the placeholders in it."""

    means: T
    names: frozenset[str]
    values: frozenset[str]


@lru_cache(maxsize=4096)
def read_condition(text: str, names: Names) -> Read[Condition]:
    parser = _Parser("ConditionExpression", text, dict(names))
    return parser.done(parser.any_of())


@lru_cache(maxsize=4096)
def read_update(text: str, names: Names) -> Read[Update]:
    parser = _Parser("UpdateExpression", text, dict(names))
    return parser.done(parser.update())


@lru_cache(maxsize=4096)
def read_key_condition(text: str, names: Names) -> Read[KeyCondition]:
    parser = _Parser("KeyConditionExpression", text, dict(names))
    return parser.done(parser.key_condition())


@lru_cache(maxsize=4096)
def read_projection(text: str, names: Names) -> Read[tuple[str, ...]]:
    parser = _Parser("ProjectionExpression", text, dict(names))
    return parser.done(parser.paths())


@dataclass
class _Parser:
    kind: str
    text: str
    names: Mapping[str, str]
    used_names: set[str] = field(default_factory=set)
    used_values: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise Refused(f"Invalid {self.kind}: The expression can not be empty;")
        if len(self.text.encode()) > LONGEST:
            raise Refused(f"Invalid {self.kind}: Expression size has exceeded the maximum allowed size;")
        self._tokens: list[str] = []
        at = 0
        while at < len(self.text.rstrip()):
            found = _TOKEN.match(self.text, at)
            if found is None:
                raise self.unknown()
            self._tokens.append(found[1])
            at = found.end()
        self._at = 0

    # ---- Words -------------------------------------------------------------------------------------------------------

    def unknown(self) -> OutsideGrammarError:
        return OutsideGrammarError(f"{self.kind} outside the grammar of this stand-in: {self.text!r}")

    def done[T](self, means: T) -> Read[T]:
        if self._at != len(self._tokens):
            raise self.unknown()
        return Read(means, frozenset(self.used_names), frozenset(self.used_values))

    def peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def take(self) -> str:
        token = self.peek()
        if not token:
            raise self.unknown()
        self._at += 1
        return token

    def took(self, *words: str) -> str:
        """The next word in capitals if it is one of these, which is then taken."""
        found = self.peek().upper()
        if found not in words:
            return ""
        self._at += 1
        return found

    def expect(self, word: str) -> None:
        if not self.took(word):
            raise self.unknown()

    def path(self) -> str:
        token = self.take()
        if token.startswith("#"):
            if token not in self.names:
                told = "An expression attribute name used in the document path is not defined; attribute name"
                raise Refused(f"Invalid {self.kind}: {told}: {token}")
            self.used_names.add(token)
            return self.names[token]
        if token.startswith(":") or not (token[0].isalpha() or token[0] == "_") or self.peek() == "(":
            raise self.unknown()
        if token.upper() in RESERVED:
            told = "Attribute name is a reserved keyword; reserved keyword"
            raise Refused(f"Invalid {self.kind}: {told}: {token}")
        return token

    def value(self) -> str:
        token = self.take()
        if not token.startswith(":"):
            raise self.unknown()
        self.used_values.add(token)
        return token

    def paths(self) -> tuple[str, ...]:
        found = [self.path()]
        while self.took(","):
            found.append(self.path())
        return tuple(found)

    # ---- Conditions --------------------------------------------------------------------------------------------------

    def any_of(self) -> Condition:
        found = [self._all_of()]
        while self.took("OR"):
            found.append(self._all_of())
        if len(found) == 1:
            return found[0]
        return lambda item, values: any(each(item, values) for each in found)

    def _all_of(self) -> Condition:
        found = [self._one()]
        while self.took("AND"):
            found.append(self._one())
        if len(found) == 1:
            return found[0]
        return lambda item, values: all(each(item, values) for each in found)

    def _one(self) -> Condition:
        if self.took("NOT"):
            inner = self._one()
            return lambda item, values: not inner(item, values)
        if self.took("("):
            inner = self.any_of()
            self.expect(")")
            return inner
        if self.peek() in ("attribute_exists", "attribute_not_exists", "begins_with"):
            return self._function(self.take())
        left = self._operand()
        if self.took("BETWEEN"):
            low = self._operand()
            self.expect("AND")
            return _between(left, low, self._operand())
        sign = self.take()
        if sign not in _SIGNS:
            raise self.unknown()
        return _comparison(left, sign, self._operand())

    def _function(self, name: str) -> Condition:
        self.expect("(")
        path = self.path()
        if name == "begins_with":
            self.expect(",")
            prefix = self.value()
            self.expect(")")
            return lambda item, values: _starts(item.get(path), values[prefix])
        self.expect(")")
        if name == "attribute_exists":
            return lambda item, values: path in item
        return lambda item, values: path not in item

    def _operand(self) -> Operand:
        if self.peek().startswith(":"):
            name = self.value()
            return lambda item, values: values[name]
        path = self.path()
        return lambda item, values: item.get(path)

    # ---- Updates -----------------------------------------------------------------------------------------------------

    def update(self) -> Update:
        clauses: dict[str, Any] = {}
        while clause := self.took("SET", "ADD", "REMOVE"):
            if clause in clauses:
                raise Refused(f'Invalid UpdateExpression: The "{clause}" section can only be used once;')
            clauses[clause] = self.paths() if clause == "REMOVE" else self._pairs("=" if clause == "SET" else "")
        update = Update(clauses.get("SET", ()), clauses.get("ADD", ()), clauses.get("REMOVE", ()))
        touched = [name for name, _ in (*update.sets, *update.adds)] + list(update.removes)
        if not touched:
            raise self.unknown()
        if len(touched) != len(set(touched)):
            raise Refused("Invalid UpdateExpression: Two document paths overlap with each other;")
        return update

    def _pairs(self, sign: str) -> tuple[tuple[str, str], ...]:
        found = []
        while True:
            path = self.path()
            if sign:
                self.expect(sign)
            found.append((path, self.value()))
            if not self.took(","):
                return tuple(found)

    # ---- Keys --------------------------------------------------------------------------------------------------------

    def key_condition(self) -> KeyCondition:
        hash_name = self.path()
        self.expect("=")
        hash_value = self.value()
        if not self.took("AND"):
            return KeyCondition(hash_name, hash_value)
        if self.took("BEGINS_WITH"):
            self.expect("(")
            name = self.path()
            self.expect(",")
            prefix = self.value()
            self.expect(")")
            return KeyCondition(hash_name, hash_value, name, "begins_with", (prefix,))
        name = self.path()
        if self.took("BETWEEN"):
            low = self.value()
            self.expect("AND")
            return KeyCondition(hash_name, hash_value, name, "BETWEEN", (low, self.value()))
        sign = self.take()
        if sign not in _SIGNS - {"<>"}:
            raise self.unknown()
        return KeyCondition(hash_name, hash_value, name, sign, (self.value(),))


def _starts(there: Attribute | None, prefix: Attribute) -> bool:
    if "S" not in prefix:
        raise OutsideGrammarError("begins_with of something that is not text")
    return there is not None and "S" in there and bool(there["S"].startswith(prefix["S"]))


def _between(middle: Operand, low: Operand, high: Operand) -> Condition:
    above, below = _comparison(middle, ">=", low), _comparison(middle, "<=", high)
    return lambda item, values: above(item, values) and below(item, values)


def _comparison(left: Operand, sign: str, right: Operand) -> Condition:
    if sign == "=":
        return lambda item, values: (found := left(item, values)) is not None and found == right(item, values)
    if sign == "<>":
        return lambda item, values: (found := left(item, values)) is None or found != right(item, values)

    def compared(item: Item, values: Values) -> bool:
        first, second = _orderable(left(item, values)), _orderable(right(item, values))
        if first is None or second is None or type(first) is not type(second):
            return False
        return bool({"<": first < second, "<=": first <= second, ">": first > second, ">=": first >= second}[sign])

    return compared


def _orderable(value: Attribute | None) -> Any:
    if value is None:
        return None
    ((tag, inner),) = value.items()
    if tag not in ("S", "N", "B"):
        raise Refused(f"Incorrect operand type for operator or function; operand type: {tag}")
    return Decimal(inner) if tag == "N" else inner

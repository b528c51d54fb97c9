"""A YAML 1.2 file of a user, read within limits: what it says, and the line of each of its parts.

Size and depth are looked at before anything is built, and what aliases would come to. What the parser says is put into
words that help whoever wrote the file.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Place = tuple[str | int, ...]

MAX_DEPTH = 30
# Keys and values, with those that an alias repeats.
MAX_VALUES = 50_000


class Unreadable(ValueError):
    """The text is too large, or not YAML that can be read; it says so, with the line."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a file says, and the parser's nodes, which know where."""

    plain: Any
    node: Any

    def line_of(self, place: Place) -> int:
        """The line of the deepest part of the place that stands in the file."""
        node, mark = self.node, None
        for step in place:
            found = _child(node, step)
            if found is None:
                break
            mark, node = found
        return mark.line + 1 if mark else 1


def _child(node: Any, step: str | int) -> tuple[Any, Any] | None:
    """Where a part of a node starts, and the part."""
    values = getattr(node, "value", None)
    if not isinstance(values, list):
        return None
    if node.id == "sequence":
        return (values[step].start_mark, values[step]) if isinstance(step, int) and step < len(values) else None
    # The last one: a key of its own stands behind those that are merged in.
    return next(((key.start_mark, each) for key, each in reversed(values) if key.value == str(step)), None)


def written(text: str, most_bytes: int) -> Written:
    """What a text says; raises Unreadable for what is too large, too deep, or no YAML."""
    size = len(text.encode(errors="replace"))
    if size > most_bytes:
        raise Unreadable(f"the file has {size:,} bytes; shorten it to {most_bytes:,}, for example its remarks")
    from ruamel.yaml import YAML  # only who reads a file pays for the parser
    from ruamel.yaml.error import YAMLError

    roots: list[Any] = []
    yaml = YAML(typ="safe", pure=True)
    yaml.max_depth = MAX_DEPTH
    limited: tuple[Any, Any] = _classes(roots)
    yaml.Composer, yaml.Constructor = limited
    try:
        plain = yaml.load(text)
    except YAMLError as error:
        raise _in_words(error, text) from error
    except RecursionError as error:
        raise Unreadable("line 1: not valid YAML: too many blocks inside each other; nest less") from error
    return Written(plain, roots[0] if roots else None)


def _classes(roots: list[Any]) -> tuple[type, type]:
    from ruamel.yaml.composer import Composer, ComposerError
    from ruamel.yaml.constructor import ConstructorError, SafeConstructor

    class Limited(Composer):
        def __init__(self, loader: Any = None) -> None:
            super().__init__(loader)
            self.warn_double_anchors = False

        def return_alias(self, a: Any) -> Any:
            if a.end_mark is None:  # it is not closed yet
                problem = f"the block named &{a.anchor} contains itself (*{a.anchor}); remove *{a.anchor} from it"
                raise ComposerError(None, None, problem, a.start_mark)
            return a

    class Constructor(SafeConstructor):
        def construct_document(self, node: Any) -> Any:
            _weight(node, {})
            roots.append(node)
            return super().construct_document(node)

        def construct_non_recursive_object(self, node: Any, tag: str | None = None) -> Any:
            try:
                return super().construct_non_recursive_object(node, tag)
            except (ValueError, KeyError) as error:
                is_day = node.tag.endswith(":timestamp")
                problem = (
                    "is not a date; write it as 2027-12-31"
                    if is_day
                    else "is not a value of its type; remove the type before it"
                )
                raise ConstructorError(None, None, f'"{node.value}" {problem}', node.start_mark) from error

    return Limited, Constructor


def _weight(node: Any, known: dict[int, int]) -> int:
    """How many keys and values a node comes to, repeated ones included."""
    if not isinstance(node.value, list):
        return 1
    if id(node) not in known:
        if odd := next((each[0] for each in node.value if isinstance(each, tuple) and each[0].id != "scalar"), None):
            raise _marked("unhashable key", odd.start_mark)
        parts = [part for each in node.value for part in (each if isinstance(each, tuple) else (each,))]
        known[id(node)] = 1 + sum(_weight(part, known) for part in parts)
        if known[id(node)] > MAX_VALUES:
            problem = f"the aliases (*name) repeat more than {MAX_VALUES:,} values; write fewer"
            raise _marked(problem, node.start_mark)
    return known[id(node)]


def _marked(problem: str, mark: Any) -> Exception:
    from ruamel.yaml.error import MarkedYAMLError

    return MarkedYAMLError(problem=problem, problem_mark=mark)


# ---- What the parser says, in words ----------------------------------------------------------------------------------

_QUOTE = "a quotation mark that is not closed; add it at the end of its text"
_BACKSLASH = "a backslash in double quotes; put the text in single quotes, where it stands for itself"
_COLON = "an extra colon or a wrong indent; put text that contains a colon in quotes"
_ALIAS = "an alias (*name) without an anchor (&name) above it; define the anchor or quote the text"
_AFTER = "text behind a closing quotation mark, or a wrong indent; put all of the text in quotes"
_INDENT = "an indent that fits none of the lines above; indent it as the line it belongs with"
_FOLDED = "a value cannot start with > or |; for a number write {at_least: 50}, for text use quotes"
_TYPE = "a word that starts with ! would be a type; put it in quotes"
_NAME = "a * or & starts the name of another block; put the text in quotes"
_DOCUMENT = "a line with --- or ... starts another document; keep one, and put text that starts so in quotes"
_KEY = "a block or a list where a key belongs; write the key as text, or put {{…}} in quotes"
# Parts of what the parser says, with our words, the first that fits. Where it happened, or ...
_WORDS: Mapping[str, str] = {
    "'\\t'": "a tab; indent with spaces",
    "mapping values are not allowed": _COLON,
    "found undefined alias": _ALIAS,
    "unknown escape character": _BACKSLASH,
    "hexdecimal": _BACKSLASH,
    "found unexpected ':'": _COLON,
    "but found '}'": "a closing } without its {; remove it, or add the {",
    "but found ']'": "a closing ] without its [; remove it, or add the [",
    "but found ','": "a comma between two blocks; put each on a line of its own, without the comma",
    "but found '<scalar>'": _AFTER,
    "expected <block end>": _INDENT,
    "sequence entries are not allowed": 'a list cannot start here; write each "- " on a line of its own',
    "mapping keys are not allowed": "a ? cannot start a value; put the text in quotes",
    "chomping or indentation": _FOLDED,
    "expected a comment or a line break": _FOLDED,
    "in a block scalar": _INDENT,
    "document separator": _DOCUMENT,
    "document end marker": _DOCUMENT,
    "single document": _DOCUMENT,
    "expected '<document start>'": _INDENT,
    "scanning a directive": "a line cannot start with %; put the text in quotes",
    "scanning an alias": _NAME,
    "scanning an anchor": _NAME,
    "alphabetic or numeric character": _NAME,
    "tag": _TYPE,
    "URI": _TYPE,
    "cannot start any token": "a value cannot start with this character; put it in quotes",
    "unhashable key": _KEY,
    "for merging": "<< takes the name of a block (*name); define &name above it",
    "expected the node content": "a value is missing before this sign; add it, or put the text in quotes",
    "maximum depth": f"more than {MAX_DEPTH} blocks inside each other; nest less",
}
# ... where the block or the text starts in which it happened.
_WORDS_OF_A_BLOCK: Mapping[str, str] = {
    "could not find expected ':'": 'a key without a colon; write "key: value"',
    "found unexpected end of stream": _QUOTE,
    "expected ',' or ']'": "a list that is not closed, or a missing comma in it; end it with ]",
    "expected ',' or '}'": "a block in braces that is not closed, or a missing comma; end it with }",
    "unclosed '[' or '{'": "a [ or { that is not closed; end it with ] or }",
}
_ANYTHING = "this line or the one above it cannot be read; look for a missing quote, comma, bracket or indent"


# A value that starts with a quotation mark.
_QUOTED = re.compile(r"""(?:^|[:,\[{-])\s*(["'])""")


def _never_closed(text: str, last: int) -> int | None:
    """The first line in front of this one with a value whose quotation mark is not closed on it."""
    for number, line in enumerate(text.split("\n")[:last]):
        if (found := _QUOTED.search(line)) and line.count(found[1]) % 2:
            return number
    return None


def _in_words(error: Exception, text: str) -> Unreadable:
    mark, context = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    problem = str(getattr(error, "problem", None) or "").split("\n")[0]
    said = f"{getattr(error, 'context', None) or ''} {problem}"
    if (at := getattr(error, "position", None)) is not None:
        line = text.count("\n", 0, at) + 1
        return Unreadable(f"line {line:,}: not valid YAML: a control character; save the file as plain text in UTF-8")
    if twice := re.match(r'found duplicate key "(.*?)"', problem):
        words = f'the same key appears twice in one block ("{twice[1]}"); keep one of them'
    elif problem.startswith('"') or ("alias" in problem and ";" in problem) or problem.startswith("the block named"):
        words = problem
    elif at_block := next((words for part, words in _WORDS_OF_A_BLOCK.items() if part in said), None):
        words, mark = at_block, context or mark
    else:
        words = next((words for part, words in _WORDS.items() if part in said), _ANYTHING)
        if words == _AFTER and mark and (opened := _never_closed(text, mark.line)) is not None:
            return Unreadable(f"line {opened + 1:,}: not valid YAML: {_QUOTE}")
    shown = mark or context
    return Unreadable(f"line {shown.line + 1 if shown else 1:,}: not valid YAML: {words}")

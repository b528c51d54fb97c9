"""A form that could not be sent, once more: what was typed, ready to be mended and sent to the same address.

Instructions, consent and what the page itself said travel along unseen. Nothing of it is ever in an address.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from leadbell.bodies import Pairs
from leadbell.errors import Problem
from leadbell.field_names import as_sent, is_behind_the_scenes, ours
from leadbell.languages import explain, label
from leadbell.pages import Input, Kind

_KINDS: Mapping[str, Kind] = {"email": "email", "phone": "tel", "message": "textarea"}
LONG = 80


def refill(pairs: Pairs, problems: Iterable[Problem], language: str, *, drop: frozenset[str]) -> tuple[Input, ...]:
    """The inputs of the page's form, with what is wrong; `drop` are names that must not come again."""
    wrong = {as_sent(each.field, (name for name, _ in pairs)): each for each in problems}
    kept = [(name, value) for name, value in pairs if name.lower() not in drop]
    asked_for = [(name, "") for name in wrong if name not in {name for name, _ in kept}]
    times = Counter(name for name, _ in kept)
    return tuple(_inputs([*kept, *asked_for], wrong, times, language))


def _inputs(
    pairs: Iterable[tuple[str, str]], wrong: Mapping[str, Problem], times: Counter[str], language: str
) -> Iterator[Input]:
    for name, value in pairs:
        problem = wrong.get(name)
        if problem is None and (times[name] > 1 or is_behind_the_scenes(name)):
            yield Input(name, value)
            continue
        called = title(name, language)
        why = explain(language, problem, called) if problem else ""
        yield Input(name, value, _kind(name, value), called, why)


def title(name: str, language: str) -> str:
    """What a person is shown as the name of a field."""
    return label(language, ours(name) or name) or name


def _kind(name: str, value: str) -> Kind:
    kind = _KINDS.get(ours(name), "text")
    return "textarea" if kind == "text" and (len(value) > LONG or "\n" in value or "\r" in value) else kind

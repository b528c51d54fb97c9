"""Contradictions between parts of a model: ids used twice, groups that do not exist."""

from collections.abc import Iterator, Mapping
from typing import Any

from leadbell.config_files import Mistake, value_at
from leadbell.suggestions import did_you_mean
from leadbell.yaml_files import Place


def clashes(raw: Any) -> Iterator[Mistake]:
    """Ids used twice and groups that do not exist, in a model's plain form, which may have other mistakes too."""
    seen: set[str] = set()
    for place, rule in [*_rules(raw, "personas"), *_rules(raw, "interest"), *_rules(raw, "vetoes")]:
        name = rule.get("id")
        if isinstance(name, str) and place[0] != "vetoes":
            if name in seen:
                yield (*place, "id"), f'the rule id "{name}" is used twice; give each rule its own id'
            seen.add(name)
    groups = value_at(raw, "interest", "groups")
    for place, rule in _rules(raw, "interest"):
        group = rule.get("group")
        if isinstance(groups, Mapping) and isinstance(group, str) and group not in groups:
            yield (*place, "group"), f'there is no group "{group}"{did_you_mean(group, groups)}'


def _rules(raw: Any, part: str) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    if part == "personas":
        personas = value_at(raw, part)
        places: list[Place] = [(part, at, "rules") for at in range(len(personas) if isinstance(personas, list) else 0)]
    else:
        places = [(part, "rules") if part == "interest" else (part,)]
    for place in places:
        rules = value_at(raw, *place)
        for at, rule in enumerate(rules if isinstance(rules, list) else []):
            if isinstance(rule, Mapping):
                yield (*place, at), rule

"""From the JSON that a model is stored as to the model made ready.

`rules` has checked a model before it is stored, so functions start without the libraries that check files. They guess
nothing all the same: a key, an event, a field, an operator or a kind of value that this version does not know is
refused, whichever version stored it. Keys that came later have the meaning of the time before them.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from leadbell.errors import InvalidModel
from leadbell.events import FACT_TYPES, REQUEST, Trust
from leadbell.scoring.compiled import Act, CompiledModel, FitRule, Grades, Group, Hit, Mql, Persona, Plan, Rule
from leadbell.scoring.conditions import Condition, Where, compile_where
from leadbell.scoring.fading import fading
from leadbell.scoring.vocabulary import WRITTEN, check_event, check_fact_fields, check_profile_fields

type Raw = Mapping[str, Any]

_EVERY: Where = {}
# The requests of a model that does not say: what the forms themselves mean as one.
AS_FORMS_MEAN_IT = tuple({"event": event, "where": {"means": REQUEST}} for event in WRITTEN)

# Facts by which somebody leaves contact details in exchange for something.
_GIVES_DETAILS = frozenset({"form.submitted", "guide.requested", "webinar.registered", "trial.started"})


@lru_cache(maxsize=4)
def compile_model(content: str, version: str) -> CompiledModel:
    """The model ready for `derive`; raises InvalidModel for content that this version does not know as a whole."""
    try:
        return _model(content, version, **json.loads(content))
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise InvalidModel(f"model {version} cannot be read: {type(error).__name__}") from error


def version_of(plain: Raw) -> str:
    """The hash of all in a model that gives points or moves stages; its stories do neither."""
    counted = {name: value for name, value in plain.items() if name != "stories"}
    return sha256(json.dumps(counted, sort_keys=True, separators=(",", ":")).encode()).hexdigest()[:12]


def packaged_content() -> str:
    """The model that ships with Leadbell as it would be stored; it is live until another is published."""
    return files("leadbell").joinpath("data/model.json").read_text(encoding="utf-8").rstrip("\n")


def _model(
    content: str,
    version: str,
    *,
    agreement: Raw,
    personas: Sequence[Raw],
    interest: Raw,
    grades: Raw,
    mql: Raw,
    product_acts: Sequence[Raw],
    product_act_days: int,
    request_days: int,
    vetoes: Sequence[Raw],
    questions: Sequence[Raw] = (),
    requests: Sequence[Raw] = AS_FORMS_MEAN_IT,
    bant: Raw = _EVERY,
    stories: Sequence[Raw] = (),
) -> CompiledModel:
    rules, groups = _interest(**interest)
    acts, asked = [_act(**raw) for raw in (*product_acts, *questions)], [_act(**raw) for raw in requests]
    return CompiledModel(
        version=version,
        content=content,
        plans={event: _plan(event, rules, acts, asked) for event in FACT_TYPES},
        groups=groups,
        personas=tuple(_persona(**raw) for raw in personas),
        grades=_grades(**grades),
        mql=Mql(**_numbers(mql)),
        vetoes=tuple(_veto(**raw) for raw in vetoes),
        bant=_bant(**bant),
        product_act_days=_whole(product_act_days),
        request_days=_whole(request_days),
    )


def _plan(event: str, rules: Iterable[Rule], acts: Iterable[Act], asked: Iterable[Act]) -> Plan:
    return Plan(
        rules=tuple((rule.id, rule.hit) for rule in rules if rule.event == event),
        product_acts=tuple(act.hit for act in acts if act.event == event),
        requests=tuple(act.hit for act in asked if act.event == event),
        gives_details=event in _GIVES_DETAILS,
    )


def _interest(*, groups: Mapping[str, Raw], rules: Iterable[Raw]) -> tuple[list[Rule], tuple[Group, ...]]:
    read = [_rule(groups, **raw) for raw in rules]
    return read, tuple(_group(name, read, **raw) for name, raw in groups.items())


def _group(name: str, rules: Iterable[Rule], *, label: str, cap: int | None = None, fades: object = None) -> Group:
    return Group(name, label, _maybe(cap), tuple(rule for rule in rules if rule.group == name))


def _rule(
    groups: Mapping[str, Raw],
    *,
    id: str,
    label: str,
    event: str,
    points: int,
    group: str,
    where: Where = _EVERY,
    trust: str = "browser",
    at_most: int | None = None,
    max_count: int | None = None,
    cap: int | None = None,
    fades: Raw | str | None = None,
) -> Rule:
    return Rule(
        id=id,
        label=label,
        event=event,
        group=group,
        points=_whole(points),
        at_most=_maybe(at_most),
        max_count=_maybe(max_count),
        cap=_maybe(cap),
        kept_days=FACT_TYPES[event].retention_days,
        left_after=fading(fades or groups[group].get("fades", "never")),
        hit=_hit(where, Trust[trust.upper()]),
    )


def _act(*, event: str, where: Where = _EVERY) -> Act:
    check_event(event)
    return Act(event, _hit(where, Trust.BROWSER))


def _hit(where: Where, least: Trust) -> Hit:
    """None, the quickest answer, where no fact has to be looked at: a machine's is left out before."""
    if not where and least <= Trust.BROWSER:
        return None
    holds = compile_where(where)
    check_fact_fields(where)
    return lambda fact: fact.trust >= least and holds(fact.fields)


def _persona(*, id: str, label: str, problem: str, rules: Iterable[Raw]) -> Persona:
    return Persona(id, label, tuple(_fit_rule(**raw) for raw in rules))


def _fit_rule(*, id: str, label: str, where: Where, points: int) -> FitRule:
    return FitRule(id, label, _whole(points), _of_contact(where))


def _veto(*, id: str, label: str, where: Where) -> tuple[str, Condition]:
    return label, _of_contact(where)


def _bant(*, need: Any = "yes", budget: Any = "yes", authority: Any = "yes", timing: Any = "yes") -> Condition:
    return _of_contact({"need": need, "budget": budget, "authority": authority, "timing": timing})


def _of_contact(where: Where) -> Condition:
    holds = compile_where(where)
    check_profile_fields(where)
    return holds


def _grades(*, fit: Raw, interest: Raw, unknown_under: int, known_enough: int) -> Grades:
    return Grades(_numbers(fit), _numbers(interest), _whole(unknown_under), _whole(known_enough))


def _numbers(plain: Raw) -> dict[str, int]:
    return {name: _whole(value) for name, value in plain.items()}


def _maybe(value: object) -> int | None:
    return None if value is None else _whole(value)


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r} is not a whole number")
    return value

"""From the JSON that a model is stored as to the model made ready.

`rules` has checked a model before it is stored, so functions start without the libraries that check files. They guess
nothing all the same: a key, an event, a field, an operator or a kind of value that this version does not know is
refused, whichever version stored it. So is what could not be scored with: a mark that is missing, a model without
personas. Keys that came later have the meaning of the time before them.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from leadbell.errors import InvalidModel
from leadbell.events import ADDED, FACT_TYPES, REQUEST, Trust
from leadbell.scoring.compiled import Act, CompiledModel, FitRule, Grades, Group, Hit, Mql, Persona, Plan, Rule
from leadbell.scoring.conditions import Condition, Where, compile_where
from leadbell.scoring.fading import fading
from leadbell.scoring.vocabulary import (
    WRITTEN,
    check_answer,
    check_event,
    check_fact_fields,
    check_profile_fields,
    fields_of,
    is_own,
)

type Raw = Mapping[str, Any]

_EVERY: Where = {}
# The requests of a model that does not say: what the forms themselves mean as one.
AS_FORMS_MEAN_IT = tuple({"event": event, "where": {"means": REQUEST}} for event in ("form.submitted", ADDED))

# By the word of a model file. No rule asks for a machine's facts.
_LEAST_TRUST = {trust.name.lower(): trust for trust in Trust if trust > Trust.MACHINE}

# Facts by which somebody leaves contact details in exchange for something.
_GIVES_DETAILS = frozenset({"form.submitted", "guide.requested", "webinar.registered", "trial.started"})


@lru_cache(maxsize=4)
def compile_model(content: str, version: str) -> CompiledModel:
    """The model ready for `derive`; raises InvalidModel for content that this version does not know as a whole."""
    try:
        return _model(content, version, **json.loads(content))
    except (AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
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
    made = tuple(_persona(**raw) for raw in _filled(personas))
    _differ([rule.id for rule in rules] + [rule.id for persona in made for rule in persona.rules])
    acts = [*(_act(**raw) for raw in _listed(product_acts)), *(_written(**raw) for raw in _listed(questions))]
    asked = [_written(**raw) for raw in _filled(requests)]
    return CompiledModel(
        version=version,
        content=content,
        plans={event: _plan(event, rules, acts, asked) for event in FACT_TYPES},
        groups=groups,
        personas=made,
        grades=_grades(**grades),
        mql=_mql(**mql),
        vetoes=tuple(_veto(**raw) for raw in _listed(vetoes)),
        bant=_bant(**bant),
        product_act_days=_whole(product_act_days, least=1),
        request_days=_whole(request_days, least=1),
        own_fields=frozenset(_own_fields(personas, vetoes)),
    )


def _own_fields(personas: Sequence[Raw], vetoes: Sequence[Raw]) -> Iterator[str]:
    rules = [*(rule for persona in personas for rule in persona["rules"]), *vetoes]
    yield from (name for rule in rules for name in fields_of(rule["where"]) if is_own(name))


def _plan(event: str, rules: Iterable[Rule], acts: Iterable[Act], asked: Iterable[Act]) -> Plan:
    return Plan(
        rules=tuple((rule.id, rule.hit) for rule in rules if rule.event == event),
        product_acts=tuple(act.hit for act in acts if act.event == event),
        requests=tuple(act.hit for act in asked if act.event == event),
        gives_details=event in _GIVES_DETAILS,
    )


def _interest(*, groups: Mapping[str, Raw], rules: Sequence[Raw]) -> tuple[list[Rule], tuple[Group, ...]]:
    read = [_rule(groups, **raw) for raw in _listed(rules)]
    return read, tuple(_group(name, read, **raw) for name, raw in groups.items())


def _group(
    name: str, rules: Iterable[Rule], *, label: str, cap: int | None = None, fades: Raw | str = "never"
) -> Group:
    fading(fades)
    return Group(name, _text(label), _maybe(cap), tuple(rule for rule in rules if rule.group == name))


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
        id=_text(id),
        label=_text(label),
        event=event,
        group=group,
        points=_whole(points),
        at_most=_maybe(at_most),
        max_count=_maybe(max_count),
        cap=_maybe(cap),
        kept_days=FACT_TYPES[event].retention_days,
        left_after=fading(groups[group].get("fades", "never") if fades is None else fades),
        hit=_hit(where, _LEAST_TRUST[trust]),
    )


def _act(*, event: str, where: Where = _EVERY) -> Act:
    check_event(event)
    return Act(event, _hit(where, Trust.BROWSER))


def _written(*, event: str, where: Where = _EVERY) -> Act:
    if event not in WRITTEN:
        raise ValueError(f"{event} is not written by a person")
    return _act(event=event, where=where)


def _hit(where: Where, least: Trust) -> Hit:
    """None, the quickest answer, where no fact has to be looked at: a machine's is left out before."""
    if where == _EVERY and least <= Trust.BROWSER:
        return None
    holds = compile_where(where)
    check_fact_fields(where)
    return lambda fact: fact.trust >= least and holds(fact.fields)


def _persona(*, id: str, label: str, problem: str, rules: Sequence[Raw]) -> Persona:
    _text(problem)
    return Persona(_text(id), _text(label), tuple(_fit_rule(**raw) for raw in _listed(rules)))


def _fit_rule(*, id: str, label: str, where: Where, points: int) -> FitRule:
    return FitRule(_text(id), _text(label), _whole(points), _of_contact(where))


def _veto(*, id: str, label: str, where: Where) -> tuple[str, Condition]:
    _text(id)
    return _text(label), _of_contact(where)


def _bant(*, need: Any = "yes", budget: Any = "yes", authority: Any = "yes", timing: Any = "yes") -> Condition:
    answers = {"need": need, "budget": budget, "authority": authority, "timing": timing}
    for answer in answers.values():
        check_answer(answer)
    return _of_contact(answers)


def _of_contact(where: Where) -> Condition:
    if where == _EVERY:
        raise ValueError("a condition without fields would match every contact")
    holds = compile_where(where)
    check_profile_fields(where)
    return holds


def _grades(*, fit: Raw, interest: Raw, unknown_under: int, known_enough: int) -> Grades:
    return Grades(_bands("ABC", fit), _bands("123", interest), _whole(unknown_under), _whole(known_enough))


def _bands(names: str, plain: Raw) -> dict[str, int]:
    bands = {name: _whole(value) for name, value in plain.items()}
    if bands.keys() != {*names} or not bands[names[0]] > bands[names[1]] > bands[names[2]]:
        raise ValueError(f"the marks of {', '.join(names)} are not three that decrease")
    return bands


def _mql(*, fit: int, interest: int, leave_fit: int, leave_interest: int) -> Mql:
    read = Mql(_whole(fit), _whole(interest), _whole(leave_fit), _whole(leave_interest))
    if read.leave_fit > read.fit or read.leave_interest > read.interest:
        raise ValueError("a contact would qualify and leave at once")
    return read


def _differ(names: Collection[str]) -> None:
    if len({*names}) != len(names):
        raise ValueError("the id of a rule is used twice")


def _listed(value: Sequence[Raw]) -> Sequence[Raw]:
    if not isinstance(value, list | tuple):
        raise TypeError(f"{value!r} is not a list")
    return value


def _filled(value: Sequence[Raw]) -> Sequence[Raw]:
    if not _listed(value):
        raise ValueError("a list is empty")
    return value


def _text(value: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value


def _maybe(value: object) -> int | None:
    return None if value is None else _whole(value, least=1)


def _whole(value: object, least: int | None = None) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r} is not a whole number")
    if least is not None and value < least:
        raise ValueError(f"{value} is less than {least}")
    return value

"""A scoring model made ready: its conditions and fadings turned into functions, once per model."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from leadbell.conditions import Condition, compile_where
from leadbell.fading import fading
from leadbell.rules import InterestRule, Model, Persona


@dataclass(frozen=True, slots=True)
class CompiledModel:
    """A model with its conditions and fadings turned into functions, once."""

    model: Model
    version: str
    by_event: Mapping[str, tuple[tuple[InterestRule, Condition], ...]]
    left_after: Mapping[str, Callable[[int], int]]
    fit: tuple[tuple[Persona, tuple[Condition, ...]], ...]
    vetoes: tuple[tuple[str, Condition], ...]
    product_acts: Mapping[str, tuple[Condition, ...]] = field(default_factory=dict)


@lru_cache(maxsize=4)
def _compiled(model_json: str) -> CompiledModel:
    model = Model.model_validate_json(model_json)
    groups = model.interest.groups
    by_event: dict[str, tuple[tuple[InterestRule, Condition], ...]] = {}
    for rule in model.interest.rules:
        by_event[rule.event] = (*by_event.get(rule.event, ()), (rule, compile_where(rule.where)))
    acts: dict[str, tuple[Condition, ...]] = {}
    for act in model.product_acts:
        acts[act.event] = (*acts.get(act.event, ()), compile_where(act.where))
    return CompiledModel(
        model=model,
        version=model.version(),
        by_event=by_event,
        left_after={rule.id: fading(rule.fades or groups[rule.group].fades) for rule in model.interest.rules},
        fit=tuple((p, tuple(compile_where(rule.where) for rule in p.rules)) for p in model.personas),
        vetoes=tuple((veto.label, compile_where(veto.where)) for veto in model.vetoes),
        product_acts=acts,
    )


def compile_model(model: Model) -> CompiledModel:
    """The model ready for `derive`; the same model is compiled once."""
    return _compiled(model.model_dump_json())

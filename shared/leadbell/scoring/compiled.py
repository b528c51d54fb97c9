"""A scoring model made ready: its conditions and fadings turned into functions, once per model."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from leadbell.events import FACT_TYPES, Fact, Trust
from leadbell.scoring.conditions import Condition, Where, compile_where
from leadbell.scoring.fading import fading
from leadbell.scoring.rules import Group, InterestRule, Model, Persona


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a model asks of the facts of one type. A condition is None where every fact of the type meets it.

    `rules` has those that a fact of each trust can hit, from machine (none) to verified.
    """

    rules: tuple[tuple[tuple[str, Condition | None], ...], ...]
    product_acts: tuple[Condition | None, ...]
    requests: tuple[Condition | None, ...]
    gives_details: bool


@dataclass(frozen=True, slots=True)
class CompiledModel:
    """A model with its conditions and fadings turned into functions, once. `plans` has every type of fact there is."""

    model: Model
    version: str
    plans: Mapping[str, Plan]
    by_group: tuple[tuple[str, Group, tuple[InterestRule, ...]], ...]
    left_after: Mapping[str, Callable[[int], int]]
    fit: tuple[tuple[Persona, tuple[Condition, ...]], ...]
    vetoes: tuple[tuple[str, Condition], ...]
    bant: Condition

    def is_request(self, fact: Fact) -> bool:
        """Whether this model calls it a request; when it happened and how far it is trusted does not matter here."""
        plan = self.plans.get(fact.type)
        return plan is not None and any(holds is None or holds(fact.fields) for holds in plan.requests)


# Facts by which somebody leaves contact details in exchange for something.
_GIVES_DETAILS = frozenset({"form.submitted", "guide.requested", "webinar.registered", "trial.started"})


def _plan(event: str, model: Model) -> Plan:
    return Plan(
        rules=tuple(_rules(event, model, trust) for trust in Trust),
        product_acts=(
            *(_condition(act.where) for act in model.product_acts if act.event == event),
            *(_condition(asked.where) for asked in model.questions if asked.event == event),
        ),
        requests=tuple(_condition(asked.where) for asked in model.requests if asked.event == event),
        gives_details=event in _GIVES_DETAILS,
    )


def _rules(event: str, model: Model, trust: Trust) -> tuple[tuple[str, Condition | None], ...]:
    of_event = [rule for rule in model.interest.rules if rule.event == event]
    return tuple((rule.id, _condition(rule.where)) for rule in of_event if trust >= Trust[rule.trust.upper()])


def _condition(where: Where) -> Condition | None:
    return compile_where(where) if where else None


@lru_cache(maxsize=4)
def _compiled(model_json: str) -> CompiledModel:
    model = Model.model_validate_json(model_json)
    groups, rules = model.interest.groups, model.interest.rules
    return CompiledModel(
        model=model,
        version=model.version(),
        plans={event: _plan(event, model) for event in FACT_TYPES},
        by_group=tuple((name, group, tuple(r for r in rules if r.group == name)) for name, group in groups.items()),
        left_after={rule.id: fading(rule.fades or groups[rule.group].fades) for rule in rules},
        fit=tuple((p, tuple(compile_where(rule.where) for rule in p.rules)) for p in model.personas),
        vetoes=tuple((veto.label, compile_where(veto.where)) for veto in model.vetoes),
        bant=compile_where(model.bant.where),
    )


def compile_model(model: Model) -> CompiledModel:
    """The model ready for `derive`; the same model is compiled once."""
    return _compiled(model.model_dump_json())


@dataclass(frozen=True, slots=True)
class Active:
    """The live model. `since` None: the packaged one, whose start was never recorded."""

    compiled: CompiledModel
    since: datetime | None = None
    number: int = 0

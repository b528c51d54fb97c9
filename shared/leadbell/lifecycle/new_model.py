"""What a new model may do: move contacts, but never alert anybody by itself.

A contact enters SQL, and so alerts, when it qualifies with all its facts under the active model and one of these holds:

1. it has never been looked at, or its standing was made with the active model, or it qualifies under the model that
   its standing was made with too: then it is not the model that changed its mind;
2. a request came since the active model was activated, or without what came since it would not qualify: then it is
   the person who did something. What came before and is a request only by the active model is no such thing.

Otherwise it is held at MQL, for a person to look at. What holds it stays until a new request, an operator's word, or
the day on which it does not qualify any more. A request found late, after an outage and a publishing in between,
qualifies under both models and alerts when it is found.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from leadbell.companies import Company
from leadbell.events import Fact
from leadbell.lifecycle.obstacles import earned, obstacles
from leadbell.lifecycle.stages import Stage
from leadbell.lifecycle.standing import Standing
from leadbell.scoring.appraisal import appraise
from leadbell.scoring.compiled import Active, CompiledModel
from leadbell.scoring.scoring import Derived
from leadbell.scoring.snapshots import History


def _worth(
    standing: Standing, facts: Sequence[Fact], model: CompiledModel, now: datetime, company: Company | None
) -> Derived:
    """What the facts are worth by the model; which company it is, all models agree on."""
    return appraise(History(facts), standing.reset_at, model, now.date(), lambda _: company).derived


def may_enter_sql(
    standing: Standing,
    facts: Sequence[Fact],
    active: Active,
    earlier: Callable[[str], CompiledModel | None],
    now: datetime,
    company: Company | None = None,
) -> bool:
    """Whether a contact that qualifies now may enter SQL. `earlier` gives a published model by its version."""

    def qualifies(facts: Sequence[Fact], model: CompiledModel) -> bool:
        return not obstacles(standing, _worth(standing, facts, model, now, company))

    made_with, held_at = standing.bookkeeping.model, standing.qualification.held_at
    before = active.compiled if made_with in ("", active.compiled.version) else earlier(made_with)
    if held_at is None and (before is active.compiled or (before is not None and qualifies(facts, before))):
        return True
    new = [fact for fact in facts if _is_new(fact, standing, active) and not _is_reread(fact, active, before)]
    new_ids = {fact.id for fact in new}
    asked = any(active.compiled.is_request(fact) for fact in new)
    return asked or not qualifies([fact for fact in facts if fact.id not in new_ids], active.compiled)


def _is_new(fact: Fact, standing: Standing, active: Active) -> bool:
    """Whether it came since the contact was held and the active model was activated, whichever was later.

    What held the contact was decided about in that very write, so what is still undecided is new. The same serves
    where nobody knows when the model came into force.
    """
    if (held_at := standing.qualification.held_at) is not None:
        return fact.undecided or fact.received_at > max(held_at, active.since or held_at)
    return fact.undecided if active.since is None else fact.received_at > active.since


def _is_reread(fact: Fact, active: Active, before: CompiledModel | None) -> bool:
    """Whether it came before the active model did and is a request only since then: the model, not the person."""
    is_older = active.since is not None and fact.received_at <= active.since
    return is_older and active.compiled.is_request(fact) and not (before is not None and before.is_request(fact))


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What another model would change for one contact today. `would_alert`: it would be an SQL that it is not yet."""

    contact_id: str
    stage: Stage
    new_stage: Stage
    grade: str
    new_grade: str
    would_alert: bool

    @property
    def changes(self) -> bool:
        """Whether anything at all."""
        return self.would_alert or (self.stage, self.grade) != (self.new_stage, self.new_grade)


def foresee(
    contact_id: str,
    standing: Standing,
    facts: Sequence[Fact],
    models: tuple[CompiledModel, CompiledModel],
    now: datetime,
    company: Company | None = None,
) -> Foreseen:
    """The contact under the active model and under another: `models` in this order."""
    active, other = (_worth(standing, facts, model, now, company) for model in models)
    stage, new = (earned(standing, derived, model.mql) for derived, model in zip((active, other), models, strict=True))
    if standing.qualification.held_at is not None and stage is Stage.SQL:
        stage, new = Stage.MQL, Stage.MQL if new is Stage.SQL else new
    entered = new is Stage.SQL and stage is not Stage.SQL
    return Foreseen(contact_id, stage, Stage.MQL if entered else new, active.grade, other.grade, entered)

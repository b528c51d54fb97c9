"""A scoring model made ready: its conditions and fadings turned into functions, and sorted as scoring asks for them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from leadbell.events import Fact
from leadbell.scoring.conditions import Condition
from leadbell.scoring.fading import Left

# Whether a fact is meant; None where every fact of its type is that a machine did not send.
Hit = Callable[[Fact], bool] | None


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a model asks of the facts of one type. `rules` has the ids of those of interest."""

    rules: tuple[tuple[str, Hit], ...]
    product_acts: tuple[Hit, ...]
    requests: tuple[Hit, ...]
    gives_details: bool


@dataclass(frozen=True, slots=True)
class Act:
    """Something done that the model names."""

    event: str
    hit: Hit


@dataclass(frozen=True, slots=True)
class Rule:
    """Points for something done. `kept_days` is how long its facts count; None: for ever."""

    id: str
    label: str
    event: str
    group: str
    points: int
    at_most: int | None
    max_count: int | None
    cap: int | None
    kept_days: int | None
    left_after: Left
    hit: Hit


@dataclass(frozen=True, slots=True)
class Group:
    """Rules of interest that share a cap."""

    id: str
    label: str
    cap: int | None
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class FitRule:
    """Points for who somebody is."""

    id: str
    label: str
    points: int
    holds: Condition


@dataclass(frozen=True, slots=True)
class Persona:
    """One kind of buyer."""

    id: str
    label: str
    rules: tuple[FitRule, ...]


@dataclass(frozen=True, slots=True)
class Grades:
    """Lowest number of each band, and how much has to be known before a low fit says anything."""

    fit: Mapping[str, int]
    interest: Mapping[str, int]
    unknown_under: int
    known_enough: int


@dataclass(frozen=True, slots=True)
class Mql:
    """Where a contact becomes an MQL, and the lower marks under which it stops being one."""

    fit: int
    interest: int
    leave_fit: int
    leave_interest: int


@dataclass(frozen=True, slots=True)
class CompiledModel:
    """A model with its conditions and fadings turned into functions. `plans` has every type of fact there is.

    `content` is the JSON it was read from. `own_fields` are the fields of forms' own that it asks of a contact.
    """

    version: str
    content: str
    plans: Mapping[str, Plan]
    groups: tuple[Group, ...]
    personas: tuple[Persona, ...]
    grades: Grades
    mql: Mql
    vetoes: tuple[tuple[str, Condition], ...]
    bant: Condition
    product_act_days: int
    request_days: int
    own_fields: frozenset[str] = frozenset()

    def is_request(self, fact: Fact) -> bool:
        """Whether this model calls it a request; when it happened and how far it is trusted does not matter here."""
        plan = self.plans.get(fact.type)
        return plan is not None and any(hit is None or hit(fact) for hit in plan.requests)


@dataclass(frozen=True, slots=True)
class Active:
    """The live model. `since` None: the packaged one, whose start was never recorded."""

    compiled: CompiledModel
    since: datetime | None = None
    number: int = 0

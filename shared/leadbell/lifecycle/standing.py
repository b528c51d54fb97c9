"""The stored state of a contact: its score, its qualification, a promised return, and internal notes.

It is replaced part by part, `replace(standing, qualification=...)`; `contacts.standing_items` stores it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from leadbell.lifecycle.stages import Stage

if TYPE_CHECKING:  # doors read a standing, and start without scoring
    from leadbell.scoring.scoring import Derived

REASONS_KEPT = 5


@dataclass(frozen=True, slots=True)
class Score:
    """What the facts were worth when they were last looked at, with the weightiest `reasons` and the rest as one."""

    fit: int = 0
    interest: int = 0
    grade: str = ""
    reasons: tuple[tuple[str, int], ...] = ()


def score_of(derived: "Derived") -> Score:
    """The score that is kept of what facts are worth."""
    few, others = derived.reasons[:REASONS_KEPT], derived.reasons[REASONS_KEPT:]
    remainder = sum(reason.points for reason in others)
    kept = [(reason.label, reason.points) for reason in few] + [("everything else", remainder)] * bool(remainder)
    return Score(derived.fit, derived.interest, derived.grade, weightiest_first(kept))


def weightiest_first(reasons: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """The kept reasons in the one order in which they are shown and compared."""
    return tuple(sorted(reasons, key=lambda reason: (-abs(reason[1]), reason[0])))


@dataclass(frozen=True, slots=True)
class Qualification:
    """The stage of the contact and who works on it: the result of its log of moves and of what people recorded.

    `cycle` counts how often it entered SQL; `cycles_erased` of these an erasure took away, and their numbers are not
    given again. Interest counts from `reset_at` on, and a request only after `requests_used_until`. `held_at`: since
    when only a new model makes it an SQL. `status` is `working` once sales has taken an SQL up; `qualified_by` is the
    fact that made it one, `alerted_rep` who got the latest alert, empty where there is none.
    """

    stage: Stage = Stage.PROSPECT
    since: datetime | None = None
    max_stage: Stage = Stage.PROSPECT
    moves: int = 0
    cycle: int = 0
    cycles_erased: int = 0
    reset_at: datetime | None = None
    requests_used_until: datetime | None = None
    held_at: datetime | None = None
    owner: str = ""
    status: str = ""
    qualified_by: str = ""
    alerted_rep: str = ""


@dataclass(frozen=True, slots=True)
class Promise:
    """That sales is reminded of the contact on a day: it returned the lead until then, by the fact `return_cause`."""

    return_on: date
    return_cause: str


@dataclass(frozen=True, slots=True)
class Bookkeeping:
    """What the service notes for its own next look. `version` 0: the standing was never written.

    `evidence` is a digest of the facts it stands on, `profile` one of the profile; `display` is what lists show of
    it. Facts filed until `sealed_through` are in the contact's snapshot. `linked`: some visitor's facts are this
    contact's too. `listed_under` is the id of the company whose people it is one of. `privacy` is what it asks of us
    that a person must answer (`contacts.privacy_requests`). `subscribed_at`: the latest signup of who gets the
    newsletter now. `marks` are what tells it from others who are perhaps the same person (`sales.perhaps_same`), and
    `mailed_as` is the number of the latest mail to sales about it; 0 where there is none.
    """

    version: int = 0
    evidence: str = ""
    model: str = ""
    as_of: str = ""
    due_at: datetime | None = None
    erased_at: datetime | None = None
    sealed_through: date | None = None
    linked: bool = False
    listed_under: str = ""
    privacy: str = ""
    profile: str = ""
    subscribed_at: datetime | None = None
    marks: str = ""
    mailed_as: int = 0
    display: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a contact stands, as last written."""

    score: Score = Score()
    qualification: Qualification = Qualification()
    promise: Promise | None = None
    bookkeeping: Bookkeeping = field(default_factory=Bookkeeping)

    @property
    def stage(self) -> Stage:
        """The rung or side state it is on."""
        return self.qualification.stage

    @property
    def cycle(self) -> int:
        """The number of its latest qualification; 0 before the first."""
        return self.qualification.cycle

    @property
    def times_qualified(self) -> int:
        """How many of its qualifications are known."""
        return self.qualification.cycle - self.qualification.cycles_erased

    @property
    def owner(self) -> str:
        """The rep who has the contact; empty where nobody was named."""
        return self.qualification.owner

    @property
    def reset_at(self) -> datetime | None:
        """From when on interest counts; None: from the first fact on."""
        return self.qualification.reset_at

    @property
    def return_on(self) -> date | None:
        """The day until which sales returned the lead; None where no return is promised."""
        return None if self.promise is None else self.promise.return_on

    @property
    def grade(self) -> str:
        """As letter and digit; empty before the first look."""
        return self.score.grade

    @property
    def version(self) -> int:
        """Counts the times it was written."""
        return self.bookkeeping.version

    @property
    def erased_at(self) -> datetime | None:
        """When the contact was erased for the last time: what happened until then stays gone."""
        return self.bookkeeping.erased_at


def next_timer(standing: Standing) -> date | None:
    """The day on which a person must be reminded of the contact, whatever its facts do; None where there is none."""
    return standing.return_on

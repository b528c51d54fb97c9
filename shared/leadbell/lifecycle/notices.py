"""Which facts sales is notified of, and how: as the alert, as "asked again", as a message or as a reminder.

Every fact by which a person wrote to us is notified exactly once, whatever the model says, and so is every request of
the model. A request that enters SQL is the alert of its cycle; on an open lead the first one of a form and day is sent
as "asked again". The request of an existing customer goes to who owns the account, with a deadline and counted apart.
Everything else is a message that says why it is no alert.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from leadbell.events import AS_RECEIVED, ERASURE, Fact, wrote_to_us
from leadbell.formats import Worded, a_month_later, on_day
from leadbell.lifecycle.obstacles import what_silences
from leadbell.lifecycle.stages import Move, Stage
from leadbell.lifecycle.standing import Standing
from leadbell.scoring.scoring import Derived


class Heard(Worded):
    """How sales is notified of a fact."""

    ALERT = "alert", "alert"
    ASKED_AGAIN = "asked_again", '"asked again"'
    COPY = "copy", "message"
    CUSTOMER = "customer", "customer's request"
    REMINDER = "reminder", "reminder"

    @property
    def one(self) -> str:
        """One such mail, as it is spoken of in a sentence."""
        article = {Heard.ALERT: "an ", Heard.ASKED_AGAIN: ""}.get(self, "a ")
        return f"{article}{self.words}"


@dataclass(frozen=True, slots=True)
class Notice:
    """One mail to sales: which fact, as what, and why it is no alert."""

    heard: Heard
    fact: Fact
    why: str = ""


def notices_of(
    before: Standing,
    after: Standing,
    moves: Sequence[Move],
    derived: Derived,
    facts: Sequence[Fact],
) -> tuple[Notice, ...]:
    """The mails that follow from moves and from the facts that are still undecided, in the order they came."""
    undecided = sorted((fact for fact in facts if fact.undecided), key=AS_RECEIVED)
    entered = next((move for move in moves if move.after is Stage.SQL), None)
    notices: list[Notice] = []
    heard_as_alert = ""
    if entered is not None:
        cause = next((fact for fact in facts if fact.id == entered.cause), None)
        if cause is not None:
            notices.append(Notice(Heard.ALERT, cause, entered.reason))
            heard_as_alert = cause.id
    asked = _asked_again_before(facts, before, derived)
    for fact in undecided:
        is_request = derived.is_request(fact)
        if fact.id == heard_as_alert or not (is_request or wrote_to_us(fact)):
            continue
        if is_request and after.stage is Stage.SQL and _asked_key(fact) not in asked:
            asked.add(_asked_key(fact))
            notices.append(Notice(Heard.ASKED_AGAIN, fact))
        else:
            heard = Heard.CUSTOMER if is_request and _is_customer(after, derived) else Heard.COPY
            notices.append(Notice(heard, fact, _why_copy(fact, after, derived)))
    return tuple(notices)


def reminder_of(standing: Standing, facts: Sequence[Fact], today: date) -> Notice | None:
    """The reminder that is due: of the fact by which sales gave the contact back until now."""
    promise = standing.promise
    if promise is None or today < promise.return_on:
        return None
    cause = next((fact for fact in facts if fact.id == promise.return_cause), None)
    return None if cause is None else Notice(Heard.REMINDER, cause, promise.return_on.isoformat())


def _asked_again_before(facts: Sequence[Fact], standing: Standing, derived: Derived) -> set[tuple[str, str]]:
    """The forms and days for which the open lead's "asked again" has gone out."""
    cause = next((fact for fact in facts if fact.id == standing.qualification.qualified_by), None)
    if standing.stage is not Stage.SQL or cause is None:
        return set()
    later = (f for f in facts if derived.is_request(f) and f.id != cause.id and f.received_at >= cause.received_at)
    return {_asked_key(fact) for fact in later if not fact.undecided}


def _asked_key(fact: Fact) -> tuple[str, str]:
    """At most one "asked again" per form and UTC day; more on that day are messages."""
    return str(fact.fields.get("form", "")), fact.received_at.date().isoformat()


def _is_customer(standing: Standing, derived: Derived) -> bool:
    """Whether the request of a customer is for who owns the account; an open deal has its own rep."""
    is_open = standing.stage in (Stage.SQL, Stage.OPPORTUNITY, Stage.DISQUALIFIED)
    bought = standing.stage in (Stage.CUSTOMER, Stage.EVANGELIST) or derived.profile.text("relation") == "customer"
    return bought and not is_open


def _why_copy(fact: Fact, standing: Standing, derived: Derived) -> str:
    if fact.type == ERASURE:
        by = on_day(a_month_later(fact.received_at.date()))
        return f"answer by {by}; to delete the data, run: leadbell erase"
    if not derived.is_request(fact):
        return ""
    if standing.stage in (Stage.SQL, Stage.OPPORTUNITY):
        return "a repeated request; the lead is already with sales"
    if standing.stage in (Stage.CUSTOMER, Stage.EVANGELIST):
        return "existing customer"
    if standing.stage is Stage.DISQUALIFIED:
        return "disqualified"
    if standing.qualification.held_at is not None:
        return "only a new scoring model makes it an SQL; held at MQL"
    return ", ".join(obstacle.why for obstacle in what_silences(fact, standing, derived))

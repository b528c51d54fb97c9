"""The rep who is notified about a contact: its owner, else its company's owner, else the rep who has it or a colleague
open, else the rep who covers its country.

Without any of these it is the default inbox.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from leadbell.lifecycle.notices import Heard, Notice
from leadbell.lifecycle.stages import Stage, height
from leadbell.lifecycle.standing import Standing


@dataclass(frozen=True, slots=True)
class Rep:
    """A sales rep, the SNS topic that mails them and the countries they cover (ISO 3166-1 alpha-2)."""

    id: str
    name: str
    topic_arn: str
    countries: tuple[str, ...] = field(default=())
    active: bool = True


@dataclass(frozen=True, slots=True)
class Route:
    """Where a mail goes; `rep` None is the default inbox, and `note` then says why."""

    rep: Rep | None
    note: str = ""


def route(
    owner: str, country: str, reps: Sequence[Rep], company_owner: str = "", has_open: Sequence[str] = ()
) -> Route:
    """The rep for a contact. A rep without countries covers all that nobody covers by name.

    `has_open` are the ids of the reps who have it, or a colleague of it, as an open lead; the likeliest first.
    """
    active = [rep for rep in reps if rep.active]
    if not active:
        return Route(None)
    owned = next((rep for each in (owner, company_owner, *has_open) for rep in active if rep.id == each), None)
    if owned is not None:
        return Route(owned)
    covering = sorted((rep for rep in active if country and country in rep.countries), key=lambda rep: rep.id)
    anywhere = sorted((rep for rep in active if not rep.countries), key=lambda rep: rep.id)
    found = [*covering, *anywhere]
    if found:
        return Route(found[0])
    return Route(None, f"no rep covers {country}" if country else "the country is not known")


def reader_of(notice: Notice, owner: str, reps: Sequence[Rep]) -> str:
    """The rep a mail is for: a reminder goes to who asked for it, if they still work here; else the owner."""
    asked_by = str(notice.fact.fields.get("by", "")) if notice.heard is Heard.REMINDER else ""
    return asked_by if any(rep.active and rep.id == asked_by for rep in reps) else owner


def having(notice: Notice, standing: Standing) -> tuple[str, ...]:
    """The rep who has the open lead that a mail is about; an alert opens it anew."""
    is_open = notice.heard is not Heard.ALERT and height(standing.stage) >= height(Stage.SQL)
    rep = standing.qualification.alerted_rep
    return (rep,) if is_open and rep else ()

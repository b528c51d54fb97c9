"""People of one company: who is a known colleague, how a mail names them, and which rep has them already.

Only an address of the company's own domain makes somebody a colleague; free mail, internet providers, student mail and
universities are no company. Known are contacts at MQL or above; the others are no news for sales. A contact without a
grade is never named as a colleague: they objected to that use of their data.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from leadbell.companies import Company, is_company
from leadbell.formats import NOT_GRADED, on_day
from leadbell.lifecycle.stages import Stage, height
from leadbell.lifecycle.standing import Standing
from leadbell.outbox.blocks import Colleagues, Line
from leadbell.plain_text import clean
from leadbell.sales.routing import Rep

NAMED_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody as their colleagues' mails show them; `reps` has the ids of who may have them, the likeliest first."""

    contact_id: str
    name: str
    title: str
    stage: Stage
    since: datetime
    cycle: int
    reps: tuple[str, ...]


def company_domain(email: str, company: Company | None) -> str:
    """The domain under which an address has colleagues; empty where it has none.

    `company` is what the operator said of it, maybe of the domain above. Nothing else looks above: over `yahoo.co.uk`
    there is `co.uk`, over a host of students their university.
    """
    own = email.rpartition("@")[2].lower()
    if "." not in own or not is_company(own):
        return ""
    return own if company is None else company.domain


def is_known(stage: Stage, grade: str) -> bool:
    """Whether somebody on this stage and of this grade is known to colleagues."""
    return height(stage) >= height(Stage.MQL) and not grade.startswith(NOT_GRADED)


def colleague_of(contact_id: str, standing: Standing) -> Colleague | None:
    """What colleagues' mails show of a contact; None where it is not known to them."""
    if not standing.bookkeeping.listed_under or standing.qualification.since is None:
        return None
    shown = standing.bookkeeping.display
    return Colleague(
        contact_id,
        shown.get("name", "") or shown.get("email", ""),
        shown.get("title", ""),
        standing.stage,
        standing.qualification.since,
        standing.cycle,
        tuple(dict.fromkeys(rep for rep in (standing.owner, standing.qualification.alerted_rep) if rep)),
    )


def in_order(colleagues: Iterable[Colleague]) -> tuple[Colleague, ...]:
    """The furthest on the ladder first, and of one stage the latest."""
    by_time = sorted(colleagues, key=lambda each: (each.since, each.contact_id), reverse=True)
    return tuple(sorted(by_time, key=lambda each: -height(each.stage)))


def reps_of(colleagues: Sequence[Colleague]) -> list[str]:
    """Who of sales has the open leads and customers of a company, in the colleagues' order."""
    return [rep for each in colleagues if height(each.stage) >= height(Stage.SQL) for rep in each.reps]


def told_of(colleagues: Sequence[Colleague], reps: Sequence[Rep]) -> Colleagues:
    """The block of a mail that names colleagues."""
    more = len(colleagues) - NAMED_AT_MOST
    lines = [line_about(each, reps) for each in colleagues[:NAMED_AT_MOST]]
    return Colleagues((*lines, *([Line(f"and {more} more")] if more > 0 else [])))


def line_about(colleague: Colleague, reps: Sequence[Rep]) -> Line:
    """`Anna Ek, VP Operations: SQL since 12 March 2026, with Sara`."""
    who = ", ".join(clean(part) for part in (colleague.name, colleague.title) if part) or "No name given"
    names = {rep.id: rep.name for rep in reps if rep.active}
    has = next((names[rep] for rep in colleague.reps if rep in names), "")
    text = (
        f"{who}: {colleague.stage.label} since {on_day(colleague.since.date())}{f', with {clean(has)}' if has else ''}"
    )
    return Line(text, colleague.contact_id)

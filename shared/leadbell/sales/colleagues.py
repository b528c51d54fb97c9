"""People of one company: who is known to whom, in which words a mail says so, and who of sales has them already.

Only an address of the company's own domain makes somebody a colleague; free mail, internet providers, students' hosts
and universities are nobody's company. Known are those who stand at MQL or above: the rest is no news for sales. Who is
not graded is nobody's colleague either: knowing them as one would be knowing more than they told.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from leadbell.companies import Company, is_company
from leadbell.lifecycle.stages import Stage, Standing, height
from leadbell.plain_text import clean
from leadbell.sales.routing import Rep
from leadbell.scoring.scoring import NOT_GRADED
from leadbell.wording import when

NAMED_AT_MOST = 5
HEADER = "Colleagues known to us:"
ERASED = "  Somebody who has been erased since"
_MORE = re.compile(r"  and \d+ more")


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


def told_of(colleagues: Sequence[Colleague], reps: Sequence[Rep]) -> list[str]:
    """The block of a mail that names colleagues; empty where there are none."""
    if not colleagues:
        return []
    more = len(colleagues) - NAMED_AT_MOST
    lines = [line_about(each, reps) for each in colleagues[:NAMED_AT_MOST]]
    return [HEADER, *lines, *([f"  and {more} more"] if more > 0 else [])]


def line_about(colleague: Colleague, reps: Sequence[Rep]) -> str:
    """`  Anna Ek, VP Operations: sql since 2026-03-12 09:05 UTC, with Sara`."""
    who = ", ".join(clean(part) for part in (colleague.name, colleague.title) if part) or "No name given"
    names = {rep.id: rep.name for rep in reps if rep.active}
    has = next((names[rep] for rep in colleague.reps if rep in names), "")
    return f"  {who}: {colleague.stage} since {when(colleague.since)}{f', with {clean(has)}' if has else ''}"


def with_line(body: str, line: str) -> str:
    """A mail that is still waiting, with one colleague more; its last block is what to do next."""
    blocks, at = _blocks(body)
    if at is None:
        blocks.insert(len(blocks) - 1, f"{HEADER}\n{line}")
    else:
        blocks[at] += f"\n{line}"
    return "\n\n".join(blocks) + "\n"


def without_line(body: str, place: int) -> str:
    """A mail that says less of the colleague it names at this `place`; the others keep theirs."""
    blocks, at = _blocks(body)
    if at is None:
        return body
    lines = blocks[at].split("\n")
    named = [n for n, line in enumerate(lines) if n > 0 and not _MORE.fullmatch(line)]
    if place < len(named):
        lines[named[place]] = ERASED
    blocks[at] = "\n".join(lines)
    return "\n\n".join(blocks) + "\n"


def line_at(body: str, place: int) -> str:
    """The line of a mail that names the colleague at this `place`; empty where it does not name them any more."""
    blocks, at = _blocks(body)
    lines = [] if at is None else [line for line in blocks[at].split("\n")[1:] if not _MORE.fullmatch(line)]
    return lines[place].strip() if place < len(lines) else ""


def _blocks(body: str) -> tuple[list[str], int | None]:
    """A mail's blocks, and which of them names colleagues.

    The first block begins with a name that somebody typed, so it is never taken for ours.
    """
    blocks = body.rstrip("\n").split("\n\n")
    return blocks, next((n for n in range(1, len(blocks)) if blocks[n].split("\n")[0] == HEADER), None)

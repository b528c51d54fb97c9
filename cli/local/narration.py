"""What the terminal prints during a run: all wording and layout is here.

Submitted text is part of it; `_safe` makes each value one harmless line, so that nobody can control the terminal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from cli.local.inbox import Mail
from leadbell.events import ADDED, FACT_TYPES
from leadbell.formats import asked, grade_in_words
from leadbell.lifecycle.notices import Heard
from leadbell.outbox.mail import is_visitor_mail
from leadbell.outbox.visitor_mails import Kind

Item = Mapping[str, Any]

STAGES = {
    "prospect": "prospect",
    "subscriber": "subscriber",
    "lead": "lead",
    "iql": "information-qualified (IQL)",
    "mql": "marketing-qualified (MQL)",
    "sql": "sales-qualified (SQL)",
}


@dataclass
class Episode:
    """What happened to one contact in one go: facts that came in and what followed from them."""

    facts: list[Item] = field(default_factory=list)
    moves: list[Item] = field(default_factory=list)
    outgoing: list[Item] = field(default_factory=list)
    standing: Item | None = None
    verdict: str = ""


def tell(episode: Episode, clock: str) -> Table:
    """Who, what they did, their stage and grade now, and which mails follow."""
    lines = [f"[bold]{_who(episode)}[/bold]: {_did(episode.facts)}", *_where(episode), *_heard(episode)]
    told = Table.grid(padding=(0, 2))
    told.add_row(f"[dim]{clock}[/dim]", "\n".join(lines))
    return told


def panel(mail: Mail) -> Panel:
    """A mail as it would arrive."""
    title = Text.assemble("mail to ", (_printable(mail.to), "bold"))
    head = Text(_printable(mail.subject), style="bold")
    return Panel(
        Text.assemble(head, "\n\n", "\n".join(map(_printable, mail.body.splitlines()))),
        title=title,
        title_align="left",
        border_style="cyan",
    )


def _who(episode: Episode) -> str:
    shown: dict[str, Any] = {}
    for fact in episode.facts:
        shown |= fact.get("fields", {})
    shown |= episode.standing or {}
    names = [_safe(shown[name]) for name in ("name", "company") if shown.get(name)]
    return ", ".join(names) or _safe(shown.get("email") or shown.get("phone") or "unknown contact")


def _did(facts: Sequence[Item]) -> str:
    return " and ".join(dict.fromkeys(_act(fact) for fact in facts)) or "processed again"


def _act(fact: Item) -> str:
    fields = fact.get("fields", {})
    if fact["type"] == "form.submitted" or (fact["type"] == ADDED and fields.get("means")):
        form = fields.get("form")
        return asked(fields.get("asks")) + (f" [dim](form {_safe(form)})[/dim]" if form else "")
    known = FACT_TYPES.get(fact["type"])
    return known.label if known else _safe(fact["type"])


def _where(episode: Episode) -> list[str]:
    now = episode.standing
    if now is None:
        return ["[yellow]stored, not scored yet[/yellow] [dim](if this stays: tail .leadbell/emulator.log)[/dim]"]
    stage = f"[bold]{_stage(now.get('stage'))}[/bold]"
    if episode.moves:
        stage = f"{_stage(episode.moves[0]['from'])} → {stage}"
    grade = grade_in_words(str(now.get("grade", "")))
    strongest = sorted(now.get("reasons", {}).items(), key=lambda reason: -abs(reason[1]))
    reasons = " · ".join(f"{int(points):+d} {_safe(label)}" for label, points in strongest)
    lines = [
        f"stage {stage}, grade {_safe(grade)} [dim](fit {now.get('fit', 0)}, interest {now.get('interest', 0)})[/dim]"
    ]
    return [*lines, f"[dim]{reasons}[/dim]"] if reasons else lines


def _heard(episode: Episode) -> list[str]:
    if episode.standing is None:
        return []
    lines = [_outgoing(item) for item in episode.outgoing]
    alerted = any(item["sk"].startswith("ALERT#") for item in episode.outgoing)
    return lines if alerted or not episode.verdict else [*lines, f"[yellow]{_safe(episode.verdict, 300)}[/yellow]"]


def _outgoing(item: Item) -> str:
    if is_visitor_mail(item["sk"]):
        return f"[green]mail to the visitor: {Kind(item['kind']).words}[/green]"
    why = f": {_safe(item['why'], 200)}" if item.get("why") else ""
    to = _safe(item.get("rep") or "the default inbox")
    return f"[green]{Heard(item['heard']).words} #{item.get('number', '?')} to {to}[/green]{why}"


def _stage(stage: object) -> str:
    return STAGES.get(str(stage), _safe(stage))


def _safe(text: object, limit: int = 60) -> str:
    """One line that steers neither the terminal nor our markup."""
    line = _printable(" ".join(str(text).split()))
    return (line if len(line) <= limit else f"{line[: limit - 1]}…").replace("[", "\\[")


def _printable(line: str) -> str:
    return "".join(c for c in line if c.isprintable())

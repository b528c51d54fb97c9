"""`leadbell explain EMAIL`: where a contact stands, every reason with its points, and why there is or is no alert."""

import json
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.errors import CommandError
from cli.service import Found, Service
from cli.stack import Profile, Region, StackName, connect
from leadbell.clock import now
from leadbell.explain import ExplainedReason, explained_reasons, verdict
from leadbell.wording import clean, grade_in_words

OBJECTED = "objected to profiling: no score, no grade; their own requests are still heard"


def explain(
    who: Annotated[
        str, typer.Argument(metavar="EMAIL", help="An e-mail address, or a phone number such as +46701234567.")
    ],
    at: Annotated[str, typer.Option(help="A day or a moment in UTC, as 2026-03-02 or 2026-03-02T14:00.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
    stack_name: StackName = None,
    region: Region = None,
    profile: Profile = None,
) -> None:
    """Say where a contact stands (or stood, with --at) and why, and what would make it an alert."""
    service = Service(connect(stack_name, region, profile))
    found = service.find(who, _moment(at) if at else now(), in_the_past=bool(at))
    reasons = explained_reasons(found.counted, found.derived, service.model)
    if as_json:
        typer.echo(json.dumps(as_data(found, reasons), indent=2, ensure_ascii=False))
    else:
        _print(found, reasons)


def _moment(text: str) -> datetime:
    """The moment that a day (its end) or a time of day in UTC means."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(
            f"{text!r} is no moment.", "Write a day as 2026-03-02, or a time as 2026-03-02T14:00."
        ) from error
    if len(text) == len("2026-03-02"):
        moment += timedelta(days=1, milliseconds=-1)
    return moment.replace(tzinfo=moment.tzinfo or UTC)


def as_data(found: Found, reasons: list[ExplainedReason]) -> dict[str, Any]:
    """What `--json` prints."""
    derived = found.derived
    return {
        "contact": found.id,
        "stage": str(found.standing.stage),
        "grade": derived.grade,
        "fit": derived.fit,
        "interest": derived.interest,
        "persona": None if derived.objected else derived.persona.id,
        "objected": derived.objected,
        "owner": found.standing.owner,
        "as_of": derived.day.isoformat(),
        "reasons": [
            {
                "rule": each.reason.rule,
                "label": each.reason.label,
                "points": each.reason.points,
                "full": each.reason.full,
                "count": each.reason.count,
                "last_at": each.reason.last_on.isoformat() if each.reason.last_on else None,
                "next_change_at": each.next_change_on.isoformat() if each.next_change_on else None,
            }
            for each in reasons
        ],
        "alert": verdict(found.standing, derived),
    }


def _print(found: Found, reasons: list[ExplainedReason]) -> None:
    console = Console(highlight=False)
    derived, profile = found.derived, found.derived.profile
    who = ", ".join(clean(profile.text(name)) for name in ("name", "job_title", "company") if profile.text(name))
    console.print(f"[bold]{escape(who or found.id)}[/bold]")
    console.print(f"Stage {found.standing.stage}, grade {escape(grade_in_words(derived.grade))}")
    if derived.objected:
        console.print(OBJECTED, soft_wrap=True)
        console.print(escape(verdict(found.standing, derived)), soft_wrap=True)
        return
    console.print(f"Fit {derived.fit}, interest {derived.interest} (of 100), {len(found.facts)} facts")
    table = Table(box=None, pad_edge=False)
    for title, side in (
        ("points", "right"),
        ("reason", "left"),
        ("times", "right"),
        ("last", "left"),
        ("next change", "left"),
    ):
        table.add_column(title, justify=side)  # type: ignore[arg-type]
    for each in reasons:
        reason = each.reason
        table.add_row(
            f"{reason.points:+d}",
            escape(reason.label),
            str(reason.count or ""),
            reason.last_on.isoformat() if reason.last_on else "",
            each.next_change_on.isoformat() if each.next_change_on else "",
        )
    console.print(table)
    console.print(escape(verdict(found.standing, derived)), soft_wrap=True)

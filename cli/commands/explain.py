"""`leadbell explain EMAIL`: a contact's stage and score with each reason, and why there is an alert or none."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.commands.contact import title_of
from cli.context import Context, reads_stack
from cli.errors import CommandError
from cli.options import AsJson, Who
from cli.printing import print_json
from leadbell.contacts.as_of import kept_since
from leadbell.contacts.view import Found
from leadbell.events import ACT_DAYS, BROWSING_DAYS
from leadbell.formats import count_of, grade_in_words, short_day, short_time
from leadbell.lifecycle.explain import ExplainedReason, explained_reasons, why_here
from leadbell.lifecycle.obstacles import earned
from leadbell.lifecycle.stages import Stage
from leadbell.lifecycle.standing import Standing
from leadbell.scoring.compiled import Active
from leadbell.table import stamp

OBJECTED = "Objected to profiling: no score and no grade. Requests still reach sales."
PAUSED = "Profiling is paused, since a form said no to it: no score and no grade. Requests still reach sales."


@reads_stack
def explain(
    context: Context,
    who: Who,
    at: Annotated[str, typer.Option(help="A past day or time in UTC, such as 2026-03-02 or 2026-03-02T14:00.")] = "",
    as_json: AsJson = False,
) -> None:
    """Explain a contact's stage, score and grade, and what would lead to an alert. Changes nothing.

    With --at it shows the contact as it was known then.
    """
    service = context.service
    present = context.now()
    past = _moment(at, present) if at else None
    found = service.find(who, present, past)
    reasons = explained_reasons(found.counted, found.derived, found.active.compiled)
    if as_json:
        ends = {"history": _history(past, present.date())} if past else {}
        print_json(as_data(found, reasons, past) | ends)
        return
    if past is not None:
        typer.echo(_history_in_words(past, present.date()))
    _print(found, reasons, past)


def _moment(text: str, present: datetime) -> datetime:
    """The moment that a day (its end) or a time of day in UTC means; of today no more than has passed."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(
            f"{text!r} is not a date.",
            "Use YYYY-MM-DD, such as --at 2026-03-02, or a time such as --at 2026-03-02T14:00.",
        ) from error
    if len(text) == len("2026-03-02"):
        moment += timedelta(days=1, milliseconds=-1)
    moment = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    if moment.date() > present.date():
        raise CommandError(f"{text} is in the future.", "Use today or an earlier day, or leave out --at.")
    return min(moment, present)


def _history(past: datetime, today: date) -> dict[str, Any]:
    """The moment that is explained, and since which day facts of each retention are still kept."""
    kept = [{"retention_days": days, "since": since.isoformat()} for days, since in kept_since(today).items()]
    return {"at": stamp(past), "kept": kept}


def _history_in_words(past: datetime, today: date) -> str:
    kept = kept_since(today)
    browsing, acts = kept[BROWSING_DAYS], kept[ACT_DAYS]
    return (
        f"As known on {short_time(past)}. Data past its retention period is deleted and not counted: page views before "
        f"{short_day(browsing)}, submissions before {short_day(acts)}."
    )


def as_data(found: Found, reasons: list[ExplainedReason], past: datetime | None = None) -> dict[str, Any]:
    """What `--json` prints."""
    derived = found.derived
    return {
        "contact": found.id,
        "stage": str(found.standing.stage),
        "grade": derived.grade,
        "fit": derived.fit,
        "interest": derived.interest,
        "persona": None if derived.objected else derived.persona.id,
        "objected": derived.objected and not derived.is_paused,
        "paused": derived.is_paused,
        "owner": found.standing.owner,
        "status": found.standing.qualification.status,
        "return_on": found.standing.return_on.isoformat() if found.standing.return_on else None,
        "as_of": derived.day.isoformat(),
        "model": _model(found.active),
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
        "alert": _alert(found, past),
    }


def _model(active: Active) -> dict[str, Any]:
    since = stamp(active.since) if active.since else None
    return {"version": active.compiled.version, "number": active.number, "since": since}


def _where(standing: Standing) -> str:
    """`sql (working)`, `recycled (back on 1 Mar 2027)`."""
    back = f"back on {short_day(standing.return_on)}" if standing.return_on else ""
    more = ", ".join(part for part in (standing.qualification.status, back) if part)
    return f"{standing.stage} ({more})" if more else str(standing.stage)


def _model_in_words(active: Active) -> str:
    since = f"number {active.number}, live since {short_time(active.since)}" if active.since else "the packaged model"
    return f"Model {active.compiled.version} ({since})"


def _alert(found: Found, past: datetime | None) -> str:
    """Why there is or is no alert. Of the past, not all is known: who was held while an MQL already made no move."""
    standing, mql = found.standing, found.active.compiled.mql
    qualifies = standing.stage is not Stage.SQL and earned(standing, found.derived, mql) is Stage.SQL
    if past is None or standing.qualification.held_at is not None or not qualifies:
        return why_here(standing, found.derived)
    return (
        "No alert: the contact was not processed yet, or only a new scoring model made it sales-qualified. "
        "An alert would go out if the contact asked again."
    )


def _print(found: Found, reasons: list[ExplainedReason], past: datetime | None) -> None:
    console = Console(highlight=False)
    derived = found.derived
    console.print(f"[bold]{escape(title_of(found))}[/bold]")
    console.print(f"Stage {_where(found.standing)}, grade {escape(grade_in_words(derived.grade))}")
    if derived.objected:
        console.print(PAUSED if derived.is_paused else OBJECTED, soft_wrap=True)
        console.print(escape(why_here(found.standing, derived)), soft_wrap=True)
        return
    console.print(f"Fit {derived.fit}, interest {derived.interest} (of 100), {count_of(len(found.facts), 'fact')}")
    console.print(f"Persona {escape(derived.persona.id)}")
    console.print(escape(_model_in_words(found.active)))
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
            f"{reason.count:,}" if reason.count else "",
            short_day(reason.last_on) if reason.last_on else "",
            short_day(each.next_change_on) if each.next_change_on else "",
        )
    console.print(table)
    console.print(escape(_alert(found, past)), soft_wrap=True)

"""`leadbell reconcile [EMAIL]`: one contact or all are derived again, and only what differs is written.

`score` does the same, so a request that was missed leads to one alert, and a new model alone to none.
"""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import batched
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from cli.context import Context, changes_stack
from cli.options import AsJson
from cli.printing import print_json
from cli.service import Service, not_found
from leadbell.contacts.items import partition
from leadbell.contacts.parking import Parking
from leadbell.errors import Conflict, Unavailable
from leadbell.formats import count_of
from leadbell.identity import contact_of, visitor_of
from leadbell.outbox.sales_outbox import is_letter
from leadbell.qualify.batches import refresh_or_park
from leadbell.qualify.refresh import Refresher
from leadbell.table import DUE_SHARDS, Item, stamp

AT_ONCE = 8  # a client keeps ten connections open

_CONTACT, _PARKED = "CONTACT#", "PARKED#"


@dataclass(frozen=True)
class Look:
    """What one look at a contact led to; `known` is false where there is nothing to look at."""

    contact: str
    outcome: str  # changed, same, parked or failed
    move: tuple[str, str] | None = None
    born: tuple[str, ...] = ()
    known: bool = True


@dataclass
class Report:
    """What a run did."""

    counts: Counter[str] = field(default_factory=Counter)
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, look: Look) -> None:
        """Counts one look."""
        self.counts["looked_at"] += 1
        self.counts[look.outcome] += 1
        self.counts["alerts"] += sum(sk.startswith("ALERT#") for sk in look.born)
        self.counts["mails"] += sum(not sk.startswith("ALERT#") for sk in look.born)
        if look.move:
            self.moves[look.move] += 1
        if look.outcome == "failed":
            self.failed.append(look.contact)

    @property
    def per_second(self) -> float:
        return self.counts["looked_at"] / self.seconds if self.seconds else 0.0

    def as_data(self) -> dict[str, Any]:
        """What `--json` prints; `mails` are those to sales that are no alerts."""
        names = ("looked_at", "changed", "parked", "alerts", "mails")
        return {
            **{name: self.counts[name] for name in names},
            "moves": [{"from": a, "to": b, "count": n} for (a, b), n in self.moves.most_common()],
            "failed": self.failed,
            "seconds": round(self.seconds, 1),
            "per_second": round(self.per_second, 1),
        }


@changes_stack
def reconcile(
    context: Context,
    who: Annotated[
        str, typer.Argument(metavar="EMAIL", help="One contact, by e-mail address or phone number. Default: all.")
    ] = "",
    scan: Annotated[
        bool, typer.Option("--scan", help="Read the whole table, to find contacts that were never processed too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Derive one contact or all again from their facts, and write only what differs.

    A request that was missed leads to its alert. Safe to repeat.
    """
    service = context.service
    report = _one(context, who) if who else _all(context, _scanned(service) if scan else _indexed(service))
    if as_json:
        print_json(report.as_data())
    else:
        _print(report)
    if report.failed:
        raise typer.Exit(1)


def _one(context: Context, who: str) -> Report:
    service = context.service
    look = _look(context, service.refresher(), service.contact_id(who))
    if not look.known:
        raise not_found(who)
    report = Report(seconds=1)
    report.add(look)
    return report


def _all(context: Context, contacts: Iterable[str]) -> Report:
    report, refresher, started = Report(), context.service.refresher(), time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as workers, Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Checking contacts", total=None)
        for some in batched(contacts, AT_ONCE * 8, strict=False):  # Ctrl-C waits for no more than these
            for look in workers.map(lambda contact: _look(context, refresher, contact), some):
                report.add(look)
            report.seconds = time.monotonic() - started
            said = f"{count_of(report.counts['looked_at'], 'contact')}, {report.per_second:,.0f} a second"
            progress.update(task, description=said)
    return report


def _look(context: Context, refresher: Refresher, contact: str) -> Look:
    """Derives the contact as score does; what it finds is counted by comparing before and after."""
    service, at = context.service, context.now()
    parking = Parking(service.table)
    try:
        before = service.contacts.standing(contact)
        if refresh_or_park(refresher, parking, contact, at):
            return Look(contact, "parked")
        if parking.is_parked(contact):
            parking.release(contact)
        after = service.contacts.standing(contact)
        if after.version == before.version:
            return Look(contact, "same", known=after.version > 0)
        letters = service.outbox.of_contact(partition(contact))
        born = tuple(letter["sk"] for letter in letters if letter["born_at"] == stamp(at))
    except (Unavailable, Conflict):
        return Look(contact, "failed")
    move = None if before.stage is after.stage else (str(before.stage), str(after.stage))
    return Look(contact, "changed", move, born)


def _indexed(service: Service) -> Iterator[str]:
    """Contacts with a stage, with an undecided fact, or parked; each once."""
    seen: set[str] = set()
    for contact in (*service.contacts.ids(), *_due(service)):
        if contact not in seen:
            seen.add(contact)
            yield contact


def _due(service: Service) -> Iterator[str]:
    for shard in range(DUE_SHARDS):
        for item in service.table.query_whole_index("due", "due_pk = :pk", {":pk": f"DUE#{shard}"}):
            yield from _named(item)


def _scanned(service: Service) -> Iterator[str]:
    """Every contact there is, page by page; one partition's items come together, but a page may end within them."""
    pages = service.stack.client("dynamodb").get_paginator("scan")
    seen: set[str] = set()
    for page in pages.paginate(TableName=service.table.name, ProjectionExpression="pk, sk"):
        for item in page["Items"]:
            for contact in _named({"pk": item["pk"]["S"], "sk": item["sk"]["S"]}):
                if contact not in seen:
                    seen.add(contact)
                    yield contact


def _named(item: Item) -> Iterator[str]:
    """The contact that an item is about. A visitor is looked at with the contacts it became."""
    pk = item["pk"]
    if pk.startswith(_PARKED):
        yield pk.removeprefix(_PARKED)
    elif pk.startswith(_CONTACT) and not is_letter(item["sk"]) and not visitor_of(contact_of(pk)):
        yield contact_of(pk)


def _print(report: Report) -> None:
    console, counts = Console(highlight=False), report.counts
    console.print(
        f"Checked {count_of(counts['looked_at'], 'contact')} ({report.per_second:,.0f} a second): "
        f"{counts['changed']:,} changed, {counts['parked']:,} parked. "
        f"Sales gets {count_of(counts['alerts'], 'alert')} and {count_of(counts['mails'], 'other mail')}.",
        soft_wrap=True,
    )
    for (before, after), number in report.moves.most_common():
        console.print(f"  stage {before} to {after}: {number:,}")
    if report.failed:
        console.print(
            f"[red]{count_of(len(report.failed), 'contact')} could not be read or written.[/red] "
            "Run the same command again."
        )

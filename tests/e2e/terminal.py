"""An operator's terminal that stays open: one request a line as JSON on stdin, one answer a line on stdout.

A process of its own, so that a moved clock can be preloaded into it: its requests to the emulator are signed with the
moved time, and every command finds its `now` moved. Open once and not once per command, for a start takes a second.
"""

import contextlib
import io
import json
import sys
import time
from collections.abc import Callable
from typing import Any

from cli.commands.explain import as_data
from cli.main import app
from cli.service import Service
from cli.stack import connect, live
from leadbell.capture.field_reading import read_submission
from leadbell.clock import new_id, now
from leadbell.contacts.items import partition
from leadbell.contacts.view import Found
from leadbell.errors import Rejected
from leadbell.events import Fact, Trust
from leadbell.identity import visitor_of
from leadbell.lifecycle.explain import explained_reasons
from leadbell.outbox.sales_outbox import is_letter
from leadbell.web.bodies import Body

PATIENCE_SECONDS = 60


class Terminal:
    """What can be asked of it; a method's arguments are the request's."""

    def __init__(self) -> None:
        self._service = Service(connect())
        self._functions = self._service.stack.client("lambda")
        self._table = self._service.stack.client("dynamodb")
        self._sweep = live(self._service.stack, "SweepFunction")

    def now(self) -> str:
        """The time as every part of the stack sees it."""
        return now().isoformat()

    def leadbell(self, *arguments: str) -> dict[str, Any]:
        """Runs a command; gives what it printed, or what it says of an error, and how it ended."""
        printed, errors, status = io.StringIO(), io.StringIO(), 0
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(errors):
            try:
                app(arguments)
            except SystemExit as end:
                status = int(end.code or 0)
        return {"status": status, "text": printed.getvalue() + (errors.getvalue() if status else "")}

    def remember(self, contact: str, kind: str, trust: str, /, **says: str) -> None:
        """Stores a fact of this moment, as a door would."""
        keys, at = self._service.keys, now()
        fields = read_submission(Body(tuple(says.items())), keys).fields if says else {}
        fact = Fact(new_id(), kind, at, at, Trust[trust.upper()], fields)
        self._service.contacts.file(contact, fact, fact.day)

    def contact_id(self, who: str) -> str:
        """The contact's id behind an address or a number."""
        return self._service.contact_id(who)

    def look(self, contact: str) -> dict[str, Any]:
        """What `explain --json` says, once nothing waits to be decided or sent; adds how many mails went to sales.

        An anonymous visitor has facts and nothing else.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            items = list(self._service.table.query(partition(contact), ""))
            letters = [item for item in items if is_letter(item["sk"])]
            waiting = [item["sk"] for item in items if item["sk"] != "STANDING" and "due_pk" in item]
            found = self._service.look_up(contact, now())
            if (
                found is not None
                and not waiting
                and (visitor_of(contact) or found.standing.bookkeeping.evidence == found.derived.evidence)
            ):
                return self._told(found) | {"letters": len(letters)}
            if time.monotonic() > deadline:
                raise TimeoutError(f"{contact}: still waiting: {waiting}")
            time.sleep(0.02)

    def _told(self, found: Found) -> dict[str, Any]:
        return as_data(found, explained_reasons(found.counted, found.derived, self._service.model))

    def next_due(self) -> str:
        """The first moment for which the service has put something off; empty where there is none."""
        pages = self._table.get_paginator("scan").paginate(
            TableName=self._service.table.name, IndexName="due", ProjectionExpression="due_at"
        )
        return min((item["due_at"]["S"] for page in pages for item in page["Items"]), default="")

    def sweep(self) -> dict[str, Any]:
        """One run of the scheduled function, now; gives what it reports."""
        answer = self._functions.invoke(FunctionName=self._sweep, Payload=b"{}")
        report: dict[str, Any] = json.load(answer["Payload"])
        return report


def main() -> None:
    """Until stdin ends."""
    terminal = Terminal()
    for line in sys.stdin:
        name, arguments, fields = json.loads(line)
        act: Callable[..., Any] = getattr(terminal, name)
        try:
            answer = {"answer": act(*arguments, **fields)}
        except (Rejected, TimeoutError) as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()

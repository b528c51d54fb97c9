"""`leadbell redrive`: failed stream records in the failure bucket are given to score and notify again.

A record only says who changed, so giving it twice, late or after the sweep has healed it changes nothing. An object is
deleted only after all of it was processed; a run that was stopped can be started again.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import batched
from typing import Annotated, Any

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from cli.aws_errors import translated
from cli.context import Context, changes_stack
from cli.discarded import AT_ONCE, PREFIX, Discarded, Record, Unreadable, read_discarded
from cli.options import AsJson
from cli.printing import print_json
from cli.stack import Stack, live
from leadbell.formats import count_of

SHOWN_LEFT = 10
FUNCTION_SECONDS = 70  # longer than any function may take


class Refused(Exception):
    """A function did not process its records; says which function, and the reason if there is one."""


@dataclass
class Outcome:
    """What a run did. A dry run counts as done what it would process."""

    counts: Counter[str] = field(default_factory=Counter)
    contacts: set[str] = field(default_factory=set)
    mails: set[str] = field(default_factory=set)
    left: list[tuple[str, str]] = field(default_factory=list)

    def worked(self, batch: Discarded) -> None:
        """Notes a batch that is done."""
        self.counts["done"] += 1
        self.contacts |= batch.contacts
        self.mails |= batch.mails

    def as_data(self, *, dry_run: bool) -> dict[str, Any]:
        """What `--json` prints."""
        counted = {"done": self.counts["done"], "contacts": len(self.contacts), "mails": len(self.mails)}
        return {"dry_run": dry_run, **counted, "left": [{"object": key, "reason": why} for key, why in self.left]}


@changes_stack
def redrive(
    context: Context,
    dry_run: Annotated[bool, typer.Option(help="Show the failed records, but process nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Process failed records again, and delete them from the failure bucket once they succeed.

    Ends with status 1 if records remain. Safe to repeat.
    """
    outcome = _run(context.stack, dry_run=dry_run)
    if as_json:
        print_json(outcome.as_data(dry_run=dry_run))
    else:
        _print(outcome, dry_run=dry_run)
    if outcome.left:
        raise typer.Exit(1)


def _run(stack: Stack, *, dry_run: bool) -> Outcome:
    bucket, s3 = stack.output("FailureBucket"), stack.client("s3")
    keys, outcome, functions = list(_keys(s3, bucket)), Outcome(), Functions(stack)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        for key in progress.track(keys, description="Processing"):
            try:
                batch = read_discarded(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
                if not dry_run:
                    functions.work(batch)
                    s3.delete_object(Bucket=bucket, Key=key)
            except (Unreadable, Refused) as error:
                outcome.left.append((key, str(error)))
            except (ClientError, BotoCoreError) as error:
                if not _is_gone(error):  # somebody else redrives too
                    outcome.left.append((key, translated(error).problem))
            else:
                outcome.worked(batch)
    return outcome


class Functions:
    """The deployed functions: they hold the grants, and the version and settings that everything else runs with."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._client = stack.client("lambda", read_timeout=FUNCTION_SECONDS)
        self._names: dict[str, str] = {}

    def work(self, batch: Discarded) -> None:
        """Gives each record to its function; raises Refused where one was not processed."""
        for function, records in batch.records.items():
            for some in batched(records, AT_ONCE[function], strict=False):
                self._invoke(function, some)

    def _invoke(self, function: str, records: Sequence[Record]) -> None:
        if function not in self._names:
            self._names[function] = live(self._stack, function)
        answer = self._client.invoke(
            FunctionName=self._names[function], Payload=json.dumps({"Records": records}).encode()
        )
        told = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            raise Refused(f"{function} failed ({told.get('errorType', 'no error type')}); its log gives the reason")
        if told["batchItemFailures"]:
            raise Refused(f"{function} could not process all records: the table or SNS did not answer")


def _keys(s3: Any, bucket: str) -> Iterator[str]:
    """Every object that Lambda left, oldest first within a shard."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=PREFIX):
        yield from (each["Key"] for each in page.get("Contents", []))


def _is_gone(error: ClientError | BotoCoreError) -> bool:
    return isinstance(error, ClientError) and error.response["Error"]["Code"] in ("NoSuchKey", "404")


def _print(outcome: Outcome, *, dry_run: bool) -> None:
    console = Console(highlight=False)
    if not outcome.counts["done"] and not outcome.left:
        console.print("The failure bucket is empty. There is nothing to process.")
        return
    verb = "to process" if dry_run else "processed and deleted"
    about = f"{count_of(len(outcome.contacts), 'contact')}, {count_of(len(outcome.mails), 'mail')}"
    console.print(
        f"{count_of(outcome.counts['done'], 'batch', 'batches')} {verb} ({about}), {len(outcome.left):,} failed."
    )
    for key, reason in outcome.left[:SHOWN_LEFT]:
        console.print(f"  {escape(key)}: {escape(reason)}", soft_wrap=True)
    if len(outcome.left) > SHOWN_LEFT:
        console.print(f"  and {len(outcome.left) - SHOWN_LEFT:,} more. List all: leadbell redrive --json")

"""`leadbell redrive`: what score and notify gave up on is given to them again, out of the failure bucket.

A record only says who changed, so giving it twice, late or after the sweep has healed it changes nothing. An object is
deleted after all of it was worked and not before; a run that is stopped is simply started again.
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

from cli.context import Context, changes_stack
from cli.discarded import AT_ONCE, PREFIX, Discarded, Record, Unreadable, read_discarded
from cli.options import AsJson
from cli.printing import print_json
from cli.stack import Stack, live, translated

SHOWN_LEFT = 10
FUNCTION_SECONDS = 70  # longer than any function may take


class Refused(Exception):
    """A function did not work what it was given; says which, and why as far as it told."""


@dataclass
class Outcome:
    """What a run did. A dry run counts as done what it would work."""

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
    dry_run: Annotated[bool, typer.Option(help="Show what is there and do nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Work again what score and notify gave up on; ends with status 1 if something is left. Safe to repeat."""
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
        for key in progress.track(keys, description="Working objects"):
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
        """Gives each record to its function; raises Refused where one was not worked."""
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
            raise Refused(f"{function} fails ({told.get('errorType', 'no error type')}); its log says why")
        if told["batchItemFailures"]:
            raise Refused(f"{function} could not work all of it: the table or SNS did not answer")


def _keys(s3: Any, bucket: str) -> Iterator[str]:
    """Every object that Lambda left, oldest first within a shard."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=PREFIX):
        yield from (each["Key"] for each in page.get("Contents", []))


def _is_gone(error: ClientError | BotoCoreError) -> bool:
    return isinstance(error, ClientError) and error.response["Error"]["Code"] in ("NoSuchKey", "404")


def _print(outcome: Outcome, *, dry_run: bool) -> None:
    console = Console(highlight=False)
    if not outcome.counts["done"] and not outcome.left:
        console.print("The failure bucket is empty: score and notify gave up on nothing.")
        return
    verb = "would be worked" if dry_run else "worked and deleted"
    about = f"{len(outcome.contacts)} contacts, {len(outcome.mails)} mails"
    console.print(f"{outcome.counts['done']} objects {verb} ({about}), {len(outcome.left)} left.")
    for key, reason in outcome.left[:SHOWN_LEFT]:
        console.print(f"  {escape(key)}: {escape(reason)}", soft_wrap=True)
    if len(outcome.left) > SHOWN_LEFT:
        console.print(f"  and {len(outcome.left) - SHOWN_LEFT} more; --json lists all.")

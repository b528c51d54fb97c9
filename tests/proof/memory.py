"""The world of the proofs: the deployed service over a table in memory, without pytest around it.

With a `sender` it is deployed with one: the newsletter asks for confirmation, and SES takes the mails to visitors.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest

from tests.aws import world
from tests.aws.chance import Choices, Plain
from tests.aws.world import World
from tests.integration.sam_template import functions
from tests.integration.service import Clock, Loaded, Service, load
from tests.proof.dynamodb import FastDynamo
from tests.proof.dynamodb_store import Change


@cache
def table() -> FastDynamo:
    return FastDynamo()


@cache
def loaded(sender: str = "") -> dict[str, Loaded]:
    """The functions, imported once for all scenes."""
    return {folder: load(folder, table().twin, SENDER_EMAIL=sender) for folder in functions()}


def changes(start: int) -> list[Change]:
    """What the table's stream holds from its so-manyth record on."""
    return table().changes[start:]


@contextmanager
def staged(clock: Clock, sender: str = "") -> Iterator[tuple[Service, pytest.MonkeyPatch]]:
    """An empty service by that clock."""
    table().conflict()
    with world.staged(loaded(sender), table(), changes, clock) as opened:
        yield opened


@contextmanager
def scene(choices: Choices | None = None, sender: str = "") -> Iterator[World]:
    """The world on a Monday morning, empty."""
    with staged(Clock(), sender) as (service, patch):
        yield World(service, choices or Plain(), patch)

"""The world over moto's table, deployed with a sender: for the tests of what visitors are mailed."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import boto3
from moto import mock_aws

from tests.aws.chance import Plain
from tests.aws.world import SENDER, World, staged
from tests.integration.sam_template import functions
from tests.integration.service import Clock, Loaded, load, noted_by_moto


@cache
def _loaded() -> dict[str, Loaded]:
    return {folder: load(folder, SENDER_EMAIL=SENDER) for folder in functions()}


@contextmanager
def mailing() -> Iterator[World]:
    """The world on a Monday morning, empty."""
    with mock_aws(), staged(_loaded(), boto3.client("dynamodb"), noted_by_moto, Clock()) as (service, patch):
        yield World(service, Plain(), patch)

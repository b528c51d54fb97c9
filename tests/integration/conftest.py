"""One service for each test: empty table, no mails, Monday morning."""

import importlib
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.aws.lean_moto import lighten
from tests.integration.log_lines import LogLines
from tests.integration.on_aws import Command, OnAws, runs
from tests.integration.sam_template import functions
from tests.integration.service import EVA, OUTSIDE, Clock, Loaded, Service, load, started_anew

lighten()


@pytest.fixture(scope="session")
def loaded() -> dict[str, Loaded]:
    """The functions, imported once for all tests; a warm Lambda is used for many requests too."""
    found = {folder: load(folder) for folder in functions()}
    importlib.import_module("leadbell.observability")
    return found


@pytest.fixture(scope="session")
def clients() -> dict[str, Any]:
    return {name: boto3.client(name) for name in OUTSIDE}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service(
    loaded: dict[str, Loaded], clients: dict[str, Any], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Service]:
    started_anew(loaded, clock, monkeypatch)
    with mock_aws():
        service = Service(loaded, clients, clock)
        yield service
        service.faults.end()


@pytest.fixture
def lines(service: Service, monkeypatch: pytest.MonkeyPatch) -> LogLines:
    """What the service writes into its logs."""
    return LogLines(service.apps.values(), monkeypatch)


@pytest.fixture
def stack(service: Service, monkeypatch: pytest.MonkeyPatch) -> OnAws:
    """The service as the commands of the operator, `ann`, reach it; its clock is theirs."""
    made = OnAws(service)
    monkeypatch.setattr("getpass.getuser", lambda: "ann")
    monkeypatch.setattr("cli.context.connect", lambda *_: made)
    monkeypatch.setattr("cli.context.now", service.clock)
    monkeypatch.setattr("cli.commands.erase.sleep", service.clock.sleep)
    return made


@pytest.fixture
def leadbell(stack: OnAws) -> Command:
    """Runs a command of the operator."""
    return runs


@pytest.fixture
def lead(service: Service, stack: OnAws) -> Service:
    """An SQL, and the command line that reaches its service."""
    service.add_rep("anna", "SE")
    service.post("/forms/demo", EVA)
    service.pump()
    return service

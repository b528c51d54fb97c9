"""`make forms`: sends both files through the doors, prints what was right, and fails where less than promised is."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import tests.conftest  # noqa: F401  # isort: skip  (an environment that cannot reach AWS)

import boto3
import pytest
from moto import mock_aws
from rich.console import Console

from tests.aws.lean_moto import lighten
from tests.forms.measured import send, table
from tests.forms.sheet import forms
from tests.integration.on_aws import OnAws, runs
from tests.integration.sam_template import functions
from tests.integration.service import OUTSIDE, Clock, Service, load, started_anew


@contextmanager
def opened() -> Iterator[Service]:
    """The whole service, with nothing in its table, and as the operator's commands reach it."""
    lighten()
    loaded, clock = {folder: load(folder, POWERTOOLS_LOG_LEVEL="CRITICAL") for folder in functions()}, Clock()
    clients = {name: boto3.client(name) for name in OUTSIDE}
    with pytest.MonkeyPatch.context() as changed, mock_aws():
        started_anew(loaded, clock, changed)
        service = Service(loaded, clients, clock)
        stack = OnAws(service)
        with patch("cli.context.connect", lambda *_: stack), patch("cli.context.now", clock):
            yield service


def main() -> int:
    """Gives the exit status."""
    console = Console(width=110, highlight=False)
    with opened() as service:
        found = {file: send(service, runs, forms(file)) for file in ("real", "more")}
    console.print(table(found))
    for file, figures in found.items():
        for why in ("missed", "wrong", "lost", *(("shown",) if "-v" in sys.argv else ())):
            for line in getattr(figures, why):
                console.print(f"{file}, {why}: {line}", markup=False)
    return 0 if all(figures.is_kept for figures in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())

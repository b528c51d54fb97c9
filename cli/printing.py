"""What a command prints for programs."""

import json
from typing import Any

import typer


def as_text(data: Any) -> str:
    """JSON that a person can read too, with letters as they are."""
    return json.dumps(data, indent=2, ensure_ascii=False)


def print_json(data: Any) -> None:
    """Prints data for programs."""
    typer.echo(as_text(data))

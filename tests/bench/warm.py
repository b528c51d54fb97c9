"""CPU per warm call of each door: the whole handler, with a table that answers at once and holds nothing."""

import base64
import gc
import importlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

from rich.table import Table

from leadbell.table import Table as Stored
from tests.bench.environment import ENVIRONMENT

CALLS, ROUNDS = 200, 5
DEMO = {
    "name": "Eva Berg",
    "email": "eva@acme.example.com",
    "phone": "+46 70 123 45 67",
    "company": "Acme",
    "job_title": "VP Operations",
    "company_size": "201-500",
    "country": "Sweden",
    "industry": "manufacturing",
    "message": "We would like to see it with our own data.",
}
ADDRESS = {"email": DEMO["email"]}
CONTEXT = SimpleNamespace(function_name="f", memory_limit_in_mb=512, invoked_function_arn="a", aws_request_id="r")


def event(fields: dict[str, str], path: str = "/forms/demo", **headers: str) -> dict[str, Any]:
    """A browser's form post, or what a script sends where its content type is named; underscores stand for hyphens."""
    given = {"content-type": "application/x-www-form-urlencoded", "accept": "text/html"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    body = json.dumps(fields) if given["content-type"] == "application/json" else urlencode(fields)
    http = {"method": "POST", "path": path, "sourceIp": "192.0.2.1"}
    return {
        "version": "2.0",
        "rawPath": path,
        "headers": given,
        "requestContext": {"http": http, "requestId": "r", "stage": "$default"},
        "body": base64.b64encode(body.encode()).decode(),
        "isBase64Encoded": True,
    }


SENT = {
    "forms: address only": ("forms", event(ADDRESS)),
    "forms: the whole demo form": ("forms", event(DEMO)),
    "forms: the same as JSON": ("forms", event(DEMO, content_type="application/json")),
    "forms: refused with a page": ("forms", event({"name": "Eva"})),
    "forms: refused with JSON": ("forms", event({"name": "Eva"}, accept="application/json")),
    "forms: quarantined": ("forms", event({**DEMO, "_gotcha": "x"})),
    "newsletter": ("newsletter", event(ADDRESS, "/newsletter")),
    "downloads": ("downloads", event(ADDRESS, "/downloads/guide")),
}


class AtOnce:
    """A DynamoDB client to an empty table: every condition holds, nothing is found, and no time passes."""

    def __getattr__(self, name: str) -> Any:
        return lambda **_: {"Items": []}


def tables() -> list[Stored]:
    """Every table that the functions loaded so far hold, wherever they keep it."""
    return [each for each in gc.get_objects() if isinstance(each, Stored)]


@contextmanager
def loaded(*folders: str) -> Iterator[dict[str, Any]]:
    """The functions' modules, in the environment that they would have."""
    with patch.dict(os.environ, ENVIRONMENT):
        yield {folder: importlib.import_module(f"functions.{folder}.app") for folder in folders}


def _milliseconds(handler: Any, sent: dict[str, Any]) -> float:
    started = time.process_time()
    for _ in range(CALLS):
        handler(sent, CONTEXT)
    return (time.process_time() - started) / CALLS * 1000


def measure() -> Table:
    """Thousandths of a second of CPU, for what sites send: the best of several rounds."""
    title = f"Warm calls: best of {ROUNDS} rounds"
    table = Table("door", "CPU ms per call", "answer", title=title)
    with loaded("forms", "newsletter", "downloads") as apps:
        for each in tables():
            each._client = AtOnce()
        for name, (folder, sent) in SENT.items():
            handler = apps[folder].lambda_handler
            answer = handler(sent, CONTEXT)
            taken = min(_milliseconds(handler, sent) for _ in range(ROUNDS))
            table.add_row(name, f"{taken:.2f}", str(answer["statusCode"]))
    return table

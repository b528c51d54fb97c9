"""CPU per warm call of each door: the whole handler and its log line, with a table that answers at once and holds
nothing; then with a real client and a table behind HTTP, which is asked in a process of its own.

Beside the milliseconds stands what does not depend on the machine: how many times a fixed loop, or one bare put by the
same client, takes the CPU of a call.
"""

import base64
import gc
import importlib
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from math import inf
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

from botocore.config import Config
from rich.table import Table

from leadbell.clients import door_config, make_client
from leadbell.table import Table as Stored
from tests.bench.endpoint import endpoint
from tests.bench.environment import ENVIRONMENT

CALLS, ROUNDS = 200, 9
# What a demo form may take, in milliseconds on the machine of the documentation: by itself, and per call to the table.
OWN_LIMIT, CALL_LIMIT = 0.6, 0.42
LOOP, PUT = "(a fixed loop)", "(a bare put_item)"
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
        "routeKey": f"ANY {path}",
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


class Counting:
    """A client whose calls are counted."""

    def __init__(self, client: Any) -> None:
        self._client, self.calls = client, 0

    def __getattr__(self, name: str) -> Any:
        self.calls += 1
        return getattr(self._client, name)

    def calls_of(self, act: Callable[[], object]) -> int:
        """How many one act takes, once what it keeps for a while was read."""
        act()
        before = self.calls
        act()
        return self.calls - before


def least(acts: Mapping[str, Callable[[], object]], times: int) -> dict[str, float]:
    """Milliseconds of CPU of each act: the best of several rounds, since whatever else the machine does only adds to
    it. All acts take turns, so that a busy minute is busy for all."""
    found = dict.fromkeys(acts, inf)
    for _ in range(ROUNDS):
        for name, act in acts.items():
            started = time.process_time()
            for _ in range(times):
                act()
            found[name] = min(found[name], (time.process_time() - started) / times * 1000)
    return found


def loop() -> int:
    """A fixed piece of plain Python: what a millisecond is worth on this machine."""
    return sum(len(f"{number}") * (number % 7) for number in range(10_000))


def bare_put(client: Any) -> Callable[[], object]:
    """One put of an item like a claim, by a client that is configured in no way."""
    item = {"pk": {"S": "CLAIM#" + "0" * 64}, "sk": {"S": "CLAIM"}, "body": {"S": "0" * 64}}
    return lambda: client.put_item(TableName="leads", Item=item, ConditionExpression="attribute_not_exists(pk)")


@contextmanager
def doors(make_table: Callable[[], Any]) -> Iterator[tuple[dict[str, Callable[[], Any]], Counting]]:
    """A call for each of `SENT`, at doors over such a table, with their log lines written to nowhere."""
    with loaded("forms", "newsletter", "downloads") as apps, Path(os.devnull).open("w") as nowhere:
        client = Counting(make_table())
        for each in tables():
            each._client = client
        for app in apps.values():
            app.log.logger.setLevel("INFO")
            app.log.logger.registered_handler.stream = nowhere
        calls: dict[str, Callable[[], Any]] = {
            name: partial(apps[folder].lambda_handler, sent, CONTEXT) for name, (folder, sent) in SENT.items()
        }
        yield calls, client
        for app in apps.values():
            app.log.logger.setLevel("CRITICAL")


def measure() -> Table:
    """What a door itself takes."""
    title = f"Warm calls: best of {ROUNDS} rounds; at most {OWN_LIMIT} ms for the whole demo form"
    table = Table("door", "CPU ms per call", "of a fixed loop", "answer", title=title)
    with doors(AtOnce) as (calls, _):
        taken = least({**calls, LOOP: loop}, CALLS)
        for name, call in calls.items():
            table.add_row(name, f"{taken[name]:.2f}", f"{taken[name] / taken[LOOP]:.2f}", str(call()["statusCode"]))
    table.add_row(LOOP, f"{taken[LOOP]:.2f}", "1.00", "")
    return table


def measure_with_client() -> Table:
    """What it takes with a real client: the limit grows by the calls to the table."""
    title = f"The same with botocore, over HTTP without TLS: at most {OWN_LIMIT} + {CALL_LIMIT} ms per table call"
    table = Table("door", "table calls", "CPU ms per call", "limit", "of a bare put", title=title)
    with endpoint() as url, patch.dict(os.environ, {**ENVIRONMENT, "AWS_ENDPOINT_URL_DYNAMODB": url}):
        put = bare_put(make_client("dynamodb", Config()))
        with doors(lambda: make_client("dynamodb", door_config())) as (calls, client):
            taken = least({**calls, PUT: put}, CALLS // 4)
            for name, call in calls.items():
                asked = client.calls_of(call)
                numbers = (taken[name], OWN_LIMIT + CALL_LIMIT * asked, taken[name] / taken[PUT])
                table.add_row(name, str(asked), *(f"{number:.2f}" for number in numbers))
    table.add_row(PUT, "1", f"{taken[PUT]:.2f}", "", "1.00")
    return table

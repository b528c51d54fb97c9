"""CPU per warm call of `forms`: the whole handler, with a table that answers at once."""

import base64
import os
import time
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

from rich.table import Table

from tests.bench.environment import ENVIRONMENT

CALLS = 500
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


def event(fields: dict[str, str], **headers: str) -> dict[str, Any]:
    return {
        "version": "2.0",
        "rawPath": "/forms/demo",
        "headers": {"content-type": "application/x-www-form-urlencoded", **headers},
        "requestContext": {"http": {"method": "POST", "path": "/forms/demo"}, "requestId": "r", "stage": "$default"},
        "body": base64.b64encode(urlencode(fields).encode()).decode(),
        "isBase64Encoded": True,
    }


def measure() -> Table:
    """Thousandths of a second of CPU, for what sites send."""
    os.environ.update(ENVIRONMENT)
    from functions.forms import app

    context = SimpleNamespace(function_name="f", memory_limit_in_mb=512, invoked_function_arn="a", aws_request_id="r")
    cases = {
        "address only": event({"email": DEMO["email"]}),
        "the whole demo form": event(DEMO),
        "refused with a page": event({"name": "Eva"}),
        "refused with JSON": event({"name": "Eva"}, accept="application/json"),
    }
    table = Table(
        "forms", "CPU ms per call", "answer", title=f"Warm calls, mean of {CALLS}, the table's own time left out"
    )
    with patch.multiple(app.table, put=lambda *_, **__: None, get=lambda *_: None):
        for name, sent in cases.items():
            answer = app.lambda_handler(sent, context)  # type: ignore[arg-type]
            started = time.process_time()
            for _ in range(CALLS):
                app.lambda_handler(sent, context)  # type: ignore[arg-type]
            taken = (time.process_time() - started) / CALLS
            table.add_row(name, f"{taken * 1000:.2f}", str(answer["statusCode"]))
    return table

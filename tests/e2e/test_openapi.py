"""Schemathesis plays the OpenAPI document of the doors against the running service: nothing is answered with a 5xx,
and no answer is one that the document does not know.

In a hurry (`make e2e`) with few examples and the fields that are read in a way of their own; `make schemathesis` takes
its time. Its own environment keeps it out of every other run of pytest.
"""

import json
import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cli.local.running import Running
from cli.openapi import document, routes_of
from leadbell.clock import now
from leadbell.forms.config import PACKAGED, FormsConfig, SpamSettings
from leadbell.forms.published import PublishedForms
from leadbell.table import Table

ROOT = Path(__file__).parents[2]
SCHEMATHESIS = ROOT / ".tools/schemathesis/bin/schemathesis"
EXAMPLES = int(os.environ.get("LEADBELL_OPENAPI_EXAMPLES") or 0)
READ_IN_A_WAY_OF_THEIR_OWN = {"email", "phone", "company_size", "country", "message"}
CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance")


def unlimited() -> FormsConfig:
    """The packaged forms, for a sender who may send as often as they like."""
    spam = SpamSettings(per_minute=1_000_000)
    forms = {name: replace(each, spam=spam) for name, each in PACKAGED.forms.items()}
    downloads = {name: replace(each, spam=spam) for name, each in PACKAGED.downloads.items()}
    return FormsConfig("for schemathesis", forms, downloads, replace(PACKAGED.newsletter, spam=spam))


@pytest.fixture
def forms(running: Running) -> Iterator[FormsConfig]:
    """In force for this test alone. Doors look again after half a minute: who is refused until then is told so."""
    published = PublishedForms(Table(running.stack.client("dynamodb"), running.addresses.table_name))

    def put_in_force(forms: FormsConfig) -> FormsConfig:
        published.publish(forms, published.number(), "schemathesis", now(), "")
        return forms

    yield put_in_force(unlimited())
    put_in_force(replace(PACKAGED, version="as before"))


def played(forms: FormsConfig) -> dict[str, Any]:
    """The document; in a hurry without the fields that are read like any other.

    Schemathesis would send one Idempotency-Key with every body and be told each time that it was used before, so only
    the newsletter's is left in.
    """
    made = document(routes_of(ROOT / "template.yaml"), forms, "1")
    for path, methods in made["paths"].items():
        for operation in methods.values():
            if path != "/newsletter":
                named = operation["parameters"]
                operation["parameters"] = [each for each in named if each["name"] != "Idempotency-Key"]
            for content in operation.get("requestBody", {}).get("content", {}).values():
                if not EXAMPLES and (fields := content["schema"].get("properties")):
                    content["schema"]["properties"] = {
                        name: fields[name] for name in fields if name in READ_IN_A_WAY_OF_THEIR_OWN
                    }
    return made


def statuses(report: Path) -> Counter[int]:
    """How often each status was answered."""
    found = Counter[int]()
    for line in report.read_text(encoding="utf-8").splitlines():
        recorder = json.loads(line).get("ScenarioFinished", {}).get("recorder", {})
        for interaction in recorder.get("interactions", {}).values():
            found[(interaction.get("response") or {}).get("status_code", 0)] += 1
    return found


def test_nothing_that_the_document_allows_or_forbids_is_answered_with_a_server_error(
    running: Running, forms: FormsConfig, tmp_path: Path
) -> None:
    schema, report = tmp_path / "openapi.json", tmp_path / "report.ndjson"
    schema.write_text(json.dumps(played(forms)), encoding="utf-8")
    arguments = {
        "--url": running.addresses.api_url,
        "--phases": "examples,coverage,fuzzing,stateful",
        "--checks": ",".join(CHECKS),
        "--max-examples": str(EXAMPLES or 5),
        "--max-redirects": "0",
        "--seed": "1",
        "--generation-database": "none",
        "--warnings": "off",
        "--report": "ndjson",
        "--report-ndjson-path": str(report),
    }
    words = [
        str(SCHEMATHESIS),
        "run",
        str(schema),
        *(word for pair in arguments.items() for word in pair),
        "--no-color",
    ]
    ended = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    answered = statuses(report)
    print(
        f"\nrequests {answered.total():,}, 5xx {sum(n for status, n in answered.items() if status >= 500)}; {answered}"
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert answered.total() > 100
    assert {200, 303, 400, 404, 422} <= answered.keys()

"""What a cold function takes, to start and to answer for the first time, beside a process with a bare DynamoDB client.

All take their code from the built layer, so what is measured is what AWS would run: pinned, pruned and compiled. The
processes take turns and the least CPU counts, since whatever else the machine does only adds to it.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from tests.bench.endpoint import endpoint
from tests.bench.environment import ENVIRONMENT
from tests.bench.warm import ADDRESS, DEMO, event

RUNS = 15
ROOT = Path(__file__).parents[2]
BARE = "(a bare DynamoDB client)"
MAKE_CLIENT = "import boto3; client = boto3.client('dynamodb')"
PUT = "client.put_item(TableName='leads', Item={'pk': {'S': 'CLAIM'}, 'sk': {'S': 'CLAIM'}})"
FUNCTIONS = sorted(path.parent.name for path in ROOT.glob("functions/*/app.py"))
# What a start and a first answer may take, times the CPU of the bare client.
START_LIMITS = {
    **dict.fromkeys(("forms", "newsletter", "downloads"), 1.25),
    **dict.fromkeys(("consent", "sales"), 1.4),
    "notify": 1.1,
    **dict.fromkeys(("score", "sweep"), 1.5),
}
MESSAGE = {"name": DEMO["name"], "email": DEMO["email"], "message": DEMO["message"]}
ANSWERS = {
    "forms: a message": ("forms", event(MESSAGE, "/forms/contact"), 1.6),
    "forms: with phone and country": ("forms", event(DEMO), 1.9),
    "newsletter": ("newsletter", event(ADDRESS, "/newsletter"), 1.6),
    "downloads": ("downloads", event(ADDRESS, "/downloads/guide"), 1.6),
}
# The first call of a function: a door's event comes as JSON in the environment.
ANSWER = """
import app, json, os, types
context = types.SimpleNamespace(
    function_name="f", memory_limit_in_mb=512, invoked_function_arn="a", aws_request_id="r"
)
answer = app.lambda_handler(json.loads(os.environ["EVENT"]), context)
assert answer["statusCode"] == 303, answer
"""
LOADED = "import sys; print(*sorted(name for name, each in sys.modules.items() if getattr(each, '__file__', None)))"


@dataclass(frozen=True)
class Process:
    """A new process on the layer, which runs `code` in a function's folder. -S keeps the project's own environment out:
    only the layer is on the path, as on AWS."""

    code: str
    folder: Path = ROOT
    more: Mapping[str, str] | None = None

    def run(self, layer: Path) -> list[str]:
        """The words in the last line that it prints."""
        path = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{self.folder}:{layer}"}
        command = [sys.executable, "-S", "-c", self.code]
        environment = {**ENVIRONMENT, **path, **(self.more or {})}
        done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
        return done.stdout.splitlines()[-1].split()


def build_layer() -> Path:
    """The layer for this machine, built as SAM builds it."""
    target = ROOT / ".cache/bench-layer"
    shutil.rmtree(target, ignore_errors=True)
    environment = os.environ | {
        "ARTIFACTS_DIR": str(target),
        "LEADBELL_ARCHITECTURE": "host",
        "LEADBELL_CACHE": str(ROOT / ".cache/layer"),
    }
    subprocess.run(
        ["make", "-s", "build-LeadbellLayer"], cwd=ROOT / "shared", env=environment, check=True, capture_output=True
    )
    return target / "python"


def taken(processes: Mapping[str, Process], layer: Path) -> dict[str, tuple[float, float]]:
    """Milliseconds by process: the median of the time, and the least CPU."""
    runs: dict[str, list[list[float]]] = {name: [] for name in processes}
    for _ in range(RUNS):
        for name, process in processes.items():
            runs[name].append([float(word) for word in process.run(layer)])
    return {
        name: (statistics.median(time for time, _ in each), min(cpu for _, cpu in each)) for name, each in runs.items()
    }


def starting(code: str) -> str:
    """From the first import to the last line, Python's own start left out."""
    clocks = "time.perf_counter(), time.process_time()"
    return f"import time; a, b = {clocks}\n{code}\nc, d = {clocks}; print((c - a) * 1000, (d - b) * 1000)"


def answering(code: str) -> str:
    """From the start of the process; of that time only the CPU is known."""
    return f"import time; a = time.perf_counter()\n{code}\n" + (
        "print((time.perf_counter() - a) * 1000, time.process_time() * 1000)"
    )


def measure() -> Table:
    """One row per function: what importing its `app` takes."""
    processes = {BARE: Process(starting(MAKE_CLIENT))}
    processes |= {name: Process(starting("import app"), ROOT / "functions" / name) for name in FUNCTIONS}
    title = f"Init of a cold process: median of {RUNS}, and the least CPU"
    return _table(title, taken(processes, build_layer()), START_LIMITS)


def measure_answers() -> Table:
    """One row per submission: what the first answer takes, over HTTP without TLS and a table that answers at once."""
    title = f"From the start of a process to its first answer: median of {RUNS}, and the least CPU"
    with endpoint() as url:
        told = {"AWS_ENDPOINT_URL_DYNAMODB": url}
        processes = {BARE: Process(answering(f"{MAKE_CLIENT}; {PUT}"), more=told)}
        processes |= {
            name: Process(answering(ANSWER), ROOT / "functions" / folder, {**told, "EVENT": json.dumps(sent)})
            for name, (folder, sent, _) in ANSWERS.items()
        }
        limits = {name: limit for name, (_, _, limit) in ANSWERS.items()}
        return _table(title, taken(processes, build_layer()), limits)


def _table(title: str, found: Mapping[str, tuple[float, float]], limits: Mapping[str, float]) -> Table:
    table = Table("process", "ms", "times bare", "CPU, ms", "times bare", "limit", title=title)
    for name, numbers in found.items():
        shown = [
            cell for part, of in zip(numbers, found[BARE], strict=True) for cell in (f"{part:.0f}", f"{part / of:.2f}")
        ]
        table.add_row(name, *shown, f"{limits[name]:.2f}" if name in limits else "")
    return table


def signup() -> Table:
    """What a signup for the newsletter loads, from its process's start to its answer."""
    folder, sent, _ = ANSWERS["newsletter"]
    table = Table("whose", "modules that a first signup loads", title="What a newsletter signup loads")
    with endpoint() as url:
        told = {"AWS_ENDPOINT_URL_DYNAMODB": url, "EVENT": json.dumps(sent)}
        names = Process(f"{ANSWER}\n{LOADED}", ROOT / "functions" / folder, told).run(build_layer())
    ours = [name.removeprefix("leadbell.") for name in names if name.startswith("leadbell.")]
    tops = {name.partition(".")[0] for name in names} - {"leadbell", "app", "__main__"}
    table.add_row(f"ours: {len(ours)}", ", ".join(ours))
    table.add_row("packages", ", ".join(sorted(tops - sys.stdlib_module_names)))
    return table

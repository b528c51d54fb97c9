"""Init time: a new process imports a function's `app`, beside a process that only makes a DynamoDB client.

Both take their code from the built layer, so what is measured is what AWS would run: pinned, pruned and compiled.
"""

import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

from rich.table import Table

from tests.bench.environment import ENVIRONMENT

RUNS = 7
ROOT = Path(__file__).parents[2]
BARE = "import boto3; boto3.client('dynamodb')"
FUNCTIONS = ("forms", "downloads", "newsletter", "sales", "score", "notify", "sweep")


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


def milliseconds(code: str, layer: Path, folder: Path) -> float:
    """Median over new processes of the time from the first import to the last line, Python's own start left out."""
    timed = f"import time; started = time.perf_counter(); {code}; print((time.perf_counter() - started) * 1000)"
    environment = {**ENVIRONMENT, "PATH": os.environ["PATH"], "PYTHONPATH": f"{folder}:{layer}"}
    # -S keeps the project's own environment out: only the layer is on the path, as on AWS.
    command = [sys.executable, "-S", "-c", timed]
    taken = [
        float(subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout)
        for _ in range(RUNS)
    ]
    return statistics.median(taken)


def measure() -> Table:
    """One row per function."""
    layer = build_layer()
    bare = milliseconds(BARE, layer, ROOT)
    table = Table("function", "init, ms", "times bare", title=f"Init of a cold process, median of {RUNS}")
    table.add_row("(a bare DynamoDB client)", f"{bare:.0f}", "1.0")
    for name in FUNCTIONS:
        taken = milliseconds("import app", layer, ROOT / "functions" / name)
        table.add_row(name, f"{taken:.0f}", f"{taken / bare:.1f}")
    return table

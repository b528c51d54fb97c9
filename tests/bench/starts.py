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
FUNCTIONS = sorted(path.parent.name for path in ROOT.glob("functions/*/app.py"))


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


def milliseconds(code: str, layer: Path, folder: Path) -> tuple[float, float]:
    """From the first import to the last line in new processes, Python's own start left out: the median of the time
    and the least CPU, which a busy machine does not change."""
    clocks = "time.perf_counter(), time.process_time()"
    timed = f"import time; a, b = {clocks}; {code}; c, d = {clocks}; print((c - a) * 1000, (d - b) * 1000)"
    environment = {**ENVIRONMENT, "PATH": os.environ["PATH"], "PYTHONPATH": f"{folder}:{layer}"}
    # -S keeps the project's own environment out: only the layer is on the path, as on AWS.
    command = [sys.executable, "-S", "-c", timed]
    taken = [
        [
            float(each)
            for each in subprocess.run(
                command, env=environment, check=True, capture_output=True, text=True
            ).stdout.split()
        ]
        for _ in range(RUNS)
    ]
    return statistics.median(each for each, _ in taken), min(each for _, each in taken)


def measure() -> Table:
    """One row per function."""
    layer = build_layer()
    bare = milliseconds(BARE, layer, ROOT)
    title = f"Init of a cold process: median of {RUNS}, and the least CPU"
    table = Table("function", "init, ms", "times bare", "CPU, ms", "times bare", title=title)
    for name in ("", *FUNCTIONS):
        taken = milliseconds("import app", layer, ROOT / "functions" / name) if name else bare
        shown = [cell for part, of in zip(taken, bare, strict=True) for cell in (f"{part:.0f}", f"{part / of:.1f}")]
        table.add_row(name or "(a bare DynamoDB client)", *shown)
    return table

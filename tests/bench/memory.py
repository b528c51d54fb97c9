"""How much memory a function should have: CPU of a cold and of a warm call, its peak, and the time and price they make.

Lambda gives a vCPU at 1,769 MB and the same part of one below, so CPU becomes time by that part. Whether the start of a
new environment gets a whole one whatever the memory, AWS does not promise, so both are shown. The table answers after
`ANSWERS_IN` milliseconds; prices are us-east-1's list prices of November 2026.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import ceil
from pathlib import Path
from typing import Any

from rich.table import Table

from leadbell.outbox.links import LinkPurpose, sign
from tests.bench.endpoint import KEYS, endpoint
from tests.bench.environment import ENVIRONMENT
from tests.bench.quota import limited
from tests.bench.starts import ROOT, build_layer
from tests.bench.warm import ADDRESS, DEMO, event

RUNS = 5
SIZES = (256, 512, 768, 1024, 1769)
A_VCPU = 1769
ANSWERS_IN = 5.0
PER_GB_SECOND = {"x86_64": 0.0000166667, "arm64": 0.0000133334}
PER_CALL = 0.20 / 1_000_000

CHILD = """
import json, re, sys, time
from types import SimpleNamespace
sent = json.load(sys.stdin)
context = SimpleNamespace(function_name="f", memory_limit_in_mb=512, invoked_function_arn="a", aws_request_id="r",
                          get_remaining_time_in_millis=lambda: 20000)
marks = [(time.process_time(), time.perf_counter())]
def mark(): marks.append((time.process_time(), time.perf_counter()))
import app
mark()
app.lambda_handler(sent, context)
mark()
for _ in range(20):
    app.lambda_handler(sent, context)
    mark()
# What getrusage tells of a process, its parent's peak is part of.
peak = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())
print(json.dumps([marks, int(peak[1]) / 1024]))
"""


def _link(route: str, purpose: LinkPurpose, subject: str) -> dict[str, Any]:
    token = sign(KEYS, purpose, subject, datetime.now(UTC) + timedelta(days=1))
    sent = event({}, f"/{route}/{token}", accept="text/html")
    sent["requestContext"]["http"]["method"] = "GET"
    return sent


RECORD = {"dynamodb": {"Keys": {"pk": {"S": "CONTACT#c_x"}, "sk": {"S": "EVENT#2026-03-02#x"}}, "SequenceNumber": "1"}}
MAIL = {"dynamodb": {"Keys": {"pk": {"S": "CONTACT#c_x"}, "sk": {"S": "ALERT#1"}}, "SequenceNumber": "1"}}
# What each function is called with, and how often it then asks the table one after the other.
CALLS: dict[str, tuple[dict[str, Any], int]] = {
    "forms": (event(DEMO), 4),
    "newsletter": (event(ADDRESS, "/newsletter"), 4),
    "downloads": (event(ADDRESS, "/downloads/guide"), 4),
    "consent": (_link("unsubscribe", LinkPurpose.UNSUBSCRIBE, "c_x"), 1),
    "sales": (_link("alerts", LinkPurpose.ALERT, "CONTACT#c_x|ALERT#1|1"), 2),
    "score": ({"Records": [RECORD]}, 4),
    "notify": ({"Records": [MAIL]}, 1),
    "sweep": ({}, 18),
}


@dataclass(frozen=True, slots=True)
class Taken:
    """Milliseconds of CPU of the start, the first call and a warm one; the whole time of start and first call; peak."""

    start: float
    first: float
    warm: float
    clock: float
    megabytes: float


def run(name: str, layer: Path, url: str, before: tuple[str, ...] = ()) -> Taken:
    """A new process that starts a function and calls it: the least of several."""
    folder, environment = ROOT / "functions" / name, {**ENVIRONMENT, "PATH": os.environ["PATH"]}
    environment |= {"PYTHONPATH": f"{folder}:{layer}", "AWS_ENDPOINT_URL": url, "POWERTOOLS_LOG_LEVEL": "INFO"}
    command = [*before, sys.executable, "-S", "-c", CHILD]
    found = []
    for _ in range(RUNS):
        ran = subprocess.run(
            command, env=environment, input=json.dumps(CALLS[name][0]), check=True, capture_output=True, text=True
        )
        marks, megabytes = json.loads(ran.stdout.splitlines()[-1])
        cpu = [(after[0] - at[0]) * 1000 for at, after in pairwise(marks)]
        found.append(Taken(cpu[0], cpu[1], min(cpu[2:]), (marks[2][1] - marks[0][1]) * 1000, megabytes))
    least = [min(getattr(each, part) for each in found) for part in Taken.__slots__]
    return Taken(*least)


def share_of(size: int) -> float:
    """The part of a vCPU that goes with this memory."""
    return min(1.0, size / A_VCPU)


def million(size: int, milliseconds: float, processor: str) -> float:
    """Dollars for a million calls of so long."""
    return (size / 1024 * ceil(milliseconds) / 1000 * PER_GB_SECOND[processor] + PER_CALL) * 1_000_000


def measure() -> tuple[Table, Table, Table]:
    """What each function takes; what that means for each size; and how long a cold form really took so."""
    took = Table("function", "start, CPU ms", "first call", "warm call", "peak, MB", title="A function by itself")
    prices = ("$ per million warm, x86_64", "arm64", "cold, arm64")
    sizes = Table("function", "MB", "cold, ms", "with a whole CPU at the start", "warm, ms", *prices)
    sizes.title = f"By memory; the table answers in {ANSWERS_IN:g} ms"
    layer = build_layer()
    with endpoint() as url:
        for name, (_, asks) in CALLS.items():
            taken = run(name, layer, url)
            took.add_row(name, *(f"{value:.1f}" for value in (taken.start, taken.first, taken.warm, taken.megabytes)))
            for size in SIZES:
                sizes.add_row(name, f"{size:,}", *by_size(taken, size, asks * ANSWERS_IN))
        return took, sizes, with_a_part(layer, url)


def by_size(taken: Taken, size: int, waits: float) -> list[str]:
    """Time and price with this memory."""
    share = share_of(size)
    first, warm = taken.first / share + waits, taken.warm / share + waits
    cold = taken.start / share + first
    prices = [million(size, warm, processor) for processor in PER_GB_SECOND] + [million(size, cold, "arm64")]
    times = (f"{cold:.0f}", f"{taken.start + first:.0f}", f"{warm:.0f}")
    return [*times, *(f"{price:.2f}" for price in prices)]


def with_a_part(layer: Path, url: str, name: str = "forms") -> Table:
    """A cold call with a part of a CPU, where this machine can give one, beside what the CPU of a whole one says."""
    table = Table("MB", "part of a CPU", "cold, ms", "by its CPU", title=f"{name} with a part of a CPU")
    whole = run(name, layer, url)
    for size in SIZES:
        share = share_of(size)
        with limited(share) as before:
            clock = "no control group may be made here"
            if before is not None:
                clock = f"{run(name, layer, url, tuple(before)).clock:.0f}"
        table.add_row(f"{size:,}", f"{share:.2f}", clock, f"{(whole.start + whole.first) / share:.0f}")
    return table

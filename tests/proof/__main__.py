"""`make proof`: runs that measure what is promised, and fail where it is not kept; by name to run only some."""

import sys
import time
from types import ModuleType

from rich.console import Console

import tests.conftest  # noqa: F401  (an environment that cannot reach AWS)
from tests.proof import (
    bombing,
    burst,
    conflicts,
    crashes,
    heavy,
    hostile,
    limits,
    machine,
    outage,
    privacy,
    spam,
    strangers,
    typed,
)

PARTS: dict[str, ModuleType] = {
    "bombing": bombing,
    "burst": burst,
    "conflicts": conflicts,
    "crashes": crashes,
    "heavy": heavy,
    "hostile": hostile,
    "limits": limits,
    "machine": machine,
    "outage": outage,
    "privacy": privacy,
    "spam": spam,
    "strangers": strangers,
    "typed": typed,
}

if __name__ == "__main__":
    console = Console(width=110)
    for name in sys.argv[1:] or PARTS:
        started = time.perf_counter()
        console.print(PARTS[name].measure())
        console.print(f"{name}: {time.perf_counter() - started:,.0f} seconds\n")

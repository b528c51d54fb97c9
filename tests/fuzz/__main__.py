"""`make fuzz`: hostile input for as long as FUZZ_SECONDS says. Ends with 1 where anything but a refusal came of it.

With a number, as a crash printed it: that one input again.
"""

import os
import random
import secrets
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

from tests.fuzz.hostile import HOSTILE, JSON, as_json
from tests.fuzz.inputs import Input, hostile, text
from tests.fuzz.properties import check_body, check_text

FOUND = Path(".cache/fuzz")


def one(chance: random.Random, counts: Counter[str]) -> Input | str:
    """One input and its check; what it was is in the traceback's frame where it fails."""
    if chance.random() < 0.2:
        said = text(chance)
        counts["texts"] += 1
        check_text(said)
        return said
    given = hostile(chance)
    counts["bodies"] += 1
    counts["taken"] += check_body(*given)
    return given


def run(seconds: float, first: int) -> Counter[str]:
    """Counts of what was tried, and of crashes; each input follows from its number alone."""
    counts, ends, number = Counter[str](), time.monotonic() + seconds, first
    while time.monotonic() < ends:
        try:
            one(random.Random(number), counts)
        except Exception:  # whatever it is, it is what we look for
            counts["crashes"] += 1
            FOUND.mkdir(parents=True, exist_ok=True)
            (FOUND / str(number)).write_text(traceback.format_exc(), encoding="utf-8", errors="backslashreplace")
            print(f"number {number}: see {FOUND / str(number)}", file=sys.stderr)
        number += 1
    return counts


def main() -> int:
    check_body(JSON, as_json(phone="+46 70 174 06 05", country="Sweden"))  # what is read once is not counted
    for name, body in HOSTILE.items():
        started = time.process_time()
        check_body(body.content_type, body.raw, body.encoding)
        if (taken := (time.process_time() - started) * 1000) > 20:
            print(f"{taken:6.1f} ms of CPU: {name}")
    if len(sys.argv) > 1:
        one(random.Random(int(sys.argv[1])), Counter())
        return 0
    seconds = float(os.environ.get("FUZZ_SECONDS") or 600)
    counts = run(seconds, secrets.randbits(48))
    tried = counts["bodies"] + counts["texts"]
    print(
        f"{tried:,} inputs in {seconds:,.0f} s: {counts['bodies']:,} bodies ({counts['taken']:,} taken), "
        f"{counts['texts']:,} texts; crashes {counts['crashes']}"
    )
    return 1 if counts["crashes"] else 0


if __name__ == "__main__":
    sys.exit(main())

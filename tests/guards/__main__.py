"""`make prove`: takes each guard out of a copy of this checkout, and shows that its tests then fail."""

import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from xml.etree import ElementTree

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.guards.edits import Moved
from tests.guards.guard import Guard
from tests.guards.guards import GUARDS
from tests.guards.runs import COPIES, ROOT, environment, play, play_quickly, preload

LEFT_OUT = (".git", ".venv", ".tools", ".cache", ".aws-sam", ".leadbell*", "__pycache__", ".*_cache", ".hypothesis")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a run without a guard: `by` is the first test that failed, or why none did."""

    is_killed: bool
    by: str
    seconds: float = 0.0


# A test that notices says so: by an assertion, or by an error in our own words.
NOTICED = ("assert", "AssertionError", "Failed: ", "leadbell.errors.")
# Or the test itself looks for what is not there, as in `(fact,) = facts` and `answer.json["code"]`.
MISSED = re.compile(r"^tests/\S+:\d+: (KeyError|ValueError|IndexError)$")


def has_noticed(failure: ElementTree.Element) -> bool:
    """Whether a failure says that a test noticed; any other exception means broken code, and that proves nothing."""
    last = (failure.text or "").rstrip().rpartition("\n")[2]
    return failure.get("message", "").startswith(NOTICED) or MISSED.match(last) is not None


def judge(code: int, report: str) -> Verdict:
    """Whether pytest's exit code and report say that a test noticed."""
    if code == 0:
        return Verdict(False, "no test noticed")
    if code != 1:
        return Verdict(False, "hung" if code < 0 else f"the tests did not run (exit code {code})")
    for case in ElementTree.fromstring(report).iter("testcase"):
        if (failure := case.find("failure")) is not None:
            name = case.get("name", "")
            if has_noticed(failure):
                return Verdict(True, name)
            return Verdict(False, f"{name} broke by {failure.get('message', '').partition(chr(10))[0][:60]}")
    return Verdict(False, "a test could not be set up")


def tried(guard: Guard, copies: "Queue[Path]") -> Verdict:
    """Takes the guard out of one of the copies, runs its tests there, and puts it back."""
    copy, began = copies.get(), time.monotonic()
    file = copy / guard.file
    kept = file.with_name(f"{file.name}.kept")
    shutil.copy2(file, kept)
    try:
        file.write_text(guard.taken_out(copy), encoding="utf-8")
        verdict = judge(*play_quickly(copy, guard.tests))
    finally:
        kept.replace(file)  # with its old time, so that what was compiled from it is used again
        copies.put(copy)
    print(f"{'killed' if verdict.is_killed else 'SURVIVED'}: {guard.name} ({verdict.by})", file=sys.stderr, flush=True)
    return Verdict(verdict.is_killed, verdict.by, time.monotonic() - began)


def copied(folder: Path) -> Path:
    """A copy of this checkout; raises AssertionError where Python would not import from it."""
    copy = folder / "first"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
    if (ROOT / ".tools").exists():
        (copy / ".tools").symlink_to(ROOT / ".tools")
    found = subprocess.run(
        [sys.executable, "-c", "import leadbell; print(leadbell.__file__)"],
        cwd=copy,
        env=environment(copy),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert Path(found).is_relative_to(copy), "the copy would import what is installed"
    return copy


def prove(guards: Sequence[Guard], folder: Path) -> list[Verdict]:
    """The verdict on each guard; ends the run where the tests fail with all guards in place."""
    for guard in guards:
        guard.taken_out(ROOT)
    first = copied(folder)
    everything = sorted({test for guard in guards for test in guard.tests})
    code, report = play(first, everything)
    if code != 0:
        sys.exit(f"the tests do not pass with all guards in place: {judge(code, report).by}")
    copies: Queue[Path] = Queue()
    copies.put(first)
    for number in range(1, COPIES):
        copies.put(Path(shutil.copytree(first, folder / str(number), symlinks=True)))
    preload()
    with ThreadPoolExecutor(COPIES) as pool:
        return list(pool.map(lambda guard: tried(guard, copies), guards))


def told(guards: Sequence[Guard], verdicts: Sequence[Verdict]) -> Table:
    table = Table("guard", "law", "killed by", "seconds", title="Without each guard", title_justify="left")
    for guard, verdict in zip(guards, verdicts, strict=True):
        by = verdict.by if verdict.is_killed else f"SURVIVED: {verdict.by}"
        table.add_row(
            guard.name, guard.law, escape(by), f"{verdict.seconds:.1f}", style="" if verdict.is_killed else "bold red"
        )
    return table


def main(wanted: Sequence[str]) -> int:
    """Proves the guards whose name has one of the words, or all."""
    guards = [guard for guard in GUARDS if not wanted or any(word in guard.name for word in wanted)]
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="leadbell-guards-") as folder:
        try:
            verdicts = prove(guards, Path(folder))
        except Moved as moved:
            sys.exit(str(moved))
    killed = sum(verdict.is_killed for verdict in verdicts)
    console = Console(width=150, highlight=False)
    console.print(told(guards, verdicts))
    console.print(f"{time.monotonic() - began:.0f} seconds")
    console.print(f"killed {killed} of {len(guards)}")
    return killed != len(guards)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

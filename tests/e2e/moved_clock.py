"""The running local stack under a clock that a test moves.

`leadbell run` is started as a user starts it, with libfaketime preloaded: the emulator, the functions it runs as
processes of its own, the inbox and the operator's terminal all see real time plus one offset, which is read anew from a
file at each look at the clock. Nothing in the service knows of it. Timeouts go on in real time: the monotonic clock is
left alone.

The library comes from PyPI: with the monotonic clock left alone, Debian's 0.9.10 makes this Python's `time.sleep` fail.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from libfaketime import get_reload_information

from cli.local.deploy import build
from cli.local.ports import free_port
from cli.local.process import clean_environment, last_lines
from cli.local.project import find_project
from cli.stack import DATA_DIR_VARIABLE, LocalStack

START_SECONDS = 180
STOP_SECONDS = 60
ROOT = Path(__file__).resolve().parents[2]


class MovedClock:
    """The time in the processes that are started with its `environment`; it runs on between moves."""

    def __init__(self, file: Path, at: datetime) -> None:
        self._file = file
        self.move_to(at)

    def move_to(self, at: datetime) -> None:
        """In one step, so that nobody reads half of it."""
        self._offset = at - datetime.now(UTC)
        unfinished = self._file.with_suffix(".new")
        unfinished.write_text(f"{self._offset.total_seconds():+.3f}\n", encoding="ascii")
        unfinished.replace(self._file)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    @property
    def environment(self) -> Mapping[str, str]:
        """Raises RuntimeError on a system that libfaketime does not know."""
        _, variables = get_reload_information()
        return {**variables, "FAKETIME_TIMESTAMP_FILE": str(self._file)}

    def problem(self) -> str:
        """Why processes do not see this clock; empty where they do."""
        try:
            environment = {**os.environ, **self.environment}
        except RuntimeError as error:
            return str(error)
        asks = [sys.executable, "-c", "import time; print(time.time())"]
        told = subprocess.run(asks, env=environment, capture_output=True, text=True, check=True)
        off_by = abs(float(told.stdout) - self.now().timestamp())
        return f"libfaketime does not work here: {told.stderr}" if off_by > 60 else ""


class Terminal:
    """`tests.e2e.terminal` under the moved clock."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.terminal"],
            env=dict(environment),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, name: str, /, *arguments: str, **fields: str) -> Any:
        """One of the terminal's methods; raises AssertionError, with its words, where that could not do it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([name, arguments, fields]) + "\n")
        self._process.stdin.flush()
        told = json.loads(self._process.stdout.readline())
        assert "error" not in told, told["error"]
        return told["answer"]

    def close(self) -> None:
        self._process.communicate(timeout=STOP_SECONDS)


@contextmanager
def moved_stack(data_dir: Path, clock: MovedClock) -> Iterator[tuple[LocalStack, Terminal]]:
    """A local stack of its own, each function held to its own role's policy, and a terminal beside it."""
    # In real time: what the build may have to download proves itself by certificates.
    build(find_project(), data_dir, lambda _: None)
    environment = clean_environment({**clock.environment, DATA_DIR_VARIABLE: str(data_dir)})
    log = data_dir / "run.log"
    command = [sys.executable, "-m", "cli.main", "run", "--port", str(free_port()), "--site-port", str(free_port())]
    with log.open("wb") as output:
        run = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=output, stderr=output, start_new_session=True)
    try:
        addresses = _wait_until_ready(run, data_dir / "local.json", log)
        terminal = Terminal(environment)
        try:
            yield addresses, terminal
        finally:
            terminal.close()
    finally:
        run.send_signal(signal.SIGTERM)
        run.wait(STOP_SECONDS)


def _wait_until_ready(run: subprocess.Popen[bytes], told: Path, log: Path) -> LocalStack:
    deadline = time.monotonic() + START_SECONDS
    while not told.is_file():
        assert run.poll() is None and time.monotonic() < deadline, last_lines(log)
        time.sleep(0.05)
    return LocalStack(**json.loads(told.read_text(encoding="utf-8")))


def at_most(seconds: float) -> Iterator[timedelta]:
    """Looks at something again and again for a while."""
    started = time.monotonic()
    while (passed := time.monotonic() - started) < seconds:
        yield timedelta(seconds=passed)
        time.sleep(0.05)

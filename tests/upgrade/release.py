"""An older revision of this repository, unpacked and run as its own users run it: by its own tools and its own code."""

import json
import os
import signal
import subprocess
import tarfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from cli.local.ports import free_port
from cli.local.process import clean_environment, last_lines
from cli.stack import DATA_DIR_VARIABLE

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 300
STOP_SECONDS = 60
COMMAND_SECONDS = 120


class Release:
    """A checkout that can be run and asked."""

    def __init__(self, root: Path, data_dir: Path) -> None:
        self.root = root
        self._environment = _own_environment({DATA_DIR_VARIABLE: str(data_dir)})
        self._data_dir = data_dir

    def leadbell(self, *words: str) -> str:
        """What its command prints; raises AssertionError with that where it fails."""
        command: list[str | Path] = [self.root / ".venv/bin/leadbell", *words]
        done = subprocess.run(
            command,
            env=self._environment,
            cwd=self.root,
            capture_output=True,
            text=True,
            check=False,
            timeout=COMMAND_SECONDS,
        )
        assert done.returncode == 0, f"leadbell {' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout

    def refused(self, *words: str) -> str:
        """What its command says where it fails; raises AssertionError where it does not."""
        try:
            printed = self.leadbell(*words)
        except AssertionError as said:
            return str(said)
        raise AssertionError(f"leadbell {' '.join(words)}: {printed}")

    def told(self, *words: str) -> Any:
        """What its command says to programs."""
        return json.loads(self.leadbell(*words, "--json"))

    def program(self, text: str, *words: str) -> str:
        """What a few lines of Python print that use its package."""
        environment = {**self._environment, "PYTHONPATH": str(self.root / "shared")}
        command: list[str | Path] = [self.root / ".venv/bin/python", "-c", text, *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()

    @contextmanager
    def running(self) -> Iterator[Mapping[str, str]]:
        """Its local stack, and what `local.json` says of it."""
        log, told = self._data_dir / "run.log", self._data_dir / "local.json"
        ports = ["--port", str(free_port()), "--site-port", str(free_port())]
        command: list[str | Path] = [self.root / ".venv/bin/leadbell", "run", *ports]
        with log.open("wb") as output:
            run = subprocess.Popen(
                command, env=self._environment, cwd=self.root, stdout=output, stderr=output, start_new_session=True
            )
        try:
            deadline = time.monotonic() + START_SECONDS
            while not told.is_file():
                assert run.poll() is None and time.monotonic() < deadline, last_lines(log)
                time.sleep(0.2)
            yield json.loads(told.read_text(encoding="utf-8"))
        finally:
            run.send_signal(signal.SIGTERM)
            run.wait(STOP_SECONDS)


def unpacked(revision: str, folder: Path, data_dir: Path) -> Release:
    """The revision's files in that folder, with its own tools in place."""
    archive = subprocess.run(["git", "archive", revision], cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=BytesIO(archive)) as files:
        files.extractall(folder, filter="data")
    subprocess.run(
        ["make", "--silent", "setup"], cwd=folder, env=_own_environment({}), check=True, timeout=START_SECONDS
    )
    return Release(folder, data_dir)


def _own_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """Without what our own `make` told its children."""
    ours = str(ROOT)
    path = os.pathsep.join(each for each in os.environ["PATH"].split(os.pathsep) if not each.startswith(ours))
    kept = clean_environment({"PATH": path, **extra})
    return {name: value for name, value in kept.items() if not name.startswith(("MAKE", "MFLAGS", "LEADBELL_CACHE"))}

"""The emulated AWS: one ministack process on 127.0.0.1 that keeps its state in the data folder.

It saves when SIGTERM ends it, and only then: a killed emulator loses what was stored since its start.
"""

import contextlib
import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from cli.errors import CommandError
from cli.local.ports import HOST
from cli.local.process import clean_environment, end_group, last_lines

REGION = "eu-north-1"
START_SECONDS = 30
STOP_SECONDS = 30


class Emulator:
    """Start it, watch it with `check`, stop it; `enforce_iam` makes each function run under its own role's policy."""

    def __init__(self, binary: Path, data_dir: Path, port: int, enforce_iam: bool) -> None:
        self.url = f"http://{HOST}:{port}"
        self.log = data_dir / "emulator.log"
        self._binary = binary
        self._data_dir = data_dir
        self._pid_file = data_dir / "emulator.pid"
        self._settings = {"GATEWAY_PORT": str(port), "AUTH": "true" if enforce_iam else "false"}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Return once it answers."""
        forget_stream_positions(self._data_dir / "state" / "lambda.json")
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(
                [self._binary],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # Ctrl-C must not reach it: we end it after everything that still talks to it.
                start_new_session=True,
            )
        self._pid_file.write_text(str(self._process.pid), encoding="ascii")
        self._wait_until_it_answers()

    def check(self) -> None:
        """Raise if it has ended by itself."""
        if self._process is None or self._process.poll() is None:
            return
        status = self._process.returncode
        raise CommandError(
            f"The emulator stopped unexpectedly (status {status}). The end of its log:\n{last_lines(self.log, 5)}",
            "Start again with `make run`. Data stored since this run started is lost; earlier data is still there. "
            f"The whole log: {self.log}",
        )

    def stop(self) -> None:
        """End it so that it saves, then end the function processes it may have left."""
        if self._process is None:
            return
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_SECONDS)
        end_group(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._pid_file.unlink(missing_ok=True)

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            self.check()
            with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
                urllib.request.urlopen(f"{self.url}/_ministack/health", timeout=2).close()
                return
            time.sleep(0.05)
        raise CommandError(
            f"The emulator did not answer within {START_SECONDS} seconds.",
            f"Read its log, then start again with `make run`: tail {self.log}",
        )

    def _environment(self) -> dict[str, str]:
        temporary = self._data_dir / "tmp"
        temporary.mkdir(exist_ok=True)
        return clean_environment(
            self._settings
            | {
                "BIND_HOST": HOST,
                "MINISTACK_REGION": REGION,
                "LAMBDA_WARM_TTL_SECONDS": "86400",  # a pause in a demonstration is longer than its 300
                "IOT_MTLS_ENABLED": "0",  # else it opens port 8883 as well
                "PERSIST_STATE": "1",
                "S3_PERSIST": "1",
                "STATE_DIR": str(self._data_dir / "state"),
                "S3_DATA_DIR": str(self._data_dir / "s3"),
                "TMPDIR": str(temporary),
            }
        )


def forget_stream_positions(lambda_state: Path) -> None:
    """Drop the saved read positions of the table's stream.

    ministack saves them but not the stream's records, so after a restart each function would skip as many new
    records as it had read before.
    """
    if not lambda_state.is_file():
        return
    state = json.loads(lambda_state.read_text(encoding="utf-8"))
    state["payload"]["dynamodb_stream_positions"] = {}
    lambda_state.write_text(json.dumps(state), encoding="utf-8")


def stop_leftover(data_dir: Path) -> bool:
    """End the emulator of a run that was killed before it could do so; True if there was one."""
    pid_file = data_dir / "emulator.pid"
    if not pid_file.is_file():
        return False
    pid = int(pid_file.read_text(encoding="ascii") or 0)
    found = pid > 0 and "ministack" in _command_of(pid)
    if found:
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while "ministack" in _command_of(pid) and time.monotonic() < deadline:
            time.sleep(0.1)
        end_group(pid, signal.SIGKILL)
    pid_file.unlink()
    return found


def _command_of(pid: int) -> str:
    """The command line of a process, empty if there is none: the number may have gone to another program."""
    try:
        listed = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    except FileNotFoundError:  # a small container without ps
        return ""
    return listed.stdout

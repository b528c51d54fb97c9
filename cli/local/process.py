"""Running the tools: output to a log file, nothing left behind when we are interrupted."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from cli.errors import CommandError
from cli.local.ports import HOST


def clean_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without what would lead a tool to real AWS, a proxy or foreign packages."""
    foreign = ("AWS_", "SAM_", "PYTHON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    no_proxy = ",".join(filter(None, (os.environ.get("NO_PROXY"), HOST, "localhost")))
    return kept | {"NO_PROXY": no_proxy, "no_proxy": no_proxy} | dict(extra)


def run_logged(command: Sequence[str | Path], env: Mapping[str, str], cwd: Path, log: Path, what: str) -> None:
    """Run a command to its end; a failure becomes an error with the end of its log."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # A group of its own: Ctrl-C reaches us alone, and we end the whole group.
            start_new_session=True,
        )
        try:
            status = process.wait()
        finally:
            if process.poll() is None:  # we are being stopped ourselves, by Ctrl-C for one
                end_group(process.pid, signal.SIGKILL)
                process.wait()
    if status:
        raise CommandError(
            f"{what} failed:\n{last_lines(log)}",
            f"Correct what it reports, then run `make run` again. All output: {log}",
        )


def end_group(leader: int, with_signal: signal.Signals) -> None:
    """Signal every process of a group that may be gone already."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, with_signal)


def last_lines(log: Path, count: int = 15) -> str:
    if not log.is_file():
        return ""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])

"""What `leadbell run` promises: a second run goes on where the first ended, and a crash is told with its fix."""

import os
import signal
import time
from pathlib import Path

import pytest

from cli.errors import CommandError
from cli.local.inbox import Mail
from cli.local.ports import free_port
from cli.local.running import Running, Settings, local_stack
from tests.e2e.visitor import DEMO_REQUEST, submit


def _subjects(running: Running, count: int) -> list[str]:
    """The subjects in the inbox, once there are `count`."""
    mails: list[Mail] = []
    deadline = time.monotonic() + 10
    while len(mails) < count and time.monotonic() < deadline:
        mails = running.inbox.mails
        time.sleep(0.1)
    return [mail.subject for mail in mails]


def test_a_second_run_keeps_the_data_and_a_crash_is_told(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "data", free_port(), free_port())
    with local_stack(settings) as first:
        assert "Thank you" in submit(
            first.addresses.api_url, "/forms/demo", email="a@fjordkraft.example", **DEMO_REQUEST
        )
        assert len(_subjects(first, 1)) == 1
    assert not (settings.data_dir / "local.json").exists()

    with local_stack(settings) as second:
        assert second.addresses == first.addresses
        # The same person: only what the first run stored makes this "asked again".
        submit(second.addresses.api_url, "/forms/demo", email="a@fjordkraft.example", message="And?", **DEMO_REQUEST)
        alert, asked_again = _subjects(second, 2)
        assert alert.startswith("Sales lead A1")
        assert asked_again.startswith("Asked again A1")

        pid = int((settings.data_dir / "emulator.pid").read_text(encoding="ascii"))
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        with pytest.raises(CommandError, match="stopped unexpectedly") as crash:
            second.emulator.check()
        assert "Start again with `make run`" in crash.value.fix


def test_one_data_folder_has_one_run(running: Running, tmp_path: Path) -> None:
    data_dir = running.emulator.log.parent
    with (
        pytest.raises(CommandError, match="already running"),
        local_stack(Settings(data_dir, free_port(), free_port())),
    ):
        pass


def test_a_port_in_use_is_told_before_anything_starts(running: Running, tmp_path: Path) -> None:
    taken = int(running.addresses.endpoint_url.rpartition(":")[2])
    with (
        pytest.raises(CommandError, match=f"Port {taken} .* is in use"),
        local_stack(Settings(tmp_path / "data", taken, free_port())),
    ):
        pass

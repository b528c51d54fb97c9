"""A process with a part of one CPU, as Lambda gives a function: by a control group of Linux, where one may be made."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

PERIOD = 20_000  # microseconds; Lambda's own share comes in slices about as long
PLACES = (Path("/sys/fs/cgroup/cpu"), Path("/sys/fs/cgroup"))
# The shell puts itself into the group, then becomes the command.
INTO = 'echo $$ > "$0/cgroup.procs" && exec "$@"'


@contextmanager
def limited(share: float) -> Iterator[Sequence[str] | None]:
    """What to put before a command that gets this share of a CPU; None where this machine allows no group."""
    group = next((place for place in PLACES if (place / "cgroup.procs").exists()), PLACES[-1]) / f"bench-{os.getpid()}"
    try:
        group.mkdir()
        _set(group, int(PERIOD * share))
    except OSError:
        yield None
    else:
        yield ["sh", "-c", INTO, str(group)]
    finally:
        if group.exists():
            group.rmdir()


def _set(group: Path, quota: int) -> None:
    if (group / "cpu.max").exists():  # version 2 of control groups
        (group / "cpu.max").write_text(f"{quota} {PERIOD}", encoding="ascii")
        return
    (group / "cpu.cfs_period_us").write_text(f"{PERIOD}", encoding="ascii")
    (group / "cpu.cfs_quota_us").write_text(f"{quota}", encoding="ascii")

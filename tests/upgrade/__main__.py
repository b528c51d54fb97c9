"""`make upgrade`: deploys an older revision into an emulator, lives in it, and updates it in place by this checkout."""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from tests.upgrade.after import After, Wrong
from tests.upgrade.before import Before
from tests.upgrade.emulated import Emulated
from tests.upgrade.release import ROOT, Release, unpacked
from tests.upgrade.update import Busy, update_in_place


def run(revision: str, folder: Path, console: Console) -> int:
    """How many questions have a wrong answer."""
    started = time.monotonic()

    def say(text: str) -> None:
        console.print(f"{time.monotonic() - started:5.0f} s  {text}", highlight=False, markup=False, soft_wrap=True)

    data, logs = folder / "data", folder / "logs"
    logs.mkdir()
    say(f"unpacking {revision}")
    old = unpacked(revision, folder / "old", data)
    data.mkdir()
    with old.running() as local:
        stack = Emulated(local)
        say("it runs; people come")
        left = Before(old, stack, folder).live()
        say(f"{len(left.items)} items, mails under way; updating it in place")
        busy = Busy(stack.api_url)
        with busy.posting():
            update_in_place(local, logs)
        say(f"updated; meanwhile {len(busy.thanked)} posts were thanked for, {len(busy.refused)} were not")
        for each in busy.refused:
            say(f"       {each}")
        wrong = 0
        for question, answer in After(Release(ROOT, data), stack, left, busy).questions():
            found = _asked(answer)
            wrong += bool(found)
            say(f"{'NO ' if found else 'yes'}  {question}")
            for each in found:
                say(f"       {each}")
    return wrong


def _asked(answer: Callable[[], Wrong]) -> Wrong:
    """Also what could not even be asked: a post that is refused, a command that fails."""
    try:
        return answer()
    except (AssertionError, OSError) as failure:
        return [str(failure)]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="leadbell-upgrade-") as name:
        sys.exit(run(sys.argv[1], Path(name), Console(width=110)) > 0)

"""Which files of ours one form post walks through: a function of each runs between the door and the sent alert."""

import os
import sys
from collections import Counter
from pathlib import Path
from types import FrameType
from unittest.mock import patch

from rich.table import Table

from tests.bench.environment import ENVIRONMENT
from tests.integration.sam_template import ROOT
from tests.integration.service import EVA
from tests.proof.memory import scene

PACKAGE, FUNCTIONS = ROOT / "shared" / "leadbell", ROOT / "functions"


def walked() -> set[Path]:
    """The files, of a demo request by somebody new whose mail reaches a rep."""
    seen: set[str] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            seen.add(frame.f_code.co_filename)

    with patch.dict(os.environ, ENVIRONMENT), scene() as here:
        here.add_rep("anna", "SE")
        sys.setprofile(note)
        try:
            here.post("/forms/demo", EVA)
            here.drain()
        finally:
            sys.setprofile(None)
        assert len(here.service.letters(EVA["email"])) == 1
    return {path for path in map(Path, seen) if path.is_relative_to(PACKAGE) or path.is_relative_to(FUNCTIONS)}


def measure() -> Table:
    """One row per room, and all."""
    where = Counter(map(_room, walked()))
    table = Table("where", "files", title="Files that one form post walks through", title_justify="left")
    for name, number in [*sorted(where.items()), ("all", where.total())]:
        table.add_row(name, str(number))
    return table


def _room(path: Path) -> str:
    if path.is_relative_to(FUNCTIONS):
        return "functions"
    return "the top of the package" if path.parent == PACKAGE else path.parent.name

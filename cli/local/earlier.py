"""Local data of an earlier revision, whose contacts had other ids: kept under another name, never read or deleted."""

from itertools import count
from pathlib import Path

from cli.errors import CommandError

# Raised when what a revision stores is of no use to the next one.
FORMAT = 2
_MARKER = "format"
# Belongs to the run or to the checkout, not to the data.
_STAYS = ("run.lock", "build", _MARKER)


def set_aside(data_dir: Path) -> Path | None:
    """Moves data of an earlier revision into a folder beside this one, and gives that; None where there is none.

    Raises CommandError for data of a later revision.
    """
    marker = data_dir / _MARKER
    found = int(marker.read_text(encoding="ascii")) if marker.is_file() else 0
    if found > FORMAT:
        raise CommandError(
            f"The data in {data_dir} was stored by a later version.",
            f"Start with another folder: make run ARGS='--data-dir {data_dir}-{FORMAT}'",
        )
    old = _moved(data_dir) if found != FORMAT and (data_dir / "state").is_dir() else None
    marker.write_text(f"{FORMAT}\n", encoding="ascii")
    return old


def _moved(data_dir: Path) -> Path:
    names = (data_dir.with_name(f"{data_dir.name}-old{number if number > 1 else ''}") for number in count(1))
    old = next(name for name in names if not name.exists())
    old.mkdir()
    for each in sorted(data_dir.iterdir()):
        if each.name not in _STAYS:
            each.rename(old / each.name)
    return old

"""One line of what `leadbell status` finds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """Whether it is well, what was found and what to do. A warning stops no alert."""

    name: str
    is_well: bool
    found: str
    fix: str = ""
    is_warning: bool = False

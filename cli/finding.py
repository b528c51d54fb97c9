"""What `leadbell status` says, line by line."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One line of the status: is it well, what was found and what to do. A warning keeps no alert from going out."""

    name: str
    is_well: bool
    found: str
    fix: str = ""
    is_warning: bool = False

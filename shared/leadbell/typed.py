"""What somebody typed into a form: each value as it was typed, in the form's order.

What was read from it stands beside it in the fact, never in its place.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Typed:
    """One field: its name in the form, the value as typed, and the attribute that was read from it, or an empty one."""

    name: str
    value: str
    attribute: str = ""

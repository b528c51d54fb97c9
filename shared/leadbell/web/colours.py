"""A site's own colour on our pages: the letters on it stay readable whatever it is."""

import re
from typing import NamedTuple

_HEX = re.compile(r"#[0-9a-fA-F]{6}")

# Our own, where a site names none.
DEFAULT = "#2456a6"


class Accent(NamedTuple):
    """A colour and that of the letters on it, both as `#rrggbb`."""

    colour: str
    letters: str


def accent(wanted: str) -> Accent:
    """The colour with black or white on it, whichever is easier to read; ours for anything but `#rrggbb`.

    The better of the two always has a contrast of at least 4.58, more than the 4.5 that WCAG 2.1 AA asks for.
    """
    colour = wanted.lower() if _HEX.fullmatch(wanted) else DEFAULT
    return Accent(colour, max(("#000000", "#ffffff"), key=lambda letters: contrast(colour, letters)))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21, as WCAG 2.1 defines it."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

"""Where the stand-ins for AWS get their choices and their time from.

Whatever AWS leaves open is asked of `choose(n)`, which answers 0 to n-1. 0 is always the plain thing: a full batch, no
duplicate, no fault. So a run is what its choices are: it can be repeated, shrunk and counted.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


class Choices(Protocol):
    def choose(self, n: int) -> int: ...


class Clock(Protocol):
    def __call__(self) -> datetime: ...

    def sleep(self, seconds: float) -> None: ...


class Plain:
    """Nothing unusual ever happens."""

    def choose(self, n: int) -> int:
        return 0


class Seeded:
    """Choices out of a seed; each is the plain one with probability `plain`, else any."""

    def __init__(self, seed: int, plain: float = 0.5) -> None:
        self._random = random.Random(seed)
        self._plain = plain

    def choose(self, n: int) -> int:
        return 0 if n == 1 or self._random.random() < self._plain else self._random.randrange(n)


@dataclass
class Script:
    """Choices said beforehand, then plain ones; one thing to choose from is no choice.

    `asked` holds how many there were to choose from, each time, so that all other scripts can be tried in turn.
    """

    said: Sequence[int]
    asked: list[int] = field(default_factory=list)

    def choose(self, n: int) -> int:
        if n == 1:
            return 0
        at = len(self.asked)
        self.asked.append(n)
        return self.said[at] if at < len(self.said) else 0


@dataclass(frozen=True)
class Drawn:
    """Choices that hypothesis makes; `draw` answers from 0 to the number it is given."""

    draw: Callable[[int], int]

    def choose(self, n: int) -> int:
        return 0 if n == 1 else self.draw(n - 1)

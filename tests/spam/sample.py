"""One submission of the corpus."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Sample:
    """`seconds` from showing the form to sending it; None for a form that fetches no stamp. `trade`
    is what the form's owner is in the business of.
    """

    kind: str
    path: str
    fields: dict[str, str]
    seconds: float | None = None
    trade: tuple[str, ...] = ()

    @property
    def is_human(self) -> bool:
        return self.kind == "people"


@dataclass(frozen=True, slots=True)
class Half:
    """One half of the corpus: its own chance and its own sentences."""

    name: str
    number: int

    def own[T](self, sentences: Sequence[T]) -> Sequence[T]:
        """Every second one."""
        return sentences[self.number :: 2]

    def random(self, kind: str) -> Random:
        return Random(f"{kind} {self.name}")


TUNING = Half("tuning", 0)
HELD_OUT = Half("held out", 1)

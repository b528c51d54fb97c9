"""A mail to sales before it is text: blocks. Two speak of other contacts: of colleagues, and of who is perhaps the same
person; one refers to what was typed.

The outbox stores blocks. They become text when the mail is sent and when its page is opened. In between, another
colleague can be added and an erased person removed, without a search in finished text. What somebody typed is read
then, and not stored a second time.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import UnionType
from typing import Any

from leadbell.errors import UnknownItem

HEADER = "Colleagues known to us:"
SAME = "Perhaps the same person as"
ERASED = "A contact whose data has since been deleted"


@dataclass(frozen=True, slots=True)
class Line:
    """What a mail says of one colleague, or of how many more there are. Without text it is not shown, and remembers
    the people whom the mail named before it was rewritten."""

    text: str
    contact_id: str = ""


@dataclass(frozen=True, slots=True)
class Colleagues:
    """The block about people of the same company. A mail has one also where it names nobody: somebody may come."""

    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class PerhapsSame:
    """The block about contacts that are perhaps the same person, each by the number of a mail."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """The block of what somebody typed, in the submission with this id."""

    event_id: str


NOBODY = Colleagues()
About = Colleagues | PerhapsSame  # other contacts
Block = str | About | Words


@dataclass(frozen=True, slots=True)
class SalesMail:
    """A mail to sales: a subject of our own words, and blocks."""

    subject: str
    blocks: tuple[Block, ...]

    @property
    def body(self) -> str:
        """The text that is sent and shown. A block that says nothing leaves no gap.

        Raises UnknownItem where what was typed has still to be read (`with_words`): it must not be left out.
        """
        return "\n\n".join(filter(None, map(_text, self.blocks))) + "\n"

    def with_words(self, told: Callable[[str], str]) -> "SalesMail":
        """With text in place of the reference to what was typed; `told` gives it by the submission's id."""
        blocks = (told(each.event_id) if isinstance(each, Words) else each for each in self.blocks)
        return replace(self, blocks=tuple(blocks))

    def around_words(self) -> tuple[str, str, str]:
        """The text before what was typed, the submission that it was typed in, and the text after it.

        A mail that refers to none is all before it.
        """
        for at, block in enumerate(self.blocks):
            if isinstance(block, Words):
                before, after = replace(self, blocks=self.blocks[:at]), replace(self, blocks=self.blocks[at + 1 :])
                return before.body, block.event_id, after.body
        return self.body, "", ""

    @property
    def named(self) -> tuple[str, ...]:
        """The contacts that it speaks of, or did before it was rewritten."""
        return tuple(line.contact_id for line in self._lines() if line.contact_id)

    def said_of(self, contact_id: str) -> str:
        """What it says of another contact; empty where it does not speak of them, or no longer."""
        return next((line.text for line in self._lines() if line.contact_id == contact_id), "")

    def naming(self, line: Line) -> "SalesMail":
        """With one colleague more, below all others."""
        return self._changed(lambda lines: (*lines, line), Colleagues)

    def without(self, contact_id: str) -> "SalesMail":
        """Of this contact it says only that there was somebody."""
        less = Line(ERASED, contact_id)
        return self._changed(
            lambda lines: (less if each.text and each.contact_id == contact_id else each for each in lines), About
        )

    def remembering(self, before: "SalesMail") -> "SalesMail":
        """Replaces another mail, which may have been sent: keeps the people named there without showing them."""
        hidden = [Line("", contact_id) for contact_id in before.named]
        return self._changed(lambda lines: (*hidden, *lines), Colleagues)

    def _lines(self) -> Iterator[Line]:
        return (line for block in self.blocks if isinstance(block, About) for line in block.lines)

    def _changed(self, change: Callable[[Sequence[Line]], Iterable[Line]], of: type[About] | UnionType) -> "SalesMail":
        blocks = (
            replace(each, lines=tuple(change(each.lines))) if isinstance(each, About) and isinstance(each, of) else each
            for each in self.blocks
        )
        return replace(self, blocks=tuple(blocks))


def _text(block: Block) -> str:
    if isinstance(block, str):
        return block
    if isinstance(block, Words):
        raise UnknownItem("what was typed is not read yet")
    if isinstance(block, PerhapsSame):
        return "\n".join(f"{SAME} {line.text[0].lower()}{line.text[1:]}." for line in block.lines if line.text)
    lines = [f"  {line.text}" for line in block.lines if line.text]
    return "\n".join([HEADER, *lines]) if lines else ""


# ---- In the table ----------------------------------------------------------------------------------------------------


def blocks_item(blocks: Sequence[Block]) -> list[Any]:
    """Blocks as plain values: a text, or a map of the block's kind to what it holds."""
    return list(map(_stored, blocks))


def _stored(block: Block) -> Any:
    if isinstance(block, Words):
        return {"typed": block.event_id}
    if isinstance(block, str):
        return block
    return {"same" if isinstance(block, PerhapsSame) else "colleagues": list(map(_plain, block.lines))}


def _plain(line: Line) -> dict[str, str]:
    told = {"contact": line.contact_id, "text": line.text}
    return {name: value for name, value in told.items() if value}


def read_blocks(values: Sequence[Any]) -> tuple[Block, ...]:
    """The blocks that `plain` made plain; raises UnknownItem for a kind that this version does not know."""
    return tuple(map(_block, values))


def _block(value: Any) -> Block:
    match value:
        case str():
            return value
        case {"colleagues": lines}:
            return Colleagues(tuple(map(_line, lines)))
        case {"same": lines}:
            return PerhapsSame(tuple(map(_line, lines)))
        case {"typed": event_id}:
            return Words(event_id)
    raise UnknownItem("a mail holds a block of a kind that this version does not know")


def _line(kept: Mapping[str, str]) -> Line:
    return Line(kept.get("text", ""), kept.get("contact", ""))

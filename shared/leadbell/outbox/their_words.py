"""What somebody typed, as a mail to sales shows it: every value in the form's order, under the form's own names.

Each line is fenced, and nothing in it can be followed. The message stands as it was typed, line by line, without a
name; what a mail has no room for is on its page.
"""

from collections.abc import Callable, Iterator, Sequence

from leadbell.plain_text import clean, quote
from leadbell.typed import Typed

HEADING = "In their own words:"
GONE = "What they wrote is no longer stored."
REST = "This is too long for a mail: the rest is on the page."
# SNS takes 256 KB; what else a mail says, and that it takes more bytes on the way, is the rest.
MAX_BYTES = 190 * 1024

# Of the contact in this partition, what was typed in the submission with this id.
Read = Callable[[str, str], Sequence[Typed]]


def in_mails(read: Read) -> Callable[[str, str], str]:
    """What takes the place of a reference in a mail, read when the mail is."""
    return lambda pk, event_id: as_mailed(read(pk, event_id))


def as_mailed(typed: Sequence[Typed]) -> str:
    """The block of a mail; nothing typed means that its time is over."""
    if not typed:
        return GONE
    text = "\n".join([HEADING, *(line for each in typed for line in _lines(each))])
    raw = text.encode()
    if len(raw) <= MAX_BYTES:
        return text
    return f"{raw[:MAX_BYTES].decode(errors='ignore')}\n{REST}"


def _lines(typed: Typed) -> Iterator[str]:
    lines = quote(typed.value)
    if typed.attribute == "message":
        yield from lines
    elif len(lines) == 1:
        yield f"> {_name(typed)}: {lines[0].removeprefix('> ')}"
    else:
        yield f"> {_name(typed)}:"
        yield from lines


def _name(typed: Typed) -> str:
    return clean(typed.name, len(typed.name))

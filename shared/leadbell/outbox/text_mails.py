"""Mails that were stored as finished text, before there were blocks: read into blocks.

Only this module knows the layout of that text. The last of these mails expires 732 days after it was written.
"""

import re
from collections.abc import Sequence

from leadbell.outbox.blocks import HEADER, Block, Colleagues, Line

_MORE = re.compile(r"and \d+ more")


def blocks_of_text(body: str, named: Sequence[str]) -> tuple[Block, ...]:
    """The blocks of a mail's text; `named` are the contacts that it names, or named before it was rewritten.

    The first block begins with a name that somebody typed, so it is never taken for ours. The last is what to do next.
    """
    blocks = body.rstrip("\n").split("\n\n")
    at = next((n for n in range(1, len(blocks)) if blocks[n].startswith(f"{HEADER}\n")), None)
    if at is None:
        return (*blocks[:-1], Colleagues(_lines([], named)), blocks[-1])
    return (*blocks[:at], Colleagues(_lines(blocks[at].split("\n")[1:], named)), *blocks[at + 1 :])


def _lines(texts: Sequence[str], named: Sequence[str]) -> tuple[Line, ...]:
    """Whose each line is: a mail that was rewritten has lines of the latest of `named` alone."""
    contacts, lines = list(named), []
    for text in (each.removeprefix("  ") for each in reversed(texts)):
        is_about_one = contacts and not _MORE.fullmatch(text)
        lines.append(Line(text, contacts.pop() if is_about_one else ""))
    lines += [Line("", each) for each in reversed(contacts)]
    return tuple(reversed(lines))

"""Tables and lists of a page, in Markdown that GitHub and the site show alike."""

from collections.abc import Iterable, Sequence


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a `|` in a cell is written so that it does not end the cell."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(_cell(each) for each in line)} |" for line in lines)


def code(value: object) -> str:
    """A value as it is typed."""
    return f"`{value}`"


def codes(values: Iterable[object]) -> str:
    """Several values as they are typed."""
    return ", ".join(map(code, values))


def sentence(text: str) -> str:
    """Text on one line, with a full stop at its end."""
    line = " ".join(text.split())
    return line if not line or line.endswith((".", "!", "?", "...", ":")) else f"{line}."


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())

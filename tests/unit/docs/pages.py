"""The documents that users read, and how the tests look into them: their blocks, tables, commands and words."""

import re
import shlex
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[3]
README = ROOT / "README.md"
DOCS = ROOT / "docs"
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))
# What users read. The decisions are for who changes the code.
PAGES = [README, *sorted(page for page in DOCS.rglob("*.md") if page not in DECISIONS)]
EVERY = [*PAGES, *DECISIONS, *(ROOT / f"{name}.md" for name in ("CONTRIBUTING", "SECURITY", "CHANGELOG"))]

_BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


class Command(NamedTuple):
    """One command of a shell block, and the page that it stands on."""

    page: str
    words: tuple[str, ...]


@cache
def template(section: str) -> Mapping[str, Any]:
    """A section of template.yaml, such as its outputs."""
    found: Mapping[str, Any] = YAML().load(ROOT / "template.yaml")[section]
    return found


def place(page: Path) -> str:
    """A page as it is named in this checkout."""
    return page.relative_to(ROOT).as_posix()


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def blocks(page: Path, language: str, holding: str = "") -> list[str]:
    """The fenced blocks of a language, without the indentation that a list gives them."""
    found = [
        re.sub(rf"^{indent}", "", inner, flags=re.MULTILINE) for indent, named, inner in _BLOCK.findall(text(page))
        if named == language
    ]  # fmt: skip
    return [each for each in found if holding in each]


def prose(page: Path) -> str:
    """What is said in words: no block, no `code`, no target of a link."""
    without_blocks = _BLOCK.sub("", text(page))
    return re.sub(r"\]\([^)]*\)", "]", re.sub(r"`[^`]*`", "", without_blocks))


def rows(page: Path, header: str) -> Iterator[list[str]]:
    """The cells of the rows of every table of a page whose header starts so."""
    for part in text(page).split(f"\n| {header}")[1:]:
        for line in part.partition("\n\n")[0].splitlines()[2:]:
            yield [cell.strip() for cell in line.strip("|").split("|")]


def commands(page: Path) -> Iterator[Command]:
    """Each command of the page's shell blocks, split as a shell would."""
    for block in blocks(page, "sh"):
        for line in block.replace("\\\n", " ").splitlines():
            lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
            lexer.whitespace_split = True
            words: list[str] = []
            for word in [*lexer, ";"]:
                if word in (";", "&&", "|", "||"):
                    if words:
                        yield Command(place(page), tuple(_without_redirection(words)))
                    words = []
                else:
                    words.append(word)


def _without_redirection(words: list[str]) -> list[str]:
    return words[: words.index(">")] if ">" in words else words


def every_command(program: str) -> list[Command]:
    """The commands of all pages that start this program."""
    return [each for page in EVERY for each in commands(page) if each.words[0] == program]

"""CSV files as spreadsheets write them: any of three separators, a BOM, rows that do not fit their header.

A cell that looks like a formula is text and stays text. In a file we write it gets a leading apostrophe, so that
opening the file runs nothing; reading takes the apostrophe off again.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cli.errors import CommandError
from leadbell.formats import count_of

SEPARATORS = ",;\t"
_FORMULA = ("=", "+", "-", "@", "\t")


@dataclass(frozen=True)
class Line:
    """One row. `cells` is what stands under each header; `problem` is set where the row does not fit its header."""

    number: int
    given: tuple[str, ...]
    cells: dict[str, str]
    problem: str = ""


@dataclass(frozen=True)
class Sheet:
    """A file that was read: its header and its rows that are not empty."""

    header: tuple[str, ...]
    lines: list[Line]


def read_sheet(path: Path) -> Sheet:
    """The rows of a file; a row that cannot be read is a Line with a problem, never the end."""
    rows = list(_rows(_text(path)))
    if not rows or not rows[0][1]:
        raise CommandError(f"{path} is empty.", "Write the column names in its first row, such as email;name;company.")
    header = tuple(cell.strip() for cell in rows[0][1])
    twice = {name for name in header if name and header.count(name) > 1}
    if twice:
        raise CommandError(
            f"{path} has two columns named {' and two named '.join(sorted(twice))}.",
            f"Rename or delete one of them in the first row of {path}.",
        )
    filled = [row for row in rows[1:] if row[2] or any(map(str.strip, row[1]))]
    return Sheet(header, [_line(*row, header) for row in filled])


def write_rejects(path: Path, header: Sequence[str], rejects: Sequence[tuple[Line, str]]) -> None:
    """The rejected rows as they were, each with its reason, ready to be corrected and imported again."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*header, REASON])
        for line, reason in rejects:
            missing = [""] * (len(header) - len(line.given))
            writer.writerow([*map(_safe, line.given[: len(header)]), *missing, reason])


REASON = "rejected because"


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.", f"Check the path: ls -l {path}") from error
    except UnicodeDecodeError as error:
        fix = f'Save it as "CSV UTF-8" in your spreadsheet, or: iconv -f WINDOWS-1252 -t UTF-8 {path} > utf8.csv'
        raise CommandError(f"{path} is not UTF-8 text.", fix) from error


def _rows(text: str) -> Iterator[tuple[int, list[str], str]]:
    """Each row with the line it ends on, and what is wrong with it where it cannot be read."""
    separator = max(SEPARATORS, key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        try:
            row, problem = next(reader), ""
        except StopIteration:
            return
        except csv.Error as error:
            row, problem = [], f"the row cannot be read ({error}); check its quotation marks"
        yield reader.line_num, row, problem


def _line(number: int, cells: Sequence[str], problem: str, header: Sequence[str]) -> Line:
    if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
        problem = (
            f"the row has {count_of(len(cells), 'cell')}, the header has {len(header)}; "
            "put text that contains the separator in quotation marks"
        )
    named = dict(zip(header, map(_plain, cells), strict=False))
    return Line(number, tuple(cells), named, problem)


def _plain(cell: str) -> str:
    text = cell.strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell

"""CSV files as spreadsheets write them."""

from pathlib import Path

import pytest

from cli.errors import CommandError
from cli.spreadsheet import Line, read_sheet, write_rejects


def cells(folder: Path, text: bytes) -> list[dict[str, str]]:
    """The rows of a file with this content."""
    file = folder / "people.csv"
    file.write_bytes(text)
    return [line.cells for line in read_sheet(file).lines]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_any_separator_mark_and_line_end_reads_the_same(tmp_path: Path, separator: str, mark: bytes, end: str) -> None:
    rows = [["email", "name"], ["eva@acme.example", "Eva Åkesson"], ["", ""], ["bo@acme.example", '"Bo, ""B""; Ek"']]
    text = end.join(separator.join(row) for row in rows) + end
    assert cells(tmp_path, mark + text.encode()) == [
        {"email": "eva@acme.example", "name": "Eva Åkesson"},
        {"email": "bo@acme.example", "name": 'Bo, "B"; Ek'},
    ]


def test_a_text_over_two_lines_is_one_cell_and_lines_are_counted_as_editors_do(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text('name,email\n"Eva\nEk",eva@acme.example\nBo,bo@acme.example\n')
    assert [(line.number, line.cells["name"]) for line in read_sheet(file).lines] == [(3, "Eva\nEk"), (4, "Bo")]


def test_a_row_that_does_not_fit_is_a_problem_of_that_row_alone(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text('email,name\na@acme.example,Ek, Eva\nb@acme.example\n"c"x,y\nd@acme.example,Dan\n')
    problems = [line.problem for line in read_sheet(file).lines]
    assert problems[0].startswith("the row has 3 cells, the header has 2")
    assert problems[1] == problems[3] == ""
    assert "check its quotation marks" in problems[2]


def test_a_formula_is_text_and_opening_the_rejects_runs_nothing(tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"
    line = Line(2, ("=1+1", "+46701740605"), {})
    write_rejects(rejects, ["name", "phone"], [(line, "email: missing")])
    assert rejects.read_text(encoding="utf-8-sig").splitlines()[1] == "'=1+1,'+46701740605,email: missing"
    (again,) = read_sheet(rejects).lines
    assert again.cells == {"name": "=1+1", "phone": "+46701740605", "rejected because": "email: missing"}


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "is empty"), (b"na\xefve,email\n", "is not UTF-8 text"), (b"email,email\n", "has two columns named email")],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        cells(tmp_path, content)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        read_sheet(tmp_path / "nobody.csv")

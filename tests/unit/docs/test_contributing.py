"""CONTRIBUTING.md shows what is there. Its table of rooms and its questions are compared with the code beside the laws
of the architecture."""

import re

from tests.unit.docs.pages import ROOT, blocks, rows

PAGE = ROOT / "CONTRIBUTING.md"


def test_each_file_and_folder_of_the_tree_is_there() -> None:
    (tree,) = blocks(PAGE, "text", "template.yaml")
    folders: list[str] = []
    for line in tree.splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        folders = [*folders[:depth], line.split()[0]]
        assert (ROOT / "".join(folders)).exists(), line
    functions = {f"{path.parent.name}/" for path in ROOT.glob("functions/*/app.py")}
    assert functions <= set(re.findall(r"^  (\S+)", tree, re.MULTILINE))


def test_each_environment_of_the_makefile_is_named() -> None:
    made = set(re.findall(r"(\.venv|\.tools/\w+)/\.ready", (ROOT / "Makefile").read_text(encoding="utf-8")))
    assert {cells[0].strip("`") for cells in rows(PAGE, "Environment")} == made

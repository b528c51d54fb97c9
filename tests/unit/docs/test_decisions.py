"""The index of the decisions lists every record, in order, with its title, date and state."""

import re

from tests.unit.docs.pages import DECISIONS, rows, text

INDEX = next(page for page in DECISIONS if page.name == "README.md")
RECORDS = [page for page in DECISIONS if page is not INDEX]


def test_the_index_lists_every_record_in_order_with_its_title_and_date() -> None:
    listed = [(*re.findall(r"\[(\d{4})\]\((.+)\)", link)[0], title, date) for link, title, date, _ in rows(INDEX, "| ")]
    told = []
    for page in RECORDS:
        number, title, date = re.findall(r"\A# (\d{4}): (.+)\n\n(\d{4}-\d\d-\d\d) · ", text(page))[0]
        told.append((number, page.name, title, date))
    assert listed == told


def test_a_record_is_named_after_its_number_and_no_number_is_given_twice() -> None:
    numbers = [page.name[:4] for page in RECORDS]
    assert numbers == sorted(set(numbers))
    assert all(text(page).startswith(f"# {page.name[:4]}: ") for page in RECORDS)


def test_the_index_says_which_numbers_were_never_used() -> None:
    used = {int(page.name[:4]) for page in RECORDS}
    missing = [f"{number:04}" for number in range(1, max(used) + 1) if number not in used]
    (said,) = re.findall(r"^(.*) were never used\.$", text(INDEX), re.MULTILINE)
    assert re.findall(r"\d{4}", said) == missing

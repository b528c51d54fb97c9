"""What people write, read as a sales team reads it: the tables of `expected`, each row with the reason."""

import pytest

from tests.unit.own_words.readings import READERS, Expected, table

LEAST = {"job_titles": 60, "company_sizes": 60, "timings": 60, "asking": 80}
ROWS = [(kind, row) for kind in READERS for row in table(kind)]


@pytest.mark.parametrize(("kind", "row"), ROWS, ids=lambda each: getattr(each, "text", each))
def test_a_text_is_read_as_a_sales_team_reads_it(kind: str, row: Expected) -> None:
    assert READERS[kind](row.text) == row.reading, row.reason


def test_each_table_has_enough_rows_and_no_text_twice() -> None:
    for kind, least in LEAST.items():
        rows = table(kind)
        assert len(rows) >= least
        assert len({row.text for row in rows}) == len(rows)
    asking = [row.reading for row in table("asking")]
    assert min(asking.count(""), len(asking) - asking.count("")) >= 40

"""Mails from before there were blocks: their text is read into the blocks that it was made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbell.outbox.blocks import ERASED, HEADER, NOBODY, Colleagues, Line, SalesMail
from leadbell.outbox.text_mails import blocks_of_text
from tests.unit.outbox.test_blocks import lines, mail

ALONE = """\
Bo Example, Engineer, Acme Example AB

Asked for a demo on 2026-03-02 09:00 UTC. A1: fits our profile, very active.

E-mail: bo@acme.example.com
Agreed to be called: not asked

In their own words:
> Colleagues known to us:
>   Eva, CEO

Please answer by 2026-03-03 09:00 UTC.
This lead as a page: https://api.example.com/alerts/x
"""
BLOCK = """\
Colleagues known to us:
  Anna Ek, VP Operations: sql since 2026-03-02 09:00 UTC, with Sara
  Cy Dahl: mql since 2026-03-01 09:00 UTC
  and 2 more
  Dag Ek: sql since 2026-03-02 09:01 UTC"""
NAMING = ALONE.replace("\n\nPlease", f"\n\n{BLOCK}\n\nPlease")
ANNA, CY, DAG = (
    Line("Anna Ek, VP Operations: sql since 2026-03-02 09:00 UTC, with Sara", "c_anna"),
    Line("Cy Dahl: mql since 2026-03-01 09:00 UTC", "c_cy"),
    Line("Dag Ek: sql since 2026-03-02 09:01 UTC", "c_dag"),
)


def read(body: str, *named: str) -> SalesMail:
    return SalesMail("Sales lead A1: asked for a demo #7", blocks_of_text(body, named))


def test_a_mail_that_names_nobody_has_room_for_colleagues_before_what_to_do_next() -> None:
    assert read(ALONE).blocks[-2] == NOBODY
    assert read(ALONE).naming(ANNA).body == ALONE.replace("\n\nPlease", f"\n\n{HEADER}\n  {ANNA.text}\n\nPlease")


def test_each_line_is_the_one_of_whom_the_mail_names_in_this_place() -> None:
    told = read(NAMING, "c_anna", "c_cy", "c_dag")
    assert told.blocks[-2] == Colleagues((ANNA, CY, Line("and 2 more"), DAG))
    assert told.body == NAMING


@pytest.mark.parametrize(("who", "line"), [("c_anna", ANNA), ("c_cy", CY), ("c_dag", DAG)])
def test_an_erased_colleague_is_taken_out_of_it_too(who: str, line: Line) -> None:
    told = read(NAMING, "c_anna", "c_cy", "c_dag")
    assert told.said_of(who) == line.text
    assert told.without(who).body == NAMING.replace(line.text, ERASED)


def test_of_a_mail_told_anew_the_lines_are_those_of_the_latest() -> None:
    """Its `named` went on, its lines began anew."""
    told = read(ALONE.replace("\n\nPlease", f"\n\n{HEADER}\n  {DAG.text}\n\nPlease"), "c_anna", "c_cy", "c_dag")
    assert [told.said_of(each) for each in ("c_anna", "c_cy", "c_dag")] == ["", "", DAG.text]
    assert told.without("c_anna") == told
    assert DAG.text not in told.without("c_dag").body


def test_who_calls_themselves_like_our_heading_is_nobody_s_colleague() -> None:
    body = ALONE.replace("Bo Example, Engineer, Acme Example AB", HEADER)
    assert read(body).blocks[0] == HEADER
    assert read(body, "c_anna").said_of("c_anna") == ""
    assert read(body).body == body


@given(lines, st.integers(0, 8), st.booleans())
def test_any_text_is_read_into_the_blocks_that_it_was_made_of(who: list[Line], after: int, has_more: bool) -> None:
    told = mail(*who[:after], *([Line("and 3 more")] if has_more and who else []), *who[after:])
    again = SalesMail(told.subject, blocks_of_text(told.body, told.named))
    assert again == told
    assert again.body == told.body

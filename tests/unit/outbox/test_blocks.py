"""A mail to sales before it is text: whom it names, and who is named in it later or no longer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbell.errors import UnknownItem
from leadbell.outbox.blocks import ERASED, HEADER, NOBODY, Block, Colleagues, Line, SalesMail, blocks_item, read_blocks
from leadbell.plain_text import clean

WHO, WHY, NEXT = (
    "Bo Berg, Engineer",
    "Asked for a demo.",
    "Please answer by Friday.\nLead page: https://x.example/a",
)
ANNA, CY = Line("Anna Ek: sql since Monday", "c_anna"), Line("Cy Dahl: mql since Sunday", "c_cy")


def mail(*lines: Line) -> SalesMail:
    """A mail that names these."""
    return SalesMail("Sales lead #7", (WHO, WHY, Colleagues(lines), NEXT))


# What somebody typed, as it comes into a line.
names = st.text(max_size=80).map(lambda name: f"{clean(name)}: mql since Monday")
lines = st.lists(
    st.builds(Line, names, st.integers(0, 999).map("c_{:03}".format)),
    max_size=8,
    unique_by=lambda line: line.contact_id,
)
mails = lines.map(lambda each: mail(*each))


# ---- as text ---------------------------------------------------------------------------------------------------------


def test_a_mail_that_names_nobody_has_no_gap_where_somebody_could_be() -> None:
    assert mail().body == f"{WHO}\n\n{WHY}\n\n{NEXT}\n"


def test_colleagues_stand_under_their_heading_before_what_to_do_next() -> None:
    assert mail(ANNA, CY).body == (
        f"{WHO}\n\n{WHY}\n\n{HEADER}\n  Anna Ek: sql since Monday\n  Cy Dahl: mql since Sunday\n\n{NEXT}\n"
    )


def test_who_calls_themselves_like_our_heading_takes_no_line() -> None:
    named = SalesMail("Sales lead #7", (HEADER, WHY, NOBODY, NEXT)).naming(ANNA)
    assert named.body == f"{HEADER}\n\n{WHY}\n\n{HEADER}\n  {ANNA.text}\n\n{NEXT}\n"


# ---- one more --------------------------------------------------------------------------------------------------------


def test_another_colleague_comes_below_the_first_and_below_how_many_more_there_are() -> None:
    more = Line("and 2 more")
    assert mail().naming(ANNA).naming(CY) == mail(ANNA, CY)
    assert mail(ANNA, more).naming(CY) == mail(ANNA, more, CY)
    assert mail(ANNA, more).named == ("c_anna",)


@given(mails, names)
def test_whatever_they_are_called_no_line_is_lost_and_the_link_stays_last(told: SalesMail, name: str) -> None:
    more = told.naming(Line(name, "c_new"))
    before, after = told.body.split("\n"), more.body.split("\n")
    assert [line for line in after if line not in (HEADER, f"  {name}", "")] == [
        line for line in before if line not in (HEADER, f"  {name}", "")
    ]
    assert after.count(f"  {name}") == before.count(f"  {name}") + 1
    assert after[-3:] == before[-3:]


# ---- one less --------------------------------------------------------------------------------------------------------


def test_who_is_taken_out_leaves_that_there_was_somebody_and_the_others_stay() -> None:
    assert mail(ANNA, CY).without("c_anna") == mail(Line(ERASED, "c_anna"), CY)
    assert mail(ANNA, CY).without("c_cy").said_of("c_anna") == ANNA.text


@given(mails, st.data())
def test_who_is_taken_out_leaves_no_trace_but_that_there_was_somebody(told: SalesMail, data: st.DataObject) -> None:
    secret = Line("Canary Name: sql since Monday", "c_canary")
    at = data.draw(st.integers(0, len(told.named)))
    others = [Line(told.said_of(each), each) for each in told.named]
    less = mail(*others[:at], secret, *others[at:]).without("c_canary")
    assert "Canary" not in f"{less}"
    assert less.body == mail(*others[:at], Line(ERASED, "c_canary"), *others[at:]).body
    assert [less.said_of(each.contact_id) for each in others] == [each.text for each in others]
    assert less.without("c_canary") == less


@given(mails)
def test_who_came_and_was_erased_changes_one_line_and_nobody_else_is_ever_taken_out(told: SalesMail) -> None:
    came = told.naming(Line("Canary Name", "c_canary"))
    assert came.without("c_canary") == told.naming(Line(ERASED, "c_canary"))
    assert told.without("c_canary") == told


# ---- told anew -------------------------------------------------------------------------------------------------------


@given(mails, lines)
def test_a_mail_told_anew_shows_nobody_of_before_and_remembers_whom_it_named(
    before: SalesMail, new: list[Line]
) -> None:
    anew = SalesMail("Sales lead: asked for a demo #7", ("Bo", "They object.", NOBODY, NEXT))
    told = anew.remembering(before)
    assert (told.subject, told.body, told.named) == (anew.subject, anew.body, before.named)
    assert anew.remembering(told) == told
    for each in before.named:
        assert told.said_of(each) == ""
        assert told.without(each) == told
    newcomers = [line for line in new if line.contact_id not in before.named]
    for line in newcomers:
        told = told.naming(line)
    assert told.body == SalesMail("", ("Bo", "They object.", Colleagues(tuple(newcomers)), NEXT)).body


# ---- in the table ----------------------------------------------------------------------------------------------------


def test_blocks_are_kept_as_texts_and_one_list_of_lines() -> None:
    kept = [WHO, WHY, {"colleagues": [{"contact": "c_anna", "text": ANNA.text}]}, NEXT]
    assert blocks_item(mail(ANNA).blocks) == kept


@given(st.lists(st.one_of(names, lines.map(lambda each: Colleagues(tuple(each)))), max_size=6))
def test_blocks_read_are_the_blocks_that_were_kept(blocks: list[Block]) -> None:
    assert read_blocks(blocks_item(blocks)) == tuple(blocks)


def test_a_kind_of_block_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UnknownItem, match="does not know"):
        read_blocks([WHO, {"table": []}])

"""What somebody typed, in a mail: every value, in the form's order, under the form's own name, as typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbell.errors import UnknownItem
from leadbell.outbox.blocks import SalesMail, Words, blocks_item, read_blocks
from leadbell.outbox.their_words import GONE, HEADING, MAX_BYTES, REST, as_mailed, in_mails
from leadbell.typed import Typed

MESSAGE = "Two plants, no leads.\r\n\r\n  - 40 pumps\r\n\t- before summer"


def test_each_value_has_a_line_in_the_form_s_order_and_the_message_stands_as_typed() -> None:
    typed = [
        Typed("q2", "b"),
        Typed("q1", "a"),
        Typed("Din fråga", MESSAGE, "message"),
        Typed("address", "Storgatan 1\n111 22 Stockholm\nSweden"),
        Typed("mobil", "+1 650 253 0000 ext. 4821", "phone"),
    ]
    assert as_mailed(typed).split("\n") == [
        HEADING,
        "> q2: b",
        "> q1: a",
        "> Two plants, no leads.",
        ">",
        ">   - 40 pumps",
        "> \t- before summer",
        "> address:",
        "> Storgatan 1",
        "> 111 22 Stockholm",
        "> Sweden",
        "> mobil: +1 650 253 0000 ext. 4821",
    ]


def test_the_second_message_stands_under_its_own_name() -> None:
    typed = [Typed("question", "First", "message"), Typed("comments", "Second")]
    assert as_mailed(typed).split("\n")[1:] == ["> First", "> comments: Second"]


@pytest.mark.parametrize("value", ["漢" * 200_000, "\n" * 250_000, "one line\n" * 25_000])
def test_what_has_no_room_in_a_mail_is_on_the_page_and_the_mail_says_so(value: str) -> None:
    text = as_mailed([Typed("message", value, "message")])
    assert len(text.encode()) <= MAX_BYTES + 100
    assert text.split("\n")[-1] == REST
    assert "the rest is on the page" in REST


def test_what_just_fits_is_not_cut() -> None:
    value = "x" * (MAX_BYTES - len(HEADING) - 3)
    assert as_mailed([Typed("m", value, "message")]) == f"{HEADING}\n> {value}"


def test_what_is_not_stored_any_more_is_told() -> None:
    assert as_mailed(()) == GONE


@given(st.text(max_size=40), st.text(max_size=200))
def test_nothing_of_it_stands_outside_the_fence(name: str, value: str) -> None:
    for attribute in ("", "message"):
        for line in as_mailed([Typed(name, value, attribute)]).splitlines()[1:]:
            assert line[:2] in ("> ", ">")


# ---- in a mail -------------------------------------------------------------------------------------------------------

MAIL = SalesMail("Message #7", ("Eva", Words("e-1"), "Lead page: https://x.example/a"))


def test_a_mail_holds_a_reference_until_it_is_sent() -> None:
    assert blocks_item(MAIL.blocks) == ["Eva", {"typed": "e-1"}, "Lead page: https://x.example/a"]
    assert read_blocks(blocks_item(MAIL.blocks)) == MAIL.blocks
    told = in_mails(lambda pk, event: [Typed(pk, event)])
    body = MAIL.with_words(lambda event: told("CONTACT", event)).body
    assert body == f"Eva\n\n{HEADING}\n> CONTACT: e-1\n\nLead page: https://x.example/a\n"


def test_a_mail_whose_words_were_not_read_is_no_text() -> None:
    with pytest.raises(UnknownItem, match="not read yet"):
        _ = MAIL.body


def test_a_page_has_what_stands_before_and_after_them() -> None:
    assert MAIL.around_words() == ("Eva\n", "e-1", "Lead page: https://x.example/a\n")
    assert SalesMail("x", ("Eva", "Bo")).around_words() == ("Eva\n\nBo\n", "", "")

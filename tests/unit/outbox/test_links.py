"""Links that prove themselves: for one purpose, one item and a time, and nobody can make or bend one."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbell.errors import NotFound
from leadbell.keyed import Keyring
from leadbell.outbox.links import LinkPurpose, read, sign
from tests.unit.facts import on_day

KEYS = Keyring.of(b"a secret of the stack")
NAME = "CONTACT#c_abc|ALERT#000001"
TOKEN = sign(KEYS, LinkPurpose.ALERT, NAME, on_day(90))
# As they were signed for the name `n`, until on_day(90).
SENT = {
    "alert": "1.YWxlcnQKbgoxNzgwMjE4MDAw.LFRqL2OyAcB7kVV7hh4IFKccB6B2R9V5hEU07n2wkXg",
    "confirm": "1.Y29uZmlybQpuCjE3ODAyMTgwMDA.VoiabPEA_o6jfNdy-x5f5LUqMTjP87KYqFHkMQc0ubI",
    "unsubscribe": "1.dW5zdWJzY3JpYmUKbgoxNzgwMjE4MDAw.VNab996KSh-RODPCMxVa1RMmYepQqcbHU6xLFSAIGk8",
    "preferences": "1.cHJlZmVyZW5jZXMKbgoxNzgwMjE4MDAw.gsRd9ZLLJLtF30fkbyYuCjxhFegwLfzPdDyg1sn5UhU",
    "guide": "1.Z3VpZGUKbgoxNzgwMjE4MDAw.oHQhw6NrFn7iRkLgXB59GaXSlE-ULLI3xwlXAlMGdo8",
}
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def refused(token: str, *, keys: Keyring = KEYS, purpose: LinkPurpose = LinkPurpose.ALERT, day: float = 0) -> bool:
    try:
        read(keys, purpose, token, on_day(day))
    except NotFound as error:
        assert error.code == "LINK_NOT_VALID"
        assert str(error) == "this link has expired or is incomplete"
        return True
    return False


def test_a_link_leads_to_what_it_was_signed_for() -> None:
    assert read(KEYS, LinkPurpose.ALERT, TOKEN, on_day(0)) == NAME


def test_a_link_works_until_it_expires() -> None:
    assert read(KEYS, LinkPurpose.ALERT, TOKEN, on_day(90)) == NAME
    with pytest.raises(NotFound):
        read(KEYS, LinkPurpose.ALERT, TOKEN, on_day(90) + timedelta(seconds=1))


@pytest.mark.parametrize("purpose", [each for each in LinkPurpose if each is not LinkPurpose.ALERT])
def test_a_link_for_something_else_is_no_link(purpose: LinkPurpose) -> None:
    assert refused(TOKEN, purpose=purpose)


@pytest.mark.parametrize(("purpose", "token"), SENT.items())
def test_a_link_that_was_mailed_before_still_leads_there(purpose: str, token: str) -> None:
    assert read(KEYS, LinkPurpose(purpose), token, on_day(90)) == "n"


def test_a_link_of_another_stack_is_no_link() -> None:
    assert refused(TOKEN, keys=Keyring.of(b"another secret"))


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "a",
        "a.b",
        f"{TOKEN}=",
        f"{TOKEN}.",
        f".{TOKEN}",
        f"{TOKEN}\n",
        f" {TOKEN}",
        "\u00e5.\u00e4",
        TOKEN * 2,
    ],
)
def test_what_we_did_not_sign_is_no_link(token: str) -> None:
    assert refused(token)


def test_no_single_character_can_be_changed() -> None:
    bent = [
        TOKEN[:place] + other + TOKEN[place + 1 :]
        for place in range(len(TOKEN))
        for other in (*ALPHABET, ".", "=", "+", "/", "\x00", "\u00e5")
        if other != TOKEN[place]
    ]
    assert [token for token in bent if not refused(token)] == []


def test_no_character_can_be_left_out_or_put_in() -> None:
    shorter = [TOKEN[:place] + TOKEN[place + 1 :] for place in range(len(TOKEN))]
    longer = [TOKEN[:place] + other + TOKEN[place:] for place in range(len(TOKEN) + 1) for other in "Aa0-_.="]
    assert [token for token in (*shorter, *longer) if not refused(token)] == []


def test_the_proof_of_one_link_fits_no_other() -> None:
    other = sign(KEYS, LinkPurpose.ALERT, "CONTACT#c_abc|ALERT#000002", on_day(90))
    mixed = f"{TOKEN.rpartition('.')[0]}.{other.rpartition('.')[2]}"
    assert refused(mixed)


@given(st.text(max_size=60))
def test_any_text_is_refused_and_never_an_error(token: str) -> None:
    assert refused(token)


@given(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=60))
def test_any_name_comes_back_as_it_was(name: str) -> None:
    assert read(KEYS, LinkPurpose.ALERT, sign(KEYS, LinkPurpose.ALERT, name, on_day(1)), on_day(0)) == name


def test_a_link_can_stand_in_an_address_as_it_is() -> None:
    assert set(TOKEN) <= {*ALPHABET, "."}

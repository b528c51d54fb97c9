"""How large what was typed is in the table: an item of 400 KB takes the worst body of any charset."""

import random
from collections.abc import Callable

import pytest

from leadbell.contacts.texts import _packed, _unpacked
from leadbell.typed import Typed
from leadbell.web.bodies import MAX_BODY_BYTES

MOST = 350 * 1024
ASCII, TWO, THREE = 1, 2, 3


def mixed(charset: str, shares: tuple[int, int, int]) -> Callable[[random.Random], str]:
    """A body in a charset of one byte a letter, of letters without order: so many that take one, two, three in UTF-8.

    The shares are those that compress worst, of hundreds that were tried.
    """
    known = [char for byte in range(0x20, 0x100) if (char := bytes([byte]).decode(charset, "ignore"))]
    by_size = {size: [char for char in known if len(char.encode()) == size] for size in (ASCII, TWO, THREE)}
    weights = [shares[len(char.encode()) - 1] / len(by_size[len(char.encode())]) for char in known]
    return lambda chance: "".join(chance.choices(known, weights, k=MAX_BODY_BYTES))


def han(chance: random.Random) -> str:
    """Two bytes each in the charsets of East Asia, three in UTF-8."""
    return "".join(chr(chance.randrange(0x4E00, 0x9F00)) for _ in range(MAX_BODY_BYTES // 2))


BODIES: dict[str, Callable[[random.Random], str]] = {
    "letters without order": lambda chance: "".join(map(chr, chance.choices(range(0x21, 0x7F), k=MAX_BODY_BYTES))),
    "one word": lambda _: "lead " * (MAX_BODY_BYTES // 5),
    "han": han,
    "windows-1252": mixed("windows-1252", (25, 50, 25)),
    "windows-1256": mixed("windows-1256", (25, 50, 25)),
    "koi8-r": mixed("koi8-r", (25, 35, 40)),
    "iso-8859-2": mixed("iso-8859-2", (10, 25, 65)),
}


@pytest.mark.parametrize("name", BODIES)
def test_the_worst_body_takes_less_than_350_kilobytes(name: str) -> None:
    value = BODIES[name](random.Random(7))
    packed = _packed([Typed("message", value, "message")])
    assert len(packed) < MOST
    assert _unpacked(packed) == (Typed("message", value, "message"),)


def test_many_names_take_hardly_more_than_one() -> None:
    chance = random.Random(7)
    each = MAX_BODY_BYTES // 150
    typed = [Typed(f"field {number}", chance.randbytes(each // 2).hex(), "message") for number in range(150)]
    assert len(_packed(typed)) < MOST

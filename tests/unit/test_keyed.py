"""One secret, a key for each use, and keys of links that change."""

from datetime import timedelta

import pytest

from leadbell.errors import Unavailable
from leadbell.keyed import READ_AGAIN_AFTER, Keyring, Secret, keyed
from tests.unit.facts import on_day

ROOT = b"32 random bytes, or so it is said"
USES = ("contact", "mailbox", "company", "claim", "rate", "pace", "stamp")
NOW = on_day(0)


def test_each_use_has_a_key_of_its_own_and_links_too() -> None:
    keys = Keyring.of(ROOT)
    made = {keyed(keys, use, b"the same") for use in USES}
    assert len({*made, keyed(keys, "link", b"the same")}) == len(USES) + 1
    assert keys.secret.current.key not in {ROOT, *made}


def test_nothing_shows_the_secret() -> None:
    secret = Secret.first(ROOT, NOW)
    shown = f"{secret!r} {secret} {secret.current!r} {Keyring.of(ROOT)!r}"
    for hidden in (ROOT, secret.current.key):
        assert hidden.hex() not in shown
        assert repr(hidden)[2:-1] not in shown


class Stored:
    """A stored secret, and how often it was read."""

    def __init__(self, secret: Secret | None = None) -> None:
        self.secret, self.reads = secret, 0

    def read(self) -> Secret | None:
        self.reads += 1
        return self.secret

    def make(self, now: object) -> Secret:
        self.secret = Secret.first(ROOT, NOW)
        return self.secret


def test_it_is_read_again_after_half_a_minute() -> None:
    stored = Stored(Secret.first(ROOT, NOW))
    keys = Keyring(stored.read)
    for seconds in (0, 10, 29):
        keys.fresh(NOW + timedelta(seconds=seconds))
    assert stored.reads == 1
    keys.fresh(NOW + READ_AGAIN_AFTER)
    assert stored.reads == 2


def test_a_name_that_nobody_knows_makes_it_read_once_in_half_a_minute_and_no_more() -> None:
    stored = Stored(Secret.first(ROOT, NOW))
    keys = Keyring(stored.read)
    for second in range(120):
        for name in range(100):
            assert keys.link_key(f"9{name}", NOW + timedelta(seconds=second)) is None
    assert stored.reads <= 2 * 120 / READ_AGAIN_AFTER.total_seconds()


def test_who_may_not_make_a_secret_says_that_there_is_none() -> None:
    keys = Keyring(Stored().read)
    for ask in (lambda: keys.made(NOW).secret, lambda: keys.link_key("1", NOW), lambda: keyed(keys, "contact", b"x")):
        with pytest.raises(Unavailable, match="no secret yet"):
            ask()


def test_only_what_is_made_makes_one() -> None:
    stored = Stored()
    keys = Keyring(stored.read, stored.make)
    with pytest.raises(Unavailable):
        keys.link_key("1", NOW)
    assert keys.made(NOW).secret.root == ROOT

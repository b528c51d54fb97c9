"""A small part of `make proof bombing`, and that it sees what it is there to see."""

import pytest

from leadbell.outbox import mailing_rules
from tests.aws.world import SENDER
from tests.proof.bombing import bomb, check
from tests.proof.memory import scene


@pytest.mark.parametrize("days", [1, 5])
def test_however_often_addresses_are_typed_a_mailbox_gets_one_mail_a_day_and_three_ever(days: int) -> None:
    with scene(sender=SENDER) as here:
        assert check(bomb(here, 150, days)) == (1, min(days, 3))


def test_addresses_that_are_not_folded_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailing_rules, "mailbox_id", lambda _, address: address)
    with scene(sender=SENDER) as here, pytest.raises(AssertionError):
        check(bomb(here, 150, 1))

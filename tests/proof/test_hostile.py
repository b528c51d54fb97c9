"""Some of the hostile profiles of `make proof`, and that its checks would notice."""

from collections.abc import Callable
from typing import Any

import pytest

from leadbell import plain_text
from leadbell.sales import alert_text as alerts
from tests.proof.hostile import Hostile, searches


def test_whatever_a_profile_holds_sns_takes_the_mail_with_our_subject_and_one_link() -> None:
    hostile = Hostile()
    hostile.search(400, number=1)
    assert hostile.sns.refused == []
    assert hostile.counts["profiles"] == 400
    assert hostile.counts["mails"] > 300


@pytest.mark.parametrize(
    ("module", "name", "instead"),
    [
        (plain_text, "harmless", str),
        (alerts, "subject_of", lambda occasion: f"Sales lead: {occasion.profile.text('name')} #1042"),
        (alerts, "quote", lambda text: text.split("\n")),
    ],
)
def test_without_its_guard_a_profile_gets_through(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, instead: Callable[..., object]
) -> None:
    monkeypatch.setattr(module, name, instead)
    with pytest.raises((AssertionError, ExceptionGroup)):
        Hostile().search(2000, number=1)


def test_a_long_run_is_made_of_short_ones_that_add_up() -> None:
    assert [cases for _, cases in searches(5_000)] == [2_000, 2_000, 1_000]

"""A small part of `make proof outage`: a stream that is silent for hours, and all facts once more."""

import pytest

from leadbell.qualify import refresh
from tests.proof import outage


def test_in_silence_what_matters_heals_by_the_sweep_and_page_views_by_reconciling() -> None:
    found = outage.silence(contacts=30, hours=2)
    assert (found.late, found.lost, found.wrong_mails, found.stale_after) == (0, 0, 0, 0)
    assert found.alerts == found.requests == 6
    assert found.stale_before == 12  # of 15 with page views, 3 asked for a demo, and the sweep looked at all they did
    assert found.slowest.total_seconds() <= 660


def test_a_replay_under_another_model_gives_what_a_fresh_look_gives_and_tells_nobody() -> None:
    found = outage.replay(contacts=60, each=6)
    assert (found.facts, found.differences, found.publishes) == (360, 0, 0)
    assert found.held == 2


def test_without_the_rule_about_new_models_a_replay_tells_sales(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refresh, "may_enter_sql", lambda *_: True)
    assert outage.replay(contacts=60, each=6).publishes > 0

"""A small part of `make proof ARGS=strangers`, and that it sees what it is there to see."""

import pytest

from leadbell import consents, profile
from leadbell.consents import Held
from leadbell.scoring import scoring
from tests.proof import strangers


def test_no_form_of_a_stranger_changes_silences_or_ends_anything() -> None:
    counts = strangers.live(6, 60)
    assert (counts.changed, counts.silenced, counts.ended) == ([], [], [])
    assert counts.undone_exactly == counts.undone >= 3
    assert (counts.forms > 60, counts.requests > 30) == (True, True)


def test_a_form_that_replaces_what_is_proven_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profile, "PROVEN", 1)
    assert strangers.live(4, 60).changed != []


def test_a_request_that_another_form_silences_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "with_proven", lambda _, profile: profile)
    assert strangers.live(4, 60).silenced != []


def test_a_form_that_ends_something_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consents, "_would_end", lambda *_: False)
    assert strangers.live(2, 60).ended != []


def test_a_pause_that_is_not_undone_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    then = Held.then
    monkeypatch.setattr(Held, "then", lambda self, word: self if word.type == "pause.lifted" else then(self, word))
    counts = strangers.live(2, 60)
    assert counts.ended != []
    assert counts.undone_exactly < counts.undone

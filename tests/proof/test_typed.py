"""Some of the forms of `make proof`, and that its checks would notice what is lost."""

import pytest

from leadbell.contacts import texts
from leadbell.outbox import their_words
from leadbell.typed import Typed
from tests.proof.typed import IN_ONE_SCENE, Lost, search

FORMS = 500


def test_nothing_that_anybody_types_is_lost() -> None:
    found = Lost()
    for number in range(FORMS // IN_ONE_SCENE):
        search(found, IN_ONE_SCENE, number)
    assert found.lost == []
    assert found.counts["forms"] >= FORMS * 0.9
    assert found.largest > 50_000


def test_a_value_that_is_cut_where_it_is_stored_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = texts._packed
    monkeypatch.setattr(
        texts, "_packed", lambda typed: whole([Typed(e.name, e.value[:50], e.attribute) for e in typed])
    )
    found = Lost()
    search(found, 30, number=1)
    assert any("neither in the mail nor on its page" in each for each in found.lost)
    assert any("leadbell contact" in each for each in found.lost)


def test_a_field_that_a_mail_leaves_out_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(their_words, "_lines", lambda typed: iter(()))
    found = Lost()
    search(found, 30, number=1)
    assert "a mail that is whole lacks a value" in found.lost

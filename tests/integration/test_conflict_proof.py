"""A small part of `make proof conflicts`: a crowd of workers on one contact, and a contact that poisons its batch."""

import pytest

from leadbell import contacts as contacts_module
from leadbell.errors import Conflict
from leadbell.parking import Parking
from tests.proof import conflicts


def test_eight_workers_on_one_contact_leave_nothing_undone_though_writes_conflict() -> None:
    found = conflicts.crowd(each=10)
    assert (found.facts, found.unresolved, found.wrong) == (80, 0, {})
    assert found.injected > 0
    assert found.ends["conflicts"] > 0


def test_without_the_version_condition_the_crowd_goes_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contacts_module, "_still", lambda before: ("", None))
    assert any(conflicts.crowd(each=10).wrong for _ in range(6))


def test_one_poisoned_contact_is_parked_and_nobody_else_is_delayed() -> None:
    found = conflicts.poison(120)
    assert (found.parked, found.delayed, found.derived) == (1, 0, 119)
    assert found.released
    assert found.heard == 1


def test_without_parking_it_delays_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise Conflict("not parked")

    monkeypatch.setattr(Parking, "park", refuse)
    with pytest.raises(AssertionError):
        conflicts.poison(120)

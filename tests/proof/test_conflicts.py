"""A small part of `make proof conflicts`: a crowd of workers on one contact, and a contact that poisons its batch."""

from collections.abc import Callable
from typing import Any

import pytest

from leadbell.contacts import store as contacts_module
from leadbell.contacts.parking import Parking
from leadbell.errors import Conflict
from tests.integration.service import EVA
from tests.proof import conflicts
from tests.proof.memory import scene


def test_eight_workers_on_one_contact_leave_nothing_undone_though_writes_conflict() -> None:
    found = conflicts.crowd(each=10)
    assert (found.facts, found.unresolved, found.wrong) == (80, 0, {})
    assert found.injected > 0
    assert found.ends["conflicts"] > 0


class Overtaken(conflicts.Busy):
    """A wire on which, just before the first write, something else happens."""

    def __init__(self, by: Callable[[], None]) -> None:
        super().__init__()
        self.by: Callable[[], None] | None = by

    def call(self, service: str, operation: str, act: Any, params: Any) -> Any:
        if operation == "TransactWriteItems" and (by := self.by):
            self.by = None
            by()
        return super().call(service, operation, act, params)


def ends_stale_when_overtaken() -> bool:
    """A worker has read the contact; before it writes, another one files one more fact and finishes with both."""
    with scene() as here:
        contact = here.service.id_of(EVA["email"])
        first, second = (conflicts.fact_of_thread(here, 0, number) for number in (0, 1))

        def overtake() -> None:
            conflicts.files(here, contact, second)
            assert conflicts.rings(here, wire, contact)

        wire = here.rewire("score", Overtaken(overtake))
        conflicts.files(here, contact, first)
        assert conflicts.rings(here, wire, contact)
        assert wire.by is None, "nothing was written, so nobody was overtaken"
        return conflicts.is_stale(here)


def test_a_worker_who_was_overtaken_does_not_leave_its_older_answer() -> None:
    assert not ends_stale_when_overtaken()


def test_without_the_version_condition_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contacts_module, "_still", lambda before: ("", None))
    assert ends_stale_when_overtaken()


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

"""A small part of `make proof crashes`, and that it sees what it is there to see."""

from contextlib import suppress
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from leadbell.capture import attachments
from leadbell.capture import claims as capture_module
from leadbell.contacts.store import Change, Contacts
from leadbell.errors import Unavailable
from leadbell.events import event_key
from leadbell.lifecycle.standing import Standing
from leadbell.outbox.sales_delivery import Delivery
from leadbell.outbox.sns import Courier
from leadbell.privacy import preferences as choices
from tests.aws.wire import Fault, faults_of
from tests.proof import crashes
from tests.proof.crashes import Tally
from tests.proof.scenarios import SCENARIOS, Scenario

BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}


def only(name: str, function: str) -> list[Scenario]:
    return [replace(BY_NAME[name], functions=(function,))]


def tried(name: str, function: str, pairs: int = 0, step: int = 1) -> Tally:
    """There are seven or eight faults for each call: with a `step` of 3 each call has two or three of them."""
    return crashes.explore(only(name, function), pairs_each=pairs, step=step)[function]


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("first request", "forms"),
        ("form with files", "forms"),
        ("signup to be confirmed", "newsletter"),
        ("signup confirmed", "consent"),
        ("leaves the newsletter", "consent"),
        ("colleague enters SQL", "score"),
        ("first request", "notify"),
        ("two at once", "sweep"),
    ],
)
def test_no_fault_of_one_call_loses_doubles_or_tells_twice(name: str, function: str) -> None:
    found = tried(name, function, step=3)
    assert found.wrong == []
    assert found.singles >= 10


@pytest.mark.parametrize("function", ["forms", "score", "notify"])
def test_nor_does_a_second_fault_after_it(function: str) -> None:
    found = tried("first request", function, pairs=40, step=3)
    assert found.wrong == []
    assert found.pairs == 40 < found.of_pairs


def test_a_publish_whose_answer_is_lost_is_settled_by_its_receipt() -> None:
    _, calls = crashes.run(BY_NAME["first request"], "notify", {})
    at = calls.index("Publish")
    end, after = crashes.run(BY_NAME["first request"], "notify", {at: Fault.ANSWER_LOST})
    assert after.count("Publish") == 1
    assert end == crashes.run(BY_NAME["first request"], "notify", {})[0]


def test_only_calls_that_are_made_again_are_sent_again() -> None:
    assert Fault.SENT_AGAIN in faults_of("PutItem")
    assert Fault.SENT_AGAIN not in faults_of("Publish")
    assert len(faults_of("Publish")) == 7


# ---- Without a guard some cell goes wrong ---------------------------------------------------------------------------


def test_a_publish_that_may_have_gone_out_taken_for_one_that_did_not(monkeypatch: pytest.MonkeyPatch) -> None:
    publish = Courier.publish

    def sure(self: Courier, *told: Any) -> str:
        try:
            return publish(self, *told)
        except Unavailable as error:
            raise Unavailable(str(error), maybe_done=False) from error

    monkeypatch.setattr(Courier, "publish", sure)
    assert tried("first request", "notify").heard_twice > 0


def test_receipts_not_read_before_a_mail_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Delivery, "settle", lambda *_, to_the_end: to_the_end)
    assert tried("first request", "notify").heard_twice > 0


def test_a_form_whose_key_no_claim_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        capture_module, "_claim", lambda table, arrival, now, new: {"event": event_key(now.date(), new)}
    )
    assert tried("first request", "forms").doubled > 0


def test_a_file_that_is_named_though_it_could_not_be_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    put = attachments._put

    def careless(*told: Any) -> None:
        with suppress(Unavailable):
            put(*told)

    monkeypatch.setattr(attachments, "_put", careless)
    assert any("named and not kept" in wrong for _, wrong in tried("form with files", "forms", step=3).wrong)


def test_a_confirmation_that_is_a_new_fact_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = count()
    monkeypatch.setattr(choices, "_id", lambda *_: f"{next(numbers):032x}")
    assert tried("signup confirmed", "consent", step=3).doubled > 0


def test_a_mail_that_is_not_born_with_its_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    save = Contacts.save

    def apart(self: Contacts, contact: str, change: Change) -> Standing:
        written = save(self, contact, replace(change, outgoing=()))
        for mail in change.outgoing:
            self.table.put({"pk": f"CONTACT#{contact}", "sk": mail.sk, **mail.item})
        return written

    monkeypatch.setattr(Contacts, "save", apart)
    assert tried("first request", "score").lost > 0

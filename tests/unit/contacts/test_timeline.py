"""A contact's timeline: what happened in the order it did, each kind of mail in words, nothing told twice."""

from typing import Any

import pytest

from leadbell.contacts.timeline import timeline
from leadbell.lifecycle.notices import Heard
from leadbell.outbox.visitor_mails import Kind
from leadbell.table import stamp
from tests.unit.facts import form, guide, on_day

MOVE = {"sk": "TRANSITION#000001", "at": stamp(on_day(1)), "from": "prospect", "to": "sql", "by": "score"}


def to_sales(heard: Heard, **more: Any) -> dict[str, Any]:
    mail = {"sk": "COPY#a", "heard": str(heard), "number": 7, "state": "sent", "born_at": stamp(on_day(1))}
    return {**mail, "why": "existing customer", **more}


def to_them(kind: Kind, **more: Any) -> dict[str, Any]:
    return {"sk": f"MAIL#{kind}-a", "kind": str(kind), "state": "pending", "born_at": stamp(on_day(1)), **more}


def test_what_happened_at_once_is_told_as_it_followed() -> None:
    items = [to_sales(Heard.ALERT), {**MOVE, "reason": "made a request"}, {"sk": "STANDING"}, {"sk": "SNAPSHOT"}]
    told = timeline([form("demo", 1), guide(0)], items)
    assert [(entry.kind, entry.what, entry.where) for entry in told] == [
        ("fact", "asked for a guide", "asset guide"),
        ("fact", "asked for a demo", "form demo"),
        ("move", "prospect → sql: made a request", "by score"),
        ("mail", "alert #7, sent", "to default inbox"),
    ]


@pytest.mark.parametrize("heard", Heard)
def test_each_mail_to_sales_is_told_and_a_copy_says_why_it_is_no_alert(heard: Heard) -> None:
    (entry,) = timeline([], [to_sales(heard, rep="anna")])
    why = ", existing customer" if heard is Heard.COPY else ""
    assert (entry.what, entry.where) == (f"{heard.words} #7, sent{why}", "to anna")


@pytest.mark.parametrize("kind", Kind)
def test_each_mail_to_them_is_told_and_why_it_did_not_go_out(kind: Kind) -> None:
    (pending,) = timeline([], [to_them(kind)])
    assert (pending.what, pending.where) == (f"{kind.words}, pending", "to the visitor")
    (dropped,) = timeline([], [to_them(kind, state="dropped", why="too late")])
    assert dropped.what == f"{kind.words}, dropped, too late"
    (sent,) = timeline([], [to_them(kind, state="sent", why="-")])
    assert sent.what == f"{kind.words}, sent"


def test_a_fact_that_came_twice_is_told_once() -> None:
    assert len(timeline([form("demo", 1, fact_id="f"), form("demo", 1, fact_id="f")], [])) == 1

"""Mails that an earlier version wrote as text: sent, shown, told, changed and cleared as those of today."""

import html
import json
from typing import Any

import pytest

from leadbell.outbox.sales_outbox import mail_of
from leadbell.privacy.export import export
from tests.integration.service import DEFAULT_INBOX, ENVIRONMENT, EVA, SentMail, Service
from tests.integration.test_colleagues import ANNA, BO, ask
from tests.integration.test_erasure import erase, traces
from tests.integration.test_objection import reader_is_back


def keep_as_text(service: Service) -> None:
    """Puts every mail in the table as the version before blocks wrote it."""
    for letter in service.letters():
        named = list(mail_of(letter).named)
        service.table.put({**letter, "blocks": None, "named": named or None})


def waiting(service: Service, *people: dict[str, str]) -> None:
    """An alert for each of them, which nobody reads yet, as text."""
    service.leave_topic(DEFAULT_INBOX)
    for who in people:
        ask(service, who)
    service.run("notify")
    keep_as_text(service)


def sent(service: Service) -> list[SentMail]:
    """The mails that go out once there is a reader, in the order of their numbers."""
    reader_is_back(service)
    service.later(40)
    return sorted(service.mails(), key=lambda mail: mail.subject.rpartition("#")[2])


def page_of(service: Service, mail: SentMail) -> str:
    page = service.get(mail.body.split()[-1].removeprefix(ENVIRONMENT["PUBLIC_URL"]))
    return html.unescape(page.body)


def test_it_is_sent_and_shown_word_for_word(service: Service) -> None:
    waiting(service, ANNA)
    stored = service.stored(ANNA["email"], "ALERT#000001")
    (mail,) = sent(service)
    assert (mail.subject, mail.body) == (stored["subject"], stored["body"])
    assert stored["body"].strip() in page_of(service, mail)


def test_one_that_names_a_colleague_is_too(service: Service) -> None:
    waiting(service, ANNA, BO)
    bodies = [letter["body"] for letter in service.letters()]
    assert ["blocks" in letter for letter in service.letters()] == [False, False]
    assert "Bo Example, Engineer: SQL" in bodies[0]
    reader_is_back(service)
    service.later(40)
    (digest,) = service.mails()
    assert [body in digest.body for body in bodies] == [True, True]


def test_one_that_waits_learns_of_a_colleague(service: Service) -> None:
    waiting(service, ANNA)
    before = service.stored(ANNA["email"], "ALERT#000001")["body"]
    ask(service, BO)
    after = service.stored(ANNA["email"], "ALERT#000001")
    block = "Colleagues known to us:\n  Bo Example, Engineer: SQL since 2 March 2026\n\nPlease make first contact"
    assert mail_of(after).body == before.replace("Please make first contact", block)
    assert {"body", "named"} & after.keys() == set()
    assert [item["sk"] for item in service.items(BO["email"], "NAMED#")] == [f"NAMED#{after['pk']}|ALERT#000001"]


def test_a_colleague_who_came_since_it_was_read_is_in_what_goes_out(service: Service) -> None:
    ask(service, ANNA)
    keep_as_text(service)
    service.faults.meanwhile("notify", "TransactWriteItems", lambda: ask(service, BO))
    service.run("notify")
    assert service.mails() == []
    service.later(2)
    assert sum("Bo Example, Engineer: SQL" in mail.body for mail in service.mails()) == 1


@pytest.mark.parametrize("has_gone", [True, False])
def test_who_is_erased_is_named_in_none(service: Service, has_gone: bool) -> None:
    ask(service, EVA)
    service.pump()
    ask(service, BO)
    keep_as_text(service)
    if has_gone:
        service.pump()
    about_bo = service.stored(BO["email"], "ALERT#000001")
    assert ("blocks" in about_bo, EVA["name"] in about_bo["body"]) == (False, True)
    erased = erase(service)
    assert erased is not None
    assert [mail["number"] for mail in erased.named_in] == [2]
    assert [mail["number"] for mail in erased.named_in_gone_out] == ([2] if has_gone else [])
    line = f"  {EVA['name']}, VP Operations: SQL since 2 March 2026"
    now = mail_of(service.stored(BO["email"], "ALERT#000001"))
    assert now.body == about_bo["body"].replace(line, "  A contact whose data has since been deleted")
    assert traces(service) == []


def test_it_is_told_anew_once_they_object(service: Service) -> None:
    waiting(service, ANNA, BO)
    service.file(ANNA["email"], "profiling.objected")
    service.run("score")
    anew = mail_of(service.stored(ANNA["email"], "ALERT#000001"))
    (letter,) = service.letters(ANNA["email"])
    assert "Objected to profiling" in letter["body"]
    assert "Bo Example" not in f"{service.stored(ANNA['email'], 'ALERT#000001')}"
    assert anew.named == (service.id_of(BO["email"]),)
    erased = erase(service, BO["email"])
    assert erased is not None
    assert [mail["number"] for mail in erased.named_in] == [1]


def exported(service: Service, who: dict[str, str]) -> dict[str, Any]:
    told = export(service.table, service.id_of(who["email"]), service.clock())
    return json.loads(json.dumps({name: told[name] for name in ("mails", "named_in")}))  # type: ignore[no-any-return]


def test_an_export_tells_the_same_of_it(service: Service) -> None:
    ask(service, ANNA)
    ask(service, BO)
    before = [exported(service, who) for who in (ANNA, BO)]
    keep_as_text(service)
    assert [exported(service, who) for who in (ANNA, BO)] == before
    assert before[0]["named_in"] == [{"number": 2, "line": "Anna Example, VP Operations: SQL since 2 March 2026"}]
    assert before[0]["mails"][0]["named"] == [service.id_of(BO["email"])]

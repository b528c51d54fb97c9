"""The no of a form pauses what it would end; one mail asks the mailbox, and only a proven word ends the pause."""

from collections.abc import Iterator
from typing import Any

import pytest

from leadbell.capture.imports import FILED_UNDER, Setting, read_contact
from leadbell.outbox.suppression import Suppressions
from leadbell.privacy.erasure import erase, is_kept
from leadbell.table import Item
from leadbell.translations import LANGUAGES, catalogue
from tests.aws.on_moto import mailing
from tests.aws.world import World
from tests.integration.service import EVA, KEYS
from tests.integration.test_newsletter import choices_of, confirmed, signed_up, stored

EMAIL = EVA["email"]
NO_PROFILING = {"_consent[profiling]": "no"}
NO_NEWSLETTER = {"_consent[newsletter]": "no"}


@pytest.fixture
def here() -> Iterator[World]:
    with mailing() as opened:
        yield opened


def lead(here: World) -> None:
    """Somebody with a grade who gets the newsletter."""
    confirmed(here)
    here.service.post("/downloads/guide", EVA)
    here.drain()


def says_no(here: World, *noes: dict[str, str], email: str = EMAIL, **fields: str) -> None:
    """A form by somebody who knows the address."""
    said = {name: value for no in noes for name, value in no.items()}
    here.service.post("/forms/contact", {"email": email, "message": f"No {here.clock()}", **said, **fields})
    here.drain()


def asked(here: World) -> list[Item]:
    return [mail for mail in here.mails() if mail["kind"] == "paused"]


def on_the_list(here: World) -> list[str]:
    return [item["asks"] for item in stored(here) if item["pk"].startswith("PRIVACY#")]


def known(here: World, email: str = EMAIL) -> dict[str, Any]:
    item = here.service.stored(email, "PROFILE")
    return {name: each["value"] for name, each in item["known"].items()}


def test_a_no_by_a_form_pauses_at_once_and_asks_the_mailbox_by_one_mail(here: World) -> None:
    lead(here)
    before = here.service.standing(EMAIL)
    says_no(here, NO_PROFILING, NO_NEWSLETTER)
    paused = here.service.standing(EMAIL)
    assert (before.grade[0], paused.grade, paused.score.reasons) == ("A", "-", ())
    assert known(here)["company"] == EVA["company"]
    (mail,) = asked(here)
    assert mail["state"] == "sent"
    assert here.ses.sent[-1].to == EMAIL
    page = here.open(here.ses.sent[-1].links[0])
    assert "our newsletter" in page.body and "a profile of what you do" in page.body
    assert page.body.count("<button") == 2
    assert here.service.standing(EMAIL) == paused
    (asks,) = on_the_list(here)
    assert asks.startswith("newsletter 2026-03-02T") and ",profiling 2026-03-02T" in asks


def test_undone_it_is_as_if_nobody_had_said_it(here: World) -> None:
    lead(here)
    before, profile = here.service.standing(EMAIL), known(here)
    says_no(here, NO_PROFILING, NO_NEWSLETTER)
    assert "nothing left to answer" in here.press(here.ses.sent[-1].links[0], "do=undo").body
    here.drain()
    after = here.service.standing(EMAIL)
    # The question itself is a product act; nothing else differs.
    assert (after.grade[0], after.score.fit) == (before.grade[0], before.score.fit)
    assert {name: value for name, value in known(here).items() if name in profile} == profile
    assert after.score.interest == before.score.interest + 35
    assert "You are subscribed" in here.open(choices_of(here)).body
    assert on_the_list(here) == []
    assert not Suppressions(here.service.table).is_suppressed(here.service.id_of(EMAIL))


def test_kept_it_is_proven_and_no_form_changes_it(here: World) -> None:
    lead(here)
    says_no(here, NO_PROFILING, NO_NEWSLETTER)
    link = here.ses.sent[-1].links[0]
    for _ in range(2):
        here.press(link, "do=keep")
        here.drain()
    types = [fact["type"] for fact in here.service.facts(EMAIL)]
    assert (types.count("profiling.objected"), types.count("newsletter.unsubscribed")) == (1, 1)
    assert Suppressions(here.service.table).suppressed_because(here.service.id_of(EMAIL)) == "unsubscribed"
    here.press(link, "do=undo")
    here.service.post("/forms/contact", {**EVA, "_consent[profiling]": "yes", "_consent[newsletter]": "yes"})
    here.drain()
    assert here.service.standing(EMAIL).grade == "-"
    assert "You are not subscribed" in here.open(choices_of(here)).body
    assert on_the_list(here) == []


def test_silence_and_forms_never_end_a_pause(here: World) -> None:
    lead(here)
    says_no(here, NO_PROFILING)
    here.service.post("/forms/contact", {**EVA, "message": "Yes!", "_consent[profiling]": "yes"})
    here.clock.move(days=700)
    here.service.post("/forms/demo", EVA)
    here.drain()
    assert here.service.standing(EMAIL).grade == "-"
    assert len(on_the_list(here)) == 1


def test_a_request_alerts_while_profiling_is_paused(here: World) -> None:
    lead(here)
    says_no(here, NO_PROFILING)
    here.service.post("/forms/demo", EVA)
    here.drain()
    (alert,) = (mail for mail in here.service.letters(EMAIL) if mail["heard"] != "copy")
    assert (alert["heard"], here.service.standing(EMAIL).stage) == ("alert", "sql")
    assert "Profiling is paused" in alert["body"]
    assert "Fit " not in alert["body"]


def test_many_noes_are_one_mail_and_a_mailbox_is_asked_three_times_at_most(here: World) -> None:
    lead(here)
    for number in range(20):
        says_no(here, NO_PROFILING if number % 2 else NO_NEWSLETTER)
    assert sorted(mail["state"] for mail in asked(here)) == ["dropped", "sent"]
    for number in range(9):
        here.clock.move(days=2)
        says_no(here, NO_PROFILING, email=EMAIL.replace("@", f"+{number}@"))
    sent = [mail for mail in asked(here) if mail["state"] == "sent"]
    assert len(sent) == 3
    assert {mail["why"] for mail in asked(here) if mail["state"] == "dropped"} == {
        "the mailbox had one within a day",
        "three are unanswered",
    }


def test_whoever_answers_can_be_asked_again(here: World) -> None:
    lead(here)
    for _ in range(5):
        here.clock.move(days=2)
        says_no(here, NO_PROFILING)
        here.press(here.ses.sent[-1].links[0], "do=undo")
        here.drain()
    assert [mail["state"] for mail in asked(here)] == ["sent"] * 5


@pytest.mark.parametrize("reason", ["unsubscribed", "stopped", "bounced"])
def test_a_suppressed_address_is_not_asked_and_stays_paused(here: World, reason: str) -> None:
    lead(here)
    Suppressions(here.service.table).suppress(here.service.id_of(EMAIL), reason, here.clock())
    says_no(here, NO_PROFILING)
    assert [(mail["state"], mail["why"]) for mail in asked(here)] == [("dropped", "the address is suppressed")]
    assert here.service.standing(EMAIL).grade == "-"
    assert len(on_the_list(here)) == 1


def test_a_signup_that_is_confirmed_ends_the_pause_of_the_newsletter_and_no_other(here: World) -> None:
    lead(here)
    says_no(here, NO_PROFILING, NO_NEWSLETTER)
    here.clock.move(days=2)
    here.sign_up(EMAIL)
    here.drain()
    here.press(here.ses.sent[-1].links[0])
    here.drain()
    (asks,) = on_the_list(here)
    assert asks.startswith("profiling ")
    assert "You are subscribed" in here.open(choices_of(here)).body


def test_a_no_where_nothing_stands_asks_nobody(here: World) -> None:
    says_no(here, NO_NEWSLETTER, {"_consent[sales_contact]": "no"})
    assert (asked(here), on_the_list(here)) == ([], [])


def test_a_deletion_request_goes_to_the_default_inbox_with_its_last_day(here: World) -> None:
    here.add_rep("anna")
    lead(here)
    here.press(choices_of(here), "do=erase")
    here.drain()
    (copy,) = here.service.letters(EMAIL)
    assert "rep" not in copy
    assert "answer by 2 April 2026; to delete the data, run: leadbell erase" in copy["body"]
    assert on_the_list(here)[0].startswith("deletion 2026-03-02T")


def test_an_objection_after_a_pause_takes_the_profile_out_of_mails(here: World) -> None:
    lead(here)
    here.service.post("/forms/demo", EVA)
    here.drain()
    says_no(here, NO_PROFILING)
    assert "Fit " in here.service.letters(EMAIL)[0]["body"]
    here.press(here.ses.sent[-1].links[0], "do=keep")
    here.drain()
    assert "Fit " not in here.service.letters(EMAIL)[0]["body"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_question_and_its_page_speak_the_language_of_the_form(here: World, language: str) -> None:
    says_no(here, NO_PROFILING, _language=language)
    told = catalogue(language)
    (mail,) = here.ses.sent
    assert mail.subject == told["mails"]["paused_subject"]
    body = here.open(mail.links[0], **{"accept-language": language}).body
    for key in ("paused_title", "no_profiling", "keep_button", "undo_button"):
        assert told["choices"][key].replace("'", "&#39;") in body


# ---- What links hand on ----------------------------------------------------------------------------------------------


def linked_from(here: World, body: str) -> str:
    """The link that a page leads on to."""
    path = body.partition('href="../')[2].partition('"')[0]
    return f"https://api.example.com/{path}"


def test_an_unsubscribe_link_hands_on_no_more_than_itself(here: World) -> None:
    leave = confirmed(here)
    further = linked_from(here, here.open(leave).body)
    page = here.open(further).body
    assert "Unsubscribe" in page and "History" not in page
    before = stored(here)
    for more in ("join", "allow", "object", "stop", "erase", "keep", "undo"):
        assert here.press(further, f"do={more}").status == 400
    assert stored(here) == before
    here.press(further, "do=leave")
    assert "You are not subscribed" in here.open(choices_of(here)).body
    here.clock.move(days=1, minutes=1)
    assert here.open(further).status == 404


def test_what_a_page_leads_on_to_ends_with_the_link_that_led_there(here: World) -> None:
    link = signed_up(here)
    here.clock.move(days=6, hours=23)
    further = linked_from(here, here.press(link).body)
    assert here.open(further).status == 200
    here.clock.move(hours=2)
    assert here.open(further).status == 404


def test_the_link_to_all_choices_is_sent_to_the_address_once_a_day(here: World) -> None:
    leave = confirmed(here)
    further = linked_from(here, here.open(leave).body)
    for _ in range(3):
        assert "We are sending the link" in here.press(further, "do=send").body
        here.drain()
    assert [mail.subject for mail in here.ses.sent].count("Your preferences") == 1
    assert here.press(here.ses.sent[-1].links[0], "do=object").status == 200


def test_a_link_to_keep_or_undo_does_nothing_else_and_ends(here: World) -> None:
    lead(here)
    says_no(here, NO_PROFILING)
    link = here.ses.sent[-1].links[0]
    for more in ("join", "leave", "erase", "send", ""):
        assert here.press(link, f"do={more}").status == 400
    here.clock.move(days=32)
    assert here.open(link).status == 404


# ---- After an erasure ------------------------------------------------------------------------------------------------


def erased(here: World) -> None:
    here.clock.move(minutes=1)
    assert erase(here.service.contacts, here.service.id_of(EMAIL), here.clock()) is not None
    here.clock.move(minutes=1)
    here.drain()


def imported(here: World, **cells: str) -> None:
    setting = Setting(KEYS, "SE", (), here.clock())
    person = read_contact({"email": EMAIL, **cells}, setting)
    here.service.contacts.file(person.contact_id, person.fact, FILED_UNDER)
    here.drain()


OLD_YES = {"consent_text": "Yes.", "consent_at": "2025-05-04", "consent_how": "fair"}


@pytest.mark.parametrize("how", ["proven", "paused"])
def test_after_an_erasure_nothing_unproven_brings_back_what_they_said_no_to(here: World, how: str) -> None:
    lead(here)
    says_no(here, NO_PROFILING, NO_NEWSLETTER)
    if how == "proven":
        here.press(here.ses.sent[-1].links[0], "do=keep")
        here.drain()
    erased(here)
    left = here.service.items(EMAIL)
    assert sorted(item["sk"].split("#")[0] for item in left) == ["EVENT", "EVENT", "STANDING"]
    assert {value for item in left for value in item.get("fields", {}).values()} == {"kept after an erasure"}
    for purpose in ("newsletter", "profiling"):
        imported(here, consent_purpose=purpose, **OLD_YES)
    here.service.post("/forms/contact", {**EVA, "_consent[profiling]": "yes", "_consent[newsletter]": "yes"})
    here.drain()
    assert here.service.standing(EMAIL).grade == "-"
    assert "You are not subscribed" in here.open(choices_of(here)).body
    here.clock.move(days=2)
    here.sign_up(EMAIL)
    here.drain()
    here.press(here.ses.sent[-1].links[0])
    here.press(choices_of(here), "do=allow")
    here.drain()
    assert here.service.standing(EMAIL).grade[0] == "A"
    assert "You are subscribed" in here.open(choices_of(here)).body


def test_what_an_erasure_keeps_is_nobody_and_outlives_the_next_one(here: World) -> None:
    lead(here)
    here.press(choices_of(here), "do=object")
    here.drain()
    for _ in range(2):
        erased(here)
        assert not is_kept(here.service.table, here.service.id_of(EMAIL), here.clock())
        assert erase(here.service.contacts, here.service.id_of(EMAIL), here.clock()) is None
        assert here.open(choices_of(here)).status == 404
        assert here.press(choices_of(here), "do=allow").status == 404
        here.pass_time(60)
        assert "stage" not in here.service.stored(EMAIL, "STANDING")
        here.service.post("/forms/contact", {**EVA, "message": str(here.clock())})
        here.drain()
        assert here.service.standing(EMAIL).grade == "-"


def test_who_said_yes_last_leaves_nothing(here: World) -> None:
    lead(here)
    erased(here)
    assert [item["sk"] for item in here.service.items(EMAIL)] == ["STANDING"]

"""The newsletter with double opt-in: what a signup leads to, what the mailed links do, and what never happens."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from leadbell.contacts.texts import Texts
from leadbell.events import Fact, Trust
from leadbell.forms.config import ASSETS, FORMS, Asset, FormsConfig
from leadbell.identity import visitor_contact
from leadbell.outbox.links import LinkPurpose, sign
from leadbell.outbox.suppression import Suppressions
from leadbell.privacy import erasure
from leadbell.table import Item, moment
from tests.aws.fates import Fate
from tests.aws.gateway import Found, scan_like_a_gateway
from tests.aws.on_moto import mailing
from tests.aws.world import SENDER, World
from tests.integration.service import ENVIRONMENT, EVA, KEYS, MONDAY, Answer, scan

EMAIL = EVA["email"]
ONE_CLICK = "List-Unsubscribe=One-Click"


@pytest.fixture
def here() -> Iterator[World]:
    with mailing() as opened:
        yield opened


def signed_up(here: World, email: str = EMAIL, **fields: str) -> str:
    """Signs up and gives the link of the mail that came."""
    here.sign_up(email, **fields)
    here.drain()
    return here.ses.sent[-1].links[0]


def confirmed(here: World, email: str = EMAIL) -> str:
    """Signs up and presses the button; gives the link to leave."""
    here.press(signed_up(here, email))
    here.drain()
    return here.ses.sent[-1].headers["List-Unsubscribe"].strip("<>")


def stored(here: World) -> list[Item]:
    """Every item of the table, whatever it is."""
    return sorted(scan(here.service.client), key=lambda item: (item["pk"], item["sk"]))


def words_of(here: World, email: str = EMAIL) -> list[str]:
    return [fact["type"] for fact in sorted(here.service.facts(email), key=lambda fact: fact["received_at"])]


def choices_of(here: World, email: str = EMAIL) -> str:
    token = sign(KEYS, LinkPurpose.PREFERENCES, here.service.id_of(email), MONDAY + timedelta(days=90))
    return f"{ENVIRONMENT['PUBLIC_URL']}/preferences/{token}"


# ---- A signup --------------------------------------------------------------------------------------------------------


def test_a_signup_is_one_mail_and_nobody_is_a_subscriber_yet(here: World) -> None:
    answer = here.sign_up(EMAIL, name="Eva Example", _language="sv")
    assert (answer.status, answer.location) == (303, "thanks?for=confirmation&language=sv")
    here.drain()
    (mail,) = here.ses.sent
    assert (mail.sender, mail.to, mail.subject) == (SENDER, EMAIL, "Bekräfta din e-postadress")
    standing = here.service.standing(EMAIL)
    assert (str(standing.stage), standing.score.interest, standing.bookkeeping.display) == ("prospect", 0, {})
    assert [item["state"] for item in here.mails()] == ["sent"]
    assert here.service.letters() == []


def test_a_script_is_told_that_a_confirmation_is_on_its_way(here: World) -> None:
    answer = here.service.post("/newsletter", {"email": EMAIL}, accept="application/json")
    assert (answer.status, answer.json["ok"], answer.json["status"]) == (202, True, "confirmation_sent")


def test_the_mail_has_one_link_of_ours_and_the_two_headers_of_one_click(here: World) -> None:
    link = signed_up(here, name="Win an evil prize", company="Evil")
    (mail,) = here.ses.sent
    assert mail.links == [link]
    assert link.startswith(f"{ENVIRONMENT['PUBLIC_URL']}/confirm/")
    assert "evil" not in f"{mail}".lower()
    assert mail.headers.keys() == {"List-Unsubscribe", "List-Unsubscribe-Post"}
    assert mail.headers["List-Unsubscribe"].startswith(f"<{ENVIRONMENT['PUBLIC_URL']}/unsubscribe/")
    assert mail.headers["List-Unsubscribe-Post"] == ONE_CLICK
    assert EMAIL not in link + mail.headers["List-Unsubscribe"]


@pytest.mark.parametrize(
    ("asked", "language"),
    [("de-AT,en;q=0.8", "de"), ("no,en;q=0.5", "nb"), ("fr", "en"), ("", "en"), ("en;q=0.1, pl;q=0.9", "pl")],
)
def test_the_mail_speaks_the_browsers_language(here: World, asked: str, language: str) -> None:
    here.service.post("/newsletter", {"email": EMAIL}, accept_language=asked)
    here.drain()
    assert [item["language"] for item in here.mails()] == [language]


def test_without_a_button_pressed_the_signup_is_gone_after_thirty_days(here: World) -> None:
    signed_up(here)
    (fact,), (mail,) = here.service.facts(EMAIL), here.mails()
    kept = moment(fact["received_at"]) + timedelta(days=32)  # a reader ignores it from the thirtieth day on
    assert fact["expires_at"] == int(kept.timestamp())
    assert mail["expires_at"] == int((moment(mail["born_at"]) + timedelta(days=30)).timestamp())
    assert EMAIL not in json.dumps([here.service.stored(EMAIL, "STANDING")], default=str)
    assert here.service.stored(EMAIL, "PROFILE")["known"] == {}


def test_a_signup_that_nobody_confirmed_says_nothing_about_a_lead(here: World) -> None:
    here.service.post("/forms/contact", {**EVA, "message": "Hello"})
    here.clock.move(hours=1)
    here.sign_up(EMAIL, name="Nasty Name")
    here.drain()
    assert here.service.standing(EMAIL).bookkeeping.display["name"] == EVA["name"]


def test_who_writes_with_a_signup_reaches_a_person_once_whether_they_confirm_or_not(here: World) -> None:
    link = signed_up(here, message="And do you sell in Norway?")
    (before,) = here.sns.published
    assert before.subject == "Message ?4: asked for the newsletter, not confirmed yet #1"
    assert f"E-mail, not confirmed: {EMAIL}" in before.body
    assert "> And do you sell in Norway?" in before.body
    here.press(link)
    here.drain()
    assert here.sns.published == [before]


def test_what_came_with_a_signup_is_kept_as_long_as_its_confirmation(here: World) -> None:
    here.press(signed_up(here, company="Acme", message="Hello"))
    here.drain()
    ends = [item.get("expires_at") for item in here.service.items(EMAIL, "TEXT#")]
    texts = [text.typed for text in Texts(here.service.table).all(here.service.id_of(EMAIL))]
    assert sorted(end is None for end in ends) == [False, True]
    assert texts[0] == texts[1]


def test_a_browser_belongs_to_nobody_until_the_signup_is_confirmed(here: World) -> None:
    link = signed_up(here, _anon="browser-12345678")
    assert here.service.items(EMAIL, "LINK#") == []
    here.press(link)
    here.drain()
    assert len(here.service.items(EMAIL, "LINK#")) == 1


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_new_known_left_and_suppressed_addresses_get_the_same_answer(here: World, accept: str) -> None:
    confirmed(here, "known@acme.example.com")
    here.press(confirmed(here, "left@acme.example.com"), ONE_CLICK)
    book = Suppressions(here.service.table)
    book.suppress(here.service.id_of("stopped@acme.example.com"), "complained", here.clock())
    told = set()
    for who in ("new", "known", "left", "stopped", "new"):
        here.clock.move(days=2)
        answer = here.service.post("/newsletter", {"email": f"{who}@acme.example.com"}, accept=accept)
        body = answer.body if accept == "text/html" else {**answer.json, "id": "", "request_id": ""}
        told.add((answer.status, str(body), str(sorted(answer.headers.items()))))
    assert len(told) == 1


# ---- At most one -----------------------------------------------------------------------------------------------------


def test_variants_of_one_mailbox_get_one_mail_in_a_day_together(here: World) -> None:
    for variant in ("eva.example@gmail.com", "evaexample+a@gmail.com", "E.v.a.example@googlemail.com"):
        here.sign_up(variant)
    here.drain()
    assert len(here.ses.sent) == 1
    assert sorted((item["state"], item["why"]) for item in here.mails()) == [
        ("dropped", "the mailbox had one within a day"),
        ("dropped", "the mailbox had one within a day"),
        ("sent", "-"),
    ]


def test_a_mailbox_that_never_answers_gets_three_mails_ever(here: World) -> None:
    for day in range(8):
        here.clock.at = MONDAY + timedelta(days=day)
        here.sign_up(f"eva+{day}@acme.example.com")
        here.drain()
    assert [mail.at.date().day for mail in here.ses.sent] == [2, 3, 4]
    assert here.mails("eva+7@acme.example.com")[0]["why"] == "three are unanswered"


def test_who_answers_may_be_asked_again_one_day(here: World) -> None:
    for year in range(5):
        here.clock.at = MONDAY + timedelta(days=40 * year)
        here.press(confirmed(here), ONE_CLICK)
        here.drain()
    assert len(here.ses.sent) == 5


def test_who_is_on_the_list_gets_no_mail(here: World) -> None:
    confirmed(here)
    here.clock.move(days=3)
    here.sign_up(EMAIL)
    here.drain()
    assert (len(here.ses.sent), len(here.mails())) == (1, 1)


@pytest.mark.parametrize("reason", ["complained", "bounced", "stopped", ""])
def test_a_suppressed_address_gets_no_mail(here: World, reason: str) -> None:
    Suppressions(here.service.table).suppress(here.service.id_of(EMAIL), reason, here.clock())
    here.sign_up(EMAIL)
    here.drain()
    assert here.ses.sent == []
    assert [(item["state"], item["why"]) for item in here.mails()] == [("dropped", "the address is suppressed")]


def test_a_suppression_never_silences_a_request(here: World) -> None:
    Suppressions(here.service.table).suppress(here.service.id_of(EMAIL), "complained", here.clock())
    here.service.post("/forms/demo", EVA)
    here.drain()
    assert [letter["heard"] for letter in here.service.letters()] == ["alert"]


# ---- Confirming ------------------------------------------------------------------------------------------------------


def test_the_button_makes_a_subscriber_with_the_whole_proof(here: World) -> None:
    link = signed_up(here, name="Eva Example", _page="https://www.example.com/news", _consent_text="Yes, mail me")
    (request,) = here.service.facts(EMAIL)
    here.clock.move(days=2)
    page = here.press(link)
    assert (page.status, "You are subscribed" in page.body) == (200, True)
    here.drain()
    assert str(here.service.standing(EMAIL).stage) == "subscriber"
    (fact,) = (each for each in here.service.facts(EMAIL) if each["type"] == "newsletter.subscribed")
    assert fact["trust"] == "verified"
    proof = {name: fact["fields"][name] for name in ("opt_in", "request", "requested_at", "page", "name")}
    assert proof == {
        "opt_in": "double",
        "request": request["id"],
        "requested_at": request["received_at"],
        "page": "https://www.example.com/news",
        "name": "Eva Example",
    }
    assert fact["received_at"] == "2026-03-04T09:00:03.000Z"


def test_pressing_again_is_the_same_page_and_one_fact(here: World) -> None:
    link = signed_up(here)
    pages = set()
    for _ in range(5):
        pages.add(here.press(link).body.replace(here.ses.sent[0].body, ""))
        here.clock.move(days=1)
    here.drain()
    assert words_of(here) == ["newsletter.requested", "newsletter.subscribed"]


def test_the_link_ends_after_seven_days(here: World) -> None:
    link = signed_up(here)
    here.clock.move(days=7, seconds=1)
    before = stored(here)
    assert {here.open(link).status, here.press(link).status} == {404}
    assert stored(here) == before


def test_a_link_is_good_for_its_own_purpose_alone_and_for_no_other_token(here: World) -> None:
    link, leave = signed_up(here), here.ses.sent[0].headers["List-Unsubscribe"].strip("<>")
    token = link.rpartition("/")[2]
    before = stored(here)
    wrong = [leave.replace("unsubscribe", "confirm"), link.replace("confirm", "unsubscribe"), f"{link}A"]
    wrong += [
        link.replace(token, token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]) for at in range(60)
    ]
    assert {here.press(each).status for each in wrong} == {404}
    assert stored(here) == before


def test_an_answer_that_was_lost_can_be_asked_for_again(here: World) -> None:
    link = signed_up(here)
    here.service.faults.lose_answer("consent", "PutItem")
    assert here.press(link).status == 503
    assert here.press(link).status == 200
    here.drain()
    assert words_of(here) == ["newsletter.requested", "newsletter.subscribed"]


def test_after_an_erasure_the_link_leads_nowhere_and_no_mail_goes_out(here: World) -> None:
    link = signed_up(here)
    here.clock.move(days=1)
    here.sign_up(EMAIL)
    here.service.run("score")
    erasure.erase(here.service.contacts, here.service.id_of(EMAIL), here.clock())
    here.drain()
    here.pass_time(30)
    assert here.press(link).status == 404
    assert len(here.ses.sent) == 1
    assert here.service.items(EMAIL, "EVENT#") == here.mails(EMAIL) == []


def page_seen(here: World, visitor: str) -> None:
    view = Fact("view", "pricing.viewed", here.clock(), here.clock(), Trust.BROWSER, {"page": "/pricing"})
    here.service.contacts.file(visitor_contact(visitor), view, view.day)


@pytest.mark.parametrize("is_decided", [False, True])
def test_the_browser_of_a_signup_that_nobody_confirmed_is_erased_with_it(here: World, is_decided: bool) -> None:
    page_seen(here, "browser-12345678")
    here.sign_up(EMAIL, _anon="browser-12345678")
    if is_decided:
        here.drain()
    erasure.erase(here.service.contacts, here.service.id_of(EMAIL), here.clock())
    assert here.service.contacts.facts(visitor_contact("browser-12345678")) == []


@pytest.mark.parametrize("is_decided", [False, True])
def test_but_not_one_that_is_known_to_be_somebody_elses(here: World, is_decided: bool) -> None:
    bo = "bo@acme.example.com"
    here.service.post("/forms/demo", {**EVA, "email": bo, "_anon": "browser-12345678"})
    here.drain()
    here.sign_up(EMAIL, _anon="browser-12345678")
    page_seen(here, "browser-12345678")
    if is_decided:
        here.drain()
    erasure.erase(here.service.contacts, here.service.id_of(EMAIL), here.clock())
    assert [fact.id for fact in here.service.contacts.facts(visitor_contact("browser-12345678"))] == ["view"]
    (link,) = here.service.items(bo, "LINK#")
    assert link.get("until") is None


def test_a_signup_left_by_a_stopped_erasure_cannot_be_confirmed(here: World) -> None:
    link = signed_up(here)
    (request,) = here.service.facts(EMAIL)
    erasure.erase(here.service.contacts, here.service.id_of(EMAIL), here.clock())
    here.service.table.put(request)
    assert here.press(link).status == 404
    assert here.service.facts(EMAIL) == [request]


def test_a_mail_left_by_a_stopped_erasure_is_never_sent(here: World) -> None:
    here.sign_up(EMAIL)
    here.service.run("score")
    (mail,) = here.mails()
    erasure.erase(here.service.contacts, here.service.id_of(EMAIL), here.clock())
    here.service.table.put(mail)
    here.pass_time(20)
    here.move(days=1)
    here.pass_time(20)
    assert here.ses.sent == []
    assert "due_at" not in here.mails()[0]


# ---- Leaving and coming back -----------------------------------------------------------------------------------------

MULTIPART = '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (ONE_CLICK, "application/x-www-form-urlencoded"),
        (MULTIPART, "multipart/form-data; boundary=b"),
        ("", ""),
        ("\x00{", "application/json"),
    ],
)
def test_one_post_leaves_without_cookie_or_redirect(here: World, body: str, content_type: str) -> None:
    answer = here.press(confirmed(here), body, content_type)
    assert answer.status == 200
    assert {"Location", "Set-Cookie"}.isdisjoint(answer.headers)
    here.drain()
    assert words_of(here)[-1] == "newsletter.unsubscribed"
    assert Suppressions(here.service.table).suppressed_because(here.service.id_of(EMAIL)) == "unsubscribed"


def test_leaving_twice_is_leaving_once(here: World) -> None:
    leave = confirmed(here)
    here.press(leave, ONE_CLICK)
    here.clock.move(days=5)
    here.press(leave, ONE_CLICK)
    assert words_of(here).count("newsletter.unsubscribed") == 1


def test_an_old_confirmation_does_not_undo_leaving(here: World) -> None:
    link = signed_up(here)
    here.press(link)
    here.clock.move(hours=1)
    here.press(here.ses.sent[0].headers["List-Unsubscribe"].strip("<>"), ONE_CLICK)
    here.clock.move(hours=1)
    page = here.press(link)
    assert "You have unsubscribed" in page.body
    assert words_of(here)[-1] == "newsletter.unsubscribed"
    assert Suppressions(here.service.table).suppressed_because(here.service.id_of(EMAIL)) == "unsubscribed"


def test_a_new_confirmed_signup_ends_having_left(here: World) -> None:
    here.press(confirmed(here), ONE_CLICK)
    here.clock.move(days=10)
    confirmed(here)
    assert words_of(here)[-1] == "newsletter.subscribed"
    assert not Suppressions(here.service.table).is_suppressed(here.service.id_of(EMAIL))


@pytest.mark.parametrize("minutes", [1, 20, 600])
def test_who_leaves_and_signs_up_again_on_one_day_gets_the_mail_that_the_page_promises(
    here: World, minutes: int
) -> None:
    here.press(confirmed(here), ONE_CLICK)
    here.clock.move(minutes=minutes)
    here.press(signed_up(here))
    here.drain()
    assert [mail.subject for mail in here.ses.sent] == ["Please confirm your e-mail address"] * 2
    assert words_of(here)[-1] == "newsletter.subscribed"


def test_a_link_to_leave_is_no_way_to_ask_a_mailbox_more_often(here: World) -> None:
    """Whoever found the link leaves and signs up for somebody else, again and again."""
    leave = confirmed(here)
    for _ in range(5):
        here.press(leave, ONE_CLICK)
        here.clock.move(minutes=30)
        here.sign_up(EMAIL)
        here.drain()
    assert len(here.ses.sent) == 2


def test_a_complaint_outlasts_a_confirmed_signup(here: World) -> None:
    link = signed_up(here)
    book = Suppressions(here.service.table)
    book.suppress(here.service.id_of(EMAIL), "complained", here.clock())
    here.press(link)
    assert book.suppressed_because(here.service.id_of(EMAIL)) == "complained"


def test_whoever_is_not_kept_here_can_still_leave(here: World) -> None:
    leave = confirmed(here)
    erasure.erase(here.service.contacts, here.service.id_of(EMAIL), here.clock())
    assert here.press(leave, ONE_CLICK).status == 200
    assert here.service.facts(EMAIL) == []
    assert Suppressions(here.service.table).is_suppressed(here.service.id_of(EMAIL))


# ---- Choices ---------------------------------------------------------------------------------------------------------


def choose(here: World, what: str, email: str = EMAIL) -> str:
    page = here.press(choices_of(here, email), urlencode({"do": what}))
    assert page.status == 200
    here.clock.move(minutes=1)
    here.drain()
    return page.body


def test_the_page_shows_what_is_so_and_a_button_for_each_thing(here: World) -> None:
    confirmed(here)
    page = here.open(choices_of(here))
    offered = [form["do"] for form in Found(page.body).forms]
    assert offered == ["leave", "object", "stop", "erase"]
    assert "2 March 2026: asked for the newsletter" in page.body
    assert "2 March 2026: subscribed to the newsletter" in page.body
    assert EMAIL not in page.body
    assert "form-action &#39;self&#39;" not in page.headers["Content-Security-Policy"]
    assert page.headers["Content-Security-Policy"].endswith("form-action 'self'")
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_each_choice_is_a_fact_and_can_be_taken_back(here: World) -> None:
    confirmed(here)
    for what in ("leave", "join", "object", "object", "allow", "leave", "leave", "join"):
        choose(here, what)
    assert words_of(here)[2:] == [
        "newsletter.unsubscribed",
        "newsletter.subscribed",
        "profiling.objected",
        "profiling.allowed",
        "newsletter.unsubscribed",
        "newsletter.subscribed",
    ]
    assert not Suppressions(here.service.table).is_suppressed(here.service.id_of(EMAIL))


def test_a_later_word_is_the_later_one_though_a_clock_is_behind(here: World) -> None:
    leave = confirmed(here)
    here.clock.move(seconds=-10)
    here.press(leave, ONE_CLICK)
    assert words_of(here)[-1] == "newsletter.unsubscribed"


def test_objecting_ends_the_score_at_once(here: World) -> None:
    here.service.post("/forms/contact", {**EVA, "message": "Hello"})
    here.drain()
    assert here.service.standing(EMAIL).score.interest > 0
    choose(here, "object")
    assert (here.service.standing(EMAIL).score.interest, here.service.standing(EMAIL).grade) == (0, "-")


def test_no_mail_of_any_kind_means_no_confirmation_either(here: World) -> None:
    confirmed(here)
    assert "We do not send you any e-mails." in choose(here, "stop")
    here.clock.move(days=2)
    here.sign_up(EMAIL)
    here.drain()
    assert len(here.ses.sent) == 1
    choose(here, "join")
    assert not Suppressions(here.service.table).is_suppressed(here.service.id_of(EMAIL))


def test_a_wish_to_be_erased_reaches_a_person_once(here: World) -> None:
    confirmed(here)
    choose(here, "erase")
    assert "We have received your deletion request" in choose(here, "erase")
    (copy,) = here.service.letters()
    assert (copy["heard"], copy["state"]) == ("copy", "sent")
    assert copy["subject"].startswith("Message ")
    assert "requested deletion" in copy["subject"]
    assert "leadbell erase" in copy["body"]
    assert here.service.standing(EMAIL).score.interest == 10


def test_whom_to_erase_is_told_of_somebody_who_objects_too(here: World) -> None:
    confirmed(here)
    choose(here, "object")
    choose(here, "erase")
    (copy,) = here.service.letters()
    assert f"E-mail: {EMAIL}" in copy["body"]


def test_a_choice_that_is_not_on_the_page_is_refused(here: World) -> None:
    confirmed(here)
    before = stored(here)
    assert here.press(choices_of(here), "do=sell").status == 400
    assert here.press(choices_of(here, "nobody@acme.example.com"), "do=leave").status == 404
    assert stored(here) == before


# ---- Scanners --------------------------------------------------------------------------------------------------------


def test_a_scanner_that_opens_everything_changes_nothing(here: World) -> None:
    every_kind_of_mail_is_sent(here)
    assert sorted(mail["kind"] for mail in here.mails()) == ["confirm", "confirm", "got_it", "guide"]
    before, stood = stored(here), standings(here)
    requests, pages = scanned_ten_times(here)
    after = stored(here)
    noted = [item for item in after if item.get("type") == "guide.opened"]
    assert [item for item in after if item not in noted] == before
    # Each mail has three addresses, the last one behind a page: confirm or file or choices, leave, choices.
    assert requests == 4 * 3 * 3 * 10
    # confirm 1, choices 4, leave 1, and a file is no page.
    # The page of leaving leads on to what may do no more: leave, for who is subscribed; and have the link sent.
    assert sum(len(page.forms) for page in pages) == ((1 + 1 + 2) + (1 + 1 + 1) + (4 + 1 + 1) + (1 + 1)) * 10
    assert sum(page.scripts for page in pages) == 0
    # Of twenty GETs and ten HEADs of the link to the file, each kind is kept once a day, as a machine's.
    assert sorted((item["trust"], item["fields"]["machine"]) for item in noted) == [
        ("machine", "head"),
        ("machine", "prefetch"),
    ]
    here.drain()
    here.pass_time(60)
    assert standings(here) == stood
    assert words_of(here, "new@acme.example.com") == ["newsletter.requested"]
    assert len(here.ses.sent) == 4


def every_kind_of_mail_is_sent(here: World) -> None:
    signed_up(here, "new@acme.example.com")
    confirmed(here)
    takes_messages(here, got_it=True)
    here.service.post("/forms/contact", {"email": "asks@acme.example.com", "message": "Hello"})
    by_mail = FormsConfig(downloads={"guide": replace(ASSETS["guide"], delivery="mail")})
    _offer(here, "downloads", by_mail)
    here.service.post("/downloads/guide", {"email": "reads@acme.example.com"})
    here.drain()
    here.clock.move(minutes=1)


def scanned_ten_times(here: World) -> tuple[int, list[Found]]:
    """How many requests that took, and the pages."""
    scanned = [scan_like_a_gateway(here, mail) for mail in list(here.ses.sent) * 10]
    return sum(made for made, _ in scanned), [page for _, found in scanned for page in found]


def standings(here: World) -> dict[str, Any]:
    """Where everybody stands and what they agreed to, but for when it was looked at and on what."""
    who = {item["pk"].partition("#")[2] for item in stored(here) if item["sk"] == "STANDING"}
    known = {item["pk"]: item["known"] for item in stored(here) if item["sk"] == "PROFILE"}
    stands = {each: here.service.contacts.standing(each) for each in who}
    return {each: (at.score, at.qualification, known.get(f"CONTACT#{each}")) for each, at in stands.items()}


# ---- Another mail, and none ------------------------------------------------------------------------------------------


def _offer(here: World, folder: str, forms: FormsConfig) -> None:
    app = here.service.apps[folder]
    offered = SimpleNamespace(active=lambda _: forms, keys=app.active_forms.keys)
    here.patch.setattr(app, "active_forms", offered)


def takes_messages(here: World, *, got_it: bool) -> None:
    """The contact form says whether it answers with a mail."""
    forms = FormsConfig(forms={"contact": replace(FORMS["contact"], got_it=got_it)})
    _offer(here, "forms", forms)


def test_a_form_that_says_so_answers_with_one_mail_a_day_that_leads_to_their_choices(here: World) -> None:
    takes_messages(here, got_it=True)
    for message in ("Do you deliver?", "Do you deliver to Iceland?"):
        here.service.post("/forms/contact", {**EVA, "message": message}, accept_language="nl")
        here.drain()
    (mail,) = here.ses.sent
    assert mail.subject == "We hebben uw bericht ontvangen"
    assert "deliver" not in mail.body
    assert "Uw voorkeuren" in here.open(mail.links[0], **{"accept-language": "nl"}).body
    assert len(here.service.letters()) == 2


def test_a_form_that_does_not_say_so_mails_nobody(here: World) -> None:
    takes_messages(here, got_it=False)
    here.service.post("/forms/contact", {**EVA, "message": "Hello"})
    here.drain()
    assert here.ses.sent == []


def test_who_left_is_asked_to_confirm_but_gets_no_other_mail(here: World) -> None:
    takes_messages(here, got_it=True)
    here.press(confirmed(here), ONE_CLICK)
    here.service.post("/forms/contact", {**EVA, "message": "Hello"})
    here.drain()
    assert [mail.subject for mail in here.ses.sent] == ["Please confirm your e-mail address"]
    assert [letter["state"] for letter in here.service.letters()] == ["sent"]


def test_without_a_sender_a_signup_counts_at_once_and_says_how() -> None:
    with mailing() as here:
        here.patch.setattr(here.service.apps["newsletter"], "settings", _without_sender(here))
        assert here.sign_up(EMAIL).location == "thanks?for=newsletter"
        here.drain()
        (fact,) = here.service.facts(EMAIL)
        assert (fact["type"], fact["fields"]["opt_in"]) == ("newsletter.subscribed", "single")
        assert str(here.service.standing(EMAIL).stage) == "subscriber"
        assert here.ses.sent == []
        assert here.mails() == []


def _without_sender(here: World) -> object:
    return type(here.service.apps["newsletter"].settings)({**ENVIRONMENT, "SENDER_EMAIL": ""})


# ---- A file by mail --------------------------------------------------------------------------------------------------

FILES = {name: Asset(name, f"{name}.pdf", f"{name}.pdf", delivery="mail") for name in ("guide", "prices", "faq", "map")}


@pytest.fixture
def files(here: World) -> World:
    """Four files are offered by mail."""
    _offer(here, "downloads", FormsConfig(downloads=FILES))
    return here


def asked_for(here: World, file: str, email: str = EMAIL, accept: str = "text/html", **fields: str) -> Answer:
    answer = here.service.post(f"/downloads/{file}", {"email": email, **fields}, accept=accept)
    here.drain()
    return answer


def test_a_file_by_mail_is_one_mail_whose_link_leads_to_the_file(files: World) -> None:
    answer = asked_for(files, "guide", name="Win an evil prize", _language="sv")
    assert (answer.status, answer.location) == (303, "../thanks?for=mailed&language=sv")
    assert "Vi mejlar dig länken till filen" in files.service.get("/thanks?for=mailed&language=sv").body
    (mail,) = files.ses.sent
    assert (mail.to, mail.subject, len(mail.links)) == (EMAIL, "Filen du bad om", 1)
    assert "evil" not in f"{mail}"
    files.clock.move(days=6)
    opened = files.open(mail.links[0])
    assert (opened.status, urlsplit(opened.headers["Location"]).path) == (303, "/guide.pdf")
    files.clock.move(days=1, seconds=1)
    assert files.open(mail.links[0]).status == 404


def test_only_a_mail_brings_its_link(files: World) -> None:
    answer = asked_for(files, "guide", accept="application/json")
    assert (answer.status, answer.json["status"]) == (202, "link_sent")
    assert answer.json["next"].endswith("/thanks?for=mailed")
    assert "guide.pdf" not in answer.body


def test_asking_again_is_one_mail_for_each_file_in_a_day(files: World) -> None:
    for spelling in ("eva.example@gmail.com", "evaexample+a@gmail.com", "E.v.a.example@googlemail.com"):
        for file in ("guide", "guide", "prices"):
            files.clock.move(minutes=2)
            asked_for(files, file, spelling)
    assert [urlsplit(each.links[0]).path[:3] for each in files.ses.sent] == ["/d/", "/d/"]
    assert {item["why"] for item in files.mails() if item["state"] == "dropped"} == {"the mailbox had one within a day"}
    files.clock.move(days=1)
    asked_for(files, "guide")
    asked_for(files, "guide", "eva.example@gmail.com")
    assert len(files.ses.sent) == 4


def test_a_mailbox_gets_three_files_on_a_day_and_the_next_one_tomorrow(files: World) -> None:
    for file in FILES:
        asked_for(files, file)
    assert len(files.ses.sent) == 3
    assert [item["why"] for item in files.mails() if item["state"] == "dropped"] == [
        "the mailbox had three on this day"
    ]
    files.clock.move(days=1)
    asked_for(files, "map")
    assert len(files.ses.sent) == 4


def test_a_file_that_ses_was_too_busy_for_is_not_counted_twice(files: World) -> None:
    files.ses.fates["SendEmail"] = (Fate.THROTTLED,)
    asked_for(files, "guide")
    assert files.ses.sent == []
    files.ses.fates.clear()
    files.pass_time(3)
    for file in ("prices", "faq", "map"):
        asked_for(files, file)
    assert len(files.ses.sent) == 3


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_who_asks_for_a_file_learns_nothing_about_the_address(files: World, accept: str) -> None:
    confirmed(files, "known@acme.example.com")
    files.press(confirmed(files, "left@acme.example.com"), ONE_CLICK)
    for reason in ("complained", "stopped"):
        book = Suppressions(files.service.table)
        book.suppress(files.service.id_of(f"{reason}@acme.example.com"), reason, files.clock())
    told = set()
    for who in ("new", "known", "left", "complained", "stopped", "new"):
        files.clock.move(minutes=2)
        answer = asked_for(files, "guide", f"{who}@acme.example.com", accept)
        body = answer.body if accept == "text/html" else {**answer.json, "id": "", "request_id": ""}
        told.add((answer.status, str(body), str(sorted(answer.headers.items()))))
    assert len(told) == 1
    assert [each.to.partition("@")[0] for each in files.ses.sent if "/d/" in each.links[0]] == ["new", "known", "left"]


def test_who_objects_to_profiling_gets_the_file_they_ask_for(files: World) -> None:
    confirmed(files)
    choose(files, "object")
    asked_for(files, "guide")
    assert "/d/" in files.ses.sent[-1].links[0]


def test_without_a_sender_the_answer_leads_to_the_file(files: World) -> None:
    settings = type(files.service.apps["downloads"].settings)({**ENVIRONMENT, "SENDER_EMAIL": ""})
    files.patch.setattr(files.service.apps["downloads"], "settings", settings)
    assert urlsplit(asked_for(files, "guide").location).path == "/guide.pdf"
    assert (files.ses.sent, files.mails()) == ([], [])

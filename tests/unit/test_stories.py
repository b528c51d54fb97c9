"""Contacts and what marketing and sales expect to become of them, on the default model."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from leadbell.alerts import Occasion, compose
from leadbell.bodies import Body
from leadbell.colleagues import HEADER, Colleague, colleague_of, company_domain, reps_of, told_of
from leadbell.events import Fact, Trust
from leadbell.forms import FORMS
from leadbell.lifecycle import Bookkeeping, Stage, next_timer
from leadbell.mail import Mail
from leadbell.notices import Heard
from leadbell.routing import Rep, Route, route
from leadbell.scoring import derive
from leadbell.submissions import read_submission
from tests.unit.facts import DAY_0, VP, Journey, after, default, fact, form, guide, on_day, says, set_stage, variant

MIA = Rep("mia", "Mia", "arn:aws:sns:eu-north-1:1:mia", ("SE", "NO"))
RUI = Rep("rui", "Rui", "arn:aws:sns:eu-north-1:1:rui", ("PT",))


@dataclass(frozen=True)
class Told:
    """The latest mail about a contact, and where it went."""

    mail: Mail
    where: Route


def told(journey: Journey, *reps: Rep, on: float | None = None) -> Told:
    """Sent on the day of the latest fact unless said."""
    now = max(each.received_at for each in journey.facts) if on is None else on_day(on)
    notice = journey.notices[-1]
    derived = derive(journey.facts, journey.standing.reset_at, journey.model, now)
    where = route(journey.standing.owner, derived.profile.text("country"), reps)
    link = "https://leads.example.com/alerts/token"
    occasion = Occasion(notice, journey.standing, derived, journey.facts, where, 7, link, now)
    return Told(compose(occasion), where)


def typed(form_id: str, day: float = 0, **fields: Any) -> Fact:
    """A form as a visitor fills it in, read by the door."""
    read: dict[str, Any] = read_submission(Body(tuple(fields.items())), "a salt of the stack").fields
    return form(form_id, day, **read)


def eva_before_she_asks() -> Journey:
    return after(
        guide(0, **VP),
        fact("product.viewed", 3),
        fact("pricing.viewed", 6),
        fact("visit.returned", 6),
    )


def test_story_1_a_reader_of_the_newsletter_stays_a_subscriber_for_a_year() -> None:
    """Reading is worth at most 20 at once, the newsletter 10 at first: never more than 30."""
    journey, seen = after(fact("newsletter.subscribed", 0, email="lea@gmail.com")), set()
    assert (journey.standing.grade, journey.standing.score.interest) == ("?4", 10)
    for day in range(1, 366):
        if day % 7 == 0:
            journey.happens(fact("article.read", day, trust=Trust.BROWSER))
        journey.passes(day)
        seen.add((str(journey.standing.stage), journey.standing.grade))
        assert journey.standing.score.interest <= 30
    assert seen == {("subscriber", "?4"), ("subscriber", "?3")}
    assert (journey.stages, journey.heard) == (["subscriber"], [])


def test_story_2_eva_climbs_to_mql_as_she_reads() -> None:
    journey, seen = Journey(), []
    for step in (guide(0, **VP), fact("product.viewed", 3), fact("pricing.viewed", 6), fact("visit.returned", 6)):
        journey.happens(step)
        seen.append((str(journey.standing.stage), journey.standing.grade, journey.standing.score.interest))
    assert seen == [("lead", "A3", 20), ("iql", "A3", 30), ("mql", "A2", 39), ("mql", "A2", 39)]
    assert journey.heard == []


def test_story_2_eva_falls_silent_and_leaves_in_steps() -> None:
    journey = eva_before_she_asks()
    stages_by_day = {}
    for day in range(7, 200):
        journey.passes(day)
        stages_by_day[day] = (journey.standing.stage, journey.standing.grade, journey.standing.score.interest)
    assert stages_by_day[30][0:2] == (Stage.MQL, "A3")
    left = next(day for day, (stage, _, _) in stages_by_day.items() if stage is not Stage.MQL)
    assert stages_by_day[left - 1][2] == 20
    assert stages_by_day[left] == (Stage.IQL, "A4", 19)
    assert next(day for day in stages_by_day if stages_by_day[day][0] is Stage.LEAD) == 6 + 90
    assert journey.stages == ["lead", "iql", "mql", "iql", "lead"]
    assert journey.heard == []


def test_story_3_eva_asks_for_a_price_and_asks_again_the_next_day() -> None:
    journey = eva_before_she_asks()
    journey.happens(form("pricing", 14))
    assert (journey.standing.stage, journey.standing.grade) == (Stage.SQL, "A1")
    assert told(journey).mail.subject == "Sales lead A1: asked for a price (SE, 201-500) #7"
    journey.happens(form("pricing", 15))
    assert told(journey).mail.subject == "Asked again A1: asked for a price (SE, 201-500) #7"
    assert journey.heard == ["alert", "asked_again"]


def test_story_4_a_student_who_asks_for_a_price_is_a_copy() -> None:
    journey = after(
        typed("pricing", email="lo@student.lu.se", country="Sweden", job_title="Student", industry="education")
    )
    assert journey.standing.grade[0] == "D"
    assert journey.standing.stage is Stage.LEAD
    assert journey.heard == ["copy"]
    assert "A message copy, not a sales alert: student" in told(journey).mail.body


def test_story_4_a_student_is_a_copy_by_the_address_alone() -> None:
    journey = after(typed("pricing", email="lo@student.lu.se"))
    assert (journey.heard, journey.notices[0].why) == (["copy"], "student")


def test_story_4_the_universitys_head_of_procurement_is_an_alert() -> None:
    journey = after(
        typed("pricing", email="ida@lu.se", country="Sweden", job_title="Head of Procurement", company_size="20,000")
    )
    assert (journey.standing.stage, journey.heard) == (Stage.SQL, ["alert"])


@pytest.mark.parametrize(("country", "letter"), [("NO", "C"), ("", "?")])
def test_story_5_a_founder_with_free_mail_and_three_people_is_an_alert(country: str, letter: str) -> None:
    fields: dict[str, Any] = {"email": "kim@gmail.com", "job_title": "Founder", "company_size": "3"}
    if country:
        fields["country"] = country
    journey = after(typed("demo", **fields))
    assert (journey.standing.stage, journey.standing.grade) == (Stage.SQL, f"{letter}1")
    assert journey.heard == ["alert"]


def test_story_6_a_competitor_is_vetoed_and_never_disqualified_by_itself() -> None:
    journey = after(guide(0, **VP, relation="competitor"), guide(4, **VP), form("pricing", 5, **VP))
    assert journey.standing.stage in (Stage.IQL, Stage.MQL)
    assert [(notice.heard, notice.why) for notice in journey.notices] == [("copy", "competitor")]


def test_story_7_a_customer_who_asks_for_a_demo_stays_a_customer_and_their_owner_hears() -> None:
    journey = after(set_stage("customer", 0, owner="rui"), typed("demo", 9, email="eva@acme.example", country="SE"))
    assert (journey.standing.stage, journey.heard) == (Stage.CUSTOMER, ["copy"])
    letter = told(journey, MIA, RUI)
    assert letter.where.rep == RUI
    assert letter.mail.subject.startswith("Message ")
    assert "existing customer" in letter.mail.body


def test_story_11_who_objected_to_profiling_and_asks_to_be_called_is_an_alert_without_a_grade() -> None:
    asks = {"name": "Eva Ek", "email": "eva@acme.example", "message": "Please call me"}
    journey = after(fact("profiling.objected", 0), typed("demo", 20, **asks))
    assert (journey.standing.stage, journey.standing.grade, journey.heard) == (Stage.SQL, "-", ["alert"])
    assert journey.moves[-1].reason == "made a request"
    assert told(journey).mail.subject == "Sales lead: asked for a demo #7"
    journey.happens(fact("article.read", 25), fact("article.read", 25))
    journey.passes(40)
    assert (journey.standing.stage, journey.standing.grade, journey.heard) == (Stage.SQL, "-", ["alert"])
    assert (journey.standing.score.fit, journey.standing.score.interest) == (0, 0)


ANNA: dict[str, Any] = {**VP, "email": "anna@acme.example", "name": "Anna Ek"}
BO: dict[str, Any] = {"email": "bo@acme.example", "name": "Bo Berg", "job_title": "Engineer", "country": "SE"}


def test_story_10_anna_is_mql_on_the_eighth_day_and_two_of_one_company_are_an_alert_each() -> None:
    anna, seen = Journey(), []
    for step in (fact("webinar.registered", 0), fact("webinar.attended", 7), guide(8, **ANNA)):
        anna.happens(step)
        seen.append((str(anna.standing.stage), anna.standing.score.interest))
    # Registered 10, attended 20, guide 20; each halves every 90 days, so on day 8 the first two are 9 and 20.
    assert seen == [("iql", 10), ("iql", 29), ("mql", 49)]
    bo = after(typed("demo", 10, **BO))
    assert (bo.standing.stage, bo.heard) == (Stage.SQL, ["alert"])
    anna.happens(form("pricing", 10))
    assert (anna.standing.stage, anna.standing.grade) == (Stage.SQL, "A1")
    assert anna.heard == ["alert"]


def test_story_10_each_alert_names_the_other_and_goes_to_one_rep() -> None:
    anna, bo = after(guide(8, **ANNA), fact("webinar.attended", 8)), after(typed("demo", 10, **BO))

    def known(contact_id: str, journey: Journey, name: str, rep: str) -> Colleague:
        stands = replace(journey.standing.qualification, alerted_rep=rep)
        shown = Bookkeeping(display={"name": name}, listed_under="d_acme")
        found = colleague_of(contact_id, replace(journey.standing, qualification=stands, bookkeeping=shown))
        assert found is not None
        return found

    first = told_of([known("c_anna", anna, "Anna Ek", "")], [MIA, RUI])
    assert first == [HEADER, "  Anna Ek: mql since 2026-03-10 09:00 UTC"]
    of_bo = [known("c_bo", bo, "Bo Berg", "rui")]
    assert told_of(of_bo, [MIA, RUI]) == [HEADER, "  Bo Berg: sql since 2026-03-12 09:00 UTC, with Rui"]
    assert route("", "SE", [MIA, RUI], has_open=reps_of(of_bo)) == Route(RUI)


def test_story_10_two_gmail_users_are_never_of_one_company() -> None:
    assert company_domain("kim@gmail.com", None) == ""


def test_story_8_a_machine_that_opens_thirty_pages_in_twenty_seconds_stays_a_prospect() -> None:
    journey = Journey()
    for number in range(30):
        kind = ("article.read", "product.viewed", "pricing.viewed")[number % 3]
        journey.happens(fact(kind, at=DAY_0 + timedelta(seconds=number * 20 / 30), trust=Trust.BROWSER))
        assert journey.standing.score.interest <= 20
    assert (journey.standing.stage, journey.standing.score.interest) == (Stage.PROSPECT, 20)
    assert (journey.stages, journey.heard) == ([], [])


def given_back_until_day_120() -> Journey:
    back_on = on_day(120).date()
    return after(form("demo", 0, **VP), says("sales.rejected", 1, reason="timing", back_on=back_on, by="mia"))


def test_story_9_a_request_before_the_day_ends_the_wait_and_the_alert_names_the_rejection() -> None:
    journey = given_back_until_day_120()
    assert (journey.standing.stage, next_timer(journey.standing)) == (Stage.RECYCLED, on_day(120).date())
    journey.happens(fact("article.read", 30), fact("article.read", 30), fact("visit.returned", 30))
    assert (journey.standing.stage, journey.standing.score.interest) == (Stage.RECYCLED, 20)
    journey.happens(form("pricing", 60))
    assert (journey.stages, journey.standing.cycle) == (["sql", "recycled", "sql"], 2)
    assert (journey.heard, next_timer(journey.standing)) == (["alert", "alert"], None)
    body = told(journey).mail.body
    assert "On 2026-03-03 sales gave it back: not the right time, back on 2026-06-30." in body
    assert "Qualified for the 2. time" in body
    assert journey.passes(120).notices == ()


def test_story_9_twin_silent_until_the_day_one_reminder_and_no_alert() -> None:
    journey = given_back_until_day_120()
    assert journey.passes(119).notices == ()
    (notice,) = journey.passes(120).notices
    assert (notice.heard, notice.fact.id) == (Heard.REMINDER, "sales-000001-answer")
    mail = told(journey, on=120).mail
    assert mail.subject == "Reminder A4: take it up again (SE, 201-500) #7"
    assert "On 2026-03-03 sales gave it back: not the right time, back on 2026-06-30." in mail.body
    assert "That day has come. A4" in mail.body
    assert "Please answer by" not in mail.body
    assert (journey.standing.stage, next_timer(journey.standing)) == (Stage.RECYCLED, None)
    for day in (120, 121, 400):
        assert journey.passes(day).notices == ()


PORTUGUESE: dict[str, Any] = {
    "email": "ana@fabrica.example",
    "job_title": "VP Operations",
    "company_size": "300",
    "country": "Portugal",
}


def test_story_12_where_a_rep_covers_the_country_they_hear() -> None:
    letter = told(after(typed("demo", **PORTUGUESE)), MIA, RUI)
    assert letter.where == Route(RUI)
    assert "default inbox" not in letter.mail.body


def test_story_12_where_no_rep_covers_the_country_the_default_inbox_hears_and_is_told_so() -> None:
    journey = after(typed("demo", **PORTUGUESE))
    assert (journey.standing.stage, journey.standing.grade, journey.heard) == (Stage.SQL, "B1", ["alert"])
    letter = told(journey, MIA)
    assert letter.where.rep is None
    assert "In the default inbox because no rep covers PT." in letter.mail.body
    assert letter.mail.subject == "Sales lead B1: asked for a demo (PT, 201-500) #7"


def test_story_12_a_market_we_do_not_serve_is_a_copy() -> None:
    def without_portugal(plain: dict[str, Any]) -> None:
        next(veto for veto in plain["vetoes"] if veto["id"] == "excluded-market")["where"] = {"country": ["PT"]}

    journey = after(typed("demo", **PORTUGUESE), model=variant(without_portugal))
    assert journey.standing.stage is not Stage.SQL
    assert [(notice.heard, notice.why) for notice in journey.notices] == [("copy", "excluded market")]
    assert after(typed("demo", **PORTUGUESE), model=default()).heard == ["alert"]


def test_story_13_who_buys_in_a_year_is_an_alert_with_two_working_days() -> None:
    vp: dict[str, Any] = {
        "email": "eva@acme.example",
        "job_title": "VP Operations",
        "company_size": "250",
        "country": "SE",
    }
    later = after(typed("demo", 0, **vp, industry="manufacturing", timeline="in 12 months"))
    assert (later.standing.stage, later.standing.grade, later.heard) == (Stage.SQL, "A1", ["alert"])
    assert "Please answer by 2026-03-04 09:00 UTC." in told(later).mail.body
    soon = after(typed("demo", 0, **vp, timeline="this month"))
    assert "Please answer by 2026-03-03 09:00 UTC." in told(soon).mail.body


def test_story_14_a_name_and_a_number_are_enough_to_be_called_back() -> None:
    journey = after(typed("callback", name="Bo Berg", phone="+46 8 123 45 67"))
    assert (journey.standing.stage, journey.standing.grade, journey.heard) == (Stage.SQL, "?1", ["alert"])
    mail = told(journey).mail
    assert mail.subject == "Sales lead ?1: asked to be called #7"
    assert "Phone: +4681234567" in mail.body
    assert FORMS["callback"].means == "request"

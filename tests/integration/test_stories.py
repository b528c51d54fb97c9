"""Contacts that marketing and sales agreed on, through doors, stream and mails, with the clock moved."""

from datetime import timedelta

import pytest

from leadbell.active_model import Models
from tests.integration.service import DEFAULT_INBOX, EVA, MONDAY, SentMail, Service

EMAIL = EVA["email"]
STUDENT = {
    "email": "stina@student.university.example.com",
    "name": "Stina Example",
    "job_title": "Student",
    "country": "SE",
    "industry": "education",
}
HEAD = {
    "email": "per@university.example.com",
    "name": "Per Example",
    "job_title": "Head of Procurement",
    "country": "SE",
    "company_size": "20000",
}
FOUNDER = {
    "email": "frida.example@gmail.com",
    "name": "Frida Example",
    "job_title": "Founder",
    "company_size": "3",
    "country": "NO",
}


def on_day(service: Service, day: float) -> None:
    """Lets what is due until then happen, then it is that day."""
    minutes = (MONDAY + timedelta(days=day) - service.clock.at) / timedelta(minutes=1)
    service.later(int(minutes))
    service.clock.at = MONDAY + timedelta(days=day)


def told(service: Service) -> list[SentMail]:
    service.pump()
    return service.mails()


def where(service: Service, who: str) -> tuple[str, str]:
    service.pump()
    standing = service.standing(who)
    return str(standing.stage), standing.grade


def test_2_and_3_eva_warms_up_then_asks_for_a_price_twice(service: Service) -> None:
    service.post("/downloads/guide", EVA)
    assert where(service, EMAIL) == ("lead", "A3")
    on_day(service, 3)
    service.file(EMAIL, "product.viewed")
    assert where(service, EMAIL)[0] == "iql"
    on_day(service, 6)
    service.file(EMAIL, "pricing.viewed")
    service.file(EMAIL, "visit.returned")
    assert where(service, EMAIL) == ("mql", "A2")
    assert service.standing(EMAIL).score.interest == 39
    assert told(service) == []

    on_day(service, 14)
    service.post("/forms/pricing", EVA)
    (alert,) = told(service)
    assert where(service, EMAIL) == ("sql", "A1")
    assert alert.subject == "Sales lead A1: asked for a price (SE, 201-500) #1"
    assert "A1: fits our profile, very active." in alert.body
    for reason in ("+60  made a request, today", "asked for a guide, 14 days ago", "looked at the pricing page"):
        assert reason in alert.body
    on_day(service, 15)
    service.post("/forms/pricing", EVA)
    (again,) = told(service)
    assert again.subject == "Asked again A1: asked for a price (SE, 201-500) #2"
    assert again.topic == alert.topic
    assert service.log(EMAIL) == ["prospect>lead", "lead>iql", "iql>mql", "mql>sql"]


def test_2_eva_falls_silent_and_cools_off_step_by_step(service: Service) -> None:
    service.post("/downloads/guide", EVA)
    service.pump()
    on_day(service, 6)
    service.file(EMAIL, "pricing.viewed")
    service.file(EMAIL, "visit.returned")
    service.pump()
    seen = []
    for day in (7, 20, 60, 130):
        on_day(service, day)
        seen.append(where(service, EMAIL))
    assert seen == [("mql", "A2"), ("mql", "A3"), ("iql", "A4"), ("lead", "A4")]
    assert service.log(EMAIL) == ["prospect>lead", "lead>mql", "mql>iql", "iql>lead"]
    assert told(service) == []


def test_4_a_student_asks_for_a_price_and_gets_a_person_but_no_alert(service: Service) -> None:
    service.post("/forms/pricing", STUDENT)
    (mail,) = told(service)
    assert where(service, STUDENT["email"]) == ("lead", "D1")
    assert mail.subject == "Message D1: asked for a price (SE) #1"
    assert "not a sales alert: student" in mail.body


def test_4_the_procurement_head_of_the_same_university_is_an_sql(service: Service) -> None:
    service.post("/forms/pricing", HEAD)
    (mail,) = told(service)
    assert where(service, HEAD["email"]) == ("sql", "B1")
    assert mail.subject == "Sales lead B1: asked for a price (SE, over 1,000) #1"


@pytest.mark.parametrize(("country", "grade", "about"), [("NO", "C1", "(NO, 1-9)"), ("", "?1", "(1-9)")])
def test_5_a_founder_with_free_mail_asks_for_a_demo(service: Service, country: str, grade: str, about: str) -> None:
    service.post("/forms/demo", {**FOUNDER, "country": country})
    (mail,) = told(service)
    assert where(service, FOUNDER["email"]) == ("sql", grade)
    assert mail.subject == f"Sales lead {grade}: asked for a demo {about} #1"


def test_7_a_customer_asks_for_a_demo_and_the_account_s_owner_hears_it(service: Service) -> None:
    service.add_rep("sara", "SE")
    owner = service.add_rep("olle", "DK")
    service.file(EMAIL, "operator.stage_set", stage="customer", owner="olle")
    assert where(service, EMAIL)[0] == "customer"
    on_day(service, 1)
    service.post("/forms/demo", {**EVA, "message": "The other product, please"})
    (mail,) = told(service)
    assert where(service, EMAIL)[0] == "customer"
    assert mail.subject.startswith("Message A1: asked for a demo")
    assert "not a sales alert: existing customer" in mail.body
    assert mail.topic == owner


def test_11_who_objected_to_profiling_and_asks_is_an_sql_without_a_grade(service: Service) -> None:
    planted = {**EVA, "company": "Canary Company", "job_title": "VP Canary", "utm_source": "canary"}
    service.post("/downloads/guide", planted)
    service.file(EMAIL, "pricing.viewed", page="/canary", utm_campaign="canary")
    service.post("/forms/contact", {**planted, "message": "Canary words"})
    service.pump()
    told(service)
    service.file(EMAIL, "profiling.objected")
    assert where(service, EMAIL) == ("lead", "-")
    on_day(service, 20)
    service.post("/forms/demo", {"email": EMAIL, "name": "Eva", "message": "Please call me"})
    (alert,) = told(service)
    assert where(service, EMAIL) == ("sql", "-")
    assert service.items(EMAIL, "TRANSITION#")[-1]["reason"] == "made a request"
    assert alert.subject == "Sales lead: asked for a demo #2"
    assert "They object to profiling" in alert.body
    on_day(service, 25)
    service.file(EMAIL, "article.read", page="/canary")
    service.file(EMAIL, "article.read", at=MONDAY, utm_source="canary")
    assert where(service, EMAIL) == ("sql", "-")

    for folder, prefix in (("score", "EVENT#"), ("notify", "ALERT#"), ("notify", "COPY#")):
        assert service.deliver(folder, service.records(EMAIL, prefix)) == []
    on_day(service, 60)
    assert told(service) == []
    standing = service.standing(EMAIL)
    assert (standing.score.fit, standing.score.interest, standing.score.reasons) == (0, 0, ())
    left = [alert, *service.letters(EMAIL), service.stored(EMAIL, "PROFILE"), service.stored(EMAIL, "STANDING")]
    assert "manufacturing" not in f"{left}"
    # What they themselves wrote in the form that the copy was about is theirs; it stands there and nowhere else.
    (copy,) = [letter for letter in service.letters(EMAIL) if letter["heard"] == "copy"]
    assert "canary" not in f"{[each for each in left if each != copy]}".lower()


ANNA = {**EVA, "name": "Anna Example", "email": "anna@acme.example.com"}
BO = {**EVA, "name": "Bo Example", "email": "bo@acme.example.com", "job_title": "Engineer", "country": "NO"}


def anna_before_she_asks(service: Service) -> None:
    """Sara covers Anna's country, Nils Bo's; on the eighth day Anna is MQL and has been told of to nobody."""
    service.add_rep("sara", "SE")
    service.add_rep("nils", "NO")
    service.file(ANNA["email"], "webinar.registered")
    on_day(service, 7)
    service.file(ANNA["email"], "webinar.attended")
    on_day(service, 8)
    service.post("/downloads/guide", ANNA)
    assert told(service) == []
    assert where(service, ANNA["email"]) == ("mql", "A2")
    on_day(service, 10)


def same_rep_each_names_the_other(mails: list[SentMail]) -> None:
    about = {mail.body.split(" ")[0]: mail for mail in mails}
    assert [mail.subject[:10] for mail in mails] == ["Sales lead", "Sales lead"]
    assert about.keys() == {"Anna", "Bo"}
    assert about["Anna"].topic == about["Bo"].topic
    assert about["Anna"].body.count("Bo Example, Engineer: sql since 2026-03-12 ") == 1
    assert about["Bo"].body.count("Anna Example, VP Operations: ") == 1


def test_10_two_colleagues_five_minutes_apart_are_told_to_one_rep_each_with_the_other(service: Service) -> None:
    anna_before_she_asks(service)
    service.post("/forms/demo", BO)
    (first,) = told(service)
    assert where(service, BO["email"])[0] == "sql"
    service.clock.move(minutes=5)
    service.post("/forms/pricing", ANNA)
    (second,) = told(service)
    assert where(service, ANNA["email"]) == ("sql", "A1")
    same_rep_each_names_the_other([first, second])
    assert "Anna Example, VP Operations: mql since 2026-03-10 09:00 UTC" in first.body
    assert ", with Nils\n" in second.body
    service.later(60)
    assert told(service) == []


@pytest.mark.parametrize("order", [(ANNA, BO), (BO, ANNA)], ids=["Anna first", "Bo first"])
def test_10_two_colleagues_in_the_same_instant(service: Service, order: tuple[dict[str, str], ...]) -> None:
    anna_before_she_asks(service)
    service.post("/forms/demo", BO)
    service.post("/forms/pricing", ANNA)
    for who in order:  # both scored before any mail goes out
        assert service.deliver("score", service.records(who["email"], "EVENT#")) == []
    mails = told(service)
    same_rep_each_names_the_other(mails)
    assert {where(service, who["email"])[0] for who in order} == {"sql"}
    service.later(60)
    assert told(service) == []


def test_10_two_with_free_mail_are_never_of_one_company(service: Service) -> None:
    for name in ("kim", "lo"):
        service.post("/forms/demo", {**EVA, "name": f"{name.title()} Example", "email": f"{name}.example@gmail.com"})
    first, second = told(service)
    assert "Colleagues" not in first.body + second.body


def test_12_nobody_covers_portugal_so_the_default_inbox_hears_why(service: Service) -> None:
    service.add_rep("sara", "SE")
    who = {**EVA, "country": "Portugal", "company_size": "300", "industry": ""}
    service.post("/forms/demo", {name: value for name, value in who.items() if value})
    (mail,) = told(service)
    assert where(service, EMAIL) == ("sql", "B1")
    assert mail.topic == DEFAULT_INBOX
    assert mail.subject == "Sales lead B1: asked for a demo (PT, 201-500) #1"
    assert "In the default inbox because no rep covers PT." in mail.body


def test_12_an_excluded_market_gets_a_copy(service: Service) -> None:
    models = Models(service.table)
    model = models.active().compiled.model
    excluded = [
        veto.model_copy(update={"where": {"country": ["PT"]}}) if veto.id == "excluded-market" else veto
        for veto in model.vetoes
    ]
    models.publish(model.model_copy(update={"vetoes": excluded}), models.number(), "lena", service.clock())
    service.post("/forms/demo", {**EVA, "country": "PT"})
    (mail,) = told(service)
    assert "not a sales alert: excluded market" in mail.body
    assert where(service, EMAIL)[0] == "mql"


def test_14_a_call_back_with_a_name_and_a_number_alerts(service: Service) -> None:
    service.post("/forms/callback", {"name": "Finn Example", "phone": "070-174 06 05"})
    (mail,) = told(service)
    (standing,) = service.items(prefix="STANDING")
    assert (standing["stage"], standing["grade"][0]) == ("sql", "?")
    assert mail.subject.startswith("Sales lead ?1: asked to be called")
    assert "Phone: +46701740605" in mail.body
    assert mail.body.startswith("Finn Example\n")


def test_13_with_a_year_s_time_it_alerts_with_two_working_days(service: Service) -> None:
    service.post("/forms/demo", {**EVA, "timeline": "in 12 months"})
    (mail,) = told(service)
    assert "Please answer by 2026-03-04" in mail.body


def test_after_the_weekend_is_the_next_working_day(service: Service) -> None:
    on_day(service, 4)
    service.post("/forms/demo", EVA)
    (mail,) = told(service)
    assert "Please answer by 2026-03-09" in mail.body

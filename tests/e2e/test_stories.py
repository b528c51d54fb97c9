"""Contacts and what marketing and sales expect to become of them, on the running stack with the clock moved.

Nothing in the service can be told another time, and nothing of it is replaced here: the whole local stack runs in
processes that are given a moved clock from outside (`moved_clock`), with each function held to its own role's policy.
All people live through the same year, each at a company of their own unless the story is about colleagues. Facts whose
door does not exist yet are stored as that door would.
"""

import os
from collections.abc import Generator, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest

from leadbell import formats
from leadbell.formats import short_day
from leadbell.scoring.rules import packaged_model
from tests.e2e.moved_clock import MovedClock, at_most, moved_stack
from tests.e2e.visitor import EVA
from tests.e2e.year import DAY_0, Person, Story, Year, play

FOUNDER = {"job_title": "Founder", "company_size": "3"}
PORTUGUESE = {"job_title": "VP Sales", "company_size": "300", "country": "Portugal"}
SCHEDULE_SECONDS = 40
MIA, OLLE, INBOX = "mia@seller.example.com", "olle@seller.example.com", "sales@example.com"


def on_day(number: int) -> date:
    return (DAY_0 + timedelta(days=number)).date()


def day(number: int) -> str:
    return on_day(number).isoformat()


def spelt(number: int) -> str:
    return formats.on_day(on_day(number))


def warms_up(eva: Person) -> Generator[float]:
    yield 0
    eva.asks_for_the_guide()
    assert eva.stands == ("lead", "A3")
    assert eva.interest == 20
    yield 3
    eva.does("product.viewed")
    assert eva.stands == ("iql", "A3")
    assert eva.interest == 30
    yield 6
    eva.does("pricing.viewed", "visit.returned")
    assert eva.stands == ("mql", "A2")
    assert eva.interest == 39
    assert eva.heard() == []


def story_1_a_reader_of_the_newsletter_stays_a_subscriber_for_a_year(year: Year) -> Generator[float]:
    reader = year.person("lea@gmail.com")
    yield 0
    reader.subscribes()
    assert reader.stands == ("subscriber", "?4")
    for week in range(1, 53):
        yield 7 * week
        reader.does("article.read")
        assert reader.stands in [("subscriber", "?3"), ("subscriber", "?4")]
        assert reader.interest <= 30
    yield 365
    assert reader.stands[0] == "subscriber"
    assert reader.heard() == []


def story_2_eva_warms_up_then_falls_silent(year: Year) -> Generator[float]:
    eva = year.person("eva@silent.example.com", **EVA)
    yield from warms_up(eva)
    # The guide halves every 90 days, reading every 30: 33 is first on day 29, 18 on day 69, 13 on day 97.
    for on, stands in ((28, ("mql", "A2")), (29, ("mql", "A3")), (68, ("mql", "A3")), (69, ("iql", "A3"))):
        yield on
        assert eva.stands == stands
    # The last product act was on day 6, and counts for 90 days.
    yield 95
    assert eva.stands == ("iql", "A3")
    yield 96
    assert eva.stands == ("lead", "A3")
    yield 364
    assert eva.stands == ("lead", "A4")
    assert eva.heard() == []


def story_3_eva_asks_for_a_price_and_asks_again(year: Year) -> Generator[float]:
    eva = year.person("eva@asking.example.com", **EVA)
    yield from warms_up(eva)
    yield 14
    eva.sends("pricing", message="What does it cost?")
    (alert,) = eva.heard()
    assert eva.stands == ("sql", "A1")
    assert alert["subject"].startswith("Sales lead A1: asked for a price (SE, 201-500)")
    assert "A1: fits our profile, very active." in alert["body"]
    for reason in ("+60  made a request, today", "guide, 14 days ago", "viewed the pricing page, 8 days ago"):
        assert reason in alert["body"]
    yield 15
    eva.sends("pricing", message="Hello?")
    (again,) = eva.heard()
    assert again["subject"].startswith("Asked again A1: asked for a price")
    assert alert["to"] == again["to"] == MIA


def story_4_a_student_asks_for_a_price(year: Year) -> Generator[float]:
    student = year.person("lo@student.lu.se", job_title="Student", country="SE", industry="education")
    yield 0
    student.sends("pricing", message="For my thesis")
    (copy,) = student.heard()
    assert student.stands == ("lead", "D1")
    assert copy["subject"].startswith("Message D1: asked for a price")
    assert "not a sales alert: student" in copy["body"]


def story_4_the_same_university_s_head_of_procurement(year: Year) -> Generator[float]:
    buyer = year.person("ida@lu.se", job_title="Head of Procurement", company_size="20,000", country="SE")
    yield 0
    buyer.sends("pricing")
    (alert,) = buyer.heard()
    assert buyer.stands == ("sql", "B1")
    assert alert["subject"].startswith("Sales lead B1: asked for a price (SE, over 1,000)")


def story_5_a_founder_with_free_mail_and_three_people(year: Year) -> Generator[float]:
    founder = year.person("kim@gmail.com", country="NO", **FOUNDER)
    yield 0
    founder.sends("demo")
    (alert,) = founder.heard()
    assert founder.stands == ("sql", "C1")
    assert alert["subject"].startswith("Sales lead C1: asked for a demo")


def story_5_the_same_founder_without_a_country(year: Year) -> Generator[float]:
    founder = year.person("kim.nowhere@gmail.com", **FOUNDER)
    yield 0
    founder.sends("demo")
    (alert,) = founder.heard()
    assert founder.stands == ("sql", "?1")
    assert alert["subject"].startswith("Sales lead ?1: asked for a demo")


def story_6_a_competitor_is_vetoed_and_never_disqualified_by_itself(year: Year) -> Generator[float]:
    rival = year.person("eva@rival.example.com", **EVA)
    yield 0
    rival.asks_for_the_guide()
    assert rival.stands == ("lead", "A3")
    yield 4
    rival.asks_for_the_guide()
    assert rival.heard() == []
    yield 5
    rival.sends("pricing", message="What do you charge?")
    (copy,) = rival.heard()
    assert rival.stands == ("mql", "A1")
    assert "not a sales alert: competitor" in copy["body"]
    yield 360
    assert rival.stands[0] in ("lead", "iql")
    assert rival.heard() == []


def story_7_a_customer_asks_for_a_demo_of_another_product(year: Year) -> Generator[float]:
    customer = year.person("ann@customer.example.com", **EVA)
    yield 0
    year.leadbell("add", customer.who)
    year.leadbell("stage", customer.who, "customer", "--owner", "olle")
    customer.sends("demo", message="And the other product?")
    (copy,) = customer.heard()
    assert customer.stands == ("customer", "A1")
    assert copy["to"] == OLLE
    assert copy["subject"].startswith("Customer asked for a demo (SE, 201-500)")
    assert "Please answer by" in copy["body"]


def story_8_a_machine_opens_thirty_pages_in_twenty_seconds(year: Year) -> Generator[float]:
    visitor = year.visitor("thirtypages")
    yield 0
    started = year.clock.now()
    visitor.does(*(["article.read"] * 14), *(["product.viewed"] * 10), *(["pricing.viewed"] * 6))
    assert year.clock.now() - started < timedelta(seconds=20)
    found = visitor.look()
    assert (found["stage"], found["interest"], found["letters"]) == ("prospect", 20, 0)
    trapped = year.person("bot@machines.example.com", **EVA)
    trapped.sends("demo", _gotcha="https://casino.example.com")
    assert trapped.who in year.leadbell("quarantine", "list", "--json")
    yield 60
    assert visitor.stands[0] == "prospect"
    assert "No contact found" in year.leadbell("explain", trapped.who, status=1)
    assert not any(trapped.who in mail["body"] for mail in year.inbox())


def is_given_back(year: Year, eva: Person) -> Generator[float]:
    yield 0
    eva.sends("demo")
    (alert,) = eva.heard()
    assert alert["subject"].startswith("Sales lead A1: asked for a demo")
    yield 1
    rejected = ("sales", eva.who, "rejected", "--reason", "timing", "--back-on", day(120), "--by", "olle")
    assert f"{eva.who} is now recycled. Sales is reminded once, on {short_day(on_day(120))}" in year.leadbell(*rejected)
    assert "Nothing was changed: this was already recorded" in year.leadbell(*rejected)
    assert "contradicts the answer of" in year.leadbell("sales", eva.who, "accepted", status=1)
    assert eva.stands == ("recycled", "A4")


def story_9_given_back_for_bad_timing_reads_on_and_asks(year: Year) -> Generator[float]:
    eva = year.person("eva@back.example.com", **EVA)
    yield from is_given_back(year, eva)
    yield 30
    eva.does("article.read", "article.read", "visit.returned")
    assert eva.stands == ("recycled", "A3")
    assert eva.interest == 20
    assert eva.heard() == []
    yield 60
    eva.sends("pricing")
    (alert,) = eva.heard()
    assert eva.stands == ("sql", "A1")
    assert alert["subject"].startswith("Sales lead A1: asked for a price")
    assert "Qualified for the second time" in alert["body"]
    assert f"Returned by sales on {spelt(1)}: not the right time, back on {spelt(120)}." in alert["body"]
    yield 121
    assert eva.stands[0] == "sql"
    assert eva.heard() == []


def story_9_twin_given_back_for_bad_timing_and_silent(year: Year) -> Generator[float]:
    eva = year.person("eva@twin.example.com", **EVA)
    yield from is_given_back(year, eva)
    yield 119
    assert eva.heard() == []
    yield 120
    (reminder,) = eva.heard()
    assert eva.stands[0] == "recycled"
    assert reminder["subject"].startswith("Reminder A4: due for follow-up")
    assert reminder["to"] == OLLE  # who asked for it, though Mia covers the country
    assert f"Returned by sales on {spelt(1)}" in reminder["body"]
    yield 364
    assert eva.heard() == []


ANNA = {**EVA, "name": "Anna Ek"}
BO = {"name": "Bo Berg", "job_title": "Engineer", "country": "NO"}


def two_colleagues(year: Year, domain: str, minutes: int) -> Generator[float]:
    """Mia covers Anna's country, Olle Bo's; whoever is told of one of them is told of the other."""
    anna, bo = year.person(f"anna@{domain}", **ANNA), year.person(f"bo@{domain}", **BO)
    yield 0
    anna.comes("webinar.registered")
    yield 7
    anna.comes("webinar.attended")
    assert anna.stands == ("iql", "A3")
    yield 8
    anna.asks_for_the_guide()
    assert anna.stands == ("mql", "A2")
    assert anna.heard() == []
    yield 10
    bo.sends("demo")
    if minutes:
        year.settle()
        yield 10 + minutes / (24 * 60)
    anna.sends("pricing")
    (about_bo,), (about_anna,) = bo.heard(), anna.heard()
    assert anna.stands == ("sql", "A1")
    assert bo.stands[0] == "sql"
    assert about_bo["subject"].startswith("Sales lead B1: asked for a demo (NO)")  # fit 30 + 10 + 10
    assert about_anna["subject"].startswith("Sales lead A1: asked for a price")
    assert about_bo["to"] == about_anna["to"]
    assert about_bo["body"].count("Anna Ek, VP Operations: ") == 1
    assert about_anna["body"].count(f"Bo Berg, Engineer: SQL since {spelt(10)}") == 1
    yield 12
    assert anna.heard() == bo.heard() == []


def story_10_two_colleagues_five_minutes_apart(year: Year) -> Generator[float]:
    yield from two_colleagues(year, "minutes.example.com", 5)


def story_10_two_colleagues_at_once(year: Year) -> Generator[float]:
    yield from two_colleagues(year, "atonce.example.com", 0)


def story_10_two_with_free_mail_are_never_of_one_company(year: Year) -> Generator[float]:
    kim, lo = year.person("kim.vp@gmail.com", **EVA), year.person("lo.vp@gmail.com", **EVA)
    yield 10
    kim.sends("demo")
    (first,) = kim.heard()
    yield 10
    lo.sends("demo")
    (second,) = lo.heard()
    assert "Colleagues" not in first["body"] + second["body"]


def story_11_objected_to_profiling_and_asks_to_be_called(year: Year) -> Generator[float]:
    eva = year.person("eva@objects.example.com", **EVA)
    yield 0
    eva.asks_for_the_guide()
    eva.does("pricing.viewed")
    assert eva.stands == ("mql", "A2")
    yield 0
    year.leadbell("objection", eva.who)
    assert eva.stands == ("lead", "-")
    yield 20
    eva.says = {"email": eva.who, "name": "Eva"}
    eva.sends("demo", message="please call me")
    (alert,) = eva.heard()
    assert eva.stands == ("sql", "-")
    assert alert["subject"].startswith("Sales lead: asked for a demo #")
    assert "> please call me" in alert["body"]
    for unused in ("Berg", "Acme", "VP Operations", "guide", "pricing page", "SE"):
        assert unused not in alert["body"]
    yield 25
    eva.does("article.read", "article.read")
    assert eva.stands == ("sql", "-")
    assert eva.interest == 0
    yield 120
    assert eva.heard() == []


def story_12_a_vp_in_a_country_that_no_rep_covers(year: Year) -> Generator[float]:
    ana = year.person("ana@lisboa.example.com", **PORTUGUESE)
    yield 0
    ana.sends("demo")
    (alert,) = ana.heard()
    assert ana.stands == ("sql", "B1")
    assert alert["to"] == INBOX
    assert alert["subject"].startswith("Sales lead B1: asked for a demo (PT, 201-500)")
    assert "Sent to the default inbox because no rep covers PT." in alert["body"]


def story_12_a_vp_in_a_market_that_is_excluded(year: Year) -> Generator[float]:
    rui = year.person("rui@porto.example.com", **PORTUGUESE)
    yield 366  # after all others: it changes the model
    changed = year.folder / "model.yaml"
    text = packaged_model().replace("country: [AQ]", "country: [PT]").replace("country: PT}", "country: ES}")
    changed.write_text(text, encoding="utf-8")
    year.leadbell("model", "publish", str(changed), "--yes")
    yield 367
    rui.sends("demo")
    (copy,) = rui.heard()
    assert rui.stands[0] == "mql"
    assert "not a sales alert: excluded market" in copy["body"]


def story_13_asks_for_a_demo_in_a_year(year: Year) -> Generator[float]:
    eva = year.person("eva@later.example.com", **EVA)
    yield 0
    eva.sends("demo", timeline="in 12 months")
    (alert,) = eva.heard()
    assert eva.stands == ("sql", "A1")
    assert f"Please make first contact by {DAY_0 + timedelta(days=2):%A} {spelt(2)}, 15:00" in alert["body"]


def story_14_a_name_and_a_number(year: Year) -> Generator[float]:
    bo = year.person("+4681234567", name="Bo Berg")
    yield 0
    bo.sends("callback")
    (alert,) = bo.heard()
    assert bo.stands == ("sql", "?1")
    assert alert["subject"].startswith("Sales lead ?1: asked to be called")
    assert alert["body"].startswith("Bo Berg\n")
    assert "Phone: +4681234567" in alert["body"]


STORIES: list[Story] = [story for name, story in list(globals().items()) if name.startswith("story_")]


def opens_shop(year: Year, folder: Path) -> None:
    """Two reps, and a competitor that is known by its domain."""
    year.leadbell("reps", "add", "mia", "--email", MIA, "--countries", "SE")
    year.leadbell("reps", "add", "olle", "--email", OLLE, "--countries", "IS,NO")
    domains = folder / "domains.csv"
    domains.write_text("domain,relation\nrival.example.com,competitor\n", encoding="utf-8")
    year.leadbell("import", str(domains), "--kind", "domains")


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    folder = tmp_path_factory.mktemp("moved")
    clock = MovedClock(folder / "clock", DAY_0)
    if problem := clock.problem():
        if os.environ.get("CI"):
            pytest.fail(problem)
        pytest.skip(problem)
    with moved_stack(folder, clock) as (addresses, terminal):
        year = Year(clock, addresses, terminal, folder)
        opens_shop(year, folder)
        yield year


@pytest.fixture(scope="module")
def told(year: Year) -> Mapping[str, AssertionError | OSError | None]:
    return play(year, STORIES)


@pytest.mark.parametrize("story", [story.__name__ for story in STORIES])
def test_stories(story: str, told: Mapping[str, AssertionError | OSError | None]) -> None:
    failure = told[story]
    if failure is not None:
        raise failure


def test_the_schedule_itself_sweeps_on_the_day(told: Mapping[str, AssertionError | OSError | None], year: Year) -> None:
    """The stories do not wait for the emulator's schedule, which looks every ten seconds; here nothing else sweeps."""
    eva = year.person("eva@scheduled.example.com", **EVA)
    eva.sends("demo")
    eva.heard()
    back_on = (year.clock.now() + timedelta(days=3)).date()
    year.leadbell("sales", eva.who, "rejected", "--reason", "timing", "--back-on", back_on.isoformat())
    year.clock.move_to(year.clock.now() + timedelta(days=3))

    for _ in at_most(SCHEDULE_SECONDS):
        if reminders := eva.heard():
            break

    assert reminders[0]["subject"].startswith("Reminder A4: due for follow-up")
